"""Read the cells of an exported file, xlsx or csv, as rows of plain values. Pure: bytes in, rows out.

Nothing in a file is ever computed: a formula is its last shown value or nothing. A file that unpacks to more than a
district's export can be is refused before it is unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

UNPACKED = 100 * 1024 * 1024  # bytes of all parts of a workbook together
PARTS = 2_000
ROWS = 100_000  # of one sheet
COLUMNS = 200
CELL = 32_767  # characters, Excel's own limit
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
TALL = 200  # lines one quoted record may span before its opening quote counts as a slip


class UnreadableFile(Exception):  # noqa: N818 - said as a fact
    """A file as a whole cannot be read; says why, in Indonesian."""


@dataclass(frozen=True)
class Line:
    """One row: its number in the file from 1, its cells, or why it cannot be read."""

    number: int
    cells: tuple[Any, ...]
    why: str = ""


def sheets(data: bytes) -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield the name and the rows of each sheet of a workbook; raises UnreadableFile."""
    _check_archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a sheet says of its size may be wrong
            yield sheet.title, _sheet_rows(sheet)
    finally:
        book.close()


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise UnreadableFile("isi berkas terlalu besar")
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableFile("berkas berkata sandi")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        head = opened.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableFile("berkas memuat definisi yang tidak dilayani")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error


def _sheet_rows(sheet: Any) -> Iterator[Line]:
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > ROWS:
                raise UnreadableFile(f"lebih dari {ROWS} baris")
            yield Line(number, tuple(row[:COLUMNS]))
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, SyntaxError, EOFError, MemoryError) as error:
        raise UnreadableFile("lembar kerja rusak") from error


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
            yield Line(at + 1, (), "tanda kutip tidak ditutup, atau sel terlalu panjang")
            at += 1
            continue
        if any(cell.strip() for cell in cells):
            width = max(width, len(cells))
            yield Line(at + 1, tuple(cells[:COLUMNS]))
        at += taken


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
    """Cut one record into cells; None when csv cannot."""
    try:
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return None


def delimiter_of(text: str, fits: Callable[[list[str]], int]) -> str:
    """Give the delimiter under which the first lines hold the best heading row, as `fits` counts it."""
    head = text.splitlines()[:40]
    return max(";,\t|", key=lambda sign: max((fits(_cells(line, sign) or []) for line in head), default=0))


def shown(value: object) -> str:
    """Give a cell as a person would read it; an Excel error is nothing.

    >>> shown(3.0), shown(datetime(2025, 4, 20)), shown("#REF!")
    ('3', '2025-04-20', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    text = str(value).replace("_x000D_", "").strip()[:CELL]
    return "" if text in ERRORS else text
