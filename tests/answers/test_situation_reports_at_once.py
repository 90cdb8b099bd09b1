"""Two situation reports of one person in one instant are two: nothing of them is lost, nothing is refused."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from schemas.records.answers import Sitrep
from schemas.records.people import Person
from services.incidents.responses import report_situation
from services.security.auth import identity_of
from services.store.transaction import Transaction
from tests.answers.phones import NewPhones
from tests.conftest import POSTGRES, SQLITE
from tests.house import SOKO, House, person_id
from tests.incidents import Level, opened

TEXTS = ["Regu di lokasi.", "Massa bubar."]


@pytest_asyncio.fixture(params=[SQLITE, POSTGRES])
async def house(request: pytest.FixtureRequest, new_house: Callable[..., Awaitable[House]]) -> House:
    return await new_house(request.param)


def kept(house: House, incident: str) -> list[str]:
    return sorted(one.text for one in house.rows(Sitrep, incident_id=incident))


async def test_two_requests_in_one_instant_keep_both(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    key = await house.key("polres-member", institution="POLRES")
    path = f"/v1/incidents/{incident}/sitreps"
    answers = await asyncio.gather(*(house.call("POST", path, {"text": text}, key=key) for text in TEXTS))
    assert {answer.status // 100 for answer in answers} == {2}
    assert kept(house, incident) == sorted(TEXTS)


async def test_two_in_one_transaction_keep_both_also_when_they_say_the_same(house: House) -> None:
    incident = await opened(house, Level.TINGGI)

    def report(tx: Transaction) -> None:
        who = identity_of(tx.session.get_one(Person, person_id("polres")))
        for text in (*TEXTS, TEXTS[0]):
            report_situation(tx, incident, who, text)

    await house.store.write(report)
    assert kept(house, incident) == sorted([*TEXTS, TEXTS[0]])


async def test_two_replies_that_come_together_keep_both(new_phones: NewPhones) -> None:
    phones = await new_phones(login=f"polsek.{SOKO}")
    incident = await opened(phones.house, Level.SEDANG)
    [code] = {one.payload["code"] for one in phones.house.deliveries(incident) if "code" in one.payload}
    await asyncio.gather(*(phones.text(f"L {code} {text}") for text in TEXTS))
    assert kept(phones.house, incident) == sorted(text.rstrip(".") for text in TEXTS)
