"""Watch the watchers: audit every minute, tell the coordinator what is new, and ping an outside watcher.

The ping is the point: a service that has died cannot say so, but whoever expects its ping every few minutes notices
the silence. It is left out when something was found: in the store, on the bus, at the front door, on the disk.
"""

import hashlib
import logging
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path

import aiohttp

from schemas.records.incidents import Incident
from schemas.rows.alerts import DeliveryRow
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.messages.notices import Notice
from services.notify.watchdog import queries
from services.notify.watchdog.invariants import Finding, look, sentences, unwatched
from services.policy.active import amiss, note
from services.policy.queries import processes
from services.policy.situation import accused_by, decides
from services.runtime.disk import ENOUGH, has_room
from services.store.audit_log import newest_line
from services.store.database import Store, StoreUnavailable
from services.store.stream_marks import note_timeline, taken_over
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.auditor")
PING_SECONDS = 10.0
PASSING = frozenset({"bus_refuses", "door_shut"})  # kinds that a start of a process is enough for
AGAIN = 300.0  # seconds between two notices of what is new of one kind
CANARY_FRESH = timedelta(hours=1)  # a lost canary of earlier than this is history

Ping = Callable[[], Awaitable[None]]
Look = Callable[[], Awaitable[list[Finding]]]


def door_watch(url: str) -> Look:
    """Give the look whether the front door at `url` says that it would promise a report."""

    async def watch() -> list[Finding]:
        timeout = aiohttp.ClientTimeout(total=PING_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/readyz") as answer:
                return [] if answer.status == HTTPStatus.OK else [Finding("door_shut", str(answer.status))]
        except (aiohttp.ClientError, TimeoutError) as error:
            return [Finding("door_shut", type(error).__name__)]

    return watch


def disk_watch(folder: Path) -> Look:
    """Give the look whether the disk of the data folder will be full soon: before the bus refuses because of it."""

    async def watch() -> list[Finding]:
        return [] if has_room(folder, ENOUGH) else [Finding("disk_low", str(folder))]

    return watch


def heartbeat(url: str) -> Ping:
    """Give the ping of an outside watcher: a GET, as healthchecks.io, Uptime Kuma and their kind expect it."""

    async def ping() -> None:
        timeout = aiohttp.ClientTimeout(total=PING_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            answer.raise_for_status()

    return ping


class Auditor:
    """Audit one installation; `ping` is called after each audit that found nothing."""

    def __init__(
        self,
        store: Store,
        desk: Callable[[], NotifyContext],
        dispatcher: Dispatcher,
        tick: float,
        ping: Ping | None = None,
        journal: Callable[[], list[Finding]] = list,
        watch_minutes: float = 0.0,
        beside: Sequence[Look] = (),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Audit the store, and whatever the looks `beside` it see: the bus, the front door, the disk."""
        self._store = store
        self._desk = desk
        self._dispatcher = dispatcher
        self._tick = tick
        self._ping = ping
        self._journal = journal  # what following the audit log has found
        self._watch_minutes = watch_minutes
        self._beside = tuple(beside)
        self._seconds = seconds
        self._told_at: dict[str, float] = defaultdict(lambda: -math.inf)  # kind -> when something of it was told last
        self._known: frozenset[Finding] = frozenset()
        self._passing: frozenset[Finding] = frozenset()  # what the last look found that may have been over with it

    async def audit(self) -> list[Finding]:
        """Look once; what was not there at the last look is journalled and told. Gives everything found.

        A bus or a door that does not answer at one look may be started again just then: it is told of when it does not
        at two. More of a kind that was told of just now is told of minutes later, together: after an outage each look
        finds other ones. The ping of the outside watcher is left out at the first.
        """
        try:
            found = [*await self._store.read(self._look), *self._journal()]
            for look_beside in self._beside:
                found += await look_beside()
            passing = frozenset(finding for finding in found if finding.kind in PASSING)
            before = {finding.kind for finding in self._passing}  # whatever its words: a door fails in several ways
            standing = frozenset(finding for finding in found if finding not in passing or finding.kind in before)
            now, fresh = self._seconds(), standing - self._known
            told = [one for one in found if one in fresh and now - self._told_at[one.kind] >= AGAIN]
            if told:
                self._dispatcher.send(await self._store.write(lambda tx: self._tell(tx, told)))
                self._told_at.update({finding.kind: now for finding in told})
            self._known, self._passing = (standing & self._known) | frozenset(told), passing
            await self._store.write(lambda tx: self._note(tx, found))
        except StoreUnavailable:
            log.warning("audit: the store is away")  # no ping either: the outside watcher notices
            return []
        if found:
            log.error("audit: %s", "; ".join(sentences(found)))
        elif self._ping is not None:
            try:
                await self._ping()
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("heartbeat: %s", type(error).__name__)
        return found

    def _look(self, session: Session) -> list[Finding]:
        now = self._store.clock()
        found = look(session, now, self._tick)
        last = newest_line(session, "canary.")
        if last is not None and last.kind == "canary.lost" and last.at > now - CANARY_FRESH:
            found.append(Finding("canary_lost", last.subject_id or str(last.seq)))
        found += [Finding(kind, whom) for kind, whom in amiss(processes(session), now)]
        if taken_over(session):
            found.append(Finding("store_taken_over", "postgresql"))
        if self._watch_minutes:
            found += unwatched(queries.notifiers(session), now, timedelta(minutes=self._watch_minutes))
        return found

    def _note(self, tx: Transaction, found: list[Finding]) -> None:
        kinds = sorted({finding.kind for finding in found})
        note_timeline(tx, first=True)
        note(tx, self._desk().instance, audited=tx.now.timestamp(), findings=len(found), kinds=kinds)

    def _tell(self, tx: Transaction, found: list[Finding]) -> list[DeliveryRow]:
        named = sorted(f"{finding.kind}:{finding.subject}" for finding in found)
        digest = hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
        tx.audit("audit.found", "auditor", subject=digest, findings=named[:200], count=len(named))
        owed: list[DeliveryRow] = []
        for accused, some in self._by_accused(tx, found).items():
            key = ":".join(("audit", digest, f"{tx.now:%Y-%m-%d}", *accused))
            notice = Notice("audit", {"count": len(some), "found": partial(_listed, some)})
            owed += owe_notice(tx, self._desk(), key, notice, accused=accused)
        return owed

    def _by_accused(self, tx: Transaction, found: list[Finding]) -> dict[tuple[str, ...], list[Finding]]:
        """Part what is about incidents that accuse the coordinator from the rest, by whom they accuse (rules.md 10)."""
        district = self._desk().district
        rows = tx.rows(Incident, "id", sorted({one.incident or one.subject for one in found}))
        accused = {row["id"]: tuple(sorted(accused_by(row["facts"]))) for row in rows}
        parted: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
        for one in found:
            whom = accused.get(one.incident or one.subject, ())
            parted[whom if decides(whom, district) != district.overlays.coordinator else ()].append(one)
        return parted


def _listed(found: list[Finding], language: str) -> str:
    return "\n".join(sentences(found, language))
