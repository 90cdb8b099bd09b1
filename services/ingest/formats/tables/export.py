"""Read tables of reports: exports of Siladeni and its sisters, rekaps that an office keeps, forms of KoBo. Pure.

Columns in any order, headings as the district file maps them, one heading row or two. What no field of a report holds
is kept as a note.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.district import District
from services.ingest.formats.dates import DAY_FIRST, MONTH_FIRST, has_day, numbers_of, order_of
from services.ingest.formats.fields import Cell, Fields
from services.ingest.formats.headings import Columns, Headings
from services.ingest.formats.place_names import PlaceNames
from services.ingest.formats.row import Taken, take
from services.ingest.formats.tables.delimited import csv_rows, decoded, delimiter_of
from services.ingest.formats.tables.skipped_rows import TITLE, UNDER, filled, skipped_rows, title_of
from services.sheets.cells import COLUMNS, ERRORS, WRONG_FORMULA, Line, Sheet, UnreadableFile, shown
from services.sheets.limits import as_many_as_a_sheet_has
from services.sheets.workbook import sheets
from services.web.field_errors import Fault

HEADING_WITHIN = 40  # rows above the headings: letterhead, title, filters
HIDDEN = Fault("", "baris ini tersembunyi di lembarnya (saringan), tetap dibaca")
MIXED = "hari dan bulan tidak pasti: kolom ini berisi tanggal dengan dua urutan"
BORROWED = "hari dan bulan tidak pasti: dibaca bulan lebih dulu, seperti di kolom tanggal lain berkas ini"
NO_DATE = "kosong, padahal baris lain bertanggal: dianggap terjadi saat dikirim"
SWAPPED = "hari dan bulan mungkin tertukar oleh Excel: tanggal lain di kolom ini tertulis sebagai teks"
NOTHING_KNOWN = "tidak ada baris judul kolom yang dikenal, misalnya Uraian Kejadian, Tanggal Kejadian, Kecamatan"


@dataclass(frozen=True)
class Export:
    """What a table holds: its rows in order, and what was left out of it."""

    rows: tuple[Taken, ...]
    remarks: tuple[str, ...] = ()


class _Dates:
    """How one column writes its dates, decided once for all its rows: by its own, or as `others` of the file prove.

    A form's program writes all its columns in one order, and one of them, the time of sending, has days beyond the
    twelfth sooner than the others. Proof of a column itself goes before that, and what was borrowed is doubted: it may
    have been typed by hand.
    """

    def __init__(self, values: Sequence[object], others: frozenset[str] = frozenset()) -> None:
        self.order, self.mixed = order_of(list(values))
        written = [found for value in values if (found := numbers_of(value))]
        real = [value for value in values if isinstance(value, datetime)]
        unclear = [day for day, month in written if day <= 12 and month <= 12]  # noqa: PLR2004
        self.proved = len(unclear) < len(written)
        self.borrowed = bool(unclear) and not self.proved and others == {MONTH_FIRST}
        if self.borrowed:
            self.order = MONTH_FIRST
        # A spreadsheet that reads month first makes real dates of 05/11/2026 and leaves 13/11/2026 as it was typed.
        self.swapped = bool(written and not unclear and real and all(each.day <= 12 for each in real))  # noqa: PLR2004

    def doubt(self, value: object) -> str:
        """Say why a date of this column is in doubt; "" when it is not."""
        if self.swapped and isinstance(value, datetime) and value.day != value.month:
            return SWAPPED
        found = numbers_of(value)
        if (self.mixed or self.borrowed) and found and max(found) <= 12 and found[0] != found[1]:  # noqa: PLR2004
            return MIXED if self.mixed else BORROWED
        return ""


@dataclass(frozen=True)
class _Table:
    """What is known of one table before its rows are read."""

    columns: Columns
    dates: Mapping[str, _Dates]
    dated: bool  # whether any row tells when
    loose: bool


class Reader:
    """Reads one district's tables; `now` is the time of reading."""

    def __init__(self, district: District, now: datetime) -> None:
        self._district = district
        self._now = now
        self._headings = Headings(district)
        self._fields = Fields(district, now)
        self._names = PlaceNames.of(district)

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
            rows += found.rows
            remarks += (f"lembar {sheet.name}: {remark}" for remark in found.remarks)
        if not seen:
            raise UnreadableFile("; ".join((NOTHING_KNOWN, *remarks)))
        return Export(tuple(rows), tuple(remarks))

    def read_csv(self, data: bytes) -> Export:
        """Read delimited text in whatever delimiter and encoding; raises UnreadableFile."""
        text = decoded(data)
        lines = as_many_as_a_sheet_has(csv_rows(text, delimiter_of(text, self._headings.count)))
        found = self._rows(Sheet("", tuple(lines)), loose=False)
        if found is None:
            raise UnreadableFile(NOTHING_KNOWN)
        return found

    def knows(self, text: str) -> bool:
        """Say whether this looks like delimited text with headings of ours: a lone one may begin a message."""
        sign = delimiter_of(text, self._headings.count)
        return any(
            self._headings.count(line.split(sign, COLUMNS)[:COLUMNS]) > 1 for line in text.splitlines()[:HEADING_WITHIN]
        )

    def _rows(self, sheet: Sheet, *, loose: bool) -> Export | None:
        """Give what each row below the headings becomes; None when there are no headings.

        `loose`: a cell beyond the headings is a note, for it was typed there; in text it is a slip of delimiters.
        """
        found = self._find_headings(sheet.lines)
        if found is None:
            return None
        columns, below = found
        lines = sheet.lines[below:]
        table = self._table(columns, lines, loose=loose)
        passed = skipped_rows(
            lines,
            columns,
            self._headings,
            lambda words: bool(self._names.titled(words)),
            self._is_day,
        )
        over = "; ".join(shown(cell) for line in sheet.lines[:below] for cell in line.cells)
        above = self._names.titled(sheet.name) or self._names.of_unit(over)
        rows = []
        for place, line in enumerate(lines):
            if passed.kinds.get(place) == TITLE:
                above = self._names.titled(title_of(line))
            elif place not in passed.kinds:
                taken = self._taken(line, table, above, under=place in passed.under)
                rows.append(replace(taken, sheet=sheet.name))
        told = passed.told(lines)
        return Export(tuple(rows), (told,) if told else ())

    def _is_day(self, cell: object) -> bool:
        return bool(shown(cell)) and has_day(cell, self._district.timezone, self._now)

    def _table(self, columns: Columns, lines: Sequence[Line], *, loose: bool) -> _Table:
        """Decide once what all rows of a table share: how its columns write dates, and whether its rows tell when."""
        times = columns.fields.get("observed_at", ())

        def values(place: int) -> list[object]:
            return [line.cells[place] for line in lines if place < len(line.cells)]

        proved = {
            place: each
            for place in range(len(columns.headings))
            if all(map(_is_date, filter(shown, values(place)))) and (each := _Dates(values(place))).proved
        }
        dates = {}
        for place in times:
            others = frozenset(each.order for other, each in proved.items() if other != place and not each.mixed)
            dates[columns.heading(place)] = _Dates(values(place), others)
        dated = any(self._is_day(value) for place in times for value in values(place))
        return _Table(columns, dates, dated, loose)

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

    def _taken(self, line: Line, table: _Table, above: str, *, under: bool) -> Taken:
        if line.why:
            return Taken(line.number, None, (Fault("", line.why),))
        columns = table.columns
        if not table.loose and any(shown(cell) for cell in line.cells[len(columns.headings) :]):
            return Taken(line.number, None, (Fault("", "sel lebih banyak daripada judul kolom"),))
        if self._is_lone_title(line, columns):
            name = next(name for name in ("text", "fact") if name in columns.fields)
            return Taken(line.number, None, (Fault(columns.heading(columns.fields[name][0]), "wajib diisi"),))
        return self._take(line, table, above, under=under)

    def _take(self, line: Line, table: _Table, above: str, *, under: bool) -> Taken:
        columns, dates = table.columns, table.dates

        def cell(place: int) -> Cell:
            value = line.cells[place] if place < len(line.cells) else None
            wrong = isinstance(value, str) and value.strip() in ERRORS
            return columns.heading(place), WRONG_FORMULA if wrong else value

        cells = {name: [cell(place) for place in places] for name, places in columns.fields.items()}
        beyond = range(len(columns.headings), len(line.cells))
        filled_in = self._fields.fill(
            cells,
            [cell(place) for place in (*columns.rest, *beyond)],
            lambda heading: dates[heading].order if heading in dates else DAY_FIRST,
            above,
        )
        doubts = [doubt for doubt, so in ((HIDDEN, line.hidden), (Fault("", UNDER), under)) if so]
        for heading, value in cells.get("observed_at", ()):
            if why := dates[heading].doubt(value):
                doubts.append(Fault(heading, why))
                filled_in.notes.setdefault(heading, shown(value))
        if filled_in.faults:
            return Taken(line.number, None, tuple(filled_in.faults), doubts=(*doubts, *filled_in.doubts))
        if table.dated and not filled_in.fields.get("observed_at"):
            doubts.append(Fault(filled_in.columns["observed_at"], NO_DATE))
        return take(
            line.number,
            filled_in.fields,
            filled_in.notes,
            self._district,
            self._now,
            filled_in.columns,
            (*doubts, *filled_in.doubts),
        )

    @staticmethod
    def _is_lone_title(line: Line, columns: Columns) -> bool:
        """Say whether a row has one cell, its title, where others tell more: a signature, or a report half written."""
        cells = set(filled(line))
        return (
            bool({"text", "fact"} & set(columns.fields))
            and len(cells) == 1
            and cells <= set(columns.fields.get("title", ()))
        )


def _is_date(value: object) -> bool:
    """Say whether a cell is a date in numbers, with its hour or without."""
    return numbers_of(value) is not None and len(shown(value)) <= 30  # noqa: PLR2004 - no sentence with a date in it
