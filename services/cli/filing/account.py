"""Say what a file holds and what became of every row: a table and sentences for people, JSON for programs. Pure."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from services.cli.filing.sending import Outcome
from services.ingest.formats.detect import Reading
from services.ingest.formats.row import Taken
from services.ingest.validation import Row
from services.web.field_errors import Fault
from services.web.in_english import words_in

SHOWN = 20  # refused or doubtful rows named on the screen after sending; --json names all, --check shows all
WIDTHS = (9, 19, 26, 16, 44)  # characters of the columns of the table
SAID: Mapping[str, Mapping[str, str]] = {
    "id": {
        "headings": "baris waktu tempat pelapor laporan",
        "sendable": "{0} dapat dikirim",
        "accepted": "{0} diterima",
        "known": "{0} sudah ada",
        "refused": "{0} ditolak",
        "unsent": "{0} belum terkirim, kirim ulang berkas ini nanti",
        "doubtful": "{0} perlu diperiksa",
        "remark": "Catatan: {0}.",
        "sheet": "lembar {0}",
        "row": "baris {0}",
        "column": "kolom {0}: {1}",
        "more": "  ... dan {0} lagi (--json menyebut semuanya)",
        "nameless": "anonim",
        "on_sending": "saat dikirim",
        "of_the_text": "dari teks",
    },
    "en": {
        "headings": "row time place reporter report",
        "sendable": "{0} can be sent",
        "accepted": "{0} accepted",
        "known": "{0} there already",
        "refused": "{0} refused",
        "unsent": "{0} not sent yet, send this file again later",
        "doubtful": "{0} to be looked at",
        "remark": "Note: {0}.",
        "sheet": "sheet {0}",
        "row": "row {0}",
        "column": "column {0}: {1}",
        "more": "  ... and {0} more (--json names all)",
        "nameless": "nameless",
        "on_sending": "on sending",
        "of_the_text": "from the text",
    },
}
_DAY = timedelta(days=1)


def told(
    outcome: Outcome, reading: Reading, district: District, *, check: bool, as_json: bool, language: str = "id"
) -> str:
    """Give the account of a file, after it was sent or (`check`) before."""
    if as_json:
        return json.dumps(_as_json(outcome, reading, check=check, language=language), ensure_ascii=False)
    lines = _table(outcome, district, language) if check else []
    parts = [_say(language, "sendable" if check else "accepted", len(outcome.accepted))]
    if outcome.known:
        parts.append(_say(language, "known", len(outcome.known)))
    parts.append(_say(language, "refused", len(outcome.refused)))
    if outcome.unsent:
        parts.append(_say(language, "unsent", len(outcome.unsent)))
    lines.append(", ".join(parts) + ("" if outcome.refused else "."))
    lines += _named(outcome.refused, language, all_=check)
    doubtful = [(taken, taken.doubts) for taken, _ in outcome.accepted if taken.doubts]
    if doubtful:
        lines.append(_say(language, "doubtful", len(doubtful)))
        lines += _named(doubtful, language, all_=check)
    lines += [_say(language, "remark", _printable(_in(language, remark))) for remark in reading.remarks]
    return "\n".join(lines)


def _say(language: str, what: str, *facts: object) -> str:
    return SAID[language][what].format(*facts)


def _in(language: str, said: str) -> str:
    """Give what the reading of a file or the door says in Indonesian, in this language."""
    return words_in(language)(said)


def named(taken: Taken, faults: Iterable[Fault], language: str = "id") -> str:
    """Say where a row is and what is wrong with it.

    >>> named(Taken(14, None), [Fault("Desa", "tidak sah")]), named(Taken(14, None), [Fault("", "tidak sah")], "en")
    ('baris 14, kolom Desa: tidak sah', 'row 14, not valid')
    """
    where = [_say(language, "sheet", _printable(taken.sheet))] if taken.sheet else []
    whys = [(fault.field, _in(language, fault.why)) for fault in faults]
    said = "; ".join(_say(language, "column", field, why) if field else why for field, why in whys)
    return ", ".join((*where, _say(language, "row", taken.line), said))


def _named(rows: Sequence[tuple[Taken, tuple[Fault, ...]]], language: str, *, all_: bool) -> list[str]:
    shown = sorted(rows, key=lambda entry: (entry[0].sheet, entry[0].line))[: None if all_ else SHOWN]
    more = len(rows) - len(shown)
    return [f"  {named(taken, faults, language)}" for taken, faults in shown] + (
        [_say(language, "more", more)] if more else []
    )


def _as_json(outcome: Outcome, reading: Reading, *, check: bool, language: str) -> dict[str, Any]:
    reports = []
    for taken, id_ in outcome.accepted:
        entry: dict[str, Any] = {**_where(taken), "id": id_}
        if taken.doubts:
            entry["doubts"] = _faults(taken.doubts, language)
        if check and taken.row:
            entry["report"] = taken.row.model_dump(mode="json", exclude_defaults=True)
        reports.append(entry)
    return {
        "channel": reading.channel,
        "dry_run": check,
        "accepted": len(outcome.accepted),
        "known": len(outcome.known),
        "doubtful": sum(1 for taken, _ in outcome.accepted if taken.doubts),
        "refused": [{**_where(taken), "errors": _faults(faults, language)} for taken, faults in outcome.refused],
        "unsent": [taken.line for taken in outcome.unsent],
        "reports": reports,
        "remarks": [_in(language, remark) for remark in reading.remarks],
    }


def _where(taken: Taken) -> dict[str, Any]:
    return {"line": taken.line, **({"sheet": taken.sheet} if taken.sheet else {})}


def _faults(faults: Iterable[Fault], language: str) -> list[dict[str, str]]:
    return [{"column": fault.field, "why": _in(language, fault.why)} for fault in faults]


def _table(outcome: Outcome, district: District, language: str) -> list[str]:
    """Give a line for each report that would be filed; "?" marks one that is doubtful."""
    if not outcome.accepted:
        return []
    several = len({taken.sheet for taken, _ in outcome.accepted}) > 1
    zone = ZoneInfo(district.timezone)
    heads = _say(language, "headings").split()
    lines, sheet = [_columns(heads), _columns(["-" * width for width in WIDTHS])], None
    for taken, _ in outcome.accepted:
        if several and taken.sheet != sheet:
            sheet = taken.sheet
            lines.append(_say(language, "sheet", _printable(sheet)))
        if taken.row is not None:
            mark = " ?" if taken.doubts else ""
            row = taken.row
            who = _say(language, "nameless") if row.anonymous else row.contact or "-"
            place = _place(row, district) or _say(language, "of_the_text")
            moment = when(row, zone) or _say(language, "on_sending")
            lines.append(_columns([f"{taken.line}{mark}", moment, place, who, row.text]))
    return [*lines, ""]


def when(row: Row, zone: ZoneInfo) -> str:
    """Say when a report was seen, in local time: a day alone has no hour; "" where it says nothing of it.

    >>> from datetime import UTC
    >>> when(Row(text="x", observed_at=datetime(2026, 11, 23, 14, 15, tzinfo=UTC)), ZoneInfo("Asia/Jakarta"))
    '23/11/2026 21.15'
    """
    if row.observed_at is None:
        return ""
    start = row.observed_at.astimezone(zone)
    end = row.observed_until.astimezone(zone) if row.observed_until and row.observed_until.year < 9999 else None  # noqa: PLR2004
    if end is None:
        return f"{start:%d/%m/%Y %H.%M}"
    if start.time() == end.time() == datetime.min.time():
        last = end - _DAY
        return f"{start:%d/%m/%Y}" if last.date() == start.date() else f"{start:%d/%m}-{last:%d/%m/%Y}"
    return f"{start:%d/%m/%y %H.%M}-{end:%H.%M}"


def _place(row: Row, district: District) -> str:
    names = [district.places[code].name for code in (row.desa, row.kecamatan) if code in district.places]
    position = [f"{row.position.lat:.4f},{row.position.lon:.4f}"] if row.position else []
    return ", ".join([*names, *([row.place] if row.place and not names else []), *position])


def _columns(cells: Sequence[str]) -> str:
    return "  ".join(_cut(_printable(cell), width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _cut(text: str, width: int) -> str:
    """Cut or fill a text to a width on the terminal."""
    taken: list[str] = []
    used = 0
    for sign in text:
        used += 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used > width:
            return "".join(taken)[: width - 1] + "…"
        taken.append(sign)
    return text + " " * (width - used)


def _printable(text: str) -> str:
    """Take out what would steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
