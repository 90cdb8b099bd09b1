"""Time in which nobody could answer counts against nobody: after a split, and after an officer has lowered a level."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

from schemas.vocabulary import Role
from services.notify.watchdog.invariants import look
from tests.conftest import POSTGRES, SQLITE
from tests.house import House
from tests.incidents import Level, opened

COORDINATOR, VERIFIER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.VERIFIER)


@pytest_asyncio.fixture(params=[SQLITE, POSTGRES])
async def house(request: pytest.FixtureRequest, new_house: Callable[..., Awaitable[House]]) -> House:
    return await new_house(request.param)


async def apart(house: House, incident: str, **away: float) -> None:
    """Merge an incident into another one for as long, and split it again."""
    into = await opened(house, Level.RENDAH)
    assert (await house.act(incident, "merges", by=VERIFIER, into=into, reason="Sama.")).body["state"] == "merged"
    await house.forward(**away)
    assert (await house.act(incident, "splits", by=VERIFIER, reason="Dua.")).status == 200
    house.news()


def told(house: House, incident: str) -> set[tuple[str, str]]:
    """Give whom and why since the last look, of this incident."""
    return {
        (call.data["institution"], call.data["reason"]) for call in house.news() if call.data["incident"] == incident
    }


async def test_after_a_split_the_time_to_answer_is_what_was_left_of_it(house: House) -> None:
    incident = await opened(house, Level.TINGGI, score=36)
    before = house.lead(incident)
    await house.forward(minutes=5)
    answered = await house.act(incident, "acknowledgements", by="KESBANG")  # which supports: the lead stays silent
    assert answered.status == 200
    await apart(house, incident, hours=3)
    lead, away = house.lead(incident), timedelta(hours=3)
    assert (lead.ack_due, lead.remind_at) == (before.ack_due + away, before.remind_at + away)
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []
    await house.forward(minutes=2)
    assert told(house, incident) == set()
    await house.forward(minutes=1)
    assert told(house, incident) == {("POLRES", "reminder")}
    await house.forward(minutes=6)
    assert told(house, incident) == set()
    await house.forward(minutes=1)
    assert {("POLRES", "overdue"), ("KASATINTEL", "escalated")} <= told(house, incident)


async def test_after_a_split_a_promise_has_the_time_that_was_left_of_it(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.forward(minutes=60)
    assert house.lead(incident).state == "lapsed"
    await house.act(incident, "acknowledgements", by="POLRES")  # a new promise, counted from itself
    due = house.lead(incident).sitrep_due
    assert due == house.clock.now + timedelta(minutes=60)
    await house.forward(minutes=10)
    await apart(house, incident, hours=5)
    assert house.lead(incident).sitrep_due == due + timedelta(hours=5)
    assert house.ladder(incident).stopped == "acknowledged"
    await house.forward(minutes=49)
    assert told(house, incident) == set()
    await house.act(incident, "sitreps", by="POLRES", text="Aman.")
    due = house.lead(incident).sitrep_due
    await apart(house, incident, hours=1)
    assert house.lead(incident).sitrep_due == due + timedelta(hours=1)


async def test_after_a_split_a_rung_that_was_waited_for_comes_later_by_as_much(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "escalations", by=COORDINATOR, reason="Mohon.")
    await house.forward(minutes=1)
    due = house.ladder(incident).next_at
    await apart(house, incident, hours=2)
    assert house.ladder(incident).next_at == due + timedelta(hours=2)


async def test_what_is_lowered_is_due_by_its_own_clock(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    house.news()
    await house.forward(minutes=1)
    await house.act(incident, "assessments", by=COORDINATOR, level="TINGGI", reason="Hanya cekcok.")
    await house.agree(incident, by=("KODIM", Role.VERIFIER))
    lead = house.lead(incident)
    clock = house.notify.desk.escalation(house.district.clocks[Level.TINGGI])
    assert (lead.ack_due, lead.remind_at) == (clock.ack_due(lead.delivered_at), clock.reminder(lead.delivered_at))
    house.news()
    for _ in range(6):
        await house.forward(minutes=1)
    house.expect_silence()
    await house.forward(minutes=1)
    house.expect_alert("POLRES", "lead", "reminder")


@pytest.mark.parametrize("how", ["acknowledgements", "sitreps"])
async def test_a_promise_made_for_more_is_kept_by_the_lower_levels_clock(house: House, how: str) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, how, by="POLRES", **({"text": "Regu di lokasi."} if how == "sitreps" else {}))
    early = house.lead(incident).sitrep_due
    await house.act(incident, "assessments", by=COORDINATOR, level="TINGGI", reason="Lebih ringan.")
    await house.agree(incident, by=("KODIM", Role.VERIFIER))
    late = house.lead(incident).sitrep_due
    assert late - early == timedelta(minutes=30 if how == "acknowledgements" else 120)
    house.news()
    await house.forward(minutes=61 if how == "sitreps" else 31)
    house.expect_silence()
