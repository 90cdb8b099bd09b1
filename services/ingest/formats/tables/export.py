"""Read tables of reports: exports of Siladeni and its sisters, rekaps that an office keeps, forms of KoBo. Pure.

Columns in any order, headings as the district file maps them, one heading row or two. What no field of a report holds
is kept as a note.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.district import District
from services.ingest.formats.dates import DAY_FIRST, LEFT_OVER, WHOLE_MONTH, has_day, read_time
from services.ingest.formats.fields import Cell, Fields
from services.ingest.formats.headings import Columns, Headings
from services.ingest.formats.place_names import PlaceNames
from services.ingest.formats.row import Taken, take
from services.ingest.formats.tables.date_columns import DateColumn, date_column, proved_columns
from services.ingest.formats.tables.delimited import csv_rows, decoded, delimiter_of, rows_in_one_cell
from services.ingest.formats.tables.ditto import repeated
from services.ingest.formats.tables.forms import rows_of_form
from services.ingest.formats.tables.periods import (
    NO_PERIOD,
    Period,
    is_day_alone,
    is_told_then,
    named_period,
    period_of,
)
from services.ingest.formats.tables.skipped_rows import (
    AGAIN,
    LONE,
    TITLE,
    UNDER,
    Skipped,
    filled,
    is_dated,
    ranges,
    skipped_rows,
    title_of,
)
from services.sheets.cells import COLUMNS, Line, Sheet, UnreadableFile, shown, unread
from services.sheets.limits import as_many_as_a_sheet_has
from services.sheets.workbook import sheets
from services.web.field_errors import Fault

HEADING_WITHIN = 40  # rows above the headings: letterhead, title, filters
DAYS_TO_1904 = 1462  # from the first day of Excel's other calendar to that of the one which Macs had
HEADING_ROWS = 3  # one over the other: "Korban" over "Luka" over "Berat" and "Ringan"
HIDDEN = Fault("", "baris ini tersembunyi di lembarnya (saringan), tetap dibaca")
NO_DATE = "kosong, padahal baris lain bertanggal: dianggap terjadi saat dikirim"
NO_ROWS = "tidak ada baris laporan di bawah judul kolom"
NOTHING_KNOWN = "tidak ada baris judul kolom yang dikenal, misalnya Uraian Kejadian, Tanggal Kejadian, Kecamatan"


@dataclass(frozen=True)
class Export:
    """What a table holds: its rows in order, and what was left out of it."""

    rows: tuple[Taken, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    """The rows of a sheet under one set of columns, by their places: from `first` to before `last`.

    `again`: the places of rows that say these headings once more.
    """

    columns: Columns
    first: int
    last: int
    again: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Table:
    """What is known of one table before its rows are read."""

    columns: Columns
    dates: Mapping[str, DateColumn]
    dated: bool  # whether any row tells when
    loose: bool
    since_1904: bool = False


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
            found = self._rows(sheet, loose=True) or self._otherwise(sheet)
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
        sheet = Sheet("", tuple(lines))
        found = self._rows(sheet, loose=False) or self._otherwise(sheet)
        if found is None:
            raise UnreadableFile(NOTHING_KNOWN)
        return found

    def _otherwise(self, sheet: Sheet) -> Export | None:
        """Read a table whose rows stand in one cell each, as a spreadsheet keeps a csv of another delimiter; a form."""
        lines = rows_in_one_cell(sheet.lines, self._headings.count)
        found = self._rows(replace(sheet, lines=lines), loose=False) if lines else None
        if found is not None:
            return found
        lines, beside = rows_of_form(sheet.lines, self._headings.field_of)
        said = (f"di luar isian formulir, tidak dibaca: baris {ranges(beside)}",) if beside else ()
        return self._rows(replace(sheet, lines=lines, remarks=(*sheet.remarks, *said)), loose=True) if lines else None

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
        parts = self._parts(sheet.lines)
        if not parts:
            return None
        tables = self._tables(parts, sheet, loose=loose)
        over = "; ".join(shown(cell) for line in sheet.lines[: parts[0].first] for cell in line.cells)
        above = self._names.titled(sheet.name) or self._names.of_unit(over)
        whole = named_period(sheet.name).within(period_of(over))
        period, before = whole, None
        rows = []
        passed = self._passed(parts, sheet.lines)
        for part, table in zip(parts, tables, strict=True):
            for place in range(part.first, part.last):
                line = repeated(sheet.lines[place], before)
                kind = passed.kinds.get(place)
                if kind == TITLE:
                    above = self._names.titled(title_of(line))
                elif kind == LONE:
                    period = self._under(title_of(line), period, whole)
                elif kind is None:
                    before = line
                    taken = self._taken(line, table, (above, period), under=place in passed.under)
                    rows.append(replace(taken, sheet=sheet.name))
        told = passed.told(sheet.lines) or ("" if rows else NO_ROWS)
        near = [
            f"judul kolom {part.columns.headings[place]} tidak dikenal, dibaca {name}"
            for part in parts
            for place, name in part.columns.nearly.items()
        ]
        return Export(tuple(rows), (*sheet.remarks, *near, *((told,) if told else ())))

    def _under(self, title: str, period: Period, whole: Period) -> Period:
        """Give what holds below a row of one cell: a day, a month, or what held above it."""
        if self._is_day_and_no_more(title, period):
            return replace(period, day=title)
        named = named_period(title)
        return period if named == NO_PERIOD else named.within(whole)

    def _is_day_and_no_more(self, told: str, period: Period = NO_PERIOD) -> bool:
        try:
            found = read_time(told, self._district.timezone, self._now, DAY_FIRST, period.year)
        except ValueError:
            return False
        one = found.end is not None and found.end - found.start <= timedelta(days=1)
        return one and not {LEFT_OVER, WHOLE_MONTH} & set(found.doubts)

    def _half_told(self, line: Line, columns: Columns) -> bool:
        """Say whether a row of one cell has a date in it and more: a report whose cells were not parted."""
        times = columns.fields.get("observed_at", ())
        alone = [cell for place, cell in filled(line).items() if place in times and len(filled(line)) == 1]
        return any(is_dated(cell, self._is_day) and not self._is_day_and_no_more(shown(cell)) for cell in alone)

    def _parts(self, lines: Sequence[Line]) -> list[_Part]:
        """Cut a sheet where other headings begin: below them each cell means what they say."""
        parts: list[_Part] = []
        at = 0
        while at < len(lines) and (parts or lines[at].number <= HEADING_WITHIN):
            found = self._headings_at(lines, at, again=bool(parts))
            if found is None:
                at += 1
                continue
            columns, below = found
            if parts and _same(columns, parts[-1].columns):
                parts[-1] = replace(parts[-1], again=parts[-1].again | set(range(at, below)))
            else:
                if parts:
                    parts[-1] = replace(parts[-1], last=at)
                parts.append(_Part(columns, below, len(lines)))
            at = below
        return parts

    def _headings_at(self, lines: Sequence[Line], at: int, *, again: bool) -> tuple[Columns, int] | None:
        """Give the columns of a heading row and those under it, and the place below; None where none begins."""
        line = lines[at]
        if again and (line.why or not filled(line)):
            return None
        if self._headings.count(line.cells) <= int(again):
            return None
        rows = [line]
        while at + len(rows) < len(lines) and len(rows) < HEADING_ROWS:
            if not self._headings.below(rows[-1], lines[at + len(rows)]):
                break
            rows.append(lines[at + len(rows)])
        return self._headings.columns(*rows), at + len(rows)

    def _passed(self, parts: Sequence[_Part], lines: Sequence[Line]) -> Skipped:
        """Find the rows of a sheet that are no reports, headings between its parts among them."""
        kinds: dict[int, str] = {}
        under: set[int] = set()
        for before, part in zip((None, *parts), parts, strict=False):
            found = skipped_rows(
                lines[part.first : part.last],
                part.columns,
                frozenset(place - part.first for place in part.again),
                lambda words: bool(self._names.titled(words)),
                self._is_day,
            )
            kinds |= {
                part.first + place: kind
                for place, kind in found.kinds.items()
                if kind != LONE or not self._half_told(lines[part.first + place], part.columns)
            }
            kinds |= dict.fromkeys(range(before.last, part.first) if before else (), AGAIN)
            under |= {part.first + place for place in found.under}
        return Skipped(kinds, frozenset(under))

    def _is_day(self, cell: object) -> bool:
        return bool(shown(cell)) and has_day(cell, self._district.timezone, self._now)

    def _tables(self, parts: Sequence[_Part], sheet: Sheet, *, loose: bool) -> Iterator[_Table]:
        """Decide once what all rows of a part share: how its columns write dates, and whether its rows tell when."""
        held = [_values(part, sheet.lines) for part in parts]
        proved = [proved_columns(columns) for columns in held]
        for part, columns, own in zip(parts, held, proved, strict=True):
            more = {each.order for other in proved if other is not own for each in other.values() if not each.mixed}
            times = [part.columns.heading(place) for place in part.columns.fields.get("observed_at", ())]
            told_then = [name for place in part.columns.rest if is_told_then(name := part.columns.heading(place))]
            dates = {name: date_column(name, columns.get(name, ()), own, more) for name in (*times, *told_then)}
            dated = any(
                self._is_day(value) or is_day_alone(name, value) for name in times for value in columns.get(name, ())
            )
            yield _Table(part.columns, dates, dated, loose, sheet.since_1904)

    def _taken(self, line: Line, table: _Table, above: tuple[str, Period], *, under: bool) -> Taken:
        if line.why:
            return Taken(line.number, None, (Fault("", line.why),))
        columns = table.columns
        if not table.loose and any(shown(cell) for cell in line.cells[len(columns.headings) :]):
            return Taken(line.number, None, (Fault("", "sel lebih banyak daripada judul kolom"),))
        if self._is_lone_title(line, columns):
            name = next(name for name in ("text", "fact") if name in columns.fields)
            return Taken(line.number, None, (Fault(columns.heading(columns.fields[name][0]), "wajib diisi"),))
        return self._take(line, table, above, under=under)

    def _take(self, line: Line, table: _Table, above: tuple[str, Period], *, under: bool) -> Taken:
        columns, dates = table.columns, table.dates

        def cell(place: int) -> Cell:
            value = line.cells[place] if place < len(line.cells) else None
            if table.since_1904 and place in columns.fields.get("observed_at", ()) and isinstance(value, int | float):
                value += DAYS_TO_1904 if value > DAYS_TO_1904 else 0
            return columns.heading(place), unread(value) or value

        cells = {name: [cell(place) for place in places] for name, places in columns.fields.items()}
        beyond = range(len(columns.headings), len(line.cells))
        filled_in = self._fields.fill(
            cells,
            [cell(place) for place in (*columns.rest, *beyond)],
            lambda heading: dates[heading].order if heading in dates else DAY_FIRST,
            *above,
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


def _same(one: Columns, other: Columns) -> bool:
    return (one.fields, one.rest) == (other.fields, other.rest)


def _values(part: _Part, lines: Sequence[Line]) -> dict[str, list[object]]:
    """Give the cells of a part by the headings of their columns."""
    held: dict[str, list[object]] = {}
    for place in range(len(part.columns.headings)):
        cells = [line.cells[place] for line in lines[part.first : part.last] if place < len(line.cells)]
        held.setdefault(part.columns.heading(place), []).extend(cells)
    return held
