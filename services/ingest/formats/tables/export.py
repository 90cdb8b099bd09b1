"""Read tables of reports: exports of Siladeni and its sisters, rekaps that an office keeps, forms of KoBo. Pure.

Columns in any order, headings as the district file maps them, one heading row or two. What no field of a report holds
is kept as a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.district import District
from services.ingest.formats.dates import DAY_FIRST, numbers_of, order_of
from services.ingest.formats.fields import Cell, Fields
from services.ingest.formats.headings import TELLING, Columns, Headings, numbers_columns
from services.ingest.formats.row import Taken, take
from services.ingest.formats.tables.delimited import csv_rows, decoded, delimiter_of
from services.sheets.cells import ERRORS, WRONG_FORMULA, Line, Sheet, Unread, UnreadableFile, shown
from services.sheets.workbook import sheets
from services.web.field_errors import Fault

HEADING_WITHIN = 40  # rows above the headings: letterhead, title, filters
HIDDEN = Fault("", "baris ini tersembunyi di lembarnya (saringan), tetap dibaca")
MIXED = "hari dan bulan tidak pasti: kolom ini berisi tanggal dengan dua urutan"
SWAPPED = "hari dan bulan mungkin tertukar oleh Excel: tanggal lain di kolom ini tertulis sebagai teks"
NOTHING_KNOWN = "tidak ada baris judul kolom yang dikenal, misalnya Uraian Kejadian, Tanggal Kejadian, Kecamatan"


@dataclass(frozen=True)
class Export:
    """What a table holds: its rows in order, and what was left out of it."""

    rows: tuple[Taken, ...]
    remarks: tuple[str, ...] = ()


class _Dates:
    """How one column writes its dates, decided once for all its rows."""

    def __init__(self, values: Sequence[object]) -> None:
        self.order, self.mixed = order_of(list(values))
        written = [found for value in values if (found := numbers_of(value))]
        real = [value for value in values if isinstance(value, datetime)]
        unclear = [day for day, month in written if day <= 12 and month <= 12]  # noqa: PLR2004
        # A spreadsheet that reads month first makes real dates of 05/11/2026 and leaves 13/11/2026 as it was typed.
        self.swapped = bool(written and not unclear and real and all(each.day <= 12 for each in real))  # noqa: PLR2004

    def doubt(self, value: object) -> str:
        """Say why a date of this column is in doubt; "" when it is not."""
        if self.swapped and isinstance(value, datetime) and value.day != value.month:
            return SWAPPED
        found = numbers_of(value)
        if self.mixed and found and max(found) <= 12 and found[0] != found[1]:  # noqa: PLR2004
            return MIXED
        return ""


class Reader:
    """Reads one district's tables; `now` is the time of reading."""

    def __init__(self, district: District, now: datetime) -> None:
        self._district = district
        self._now = now
        self._headings = Headings(district)
        self._fields = Fields(district, now)

    def read_xlsx(self, data: bytes) -> Export:
        """Read every visible sheet that has known headings; raises UnreadableFile."""
        rows: list[Taken] = []
        remarks: list[str] = []
        seen = False
        for sheet in sheets(data):
            if sheet.hidden:
                remarks.append(f"lembar {sheet.name} tersembunyi, tidak dibaca")
                continue
            found = self._rows(sheet, loose=True)
            if found is None:
                if any(shown(cell) for line in sheet.lines for cell in line.cells):
                    remarks.append(f"lembar {sheet.name} tidak dibaca: tidak ada baris judul kolom yang dikenal")
                continue
            seen = True
            rows += found
        if not seen:
            raise UnreadableFile("; ".join((NOTHING_KNOWN, *remarks)))
        return Export(tuple(rows), tuple(remarks))

    def read_csv(self, data: bytes) -> Export:
        """Read delimited text in whatever delimiter and encoding; raises UnreadableFile."""
        text = decoded(data)
        lines = csv_rows(text, delimiter_of(text, self._headings.count))
        rows = self._rows(Sheet("", tuple(lines)), loose=False)
        if rows is None:
            raise UnreadableFile(NOTHING_KNOWN)
        return Export(tuple(rows))

    def knows(self, text: str) -> bool:
        """Say whether this looks like delimited text with headings of ours: a lone one may begin a message."""
        sign = delimiter_of(text, self._headings.count)
        return any(self._headings.count(line.split(sign)) > 1 for line in text.splitlines()[:HEADING_WITHIN])

    def _rows(self, sheet: Sheet, *, loose: bool) -> list[Taken] | None:
        """Give what each row below the headings becomes; None when there are no headings.

        `loose`: a cell beyond the headings is a note, for it was typed there; in text it is a slip of delimiters.
        """
        found = self._find_headings(sheet.lines)
        if found is None:
            return None
        columns, below = found
        lines = sheet.lines[below:]
        dates = {
            columns.heading(place): _Dates([line.cells[place] for line in lines if place < len(line.cells)])
            for place in columns.fields.get("observed_at", ())
        }
        return [
            replace(taken, sheet=sheet.name)
            for taken in (self._taken(line, columns, dates, first=line is lines[0], loose=loose) for line in lines)
            if taken is not None
        ]

    def _find_headings(self, lines: Sequence[Line]) -> tuple[Columns, int] | None:
        """Give the columns, and the place in `lines` of the first row below the headings."""
        for at, line in enumerate(lines):
            if line.number > HEADING_WITHIN:
                return None
            if self._headings.count(line.cells):
                below = lines[at + 1] if at + 1 < len(lines) else None
                two = below is not None and self._headings.below(line, below)
                return self._headings.columns(line, below if two else None), at + (2 if two else 1)
        return None

    def _taken(
        self, line: Line, columns: Columns, dates: dict[str, _Dates], *, first: bool, loose: bool
    ) -> Taken | None:
        if line.why:
            return Taken(line.number, None, (Fault("", line.why),))
        if self._is_furniture(line, columns, first=first):
            return None
        width = len(columns.headings)
        if not loose and any(shown(cell) for cell in line.cells[width:]):
            return Taken(line.number, None, (Fault("", "sel lebih banyak daripada judul kolom"),))
        if self._is_lone_title(line, columns):
            name = next(name for name in ("text", "fact") if name in columns.fields)
            return Taken(line.number, None, (Fault(columns.heading(columns.fields[name][0]), "wajib diisi"),))
        return self._take(line, columns, dates)

    def _take(self, line: Line, columns: Columns, dates: dict[str, _Dates]) -> Taken:
        def cell(place: int) -> Cell:
            value = line.cells[place] if place < len(line.cells) else None
            wrong = isinstance(value, str) and value.strip() in ERRORS
            return columns.heading(place), WRONG_FORMULA if wrong else value

        cells = {name: [cell(place) for place in places] for name, places in columns.fields.items()}
        beyond = range(len(columns.headings), len(line.cells))
        filled = self._fields.fill(
            cells,
            [cell(place) for place in (*columns.rest, *beyond)],
            lambda heading: dates[heading].order if heading in dates else DAY_FIRST,
        )
        doubts = [HIDDEN] if line.hidden else []
        for heading, value in cells.get("observed_at", ()):
            if why := dates[heading].doubt(value):
                doubts.append(Fault(heading, why))
                filled.notes.setdefault(heading, shown(value))
        if filled.faults:
            return Taken(line.number, None, tuple(filled.faults), doubts=(*doubts, *filled.doubts))
        return take(
            line.number,
            filled.fields,
            filled.notes,
            self._district,
            self._now,
            filled.columns,
            (*doubts, *filled.doubts),
        )

    def _is_furniture(self, line: Line, columns: Columns, *, first: bool) -> bool:
        """Say whether a row is no telling: blank, the headings again, their numbers, or a lone cell of a footer."""
        filled = _filled(line)
        telling = {place for name in TELLING for place in columns.fields.get(name, ())}
        return (
            not filled
            or self._headings.count(line.cells) > 1
            or numbers_columns(line.cells, first=first)
            or (len(filled) == 1 and not filled & telling)
        )

    @staticmethod
    def _is_lone_title(line: Line, columns: Columns) -> bool:
        """Say whether a row has one cell, its title, where others tell more: a signature, or a report half written."""
        filled = _filled(line)
        return (
            bool({"text", "fact"} & set(columns.fields))
            and len(filled) == 1
            and filled <= set(columns.fields.get("title", ()))
        )


def _filled(line: Line) -> set[int]:
    return {
        place
        for place, cell in enumerate(line.cells)
        if place in line.own and (shown(cell) or isinstance(cell, Unread))
    }
