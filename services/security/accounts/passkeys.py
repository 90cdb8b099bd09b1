"""Keep people's passkeys: who has which, what they are called, and that each question is answered once.

A passkey asks its owner for a finger, a face or a PIN: it is both proofs at once. The office's own controls end it with
everything else that stands on an account (shutting_out.py).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.records.accounts import Passkey, SpentChallenge
from schemas.records.people import Person
from schemas.rows.accounts import PasskeyRow, SpentChallengeRow
from services.security import auth, queries
from services.security.accounts import shutting_out
from services.security.accounts.passkey_facts import LASTS, WORD, NewKey, Proof, counts_on
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

MOST = 10  # of one person
NAME = 60  # characters of what somebody calls one


@dataclass(frozen=True)
class Entered:
    """Somebody who came in: his session's cookie, his sign-in name."""

    cookie: str
    login: str
    passkey: str


def handle_of(session: Session, person: str) -> str:
    """Give the name by which keys know a person: random, the same for all of his, so that a device replaces its own."""
    had = queries.passkeys(session, person)
    return had[0].handle if had else secrets.token_urlsafe(WORD)


def room_for_one(had: Sequence[Passkey]) -> None:
    """See that a person may have one more. Raises Refused."""
    if len(had) >= MOST:
        raise Refused("passkey_too_many", n=MOST)


def add(tx: Transaction, person: str, made: NewKey, name: str) -> None:
    """Keep a passkey that was just made. Raises Refused."""
    had = queries.passkeys(tx.session, person)
    room_for_one(had)
    known = tx.session.get(Passkey, made.id) is not None
    if any(one.handle != made.handle for one in had) or known or not _spend(tx, made.challenge):
        raise Refused("passkey_not_made")
    row: PasskeyRow = {"id": made.id, "person_id": person, "handle": made.handle, "public_key": made.public_key}
    more: PasskeyRow = {"count": made.count, "name": _named(name), "site": made.site, "made_at": tx.now}
    tx.add(Passkey, [row | more])
    tx.audit("passkey.added", person, subject=person, key=_short(made.id), name=_named(name))


def enter(tx: Transaction, proof: Proof, *, agent: str = "") -> Entered | str:
    """Open a session of whoever has shown a passkey; gives why not otherwise, in one word. Journalled either way."""
    found = tx.session.get(Passkey, proof.id, with_for_update=True)
    person = tx.session.get(Person, found.person_id) if found else None
    fresh = _spend(tx, proof.challenge)
    why = _fault(found, person, proof, fresh=fresh)
    if found is None or person is None or why:
        tx.audit("signin.refused", person.id if person else "anonymous", why=f"passkey:{why}")
        return why
    found.count, found.used_at = proof.count, tx.now
    tx.audit("passkey.used", person.id, subject=person.id, key=_short(found.id))
    return Entered(auth.open_session(tx, person, agent, two_steps=True), person.login, found.id)


def refuse(tx: Transaction, why: str, person: str = "", challenge: str = "") -> None:
    """Write down that an answer, with a key of this person if any, counted for nothing; nor does its question again."""
    if challenge:
        _spend(tx, challenge)
    tx.audit("signin.refused", person or "anonymous", why=f"passkey:{why}")


def call(tx: Transaction, person: str, id_: str, name: str) -> None:
    """Give one's own passkey another name. Raises Refused."""
    _own(tx.session, person, id_).name = _named(name)
    tx.audit("passkey.named", person, subject=person, key=_short(id_), name=_named(name))


def remove(tx: Transaction, person: str, id_: str, *, keep: str) -> None:
    """Take one's own passkey away, and end the sessions but the one with the id `keep`. Raises Refused."""
    tx.session.delete(_own(tx.session, person, id_))
    tx.audit("passkey.removed", person, subject=person, key=_short(id_))
    shutting_out.end_sessions(tx, person, person, keep=keep)


def _fault(found: Passkey | None, person: Person | None, proof: Proof, *, fresh: bool) -> str:
    if found is None or person is None or not person.active:
        return "unknown"
    if found.handle != proof.handle:
        return "person"
    if found.site != proof.site:
        return "site"
    if not fresh:
        return "used"
    return "" if counts_on(found.count, proof.count) else "counter"


def _own(session: Session, person: str, id_: str) -> Passkey:
    found = session.get(Passkey, id_)
    if found is None or found.person_id != person:
        raise Refused("passkey_gone")
    return found


def _spend(tx: Transaction, challenge: str) -> bool:
    """Say whether a question is answered the first time, and remember that it is; forgets what is too old to count."""
    queries.forget_challenges(tx)
    if tx.session.get(SpentChallenge, challenge) is not None:
        return False
    row: SpentChallengeRow = {"id": challenge, "ends_at": tx.now + 2 * LASTS}
    tx.add(SpentChallenge, [row])
    return True


def _named(name: str) -> str:
    return " ".join(name.split())[:NAME]


def _short(id_: str) -> str:
    """Give enough of an id to tell a person's keys apart in the audit log."""
    return id_[:12]
