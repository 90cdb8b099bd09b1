"""Shut people out, let them in again, and set passwords: what an account's change ends stands here.

With a password, a role or an office end the sessions, the passkeys, the buttons of messages, the reply codes and the
devices that a session has turned on; an address that was taken away is told nothing any more, not even what was owed
to it.
"""

from schemas.records.accounts import SignIn
from schemas.records.people import Address, Person
from services.security import queries
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

DEVICE = "webpush"  # the channel of addresses that a person turns on in a session of his own


def person_of(session: Session, login: str) -> Person:
    """Give a person by login, one who was shut out too; raises Refused."""
    found = queries.person(session, login)
    if found is None:
        raise Refused("person_unknown", login=login)
    return found


def revoke(tx: Transaction, person: str, actor: str, why: str, *, keep: str = "") -> int:
    """End a person's sessions (but the one with this id), passkeys, buttons, codes, invitations; counts the sessions.

    Whoever had the account may have made himself a passkey; its owner makes his anew.
    """
    ended = queries.end_sessions(tx, person, keep)
    queries.end_buttons(tx, person)
    queries.drop_reply_codes(tx, person)
    queries.end_invitations(tx, person)
    drop_passkeys(tx, person, actor)
    tx.audit("person.revoked", actor, subject=person, why=why, sessions=ended)
    return ended


def drop_passkeys(tx: Transaction, person: str, actor: str) -> int:
    """Take all passkeys of a person away; gives how many."""
    if dropped := queries.drop_passkeys(tx, person):
        tx.audit("passkey.removed", actor, subject=person, keys=dropped)
    return dropped


def end_sessions(tx: Transaction, person: str, actor: str, *, keep: str = "") -> int:
    """End a person's sessions alone, but the one with this id; gives how many."""
    ended = queries.end_sessions(tx, person, keep)
    tx.audit("signin.ended", actor, subject=person, sessions=ended)
    return ended


def end_session(tx: Transaction, person: str, id_: str, actor: str) -> None:
    """End one session of a person. Raises Refused."""
    found = tx.session.get(SignIn, id_)
    if found is None or found.person_id != person:
        raise Refused("session_gone")
    tx.session.delete(found)
    tx.audit("signin.ended", actor, subject=person, sessions=1)


def lock(tx: Transaction, person: Person, actor: str, reason: str = "") -> None:
    """Shut a person out: he neither signs in nor is told of anything, until `unlock`."""
    person.active = False
    revoke(tx, person.id, actor, "locked")
    withdrawn = queries.withdraw_deliveries(tx, person.id, None)
    tx.audit("person.deactivated", actor, subject=person.id, reason=reason.strip(), withdrawn=withdrawn)


def unlock(tx: Transaction, person: Person, actor: str) -> None:
    """Let a person in again; what he had of sessions and codes stays ended."""
    person.active = True
    tx.audit("person.activated", actor, subject=person.id)


def remove_address(tx: Transaction, one: Address, actor: str) -> None:
    """Take an address from a person: nothing goes there any more, and nothing from there is his word."""
    withdrawn = queries.withdraw_deliveries(tx, one.person_id, one.address)
    tx.audit("address.removed", actor, subject=one.id, person=one.person_id, channel=one.channel, withdrawn=withdrawn)
    tx.session.delete(one)


def remove_devices(tx: Transaction, person: str, actor: str) -> None:
    """Take away the devices that were turned on in a session: whoever had the session may hold them."""
    for one in queries.addresses(tx.session, person):
        if one.channel == DEVICE:
            remove_address(tx, one, actor)


def set_password(tx: Transaction, person: Person, hashed: str, actor: str, *, keep: str = "") -> None:
    """Give a person another password; everything that stood on the old one ends, but the session with this id."""
    person.password = hashed
    revoke(tx, person.id, actor, "password", keep=keep)
    remove_devices(tx, person.id, actor)
    tx.audit("password.set", actor, subject=person.id)
