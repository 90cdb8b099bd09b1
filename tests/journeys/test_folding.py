"""Copies of one event fold into one incident; nothing is overwritten, and a merge can be undone."""

from schemas.records.reports import Report
from schemas.vocabulary import Role
from tests.house import SOKO, House, institutions
from tests.incidents import Level, added, opened

COORDINATOR = ("KESBANG", Role.COORDINATOR)
MENTORO = {"kecamatan": SOKO, "desa": "35.23.11.2010"}
CLASH = "Bentrok dua kelompok pemuda perguruan silat di dekat balai desa Mentoro, saling lempar batu, {n} orang luka."


async def test_a_second_telling_folds_changes_the_round_and_tells_the_lead_alone(house: House) -> None:
    first = await house.file(CLASH.format(n=3), by="piket", basis="saw", **MENTORO)
    before = house.incident_of(first)
    house.news()
    second = await house.file(CLASH.format(n=4), by="warga", basis="saw", **MENTORO)
    after = house.incident_of(second)
    assert after.id == before.id
    assert (after.reports, after.round, after.revision) == (2, before.round + 1, before.revision + 1)
    call = house.expect_alert("POLRES", duty="lead", reason="changed")
    assert institutions(house.news()) == {"POLRES"}
    assert call.data["reports"] == [first, second]
    injured = {(figure["report"], figure["max"]) for figure in after.facts["injured"]}
    assert injured == {(first, 3), (second, 4)}  # each figure with its source


async def test_other_places_stay_other_incidents(house: House) -> None:
    first = await house.file(CLASH.format(n=3), by="piket", basis="saw", **MENTORO)
    elsewhere = CLASH.replace("Mentoro", "Bejagung").format(n=3)
    second = await house.file(elsewhere, by="warga", basis="saw", kecamatan="35.23.15")
    assert house.incident_of(first).id != house.incident_of(second).id


async def test_one_report_filed_twice_has_one_effect(house: House) -> None:
    id_ = "5f6b0e0c-3c8f-4a44-9d3e-7f4d7a1f0c11"
    await house.file(CLASH.format(n=3), basis="saw", id=id_, **MENTORO)
    house.news()
    await house.forward(minutes=1)
    await house.file(CLASH.format(n=3), basis="saw", id=id_, **MENTORO)
    house.expect_silence()
    assert len(house.rows(Report)) == 1


async def test_reports_of_an_acknowledged_incident_fold_without_waking_the_others(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await added(house, incident, Level.TINGGI)
    house.expect_alert("POLRES", duty="lead", reason="changed")
    assert len(house.news()) == 1
    assert house.lead(incident).state == "acknowledged"


async def test_a_merge_moves_the_reports_and_stops_the_clock_and_a_split_undoes_both(house: House) -> None:
    small, great = await opened(house, Level.TINGGI), await opened(house, Level.KRITIS)
    house.news()
    merged = await house.act(great, "merges", by=COORDINATOR, into=small, reason="Satu kejadian.")
    assert merged.status == 200
    assert (house.incident(great).state, house.incident(great).merged_into) == ("merged", small)
    into = house.incident(small)
    assert (into.level, into.reports) == (4, 2)
    raised = house.expect_alert("POLRES", duty="lead", reason="raised")
    assert raised.data["reports"] == [small, great]
    house.news()
    await house.forward(minutes=5)
    assert {call.data["incident"] for call in house.news()} == {small}

    split = await house.act(great, "splits", by=COORDINATOR, reason="Ternyata dua kejadian.")
    assert split.status == 200
    assert [(row.folded_into, row.incident_id) for row in house.rows(Report, id=great)] == [(None, great)]
    assert (house.incident(great).state, house.incident(great).merged_into) == ("open", None)
    assert (house.incident(small).level, house.incident(small).reports) == (3, 1)
    house.news()
    await house.forward(minutes=5)
    overdue = {call.data["incident"] for call in house.news() if call.data["reason"] == "overdue"}
    assert great in overdue  # its own clock runs again


async def test_a_split_keeps_the_answer_that_was_given_before_the_merge(house: House) -> None:
    one, other = await opened(house, Level.TINGGI), await opened(house, Level.TINGGI)
    await house.act(one, "acknowledgements", by="POLRES")
    await house.act(one, "merges", by=COORDINATOR, into=other, reason="Satu kejadian.")
    await house.act(one, "splits", by=COORDINATOR, reason="Ternyata dua.")
    assert (house.incident(one).state, house.ladder(one).stopped) == ("handled", "acknowledged")
    house.news()
    await house.forward(minutes=16)
    assert one not in {call.data["incident"] for call in house.news()}
    await house.forward(minutes=45)  # the first sitrep, promised within the hour, never came
    assert ("lapsed") in {call.data["reason"] for call in house.news() if call.data["incident"] == one}


async def test_a_copy_of_what_was_merged_goes_where_the_officer_put_it(house: House) -> None:
    first = await house.file(CLASH.format(n=3), by="piket", basis="saw", **MENTORO)
    great = await opened(house, Level.KRITIS)
    await house.act(house.incident_of(first).id, "merges", by=COORDINATOR, into=great, reason="Satu kejadian.")
    copy = await house.file(CLASH.format(n=3), by="warga", basis="saw", **MENTORO)
    assert house.incident_of(copy).id == great
    assert house.incident(great).reports == 3


async def test_only_officers_merge(house: House) -> None:
    one, other = await opened(house, Level.TINGGI), await opened(house, Level.TINGGI)
    refused = await house.act(one, "merges", by="POLRES", into=other, reason="Satu kejadian.")
    assert refused.status == 403
    assert house.incident(one).state == "open"


async def test_a_merge_of_what_was_merged_takes_its_reports_along_and_each_split_gives_them_back(house: House) -> None:
    first, second, third = [await opened(house, Level.TINGGI) for _ in range(3)]
    await house.act(first, "merges", by=COORDINATOR, into=second, reason="Satu kejadian.")
    await house.act(second, "merges", by=COORDINATOR, into=third, reason="Satu kejadian juga.")

    def lives_in() -> list[str | None]:
        return [house.rows(Report, id=id_)[0].folded_into for id_ in (first, second, third)]

    assert lives_in() == [third, third, None]
    assert house.incident(third).reports == 3
    await house.act(second, "splits", by=COORDINATOR, reason="Ternyata bukan.")
    assert lives_in() == [second, None, None]
    assert [house.incident(id_).reports for id_ in (second, third)] == [2, 1]
    await house.act(second, "merges", by=COORDINATOR, into=third, reason="Ternyata ya.")
    await house.act(first, "splits", by=COORDINATOR, reason="Yang ini bukan.")
    assert lives_in() == [None, third, None]
    assert [house.incident(id_).reports for id_ in (first, second, third)] == [1, 1, 2]


async def test_an_exercise_and_a_real_incident_are_never_merged(house: House) -> None:
    """Who merged a real KRITIS into a drill ended its ladder: of a drill leaders hear nothing, and it ends by itself."""
    real, drill = await opened(house, Level.KRITIS), await opened(house, Level.KRITIS, exercise=True)
    for one, into in ((real, drill), (drill, real)):
        refused = await house.act(one, "merges", by=COORDINATOR, into=into, reason="Satu kejadian.")
        assert (refused.status, refused.body["code"]) == (409, "merge_of_exercise")
    assert {house.incident(one).state for one in (real, drill)} == {"open"}
