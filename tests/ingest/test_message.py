"""Pasted chat messages: the application's marks come off, several forwarded ones become several reports."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.district import District
from services.ingest.formats.chat.messages import ChatMessage, read_chat
from services.ingest.formats.detect import read_file

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
ZONE = "Asia/Jakarta"


def split(pasted: str, timezone: str) -> list[ChatMessage]:
    return list(read_chat(pasted, timezone, NOW).messages)


AT = datetime(2025, 4, 19, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "header",
    [
        "[20/04/25 01.12] Pak Rukun: ",
        "[20/04/25, 01.12.33] Pak Rukun: ",
        "[01.12, 20/4/2025] Pak Rukun: ",
        "[01:12, 20/04/2025] Pak Rukun: ",
        "20/04/25 01.12 - Pak Rukun: ",
        "20/04/2025, 01:12 - Pak Rukun: ",
        "20/04/25, 1:12 AM - Pak Rukun: ",
        "\u200e[20/04/25 01.12.33] ~\u202fPak Rukun: ",
    ],
)
def test_headers_come_off_and_tell_when_and_who(header: str) -> None:
    (message,) = split(f"{header}Lapor, tawuran di balai desa.\nMohon bantuan.", ZONE)
    assert message.text == "Lapor, tawuran di balai desa.\nMohon bantuan."
    seconds = 33 if ".33" in header else 0
    assert (message.sent_at, message.sender) == (AT + timedelta(seconds=seconds), "Pak Rukun")


def test_afternoon_is_afternoon() -> None:
    assert split("20/04/25, 1:12 PM - A: Ada massa berkumpul", ZONE)[0].sent_at == datetime(
        2025, 4, 20, 6, 12, tzinfo=UTC
    )


def test_several_messages_are_several_reports() -> None:
    pasted = (
        "[20/04/25 01.12] Rukun: Tawuran di Soko\n50 orang\n"
        "[20/04/25 01.13] Guyub: siap ndan\n"
        "[20/04/25 01.20] Guyub: Massa bergeser ke Rengel\n"
        "[20/04/25 01.21] Rukun: <Media tidak disertakan>\n"
        "20/04/25 01.22 - Rukun menambahkan Guyub\n"
    )
    told = split(pasted, ZONE)
    assert [(message.line, message.text) for message in told] == [
        (1, "Tawuran di Soko\n50 orang"),
        (4, "Massa bergeser ke Rengel"),
    ]


def test_marks_of_bold_italic_and_forwarding_come_off() -> None:
    (message,) = split(
        "Diteruskan berkali-kali\n*LAPORAN KEJADIAN*\n_Tempat_: Soko, ~tiga~ *dua* orang luka\n5 * 3 * 2 x_y_z", ZONE
    )
    assert message.text == "LAPORAN KEJADIAN\nTempat: Soko, tiga dua orang luka\n5 * 3 * 2 x_y_z"


def test_words_without_headers_are_one_message_with_its_lines() -> None:
    text = "Ijin ndan, Tempat: balai desa\n\nJam: 01.30\n[catatan] penting: dua luka"
    (message,) = split(text, ZONE)
    assert (message.text, message.sent_at) == (text, None)


def test_chatter_alone_is_kept_when_there_is_nothing_else() -> None:
    assert [message.text for message in split("Siap ndan", ZONE)] == ["Siap ndan"]
    assert split(" \n\u200e", ZONE) == []


def test_a_pasted_file_becomes_reports(tuban: District) -> None:
    pasted = (
        "[20/04/25 01.12] Rukun: Tawuran di Soko\n[21/04/25 01.12] Rukun: Lagi, di Rengel\n[21/04/27 01.12] Rukun: Esok"
    )
    reading = read_file(pasted.encode(), "wa.txt", tuban, NOW)
    assert reading.channel == "message"
    first, second, third = reading.rows
    assert first.row is not None
    assert second.row is not None
    assert (first.row.observed_at, first.row.contact, second.line) == (AT, "Rukun", 2)
    assert third.row is not None
    assert [doubt.why for doubt in third.doubts] == ["waktu ini belum terjadi"]  # a wrong clock costs no report
    again = read_file(pasted.encode(), "lain.txt", tuban, NOW).rows
    assert [each.row.id for each in again if each.row] == [first.row.id, second.row.id, third.row.id]
