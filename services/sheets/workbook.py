"""Read the sheets of a workbook (xlsx, xlsm), as Excel, LibreOffice and Google write it. Pure: bytes in, rows out.

Nothing in a file is ever computed: a formula is its last shown value, and is named when it has none. What a file holds
is counted before it is read (limits), and openpyxl is given what was counted (package): no entity, no tree without an
end. The same holds whoever hands it in: a person, a command, Siladeni's folder.
"""

import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from services.security.refusal import Refused
from services.sheets.archive import BROKEN
from services.sheets.cells import COLUMNS, NO_VALUE, Line, Sheet, UnreadableFile, letter, shown
from services.sheets.limits import ALL, ROWS, Bounds, Budget, OutOfBounds
from services.sheets.package import BROKEN_SHEET, Found, checked
from services.sheets.scan import Marks, Merged


def sheets(data: bytes, bounds: Bounds = ALL) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in order; raises UnreadableFile."""
    import openpyxl  # noqa: PLC0415 - 15 MB, for the process that is really sent a workbook
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    package = checked(data, bounds)
    for one in package.sheets:
        if one.marks.last > ROWS:
            raise OutOfBounds(Refused("file_rows", most=ROWS))
        package.budget.take_sheet(one.marks.last, one.marks.furthest)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not know of a style is nothing to us
            book = openpyxl.load_workbook(io.BytesIO(package.data), read_only=True, data_only=True, keep_links=False)
    except (*BROKEN, InvalidFileException) as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error
    try:
        read = {sheet.title: sheet for sheet in book.worksheets}
        for one in package.sheets:
            lines = () if one.hidden else _lines(read[one.name], one, package.budget)
            yield Sheet(one.name, lines, one.hidden, package.since_1904, _remarks(one, lines))
    finally:
        book.close()


def _lines(sheet: Any, found: Found, budget: Budget) -> tuple[Line, ...]:
    marks = found.marks
    last = max(1, marks.last)
    try:
        sheet.reset_dimensions()  # what a sheet says of its size may be wrong
        covering = _Covering(marks.merged)
        lines = []
        rows = sheet.iter_rows(values_only=True, max_row=last, max_col=max(1, marks.furthest))
        for number, values in enumerate(islice(rows, last), 1):  # what stands below the last row is left unread
            budget.take_shown(_length(values))
            line = _line(number, list(values[: marks.widths.get(number, 0)]), marks, covering)
            budget.take_shown(_length(line.cells) - _length(line.cells[place] for place in line.own))
            lines.append(line)
        return tuple(lines)
    except BROKEN as error:
        raise UnreadableFile(BROKEN_SHEET) from error


def _remarks(found: Found, lines: Sequence[Line]) -> tuple[str, ...]:
    """Say what of a sheet is not read, and which hidden columns are."""
    held = {place for line in lines for place, cell in enumerate(line.cells) if shown(cell)}
    hidden = [letter(place) for place in sorted(held) if place + 1 in found.marks.hidden_columns]
    told = [f"kolom {', '.join(hidden)} tersembunyi, tetap dibaca"] if hidden else []
    return (*told, *(["komentar pada sel tidak dibaca"] if found.comments else []))


def _length(cells: Iterable[Any]) -> int:
    return sum(len(cell) for cell in cells if isinstance(cell, str))


def _line(number: int, values: list[Any], marks: Marks, covering: "_Covering") -> Line:
    if any(shown(value) for value in values[COLUMNS:]):
        return Line(number, (), f"lebih dari {COLUMNS} kolom")
    cells = values[:COLUMNS]
    for place in range(len(cells)):
        if cells[place] in (None, "") and (number, place + 1) in marks.without_value:
            cells[place] = NO_VALUE
    own = frozenset(place for place, value in enumerate(cells) if value not in (None, ""))
    filled, spread = covering.fill(number, cells)
    return Line(number, tuple(filled), own=own, spread=spread, hidden=number in marks.hidden)


class _Covering:
    """The merged cells of a sheet, walked through row by row."""

    def __init__(self, merged: list[Merged]) -> None:
        self._coming = sorted(merged, key=lambda one: one[1], reverse=True)
        self._open: list[tuple[Merged, Any]] = []  # with the value of its first cell

    def fill(self, number: int, cells: list[Any]) -> tuple[list[Any], Mapping[int, int]]:
        """Give the cells of a row with what merged cells bring from above, and which places lie beside a merged one."""
        self._open = [(one, value) for one, value in self._open if one[3] >= number]
        while self._coming and self._coming[-1][1] <= number:
            one = self._coming.pop()
            self._open.append((one, cells[one[0] - 1] if one[0] <= len(cells) else None))
        if len(self._open) > COLUMNS:  # merged cells do not overlap: a row cannot have so many
            raise UnreadableFile("lembar kerja rusak: sel gabungan saling menindih")
        spread: dict[int, int] = {}
        filled = list(cells)
        for (left, top, right, _), value in self._open:
            if top == number:
                spread |= dict.fromkeys(range(left - 1, min(right, COLUMNS)), left - 1) if right > left else {}
            elif left <= COLUMNS and value is not None:
                filled += [None] * (left - len(filled))
                if filled[left - 1] in (None, ""):
                    filled[left - 1] = value
        return filled, spread
