"""Faults of the wall clock: nobody is woken by a clock, and nothing sleeps for as long as it was set back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.incidents import Incident
from schemas.records.running import Process
from services.notify.delivery.dispatcher import ENOUGH_TRIES, Outcome, Verdict, _after
from services.runtime.ticks import ClockWatch, every
from tests.house import House
from tests.incidents import Level, opened
from tests.people import Resident
from tests.servers import end_tasks, until

pytestmark = pytest.mark.nats
STEPS = [timedelta(hours=2), timedelta(days=1), timedelta(days=400), -timedelta(hours=2), -timedelta(days=1)]


class Machine:
    """A machine whose seconds go on whatever is done to its wall clock."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.moved = timedelta()
        house.machine = self

    def __call__(self) -> float:
        return (self.house.clock.now - self.moved).timestamp()

    async def move(self, by: timedelta) -> None:
        """Set the wall clock, and let the notifier tick."""
        self.house.clock.now += by
        self.moved += by
        await self.house.settle()


@pytest_asyncio.fixture
async def house(new_house: Callable[..., Awaitable[House]]) -> House:
    mail = Resident("bakesbang", "KESBANG", addresses=(("email", "piket@kesbang.example"),))
    return await new_house(people=lambda people: [*people, mail])


@pytest_asyncio.fixture
async def machine(house: House) -> Machine:
    return Machine(house)


async def test_ticks_go_on_by_seconds_that_nobody_sets() -> None:
    ticks: list[float] = []

    async def tick() -> None:
        ticks.append(time.monotonic())
        if len(ticks) == 2:
            raise ValueError  # what fails once is done again

    task = asyncio.create_task(every(0.01, "a tick", tick, first=0))
    await until(lambda: len(ticks) >= 5, "five ticks")
    await end_tasks([task])


def test_a_step_of_over_a_minute_is_seen_once_and_a_slow_machine_is_none() -> None:
    now, seconds = datetime(2026, 11, 28, tzinfo=UTC), 0.0
    watch = ClockWatch(lambda: now, lambda: seconds)
    for wall, passed, seen in (
        (30, 30, 0),
        (7200, 0, 7200),
        (10, 10, 0),
        (-7200, 1, -7201),
        (5, 60, 0),
        (3600, 3600, 0),
    ):
        now, seconds = now + timedelta(seconds=wall), seconds + passed
        assert watch.look() == timedelta(seconds=seen)


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_moved_clock_wakes_nobody_and_every_ladder_keeps_its_minutes(
    house: House, machine: Machine, step: timedelta
) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()
    left = house.ladder(incident).next_at - house.clock.now
    await machine.move(step)
    house.expect_silence()
    assert house.ladder(incident).next_at - house.clock.now == left
    [line] = house.journal("clock.moved")
    assert line.data["seconds"] == step.total_seconds()
    notices = house.rows(Delivery, reason="notice")
    assert len({row.person_id for row in notices}) == len(notices) >= 1  # told to the coordinator
    await house.forward(seconds=left.total_seconds() + 1)
    assert "escalated" in {reason for _, _, reason in house.told()}  # and by the machine's own minutes it is chased


def timers(house: House, incident: str) -> tuple[object, ...]:
    alerts = sorted((row.id, row.remind_at, row.sitrep_due, row.ack_due) for row in house.rows(Alert))
    return alerts, house.ladder(incident).next_at


async def test_there_and_back_leaves_every_timer_where_it_was(house: House, machine: Machine) -> None:
    incident = await opened(house, Level.TINGGI)
    before = timers(house, incident)
    house.news()
    await machine.move(timedelta(days=1))
    await house.forward(seconds=20)
    await machine.move(-timedelta(days=1))
    house.expect_silence()
    assert timers(house, incident) == before
    assert [line.data["seconds"] for line in house.journal("clock.moved")] == [86_400, -86_400]


async def test_a_clock_set_back_holds_no_retry_up(house: House, machine: Machine) -> None:
    house.sink.answers["*"] = 500
    incident = await opened(house, Level.TINGGI)
    await house.forward(seconds=5)
    house.sink.answers.clear()
    await machine.move(-timedelta(hours=2))
    for _ in range(4):
        await house.forward(seconds=30)
    assert house.lead(incident).state == "delivered"


async def test_two_notifiers_of_one_machine_move_the_timers_once(house: House, machine: Machine) -> None:
    incident = await opened(house, Level.TINGGI)
    left = house.ladder(incident).next_at - house.clock.now
    other = await house.new_notify("2")
    await machine.move(timedelta(hours=2))
    await other.tick()
    await house.quiet()
    assert house.ladder(incident).next_at - house.clock.now == left
    assert len(house.journal("clock.moved")) == 1


def test_a_clock_three_days_ahead_makes_no_failing_delivery_dead() -> None:
    now = datetime(2026, 11, 28, tzinfo=UTC)
    row = {"id": "d", "attempts": 3, "owed_at": now - timedelta(days=3), "urgent": True}
    assert _after(Outcome(row, Verdict("again")), now)["state"] == "failed"  # type: ignore[arg-type]
    tried = {**row, "attempts": ENOUGH_TRIES}
    assert _after(Outcome(tried, Verdict("again")), now)["state"] == "dead"  # type: ignore[arg-type]


async def test_after_an_outage_of_notify_one_rung_is_told_and_the_next_at_its_distance(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    house.news()
    await house.forward(hours=9)  # nobody ticked meanwhile
    escalated = [line.data["told"] for line in house.journal("ladder.climbed", incident)]
    assert [len(rungs) for rungs in escalated] == [1]
    reminded = [told for told in house.told() if told[2] == "reminder"]
    assert len(reminded) == len(set(reminded))
    await house.settle()  # the tick a second later
    assert len(house.journal("ladder.climbed", incident)) == 1
    assert house.told() == set()
    next_at = house.ladder(incident).next_at
    assert next_at is not None
    assert next_at > house.clock.now


async def test_what_a_clock_put_off_for_a_day_is_due_at_the_next_start(
    house: House, new_house: Callable[..., Awaitable[House]]
) -> None:
    from services.notify.watchdog.clock_steps import bring_near

    house.sink.answers["*"] = 500
    incident = await opened(house, Level.TINGGI)
    house.write(
        lambda tx: tx.put(
            Delivery,
            [
                {"id": row.id, "next_at": tx.now + timedelta(days=1)}
                for row in house.deliveries(incident)
                if row.next_at
            ],
        )
    )
    house.sink.answers.clear()
    assert await bring_near(house.store) > 0
    await house.forward(seconds=1)
    assert house.lead(incident).state == "delivered"


async def test_an_incident_whose_event_was_lost_is_taken_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus took its event for known, or lost it: whoever is told is told by notify's own look."""

    async def swallowed(_events: object) -> None:
        return None

    with monkeypatch.context() as lost:
        lost.setattr("services.bus.Bus.publish", lambda _self, events: swallowed(events))
        await house.file("Bentrok dua kelompok pemuda perguruan silat di Soko, 3 orang luka.", basis="saw")
    assert house.sink.calls == []
    [incident] = house.rows(Incident)
    assert house.rows(Ladder) == []
    house.clock.forward(minutes=2)
    await house.notify.take_up_untold()
    await house.settle()
    assert house.ladder(incident.id).next_at is not None
    house.expect_alert("POLRES")
    told = len(house.sink.calls)
    await house.notify.take_up_untold()
    await house.quiet()
    assert len(house.sink.calls) == told


@pytest.mark.parametrize("step", STEPS)
async def test_a_moved_clock_silences_no_process(house: House, step: timedelta) -> None:
    await house.look()
    house.clock.now += step
    await house.look()
    assert {row.seen_at for row in house.rows(Process)} == {house.clock.now}
