"""Rows of a table that are no reports: they are passed over and named; what a person would file is never among them."""

from datetime import datetime
from typing import Any

import pytest

from schemas.district import District
from services.ingest.formats.detect import Reading
from tests.ingest.test_rekap import doubts, read, rows, when
from tests.ingest.workbooks import workbook

HEAD = "No;Tanggal;Desa;Uraian Kejadian;Pelapor\n"
ONE = "1;20/11/2026;Bangunrejo;Pemuda saling lempar batu;Darmaji\n"


def told(reading: Reading) -> list[str]:
    return [row.text for row in rows(reading)]


def names(district: District, reading: Reading) -> list[tuple[str | None, str | None]]:
    places = district.places
    return [
        (places[row.kecamatan].name if row.kecamatan else None, places[row.desa].name if row.desa else None)
        for row in rows(reading)
    ]


SIGNED = [
    ";;;Palang, 30 November 2026;\n;;;Camat Palang;\n;;;;\n;;;Dra. SITI AMINAH, M.M.;\n;;;NIP. 19680101 199001 2 001;\n",
    ";;;Mengetahui,;\n;;;Kepala Badan Kesatuan Bangsa dan Politik;\n;;;;\n;;;Drs. KASMURI, M.Si;\n",
    ";;;KAPOLSEK PALANG;\n;;;;\n;;;DARSONO, S.H.;\n;;;AKP NRP 72010111;\n",
    "Dibuat oleh:;;;Diperiksa oleh:;\nPetugas Piket;;;Kasi Trantib;\n;;;;\nSuparmin;;;Wagiran, S.Sos;\n",
    "Demikian laporan ini dibuat untuk menjadi periksa;;;;\n;;;Danramil 03/Palang;\n;;;Kapten Inf TUKIRAN;\n",
    ";;;Palang,      November 2026;\n;;;Pelapor,;\n;;;SUPRAPTI;\n",
]


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize(
    "total", ["", "JUMLAH;;;1 kejadian;\n", ";Sub Jumlah;;;1\n", ";;;Jumlah kejadian: 1;\n", "Total;;;;\n"]
)
def test_a_sum_and_a_signature_are_passed_over_and_named(tuban: District, signed: str, total: str) -> None:
    reading = read(tuban, f"{HEAD}{ONE}{total}{signed}", "rekap.csv")
    assert told(reading) == ["Pemuda saling lempar batu"]
    (remark,) = reading.remarks
    count = sum(1 for line in f"{total}{signed}".split("\n") if line.strip(";"))
    assert remark.startswith(f"{count} baris dilewati: ")
    assert ("jumlah (3)" in remark) == bool(total)
    assert "tanda tangan (" in remark


KEPT = [
    "Jumlah massa bertambah, pos dibakar",
    "Mengetahui ada massa datang, warga lari ke balai desa",
    "Kepala Desa Simo dipukul warga",
    "Total lima rumah dirusak massa",
    "Keterangan: massa masih bertahan di lapangan sampai malam",
    "Petugas dilempari batu saat membubarkan massa",
    "NIHIL korban, massa membakar ban",
]


@pytest.mark.parametrize("text", KEPT)
@pytest.mark.parametrize("place", ["middle", "last", "above a signature", "below a signature"])
def test_a_row_that_a_person_would_file_is_never_passed_over(tuban: District, text: str, place: str) -> None:
    """Even without a date, and with nothing beside it; a doubt says what is odd."""
    row, signed = f";;;{text};\n", SIGNED[0]
    below = {"middle": row + ONE, "last": row, "above a signature": row + signed, "below a signature": signed + row}
    reading = read(tuban, HEAD + ONE + below[place], "rekap.csv")
    (taken,) = [taken for taken in reading.rows if taken.row and taken.row.text == text]
    assert doubts(taken)


@pytest.mark.parametrize("signed", SIGNED)
def test_a_table_without_dates_keeps_its_reports_above_a_signature(tuban: District, signed: str) -> None:
    data = f"No;;Kecamatan;Uraian Kejadian;\n1;;Soko;Bentrok Pemuda;\n2;;Palang;Ribut;\n3;;Soko;Warga menutup jalan;\n{signed}"
    assert told(read(tuban, data, "rekap.csv")) == ["Bentrok Pemuda", "Ribut", "Warga menutup jalan"]


def test_a_legend_is_passed_over(tuban: District) -> None:
    reading = read(tuban, f"{HEAD}{ONE}Keterangan:;;;;\nMD = meninggal dunia;;;LB = luka berat;\n", "rekap.csv")
    assert told(reading) == ["Pemuda saling lempar batu"]
    assert reading.remarks == ("2 baris dilewati: keterangan (3-4)",)


@pytest.mark.parametrize(
    ("soko", "widang"),
    [
        ("KECAMATAN SOKO;;;;", "KECAMATAN WIDANG;;;;"),
        ("I;KECAMATAN SOKO;;;", "II;KEC. WIDANG;;;"),
        ("A.;Kec. Soko;;;", "B.;Kec. Widang:;;;"),
        ("Soko;;;;", "WIDANG;;;;"),
        ("POLSEK SOKO;;;;", "Koramil 14/Widang;;;;"),
        (";;;KECAMATAN SOKKO;", ";;;KECAMATAN WIDANG;"),
    ],
)
def test_a_kecamatan_over_rows_is_that_of_the_rows_below(tuban: District, soko: str, widang: str) -> None:
    """Of two desa of one name the title decides; a row that names its own kecamatan keeps it."""
    data = f"{HEAD}{soko}\n{ONE}{widang}\n1;21/11/2026;Ngadirejo;Warga menutup jalan;Darmaji\n"
    reading = read(tuban, data, "rekap.csv")
    assert names(tuban, reading) == [("Soko", "Bangunrejo"), ("Widang", "Ngadirejo")]
    assert reading.remarks == ("2 baris dilewati: judul kecamatan (2, 4)",)
    assert all("Kecamatan menurut judul" in row.notes for row in rows(reading))


def test_a_row_that_names_its_own_place_keeps_it_under_a_title(tuban: District) -> None:
    data = (
        "Tanggal;Kecamatan;Lokasi Kejadian;Uraian Kejadian\nKECAMATAN SOKO;;;\n"
        "20/11/2026;Rengel;;Ribut\n20/11/2026;;Ds. Ngadirejo Kec. Widang;Ricuh\n20/11/2026;;Balai desa;Rusuh\n"
    )
    reading = read(tuban, data, "rekap.csv")
    assert [kecamatan for kecamatan, _ in names(tuban, reading)] == ["Rengel", "Widang", "Soko"]


def test_a_desa_outside_of_the_titles_kecamatan_is_doubted(tuban: District) -> None:
    reading = read(tuban, f"{HEAD}KECAMATAN RENGEL;;;;\n{ONE}", "rekap.csv")
    assert names(tuban, reading) == [("Rengel", None)]
    assert doubts(reading.rows[0]) == ["Desa: Bangunrejo ada di Soko, bukan di Rengel, periksa tempat"]


def test_the_name_of_a_sheet_and_the_title_of_a_table_name_the_kecamatan(tuban: District) -> None:
    head = ["No", "Tanggal", "Desa", "Uraian Kejadian"]
    day = datetime(2026, 11, 20)  # noqa: DTZ001 - as Excel keeps it

    def prepare(book: Any, sheet: Any) -> None:
        sheet.title = "SOKO"
        for title, over in (("Kec. Widang", ["REKAP"]), ("Lembar3", ["REKAP KEJADIAN POLSEK RENGEL"])):
            more = book.create_sheet(title)
            for row in (over, head, [1, day, "Ngadirejo", "Ribut"]):
                more.append(row)

    reading = read(tuban, workbook(head, [1, day, "Wadung", "Ribut"], prepare=prepare))
    assert names(tuban, reading) == [("Soko", "Wadung"), ("Widang", "Ngadirejo"), ("Rengel", "Ngadirejo")]


def test_a_blank_date_where_others_have_one_is_doubted(tuban: District) -> None:
    reading = read(tuban, f"{HEAD}{ONE}2;;Simo;Warga menutup jalan;\n3;-;Simo;Ribut;\n", "rekap.csv")
    assert [bool(doubts(taken)) for taken in reading.rows] == [False, True, True]
    assert "kosong, padahal baris lain bertanggal" in doubts(reading.rows[1])[0]
    without = read(tuban, "Tanggal;Uraian\n;Ribut\n", "x.csv")
    assert not doubts(without.rows[0])


FORM = "Timestamp,Tanggal Kejadian,Kecamatan,Uraian Kejadian\n"


def test_a_column_without_proof_follows_the_files_other_dates_and_is_doubted(tuban: District) -> None:
    """Forms write every date in one order; that of sending has days past the twelfth sooner."""
    data = f"{FORM}11/20/2026 21:15:10,11/5/2026,Soko,Ribut\n11/21/2026 8:00:00,11/11/2026,Soko,Ricuh\n"
    first, second = read(tuban, data, "x.csv").rows
    assert first.row is not None
    assert second.row is not None
    assert (when(first.row), when(second.row)) == ("05/11/2026 00.00", "11/11/2026 00.00")
    assert "seperti di kolom tanggal lain" in doubts(first)[0]
    assert first.row.notes["Tanggal Kejadian"] == "11/5/2026"
    assert not doubts(second)


@pytest.mark.parametrize(
    "data",
    [
        f"{FORM}11/20/2026 21:15:10,5/11/2026,Soko,Ribut\n11/21/2026 8:00:00,20/11/2026,Soko,Ricuh\n",  # its own proof
        f"{FORM}20/11/2026 21:15:10,5/11/2026,Soko,Ribut\n",  # the others are written as here
        f"{FORM}sejak 11/20/2026 ada rapat warga di desa,5/11/2026,Soko,Ribut\n",  # a sentence is no date
    ],
)
def test_the_proof_of_a_column_itself_goes_first(tuban: District, data: str) -> None:
    first, *_ = read(tuban, data, "x.csv").rows
    assert first.row is not None
    assert when(first.row) == "05/11/2026 00.00"
    assert not doubts(first)


def test_two_columns_of_dates_are_decided_apart(tuban: District) -> None:
    data = "Tanggal Kejadian;Tanggal;Uraian\n5/11/2026;11/20/2026;Ribut\n20/11/2026;11/21/2026;Ricuh\n"
    assert [when(row) for row in rows(read(tuban, data, "x.csv"))] == ["05/11/2026 00.00", "20/11/2026 00.00"]


def test_a_report_half_written_is_no_title(tuban: District) -> None:
    """Its kecamatan is not that of the rows below, and it is refused by name."""
    data = "No;Kecamatan;Uraian Kejadian\n1;Soko;\n2;;Ribut\n"
    half, whole = read(tuban, data, "rekap.csv").rows
    assert [str(fault) for fault in half.faults] == ["Uraian Kejadian: wajib diisi"]
    assert whole.row is not None
    assert whole.row.kecamatan is None


SOKO_THEN = "No;Tanggal;Kecamatan;Uraian;Korban Luka;Korban Meninggal\n1;27/11/2026;Soko;Perkelahian pemuda;3;0\n"


@pytest.mark.parametrize("between", ["", ";;;;;\n", "JUMLAH;;;1;3;0\n", "KECAMATAN RENGEL;;;;;\n"])
def test_a_second_table_of_a_sheet_is_read_by_its_own_headings(tuban: District, between: str) -> None:
    """Columns that changed places change what a cell means; what is no heading there is noted under its own name."""
    second = (
        "No;Tanggal;Kecamatan;Uraian;Korban Meninggal;Korban Luka;Regu\n1;28/11/2026;Soko;Bentrok di pasar;0;3;II\n"
    )
    reading = read(tuban, SOKO_THEN + between + second, "rekap.csv")
    assert [(row.text, row.killed, row.injured) for row in rows(reading)] == [
        ("Perkelahian pemuda", None, 3), ("Bentrok di pasar", None, 3),
    ]  # fmt: skip
    assert rows(reading)[1].notes["Regu"] == "II"
    assert f"judul kolom ({3 + bool(between)})" in reading.remarks[0]


def test_headings_said_again_are_passed_over_and_part_nothing(tuban: District) -> None:
    """The order of the dates of all pages is one: that of the first proves that of the second."""
    heads = "No;Tanggal;Uraian;Korban;;Regu\n;;;Luka;Meninggal;\n"
    data = f"{heads}1;11/23/2026;Ribut;2;0;I\n{heads}2;11/5/2026;Ricuh;3;1;II\n"
    reading = read(tuban, data, "rekap.csv")
    assert [(when(row), row.injured, row.killed) for row in rows(reading)] == [
        ("23/11/2026 00.00", 2, None), ("05/11/2026 00.00", 3, 1),
    ]  # fmt: skip
    assert reading.remarks == ("2 baris dilewati: judul kolom (4-5)",)


def test_a_second_table_without_proof_of_its_dates_follows_the_first_and_is_doubted(tuban: District) -> None:
    data = "Tanggal;Uraian\n11/23/2026;Ribut\nUraian;Tanggal;Kecamatan\nRicuh;11/5/2026;Soko\n"
    first, second = read(tuban, data, "rekap.csv").rows
    assert first.row is not None
    assert second.row is not None
    assert (when(first.row), when(second.row)) == ("23/11/2026 00.00", "05/11/2026 00.00")
    assert "seperti di kolom tanggal lain" in doubts(second)[0]


@pytest.mark.parametrize("merged", [False, True])
def test_three_rows_of_headings_are_one(tuban: District, *, merged: bool) -> None:
    heads = (
        ["No", "Tanggal", "Uraian", "Korban", None, None, "Pelapor"],
        [None, None, None, "Luka", None, "Meninggal", None],
        [None, None, None, "Berat", "Ringan", None, None],
    )

    def merge(_: Any, sheet: Any) -> None:
        for area in ("A1:A3", "B1:B3", "C1:C3", "D1:F1", "D2:E2", "F2:F3", "G1:G3"):
            sheet.merge_cells(area)

    row = [1, "27/11/2026", "Bentrok pemuda", 2, 3, 1, "Darmaji"]
    (taken,) = rows(read(tuban, workbook(*heads, row, prepare=merge if merged else lambda _book, _sheet: None)))
    assert (taken.killed, taken.injured, taken.contact) == (1, 5, "Darmaji")
    assert taken.text == "Bentrok pemuda\nLuka berat: 2 orang."
