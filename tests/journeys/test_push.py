"""An officer turns push on for his phone, an alert rings it, the phone is lost, and he is reached all the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from schemas.records.alerts import Delivery
from schemas.records.people import Address
from services.oncall.push_subscription import derived_key, public_key
from services.security import auth
from tests.channels.push_service import Browser, PushService
from tests.console.caller import Answer, Caller
from tests.house import SECRET, House, person_id
from tests.incidents import Level, opened
from tests.people import Resident

PASSWORD = "kata-sandi-uji"
HASH = auth.hash_password(PASSWORD)


@dataclass
class Officer:
    """The lead's officer at his own page, and the house he is in."""

    house: House
    service: PushService
    caller: Caller

    async def page(self) -> Answer:
        return await asyncio.to_thread(self.caller.get, "/saya")

    async def turn_on(self, token: str) -> Browser:
        phone = self.service.browser(token)
        form = {"csrf": (await self.page()).csrf, **phone.form}
        answer = await asyncio.to_thread(self.caller.form, "/saya/perangkat", form)
        assert answer.status == 303, answer.body
        self.house.clock.forward(seconds=10)  # what was read of addresses is kept for five
        return phone

    def address(self) -> Address:
        found = self.house.rows(Address, person_id=person_id("polres"), channel="webpush")
        assert len(found) == 1
        return found[0]

    async def device_says(self, told: dict[str, Any], state: str, **changes: str) -> int:
        body = {"id": told["id"], "state": state, "proof": told["proof"]} | changes
        answer = await self.house.call("POST", "/v1/inbound/webpush", body)
        await self.house.settle()
        await self.house.settle()
        return answer.status


NewOfficer = Callable[..., Awaitable[Officer]]


@pytest_asyncio.fixture
async def new_officer(
    new_house: Callable[..., Awaitable[House]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[NewOfficer]:
    service = PushService()
    await service.start()
    service.key = public_key(derived_key(SECRET))
    monkeypatch.setenv("KENTONGAN_CHANNEL_WEBPUSH_HOSTS", service.url)

    def with_password(people: list[Resident]) -> list[Resident]:
        return [replace(one, password=HASH) if one.login == "polres" else one for one in people]

    async def make(database: str = "sqlite") -> Officer:
        house = await new_house(database, people=with_password)
        caller = await asyncio.to_thread(Caller(house.url).sign_in, "polres", PASSWORD)
        return Officer(house, service, caller)

    yield make
    await service.stop()


@pytest_asyncio.fixture
async def officer(new_officer: NewOfficer) -> Officer:
    return await new_officer()


async def test_an_alert_rings_the_phone_that_was_turned_on(new_officer: NewOfficer, database: str) -> None:
    officer = await new_officer(database)
    phone = await officer.turn_on("a%2bphone")
    incident = await opened(officer.house, Level.TINGGI)
    assert officer.service.refused == []
    (told,) = phone.got
    assert told["title"] == "TINGGI - Perguruan silat - Kec. Soko - BARU"
    assert told["body"] == (
        "Nyawa terancam: hubungi 110 / 112 dulu bila belum. Anda penanggung jawab. Tekan Terima sebelum pkl 23.15 WIB "
        "(15 menit). Lapjut pertama sebelum Sel 24 Nov pkl 00.00 WIB. Buka aplikasi."
    )
    assert told["open"] == f"{officer.house.url}/peristiwa/{incident}"
    assert phone.headers[0]["urgency"] == "high"
    assert ("POLRES", "lead", "opened") not in officer.house.told()  # the phone comes first, and one way is enough
    assert officer.house.alert(incident, "POLRES").state == "delivered"


async def test_the_device_says_that_it_was_shown_and_opened_and_that_is_no_answer(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    incident = await opened(officer.house, Level.TINGGI)
    (told,) = phone.got
    assert await officer.device_says(told, "delivered", proof="x" * 24) == 401
    assert officer.house.rows(Delivery, id=told["id"])[0].state == "sent"
    assert await officer.device_says(told, "delivered") == 202
    assert officer.house.rows(Delivery, id=told["id"])[0].state == "delivered"
    assert officer.house.alert(incident, "POLRES").seen_at is None
    await officer.device_says(told, "read")
    alert = officer.house.alert(incident, "POLRES")
    assert (alert.state, alert.acknowledged_at) == ("seen", None)
    assert "Terakhir sampai" in (await officer.page()).body


async def test_the_notifications_button_leads_to_the_page_that_answers(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    incident = await opened(officer.house, Level.TINGGI)
    path = urlsplit(phone.got[0]["answer"]).path
    looked = await asyncio.to_thread(Caller(officer.house.url).get, path)
    assert looked.status == 200
    assert officer.house.alert(incident, "POLRES").acknowledged_at is None


async def test_a_phone_that_is_gone_is_let_go_and_the_next_address_is_used(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    officer.service.forget(phone)
    incident = await opened(officer.house, Level.TINGGI)
    officer.house.expect_alert("POLRES")
    one = officer.address()
    assert (one.disabled_at, one.disabled_why) == (officer.house.clock.now, "gone")
    (line,) = officer.house.journal("address.gone")
    assert (line.subject_id, line.data["person"]) == (one.id, person_id("polres"))
    assert "Terputus" in (await officer.page()).body
    assert len(officer.house.journal("alert.other_way", incident)) == 1
    officer.house.news()
    tried = len(officer.house.rows(Delivery, channel="webpush"))
    await opened(officer.house, Level.TINGGI)
    officer.house.expect_alert("POLRES")
    assert len(officer.house.rows(Delivery, channel="webpush")) == tried


async def test_a_phone_bound_to_another_key_is_the_last_choice_from_then_on(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    officer.service.key = "the key of an installation before this one"
    await opened(officer.house, Level.TINGGI)
    officer.house.expect_alert("POLRES")
    assert officer.service.refused == ["not the key that was subscribed with"]
    one = officer.address()
    assert (one.avoided_at, one.disabled_at) == (officer.house.clock.now, None)
    assert "Tidak sampai" in (await officer.page()).body
    await opened(officer.house, Level.TINGGI)
    assert len(officer.service.refused) == 1
    assert phone.got == []


async def test_kritis_stays_on_the_screen_and_goes_to_every_address(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    await opened(officer.house, Level.KRITIS)
    assert phone.got[0]["stay"] is True
    assert phone.headers[0]["urgency"] == "high"
    officer.house.expect_alert("POLRES")


async def test_all_devices_of_a_person_ring(officer: Officer) -> None:
    phone, tablet = await officer.turn_on("phone"), await officer.turn_on("tablet")
    await opened(officer.house, Level.TINGGI)
    assert len(phone.got) == len(tablet.got) == 1
    assert ("POLRES", "lead", "opened") not in officer.house.told()


async def test_a_trial_takes_the_way_of_every_alert(officer: Officer) -> None:
    phone = await officer.turn_on("phone")
    form = {"csrf": (await officer.page()).csrf}
    answer = await asyncio.to_thread(officer.caller.form, f"/saya/{officer.address().id}/uji", form)
    assert answer.headers["location"] == "/saya?pesan=uji"
    assert phone.got == []
    await officer.house.settle()
    (told,) = phone.got
    assert told["title"] == "Kentongan - pesan uji"
    assert told["open"] == f"{officer.house.url}/saya"
    assert "answer" not in told
    (row,) = officer.house.rows(Delivery, reason="trial")
    assert row.state == "sent"


async def test_a_trial_to_a_phone_that_is_gone_says_so_on_the_page(officer: Officer) -> None:
    officer.service.forget(await officer.turn_on("phone"))
    form = {"csrf": (await officer.page()).csrf}
    await asyncio.to_thread(officer.caller.form, f"/saya/{officer.address().id}/uji", form)
    await officer.house.settle()
    assert "Terputus" in (await officer.page()).body
