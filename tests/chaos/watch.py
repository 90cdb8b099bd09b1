"""Watch what an installation says of itself while faults happen to it, and hold it against what really goes on.

Three voices: /readyz, the figures of /metrics, and the ping to an outside watcher. What goes on is seen without them:
whether reports are accepted, and whether the store has more of them than before.
"""

import asyncio
import contextlib
import re
import sqlite3
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import psycopg
from aiohttp import web

from tests.chaos.kept import Kept
from tests.servers import end_tasks, free_port

EVERY = 0.5  # seconds between looks
SHUT = 3.0  # seconds without an accepted report, though some tried, after which the door counts as shut
STANDS = 5.0  # seconds in which nothing was stored, though something was accepted before them: the line stands
AUDIT = 5.0  # seconds between audits, each of which pings when it finds nothing
VALUE = re.compile(r"^(kentongan_[a-z_]+)(\{[^}]*\})? ([\d.e+-]+)$", re.MULTILINE)
TRIAGE = 'consumer="triage"'


class Outside:
    """The watcher outside: it keeps when it was pinged."""

    def __init__(self) -> None:
        self.pings: list[float] = []
        self._port = free_port()
        self._runner: web.AppRunner | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Give the settings with which an installation pings it."""
        return {
            "KENTONGAN_HEARTBEAT_URL": f"http://127.0.0.1:{self._port}/ping",
            "KENTONGAN_AUDIT_MINUTES": str(AUDIT / 60),
        }

    async def _ping(self, _request: web.Request) -> web.Response:
        self.pings.append(time.monotonic())
        return web.Response()

    @contextlib.asynccontextmanager
    async def listening(self) -> "contextlib.AbstractAsyncContextManager[None]":  # type: ignore[misc]
        """Listen for as long as needed."""
        app = web.Application()
        app.router.add_get("/ping", self._ping)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        try:
            yield
        finally:
            await self._runner.cleanup()


def figures_of(text: str) -> dict[str, float]:
    """Read the figures that have no labels, and what waits for triage as `waiting`."""
    told: dict[str, float] = {"waiting": 0.0}
    for name, labels, value in VALUE.findall(text):
        if not labels:
            told[name] = float(value)
        elif TRIAGE in labels and name in ("kentongan_bus_waiting_messages", "kentongan_bus_unanswered_messages"):
            told["waiting"] += float(value)
    return told


def door_well(told: Mapping[str, float]) -> bool:
    """Say whether the figures say that reports are promised."""
    return bool(told.get("kentongan_bus_up")) and bool(told.get("kentongan_bus_promises", 1))


def line_well(told: Mapping[str, float]) -> bool:
    """Say whether the figures say that what is promised is stored."""
    return door_well(told) and bool(told.get("kentongan_store_writable")) and not told["waiting"]


@dataclass
class Untrue:
    """For how long something false was said, in seconds, and how many pings were."""

    ready: float = 0.0
    metrics: float = 0.0
    pings: int = 0


@dataclass
class Watch:
    """Everything that was said and seen of one installation, by the seconds that nobody sets."""

    kept: Kept
    outside: Outside = field(default_factory=Outside)
    key: str = ""  # of a program that may read the figures
    ready: list[tuple[float, int]] = field(default_factory=list)  # when, and what /readyz said
    told: list[tuple[float, bool, bool]] = field(default_factory=list)  # when, door well, line well: the figures' word
    rises: list[float] = field(default_factory=list)  # when the store was seen to have more reports than before

    @contextlib.asynccontextmanager
    async def watching(self, client: aiohttp.ClientSession) -> "contextlib.AbstractAsyncContextManager[None]":  # type: ignore[misc]
        """Look again and again, for as long as needed."""
        tasks = [asyncio.create_task(look) for look in (self._readyz(client), self._metrics(client), self._store())]
        try:
            yield
        finally:
            await end_tasks(tasks)

    async def _readyz(self, client: aiohttp.ClientSession) -> None:
        while True:
            status = 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                async with client.get("/readyz", timeout=aiohttp.ClientTimeout(4)) as answer:
                    status = answer.status
            self.ready.append((time.monotonic(), status))
            await asyncio.sleep(EVERY)

    async def _metrics(self, client: aiohttp.ClientSession) -> None:
        while True:
            told: dict[str, float] = {"waiting": 0.0}
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                who = {"Authorization": f"Bearer {self.key}"}
                async with client.get("/metrics", headers=who, timeout=aiohttp.ClientTimeout(4)) as answer:
                    if answer.status == HTTPStatus.OK:
                        told = figures_of(await answer.text())
            self.told.append((time.monotonic(), door_well(told), line_well(told)))
            await asyncio.sleep(2 * EVERY)

    async def _store(self) -> None:
        had = -1
        while True:
            with contextlib.suppress(sqlite3.Error, psycopg.Error, OSError):
                [(many,)] = await asyncio.to_thread(self.kept.ask, "SELECT count(*) FROM report", patience=2.0)
                if many > had >= 0:
                    self.rises.append(time.monotonic())
                had = many
            await asyncio.sleep(EVERY)

    def untrue(self, begun: float, ended: float, accepted: Sequence[float], refused: Sequence[float]) -> Untrue:
        """Count what was said falsely between two instants; both lists in order."""
        found = Untrue()
        for (at, status), (later, _) in zip(self.ready, self.ready[1:], strict=False):
            if begun <= at < ended and status == HTTPStatus.OK and self._shut(at, accepted, refused):
                found.ready += later - at
        for (at, door, line), (later, *_) in zip(self.told, self.told[1:], strict=False):
            if begun <= at < ended:
                false = (door and self._shut(at, accepted, refused)) or (line and self._stands(at, accepted))
                found.metrics += (later - at) if false else 0.0
        for at in self.outside.pings:
            if begun <= at < ended:  # an audit looks, then pings: what began just before is not held against it
                looks = (at - SHUT, at)
                shut = all(self._shut(when, accepted, refused) for when in looks)
                found.pings += shut or all(self._stands(when, accepted) for when in looks)
        return found

    @staticmethod
    def _shut(at: float, accepted: Sequence[float], refused: Sequence[float]) -> bool:
        """Say whether no report was accepted around an instant, though some tried."""
        return _between(refused, at - SHUT, at) and not _between(accepted, at - SHUT, at + 1)

    def _stands(self, at: float, accepted: Sequence[float]) -> bool:
        """Say whether something accepted seconds ago was stored by nobody since."""
        rise = bisect_right(self.rises, at)
        last = self.rises[rise - 1] if rise else 0.0
        return _between(accepted, last + EVERY, at - STANDS)  # what came with that rise may have been noted after it


def _between(instants: Sequence[float], after: float, until: float) -> bool:
    index = bisect_right(instants, after)
    return index < len(instants) and instants[index] <= until
