"""Telegram, in the shapes of https://core.telegram.org/bots/api."""

from datetime import UTC, datetime
from typing import Any

import pytest
from provider_fakes import Answer, FakeHttp, example_of, message

from services.notify.channels import ChannelSettingsError, Inbound, set_up
from services.notify.channels.telegram import Telegram

TOKEN = Telegram.example.settings["token"]


async def sent(http: FakeHttp, opened: Any, **changes: Any) -> Any:
    channel, address = example_of(Telegram, http.url)
    await opened(channel)
    return await channel.send(message(**({"address": address} | changes)))


async def test_the_page_is_a_button_and_nothing_is_previewed_or_passed_on(http: FakeHttp, opened):
    http.says(Answer(200, Telegram.example.answer))
    verdict = await sent(http, opened)
    assert (verdict.outcome, verdict.provider_id) == ("sent", "365")
    assert http.calls[0].path == f"/bot{TOKEN}/sendMessage"
    assert http.calls[0].json == {
        "chat_id": 52817340,
        "text": message().body,
        "link_preview_options": {"is_disabled": True},
        "protect_content": True,
        "reply_markup": {"inline_keyboard": [[{"text": "Terima", "url": message().url}]]},
    }


async def test_a_page_without_tls_is_written_out_because_telegram_refuses_such_buttons(http: FakeHttp, opened):
    await sent(http, opened, url="http://127.0.0.1:8080/terima/x")
    assert "reply_markup" not in http.calls[0].json
    assert http.calls[0].json["text"].endswith("\nhttp://127.0.0.1:8080/terima/x")


async def test_flood_control_says_how_long_to_wait(http: FakeHttp, opened):
    told = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 35",
        "parameters": {"retry_after": 35},
    }
    http.says(Answer(429, told))
    verdict = await sent(http, opened)
    assert (verdict.outcome, verdict.retry_after) == ("again", 35.0)


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (400, "Bad Request: chat not found"),
        (401, "Unauthorized"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
    ],
)
async def test_who_cannot_be_reached_is_not_tried_again(http: FakeHttp, opened, code: int, description: str):
    http.says(Answer(code, {"ok": False, "error_code": code, "description": description}))
    verdict = await sent(http, opened)
    assert (verdict.outcome, verdict.error) == ("never", f"Telegram {code}")


def update(**changes: Any) -> dict[str, Any]:
    told = {
        "message_id": 366,
        "from": {
            "id": 52817340,
            "is_bot": False,
            "first_name": "Kapolres Tuban",
            "username": "x",
            "language_code": "id",
        },
        "chat": {"id": 52817340, "first_name": "Kapolres Tuban", "type": "private"},
        "date": 1764000000,
        "text": "T 4821",
    }
    return {"update_id": 10000, "message": told | changes}


def test_an_answer_is_by_the_id_telegram_vouches_for_never_by_a_name():
    channel, _ = example_of(Telegram, "http://x")
    at = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
    assert channel.parse_inbound(update()) == [Inbound("52817340", "T 4821", at, "10000")]


@pytest.mark.parametrize(
    "changes",
    [
        {"chat": {"id": -100123, "type": "supergroup"}},
        {"from": {"id": 52817340, "is_bot": True}},
        {"text": None},
        {"from": None},
    ],
)
def test_groups_bots_and_service_messages_are_no_answers(changes: dict[str, Any]):
    channel, _ = example_of(Telegram, "http://x")
    assert channel.parse_inbound(update(**changes)) == []
    edited = {"update_id": 1, "edited_message": update(**changes)["message"]}
    assert channel.parse_inbound(edited) == []


PHOTO = {"photo": [{"file_id": "a", "width": 90, "height": 90}]}


@pytest.mark.parametrize(
    ("changes", "text", "media", "position"),
    [
        (PHOTO | {"text": None, "caption": "Warga menutup jalan"}, "Warga menutup jalan", "photo", None),
        ({"video": {"file_id": "a"}, "text": None, "caption": "Massa"}, "Massa", "video", None),
        (PHOTO | {"text": None}, "", "photo", None),
        ({"voice": {"file_id": "a", "duration": 3}, "text": None}, "", "voice", None),
        ({"sticker": {"emoji": "x"}, "text": None}, "", "sticker", None),
        ({"location": {"latitude": -6.9, "longitude": 112.1}, "text": None}, "", "", (-6.9, 112.1)),
        (
            {
                "location": {"latitude": -6.9, "longitude": 112.1},
                "venue": {"title": "Balai Desa Jadi", "address": "Jl. Raya 1"},
                "text": None,
            },
            "Lokasi dibagikan: Balai Desa Jadi, Jl. Raya 1",
            "",
            (-6.9, 112.1),
        ),
        ({"checklist": {"title": "x"}, "text": None}, "", "other", None),
    ],
)
def test_captions_and_positions_are_read_and_what_cannot_be_is_told_as_such(
    changes: dict[str, Any], text: str, media: str, position: Any
):
    channel, _ = example_of(Telegram, "http://x")
    (found,) = channel.parse_inbound(update(**changes))
    assert (found.text, found.media, found.position, found.edited) == (text, media, position, False)


def test_an_edited_message_is_said_anew_and_a_moving_position_once():
    channel, _ = example_of(Telegram, "http://x")
    for changes in ({"text": "Ralat: di Soko"}, PHOTO | {"text": None, "caption": "Ralat: di Soko"}):
        (found,) = channel.parse_inbound({"update_id": 10001, "edited_message": update(**changes)["message"]})
        assert (found.text, found.edited, found.message_id) == ("Ralat: di Soko", True, "10001")
    live = update(location={"latitude": -6.9, "longitude": 112.1}, text=None)["message"]
    assert channel.parse_inbound({"update_id": 10002, "edited_message": live}) == []


def test_only_who_knows_the_secret_token_is_telegram():
    channel, _ = example_of(Telegram, "http://x", inbound_secret="rahasia-pintu")
    assert channel.authentic({"x-telegram-bot-api-secret-token": "rahasia-pintu"}, b"")
    assert not channel.authentic({"x-telegram-bot-api-secret-token": "lain"}, b"")
    assert not channel.authentic({}, b"")


@pytest.mark.parametrize("secret", ["rahasia pintu", "rahasia/pintu", "x" * 257])
def test_a_secret_token_that_telegram_would_not_take_stops_the_start(secret: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KENTONGAN_CHANNEL_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("KENTONGAN_CHANNEL_TELEGRAM_INBOUND_SECRET", secret)
    with pytest.raises(ChannelSettingsError, match=r"INBOUND_SECRET: .*1 to 256 of A-Z") as wrong:
        set_up({"telegram": Telegram})
    assert secret not in str(wrong.value)
