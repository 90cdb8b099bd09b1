"""Killed at each await after a closing, or its event lost: whoever was on the way is told of it, and nobody twice."""

from collections import defaultdict
from datetime import timedelta

import pytest

from schemas.records.alerts import Delivery
from schemas.records.people import Person
from schemas.records.running import Outbox
from services.incidents import lifecycle
from services.notify.worker import UNTOLD_AFTER
from services.security import auth
from services.store.transaction import Transaction
from tests.faults.test_crash_points import NEVER, Hand, Knife, end, file, taken, taken_over
from tests.house import House
from tests.servers import until

pytestmark = pytest.mark.nats
CLOSER = {"id": "penutup", "login": "penutup", "name": "Penutup", "role": "coordinator", "institution": "KESBANG"}


async def closed(house: House, incident: str) -> None:
    """Close as a coordinator does, and let the event lie in the outbox."""

    def close(tx: Transaction) -> None:
        person = tx.session.merge(Person(**CLOSER, clearance=4))
        tx.session.flush()
        lifecycle.close(tx, incident, auth.identity_of(person), "Selesai.")

    await house.store.write(close)


def expect_closing_told_once(house: House, incident: str) -> None:
    """Expect that everybody who was asked has one message of the closing, under one id."""
    calls = [call for call in house.sink.calls if call.data["incident"] == incident]
    ids: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        if call.data["reason"] == "closed":
            ids[call.login].add(call.id)
    asked = {call.login for call in calls if call.data["ack_due"] and call.data["institution"] != "KESBANG"}
    assert set(ids) == asked != set()
    assert {len(known) for known in ids.values()} == {1}
    assert {row.state for row in house.rows(Delivery, incident_id=incident)} <= {"delivered", "sent"}


async def test_notify_killed_at_any_await_tells_each_closing_once(house: House) -> None:
    await end(house, "mark", "run_consumer")
    for number in range(60):
        report = await file(house, number)
        async with taken(house, "INCIDENTS", "notify") as batch:
            hand = Hand(house, whole := Knife(NEVER))
            await hand.take(batch, whole)
            await hand.die()
        incident = house.incident_of(report).id
        await closed(house, incident)
        await house.notify._pay_outbox()
        knife = Knife(number)
        async with taken(house, "INCIDENTS", "notify") as batch:
            await taken_over(house, batch, knife)
        expect_closing_told_once(house, incident)
        if not knife.dead:
            break
    assert not knife.dead
    assert {"before done", "before send", "after send"} <= set(knife.names)


async def test_a_closing_whose_event_the_bus_has_lost_is_told_at_the_next_look(house: House) -> None:
    report = await file(house, 0)
    await house.settle()
    incident = house.incident_of(report).id
    await end(house, "run_consumer")
    await closed(house, incident)
    assert len(house.rows(Outbox)) == 1
    house.clock.forward(seconds=(UNTOLD_AFTER + timedelta(seconds=1)).total_seconds())
    for _ in range(2):
        await house.notify.take_up_unheard()
        await until(lambda: not house.notify.dispatcher._under_way, "what is under way")
    expect_closing_told_once(house, incident)
