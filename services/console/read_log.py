"""Write down who has read what is secret: one line for each request, many of them in one transaction a moment later.

An export is written down before it is given, for its line's number is its watermark. What cannot be written is kept
and tried again; when too much waits, nothing secret is shown any more.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from schemas.district import District
from schemas.vocabulary import Classification
from services.incidents.access import Reach, is_logged, reach, secrecy_of
from services.security.auth import Identity
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.console")
READ, EXPORTED = "incidents.read", "incidents.exported"
PAUSE = 0.25  # seconds in which reads gather
AGAIN = 2.0  # seconds until what could not be written is tried again
MOST = 5_000  # reads that wait to be written


Shown = tuple[str, Classification]  # a number, and how secret it is


class Told(Protocol):
    """An incident as it is kept: the graver of its issues decides."""

    @property
    def id(self) -> str:
        """Give its number."""
        ...

    @property
    def issue(self) -> str:
        """Give what it is about."""
        ...

    @property
    def issue_secondary(self) -> str | None:
        """Give what it is about besides."""
        ...


class Row(Protocol):
    """An incident as it is shown to somebody."""

    @property
    def id(self) -> str:
        """Give its number."""
        ...

    @property
    def classification(self) -> str:
        """Give how secret it is."""
        ...

    @property
    def reach(self) -> str:
        """Give how much of it he sees."""
        ...


def of_incidents(reader: Identity, district: District, incidents: Iterable[Told]) -> Iterable[Shown]:
    """Give what a reader is shown of incidents as they are kept; of what is masked he is shown nothing secret."""
    known = dict[tuple[str, str | None], bool]()
    for one in incidents:
        issues = one.issue, one.issue_secondary
        if issues not in known:
            extent = reach(reader, one.issue, district, redacted=False, second=one.issue_secondary)
            known[issues] = extent != Reach.MASKED
        yield one.id, secrecy_of(*issues, district) if known[issues] else Classification.BIASA


def of_rows(rows: Iterable[Row]) -> Iterable[Shown]:
    """Give what somebody is shown by rows that were made for him."""
    for one in rows:
        yield one.id, Classification.BIASA if one.reach == Reach.MASKED else Classification[one.classification]


@dataclass(frozen=True)
class Watermark:
    """Who took an export, when, and the number of the line that says so."""

    number: int
    name: str
    id: str
    at: datetime

    def __str__(self) -> str:
        return f"ekspor {self.number}, {self.name} ({self.id}), {self.at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class _Read:
    by: str
    what: str
    ids: tuple[str, ...]
    highest: str

    def write(self, tx: Transaction) -> None:
        tx.audit(READ, self.by, what=self.what, count=len(self.ids), ids=list(self.ids), classification=self.highest)


def _write(tx: Transaction, some: Iterable[_Read]) -> None:
    for one in some:
        one.write(tx)


@dataclass
class ReadLog:
    """The reads of one process that are still to be written."""

    store: Store
    _waiting: list[_Read] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    def note(self, reader: Identity, what: str, incidents: Iterable[Shown]) -> None:
        """Owe a line for what of these incidents was shown to a reader and is Rahasia or above.

        Raises StoreUnavailable when too much waits: what nobody could write down is not shown.
        """
        ids, highest = self._secret(incidents)
        if not ids:
            return
        if len(self._waiting) >= MOST:
            raise StoreUnavailable("reads cannot be written down")
        self._waiting.append(_Read(reader.id, what, ids, highest))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._soon())

    async def export(self, reader: Identity, what: str, incidents: Iterable[Shown]) -> Watermark:
        """Write down that a reader takes these incidents away; raises StoreUnavailable, and then gives nothing."""
        given = list(incidents)
        ids, highest = self._secret(given)

        def write(tx: Transaction) -> Watermark:
            facts: dict[str, Any] = {"what": what, "count": len(given), "ids": list(ids), "classification": highest}
            return Watermark(tx.audit(EXPORTED, reader.id, **facts), reader.name, reader.id, tx.now)

        return await self.store.write(write)

    async def flush(self) -> None:
        """Write what waits; raises StoreUnavailable and keeps it."""
        some, self._waiting = self._waiting, []
        try:
            if some:
                await self.store.write(lambda tx: _write(tx, some))
        except BaseException:
            self._waiting = some + self._waiting
            raise

    async def _soon(self) -> None:
        pause = PAUSE
        while self._waiting:
            await asyncio.sleep(pause)
            try:
                await self.flush()
            except StoreUnavailable:
                log.warning("reads: the store is away, %d wait", len(self._waiting))
                pause = AGAIN

    @staticmethod
    def _secret(incidents: Iterable[Shown]) -> tuple[tuple[str, ...], str]:
        """Give the incidents whose read is written down, and the highest classification among them."""
        found = dict(one for one in incidents if is_logged(one[1]))
        return tuple(found), max(found.values(), default=Classification.BIASA).name
