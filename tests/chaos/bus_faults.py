"""Faults of the bus alone: slow, its folder away or lost, a stream deleted, and what nobody can read on any stream."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import nats.errors
from nats.js import errors as js_errors

from services.runtime.disk import BUS_FOLDER
from services.store.stream_marks import LOST
from tests.chaos.ground import HEARD, PATIENCE, Ground
from tests.chaos.kinds import Act, Fault, last, until

# None has an id: one that has is an accepted report, and missing as soon as somebody takes its letter off the list.
ODD = ({}, {"Status": "503"}, {"Status": "100"}, {"ce-type": "id.kentongan.report.filed.v99"})
ADVISORY = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.REPORTS.triage"
MARK = "SELECT last FROM stream_mark WHERE stream = ?"
REPORTS = "REPORTS"
STREAMS = (REPORTS, "KNOWN", "INCIDENTS", "INBOUND", "CHECKPOINTS", "DEADLETTERS")
STANDS, RUNS = 0.18, 0.02  # seconds of each fifth of a second in which a slow bus stands still, and works


def odd(subject: str, body: bytes) -> Act:
    """Tell a stream what nobody can read; the operator takes the dead letters off the list."""

    async def act(ground: Ground) -> None:
        async with ground.lord() as bus:
            jetstream = bus.jetstream()
            for headers in ODD:
                for _ in range(5):
                    async with asyncio.timeout(PATIENCE):  # a fault before this one may not be over for every stream
                        while True:
                            with contextlib.suppress(nats.errors.Error, js_errors.Error):
                                await jetstream.publish(subject, body, headers=dict(headers) or None)
                                break
                            await asyncio.sleep(0.5)
        await last(ground, 2, 4)
        await _letters_dropped(ground)

    return act


async def _letters_dropped(ground: Ground) -> None:
    """Drop every dead letter, one by one as the command does it: while one lies there, nobody outside is pinged."""
    async with ground.bus("office") as bus:
        letters = await bus.dead_letters()
        for letter in letters:
            await bus.drop(letter)
    if letters:
        ground.did("`kentongan deadletters drop N`")


async def slow_bus(ground: Ground) -> None:
    """It stands still for nine tenths of the time, as if each write took so long."""
    pid = await ground.pid("nats-server")
    end = asyncio.get_running_loop().time() + ground.dice.uniform(8, 12)
    with contextlib.suppress(ProcessLookupError):
        try:
            while asyncio.get_running_loop().time() < end:
                os.kill(pid, signal.SIGSTOP)
                await asyncio.sleep(STANDS)
                os.kill(pid, signal.SIGCONT)
                await asyncio.sleep(RUNS)
        finally:
            os.kill(pid, signal.SIGCONT)


async def folder_away(ground: Ground) -> None:
    """The folder of the bus is moved away under it, and back."""
    folder = ground.up.data / BUS_FOLDER
    aside = folder.with_name("bus.aside")
    folder.rename(aside)
    await last(ground, 3, 6)
    if folder.exists():
        shutil.rmtree(folder)  # what the bus has made there meanwhile
    aside.rename(folder)


def _removed(which: Callable[[Path], list[Path]], streams: tuple[str, ...] = STREAMS) -> Act:
    """Something of the bus's folder is gone when the bus is started again; who runs the installation says he knows."""

    async def act(ground: Ground) -> None:
        before, something = ground.lines(LOST), _held(ground, streams)
        pid = await ground.pid("nats-server")
        os.kill(pid, signal.SIGSTOP)  # else `up` has it started again before the folder is gone
        for folder in which(ground.up.data / BUS_FOLDER):
            shutil.rmtree(folder)
        removed = time.monotonic()
        await asyncio.sleep(HEARD)  # what was promised just before is heard of, and what triage has in hand is stored
        if REPORTS in streams:
            ground.bus_lost(removed)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await _known(ground, before, something=something)

    return act


async def folder_removed_under_it(ground: Ground) -> None:
    """The folder of the bus is removed while the bus runs: `up` waits for it to come back, until somebody knows better."""
    before = ground.lines(LOST)
    shutil.rmtree(ground.up.data / BUS_FOLDER)
    removed = time.monotonic()
    await last(ground, 15, 20)
    ground.bus_lost(removed)
    await asyncio.to_thread(ground.up.stop)
    ground.up.begin()
    ground.did("`up` stopped and started")
    await _known(ground, before)


def _held(ground: Ground, streams: tuple[str, ...]) -> bool:
    """Say whether one of these streams is known to have held something: an empty one has nothing to lose."""
    return any(known for stream in streams for (known,) in ground.kept.ask(MARK, stream))


async def _known(ground: Ground, before: int, *, something: bool = True) -> None:
    """Wait until the loss is told of, and say what the documents tell an operator to say."""
    if not something:
        await last(ground, 6, 8)
        return
    await until(lambda: ground.lines(LOST) > before, "the loss, told of")
    await ground.operator("bus", "accept")


def stream_removed(stream: str) -> Act:
    """The folder of one stream is gone, and the bus is started again."""
    return _removed(lambda bus: list(bus.rglob(f"streams/{stream}")), (stream,))


def stream_deleted(stream: str) -> Act:
    """A stream is deleted while the bus runs, by somebody who may do everything on it."""

    async def act(ground: Ground) -> None:
        before, something = ground.lines(LOST), _held(ground, (stream,))
        async with ground.lord() as bus:
            await bus.jetstream(timeout=PATIENCE).delete_stream(stream)
        deleted = time.monotonic()
        await _known(ground, before, something=something)
        if stream == REPORTS:
            ground.bus_lost(deleted)

    return act


BUS_FAULTS = (
    *(
        Fault(f"odd messages on {stream}", odd(subject, body))
        for stream, subject, body in (
            ("REPORTS", "report.filed.3523.11", b"\xff odd"),
            ("INCIDENTS", "incident.raised.3523.11", b"[]"),
            ("INBOUND", "inbound.message.sms", b""),
            ("KNOWN", "known.report", b"\xff odd"),
            ("KNOWN, of a report", "known.report.odd", b"{}"),
            ("CHECKPOINTS", "audit.checkpoint", b"{"),
            ("DEADLETTERS", ADVISORY, b"{"),
        )
    ),
    Fault("the bus stands still nine tenths of 8-12 s", slow_bus),
    Fault("the folder of the bus away for 3-6 s", folder_away),
    Fault("bus killed, its folder lost", _removed(lambda bus: [bus])),
    Fault("the folder of the bus removed under it", folder_removed_under_it),
    *(Fault(f"bus killed, stream {stream} lost", stream_removed(stream)) for stream in STREAMS),
    *(Fault(f"stream {stream} deleted", stream_deleted(stream)) for stream in STREAMS),
)
