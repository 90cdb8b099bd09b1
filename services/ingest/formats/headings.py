"""Find the heading rows of a table and which column fills which field, as the district file maps headings. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.district import District
from services.sheets.cells import Line, letter, shown
from services.web.headings import plain

TELLING = ("title", "fact", "text")  # a table of reports has one of these columns
LONGEST_HEADING = 60  # characters of a heading in a second row
OTHERS_NAMES = {"observed_at": ("occurred", "occurred_at")}  # of other programs, in JSON
# KoBo and ODK export a position as four columns named after its question.
_OF_A_QUESTION = re.compile(r"_.{0,80}_(latitude|longitude|precision|altitude)")
_COLUMN_NUMBER = re.compile(r"(\()?(\d{1,3})(?(1)\))")


@dataclass
class Columns:
    """Which columns hold what: places of cells by field, in the district's order of preference, and the rest."""

    headings: tuple[str, ...]
    fields: dict[str, list[int]] = field(default_factory=dict)
    rest: list[int] = field(default_factory=list)

    def heading(self, place: int) -> str:
        """Give what a person sees above a column; one without a heading is called by its letter."""
        told = self.headings[place] if place < len(self.headings) else ""
        return told or f"Kolom {letter(place)}"


class Headings:
    """The headings that one district knows."""

    def __init__(self, district: District) -> None:
        columns = {name: (*headings, *OTHERS_NAMES.get(name, ())) for name, headings in district.intake.columns.items()}
        self._known = {
            plain(heading): (name, rank)
            for name, headings in columns.items()
            for rank, heading in reversed(list(enumerate(headings)))
        }

    def field_of(self, heading: object) -> tuple[str, int] | None:
        """Give the field that a heading names, and its rank among that field's headings."""
        if found := self._known.get(plain(heading)):
            return found
        question = _OF_A_QUESTION.fullmatch(str(heading or "").strip().lower())
        return self._known.get(question[1]) if question else None

    def count(self, cells: Iterable[object]) -> int:
        """Count the known headings in a row; 0 when it is no heading row."""
        filled = [cell for cell in cells if plain(cell)]
        known = [found[0] for cell in filled if (found := self.field_of(cell))]
        if not any(name in TELLING for name in known) or (len(known) == 1 and len(filled) > 1):
            return 0
        return len(known)

    def below(self, top: Line, sub: Line) -> bool:
        """Say whether a row under the headings is a second row of them: "Waktu Kejadian" over "Tanggal" and "Jam"."""
        own = {place: cell for place, cell in enumerate(sub.cells) if place in sub.own and shown(cell)}
        words = all(isinstance(cell, str) and len(cell) <= LONGEST_HEADING for cell in own.values())
        if not own or sub.number != top.number + 1 or not words:
            return False
        if any(place in top.spread for place in own):
            return all(place in top.spread for place in own)
        known = [found[0] for cell in own.values() if (found := self.field_of(cell))]
        bare = any(place >= len(top.cells) or not shown(top.cells[place]) for place in own)
        return bare and len(known) == len(own) > 1 and not set(TELLING) & set(known)

    def columns(self, top: Line, sub: Line | None) -> Columns:
        """Give the columns under one heading row, or two joined."""
        names, tops, subs = [], _spread(top), sub.cells if sub else ()
        width = max(len(tops), len(subs))
        columns = Columns(())
        ranked: dict[str, list[tuple[int, int]]] = {}
        for place in range(width):
            above = shown(tops[place]) if place < len(tops) else ""
            below = shown(subs[place]) if sub and place < len(subs) and place in sub.own else ""
            if below and not above and place:  # a table without merged cells leaves the rest of a heading blank
                above = next((told for cell in reversed(tops[:place]) if (told := shown(cell))), "")
            names.append(" / ".join(dict.fromkeys(filter(None, (above, below)))))
            found = (self.field_of(below) or self.field_of(f"{above} {below}")) if below else None
            if found := found or self.field_of(above):
                ranked.setdefault(found[0], []).append((found[1], place))
            else:
                columns.rest.append(place)
        columns.headings = tuple(names)
        columns.fields = {name: [place for _, place in sorted(places)] for name, places in ranked.items()}
        return columns


def _spread(line: Line) -> list[Any]:
    """Give the cells of a heading row with merged ones filled to the right."""
    cells = list(line.cells)
    for place, origin in line.spread.items():
        cells += [None] * (place + 1 - len(cells))
        cells[place] = line.cells[origin] if origin < len(line.cells) else None
    return cells


def numbers_columns(cells: Sequence[object], *, first: bool) -> bool:
    """Say whether a row only numbers its columns: (1) (2) (3); without brackets only `first` under the headings.

    >>> numbers_columns(["(1)", "(2)", "(3)"], first=False), numbers_columns([1, 2], first=True)
    (True, True)
    """
    filled = [shown(cell) for cell in cells if shown(cell)]
    found = [_COLUMN_NUMBER.fullmatch(told) for told in filled]
    if len(filled) < 2 or not all(found):  # noqa: PLR2004
        return False
    if not first and not all(one and one[1] for one in found):
        return False
    return [int(one[2]) for one in found if one] == list(range(1, len(filled) + 1))
