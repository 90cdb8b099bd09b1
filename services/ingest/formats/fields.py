"""Turn the cells of one row, by field, into the fields of a report: the same for tables and for JSON. Pure.

Nothing of a cell is dropped: it fills its field, or is kept as a note, or is named as a fault or a doubt. A sign for
"nothing" in a column of places or times is an empty cell.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.messages import TEXT_LIMIT
from schemas.vocabulary import FollowUp
from services.ingest.formats.dates import DAY_FIRST, LEFT_OVER, OTHER_WEEKDAY, Told, day_written, has_day, read_time
from services.ingest.formats.headings import BEGINS, ENDS, PEOPLE, TELLING
from services.ingest.formats.people import is_nobody, people_of
from services.ingest.formats.place_names import Located, PlaceNames
from services.ingest.formats.positions import doubt_of, from_columns, read_pair
from services.ingest.formats.tables.hours import hour_written, is_clock
from services.ingest.formats.tables.periods import NO_PERIOD, Period, beside, is_told_then, weekday_beside
from services.policy.geography import Area
from services.sheets.cells import Unread, shown
from services.web.field_errors import Fault
from services.web.headings import ORIGIN_NUMBER, is_number, plain
from services.web.phone_numbers import e164

LINE_LIMIT = 300  # characters of a place or a contact
OPINION_LIMIT = 4000
DAY_ABOVE = "Tanggal menurut judul"  # the note that keeps where a row's day was told
ABOVE = "Kecamatan menurut judul"  # the note that keeps where a row's kecamatan was told
# What people write into a cell that they have nothing for, without signs at its ends.
FILLERS = frozenset(
    {"", "n/a", "na", "nihil", "null", "none", "tidak ada", "tidak disebutkan", "tidak diketahui", "tdk diketahui"}
    | {"belum diketahui", "tidak tahu", "tidak jelas", "unknown"}
)
TOLD_THEN = "waktu kejadian tidak disebut: dipakai waktu lapornya"
NAMELESS = frozenset({"", "-", "tidak disebutkan", "n/a", "nihil"})
# What a report is poorer without than its sender meant: what, when and where.
NEEDED = (TELLING, ("observed_at",), ("kecamatan", "desa", "address", "region", "position", "latitude", "longitude"))
MAY_BE_FILLED = frozenset({name for group in NEEDED[1:] for name in group})  # a filler there is no value
JOINED = (*TELLING, "background", "action", "recommendation")  # several columns of one of these are all told
# Whoever asks that nobody learns who told it, beside his name or number too ("0812..., identitas dirahasiakan").
# In doubt he asks: whoever is kept nameless loses an answer, whoever is named may lose more.
_NOT = r"(?:tidak|tdk|tak|tidk|nggak|ngga|gak|ga|ndak)"
_NEVER = r"(?:jangan|jgn|jngn|enggan|emoh)"
_WISH = r"(?:mau|ingin|pengin|pengen|bersedia|boleh|berkenan|berani|sampai|usah|perlu|suka|rela)"
_SHOWN = r"(?:sebut|cantum|tulis|buka|ungkap|sebar|publikasi|tampil|umum)"
_KNOWN = rf"(?:di|mem|me|ter|n|m)?(?:{_SHOWN}|tahu|tau|ketahui|kenal|bocor)"
_ASKS_FOR_SECRECY = re.compile(
    rf"\b(?:anonim|anonymous|(?:di|me)?rahasia|disamar|samarkan|samaran|(?:di)?sembunyi|(?:di)?(?:jaga|jamin) kerahasia"
    rf"|{_NOT} (?:di)?sebut"
    rf"|{_NEVER}(?: \w+){{0,4}} {_KNOWN}|{_NOT}(?: \w+)? {_WISH}(?: \w+){{0,4}} {_KNOWN}"
    rf"|(?:nama|identitas)\w*(?: \w+)? {_NOT}(?: \w+)? (?:di)?{_SHOWN})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_TIME_AND_PLACE = re.compile(r"(?i)\b(?:tempat|lokasi|tkp|lokus)\b")  # in the heading of a column of times
_EXCELS_FIRST_YEAR = 1904  # an hour that is shown as a date has a day of 1899, 1900 or 1904
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)  # what Excel makes of a long number in a narrow column

# How people call what a report is to the earlier one that it names; the door's own words count too.
FOLLOW_UPS = {
    "perkembangan": FollowUp.UPDATE,
    "ralat": FollowUp.CORRECTION,
    "koreksi": FollowUp.CORRECTION,
    "sudahselesai": FollowUp.ALL_CLEAR,
    "selesai": FollowUp.ALL_CLEAR,
    "laporansayakeliru": FollowUp.RETRACTION,
    "keliru": FollowUp.RETRACTION,
}

Cell = tuple[str, Any]  # its heading and its value
OrderOf = Callable[[str], str]  # day or month first, by heading


@dataclass
class Filled:
    """What the cells of a row give: fields of the report, notes, and what is wrong or doubtful, by heading."""

    fields: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # heading of each field, for what the door says of it


class Fields:
    """Fills the fields of one district's reports; `now` is the time of reading."""

    def __init__(self, district: District, now: datetime) -> None:
        self._district = district
        self._now = now
        self._names = PlaceNames.of(district)
        self._area = Area.of(district)
        self._issues = {
            plain(label): issue.code
            for issue in district.issues.values()
            for label in (*issue.synonyms, issue.label_en, issue.label_id, issue.code)
        }

    def fill(
        self,
        cells: Mapping[str, Sequence[Cell]],
        rest: Sequence[Cell],
        order_of: OrderOf = lambda _: DAY_FIRST,
        above: str = "",
        period: Period = NO_PERIOD,
        text: str = "",
    ) -> Filled:
        """Fill a report from `cells` by field, in order of preference, and `rest`, which become notes.

        `above` is the kecamatan that a title over the row names, `period` its month and year: they count where the row
        names none itself. `text` is the whole telling where it stands in no column; words of others are added to it.
        """
        row = _Row(cells, Filled(), rest, above, beside(rest).within(period))
        row.note(*rest)
        self._words(row, text)
        self._time(row, order_of)
        self._issue(row)
        _contact(row)
        _follows(row)
        self._place(row, _position(row))
        if (position := row.out.fields.get("position")) and (why := doubt_of(position, self._area)):
            row.out.doubts.append(Fault(row.out.columns["position"], why))
        row.note(*row.all("external_id", "status"))
        numbers = (shown(value).strip() for _, value in row.all("external_id"))
        if number := next(filter(is_number, numbers), None):
            row.out.notes[ORIGIN_NUMBER] = number
        row.name_unread()
        return row.out

    def _words(self, row: "_Row", text: str) -> None:
        """Fill the text and the reporter's opinion."""
        out = row.out
        out.fields["text"] = text or _text([told for name in TELLING for told in row.told(name)]) or None
        _people(row)
        opinion = [
            f"{label}: {told}"
            for name, label in (("background", "Latar belakang"), ("recommendation", "Rekomendasi"))
            for told in row.told(name)
        ]
        out.fields["opinion"] = "\n".join(opinion)[:OPINION_LIMIT]
        if len("\n".join(opinion)) > OPINION_LIMIT:
            out.doubts.append(
                Fault(row.heading("background", "recommendation"), f"dipotong pada {OPINION_LIMIT} huruf")
            )
        for heading, value in row.all("action"):
            if not row.adds(f"Tindakan: {shown(value)}"):
                row.note((heading, value))
        out.columns |= {
            "text": row.heading("text", "fact", "title"),
            "opinion": row.heading("background", "recommendation", field="opinion"),
        }

    def _time(self, row: "_Row", order_of: OrderOf) -> None:
        """Fill when it was: a date, or a date and an hour in two columns; other dates are kept as notes."""
        cells = [self._completed(row, cell) for cell in row.all("observed_at")]
        row.out.columns["observed_at"] = row.heading("observed_at")
        if row.period.day and not any(map(self._is_day, cells)) and not row.unread("observed_at"):
            cells = [(DAY_ABOVE, row.period.day), *cells]
            row.note(cells[0])
        if not cells:
            self._as_told(row, order_of)
            return
        days = [cell for cell in cells if self._is_day(cell)]
        hours = [cell for cell in cells if cell not in days]
        if not days and row.unread("observed_at"):
            row.lacking.add("observed_at")  # the day is what could not be read
            return
        heading, value = days[0] if days else cells[0]
        order = order_of(heading)
        at_fault = heading
        try:
            told = self._read(row, value if days else " ".join(hour_written(each) for _, each in hours), order)
            with_place = _TIME_AND_PLACE.search(heading)
            doubts = [Fault(heading, why) for why in told.doubts if why != LEFT_OVER or not with_place]
            if days and hours and (told.end is not None or self._is_midnight(told)):
                at_fault = hours[0][0]
                told = self._joined(row, told, value, hours, order)
                doubts += [Fault(at_fault, why) for why in told.doubts if why not in {each.why for each in doubts}]
            elif days and hours:
                row.note(*hours)
        except ValueError as error:
            row.out.faults.append(Fault(at_fault, str(error)))
            return
        if told.end is not None and not hours:
            told = self._closer(row, told, days, order_of)
        row.note(*(cell for cell in days[1:] if shown(cell[1]) != shown(value)))
        row.out.fields["observed_at"] = told.start.isoformat()
        row.out.fields["observed_until"] = told.end.isoformat() if told.end else None
        row.out.doubts += doubts
        if doubts:
            row.note(*cells)
        self._check_weekday(row, told)

    def _is_day(self, cell: Cell) -> bool:
        return not is_clock(cell) and has_day(cell[1], self._district.timezone, self._now)

    def _as_told(self, row: "_Row", order_of: OrderOf) -> None:
        """Take the time of telling where a row does not say when: it is nearer than that of sending the file."""
        for heading, value in row.rest:
            if not is_told_then(heading) or not shown(value):
                continue
            try:
                told = self._read(row, value, order_of(heading))
            except ValueError as error:
                row.out.doubts.append(Fault(heading, str(error)))
                continue
            row.out.fields["observed_at"] = told.start.isoformat()
            row.out.fields["observed_until"] = told.end.isoformat() if told.end else None
            row.out.doubts.append(Fault(heading, TOLD_THEN))
            return

    def _completed(self, row: "_Row", cell: Cell) -> Cell:
        """Give a cell of times with what stands apart from it: its month, or its hour without Excel's first day."""
        heading, value = cell
        if isinstance(value, datetime) and value.year <= _EXCELS_FIRST_YEAR:
            return heading, value.time()
        return heading, row.period.completed(heading, value, self._district.timezone, self._now)

    def _check_weekday(self, row: "_Row", told: Told) -> None:
        """Doubt a date beside which a column of its own names another day of the week."""
        named = weekday_beside(row.rest)
        local = told.start.astimezone(ZoneInfo(self._district.timezone))
        if named and named[1] != local.weekday() and (told.end is None or told.end - told.start <= timedelta(days=1)):
            row.out.doubts.append(Fault(named[0], OTHER_WEEKDAY))

    def _joined(self, row: "_Row", day: Told, value: object, hours: Sequence[Cell], order: str) -> Told:
        """Read a day together with the hours of other columns; a day with "00:00:00" is that day."""
        zone = self._district.timezone
        written = day_written(shown(value), zone, self._now)
        if day.end is None:
            written = day.start.astimezone(ZoneInfo(zone)).date().isoformat()
        return self._read(row, " ".join((written, *(hour_written(each) for _, each in hours))), order)

    def _is_midnight(self, told: Told) -> bool:
        """Say whether a point is the hour that programs write into a date without one."""
        return told.start.astimezone(ZoneInfo(self._district.timezone)).time() == time()

    def _closer(self, row: "_Row", told: Told, days: Sequence[Cell], order_of: OrderOf) -> Told:
        """Give the hour that a second date tells of the same day ("Tanggal", "Waktu Kejadian"), or a range's end."""
        begins = plain(days[0][0]).endswith(BEGINS) if days else False
        for heading, value in days[1:]:
            try:
                other = self._read(row, value, order_of(heading))
            except ValueError as error:
                row.out.doubts.append(Fault(heading, str(error)))
                continue
            if begins and plain(heading).endswith(ENDS) and (until := other.end or other.start) > told.start:
                return replace(told, end=until)
            if told.end is not None and told.start <= other.start < told.end and other.end is None:
                return other
        return told

    def _read(self, row: "_Row", value: object, order: str) -> Told:
        return read_time(value, self._district.timezone, self._now, order, row.period.year)

    def _issue(self, row: "_Row") -> None:
        cells = row.all("issue_label")
        row.out.columns["issue"] = row.heading("issue_label", field="issue")
        known = [(cell, code) for cell in cells if (code := self._issues.get(plain(shown(cell[1]))))]
        if known:
            row.out.fields["issue"] = known[0][1]
        row.note(*(cell for cell in cells if not known or cell != known[0][0]))

    def _place(self, row: "_Row", taken: set[str]) -> None:
        told = {name: [cell for cell in row.all(name) if cell[0] not in taken] for name in ("address", "region")}
        told["address"] += [cell for cell in row.all("observed_at") if _TIME_AND_PLACE.search(cell[0])]
        address = ", ".join(dict.fromkeys(shown(value) for _, value in told["address"]))
        region = shown(told["region"][0][1]) if told["region"] else ""
        kecamatan, desa = self._names.mentioned(f"{address}\n{region}")
        elsewhere = self._names.elsewhere(f"{address}\n{region}")
        of = "kabupaten" if told["region"] and plain(told["region"][0][0]).startswith("kabupaten") else "region"
        first = {name: next(iter(row.told(name)), "") for name in ("kecamatan", "desa")}
        told_itself = first["kecamatan"] or kecamatan or elsewhere or (region and not self._names.is_own(region))
        above = "" if told_itself else row.above
        if elsewhere and not first["kecamatan"]:  # a desa of that name is none of ours, whatever the file is about
            found = Located(words=tuple(filter(None, (first["desa"], region))))
        else:
            found = self._names.locate(
                **{of: region}, kecamatan=first["kecamatan"] or kecamatan or above, desa=first["desa"] or desa
            )
        if above:
            row.note((ABOVE, above))
        row.note(*told["region"][1:], *row.all("kecamatan")[1:], *row.all("desa")[1:])
        words = ", ".join(_longest([address, *found.words]))
        row.out.fields |= {"kecamatan": found.kecamatan, "desa": found.desa, "place": words[:LINE_LIMIT]}
        if len(words) > LINE_LIMIT:
            row.note(*told["address"])
        row.out.columns |= {name: row.heading(name) for name in ("kecamatan", "desa")}
        row.out.columns["place"] = row.heading("address", "region", field="place")
        row.out.doubts += [Fault(row.heading(doubt.field, "address", "region"), doubt.why) for doubt in found.doubts]


class _Row:
    """The cells of a row, and what becomes of them."""

    def __init__(
        self, cells: Mapping[str, Sequence[Cell]], out: Filled, rest: Sequence[Cell], above: str, period: Period
    ) -> None:
        self._cells = cells
        self.out = out
        self.rest = rest
        self.above = above
        self.period = period
        self.lacking: set[str] = set()  # fields that what could not be read would have told

    def all(self, *names: str) -> list[Cell]:
        """Give the cells of these fields that say something."""
        return [cell for name in names for cell in self._cells.get(name, ()) if _says(name, shown(cell[1]))]

    def unread(self, name: str) -> bool:
        """Say whether the value of a cell of this field is not in the file."""
        return any(isinstance(value, Unread) for _, value in self._cells.get(name, ()))

    def told(self, name: str) -> list[str]:
        """Give what the cells of a field say; only of fields whose columns are joined more than one counts."""
        told = list(dict.fromkeys(shown(value) for _, value in self.all(name)))
        return told if name in JOINED else told[:1]

    def adds(self, sentence: str) -> bool:
        """Put a sentence at the end of the text; False where there is no text, or no room."""
        text = self.out.fields.get("text")
        longer = f"{text}\n{sentence}"
        if not text or len(longer) > TEXT_LIMIT:
            return False
        if _plain_words(sentence) not in _plain_words(text):
            self.out.fields["text"] = longer
        return True

    def heading(self, *names: str, field: str = "") -> str:
        """Give the heading of the first of these columns that the row has, else the name of the report's `field`."""
        return next((self._cells[name][0][0] for name in names if self._cells.get(name)), field or names[0])

    def note(self, *cells: Cell) -> None:
        """Keep cells as notes; of two under one heading the second is numbered."""
        for heading, value in cells:
            told = shown(value)
            if isinstance(value, Unread):
                self.out.doubts.append(Fault(heading, value.why))
            if not told or self.out.notes.get(heading) == told:
                continue
            name, number = heading, 2
            while name in self.out.notes:
                name, number = f"{heading} ({number})", number + 1
            self.out.notes[name] = told

    def name_unread(self) -> None:
        """Name cells whose value is not in the file: a fault where what, when or where stays empty, else a doubt."""
        for name, cells in self._cells.items():
            group = next((group for group in NEEDED if name in group), ())
            lacking = name in self.lacking or (bool(group) and not self.all(*group))
            for heading, value in cells:
                if isinstance(value, Unread):
                    (self.out.faults if lacking else self.out.doubts).append(Fault(heading, value.why))


def _says(name: str, told: str) -> bool:
    """Say whether a cell of a field says something; a telling of signs alone ("-", "...") tells nothing."""
    if name in TELLING:
        return any(sign.isalnum() for sign in told)
    return bool(told) and not (name in MAY_BE_FILLED and _is_filler(told))


def _is_filler(told: str) -> bool:
    """Say whether a cell only says that there is nothing to say.

    >>> _is_filler("--"), _is_filler("(Tidak  diketahui)"), _is_filler("Tidak diketahui pasti, sekitar Jadi")
    (True, True, False)
    """
    return " ".join(told.casefold().split()).strip(" -\u2013\u2014_.?()*/:") in FILLERS


def _text(parts: Sequence[str]) -> str:
    """Join what the row tells, leaving out a part that another one repeats."""
    return "\n".join(_longest(parts))


def _longest(parts: Sequence[str]) -> list[str]:
    """Give the parts whose words stand in no other part, each once.

    >>> _longest(["Ds. Jadi, Kec. Soko", "Jadi", "Rengel", ""])
    ['Ds. Jadi, Kec. Soko', 'Rengel']
    """
    kept: list[str] = []
    for part in filter(None, parts):
        if not any(_plain_words(part) in _plain_words(other) for other in kept):
            kept = [*(other for other in kept if _plain_words(other) not in _plain_words(part)), part]
    return kept


def _plain_words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _people(row: _Row) -> None:
    """Fill how many were killed and hurt and how large the crowd was; words there are told as sentences."""
    out = row.out
    cells = {name: [(heading, shown(value)) for heading, value in row.all(name)] for name in PEOPLE}
    found = people_of(cells)
    out.fields |= found.numbers
    out.columns |= {name: row.heading(name) for name in ("killed", "injured", "crowd")}
    out.doubts += [Fault(row.heading(name), why) for name, why in found.doubts]
    doubted = {name for name, _ in found.doubts}
    for name in PEOPLE:
        for heading, value in row.all(name):
            if shown(value)[:1].isdecimal() and (is_nobody(shown(value)) or name in doubted):
                row.note((heading, value))  # a zero is told, but the text may know better
    unsaid = [sentence for sentence in found.sentences if not row.adds(sentence)]
    if unsaid:
        row.note(*(cell for name in PEOPLE for cell in row.all(name)))


def _contact(row: _Row) -> None:
    """Fill the contact: the reporter's number where there is one, spelled one way, after his name."""
    out = row.out
    told: list[str] = []
    for heading, value in row.all("reporter", "phone"):
        said = shown(value)
        if said.casefold() in NAMELESS:
            continue
        if _ASKS_FOR_SECRECY.search(" ".join(said.split())):
            out.fields["anonymous"] = True
            continue
        if _SHORTENED.fullmatch(said):
            out.doubts.append(Fault(heading, "nomor yang dipotong oleh Excel: ubah kolom menjadi teks, tulis lagi"))
            row.note((heading, value))
            continue
        told.append(e164(said) or said)
    out.columns["contact"] = row.heading("reporter", "phone", field="contact")
    joined = ", ".join(dict.fromkeys(told))
    out.fields["contact"] = joined[:LINE_LIMIT]
    if len(joined) > LINE_LIMIT:
        out.doubts.append(Fault(out.columns["contact"], f"dipotong pada {LINE_LIMIT} huruf"))
    if out.fields.get("anonymous"):
        out.fields["contact"] = None


def _follows(row: _Row) -> None:
    """Fill which earlier report a row adds to, with its receipt, and what it is to that one; the door proves it."""
    for name in ("follows", "follows_receipt", "follows_as"):
        told = next(iter(row.told(name)), None)
        row.out.fields[name] = FOLLOW_UPS.get(plain(told), told) if told and name == "follows_as" else told
        row.out.columns[name] = row.heading(name)


def _position(row: _Row) -> set[str]:
    """Fill the position; gives the headings of cells that are used up by it."""
    out = row.out
    for heading, value in row.all("position", "address", "region"):
        if found := read_pair(shown(value)):
            out.fields["position"] = found
            used = {heading}
            break
    else:
        used = set()
        row.note(*row.all("position"))
        out.doubts += [Fault(heading, "bukan posisi, misalnya -6.8976, 112.0649") for heading, _ in row.all("position")]
    lat, lon, accuracy = (row.all(name)[:1] for name in ("latitude", "longitude", "accuracy"))
    out.columns["position"] = row.heading("position", "latitude", "longitude")
    if "position" in out.fields or not (lat or lon):
        return used
    found = from_columns(*(shown(each[0][1]) if each else "" for each in (lat, lon, accuracy)))
    if found:
        out.fields["position"] = found
    else:
        row.note(*lat, *lon)
        out.doubts.append(Fault(row.heading("latitude", "longitude"), "bukan derajat lintang dan bujur yang lengkap"))
    return used
