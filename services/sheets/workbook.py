"""Read the sheets of a workbook (xlsx, xlsm), as Excel, LibreOffice and Google write it. Pure: bytes in, rows out.

Nothing in a file is ever computed: a formula is its last shown value, and is named when it has none. XML is read by
defusedxml, which openpyxl uses where it is installed: no entity is expanded. A file that unpacks to more than a
district's export can be is refused before it is unpacked.
"""

import functools
import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse

from services.sheets.cells import COLUMNS, NO_VALUE, Line, Sheet, UnreadableFile, shown

UNPACKED = 100 * 1024 * 1024  # bytes of all parts of a workbook together
PARTS = 2_000
PIECE = 65_536
ROWS = 100_000  # of one sheet
WIDTH = 16_384  # cells of one row: as many columns as a sheet can have
MERGED = 20_000  # merged cells of one sheet
STRICT = b"http://purl.oclc.org/ooxml/"
# Namespaces of strict OOXML (ISO/IEC 29500 part 1) and those that readers know (part 4, transitional).
TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)
BROKEN = (
    KeyError, ValueError, TypeError, OSError, SyntaxError, EOFError, MemoryError, AttributeError,
    IndexError, AssertionError, OverflowError, RuntimeError, zipfile.BadZipFile, zipfile.LargeZipFile,
    zlib.error,
)  # fmt: skip
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_Merged = tuple[int, int, int, int]  # first column, first row, last column, last row; from 1


@dataclass
class _Marks:
    """What a sheet says of its cells beside their values."""

    hidden: set[int] = field(default_factory=set)  # rows
    without_value: set[tuple[int, int]] = field(default_factory=set)  # row and column of formulas
    merged: list[_Merged] = field(default_factory=list)
    last: int = 0  # row that holds something


@dataclass(frozen=True)
class Bounds:
    """How much of a workbook is read: who expects a short table need not wait for the end of a long one."""

    rows: int | None = None  # of a sheet that are read; None: all, and more than ROWS are refused
    unpacked: int = UNPACKED  # bytes of all parts together
    tags: int | None = None  # in all parts together: a tag of four bytes is hundreds in memory


def sheets(data: bytes, bounds: Bounds = Bounds()) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in order; raises UnreadableFile."""
    import openpyxl  # noqa: PLC0415 - 15 MB, for the process that is really sent a workbook
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    data = _transitional(data, bounds)
    try:
        parts = _parts(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not know of a style is nothing to us
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (*BROKEN, InvalidFileException) as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error
    try:
        for sheet in book.worksheets:
            hidden = sheet.sheet_state != "visible"
            yield Sheet(sheet.title, () if hidden else _lines(sheet, data, parts.get(sheet.title), bounds.rows), hidden)
    finally:
        book.close()


def _tags(archive: zipfile.ZipFile) -> int:
    found = 0
    for part in archive.infolist():
        with archive.open(part) as opened:
            while piece := opened.read(PIECE):
                found += piece.count(b"<")
    return found


def check_archive(archive: zipfile.ZipFile, unpacked: int = UNPACKED) -> None:
    """Refuse an archive that unpacks to too much or is locked; raises UnreadableFile."""
    parts = archive.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > unpacked:
        raise UnreadableFile("isi berkas terlalu besar setelah dibuka")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("berkas berkata sandi: simpan tanpa kata sandi, lalu kirim lagi")


def _transitional(data: bytes, bounds: Bounds) -> bytes:
    """Give a workbook in the namespaces that openpyxl knows; raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_archive(archive, bounds.unpacked)
            if bounds.tags is not None and _tags(archive) > bounds.tags:
                raise UnreadableFile("isi berkas terlalu besar setelah dibuka")
            strict = False
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        head = opened.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableFile("berkas memuat definisi yang tidak dilayani")
                    strict = strict or STRICT in head
            return _translated(archive) if strict else data
    except BROKEN as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error


def _translated(archive: zipfile.ZipFile) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in archive.infolist():
            body = archive.read(part)
            if part.filename.endswith((".xml", ".rels")):
                for strict, known in TRANSITIONAL:
                    body = body.replace(strict, known)
            made.writestr(part.filename, body)
    return out.getvalue()


def _parts(data: bytes) -> dict[str, str]:
    """Give the part that holds each sheet, by the sheet's name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = _target(archive, "_rels/.rels", "officeDocument") or "xl/workbook.xml"
        folder, name = posixpath.split(main)
        related = {
            one.get("Id"): _absolute(folder, one.get("Target", ""))
            for one in fromstring(archive.read(f"{folder}/_rels/{name}.rels"))
        }
        book = fromstring(archive.read(main))
        found = {}
        for one in book.iter():
            if _name(one) == "sheet":
                ids = [value for key, value in one.attrib.items() if key.endswith("}id")]
                found[one.get("name", "")] = related.get(ids[0] if ids else None, "")
        return found


def _target(archive: zipfile.ZipFile, rels: str, kind: str) -> str | None:
    if rels not in archive.namelist():
        return None
    for one in fromstring(archive.read(rels)):
        if one.get("Type", "").endswith(f"/{kind}"):
            return _absolute("", one.get("Target", ""))
    return None


def _absolute(folder: str, target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _lines(sheet: Any, data: bytes, part: str | None, most: int | None) -> tuple[Line, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            marks = _marks(archive, part, most) if part else _Marks()
        if most is None and marks.last > ROWS:
            raise UnreadableFile(f"lebih dari {ROWS} baris: bagi menjadi beberapa berkas")
        sheet.reset_dimensions()  # what a sheet says of its size may be wrong
        covering = _Covering(marks.merged)
        lines = []
        last = max(1, marks.last if most is None else min(most, marks.last))
        for number, values in enumerate(sheet.iter_rows(values_only=True, max_row=last), 1):
            lines.append(_line(number, list(values), marks, covering))
        return tuple(lines)
    except BROKEN as error:
        raise UnreadableFile("lembar kerja rusak") from error


def _line(number: int, values: list[Any], marks: _Marks, covering: "_Covering") -> Line:
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

    def __init__(self, merged: list[_Merged]) -> None:
        self._coming = sorted(merged, key=lambda one: one[1], reverse=True)
        self._open: list[tuple[_Merged, Any]] = []  # with the value of its first cell

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


def _marks(archive: zipfile.ZipFile, part: str, most: int | None) -> _Marks:
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - as above

    marks = _Marks()
    row = cells = 0
    with archive.open(part) as opened:
        for _, element in iterparse(opened, events=("end",)):
            name = _name(element)
            if name == "c":
                cells += 1
                if cells > WIDTH:  # a row is built up in memory before it ends
                    raise UnreadableFile("lembar kerja rusak: baris terlalu lebar")
            elif name == "row":
                row = int(element.get("r") or row + 1)
                _mark_row(element, row, marks)
                element.clear()
                cells = 0
                if row > (ROWS if most is None else most):
                    break
            elif name == "mergeCell" and len(marks.merged) < MERGED:
                left, top, right, bottom = (int(bound or 1) for bound in range_boundaries(element.get("ref", "")))
                if left <= COLUMNS:
                    marks.merged.append((left, top, right, bottom))
    return marks


def _column(letters: str) -> int:
    """Count a column from its letters, from 1.

    >>> _column("A"), _column("AB")
    (1, 28)
    """
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)


def _mark_row(element: Element, row: int, marks: _Marks) -> None:
    if element.get("hidden") in ("1", "true"):
        marks.hidden.add(row)
    column = 0
    for cell in element:
        found = _CELL.fullmatch(cell.get("r", ""))
        column = _column(found[1]) if found else column + 1
        names = {_name(child): child for child in cell}
        if not names:
            continue
        marks.last = max(marks.last, row)
        if "f" in names and not (names["v"].text if "v" in names else None):
            marks.without_value.add((row, column))
