"""Many reports in one request: a result for each, in the same order, and one bad row harms no other."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.vocabulary import Role
from services.ingest.filing import KEYED
from services.ingest.formats.detect import read_file
from tests.ingest.door import Door

PATH = "/v1/reports:batch"
ND = "application/x-ndjson"
ID = "0197c3a4-6f0e-7000-8000-000000000001"


def lines(*rows: Any) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def results(raw: bytes) -> list[Any]:
    return [json.loads(line) for line in raw.splitlines()]


def test_every_row_gets_its_result_in_order(door: Door) -> None:
    rows = lines(
        {"text": "a", "id": ID}, {"text": ""}, b"{broken", b"", {"text": "b", "kecamatan": "35.23.99"}, {"text": "c"}
    )
    answer = door.post(PATH, rows, kind=ND)
    assert (answer.status, answer.headers["content-type"]) == (200, ND)
    told = results(answer.raw)
    assert [(each["line"], each["status"]) for each in told] == [(1, 202), (2, 422), (3, 400), (5, 422), (6, 202)]
    assert told[0]["id"] == ID
    assert {"receipt", "accepted_at", "status_url"} <= set(told[0])
    assert told[1]["problem"]["errors"] == [{"field": "text", "why": "tidak boleh kosong"}]
    assert len(door.journal.kept) == 2


def test_a_json_array_is_answered_with_one_a_result_a_line(door: Door) -> None:
    answer = door.post(PATH, [{"text": "a"}, {"text": 1}, {"text": "b\nc"}])
    assert [each["status"] for each in answer.body] == [202, 422, 202]
    assert len(answer.raw.splitlines()) == 3


def test_the_same_rows_again_have_one_effect(door: Door) -> None:
    rows = lines({"text": "a", "id": ID}, {"text": "a", "id": ID}, {"text": "b", "id": ID})
    for _ in range(2):
        told = results(door.post(PATH, rows, kind=ND).raw)
        assert [each["status"] for each in told] == [202, 202, 409]
        assert told[0]["accepted_at"] == told[1]["accepted_at"]
    assert len(door.journal.kept) == 1


def test_notes_and_the_channel_travel_with_a_row(door: Door) -> None:
    answer = door.post(f"{PATH}?channel=siladeni", lines({"text": "a", "notes": {"Cuaca": "Hujan"}}), kind=ND)
    assert results(answer.raw)[0]["status"] == 202
    assert (door.journal.only.notes, door.journal.only.source.channel) == ({"Cuaca": "Hujan"}, "siladeni")


@pytest.mark.parametrize("notes", [{"a": "\x00"}, {"a\x00": "b"}, {"a": 1}, {"k" * 301: "b"}, {"a": "b" * 4001}, []])
def test_notes_are_judged_as_strictly_as_the_rest(door: Door, notes: Any) -> None:
    assert results(door.post(PATH, lines({"text": "a", "notes": notes}), kind=ND).raw)[0]["status"] == 422


def test_an_archive_may_be_old(door: Door) -> None:
    told = results(door.post(PATH, lines({"text": "a", "observed_at": "2011-06-03T00:00:00+07:00"}), kind=ND).raw)
    assert told[0]["status"] == 202


def test_a_batch_needs_a_key_that_may_file(door: Door) -> None:
    assert door.post(PATH, lines({"text": "a"}), kind=ND, key=None).status == 401
    assert door.post(PATH, lines({"text": "a"}), kind=ND, key=door.key(Role.AUDITOR)).status == 403


def test_the_bus_away_for_all_is_503(door: Door) -> None:
    door.journal.away = True
    answer = door.post(PATH, lines({"text": "a"}, {"text": "b"}), kind=ND)
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


def test_the_bus_away_for_some_is_told_by_row(door: Door) -> None:
    door.journal.away = True
    told = results(door.post(PATH, lines({"text": "a"}, {"text": ""}), kind=ND).raw)
    assert [each["status"] for each in told] == [503, 422]


def test_limits_of_rows_bytes_and_one_row(door: Door) -> None:
    assert door.post(PATH, lines(*[{"text": "a"}] * 1001), kind=ND).status == 413
    assert door.post(PATH, b" " * (5 * 1024 * 1024 + 1), kind=ND).status == 413
    big = lines({"text": "a" * 300_000}, {"text": "b"})
    assert [each["status"] for each in results(door.post(PATH, big, kind=ND).raw)] == [413, 202]
    assert [each["status"] for each in results(door.post(PATH, lines(*[{"text": "a"}] * 1000), kind=ND).raw)] == [
        202
    ] * 1000


def test_a_key_in_a_frenzy_is_slowed(door: Door) -> None:
    rows = lines(*[{}] * 1000)
    statuses = {door.post(PATH, rows, kind=ND).status for _ in range(KEYED.burst // 1000)}
    refused = door.post(PATH, rows, kind=ND)
    assert (statuses, refused.status) == ({200}, 429)
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1, NaN]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'["\\ud800"]', "application/json", 400),
        (b"\xff\xfe[\x00]\x00", "application/json", 400),
        (b'{"text": "a"}', "application/json", 422),
        (b"a", "text/plain", 415),
    ],
)
def test_a_batch_that_is_none(door: Door, body: bytes, kind: str, status: int) -> None:
    assert door.post(PATH, body, kind=kind).status == status


def test_bad_bytes_harm_their_row_only(door: Door) -> None:
    rows = lines(
        b'{"text": "\xff"}', b"[" * 1000, b'{"text": "\\ud800"}', b'{"text": "a", "killed": NaN}', {"text": "b"}
    )
    assert [each["status"] for each in results(door.post(PATH, rows, kind=ND).raw)] == [400, 400, 400, 422, 202]


def test_an_empty_batch_is_empty(door: Door) -> None:
    assert (door.post(PATH, b"\n\n", kind=ND).raw, door.post(PATH, []).body) == (b"", [])


NOTES = {"Kategori": "Hal Lain-Lain", "Cuaca": "Hujan"}
HEADED = {
    "Judul": "Tawuran pemuda",
    "Uraian Kejadian": "Dua rombongan saling serang",
    "Tanggal": "23/11/2026",
    "Jam": "9 malam",
    "Kecamatan": "Soko",
    "Kelurahan/Desa": "Bangun Rejo",
    "Koordinat": "-7.1043, 111.9512",
    "Pelapor": "0812 0000 2222",
    **NOTES,
}


def test_a_row_with_the_headings_of_a_file_is_read_as_the_files(door: Door) -> None:
    """What `kentongan file` makes of a row, the batch makes of it too: by the same code."""
    header, cells = ";".join(HEADED), ";".join(HEADED.values())
    (taken,) = read_file(f"{header}\n{cells}\n".encode(), "x.csv", door.district, door.now).rows
    assert taken.row is not None
    (told,) = results(door.post(PATH, lines(HEADED), kind=ND).raw)
    assert told["status"] == 202
    filed = door.journal.only
    read = taken.row.model_dump(exclude={"id", "notes"})
    assert filed.report.model_dump(exclude={"id", "notes"}) == read
    assert (filed.report.desa, filed.report.contact) == ("35.23.11.2016", "+6281200002222")
    assert filed.report.observed_at == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert filed.notes.items() >= NOTES.items()


@pytest.mark.parametrize(
    "told",
    ["23/11/2026 21.15", "2026-11-23T21:15:00", "23 November 2026 pukul 9.15 malam", "2026-11-23T21:15:00+07:00"],
)
def test_fields_may_be_written_as_people_do(door: Door, told: str) -> None:
    row = {
        "text": "Ribut",
        "observed_at": told,
        "kecamatan": "Kec. Soko",
        "position": "-7.1, 111.9",
        "contact": "081200002222",
    }
    assert results(door.post(PATH, lines(row), kind=ND).raw)[0]["status"] == 202
    report = door.journal.only.report
    assert (report.observed_at, report.kecamatan) == (datetime(2026, 11, 23, 14, 15, tzinfo=UTC), "35.23.11")
    assert report.position is not None
    assert (report.contact, report.position.lat, report.position.lon) == ("+6281200002222", -7.1, 111.9)


def test_what_is_doubtful_is_filed_and_said(door: Door) -> None:
    row = {"text": "Ribut", "Tanggal": "Senin, 20 April 2025"}
    (told,) = results(door.post(PATH, lines(row), kind=ND).raw)
    assert (told["status"], told["doubts"]) == (
        202,
        [{"field": "Tanggal", "why": "nama hari tidak cocok dengan tanggalnya"}],
    )
    assert door.journal.only.notes["Perlu diperiksa"] == "Tanggal: nama hari tidak cocok dengan tanggalnya"


@pytest.mark.parametrize(("day", "doubted"), [("05/11/2026 21.15", True), ("11/11/2026", False), ("2026-11-05", False)])
def test_a_day_that_may_be_a_month_is_doubted_at_the_door(door: Door, day: str, *, doubted: bool) -> None:
    """The door sees one row at a time: nothing beside it proves an order."""
    told = results(
        door.post(PATH, lines({"text": "a", "Tanggal": day}, {"text": "b", "observed_at": day}), kind=ND).raw
    )
    why = [[doubt["why"][:26] for doubt in each.get("doubts", ())] for each in told]
    assert why == [["hari dan bulan tidak pasti"]] * 2 if doubted else why == [[], []]


def test_what_cannot_be_read_is_named_by_the_senders_own_word(door: Door) -> None:
    rows = (
        {"text": "a", "Tanggal": "31/02/2025"},
        {"text": "a", "observed_at": "kapan"},
        {"text": "a", "Kecamatan": "35.23.99"},
    )
    told = results(door.post(PATH, lines(*rows), kind=ND).raw)
    assert [each["problem"]["errors"][0]["field"] for each in told] == ["Tanggal", "observed_at", "Kecamatan"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"issue": "BUKAN"}, "issue"), ({"contact": 5}, "contact"), ({"opinion": 5}, "opinion"), ({"place": 5}, "place")],
)
def test_a_wrong_field_is_named_as_it_was_sent(door: Door, wrong: dict[str, Any], field: str) -> None:
    (told,) = results(door.post(PATH, lines({"text": "a"} | wrong), kind=ND).raw)
    assert [each["field"] for each in told["problem"]["errors"]] == [field]


def test_a_place_that_nobody_knows_costs_no_row_and_comes_back_as_a_doubt(door: Door) -> None:
    (told,) = results(door.post(PATH, lines({"text": "a", "Kecamatan": "Atlantis"}), kind=ND).raw)
    assert (told["status"], told["doubts"][0]["field"]) == (202, "Kecamatan")
    assert "periksa tempat" in told["doubts"][0]["why"]
    assert door.journal.only.report.place == "Atlantis"


def test_rows_without_an_id_are_two_reports_and_a_strange_id_is_one(door: Door) -> None:
    rows = ({"text": "a"}, {"text": "a"}, {"text": "b", "id": 512}, {"text": "b", "id": 512})
    assert {each["status"] for each in results(door.post(PATH, lines(*rows), kind=ND).raw)} == {202}
    assert len(door.journal.kept) == 3


def test_a_time_to_come_in_a_batch_is_marked(door: Door) -> None:
    (told,) = results(door.post(PATH, lines({"text": "a", "Tanggal": "31-12-9999"}), kind=ND).raw)
    assert (told["status"], told["doubts"][0]["why"]) == (202, "waktu ini belum terjadi")
    assert door.journal.only.report.observed_at is None
    assert door.journal.only.notes["Waktu menurut pelapor"].startswith("9999-12-30T17:00")


def test_the_channel_is_a_word(door: Door) -> None:
    assert door.post(f"{PATH}?channel=A%20b", lines({"text": "a"}), kind=ND).status == 422
