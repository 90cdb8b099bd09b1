"""Whatever comes, it is taken or refused: no intake and no reader falls over."""

import contextlib
import io
import os
import re
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
from services.ingest.formats.jsonl import JsonRows
from services.ingest.formats.positions import read_pair
from services.ingest.formats.tables.delimited import csv_rows
from services.ingest.gateways import read_messages
from services.ingest.validation import Refused, digest, read_report
from services.security.auth import Receipts
from services.web.phone_numbers import e164
from services.web.rate_limit import REMEMBERED, Buckets, Rate
from tests.ingest.door import SECRET
from tests.ingest.workbooks import with_part

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
EXAMPLES = int(os.environ.get("KENTONGAN_FUZZ", "150"))  # `make fuzz` tries more
CALM = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    for reader in (read_report, lambda *given: read_messages("sms", *given, Receipts(SECRET).follows)):
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
    st.sampled_from(["csv", "xlsx", "txt", "jsonl", "json", "zip", "pdf", "eml", "html", "ods", ""]),
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


STAMPS = st.sampled_from(
    [
        "23/11/26 21.15",
        "[23/11/26 21.15]",
        "11/23/26, 9:15 PM",
        "45/45/26 21.15",
        "[9.99, 1/1/26]",
        "2026-11-23, 9:15 p.\u202fm.",
    ]
)
LINES = st.builds(
    lambda stamp, dash, who, mark, words: f"{stamp}{dash}{who}{mark}{words}",
    STAMPS | WILD,
    st.sampled_from([" - ", "] ", " ", ""]),
    st.sampled_from(["A: ", "B: ", "~\u202fC: ", "D menambahkan E", ""]) | WILD,
    st.sampled_from(["", "\u200e"]),
    WILD
    | st.sampled_from(
        ["x.jpg (file terlampir)", "<Media tidak disertakan>", "null", "siap", "Pesan ini telah dihapus"]
    ),
)


@CALM
@given(st.lists(LINES, max_size=8))
def test_any_lines_of_a_chat(tuban: District, lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", "replace")
    try:
        rows = read_file(data, "x.txt", tuban, NOW).rows
    except UnreadableFile:
        return
    assert all(bool(each.row) != bool(each.faults) for each in rows)


TELEGRAM = st.dictionaries(
    st.sampled_from(
        [
            "type",
            "text",
            "date",
            "date_unixtime",
            "from",
            "from_id",
            "photo",
            "location_information",
            "id",
            "text_entities",
        ]
    ),
    JSON | st.sampled_from(["message", "1795443300", "2026-11-23T21:15:00"]),
)


@CALM
@given(st.lists(TELEGRAM | JSON, max_size=4), st.booleans())
def test_any_export_of_telegram(tuban: District, messages: list[object], whole: bool) -> None:  # noqa: FBT001
    import json

    document = {"messages": messages} if whole else {"chats": {"list": [{"messages": messages}, messages]}}
    rows = read_file(json.dumps(document).encode(), "result.json", tuban, NOW).rows
    assert all(bool(each.row) != bool(each.faults) for each in rows)


HEADINGS = st.sampled_from(
    [
        "Uraian",
        "Judul",
        "Tanggal",
        "Jam",
        "Kecamatan",
        "Desa",
        "Alamat",
        "Lokasi",
        "Lintang",
        "Bujur",
        "Koordinat",
        "Pelapor",
    ]
)


@CALM
@given(st.dictionaries(FIELDS | HEADINGS | WILD, JSON, max_size=8))
def test_any_row_of_a_batch_and_again_what_became_of_it(tuban: District, row: dict[str, object]) -> None:
    """A row is taken or refused; what was made of it, sent on to a door, is the same report there."""
    import json

    reader = JsonRows(tuban, NOW)
    taken = reader.take(1, row)
    assert bool(taken.row) != bool(taken.faults)
    if taken.row:
        sent = json.loads(taken.row.model_dump_json(exclude_defaults=True))
        again = reader.take(1, sent)
        assert again.row is not None
        assert again.row.model_dump(exclude={"notes"}) == taken.row.model_dump(exclude={"notes"})


@CALM
@given(
    st.lists(
        st.lists(WILD | st.none() | st.floats() | st.datetimes() | st.times() | st.timedeltas(), max_size=6), max_size=6
    ),
    st.lists(st.tuples(*[st.integers(1, 8)] * 4), max_size=4),
    st.binary(max_size=40),
    st.integers(0, 4000),
)
def test_any_workbook_with_merged_cells_and_broken_bytes(
    tuban: District, cells: list[list[object]], merged: list[tuple[int, ...]], junk: bytes, at: int
) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No", "Waktu Kejadian", None, "Uraian", "Kecamatan", None])
    for row in cells:
        sheet.append([_cell(cell, ILLEGAL_CHARACTERS_RE) for cell in row])
    for left, top, right, bottom in merged:
        with contextlib.suppress(ValueError, AttributeError):
            sheet.merge_cells(
                start_row=min(top, bottom),
                end_row=max(top, bottom),
                start_column=min(left, right),
                end_column=max(left, right),
            )
    out = io.BytesIO()
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        book.save(out)
    for data in (out.getvalue(), _spoilt(out.getvalue(), junk, at)):
        with contextlib.suppress(UnreadableFile):
            assert all(bool(each.row) != bool(each.faults) for each in read_file(data, "x.xlsx", tuban, NOW).rows)


def _cell(cell: object, illegal: re.Pattern[str]) -> object:
    return _storable(illegal.sub("", cell)) if isinstance(cell, str) else cell


def _spoilt(data: bytes, junk: bytes, at: int) -> bytes:
    """Give a file with some bytes of its sheet overwritten, inside a sound archive."""
    return with_part(data, "sheet1.xml", lambda body: body[:at] + junk + body[at + len(junk) :]) if data else b"PK"


@CALM
@given(WILD)
def test_any_text_as_a_position_or_a_number(text: str) -> None:
    found = read_pair(text)
    assert found is None or -90 <= found["lat"] <= 90
    number = e164(text)
    assert number is None or e164(number) == number


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
