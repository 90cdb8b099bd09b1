"""Tell who is calling: keys that prove themselves, people with passwords and cookies, receipts, answer tokens.

A key carries its own facts under a signature, so that the front door needs no database to know it; the store
only lists keys, their reliability and what was revoked.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from schemas.records import AnswerToken, Person, SignIn
from schemas.rows import AnswerTokenRow, SignInRow
from schemas.vocabulary import Role
from services.security import queries
from services.store.transaction import Session, Transaction

SESSION_HOURS = 12  # one shift and its handover
TOKEN_HOURS = 24  # the button of a message; a later visitor signs in instead
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


def load_secret(given: str, data: Path) -> bytes:
    """Give the installation's secret, making and keeping one (mode 0600) where none was given."""
    if given:
        return hashlib.sha256(given.encode()).digest()
    file = data / "secret"
    data.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="ascii") as new:
            file.chmod(0o600)
            new.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def _sign(secret: bytes, purpose: str, text: str) -> str:
    digest = hmac.new(secret, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Keys:
    """Know callers by their keys, in memory; `known` is refreshed beside the path, never on it."""

    secret: bytes
    known: Mapping[str, tuple[str, bool]] = field(default_factory=dict)  # id -> (reliability, revoked)
    _seen: dict[str, Identity] = field(default_factory=dict)

    def make(self, identity: Identity) -> str:
        """Make the key of `identity`: shown once, kept nowhere."""
        facts = json.dumps(
            [identity.id, identity.name, identity.role.value, identity.institution], separators=(",", ":")
        )
        body = base64.urlsafe_b64encode(facts.encode()).decode().rstrip("=")
        return f"kt_{body}.{_sign(self.secret, 'key', body)}"

    def identify(self, bearer: str) -> Identity | None:
        """Say whose key this is, or None when it is not ours or was revoked."""
        identity = self._seen.get(bearer) or self._check(bearer)
        if identity is None:
            return None
        reliability, revoked = self.known.get(identity.id, ("F", False))
        if revoked:
            return None
        if reliability != identity.reliability:
            identity = Identity(identity.id, identity.name, identity.role, identity.institution, reliability)
        if len(self._seen) < 10_000:  # noqa: PLR2004 - a bound on memory, far above a district's keys
            self._seen[bearer] = identity
        return identity

    def _check(self, bearer: str) -> Identity | None:
        body, dot, signature = bearer.removeprefix("kt_").partition(".")
        if not dot or not hmac.compare_digest(_sign(self.secret, "key", body).encode(), signature.encode()):
            return None
        id_, name, role, institution = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return Identity(id_, name, Role(role), institution)

    def refresh(self, session: Session) -> None:
        """Read reliabilities and revocations from the store."""
        self.known = {key.id: (key.reliability, key.revoked_at is not None) for key in queries.keys(session)}


@dataclass(frozen=True)
class Receipts:
    """Make and check the secret that lets a reporter follow a report."""

    secret: bytes

    def issue(self, id: UUID) -> str:  # noqa: A002 - the word callers use
        """Give the receipt of a report, the same each time."""
        return _sign(self.secret, "receipt", str(id))

    def fits(self, id: UUID, receipt: str) -> bool:  # noqa: A002
        """Say whether the receipt belongs to the report."""
        return hmac.compare_digest(self.issue(id).encode(), receipt.encode("utf-8", "replace"))


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


def sign_in(tx: Transaction, login: str, password: str) -> tuple[str, Identity] | None:
    """Open a session; returns the cookie and the person, or None. Journalled either way."""
    person = queries.active_person(tx, login)
    try:
        _hasher.verify(person.password if person and person.password else _DECOY, password)
    except Argon2Error:
        person = None
    if person is None or not person.password:
        tx.audit("signin.refused", "anonymous", login_sha=_sha(login)[:16])
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


def form_token(secret: bytes, cookie: str) -> str:
    """Give the token that every form of this session must carry (against cross-site requests)."""
    return _sign(secret, "form", cookie)


def answer_token(secret: bytes, delivery: str) -> str:
    """Give the button token of one delivery; the store keeps only its hash."""
    return _sign(secret, "answer", delivery)


def answer_token_row(token: str, alert: str, delivery: str, person: str | None, now: datetime) -> AnswerTokenRow:
    """Build the `AnswerToken` row of a token."""
    ends = now + timedelta(hours=TOKEN_HOURS)
    return {"id": _sha(token), "alert_id": alert, "delivery_id": delivery, "person_id": person, "ends_at": ends}


def find_token(session: Session, token: str) -> AnswerToken | None:
    """Find the row of a button token."""
    return session.get(AnswerToken, _sha(token))
