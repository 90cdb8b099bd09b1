"""Find the heading rows of a table and which column fills which field, as the district file maps headings. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import OSA

from schemas.district import District
from services.sheets.cells import Line, letter, shown
from services.web.headings import plain

TELLING = ("title", "fact", "text")  # a table of reports has one of these columns
LONG = 6  # letters from which on a heading may have one typing error
# Fields of such headings: not those of numbers, for "Korban Laka" is another word than "Korban Luka".
MAY_SLIP = frozenset((*TELLING, "observed_at", "kecamatan", "address", "background", "action", "reporter"))
LONGEST_HEADING = 60  # characters of a heading in a second row
LONGEST_KNOWN = 300  # characters of a heading with its remark
OTHERS_NAMES = {"observed_at": ("occurred", "occurred_at")}  # of other programs, in JSON
# KoBo and ODK export a position as four columns named after its question.
_OF_A_QUESTION = re.compile(r"_.{0,80}_(latitude|longitude|precision|altitude)")
_COLUMN_NUMBER = re.compile(r"(\()?(\d{1,3})(?(1)\))")
_PATH = re.compile(r"(?:[A-Za-z0-9_]{1,60}/){1,6}([A-Za-z0-9_]{1,80})", re.ASCII)  # KoBo: its group before a question
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
# A remark that makes another column of it: "Tanggal (lapor)" is not when it happened.
_OTHER_SENSE = re.compile(
    r"\b(?:lapor(?:an)?|pelapor|terlapor|korban|pelaku|saksi|petugas|surat|input|terima|nama|selesai)\b", re.IGNORECASE
)
_PLACES = ("kecamatan", "desa", "region", "address")
PEOPLE = ("killed", "injured", "badly_injured", "lightly_injured", "crowd", "casualties")
# Words beside a heading that add nothing to it, by the fields of which that is so: "Nama Desa", but not "Nama Korban".
_BESIDE: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"wib", "local", "mulai", "awal", "selesai", "akhir"}), ("observed_at",)),
    (frozenset({"singkat", "lengkap"}), (*TELLING, "address")),
    (frozenset({"nama"}), ("kecamatan", "desa")),
    (frozenset({"gps"}), ("position",)),
    (frozenset({"jumlah", "jml", "jmlh", "banyaknya", "perkiraan", "estimasi", "total", "orang", "org"}), PEOPLE),
)
# Two things in one column ("Pelapor / No HP", "Desa/Kecamatan") and the field that holds both.
_BOTH: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"reporter", "phone"}), "reporter"),
    (frozenset(_PLACES), "address"),
    (frozenset({"observed_at", *_PLACES}), "observed_at"),  # its place is found there too
)
BEGINS, ENDS = ("mulai", "awal"), ("selesai", "akhir")  # how the headings of a range's two columns end
_AND = re.compile(r"/|&|\+|\bdan\b", re.IGNORECASE)
_LOOSE = 100  # how far a heading that only fits loosely ranks behind those that are listed


@dataclass
class Columns:
    """Which columns hold what: places of cells by field, in the district's order of preference, and the rest."""

    headings: tuple[str, ...]
    fields: dict[str, list[int]] = field(default_factory=dict)
    rest: list[int] = field(default_factory=list)
    nearly: dict[int, str] = field(default_factory=dict)  # headings with a typing error, as what they are read

    def heading(self, place: int) -> str:
        """Give what a person sees above a column; one without a heading is called by its letter."""
        told = self.headings[place] if place < len(self.headings) else ""
        return told or f"Kolom {letter(place)}"


class Headings:
    """The headings that one district knows."""

    def __init__(self, district: District) -> None:
        columns = {name: (*headings, *OTHERS_NAMES.get(name, ())) for name, headings in district.intake.columns.items()}
        self._known: dict[str, tuple[str, int]] = {
            plain(heading): (name, rank)
            for name, headings in columns.items()
            for rank, heading in reversed(list(enumerate(headings)))
        }
        self._listed = {plain(heading): heading for headings in columns.values() for heading in headings}

    def field_of(self, heading: object) -> tuple[str, int] | None:
        """Give the field that a heading names, and its rank among that field's headings.

        What stands beside it is looked past: a unit or a remark in brackets, a KoBo group, words that add nothing.
        """
        if found := self._known.get(plain(heading)):
            return found
        told = str(heading or "").strip()
        if not told or len(told) > LONGEST_KNOWN:
            return None
        if (path := _PATH.fullmatch(told)) and told == told.lower():
            return self.field_of(path[1])
        if question := _OF_A_QUESTION.fullmatch(told.lower()):
            return self._known.get(question[1])
        if _OTHER_SENSE.search(" ".join(_BRACKETS.findall(told))):
            return None
        bare = _BRACKETS.sub(" ", told)
        found = self._known.get(plain(bare)) or self._beside(bare) or self._both(bare)
        last = _LOOSE if plain(bare).endswith(ENDS) else 0  # a range is told from its beginning on
        return (found[0], found[1] + _LOOSE + last) if found else None

    def _beside(self, heading: str) -> tuple[str, int] | None:
        """Give the field of a heading without the words that add nothing to it."""
        words = re.findall(r"[^\W_]+", heading.casefold())
        for beside, fields in _BESIDE:
            left = [word for word in words if word not in beside]
            if len(left) < len(words) and (found := self._known.get("".join(left))) and found[0] in fields:
                return found
        return None

    def _both(self, heading: str) -> tuple[str, int] | None:
        """Give the field of a heading that names several things, if one field holds what it names."""
        parts = _AND.split(heading)
        found = [each for part in parts if (each := self._known.get(plain(part)) or self._beside(part))]
        fields = {name for name, _ in found}
        whose = any(plain(part) == "nama" for part in parts)  # "Nama/Alamat" is where somebody lives
        if len(parts) == 1 or not found or whose or ("/" not in heading and len(found) < len(parts)):
            return None
        if len(fields) == 1:
            return found[0]
        return next(((field_, _LOOSE) for both, field_ in _BOTH if fields <= both), None)

    def count(self, cells: Iterable[object]) -> int:
        """Count the known headings in a row; 0 when it is no heading row."""
        filled = [cell for cell in cells if plain(cell)]
        known = [found[0] for cell in filled if (found := self.field_of(cell))]
        if not any(name in TELLING for name in known):
            return 0
        if len(known) == 1 and len(filled) > 1:
            slips = sum(bool(self._nearly([shown(cell)])) for cell in filled)
            return 1 + slips if slips else 0
        return len(known)

    def below(self, top: Line, sub: Line) -> bool:
        """Say whether a row under the headings is a second row of them: "Waktu Kejadian" over "Tanggal" and "Jam"."""
        own = {place: cell for place, cell in enumerate(sub.cells) if place in sub.own and shown(cell)}
        words = all(isinstance(cell, str) and len(cell) <= LONGEST_HEADING for cell in own.values())
        if not own or sub.number != top.number + 1 or not words:
            return False
        apart = {place: cell for place, cell in own.items() if not _BRACKETS.fullmatch(cell.strip())}  # no unit alone
        if any(place in top.spread for place in apart):
            return all(place in top.spread for place in apart)
        known = [found[0] for place, cell in apart.items() if (found := self._under(top, place, cell))]
        groups = _groups(top, max(apart, default=0) + 1)
        return len(known) > 1 and not set(TELLING) & set(known) and set(apart) <= groups

    def _under(self, top: Line, place: int, below: object) -> tuple[str, int] | None:
        """Give the field that a cell of a second heading row names, by itself or with what stands above it."""
        return self.field_of(below) or self.field_of(f"{_above(top.cells, place)} {below}")

    def columns(self, *rows: Line) -> Columns:
        """Give the columns under one heading row, or several joined."""
        spread = [_spread(row, below=bool(at)) for at, row in enumerate(rows)]
        names: list[str] = []
        columns = Columns(())
        ranked: dict[str, list[tuple[int, int]]] = {}
        for place in range(max(map(len, spread))):
            labels: list[str] = []
            for cells in reversed(spread):  # what stands below needs what is above it, which may be blank there
                said = shown(cells[place]) if place < len(cells) else ""
                labels.insert(0, said or (_above(cells, place) if any(labels) else ""))
            labels = list(filter(None, labels))
            names.append(" / ".join(dict.fromkeys(labels)))
            found = self._of_labels(labels)
            if found is None and (near := self._nearly(labels)):
                columns.nearly[place] = near
                found = self.field_of(near)
            if found:
                ranked.setdefault(found[0], []).append((found[1], place))
            else:
                columns.rest.append(place)
        columns.headings = tuple(names)
        columns.fields = {name: [place for _, place in sorted(places)] for name, places in ranked.items()}
        return columns

    def _of_labels(self, labels: Sequence[str]) -> tuple[str, int] | None:
        """Give the field of headings over each other: that of the lowest, by itself or with what stands above it."""
        for last in range(len(labels), 0, -1):
            for first in range(last - 1, -1, -1):
                if found := self.field_of(" ".join(labels[first:last])):
                    return found
        return None

    def _nearly(self, labels: Sequence[str]) -> str:
        """Give the one listed heading that a long heading is with one typing error ("Kecamtan"); "" where none is."""
        told = plain(labels[-1]) if labels else ""
        if len(told) < LONG or not told.isalpha():
            return ""
        near = [
            known
            for known, (field_, _) in self._known.items()
            if field_ in MAY_SLIP and OSA.distance(told, known, score_cutoff=1) == 1
        ]
        return self._listed[near[0]] if len(near) == 1 else ""


def _above(tops: Sequence[object], place: int) -> str:
    """Give the heading above a place: a table without merged cells leaves the rest of a heading blank."""
    return next((told for cell in reversed(tops[: place + 1]) if (told := shown(cell))), "")


def _groups(top: Line, width: int) -> set[int]:
    """Give the places of a heading row that belong to a heading with blank cells after it."""
    blank = [place >= len(top.cells) or not shown(top.cells[place]) for place in range(width + 1)]
    return {place for place in range(width) if blank[place] or blank[place + 1]}


def _spread(line: Line, *, below: bool) -> list[Any]:
    """Give the cells of a heading row with merged ones filled to the right; of one `below` another, its own ones."""
    cells = [cell if not below or place in line.own else None for place, cell in enumerate(line.cells)]
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
