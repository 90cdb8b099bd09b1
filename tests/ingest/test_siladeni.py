"""Exports of Siladeni and its sisters: whatever the columns' order, every good row goes in and every bad one is named."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from schemas.district import District
from services.ingest.formats.detect import UnreadableFile, read_file
from services.ingest.formats.row import Taken

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HEADINGS = ["Judul", "Kategori Laporan", "Fakta", "Tanggal Kejadian", "Wilayah Kejadian", "Kecamatan", "Kelurahan/Desa"]
HEADINGS += [
    "Alamat",
    "Uraian Kejadian",
    "Latar Belakang",
    "Tindakan/Langkah Penanganan",
    "Rekomendasi",
    "Pelapor",
    "Status",
]
ROW = [
    "Tawuran pemuda di Soko",
    "Bentrok perguruan silat",
    "Dua orang luka bacok.",
    "20 April 2025 pkl 00.30 WIB",
    "Kab. Tuban",
]
ROW += [
    "Soko",
    "Bangunrejo",
    "Depan balai desa",
    "Sekitar 50 orang menyerang.",
    "Saling ejek",
    "Dilerai Polsek",
    "Patroli",
]
ROW += ["Pos Soko", "Proses"]


def xlsx(*rows: list[Any], above: int = 0, title: str = "Laporan") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for _ in range(above):
        sheet.append(["PEMERINTAH KABUPATEN TUBAN"])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, district: District, name: str = "laporan.xlsx") -> list[Taken]:
    return list(read_file(data, name, district, NOW).rows)


def table(rows: list[list[str]], sign: str = ",") -> str:
    return "\r\n".join(sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in rows)


def test_every_column_finds_its_field(tuban: District) -> None:
    (taken,) = read(xlsx(HEADINGS, ROW), tuban)
    row = taken.row
    assert row is not None
    assert row.text == (
        "Tawuran pemuda di Soko\nDua orang luka bacok.\nSekitar 50 orang menyerang.\nTindakan: Dilerai Polsek"
    )
    assert row.opinion == "Latar belakang: Saling ejek\nRekomendasi: Patroli"
    assert row.observed_at == datetime(2025, 4, 19, 17, 30, tzinfo=UTC)
    assert row.kecamatan == next(
        place.code for place in tuban.places.values() if place.name == "Soko" and place.kind == "kecamatan"
    )
    assert row.desa is not None
    assert tuban.places[row.desa].name == "Bangunrejo"
    assert (row.place, row.contact) == ("Depan balai desa", "Pos Soko")
    assert row.notes["Status"] == "Proses"


def test_order_case_spaces_and_rows_above_do_not_matter(tuban: District) -> None:
    (straight,) = read(xlsx(HEADINGS, ROW), tuban)
    turned = [f"  {heading.upper()} " for heading in reversed(HEADINGS)]
    (other,) = read(xlsx(turned, ROW[::-1], above=4), tuban)
    assert straight.row is not None
    assert other.row is not None
    assert straight.row.model_copy(update={"notes": {}}) == other.row.model_copy(update={"notes": {}})


def test_unknown_columns_are_kept_as_notes(tuban: District) -> None:
    (taken,) = read(xlsx(["No", *HEADINGS, "Cuaca"], [7, *ROW, "Hujan"]), tuban)
    assert taken.row is not None
    assert (taken.row.notes["No"], taken.row.notes["Cuaca"]) == ("7", "Hujan")


def test_a_category_nobody_declared_is_a_note_not_a_fault(tuban: District) -> None:
    (taken,) = read(xlsx(HEADINGS, [ROW[0], "Hal Lain-Lain", *ROW[2:]]), tuban)
    assert taken.row is not None
    assert taken.row.issue is None
    assert taken.row.notes["Kategori Laporan"] == "Hal Lain-Lain"


def test_a_category_by_its_label_is_an_issue(tuban: District) -> None:
    for code, issue in tuban.issues.items():
        (taken,) = read(xlsx(HEADINGS, [ROW[0], issue.label_id.upper(), *ROW[2:]]), tuban)
        assert taken.row is not None
        assert taken.row.issue == code


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_in_any_delimiter_and_encoding(tuban: District, sign: str, coding: str) -> None:
    rows = [HEADINGS, ["Cekcok di warung “Bu Rukün”, ramai", *ROW[1:]]]
    (taken,) = read(table(rows, sign).encode(coding), tuban, "ekspor.csv")
    assert taken.row is not None
    assert taken.row.text.startswith("Cekcok di warung “Bu Rukün”, ramai\n")
    assert taken.line == 2


def test_a_row_sent_twice_is_one_report(tuban: District) -> None:
    first, second = read(xlsx(HEADINGS, ROW, ROW), tuban)
    (later,) = read(table([HEADINGS, [*ROW[:-1], "Selesai"]]).encode(), tuban, "x.csv")
    assert first.row is not None
    assert second.row is not None
    assert later.row is not None
    assert first.row.id == second.row.id == later.row.id


def test_a_bad_row_is_named_and_the_rest_goes_on(tuban: District) -> None:
    def changed(place: int, value: object) -> list[Any]:
        return [*ROW[:place], value, *ROW[place + 1 :]]

    rows = [
        ROW,
        changed(5, "Atlantis"),
        changed(3, "32 Foktober 2025"),
        changed(3, "31/02/2025"),
        changed(3, "1 Januari 2027"),
        changed(3, datetime(2025, 4, 20, 1, 30)),  # noqa: DTZ001 - as Excel keeps it
        [*ROW[:8], "x" * 9000, *ROW[9:]],
        [None, "Tawuran", None, "20/04/2025", None, "Soko"],
    ]
    taken = read(xlsx(HEADINGS, *rows), tuban)
    told = {each.line: (each.faults[0].field, each.faults[0].why) for each in taken if each.row is None}
    assert told == {
        4: ("Tanggal Kejadian", "nama bulan tidak dikenal"),
        5: ("Tanggal Kejadian", "hari atau bulan tidak ada"),
        8: ("Uraian Kejadian", "paling panjang 8000 huruf"),
        9: ("Uraian Kejadian", "wajib diisi"),
    }
    assert [each.line for each in taken if each.row] == [2, 3, 6, 7]
    doubts = {each.line: [(doubt.field, doubt.why) for doubt in each.doubts] for each in taken if each.doubts}
    assert doubts == {  # neither a wrong clock nor an unknown place costs a report
        3: [("Kecamatan", "tidak dikenal di daerah ini maupun tetangganya, periksa tempat")],
        6: [("Tanggal Kejadian", "waktu ini belum terjadi")],
    }


def test_letterhead_repeated_headings_and_footers_are_no_rows(tuban: District) -> None:
    taken = read(xlsx(HEADINGS, ROW, [], HEADINGS, [None, "Tuban, 20 April 2025"], ROW, above=2), tuban)
    assert [each.line for each in taken] == [4, 8]
    assert all(each.row for each in taken)


def test_a_title_alone_is_named(tuban: District) -> None:
    (taken,) = read(xlsx(HEADINGS, ["Kepala Badan"]), tuban)
    assert taken.faults[0].field == "Uraian Kejadian"


def test_a_part_that_repeats_another_is_told_once(tuban: District) -> None:
    (taken,) = read(
        xlsx(["Judul", "Fakta", "Uraian"], ["RIBUT DI PASAR", "Ribut di pasar, dua luka.", "Ribut!"]), tuban
    )
    assert taken.row is not None
    assert taken.row.text == "Ribut di pasar, dua luka."


def test_every_sheet_is_read(tuban: District) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADINGS, ROW, title="Januari")))
    second = book.create_sheet("Februari")
    second.append(HEADINGS)
    second.append(["Lain", *ROW[1:]])
    book.create_sheet("Catatan").append(["bukan laporan"])
    out = io.BytesIO()
    book.save(out)
    assert [(each.sheet, each.line) for each in read(out.getvalue(), tuban)] == [("Januari", 2), ("Februari", 2)]


def test_formulas_are_never_computed(tuban: District) -> None:
    (taken,) = read(xlsx(HEADINGS, ["=1+1", *ROW[1:7], '=HYPERLINK("http://x")', *ROW[8:]]), tuban)
    assert taken.row is not None
    assert taken.row.text.startswith("Dua orang luka bacok.")
    (plain,) = read(table([HEADINGS, ["=cmd|' /C calc'!A0", *ROW[1:]]]).encode(), tuban, "x.csv")
    assert plain.row is not None
    assert plain.row.text.startswith("=cmd|' /C calc'!A0")


def test_a_stray_quote_costs_its_row_only(tuban: District) -> None:
    good = table([ROW])
    text = "\n".join([table([HEADINGS]), good, good.replace("Tawuran pemuda", '"Tawuran pemuda', 1), good, good])
    taken = read(text.encode(), tuban, "x.csv")
    assert [(each.line, bool(each.row)) for each in taken] == [(2, True), (3, False), (4, True), (5, True)]
    assert "kutip" in taken[1].faults[0].why


def test_a_quoted_cell_may_hold_lines_quotes_and_delimiters(tuban: District) -> None:
    text = table([HEADINGS, ROW]).replace("Sekitar 50 orang menyerang.", '"Baris satu,\nbaris ""dua""; tiga"')
    (taken,) = read(text.encode(), tuban, "x.csv")
    assert taken.row is not None
    assert 'Baris satu,\nbaris "dua"; tiga' in taken.row.text


def test_more_cells_than_headings_is_named(tuban: District) -> None:
    taken = read(table([HEADINGS, [*ROW, "lebih"], ROW]).encode(), tuban, "x.csv")
    assert [bool(each.row) for each in taken] == [False, True]


def test_a_neighbours_kecamatan_is_kept_in_words(tuban: District) -> None:
    (taken,) = read(xlsx(HEADINGS, [*ROW[:4], "Kabupaten Lamongan", "Babat", "Plaosan", *ROW[7:]]), tuban)
    assert taken.row is not None
    assert (taken.row.kecamatan, taken.row.desa) == (None, None)
    assert taken.row.place == "Depan balai desa, Plaosan, Babat, Kabupaten Lamongan"


def test_a_place_may_stand_in_the_address_alone(tuban: District) -> None:
    (taken,) = read(xlsx(["Uraian", "Alamat"], ["Ribut", "Jl. Raya, Ds. Bangunrejo Kec. Soko, Kab. Tuban"]), tuban)
    assert taken.row is not None
    assert taken.row.desa is not None
    assert tuban.places[taken.row.desa].name == "Bangunrejo"


def test_date_and_hour_may_stand_in_two_columns(tuban: District) -> None:
    (taken,) = read(
        xlsx(["Uraian", "Tanggal Kejadian", "Waktu Kejadian"], ["Ribut", "20/04/2025", "pukul 01.30"]), tuban
    )
    assert taken.row is not None
    assert taken.row.observed_at == datetime(2025, 4, 19, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "anonymous"),
    [
        ("Anonim", True),
        ("rahasia", True),
        ("0812-3456-7890, identitas dirahasiakan", True),
        ("Pak Darmo (mohon dirahasiakan) 081234567890", True),
        ("tolong rahasiakan nama saya", True),
        ("Warga, tidak mau disebutkan namanya", True),
        ("jangan disebut, 081234567890", True),
        ("Darmo, tidak mau diketahui", True),
        ("081234567890 identitas disamarkan", True),
        ("Darmo, mohon nama disembunyikan", True),
        ("Darmo (nama jangan dicantumkan)", True),
        ("Pak Darmo, tidak ingin namanya disebut", True),
        ("Pak Darmo tidak  mau\nnamanya disebut", True),
        ("Bu Sri, tidak berkenan disebut", True),
        ("Darmo, jangan sampai bocor", True),
        ("Darmo dirahasiakn", True),
        ("Darmo, jgn bilang siapa yang kasih tau", True),
        ("Darmo, identitas mohon tidak ditulis", True),
        ("Darmo, tolong dijaga kerahasiaannya", True),
        ("Darmo, no HP tidak diketahui", False),
        ("Darmo, jangan ditelepon malam", False),
        ("Samari, Samarinda", False),
        ("Darmo, tidak mau difoto", False),
        ("Tidak disebutkan", False),
        ("Darmo, staf bagian kerahasiaan", False),
        ("Darmo 081234567890", False),
    ],
)
def test_a_reporter_who_asks_not_to_be_named_is_not(tuban: District, said: str, anonymous: bool) -> None:  # noqa: FBT001
    (taken,) = read(xlsx(HEADINGS, [*ROW[:12], said, "Baru"]), tuban)
    assert taken.row is not None
    assert bool(taken.row.anonymous) is anonymous
    assert anonymous is (taken.row.contact is None) or said == "Tidak disebutkan"


def test_a_nul_in_a_csv_is_named(tuban: District) -> None:
    taken = read(table([HEADINGS, ["a\x00b", *ROW[1:]], ROW]).encode(), tuban, "x.csv")
    assert [bool(each.row) for each in taken] == [False, True]


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a/>" + b" " * (101 * 1024 * 1024))
    return out.getvalue()


def _entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(HEADINGS, ROW))) as whole, zipfile.ZipFile(out, "w") as archive:
        for part in whole.infolist():
            body = whole.read(part)
            if part.filename.endswith("sheet1.xml"):
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body
            archive.writestr(part, body)
    return out.getvalue()


def _torn() -> bytes:
    whole = xlsx(HEADINGS, *[ROW] * 50)
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("made", "name"),  # made when it is read: every process that shares the tests would make all of them
    [
        (_bomb, "bom.xlsx"),
        (_entities, "entitas.xlsx"),
        (_torn, "robek.xlsx"),
        (lambda: b"PK\x03\x04", "x.xlsx"),
        (lambda: b"bukan zip", "x.xlsx"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lama.xls"),
        (lambda: b"", "kosong.csv"),
        (lambda: b"satu,dua\n1,2\n", "lain.csv"),
        (lambda: xlsx(["satu", "dua"], [1, 2]), "lain.xlsx"),
    ],
    ids=["bomb", "entities", "torn", "head only", "no zip", "old xls", "empty", "other csv", "other xlsx"],
)
def test_a_file_that_cannot_be_read_says_so(tuban: District, made: Callable[[], bytes], name: str) -> None:
    data = made()
    with pytest.raises(UnreadableFile):
        read(data, tuban, name)
