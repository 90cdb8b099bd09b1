"""Count what the parts of a workbook hold while they are unpacked: nothing of them is kept, no tree is built. Pure."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from services.security.refusal import Refused
from services.sheets.archive import PIECE
from services.sheets.cells import COLUMNS
from services.sheets.limits import (
    ATTRIBUTES,
    DEPTH,
    FORMATS,
    GROUP,
    LOOSE,
    MERGED,
    NAMES,
    NAMESPACE,
    ROW_TAGS,
    ROWS,
    SMALL,
    STYLED,
    TAG,
    TEXT,
    WIDTH,
    WITHOUT_VALUE,
    Budget,
    OutOfBounds,
)

# Namespaces of strict OOXML (ISO/IEC 29500 part 1) and those that readers know (part 4, transitional).
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
Merged = tuple[int, int, int, int]  # first column, first row, last column, last row; from 1


def _named(*names: str) -> dict[str, str]:
    return {f"{space} {name}": name for space in (MAIN, STRICT_MAIN) for name in names}


class Scan:
    """Reads one part and counts it against what is left to its workbook."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.depth = 0
        self.strict = False
        self._declared = self._text = 0
        self._names: dict[str, str] = {}  # every name that the part uses, once
        parser = expat.ParserCreate(None, " ", self._names)
        parser.buffer_text = parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._define
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._beside
        self._parser = parser

    def read(self, part: IO[bytes]) -> None:
        """Read a part to its end; raises OutOfBounds, and expat.ExpatError or ValueError where it is broken."""
        fed = 0
        while piece := part.read(PIECE):
            fed += len(piece)
            self._parse(piece)
            # What begins and does not end is read again with every piece.
            if fed - self._parser.CurrentByteIndex > TAG + PIECE or len(self._names) > NAMES:
                raise OutOfBounds(Refused("file_tags"))
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def began(self, tag: str, attributes: Sequence[str], marks: int) -> None:
        """Hear of a tag: its namespace and name, its attributes as name, value, name, value."""

    def ended(self) -> None:
        """Hear of the end of the tag at this depth."""

    def said(self, text: str) -> None:
        """Hear of a piece of text."""

    def _start(self, tag: str, attributes: Sequence[str]) -> None:
        self.depth += 1
        marks = 1 + len(attributes) // 2 + self._declared
        self._declared = self._text = 0
        if self.depth > DEPTH or marks > ATTRIBUTES:
            raise OutOfBounds(Refused("file_tags"))
        self.budget.take_marks(marks)
        self.began(tag, attributes, marks)

    def _end(self, _tag: str) -> None:
        self._text = 0
        self.ended()
        self.depth -= 1

    def _said(self, text: str) -> None:
        self._text += len(text)
        if self._text > TEXT:
            raise OutOfBounds(Refused("file_text"))
        self.said(text)

    def _declare(self, _prefix: str | None, space: str | None) -> None:
        self._declared += 1
        if space and len(space) > NAMESPACE:
            raise OutOfBounds(Refused("file_tags"))
        self.strict = self.strict or space == STRICT_MAIN

    def _define(self, *_: object) -> None:
        raise OutOfBounds(Refused("file_definitions"))

    def _beside(self, *_: object) -> None:
        self.budget.take_marks(1)


class SmallScan(Scan):
    """Hands on the tags of a part that is no table: the list of parts, the workbook, its relations."""

    def __init__(self, budget: Budget, hear: Callable[[str, dict[str, str]], None]) -> None:
        super().__init__(budget)
        self._hear = hear
        self._left = SMALL

    def began(self, tag: str, attributes: Sequence[str], marks: int) -> None:
        """Hand it on by its name without its namespace."""
        self._left -= marks
        if self._left < 0:
            raise OutOfBounds(Refused("file_marks"))
        self._hear(tag.rpartition(" ")[2], pairs(attributes))


class StylesScan(Scan):
    """Collects which number format each cell format has; fonts, colours and borders say nothing of a value."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.codes: dict[int, str] = {}  # of formats that are none of Excel's own
        self.formats: list[int] = []
        self._path = [""] * 4
        self._left = STYLED

    def began(self, tag: str, attributes: Sequence[str], marks: int) -> None:
        """Note a number format, or the one of a cell format."""
        self._left -= marks
        if self._left < 0:
            raise OutOfBounds(Refused("file_formats", most=FORMATS))
        if self.depth >= len(self._path):
            return
        self._path[self.depth] = tag.rpartition(" ")[2]
        if self._path[2:] == ["numFmts", "numFmt"] and self.depth == 3:  # noqa: PLR2004 - below its list
            given = pairs(attributes)
            self.codes[int(given["numFmtId"])] = given.get("formatCode", "")
        elif self._path[2:] == ["cellXfs", "xf"] and self.depth == 3:  # noqa: PLR2004
            self.formats.append(int(pairs(attributes).get("numFmtId") or 0))
            if len(self.formats) > FORMATS:
                raise OutOfBounds(Refused("file_formats", most=FORMATS))


class _GroupScan(Scan):
    """Counts a part that is read group by group: what stands outside of groups stays in memory to its end."""

    group = ""
    kinds: dict[str, str] = {}  # noqa: RUF012 - never changed

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._within = 0  # the depth of the group that is open
        self._marks = self._loose = 0

    def began(self, tag: str, attributes: Sequence[str], marks: int) -> None:
        """Count a tag within its group, or outside of all."""
        kind = self.kinds.get(tag, "")
        if self._within:
            self._marks += marks
            if self._marks > GROUP:
                raise OutOfBounds(Refused("file_wide"))
            self.inside(kind, attributes)
        elif kind == self.group:
            self._within, self._marks = self.depth, marks
            self.opened(attributes)
        else:
            self._loose += marks
            if self._loose > LOOSE:
                raise OutOfBounds(Refused("file_marks"))
            self.outside(kind, attributes)

    def ended(self) -> None:
        """Close the group where it ends."""
        if self._within == self.depth:
            self._within = 0

    def opened(self, attributes: Sequence[str]) -> None:
        """Hear of a group that begins."""

    def inside(self, kind: str, attributes: Sequence[str]) -> None:
        """Hear of a tag within a group."""

    def outside(self, kind: str, attributes: Sequence[str]) -> None:
        """Hear of a tag outside of all groups."""


class StringsScan(_GroupScan):
    """Counts the list of texts."""

    group = "si"
    kinds = _named("si")

    def opened(self, attributes: Sequence[str]) -> None:  # noqa: ARG002 - has none
        """Count a text."""
        self.budget.take_string()

    def inside(self, kind: str, attributes: Sequence[str]) -> None:  # noqa: ARG002 - as above
        """Count a text within a text, which readers take for one."""
        if kind == self.group:
            self.budget.take_string()


@dataclass
class Marks:
    """What a sheet says of its cells beside their values."""

    hidden: set[int] = field(default_factory=set)  # rows
    hidden_columns: set[int] = field(default_factory=set)  # from 1
    without_value: set[tuple[int, int]] = field(default_factory=set)  # row and column of formulas
    merged: list[Merged] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)  # the last cell of a row
    last: int = 0  # row that holds something
    furthest: int = 0  # column that holds something


class SheetScan(_GroupScan):
    """Counts a sheet and notes what it says of its cells."""

    group = "row"
    kinds = _named("row", "f", "v", "mergeCell", "col")

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.marks = Marks()
        self._rows = self._row = self._column = self._cells = self._width = 0
        self._filled = self._formula = self._in_value = self._value = False

    def opened(self, attributes: Sequence[str]) -> None:
        """Begin a row."""
        self._rows += 1
        if self._rows > ROW_TAGS:
            raise OutOfBounds(Refused("file_rows", most=ROW_TAGS))
        given = pairs(attributes)
        self._row = int(given.get("r") or self._row + 1)
        if given.get("hidden") in ("1", "true"):
            self.marks.hidden.add(self._row)
        self._column = self._cells = self._width = 0

    def inside(self, kind: str, attributes: Sequence[str]) -> None:
        """Begin a cell (whatever stands in a row is one to readers), or what a cell holds."""
        below = self.depth - self._within
        if below == 1:
            self._cells += 1
            if self._cells > WIDTH:
                raise OutOfBounds(Refused("file_wide"))
            found = _CELL.fullmatch(_of(attributes, "r")) if attributes else None
            self._column = column = _column(found[1]) if found else self._column + 1
            self._width = max(self._width, column)
            self._filled = self._formula = self._value = False
        elif below == 2:  # noqa: PLR2004 - a cell's own
            self._filled = True
            self._formula = self._formula or kind == "f"
            self._in_value = kind == "v"

    def said(self, text: str) -> None:
        """Note that a cell has a value."""
        if self._in_value and text and self.depth - self._within == 2:  # noqa: PLR2004
            self._value = True

    def ended(self) -> None:
        """End a cell or a row."""
        if not self._within:
            return
        below = self.depth - self._within
        if below == 0:
            self._within = 0
            if self._width and self._row <= ROWS:
                self.marks.widths[self._row] = max(self.marks.widths.get(self._row, 0), self._width)
        elif below == 1:
            self._in_value = False
            if self._filled:
                self._end_filled()

    def _end_filled(self) -> None:
        marks, row, column = self.marks, self._row, self._column
        marks.last = max(marks.last, row)
        marks.furthest = max(marks.furthest, column)
        if self._formula and not self._value and row <= ROWS and column <= COLUMNS:
            marks.without_value.add((row, column))
            if len(marks.without_value) > WITHOUT_VALUE:
                raise OutOfBounds(Refused("file_marks"))

    def outside(self, kind: str, attributes: Sequence[str]) -> None:
        """Note a merged cell, or a column that is hidden."""
        if kind == "col" and _of(attributes, "hidden") in ("1", "true"):
            first, last = (int(_of(attributes, name) or 1) for name in ("min", "max"))
            self.marks.hidden_columns.update(range(max(1, first), min(last, COLUMNS) + 1))
        if kind == "mergeCell" and len(self.marks.merged) < MERGED:
            from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - 15 MB, for who is sent a workbook

            left, top, right, bottom = (int(bound or 1) for bound in range_boundaries(_of(attributes, "ref")))
            if left <= COLUMNS:
                self.marks.merged.append((left, top, right, bottom))


def pairs(attributes: Sequence[str]) -> dict[str, str]:
    """Give attributes by their names.

    >>> pairs(["r", "A1", "s", "3"])
    {'r': 'A1', 's': '3'}
    """
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _of(attributes: Sequence[str], name: str) -> str:
    return next((attributes[at + 1] for at in range(0, len(attributes), 2) if attributes[at] == name), "")


@functools.lru_cache(maxsize=WIDTH)
def _column(letters: str) -> int:
    """Count a column from its letters, from 1.

    >>> _column("A"), _column("AB")
    (1, 28)
    """
    return functools.reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)
