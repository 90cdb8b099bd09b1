"""Sign what the audit log is, every minute in which something was done and at the end, and keep that outside the store.

Before a line is signed, all lines since the last one that was signed are held against their hashes: a log that does
not fit is not signed any more, and the auditor tells. A checkpoint is itself a line (`audit.checkpoint`), so that the
log names all checkpoints that there must be; whoever dies between the two signs it when it is back.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from schemas.messages import AuditCheckpoint
from services.bus import Bus, BusUnavailable, checkpoint_event
from services.notify.watchdog.invariants import Finding
from services.runtime.settings import Settings
from services.security.checkpoints import Statement, public_keys, sign, signers, statement_of
from services.security.secret import Secret
from services.store.audit_log import CHECKPOINT
from services.store.audit_verify import Fault, Kind, Window, window_after
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session

log = logging.getLogger("kentongan.auditor")
LATE = timedelta(minutes=10)  # a line that asked for a checkpoint so long ago has had one
FOLLOWS = 20.0  # seconds for which one tick follows the log; the next one goes on


class Place(Protocol):
    """Somewhere outside the store where checkpoints are kept."""

    name: str

    async def last(self) -> bytes | None:
        """Give the newest one; None where there is none."""
        ...

    async def all(self) -> list[bytes]:
        """Give every one, the oldest first."""
        ...

    async def put(self, line: int, hash_: str, checkpoint: AuditCheckpoint) -> None:
        """Keep one; raises OSError or BusUnavailable."""
        ...


class OnTheBus:
    """The stream CHECKPOINTS, from which nobody may take anything out."""

    name = "bus"

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def last(self) -> bytes | None:
        """Give the newest one."""
        return await self._bus.last_checkpoint()

    async def all(self) -> list[bytes]:
        """Give every one."""
        return await self._bus.checkpoints()

    async def put(self, line: int, hash_: str, checkpoint: AuditCheckpoint) -> None:
        """Publish one; the same one again is known."""
        await self._bus.publish([checkpoint_event(line, hash_, checkpoint)])


class InAFile:
    """A file, one checkpoint a line: elsewhere than the store, if the office says where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    async def last(self) -> bytes | None:
        """Give the newest one."""
        lines = await self.all()
        return lines[-1] if lines else None

    async def all(self) -> list[bytes]:
        """Give every one that is whole: a line without its end was never kept."""
        if not self.path.exists():
            return []
        return self.path.read_bytes().rpartition(b"\n")[0].splitlines()

    async def put(self, line: int, hash_: str, checkpoint: AuditCheckpoint) -> None:  # noqa: ARG002 - as on the bus
        """Write one at the end, in place of a line that a power cut left without its end, and see it on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "ab+") as out:
            if out.tell():  # the file grows for years: its last byte is enough to know
                out.seek(-1, os.SEEK_END)
                if out.read(1) != b"\n":
                    out.truncate(self.path.read_bytes().rfind(b"\n") + 1)
            out.write(checkpoint.model_dump_json().encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())


def places_of(settings: Settings, bus: Bus) -> list[Place]:
    """Give the places of this installation."""
    return [InAFile(settings.checkpoints), OnTheBus(bus)]


@dataclass
class Checkpoints:
    """Follow the log, sign it and keep what was signed. One for each notifier; two do no harm to each other."""

    store: Store
    secret: Secret
    places: Sequence[Place]
    instance: str
    seconds: Callable[[], float] = time.monotonic
    _seen: Window | None = None  # up to where the log was held against its hashes
    _first: bool = True  # nothing was ever signed that we know of, and the log has not been read yet
    _news: bool = False  # lines that no checkpoint covers yet
    _owed: dict[str, list[tuple[int, str, AuditCheckpoint]]] = field(default_factory=dict)  # by place
    _faults: list[Fault] = field(default_factory=list)
    _away: set[str] = field(default_factory=set)  # places that could not be written

    def findings(self) -> list[Finding]:
        """Give what was found wrong, for the auditor."""
        rows = [f": {one.row}" if one.row else "" for one in self._faults]
        found = [
            Finding("journal", f"{one.line} ({one.kind}{row})") for one, row in zip(self._faults, rows, strict=True)
        ]
        return found + [Finding("checkpoints", name) for name in sorted(self._away)]

    async def tick(self) -> None:
        """Seal, hold new lines against their hashes, sign, keep; whatever is away is tried again at the next tick."""
        try:
            if self._seen is None:
                self._seen = await self._begin()
            await self.store.seal()
            until = self.seconds() + FOLLOWS
            if await self._follow(until) and self._news and not self._stopped():
                await self.store.write(lambda tx: tx.audit(CHECKPOINT, self.instance))
                await self.store.seal()  # where others write just now, the line is sealed and signed at the next tick
                await self._follow(until)
            await self._keep()
        except (StoreUnavailable, BusUnavailable) as error:
            log.warning("checkpoint: %s is away", type(error).__name__.removesuffix("Unavailable"))

    def _stopped(self) -> bool:
        """Say whether the lines themselves do not fit; a row that differs or a lost checkpoint stops nothing."""
        return any(one.kind not in (Kind.ROW_DIFFERS, Kind.CHECKPOINT) for one in self._faults)

    async def _begin(self) -> Window:
        """Begin where the newest checkpoint that we have signed says that the log was."""
        newest: dict[str, Statement] = {}
        for place in self.places:
            body = await place.last()
            if body is None:
                continue
            if (ours := self._ours(body)) is None:
                self._faults.append(Fault(0, Kind.CHECKPOINT, f"the newest of {place.name} is not ours"))
            else:
                newest[place.name] = ours[0]
        await self._level(newest)
        last = max(newest.values(), key=lambda said: said.line, default=None)
        self._first = last is None or not last.line
        return Window(last.line, last.hash) if last else Window()

    def _ours(self, body: bytes) -> tuple[Statement, AuditCheckpoint] | None:
        """Read a checkpoint that we have signed; None for anything else."""
        try:
            checkpoint = AuditCheckpoint.model_validate_json(body)
        except ValueError:
            return None
        said = statement_of(checkpoint)
        return (said, checkpoint) if said and signers(checkpoint, public_keys(self.secret)) else None

    async def _level(self, newest: Mapping[str, Statement]) -> None:
        """Owe each place what another one has beyond its newest: it was away when whoever signed that ended."""
        if len(set(newest.values())) <= 1:
            return
        kept = {
            place.name: [ours for body in await place.all() if (ours := self._ours(body))]
            for place in self.places
            if place.name in newest
        }
        for name, here in newest.items():
            for other in kept.keys() - {name}:
                known = [number for number, (said, _) in enumerate(kept[other]) if said == here]
                lacks = kept[other][known[-1] + 1 :] if known else []  # one that the other has never had lacks nothing
                self._owed.setdefault(name, []).extend((said.line, said.hash, one) for said, one in lacks)

    async def _follow(self, until: float) -> bool:
        """Read on towards the end of the log, a window at a time; says whether it came there.

        A log of which nothing was signed yet may take minutes: the watchdog would take it for work that hangs, and
        the next start would begin anew. So the next tick goes on where this one has stopped.
        """
        while self._seen is not None and not self._stopped():
            seen = self._seen = await self.store.read(self._next)
            self._faults += seen.faults
            for line in seen.checkpoints:
                self._owe(*line)
            self._news = self._news if seen.news is None else seen.news
            if seen.ended:
                self._first = False
                return True
            if self.seconds() >= until:
                return False
        return False

    def _next(self, session: Session) -> Window:
        return window_after(session, self._seen or Window())

    def _owe(self, line: int, hash_: str, at: datetime) -> None:
        """Sign a line that asks for it, and owe it to every place; what is there already does no harm."""
        if self._first and at < self.store.clock() - LATE:
            self._faults.append(Fault(line, Kind.CHECKPOINT, "missing: no place has one of this line"))
            return
        made = sign(self.secret, line, hash_, at)
        for place in self.places:
            self._owed.setdefault(place.name, []).append((line, hash_, made))

    async def _keep(self) -> None:
        """Put what was signed into every place; one that is away does not keep the others waiting."""
        for place in self.places:
            owed = self._owed.get(place.name, [])
            try:
                while owed:
                    await place.put(*owed[0])
                    owed.pop(0)
                self._away.discard(place.name)
            except (OSError, BusUnavailable) as error:
                log.warning("checkpoint: %s cannot be written: %s", place.name, type(error).__name__)
                self._away.add(place.name)
