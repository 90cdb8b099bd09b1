"""Who is needed besides the lead, while the incident changes: verified, merged and split, accused, silenced."""

from datetime import timedelta

from schemas.records.alerts import Alert
from schemas.vocabulary import Handling, Level, Role
from services.notify.watchdog.invariants import look
from services.security.auth import Identity
from services.silences import silences
from tests.house import House, institutions
from tests.incidents import Facts, added, opened
from tests.journeys.test_needed_answers import needing

COORDINATOR, VERIFIER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.VERIFIER)


def army_needed(house: House, level: Level) -> None:
    house.decide_by(needing(house.district, level, "KODIM"))


def silence(house: House, hours: float, **matchers: object) -> str:
    who, end = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG"), house.clock.now + timedelta(hours=hours)
    return house.write(lambda tx: silences.add(tx, who, matchers, reason="Karnaval.", start=None, end=end))


def audited(house: House) -> list[str]:
    return [one.kind for one in house.ask(lambda session: look(session, house.clock.now, 1.0))]


async def test_told_only_once_verified_it_is_waited_for_though_the_lead_has_answered_before(house: House) -> None:
    army_needed(house, Level.TINGGI)
    incident = await opened(house, Level.TINGGI, handling=Handling.VERIFY_FIRST)
    await house.act(incident, "acknowledgements", by="POLRES")
    assert "KODIM" not in institutions(house.news())
    await added(house, incident, Level.TINGGI)  # a second source confirms it
    house.expect_alert("KODIM", "support", "opened")
    assert house.ladder(incident).stopped is None
    await house.forward(minutes=15)
    house.expect_alert("KODIM", "support", "overdue")
    await house.act(incident, "acknowledgements", by="KODIM")
    assert house.ladder(incident).stopped == "acknowledged"
    assert audited(house) == []


async def test_what_an_officer_raises_to_kritis_is_told_to_all_though_nobody_stood_for_its_report(house: House) -> None:
    incident = await opened(house, Level.SEDANG, handling=Handling.VERIFY_FIRST)
    assert "KODIM" not in institutions(house.news())
    await house.act(incident, "assessments", by=COORDINATOR, level="KRITIS", reason="Kapolsek: ada yang tewas.")
    house.expect_alert("KODIM", "inform", "raised")
    assert {"KODIM", "BIN"} <= {alert.institution for alert in house.rows(Alert, incident_id=incident)}


async def test_what_a_merge_raises_to_kritis_is_told_to_all_though_nobody_stood_for_its_report(house: House) -> None:
    incident = await opened(house, Level.SEDANG, handling=Handling.VERIFY_FIRST)
    graver = await opened(house, Level.KRITIS, text="Lain.")
    house.news()
    await house.act(graver, "merges", by=VERIFIER, into=incident, reason="Sama.")
    assert {"KODIM", "BIN"} <= {alert.institution for alert in house.rows(Alert, incident_id=incident)}


async def test_what_an_officer_raises_below_tinggi_is_verified_first_as_before(house: House) -> None:
    incident = await opened(house, Level.RENDAH, handling=Handling.VERIFY_FIRST)
    await house.act(incident, "assessments", by=COORDINATOR, level="SEDANG", reason="Lebih banyak orang.")
    assert "KODIM" not in {alert.institution for alert in house.rows(Alert, incident_id=incident)}


async def test_split_off_again_it_is_waited_for_as_before(house: House) -> None:
    army_needed(house, Level.TINGGI)
    incident, other = await opened(house, Level.TINGGI), await opened(house, Level.TINGGI, text="Lain.")
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.forward(minutes=3)
    await house.act(incident, "merges", by=VERIFIER, into=other, reason="Sama.")
    await house.act(incident, "splits", by=VERIFIER, reason="Dua.")
    assert house.ladder(incident).stopped is None
    house.news()
    await house.forward(minutes=5)
    told = [call.told for call in house.news() if call.data["incident"] == incident]
    assert told == [("KODIM", "support", "reminder")]
    assert house.lead(incident).sitrep_due is not None
    assert audited(house) == []


async def test_accused_it_is_neither_reminded_nor_chased_and_nobody_waits_for_it(house: House) -> None:
    army_needed(house, Level.TINGGI)
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    await added(house, incident, Level.TINGGI, facts=Facts(accused_agencies=("KODIM",)))
    assert house.ladder(incident).stopped == "acknowledged"
    house.news()
    await house.forward(minutes=8)
    await house.forward(minutes=8)
    house.expect_silence()


async def test_at_tinggi_no_silence_keeps_it_from_who_is_needed(house: House) -> None:
    army_needed(house, Level.TINGGI)
    silence(house, 3, institution="KODIM")
    await opened(house, Level.TINGGI)
    house.expect_alert("KODIM", "support", "opened")


async def test_below_tinggi_it_is_told_when_the_silence_ends_and_not_called_silent_before(house: House) -> None:
    army_needed(house, Level.SEDANG)
    silence(house, 12, institution="KODIM")  # until 11.00 WIB, three and a half hours into the working day
    incident = await opened(house, Level.SEDANG)
    await house.act(incident, "acknowledgements", by=house.lead(incident).institution)
    house.news()
    await house.forward(hours=11, minutes=59)
    house.expect_silence()
    assert house.journal("ladder.climbed", incident) == []
    await house.forward(minutes=1)
    house.expect_alert("KODIM", "support", "reminder")
    await house.forward(hours=2)
    house.expect_alert("PASIINTEL", "support", "escalated")
    assert audited(house) == []


async def test_a_silence_of_who_is_needed_that_ends_early_does_not_spare_the_lead(house: House) -> None:
    army_needed(house, Level.SEDANG)
    quiet = silence(house, 48, institution="KODIM")
    incident = await opened(house, Level.SEDANG)
    due = house.ladder(incident).next_at
    await house.forward(hours=10)
    who = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG")
    house.write(lambda tx: silences.end(tx, quiet, who))
    assert house.ladder(incident).next_at == due
    await house.forward(seconds=1)
    assert ("KODIM", "support", "reminder") in house.told()


async def test_in_an_exercise_a_leader_is_not_waited_for(house: House) -> None:
    house.decide_by(needing(house.district, Level.KRITIS, "KODIM", "KAPOLRES"))
    incident = await opened(house, Level.KRITIS, exercise=True)
    for institution in ("POLRES", "KODIM"):
        await house.act(incident, "acknowledgements", by=institution)
    assert house.ladder(incident).stopped == "acknowledged"
    assert "KAPOLRES" not in institutions(house.news())
