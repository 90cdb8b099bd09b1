"""Bad input at the door: each kind has its clear 4xx, small, without an echo, and leaves nothing behind."""

import json
import socket
from datetime import timedelta
from typing import Any

import pytest

from tests.ingest.door import Door

MARK = "jangan-diulang"


def _is_clear(answer: Any, status: int) -> None:
    assert answer.status == status, answer.raw
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["status"] == status
    assert len(answer.raw) < 2000
    assert MARK.encode() not in answer.raw


UNREADABLE = {
    "not JSON": MARK.encode(),
    "empty": b"",
    "half a body": b'{"text": "jangan-diulang',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"text":' * 20_000,
    "deep inside a field": b'{"text": "x", "place": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "invalid UTF-8": b'{"text": "jangan-diulang \xff\xfe"}',
    "overlong UTF-8": b'{"text": "\xc0\xaf"}',
    "surrogates in UTF-8": b'{"text": "\xed\xa0\x80"}',
    "UTF-16": json.dumps({"text": MARK}).encode("utf-16"),
    "UTF-16 without a mark": json.dumps({"text": MARK}).encode("utf-16-le"),
    "UTF-32": json.dumps({"text": MARK}).encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps({"text": MARK}).encode(),
    "lone surrogate": b'{"text": "jangan-diulang \\ud800"}',
    "lone low surrogate": b'{"text": "jangan-diulang \\udc00 x"}',
    "NUL byte": b'{"text": "jangan-diulang \x00"}',
    "two bodies": b'{"text": "a"}{"text": "b"}',
    "single quotes": b"{'text': 'jangan-diulang'}",
    "an endless number": b'{"text": "a", "killed": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_400(door: Door, body: bytes) -> None:
    _is_clear(door.post("/v1/reports", body), 400)
    assert door.journal.kept == {}


INVALID = {
    "no text": ({}, "text"),
    "empty text": ({"text": ""}, "text"),
    "blank text": ({"text": " \n\t "}, "text"),
    "text too long": ({"text": MARK * 1000}, "text"),
    "text is a number": ({"text": 5}, "text"),
    "text is null": ({"text": None}, "text"),
    "NUL": ({"text": f"{MARK}\x00"}, "text"),
    "NUL in a party": ({"text": "x", "parties": ["a\x00b"]}, "parties.0"),
    "unknown field": ({"text": "x", "colour": MARK}, "colour"),
    "wrong type": ({"text": "x", "killed": MARK}, "killed"),
    "a fraction of a person": ({"text": "x", "killed": 1.5}, "killed"),
    "a boolean number": ({"text": "x", "injured": True}, "injured"),
    "fewer than nobody": ({"text": "x", "crowd": -1}, "crowd"),
    "a wordy boolean": ({"text": "x", "anonymous": "yes"}, "anonymous"),
    "parties is text": ({"text": "x", "parties": MARK}, "parties"),
    "too many parties": ({"text": "x", "parties": ["a"] * 21}, "parties"),
    "id is no UUID": ({"text": "x", "id": MARK}, "id"),
    "unknown basis": ({"text": "x", "basis": MARK}, "basis"),
    "unknown issue": ({"text": "x", "issue": "ZZZ"}, "issue"),
    "issue is prose": ({"text": "x", "issue": MARK}, "issue"),
    "unknown kecamatan": ({"text": "x", "kecamatan": "35.23.99"}, "kecamatan"),
    "kecamatan of a neighbour": ({"text": "x", "kecamatan": "35.22.01"}, "kecamatan"),
    "kecamatan by name": ({"text": "x", "kecamatan": "Soko"}, "kecamatan"),
    "empty kecamatan": ({"text": "x", "kecamatan": ""}, "kecamatan"),
    "unknown desa": ({"text": "x", "desa": "35.23.11.9999"}, "desa"),
    "desa of another kecamatan": ({"text": "x", "kecamatan": "35.23.11", "desa": "35.23.01.2001"}, "desa"),
    "naive time": ({"text": "x", "observed_at": "2026-11-24T10:00:00"}, "observed_at"),
    "a date alone": ({"text": "x", "observed_at": "2026-11-24"}, "observed_at"),
    "a number as time": ({"text": "x", "observed_at": 1_795_000_000}, "observed_at"),
    "no such day": ({"text": "x", "observed_at": "2026-02-30T10:00:00Z"}, "observed_at"),
    "an end without a beginning": ({"text": "x", "observed_until": "2026-11-24T05:00:00Z"}, "observed_until"),
    "an end before its beginning": (
        {"text": "x", "observed_at": "2026-11-24T05:00:00Z", "observed_until": "2026-11-24T04:00:00Z"},
        "observed_until",
    ),
    "long ago": ({"text": "x", "observed_at": "2024-11-20T05:00:00Z"}, "observed_at"),
    "before all years": ({"text": "x", "observed_at": "0001-01-01T00:00:00+07:00"}, "observed_at"),
    "off the earth": ({"text": "x", "position": {"lat": 91, "lon": 0}}, "position.lat"),
    "degrees as text": ({"text": "x", "position": {"lat": "-6.9", "lon": 112}}, "position.lat"),
    "half a position": ({"text": "x", "position": {"lat": -6.9}}, "position.lon"),
    "a list": ([], ""),
    "a word": (b'"text"', ""),
    "notes only in files": ({"text": "x", "notes": {}}, "notes"),
}


@pytest.mark.parametrize(("body", "field"), INVALID.values(), ids=INVALID.keys())
def test_what_is_not_valid_is_422_and_names_the_field(door: Door, body: Any, field: str) -> None:
    answer = door.post("/v1/reports", body)
    _is_clear(answer, 422)
    assert answer.fields == [field]
    assert door.journal.kept == {}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("field", ["killed", "colour", "text"])
def test_numbers_that_are_none_are_refused(door: Door, word: str, field: str) -> None:
    answer = door.post("/v1/reports", f'{{"text": "x", "{field}": {word}}}')
    assert answer.status in (400, 422)
    lost = door.post("/v1/reports", f'{{"text": "x", "position": {{"lat": {word}, "lon": 1}}}}')
    assert lost.status in (400, 422)


def test_a_clock_three_minutes_fast_is_forgiven(door: Door) -> None:
    assert door.file(observed_at="2026-11-24T05:02:59Z").status == 202
    assert door.journal.only.report.observed_at is not None
    assert door.journal.only.notes == {}


@pytest.mark.parametrize(
    "ahead", ["2026-11-24T05:03:01Z", "2027-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00", "9999-12-31T23:59:59Z"]
)
def test_a_time_to_come_is_marked_and_costs_no_report(door: Door, ahead: str) -> None:
    assert door.file(observed_at=ahead).status == 202
    filed = door.journal.only
    assert (filed.report.observed_at, filed.report.observed_until) == (None, None)
    assert list(filed.notes) == ["Waktu menurut pelapor"]
    assert filed.notes["Waktu menurut pelapor"].endswith("(belum terjadi)")


def test_a_report_from_a_fast_clock_sent_again_later_is_the_same(door: Door) -> None:
    told = {"id": "0197c3a4-6f0e-7000-8000-000000000001", "observed_at": "2026-11-24T05:30:00Z"}
    first = door.file(**told)
    door.now += timedelta(hours=1)  # the time has come: the report is told as it was
    again = door.file(**told)
    assert (again.status, again.body) == (202, first.body)


def test_an_unknown_field_is_named_shortly_and_safely(door: Door) -> None:
    answer = door.post("/v1/reports", {"text": "x", "\x1b[31m" + "k" * 100_000: 1})
    _is_clear(answer, 422)
    assert answer.fields == ["?[31m" + "k" * 55]


def test_twenty_thousand_unknown_fields_get_a_small_answer(door: Door) -> None:
    answer = door.post("/v1/reports", {f"f{number}": 1 for number in range(20_000)})
    _is_clear(answer, 422)
    assert len(answer.fields) == 10


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "multipart/form-data",
    ],
)
def test_other_content_types_are_415(door: Door, kind: str | None) -> None:
    _is_clear(door.post("/v1/reports", {"text": MARK}, kind=kind), 415)


def test_a_packed_body_is_415(door: Door) -> None:
    _is_clear(door.post("/v1/reports", b"\x1f\x8b", content_encoding="gzip"), 415)


def test_content_type_may_name_its_charset(door: Door) -> None:
    assert door.post("/v1/reports", {"text": "x"}, kind='Application/JSON; Charset="UTF-8"').status == 202


@pytest.mark.parametrize("size", [256 * 1024 + 1, 10_000_000])
def test_a_body_too_large_is_413_by_its_own_word(door: Door, size: int) -> None:
    _is_clear(door.post("/v1/reports", b'{"text": "' + b"a" * (size - 12) + b'"}'), 413)


def test_a_body_too_large_is_413_when_streamed(door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as line:
        head = (
            f"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {door.key()}\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        line.sendall(head.encode())
        for _ in range(40):
            line.sendall(b"2000\r\n" + b"a" * 0x2000 + b"\r\n")
        line.sendall(b"0\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40])
def test_a_length_that_is_none_is_refused(door: Door, length: str) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as line:
        line.sendall(f"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(4096)[9:10] == b"4"


def test_exactly_the_limit_is_read(door: Door) -> None:
    text = json.dumps({"text": "a"}).encode()
    assert door.post("/v1/reports", text + b" " * (256 * 1024 - len(text))).status == 202


def test_unknown_paths_and_methods_are_problems_too(door: Door) -> None:
    _is_clear(door.post("/v1/nothing", {}), 404)
    _is_clear(door.request("PUT", "/v1/reports", b"{}"), 405)
