"""Read report-like JSON objects: of JSON Lines, of one JSON array, of a batch at the door. Pure.

A row may have the fields of a report, the headings of an export, or both; places by name and dates as people write them
are read as in a table. What no field holds becomes a note.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic_core import from_json

from schemas.district import District
from services.ingest.formats.dates import DAY_FIRST
from services.ingest.formats.fields import Cell, Fields
from services.ingest.formats.headings import TELLING, Headings
from services.ingest.formats.positions import read_pair
from services.ingest.formats.row import NAMESPACE, Taken, take
from services.ingest.formats.tables.date_columns import UNSURE, DateColumn, date_column, is_ambiguous, proved_columns
from services.ingest.formats.tables.periods import BESIDE
from services.ingest.validation import RFC3339, Row, unreadable
from services.sheets.cells import unread
from services.sheets.limits import as_many_as_a_sheet_has
from services.web.field_errors import Fault
from services.web.headings import plain
from services.web.json_body import read_json
from services.web.phone_numbers import e164

FIELDS = frozenset(Row.model_fields)
_PLACES = ("kecamatan", "desa")


class Unparsed(ValueError):  # noqa: N818 - said as a fact
    """A line that is no JSON object; says what it is, in Indonesian. `status` is that of the door."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


class JsonRows:
    """Reads one district's rows; `now` is the time of reading."""

    def __init__(self, district: District, now: datetime) -> None:
        self._district = district
        self._now = now
        self._headings = Headings(district)
        self._fields = Fields(district, now)

    def read(self, data: bytes) -> Iterator[Taken]:
        """Yield a row for each line that is not blank, in order; ids that are none follow from the content.

        Raises UnreadableFile for too many.
        """
        parsed = [(line, _parsed(text)) for line, text in as_many_as_a_sheet_has(_rows(data))]
        dates = self._dates([row for _, row in parsed if not isinstance(row, Unparsed)])
        for line, row in parsed:
            if isinstance(row, Unparsed):
                yield Taken(line, None, (Fault("", str(row)),))
            else:
                yield self.take(line, row, dates)

    def alone(self, row: dict[str, Any]) -> Taken:
        """Make a report of a file that is one object, as of a file of one row."""
        return self.take(1, row, self._dates([row]))

    def within(self, document: Mapping[str, Any]) -> list[Any] | None:
        """Give the rows that an object holds in its one list, as programs give them (KoBo: "results"), else None."""
        lists = [each for each in document.values() if isinstance(each, list) and each]
        if len(lists) != 1 or not all(isinstance(row, dict) for row in lists[0]):
            return None
        telling = any(
            name == "text" or ((found := self._headings.field_of(name)) and found[0] in TELLING) for name in document
        )
        return None if telling else lists[0]

    def take(self, line: int, row: dict[str, Any], dates: Mapping[str, DateColumn] | None = None) -> Taken:
        """Make a report of one object, with an id that follows from its content unless it brings a UUID.

        `dates` is how the file that it stands in writes its dates; without it a date of two meanings is doubted.
        """
        known = dates or {}
        fields, extra = _parted(row)
        cells = self._cells(fields, extra)
        rest = [
            (name, value) for name, value in extra.items() if plain(name) in BESIDE and isinstance(value, str | int)
        ]
        text = told if isinstance(told := fields.get("text"), str) and told.strip() else ""
        filled = self._fields.fill(
            cells, rest, lambda heading: known[heading].order if heading in known else DAY_FIRST, text=text
        )
        if text:
            fields["text"] = filled.fields["text"]
        doubts = list(filled.doubts)
        for heading, value in cells.get("observed_at", ()):
            why = known[heading].doubt(value) if heading in known else UNSURE if is_ambiguous(value) else ""
            if why and not filled.faults:
                doubts.append(Fault(heading, why))
                filled.notes.setdefault(heading, str(value))
        if filled.faults:
            return Taken(line, None, tuple(filled.faults), doubts=tuple(doubts))
        place = [fields.pop("place", None), filled.fields.pop("place", None)]
        if all(isinstance(part, str | None) for part in place):
            filled.fields["place"] = ", ".join(dict.fromkeys(part for part in place if part))[:300]
        else:
            filled.fields["place"] = place[0]  # the door says what it must be
        fields = {**filled.fields, **fields}
        _respell(fields)
        given, derived = fields.pop("id", None), True
        if given is not None:
            try:
                fields["id"], derived = str(UUID(str(given))), False
            except ValueError:
                # Another program's number: with the content, so that two files numbered alike do not collide.
                fields["id"] = str(uuid5(NAMESPACE, json.dumps(row, sort_keys=True)))
                extra = {"id": given, **extra}
        told = {name: _shown(value) for name, value in extra.items() if not self._proves(name)}
        notes = {name: value for name, value in {**told, **filled.notes}.items() if value not in ("", "[]", "{}")}
        taken = take(line, fields, notes, self._district, self._now, filled.columns, doubts)
        return replace(taken, derived=derived)

    def _proves(self, heading: str) -> bool:
        """Say whether a column holds receipts: nothing keeps them."""
        found = self._headings.field_of(heading)
        return found is not None and found[0] == "follows_receipt"

    def _dates(self, rows: Sequence[dict[str, Any]]) -> dict[str, DateColumn]:
        """Decide once for a file, by heading, how it writes its dates."""
        columns: dict[str, list[object]] = {}
        for row in rows:
            for heading, value in self._cells(*_parted(row)).get("observed_at", ()):
                columns.setdefault(heading, []).append(value)
        proved = proved_columns(columns)
        return {heading: date_column(heading, values, proved) for heading, values in columns.items()}

    def _cells(self, fields: dict[str, Any], extra: dict[str, Any]) -> dict[str, list[Cell]]:
        """Give what is read as in a table: columns by their headings, and fields that are not as the door wants them.

        What is taken from `fields` is no longer in it.
        """
        ranked: dict[str, list[tuple[int, Cell]]] = {}
        for heading, value in extra.items():
            if (found := self._headings.field_of(heading)) and isinstance(value, str | int | float):
                ranked.setdefault(found[0], []).append((found[1], (heading, unread(value) or value)))
        cells = {name: [cell for _, cell in sorted(told, key=lambda one: one[0])] for name, told in ranked.items()}
        for name in _PLACES:
            if isinstance(fields.get(name), str) and (fields[name] or name in cells):
                cells[name] = [(name, fields.pop(name)), *cells.get(name, [])]
        if _is_prose(fields.get("observed_at")):
            cells["observed_at"] = [("observed_at", fields.pop("observed_at"))]
        elif "observed_at" in fields:
            cells.pop("observed_at", None)
        if all(name not in fields or not fields[name] for name in _PLACES):
            for name in _PLACES:
                fields.pop(name, None)
        return cells


def _parted(row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part an object into the fields of a report and what else it holds."""
    fields = {name: value for name, value in row.items() if name in FIELDS and value is not None}
    extra = {name: value for name, value in row.items() if name not in FIELDS and value is not None}
    if isinstance(fields.get("notes"), str):
        extra["notes"] = fields.pop("notes")
    return fields, extra


def _parsed(text: bytes | None) -> "dict[str, Any] | Unparsed":
    try:
        return parse(text)
    except Unparsed as error:
        return error


def parse(text: bytes | None) -> dict[str, Any]:
    """Give the object that a line holds; raises Unparsed."""
    if text is None:
        raise Unparsed(unreadable(""), 400)
    try:
        row = from_json(text)
    except ValueError as error:
        raise Unparsed(unreadable(str(error)), 400) from None
    if not isinstance(row, dict):
        raise Unparsed("harus objek JSON", 422)
    return row


def _rows(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip()[:1] == b"[":
        try:
            elements = read_json(data)
        except (ValueError, RecursionError):
            yield 1, None  # told as one broken row
            return
        yield from ((number, json.dumps(element).encode()) for number, element in enumerate(elements, 1))
        return
    yield from ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())


def _is_prose(value: object) -> bool:
    """Say whether a time is written as people do, and not as the door wants it."""
    if not isinstance(value, str):
        return False
    found = RFC3339.fullmatch(value)
    return found is None or found["zone"] is None


def _respell(fields: dict[str, Any]) -> None:
    """Spell a contact's number and a position in text as the door wants them; anything else is left as it is."""
    if isinstance(contact := fields.get("contact"), str):
        fields["contact"] = e164(contact) or contact
    if isinstance(position := fields.get("position"), str):
        fields["position"] = read_pair(position) or position


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
