"""Hung, not dead: a process that does nothing is ended by itself or by its supervisor, and started again."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.supervision import children
from services.cli.supervision.children import LONGEST, PATIENCE, Child, Said, Steward
from services.runtime.disk import FULL, LOW, has_room, is_full
from services.runtime.signs import BUS_SECONDS, BUS_WORD, KEEPS, LIFE_WORD, REFUSES, SILENT
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
        alive.tell(f"{BUS_WORD}={SILENT}")
        await until(lambda: child.hear(7.0) or child.without, "the sign of life")
        assert (child.heard, child.without) == (7.0, {SILENT: Said(7.0, 7.0)})
        alive.tell(f"{BUS_WORD}={REFUSES}")
        await until(lambda: child.hear(8.0) or REFUSES in child.without, "another word about the bus")
        assert child.without == {REFUSES: Said(8.0, 8.0)}
        alive.tell(f"{BUS_WORD}={REFUSES}")
        await until(lambda: child.hear(11.0) or child.without[REFUSES].last == 11.0, "the same word again")
        assert child.without == {REFUSES: Said(8.0, 11.0)}
        child.anew = 12.0  # the bus was started anew
        alive.tell(f"{BUS_WORD}={REFUSES}")
        await until(lambda: child.hear(13.0) or child.without[REFUSES].last == 13.0, "the same word of another bus")
        assert child.without == {REFUSES: Said(13.0, 13.0)}
        alive.tell(f"{BUS_WORD}={KEEPS}")
        await until(lambda: child.hear(9.0) or not child.without, "the last word about the bus")
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
        Steward(bus, [worker, young], [tmp_path]).look(100.0 + LONGEST + 1)
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


@pytest.fixture
def bus() -> Iterator[Child]:
    child = running("nats-server")
    yield child
    child.stop(20)


def runs(child: Child) -> bool:
    """Say whether nobody has ended it; a child that was killed has ended once it is asked."""
    assert child.process is not None
    try:
        child.process.wait(0.05)
    except subprocess.TimeoutExpired:
        return True
    return False


def says(steward: Steward, child: Child, how: str, *, first: float, until: float) -> None:
    """Let a service say the same of the bus every few seconds, as it does, and its supervisor look each time."""
    while first <= until:
        child.take([f"{BUS_WORD}={how}"], first)
        steward.look(first)
        first += BUS_SECONDS


@pytest.mark.parametrize("how", [REFUSES, SILENT])
def test_a_bus_that_promises_nothing_is_ended_after_its_patience_and_only_while_its_disk_has_room(
    bus: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    pages = Child("ingest", SLEEP, {})
    steward = Steward(bus, [pages], [tmp_path])
    says(steward, pages, how, first=1000.0, until=1000.0 + PATIENCE[how] - 1)
    with monkeypatch.context() as low:
        low.setattr(children, "has_room", lambda _folder: False)
        steward.look(1000.0 + PATIENCE[how] + 1)
    steward.look(1000.0 + PATIENCE[how] + 2)
    assert runs(bus)  # what was said of it may be of the time in which it had no room
    says(steward, pages, how, first=1100.0, until=1100.0 + PATIENCE[how])
    assert runs(bus)
    steward.look(1100.0 + PATIENCE[how] + 0.1)
    assert not runs(bus)
    assert steward.longer == 2.0  # the next time it is given longer: a start does not help against everything


@pytest.mark.parametrize("how", [REFUSES, SILENT])
def test_one_word_alone_ends_no_bus_however_long_ago_it_was(bus: Child, tmp_path: Path, how: str) -> None:
    """One word, and no other one for its patience, ended a bus that was only slow once."""
    pages = Child("ingest", SLEEP, {}, without={how: Said(1000.0, 1000.0)})
    steward = Steward(bus, [pages], [tmp_path])
    steward.look(1000.0 + PATIENCE[how] + 1)
    pages.without = {how: Said(1000.0, 1000.5)}  # two that were told late and heard together
    steward.look(1000.0 + PATIENCE[how] + 1)
    assert runs(bus)
    steward.longer = 8.0
    pages.without = {how: Said(1000.0, 1000.0 + BUS_SECONDS)}  # two, and nothing more until its patience ended
    steward.look(1000.0 + 8 * PATIENCE[how] + 1)
    assert runs(bus)
    steward.longer = 1.0
    pages.without = {how: Said(1000.0, 1000.0 + PATIENCE[how])}
    steward.look(1000.0 + PATIENCE[how] + 1)
    assert not runs(bus)


def test_one_word_before_a_start_of_the_bus_and_one_after_it_are_not_two(bus: Child, tmp_path: Path) -> None:
    pages = Child("ingest", SLEEP, {}, without={REFUSES: Said(1000.0, 1003.0)})
    bus.started = 1004.0
    steward = Steward(bus, [pages], [tmp_path], longer=2.0)
    steward.look(1050.0)
    assert runs(bus)
    assert steward.longer == 2.0  # nobody has said yet that it promises again
    says(steward, pages, REFUSES, first=1051.0, until=1051.0)
    steward.look(1051.0 + 2 * PATIENCE[REFUSES] + 1)
    assert runs(bus)
    pages.without = {}
    steward.look(1100.0)
    assert steward.longer == 1.0


def test_a_bus_whose_disk_was_full_is_ended_at_the_first_look_at_which_there_is_room(
    bus: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Child("triage", SLEEP, {}, pause=5.0, start_at=2000.0)  # it keeps ending, and waits for its next start
    steward = Steward(bus, [worker], [tmp_path])
    steward.look(1000.0)
    assert runs(bus)
    with monkeypatch.context() as full:
        full.setattr(children, "is_full", lambda _folder: True)
        full.setattr(children, "has_room", lambda _folder: False)
        steward.look(1010.0)
        assert runs(bus)
        assert worker.start_at == 2000.0
    steward.look(1010.1)  # nobody has said that it refuses, and nobody need
    assert not runs(bus)
    assert (worker.start_at, worker.pause) == (1010.1, children.FIRST_PAUSE)
    assert bus.watch(1010.2) is not None
    assert bus.start_at < 1010.5
    bus.started, bus.process = 1010.5, subprocess.Popen(SLEEP)
    steward.look(1011.0)
    assert runs(bus)  # this one has seen no full disk


def test_after_too_little_room_whoever_waits_for_a_start_waits_no_longer_once(
    bus: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ended at its start was started ten times a second from then on."""
    worker = Child("triage", SLEEP, {}, pause=5.0, start_at=2000.0)
    steward = Steward(bus, [worker], [tmp_path])
    with monkeypatch.context() as low:
        low.setattr(children, "has_room", lambda _folder: False)
        steward.look(1000.0)
    steward.look(1000.1)
    assert worker.start_at == 1000.1
    worker.pause, worker.start_at = 5.0, 1005.1  # it has ended again
    steward.look(1000.2)
    assert (worker.pause, worker.start_at) == (5.0, 1005.1)
    assert runs(bus)


def test_a_folder_of_the_bus_that_was_away_for_a_while_is_as_a_full_disk(bus: Child, tmp_path: Path) -> None:
    folder = tmp_path / "bus"
    steward = Steward(bus, [], [tmp_path, folder])
    steward.look(1000.0)
    assert runs(bus)
    folder.mkdir()
    steward.look(1001.0)
    assert not runs(bus)


def test_a_disk_without_names_for_files_has_no_room_and_one_that_counts_none_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def disk(files: int, left: int, free: int = 1 << 40) -> None:
        told = os.statvfs_result((4096, 4096, free >> 12, free >> 12, free >> 12, files, left, left, 0, 255))
        monkeypatch.setattr(os, "statvfs", lambda _folder: told)

    disk(files=100_000, left=50_000)
    assert has_room(Path("/"))
    assert not is_full(Path("/"))
    disk(files=100_000, left=10)
    assert not has_room(Path("/"))
    assert not is_full(Path("/"))
    disk(files=100_000, left=0)
    assert not has_room(Path("/"))
    assert is_full(Path("/"))
    disk(files=0, left=0)
    assert has_room(Path("/"))
    assert not is_full(Path("/"))
    disk(files=0, left=0, free=LOW - 4096)
    assert not has_room(Path("/"))
    assert not is_full(Path("/"))
    disk(files=0, left=0, free=FULL - 4096)
    assert not has_room(Path("/"))
    assert is_full(Path("/"))
