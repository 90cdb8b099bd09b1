"""Handing over what is asked: who is told from then on, that the chase goes on, and what ends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest_asyncio

from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.incidents.other_answers import hand_over, take_back
from services.oncall import schedule as book
from services.oncall.schedule import Kind
from services.security.auth import Identity
from services.store.transaction import Transaction
from tests.house import House, person_id
from tests.incidents import Level, added, opened
from tests.people import Resident

OFFICE = Identity("office", "office", Role.ADMIN)
POLRES = Identity(person_id("polres"), "Petugas POLRES", Role.MEMBER, "POLRES", clearance=4)


@pytest_asyncio.fixture
async def house(new_house: Callable[..., object]) -> House:
    """The whole system, with a colleague in the leading office; nobody there has a shift, so both are told."""
    colleague = Resident("polres2", "POLRES")
    return await new_house(people=lambda all_: [*all_, colleague])  # type: ignore[misc]


async def handed(house: House, incident: str) -> None:
    await house.store.write(lambda tx: hand_over(tx, house.district, incident, POLRES, person_id("polres2")))
    await house.settle()


async def entered(house: House, login: str, kind: Kind, hours: float) -> None:
    now = house.clock.now
    await house.store.write(lambda tx: book.put(tx, OFFICE, login, kind, [(now, now + timedelta(hours=hours))]))


def of_polres(house: House) -> set[tuple[str, str]]:
    return {(call.login, call.data["reason"]) for call in house.news() if call.institution == "POLRES"}


async def test_the_colleague_is_told_at_once_and_alone_from_then_on(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    assert of_polres(house) == {("polres", "opened"), ("polres2", "opened")}
    await house.forward(minutes=3)
    await handed(house, incident)
    assert of_polres(house) == {("polres2", "handed_over")}
    assert house.lead(incident).state == "delivered"
    await house.forward(minutes=5)
    assert of_polres(house) == {("polres2", "reminder")}
    await house.forward(minutes=7)
    told = house.news()
    assert {(call.login, call.data["reason"]) for call in told if call.institution == "POLRES"} == {
        ("polres2", "overdue")
    }
    assert any(call.data["reason"] == "escalated" for call in told)  # the institution owes its answer as before


async def test_a_later_change_does_not_tell_it_again(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident)
    house.news()
    await added(house, incident, Level.TINGGI)
    assert of_polres(house) == {("polres2", "changed")}
    await house.act(incident, "acknowledgements", by="KESBANG")
    assert of_polres(house) == set()


async def test_who_handed_over_is_asked_again_when_the_colleague_is_not_there(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident)
    house.news()
    await entered(house, "polres2", "absence", 8)
    await house.forward(minutes=8)
    assert of_polres(house) == {("polres", "reminder")}


async def test_taken_back_he_is_asked_and_the_colleague_sleeps_until_the_answer_is_late(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident)
    await house.store.write(lambda tx: take_back(tx, incident, POLRES))
    await house.settle()
    house.news()
    await house.forward(minutes=8)
    assert of_polres(house) == {("polres", "reminder")}
    await house.forward(minutes=7)
    assert of_polres(house) == {("polres", "overdue"), ("polres2", "overdue")}


async def test_a_rise_is_told_to_both(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident)
    house.news()
    await added(house, incident, Level.KRITIS)
    assert {("polres", "raised"), ("polres2", "raised")} <= of_polres(house)
    assert house.lead(incident).handed_to is None


async def test_a_shift_entered_a_moment_ago_counts(house: House) -> None:
    await entered(house, "polres", "duty", 8)
    incident = await opened(house, Level.TINGGI)
    assert of_polres(house) == {("polres", "opened")}
    await entered(house, "polres2", "duty", 8)
    await handed(house, incident)
    assert of_polres(house) == {("polres2", "handed_over")}


async def test_an_accusation_that_comes_in_between_tells_nobody_of_it(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()

    def both(tx: Transaction) -> None:
        hand_over(tx, house.district, incident, POLRES, person_id("polres2"))
        row = tx.session.get_one(Incident, incident)
        row.facts = row.facts | {"accused_agencies": ["POLRES"]}

    await house.store.write(both)
    await house.settle()
    assert of_polres(house) == set()
