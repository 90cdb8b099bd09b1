"""Whoever is reached by nothing but a chat of his own is told by Apprise, in the whole house."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from schemas.records.alerts import Delivery
from tests.answers.phones import OFFICER, NewPhones
from tests.channels.provider_fakes import Answer, FakeHttp
from tests.incidents import Level, opened

KEY = "k" * 26  # as long as Mattermost's


@pytest_asyncio.fixture
async def chat(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeHttp]:
    monkeypatch.setenv("KENTONGAN_CHANNEL_APPRISE_SCHEMAS", "mmost, slack")
    server = FakeHttp()
    await server.start()
    yield server
    await server.stop()


def ways(chat: FakeHttp) -> tuple[tuple[str, str], ...]:
    host = chat.url.removeprefix("http://")
    return ("apprise", f"mmost://{host}/{KEY}"), ("sms_gateway", OFFICER)


async def test_an_officer_is_told_in_his_own_chat(chat: FakeHttp, new_phones: NewPhones) -> None:
    phones = await new_phones("sqlite", ways(chat))
    incident = await opened(phones.house, Level.TINGGI)
    (told,) = chat.calls
    assert told.path == f"/hooks/{KEY}"
    assert "TINGGI" in told.json["text"]
    assert phones.got() == []
    (row,) = phones.house.rows(Delivery, incident_id=incident, channel="apprise")
    assert (row.state, row.attempts) == ("sent", 1)


async def test_a_chat_that_is_no_more_is_given_up_and_the_next_address_is_told(
    chat: FakeHttp, new_phones: NewPhones
) -> None:
    chat.says(Answer(403))
    phones = await new_phones("sqlite", ways(chat))
    incident = await opened(phones.house, Level.TINGGI)
    for _ in range(8):  # a sign-in portal answers so too: only what stays for minutes is believed
        await phones.house.forward(seconds=40)
    (row,) = phones.house.rows(Delivery, incident_id=incident, channel="apprise")
    assert (row.state, row.error) == ("dead", "Apprise 403")
    assert len(phones.got()) == 1
    assert len(phones.house.journal("address.avoided")) == 1  # its key is in it: the next telling begins elsewhere


async def test_a_chat_that_is_down_is_tried_again(chat: FakeHttp, new_phones: NewPhones) -> None:
    chat.says(Answer(503), Answer(200))
    phones = await new_phones("sqlite", ways(chat))
    incident = await opened(phones.house, Level.TINGGI)
    await phones.house.forward(seconds=30)
    (row,) = phones.house.rows(Delivery, incident_id=incident, channel="apprise")
    assert (row.state, row.attempts) == ("sent", 2)
    assert chat.calls[0].raw == chat.calls[1].raw
    assert phones.got() == []
