"""Read exports of Siladeni and its sisters: xlsx or csv, any order of columns, headings as the district file maps them.

Pure: bytes in, a report or its faults per row out. What no field of a report holds is kept as a note.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from schemas.district import District
from schemas.messages import TEXT_LIMIT
from services.ingest.formats.dates import read_moment
from services.ingest.formats.place_names import PlaceNames
from services.ingest.formats.row import Taken, take
from services.ingest.formats.spreadsheets import Line, UnreadableFile, csv_rows, decoded, delimiter_of, sheets, shown
from services.web.field_errors import Fault

TELLING = ("title", "fact", "text")  # a row must have one of these columns
HEADING_WITHIN = 40  # rows above the headings: letterhead, title, filters
LINE_LIMIT = 300  # characters of a place or a contact
OPINION_LIMIT = 4000
_WORD = re.compile(r"[^\W_]+")
ASKED_FOR = frozenset({"anonim", "anonymous", "dirahasiakan", "rahasia"})
NAMELESS = ASKED_FOR | {"", "-", "tidak disebutkan", "n/a", "nihil"}


def plain(heading: object) -> str:
    """Give a heading without case, spaces and signs.

    >>> plain(" Kelurahan / DESA ")
    'kelurahandesa'
    """
    return re.sub(r"[\W_]+", "", str(heading or "").casefold())


@dataclass
class _Columns:
    """Which columns hold what: places of cells by field, in the district's order of preference, and the rest."""

    headings: tuple[str, ...]
    fields: dict[str, list[int]] = field(default_factory=dict)
    rest: list[int] = field(default_factory=list)

    def heading(self, *names: str) -> str:
        """Give the heading of the first of these fields that the file has."""
        return next((self.headings[self.fields[name][0]] for name in names if name in self.fields), names[0])


class Export:
    """Reads one district's exports; `now` is the time of reading."""

    def __init__(self, district: District, now: datetime) -> None:
        self._district = district
        self._now = now
        self._names = PlaceNames(district)
        self._known = {
            plain(heading): (name, rank)
            for name, headings in district.intake.columns.items()
            for rank, heading in reversed(list(enumerate(headings)))
        }
        self._issues = {
            plain(label): issue.code
            for issue in district.issues.values()
            for label in (*issue.synonyms, issue.label_en, issue.label_id, issue.code)
        }

    def read_xlsx(self, data: bytes) -> Iterator[Taken]:
        """Yield the rows of every sheet that has known headings; raises UnreadableFile."""
        seen = False
        for name, lines in sheets(data):
            for taken in self._rows(lines, name):
                seen = True
                if taken is not None:
                    yield taken
        if not seen:
            raise UnreadableFile("tidak ada baris judul kolom yang dikenal")

    def read_csv(self, data: bytes) -> Iterator[Taken]:
        """Yield the rows of a csv in whatever delimiter and encoding; raises UnreadableFile."""
        text = decoded(data)
        seen = False
        for taken in self._rows(csv_rows(text, delimiter_of(text, self._count)), ""):
            seen = True
            if taken is not None:
                yield taken
        if not seen:
            raise UnreadableFile("tidak ada baris judul kolom yang dikenal")

    def knows(self, data: bytes) -> bool:
        """Say whether these bytes look like a csv with headings of ours."""
        text = decoded(data)
        sign = delimiter_of(text, self._count)
        return any(self._count(line.split(sign)) for line in text.splitlines()[:HEADING_WITHIN])

    def _count(self, cells: Iterable[object]) -> int:
        """Count the known headings in a row; 0 when it is no heading row."""
        filled = [plain(cell) for cell in cells if plain(cell)]
        known = [self._known[cell][0] for cell in filled if cell in self._known]
        if not any(name in TELLING for name in known) or (len(known) == 1 and len(filled) > 1):
            return 0
        return len(known)

    def _rows(self, lines: Iterable[Line], sheet: str) -> Iterator[Taken | None]:
        """Yield what each row below the headings becomes; None first, when there are headings."""
        columns: _Columns | None = None
        for line in lines:
            if columns is None:
                if self._count(line.cells):
                    columns = self._columns(line.cells)
                    yield None
                elif line.number > HEADING_WITHIN:
                    return
            elif line.why:
                yield Taken(line.number, None, (Fault("", line.why),), sheet)
            elif not self._is_furniture(line.cells, columns):
                yield replace(self._take(line, columns), sheet=sheet)

    def _columns(self, cells: tuple[Any, ...]) -> _Columns:
        columns = _Columns(tuple(shown(cell) for cell in cells))
        ranked: dict[str, list[tuple[int, int]]] = {}
        for place, cell in enumerate(cells):
            if found := self._known.get(plain(cell)):
                ranked.setdefault(found[0], []).append((found[1], place))
            elif plain(cell):
                columns.rest.append(place)
        columns.fields = {name: [place for _, place in sorted(places)] for name, places in ranked.items()}
        return columns

    def _is_furniture(self, cells: tuple[Any, ...], columns: _Columns) -> bool:
        """Say whether a row is no telling: blank, the headings again, or a lone cell of a footer."""
        filled = {place for place, cell in enumerate(cells) if shown(cell)}
        telling = {place for name in TELLING for place in columns.fields.get(name, ())}
        return not filled or self._count(cells) > 1 or (len(filled) == 1 and not filled & telling)

    @staticmethod
    def _is_lone_title(cells: tuple[Any, ...], columns: _Columns) -> bool:
        """Say whether a row has one cell, its title, where others tell more: a signature, or a report half written."""
        filled = [place for place, cell in enumerate(cells) if shown(cell)]
        return (
            bool({"text", "fact"} & set(columns.fields))
            and len(filled) == 1
            and filled[0] in columns.fields.get("title", ())
        )

    def _take(self, line: Line, columns: _Columns) -> Taken:
        if any(shown(cell) for cell in line.cells[len(columns.headings) :]):
            return Taken(line.number, None, (Fault("", "sel lebih banyak daripada judul kolom"),))
        if self._is_lone_title(line.cells, columns):
            return Taken(line.number, None, (Fault(columns.heading("text", "fact"), "wajib diisi"),))
        cells = [*line.cells, *[None] * (len(columns.headings) - len(line.cells))]
        row = {
            name: [cells[place] for place in places if shown(cells[place])] for name, places in columns.fields.items()
        }
        told = {name: shown(values[0]) for name, values in row.items() if values}
        notes = {columns.headings[place]: shown(cells[place]) for place in columns.rest if shown(cells[place])}
        for name in ("external_id", "status"):
            if name in told:
                notes[columns.heading(name)] = told[name]
        fields, faults = self._fields(row, told, notes, columns)
        if faults:
            return Taken(line.number, None, tuple(faults))
        named = {
            "text": columns.heading("text", "fact", "title"),
            "opinion": columns.heading("background", "recommendation"),
            "contact": columns.heading("reporter"),
            "place": columns.heading("address", "region"),
            "issue": columns.heading("issue_label"),
            **{name: columns.heading(name) for name in ("observed_at", "kecamatan", "desa")},
        }
        return take(line.number, fields, notes, self._district, self._now, named)

    def _fields(
        self, row: Mapping[str, list[Any]], told: Mapping[str, str], notes: dict[str, str], columns: _Columns
    ) -> tuple[dict[str, Any], list[Fault]]:
        """Give the fields of the report; adds to `notes` what found no field."""
        fields: dict[str, Any] = {"text": _text(told), "opinion": _opinion(told)}
        faults: list[Fault] = []
        if action := told.get("action"):
            longer = f"{fields['text']}\nTindakan: {action}".strip()
            if len(longer) <= TEXT_LIMIT and fields["text"]:
                fields["text"] = longer
            else:
                notes[columns.heading("action")] = action
        if values := row.get("observed_at"):
            try:
                moment = values[0] if len(values) == 1 else " ".join(map(shown, values))
                fields["observed_at"] = read_moment(moment, self._district.timezone).isoformat()
            except ValueError as error:
                faults.append(Fault(columns.heading("observed_at"), str(error)))
        if label := told.get("issue_label"):
            fields["issue"] = self._issues.get(plain(label))
            if not fields["issue"]:
                notes[columns.heading("issue_label")] = label
        if (reporter := told.get("reporter", "")).casefold() not in NAMELESS:
            fields["contact"] = reporter[:LINE_LIMIT]
        elif reporter.casefold() in ASKED_FOR:
            fields["anonymous"] = True
        faults += [Fault(columns.heading(fault.field), fault.why) for fault in self._locate(told, fields, columns)]
        return fields, faults

    def _locate(self, told: Mapping[str, str], fields: dict[str, Any], columns: _Columns) -> tuple[Fault, ...]:
        region, address = told.get("region", ""), told.get("address", "")
        kecamatan, desa = self._names.mentioned(f"{address}\n{region}")
        of = "kabupaten" if plain(columns.heading("region")).startswith("kabupaten") else "region"
        found = self._names.locate(
            **{of: region}, kecamatan=told.get("kecamatan") or kecamatan, desa=told.get("desa") or desa
        )
        fields |= {"kecamatan": found.kecamatan, "desa": found.desa}
        words = [address, *(word for word in found.words if word not in address)]
        fields["place"] = ", ".join(filter(None, words))[:LINE_LIMIT]
        return found.faults


def _text(told: Mapping[str, str]) -> str:
    """Join what the row tells, leaving out a part that another one repeats."""
    parts: list[str] = []
    for part in (told[name] for name in TELLING if name in told):
        if not any(_words(part) in _words(other) for other in parts):
            parts = [*(other for other in parts if _words(other) not in _words(part)), part]
    return "\n".join(parts)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _opinion(told: Mapping[str, str]) -> str:
    """Join what the reporter thinks: apart from the facts, as a Laporan Informasi keeps them."""
    labels = (("background", "Latar belakang"), ("recommendation", "Rekomendasi"))
    return "\n".join(f"{label}: {told[name]}" for name, label in labels if name in told)[:OPINION_LIMIT]
