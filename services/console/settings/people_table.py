"""Read a table of people as an office keeps it: pasted from a spreadsheet, or the spreadsheet itself.

The first row names the columns, in any order and in either language. Each row becomes a person, or says what is wrong
with it; nothing is guessed.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.district import District
from schemas.vocabulary import Classification, Role
from services.sheets.cells import UnreadableFile, shown
from services.sheets.limits import Bounds
from services.sheets.workbook import sheets

MOST_ROWS = 1000
SHEET = Bounds(rows=MOST_ROWS + 2, unpacked=4 * 1024 * 1024, marks=400_000)  # of a workbook with such a table
LONGEST = 200  # signs of one cell that are read
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama", "name", "nama lengkap"),
    "login": ("login", "nama pengguna", "nama masuk", "username", "user"),
    "role": ("peran", "role"),
    "institution": ("instansi", "institution", "opd", "kode instansi"),
    "unit": ("unit", "kecamatan", "desa", "wilayah", "kode wilayah"),
    "post": ("jabatan", "post", "position"),
    "clearance": ("klasifikasi", "clearance"),
}
CELLS = len(COLUMNS) + 20  # of a row that are read
ROLES: Mapping[str, Role] = {
    **{role.value: role for role in Role if role is not Role.GATEWAY},
    "anggota": Role.MEMBER,
    "petugas": Role.MEMBER,
    "koordinator": Role.COORDINATOR,
    "pimpinan": Role.LEADER,
    "verifikator": Role.VERIFIER,
    "pelapor": Role.REPORTER,
    "": Role.MEMBER,
}


@dataclass(frozen=True)
class Row:
    """One row: a person to be, or `faults` (words of the page) with what they are about."""

    number: int
    person: dict[str, Any]
    addresses: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """What was read: rows, headings that nobody understood, and whether rows were left out."""

    rows: tuple[Row, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # columns without which nothing can be read
    cut: bool = False
    logins: tuple[str, ...] = field(default=())

    @property
    def good(self) -> tuple[Row, ...]:
        """Give the rows that can be taken."""
        return tuple(row for row in self.rows if not row.faults)


def cells_of_text(text: str) -> list[list[str]]:
    """Read what was pasted: cells apart by tabs, or by the semicolons or commas of a CSV."""
    first = text.lstrip("\ufeff\n ").partition("\n")[0]
    apart = next((sign for sign in ("\t", ";", ",") if sign in first), "\t")
    return [[cell.strip()[:LONGEST] for cell in row] for row in csv.reader(io.StringIO(text), delimiter=apart)]


def cells_of_sheet(body: bytes) -> list[list[str]] | None:
    """Read the first visible sheet of a workbook, bounded as every file that is handed in; None when it is none."""
    try:
        first = next((sheet for sheet in sheets(body, SHEET) if not sheet.hidden), None)
    except UnreadableFile:
        return None
    lines = first.lines if first else ()
    return [[shown(cell)[:LONGEST] for cell in line.cells[:CELLS]] for line in lines]


def text_of(cells: Iterable[Sequence[str]]) -> str:
    """Write cells as they are pasted, so that a page can carry them to its next step."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(cells)
    return out.getvalue()


def read_table(
    cells: list[list[str]],
    district: District,
    spelt: Callable[[str, str], str | None],
    taken: Callable[..., set[str]],
    addresses: Mapping[str, Sequence[str]],
) -> Table:
    """Read cells as people; `spelt` gives an address its one spelling, `taken` says which logins somebody has.

    `addresses` are the headings under which addresses stand, by channel. Those of a person are used in the order of
    the table's columns.
    """
    rows = [row for row in cells if any(row)]
    if not rows:
        return Table(missing=("name", "login"))
    heading = [re.sub(r"\s+", " ", one.lower()) for one in rows[0]]
    names = {word: name for name, words in (*addresses.items(), *COLUMNS.items()) for word in words}
    columns = {names[word]: place for place, word in enumerate(heading) if word in names}
    channels = [name for name in sorted(columns, key=columns.__getitem__) if name in addresses]
    unknown = tuple(one for one in heading if one and one not in names)
    missing = tuple(name for name in ("name", "login") if name not in columns)
    if missing:
        return Table(unknown=unknown, missing=missing)
    told = [_told(row, columns) for row in rows[1 : MOST_ROWS + 1]]
    logins = [one.get("login", "").lower() for one in told]
    had = taken([login for login in logins if login])
    seen: set[str] = set()
    found = []
    for number, (facts, login) in enumerate(zip(told, logins, strict=True), start=2):
        found.append(_row(number, facts, login, district, spelt, had | seen, channels))
        seen.add(login)
    return Table(tuple(found), unknown, (), len(rows) - 1 > MOST_ROWS, tuple(logins))


def _told(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: row[place] if place < len(row) else "" for name, place in columns.items()}


def _row(
    number: int,
    told: Mapping[str, str],
    login: str,
    district: District,
    spelt: Callable[[str, str], str | None],
    taken: set[str],
    channels: Sequence[str],
) -> Row:
    faults = _who(told.get("name", ""), login, taken)
    role = ROLES.get(told.get("role", "").lower())
    if role is None:
        faults.append(("role", told["role"]))
    institution = _institution(told.get("institution", ""), district)
    if told.get("institution") and institution is None:
        faults.append(("institution", told["institution"]))
    unit = _unit(told.get("unit", ""), district)
    if unit is None:
        faults.append(("unit", told["unit"]))
    clearance = told.get("clearance", "").upper() or Classification.BIASA.name
    if clearance not in Classification.__members__:
        faults.append(("clearance", told["clearance"]))
        clearance = Classification.BIASA.name
    ways = [(channel, told[channel], spelt(channel, told[channel])) for channel in channels if told.get(channel)]
    faults += [("address", given) for _, given, one in ways if one is None]
    addresses = [(channel, one) for channel, _, one in ways if one is not None]
    person = {
        "name": told.get("name", ""),
        "login": login,
        "role": (role or Role.MEMBER).value,
        "institution": institution,
        "unit": unit or "",
        "post": told.get("post", ""),
        "clearance": int(Classification[clearance]),
    }
    return Row(number, person, tuple(addresses), tuple(faults))


def _who(name: str, login: str, taken: set[str]) -> list[tuple[str, str]]:
    faults = [] if name else [("name", "")]
    if not LOGIN.fullmatch(login):
        faults.append(("login", login))
    elif login in taken:
        faults.append(("taken", login))
    return faults


def _institution(given: str, district: District) -> str | None:
    """Find an institution by its code or one of its names."""
    wanted = given.strip().lower()
    for code, one in district.institutions.items():
        if wanted and wanted in (code.lower(), one.name.lower(), one.short.lower()):
            return code
    return None


def _unit(given: str, district: District) -> str | None:
    """Find a place by its code, or a kecamatan by its name; the empty word is no unit, None is not found."""
    wanted = given.strip().lower().removeprefix("kecamatan ").removeprefix("kec. ")
    if not wanted:
        return ""
    if given.strip() in district.places:
        return given.strip()
    return next(
        (c for c, one in district.places.items() if one.kind == "kecamatan" and one.name.lower() == wanted), None
    )
