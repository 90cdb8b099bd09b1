"""Give what an intake makes of one row: a report that the door will take, or why not. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from schemas.district import District
from services.ingest.formats.fields import ABOVE
from services.ingest.validation import NOTE_LIMIT, NOTES_LIMIT, Refused, Row, not_yet, read_row
from services.web.field_errors import Fault
from services.web.headings import ORIGIN_NUMBER, plain

NAMESPACE = UUID("6b656e74-6f6e-5467-a16e-696e74616b65")  # of ids derived from content; never change it
MORE = "Kolom lainnya"  # the note that joins what has no room of its own
DOUBTS = "Perlu diperiksa"  # the note under which doubts travel with a report
EMPTY: tuple[Any, ...] = ("", [], {})
JUDGED = ("text", "notes")  # the door says why an empty one is none
COUNTING = frozenset({"no", "nomor", "nourut", "nomorurut"})  # plain headings of columns that only count the rows
NOT_YET = "waktu ini belum terjadi"


@dataclass(frozen=True)
class Taken:
    """One row of a file: its line from 1, and either a report or what is wrong with it, by column.

    `doubts`: the report goes in, and somebody should look at these. `derived`: the id follows from the content, so
    whatever is known under it says the same.
    """

    line: int
    row: Row | None
    faults: tuple[Fault, ...] = ()
    sheet: str = ""
    derived: bool = True
    doubts: tuple[Fault, ...] = ()


def take(
    line: int,
    fields: Mapping[str, Any],
    notes: Mapping[str, str],
    district: District,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    doubts: Iterable[Fault] = (),
) -> Taken:
    """Make a report of a row's fields, with an id that follows from what it says unless it brings one.

    `columns` gives the heading of each field, so that faults name what the sender sees. Notes in `fields` are the
    sender's own and are judged as they stand; `notes` are cut to what a report holds.
    """
    names = columns or {}
    told = {
        name: value for name, value in fields.items() if value is not None and (value not in EMPTY or name in JUDGED)
    }
    if "id" not in told:
        told["id"] = str(derived_id(told, notes.get(ORIGIN_NUMBER, "")))
    doubted = tuple(doubts)
    own = told.pop("notes", {})
    if isinstance(own, dict):
        # One place stays free for doubts, those of the file as a whole among them.
        kept, left = _fitting(notes, max(0, NOTES_LIMIT - 1 - len(own)))
        if left:
            doubted = (
                *doubted,
                Fault("", f"lebih dari {NOTES_LIMIT - 1} catatan: sisanya digabung dalam yang terakhir"),
            )
        more = {DOUBTS: _cut("; ".join(map(str, doubted)), NOTE_LIMIT)} if doubted and len(own) < NOTES_LIMIT else {}
        told["notes"] = {**more, **kept, **own}
    else:
        told["notes"] = own
    try:
        body = json.dumps(told, ensure_ascii=True, default=str).encode()
        row = read_row(body, district, now)
    except Refused as refused:
        faults = (
            Fault(names.get(fault.field, fault.field.removeprefix("notes.")), fault.why) for fault in refused.faults
        )
        return Taken(line, None, tuple(faults))
    if not_yet(row, now) and not any(doubt.why == NOT_YET for doubt in doubted):
        doubted = (*doubted, Fault(names.get("observed_at", "observed_at"), NOT_YET))
    return Taken(line, row, doubts=doubted)


def doubted(taken: Taken, doubt: Fault) -> Taken:
    """Give a row with one more doubt, which goes with its report; its id stays, for it follows from what is told."""
    if taken.row is None:
        return taken
    said = "; ".join(filter(None, (taken.row.notes.get(DOUBTS), str(doubt))))
    others = [(name, told) for name, told in taken.row.notes.items() if name != DOUBTS]
    notes = {**dict(others[: NOTES_LIMIT - 1]), DOUBTS: _cut(said, NOTE_LIMIT)}
    return replace(taken, row=taken.row.model_copy(update={"notes": notes}), doubts=(*taken.doubts, doubt))


def derived_id(told: Mapping[str, Any], number: str = "") -> UUID:
    """Give the id of a report that brings none: the same for the same fields, whatever is noted beside them.

    `number` is the row's own in its sender's files, where it has one: two numbers are two reports.
    """
    said = {name: value for name, value in told.items() if name not in ("notes", "observed_until", "follows_receipt")}
    if number:
        said[ORIGIN_NUMBER] = number
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return uuid5(NAMESPACE, canonical.encode("utf-8", "replace").decode())


def beyond_id(row: Row) -> tuple[str, dict[str, str]]:
    """Give what a row tells beside its derived id: its end and its notes, but no doubts and no count of rows."""
    notes = {name: told for name, told in row.notes.items() if name != DOUBTS and plain(name) not in COUNTING}
    return row.observed_until.isoformat() if row.observed_until else "", notes


def id_with_the_rest(row: Row) -> UUID:
    """Give the id of a row that is another report than an earlier one of its derived id: of all that it tells."""
    canonical = json.dumps([str(row.id), *beyond_id(row)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return uuid5(NAMESPACE, canonical.encode("utf-8", "replace").decode())


def _fitting(notes: Mapping[str, str], room: int) -> tuple[dict[str, str], bool]:
    """Give at most `room` notes, our own first and what is left over joined; says whether anything was."""
    first = {name: notes[name] for name in (ORIGIN_NUMBER, ABOVE) if name in notes}
    cut = [(_cut(name, 300), _cut(value, NOTE_LIMIT)) for name, value in {**first, **notes}.items()]
    if len(cut) <= room:
        return dict(cut), False
    if room == 0:
        return {}, True
    kept, left = cut[: room - 1], cut[room - 1 :]
    return {**dict(kept), MORE: _cut("; ".join(f"{name}: {value}" for name, value in left), NOTE_LIMIT)}, True


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
