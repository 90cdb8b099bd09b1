"""Faults that happen to a running installation, each with its end: what kills, what hangs, what fills, what lies."""

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp

from services.notify.watchdog.clock_steps import KIND
from tests.chaos.bus_faults import BUS_FAULTS
from tests.chaos.ground import PATIENCE, TRIES, Ground
from tests.chaos.kinds import Act, Fault, kill, last
from tests.chaos.office_faults import OFFICE_FAULTS
from tests.chaos.store_faults import OF_POSTGRES, OF_SQLITE, OF_SQLITE_AS_ROOT
from tests.faults.black_hole import BlackHole
from tests.faults.small_disk import CutDisk, SmallDisk

SERVICES = ("ingest", "triage", "notify")
OVERLOAD = 300  # reports at once: the line before the bus holds fewer, and a small machine takes seconds for them
PROCESSES = ("nats-server", "ingest", "triage", "notify")


def _stop(what: str) -> Act:
    async def act(ground: Ground) -> None:
        pid = await ground.pid(what)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            await last(ground, 2, 6)
            os.kill(pid, signal.SIGCONT)

    return act


async def kill_everything(ground: Ground) -> None:
    for what in PROCESSES:
        await kill(what)(ground)


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
        await last(ground, *lasts)
        ground.sink.answers.clear()
        ground.sink.headers = {}

    return act


async def receiver_away(ground: Ground) -> None:
    await ground.sink.stop()
    await last(ground, 3, 8)
    await ground.sink.start()


async def receiver_hangs(ground: Ground) -> None:
    ground.sink.hanging.add("*")
    await last(ground, 3, 6)
    ground.sink.release()


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


async def consumer_deleted(ground: Ground) -> None:
    pairs = [("REPORTS", "triage"), ("INCIDENTS", "notify"), ("INBOUND", "answers")]
    async with ground.bus("deploy") as bus:
        await bus.js.delete_consumer(*ground.dice.choice(pairs))


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
        await last(ground, 10, 15)


def _clock_moved(*hours: float) -> Act:
    """The services' clock is moved by so many hours, each for some seconds and until it is noticed, and then put right."""

    async def act(ground: Ground) -> None:
        for each in (*hours, 0.0):
            told = ground.lines(KIND)
            ground.up.move_clock(each * 3600)
            async with asyncio.timeout(PATIENCE):
                while ground.lines(KIND) == told:  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.1)
            await last(ground, 2, 4)

    return act


async def two_of_everything(ground: Ground) -> None:
    """A second of each service beside the first ones, which are killed; the second ones are killed in their turn."""
    async with ground.beside(ground.up.nats_port) as door:
        await _promised(ground, door)
        for what in SERVICES:
            await kill(what)(ground)
        await last(ground, 6, 9)


async def wire_that_swallows(ground: Ground) -> None:
    """A second of each service, all of whose bytes to and from the bus vanish for some seconds, nothing being closed.

    The second door promises nothing meanwhile, answers all the same, and promises again when the wire is well.
    """
    async with BlackHole(ground.up.nats_port) as hole, ground.beside(hole.port) as door:
        await _promised(ground, door)
        hole.swallow()
        report = ground.next_report()
        kept = await ground.file_at(door, report)
        await last(ground, 10, 15)
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
        await last(ground, 4, 8)
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
    await kill("ingest")(ground)


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
        await last(ground, 8, 12)
        disk.free()

    return act


# In a process of its own: ours may wait for that disk itself. It ends, the disk thawed, when its input ends.
FREEZER = """
import fcntl, os, select, sys
disk, stands, runs = os.open(sys.argv[1], os.O_RDONLY), float(sys.argv[2]), float(sys.argv[3])
FREEZE, THAW, over = 0xC0045877, 0xC0045878, False
while not over:
    fcntl.ioctl(disk, FREEZE, 0)
    try:
        over = bool(select.select([sys.stdin], [], [], stands)[0])
    finally:
        fcntl.ioctl(disk, THAW, 0)
    over = over or bool(select.select([sys.stdin], [], [], runs)[0])
"""


def disk_slow(disk: CutDisk, stands: float, runs: float, lasts: tuple[float, float]) -> Act:
    """The file system of store and bus is frozen again and again: whatever writes or syncs waits for so many seconds."""

    async def act(ground: Ground) -> None:
        words = (sys.executable, "-c", FREEZER, str(disk.folder), str(stands), str(runs))
        freezer = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.PIPE)
        try:
            await last(ground, *lasts)
        finally:
            assert freezer.stdin is not None
            freezer.stdin.close()
            assert await freezer.wait() == 0

    return act


def of_disk(disk: CutDisk) -> tuple[Fault, ...]:
    """Give the kinds that need a disk of the installation's own."""
    return (
        Fault("disk full 8-12 s", disk_full(disk)),
        Fault("power cut", power_cut(disk)),
        Fault("disk slow: each sync waits for 0.15 s, 10-15 s", disk_slow(disk, 0.15, 0.05, (10, 15))),
        Fault("disk slow: each sync waits for 0.5 s, 10-15 s", disk_slow(disk, 0.5, 0.1, (10, 15))),
        Fault("disk that writes nothing for 6-9 s", disk_slow(disk, 60, 0.1, (6, 9))),
    )


async def mail_server_says_nothing(ground: Ground) -> None:
    """It takes every connection and says nothing; webhooks go on beside it."""
    assert ground.mail is not None
    ground.mail.hang()
    await last(ground, 20, 30)
    ground.mail.speak()


OF_MAIL = (Fault("mail server says nothing 20-30 s", mail_server_says_nothing),)
EVERYWHERE = (
    *(Fault(f"kill -9 {what}", kill(what)) for what in PROCESSES),
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
    Fault("two of everything, the first killed, then the second", two_of_everything),
    Fault("clock 2 h ahead, then right", _clock_moved(2)),
    Fault("clock 3 h back, then right", _clock_moved(-3)),
    Fault("clock 3 days ahead, 1 h back, then right", _clock_moved(72, -1)),
    Fault("a second of each service, its wire to the bus swallows 10-15 s", wire_that_swallows),
    *(
        Fault(f"no more handles: {what}", _limited(what, resource.RLIMIT_NOFILE, _handles))
        for what in (*SERVICES, "nats-server")
    ),
    *(
        Fault(f"no more memory: {what}", _limited(what, resource.RLIMIT_AS, _memory))
        for what in (*SERVICES, "nats-server")
    ),
    Fault("kill -9 of the fork server, then ingest", kill_fork_server),
    Fault("receiver away", receiver_away),
    Fault("receiver hangs", receiver_hangs),
    Fault("texts that no rule reads, by the door", texts_that_no_rule_reads),
    Fault("consumer deleted", consumer_deleted),
    *BUS_FAULTS,
    *OFFICE_FAULTS,
)
# Those that any machine can have on SQLite; and, where who runs them may, those that only root can.
FAULTS = (*EVERYWHERE, *OF_SQLITE, *(OF_SQLITE_AS_ROOT if os.geteuid() == 0 else ()))
ON_POSTGRES = (*EVERYWHERE, *OF_POSTGRES)
