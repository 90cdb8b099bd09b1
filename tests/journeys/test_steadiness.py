"""What one broken row, one dead process or one changed district must not do to everybody else."""

import asyncio
from typing import Any

import pytest

from schemas.records.alerts import Alert, Delivery
from schemas.records.incidents import Incident
from services.store.database import StoreUnavailable
from services.store.transaction import Transaction
from tests.house import House
from tests.incidents import Level, opened
from tests.servers import end_tasks, until


def an_orphan(tx: Transaction) -> None:
    """Keep an alert that is due and has no incident, as nothing but a damaged database would."""
    row: dict[str, Any] = {"id": "orphan", "incident_id": "gone", "institution": "POLRES", "unit": "", "duty": "lead"}
    row |= {"why": [], "state": "delivered", "round": 1, "reason": "opened", "level": 4, "redacted": False}
    tx.add(Alert, [{**row, "owed_at": tx.now, "remind_at": tx.now, "reminders": 0}])


async def test_one_broken_row_does_not_stop_the_timers_of_the_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    incident = await opened(house, Level.KRITIS)
    house.write(an_orphan)
    house.news()
    await house.forward(minutes=2)
    assert house.expect_alert("POLRES", duty="lead", reason="reminder").data["incident"] == incident
    assert "the timers of incident gone failed: KeyError at escalation_sweep.py" in caplog.text
    house.news()
    await house.forward(minutes=3)
    house.expect_alert("POLRES", duty="lead", reason="overdue")


async def test_an_issue_that_the_district_gave_up_is_chased_as_what_fits_nothing(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    house.write(lambda tx: tx.put(Incident, [{"id": incident, "issue": "LAMA"}]))
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("POLRES", duty="lead", reason="overdue")


async def test_an_outcome_that_cannot_be_marked_stops_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatcher = house.notify.dispatcher
    honest = dispatcher._mark

    def mark(tx: Transaction, outcomes: Any) -> None:
        if any("/KESBANG/" in outcome.row["address"] for outcome in outcomes):
            raise RuntimeError
        honest(tx, outcomes)

    monkeypatch.setattr(dispatcher, "_mark", mark)
    incident = await opened(house, Level.TINGGI)
    assert house.alert(incident, "POLRES").state == "delivered"
    assert house.alert(incident, "KESBANG").state == "owed"
    monkeypatch.undo()
    await house.forward(seconds=31)  # its lease has run out
    assert house.alert(incident, "KESBANG").state == "delivered"
    assert len({call.id for call in house.sink.calls if call.institution == "KESBANG"}) == 1


async def test_what_a_dead_notifier_held_is_sent_by_another_when_its_lease_has_run_out(house: House) -> None:
    house.sink.hanging.add("*")
    incident = await abandoned(house)
    other = await house.new_notify("2")
    await other.tick()
    house.sink.hanging.clear()
    assert {row.leased_by for row in house.deliveries(incident)} == {"notify-1"}  # perhaps it is only slow
    house.clock.forward(seconds=31)
    await other.tick()
    await until(lambda: {row.state for row in house.deliveries(incident)} == {"delivered"}, "the sending")
    assert {call.id for call in house.sink.calls} == {row.id for row in house.deliveries(incident)}


async def test_what_a_dead_notifier_held_is_taken_up_at_once_when_it_is_started_again(house: House) -> None:
    house.sink.hanging.add("*")
    incident = await abandoned(house)
    house.sink.hanging.clear()
    await house.new_notify("1")
    await until(lambda: {row.state for row in house.deliveries(incident)} == {"delivered"}, "the sending")
    assert {call.id for call in house.sink.calls} == {row.id for row in house.deliveries(incident)}


async def abandoned(house: House) -> str:
    """Open an incident whose deliveries all hang, and let the notifier die over them."""
    telling = asyncio.create_task(opened(house, Level.TINGGI))
    await until(lambda: len(house.sink.calls) >= 10, "the hanging calls")
    await end_tasks([telling, *house._tasks[-2:], *house.notify.dispatcher._tasks])
    return house.rows(Delivery)[0].incident_id


async def test_a_tick_without_a_store_is_only_late(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("OperationalError")

    await opened(house, Level.KRITIS)
    house.news()
    with monkeypatch.context() as broken:
        broken.setattr(house.notify.store, "write_now", away)
        house.clock.forward(minutes=2)
        await house.notify.tick()
        house.expect_silence()
    await house.settle()
    house.expect_alert("POLRES", duty="lead", reason="reminder")
