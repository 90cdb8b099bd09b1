"""Tell who is calling: people with passwords and cookies, receipts, answer tokens."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from schemas.records.accounts import SignIn
from schemas.records.answers import AnswerToken
from schemas.records.people import Person
from schemas.rows.accounts import SignInRow
from schemas.rows.answers import AnswerTokenRow
from schemas.vocabulary import Role, Scope
from services.security import queries
from services.security.accounts import provider_sessions, second_factor
from services.security.accounts.provider_sessions import HERE, Origin
from services.security.accounts.two_steps import NOBODY, TwoSteps
from services.security.secret import Secret
from services.store.transaction import Session, Transaction

SESSION_HOURS = 12  # one shift and its handover
LONGEST = 1024  # characters looked at: a hash of a megabyte would keep the others waiting
AGENT_LIMIT = 120  # characters kept of what a browser says it is
TOKEN_HOURS = 24  # the button of a message; a later visitor signs in instead
TICKET = timedelta(minutes=5)  # to find the authenticator and type its code
UNTIL_DIGITS = 12  # of a time in seconds
_checker = ThreadPoolExecutor(1, thread_name_prefix="passwords")
_known = ThreadPoolExecutor(1, thread_name_prefix="known-passwords")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's argon2id minimum


@dataclass(frozen=True)
class Identity:
    """Who a key or a cookie stands for."""

    id: str
    name: str
    role: Role
    institution: str | None = None
    reliability: str = "F"
    unit: str = ""
    clearance: int = 1
    language: str = "id"
    named_for: tuple[str, ...] = ()
    scopes: frozenset[Scope] = frozenset()  # of a key: what it may be used for
    channel: str | None = None  # of a gateway's key: the one channel it speaks for
    program: bool = False  # known by a key, not signed in as a person
    openly: bool = False  # reads for what others see or are sent: what accuses an agency is not there (rules.md 10)
    owes_step: bool = False  # has signed in by one step, must have a second one and has none yet


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Receipts:
    """Make and check the secret that lets a reporter follow a report."""

    secret: Secret

    def issue(self, id: UUID) -> str:  # noqa: A002 - the word callers use
        """Give the receipt of a report, the same each time."""
        return self.secret.sign("receipt", str(id))

    def fits(self, id: UUID, receipt: str) -> bool:  # noqa: A002
        """Say whether the receipt belongs to the report."""
        return self.secret.fits("receipt", str(id), receipt)

    def follows(self, *parts: object) -> UUID:
        """Give the id of a report that follows from what it came as, as `report_id` does."""
        return report_id(self.secret, *parts)


def report_id(secret: Secret, *parts: object) -> UUID:
    """Give the id of a report that follows from what it came as: the same each time, and nobody outside knows it.

    An id that could be worked out from a gateway's numbers could be taken beforehand, and its report would be refused.
    """
    told = "\x1f".join(map(str, parts))
    return UUID(bytes=hmac.digest(secret.key("report id"), told.encode("utf-8", "replace"), "sha256")[:16], version=4)


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return _hasher.hash(password)


def identity_of(person: Person) -> Identity:
    """Give the caller that a person is."""
    return Identity(
        person.id,
        person.name,
        Role(person.role),
        person.institution,
        unit=person.unit,
        clearance=person.clearance,
        language=person.language,
        named_for=tuple(person.named_for),
    )


_DECOY = _hasher.hash("decoy")  # so that an unknown login costs the same time as a wrong password


@dataclass(frozen=True)
class Claim:
    """What is known of a login before its password is checked; `password` is a hash, a decoy's where there is none."""

    login: str
    person: str | None
    password: str


def claim_of(session: Session, login: str) -> Claim:
    """Read what the password is checked against; an unknown login is checked as long as a known one."""
    person = queries.active_person(session, login)
    if person is None or not person.password:
        return Claim(login, None, _DECOY)
    return Claim(login, person.id, person.password)


def proved(claim: Claim, password: str) -> bool:
    """Say whether the password is right. Takes tens of milliseconds by intent: never inside a transaction."""
    try:
        _hasher.verify(claim.password, password[:LONGEST])
    except Argon2Error:
        return False
    return claim.person is not None


async def check(claim: Claim, password: str, *, known: bool = False) -> bool:
    """Await `proved` in a thread of its own: one, so that many strangers wait for each other and for nobody else.

    `known`: somebody who has come in from this browser before, and does not wait behind strangers.
    """
    return await asyncio.get_running_loop().run_in_executor(_known if known else _checker, proved, claim, password)


async def hashed(password: str) -> str:
    """Await `hash_password` in the thread of those who are known."""
    return await asyncio.get_running_loop().run_in_executor(_known, hash_password, password)


def own_words(person: Person) -> tuple[str, ...]:
    """Give what a person's password must not be made of."""
    return (person.login, person.name, person.institution or "", person.post)


@dataclass(frozen=True)
class Ticket:
    """What somebody holds who has shown the password and owes the second proof."""

    word: str


class PasskeyFirst:
    """Say that somebody has shown his password, and that only his passkey lets him in."""


def _ticket(secret: Secret, person: Person, until: int, origin: Origin) -> Ticket:
    told = f"{person.id}\n{origin.account}\n{origin.session}"
    signed = secret.sign("ticket", f"{told}:{until}:{mark_of(person)}")
    return Ticket(f"{base64.urlsafe_b64encode(told.encode()).decode()}.{until}.{signed}")


def ticket_of(session: Session, secret: Secret, word: str, now: datetime) -> Person | None:
    """Say who has given his first proof and owes the second; None for what is too old or none of ours."""
    opened = _opened_ticket(session, secret, word, now)
    return opened[0] if opened else None


def _opened_ticket(session: Session, secret: Secret, word: str, now: datetime) -> tuple[Person, Origin] | None:
    coded, _, rest = word.partition(".")
    until, _, signed = rest.partition(".")
    try:
        told = base64.urlsafe_b64decode(coded.encode()).decode()
        id_, account, there = told.split("\n")
    except (ValueError, UnicodeError):
        return None
    if not (until.isascii() and until.isdigit() and len(until) <= UNTIL_DIGITS) or int(until) < now.timestamp():
        return None
    person = session.get(Person, id_)
    if person is None or not person.active:
        return None
    if not secret.fits("ticket", f"{told}:{until}:{mark_of(person)}", signed):
        return None
    origin = Origin(account, there)
    begun = datetime.fromtimestamp(int(until), UTC) - TICKET
    return None if provider_sessions.over(session, origin, begun, now) else (person, origin)


def sign_in_with_code(tx: Transaction, secret: Secret, ticket: str, code: str, *, agent: str = "") -> str | None:
    """Open a session after the second proof; gives its cookie. Journalled either way."""
    opened = _opened_ticket(tx.session, secret, ticket, tx.now)
    if opened is None:
        return None
    person, origin = opened
    if not second_factor.prove(tx, secret, person.id, code):
        tx.audit("signin.refused", person.id, why="code")
        return None
    return open_session(tx, person, agent, origin, two_steps=True)


Admitted = tuple[str, Identity] | Ticket | PasskeyFirst


def sign_in(
    tx: Transaction, claim: Claim, secret: Secret, *, right: bool, agent: str = "", steps: TwoSteps = NOBODY
) -> Admitted | None:
    """Open a session after the check, or give what is owed besides; None for a wrong password.

    Journalled either way.
    A password that was changed between the check and now is not right any more.
    """
    person = tx.session.get(Person, claim.person) if right and claim.person else None
    if person is None or not person.active or person.password != claim.password:
        # Keyed: somebody may have typed his number or his password there, which a plain hash gives away by trying all.
        tx.audit("signin.refused", "anonymous", login_handle=secret.sign("refused sign-in", claim.login)[:16])
        return None
    if steps.only_passkey(tx.session, person):
        return passkey_first(tx, person)
    return admitted(tx, person, secret, agent=agent, asks=second_factor.asked(tx.session, person.id))


def passkey_first(tx: Transaction, person: Person) -> PasskeyFirst:
    """Write down that one step was shown and did not count beside a passkey."""
    tx.audit("signin.refused", person.id, why="passkey:first")
    return PasskeyFirst()


def admitted(
    tx: Transaction,
    person: Person,
    secret: Secret,
    *,
    agent: str,
    asks: bool,
    origin: Origin = HERE,
    two_steps: bool = False,
) -> tuple[str, Identity] | Ticket:
    """Open a session of somebody who has given his first proof, or a ticket where he is asked for the second.

    `two_steps`: both were shown to the office's own provider.
    """
    if asks:
        return _ticket(secret, person, int((tx.now + TICKET).timestamp()), origin)
    return open_session(tx, person, agent, origin, two_steps=two_steps), identity_of(person)


def open_session(
    tx: Transaction, person: Person, agent: str = "", origin: Origin = HERE, *, two_steps: bool = False
) -> str:
    """Open a session of somebody who has proved who he is; gives its cookie. `agent` is what his browser says it is."""
    cookie = secrets.token_urlsafe(32)
    ends = tx.now + timedelta(hours=SESSION_HOURS)
    row: SignInRow = {"id": _sha(cookie), "person_id": person.id, "made_at": tx.now, "ends_at": ends}
    row |= {"provider_account": origin.account or None, "provider_session": origin.session or None}
    row |= {"mark": mark_of(person), "agent": agent[:AGENT_LIMIT], "two_steps": two_steps}
    tx.add(SignIn, [row])
    tx.audit("signin.opened", person.id)
    return cookie


def mark_of(person: Person) -> str:
    """Give what a session stands on, as a digest: with password, role or office it ends, however they were changed."""
    named = ",".join(sorted(person.named_for))
    facts = (person.password or "", person.role, person.institution or "", person.unit, str(person.clearance), named)
    return _sha("\n".join(facts))


def whose_session(session: Session, cookie: str, now: datetime, steps: TwoSteps = NOBODY) -> Identity | None:
    """Say whose cookie this is, or None when it ended.

    Where two steps are required, a session by one step counts for nothing once its owner has a second one: he signs in
    again and shows it. Until he has one, he `owes_step`.
    """
    found = session.get(SignIn, _sha(cookie))
    if found is None or found.ends_at < now:
        return None
    person = session.get(Person, found.person_id)
    if person is None or not person.active or found.mark != mark_of(person):
        return None
    if not steps.required(person):
        return identity_of(person)
    has = steps.has_one(session, person.id)
    if found.two_steps and (has or found.provider_account):
        return identity_of(person)
    return None if has else replace(identity_of(person), owes_step=True)


def second_step_shown(tx: Transaction, cookie: str) -> None:
    """Remember that the owner of a session has shown the second step in it."""
    if found := tx.session.get(SignIn, _sha(cookie)):
        found.two_steps = True


def by_two_steps(session: Session, cookie: str) -> bool:
    """Say whether two steps were shown for a session."""
    found = session.get(SignIn, _sha(cookie))
    return found is not None and found.two_steps


def session_id(cookie: str) -> str:
    """Give the id under which the store keeps the session of a cookie."""
    return _sha(cookie)


def origin_of(session: Session, cookie: str) -> Origin:
    """Give where a session came from."""
    found = session.get(SignIn, _sha(cookie))
    return Origin(found.provider_account or "", found.provider_session or "") if found else HERE


def sign_out(tx: Transaction, cookie: str) -> Origin:
    """End a session; gives where it came from."""
    origin = origin_of(tx.session, cookie)
    if found := tx.session.get(SignIn, _sha(cookie)):
        tx.audit("signin.closed", found.person_id)
        tx.session.delete(found)
    return origin


def form_token(secret: Secret, cookie: str) -> str:
    """Give the token that every form of this session must carry (against cross-site requests)."""
    return secret.sign("form", cookie)


def answer_token(secret: Secret, delivery: str) -> str:
    """Give the button token of one delivery; the store keeps only its hash."""
    return secret.sign("answer", delivery)


def answer_token_row(token: str, alert: str, delivery: str, person: str | None, now: datetime) -> AnswerTokenRow:
    """Build the `AnswerToken` row of a token."""
    ends = now + timedelta(hours=TOKEN_HOURS)
    return {"id": _sha(token), "alert_id": alert, "delivery_id": delivery, "person_id": person, "ends_at": ends}


def find_token(session: Session, token: str) -> AnswerToken | None:
    """Find the row of a button token."""
    return session.get(AnswerToken, _sha(token))
