"""Say what a row of a table is, whichever file it comes from. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

COLUMNS = 200
CELL = 32_767  # characters, Excel's own limit
# As Excel, LibreOffice (Err:501 to 540) and Google show a formula that has no result.
ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#ERROR!", "#FIELD!"}
    | {"#GETTING_DATA", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!"}
    | {f"Err:{number}" for number in range(501, 541)}
)
_NARROW = re.compile(r"#{3,255}")  # a number or a date in a column that is too narrow for it


class UnreadableFile(Exception):  # noqa: N818 - said as a fact
    """A file as a whole cannot be read; says why, in Indonesian, and what to do."""


@dataclass(frozen=True)
class Unread:
    """A cell whose value is not in the file; `why` in Indonesian."""

    why: str


NO_VALUE = Unread("rumus tanpa nilai tersimpan: buka di Excel, simpan, lalu kirim lagi")
WRONG_FORMULA = Unread("rumus yang hasilnya galat")
TOO_NARROW = Unread("kolomnya terlalu sempit, isinya tinggal ####: lebarkan, simpan, lalu kirim lagi")


@dataclass(frozen=True)
class Line:
    """One row: its number in the file from 1, its cells, or why it cannot be read.

    `own`: the places whose value stands in this row itself and not in a merged cell that began above. `spread`: places
    that a merged cell of this row covers, with the place where it begins. `hidden`: a filter or a person hid it.
    """

    number: int
    cells: tuple[Any, ...]
    why: str = ""
    own: frozenset[int] = frozenset()
    spread: Mapping[int, int] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet; a file without sheets is one without a name."""

    name: str
    lines: tuple[Line, ...]
    hidden: bool = False
    since_1904: bool = False  # its numbers count the days from 1904, not 1900
    remarks: tuple[str, ...] = ()  # what of it is not read, or should be known; in Indonesian


def line_of(number: int, cells: tuple[Any, ...]) -> Line:
    """Give a row as it stands, with no merged cells."""
    return Line(number, cells, own=frozenset(range(len(cells))))


def letter(place: int) -> str:
    """Give the letters by which spreadsheets call a column, from 0.

    >>> letter(0), letter(4), letter(27)
    ('A', 'E', 'AB')
    """
    told, rest = "", place + 1
    while rest:
        rest, sign = divmod(rest - 1, 26)
        told = chr(ord("A") + sign) + told
    return told


def unread(value: object) -> Unread | None:
    """Give why the value of a cell is not in the file; None where it is.

    >>> unread(" #REF! ") is WRONG_FORMULA, unread("######") is TOO_NARROW, unread("#1")
    (True, True, None)
    """
    told = value.strip() if isinstance(value, str) else ""
    if told[:1] not in ("#", "E"):
        return None
    if told in ERRORS:
        return WRONG_FORMULA
    return TOO_NARROW if _NARROW.fullmatch(told) else None


def shown(value: object) -> str:
    """Give a cell as a person would read it; an error of a formula, or a value that is not there, is nothing.

    >>> shown(3.0), shown(datetime(2025, 4, 20)), shown("#REF!")
    ('3', '2025-04-20', '')
    """
    if value is None or isinstance(value, Unread):
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    text = str(value).replace("_x000D_", "").strip()[:CELL]
    return "" if text[:1] in ("#", "E") and (text in ERRORS or _NARROW.fullmatch(text)) else text
