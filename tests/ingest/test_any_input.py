"""Whatever comes, it is taken or refused: no intake and no reader falls over."""

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.district import District
from services.ingest.formats.chat.messages import read_chat
from services.ingest.formats.dates import read_time
from services.ingest.formats.detect import UnreadableFile, read_file
from services.ingest.formats.tables.delimited import csv_rows
from services.ingest.gateways import read_messages
from services.ingest.validation import Refused, digest, read_report
from services.web.rate_limit import REMEMBERED, Buckets, Rate

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WILD = st.text(st.characters(), max_size=200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WILD,
    lambda inner: st.lists(inner) | st.dictionaries(WILD, inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "id",
        "text",
        "observed_at",
        "kecamatan",
        "desa",
        "place",
        "position",
        "issue",
        "basis",
        "parties",
        "killed",
        "exercise",
        "x",
    ]
)


@CALM
@given(st.binary(max_size=300) | st.dictionaries(FIELDS, JSON).map(lambda body: str(body).encode("utf-8", "replace")))
def test_any_bytes_at_the_door(tuban: District, body: bytes) -> None:
    for reader in (read_report, lambda *given: read_messages("sms", *given)):
        refused = _refusal(reader, body, tuban)
        assert refused is None or (refused.status in (400, 422) and refused.faults)


@CALM
@given(st.dictionaries(FIELDS, JSON))
def test_any_json_at_the_door(tuban: District, body: dict[str, object]) -> None:
    import json

    refused = _refusal(read_report, json.dumps(body).encode(), tuban)
    assert refused is None or (refused.status in (400, 422) and refused.faults)


def _refusal(reader: Callable[[bytes, District, datetime], object], body: bytes, district: District) -> Refused | None:
    try:
        reader(body, district, NOW)
    except Refused as refused:
        return refused
    return None


@CALM
@given(
    st.binary(max_size=400) | WILD.map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(["csv", "xlsx", "txt", "jsonl"]),
)
def test_any_bytes_as_a_file(tuban: District, data: bytes, ending: str) -> None:
    try:
        rows = read_file(data, f"x.{ending}", tuban, NOW).rows
    except UnreadableFile:
        return
    assert all(bool(each.row) != bool(each.faults) for each in rows)


@CALM
@given(st.lists(st.lists(WILD | st.none() | st.floats() | st.datetimes(), min_size=4, max_size=4), max_size=5))
def test_any_cells_below_known_headings(tuban: District, cells: list[list[object]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Uraian", "Tanggal", "Kecamatan", "Desa"])
    for row in cells:
        sheet.append(
            [_storable(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell for cell in row]
        )
    out = io.BytesIO()
    book.save(out)
    rows = read_file(out.getvalue(), "x.xlsx", tuban, NOW).rows
    assert all(bool(each.row) != bool(each.faults) for each in rows)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@CALM
@given(WILD)
def test_any_text_as_a_date(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert read_time(text, "Asia/Jakarta", NOW).start.tzinfo is UTC


@CALM
@given(WILD)
def test_no_word_of_a_message_without_marks_is_lost(text: str) -> None:
    plain = "".join(sign for sign in text if sign.isalnum() or sign in " \n")
    assert " ".join(plain.split()) == " ".join(
        " ".join(part.text for part in read_chat(plain, "Asia/Jakarta", NOW).messages).split()
    )


@CALM
@given(st.lists(st.lists(st.text('ab"; \n', max_size=6), min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_csv_writes_is_what_csv_reads(rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    told = [list(line.cells) for line in csv_rows(out.getvalue(), ";") if not line.why]
    assert told == [row for row in rows if any(cell.strip() for cell in row)]


def test_buckets_fill_up_again_and_forget_who_is_gone() -> None:
    buckets = Buckets(Rate(burst=2, per_hour=3600))
    assert [buckets.take("a", NOW) for _ in range(3)] == [0, 0, 1]
    assert buckets.take("a", NOW + timedelta(seconds=1)) == 0
    for number in range(REMEMBERED + 10):
        buckets.take(str(number), NOW + timedelta(days=1))
    assert len(buckets._held) <= REMEMBERED
    assert buckets.take("b", NOW, tokens=3) == 1


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    buckets = Buckets(Rate(burst=1, per_hour=60))
    assert buckets.take("a", NOW) == 0
    assert buckets.take("a", NOW - timedelta(hours=1)) == 60


def test_a_digest_tells_content_and_reporter_apart_but_not_ids(tuban: District) -> None:
    first = read_report(b'{"text": "a", "id": "0197c3a4-6f0e-7000-8000-000000000001"}', tuban, NOW)
    again = read_report(b'{"id": "0197c3a4-6f0e-7000-8000-000000000002", "text": " a ", "killed": null}', tuban, NOW)
    other = read_report(b'{"text": "b"}', tuban, NOW)
    assert digest(first, "k") == digest(again, "k")
    assert len({digest(first, "k"), digest(first, "l"), digest(other, "k")}) == 3


@pytest.mark.parametrize("reading", range(3))
def test_reading_is_a_function_of_its_input(tuban: District, reading: int) -> None:
    data = b"Uraian;Tanggal;Kecamatan\nRibut;20 April 2025;Soko\n"
    assert read_file(data, "x.csv", tuban, NOW + timedelta(days=reading)) == read_file(data, "y.csv", tuban, NOW)
