"""Say what a file holds and what became of every row: a table and sentences for people, JSON for programs. Pure."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from services.cli.filing.sending import Outcome
from services.ingest.formats.detect import Reading
from services.ingest.formats.row import Taken
from services.ingest.validation import Row
from services.web.field_errors import Fault

SHOWN = 20  # refused or doubtful rows named on the screen after sending; --json names all, --check shows all
WIDTHS = (9, 19, 26, 16, 44)  # characters of the columns of the table
HEADINGS = ("baris", "waktu", "tempat", "pelapor", "laporan")
_DAY = timedelta(days=1)


def told(outcome: Outcome, reading: Reading, district: District, *, check: bool, as_json: bool) -> str:
    """Give the account of a file, after it was sent or (`check`) before."""
    if as_json:
        return json.dumps(_as_json(outcome, reading, check=check), ensure_ascii=False)
    lines = _table(outcome, district) if check else []
    parts = [f"{len(outcome.accepted)} {'dapat dikirim' if check else 'diterima'}"]
    if outcome.known:
        parts.append(f"{len(outcome.known)} sudah ada")
    parts.append(f"{len(outcome.refused)} ditolak")
    if outcome.unsent:
        parts.append(f"{len(outcome.unsent)} belum terkirim, kirim ulang berkas ini nanti")
    lines.append(", ".join(parts) + ("" if outcome.refused else "."))
    lines += _named(outcome.refused, all_=check)
    doubtful = [(taken, taken.doubts) for taken, _ in outcome.accepted if taken.doubts]
    if doubtful:
        lines.append(f"{len(doubtful)} perlu diperiksa")
        lines += _named(doubtful, all_=check)
    lines += [f"Catatan: {_printable(remark)}." for remark in reading.remarks]
    return "\n".join(lines)


def named(taken: Taken, faults: Iterable[Fault]) -> str:
    """Say where a row is and what is wrong with it.

    >>> named(Taken(14, None), [Fault("Kecamatan", "tidak dikenal")])
    'baris 14, kolom Kecamatan: tidak dikenal'
    """
    sheet = f"lembar {_printable(taken.sheet)}, " if taken.sheet else ""
    said = "; ".join(f"kolom {fault.field}: {fault.why}" if fault.field else fault.why for fault in faults)
    return f"{sheet}baris {taken.line}, {said}"


def _named(rows: Sequence[tuple[Taken, tuple[Fault, ...]]], *, all_: bool) -> list[str]:
    shown = sorted(rows, key=lambda entry: (entry[0].sheet, entry[0].line))[: None if all_ else SHOWN]
    more = len(rows) - len(shown)
    return [f"  {named(taken, faults)}" for taken, faults in shown] + (
        [f"  ... dan {more} lagi (--json menyebut semuanya)"] if more else []
    )


def _as_json(outcome: Outcome, reading: Reading, *, check: bool) -> dict[str, Any]:
    reports = []
    for taken, id_ in outcome.accepted:
        entry: dict[str, Any] = {**_where(taken), "id": id_}
        if taken.doubts:
            entry["doubts"] = _faults(taken.doubts)
        if check and taken.row:
            entry["report"] = taken.row.model_dump(mode="json", exclude_defaults=True)
        reports.append(entry)
    return {
        "channel": reading.channel,
        "dry_run": check,
        "accepted": len(outcome.accepted),
        "known": len(outcome.known),
        "doubtful": sum(1 for taken, _ in outcome.accepted if taken.doubts),
        "refused": [{**_where(taken), "errors": _faults(faults)} for taken, faults in outcome.refused],
        "unsent": [taken.line for taken in outcome.unsent],
        "reports": reports,
        "remarks": list(reading.remarks),
    }


def _where(taken: Taken) -> dict[str, Any]:
    return {"line": taken.line, **({"sheet": taken.sheet} if taken.sheet else {})}


def _faults(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"column": fault.field, "why": fault.why} for fault in faults]


def _table(outcome: Outcome, district: District) -> list[str]:
    """Give a line for each report that would be filed; "?" marks one that is doubtful."""
    if not outcome.accepted:
        return []
    several = len({taken.sheet for taken, _ in outcome.accepted}) > 1
    zone = ZoneInfo(district.timezone)
    lines, sheet = [_columns(HEADINGS), _columns(["-" * width for width in WIDTHS])], None
    for taken, _ in outcome.accepted:
        if several and taken.sheet != sheet:
            sheet = taken.sheet
            lines.append(f"lembar {_printable(sheet)}")
        if taken.row is not None:
            mark = " ?" if taken.doubts else ""
            row = taken.row
            who = "anonim" if row.anonymous else row.contact or "-"
            lines.append(_columns([f"{taken.line}{mark}", when(row, zone), _place(row, district), who, row.text]))
    return [*lines, ""]


def when(row: Row, zone: ZoneInfo) -> str:
    """Say when a report was seen, in local time: a day alone has no hour.

    >>> from datetime import UTC
    >>> when(Row(text="x", observed_at=datetime(2026, 11, 23, 14, 15, tzinfo=UTC)), ZoneInfo("Asia/Jakarta"))
    '23/11/2026 21.15'
    """
    if row.observed_at is None:
        return "saat dikirim"
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
    return ", ".join([*names, *([row.place] if row.place and not names else []), *position]) or "dari teks"


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
