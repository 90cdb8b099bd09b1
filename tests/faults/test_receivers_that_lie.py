"""Faults of receivers: what one says for twenty seconds counts for that long, and nobody waits behind another."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import pytest

from schemas.records.alerts import Delivery
from services.notify.channels import Verdict
from services.notify.delivery.dispatcher import LEASE, SURE_TRIES, Dispatcher
from services.notify.delivery.rooms import CHANNEL_AFTER, SEVERAL, Breaker, Room
from services.store.database import Store
from tests.house import House, institutions
from tests.incidents import Level, opened
from tests.people import Resident, with_changes
from tests.servers import end_tasks, free_port, until

pytestmark = pytest.mark.nats
NewHouse = Callable[..., Awaitable[House]]


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 410, 429, 500, 503])
async def test_whatever_a_receiver_says_for_twenty_seconds_it_is_told_within_thirty_after(
    house: House, status: int
) -> None:
    house.sink.answers["*"] = status
    incident = await opened(house, Level.KRITIS)
    for _ in range(10):
        await house.forward(seconds=2)
    assert house.sink.taken == []
    house.sink.answers.clear()
    for _ in range(15):
        await house.forward(seconds=2)
    assert {row.state for row in house.deliveries(incident)} == {"delivered"}


async def test_a_refusal_that_lasts_is_final_after_minutes(house: House) -> None:
    house.sink.answers["POLSEK"] = 404
    incident = await opened(house, Level.TINGGI)
    for _ in range(20):
        await house.forward(seconds=20)
    states = {row.state: row for row in house.deliveries(incident) if "/POLSEK/" in row.address}
    assert "dead" in states
    assert states["dead"].attempts >= SURE_TRIES


async def test_after_an_outage_of_minutes_everything_waiting_goes_out_with_the_first_success(house: House) -> None:
    await house.sink.stop()
    incidents = [await opened(house, Level.TINGGI, text=f"Bentrok nomor {n}") for n in range(3)]
    for _ in range(10):
        await house.forward(seconds=30)
    await house.sink.start()
    for _ in range(6):
        await house.forward(seconds=20)
    states = {row.state for incident in incidents for row in house.deliveries(incident)}
    assert states == {"delivered"}


async def test_no_retry_after_puts_an_urgent_message_off_beyond_a_third_of_the_time_to_answer(house: House) -> None:
    house.sink.answers["*"] = 429
    house.sink.headers = {"Retry-After": "999999999"}
    incident = await opened(house, Level.KRITIS)
    latest = house.clock.now.timestamp() + house.district.clocks[Level.KRITIS].ack * 60 / 3 + 1
    waits = [row for row in house.deliveries(incident) if row.state == "failed"]
    assert waits
    assert all(row.next_at is not None and row.next_at.timestamp() <= latest for row in waits if row.urgent)


async def test_something_urgent_that_has_failed_twice_takes_another_way_and_is_tried_on(new_house: NewHouse) -> None:
    def two_ways(people: list[Resident]) -> list[Resident]:
        both = (("webhook", f"http://127.0.0.1:{port}/POLRES/-/polres"), ("email", "piket@polres.example"))
        return with_changes(people, polres=Resident("polres", "POLRES", addresses=both))

    port = free_port()  # of nobody: connections are refused
    house = await new_house(people=two_ways)
    incident = await opened(house, Level.KRITIS)
    for _ in range(3):
        await house.forward(seconds=3)
    states = {row.channel: row.state for row in house.deliveries(incident) if row.alert_id == house.lead(incident).id}
    assert states == {"webhook": "failed", "email": "sent"}


class Hanging:
    """A channel that accepts messages and says nothing, beside one that answers at once."""

    def __init__(self, at_once: int, verdict: Verdict | None) -> None:
        self.at_once = at_once
        self.verdict = verdict
        self.asked = 0
        self._never = asyncio.Event()

    async def send(self, _message: object) -> Verdict:
        self.asked += 1
        if self.verdict is None:
            await self._never.wait()
        return self.verdict or Verdict("again")


def row(number: int, channel: str, *, urgent: bool = False) -> dict[str, object]:
    made = {
        "id": f"{channel}-{number}",
        "channel": channel,
        "address": f"{channel}-{number}",
        "payload": {},
        "urgent": urgent,
    }
    return {**made, "owed_at": None, "classification": 1, "attempts": 0, "incident_id": None}


async def test_a_channel_that_hangs_slows_no_other_one(store: Store) -> None:
    channels = {"email": Hanging(4, None), "webhook": Hanging(64, Verdict("delivered"))}
    dispatcher = Dispatcher(store, channels, "1", lambda _tx, _out: None)  # type: ignore[arg-type]
    dispatcher.send([row(number, "email") for number in range(400)])  # type: ignore[misc]
    begun = time.monotonic()
    dispatcher.send([row(number, "webhook") for number in range(50)])  # type: ignore[misc]
    await until(lambda: len(dispatcher._outcomes) == 50, "all webhooks")
    assert time.monotonic() - begun < 10
    assert channels["email"].asked <= 4
    dispatcher.send([row(1000, "email", urgent=True)])  # type: ignore[list-item]
    await until(lambda: channels["email"].asked == 4, "the urgent one, in the place kept for it")
    await end_tasks(dispatcher._tasks)


async def test_what_arrives_together_is_marked_in_one_transaction(store: Store) -> None:
    kept: list[int] = []
    dispatcher = Dispatcher(store, {"webhook": Hanging(64, Verdict("delivered"))}, "1", lambda _tx, _out: None)  # type: ignore[dict-item]

    async def keep(outcomes: Sequence[object]) -> None:
        kept.append(len(outcomes))

    dispatcher._keep = keep  # type: ignore[assignment,method-assign]
    dispatcher.send([row(number, "webhook") for number in range(50)])  # type: ignore[misc]
    marking = asyncio.create_task(dispatcher.mark())
    await until(lambda: sum(kept) == 50, "every outcome")
    await end_tasks([marking])
    assert kept == [50]
    assert not dispatcher._under_way


async def test_a_quarter_of_a_room_is_kept_for_what_is_urgent() -> None:
    room, entered, leave = Room(4), [], asyncio.Event()

    async def stay(name: str, *, urgent: bool) -> None:
        async with room.place(urgent=urgent):
            entered.append(name)
            await leave.wait()

    tasks = [asyncio.create_task(stay(f"plain {n}", urgent=False)) for n in range(9)]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(stay("urgent", urgent=True)))
    await until(lambda: len(entered) == 4, "the places")
    assert entered == ["plain 0", "plain 1", "plain 2", "urgent"]
    leave.set()
    await asyncio.gather(*tasks)
    assert len(entered) == 10


def test_a_channel_rests_only_when_several_addresses_fail_in_a_row() -> None:
    now = [0.0]
    one = Breaker(lambda: now[0], CHANNEL_AFTER, SEVERAL)
    for _ in range(3 * CHANNEL_AFTER):
        one.note("a", failed=True)
    assert one.shut_for() <= 0
    for address in "bc":
        one.note(address, failed=True)
    assert one.shut_for() > 0
    assert one.note("c", failed=False)
    assert one.shut_for() <= 0
    assert not one.note("c", failed=False)


async def test_what_is_still_under_way_here_is_not_taken_up_by_another_notifier(house: House) -> None:
    house.sink.hanging.add("KESBANG")
    key = await house.key("pelapor")
    other = await house.new_notify("2")
    text = "Bentrok dua kelompok pemuda perguruan silat di Soko, saling lempar batu, 3 orang luka."
    assert (await house.call("POST", "/v1/reports", {"text": text, "basis": "saw"}, key=key)).status == 202
    await until(lambda: "KESBANG" in institutions(house.sink.calls), "the hanging call")
    for _ in range(6):  # a minute: twice as long as a lease
        house.clock.forward(seconds=10)
        for notify in (house.notify, other):
            await notify.tick()
    house.sink.release()
    await house.quiet()
    again = [row for row in house.rows(Delivery) if row.attempts > 1]
    assert again == []
    assert house.journal("delivery.sent_again") == []
    assert len([call for call in house.sink.calls if call.institution == "KESBANG"]) == 1


@pytest.mark.parametrize("status", [503, 404, 410])
async def test_who_has_lost_its_lease_changes_nothing_of_what_its_heir_has_sent(house: House, status: int) -> None:
    house.sink.hanging.add("KESBANG")
    key = await house.key("pelapor")
    other = await house.new_notify("2")
    text = "Bentrok dua kelompok pemuda perguruan silat di Soko, saling lempar batu, 3 orang luka."
    await house.call("POST", "/v1/reports", {"text": text, "basis": "saw"}, key=key)
    await until(lambda: "KESBANG" in institutions(house.sink.calls), "the hanging call")
    (hanging,) = (row for row in house.rows(Delivery) if "/KESBANG/" in row.address)
    both = sorted((house.notify, other), key=lambda one: one.dispatcher.instance == hanging.leased_by)
    heir, holder = both
    house.sink.hanging.clear()  # the first call goes on hanging
    house.clock.forward(seconds=LEASE.total_seconds() + 1)  # its holder stands still meanwhile, and renews nothing
    await heir.tick()
    await until(lambda: house.rows(Delivery, id=hanging.id)[0].state == "delivered", "the second call")
    (sent,) = house.rows(Delivery, id=hanging.id)
    house.sink.answers["KESBANG"] = status
    house.sink.release()
    await until(lambda: not holder.dispatcher._under_way, "the outcome of the first call")
    assert house.rows(Delivery, id=hanging.id) == [sent]


async def test_who_goes_on_after_standing_still_sends_nothing_that_its_heir_has_taken_up(house: House) -> None:
    other = await house.new_notify("2")
    for notify in (house.notify, other):
        notify.dispatcher._rooms._rooms["webhook"] = Room(1)  # the rest waits for the first
    house.sink.hanging.add("*")
    key = await house.key("pelapor")
    text = "Bentrok dua kelompok pemuda perguruan silat di Soko, saling lempar batu, 3 orang luka."
    await house.call("POST", "/v1/reports", {"text": text, "basis": "saw"}, key=key)
    await until(lambda: house.sink.calls, "the hanging call")
    holder_name = house.rows(Delivery, state="sending")[0].leased_by
    heir, holder = sorted((house.notify, other), key=lambda one: one.dispatcher.instance == holder_name)
    assert len(holder.dispatcher._under_way) > 1
    house.sink.hanging.clear()  # the first call goes on hanging
    house.clock.forward(seconds=LEASE.total_seconds() + 1)
    await heir.tick()
    await until(lambda: not house.rows(Delivery, state="sending"), "what the heir sends")
    calls = Counter(call.id for call in house.sink.calls)
    await holder.tick()
    house.sink.release()
    await until(lambda: not holder.dispatcher._under_way, "the end of what it had begun")
    assert Counter(call.id for call in house.sink.calls) == calls
    assert {row.state for row in house.rows(Delivery) if row.channel == "webhook"} == {"delivered"}


async def test_what_is_sent_again_after_a_death_is_counted_with_its_channel(house: House) -> None:
    house.sink.hanging.add("KESBANG")
    key = await house.key("pelapor")
    text = "Bentrok dua kelompok pemuda perguruan silat di Soko, saling lempar batu, 3 orang luka."
    await house.call("POST", "/v1/reports", {"text": text, "basis": "saw"}, key=key)
    await until(lambda: "KESBANG" in institutions(house.sink.calls), "the hanging call")
    reborn = await house.new_notify("1")  # the same instance, which takes up what it held when it died
    await until(lambda: len([c for c in house.sink.calls if c.institution == "KESBANG"]) >= 2, "the second call")
    assert {line.data["channel"] for line in house.journal("delivery.sent_again")} == {"webhook"}
    house.sink.release()
    await until(lambda: not reborn.dispatcher._under_way, "the end")
