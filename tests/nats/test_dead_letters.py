"""What nobody can process: listed, shown, told again, dropped; and what is merely held while something is away."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlmodel import select

from schemas.records.reports import Report
from services.bus import Bus, DeadLetter, Event, Message, run_consumer
from services.bus import consumer as taking
from services.store.database import StoreUnavailable
from tests.house import House
from tests.incidents import filed
from tests.servers import GENEROUS, end_tasks, until

pytestmark = pytest.mark.nats
SECRET_WORDS = "ketapel di belakang balai desa"  # must never turn up in a log
NewBus = Callable[..., Awaitable[Bus]]


class PoisonedError(Exception):
    """The message cannot be processed."""


class Worker:
    """Refuses what its `poison` holds, takes the rest."""

    def __init__(self, bus: Bus, poison: set[str]) -> None:
        self.poison, self.done, self.calls = poison, list[str](), list[int]()
        self.away = False
        self._task = asyncio.create_task(run_consumer(bus, "REPORTS", "triage", self.handle, (StoreUnavailable,)))

    async def handle(self, batch: Sequence[Message]) -> None:
        self.calls.append(len(batch))
        if self.away:
            raise StoreUnavailable
        if {told.headers["ce-id"] for told in batch} & self.poison:
            raise PoisonedError(SECRET_WORDS)
        self.done += [told.headers["ce-id"] for told in batch]

    async def stop(self) -> None:
        await end_tasks([self._task])


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after three tries, without the pauses between them."""
    monkeypatch.setattr(taking, "GIVE_UP_AFTER", 3)
    monkeypatch.setattr(taking, "DELAYS", (0.01,))


async def listed(bus: Bus, many: int) -> list[DeadLetter]:
    async with asyncio.timeout(GENEROUS):
        while len(letters := await bus.dead_letters()) < many:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.01)
    return letters


@pytest.mark.usefixtures("quickly")
async def test_a_poisonous_report_becomes_a_dead_letter_and_its_company_goes_on(
    new_bus: NewBus, caplog: pytest.LogCaptureFixture
) -> None:
    bus = await new_bus()
    reports = [filed(f"Kejadian {number}.") for number in range(20)]
    bad = str(reports[7].id)
    for report in reports:
        await bus.publish_report(report, "")
    worker = Worker(await new_bus("triage"), {bad})
    [letter] = await listed(bus, 1)
    await until(lambda: len(set(worker.done)) == 19)
    await worker.stop()
    assert bad not in worker.done
    assert (letter.stream, letter.consumer, letter.sequence, letter.deliveries) == ("REPORTS", "triage", 8, 3)
    subject, body = await bus.dead_body(letter)
    assert subject.startswith("report.filed.3523.")
    assert b"Kejadian 7." in body
    assert "PoisonedError at test_dead_letters.py:" in caplog.text  # where and what kind, and nothing of what it said
    assert SECRET_WORDS not in caplog.text
    assert set((await bus.waiting()).values()) == {0}


@pytest.mark.usefixtures("quickly")
async def test_a_dead_letter_told_again_is_processed_once_its_cause_is_gone(new_bus: NewBus) -> None:
    bus, report = await new_bus(), filed("Kejadian.")
    await bus.publish_report(report, "digest")
    worker = Worker(await new_bus("triage"), {str(report.id)})
    [letter] = await listed(bus, 1)
    worker.poison.clear()
    await bus.replay(letter)
    await until(lambda: worker.done == [str(report.id)])
    await worker.stop()
    assert await bus.dead_letters() == []


@pytest.mark.usefixtures("quickly")
async def test_a_dropped_letter_leaves_the_list_and_the_report_stays_on_disk(new_bus: NewBus) -> None:
    bus, report = await new_bus(), filed("Kejadian.")
    await bus.publish_report(report, "digest")
    worker = Worker(await new_bus("triage"), {str(report.id)})
    [letter] = await listed(bus, 1)
    await worker.stop()
    await bus.drop(letter)
    assert await bus.dead_letters() == []
    assert [id_ async for _, id_, _ in bus.reports_on_disk()] == [str(report.id)]


async def test_while_the_store_is_away_reports_are_held_not_failed(new_bus: NewBus) -> None:
    bus = await new_bus(ack_wait=0.5)
    worker = Worker(await new_bus("triage", ack_wait=0.5), set())
    worker.away = True
    told = [str((await bus.publish_report(filed(f"Kejadian {number}."), "")).id) for number in range(5)]
    await until(lambda: len(worker.calls) >= 5)
    assert worker.done == []
    worker.away = False
    await until(lambda: len(set(worker.done)) == 5)
    await worker.stop()
    assert sorted(set(worker.done)) == sorted(told)
    assert await bus.dead_letters() == []


@pytest.mark.usefixtures("quickly")
async def test_a_broken_event_stops_neither_notify_nor_the_report_after_it(house: House) -> None:
    await house.bus.publish([Event("broken:1", "incident.opened.3523.11", "incident.opened", b"not json")])
    report = await house.file("Bentrok dua kelompok pemuda perguruan silat di Soko, 3 orang luka.", basis="saw")
    house.expect_alert("POLRES")
    [letter] = await listed(house.bus, 1)
    assert (letter.stream, letter.consumer) == ("INCIDENTS", "notify")
    assert house.ask(lambda session: session.exec(select(Report.id)).all()) == [report]
