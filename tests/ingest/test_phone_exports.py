"""Chats as phones export them: whatever the order of their dates, one report per telling, and nothing glued or lost."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.district import District
from services.ingest.formats.detect import Reading, UnreadableFile, read_file
from services.ingest.formats.row import Taken

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
WIB = timedelta(hours=7)
CLASH = "Dua rombongan pemuda saling serang di Ds. Jadi Kec. Semanding"
BLOCK = "Warga Ds. Sumurgung Kec. Palang memblokir jalan"


def read(district: District, data: str | bytes, name: str = "chat.txt") -> Reading:
    return read_file(data.encode() if isinstance(data, str) else data, name, district, NOW)


def told(reading: Reading) -> list[tuple[str, str, str]]:
    """Give local time, sender and text of the reports."""
    return [
        (f"{row.observed_at + WIB:%d/%m/%Y %H.%M}", row.contact or "", row.text)
        for taken in reading.rows
        if (row := taken.row) and row.observed_at
    ]


def faults(reading: Reading) -> dict[int, str]:
    return {taken.line: taken.faults[0].why for taken in reading.rows if taken.row is None}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("23/11/26 21.15 - {}: ", "23/11/26 21.22 - {}: "),
        ("23/11/2026 21:15 - {}: ", "23/11/2026 21:22 - {}: "),
        ("23/11/2026, 9:15 PM - {}: ", "23/11/2026, 9:22 PM - {}: "),
        ("23/11/2026, 9:15\u202fp. m. - {}: ", "23/11/2026, 9:22\u202fp. m. - {}: "),
        ("11/23/26, 9:15 PM - {}: ", "11/23/26, 9:22 PM - {}: "),
        ("11/23/26, 21:15 - {}: ", "11/23/26, 21:22 - {}: "),
        ("23.11.26, 21:15 - {}: ", "23.11.26, 21:22 - {}: "),
        ("23-11-2026 21.15 - {}: ", "23-11-2026 21.22 - {}: "),
        ("2026-11-23, 9:15 p.m. - {}: ", "2026-11-23, 9:22 p.m. - {}: "),
        ("2026/11/23, 21:15 - {}: ", "2026/11/23, 21:22 - {}: "),
        ("[23/11/26 21.15.07] {}: ", "[23/11/26 21.22.40] {}: "),
        ("[2026-11-23, 21:15:07] {}: ", "[2026-11-23, 21:22:40] {}: "),
        ("\u200e[11/23/26, 9:15:07\u202fPM] {}: ", "[11/23/26, 9:22:40\u202fPM] {}: "),
        ("[21.15, 23/11/2026] {}: ", "[21.22, 23/11/2026] {}: "),
        ("23/11/26 pukul 21.15 - {}: ", "23/11/26 pukul 21.22 - {}: "),
        ("23/11/26 9.15 malam - {}: ", "23/11/26 9.22 malam - {}: "),
        ("23-11-2026 9:15 Wengi - {}: ", "23-11-2026 9:22 Wengi - {}: "),
        ("23/11/26, 9:15 PTG - {}: ", "23/11/26, 9:22 PTG - {}: "),
        ("23/11/26 9.15 bengi - {}: ", "23/11/26 9.22 bengi - {}: "),
        ("23/11/26\t21.15 - {}: ", "23/11/26 21.22  -  {}: "),
        ("23/11/26 21.15 \u2011 {}: ", "23/11/26 21.22 \u2212 {}: "),
        ("\uff3b23/11/26 21.15.07\uff3d {}: ", "\uff3b23/11/26 21.22.40\uff3d {}: "),
        ("{}, [23 Nov 2026 at 21:15:07]:\n", "{}, [23 Nov 2026 at 21:22:07]:\n"),
        ("{}, [Nov 23, 2026 at 9:15:07\u202fPM]:\n", "{}, [Nov 23, 2026 at 9:22:07\u202fPM]:\n"),
    ],
)
def test_every_phones_headers_are_read(tuban: District, first: str, second: str) -> None:
    reading = read(tuban, f"{first.format('Darmaji')}{CLASH}\n{second.format('Suprapti')}{BLOCK}\n")
    assert told(reading) == [("23/11/2026 21.15", "Darmaji", CLASH), ("23/11/2026 21.22", "Suprapti", BLOCK)]
    assert not faults(reading)


def test_the_order_of_day_and_month_is_one_for_the_whole_file(tuban: District) -> None:
    """One month above twelve proves it for every other message, before and after."""
    text = f"4/5/26, 9:15 PM - Darmaji: {CLASH}\n4/13/26, 6:05 AM - Suprapti: {BLOCK}\n5/1/26, 6:05 AM - Darmaji: Sudah aman di Jadi\n"
    assert [when for when, *_ in told(read(tuban, text))] == [
        "05/04/2026 21.15",
        "13/04/2026 06.05",
        "01/05/2026 06.05",
    ]


def test_without_proof_the_order_is_the_one_in_which_time_runs_forward(tuban: District) -> None:
    text = f"10/9/26, 9:15 PM - Darmaji: {CLASH}\n11/8/26, 6:05 AM - Suprapti: {BLOCK}\n"
    assert [when for when, *_ in told(read(tuban, text))] == ["09/10/2026 21.15", "08/11/2026 06.05"]
    both = f"1/9/26 21.15 - Darmaji: {CLASH}\n2/9/26 6.05 - Suprapti: {BLOCK}\n"
    assert [when for when, *_ in told(read(tuban, both))] == ["01/09/2026 21.15", "02/09/2026 06.05"]


@pytest.mark.parametrize(
    ("hour", "at"), [("12:05 Isuk", "00.05"), ("11:05 isuk", "11.05"), ("1:05 Wengi", "13.05"), ("12:05 PG", "00.05"),
                     ("12.05 PTG", "12.05"), ("5.05 esuk", "05.05"), ("2.05 awan", "14.05"), ("1.05 dini hari", "01.05")]
)  # fmt: skip
def test_halves_and_parts_of_the_day_of_other_phone_languages(tuban: District, hour: str, at: str) -> None:
    assert [when[-5:] for when, _, _ in told(read(tuban, f"23-11-2026 {hour} - Darmaji: {CLASH}\n"))] == [at]


def test_a_month_in_words_is_swapped_by_no_order(tuban: District) -> None:
    text = "".join(f"Darmaji, [5 {month} 2026 at 21:15:07]:\n{CLASH}\n\n" for month in ("Nov", "Okt", "Sep"))
    assert [when[:5] for when, *_ in told(read(tuban, text))] == ["05/11", "05/10", "05/09"]


def test_an_order_that_only_the_order_of_messages_proves_is_said(tuban: District) -> None:
    """In three days' time no message was sent: 05/12 is read as the 12th of May, and somebody should look."""
    reading = read(tuban, f"05/12/26 21.15 - Darmaji: {CLASH}\n06/12/26 21.15 - Suprapti: {BLOCK}\n")
    assert [when[:10] for when, *_ in told(reading)] == ["12/05/2026", "12/06/2026"]
    assert "bulan lebih dulu, menurut urutan pesannya" in reading.remarks[0]


def test_an_order_that_nothing_proves_is_said(tuban: District) -> None:
    foreign = read(tuban, f"10/9/26, 9:15 PM - Darmaji: {CLASH}\n10/9/26, 9:25 PM - Suprapti: {BLOCK}\n")
    assert [when for when, *_ in told(foreign)] == ["10/09/2026 21.15", "10/09/2026 21.25"]
    assert "tidak terbukti" in foreign.remarks[0]
    for sure in ("10/9/26 21.15", "9/9/26, 9:15 PM", "2026-10-09, 9:15 PM"):
        assert not read(tuban, f"{sure} - Darmaji: {CLASH}\n").remarks


def test_a_header_that_cannot_be_read_is_named_and_never_glued_to_the_message_before(tuban: District) -> None:
    text = (
        f"23/11/26 21.15 - Darmaji: {CLASH}\n"
        f"45/45/26 21.16 - Suprapti: {BLOCK}\nbaris kedua\n"
        f"23/11/26 31.17 - Suprapti: {BLOCK}\n"
        "11/23/26 21.18 - Ponirah: bulan di depan\n"
        f"23/11/26 21.19 - Kasmuri: {BLOCK}\n"
    )
    reading = read(tuban, text)
    assert [(when, who) for when, who, _ in told(reading)] == [
        ("23/11/2026 21.15", "Darmaji"),
        ("23/11/2026 21.19", "Kasmuri"),
    ]
    assert set(faults(reading)) == {2, 4, 5}
    assert all("kepala pesan" in why for why in faults(reading).values())
    assert told(reading)[0][2] == CLASH


def test_what_an_iphone_says_by_itself_is_no_report(tuban: District) -> None:
    mark = "\u200e"
    text = "\n".join(
        [
            f"{mark}[20/11/26 07.00.01] Piket Palang: {mark}Pesan dan panggilan terenkripsi secara end-to-end.",
            f"[20/11/26 07.00.02] Darmaji: {mark}Darmaji membuat grup “Piket Palang”",
            f"[20/11/26 07.00.09] Piket Palang: {mark}Darmaji menambahkan Anda",
            f"[20/11/26 07.01.10] Suprapti: {mark}Suprapti mengubah ikon grup ini",
            f"[20/11/26 07.02.10] Suprapti: {mark}Pesan ini telah dihapus.",
            f"[20/11/26 07.03.10] Darmaji: {mark}Anda menghapus pesan ini.",
            f"{mark}[20/11/26 07.04.10] Suprapti: {mark}gambar tidak disertakan",
            f"{mark}[20/11/26 07.05.40] Suprapti: {mark}<terlampir: 00000012-PHOTO-2026-11-20-07-05-40.jpg>",
            f"[20/11/26 07.06.10] Darmaji: {mark}Panggilan suara tak terjawab",
            f"[20/11/26 07.06.20] Darmaji: {mark}Panggilan video tak terjawab pukul 07.06",
            f"[20/11/26 21.15.03] Suprapti: {BLOCK} {mark}<Pesan ini diedit>",
        ]
    )
    reading = read(tuban, text)
    assert told(reading) == [("20/11/2026 21.15", "Suprapti", BLOCK)]
    assert not faults(reading)
    left_out = " ".join(reading.remarks)
    assert "4 pesan sistem" in left_out
    assert "2 media" in left_out
    assert "2 panggilan" in left_out


def test_what_an_android_phone_says_by_itself_is_no_report(tuban: District) -> None:
    lines = [
        "23/11/26 21.10 - Pesan dan panggilan terenkripsi secara end-to-end. Ketuk untuk info selengkapnya.",
        '23/11/26 21.11 - Darmaji mengubah subjek grup dari "Info: Palang" menjadi "Info: Palang Widang"',
        "23/11/26 21.11 - Suprapti keluar",
        "23/11/26 21.12 - Darmaji: IMG-20261123-WA0003.jpg (file terlampir)",
        "23/11/26 21.13 - Darmaji: PTT-20261123-WA0004.opus (file terlampir)",
        "23/11/26 21.14 - Suprapti: Pesan ini telah dihapus",
        "23/11/26 21.15 - Suprapti: Anda telah menghapus pesan ini",
        "23/11/26 21.16 - Darmaji: null",
        "23/11/26 21.17 - Suprapti: IMG-20261123-WA0005.jpg (file terlampir)",
        BLOCK,
        "23/11/26 21.18 - Darmaji: <Media tidak disertakan>",
        "23/11/26 21.19 - Suprapti: lokasi: https://maps.google.com/?q=-6.9011,112.1203",
        "23/11/26 21.40 - Kasmuri: Polsek menambahkan personel di Palang",
    ]
    reading = read(tuban, "\n".join(lines))
    assert [(when, who) for when, who, _ in told(reading)] == [
        ("23/11/2026 21.17", "Suprapti"),
        ("23/11/2026 21.40", "Kasmuri"),
    ]
    assert not faults(reading)
    assert told(reading)[0][2].startswith(BLOCK)
    first = reading.rows[0].row
    assert first is not None
    assert first.position is not None
    assert (first.position.lat, first.position.lon) == (-6.9011, 112.1203)


def test_an_english_phone_says_the_same_things(tuban: District) -> None:
    text = "\n".join(
        [
            "11/23/26, 9:10 PM - Messages and calls are end-to-end encrypted.",
            '11/23/26, 9:11 PM - Darmaji changed the subject to "Piket"',
            "11/23/26, 9:11 PM - Suprapti left",
            "11/23/26, 9:12 PM - Darmaji: <Media omitted>",
            "11/23/26, 9:14 PM - Suprapti: This message was deleted",
            "11/23/26, 9:15 PM - Suprapti: Missed voice call",
            f"11/23/26, 9:16 PM - Darmaji: {BLOCK} <This message was edited>",
        ]
    )
    reading = read(tuban, text)
    assert told(reading) == [("23/11/2026 21.16", "Darmaji", BLOCK)]
    assert not faults(reading)


def test_a_line_of_nobodys_that_is_not_known_is_named(tuban: District) -> None:
    reading = read(tuban, f"23/11/26 21.15 - Darmaji: {CLASH}\n23/11/26 21.16 - Sesuatu yang baru terjadi\n")
    assert len(told(reading)) == 1
    assert "bukan pesan seseorang" in faults(reading)[2]


def test_hours_inside_a_report_are_no_headers(tuban: District) -> None:
    body = "Kronologi:\n23/11/26 21.15 - massa datang: 50 orang\n23/11/26 21.40 - massa bubar"
    (taken,) = read(tuban, body).rows
    assert taken.row is not None
    assert taken.row.text == body


def test_bubbles_of_one_sender_are_one_report(tuban: District) -> None:
    text = (
        "23/11/26 21.15 - Darmaji: Lapor ndan\n"
        "23/11/26 21.15 - Darmaji: ada keributan dua rombongan\n"
        "23/11/26 21.16 - Suprapti: siap\n"
        "23/11/26 21.17 - Darmaji: di Ds. Jadi Kec. Semanding\n"
        "23/11/26 21.20 - Darmaji: dua orang luka\n"
    )
    first, second = told(read(tuban, text))
    assert first == (
        "23/11/2026 21.15",
        "Darmaji",
        "Lapor ndan\nada keributan dua rombongan\ndi Ds. Jadi Kec. Semanding",
    )
    assert second[2] == "dua orang luka"  # three minutes later: told anew


def test_two_places_in_two_bubbles_are_two_reports(tuban: District) -> None:
    text = f"23/11/26 21.15 - Darmaji: {CLASH}\n23/11/26 21.16 - Darmaji: {BLOCK}\n"
    assert [words for *_, words in told(read(tuban, text))] == [CLASH, BLOCK]


def test_a_number_as_sender_is_spelt_one_way(tuban: District) -> None:
    reading = read(tuban, f"23/11/26 21.15 - +62 812-0000-2222: {CLASH}\n23/11/26 21.40 - 0812 0000 2222: {BLOCK}\n")
    assert {who for _, who, _ in told(reading)} == {"+6281200002222"}


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return out.getvalue()


def test_the_zip_of_a_phone_is_read(tuban: District) -> None:
    text = f"\u200e[23/11/26 21.15.03] Darmaji: {CLASH}\n[23/11/26 21.20.03] Suprapti: {BLOCK}\n"
    reading = read(tuban, zipped(_chat__txt=text, photo__jpg="x"), "WhatsApp Chat - Piket.zip")
    assert reading.channel == "message"
    assert [who for _, who, _ in told(reading)] == ["Darmaji", "Suprapti"]


@pytest.mark.parametrize(
    ("files", "why"),
    [({"a__jpg": "x"}, "tanpa percakapan"), ({"a__txt": "x", "b__txt": "y"}, "lebih dari satu")],
)
def test_a_zip_without_one_chat_says_so(tuban: District, files: dict[str, str], why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read(tuban, zipped(**files), "x.zip")


def telegram(*messages: Any, **more: Any) -> str:
    return json.dumps({"name": "Piket", "type": "private_group", "id": 1, "messages": list(messages), **more}, indent=1)


def said(number: int, text: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2026-11-23T21:15:00",
        "date_unixtime": str(1795443300 + number * 600),
        "from": "Darmaji",
        "from_id": "user1",
        "text": text,
        **more,
    }


def test_what_telegram_exports_as_json_is_read(tuban: District) -> None:
    export = telegram(
        {
            "id": 1,
            "type": "service",
            "date": "2026-11-23T21:00:00",
            "actor": "Darmaji",
            "action": "create_group",
            "text": "",
        },
        said(0, CLASH),
        said(1, ["Warga ", {"type": "bold", "text": "Ds. Sumurgung"}, " memblokir jalan"]),
        said(2, "Asap tebal", photo="photos/1.jpg", edited="2026-11-23T22:00:00"),
        said(3, "", photo="photos/2.jpg"),
        said(4, "", location_information={"latitude": -6.9, "longitude": 112.1}),
        {"id": 9, "type": "message", "date": "kapan", "from": None, "text": "Tanpa waktu"},
        said(7, BLOCK, date_unixtime=None),
        "bukan pesan",
    )
    reading = read(tuban, export, "result.json")
    assert [words for *_, words in told(reading)] == [
        CLASH,
        "Warga Ds. Sumurgung memblokir jalan",
        "Asap tebal",
        "lokasi: -6.9, 112.1",
        BLOCK,
    ]
    assert told(reading)[0][:2] == ("23/11/2026 21.15", "Darmaji")
    assert told(reading)[-1][0] == "23/11/2026 21.15"
    assert set(faults(reading)) == {7, 9}
    assert "1 pesan sistem tidak dijadikan laporan" in reading.remarks


def test_all_chats_of_telegram_at_once(tuban: District) -> None:
    chats = [json.loads(telegram(said(0, CLASH))), json.loads(telegram(said(1, BLOCK)))]
    reading = read(tuban, json.dumps({"about": "x", "chats": {"about": "y", "list": chats}}), "result.json")
    assert [words for *_, words in told(reading)] == [CLASH, BLOCK]


def test_what_a_telegram_message_holds_beside_its_text_is_kept(tuban: District) -> None:
    """Its parts where the whole is missing, what a link shows, the name of a place, who signed it."""
    where = {"latitude": -6.9, "longitude": 112.1}
    link = {"type": "text_link", "text": "peta", "href": "https://maps.google.com/?q=-6.91,112.11"}
    export = telegram(
        said(0, None, text_entities=[{"type": "plain", "text": CLASH}]),
        said(1, [f"{BLOCK} ", link, "."]),
        said(2, f"{CLASH} https://maps.google.com/?q=-6.92,112.12"),
        said(3, "", location_information=where, place_name="Balai Desa Jadi", address="Jl. Raya"),
        said(4, "Massa bertahan", **{"from": None, "author": "Piket Soko"}),
        said(5, [{"type": "text_link", "text": "berita", "href": "https://example.com/"}]),
    )
    rows = [taken.row for taken in read(tuban, export, "result.json").rows if taken.row]
    assert [row.text for row in rows] == [
        CLASH,
        f"{BLOCK} peta https://maps.google.com/?q=-6.91,112.11 .",
        f"{CLASH} https://maps.google.com/?q=-6.92,112.12",
        "lokasi: Balai Desa Jadi, Jl. Raya",
        "Massa bertahan",
        "berita",
    ]
    assert [row.position and row.position.lat for row in rows] == [None, -6.91, -6.92, -6.9, None, None]
    assert rows[4].contact == "Piket Soko"


@pytest.mark.parametrize("seconds", ["0", "abc", "", None, 99999999999999, "-5"])
def test_a_wrong_count_of_seconds_costs_no_telegram_message(tuban: District, seconds: object) -> None:
    assert told(read(tuban, telegram(said(0, CLASH, date_unixtime=seconds)), "result.json"))[0][0] == "23/11/2026 21.15"


def test_chats_that_were_left_and_a_byte_order_mark_cost_no_message(tuban: District) -> None:
    chats = {
        name: {"list": [json.loads(telegram(said(place, name)))]} for place, name in enumerate(("chats", "left_chats"))
    }
    for data in (json.dumps(chats), json.dumps(chats, indent=1)):
        reading = read(tuban, b"\xef\xbb\xbf" + data.encode(), "result.json")
        assert [words for *_, words in told(reading)] == ["chats", "left_chats"]


def test_an_export_that_is_cut_off_is_refused_in_one_sentence(tuban: District) -> None:
    with pytest.raises(UnreadableFile, match="terpotong"):
        read(tuban, telegram(said(0, CLASH), said(1, BLOCK))[:-30], "result.json")


def test_one_report_written_over_several_lines_is_one(tuban: District) -> None:
    (taken,) = read(tuban, json.dumps({"text": CLASH, "kecamatan": "Semanding"}, indent=2), "x.json").rows
    assert isinstance(taken, Taken)
    assert taken.row is not None
    assert taken.row.text == CLASH


HEADERS = {
    "android": "{d}/11/26 {h}.{m} - {who}: ",
    "android, an en dash": "{d}/11/26 {h}.{m} \u2013 {who}: ",
    "iphone": "[{d}/11/26 {h}.{m}.00] {who}: ",
    "copied": "[{h}.{m}, {d}/11/2026] {who}: ",
    "several copied on android": "[{d}/11 {h}.{m}] {who}: ",
    "several copied, english": "[11/{d}, {pm}:{m} PM] {who}: ",
    "hour first, no year": "[{h}:{m}, {d}/11] {who}: ",
    "telegram desktop": "{who}, [{d}/11/2026 {h}:{m}]\n",
    "telegram desktop, dots": "{who}, [{d}.11.2026 {h}:{m}]\n",
}
SENT = [
    ("Sutarno", 19, "Massa berkumpul"),
    ("Pak Kades Simo", 20, "Warga memblokir jalan"),
    ("+62 812-0000-7890", 21, "Pos dilempari"),
]
NOTES = {
    "bare": "",
    "a title": "Riwayat Chat dengan Kominda\n\n",
    "a note": "Ijin komandan, terusan dari grup:\n\n",
    "indented": "  ",
    "quoted": "> ",
}


@pytest.mark.parametrize("form", HEADERS)
@pytest.mark.parametrize("under", NOTES)
def test_a_chat_keeps_its_messages_whatever_its_headers(form: str, under: str, tuban: District) -> None:
    lines = [
        HEADERS[form].format(d=27, h=hour, pm=hour - 12, m=15, who=who) + text + ", 3 orang luka"
        for who, hour, text in SENT
    ]
    before = NOTES[under] if under in ("indented", "quoted") else ""
    reading = read(tuban, NOTES[under][: 0 if before else None] + "".join(f"{before}{line}\n" for line in lines))
    rows = told(reading)
    assert [(at, text.startswith(said)) for (at, _, text), (_, _, said) in zip(rows, SENT, strict=True)] == [
        (f"27/11/2026 {hour}.15", True) for _, hour, _ in SENT
    ]
    assert [who.replace("-", "").replace(" ", "") for _, who, _ in rows] == [
        who.replace("-", "").replace(" ", "") for who, _, _ in SENT
    ]


def test_a_list_of_hours_under_a_title_is_one_report(tuban: District) -> None:
    text = "Kronologi bentrok di Kec. Soko:\n" + "".join(
        f"23/11/26 {hour}.00 - massa datang: {hour} orang\n" for hour in (19, 20, 21)
    )
    assert len(read(tuban, text).rows) == 1


@pytest.mark.parametrize(
    "header", ["Kam, 26 Nov 2026 21.{m} - {who}: ", "26 Nov 2026 21:{m} - {who}: ", "[21.{m}, 26 Nov 2026] {who}: "]
)
def test_a_chat_with_unknown_headers_is_refused_by_name(header: str, tuban: District) -> None:
    text = "".join(header.format(m=10 + place, who=who) + f"{said}\n" for place, (who, _, said) in enumerate(SENT))
    with pytest.raises(UnreadableFile, match="kepala pesannya tidak dikenal"):
        read(tuban, text)


@pytest.mark.parametrize("form", HEADERS)
@pytest.mark.parametrize(
    "names", ["Judul, Tanggal, Kecamatan, Kronologi, Tindakan", "Tanggal;Kecamatan;Uraian Kejadian"]
)
def test_a_message_that_lists_columns_makes_no_table(form: str, names: str, tuban: District) -> None:
    lines = [HEADERS[form].format(d=27, h=hour, pm=hour - 12, m=15, who=who) + text for who, hour, text in SENT]
    for place in range(1, 4):
        rows = told(read(tuban, "\n".join([*lines[:place], names, *lines[place:]])))
        assert [text.partition("\n")[0] for _, _, text in rows] == [text for _, _, text in SENT]
        assert names in rows[place - 1][2]


@pytest.mark.parametrize("said", ["Assalamualaikum wr wb", "Selamat pagi pak", "wkwkwk", "Aamiin", "Hahaha siap", "P"])
def test_greetings_and_laughter_are_no_reports(said: str, tuban: District) -> None:
    reading = read(tuban, f"23/11/26 21.15 - Darmaji: {CLASH}\n23/11/26 21.40 - Suprapti: {said}\n")
    assert [text for _, _, text in told(reading)] == [CLASH]
    assert reading.remarks == ("1 balasan pendek tidak dijadikan laporan",)


@pytest.mark.parametrize("kind", ["{}", "Kec. {}", "kec. {}"])
def test_one_senders_tellings_of_two_kecamatan_are_two_reports(kind: str, tuban: District) -> None:
    """Hold all pairs of kecamatan apart; the seat, which bears the kabupaten's name, only called by its kind."""
    names = [place.name for place in tuban.places.values() if place.kind == "kecamatan"]
    if kind == "{}":
        names.remove("Tuban")
    assert len(names) > 15
    for one in names:
        lines = [
            f"27/11/26 20.{place:02} - Sutarno: Tawuran di {kind.format(name)}\n"
            for place, name in enumerate([one, *(name for name in names if name != one)])
        ]
        for other in lines[1:]:
            assert len(read(tuban, lines[0] + f"27/11/26 20.01{other[14:]}").rows) == 2, other
        again = f"27/11/26 20.01 - Sutarno: 3 orang luka di {one}, massa bertahan\n"
        assert len(read(tuban, lines[0] + again).rows) == 1, one


@pytest.mark.parametrize(
    ("first", "second", "reports"),
    [
        ("Tawuran di Soko", "Pelaku warga Rengel", 1),
        ("Tawuran di Soko", "Korban dibawa ke Puskesmas Rengel", 1),
        ("Tawuran pemuda di Ds Jegulo", "Blokade jalan di Kec Rengel", 2),
        ("Tawuran di depan pasar Soko", "Massa bakar ban di pertigaan Plumpang", 2),
        ("Tawuran di Soko", "3 orang luka", 1),
    ],
)
def test_only_the_place_of_what_happened_parts_bubbles(first: str, second: str, reports: int, tuban: District) -> None:
    text = f"27/11/26 20.00 - Sutarno: {first}\n27/11/26 20.01 - Sutarno: {second}\n"
    assert len(read(tuban, text).rows) == reports


def test_a_chain_of_bubbles_ends_two_minutes_after_its_first(tuban: District) -> None:
    text = "".join(f"27/11/26 20.0{minute} - Sutarno: kabar ke-{minute} dari lapangan\n" for minute in range(9))
    assert [at[-2:] for at, _, _ in told(read(tuban, text))] == ["00", "03", "06"]


CHRONOLOGY = [
    "27/11/26 19.00 - massa berkumpul: 50 orang",
    "27/11/26 19.30 - 20.00 massa bertahan",
    "27/11/26 20.00 - Bentrok: 1 MD, 4 luka",
    "26/11/26 22.30 - rapat di balai desa: 30 orang",
]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("place", [1, 2])
def test_a_chronology_inside_a_message_names_no_senders(count: int, place: int, tuban: District) -> None:
    lines = [
        "27/11/26 21.00 - Sutarno: Kronologi bentrok di Kec. Soko",
        "27/11/26 21.10 - Wiwik: Kronologi menurut warga Kec. Soko",
        "27/11/26 21.20 - Joko: Sudah kondusif",
    ]
    rows = read(tuban, "\n".join([*lines[:place], *CHRONOLOGY[:count], *lines[place:]])).rows
    assert [taken.row.contact for taken in rows if taken.row] == ["Sutarno", "Wiwik", "Joko"]
    assert len(rows) == len(lines)
    assert rows[place - 1].row is not None
    assert rows[place - 1].row.text.endswith("\n".join(CHRONOLOGY[:count]))


PLAN = ["29/11/26 08.00 - kumpul di alun-alun: 50 orang", "29/11/26 09.30 - Orasi: 100 orang"]


@pytest.mark.parametrize("plan", [PLAN[:1], PLAN, PLAN[1:], [line.replace("29/11", "28/11") for line in PLAN]])
@pytest.mark.parametrize("after", ["Suprapti", "suprapti", "+62 812-0000-3333"])
def test_a_plan_inside_a_message_swallows_no_message_after_it(plan: list[str], after: str, tuban: District) -> None:
    lines = ["27/11/26 21.00 - Sutarno: Rencana unjuk rasa di Kec. Tuban", *plan, f"27/11/26 21.10 - {after}: {BLOCK}"]
    reading = read(tuban, "\n".join([*lines, "27/11/26 21.40 - Joko: Sudah kondusif"]))
    assert [text for _, _, text in told(reading)] == ["\n".join([lines[0][26:], *plan]), BLOCK, "Sudah kondusif"]


def test_a_line_of_hours_among_headers_with_brackets_is_text_unless_somebody_is_named(tuban: District) -> None:
    line = "23/11/26 21.20 - massa datang: 50 orang"
    text = f"[23/11/26 21.15.01] Darmaji: Kronologi\n{line}\n23/11/26 21.30 - Kasmuri: {CLASH}\n[23/11/26 21.40.01] Siti: {BLOCK}\n"
    assert [(who, said) for _, who, said in told(read(tuban, text))] == [
        ("Darmaji", f"Kronologi\n{line}"),
        ("Kasmuri", CLASH),
        ("Siti", BLOCK),
    ]


def test_what_looks_like_a_header_and_is_read_as_text_is_named(tuban: District) -> None:
    text = f"23/11/26 21.15 - Darmaji: Kronologi\n23/11/26 20.00 - Bentrok: 1 MD\n23/11/26 21.40 - Siti: {BLOCK}\n"
    reading = read(tuban, text)
    assert len(reading.rows) == 2
    assert reading.remarks == ("mirip kepala pesan, dibaca sebagai isi pesan di atasnya: baris 2",)
    assert not read(tuban, text.replace("Bentrok", "bentrok")).remarks


def test_a_late_message_and_a_second_export_below_the_first_keep_their_headers(tuban: District) -> None:
    text = (
        "27/11/26 21.00 - Sutarno: Tawuran di Soko\n"
        "27/11/26 21.10 - Wiwik: Warga memblokir jalan\n"
        "27/11/26 20.50 - Sutarno: Massa berkumpul di Soko\n"
        "20/11/26 08.00 - Joko: Pohon tumbang\n"
        "20/11/26 08.30 - Budi: Pos dilempari\n"
    )
    assert [who for _, who, _ in told(read(tuban, text))] == ["Sutarno", "Wiwik", "Sutarno", "Joko", "Budi"]


def test_a_late_message_of_a_number_nobody_has_in_his_book_keeps_its_header(tuban: District) -> None:
    text = (
        "23/11/26 21.15 - Sutarno: Tawuran di Soko\n"
        "23/11/26 21.20 - Wiwik: Warga memblokir jalan di Rengel\n"
        "23/11/26 21.14 - +62 812-0000-2222: Massa membakar ban di Parengan\n"
    )
    assert [who for _, who, _ in told(read(tuban, text))] == ["Sutarno", "Wiwik", "+6281200002222"]


@pytest.mark.parametrize(
    "said",
    [
        "Bentrok di Kec. Soko, 3 luka 1 MD, daftar korban di korban.xlsx (terlampir)",
        "Bentrok di Kec. Soko, 3 luka 1 MD, daftar korban di korban.xlsx (file terlampir)",
        "Daftar di korban.xlsx (attached)",
        "korban.xlsx (file terlampir) dan massa 50 orang",
        "Foto tidak disertakan karena gelap, massa 50 orang",
        "Massa 50 orang, foto tidak disertakan",
        "Image omitted because it was dark, 50 people",
        "Dokumen tidak disertakan ya ndan, massa bertahan",
        "rekap.pdf dokumen tidak disertakan, menyusul",
    ],
)
@pytest.mark.parametrize("header", ["23/11/26 21.15 - Budi: ", "[23/11/26 21.15.07] Budi: "])
def test_words_about_what_is_attached_are_somebodys(said: str, header: str, tuban: District) -> None:
    assert [text for _, _, text in told(read(tuban, f"{header}{said}\n"))] == [said]


@pytest.mark.parametrize(
    ("hour", "at"), [("01.12 pagi", "01.12"), ("3.05 pagi", "03.05"), ("12.30 malam", "00.30"), ("4.30 siang", "16.30")]
)
def test_hours_of_a_phone_with_parts_of_the_day_are_read(hour: str, at: str, tuban: District) -> None:
    assert [when[-5:] for when, _, _ in told(read(tuban, f"23/11/26 {hour} - Budi: Tawuran di Soko\n"))] == [at]


@pytest.mark.parametrize("mark", ["gambar tidak disertakan", "image omitted", "video omitted", "foto tidak disertakan"])
def test_a_mark_of_an_iphone_behind_words_is_left_out_and_they_stay(mark: str, tuban: District) -> None:
    text = f"[23/11/26 21.15.07] Budi: Massa bertahan di balai desa \u200e{mark}\n"
    assert [text for _, _, text in told(read(tuban, text))] == ["Massa bertahan di balai desa"]


NOISE = {
    "jajak pendapat": [
        "POLL:\nPerlu pleton?\nOPTION: Ya (3 votes)\nOPTION: Tidak (0 votes)\n",
        "POLLING:\nPerlu pleton?\nOPSI: Ya (2 suara)\n",
        "Jajak Pendapat:\nKapan rapat?\nOPSI: Malam ini (1 suara)",
    ],
    "pesan yang tidak terlihat": [
        "Waiting for this message",
        "Waiting for this message. This may take a while.",
        "Menunggu pesan ini",
        "Menunggu pesan ini. Mungkin perlu waktu beberapa saat.",
        "View once voice message omitted",
        "Media sekali lihat tidak disertakan",
        "You received a view once message. For added privacy, you can only open it on your phone.",
        "Anda menerima pesan sekali lihat. Untuk privasi tambahan, pesan ini hanya dapat dibuka di ponsel Anda.",
    ],
    "media tanpa keterangan": [
        "Wagiman.vcf (file terlampir)",
        "Wagiman.vcf (file attached)",
        "Wagiman.vcf \u200e<attached: 0001-Wagiman.vcf>",
        "Rekap.pdf \u2022 \u200e3 halaman \u200e<terlampir: 00001-Rekap.pdf>",
        "Rekap.pdf \u2022 12 pages document omitted",
        "Rekap.pdf (file terlampir)\nRekap.pdf",
        "Laporan Kec. Soko.docx (file attached)\nLaporan Kec. Soko",
        "DOC-20261123-WA0001. (file terlampir)",
        "contact card omitted",
    ],
    "kartu kontak": ["Pak Kades Jadi.vcf"],
    "lokasi terkini": ["live location shared", "lokasi terkini dibagikan"],
    "pesan yang dihapus": ["Anda menghapus pesan ini sebagai admin", "You deleted this message as admin Budi"],
    "panggilan": [
        "Panggilan suara. \u200e2 mnt",
        "Panggilan suara\n\u200e15 dtk",
        "Panggilan video. Tidak ada jawaban",
        "Missed voice call. \u200eTap to call back",
        "Voice call. \u200e12 min",
        "Panggilan tak terjawab",
        "Anda melewatkan panggilan suara",
    ],
}


@pytest.mark.parametrize(
    "header", ["27/11/26 21.{m} - {who}: ", "[27/11/26 21.{m}.05] {who}: ", "\u200e[27/11/26, 21.{m}.05] {who}: \u200e"]
)
@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, all_ in NOISE.items() for said in all_])
def test_what_is_nobodys_words_is_no_report_and_is_counted(tuban: District, header: str, kind: str, said: str) -> None:
    """Also within two minutes of a report of the same sender: it is glued to none."""
    plain = header.replace("\u200e", "")
    lines = [plain.format(m=15, who="Darmaji") + CLASH, header.format(m=16, who="Darmaji") + said]
    reading = read(tuban, "\n".join([*lines, plain.format(m=40, who="Suprapti") + BLOCK]))
    assert [text for _, _, text in told(reading)] == [CLASH, BLOCK]
    assert not faults(reading)
    assert reading.remarks == (f"1 {kind} tidak dijadikan laporan",)


@pytest.mark.parametrize(
    "said",
    [
        "Polling suara di TPS 3 ricuh",
        "POLLING:\nhasil sementara memicu protes di balai desa",
        "Menunggu pesan ini dari Kapolsek, massa bertahan",
        "Kartu Wagiman.vcf sudah saya kirim, dia saksi bentrok",
        "Rekap.pdf berisi daftar warga yang menolak tambang",
    ],
)
def test_words_that_only_look_like_an_applications_are_kept(tuban: District, said: str) -> None:
    assert [text for _, _, text in told(read(tuban, f"27/11/26 21.15 - Darmaji: {said}\n"))] == [said]


@pytest.mark.parametrize(
    "line",
    [
        "Anda ditambahkan",
        "Anda menambahkan +62 812-0000-2222",
        "Anda menghapus Suprapti",
        "Suprapti memulai panggilan grup",
        "Suprapti started a call",
        "Disappearing messages were turned on. New messages will disappear from this chat 24 hours after they're sent.",
        "You updated the message timer. New messages will disappear from this chat after 90 days.",
        "Pengaturan pesan sementara diperbarui. Pesan baru akan hilang dari chat ini 24 jam setelah dikirim.",
        "Suprapti's security code changed. Tap to learn more.",
    ],
)
def test_what_the_application_says_of_a_group_is_no_report(tuban: District, line: str) -> None:
    reading = read(tuban, f"27/11/26 21.10 - {line}\n27/11/26 21.15 - Darmaji: {CLASH}\n")
    assert [text for _, _, text in told(reading)] == [CLASH]
    assert not faults(reading)
    assert reading.remarks == ("1 pesan sistem tidak dijadikan laporan",)


def test_an_iphones_mark_before_a_name_that_is_spoken_to_makes_no_system_line(tuban: District) -> None:
    reading = read(tuban, f"[27/11/26 21.15.03] Darmaji: \u200e@\u2068Suprapti\u2069 {CLASH}\n")
    assert [text for _, _, text in told(reading)] == [f"@Suprapti {CLASH}"]


@pytest.mark.parametrize(
    ("origin", "source"),
    [("Kabar Semanding", "Kabar Semanding, "), (None, "sumber tidak diketahui, "), ("K" * 400, "K" * 120)],
)
def test_who_passes_a_message_on_is_not_its_source(tuban: District, origin: str | None, source: str) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "message", "date_unixtime": "1795789500", "from": "Darmaji", "text": CLASH, "forwarded_from": origin},
        {"type": "message", "date_unixtime": "1795789560", "from": "Darmaji", "text": "Mohon dicek"},
        {
            "type": "message",
            "date_unixtime": "1795789570",
            "from": "Darmaji",
            "text": "",
            "poll": {"question": "Datang?"},
        },
    ]
    reading = read(tuban, json.dumps({"messages": messages}), "result.json")
    first, second = told(reading)
    assert first[1].startswith(source)
    assert first[1].endswith("diteruskan oleh Darmaji")
    assert second[1:] == ("Darmaji", "Mohon dicek")
    assert reading.remarks == ("1 jajak pendapat tidak dijadikan laporan",)


def test_a_forwarded_message_that_was_copied_names_its_source(tuban: District) -> None:
    reading = read(tuban, f"Darmaji, [27.11.2026 21:15]\n[Forwarded from Kabar Semanding]\n{CLASH}\n")
    assert told(reading) == [("27/11/2026 21.15", "Kabar Semanding, diteruskan oleh Darmaji", CLASH)]
