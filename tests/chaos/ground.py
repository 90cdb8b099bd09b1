"""A running installation under load, and what is measured while faults happen to it."""

import asyncio
import contextlib
import itertools
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from schemas.district import District
from services.bus import Bus
from services.notify.watchdog.canary import CANARY
from services.runtime.bus_users import passwords_of
from tests.kill.installation import KENTONGAN, Installation, reports
from tests.servers import Sink, end_tasks, free_port

PATIENCE = 180.0  # seconds for whatever must come about in the end
PAUSES = (0.3, 0.6, 1.2, 2.4)  # seconds before a reporter tries again: hundreds at once would be a load of their own
TRIES = 8.0  # seconds until a reporter takes a call as lost and repeats it


@dataclass
class Figures:
    """What one fault cost."""

    name: str
    accepted: int = 0  # while it lasted, and until it had recovered
    refused: int = 0  # tries that were answered 503 or not at all
    again_after: float = -1.0  # seconds from its end to the next accepted report
    webhook_after: float = -1.0  # seconds from its end to the next webhook
    false_ready: float = 0.0  # seconds in which /readyz said 200 though every report was refused
    operator: str = "none"  # what somebody had to do
    note: str = ""


@dataclass
class Ground:
    """One installation, its reporters and its receiver; `dice` decides everything that is left to chance."""

    up: Installation
    sink: Sink
    district: District
    dice: random.Random
    key: str = ""
    filed: dict[str, float] = field(default_factory=dict)  # id -> when it was accepted, monotonic
    nameless: int = 0  # reports accepted of reporters who made no id of their own
    unanswered: int = 0  # their calls that ended without an answer: each may have been kept under an id nobody knows
    tries: int = 0
    refusals: list[float] = field(default_factory=list)
    ready: list[tuple[float, int]] = field(default_factory=list)  # when, and what /readyz said
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    known: frozenset[str] = frozenset()  # reports of the release before
    _texts: Iterator[dict[str, Any]] = field(default_factory=lambda: iter(()))

    # -- load ------------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def load(self, rate: float, *, most: int = 10**9) -> AsyncIterator[None]:
        """File so many reports a second, each patiently until it is accepted, and watch /readyz."""
        line = aiohttp.TCPConnector(limit=64)
        timeout = aiohttp.ClientTimeout(TRIES)
        async with aiohttp.ClientSession(self.up.url, connector=line, timeout=timeout) as client:
            filing = asyncio.create_task(self._file(client, rate, most))
            watching = asyncio.create_task(self._watch(client))
            try:
                yield
            finally:
                await end_tasks([filing])
                async with asyncio.timeout(PATIENCE):
                    await asyncio.gather(*self.tasks)
                await end_tasks([watching])

    async def _file(self, client: aiohttp.ClientSession, rate: float, most: int) -> None:
        started, number = time.monotonic(), 0
        while number < most:
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            number += 1
            self.begin(client, self.next_report())

    def begin(self, client: aiohttp.ClientSession, report: dict[str, Any]) -> None:
        """File one report beside everything else."""
        task = asyncio.create_task(self._until_accepted(client, report))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def next_report(self) -> dict[str, Any]:
        report = next(self._texts, None)
        if report is None:
            self._texts = iter(reports(400, self.district))
            report = next(self._texts)
        report = {**report, "text": f"{report['text']} ({self.dice.randrange(10**6)})"}
        if self.dice.random() < 0.8:  # the others have no id of their own, and repeat under the one that a 503 gives
            report["id"] = str(UUID(int=self.dice.getrandbits(128), version=4))
        else:
            self.nameless += 1
        return report

    async def _until_accepted(self, client: aiohttp.ClientSession, report: dict[str, Any]) -> None:
        async with asyncio.timeout(PATIENCE * 4):
            for pause in itertools.chain(PAUSES, itertools.repeat(PAUSES[-1])):
                self.tries += 1
                if await self._try(client, report):
                    return
                self.refusals.append(time.monotonic())
                await asyncio.sleep(pause * self.dice.uniform(0.5, 1.5))

    async def _try(self, client: aiohttp.ClientSession, report: dict[str, Any]) -> bool:
        try:
            headers = {"Authorization": f"Bearer {self.key}"}
            async with client.post("/v1/reports", json=report, headers=headers) as answer:
                told = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError):
            # Nobody has told whether it was kept: whoever has no id files it under a new one, and may double it.
            self.unanswered += "id" not in report
            report.setdefault("id", str(UUID(int=self.dice.getrandbits(128), version=4)))
            return False
        if answer.status == 202:
            self.filed[told["id"]] = time.monotonic()
            return True
        assert answer.status == 503, (answer.status, told)
        if told is not None:  # with too many connections of one address the door shuts one before it reads anything
            report.setdefault("id", told["id"])
        return False

    async def _watch(self, client: aiohttp.ClientSession) -> None:
        while True:
            status = 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                async with client.get("/readyz", timeout=aiohttp.ClientTimeout(4)) as answer:
                    status = answer.status
            self.ready.append((time.monotonic(), status))
            await asyncio.sleep(0.5)

    # -- what is measured ------------------------------------------------------------------------------------------

    def accepted_since(self, instant: float) -> list[float]:
        """Give when reports were accepted after an instant, in order."""
        return sorted(at for at in self.filed.values() if at > instant)

    def false_ready(self, begun: float, ended: float) -> float:
        """Count the seconds in which /readyz said 200 while no report was accepted for three seconds though some tried."""
        wrong = 0.0
        for (at, status), (later, _) in zip(self.ready, self.ready[1:], strict=False):
            if begun <= at < ended and status == 200:
                heard = any(at - 3 < when <= at + 1 for when in self.filed.values())
                tried = any(at - 3 < when <= at for when in self.refusals)
                wrong += 0.0 if heard or not tried else later - at
        return wrong

    async def next_webhook(self, since: float) -> float:
        """Wait for a webhook that names a report accepted after an instant; gives when it was seen."""
        looked = len(self.sink.calls)
        async with asyncio.timeout(PATIENCE):
            while True:
                await asyncio.sleep(0.05)
                for call in self.sink.calls[max(0, looked - 50) :]:
                    told = call.data.get("reports", ()) if call.answered == 200 else ()
                    if any(self.filed.get(report, 0.0) > since for report in told):
                        return time.monotonic()

    async def next_accepted(self, since: float) -> float:
        """Wait for a report accepted after an instant; gives when."""
        async with asyncio.timeout(PATIENCE):
            while not (found := self.accepted_since(since)):  # noqa: ASYNC110 - reporters are ours
                await asyncio.sleep(0.05)
        return found[0]

    # -- means -----------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def bus(self, user: str) -> AsyncIterator[Bus]:
        """Connect to its bus as one of its users."""
        who = f"{user}:{passwords_of(self.up.data)[user]}@"
        bus = Bus(f"nats://{who}127.0.0.1:{self.up.nats_port}", name=user, kabupaten=self.district.code)
        await asyncio.wait_for(bus.open(), PATIENCE)
        try:
            yield bus
        finally:
            await bus.close()

    @contextlib.asynccontextmanager
    async def beside(self, nats_port: int, *names: str) -> AsyncIterator[str]:
        """Run a second of these services (all, unless named) that reach the bus at a port; killed at the end.

        Gives the address at which the second door would answer.
        """
        port, running = free_port(), []
        for what in names or ("ingest", "triage", "notify"):
            user = "pages" if what == "ingest" else what
            who = f"{user}:{passwords_of(self.up.data)[user]}@"
            own = {
                "KENTONGAN_DATA": str(self.up.data), "KENTONGAN_INSTANCE": "2", "KENTONGAN_ACK_WAIT": "3",
                "KENTONGAN_NATS_URL": f"nats://{who}127.0.0.1:{nats_port}", "KENTONGAN_DUTIES": "lead",
                "KENTONGAN_DIVERT": self.up.divert, "KENTONGAN_PORT": str(port if what == "ingest" else self.up.port),
            }  # fmt: skip
            said = asyncio.subprocess.DEVNULL
            words = (*KENTONGAN, "serve", what)
            environment = self.environment | self.up.clock | own
            running.append(await asyncio.create_subprocess_exec(*words, env=environment, stdout=said, stderr=said))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def file_at(self, door: str, report: dict[str, Any]) -> bool:
        """File a report at another door, once; says whether it was promised."""
        report.setdefault("id", str(UUID(int=self.dice.getrandbits(128), version=4)))
        async with aiohttp.ClientSession(door, timeout=aiohttp.ClientTimeout(TRIES)) as client:
            return await self._try(client, report)

    def lines(self, kind: str) -> int:
        """Count the lines of a kind in the audit log."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=PATIENCE)) as store:
            return int(store.execute("SELECT count(*) FROM journal WHERE kind = ?", (kind,)).fetchone()[0])

    def canaries(self) -> set[str]:
        """Give the reports that the installation has filed itself, to time its own line."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=PATIENCE)) as store:
            return {
                id_ for (id_,) in store.execute("SELECT report_id FROM report_source WHERE reporter = ?", (CANARY,))
            }

    async def pid(self, what: str) -> int:
        """Give the number of a process that runs now."""
        async with asyncio.timeout(PATIENCE):
            while (found := self.up.pid(what)) is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        return found

    @property
    def store(self) -> Path:
        """Give the store's file."""
        return self.up.data / "kentongan.db"

    @property
    def environment(self) -> dict[str, str]:
        """Give an environment in which an office command knows nothing of this installation but its folder."""
        return {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
