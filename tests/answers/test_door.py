"""What comes back over channels: proved before it is read, on disk before it is promised."""

import hashlib
import hmac
import json

import pytest

from schemas.records.answers import Answered
from services.notify.channels import Channel, set_up
from services.notify.channels.telegram import Telegram
from services.notify.channels.whatsapp import WhatsApp
from services.notify.replies.webhooks import events_of
from tests.answers.phones import NewPhones, Phones
from tests.house import NIGHT
from tests.incidents import Level, opened


async def test_a_call_that_proves_nothing_is_refused_and_leaves_nothing(phones: Phones) -> None:
    body = {"from": "+6281200004821", "text": "T 1234", "id": "x"}
    assert (await phones.call(body, proof="salah")).status == 401
    assert phones.house.rows(Answered) == []


async def test_a_call_is_promised_only_when_it_is_on_disk(phones: Phones) -> None:
    house = phones.house
    house.nats.kill()
    headers = {"x-gateway": "Rahasia gerbang"}
    body = {"from": "+6281200004821", "text": "T 1234", "id": "x"}
    async with house.client.post("/v1/inbound/sms_gateway", json=body, headers=headers) as told:
        assert (told.status, told.headers["retry-after"]) == (503, "2")
    house.nats.start()
    await house.nats.serving(*house._buses)
    assert (await phones.call(body)).status == 202


async def test_what_is_neither_answer_nor_receipt_is_taken_and_forgotten(phones: Phones) -> None:
    answer = await phones.call({"hello": 1})
    assert (answer.status, answer.body) == (202, {"accepted": 0})
    assert phones.house.rows(Answered) == []


async def test_a_body_too_large_or_no_json_is_refused(phones: Phones) -> None:
    headers = {"x-gateway": "Rahasia gerbang"}
    async with phones.house.client.post("/v1/inbound/sms_gateway", data=b"x" * 300_000, headers=headers) as told:
        assert told.status == 413
    async with phones.house.client.post("/v1/inbound/sms_gateway", data=b"{", headers=headers) as told:
        assert told.status == 400
    form = "from=081200009999&text=Massa+berkumpul+di+Soko&id=7"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    async with phones.house.client.post("/v1/inbound/sms_gateway", data=form, headers=headers | kind) as told:
        assert await told.json() == {"accepted": 1}


async def test_a_channel_that_is_not_set_up_is_no_door(phones: Phones) -> None:
    assert (await phones.house.call("POST", "/v1/inbound/sms_android", {})).status in (401, 404)
    assert (await phones.house.call("GET", "/v1/inbound/sms_gateway")).status == 403


async def test_mail_scanners_that_follow_the_link_answer_nothing(phones: Phones) -> None:
    incident = await opened(phones.house, Level.KRITIS)
    (alert,) = phones.got()
    link = alert[alert.index("http") :].removeprefix(phones.house.url)
    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        assert (await phones.house.call(method, link)).status < 500
    assert phones.house.lead(incident).state == "delivered"
    assert phones.house.ladder(incident).stopped is None


def whatsapp() -> Channel:
    settings = {"app_secret": "made-up", "verify_token": "kata"} | dict(WhatsApp.example.settings)
    return set_up({"whatsapp": WhatsApp}, {"whatsapp": settings})["whatsapp"]


def test_meta_checks_the_door_with_our_word_only() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "kata", "hub.challenge": "1158201444"}
    assert whatsapp().challenge(asked) == "1158201444"
    assert whatsapp().challenge(asked | {"hub.verify_token": "lain"}) is None


def test_the_actor_is_the_address_that_the_provider_vouches_for_never_a_name() -> None:
    """The profile's name says it is the Kapolres; the number says who it is."""
    message = {"from": "6281299990000", "id": "wamid.A", "type": "text", "text": {"body": "T 4821"}}
    contacts = [{"profile": {"name": "+6281200004821 Kapolres"}, "wa_id": "6281299990000"}]
    value = {"messaging_product": "whatsapp", "contacts": contacts, "messages": [message]}
    call = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    raw = json.dumps(call).encode()
    signed = "sha256=" + hmac.new(b"made-up", raw, hashlib.sha256).hexdigest()
    assert whatsapp().authentic({"x-hub-signature-256": signed}, raw)
    (event,) = events_of("whatsapp", whatsapp(), call, NIGHT)
    assert (event.subject, json.loads(event.body)["sender"]) == ("inbound.message.whatsapp", "+6281299990000")
    assert events_of("whatsapp", whatsapp(), call, NIGHT)[0].id == event.id  # told again, it is the same


@pytest.mark.parametrize("chat", ["group", "channel"])
def test_a_group_is_nobodys_answer(chat: str) -> None:
    bot = set_up({"telegram": Telegram}, {"telegram": dict(Telegram.example.settings)})["telegram"]
    update = {"update_id": 1, "message": {"from": {"id": 52817340}, "chat": {"type": chat}, "text": "T 4821"}}
    assert events_of("telegram", bot, update, NIGHT) == []


async def test_the_door_on_both_databases(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    assert (await phones.text("T 1234")).body == {"accepted": 1}
    assert phones.got() == ["1234 bukan kode Anda yang masih terbuka."]
