"""Faults that happen to a running installation, each with its end: what kills, what hangs, what fills, what lies."""

import asyncio
import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import nats.errors
from nats.js import errors as js_errors

from services.bus import Bus
from services.notify.watchdog.clock_steps import KIND
from tests.chaos.ground import PATIENCE, TRIES, Ground
from tests.faults.black_hole import BlackHole
from tests.faults.small_disk import CutDisk, SmallDisk
from tests.kill.installation import KENTONGAN

Act = Callable[[Ground], Awaitable[None]]
SERVICES = ("ingest", "triage", "notify")
OVERLOAD = 300  # reports at once: the line before the bus holds fewer, and a small machine takes seconds for them
PROCESSES = ("nats-server", "ingest", "triage", "notify")
HOLD_TURN = "import fcntl,sys,time; f=open(sys.argv[1],'wb'); fcntl.flock(f,fcntl.LOCK_EX); time.sleep(600)"
ODD = ({}, {"Status": "503"}, {"Status": "100"}, {"ce-id": "x", "ce-type": "id.kentongan.report.filed.v99"})


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `act` begins it, lets it last and ends it. `severe`: nothing can be accepted while it lasts."""

    name: str
    act: Act


async def _last(ground: Ground, least: float, most: float) -> None:
    await asyncio.sleep(ground.dice.uniform(least, most))


def _kill(what: str) -> Act:
    async def act(ground: Ground) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(await ground.pid(what), signal.SIGKILL)

    return act


def _stop(what: str) -> Act:
    async def act(ground: Ground) -> None:
        pid = await ground.pid(what)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            await _last(ground, 2, 6)
            os.kill(pid, signal.SIGCONT)

    return act


async def kill_everything(ground: Ground) -> None:
    for what in PROCESSES:
        await _kill(what)(ground)


async def restart_loop(ground: Ground) -> None:
    for _ in range(4):
        for what in ("triage", "notify"):
            if (pid := ground.up.pid(what)) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.6)


LIES = (18, 22)  # seconds for which a receiver that is well after that says something else


def _receiver(status: int, headers: dict[str, str] | None = None, lasts: tuple[float, float] = (3, 8)) -> Act:
    async def act(ground: Ground) -> None:
        ground.sink.answers["*"], ground.sink.headers = status, headers or {}
        await _last(ground, *lasts)
        ground.sink.answers.clear()
        ground.sink.headers = {}

    return act


async def receiver_away(ground: Ground) -> None:
    await ground.sink.stop()
    await _last(ground, 3, 8)
    await ground.sink.start()


async def receiver_hangs(ground: Ground) -> None:
    ground.sink.hanging.add("*")
    await _last(ground, 3, 6)
    ground.sink.release()


def _odd(subject: str, body: bytes) -> Act:
    async def act(ground: Ground) -> None:
        async with ground.bus("office") as bus:
            for headers in ODD:
                for _ in range(5):
                    await _told(bus, subject, body, dict(headers))

    return act


async def _told(bus: Bus, subject: str, body: bytes, headers: dict[str, str]) -> None:
    """Publish until it is kept: a fault before this one may not be over for every stream."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(nats.errors.Error, js_errors.Error):
                await bus.js.publish(subject, body, headers=headers or None)
                return
            await asyncio.sleep(0.5)


async def texts_that_no_rule_reads(ground: Ground) -> None:
    """A batch of what once made the reader raise, through the front door."""
    rows = [{"text": f"rapat tanggal 31-12-9999 nomor {ground.dice.randrange(10**9)}"} for _ in range(40)]
    headers = {"Authorization": f"Bearer {ground.key}"}
    async with (
        aiohttp.ClientSession(ground.up.url) as client,
        client.post("/v1/reports:batch", json=rows, headers=headers) as answer,
    ):
        told = await answer.json(content_type=None)
    if isinstance(told, list):
        loop = asyncio.get_running_loop().time()
        ground.filed |= {row["id"]: loop for row in told if row["status"] == 202}


async def store_locked(ground: Ground) -> None:
    with contextlib.closing(sqlite3.connect(ground.store, timeout=30)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN EXCLUSIVE")
        await _last(ground, 2, 6)
        holder.execute("ROLLBACK")


async def turn_held_by_a_stopped_process(ground: Ground) -> None:
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD_TURN, f"{ground.store}-turn")
    await _last(ground, 4, 8)
    holder.kill()
    await holder.wait()


async def store_file_away(ground: Ground) -> None:
    aside = ground.store.with_suffix(".aside")
    ground.store.rename(aside)
    await _last(ground, 2, 5)
    aside.rename(ground.store)


async def consumer_deleted(ground: Ground) -> None:
    pairs = [("REPORTS", "triage"), ("INCIDENTS", "notify"), ("INBOUND", "answers")]
    async with ground.bus("deploy") as bus:
        await bus.js.delete_consumer(*ground.dice.choice(pairs))


def _office(*words: str) -> Act:
    """An office command in an empty environment: it may look, and must change nothing."""

    async def act(ground: Ground) -> None:
        process = await asyncio.create_subprocess_exec(
            *KENTONGAN, *(word.format(data=ground.up.data) for word in words), "--data", str(ground.up.data),
            env=ground.environment, cwd="/", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await process.wait()

    return act


def _office_suspended(*words: str) -> Act:
    """An office command that is suspended in the middle, and killed after some seconds."""

    async def act(ground: Ground) -> None:
        process = await asyncio.create_subprocess_exec(
            *KENTONGAN, *(word.format(data=ground.up.data) for word in words), "--data", str(ground.up.data),
            env=ground.environment, cwd="/", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await _last(ground, 0.2, 1.5)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            await _last(ground, 3, 6)
            process.kill()
        await process.wait()

    return act


async def overload(ground: Ground) -> None:
    """Twice as many at once as the line before the bus holds, each patient until it is accepted."""
    async with aiohttp.ClientSession(
        ground.up.url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(TRIES)
    ) as client:
        before = set(ground.tasks)
        for _ in range(OVERLOAD):
            ground.begin(client, ground.next_report())
        await asyncio.gather(*(ground.tasks - before))


async def rolling_restart(ground: Ground) -> None:
    """Each service ends in order and is started again, under load, as an upgrade does it."""
    for what in ("ingest", "triage", "notify"):
        pid = await ground.pid(what)
        os.kill(pid, signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            while ground.up.pid(what) in (None, pid):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)


async def two_of_each_worker(ground: Ground) -> None:
    """A second triage and a second notify, which are killed in the middle of their work."""
    async with ground.beside(ground.up.nats_port, "triage", "notify"):
        await _last(ground, 10, 15)


def _clock_moved(*hours: float) -> Act:
    """The services' clock is moved by so many hours, each for some seconds and until it is noticed, and then put right."""

    async def act(ground: Ground) -> None:
        for each in (*hours, 0.0):
            told = ground.lines(KIND)
            ground.up.move_clock(each * 3600)
            async with asyncio.timeout(PATIENCE):
                while ground.lines(KIND) == told:  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.1)
            await _last(ground, 2, 4)

    return act


async def wire_that_swallows(ground: Ground) -> None:
    """A second of each service, all of whose bytes to and from the bus vanish for some seconds, nothing being closed.

    The second door promises nothing meanwhile, answers all the same, and promises again when the wire is well.
    """
    async with BlackHole(ground.up.nats_port) as hole, ground.beside(hole.port) as door:
        await _promised(ground, door)
        hole.swallow()
        report = ground.next_report()
        kept = await ground.file_at(door, report)
        await _last(ground, 10, 15)
        hole.pass_on()
        hole.cut()  # what has vanished stays away, so that the other side says so at last
        if not kept:
            await _promised(ground, door, report)


async def _promised(ground: Ground, door: str, report: dict[str, object] | None = None) -> None:
    report = report or ground.next_report()
    async with asyncio.timeout(PATIENCE):
        while not await ground.file_at(door, report):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)


def _limited(what: str, limit: int, room: Callable[[int], int]) -> Act:
    """A running process is left so much of something, for some seconds."""

    async def act(ground: Ground) -> None:
        pid = await ground.pid(what)
        before = resource.prlimit(pid, limit)
        resource.prlimit(pid, limit, (room(pid), before[1]))
        await _last(ground, 4, 8)
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, limit, before)

    return act


def _handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir())) + 3


def _memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmSize")) * 1024 + (8 << 20)


async def kill_fork_server(ground: Ground) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(await ground.pid("fork_server"), signal.SIGKILL)
    await _kill("ingest")(ground)


def power_cut(disk: CutDisk) -> Act:
    """The machine loses its power: what was not synced is gone, and `up` is started as at any boot."""

    async def act(ground: Ground) -> None:
        disk.cut()
        await asyncio.to_thread(ground.up.kill_supervisor)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await asyncio.to_thread(disk.unmount)
                    break
                except subprocess.CalledProcessError:  # somebody has it open still
                    await asyncio.sleep(0.1)
        disk.mount()
        ground.up.begin()

    return act


def disk_full(disk: SmallDisk) -> Act:
    async def act(ground: Ground) -> None:
        await asyncio.to_thread(disk.fill)
        await _last(ground, 8, 12)
        disk.free()

    return act


FAULTS = (
    *(Fault(f"kill -9 {what}", _kill(what)) for what in PROCESSES),
    *(Fault(f"SIGSTOP {what} 2-6 s", _stop(what)) for what in PROCESSES),
    Fault("kill -9 of everything", kill_everything),
    Fault("triage and notify in a restart loop", restart_loop),
    *(Fault(f"receiver says {status}", _receiver(status)) for status in (410, 500)),
    *(Fault(f"receiver says {status} for 20 s", _receiver(status, lasts=LIES)) for status in (302, 404)),
    Fault(
        "receiver says 429 for 20 s, Retry-After 999999999", _receiver(429, {"Retry-After": "999999999"}, lasts=LIES)
    ),
    Fault(f"overload: {OVERLOAD} reports at once", overload),
    Fault("rolling restart", rolling_restart),
    Fault("a second triage and notify, killed", two_of_each_worker),
    Fault("clock 2 h ahead, then right", _clock_moved(2)),
    Fault("clock 3 h back, then right", _clock_moved(-3)),
    Fault("clock 3 days ahead, 1 h back, then right", _clock_moved(72, -1)),
    Fault("a second of each service, its wire to the bus swallows 10-15 s", wire_that_swallows),
    *(Fault(f"no more handles: {what}", _limited(what, resource.RLIMIT_NOFILE, _handles)) for what in SERVICES),
    *(Fault(f"no more memory: {what}", _limited(what, resource.RLIMIT_AS, _memory)) for what in SERVICES),
    Fault("kill -9 of the fork server, then ingest", kill_fork_server),
    Fault("receiver away", receiver_away),
    Fault("receiver hangs", receiver_hangs),
    Fault("odd messages on REPORTS", _odd("report.filed.3523.11", b"\xff odd")),
    Fault("odd messages on INCIDENTS", _odd("incident.raised.3523.11", b"[]")),
    Fault("odd messages on INBOUND", _odd("inbound.message.sms", b"")),
    Fault("texts that no rule reads, by the door", texts_that_no_rule_reads),
    Fault("store locked", store_locked),
    Fault("turn held by a stopped process", turn_held_by_a_stopped_process),
    Fault("store file moved away and back", store_file_away),
    Fault("consumer deleted", consumer_deleted),
    Fault("office: doctor", _office("doctor")),
    Fault("office: reconcile", _office("reconcile", "--wait", "5")),
    Fault("office: backup", _office("backup", "{data}/now.jsonl.gz")),
    Fault("office: deadletters list", _office("deadletters", "list")),
    Fault("office: db upgrade", _office("db", "upgrade")),
    Fault("office: reconcile, suspended and killed", _office_suspended("reconcile", "--wait", "5")),
    Fault("office: backup, suspended and killed", _office_suspended("backup", "{data}/never.jsonl.gz")),
)
