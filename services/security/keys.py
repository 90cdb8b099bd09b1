"""Know programs and reporters by their keys.

A key is a number that we have signed (kid); whose it is, what it may do and until when stands in the store's list. The
front door holds that list in memory, so that it needs no database for a call. What the list does not name is refused:
a key that was ended stays so after a restart and after a restore.
"""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from schemas.records.accounts import Key
from schemas.rows.accounts import KeyRow
from schemas.vocabulary import Role, Scope
from services.security import queries
from services.security.auth import Identity
from services.security.secret import Secret
from services.store.database import StoreUnavailable, utc_now
from services.store.transaction import Session, Transaction

PURPOSE = "key"
YEAR = timedelta(days=365)  # until a key ends, unless its maker says otherwise
PAUSE = 0.5  # seconds between two looks at the list for a key that is not on it yet
SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.REPORTER: frozenset({Scope.FILE, Scope.READ}),
    Role.GATEWAY: frozenset({Scope.INBOUND}),
    Role.AUDITOR: frozenset({Scope.READ, Scope.FIGURES}),
    Role.ADMIN: frozenset({Scope.FILE, Scope.READ, Scope.ACT, Scope.FIGURES}),
    **dict.fromkeys(
        (Role.MEMBER, Role.COORDINATOR, Role.LEADER, Role.VERIFIER), frozenset({Scope.FILE, Scope.READ, Scope.ACT})
    ),
}


class KeysUnknown(Exception):  # noqa: N818 - said as a fact
    """The list of keys has not been read since the start: nobody can be told apart yet."""


@dataclass(frozen=True)
class Listed:
    """A key as the store lists it."""

    identity: Identity
    kid: str | None  # None: made by 0.1, known by its id
    ends_at: datetime | None
    revoked: bool


@dataclass
class Keys:
    """Know callers by their keys, in memory; `look` reads the list anew, beside the path."""

    secret: Secret
    clock: Callable[[], datetime] = utc_now
    look: Callable[[], Awaitable[None]] | None = None
    known: dict[str, Listed] | None = None  # by kid, or by id where there is none; None: never read
    _began: float | None = field(default=None, repr=False)  # of the last look, on the monotonic clock
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def recognise(self, bearer: str) -> Identity | None:
        """Say whose key this is; one that we have signed and do not know yet makes us look at the list again.

        Raises KeysUnknown while the list has never been read.
        """
        kid = self._proved(bearer)
        if kid is None:
            return None
        if self.known is not None and kid in self.known:
            return self._standing(kid)
        await self._look_again()
        if self.known is None:
            raise KeysUnknown
        return self.identify(bearer)  # proved once more: whatever signed it may have been ended meanwhile

    def identify(self, bearer: str) -> Identity | None:
        """Say whose key this is; None when it is not ours, not on the list, ended or revoked."""
        return self._standing(self._proved(bearer))

    def _standing(self, kid: str | None) -> Identity | None:
        listed = (self.known or {}).get(kid) if kid else None
        if listed is None or listed.revoked or (listed.ends_at is not None and listed.ends_at <= self.clock()):
            return None
        return replace(listed.identity, program=True)

    def refresh(self, session: Session) -> None:
        """Read the list from the store."""
        self.known = {key.kid or key.id: _listed(key) for key in queries.keys(session)}

    async def _look_again(self) -> None:
        """Await a look at the list that began after this call: only such a look can say that a key is not on it.

        Callers that wait together share one look, and looks begin `PAUSE` seconds apart at least.
        """
        if self.look is None:
            return
        asked = time.monotonic()
        async with self._turn:
            if self._began is not None:
                if self._began >= asked:
                    return
                await asyncio.sleep(max(0.0, self._began + PAUSE - time.monotonic()))
            self._began = time.monotonic()
            await self.look()

    def _proved(self, bearer: str) -> str | None:
        """Give the kid of a key that we have signed (of one made by 0.1, its id)."""
        body, dot, signature = bearer.removeprefix("kt_").partition(".")
        if not dot or not self.secret.fits(PURPOSE, body, signature):
            return None
        facts = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if isinstance(facts, list):  # made by 0.1: id, name, role, institution
            listed = (self.known or {}).get(facts[0])
            return str(facts[0]) if listed is None or listed.kid is None else None
        return str(facts["kid"])


def bearer_of(secret: Secret, kid: str) -> str:
    """Give what a program shows: the kid, signed. Whoever holds it is taken for the key's owner."""
    body = base64.urlsafe_b64encode(json.dumps({"kid": kid}, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"kt_{body}.{secret.sign(PURPOSE, body)}"


def issue(
    tx: Transaction,
    secret: Secret,
    identity: Identity,
    actor: str,
    *,
    lasts: timedelta | None = YEAR,
    may_reply: bool = False,
) -> str | None:
    """Put a key on the list and give what its owner shows, once; None where its name is taken."""
    kid = secrets.token_hex(8)
    row: KeyRow = {
        "id": identity.id,
        "kid": kid,
        "name": identity.name,
        "role": identity.role.value,
        "institution": identity.institution,
        "reliability": identity.reliability,
        "scopes": sorted(identity.scopes),
        "channel": identity.channel,
        "may_reply": may_reply,
        "made_at": tx.now,
        "ends_at": tx.now + lasts if lasts else None,
    }
    if not tx.add_new(Key, [row]):
        return None
    facts: dict[str, Any] = {"role": identity.role.value, "kid": kid, "scopes": row["scopes"]}
    facts |= {"channel": identity.channel, "may_reply": may_reply}
    tx.audit("key.made", actor, subject=identity.id, **facts)
    return bearer_of(secret, kid)


def own_program(tx: Transaction, secret: Secret, identity: Identity) -> str:
    """Give the key of a program of this installation, on the list like any other; it is made at its first use."""
    made = issue(tx, secret, identity, identity.id, lasts=None)
    known = tx.session.get(Key, identity.id)
    return made or bearer_of(secret, known.kid if known and known.kid else identity.id)


def _listed(key: Key) -> Listed:
    role = Role(key.role)
    scopes = SCOPES[role] if key.scopes is None else frozenset(Scope(one) for one in key.scopes)
    identity = Identity(key.id, key.name, role, key.institution, key.reliability, scopes=scopes, channel=key.channel)
    return Listed(identity, key.kid, key.ends_at, key.revoked_at is not None)


def reading(keys: Keys, read: Callable[[Callable[[Session], None]], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Give what reads the list through `read`; while the store is away the list stays as it is."""

    async def look() -> None:
        try:
            await read(keys.refresh)
        except StoreUnavailable:
            return

    return look
