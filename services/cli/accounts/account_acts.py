"""Shut people out and let them in: lock, sessions, addresses, second factor, the link for a new password."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.records.accounts import Passkey, SignIn
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.cli.connect import add_place
from services.notify.channels import shown_on
from services.policy.loader import load_district
from services.runtime.settings import Settings
from services.runtime.standard_input import HELP, line_of
from services.security import queries, revoked
from services.security.accounts import second_factor
from services.security.accounts import shutting_out as accounts
from services.security.accounts.invitations import invite
from services.security.accounts.passwords import LEAST, MOST
from services.security.auth import Identity
from services.security.oidc.linking import unlink
from services.security.refusal import Refused
from services.store.database import Store
from services.store.transaction import Session, Transaction

OFFICE = "office"
FAULTS: Mapping[str, str] = {
    "short": f"The password is shorter than {LEAST} characters.",
    "long": f"The password is longer than {MOST} characters.",
    "common": "Many people use that password: it is tried first.",
    "plain": "The password is repeated or consecutive signs.",
    "own": "The password is made of the person's own name, office or place.",
}


def add_account_acts(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the acts on an account."""
    helps = {
        "lock": "shut somebody out: sessions, buttons, codes end, nothing is sent any more",
        "unlock": "let somebody in again",
        "sessions": "list where somebody is signed in",
        "end-sessions": "end somebody's sessions, passkeys, buttons and codes",
        "remove-address": "take an address away: nothing goes there, and nothing from there counts",
        "invite": "print a link by which somebody sets a password once, within three days",
        "unlink": "forget which account at the office's own provider is somebody's",
        "passkeys": "list somebody's passkeys",
        "drop-passkeys": "take all of somebody's passkeys away, with his sessions, buttons and codes",
        "reset-factor": "take the second factor away, for who has lost phone and recovery codes",
    }
    for name, about in helps.items():
        act = acts.add_parser(name, help=about)
        act.add_argument("login")
        if name == "lock":
            act.add_argument("--reason", required=True, help="why, for the audit log")
        if name == "remove-address":
            act.add_argument(
                "address", metavar="CHANNEL[:ADDRESS]", help=f"a whole channel, or one address on it; {HELP}"
            )
        add_place(act)


def run_account_act(store: Store, settings: Settings, options: argparse.Namespace) -> int:
    """Do it; 1 when there is no such person or address."""
    try:
        if options.act == "sessions":
            zone = ZoneInfo(load_district(settings.district).timezone)
            now = store.clock()
            for one in store.read_now(lambda session: _sessions(session, options.login, now)):
                begun, ends = (f"{at.astimezone(zone):%d-%m %H.%M}" for at in (one.made_at, one.ends_at))
                print(f"{one.id[:12]}\t{begun}\t{ends}\t{one.agent or '-'}")
            return 0
        if options.act == "passkeys":
            zone = ZoneInfo(load_district(settings.district).timezone)
            for key in store.read_now(lambda session: _passkeys(session, options.login)):
                made, used = (
                    f"{at.astimezone(zone):%d-%m-%Y %H.%M}" if at else "-" for at in (key.made_at, key.used_at)
                )
                print(f"{key.id[:12]}\t{key.site}\t{made}\t{used}\t{key.name or '-'}")
            return 0
        if options.act == "remove-address":
            options.address = line_of(options.address)  # before anybody writes: somebody may be typing it
        print(store.write_now(lambda tx: _do(tx, options, settings)))
        if options.act == "unlock":  # once it is done: a store that is restored later lets that person in
            who = store.read_now(lambda session: accounts.person_of(session, options.login).id)
            revoked.note(settings.data, f"{revoked.BACK}{who}")
    except Refused as refused:
        print(refused.say(options.language))
        return 1
    return 0


def _sessions(session: Session, login: str, now: datetime) -> Sequence[SignIn]:
    return queries.sessions(session, accounts.person_of(session, login).id, now)


def _passkeys(session: Session, login: str) -> Sequence[Passkey]:
    return queries.passkeys(session, accounts.person_of(session, login).id)


def _do(tx: Transaction, options: argparse.Namespace, settings: Settings) -> str:
    person = accounts.person_of(tx.session, options.login)
    if options.act == "lock":
        accounts.lock(tx, person, OFFICE, options.reason)
        revoked.note(settings.data, f"{revoked.OUT}{person.id}")  # a restored store is older than this
        return f"{person.login} is shut out. Now: kentongan policy check"
    if options.act == "unlock":
        accounts.unlock(tx, person, OFFICE)
        return f"{person.login} may sign in again."
    if options.act == "end-sessions":
        return f"Ended: {accounts.revoke(tx, person.id, OFFICE, 'sessions')}"
    if options.act == "invite":
        return f"{settings.public_url}/undangan/{invite(tx, Identity(OFFICE, OFFICE, Role.ADMIN), person.id)}"
    if options.act in _FORGETTING:
        return _FORGETTING[options.act](tx, person)
    return _remove(tx, person.id, options.address)


def _unlink(tx: Transaction, person: Person) -> str:
    return f"Forgotten: {unlink(tx, person.id, OFFICE)}. The next sign-in by the provider is matched anew."


def _reset_factor(tx: Transaction, person: Person) -> str:
    accounts.revoke(tx, person.id, OFFICE, "factor")
    second_factor.take_away(tx, person.id, OFFICE)
    return f"{person.login} is asked for the password alone, until the second step is set up again."


def _drop_passkeys(tx: Transaction, person: Person) -> str:
    dropped = len(queries.passkeys(tx.session, person.id))
    accounts.revoke(tx, person.id, OFFICE, "passkeys")
    return f"Taken away: {dropped}."


_FORGETTING: Mapping[str, Callable[[Transaction, Person], str]] = {
    "unlink": _unlink,
    "reset-factor": _reset_factor,
    "drop-passkeys": _drop_passkeys,
}


def _remove(tx: Transaction, person: str, given: str) -> str:
    channel, _, address = given.partition(":")
    found = [one for one in queries.addresses(tx.session, person) if one.channel == channel]
    found = [one for one in found if address in ("", one.address)]
    if not found:
        raise Refused("address_not_found")
    for one in found:
        accounts.remove_address(tx, one, OFFICE)
    return f"Removed: {', '.join(shown_on(one.channel, one.address) for one in found)}. Now: kentongan policy check"
