"""Faults that happen to a running installation, each with its end: what kills, what hangs, what fills, what lies."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import nats.errors
from nats.js import errors as js_errors

from services.bus import Bus
from tests.chaos.ground import PATIENCE, Ground
from tests.faults.small_disk import SmallDisk
from tests.kill.installation import KENTONGAN

Act = Callable[[Ground], Awaitable[None]]
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


def _receiver(status: int, headers: dict[str, str] | None = None) -> Act:
    async def act(ground: Ground) -> None:
        ground.sink.answers["*"], ground.sink.headers = status, headers or {}
        await _last(ground, 3, 8)
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
    import aiohttp

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
            env=ground.environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await process.wait()

    return act


def _office_suspended(*words: str) -> Act:
    """An office command that is suspended in the middle, and killed after some seconds."""

    async def act(ground: Ground) -> None:
        process = await asyncio.create_subprocess_exec(
            *KENTONGAN, *(word.format(data=ground.up.data) for word in words), "--data", str(ground.up.data),
            env=ground.environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await _last(ground, 0.2, 1.5)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
            await _last(ground, 3, 6)
            process.kill()
        await process.wait()

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
    *(Fault(f"receiver says {status}", _receiver(status)) for status in (302, 404, 410, 500)),
    Fault("receiver says 429, Retry-After 999999999", _receiver(429, {"Retry-After": "999999999"})),
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
    Fault("office: deadletters list", _office("deadletters", "list")),
    Fault("office: db upgrade", _office("db", "upgrade")),
    Fault("office: reconcile, suspended and killed", _office_suspended("reconcile", "--wait", "5")),
    Fault("office: backup, suspended and killed", _office_suspended("backup", "{data}/never.jsonl.gz")),
)
