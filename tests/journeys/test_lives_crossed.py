"""Lives that cross: a rise while the ladder climbs, an end that is none, a merge of several, a report of nothing."""

import pytest

from schemas.records.incidents import Incident
from schemas.vocabulary import Handling, Level, Role
from services.notify.watchdog.invariants import look
from services.triage.correlation.incident_fold import reopened
from tests.house import House
from tests.incidents import added, filed, fold, judged, opened
from tests.journeys.test_reopening import CLASH, MENTORO, WORSE

COORDINATOR, VERIFIER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.VERIFIER)


async def climbed(house: House) -> str:
    """Open an incident that nobody answers until the second rung is told."""
    incident = await opened(house, Level.TINGGI)
    for _ in range(2):
        await house.forward(minutes=15)
    house.news()
    return incident


async def answered_and_closed(house: House) -> str:
    """Have the ladder told twice, everybody answer, and the incident closed for two days."""
    incident = await climbed(house)
    for institution in ("KASATINTEL", "KABAN", "POLRES"):
        assert (await house.act(incident, "acknowledgements", by=institution)).status == 200
    assert (
        await house.close(incident, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah tenang.")
    ).status == 200
    await house.forward(days=2)
    house.news()
    return incident


async def test_a_rise_is_told_to_whom_the_ladder_has_told_and_asks_them_anew(house: House) -> None:
    incident = await climbed(house)
    await house.act(incident, "acknowledgements", by="KASATINTEL")
    await added(house, incident, Level.KRITIS)
    for institution in ("KASATINTEL", "KABAN", "PASIINTEL"):
        house.expect_alert(institution, "support", "raised")
    assert house.alert(incident, "KASATINTEL").acknowledged_at is None


async def test_who_answered_in_a_former_life_is_told_by_the_ladder_of_this_one(house: House) -> None:
    incident = await answered_and_closed(house)
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Ada lagi.")
    house.news()
    await house.forward(minutes=15)
    house.expect_alert("KASATINTEL", "support", "escalated")
    assert house.alert(incident, "KASATINTEL").state == "delivered"
    await house.act(incident, "acknowledgements", by="KASATINTEL")
    house.news()
    await house.forward(minutes=15)
    assert ("KABAN", "support", "escalated") in (told := house.told())
    assert "KASATINTEL" not in {institution for institution, *_ in told}


async def test_what_is_open_again_and_worse_begins_at_the_first_rung(house: House) -> None:
    incident = await answered_and_closed(house)
    worse = filed("Kabar.", reporter="lain")

    def reopen(unit):
        event = fold(unit, incident, worse, judged(Level.KRITIS))
        unit.put(Incident, [{"id": incident, **reopened()}])
        return event

    await house.publish([house.write(reopen)])
    await house.settle()
    house.expect_alert("POLRES", "lead", "raised")
    ladder = house.ladder(incident)
    assert (ladder.step, ladder.stopped, ladder.policy["level"]) == (0, None, Level.KRITIS)
    await house.forward(minutes=5)
    house.expect_alert("KASATINTEL", "support", "escalated")


async def test_one_of_two_merged_leaves_what_the_other_has_raised(house: House) -> None:
    into, *others = [await opened(house, level) for level in (Level.SEDANG, Level.KRITIS, Level.KRITIS)]
    for one in others:
        await house.act(one, "merges", by=VERIFIER, into=into, reason="Sama.")
    await house.act(others[0], "splits", by=VERIFIER, reason="Dua.")
    assert house.incident(into).level == Level.KRITIS


async def test_a_split_leaves_what_the_incidents_own_reports_have_raised_since(house: House) -> None:
    mild = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    into, one = house.incident_of(mild).id, await opened(house, Level.KRITIS)
    assert house.incident(into).level < Level.KRITIS
    await house.act(one, "merges", by=VERIFIER, into=into, reason="Sama.")
    house.clock.forward(minutes=1)
    worse = await house.file(WORSE, by="rs", basis="witness", **MENTORO)
    assert house.incident_of(worse).id == into
    await house.act(one, "splits", by=VERIFIER, reason="Dua.")
    assert house.incident(into).level == Level.KRITIS


@pytest.mark.parametrize("answered", [False, True])
async def test_what_an_officer_finds_to_be_nothing_is_chased_no_more(house: House, *, answered: bool) -> None:
    incident = await opened(house, Level.TINGGI)
    if answered:
        await house.act(incident, "acknowledgements", by="POLRES")
    await house.act(incident, "assessments", by=COORDINATOR, form="NIHIL", reason="Ternyata tidak ada apa-apa.")
    await house.agree(incident, by=("POLRES", Role.VERIFIER))
    house.news()
    for minutes in (15, 60, 400):
        await house.forward(minutes=minutes)
    house.expect_silence()
    assert house.ladder(incident).stopped == "no answer needed"
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []
    await house.act(incident, "assessments", by=COORDINATOR, form="BENTROK", reason="Ada juga.")
    house.expect_alert("POLRES", "lead", "changed")
    assert house.ladder(incident).stopped is None


async def test_who_accepts_a_report_of_nothing_owes_no_situation_report(house: House) -> None:
    incident = await opened(house, Level.RENDAH, form="NIHIL")
    house.news()
    await house.act(incident, "acknowledgements", by=house.lead(incident).institution)
    await house.act(incident, "sitreps", by=house.lead(incident).institution, text="Nihil.")
    await house.forward(days=30)
    house.expect_silence()
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []


async def test_asked_for_by_hand_a_report_of_nothing_is_told_one_rung_higher_and_no_more(house: House) -> None:
    incident = await opened(house, Level.TINGGI, form="NIHIL", conflict=False)
    house.news()
    await house.act(incident, "escalations", by=COORDINATOR, reason="Mohon dicek.")
    await house.forward(seconds=1)
    assert "KASATINTEL" in {institution for institution, *_ in house.told()}
    assert house.ladder(incident).stopped == "no answer needed"
    await house.forward(hours=8)
    house.expect_silence()


async def test_what_an_officer_has_lowered_is_chased_more_slowly_and_rises_as_anything_else(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    lowered = await house.act(incident, "assessments", by=COORDINATOR, level="SEDANG", reason="Hanya cekcok.")
    assert lowered.body["proposal"]
    assert house.incident(incident).level == Level.KRITIS  # it takes two
    assert (await house.agree(incident, by=("POLRES", Role.VERIFIER))).body["level"] == "SEDANG"
    house.news()
    await house.forward(minutes=5)
    assert "escalated" not in {why for *_, why in house.told()}
    await added(house, incident, Level.KRITIS)  # no graver than what he read: his word counts
    assert house.incident(incident).level == Level.SEDANG
    house.news()
    await added(house, incident, Level.KRITIS, score=70)
    told = house.told()
    assert {("POLRES", "lead", "raised"), ("KODIM", "inform", "raised")} <= told
    await house.forward(minutes=5)
    house.expect_alert("KASATINTEL", "support", "escalated")


async def test_a_lead_that_answers_has_not_verified(house: House) -> None:
    incident = await opened(house, Level.TINGGI, handling=Handling.VERIFY_FIRST)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.act(incident, "recipients", by=COORDINATOR, institution="KEMENAG", duty="support", reason="Perlu.")
    assert {institution for institution, *_ in house.told()} == {"KEMENAG"}
    await house.act(incident, "verifications", by=VERIFIER)
    house.expect_alert("KODIM", "inform", "opened")
