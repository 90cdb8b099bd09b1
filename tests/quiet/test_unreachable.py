"""Nobody to tell: said once to the coordinator, and the ladder does not wait."""

from collections.abc import Awaitable, Callable

from sqlmodel import col, select, update

from schemas.records.alerts import Delivery
from schemas.records.people import Person
from tests.house import House
from tests.incidents import Level, added, opened
from tests.journeys.test_needed_answers import needing
from tests.people import with_changes

NewHouse = Callable[..., Awaitable[House]]


async def test_the_coordinator_is_told_once_per_incident_whom_nobody_reached(new_house: NewHouse) -> None:
    house = await new_house(people=lambda people: with_changes(people, polres=None, dinkes=None))
    incident = await opened(house, Level.TINGGI)
    told = [call.told for call in house.news() if call.institution == "KESBANG"]
    assert ("KESBANG", "inform", "unreachable") in told or ("KESBANG", "support", "unreachable") in told
    await house.forward(minutes=15)
    await house.forward(minutes=15)
    assert [call for call in house.news() if call.told[2] == "unreachable"] == []
    lines = house.journal("coordinator.told_unreachable", incident)
    assert [line.data["institutions"][:1] for line in lines] == [["Polres Tuban"]]


async def test_that_the_coordinator_is_told_of_it_is_a_round_of_its_own(new_house: NewHouse) -> None:
    house = await new_house(people=lambda people: with_changes(people, polres=None))
    incident = await opened(house, Level.TINGGI)
    rows = house.store.read_now(
        lambda session: session.exec(select(Delivery).where(Delivery.incident_id == incident)).all()
    )
    tellings = [(row.alert_id, row.round, row.channel, row.address) for row in rows]
    assert "unreachable" in {row.reason for row in rows}
    assert len(set(tellings)) == len(tellings)


async def test_a_lead_nobody_reaches_does_not_hold_the_ladder_up(new_house: NewHouse) -> None:
    house = await new_house(people=lambda people: with_changes(people, polres=None))
    incident = await opened(house, Level.TINGGI)
    house.news()
    await house.forward(seconds=1)
    assert "escalated" in {reason for _, _, reason in house.told()}
    assert house.journal("alert.unreachable", incident)


async def test_where_everybody_is_reached_the_coordinator_hears_nothing_of_it(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    assert not house.journal("coordinator.told_unreachable", incident)


async def test_an_accused_coordinator_is_not_told_who_could_not_be_reached(new_house: NewHouse) -> None:
    house = await new_house(people=lambda people: with_changes(people, polres=None))
    incident = await opened(house, Level.TINGGI, facts={"accused_agencies": ("KESBANG",)})
    assert house.journal("alert.unreachable", incident)
    assert "KESBANG" not in {call.institution for call in house.news()}


async def test_above_an_office_that_is_needed_and_not_there_somebody_is_told_at_once(new_house: NewHouse) -> None:
    house = await new_house(people=lambda people: with_changes(people, kodim=None))
    house.decide_by(needing(house.district, Level.TINGGI, "KODIM"))
    incident = await opened(house, Level.TINGGI)
    house.expect_alert("PASIINTEL", "support", "unreachable")
    assert {"PASIINTEL", "KESBANG"} == {institution for institution, _, why in house.told() if why == "unreachable"}
    assert house.ladder(incident).step == 0  # the lead has been told a moment ago, and keeps its time
    await house.forward(minutes=15)
    house.expect_alert("PASIINTEL", "support", "escalated")
    house.expect_alert("KASATINTEL", "support", "escalated")


async def test_a_lead_that_is_not_there_when_it_gets_worse_does_not_hold_the_ladder_up(new_house: NewHouse) -> None:
    house = await new_house()
    incident = await opened(house, Level.TINGGI)
    house.write(
        lambda tx: tx.session.exec(update(Person).where(col(Person.institution) == "POLRES").values(active=False))
    )
    house.clock.forward(minutes=1)
    await added(house, incident, Level.KRITIS)
    house.news()
    await house.forward(seconds=1)
    assert ("KASATINTEL", "support", "escalated") in house.told()
