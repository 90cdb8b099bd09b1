"""Read delimited text (csv and its sisters) as rows of plain values. Pure: bytes in, rows out."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from services.sheets.cells import COLUMNS, Line, line_of
from services.sheets.limits import WIDTH

TALL = 200  # lines one quoted record may span before its opening quote counts as a slip


def decoded(data: bytes) -> str:
    """Give the text of a file in the encodings that spreadsheets here write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def csv_rows(text: str, delimiter: str) -> Iterator[Line]:
    """Yield the records of a csv text; one with a quote that is never closed costs itself, not the rest."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at, width = 0, 0
    while at < len(lines):
        taken = _record(lines, at, delimiter)
        cells = _cells("\n".join(lines[at : at + taken]), delimiter)
        # A record of many lines and another width: a stray quote has swallowed its neighbours.
        if not taken or cells is None or (taken > 1 and width and len(cells) != width):
            yield Line(at + 1, (), _why(lines[at], delimiter))
            at += 1
            continue
        if any(cell.strip() for cell in cells):
            width = max(width, len(cells))
            wide = any(cell.strip() for cell in cells[COLUMNS:])
            yield Line(at + 1, (), f"lebih dari {COLUMNS} kolom") if wide else line_of(at + 1, tuple(cells[:COLUMNS]))
        at += taken


def _why(line: str, delimiter: str) -> str:
    if line.count(delimiter) > WIDTH:
        return f"lebih dari {COLUMNS} kolom"
    return "tanda kutip tidak ditutup, atau sel terlalu panjang"


def _record(lines: list[str], start: int, delimiter: str) -> int:
    """Give how many lines the record at `start` spans; 0 when its quotes never close."""
    inside = False
    for taken, line in enumerate(lines[start : start + TALL], 1):
        if inside or '"' in line:
            inside = _inside(line, delimiter, inside=inside)
        if not inside:
            return taken
    return 0


def _inside(line: str, delimiter: str, *, inside: bool) -> bool:
    """Say whether a quoted cell is open at the end of the line; quotes count where a cell begins, as csv has it."""
    begins, closed = not inside, False
    for sign in line:
        if inside:
            if sign == '"':
                inside, closed = False, True
        elif sign == '"' and (begins or closed):  # opens a cell, or is the second of a doubled one
            inside, closed = True, False
        else:
            closed = False
        begins = sign == delimiter
    return inside


def _cells(record: str, delimiter: str) -> list[str] | None:
    """Cut one record into cells; None when csv cannot, or when it is wider than any sheet."""
    if record.count(delimiter) > WIDTH:
        return None
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return None


def rows_in_one_cell(lines: Sequence[Line], fits: Callable[[list[str]], int]) -> tuple[Line, ...]:
    """Give the rows of a sheet that stand whole in its first column, cut into cells; none where they do not."""
    filled = [line for line in lines if line.why or any(line.cells)]
    alone = [line for line in filled if not line.why and isinstance(line.cells[0], str) and not any(line.cells[1:])]
    if len(alone) < len(filled):
        return ()
    sign = delimiter_of("\n".join(line.cells[0].replace("\n", " ") for line in alone), fits)
    cut = [(line, _cells(line.cells[0], sign)) for line in alone]
    return tuple(
        line_of(line.number, tuple(cells[:COLUMNS])) if cells else Line(line.number, (), _why(line.cells[0], sign))
        for line, cells in cut
    )


def delimiter_of(text: str, fits: Callable[[list[str]], int]) -> str:
    """Give the delimiter under which the first lines hold the best heading row, as `fits` counts it."""
    head = text.splitlines()[:40]
    return max(";,\t|", key=lambda sign: max((fits((_cells(line, sign) or [])[:COLUMNS]) for line in head), default=0))
