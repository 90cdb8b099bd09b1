"""Whom a report reaches, told by real reports and by incidents of a wanted kind: rules.md, one story each."""

from datetime import timedelta

from schemas.records.incidents import ConflictStatus
from schemas.vocabulary import Classification, Role
from tests.house import SEMANDING, SOKO, House, institutions
from tests.incidents import Facts, Level, PlaceFound, opened
from tests.people import Resident, with_changes

COORDINATOR = ("KESBANG", Role.COORDINATOR)
LEADERS = {"KAPOLRES", "DANDIM", "KAJARI", "BUPATI", "SEKDA", "PROV", "POLDA"}


async def test_what_is_no_conflict_is_passed_to_the_lead_alone_and_chases_nobody(house: House) -> None:
    report = await house.file("Lampu jalan di depan pasar Soko mati sejak kemarin, mohon diperbaiki.", kecamatan=SOKO)
    incident = house.incident_of(report)
    assert not incident.conflict
    assert [duty for _, duty, _ in house.told()] == ["lead"]
    await house.forward(hours=200)
    house.expect_silence()


async def test_a_nil_report_chases_nobody(house: House) -> None:
    report = await house.file("Situasi Kec. Soko aman terkendali, nihil kejadian menonjol.", kecamatan=SOKO)
    assert house.incident_of(report).form == "NIHIL"
    assert len(house.news()) == 1
    await house.forward(hours=200)
    house.expect_silence()


async def test_an_exercise_is_marked_and_never_climbs_to_leaders(house: House) -> None:
    incident = await opened(house, Level.KRITIS, exercise=True)
    everybody = house.news()
    for _ in range(30):
        await house.forward(minutes=5)
        everybody += house.news()
    assert {"POLRES", "KASATINTEL", "KABAN"} <= institutions(everybody)
    assert LEADERS & institutions(everybody) == set()
    assert {call.data["exercise"] for call in everybody} == {True}
    assert house.ladder(incident).stopped == "exhausted"


async def test_an_exercise_never_folds_into_what_is_real(house: House) -> None:
    text = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, 3 orang luka."
    real = await house.file(text, kecamatan=SOKO, by="piket", basis="saw")
    drill = await house.file(text, kecamatan=SOKO, by="warga", basis="saw", exercise=True)
    assert house.incident_of(real).id != house.incident_of(drill).id
    assert house.incident_of(real).reports == 1


async def test_radicalism_reaches_only_who_is_named_for_it(new_house: object) -> None:
    named = Resident("polres", "POLRES", named_for=("RAD",))
    colleague = Resident("polres9", "POLRES")
    house: House = await new_house(people=lambda all_: [*with_changes(all_, polres=named), colleague])  # type: ignore[operator]
    incident = await opened(house, Level.KRITIS, issue="RAD", form="AJAKAN")
    everybody = house.news()
    for _ in range(30):
        await house.forward(minutes=5)
        everybody += house.news()
    assert {call.login for call in everybody} == {"polres"}
    unreachable = {line.data["institution"] for line in house.journal("alert.unreachable", incident)}
    assert "KESBANG" in unreachable  # nobody there is named: logged, not widened


async def test_the_police_when_accused_are_not_told_and_the_coordinator_decides(house: House) -> None:
    accused = Facts(accused_agencies=("POLRES",))
    incident = await opened(house, Level.TINGGI, facts=accused)
    everybody = house.news()
    for _ in range(30):
        await house.forward(minutes=10)
        everybody += house.news()
    assert {"POLRES", "POLSEK", "KASATINTEL", "KAPOLRES"} & institutions(everybody) == set()
    assert "KESBANG" in institutions(everybody)
    assert house.lead(incident).institution not in {"POLRES", "POLSEK"}


async def test_the_accused_are_found_in_the_words_of_a_report(house: House) -> None:
    report = await house.file(
        "Oknum anggota polisi diduga memukuli tiga pemuda perguruan silat di Soko tadi malam, dua orang luka, warga marah "
        "dan berkumpul di depan polsek, sekitar 100 orang.",
        kecamatan=SOKO,
        basis="witness",
    )
    accused = house.incident_of(report).facts.get("accused_agencies", [])
    assert "POLRES" in accused or "POLSEK" in accused
    assert not {"POLRES", "POLSEK"} & {whom for whom, duty, _ in house.told() if duty == "lead"}


async def test_the_army_never_leads_without_a_recorded_status(house: House) -> None:
    for issue in house.district.issues:
        for form in ("BENTROK", "KETEGANGAN"):
            incident = await opened(house, Level.KRITIS, issue=issue, form=form)
            assert house.lead(incident).institution not in {"KODIM", "KORAMIL", "POSAL"}


async def test_a_recorded_status_keadaan_konflik_is_read_from_the_store(house: House) -> None:
    now = house.clock.now
    row = {"number": "300/1/2026", "scale": "kabupaten", "start": now, "end": now + timedelta(days=30)}
    row |= {"tni_support": True, "recorded_by": "ratna", "ended_at": None}
    await house.store.write(lambda tx: tx.add(ConflictStatus, [row]))
    incident = await opened(house, Level.KRITIS)
    assert house.lead(incident).institution == "POLRES"  # a status allows support; it hands no lead over by itself


async def test_an_anonymous_report_is_verified_before_everybody_is_told(house: House) -> None:
    report = await house.file_with(
        None, "Katanya di Soko mau ada tawuran silat nanti malam, tolong dicek.", kecamatan=SOKO, anonymous=True
    )
    incident = house.incident_of(report)
    assert incident.handling == "verify_first"
    first = {whom for whom, _, _ in house.told()}
    assert first <= {house.lead(incident.id).institution, "KESBANG"}
    verified = await house.act(incident.id, "verifications", by=COORDINATOR, note="Babinsa membenarkan.")
    assert verified.status == 200
    then = house.told()
    assert len(then) > 2
    assert {whom for whom, _, _ in then} & first == set()  # who knows already is not told again


async def test_what_a_second_source_confirms_needs_no_officer_to_be_passed_on(house: House) -> None:
    text = "Katanya di Desa Mentoro mau ada tawuran silat nanti malam, pemuda sudah berkumpul."
    place = {"kecamatan": SOKO, "desa": "35.23.11.2010"}
    first = await house.file_with(None, text, anonymous=True, **place)
    house.news()
    second = await house.file(text, by="piket", basis="saw", **place)
    assert house.incident_of(first).id == house.incident_of(second).id
    assert house.incident_of(first).handling != "verify_first"
    assert len(institutions(house.news())) > 2


async def test_a_civil_lead_outside_the_forum_gets_a_request_without_the_text(house: House) -> None:
    incident = await opened(house, Level.TINGGI, issue="AGR", form="BLOKADE", text="Pak Warno memblokade jalan.")
    lead = house.expect_alert("PEMKAB", duty="lead")
    assert lead.data["text"] is None
    assert house.alert(incident, "PEMKAB").redacted
    forum = next(call for call in house.news() if call.data["institution"] == "KESBANG")
    assert forum.data["text"] == "Pak Warno memblokade jalan."


async def test_the_text_goes_no_further_than_a_clearance(new_house: object) -> None:
    low = Resident("polres", "POLRES", clearance=1)
    house: House = await new_house(people=lambda people: with_changes(people, polres=low))  # type: ignore[operator]
    await opened(house, Level.TINGGI, text="Rahasia desa.")
    assert house.expect_alert("POLRES").data["text"] is None


async def test_above_a_clearance_level_issue_and_kecamatan_are_told_and_nothing_else(new_house: object) -> None:
    low = Resident("polres", "POLRES", clearance=2)
    house: House = await new_house(people=lambda people: with_changes(people, polres=low))  # type: ignore[operator]
    secret = house.district.issues["SLT"].model_copy(update={"classification": Classification.RAHASIA})
    house.decide_by(house.district.model_copy(update={"issues": {**house.district.issues, "SLT": secret}}))
    there = PlaceFound(kabupaten="35.23", kecamatan=SOKO, desa="35.23.11.2010")
    await opened(house, Level.TINGGI, issue="SLT", form="BENTROK", place=there)
    calls = {call.data["institution"]: call.data for call in house.news()}
    masked, full = calls["POLRES"], calls["KESBANG"]
    for told in (masked, full):
        assert (told["level"], told["issue"], told["place"]["kecamatan"]) == ("TINGGI", "SLT", SOKO)
    hidden = ("form", "score", "occurred", "text")
    assert [masked[name] for name in hidden] == [None] * 4
    assert (masked["place"]["desa"], masked["place"]["desa_name"]) == (None, None)
    assert None not in [full[name] for name in hidden]
    assert full["place"]["desa"] == "35.23.11.2010"


async def test_a_local_unit_is_that_of_the_place(house: House) -> None:
    there = PlaceFound(kabupaten="35.23", kecamatan=SEMANDING, kecamatan_name="Semanding")
    await opened(house, Level.SEDANG, place=there)
    assert house.expect_alert("POLSEK").unit == SEMANDING


async def test_nobody_at_the_lead_is_logged_and_the_ladder_climbs_at_once(new_house: object) -> None:
    house: House = await new_house(people=lambda people: with_changes(people, polres=None))  # type: ignore[operator]
    incident = await opened(house, Level.KRITIS)
    [line] = [one for one in house.journal("alert.unreachable", incident) if one.data["institution"] == "POLRES"]
    assert line.data["duty"] == "lead"
    await house.forward(seconds=1)
    house.expect_alert("KASATINTEL", duty="support", reason="escalated")
    assert house.ladder(incident).step == 1


async def test_a_rung_with_nobody_is_logged_and_the_next_one_is_told_at_once(new_house: object) -> None:
    gone = {"kasatintel": None, "kesbang": None}
    house: House = await new_house(people=lambda people: with_changes(people, **gone))  # type: ignore[operator]
    incident = await opened(house, Level.KRITIS)
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("PASIINTEL", duty="support", reason="escalated")
    [climbed] = house.journal("ladder.climbed", incident)
    assert climbed.data["nobody"] == ["Atasan langsung dan piket Kesbang"]
    assert house.ladder(incident).step == 2


async def test_kritis_uses_every_address_of_a_person_and_lesser_levels_the_first(new_house: object) -> None:
    both = Resident(
        "polres", "POLRES", addresses=(("email", "piket@polres.example"), ("email", "kasat@polres.example"))
    )
    house: House = await new_house(people=lambda people: with_changes(people, polres=both))  # type: ignore[operator]
    await opened(house, Level.TINGGI)
    assert len(house.mail.mails) == 1
    await opened(house, Level.KRITIS)
    assert len(house.mail.mails) == 3
