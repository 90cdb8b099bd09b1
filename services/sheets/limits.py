"""Say how much of a workbook is read, and where each figure comes from. Pure.

A file is smaller than what is made of it: a tag of four bytes is hundreds of bytes in memory, a text that stands once
in a file may stand in a million cells. What is counted here is counted before anything is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from services.security.refusal import Refused
from services.sheets.cells import CELL, COLUMNS, UnreadableFile

T = TypeVar("T")
UNPACKED = 100 * 1024 * 1024  # bytes of all parts together
PARTS = 2_000
ROWS = 100_000  # of one sheet
ALL_ROWS = 2 * ROWS  # of all sheets
WIDTH = 16_384  # cells of one row: as many columns as a sheet of Excel can have
ROW_TAGS = 1_048_576  # rows of one sheet as they stand in the file, empty ones too: as many as Excel has
MERGED = 20_000  # merged cells of one sheet
WITHOUT_VALUE = 200_000  # formulas that were never computed: each is named, and 50,000 rows have four
FORMATS = 65_490  # cell formats: as many as Excel has
# Tags and attributes. A filled cell is five: <c r s t><v>. A million filled cells are 50,000 rows of 20 columns.
MARKS = 5_000_000
STRINGS = 1_000_000  # different texts: one for each of those cells
GROUP = 10 * WIDTH  # marks of one row, or of one text: a formula with its value is ten
# Marks of a sheet beside its rows: 65,530 links, as many as Excel allows, have five each.
LOOSE = 500_000
# Places of cells that are held, empty ones too: every row and every column that is read, filled.
SLOTS = ROWS * COLUMNS
SMALL = 200_000  # marks of the list of parts, of the workbook and of its relations: PARTS of them, a hundred each
STYLED = 20 * FORMATS  # marks of the list of formats: a cell format has ten, with where its text stands
DEPTH = 64  # tags within tags; a sheet has nine, a theme twelve
ATTRIBUTES = 100  # of one tag, declarations of namespaces too; the widest has 25
TAG = 1024 * 1024  # bytes of one tag: a rule for scattered cells names them all in one attribute
NAMES = 2_000  # different names of tags and attributes in one part; a sheet has about 300
NAMESPACE = 300  # characters of the name of a namespace
# Characters of one text: the longest cell, where every character is written as an escape (_x0041_).
TEXT = 7 * CELL
FORMAT = 255  # characters of a number format, Excel's own limit
# Characters of all cells of a workbook together, each text as often as it stands in a cell.
SHOWN = UNPACKED


class OutOfBounds(UnreadableFile):
    """A file is more than is read of one; `refused` says so in both languages."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.detail.rstrip("."))


@dataclass(frozen=True)
class Bounds:
    """How much of a workbook is read: who expects a short table need not wait for the end of a long one."""

    rows: int | None = None  # of a sheet that are read; None: all, and more than ROWS are refused
    unpacked: int = UNPACKED
    marks: int = MARKS


ALL = Bounds()  # a whole file


@dataclass
class Budget:
    """What is left to one workbook."""

    marks: int = MARKS
    strings: int = STRINGS
    rows: int = ALL_ROWS
    slots: int = SLOTS
    shown: int = SHOWN

    def take_marks(self, many: int) -> None:
        """Take tags and attributes; raises OutOfBounds when there are no more."""
        self.marks -= many
        if self.marks < 0:
            raise OutOfBounds(Refused("file_marks"))

    def take_string(self) -> None:
        """Take one text of the list of texts; raises OutOfBounds when there are no more."""
        self.strings -= 1
        if self.strings < 0:
            raise OutOfBounds(Refused("file_strings", most=STRINGS))

    def take_sheet(self, rows: int, width: int) -> None:
        """Take the rows of one sheet, so many cells wide; raises OutOfBounds when there are no more."""
        self.rows -= rows
        self.slots -= rows * width
        if self.rows < 0:
            raise OutOfBounds(Refused("file_rows", most=ALL_ROWS))
        if self.slots < 0:
            raise OutOfBounds(Refused("file_far_cells"))

    def take_shown(self, characters: int) -> None:
        """Take the characters of one row; raises OutOfBounds when there are no more."""
        self.shown -= characters
        if self.shown < 0:
            raise OutOfBounds(Refused("file_shown"))


def as_many_as_a_sheet_has(rows: Iterable[T]) -> list[T]:
    """Give rows or messages, each of which is looked at word by word; raises OutOfBounds at the first too many."""
    taken = list(islice(rows, ROWS + 1))
    if len(taken) > ROWS:
        raise OutOfBounds(Refused("file_rows", most=ROWS))
    return taken
