"""A coordinator tells one more institution by hand: at once, for good, and never the accused (rules.md 10)."""

from typing import Any

import pytest

from schemas.records.alerts import Alert, Delivery
from schemas.vocabulary import Classification, Duty, Handling, Role
from services.incidents.referrals import refer as by_hand
from services.security.auth import Identity
from services.security.refusal import Refused
from services.silences import silences
from tests.house import Answer, House
from tests.incidents import Facts, Level, added, opened
from tests.people import Resident, with_changes

COORDINATOR = ("KESBANG", Role.COORDINATOR)
ACCUSED = Facts(accused_agencies=("POLRES",))


async def refer(house: House, incident: str, institution: str, duty: str = "support", **more: Any) -> Answer:
    by = more.pop("by", COORDINATOR)
    body = {"institution": institution, "duty": duty, "reason": "Perlu pengawasan dari luar.", **more}
    return await house.act(incident, "recipients", by=by, **body)


async def test_the_police_are_accused_and_the_coordinator_tells_who_oversees_them(house: House) -> None:
    incident = await opened(house, Level.SEDANG, facts=ACCUSED)
    [line] = house.journal("alert.barred", incident)
    assert {"Polsek Soko"} <= set(line.data["institutions"])
    assert (line.data["accused"], line.data["instead"]) == (["Polres Tuban"], "Bakesbangpol")
    house.news()
    answer = await refer(house, incident, "POLDA")
    assert (answer.status, answer.body["level"]) == (201, "SEDANG")
    assert house.told() == {("POLDA", "support", "opened")}
    [kept] = house.journal("incident.referred", incident)
    assert (kept.actor, kept.data["institution"], kept.data["reason"]) == (
        "kesbang-coordinator",
        "POLDA",
        "Perlu pengawasan dari luar.",
    )
    assert len(house.journal("alert.barred", incident)) == 1  # said once, however often the incident changes


async def test_the_accused_its_units_posts_and_heads_are_refused_with_a_sentence(house: House) -> None:
    incident = await opened(house, Level.SEDANG, facts=ACCUSED)
    house.news()
    for institution in ("POLRES", "POLSEK", "KAPOLRES", "KASATINTEL"):
        answer = await refer(house, incident, institution)
        assert answer.status == 409
        assert "Polres Tuban terlapor dalam peristiwa ini" in answer.body["detail"]
    house.expect_silence()
    assert house.journal("incident.referred", incident) == []


async def test_what_was_added_by_hand_outlives_every_re_routing(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    await refer(house, incident, "KEMENAG")
    house.news()
    assessed = await house.act(incident, "assessments", by=COORDINATOR, issue="AGR", reason="Soal lahan.")
    assert assessed.status == 200
    assert house.alert(incident, "KEMENAG").duty == "support"
    await added(house, incident, Level.KRITIS)
    house.expect_alert("KEMENAG", "support", "raised")


async def test_an_added_institution_that_is_accused_later_is_told_no_more(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    await refer(house, incident, "KEMENAG")
    house.expect_alert("KEMENAG", "support")
    house.news()
    await added(house, incident, Level.KRITIS, facts=Facts(accused_agencies=("KEMENAG",)))
    assert "KEMENAG" not in {whom for whom, *_ in house.told()}


async def test_who_was_told_for_information_is_called_to_support_and_asked_to_answer(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    assert house.alert(incident, "KEJARI").duty == "inform"
    house.news()
    assert (await refer(house, incident, "KEJARI")).status == 201
    house.expect_alert("KEJARI", "support", "changed")
    alert = house.alert(incident, "KEJARI")
    assert alert.ack_due is not None
    assert "ditambahkan koordinator" in alert.why


async def test_nobody_is_added_twice(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    again = await refer(house, incident, "POLRES")
    assert (again.status, again.body["detail"]) == (409, "Polres Tuban sudah diberi tahu sebagai penanggung jawab.")
    await refer(house, incident, "BPN")
    house.news()
    assert (await refer(house, incident, "BPN")).status == 409
    assert (await refer(house, incident, "BPN", "inform")).status == 409
    house.expect_silence()


async def test_a_silence_does_not_swallow_what_a_person_has_just_decided(house: House) -> None:
    who, end = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG"), house.clock.forward(hours=2)
    house.clock.forward(hours=-2)
    house.write(lambda tx: silences.add(tx, who, {"issue": "SLT"}, reason="Karnaval.", start=None, end=end))
    incident = await opened(house, Level.SEDANG)
    house.expect_silence()
    await refer(house, incident, "KEMENAG")
    house.expect_alert("KEMENAG", "support")


async def test_what_must_be_verified_first_goes_to_who_was_added_all_the_same(house: House) -> None:
    incident = await opened(house, Level.SEDANG, handling=Handling.VERIFY_FIRST)
    house.news()
    await refer(house, incident, "KEMENAG", "inform")
    await house.forward(hours=48)  # copies below TINGGI wait for the digest of working hours
    assert ("KEMENAG", "inform", "opened") in house.told()


async def test_an_office_outside_the_forum_gets_a_request_without_words_or_reason(house: House) -> None:
    incident = await opened(house, Level.TINGGI, text="Saksi bernama Warsinah.")
    await refer(house, incident, "LH", reason="Diminta Bu Warsinah.")
    alert = house.alert(incident, "LH")
    assert alert.redacted
    [sent] = house.rows(Delivery, alert_id=alert.id)
    assert sent.payload["data"]["text"] is None
    reader = await house.key("dlh", Role.MEMBER, "LH")
    read = await house.call("GET", f"/v1/incidents/{incident}", key=reader)
    assert read.body["reach"] == "redacted"
    assert "incident.referred" in {line["kind"] for line in read.body["timeline"]}
    assert "Warsinah" not in str(read.body)


async def test_a_matter_of_named_persons_goes_to_named_persons_only(new_house: Any) -> None:
    named, colleague = Resident("kejari", "KEJARI", named_for=("RAD",)), Resident("kejari9", "KEJARI")
    house: House = await new_house(people=lambda all_: [*with_changes(all_, kejari=named), colleague])
    incident = await opened(house, Level.TINGGI, issue="RAD", form="AJAKAN")
    house.news()
    by_name = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", named_for=("RAD",))
    assert (await refer(house, incident, "KEJARI")).status == 404  # whoever is not named knows of no such incident

    def add(code: str) -> str:
        return house.write(lambda tx: by_hand(tx, house.district, incident, by_name, code, Duty.SUPPORT, "Perlu."))

    for code, why in (("CAMAT", "bukan untuk satuan"), ("IMIGRASI", "Belum ada orang Imigrasi yang ditunjuk")):
        with pytest.raises(Refused, match=why):
            add(code)
    if house.alert(incident, "KEJARI").duty != "support":
        add("KEJARI")
    await house.settle()
    assert {call.login for call in house.news()} <= {"kejari"}


async def test_what_is_one_of_named_persons_by_its_second_issue_goes_to_them_only(new_house: Any) -> None:
    named = Resident("polres", "POLRES", named_for=("RAD",))
    house: House = await new_house(people=lambda all_: with_changes(all_, polres=named))
    incident = await opened(house, Level.TINGGI, issue="AGR", issue_secondary="RAD", text="Saksi Warsinah melihat.")
    calls = house.news()
    assert {call.login for call in calls} == {"polres"}
    assert [call.data["text"] for call in calls] == [None]  # a webhook carries no words of this classification
    local = {"POLSEK", "KORAMIL", "CAMAT", "FKDM", "DESA"}
    assert not local & {alert.institution for alert in house.rows(Alert, incident_id=incident)}
    await house.forward(hours=3)
    assert {call.login for call in house.news()} <= {"polres"}
    assert not [sent for sent in house.deliveries(incident) if "Warsinah" in str(sent.payload)]
    by_name = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", named_for=("RAD",))
    for code, why in (("CAMAT", "bukan untuk satuan"), ("IMIGRASI", "Belum ada orang Imigrasi yang ditunjuk")):
        with pytest.raises(Refused, match=why):
            house.write(lambda tx, to=code: by_hand(tx, house.district, incident, by_name, to, Duty.SUPPORT, "Perlu."))


async def test_who_may_not_read_it_does_not_decide_who_else_does(house: House) -> None:
    incident = await opened(house, Level.SEDANG, facts=ACCUSED)
    issues = house.district.issues
    secret = issues["SLT"].model_copy(update={"classification": Classification.RAHASIA})
    district = house.district.model_copy(update={"issues": {**issues, "SLT": secret}})
    low = Identity("low", "Low", Role.COORDINATOR, "KESBANG", clearance=1)
    with pytest.raises(Refused, match="di atas wewenang"):
        house.write(lambda tx: by_hand(tx, district, incident, low, "POLRES", Duty.SUPPORT, "Perlu."))


async def test_leaders_stay_out_of_an_exercise(house: House) -> None:
    incident = await opened(house, Level.SEDANG, exercise=True)
    answer = await refer(house, incident, "BUPATI")
    assert (answer.status, answer.body["detail"]) == (409, "Ini latihan: pimpinan dan provinsi tidak diberi tahu.")


async def test_only_coordinators_add_and_say_why(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    for by, body, status in (
        (("POLRES", Role.MEMBER), {}, 403),
        (("KESBANG", Role.VERIFIER), {}, 403),
        (("KESBANG", Role.AUDITOR), {}, 403),
        (COORDINATOR, {"reason": " "}, 422),
        (COORDINATOR, {"duty": "lead"}, 422),
        (COORDINATOR, {"institution": "TIADA"}, 409),
    ):
        answer = await refer(house, incident, **({"institution": "KEMENAG", "by": by} | body))
        assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert house.journal("incident.referred", incident) == []
