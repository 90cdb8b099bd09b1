"""Hung, not dead: a process that does nothing is ended by itself or by its supervisor, and started again."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.cli.supervision import children
from services.cli.supervision.children import AFTER_FULL, LONGEST, REFUSES, Child, Steward
from services.runtime.signs import BUS_WORD, LIFE_WORD
from services.runtime.watchdog import Alive, Watchdog
from tests.servers import end_tasks, until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_work_that_takes_too_long_ends_the_process_and_work_that_gets_on_does_not() -> None:
    ended: list[int] = []
    dog = Watchdog(longest=3, end=ended.append, second=3600)
    with dog.watching("a tick"):
        assert [dog.look() for _ in range(3)] == [None] * 3
        assert dog.look() == "a tick"
    assert dog.look() is None
    with dog.watching("a loop") as still:
        for _ in range(10):
            assert dog.look() is None
            still()


async def test_the_thread_ends_a_process_whose_loop_has_stopped() -> None:
    ended: list[int] = []
    dog = Watchdog(longest=2, end=ended.append, second=0.01)
    alive = asyncio.create_task(Alive("test", dog).run())
    await asyncio.sleep(0)
    time.sleep(1)  # noqa: ASYNC251 - the whole loop stands still, as behind a call that never returns
    await end_tasks([alive])
    assert ended == [70]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names for sockets that are no files")
async def test_signs_of_life_reach_the_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child("pages", SLEEP, {})
    child.start()
    try:
        monkeypatch.setenv("NOTIFY_SOCKET", child.environment["NOTIFY_SOCKET"])
        alive = Alive("pages", Watchdog(second=3600))
        alive.tell(LIFE_WORD)
        alive.tell(f"{BUS_WORD}=refuses")
        await until(lambda: child.hear(7.0) or child.heard, "the sign of life")
        assert (child.heard, child.refuses_since) == (7.0, 7.0)
        alive.tell(f"{BUS_WORD}=ok")
        await until(lambda: child.hear(8.0) or child.refuses_since is None, "the word about the bus")
    finally:
        child.stop(10)


def running(name: str) -> Child:
    child = Child(name, SLEEP, {})
    child.process = subprocess.Popen(SLEEP)
    child.started = 0.0
    return child


def test_what_gives_no_sign_of_life_is_ended(tmp_path: Path) -> None:
    bus, worker, young = running("nats-server"), running("triage"), running("notify")
    try:
        worker.heard = 100.0
        Steward(bus, [worker, young], tmp_path).look(100.0 + LONGEST + 1)
        assert worker.process is not None
        assert worker.process.wait(20) == -9
        assert young.process is not None
        assert young.process.poll() is None  # it has never told anything: an older release, or one that starts
        assert bus.process is not None
        assert bus.process.poll() is None
    finally:
        for child in (bus, worker, young):
            child.kill()
            assert child.process is not None
            child.process.wait(20)


def test_a_bus_that_promises_nothing_is_ended_only_while_its_disk_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, pages = running("nats-server"), running("ingest")
    try:
        pages.heard = pages.refuses_since = 1000.0
        steward = Steward(bus, [pages], tmp_path)
        steward.look(1000.0 + REFUSES - 1)
        monkeypatch.setattr(children, "has_room", lambda _folder: False)
        steward.look(1000.0 + REFUSES + 1)
        assert bus.process is not None
        assert bus.process.poll() is None
        monkeypatch.undo()
        steward.look(1000.0 + REFUSES + 2)
        assert bus.process.poll() is None  # it may still find out by itself
        steward.look(1000.0 + REFUSES + 1 + AFTER_FULL + 1)
        assert bus.process.wait(20) == -9
    finally:
        for child in (bus, pages):
            child.kill()
            assert child.process is not None
            child.process.wait(20)
