"""What a run takes for accepted, for gone with the bus, and for an office command that did its work."""

import asyncio
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from services.policy.loader import default_folder, load_district
from tests.chaos import backups, bus_faults, office_faults
from tests.chaos.backups import Waits, file_until
from tests.chaos.figures import Figures
from tests.chaos.ground import HEARD, SHORTLY, Ground
from tests.chaos.kept import Kept
from tests.chaos.run import _recovered
from tests.chaos.watch import Watch
from tests.kill.installation import Installation
from tests.servers import GENEROUS, Sink, free_port


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    kept = Kept(tmp_path / "none.db")
    up = Installation(tmp_path, "")
    return Ground(up, Sink(), load_district(default_folder()), random.Random(1), kept, Watch(kept))


def test_an_answer_that_names_another_id_or_the_id_of_another_report_is_a_fault(ground: Ground) -> None:
    first = {"id": "a", "text": "satu"}
    ground.accept(first, "a")
    ground.accept(first, "a")  # at another door
    ground.accept({"text": "dua"}, "b")
    assert set(ground.filed) == {"a", "b"}
    for report, told in (({"id": "c", "text": "tiga"}, "d"), ({"text": "tiga"}, "a")):
        with pytest.raises(AssertionError):
            ground.accept(report, told)


async def test_what_a_reporter_finds_wrong_is_raised_at_the_end_of_the_load(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_: object) -> bool:
        raise AssertionError("another id")

    monkeypatch.setattr(ground, "_try", wrong)
    ground.begin(None, {"text": "satu"})  # type: ignore[arg-type]  # nothing is sent
    [task] = ground.tasks
    await asyncio.wait([task])
    with pytest.raises(AssertionError, match="another id"):
        await asyncio.gather(*ground.tasks)


async def test_a_refused_connection_has_kept_nothing_and_is_not_unanswered(ground: Ground) -> None:
    report = {"text": "satu"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{free_port()}") as client:
        assert not await ground._try(client, report)
    assert (ground.unanswered, report) == (0, {"text": "satu"})


def test_only_what_was_promised_shortly_before_the_bus_lost_it_and_is_not_stored_is_gone(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 100.0
    ground.filed = {
        "old": at - SHORTLY - 1,
        "stored": at - 1,
        "gone": at - 1,
        "heard": at + HEARD,
        "new": at + HEARD + 1,
    }
    monkeypatch.setattr(Ground, "stored", lambda _: {"stored"})
    ground.bus_lost(at)
    assert ground.gone == {"gone", "heard"}


@pytest.mark.parametrize(("stream", "gone"), [("REPORTS", True), ("KNOWN", False), ("INCIDENTS", False)])
async def test_nothing_is_gone_with_a_stream_that_holds_no_reports(
    stream: str,
    gone: bool,  # noqa: FBT001 - a row of the table
    ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = list[float]()

    async def at_once(*_: object, **__: object) -> int:
        return 0

    monkeypatch.setattr(bus_faults.os, "kill", lambda *_: None)
    monkeypatch.setattr(bus_faults, "HEARD", 0)
    monkeypatch.setattr(bus_faults, "_known", at_once)
    for name, value in (("pid", at_once), ("lines", lambda *_: 0), ("bus_lost", lambda _, at: lost.append(at))):
        monkeypatch.setattr(Ground, name, value)
    monkeypatch.setattr(ground.kept, "ask", lambda *_: [])
    await bus_faults.stream_removed(stream)(ground)
    assert bool(lost) == gone


async def test_what_is_said_falsely_counts_until_all_works_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def webhook(_: Ground, since: float) -> float:
        return since + 20.0

    async def accepted(_: Ground, since: float) -> float:
        return since + 10.0

    monkeypatch.setattr(Ground, "next_webhook", webhook)
    monkeypatch.setattr(Ground, "next_accepted", accepted)
    until = list[float]()
    monkeypatch.setattr(ground.watch, "untrue", lambda _begun, ended, *_: until.append(ended))
    figures = Figures("one")
    await _recovered(ground, figures)
    assert until == [figures.ended + 20.0]


@pytest.mark.parametrize(
    ("command", "code", "good"),
    [("backup", 0, True), ("backup", 1, False), ("doctor", 1, True), ("reconcile", 1, True), ("doctor", 2, False)],
)
async def test_an_office_command_that_fails_is_a_fault(
    command: str,
    code: int,
    good: bool,  # noqa: FBT001 - a row of the table
    ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def said(*_: object) -> tuple[int, str]:
        return code, ""

    monkeypatch.setattr(office_faults, "_said", said)
    act = office_faults.office(command)(ground)
    if good:
        await act
    else:
        with pytest.raises(AssertionError):
            await act


async def test_reports_under_way_when_a_backup_has_ended_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, on, ends = asyncio.Event(), asyncio.Event(), asyncio.Event()
    sent, filed = list[str](), set[str]()

    async def slowly(_client: object, _key: str, report: dict[str, Any]) -> None:
        sent.append(report["id"])
        begun.set()
        await on.wait()

    monkeypatch.setattr(backups, "file_until_accepted", slowly)
    up: Any = SimpleNamespace(url="http://127.0.0.1:1")
    filing = asyncio.create_task(file_until(ends, up, "key", filed, Waits()))
    async with asyncio.timeout(GENEROUS):
        await begun.wait()
        ends.set()
        assert not filed
        on.set()
        await filing
    assert filed == set(sent)
