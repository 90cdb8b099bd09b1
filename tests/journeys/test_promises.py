"""What an answer promises, and what happens when the promise is not kept; and when things get worse."""

from datetime import UTC, datetime

from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.incidents import lifecycle
from services.security.auth import Identity
from tests.house import House, institutions
from tests.incidents import Level, added, filed, judged, keep, opened

OFFICER = Identity("ratna", "Ratna Wijayanti", Role.COORDINATOR, "KESBANG")


async def test_without_a_first_sitrep_the_answer_lapses_and_the_ladder_goes_on(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.forward(minutes=29)
    house.expect_silence()
    await house.forward(minutes=1)
    house.expect_alert("POLRES", duty="lead", reason="lapsed")
    house.expect_alert("KASATINTEL", duty="support", reason="escalated")
    assert house.lead(incident).state == "lapsed"
    assert len(house.journal("alert.lapsed", incident)) == 1
    house.news()
    await house.forward(minutes=5)
    house.expect_alert("PASIINTEL", duty="support", reason="escalated")
    again = await house.act(incident, "acknowledgements", by="POLRES")
    assert again.body["first"]
    house.news()
    await house.forward(minutes=29)
    house.expect_silence()


async def test_a_kept_promise_asks_for_the_next_sitrep_and_reminds_when_it_is_late(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "sitreps", by="POLRES", text="Regu di lokasi.")
    house.news()
    await house.forward(minutes=59)
    house.expect_silence()
    await house.forward(minutes=1)
    house.expect_alert("POLRES", duty="lead", reason="reminder")
    assert institutions(house.news()) == {"POLRES"}
    assert house.lead(incident).state == "reported"  # late is not broken: nobody above is woken
    await house.act(incident, "sitreps", by="POLRES", text="Massa bubar.")
    house.news()
    await house.forward(minutes=59)
    house.expect_silence()


async def test_publisher_of_slow_clocks_are_kept_in_working_time(house: House) -> None:
    """A first sitrep within 1,440 working minutes of Monday 23.00 WIB, when it was delivered, is due Thursday 14.30."""
    incident = await opened(house, Level.SEDANG)
    house.clock.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    await house.act(incident, "acknowledgements", by="POLSEK")
    assert house.lead(incident).sitrep_due == datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    house.news()
    await house.forward(hours=54)
    house.expect_silence()
    await house.forward(hours=1)
    house.expect_alert("POLSEK", duty="lead", reason="lapsed")


async def test_a_reminder_comes_once_and_not_to_who_has_answered(house: House) -> None:
    answered, silent = await opened(house, Level.TINGGI), await opened(house, Level.TINGGI)
    await house.act(answered, "acknowledgements", by="POLRES")
    house.news()
    await house.forward(minutes=8)
    assert house.expect_alert("POLRES", duty="lead", reason="reminder").data["incident"] == silent
    house.news()
    await house.forward(minutes=6)
    house.expect_silence()


async def test_a_rise_after_the_answer_alerts_everybody_again_and_re_enters_the_ladder(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.act(incident, "acknowledgements", by="KESBANG")
    house.news()
    await added(house, incident, Level.KRITIS)
    told = house.told()
    assert {("POLRES", "lead", "raised"), ("KESBANG", "support", "raised"), ("BUPATI", "inform", "raised")} <= told
    assert {reason for _, _, reason in told} == {"raised"}
    lead = house.lead(incident)
    assert (lead.state, lead.acknowledged_at, lead.level) == ("delivered", None, 4)
    ladder = house.ladder(incident)
    assert (ladder.stopped, ladder.policy["level"]) == (None, 4)
    await house.forward(minutes=5)
    house.expect_alert("POLRES", duty="lead", reason="overdue")


async def test_a_rise_to_serious_violence_takes_the_lead_from_the_polsek_to_the_polres(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    assert house.lead(incident).institution == "POLSEK"
    await house.act(incident, "acknowledgements", by="POLSEK")
    house.news()
    await added(house, incident, Level.TINGGI)
    house.expect_alert("POLRES", duty="lead", reason="raised")
    house.expect_alert("POLSEK", duty="support", reason="raised")
    assert house.lead(incident).institution == "POLRES"  # exactly one leads
    await house.forward(minutes=15)
    house.expect_alert("POLRES", duty="lead", reason="overdue")


async def test_every_telling_of_a_round_has_one_id_per_office(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await added(house, incident, Level.TINGGI)
    await added(house, incident, Level.KRITIS)
    for _ in range(8):
        await house.forward(minutes=5)
    ids: dict[tuple[str, int], set[str]] = {}
    for call in house.sink.calls:
        ids.setdefault((call.data["institution"], call.data["round"]), set()).add(call.id)
    assert {key: told for key, told in ids.items() if len(told) > 1} == {}


async def test_what_was_closed_while_the_notifier_was_down_chases_nobody(house: House) -> None:
    report = filed("Kejadian yang sudah didamaikan.")
    await house.store.write(lambda tx: keep(tx, report, judged(Level.KRITIS)))
    incident = str(report.id)
    await house.store.write(lambda tx: lifecycle.close(tx, incident, OFFICER, "Sudah didamaikan."))
    event = await house.store.write(lambda tx: house.notify.decide(tx, [incident]))
    assert event == []
    await house.forward(minutes=10)
    house.expect_silence()
    assert (house.ladder(incident).stopped, house.rows(Incident, id=incident)[0].state) == ("settled", "settled")
