"""Read JSON Lines (or one JSON array) of report-like rows. Pure: bytes in, reports and faults out."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.district import District
from schemas.messages import ReportIn
from services.ingest.formats.dates import read_moment
from services.ingest.formats.place_names import PlaceNames
from services.ingest.formats.row import NAMESPACE, Taken, take
from services.web.field_errors import Fault

FIELDS = frozenset(ReportIn.model_fields)
OCCURRED = ("occurred", "occurred_at", "tanggal", "waktu")  # names of other programs for the same thing


def read_jsonl(data: bytes, district: District, now: datetime) -> Iterator[Taken]:
    """Yield a row for each line that is not blank, in order; what no field holds becomes a note.

    Ids that are no UUID, and rows without one, get one that follows from the row's content. Places may be names; an
    `occurred` without a zone is local.
    """
    names = PlaceNames(district)
    for line, text in _rows(data):
        if text is None:
            yield Taken(line, None, (Fault("", "teks bukan UTF-8"),))
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield Taken(line, None, (Fault("", "bukan JSON"),))
            continue
        if not isinstance(row, dict):
            yield Taken(line, None, (Fault("", "harus objek JSON"),))
            continue
        yield _take(line, row, names, district, now)


def _rows(data: bytes) -> Iterator[tuple[int, str | None]]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip()[:1] == b"[":
        try:
            elements = json.loads(data)
        except (ValueError, RecursionError):
            yield 1, "["  # told as one broken row
            return
        yield from ((number, json.dumps(element)) for number, element in enumerate(elements, 1))
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            try:
                yield number, line.decode()
            except UnicodeDecodeError:
                yield number, None


def _take(line: int, row: dict[str, Any], names: PlaceNames, district: District, now: datetime) -> Taken:
    fields = {name: value for name, value in row.items() if name in FIELDS and value is not None}
    extra = {name: value for name, value in row.items() if name not in FIELDS and value is not None}
    faults: list[Fault] = []
    occurred = next((name for name in OCCURRED if isinstance(extra.get(name), str)), None)
    if occurred and "observed_at" not in fields:
        try:
            fields["observed_at"] = read_moment(extra[occurred], district.timezone).isoformat()
        except ValueError as error:
            faults.append(Fault(occurred, str(error)))
    faults += _locate(fields, extra, names)
    if faults:
        return Taken(line, None, tuple(faults))
    given, derived = fields.pop("id", None), True
    if given is not None:
        try:
            fields["id"], derived = str(UUID(str(given))), False
        except ValueError:
            # Another program's number: with the content, so that two files numbered alike do not collide.
            canonical = json.dumps(row, sort_keys=True)
            fields["id"] = str(uuid5(NAMESPACE, canonical))
            extra = {"id": given, **extra}
    notes = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in extra.items()
    }
    kept = {name: value for name, value in notes.items() if value not in ("", "[]")}
    return replace(take(line, fields, kept, district, now), derived=derived)


def _locate(fields: dict[str, Any], extra: dict[str, Any], names: PlaceNames) -> tuple[Fault, ...]:
    """Turn names of places in `fields` into codes, or into words of `place`."""
    kecamatan, desa = fields.get("kecamatan", ""), fields.get("desa", "")
    if not (isinstance(kecamatan, str) and isinstance(desa, str)):
        return ()  # the door says what they must be
    kabupaten = extra.get("kabupaten") if isinstance(extra.get("kabupaten"), str) else ""
    if not (kecamatan or desa or kabupaten):
        return ()
    found = names.locate(kabupaten=str(kabupaten), kecamatan=kecamatan, desa=desa)
    fields.pop("kecamatan", None)
    fields.pop("desa", None)
    fields |= {name: code for name, code in (("kecamatan", found.kecamatan), ("desa", found.desa)) if code}
    if found.words and isinstance(fields.get("place", ""), str):
        fields["place"] = ", ".join(filter(None, (fields.get("place"), *found.words)))[:300]
    return found.faults
