"""Tables as offices really keep them: nil rows, drawn lines, sections, one cell for a whole row, hidden columns, slips."""

import json
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from schemas.district import District
from services.ingest.formats.detect import UnreadableFile
from tests.ingest.test_rekap import DAY, HEAD, read, rows, when
from tests.ingest.workbooks import workbook


def faults(district: District, data: bytes | str, name: str = "x.csv") -> list[list[str]]:
    return [[str(fault) for fault in taken.faults] for taken in read(district, data, name).rows]


def doubts(district: District, data: bytes | str, name: str = "x.csv") -> list[list[str]]:
    return [[str(doubt) for doubt in taken.doubts] for taken in read(district, data, name).rows]


@pytest.mark.parametrize(
    "nil", ["Nihil", "NIHIL", "- Nihil -", "Tidak ada kejadian", "Nihil kejadian menonjol", "tdk ada"]
)
def test_a_row_that_says_nothing_happened_is_no_report_and_is_named(tuban: District, nil: str) -> None:
    text = f"Tanggal;Kecamatan;Uraian;Korban MD\n23/11/2026;Soko;Ribut;\n24/11/2026;Rengel;{nil};0\n"
    reading = read(tuban, text, "x.csv")
    assert [row.text for row in rows(reading)] == ["Ribut"]
    assert reading.remarks == ("1 baris dilewati: nihil (3)",)
    dead = rows(read(tuban, text.replace(";0\n", ";1\n"), "x.csv"))
    assert [row.killed for row in dead] == [None, 1]


@pytest.mark.parametrize(
    "told", ["Nihil korban, massa 50 orang bertahan", "Tidak ada kejadian lain selain bentrok di pasar"]
)
def test_words_beside_nil_are_a_report(tuban: District, told: str) -> None:
    assert [row.text for row in rows(read(tuban, f"Tanggal;Uraian\n23/11/2026;{told}\n", "x.csv"))] == [told]


@pytest.mark.parametrize("sign", ["-", "--", ".", "...", "?", "*"])
def test_a_telling_of_signs_alone_is_missing(tuban: District, sign: str) -> None:
    assert faults(tuban, f"Tanggal;Kecamatan;Uraian\n23/11/2026;Soko;{sign}\n") == [["Uraian: wajib diisi"]]


def test_a_line_drawn_with_signs_is_no_row(tuban: District) -> None:
    text = "| Tanggal | Uraian | Pelapor |\n|---|:---:|---|\n| 23/11/2026 | Ribut | Budi |\n"
    (row,) = rows(read(tuban, text, "x.csv"))
    assert (row.text, row.contact) == ("Ribut", "Budi")


def test_a_section_with_its_letter_is_no_report_and_a_report_half_written_is_refused(tuban: District) -> None:
    lines: list[list[Any]] = [HEAD, ["A", "SILAT"], [1, DAY, "Soko", "Jati", "Ribut", "Budi"], ["II.", "AGAMA"]]
    reading = read(tuban, workbook(*lines))
    assert [row.text for row in rows(reading)] == ["Ribut"]
    assert "baris dengan satu sel (2, 4)" in reading.remarks[0]
    for half in ([2, DAY], [2, "kemarin"], [2, "Senin malam"], [2, "23 Novemer"], [2, None, "Soko"]):
        assert len(faults(tuban, workbook(HEAD, half), "x.xlsx")) == 1, half


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#ERROR!", "Err:508", "#GETTING_DATA", "########"])
def test_no_sign_of_a_spreadsheet_is_a_telling_a_day_or_a_place(tuban: District, error: str) -> None:
    for place, column in enumerate(("Tanggal", "Kecamatan", "Uraian")):
        cells = ["23/11/2026", "Soko", "Ribut"]
        cells[place] = error
        ((fault,),) = faults(tuban, f"Tanggal;Kecamatan;Uraian\n{';'.join(cells)}\n")
        assert fault.startswith(f"{column}: ")
        assert ("sempit" in fault) == error.startswith("##")
        told = {"Uraian": "Ribut", "Tanggal": "23/11/2026", column: error}
        assert faults(tuban, json.dumps(told), "x.jsonl") == [[fault]]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_rows_that_stand_in_one_cell_each_are_cut(tuban: District, sign: str) -> None:
    """A csv of another delimiter, opened and saved again; its line numbers stay."""
    told = [
        sign.join(("Tanggal", "Kecamatan", "Uraian", "Pelapor")),
        "",
        sign.join(("23/11/2026", "Soko", f'"Ribut{sign} massa 50"', "Budi")),
        sign.join(("24/11/2026", "Rengel", "Ricuh", "Siti")),
    ]
    quoted = "".join('"' + line.replace('"', '""') + '"\n' for line in told)
    for reading in (read(tuban, workbook(*([line] for line in told))), read(tuban, quoted, "x.csv")):
        assert [(row.text, row.kecamatan, row.contact) for row in rows(reading)] == [
            (f"Ribut{sign} massa 50", "35.23.11", "Budi"),
            ("Ricuh", "35.23.14", "Siti"),
        ]
        assert [taken.line for taken in reading.rows] == [3, 4]


def test_numbers_of_the_calendar_of_1904_are_its_days(tuban: District) -> None:
    def old(book: Any, _: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    lines: list[list[Any]] = [
        ["Tanggal", "Jam", "Uraian"],
        [46349 - 1462, 0.5, "Ribut"],
        [46349.75 - 1462, None, "Ricuh"],
    ]
    assert [when(row) for row in rows(read(tuban, workbook(*lines, prepare=old)))] == [
        "23/11/2026 12.00",
        "23/11/2026 18.00",
    ]


def test_hidden_columns_and_comments_are_named(tuban: District) -> None:
    def prepare(_: Any, sheet: Any) -> None:
        for column in ("F", "H"):
            sheet.column_dimensions[column].hidden = True
        sheet["E2"].comment = Comment("dua luka", "X")

    reading = read(tuban, workbook(HEAD, [1, DAY, "Soko", "Jati", "Ribut", "Budi"], prepare=prepare))
    assert [row.contact for row in rows(reading)] == ["Budi"]
    assert reading.remarks == (
        "lembar Rekap: kolom F tersembunyi, tetap dibaca",
        "lembar Rekap: komentar pada sel tidak dibaca",
    )


@pytest.mark.parametrize("heading", ["Timestamp", "Stempel waktu", "Tanggal Lapor", "_submission_time"])
def test_the_time_of_telling_stands_in_where_no_row_says_when(tuban: District, heading: str) -> None:
    """It is nearer than the time of sending the file, is doubted, and stays a note; a row's own time goes before it."""
    text = f"{heading};Tanggal Kejadian;Uraian\n24/11/2026 08:01:11;23/11/2026;Ribut\n25/11/2026 09:02:00;;Ricuh\n"
    own, told = read(tuban, text, "x.csv").rows
    assert own.row is not None
    assert told.row is not None
    assert [when(row) for row in (own.row, told.row)] == ["23/11/2026 00.00", "25/11/2026 09.02"]
    assert ([str(doubt) for doubt in own.doubts], len(told.doubts)) == ([], 1)
    assert "dipakai waktu lapornya" in str(told.doubts[0])
    assert told.row.notes[heading] == "25/11/2026 09:02:00"
    (alone,) = rows(read(tuban, json.dumps({"text": "Ribut", heading: "2026-11-25 09:02"}), "x.jsonl"))
    assert when(alone) == "25/11/2026 09.02"


def test_the_order_of_the_time_of_telling_is_its_columns(tuban: District) -> None:
    text = "Timestamp;Kecamatan;Uraian\n11/5/2026 08:01:11;Soko;Ribut\n11/24/2026 08:01:11;Soko;Ricuh\n"
    assert [when(row) for row in rows(read(tuban, text, "x.csv"))] == ["05/11/2026 08.01", "24/11/2026 08.01"]


def test_a_long_heading_with_one_slip_is_read_and_said(tuban: District) -> None:
    text = "Tangal Kejadian;Kecamtan;Uraian Kejadian;Pelpor\n23/11/2026;Soko;Ribut;Budi\n"
    reading = read(tuban, text, "x.csv")
    (row,) = rows(reading)
    assert (when(row), row.kecamatan, row.contact) == ("23/11/2026 00.00", "35.23.11", "Budi")
    assert reading.remarks[1] == "judul kolom Kecamtan tidak dikenal, dibaca Kecamatan"
    assert len(reading.remarks) == 3


@pytest.mark.parametrize("heading", ["Terlapor", "Pelaku", "Pelapor2", "Dosa", "Korban Laka", "Alokasi", "Bintang"])
def test_another_word_is_no_slip(tuban: District, heading: str) -> None:
    reading = read(tuban, f"Tanggal;Kecamatan;Uraian;{heading}\n23/11/2026;Soko;Ribut;Budi\n", "x.csv")
    assert [row.notes.get(heading) for row in rows(reading)] == ["Budi"]


def test_a_table_without_rows_says_so(tuban: District) -> None:
    assert read(tuban, "Tanggal;Uraian\n", "x.csv").remarks == ("tidak ada baris laporan di bawah judul kolom",)


def test_words_of_people_count_beside_the_text_of_a_row_of_json(tuban: District) -> None:
    """As they do in a table; whole numbers fill their fields, and a text alone stays as it was written."""
    told = {"text": "Bentrok di pasar ", "Massa": "50-100 orang", "Korban Luka": 2, "Tindakan": "Olah TKP"}
    (row,) = rows(read(tuban, json.dumps(told), "x.jsonl"))
    assert row.text == "Bentrok di pasar \nMassa: 50-100 orang.\nTindakan: Olah TKP"
    assert row.injured == 2
    (alone,) = rows(read(tuban, json.dumps({"text": " Bentrok\n\ndi pasar "}), "x.jsonl"))
    assert alone.text.strip() == "Bentrok\n\ndi pasar"


DITTO = ['"', "\u201d", "- \u201d -", "sda", "s.d.a.", "Sda", "idem", "sama dengan di atas"]


@pytest.mark.parametrize("mark", DITTO)
def test_a_mark_of_repeating_stands_for_the_cell_above(tuban: District, mark: str) -> None:
    """Also of the row that was repeated itself; in the first row there is nothing to repeat."""
    lines: list[list[Any]] = [HEAD, [1, DAY, "Soko", "Jati", "Ribut", "Budi"], [2, mark, mark, "Wadung", "Ricuh", mark]]
    told = rows(read(tuban, workbook(*lines, [3, mark, mark, mark, "Rusuh", "Siti"])))
    assert [(when(row), row.kecamatan, row.contact) for row in told] == [
        ("20/11/2026 09.00", "35.23.11", "Budi"),
        ("20/11/2026 09.00", "35.23.11", "Budi"),
        ("20/11/2026 09.00", "35.23.11", "Siti"),
    ]
    assert told[1].desa == told[2].desa
    assert len(faults(tuban, workbook(HEAD, [1, mark, "Soko", "Jati", "Ribut", "Budi"]), "x.xlsx")) == 1


@pytest.mark.parametrize("day", ["Senin, 23 November 2026", "23/11/2026", "Senin Kliwon 23 Nov 2026"])
@pytest.mark.parametrize("heading", ["No", "Tanggal"])
def test_a_day_in_a_row_of_its_own_is_that_of_the_rows_below(tuban: District, day: str, heading: str) -> None:
    """With their hours; a row's own date goes before it, and the next such row ends it."""
    text = (
        f"{heading};Jam;Kecamatan;Uraian\n;;;\n{day};;;\n;21.15;Soko;Ribut\n;;Soko;Ricuh\n"
        "24 November 2026;;;\nKECAMATAN RENGEL;;;\n;;;Rusuh\n"
    )
    told = rows(read(tuban, text, "x.csv"))
    assert [when(row) for row in told] == ["23/11/2026 21.15", "23/11/2026 00.00", "24/11/2026 00.00"]
    assert (told[0].notes["Tanggal menurut judul"], told[2].kecamatan) == (day, "35.23.14")


@pytest.mark.parametrize("foot", ["Tuban, 30 November 2026", "Dicetak 30/11/2026 10.00", "Data per 30 November 2026"])
def test_the_date_of_a_footer_is_no_day_of_a_row(tuban: District, foot: str) -> None:
    data = f"No;Tanggal;Uraian\n{foot};;\n1;;Massa masih bertahan di balai desa Jadi\n"
    (row,) = [taken.row for taken in read(tuban, data, "x.csv").rows if taken.row]
    assert row.observed_at is None


def test_a_row_whose_cells_were_not_parted_is_named_and_not_passed_over(tuban: District) -> None:
    assert faults(tuban, "Tanggal;Kecamatan;Uraian\n23/11/2026,Soko,Ribut\n24/11/2026;Soko;Ricuh\n")[0]


@pytest.mark.parametrize(
    ("first", "last"), [("Jam Mulai", "Jam Selesai"), ("Jam Awal", "Jam Akhir"), ("Jam", "Jam Selesai")]
)
def test_the_hours_of_two_columns_are_a_range(tuban: District, first: str, last: str) -> None:
    (row,) = rows(read(tuban, f"Tanggal;{first};{last};Uraian\n23/11/2026;21.15;22.00;Ribut\n", "x.csv"))
    assert row.observed_until is not None
    assert (when(row), (row.observed_until - row.observed_at).seconds) == ("23/11/2026 21.15", 2700)  # type: ignore[operator]


@pytest.mark.parametrize(("first", "days"), [("Tanggal Mulai", 3), ("Tgl Awal", 3), ("Tanggal", 1)])
def test_the_days_of_two_columns_are_a_range_where_the_first_is_its_beginning(
    tuban: District, first: str, days: int
) -> None:
    """ "Tanggal Selesai" beside "Tanggal" may be when a case was closed: it stays a note."""
    (row,) = rows(read(tuban, f"{first};Tanggal Selesai;Uraian\n23/11/2026;25/11/2026;Ribut\n", "x.csv"))
    assert row.observed_until is not None
    assert (when(row), (row.observed_until - row.observed_at).days) == ("23/11/2026 00.00", days)  # type: ignore[operator]
    assert row.notes == {"Tanggal Selesai": "25/11/2026"}


def test_an_hour_without_a_date_says_what_is_missing(tuban: District) -> None:
    assert faults(tuban, "Tanggal;Jam;Uraian\n;21.15;Ribut\n") == [["Jam: jam tanpa tanggal: isi tanggalnya"]]


@pytest.mark.parametrize("post", ["a.n. KAPOLSEK SOKO", "an. CAMAT SOKO", "Plt. KEPALA DESA JATI", "u.b. KASI TRANTIB"])
def test_who_signs_for_another_is_no_report(tuban: District, post: str) -> None:
    text = (
        f"No;Tanggal;Uraian\n1;23/11/2026;Ribut\n;;{post}\n;;KANIT INTELKAM\n;;\n;;SUYONO, S.H.\n;;IPTU NRP 76010101\n"
    )
    assert [row.text for row in rows(read(tuban, text, "x.csv"))] == ["Ribut"]


FORM = [("Tanggal", "23/11/2026"), ("Jam", "21.15"), ("Kecamatan", "Soko"), ("Desa", "Jati"), ("Uraian Kejadian", "Ribut di pasar"),
        ("Cuaca", "hujan"), ("Nama Pelapor", "Budi")]  # fmt: skip


@pytest.mark.parametrize("form", ["two columns", "a colon between", "numbered", "one cell each", "a colon before"])
def test_a_form_whose_headings_stand_under_each_other_is_one_report(tuban: District, form: str) -> None:
    lines: dict[str, list[list[Any]]] = {
        "two columns": [[label, value] for label, value in FORM],
        "a colon between": [[label, None, ":", value] for label, value in FORM],
        "numbered": [[f"{at}.", f"{label} :", value] for at, (label, value) in enumerate(FORM, 1)],
        "one cell each": [[f"{label} : {value}"] for label, value in FORM],
        "a colon before": [[label, f": {value}"] for label, value in FORM],
    }
    data = workbook(["FORMULIR LAPORAN"], [], *lines[form], [], ["Tuban, 30 November 2026"], ["Kepala Badan"])
    reading = read(tuban, data)
    (row,) = rows(reading)
    assert reading.remarks == ("lembar Rekap: di luar isian formulir, tidak dibaca: baris 1, 11-12",)
    assert (when(row), row.text, row.contact) == ("23/11/2026 21.15", "Ribut di pasar", "Budi")
    assert row.desa is not None
    assert row.notes == {"Cuaca": "hujan"}


def test_forms_under_each_other_are_a_report_each_and_their_text_goes_on_below(tuban: District) -> None:
    text = (
        "Tanggal;23/11/2026\nKecamatan;Soko\nUraian Kejadian;Ribut\n;massa 50 orang\n\n"
        "Tanggal;24/11/2026\nKecamatan;Rengel\nUraian Kejadian;Ricuh\nPelapor;Siti\n"
    )
    reading = read(tuban, text, "x.csv")
    assert [(row.text, when(row)[:5], row.contact) for row in rows(reading)] == [
        ("Ribut\nmassa 50 orang", "23/11", None),
        ("Ricuh", "24/11", "Siti"),
    ]
    assert [taken.line for taken in reading.rows] == [1, 6]


def test_a_list_of_names_is_no_form(tuban: District) -> None:
    with pytest.raises(UnreadableFile, match="tidak ada baris judul"):
        read(tuban, workbook(["Nama", "Budi"], ["Alamat", "Soko"], ["Umur", 20]))
