"""JSON Lines of report-like rows, by whoever made them."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from schemas.district import District
from services.ingest.formats.detect import UnreadableFile, read_file
from services.ingest.formats.row import Taken

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
ID = "0197c3a4-6f0e-7000-8000-000000000001"


def read(district: District, *rows: Any) -> list[Taken]:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return list(read_file(text.encode(), "x.jsonl", district, NOW).rows)


def test_a_report_is_taken_as_it_is(tuban: District) -> None:
    row = {"id": ID, "text": "Ribut.", "observed_at": "2026-11-24T10:00:00+07:00", "kecamatan": "35.23.11", "killed": 1}
    (taken,) = read(tuban, row)
    assert taken.row is not None
    assert (str(taken.row.id), taken.row.killed, taken.derived) == (ID, 1, False)


def test_names_of_places_and_other_programs_fields_find_theirs(tuban: District) -> None:
    row = {"id": "g009", "text": "Ribut.", "kecamatan": "Plumpang", "desa": "Sumber Agung", "kabupaten": "Tuban"}
    (taken,) = read(
        tuban, row | {"occurred": "2023-07-21", "form": "RUSUH", "weapons": ["batu"], "held": None, "x": ""}
    )
    assert taken.row is not None
    assert taken.row.desa is not None
    assert tuban.places[taken.row.desa].name == "Sumberagung"
    assert taken.row.observed_at == datetime(2023, 7, 20, 17, 0, tzinfo=UTC)
    assert taken.row.notes == {
        "id": "g009",
        "kabupaten": "Tuban",
        "occurred": "2023-07-21",
        "form": "RUSUH",
        "weapons": '["batu"]',
    }


def test_ids_that_are_none_follow_from_the_content(tuban: District) -> None:
    first, again, other = read(tuban, {"id": "1", "text": "a"}, {"text": "a", "id": "1"}, {"id": "1", "text": "b"})
    assert first.row is not None
    assert again.row is not None
    assert other.row is not None
    assert first.row.id == again.row.id != other.row.id
    assert isinstance(first.row.id, UUID)


def test_a_place_of_another_kabupaten_stays_words(tuban: District) -> None:
    (taken,) = read(tuban, {"text": "a", "kecamatan": "Mojowarno", "desa": "Sukomulyo", "kabupaten": "Jombang"})
    assert taken.row is not None
    assert (taken.row.kecamatan, taken.row.desa, taken.row.place) == (None, None, "Sukomulyo, Mojowarno, Jombang")


def test_a_desa_that_people_put_elsewhere_is_not_thrown_away(tuban: District) -> None:
    (taken,) = read(tuban, {"text": "a", "kecamatan": "Palang", "desa": "Sumberagung"})
    assert taken.row is not None
    assert taken.row.kecamatan is not None
    assert (tuban.places[taken.row.kecamatan].name, taken.row.desa, taken.row.place) == ("Palang", None, "Sumberagung")


def test_bad_rows_are_named_and_the_rest_goes_on(tuban: District) -> None:
    taken = read(
        tuban,
        {"text": "a"},
        "{broken",
        "[1]",
        "",
        {"text": ""},
        {"text": "a", "kecamatan": "35.23.99"},
        {"text": "a", "killed": "dua"},
        {"text": "a", "occurred": "kapan-kapan"},
        {"text": "a", "observed_at": "2026-11-31T10:00:00"},
        '{"text": "a\\ud800"}',
        '{"text": "a", "killed": NaN}',
        "[" * 50_000,
        {"text": "a", "kecamatan": 5},
        {"text": "z"},
    )
    assert {each.line: each.faults[0].field for each in taken if each.row is None} == {
        2: "",
        3: "",
        5: "text",
        6: "kecamatan",
        7: "killed",
        8: "occurred",
        9: "observed_at",
        10: "",
        11: "killed",
        12: "",
        13: "kecamatan",
    }
    assert [each.line for each in taken if each.row] == [1, 14]


def test_a_line_that_is_not_utf8_is_named(tuban: District) -> None:
    rows = read_file(b'{"text": "a"}\n{"text": "\xff"}\n{"text": "b"}\n', "x.jsonl", tuban, NOW).rows
    assert [bool(each.row) for each in rows] == [True, False, True]


def test_a_json_array_is_as_good(tuban: District) -> None:
    rows = read_file(b'[{"text": "a"}, {"text": 1}, {"text": "b"}]', "x.json", tuban, NOW).rows
    assert [(each.line, bool(each.row)) for each in rows] == [(1, True), (2, False), (3, True)]


@pytest.mark.parametrize("heading", ["observed_at", "Tanggal Kejadian"])
@pytest.mark.parametrize("array", [False, True])
def test_the_order_of_day_and_month_is_decided_once_for_a_file(tuban: District, heading: str, *, array: bool) -> None:
    told = [
        {"text": f"Ribut {at}", heading: day} for at, day in enumerate(("11/23/2026", "11/05/2026 21:15", "11/11/2026"))
    ]
    data = json.dumps(told) if array else "\n".join(map(json.dumps, told))
    rows = read_file(data.encode(), "x.json", tuban, NOW).rows
    days = [
        taken.row.observed_at.astimezone(ZoneInfo(tuban.timezone)).date()
        for taken in rows
        if taken.row and taken.row.observed_at
    ]
    assert [(day.day, day.month) for day in days] == [(23, 11), (5, 11), (11, 11)]
    assert not any("tidak pasti" in doubt.why for taken in rows for doubt in taken.doubts)


def test_two_orders_in_one_file_are_doubted_and_one_row_alone_is_not(tuban: District) -> None:
    told = [{"text": "Ribut", "Tanggal": day} for day in ("11/23/2026", "24/11/2026", "05/11/2026")]
    assert ["tidak pasti" in " ".join(map(str, taken.doubts)) for taken in read(tuban, *told)] == [False, False, True]
    assert not read(tuban, told[2])[0].doubts


@pytest.mark.parametrize("indent", [None, 1])
def test_rows_inside_an_object_are_read_as_rows(tuban: District, indent: int | None) -> None:
    rows = [{"Uraian Kejadian": "Ribut", "Tanggal": "23/11/2026"}, {"Uraian Kejadian": "Ricuh"}]
    whole = json.dumps({"count": 2, "next": None, "results": rows}, indent=indent).encode()
    alone = json.dumps(rows).encode()
    assert read_file(whole, "x.json", tuban, NOW) == read_file(alone, "x.json", tuban, NOW)


@pytest.mark.parametrize("more", [{"text": "Ribut"}, {"Uraian": "Ribut"}])
def test_a_report_that_holds_a_list_is_one_report(tuban: District, more: dict[str, str]) -> None:
    (taken,) = read_file(json.dumps({**more, "saksi": [{"nama": "A"}]}).encode(), "x.json", tuban, NOW).rows
    assert taken.row is not None
    assert taken.row.text == "Ribut"


def test_a_link_into_a_drive_is_refused_by_name(tuban: District) -> None:
    link = b'{"url":"https://docs.google.com/open?id=1","doc_id":"1"}'
    with pytest.raises(UnreadableFile, match="unduh sebagai xlsx"):
        read_file(link, "rekap.gsheet", tuban, NOW)
