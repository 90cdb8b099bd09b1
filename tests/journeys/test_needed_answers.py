"""Where a policy needs the answer of several institutions, the ladder chases each silent one, and only those."""

from schemas.district import District
from schemas.policy.recipients import RecipientRule
from schemas.vocabulary import Level, Role
from services.oncall.roster import Roster
from services.policy.proof import check, demands_of
from services.policy.routing import Situation, route, told_at
from tests.house import SOKO, House, institutions
from tests.incidents import added, opened

COORDINATOR = ("KESBANG", Role.COORDINATOR)


def needing(district: District, level: Level, *codes: str) -> District:
    clock = district.clocks[level].model_copy(update={"needs": codes})
    return district.model_copy(update={"clocks": {**district.clocks, level: clock}})


def needing_both(house: House, level: Level = Level.KRITIS) -> None:
    house.decide_by(needing(house.district, level, "POLRES", "KODIM"))


async def test_who_is_needed_is_asked_as_the_lead_is(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    house.expect_alert("POLRES", duty="lead")
    army = house.expect_alert("KODIM", duty="support")
    assert army.data["ack_due"] == house.expect_alert("POLRES", duty="lead").data["ack_due"]
    alert = house.alert(incident, "KODIM")
    assert (alert.needed, alert.duty) == (True, "support")
    assert "tingkat: KRITIS; jawabannya diperlukan" in alert.why
    assert not house.lead(incident).needed  # the lead is waited for in any case


async def test_the_leads_answer_alone_does_not_stop_a_ladder_that_needs_another(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    assert house.ladder(incident).stopped is None
    assert house.incident(incident).state == "handled"
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("KODIM", duty="support", reason="overdue")
    house.expect_alert("PASIINTEL", duty="support", reason="escalated")  # the superior of who is silent
    told = institutions(house.news())
    assert not {"POLRES", "KASATINTEL", "KAPOLRES"} & told  # the police have answered: nobody of theirs is woken


async def test_each_answers_for_itself_and_the_last_one_stops_the_ladder(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.forward(minutes=1)
    await house.act(incident, "acknowledgements", by="KODIM")
    assert house.ladder(incident).stopped == "acknowledged"
    house.news()
    await house.forward(minutes=20)
    house.expect_silence()


async def test_a_lead_that_stays_silent_is_chased_though_the_other_has_answered(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="KODIM")
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("POLRES", duty="lead", reason="overdue")
    assert ("KODIM", "support", "overdue") not in house.told()
    assert [line.data["silent"] for line in house.journal("ladder.climbed", incident)] == [["POLRES"]]


async def test_who_is_needed_is_reminded_before_its_time_is_up(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.forward(minutes=2)
    house.expect_alert("KODIM", duty="support", reason="reminder")
    assert institutions(house.news()) == {"KODIM"}


async def test_every_rung_is_walked_for_who_is_needed_and_the_leads_people_sleep(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "sitreps", by="POLRES", text="Dua regu di lokasi.")  # an answer, and a promise kept
    house.news()
    climbed = []
    for minutes in (5, 5, 10, 40):
        await house.forward(minutes=minutes)
        climbed.append(institutions(house.news()))
    assert [told & {"PASIINTEL", "DANDIM", "PROV"} for told in climbed] == [
        {"PASIINTEL"},
        {"PASIINTEL"},
        {"DANDIM"},
        {"PROV"},
    ]
    assert not any({"KASATINTEL", "KAPOLRES"} & told for told in climbed)
    assert [line.data["silent"] for line in house.journal("ladder.climbed", incident)] == [["KODIM"]] * 4


async def test_by_telephone_the_coordinator_answers_for_who_is_needed(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    phoned = await house.act(
        incident, "acknowledgements", by=COORDINATOR, institution="KODIM", reason="Pasi Intel menjawab.", how="phone"
    )
    assert phoned.status == 200
    assert house.ladder(incident).stopped == "acknowledged"


async def test_a_rise_to_a_level_that_needs_another_asks_it_and_waits_for_it(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.TINGGI)
    assert not house.alert(incident, "KODIM").needed
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await added(house, incident, Level.KRITIS)
    army = house.alert(incident, "KODIM")
    assert (army.needed, army.duty) == (True, "support")
    await house.act(incident, "acknowledgements", by="POLRES")
    assert house.ladder(incident).stopped is None
    await house.act(incident, "acknowledgements", by="KODIM")
    assert house.ladder(incident).stopped == "acknowledged"


async def test_a_rule_of_its_own_needs_an_answer_only_where_it_applies(house: House) -> None:
    rule = RecipientRule(name="silat di Soko", why="Koramil mengenal pelatihnya", kecamatan=(SOKO,), needs=("KORAMIL",))
    house.decide_by(house.district.model_copy(update={"rules": (rule,)}))
    here = await opened(house, Level.TINGGI)
    await house.act(here, "acknowledgements", by="POLRES")
    assert house.ladder(here).stopped is None
    house.news()
    await house.forward(minutes=15)
    house.expect_alert("KORAMIL", duty="support", reason="overdue")
    house.expect_alert("KODIM", duty="inform", reason="escalated")  # the Koramil's superior


async def test_closed_with_a_needed_answer_outstanding_the_journal_names_who_never_answered(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Massa bubar, situasi tenang.")
    assert house.journal("incident.settled", incident)[0].data["never_answered"] == ["KODIM"]
    house.news()
    await house.forward(minutes=30)
    house.expect_silence()


async def test_asked_for_by_hand_one_rung_is_told_and_a_complete_answer_stays_complete(house: House) -> None:
    needing_both(house)
    incident = await opened(house, Level.KRITIS)
    for institution in ("POLRES", "KODIM"):
        await house.act(incident, "acknowledgements", by=institution)
    house.news()
    await house.act(incident, "escalations", by=COORDINATOR, reason="Massa bertambah.")
    await house.forward(seconds=1)
    assert "KASATINTEL" in institutions(house.news())
    assert house.ladder(incident).stopped == "acknowledged"


def test_the_proof_asks_for_a_person_wherever_an_answer_is_needed(tuban: District) -> None:
    demands = demands_of(needing(tuban, Level.KRITIS, "KODIM"))
    assert {post.institution for post in demands.needed} == {"KODIM"}
    found = check(needing(tuban, Level.KRITIS, "KODIM"), Roster(()), demands=demands).findings
    assert any(finding.kind == "needed" and finding.fails for finding in found)


def test_an_accused_agency_is_not_waited_for(tuban: District) -> None:
    district = needing(tuban, Level.KRITIS, "KODIM")
    case = Situation("SLT", "BENTROK", Level.KRITIS, kecamatan=SOKO, accused=("KODIM",))
    assert "KODIM" not in {one.institution for one in route(case, district)}


def test_a_rung_names_everybody_who_is_silent(tuban: District) -> None:
    district = needing(tuban, Level.KRITIS, "KODIM")
    case = Situation("SLT", "BENTROK", Level.KRITIS, kecamatan=SOKO)
    silent = [one for one in route(case, district) if one.needed or one.duty == "lead"]
    told = told_at(district.clocks[Level.KRITIS].ladder[0], silent, case, district)
    assert {"KASATINTEL", "PASIINTEL"} <= {one.institution for one in told}
    assert all("karena POLRES dan KODIM belum menjawab" in one.why[0] for one in told)


async def test_a_level_without_rungs_tells_nobody_above_and_says_so_to_who_asks(house: House) -> None:
    clock = house.district.clocks[Level.KRITIS].model_copy(update={"ladder": ()})
    house.decide_by(house.district.model_copy(update={"clocks": {**house.district.clocks, Level.KRITIS: clock}}))
    incident = await opened(house, Level.KRITIS)
    house.expect_alert("POLRES", duty="lead")
    refused = await house.act(incident, "escalations", by=COORDINATOR, reason="Massa bertambah.")
    assert refused.status == 409
    assert refused.body["code"] == "ladder_has_no_rungs"
    await house.forward(hours=2)
    assert house.ladder(incident).stopped == "exhausted"
    assert "escalated" not in {why for *_, why in house.told()}
