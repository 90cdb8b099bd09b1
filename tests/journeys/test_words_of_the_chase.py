"""What the chase says to whom, from a report at the door to the words of the message, in both languages."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from schemas.records.alerts import Delivery
from schemas.vocabulary import Role
from services.notify.watchdog.invariants import look
from tests.conftest import POSTGRES, SQLITE
from tests.house import SOKO, House
from tests.incidents import Level, added, opened
from tests.journeys.test_reopening import CLASH, MENTORO
from tests.people import Resident

COORDINATOR, VERIFIER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.VERIFIER)
NOTHING = "Situasi Kec. Soko aman terkendali, tidak ada kejadian menonjol."
LEAD, SUPERIOR = "POLRES", "KASATINTEL"
OFFICE, HEAD = "KESBANG", "KABAN"  # the same of what is no conflict


def reading_both(people: list[Resident]) -> list[Resident]:
    """Let the lead and who stands above it read mail too: one in Indonesian, one in English."""
    more = [
        Resident(
            f"{code.lower()}.{tongue}",
            code,
            addresses=(("email", f"{tongue}@{code.lower()}.example"),),
            language=tongue,
        )
        for code in (LEAD, SUPERIOR, OFFICE, HEAD)
        for tongue in ("id", "en")
    ]
    return [*people, *more]


@pytest_asyncio.fixture(params=[SQLITE, POSTGRES])
async def house(request: pytest.FixtureRequest, new_house: Callable[..., Awaitable[House]]) -> House:
    return await new_house(request.param, people=reading_both)


def mails(house: House, incident: str, institution: str, reason: str) -> tuple[str, str]:
    """Give the words of the last mail for this reason, Indonesian and English."""
    found: dict[str, Delivery] = {}
    for one in sorted(house.deliveries(incident), key=lambda one: one.round):
        if one.channel == "email" and one.reason == reason and institution.lower() in one.address:
            found[one.payload["language"]] = one
    return words(found["id"]), words(found["en"])


def words(delivery: Delivery) -> str:
    return f"{delivery.payload['body']}\n{delivery.payload['short']}"


async def alerted(house: House, text: str = CLASH, **fields: Any) -> str:
    """File a report at the door; gives its incident."""
    return house.incident_of(await house.file(text, by="piket", basis="saw", **fields)).id


# -- of what nobody is asked ---------------------------------------------------------------------------------------------


async def test_a_nil_report_that_an_officer_raises_is_asked_about_before_it_is_chased(house: House) -> None:
    incident = await alerted(house, NOTHING, kecamatan=SOKO)
    assert (house.incident(incident).form, house.incident(incident).conflict) == ("NIHIL", False)
    told = await house.act(
        incident, "assessments", by=COORDINATOR, level="TINGGI", reason="Ada laporan lain lewat telepon."
    )
    assert told.body["level"] == "TINGGI"
    assert house.incident(incident).conflict
    lead = house.lead(incident)
    assert (lead.institution, lead.ack_due is not None, house.ladder(incident).stopped) == (OFFICE, True, None)
    own, english = mails(house, incident, OFFICE, "raised")
    assert "Naik dari RENDAH ke TINGGI." in own
    assert "Terima lagi sebelum pkl 23.15 WIB (15 menit)." in own
    assert "Raised from LOW to HIGH." in english
    assert "Acknowledge again before 23.15 WIB (15 min)." in english
    house.news()
    await house.forward(minutes=14)
    assert {why for *_, why in house.told()} <= {"reminder"}
    await house.forward(minutes=1)
    own, english = mails(house, incident, HEAD, "escalated")
    assert "Bakesbangpol belum menjawab sejak pkl 23.00 WIB (15 menit)." in own
    assert "has not answered since 23.00 WIB (15 min)." in english


@pytest.mark.parametrize("how", ["report", "merge", "other lead"])
async def test_what_is_no_conflict_and_rises_is_passed_on_and_never_chased(house: House, how: str) -> None:
    incident = await opened(house, Level.RENDAH, form="NIHIL", conflict=False)
    if how == "report":
        await added(house, incident, Level.TINGGI, form="NIHIL", conflict=False)
    elif how == "merge":
        other = await opened(house, Level.TINGGI, form="NIHIL", conflict=False)
        await house.act(other, "merges", by=VERIFIER, into=incident, reason="Sama.")
    else:
        await house.act(incident, "assessments", by=COORDINATOR, issue="AGM", reason="Soal tempat ibadah.")
    assert house.lead(incident).ack_due is None
    assert house.ladder(incident).stopped == "no answer needed"
    told = house.told()
    for minutes in (5, 15, 60, 400, 1500):
        await house.forward(minutes=minutes)
    assert house.told() == set()
    assert {duty for _, duty, _ in told} <= {"lead", "support"}
    for one in house.deliveries(incident):
        assert "apjut" not in one.payload.get("body", "")  # nobody owes a report on the situation
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []


async def test_a_conflict_that_is_merged_into_a_nil_report_is_asked_about_until_the_two_are_split(house: House) -> None:
    nil, clash = await opened(house, Level.RENDAH, form="NIHIL", conflict=False), await opened(house, Level.SEDANG)
    await house.act(clash, "merges", by=VERIFIER, into=nil, reason="Sama.")
    assert (house.incident(nil).conflict, house.ladder(nil).stopped) == (True, None)
    assert house.lead(nil).ack_due is not None
    await house.act(clash, "splits", by=VERIFIER, reason="Dua.")
    assert (house.incident(nil).conflict, house.ladder(nil).stopped) == (False, "no answer needed")
    assert house.ladder(clash).stopped is None
    house.news()
    await house.forward(days=3)
    assert {call.data["incident"] for call in house.news()} == {clash}


# -- of a promise that is not kept ---------------------------------------------------------------------------------------


async def test_who_answered_and_sent_no_report_is_told_once_and_named_as_that(house: House) -> None:
    incident = await alerted(house, **MENTORO)
    await house.forward(minutes=1)
    await house.act(incident, "acknowledgements", by=LEAD)
    house.news()
    await house.forward(minutes=59)
    told = [call.told for call in house.news() if call.data["institution"] == LEAD]
    assert told == [(LEAD, "lead", "lapsed")]
    own, english = mails(house, incident, SUPERIOR, "escalated")
    assert "Polres Tuban sudah menerima Sen 23 Nov pkl 23.01 WIB, tetapi lapjut belum ada (59 menit)." in own
    assert "Polres Tuban accepted, Mon 23 Nov 23.01 WIB, but sent no situation report (59 min)." in english
    assert "belum menjawab" not in own
    assert "not answered" not in english
    await house.forward(minutes=30)  # the next rung: the lead is told of its report again, not that it did not answer
    assert (LEAD, "lead", "lapsed") in (told := house.told())
    assert "overdue" not in {why for *_, why in told}


async def test_a_later_report_that_is_late_is_asked_for_by_its_own_time(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.forward(minutes=2)
    await house.act(incident, "sitreps", by=LEAD, text="Regu di lokasi.")
    house.news()
    await house.forward(minutes=61)
    house.expect_alert(LEAD, "lead", "reminder")
    own, english = mails(house, incident, LEAD, "reminder")
    assert "Lapjut berikutnya seharusnya masuk Sel 24 Nov pkl 00.02 WIB. Kirim lapjut sekarang." not in own
    assert "Lapjut berikutnya seharusnya masuk pkl 00.02 WIB. Kirim lapjut sekarang." in own
    assert "The next situation report was due 00.02 WIB. Send one now." in english
    for said in (own, english):
        assert not [
            word for word in ("Tekan Terima", "Batas menjawab", "Press Acknowledge", "to answer") if word in said
        ]
    await house.forward(minutes=60)
    assert "pkl 01.03 WIB" in mails(house, incident, LEAD, "reminder")[0]


# -- of a rise -----------------------------------------------------------------------------------------------------------


async def test_a_rise_says_from_what_to_what(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await added(house, incident, Level.KRITIS)
    own, english = mails(house, incident, LEAD, "raised")
    assert "Naik dari TINGGI ke KRITIS." in own
    assert "Raised from HIGH to CRITICAL." in english


# -- of what was verified before it was closed ---------------------------------------------------------------------------


async def test_what_was_verified_and_is_open_again_is_told_to_everybody_who_knew(house: House) -> None:
    incident = await opened(house, Level.SEDANG, handling="verify_first")
    assert {institution for institution, *_ in house.told()} == {house.lead(incident).institution, "KESBANG"}
    await house.act(incident, "verifications", by=VERIFIER)
    knew = {institution for institution, *_ in house.told()}
    assert "CAMAT" in knew
    await house.close(incident, COORDINATOR, ("POLRES", Role.VERIFIER), reason="Sudah tenang.")
    house.news()
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Ada lagi.")
    assert knew <= {institution for institution, _, why in house.told() if why == "reopened"}
    await house.act(incident, "verifications", by=("POLRES", Role.VERIFIER))
    await house.act(incident, "acknowledgements", by=house.lead(incident).institution)
    house.expect_silence()
