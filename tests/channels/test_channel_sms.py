"""SMS, by an Android phone (shapes of https://docs.sms-gate.app) and by gateways described in settings."""

import hmac
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from provider_fakes import SECRET_WORDS, Answer, FakeHttp, example_of, message

from schemas.vocabulary import DeliveryState
from services.notify.channels import Channel, Inbound, Receipt
from services.notify.channels.sms_android import SmsAndroid
from services.notify.channels.sms_gateway import SmsGateway
from services.notify.replies.webhooks import events_of

AT = datetime(2024, 6, 22, 8, 46, 11, tzinfo=UTC)
SHORT = f"{message().short}\n{message().url}"


async def sent(
    kind: type[Channel], http: FakeHttp, opened: Any, settings: dict[str, Any] | None = None, **changes: Any
) -> Any:
    channel, address = example_of(kind, http.url, **(settings or {}))
    await opened(channel)
    return await channel.send(message(**({"address": address} | changes)))


async def test_a_phone_gets_the_message_under_our_id(http: FakeHttp, opened):
    http.says(Answer(202, SmsAndroid.example.answer))
    verdict = await sent(SmsAndroid, http, opened, {"sim": 2}, urgent=True, address="0812-3456-7890")
    assert (verdict.outcome, verdict.provider_id) == ("sent", message().delivery_id)
    call = http.calls[0]
    assert call.headers["authorization"] == "Basic c21zOm1hZGUtdXA="
    assert call.json == {
        "id": message().delivery_id,
        "textMessage": {"text": SHORT},
        "phoneNumbers": ["+6281234567890"],
        "withDeliveryReport": True,
        "ttl": 3600,
        "priority": 100,
        "simNumber": 2,
    }


async def test_a_phone_that_has_it_already_was_reached_the_first_time(http: FakeHttp, opened):
    http.says(Answer(409, {"message": "Message with the same ID already exists"}))
    assert (await sent(SmsAndroid, http, opened)).outcome == "sent"


def event(name: str, **payload: Any) -> dict[str, Any]:
    about = {"messageId": "abc123", "phoneNumber": "+6281234567890", "simNumber": 1}
    return {
        "deviceId": "ffffffffceb0b1db",
        "event": name,
        "id": "Ey6ECgOkVVFjz3CL48B8C",
        "payload": about | payload,
        "webhookId": "Lre",
    }


@pytest.mark.parametrize(
    ("told", "receipt"),
    [
        (
            event("sms:sent", sentAt="2024-06-22T15:46:11.000+07:00", partsCount=1),
            Receipt("abc123", DeliveryState.SENT, AT),
        ),
        (
            event("sms:delivered", deliveredAt="2024-06-22T15:46:11.000+07:00"),
            Receipt("abc123", DeliveryState.DELIVERED, AT),
        ),
        (
            event("sms:failed", failedAt="2024-06-22T15:46:11.000+07:00", reason="RESULT_ERROR_LIMIT_EXCEEDED"),
            Receipt("abc123", DeliveryState.DEAD, AT, "phone could not send it"),
        ),
    ],
)
def test_a_phone_tells_how_far_a_message_came(told: Any, receipt: Receipt):
    channel, _ = example_of(SmsAndroid, "http://x")
    assert channel.parse_receipt(told) == [receipt]
    assert channel.parse_inbound(told) == []


def test_a_phone_passes_answers_on():
    channel, _ = example_of(SmsAndroid, "http://x")
    told = event("sms:received", message="T 4821", sender="+6281234567890", receivedAt="2024-06-22T15:46:11.000+07:00")
    assert channel.parse_inbound(told) == [Inbound("+6281234567890", "T 4821", AT)]
    assert channel.parse_receipt(told) == []
    older = event("sms:received", message="T 4821", receivedAt=None)  # before `sender` there was `phoneNumber`
    assert channel.parse_inbound(older) == [Inbound("+6281234567890", "T 4821", None, "Ey6ECgOkVVFjz3CL48B8C")]


def test_one_sms_that_a_phone_tells_twice_under_two_ids_is_one_message():
    channel, _ = example_of(SmsAndroid, "http://x")

    def told(id_: str, at: str, text: str = "T 4821") -> str:
        call = event("sms:received", message=text, sender="+6281234567890", recipient=None, receivedAt=at)
        return events_of("sms_android", channel, call | {"id": id_}, AT)[0].id

    first = told("Ey6ECgOkVVFjz3CL48B8C", "2024-06-22T15:46:11.000+07:00")
    assert told("V1StGXR8Z5jdHi6BmyT3a", "2024-06-22T15:46:11.000+07:00") == first
    assert told("V1StGXR8Z5jdHi6BmyT3b", "2024-06-22T15:47:02.000+07:00") != first  # the same words, sent again
    assert told("V1StGXR8Z5jdHi6BmyT3c", "2024-06-22T15:46:11.000+07:00", "E 4821") != first


def test_a_phones_calls_are_signed_and_fresh():
    channel, _ = example_of(SmsAndroid, "http://x", signing_key="kunci-webhook")

    def headers(age: int, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()) - age)
        return {
            "x-timestamp": stamp,
            "x-signature": hmac.new(b"kunci-webhook", body + stamp.encode(), "sha256").hexdigest(),
        }

    assert channel.authentic(headers(2, b"{}"), b"{}")
    assert not channel.authentic(headers(2, b"{}"), b"{ }")
    assert not channel.authentic(headers(3600, b"{}"), b"{}")
    for stamp in ("9" * 400, "9" * 5000, "-1", "1e9", "٣" * 10, ""):
        assert not channel.authentic({"x-timestamp": stamp, "x-signature": "00"}, b"{}")


async def test_the_first_gateway_needs_no_shape(http: FakeHttp, opened):
    http.says(Answer(200, SmsGateway.example.answer))
    verdict = await sent(SmsGateway, http, opened)
    assert verdict.provider_id == "gw-000123"
    assert http.calls[0].headers["authorization"] == "App made-up"
    assert http.calls[0].json == {"to": "+6281234567890", "text": SHORT, "id": message().delivery_id}


async def test_a_nested_json_shape_is_filled_in_and_its_answer_read(http: FakeHttp, opened):
    shape = {
        "messages": [{"destinations": [{"to": "{to}", "messageId": "{id}"}], "from": "KESBANG", "text": "{text}"}],
        "flash": False,
    }
    http.says(Answer(200, {"messages": [{"messageId": "2250be2d4219", "status": {"groupId": 1}}]}))
    settings = {"body": shape, "number": "62", "id_path": "messages.0.messageId"}
    verdict = await sent(SmsGateway, http, opened, settings)
    assert verdict.provider_id == "2250be2d4219"
    assert http.calls[0].json == {
        "messages": [
            {
                "destinations": [{"to": "6281234567890", "messageId": message().delivery_id}],
                "from": "KESBANG",
                "text": SHORT,
            }
        ],
        "flash": False,
    }


async def test_a_form_and_a_query_are_filled_in_without_breaking_out(http: FakeHttp, opened):
    shape = {"userkey": "u", "nohp": "{to}", "pesan": "{text}"}
    nasty = 'Aman & "tertib" {to}&nohp=1 \\ {id}'
    await sent(SmsGateway, http, opened, {"body": shape, "encoding": "form", "number": "0"}, short=nasty, url=None)
    assert parse_qs(http.calls[0].raw.decode()) == {"userkey": ["u"], "nohp": ["081234567890"], "pesan": [nasty]}
    http.calls.clear()
    channel, address = example_of(SmsGateway, http.url, body=shape, encoding="query", method="GET")
    await opened(channel)
    await channel.send(message(address=address, short=nasty, url=None))
    assert http.calls[0].method == "GET"
    assert http.calls[0].query == {"userkey": "u", "nohp": "+6281234567890", "pesan": nasty}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"status": "1"}, "sent"),
        ({"status": 1}, "sent"),
        ({"status": "5"}, "again"),
        ({"status": "99"}, "never"),
        ({}, "never"),
        ("x", "never"),
    ],
)
async def test_a_200_that_means_no_is_a_no(http: FakeHttp, opened, body: Any, outcome: str):
    http.says(Answer(200, body))
    settings = {"ok_path": "status", "ok_values": ["1"], "again_values": ["5"]}
    verdict = await sent(SmsGateway, http, opened, settings)
    assert verdict.outcome == outcome
    assert SECRET_WORDS not in verdict.error


def test_a_gateways_receipts_are_read_in_its_own_words():
    settings = {
        "receipts_path": "results",
        "receipt_id": "messageId",
        "receipt_state": "status.name",
        "receipt_at": "doneAt",
    }
    channel, _ = example_of(SmsGateway, "http://x", **settings, states={"sampai": DeliveryState.DELIVERED})
    done = "2024-06-22T15:46:11.000+0700"
    told = [
        {"messageId": str(number), "status": {"name": name}, "doneAt": done}
        for number, name in enumerate(("Sampai", "DELIVRD", "UNDELIV", "?"))
    ]
    assert channel.parse_receipt({"results": told}) == [
        Receipt("0", DeliveryState.DELIVERED, AT),
        Receipt("1", DeliveryState.DELIVERED, AT),
        Receipt("2", DeliveryState.DEAD, AT, "gateway could not deliver it"),
    ]


def test_a_gateways_messages_are_read_where_it_puts_them():
    channel, _ = example_of(
        SmsGateway, "http://x", inbound_from="nohp", inbound_text="pesan", secret="rahasia", secret_header="X-Kunci"
    )
    told = {"nohp": "081234567890", "pesan": "T 4821", "id": 77, "at": 1719045971}
    assert channel.parse_inbound(told) == [Inbound("+6281234567890", "T 4821", AT, "77")]
    assert channel.authentic({"x-kunci": "rahasia"}, b"")
    assert not channel.authentic({"x-kunci": "rahasi"}, b"")


@pytest.mark.parametrize("kind", [SmsAndroid, SmsGateway])
async def test_one_sms_is_one_sms(http: FakeHttp, opened, kind: type[Channel]):
    channel, address = example_of(kind, http.url, max_segments=1)
    assert channel.capabilities.max_length == 160
    await opened(channel)
    await channel.send(message(address=address, short="Rusuh – “besar” €… " * 20))
    said = http.calls[0].json.get("text") or http.calls[0].json["textMessage"]["text"]
    assert len(said) <= 160
    assert said.endswith(f"...\n{message().url}")
