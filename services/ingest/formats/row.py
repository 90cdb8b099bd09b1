"""Give what an intake makes of one row: a report that the door will take, or why not. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.district import District
from services.ingest.validation import NOTE_LIMIT, NOTES_LIMIT, Refused, Row, read_row
from services.web.field_errors import Fault

NAMESPACE = UUID("6b656e74-6f6e-5467-a16e-696e74616b65")  # of ids derived from content; never change it


@dataclass(frozen=True)
class Taken:
    """One row of a file: its line from 1, and either a report or what is wrong with it, by column.

    `derived`: the id follows from the content, so whatever is known under it says the same.
    """

    line: int
    row: Row | None
    faults: tuple[Fault, ...] = ()
    sheet: str = ""
    derived: bool = True


def take(
    line: int,
    fields: Mapping[str, Any],
    notes: Mapping[str, str],
    district: District,
    now: datetime,
    columns: Mapping[str, str] | None = None,
) -> Taken:
    """Make a report of a row's fields, with an id that follows from what it says unless it brings one.

    `columns` gives the heading of each field, so that faults name what the sender sees.
    """
    told = {name: value for name, value in fields.items() if value is not None and value not in ("", [])}
    if "id" not in told:
        canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        told["id"] = str(uuid5(NAMESPACE, canonical.encode("utf-8", "replace").decode()))
    kept = {_cut(name, 300): _cut(value, NOTE_LIMIT) for name, value in list(notes.items())[:NOTES_LIMIT]}
    try:
        body = json.dumps({**told, "notes": kept}, ensure_ascii=True, default=str).encode()
        return Taken(line, read_row(body, district, now))
    except Refused as refused:
        names = columns or {}
        faults = (
            Fault(names.get(fault.field, fault.field.removeprefix("notes.")), fault.why) for fault in refused.faults
        )
        return Taken(line, None, tuple(faults))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
