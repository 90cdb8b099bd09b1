"""A closed incident keeps its late copies, and opens again for what its close did not know."""

from schemas.vocabulary import Role
from tests.house import SOKO, House, institutions
from tests.incidents import Level, opened

COORDINATOR = ("KESBANG", Role.COORDINATOR)
MENTORO = {"kecamatan": SOKO, "desa": "35.23.11.2010"}
CLASH = (
    "Tadi malam bentrok dua kelompok pemuda perguruan silat di dekat balai desa Mentoro, saling lempar batu, 3 luka."
)
AGAIN = "Bentrok lagi dua kelompok pemuda perguruan silat di balai desa Mentoro, saling lempar batu, masih berlangsung."
WORSE = "Bentrok dua kelompok pemuda perguruan silat di dekat balai desa Mentoro, satu orang tewas kena celurit."


async def settled(house: House, **closing: str) -> str:
    """File a clash, have it answered and closed; gives the incident."""
    first = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    incident = house.incident_of(first).id
    await house.act(incident, "acknowledgements", by=house.lead(incident).institution)
    closed = await house.act(incident, "closures", by=COORDINATOR, reason="Sudah didamaikan di polsek.", **closing)
    assert closed.status == 200
    if closed.body["proposal"]:
        await house.agree(incident, by=("KODIM", Role.VERIFIER))
    await house.forward(minutes=1)
    house.news()
    return incident


async def test_a_late_copy_is_kept_with_what_was_settled_and_wakes_nobody(house: House) -> None:
    incident = await settled(house)
    copy = await house.file(CLASH, by="warga", basis="witness", **MENTORO)
    assert house.incident_of(copy).id == incident
    row = house.incident(incident)
    assert (row.state, row.reports, row.close_reason) == ("settled", 2, "Sudah didamaikan di polsek.")
    await house.forward(minutes=30)
    house.expect_silence()


async def test_what_goes_on_after_the_close_opens_it_again_and_everybody_answers_anew(house: House) -> None:
    incident = await settled(house)
    later = await house.file(AGAIN, by="warga", basis="saw", **MENTORO)
    assert house.incident_of(later).id == incident
    row = house.incident(incident)
    assert (row.state, row.closed_at, row.close_reason) == ("open", None, None)
    [line] = house.journal("incident.reopened", incident)
    assert line.data["was"] == {"state": "settled", "reason": "Sudah didamaikan di polsek."}
    lead = house.lead(incident)
    call = house.expect_alert(lead.institution, duty="lead", reason="reopened")
    assert later in call.data["reports"]
    assert (lead.state, lead.acknowledged_at) == ("delivered", None)
    ladder = house.ladder(incident)
    assert (ladder.stopped, ladder.step) == (None, 0)


async def test_what_is_worse_than_was_known_opens_it_again(house: House) -> None:
    incident = await settled(house)
    before = house.incident(incident).level
    worse = await house.file(WORSE, by="rs", basis="witness", **MENTORO)
    row = house.incident(incident)
    assert house.incident_of(worse).id == incident
    assert row.state == "open"
    assert row.level > before
    house.expect_alert("POLRES", duty="lead", reason="raised")


async def test_what_was_dismissed_is_open_again_when_somebody_else_tells_of_it(house: House) -> None:
    incident = await settled(house, outcome="dismissed")
    await house.file(CLASH, by="piket", basis="saw", **MENTORO)  # the same source again proves nothing
    assert house.incident(incident).state == "dismissed"
    house.expect_silence()
    await house.file(CLASH, by="warga", basis="witness", **MENTORO)
    assert house.incident(incident).state == "open"
    house.expect_alert(house.lead(incident).institution, duty="lead", reason="reopened")


async def test_an_officer_opens_again_with_a_reason_and_nobody_else_may(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    early = await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum ditutup.")
    assert early.status == 409
    await house.close(incident, COORDINATOR, ("KODIM", Role.VERIFIER), reason="Keliru.")
    assert (await house.act(incident, "reopenings", by="POLRES", reason="Ada lagi.")).status == 403
    assert (await house.act(incident, "reopenings", by=COORDINATOR)).status == 422
    house.news()
    assert (await house.act(incident, "reopenings", by=COORDINATOR, reason="Tertutup keliru.")).status == 200
    await house.settle()
    house.expect_alert("POLRES", duty="lead", reason="reopened")
    told = institutions(house.news())
    assert {"POLRES", "KESBANG"} <= told
    house.news()
    await house.forward(minutes=15)
    house.expect_alert("POLRES", duty="lead", reason="overdue")


async def test_history_is_kept_judged_and_closed_and_nobody_is_told(house: House) -> None:
    old = await house.file(
        WORSE, by="piket", basis="saw", archive=True, observed_at="2026-01-03T20:00:00+07:00", **MENTORO
    )
    row = house.incident_of(old)
    assert (row.state, row.close_reason, row.level) == ("settled", "arsip", 4)
    await house.forward(hours=2)
    house.expect_silence()
    assert house.ladder(row.id).stopped == "settled"
    copy = await house.file(WORSE, by="arsip", archive=True, observed_at="2026-01-03T21:00:00+07:00", **MENTORO)
    assert house.incident_of(copy).state == "settled"
    house.expect_silence()


async def test_what_somebody_marked_as_history_hides_nothing_that_is_told_as_news(house: House) -> None:
    old = await house.file(WORSE, by="lawan", archive=True, **MENTORO)
    incident = house.incident_of(old).id
    [line] = house.journal("incident.opened", incident)
    assert line.data["archive"] is True
    await house.forward(minutes=5)
    house.expect_silence()
    news = await house.file(WORSE, by="warga", basis="witness", **MENTORO)
    assert house.incident_of(news).id == incident
    row = house.incident(incident)
    assert (row.state, row.closed_at, row.close_reason) == ("open", None, None)
    lead = house.lead(incident)
    assert news in house.expect_alert(lead.institution, duty="lead").data["reports"]
    assert house.ladder(incident).stopped is None


async def test_a_late_copy_of_what_an_officer_closed_with_that_very_word_still_wakes_nobody(house: House) -> None:
    first = await house.file(CLASH, by="piket", basis="saw", **MENTORO)
    incident = house.incident_of(first).id
    await house.forward(minutes=1)
    await house.close(incident, COORDINATOR, ("KODIM", Role.VERIFIER), reason="arsip")
    house.news()
    await house.forward(minutes=1)
    await house.file(CLASH, by="warga", basis="witness", **MENTORO)
    assert house.incident(incident).state == "settled"
    house.expect_silence()


async def test_without_a_key_nothing_is_history(house: House) -> None:
    told = await house.call("POST", "/v1/reports", {"text": CLASH, "archive": True})
    assert (told.status, told.body["errors"][0]["field"]) == (422, "archive")
