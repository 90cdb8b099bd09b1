"""WhatsApp, in the shapes of Meta's Cloud API reference (messages, webhooks, error codes, business-scoped user ids)."""

import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from provider_fakes import Answer, FakeHttp, example_of, message

from schemas.vocabulary import Blame, DeliveryState
from services.notify.channel_kit.receipt_parsing import is_news
from services.notify.channels import Inbound, Receipt
from services.notify.channels.whatsapp import WhatsApp

WAMID = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"
AT = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)


async def sent(http: FakeHttp, opened: Any, settings: dict[str, Any] | None = None, **changes: Any) -> Any:
    channel, address = example_of(WhatsApp, http.url, **(settings or {}))
    await opened(channel)
    return await channel.send(message(**({"address": address} | changes)))


async def test_a_text_names_the_delivery_and_shows_no_preview(http: FakeHttp, opened):
    http.says(Answer(200, WhatsApp.example.answer))
    verdict = await sent(http, opened, address="0812 3456 7890")
    assert (verdict.outcome, verdict.provider_id) == ("sent", WAMID)
    call = http.calls[0]
    assert call.path == "/106540352242922/messages"
    assert call.headers["authorization"] == "Bearer EAAJB-made-up"
    assert call.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6281234567890",
        "biz_opaque_callback_data": message().delivery_id,
        "type": "text",
        "text": {"preview_url": False, "body": f"{message().body}\n{message().url}"},
    }


async def test_a_template_takes_the_short_words_and_the_rest_of_the_address(http: FakeHttp, opened):
    settings = {"template": "peringatan_kejadian", "template_base": "https://siaga.tuban.example/"}
    await sent(http, opened, settings, short="TINGGI\n\tbentrok    Semanding.\nBalas T 4821")
    body = http.calls[0].json
    assert body["type"] == "template"
    assert body["template"] == {
        "name": "peringatan_kejadian",
        "language": {"code": "id"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "TINGGI bentrok Semanding. Balas T 4821"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "j/4821"}]},
        ],
    }


async def test_a_template_without_a_button_keeps_the_link_in_one_line(http: FakeHttp, opened):
    await sent(http, opened, {"template": "peringatan"}, short="x " * 2000)
    said = http.calls[0].json["template"]["components"][0]["parameters"][0]["text"]
    assert said.endswith(f" {message().url}")
    assert len(said) <= 900
    assert "\n" not in said


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, 130429, "again"),  # rate limit hit
        (400, 131056, "again"),  # pair rate limit hit
        (400, 80007, "again"),
        (500, 131000, "again"),
        (503, 131016, "again"),
        (503, 2, "again"),
        (400, 131047, "never"),  # re-engagement message
        (400, 131026, "never"),  # message undeliverable
        (400, 132001, "never"),  # template does not exist
        (401, 190, "never"),  # access token has expired
        (403, 368, "never"),  # temporarily blocked for policies violations
        (500, 3, "never"),  # no permission for the method: the code counts, not the status
        (400, 131062, "never"),  # not to a business-scoped user id
    ],
)
async def test_an_error_code_says_whether_it_passes(http: FakeHttp, opened, status: int, code: int, outcome: str):
    told = {"error": {"message": f"(#{code}) made up", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}}
    http.says(Answer(status, told))
    verdict = await sent(http, opened)
    assert (verdict.outcome, verdict.error) == (outcome, f"WhatsApp {code}")


def called(**value: Any) -> dict[str, Any]:
    about = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "1"},
    }
    change = {"value": about | value, "field": "messages"}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def status(told: str, **more: Any) -> dict[str, Any]:
    given = {"id": WAMID, "status": told, "timestamp": "1764000000", "recipient_id": "6281234567890"}
    return given | {"biz_opaque_callback_data": message().delivery_id} | more


def test_receipts_say_how_far_a_message_came():
    channel, _ = example_of(WhatsApp, "http://x")
    told = channel.parse_receipt(
        called(statuses=[status("sent"), status("delivered"), status("read"), status("played")])
    )
    states = [DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ]
    assert told == [Receipt(WAMID, state, AT, "", message().delivery_id) for state in states]


@pytest.mark.parametrize(
    ("code", "state", "blame"),
    [
        (131026, DeliveryState.DEAD, Blame.ADDRESS),
        (131047, DeliveryState.DEAD, Blame.MESSAGE),  # nobody may write freely after 24 hours: no fault of the number
        (130429, DeliveryState.FAILED, Blame.ADDRESS),
    ],
)
def test_a_failure_told_later_is_final_unless_it_passes(code: int, state: DeliveryState, blame: Blame):
    channel, _ = example_of(WhatsApp, "http://x")
    failed = status("failed", errors=[{"code": code, "title": "made up", "error_data": {"details": "text"}}])
    assert channel.parse_receipt(called(statuses=[failed])) == [
        Receipt(WAMID, state, AT, f"WhatsApp {code}", message().delivery_id, blame)
    ]


def test_texts_and_pressed_buttons_are_answers_and_pictures_are_told_as_such():
    channel, _ = example_of(WhatsApp, "http://x")
    base = {"from": "6281234567890", "id": "wamid.1", "timestamp": "1764000000"}
    told = [
        base | {"type": "text", "text": {"body": "T 4821"}},
        base | {"type": "button", "button": {"text": "Terima", "payload": "T 4822"}},
        base
        | {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": "E 4823", "title": "x"}},
        },
        base | {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}},
    ]
    contacts = [{"profile": {"name": "Kapolres Tuban"}, "wa_id": "6281234567890"}]
    assert channel.parse_inbound(called(contacts=contacts, messages=told)) == [
        *(Inbound("+6281234567890", text, AT, "wamid.1") for text in ("T 4821", "T 4822", "E 4823")),
        Inbound("+6281234567890", "", AT, "wamid.1", media="photo"),
    ]


@pytest.mark.parametrize(
    ("told", "text", "media", "edited", "position"),
    [
        (
            {"type": "image", "image": {"id": "1", "caption": "Warga menutup jalan"}},
            "Warga menutup jalan",
            "photo",
            False,
            None,
        ),
        ({"type": "document", "document": {"caption": "Rekap", "filename": "a.pdf"}}, "Rekap", "file", False, None),
        ({"type": "audio", "audio": {"id": "1", "voice": True}}, "", "voice", False, None),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "", "other", False, None),
        ({"type": "location", "location": {"latitude": -6.9, "longitude": 112.1}}, "", "", False, (-6.9, 112.1)),
        (
            {
                "type": "location",
                "location": {"latitude": -6.9, "longitude": 112.1, "name": "Balai Desa Jadi", "address": "Jl. Raya 1"},
            },
            "Lokasi dibagikan: Balai Desa Jadi, Jl. Raya 1",
            "",
            False,
            (-6.9, 112.1),
        ),
        (
            {
                "type": "edit",
                "edit": {
                    "original_message_id": "wamid.0",
                    "message": {"type": "text", "text": {"body": "Ralat: di Soko"}},
                },
            },
            "Ralat: di Soko",
            "",
            True,
            None,
        ),
        (
            {
                "type": "edit",
                "edit": {"message": {"type": "image", "image": {"id": "1", "caption": "Ralat: di Soko"}}},
            },
            "Ralat: di Soko",
            "photo",
            True,
            None,
        ),
    ],
)
def test_captions_corrections_and_positions_are_read(
    told: dict[str, Any], text: str, media: str, *, edited: bool, position: Any
):
    channel, _ = example_of(WhatsApp, "http://x")
    base = {"from": "6281234567890", "id": "wamid.1", "timestamp": "1764000000"}
    (found,) = channel.parse_inbound(called(messages=[base | told]))
    assert (found.text, found.media, found.edited, found.position) == (text, media, edited, position)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "x"}},
        {"type": "revoke", "revoke": {"original_message_id": "wamid.0"}},
        {"type": "edit", "edit": {"message": {"type": "image", "image": {"id": "1"}}}},
        {"type": "location", "location": {"latitude": "x", "longitude": True}},
        {"type": "image", "image": [], "edit": {"message": []}},
    ],
)
def test_reactions_and_what_is_withdrawn_are_no_messages(told: dict[str, Any]):
    channel, _ = example_of(WhatsApp, "http://x")
    base = {"from": "6281234567890", "id": "wamid.1", "timestamp": "1764000000"}
    assert [one.text for one in channel.parse_inbound(called(messages=[base | told])) if one.text] == []
    assert told["type"] == "image" or channel.parse_inbound(called(messages=[base | told])) == []


async def test_who_hides_the_number_behind_a_username_is_heard_and_can_be_answered(http: FakeHttp, opened):
    channel, _ = example_of(WhatsApp, http.url)
    told = {"from_user_id": "ID.13491208655302741918", "id": "wamid.1", "timestamp": "1764000000", "type": "text"}
    contacts = [{"profile": {"name": "Budi", "username": "budi.tuban"}, "user_id": "ID.13491208655302741918"}]
    found = channel.parse_inbound(called(contacts=contacts, messages=[told | {"text": {"body": "ada tawuran"}}]))
    assert found == [Inbound("ID.13491208655302741918", "ada tawuran", AT, "wamid.1")]
    assert (await sent(http, opened, address=found[0].sender_address)).outcome == "sent"
    assert http.calls[0].json["recipient"] == "ID.13491208655302741918"
    assert "to" not in http.calls[0].json


def test_a_number_goes_before_the_id_and_what_is_neither_is_nobody():
    channel, _ = example_of(WhatsApp, "http://x")
    text = {"id": "wamid.1", "timestamp": "1764000000", "type": "text", "text": {"body": "T 4821"}}
    both = text | {"from": "6281234567890", "from_user_id": "ID.13491208655302741918"}
    assert [one.sender_address for one in channel.parse_inbound(called(messages=[both]))] == ["+6281234567890"]
    for nobody in ("id.1349", "ID.", "ID", "budi.tuban", "ID.1349 1", "IDN.1349"):
        assert channel.parse_inbound(called(messages=[text | {"from_user_id": nobody}])) == []


def test_a_message_read_at_once_was_delivered_though_nobody_says_so():
    channel, _ = example_of(WhatsApp, "http://x")
    (receipt,) = channel.parse_receipt(called(statuses=[status("read")]))
    assert is_news(DeliveryState.SENT, receipt.state)


def test_only_a_body_signed_with_the_app_secret_is_metas():
    channel, _ = example_of(WhatsApp, "http://x", app_secret="made-up-app-secret")
    signature = "sha256=" + hmac.new(b"made-up-app-secret", b'{"a":1}', "sha256").hexdigest()
    assert channel.authentic({"x-hub-signature-256": signature}, b'{"a":1}')
    assert not channel.authentic({"x-hub-signature-256": signature}, b'{"a":2}')
    assert not channel.authentic({}, b'{"a":1}')


def test_the_challenge_is_repeated_only_for_our_word():
    channel, _ = example_of(WhatsApp, "http://x", verify_token="kata")
    query = {"hub.mode": "subscribe", "hub.verify_token": "kata", "hub.challenge": "1158201444"}
    assert channel.challenge(query) == "1158201444"
    assert channel.challenge(query | {"hub.verify_token": "lain"}) is None
    assert channel.challenge(query | {"hub.mode": "unsubscribe"}) is None
