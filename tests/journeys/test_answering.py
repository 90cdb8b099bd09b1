"""Who may answer, how, and what an answer stops."""

import re

from schemas.records.answers import AnswerToken
from schemas.records.incidents import Judgement
from schemas.vocabulary import Role
from tests.house import Answer as HttpAnswer
from tests.house import House, institutions, person_id
from tests.incidents import Level, opened
from tests.people import Resident, with_changes

COORDINATOR = ("KESBANG", Role.COORDINATOR)


async def test_the_leads_answer_stops_the_ladder(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.forward(minutes=1)
    answer = await house.act(incident, "acknowledgements", by="POLRES")
    assert (answer.status, answer.body["first"], answer.body["seconds"]) == (200, True, 60)
    assert house.ladder(incident).stopped == "acknowledged"
    assert house.incident(incident).state == "handled"
    house.news()
    await house.forward(minutes=20)
    house.expect_silence()


async def test_a_supports_answer_is_its_own_and_the_ladder_goes_on(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="KESBANG")
    assert house.alert(incident, "KESBANG").state == "acknowledged"
    assert house.lead(incident).state == "delivered"
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("POLRES", duty="lead", reason="overdue")
    house.expect_alert("KASATINTEL", duty="support", reason="escalated")
    assert ("KESBANG", "support", "escalated") not in house.told()  # it has answered: no need to wake it again


async def test_a_rung_whose_people_have_answered_is_no_empty_rung(house: House) -> None:
    """The superior office has taken note already: the rung above still waits for its time."""
    incident = await opened(house, Level.SEDANG)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.forward(seconds=(house.ladder(incident).next_at - house.clock.now).total_seconds())
    house.expect_alert("POLSEK", duty="lead", reason="overdue")
    assert "KABID" not in institutions(house.news())
    ladder = house.ladder(incident)
    assert (ladder.step, (ladder.next_at - house.clock.now).total_seconds()) == (1, 2 * 3600)


async def test_an_answer_given_twice_counts_once(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.forward(minutes=3)
    again = await house.act(incident, "acknowledgements", by="POLRES")
    assert (again.body["first"], again.body["seconds"]) == (False, 0)
    assert len(house.journal("incident.acknowledged", incident)) == 1


async def test_nobody_answers_for_somebody_else_but_a_coordinator_with_a_reason(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    stranger = await house.act(incident, "acknowledgements", by="KESBANG", institution="POLRES", reason="x")
    assert stranger.status == 403
    silent = await house.act(incident, "acknowledgements", by=COORDINATOR, institution="POLRES")
    assert silent.status == 422
    assert house.lead(incident).state == "delivered"
    said = "Ditelepon, AKP piket menjawab siap."
    phoned = await house.act(
        incident, "acknowledgements", by=COORDINATOR, institution="POLRES", reason=said, how="phone"
    )
    assert phoned.status == 200
    lead = house.lead(incident)
    assert (lead.state, lead.acknowledged_how, lead.acknowledged_reason) == ("acknowledged", "phone", said)


async def mailed(new_house: object) -> House:
    """A house in which the lead is told by e-mail."""
    by_mail = Resident("polres", "POLRES", addresses=(("email", "piket@polres.example"),))
    return await new_house(people=lambda people: with_changes(people, polres=by_mail))  # type: ignore[operator]


def button(mail: bytes) -> str:
    return re.search(r"/terima/[\w=-]+", mail.decode())[0]  # type: ignore[index]


async def pressed(house: House, page: str) -> HttpAnswer:
    """Press the button as a person does: on the page, having read it."""
    body = (await house.call("GET", page)).body
    sheet = re.search(r'name="lembar" value="([^"]+)"', body)
    house.clock.forward(seconds=2)
    return await house.call("POST", page, data={"lembar": sheet[1] if sheet else "", "jawab": "terima"})


async def test_the_button_of_a_message_answers_once_and_only_when_it_is_pressed(new_house: object) -> None:
    house = await mailed(new_house)
    incident = await opened(house, Level.TINGGI, text="Ketapel di belakang balai desa.")
    [mail] = house.mail.mails
    assert b"Ketapel" not in mail  # mail carries no text
    page = button(mail)
    for _ in range(3):  # a scanner that follows links
        assert (await house.call("GET", page)).status == 200
    assert house.lead(incident).state == "delivered"
    assert (await pressed(house, page)).status == 200
    lead = house.lead(incident)
    assert (lead.state, lead.acknowledged_how, lead.acknowledged_by) == ("acknowledged", "button", person_id("polres"))
    assert house.ladder(incident).stopped == "acknowledged"
    await pressed(house, page)
    await house.settle()
    assert len(house.journal("incident.acknowledged", incident)) == 1
    [token] = house.rows(AnswerToken)
    assert (token.person_id, token.used_at) == (person_id("polres"), lead.acknowledged_at)


async def test_a_button_left_for_a_day_answers_nothing(new_house: object) -> None:
    house = await mailed(new_house)
    incident = await opened(house, Level.TINGGI)
    page = button(house.mail.mails[0])
    await house.forward(hours=25)
    assert (await house.call("POST", page)).status == 410
    assert house.lead(incident).state != "acknowledged"


async def test_a_button_nobody_made_is_unknown(house: House) -> None:
    assert (await house.call("POST", "/terima/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).status == 404


async def test_a_sitrep_is_an_answer_too(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    told = await house.act(incident, "sitreps", by="POLRES", text="Regu sudah di lokasi, massa bubar.")
    assert told.status == 201
    lead = house.lead(incident)
    assert (lead.state, lead.acknowledged_how) == ("reported", "sitrep")
    assert house.ladder(incident).stopped == "acknowledged"


async def test_an_officers_level_stands_beside_the_machines_with_its_reason(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    refused = await house.act(incident, "assessments", by=COORDINATOR, level="KRITIS")
    assert refused.status == 422
    house.news()
    done = await house.act(incident, "assessments", by=COORDINATOR, level="KRITIS", reason="Kapolsek: ada yang tewas.")
    assert (done.status, done.body["level"]) == (200, "KRITIS")
    house.expect_alert("POLRES", duty="lead", reason="raised")
    house.expect_alert("BUPATI", duty="inform", reason="raised")
    [judgement] = [row for row in house.rows(Judgement, incident_id=incident) if row.by != "machine"]
    assert (judgement.reason, judgement.data["before"]["level"]) == ("Kapolsek: ada yang tewas.", 3)


async def test_an_officers_lower_level_wakes_nobody(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    house.news()
    await house.act(incident, "assessments", by=COORDINATOR, level="TINGGI", reason="Hanya luka ringan.")
    house.expect_silence()


async def test_an_officer_who_gives_the_lead_to_somebody_else_has_that_one_told_and_chased(house: House) -> None:
    """A land dispute told as a martial-arts quarrel: the land office leads from now on, the police no more."""
    incident = await opened(house, Level.TINGGI, form="KONVOI")
    assert house.lead(incident).institution == "POLRES"
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.act(incident, "assessments", by=COORDINATOR, issue="AGR", reason="Pokoknya batas tanah.")
    lead = house.lead(incident)  # exactly one
    assert lead.institution != "POLRES"
    assert lead.state == "delivered"
    assert lead.institution in {institution for institution, duty, _ in house.told() if duty == "lead"}
    assert house.alert(incident, "POLRES").duty != "lead"
    await house.forward(minutes=15)
    house.expect_alert(lead.institution, duty="lead", reason="overdue")


async def test_a_support_who_becomes_the_lead_is_told_so(house: House) -> None:
    incident = await opened(house, Level.TINGGI, form="KONVOI")
    assert house.alert(incident, "KESBANG").duty == "support"
    await house.act(incident, "acknowledgements", by="KESBANG")
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.act(incident, "assessments", by=COORDINATOR, issue="POL", reason="Ternyata soal pilkades.")
    house.expect_alert("KESBANG", duty="lead", reason="changed")
    lead = house.lead(incident)
    assert (lead.institution, lead.state) == ("KESBANG", "delivered")  # to lead is another promise than to support
    house.news()
    await house.forward(minutes=15)
    house.expect_alert("KESBANG", duty="lead", reason="overdue")
    ids = {}
    for call in house.sink.calls:
        ids.setdefault((call.data["institution"], call.data["round"]), set()).add(call.id)
    assert all(len(told) == 1 for told in ids.values())


async def test_escalating_by_hand_climbs_one_rung_even_when_the_lead_has_answered(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    asked = await house.act(incident, "escalations", by=COORDINATOR, reason="Massa bertambah, butuh bantuan.")
    assert asked.status == 200
    told = house.told()
    assert ("KASATINTEL", "support", "escalated") in told
    assert not [1 for institution, _, _ in told if institution in ("POLRES", "KAPOLRES")]
    await house.forward(minutes=10)
    house.expect_silence()
    assert house.ladder(incident).stopped == "acknowledged"


async def test_closing_stops_every_timer(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    refused = await house.act(incident, "closures", by=COORDINATOR)
    assert refused.status == 422
    done = await house.close(incident, COORDINATOR, ("POLRES", Role.VERIFIER), reason="Sudah didamaikan di balai desa.")
    assert (done.status, done.body["state"]) == (200, "settled")
    house.news()
    await house.forward(hours=3)
    house.expect_silence()
    assert house.ladder(incident).stopped == "closed"


async def test_closed_before_anybody_was_told_it_chases_nobody(house: House) -> None:
    """The notifier was down meanwhile; what comes late must not start a ladder nobody can stop."""
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "closures", by=COORDINATOR, reason="Laporan keliru.", outcome="dismissed")
    assert (await house.agree(incident, by=("POLRES", Role.VERIFIER))).body["state"] == "dismissed"
    house.news()
    await house.store.write(lambda tx: house.notify.decide(tx, [incident]))
    await house.forward(minutes=10)
    house.expect_silence()
