"""Tell who is calling: people with passwords and cookies, receipts, answer tokens."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from schemas.records import AnswerToken, Person, SignIn
from schemas.rows import AnswerTokenRow, SignInRow
from schemas.vocabulary import Role, Scope
from services.security import queries
from services.security.secret import Secret
from services.store.transaction import Session, Transaction

SESSION_HOURS = 12  # one shift and its handover
TOKEN_HOURS = 24  # the button of a message; a later visitor signs in instead
_checker = ThreadPoolExecutor(1, thread_name_prefix="passwords")
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


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return _hasher.hash(password)


async def hashed(password: str) -> str:
    """Await `hash_password` in the thread of passwords."""
    return await asyncio.get_running_loop().run_in_executor(_checker, hash_password, password)


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
        _hasher.verify(claim.password, password)
    except Argon2Error:
        return False
    return claim.person is not None


async def check(claim: Claim, password: str) -> bool:
    """Await `proved` in a thread of its own: one, so that many strangers wait for each other and for nobody else."""
    return await asyncio.get_running_loop().run_in_executor(_checker, proved, claim, password)


def sign_in(tx: Transaction, claim: Claim, *, right: bool) -> tuple[str, Identity] | None:
    """Open a session after the check; returns the cookie and the person, or None. Journalled either way.

    A password that was changed between the check and now is not right any more.
    """
    person = tx.session.get(Person, claim.person) if right and claim.person else None
    if person is None or not person.active or person.password != claim.password:
        tx.audit("signin.refused", "anonymous", login_sha=_sha(claim.login)[:16])
        return None
    cookie = secrets.token_urlsafe(32)
    ends = tx.now + timedelta(hours=SESSION_HOURS)
    row: SignInRow = {"id": _sha(cookie), "person_id": person.id, "made_at": tx.now, "ends_at": ends}
    tx.add(SignIn, [row])
    tx.audit("signin.opened", person.id)
    return cookie, identity_of(person)


def whose_session(session: Session, cookie: str, now: datetime) -> Identity | None:
    """Say whose cookie this is, or None when it ended."""
    found = session.get(SignIn, _sha(cookie))
    if found is None or found.ends_at < now:
        return None
    person = session.get(Person, found.person_id)
    return identity_of(person) if person and person.active else None


def sign_out(tx: Transaction, cookie: str) -> None:
    """End a session."""
    if found := tx.session.get(SignIn, _sha(cookie)):
        tx.audit("signin.closed", found.person_id)
        tx.session.delete(found)


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
