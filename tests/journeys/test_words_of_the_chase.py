"""What the chase says to whom, from a report at the door to the words of the message, in both languages."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from schemas.records import Delivery
from tests.conftest import POSTGRES, SQLITE
from tests.house import House
from tests.incidents import Level, added, opened
from tests.journeys.test_reopening import CLASH, MENTORO
from tests.people import Resident

LEAD, SUPERIOR = "POLRES", "KASATINTEL"


def reading_both(people: list[Resident]) -> list[Resident]:
    """Let the lead and who stands above it read mail too: one in Indonesian, one in English."""
    more = [
        Resident(
            f"{code.lower()}.{tongue}",
            code,
            addresses=(("email", f"{tongue}@{code.lower()}.example"),),
            language=tongue,
        )
        for code in (LEAD, SUPERIOR)
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
        assert not [word for word in ("Tekan Terima", "Batas menjawab", "Press Accept", "to answer") if word in said]
    await house.forward(minutes=60)
    assert "pkl 01.03 WIB" in mails(house, incident, LEAD, "reminder")[0]


# -- of a rise -----------------------------------------------------------------------------------------------------------


async def test_a_rise_says_from_what_to_what(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await added(house, incident, Level.KRITIS)
    own, english = mails(house, incident, LEAD, "raised")
    assert "Naik dari TINGGI ke KRITIS." in own
    assert "Raised from HIGH to CRITICAL." in english
