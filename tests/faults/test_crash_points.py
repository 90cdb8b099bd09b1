"""Killed at each await of triage and of notify: what was accepted is told all the same, and nothing under two ids.

A knife counts the awaits on store, bus, channel and acknowledgement of one batch, before and after each, and kills the
process at one of them: nothing of it runs on. What is not acknowledged comes again to the next process, as the bus
would bring it. The next try kills one await later, until a batch gets through: so every boundary is a case, those that
are added later too.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import pytest

from schemas.records.alerts import Delivery, Ladder
from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.bus import Message
from services.notify.worker import UNTOLD_AFTER, Notify
from services.policy.versions import Rules
from services.triage.worker import Triage
from tests.house import SEMANDING, SOKO, House
from tests.servers import GENEROUS, end_tasks, until

pytestmark = pytest.mark.nats
NEVER = 10**6
NEAR = (SOKO, SEMANDING)


class Knife:
    """Kills at the await of this number: whatever comes to the next one waits there for ever, until it is swept away."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.names: list[str] = []
        self.died = asyncio.Event()

    @property
    def dead(self) -> bool:
        return self.died.is_set()

    async def step(self, name: str) -> None:
        if self.dead or len(self.names) == self.at:
            self.died.set()
            await asyncio.Event().wait()
        self.names.append(name)

    async def live(self, work: Coroutine[Any, Any, None]) -> None:
        """Let some work run to its end, or to where it is killed."""
        tasks = {asyncio.create_task(work), asyncio.create_task(self.died.wait())}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await end_tasks(tasks)
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert result in (None, True) or isinstance(result, asyncio.CancelledError), result


class Cut:
    """A part of a process whose awaits the knife counts; everything else is the part's own."""

    def __init__(self, part: Any, knife: Knife, *names: str) -> None:
        self._part, self._knife, self._names = part, knife, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if name not in self._names:
            return found

        async def act(*given: Any, **named: Any) -> Any:
            await self._knife.step(f"before {name}")
            result = await found(*given, **named)
            await self._knife.step(f"after {name}")
            return result

        return act


async def acknowledged(batch: Sequence[Message], knife: Knife) -> None:
    for told in batch:
        await knife.step("before done")
        await told.done()


@contextlib.asynccontextmanager
async def taken(house: House, stream: str, durable: str) -> AsyncIterator[list[Message]]:
    """Take the batch that is there, as a worker does."""
    batches = house.bus.consume(stream, durable)
    try:
        async with asyncio.timeout(GENEROUS):
            yield await anext(batches)
    finally:
        await batches.aclose()  # type: ignore[attr-defined]  # an asynchronous generator


async def end(house: House, *words: str) -> None:
    """End the house's own workers that have one of these words in the name of what they run."""
    mine = [task for task in house._tasks if any(word in repr(task.get_coro()) for word in words)]
    assert mine
    await end_tasks(mine)  # one that ran on would take the batches itself


async def file(house: House, number: int) -> str:
    """File a report that opens an incident of its own; nobody waits for what becomes of it."""
    key = await house.key("pelapor", Role.REPORTER)
    places = sorted(code for code, one in house.district.places.items() if one.kind == "desa" and one.kecamatan in NEAR)
    place = places[number]
    name = house.district.places[place].name
    text = f"Bentrok dua kelompok pemuda perguruan silat di Desa {name}, saling lempar batu, 4 orang luka."
    body = {"text": text, "kecamatan": house.district.places[place].kecamatan, "desa": place, "basis": "saw"}
    answer = await house.call("POST", "/v1/reports", body, key=key)
    assert answer.status == 202, answer
    return str(answer.body["id"])


def expect_told_once(house: House, report: str) -> None:
    """Expect that the report is named in a message, and no institution was told one thing under two ids."""
    assert any(report in call.data.get("reports", ()) for call in house.sink.calls), report
    ids: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for call in house.sink.calls:
        ids[call.data["incident"], call.data["institution"], call.data["round"]].add(call.id)
    assert [key for key, known in ids.items() if len(known) > 1] == []
    untold = {row.id for row in house.rows(Incident)} - {row.incident_id for row in house.rows(Ladder)}
    assert untold == set()
    assert {row.state for row in house.rows(Delivery)} <= {"delivered", "sent"}


async def test_a_worker_that_swallows_a_cancellation_is_ended_all_the_same() -> None:
    takes = asyncio.Event()

    async def worker() -> None:
        with contextlib.suppress(asyncio.CancelledError):  # as wait_for does when its result is there
            await asyncio.Event().wait()
        takes.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(worker())
    await asyncio.sleep(0)
    await end_tasks([task])
    assert takes.is_set()
    assert task.cancelled()


async def judged(house: House, rules: Rules, batch: Sequence[Message], knife: Knife) -> None:
    store: Any = Cut(house.store, knife, "read", "write")
    bus: Any = Cut(house.bus, knife, "publish")
    await Triage(store, rules, vault=house.vault).handle(bus, batch)
    await acknowledged(batch, knife)


async def test_triage_killed_at_any_await_leaves_no_report_untold(house: House) -> None:
    await end(house, "_triage")
    rules = Rules.fixed(house.district)
    killed_at: list[str] = []
    for number in range(60):
        report = await file(house, number)
        knife = Knife(number)
        async with taken(house, "REPORTS", "triage") as batch:
            await knife.live(judged(house, rules, batch, knife))
            if knife.dead:  # the next process is brought it again
                await judged(house, rules, batch, Knife(NEVER))
        await house.settle()
        expect_told_once(house, report)
        killed_at.append(" ".join(knife.names[-1:]))
        if not knife.dead:
            break
    assert not knife.dead
    assert knife.names[-5:] == ["before write", "after write", "before publish", "after publish", "before done"]
    assert killed_at[0] == ""
    assert len(killed_at) == len(knife.names) + 1


class Hand:
    """A notifier of our own, every await of which the knife counts."""

    def __init__(self, house: House, knife: Knife) -> None:
        own = house.notify
        channels: Any = {name: Cut(one, knife, "send") for name, one in own.dispatcher._channels.items()}
        store: Any = Cut(house.store, knife, "read", "write")
        self.notify = Notify(store, house.bus, own.desk, channels, house.clock.seconds, own.rules, house.clock.seconds)
        self._marking = asyncio.create_task(self.notify.dispatcher.mark())

    async def take(self, batch: Sequence[Message], knife: Knife) -> None:
        """Take a batch all the way: decide, acknowledge, send."""
        await self.notify.handle(batch)
        await acknowledged(batch, knife)
        await self.sent()

    async def look(self) -> None:
        """Look for what nobody was told of."""
        await self.notify.take_up_untold()
        await self.sent()

    async def sent(self) -> None:
        """Let everything under way be sent and marked."""
        await until(lambda: not self.notify.dispatcher._under_way, "what is under way")

    async def die(self) -> None:
        """Lose everything that was only in memory."""
        await end_tasks([self._marking, *self.notify.dispatcher._tasks])


async def taken_over(house: House, batch: Sequence[Message], knife: Knife) -> None:
    """Let one notifier take a batch and die where the knife says; let another one do what is left."""
    hand = Hand(house, knife)
    await knife.live(hand.take(batch, knife))
    await hand.die()
    heir = Hand(house, whole := Knife(NEVER))
    await heir.notify.resume()
    await heir.take([] if "before done" in knife.names else batch, whole)
    await heir.die()


async def test_notify_killed_at_any_await_leaves_no_incident_untold(house: House) -> None:
    await end(house, "mark", "run_consumer")
    # `run_consumer` of triage is awaited within its own task, which goes on.
    for number in range(90):
        report = await file(house, number)
        knife = Knife(number)
        async with taken(house, "INCIDENTS", "notify") as batch:
            await taken_over(house, batch, knife)
        expect_told_once(house, report)
        if not knife.dead:
            break
    assert not knife.dead
    assert {"before write", "after write", "before done", "before send", "after send"} <= set(knife.names)


async def test_notify_killed_while_it_takes_up_what_was_lost_tells_it_at_the_next_look(house: House) -> None:
    await end(house, "mark", "run_consumer")
    for number in range(60):
        report = await file(house, number)
        async with taken(house, "INCIDENTS", "notify") as batch:
            await acknowledged(batch, Knife(NEVER))  # and that is the last that anybody hears of it
        house.clock.forward(seconds=UNTOLD_AFTER.total_seconds() + 1)
        knife = Knife(number)
        hand = Hand(house, knife)
        await knife.live(hand.look())
        await hand.die()
        heir = Hand(house, Knife(NEVER))
        await heir.notify.resume()
        await heir.look()
        await heir.die()
        expect_told_once(house, report)
        if not knife.dead:
            break
    assert not knife.dead


async def test_one_incident_that_cannot_be_told_keeps_no_other_one_untold(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await end(house, "run_consumer")
    reports = [await file(house, number) for number in range(4)]
    await until(lambda: len(house.rows(Incident)) == len(reports), "the incidents")
    bad = house.rows(Incident)[1].id
    decide = Notify.decide

    def breaks(self: Notify, tx: Any, incidents: Sequence[str]) -> Any:
        if bad in incidents:
            raise ValueError
        return decide(self, tx, incidents)

    monkeypatch.setattr(Notify, "decide", breaks)
    house.clock.forward(minutes=2)
    await house.notify.take_up_untold()
    assert {row.incident_id for row in house.rows(Ladder)} == {row.id for row in house.rows(Incident)} - {bad}


async def test_however_many_were_lost_one_look_takes_them_all_up_and_a_clock_set_back_hides_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await end(house, "run_consumer")
    monkeypatch.setattr("services.notify.watchdog.queries.NAMED", 2)
    for number in range(5):
        await file(house, number)
    await until(lambda: len(house.rows(Incident)) == 5, "the incidents")
    house.clock.forward(hours=-2)
    await house.notify.take_up_untold()
    assert len(house.rows(Ladder)) == 5


async def test_a_sending_that_breaks_outside_of_its_channel_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its delivery counts as under way, its lease is renewed for ever, and nobody takes it up before a restart."""
    dispatcher = house.notify.dispatcher
    left = [3]
    line = dispatcher._rooms.line

    def breaks(channel: str, address: str) -> Any:
        if left[0]:
            left[0] -= 1
            raise RuntimeError
        return line(channel, address)

    monkeypatch.setattr(dispatcher._rooms, "line", breaks)
    report = await file(house, 0)
    await house.settle()
    assert "failed" in {row.state for row in house.rows(Delivery)}
    await house.forward(minutes=2)
    await house.forward(minutes=2)
    expect_told_once(house, report)
