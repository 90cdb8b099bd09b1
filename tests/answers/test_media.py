"""A photo's caption is a report; what has no words is answered with one sentence; a correction is told anew."""

from typing import Any

import pytest

from schemas.records.answers import Answered
from schemas.records.reports import Report
from tests.channels.provider_fakes import FakeHttp
from tests.house import House

SECRET = "rahasia-pintu"
STRANGER = 52817341


class Chat:
    """A house with a Telegram bot: a local Bot API that takes what is sent, and updates as Telegram posts them."""

    def __init__(self, house: House, server: FakeHttp) -> None:
        self.house, self.server = house, server
        self._update = 100

    async def update(self, *, edited: bool = False, **message: Any) -> None:
        self._update += 1
        told = {
            "message_id": self._update,
            "date": 1_764_000_000,
            "from": {"id": STRANGER, "is_bot": False},
            "chat": {"id": STRANGER, "type": "private"},
            **message,
        }
        body = {"update_id": self._update, "edited_message" if edited else "message": told}
        headers = {"x-telegram-bot-api-secret-token": SECRET}
        async with self.house.client.post("/v1/inbound/telegram", json=body, headers=headers) as answer:
            assert answer.status == 202
        await self.house.settle()
        await self.house.settle()

    def heard(self) -> list[str]:
        return [call.json["text"] for call in self.server.calls if call.json.get("chat_id") == STRANGER]


@pytest.fixture
async def chat(new_house: Any, gateway: FakeHttp, monkeypatch: pytest.MonkeyPatch) -> Chat:
    start = "KENTONGAN_CHANNEL_TELEGRAM_"
    monkeypatch.setenv(f"{start}TOKEN", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
    monkeypatch.setenv(f"{start}URL", gateway.url)
    monkeypatch.setenv(f"{start}INBOUND_SECRET", SECRET)
    return Chat(await new_house("sqlite"), gateway)


PHOTO = {"photo": [{"file_id": "a"}]}
TEXT = "Warga menutup jalan di Desa Kebonagung Kecamatan Rengel, menolak tambang, 40 orang"


async def test_a_caption_is_a_report_and_says_that_there_was_a_photo(chat: Chat) -> None:
    await chat.update(**PHOTO, caption=TEXT)
    (report,) = chat.house.rows(Report)
    assert (report.text, report.notes) == (TEXT, {"Lampiran": "foto, tidak disimpan"})
    await chat.update(**PHOTO)  # the second photo of the album: its words came with the first
    assert not [text for text in chat.heard() if "tidak terbaca" in text]


async def test_what_has_no_words_is_answered_once_with_what_to_do(chat: Chat) -> None:
    for changes in (PHOTO, {"voice": {"file_id": "a"}}, {"sticker": {}}):
        await chat.update(**changes)
    assert chat.house.rows(Report) == []
    (said,) = chat.heard()
    assert "Tuliskan" in said
    assert [row.kind for row in chat.house.rows(Answered)] == ["unread"] * 3


async def test_a_correction_is_told_anew_and_a_position_is_kept(chat: Chat) -> None:
    await chat.update(text=TEXT)
    await chat.update(edited=True, text=TEXT.replace("40", "400"))
    await chat.update(location={"latitude": -6.98, "longitude": 112.01})
    first, second, third = sorted(chat.house.rows(Report), key=lambda row: (row.filed_at, row.text))
    told = {row.text: row for row in (first, second, third)}
    assert told[TEXT.replace("40", "400")].notes == {"Pesan": "disunting oleh pengirimnya"}
    (shared,) = [row for row in told.values() if row.text.startswith("Lokasi dibagikan")]
    assert shared.told["position"] == {"lat": -6.98, "lon": 112.01}
