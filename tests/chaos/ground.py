"""A running installation under load, and what is measured while faults happen to it."""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import nats
import nats.errors
from nats.aio.client import Client

from schemas.district import District
from services.bus import Bus
from services.notify.watchdog.canary import CANARY
from services.runtime.bus_users import ACCOUNTS_FILE, passwords_of
from tests.chaos.kept import PATIENCE, Kept
from tests.chaos.mail import MailServer
from tests.chaos.watch import Watch
from tests.kill.installation import KENTONGAN, Installation, reports
from tests.servers import Sink, end_tasks, free_port

LORD = "        { user: chaos, password: chaos },\n"
PAUSES = (0.3, 0.6, 1.2, 2.4)  # seconds before a reporter tries again: hundreds at once would be a load of their own
SHORTLY = 10.0  # seconds before the bus lost something in which triage may not have stored what was promised
HEARD = 1.0  # seconds until a reporter has surely heard of what was promised before
TRIES = 8.0  # seconds until a reporter takes a call as lost and repeats it


@dataclass
class Ground:
    """One installation, its reporters and its receiver; `dice` decides everything that is left to chance."""

    up: Installation
    sink: Sink
    district: District
    dice: random.Random
    kept: Kept
    watch: Watch
    mail: MailServer | None = None
    key: str = ""
    filed: dict[str, float] = field(default_factory=dict)  # id -> when it was accepted, monotonic
    nameless: int = 0  # reports accepted of reporters who made no id of their own
    unanswered: int = 0  # their calls that ended without an answer: each may have been kept under an id nobody knows
    refusals: list[float] = field(default_factory=list)
    operated: list[str] = field(default_factory=list)  # what somebody had to do in the fault that lasts
    gone: set[str] = field(default_factory=set)  # what lay only on the stream of reports that a fault removed
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    known: frozenset[str] = frozenset()  # reports of the release before
    _texts_of: dict[str, str] = field(default_factory=dict)  # by the id under which each was accepted
    _texts: Iterator[dict[str, Any]] = field(default_factory=lambda: iter(()))

    # -- load ------------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def load(self, rate: float, *, most: int = 10**9) -> AsyncIterator[None]:
        """File so many reports a second, each patiently until it is accepted, and watch /readyz."""
        line = aiohttp.TCPConnector(limit=64)
        timeout = aiohttp.ClientTimeout(TRIES)
        async with aiohttp.ClientSession(self.up.url, connector=line, timeout=timeout) as client:
            filing = asyncio.create_task(self._file(client, rate, most))
            async with self.watch.watching(client):
                try:
                    yield
                finally:
                    await end_tasks([filing])
                    async with asyncio.timeout(PATIENCE):
                        await asyncio.gather(*self.tasks)

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
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Forget one that ended well; what another has raised is raised at the end of the load."""
        if task.cancelled() or task.exception() is None:
            self.tasks.discard(task)

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
                if await self._try(client, report):
                    return
                self.refusals.append(time.monotonic())
                await asyncio.sleep(pause * self.dice.uniform(0.5, 1.5))

    async def _try(self, client: aiohttp.ClientSession, report: dict[str, Any]) -> bool:
        try:
            headers = {"Authorization": f"Bearer {self.key}"}
            async with client.post("/v1/reports", json=report, headers=headers) as answer:
                told = await answer.json(content_type=None)
        except aiohttp.ClientConnectorError:
            return False  # nobody was there to keep it
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError):
            # Nobody has told whether it was kept: whoever has no id files it under a new one, and may double it.
            self.unanswered += "id" not in report
            report.setdefault("id", str(UUID(int=self.dice.getrandbits(128), version=4)))
            return False
        if answer.status == 202:
            self.accept(report, told["id"])
            return True
        assert answer.status == 503, (answer.status, told)
        if told is not None:  # with too many connections of one address the door shuts one before it reads anything
            report.setdefault("id", told["id"])
        return False

    def accept(self, report: Mapping[str, Any], told: str) -> None:
        """Note that a report was accepted under an id: its own, if it has one, and no other report's."""
        assert told == report.get("id", told), (told, report)
        assert self._texts_of.setdefault(told, report["text"]) == report["text"], (told, report)
        self.filed[told] = time.monotonic()

    def bus_lost(self, at: float) -> None:
        """Note what lay only on the reports' stream when that was lost: promised shortly before, and not stored."""
        promised = {id_ for id_, when in self.filed.items() if at - SHORTLY <= when <= at + HEARD}
        self.gone |= promised - self.stored()

    # -- what is measured ------------------------------------------------------------------------------------------

    def accepted_since(self, instant: float) -> list[float]:
        """Give when reports were accepted after an instant, in order."""
        return sorted(at for at in self.filed.values() if at > instant)

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
                "KENTONGAN_DIVERT": self.up.divert, "KENTONGAN_STORE_URL": self.up.store_url, "KENTONGAN_PORT": str(port if what == "ingest" else self.up.port),
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
        return int(self.kept.ask("SELECT count(*) FROM journal WHERE kind = ?", kind)[0][0])

    def canaries(self) -> set[str]:
        """Give the reports that the installation has filed itself, to time its own line."""
        return {id_ for (id_,) in self.kept.ask("SELECT report_id FROM report_source WHERE reporter = ?", CANARY)}

    def stored(self) -> set[str]:
        """Give every report that the store has."""
        return {id_ for (id_,) in self.kept.ask("SELECT id FROM report")}

    def mailed(self) -> set[str]:
        """Give the Message-ID of every mail that the store has as sent."""
        marked = "SELECT provider_id FROM delivery WHERE channel = 'email' AND sent_at IS NOT NULL"
        return {id_ for (id_,) in self.kept.ask(marked) if id_}

    async def operator(self, *words: str) -> str:
        """Do what the documents tell an operator to do, as an office command; written down, and must succeed."""
        code, said = await self.up.run(*words)
        assert code == 0, (words, said)
        self.did(f"`kentongan {' '.join(words)}`".replace(f"{self.up.data.parent}/", ""))
        return said

    def did(self, what: str) -> None:
        """Write down what an operator had to do."""
        if what not in self.operated:
            self.operated.append(what)

    @contextlib.asynccontextmanager
    async def lord(self) -> AsyncIterator[Client]:
        """Connect to the bus as somebody who may do everything on it; none of its own users may."""
        accounts = self.up.data / ACCOUNTS_FILE
        told = accounts.read_text(encoding="ascii")
        if LORD not in told:
            accounts.write_text(told.replace("users = [\n", f"users = [\n{LORD}", 1), encoding="ascii")
            os.kill(await self.pid("nats-server"), signal.SIGHUP)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    client = await nats.connect(
                        f"nats://chaos:chaos@127.0.0.1:{self.up.nats_port}", allow_reconnect=False
                    )
                    break
                except (nats.errors.Error, OSError, TimeoutError):
                    await asyncio.sleep(0.2)
        try:
            yield client
        finally:
            await client.close()

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
        """Give an environment in which an office command knows nothing of this installation but its folder, or database."""
        own = {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
        return own | ({"KENTONGAN_STORE_URL": self.up.store_url} if self.up.store_url else {})
