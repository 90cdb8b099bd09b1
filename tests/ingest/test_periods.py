"""What stands apart from a row's date: its month and year in a title or columns, its hour, the name of its day."""

import json
from datetime import datetime, time
from typing import Any

import pytest

from schemas.district import District
from services.ingest.formats.row import Taken
from tests.ingest.test_rekap import read, rows, when
from tests.ingest.workbooks import workbook

HEAD = ["No", "Tgl", "Jam", "Uraian Kejadian"]


def days(district: District, *lines: list[Any], title: str = "Rekap") -> list[str]:
    def name(_book: object, sheet: object) -> None:
        sheet.title = title  # type: ignore[attr-defined]

    return [when(row)[:10] for row in rows(read(district, workbook(*lines, prepare=name)))]


@pytest.mark.parametrize(
    "title",
    [
        "REKAP KEJADIAN BULAN NOVEMBER 2025",
        "Bulan : November Tahun 2025",
        "PERIODE NOV. 2025",
        "DATA BLN NOPEMBER TH 2025",
    ],
)
@pytest.mark.parametrize("told", [(23, 24), ("23", "24"), ("Tgl 23", "Tgl. 24"), ("Minggu, 23", "24 (Senin)")])
def test_a_day_of_a_month_is_of_the_month_in_the_title(
    tuban: District, title: str, told: tuple[object, object]
) -> None:
    first, second = told
    lines: list[list[Any]] = [[title], HEAD, [1, first, "21.15", "Ribut"], [2, second, None, "Ricuh"]]
    assert days(tuban, *lines) == ["23/11/2025", "24/11/2025"]


def test_a_day_of_a_month_is_of_the_month_that_the_sheet_or_a_row_over_it_names(tuban: District) -> None:
    assert days(tuban, HEAD, [1, 23, None, "Ribut"], title="Nov 2025") == ["23/11/2025"]
    lines: list[list[Any]] = [
        ["REKAP TAHUN 2025"],
        HEAD,
        ["JANUARI"],
        [1, 5, None, "Ribut"],
        ["FEBRUARI"],
        [2, 6, None, "Ricuh"],
    ]
    assert days(tuban, *lines) == ["05/01/2025", "06/02/2025"]


@pytest.mark.parametrize(
    "title", ["REKAP JANUARI S/D NOVEMBER", "Rekap bulan Januari s.d November 2026", "Surat 5 Mei 2026"]
)
def test_a_title_of_no_one_month_dates_nothing(tuban: District, title: str) -> None:
    (taken,) = read(tuban, workbook([title], HEAD, [1, 23, None, "Ribut"])).rows
    assert [str(fault).split(":")[0] for fault in taken.faults] == ["Tgl"]


def test_a_date_without_a_year_is_of_the_year_in_the_title(tuban: District) -> None:
    lines: list[list[Any]] = [
        ["REKAP KEJADIAN TAHUN 2024"],
        HEAD,
        [1, "23 Nov", None, "Ribut"],
        [2, "24/10", None, "Ricuh"],
        [3, "1/2/2026", None, "X"],
    ]
    assert days(tuban, *lines) == ["23/11/2024", "24/10/2024", "01/02/2026"]


def test_days_and_hours_of_the_month_in_the_title(tuban: District) -> None:
    text = "REKAP BULAN NOVEMBER 2026;;\nTgl;Waktu;Uraian\n23-24;;Ribut\n;Tgl 25 jam 21.15;Ricuh\n31;;Rusuh\n"
    first, second, third = read(tuban, text, "x.csv").rows
    assert first.row is not None
    assert first.row.observed_at is not None
    assert first.row.observed_until is not None
    assert (when(first.row)[:10], (first.row.observed_until - first.row.observed_at).days) == ("23/11/2026", 2)
    assert second.row is not None
    assert when(second.row) == "25/11/2026 21.15"
    assert [str(fault) for fault in third.faults] == ["Tgl: hari atau bulan tidak ada"]


def test_day_month_and_year_may_stand_in_three_columns(tuban: District) -> None:
    text = "Tgl;Bulan;Tahun;Uraian\n23;11;2025;Ribut\n24;November;2025;Ricuh\n"
    assert [when(row)[:10] for row in rows(read(tuban, text, "x.csv"))] == ["23/11/2025", "24/11/2025"]
    told = json.dumps({"text": "Ribut", "Tgl": 23, "Bulan": "Nov", "Tahun": 2025})
    assert [when(row)[:10] for row in rows(read(tuban, told, "x.jsonl"))] == ["23/11/2025"]


def doubted(taken: Taken) -> list[str]:
    return [str(doubt) for doubt in taken.doubts]


@pytest.mark.parametrize("named", ["Selasa", "SELASA", "Selasa Kliwon", "Jum'at"])
def test_a_column_that_names_another_day_is_doubted(tuban: District, named: str) -> None:
    """In a table and in JSON; the right name, none, and the eve of a day are not."""
    for day, wrong in ((named, True), ("Senin", False), ("", False), ("malam Selasa", False), ("kerja", False)):
        (row,) = read(tuban, f"Hari;Tanggal;Uraian\n{day};23/11/2026;Ribut\n", "x.csv").rows
        (told,) = read(tuban, json.dumps({"text": "Ribut", "Hari": day, "Tanggal": "23/11/2026"}), "x.jsonl").rows
        for taken in (row, told):
            assert doubted(taken) == ["Hari: nama hari tidak cocok dengan tanggalnya"] * wrong


@pytest.mark.parametrize(
    "hour",
    [datetime(1900, 1, 1, 21, 15), datetime(1899, 12, 30, 21, 15), time(21, 15), 2115, "2115", "21,15"],  # noqa: DTZ001
)
def test_an_hour_that_a_spreadsheet_shows_otherwise_is_that_hour(tuban: District, hour: object) -> None:
    data = workbook(["Tanggal", "Jam", "Uraian"], [datetime(2026, 11, 23), hour, "Ribut"])  # noqa: DTZ001
    (row,) = rows(read(tuban, data))
    assert (when(row), row.observed_until, row.notes) == ("23/11/2026 21.15", None, {})


def test_what_is_wrong_with_an_hour_names_its_own_column(tuban: District) -> None:
    wrong, doubtful = read(tuban, "Tanggal;Jam;Uraian\n23/11/2026;jam 25;Ribut\n23/11/2026;lupa;Ricuh\n", "x.csv").rows
    assert [str(fault) for fault in wrong.faults] == ["Jam: jam tidak ada"]
    assert doubted(doubtful) == ["Jam: ada bagian sel yang tidak dipahami"]


def test_a_day_that_cannot_be_read_beside_an_hour_is_what_is_named(tuban: District) -> None:
    (taken,) = read(tuban, "Tanggal;Jam;Uraian\n#REF!;21.15;Ribut\n", "x.csv").rows
    assert [str(fault) for fault in taken.faults] == ["Tanggal: rumus yang hasilnya galat"]
    assert not taken.doubts
