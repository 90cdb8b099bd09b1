"""Tell what kind of file this is and read it with the intake made for it. Pure: bytes in, rows out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.district import District
from services.ingest.formats.chat.headers import above_headers, has_unknown_headers
from services.ingest.formats.chat.messages import Apart, Chat, read_chat
from services.ingest.formats.chat.telegram_export import is_telegram, read_telegram
from services.ingest.formats.file_kinds import (
    CUT,
    LINK,
    NO_ARCHIVE,
    NO_SHEET,
    UNKNOWN,
    ZIP,
    open_archive,
    refuse_other_kinds,
    refuse_too_much,
)
from services.ingest.formats.jsonl import JsonRows
from services.ingest.formats.place_names import PlaceNames
from services.ingest.formats.positions import doubt_of
from services.ingest.formats.row import Taken, beyond_id, doubted, id_with_the_rest, take
from services.ingest.formats.tables.delimited import decoded
from services.ingest.formats.tables.export import Export, Reader
from services.policy.geography import Area
from services.sheets.cells import UnreadableFile
from services.web.field_errors import Fault
from services.web.headings import ORIGIN_NUMBER
from services.web.json_body import read_json
from services.web.phone_numbers import e164

BOM = b"\xef\xbb\xbf"
UNKNOWN_HEADERS = (
    "tampaknya percakapan, tetapi kepala pesannya tidak dikenal; ekspor percakapannya dari WhatsApp (tanpa media) "
    "atau sebagai JSON dari Telegram Desktop"
)

__all__ = ["Reading", "UnreadableFile", "read_file"]


@dataclass(frozen=True)
class Reading:
    """What a file holds: the channel its reports come by, its rows in order, and what was left out of it."""

    channel: str
    rows: tuple[Taken, ...]
    remarks: tuple[str, ...] = ()


def read_file(data: bytes, name: str, district: District, now: datetime) -> Reading:
    """Read a table, JSONL, a Telegram export or a chat, by what it holds and, in doubt, by its name.

    Raises UnreadableFile when the file as a whole cannot be read: by its own name, with what to do instead.
    """
    reading = _read(data, name.lower().rsplit(".", 1)[-1], district, now)
    return replace(reading, rows=tuple(_told_apart(reading.rows)))


def _read(data: bytes, ending: str, district: District, now: datetime) -> Reading:
    data = data.removeprefix(BOM)
    if not data.strip():
        raise UnreadableFile("berkas kosong")
    refuse_other_kinds(data, ending)
    if data.startswith(ZIP):
        kind, data = open_archive(data, ending)
        if kind == "xlsx":
            return _table(Reader(district, now).read_xlsx(data))
        if not data.strip() or data.startswith(ZIP):
            raise UnreadableFile(UNKNOWN)
        return _read(data, kind, district, now)
    refuse_too_much(data)
    if (document := _document(data)) is not None:
        return _whole(document, district, now)
    if data.lstrip().partition(b"\n")[0].strip() == b"{":
        raise UnreadableFile(CUT)  # a row of JSON Lines is never cut there
    if ending in ("jsonl", "ndjson", "json") or data.lstrip()[:2] in (b'{"', b"[{"):
        return Reading("jsonl", tuple(_same_ids(JsonRows(district, now).read(data))))
    reader = Reader(district, now)
    if ending in ("csv", "tsv") or reader.knows(above_headers(decoded(data))):
        return _table(reader.read_csv(data))
    if ending in ("xlsx", "xlsm", "zip"):
        raise UnreadableFile(NO_ARCHIVE if ending == "zip" else NO_SHEET)
    return _pasted(decoded(data), district, now)


def _pasted(text: str, district: District, now: datetime) -> Reading:
    """Read a chat or a plain message; raises UnreadableFile for a chat whose headers are not known."""
    if has_unknown_headers(text):
        raise UnreadableFile(UNKNOWN_HEADERS)
    return _chat(read_chat(text, district.timezone, now, apart(district)), district, now)


def _whole(document: dict[str, Any], district: District, now: datetime) -> Reading:
    """Read a file that is one JSON object: an export of Telegram, or one report."""
    if is_telegram(document):
        return _chat(read_telegram(document, district.timezone, apart(district)), district, now)
    reader = JsonRows(district, now)
    if (rows := reader.within(document)) is not None:
        return Reading("jsonl", tuple(_same_ids(reader.read(json.dumps(rows).encode()))))
    if "text" not in document and str(document.get("url", "")).startswith("https://docs.google.com/"):
        raise UnreadableFile(LINK)
    return Reading("jsonl", (reader.alone(document),))


def apart(district: District) -> Apart:
    """Give what says of two texts that they tell of two places: bubbles of one sender about both are two reports."""

    def apart_(one: str, other: str) -> bool:
        names = PlaceNames.of(district)
        first, second = (names.said_to_be_in(text) for text in (one, other))
        return any(here and there and not here & there for here, there in zip(first, second, strict=True))

    return apart_


def _document(data: bytes) -> dict[str, Any] | None:
    """Give the one JSON object that a file is; None when it is anything else, or several rows in a line each."""
    if data.lstrip()[:1] != b"{":
        return None
    try:
        document = read_json(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _table(export: Export) -> Reading:
    return Reading("siladeni", tuple(_same_numbers(export.rows)), export.remarks)


def _same_numbers(rows: Iterable[Taken]) -> Iterator[Taken]:
    """Doubt a row that bears the number of an earlier one and tells something else: a slip, or a later telling."""
    first: dict[str, Taken] = {}
    for taken in rows:
        number = taken.row.notes.get(ORIGIN_NUMBER, "") if taken.row else ""
        before = first.setdefault(number, taken) if number else taken
        if taken.row and before.row and before.row.id != taken.row.id:
            yield doubted(taken, Fault(ORIGIN_NUMBER, f"sama dengan {_where(before, taken)}, isinya berbeda"))
        else:
            yield taken


def _told_apart(rows: Iterable[Taken]) -> Iterator[Taken]:
    """Make a report of its own of a row whose id is an earlier row's and that notes something else, or ends otherwise.

    Three victims under one account in merged cells are three rows; rows that say the same stay one report.
    """
    first: dict[UUID, Taken] = {}
    for taken in rows:
        if taken.row is None or taken.row.id is None or not taken.derived:
            yield taken
            continue
        before = first.setdefault(taken.row.id, taken)
        if before.row is None or beyond_id(before.row) == beyond_id(taken.row):
            yield taken
            continue
        own = replace(taken, row=taken.row.model_copy(update={"id": id_with_the_rest(taken.row)}))
        where = _where(before, taken)
        yield doubted(
            own, Fault("", f"sama dengan {where} selain catatan atau akhir waktunya, menjadi laporan sendiri")
        )


def _where(before: Taken, taken: Taken) -> str:
    """Say where an earlier row is: its sheet too where it is another one."""
    return f"lembar {before.sheet}, baris {before.line}" if before.sheet != taken.sheet else f"baris {before.line}"


def _same_ids(rows: Iterable[Taken]) -> Iterator[Taken]:
    """Refuse a row that brings the id of an earlier one and tells something else, as the door would."""
    first: dict[UUID, Taken] = {}
    for taken in rows:
        if taken.row is None or taken.row.id is None or taken.derived:
            yield taken
            continue
        before = first.setdefault(taken.row.id, taken)
        why = f"sudah dipakai baris {before.line}, yang isinya berbeda"
        yield taken if before.row == taken.row else replace(taken, row=None, faults=(Fault("id", why),))


def _chat(chat: Chat, district: District, now: datetime) -> Reading:
    remarks = [f"{count} {kind} tidak dijadikan laporan" for kind, count in sorted(chat.left_out.items())]
    return Reading("message", tuple(_messages(chat, district, now)), (*chat.remarks, *remarks))


def _messages(chat: Chat, district: District, now: datetime) -> Iterator[Taken]:
    area = Area.of(district)
    for part in chat.messages:
        if part.why:
            yield Taken(part.line, None, (Fault("", part.why),))
            continue
        sent_at = part.sent_at.isoformat() if part.sent_at else None
        contact = part.sender and (e164(part.sender) or part.sender)
        fields = {"text": part.text, "observed_at": sent_at, "contact": contact, "position": part.position}
        why = doubt_of(part.position, area) if part.position else ""
        doubts = [Fault("posisi", why)] if why else []
        yield replace(take(part.line, fields, {}, district, now, doubts=doubts), derived=True)
