"""Tables that offices keep: merged cells, two heading rows, hidden sheets, formulas, dates in two minds."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from schemas.district import District
from services.ingest.formats.detect import Reading, UnreadableFile, read_file
from services.ingest.formats.row import Taken
from services.ingest.validation import Row
from tests.ingest.workbooks import strict, with_part, without_values, workbook

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
WIB = timedelta(hours=7)
HEAD = ["No", "Tanggal Kejadian", "Kecamatan", "Desa", "Uraian Kejadian", "Pelapor"]
DAY = datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001 - as Excel keeps it


def read(district: District, data: bytes | str, name: str = "rekap.xlsx") -> Reading:
    return read_file(data.encode() if isinstance(data, str) else data, name, district, NOW)


def rows(reading: Reading) -> list[Row]:
    assert all(taken.row for taken in reading.rows), [str(fault) for taken in reading.rows for fault in taken.faults]
    return [taken.row for taken in reading.rows if taken.row]


def when(row: Row) -> str:
    assert row.observed_at is not None
    return f"{row.observed_at + WIB:%d/%m/%Y %H.%M}"


def doubts(taken: Taken) -> list[str]:
    return [str(doubt) for doubt in taken.doubts]


def test_merged_cells_are_filled_down_and_only_down(tuban: District) -> None:
    def merge(_: Any, sheet: Any) -> None:
        for area in ("A1:F1", "B3:B5", "C3:C5", "A7:F7"):
            sheet.merge_cells(area)

    data = workbook(
        ["REKAP KEJADIAN"],
        HEAD,
        [1, DAY, "Palang", "Sumurgung", "Warga memblokir jalan", "Darmaji"],
        [2, None, None, "Glodog", "Warga memblokir jalan", "Suprapti"],
        [3, None, None, "Tasikmadu", "Ribut batas tanah", "Kasmuri"],
        [4, None, "Soko", "Bangunrejo", "Ribut di balai desa", "Kasmuri"],
        ["Mengetahui, Camat"],
        prepare=merge,
    )
    first, second, third, fourth = rows(read(tuban, data))
    assert [when(row) for row in (first, second, third)] == ["20/11/2026 09.00"] * 3
    assert len({row.kecamatan for row in (first, second, third)}) == 1
    assert len({row.desa for row in (first, second, third)}) == 3
    assert (fourth.observed_at, fourth.kecamatan) == (None, "35.23.11")


def test_a_row_that_lies_wholly_in_merged_cells_is_no_second_report(tuban: District) -> None:
    def merge(_: Any, sheet: Any) -> None:
        for column in "ABCDE":
            sheet.merge_cells(f"{column}2:{column}3")

    data = workbook(HEAD, [1, DAY, "Palang", "Glodog", "Warga memblokir jalan", "Darmaji"], [], prepare=merge)
    assert len(rows(read(tuban, data))) == 1


TOP = ["No", "Waktu Kejadian", None, "Lokasi Kejadian", None, "Uraian Kejadian", "Korban", None]
BELOW = [None, "Tanggal", "Jam", "Kecamatan", "Desa", None, "MD", "LB"]
TWO = [1, datetime(2026, 11, 23), time(21, 15), "Soko", "Bangunrejo", "Dua rombongan pemuda saling serang", 0, 2]  # noqa: DTZ001


def test_two_heading_rows_are_joined(tuban: District) -> None:
    def merge(_: Any, sheet: Any) -> None:
        for area in ("A1:A2", "B1:C1", "D1:E1", "F1:F2", "G1:H1"):
            sheet.merge_cells(area)

    (row,) = rows(read(tuban, workbook(TOP, BELOW, TWO, prepare=merge)))
    assert (when(row), row.kecamatan, row.desa) == ("23/11/2026 21.15", "35.23.11", "35.23.11.2016")
    assert row.notes == {"No": "1", "Korban / MD": "0"}
    assert (row.killed, row.injured) == (None, 2)
    assert row.text == "Dua rombongan pemuda saling serang\nLuka berat: 2 orang."


def test_two_heading_rows_of_a_csv_are_joined_too(tuban: District) -> None:
    text = "No;Waktu Kejadian;;Lokasi Kejadian;;Uraian Kejadian\n;Tanggal;Jam;Kecamatan;Desa;\n1;23/11/2026;21.15;Soko;Bangunrejo;Ribut\n"
    (row,) = rows(read(tuban, text, "rekap.csv"))
    assert (when(row), row.kecamatan, row.desa, row.text) == ("23/11/2026 21.15", "35.23.11", "35.23.11.2016", "Ribut")


def test_a_first_row_of_short_words_is_no_second_heading(tuban: District) -> None:
    (row,) = rows(read(tuban, "Kecamatan;Desa;Uraian Kejadian\nSoko;Bangunrejo;Ribut\n", "rekap.csv"))
    assert (row.kecamatan, row.text) == ("35.23.11", "Ribut")


def test_a_column_without_a_heading_is_a_note(tuban: District) -> None:
    data = workbook([*HEAD, None], [1, DAY, "Soko", "Bangunrejo", "Ribut", "Darmaji", "2 luka", "dan lagi"])
    (row,) = rows(read(tuban, data))
    assert row.notes == {"No": "1", "Kolom G": "2 luka", "Kolom H": "dan lagi"}


def test_the_numbers_of_columns_are_no_report(tuban: District) -> None:
    for numbers in ("(1);(2);(3)", "1;2;3"):
        (row,) = rows(read(tuban, f"No;Judul;Uraian Kejadian\n{numbers}\n1;Ribut;Dua orang bertengkar\n", "x.csv"))
        assert row.text == "Ribut\nDua orang bertengkar"
    later = read(
        tuban, "No;Judul;Uraian Kejadian\n1;Ribut;Dua orang\n(1);(2);(3)\n2;Ricuh;Tiga orang\n1;2;3\n", "x.csv"
    )
    assert [row.text for row in rows(later)] == ["Ribut\nDua orang", "Ricuh\nTiga orang", "2\n3"]


def test_hidden_sheets_are_left_out_and_named_and_hidden_rows_are_named(tuban: District) -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        for name, state in (("Contoh", "veryHidden"), ("Lama", "hidden")):
            more = book.create_sheet(name)
            more.append(HEAD)
            more.append([1, DAY, "Soko", "Bangunrejo", "CONTOH: lima orang meninggal", "X"])
            more.sheet_state = state
        book.create_sheet("Daftar").append(["kode", "arti"])
        book.create_sheet("Kosong")

    data = workbook(
        HEAD,
        [1, DAY, "Soko", "Bangunrejo", "Ribut", "Darmaji"],
        [2, DAY, "Palang", "Glodog", "Ricuh", "Darmaji"],
        prepare=hide,
    )
    reading = read(tuban, data)
    assert [row.text for row in rows(reading)] == ["Ribut", "Ricuh"]
    assert [bool(doubts(taken)) for taken in reading.rows] == [False, True]
    assert "tersembunyi" in doubts(reading.rows[1])[0]
    assert [remark.split(" tersembunyi")[0] for remark in reading.remarks[:2]] == ["lembar Contoh", "lembar Lama"]
    assert reading.remarks[2:] == ("lembar Daftar tidak dibaca: tidak ada baris judul kolom yang dikenal",)


def test_only_hidden_sheets_is_said(tuban: District) -> None:
    def hide(book: Any, sheet: Any) -> None:
        book.create_sheet("Sampul").append(["Rekap"])
        sheet.sheet_state = "hidden"

    with pytest.raises(UnreadableFile, match="lembar Rekap tersembunyi"):
        read(tuban, workbook(HEAD, [1, DAY, "Soko", "Bangunrejo", "Ribut", "X"], prepare=hide))


def test_a_formula_without_a_value_is_named_and_refused_where_the_report_would_lack_it(tuban: District) -> None:
    data = without_values(
        workbook(
            ["No", "Tgl", "Jam", "Tanggal Kejadian", "Kecamatan", "Uraian Kejadian", "Cuaca"],
            [1, datetime(2026, 11, 20), time(21, 15), "=B2+C2", "Soko", "Ribut", None],  # noqa: DTZ001
            [2, datetime(2026, 11, 20), time(20, 0), None, '=IF(TRUE,"Rengel","")', "Ricuh", None],  # noqa: DTZ001
            [3, None, None, "=TODAY()", "Soko", "Ribut", None],
            [4, datetime(2026, 11, 20), time(20, 0), None, "Soko", "=A1&B1", None],  # noqa: DTZ001
            [5, datetime(2026, 11, 20), time(20, 0), None, "Soko", "Ribut", '="hu"&"jan"'],  # noqa: DTZ001
        )
    )
    first, second, third, fourth, fifth = read(tuban, data).rows
    assert first.row is not None
    assert when(first.row) == "20/11/2026 21.15"
    assert doubts(first)[0].startswith("Tanggal Kejadian: rumus tanpa nilai")
    assert [str(fault).split(":")[0] for fault in (*second.faults, *third.faults, *fourth.faults)] == [
        "Kecamatan",
        "Tanggal Kejadian",
        "Uraian Kejadian",
    ]
    assert fifth.row is not None
    assert doubts(fifth)[0].startswith("Cuaca: rumus")


def test_a_formula_with_its_value_is_read_and_one_in_error_is_named(tuban: District) -> None:
    data = workbook(HEAD, [1, DAY, "Soko", "=A1", "Ribut", "#REF!"])
    data = with_part(
        data,
        "sheet1.xml",
        lambda body: body.replace(b"</f><v />", b"</f><v>Bangunrejo</v>").replace(
            b"</f><v></v>", b"</f><v>Bangunrejo</v>"
        ),
    )
    (taken,) = read(tuban, with_part(data, "sheet1.xml", lambda body: body.replace(b'r="D2"', b'r="D2" t="str"'))).rows
    assert taken.row is not None
    assert (taken.row.desa, taken.row.contact) == ("35.23.11.2016", None)
    assert doubts(taken) == ["Pelapor: rumus yang hasilnya galat"]


def test_a_column_half_swapped_by_excel_is_doubted(tuban: District) -> None:
    data = workbook(
        HEAD,
        [1, datetime(2026, 5, 11), "Soko", "Bangunrejo", "Ribut", "X"],  # noqa: DTZ001
        [2, datetime(2026, 8, 8), "Soko", "Bangunrejo", "Ricuh", "X"],  # noqa: DTZ001 - the same either way
        [3, "13/11/2026", "Soko", "Bangunrejo", "Rusuh", "X"],
    )
    first, second, third = read(tuban, data).rows
    assert "tertukar oleh Excel" in doubts(first)[0]
    assert first.row is not None
    assert first.row.notes["Tanggal Kejadian"] == "2026-05-11"
    assert "Perlu diperiksa" in first.row.notes
    assert not second.doubts
    assert not third.doubts


def test_real_dates_beside_other_text_are_not_doubted(tuban: District) -> None:
    real = datetime(2026, 5, 11)  # noqa: DTZ001
    for other in ("11/11/2026", "20 November 2026", "2026-11-13"):
        data = workbook(
            HEAD, [1, real, "Soko", "Bangunrejo", "Ribut", "X"], [2, other, "Soko", "Bangunrejo", "Ricuh", "X"]
        )
        assert not [doubt for taken in read(tuban, data).rows for doubt in taken.doubts]


def test_the_order_of_day_and_month_is_one_for_a_column(tuban: District) -> None:
    text = "Tanggal;Kecamatan;Uraian\n4/5/2026;Soko;Ribut\n4/13/2026;Soko;Ricuh\n"
    first, second = rows(read(tuban, text, "x.csv"))
    assert (when(first), when(second)) == ("05/04/2026 00.00", "13/04/2026 00.00")
    both = read(tuban, text + "14/4/2026;Soko;Rusuh\n", "x.csv")
    assert "dua urutan" in doubts(both.rows[0])[0]
    assert [when(row) for row in rows(both)][1:] == ["13/04/2026 00.00", "14/04/2026 00.00"]


@pytest.mark.parametrize("heading", ["Jam", "Pukul", "Waktu", "Jam Kejadian", "Waktu Kejadian"])
@pytest.mark.parametrize("hour", ["21.15", "21:15", "pukul 21.15 WIB", "9.15 malam", "9:15 PM", "21.15.00", "21:15:00"])
def test_a_date_and_an_hour_in_two_columns_are_joined(tuban: District, heading: str, hour: str) -> None:
    (row,) = rows(read(tuban, f"No;Tanggal;{heading};Uraian Kejadian\n1;23/11/2026;{hour};Ribut\n", "x.csv"))
    assert (when(row), row.observed_until) == ("23/11/2026 21.15", None)


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        (time(21, 15), "21.15"),
        (21.15, "21.15"),
        (21.3, "21.30"),
        (21, "21.00"),
        (0.8854166667, "21.15"),
        (timedelta(hours=21, minutes=15), "21.15"),
    ],
)
def test_an_hour_may_be_a_time_or_a_number(tuban: District, hour: object, told: str) -> None:
    data = workbook(["Tanggal", "Jam", "Uraian"], [datetime(2026, 11, 23), hour, "Ribut"])  # noqa: DTZ001
    (row,) = rows(read(tuban, data))
    assert when(row) == f"23/11/2026 {told}"


def test_a_date_alone_is_a_day_and_not_midnight(tuban: District) -> None:
    (row,) = rows(read(tuban, "Tanggal;Uraian\n23/11/2026;Ribut\n", "x.csv"))
    assert row.observed_at is not None
    assert row.observed_until is not None
    assert row.observed_until - row.observed_at == timedelta(days=1)


def test_two_columns_of_one_field_are_joined_or_kept(tuban: District) -> None:
    text = (
        "Judul;Uraian;Kronologi;Tanggal Kejadian;Tanggal;Kecamatan;Kec;Pelapor;No HP\n"
        "Ribut;Dua orang luka;Massa datang dari barat;23/11/2026 21.15;20/11/2026;Soko;Rengel;Darmaji;0812-0000-2222\n"
    )
    (row,) = rows(read(tuban, text, "x.csv"))
    assert row.text == "Ribut\nDua orang luka\nMassa datang dari barat"
    assert (when(row), row.kecamatan, row.contact) == ("23/11/2026 21.15", "35.23.11", "Darmaji, +6281200002222")
    assert row.notes == {"Tanggal": "20/11/2026", "Kec": "Rengel"}


def test_what_of_a_date_is_not_understood_is_named_and_kept(tuban: District) -> None:
    (taken,) = read(tuban, "Tanggal;Uraian\n23/11/2026 21.15 sesudah wayang;Ribut\n", "x.csv").rows
    assert taken.row is not None
    assert when(taken.row) == "23/11/2026 21.15"
    assert doubts(taken) == ["Tanggal: ada bagian sel yang tidak dipahami"]
    assert taken.row.notes["Tanggal"] == "23/11/2026 21.15 sesudah wayang"


@pytest.mark.parametrize(
    "number",
    [
        "81200002222",
        "6281200002222",
        "'081200002222",
        "+62 0812-0000-2222",
        "\u202a+62 812 0000 2222\u202c",
        "+62 (0)812 0000 2222",
    ],
)
def test_a_number_is_one_number_however_it_is_written(tuban: District, number: str) -> None:
    (row,) = rows(read(tuban, f"Uraian;Pelapor\nRibut;{number}\n", "x.csv"))
    assert row.contact == "+6281200002222"


def test_a_number_that_excel_has_cut_is_named(tuban: District) -> None:
    (taken,) = read(tuban, "Uraian;Pelapor\nRibut;6,2812E+12\n", "x.csv").rows
    assert taken.row is not None
    assert taken.row.contact is None
    assert taken.row.notes["Pelapor"] == "6,2812E+12"
    assert "dipotong oleh Excel" in doubts(taken)[0]


KOBO = "start;Tanggal Kejadian;Kecamatan;Uraian Kejadian;Lokasi;_Lokasi_latitude;_Lokasi_longitude;_Lokasi_altitude;_Lokasi_precision\n"


def test_the_columns_of_a_form_are_a_position(tuban: District) -> None:
    line = "2026-11-23T21:20:00.000+07:00;2026-11-23T21:15:00.000+07:00;Soko;Ribut;-7.1043 111.9512 32.1 4.8;-7.1043;111.9512;32.1;4.8\n"
    (row,) = rows(read(tuban, KOBO + line, "kobo.csv"))
    assert row.position is not None
    assert (row.position.lat, row.position.lon, row.position.accuracy_m) == (-7.1043, 111.9512, 4.8)
    assert (when(row), row.place) == ("23/11/2026 21.15", None)


@pytest.mark.parametrize(
    ("lat", "lon", "fits"),
    [
        ("-7,1043", "111,9512", True),
        ("-71043", "111,9512", False),
        ("", "111.95", False),
        ("-7.1", "", False),
        ("0", "0", False),
        ("utara", "timur", False),
    ],
)
def test_positions_in_two_columns(tuban: District, lat: str, lon: str, *, fits: bool) -> None:
    (taken,) = read(tuban, f"Uraian;Lintang;Bujur\nRibut;{lat};{lon}\n", "x.csv").rows
    assert taken.row is not None
    assert (taken.row.position is not None) == fits
    assert bool(taken.doubts) != fits
    if not fits:
        assert {lat, lon} - {""} <= set(taken.row.notes.values())


@pytest.mark.parametrize(
    ("told", "fits"),
    [
        ("-7.1043, 111.9512", True),
        ("https://maps.app.example/?q=-7.1043,111.9512", True),
        ("https://www.google.com/maps/place/x/@-7.1043,111.9512,17z", True),
        (
            "https://www.google.com/maps/place/X/@-6.9,112.1,13z/data=!4m6!3m5!8m2!3d-7.1043!4d111.9512!16s?entry=ttu",
            True,
        ),
        (f"https://www.google.com/maps/place/{'Balai+' * 80}/@-6.9,112.1,13z/data=!8m2!3d-7.1043!4d111.9512", True),
        ("https://www.google.com/maps/place/X/data=!4m2!3m1!3d-7.1043!4d111.9512", True),
        ("https://maps.app.example/?q=-7.1043,111.9512&x=!3d-6.9!4z", True),
        ("7°6'15.5\" LS 111°57'4.3\" BT", True),
        ("dekat pasar", False),
        ("-97.1043, 111.9512", False),
    ],
)
def test_a_position_in_one_cell(tuban: District, told: str, *, fits: bool) -> None:
    (taken,) = read(tuban, f"Uraian|Koordinat\nRibut|{told}\n", "x.csv").rows
    assert taken.row is not None
    assert (taken.row.position is not None) == fits
    if taken.row.position:
        assert (round(taken.row.position.lat, 3), round(taken.row.position.lon, 3)) == (-7.104, 111.951)
    else:
        assert taken.row.notes["Koordinat"] == told


@pytest.mark.parametrize(
    ("lat", "lon", "doubt"),
    [
        ("7,1043", "111,9512", "tanpa tanda minus (-7.1043, 111.9512)"),
        ("-6.2", "106.8", "jauh di luar daerah"),
        ("-7.1043", "111.9512", ""),
        ("-6.5", "112.0", ""),  # at sea, before the coast
    ],
)
@pytest.mark.parametrize("form", ["table", "pair", "chat"])
def test_a_position_outside_of_the_district_is_taken_as_it_stands_and_doubted(
    tuban: District, lat: str, lon: str, doubt: str, form: str
) -> None:
    point = f"{lat.replace(',', '.')},{lon.replace(',', '.')}"
    data = {
        "table": f"Uraian;Lintang;Bujur\nRibut;{lat};{lon}\n",
        "pair": f"Uraian;Koordinat\nRibut;{point}\n",
        "chat": f"[20/11/26 10.00] Rukun: Ribut https://maps.google.com/?q={point}\n",
    }[form]
    (taken,) = read(tuban, data, "x.txt" if form == "chat" else "x.csv").rows
    assert taken.row is not None
    assert taken.row.position is not None
    assert f"{taken.row.position.lat},{taken.row.position.lon}" == point
    assert [doubt in told for told in doubts(taken)] == ([True] if doubt else [])


def test_strict_ooxml_is_read_as_any_other(tuban: District) -> None:
    data = workbook(HEAD, [1, DAY, "Soko", "Bangunrejo", "Ribut", "Darmaji"])
    assert read(tuban, strict(data)).rows == read(tuban, data).rows
    assert strict(data) != data


def test_too_many_rows_or_columns_are_named(tuban: District) -> None:
    data = workbook(
        HEAD,
        [1, DAY, "Soko", "Bangunrejo", "Ribut", "X", *[None] * 200, "jauh"],
        [2, DAY, "Soko", "Bangunrejo", "Ricuh", "X"],
    )
    wide, good = read(tuban, data).rows
    assert (wide.row, "kolom" in wide.faults[0].why, good.row is not None) == (None, True, True)
    far = with_part(
        data,
        "sheet1.xml",
        lambda body: body.replace(b'<row r="3"', b'<row r="1000000"').replace(b'r="A3"', b'r="A1000000"'),
    )
    with pytest.raises(UnreadableFile, match="baris"):
        read(tuban, far)
    empty = with_part(
        workbook(HEAD, [1, DAY, "Soko", "Bangunrejo", "Ribut", "X"]),
        "sheet1.xml",
        lambda body: body.replace(b"</sheetData>", b'<row r="1048576" ht="15"/></sheetData>'),
    )
    assert len(rows(read(tuban, empty))) == 1
