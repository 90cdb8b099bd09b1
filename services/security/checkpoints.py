"""Sign what the audit log is at a moment, and read such checkpoints again, trusting keys and not places.

A checkpoint is a statement (JSON: line, hash, time, public keys) with an Ed25519 signature (RFC 8032) by every live
secret's key. Whoever holds one public key can follow every rotation: a statement names all keys that sign it, so each
of them is vouched for by the others.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.messages import AuditCheckpoint
from services.security.secret import Secret
from services.store.audit_verify import Checkpoint, Fault, Kind

PURPOSE = "audit checkpoint"
FORMAT = 1
HASH = re.compile(r"[0-9a-f]{64}\Z")
PUBLIC = re.compile(r"[0-9a-f]{64}\Z")
LATE = timedelta(minutes=10)  # by which one place may have a checkpoint later than another


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says: this line had this hash. `restart`: what was said of later lines before is void."""

    line: int
    hash: str
    at: datetime
    keys: tuple[str, ...]
    restart: str | None = None  # why, in the office's words


@dataclass(frozen=True, slots=True)
class Found:
    """A checkpoint that a trusted key has signed, and where it lay; itself only where it is to be handed on."""

    said: Statement
    place: str
    checkpoint: AuditCheckpoint | None


def public_keys(secret: Secret) -> tuple[str, ...]:
    """Give the public keys of the live secrets in hexadecimal, the one that signs first."""
    return tuple(_private(key).public_key().public_bytes_raw().hex() for key in secret.keys(PURPOSE))


def _private(key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key)


def sign(secret: Secret, line: int, hash_: str, at: datetime, *, restart: str | None = None) -> AuditCheckpoint:
    """Make a checkpoint of a line by all live keys; whoever calls it has seen that the log fits up to there."""
    told = {"format": FORMAT, "line": line, "hash": hash_, "at": at.astimezone(UTC).isoformat()}
    statement = json.dumps({**told, "keys": public_keys(secret), "restart": restart}, ensure_ascii=True)
    keys = [_private(key) for key in secret.keys(PURPOSE)]
    signatures = {key.public_key().public_bytes_raw().hex(): key.sign(statement.encode()).hex() for key in keys}
    return AuditCheckpoint(statement=statement, signatures=signatures)


def signers(checkpoint: AuditCheckpoint, trusted: Iterable[str]) -> list[str]:
    """Give the trusted keys whose signature on a checkpoint is right."""
    good = []
    for key in trusted:
        signature = checkpoint.signatures.get(key)
        if signature is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
                bytes.fromhex(signature), checkpoint.statement.encode()
            )
        except (InvalidSignature, ValueError):
            continue
        good.append(key)
    return good


def statement_of(checkpoint: AuditCheckpoint) -> Statement | None:
    """Read what a checkpoint says; None where that is no statement. Says nothing about who signed it."""
    try:
        told = json.loads(checkpoint.statement)
        keys = tuple(str(key) for key in told["keys"])
        at, restart = datetime.fromisoformat(told["at"]), told.get("restart")
        said = Statement(int(told["line"]), str(told["hash"]), at, keys, None if restart is None else str(restart))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    sound = told.get("format") == FORMAT and said.line >= 0 and at.tzinfo is not None
    sound = sound and all(PUBLIC.match(key) for key in keys)
    return said if sound and (HASH.match(said.hash) or (said.line == 0 and not said.hash)) else None


class Shelf:
    """Checkpoints of all places, read with the keys that somebody trusts; with `keep` they can be handed on."""

    def __init__(self, trusted: Sequence[str], *, keep: bool = False) -> None:
        self.trusted = set(trusted)
        self._keep = keep
        self._restarts: list[Statement] = []
        self._keys: dict[tuple[str, ...], tuple[str, ...]] = {}  # one of each: there are many checkpoints of few keys
        self.places: dict[str, int] = {}  # how many lay there, good or not
        self.found: list[Found] = []
        self._unknown: list[tuple[str, AuditCheckpoint]] = []  # signed by nobody we trust so far
        self.faults: list[Fault] = []

    def read(self, place: str, bodies: Iterable[str | bytes]) -> None:
        """Take in what lies at a place, one JSON text each."""
        self.places.setdefault(place, 0)
        for body in bodies:
            self.places[place] += 1
            try:
                checkpoint = AuditCheckpoint.model_validate_json(body)
            except ValueError:
                self._forged(place, 0, "is no checkpoint")
                continue
            if not self._take(place, checkpoint):
                self._unknown.append((place, checkpoint))

    def _take(self, place: str, checkpoint: AuditCheckpoint) -> bool:
        said = statement_of(checkpoint)
        if said is None or not signers(checkpoint, self.trusted):
            return False
        if not self.trusted.issuperset(said.keys):
            self.trusted.update(signers(checkpoint, said.keys))
        said = replace(said, keys=self._keys.setdefault(said.keys, said.keys))
        self.found.append(Found(said, place, checkpoint if self._keep else None))
        return True

    def _forged(self, place: str, line: int, why: str) -> None:
        self.faults.append(Fault(line, Kind.CHECKPOINT, f"forged: number {self.places[place]} ({place}) {why}"))

    def settle(self, now: datetime) -> list[Checkpoint]:
        """Give the good checkpoints that are in force, when all places were read; faults are in `faults` after it.

        A key that signed before a rotation is known by the statements that both keys signed, whichever came first.
        """
        before = -1
        while len(self._unknown) != before:
            before = len(self._unknown)
            self._unknown = [(place, one) for place, one in self._unknown if not self._take(place, one)]
        for place, one in self._unknown:
            said = statement_of(one)
            line = said.line if said else 0
            why = f"checkpoint of line {line} ({place}) is signed by no key that is trusted"
            self.faults.append(Fault(line, Kind.CHECKPOINT, f"forged: {why}"))
        told = {one.said.at: one.said for one in self.found if one.said.restart is not None}
        self._restarts = [told[at] for at in sorted(told)]
        self._compare(now)
        return [Checkpoint(one.said.line, one.said.hash, one.place) for one in self.found if not self._is_void(one)]

    def restarts(self) -> list[Statement]:
        """Give the statements that made earlier ones void, the oldest first; once it is settled."""
        return self._restarts

    def _is_void(self, one: Found) -> bool:
        return any(other.line < one.said.line and other.at > one.said.at for other in self._restarts)

    def _compare(self, now: datetime) -> None:
        """Find what one place has and another one lacks; a place that holds none lacks all."""
        kept = {one.said.line: one.said.at for one in self.found if not self._is_void(one)}
        for place in self.places:
            here = {one.said.line for one in self.found if one.place == place}
            begins = min(here, default=0)
            for line, at in sorted(kept.items()):
                if line not in here and line > begins and at < now - LATE:
                    self.faults.append(Fault(line, Kind.CHECKPOINT, f"missing: {place} lacks the one of this line"))
                    break
