"""Read the month and the year that stand apart from a row's date: in a title, a sheet's name, columns. Pure.

A rekap of one month says only the day in its rows ("REKAP BULAN NOVEMBER 2026", "Tgl" 23), one of a year no year
("TAHUN 2025", "23 Nov").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.words.time_words import MONTHS, WEEKDAYS, any_of
from services.sheets.cells import shown
from services.web.headings import plain

_MONTH = any_of(*MONTHS)
_OF_MONTH = re.compile(
    rf"\b(?:bulan|bln|periode)\b[\s.:]*(?P<month>{_MONTH})\b\.?(?:\s*(?:tahun|thn|th)\b)?[\s.:]*(?P<year>\d{{4}})?(?!\d)"
    rf"(?P<more>\s*(?:-|s\.?/?d\.?|sampai|hingga|dan|&)\s*(?:{_MONTH})\b)?",
    re.IGNORECASE | re.ASCII,
)
_OF_YEAR = re.compile(r"\b(?:tahun|thn|t\.a|ta)\b[\s.:]*(?:anggaran\s+)?(?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_ALONE = re.compile(
    rf"\s*(?:bulan\s+)?(?P<month>{_MONTH})\b[\s.,'-]*+(?P<year>\d{{4}}|\d\d)?\s*", re.IGNORECASE | re.ASCII
)
_WEEKDAY = any_of(*WEEKDAYS)
# "23", "Senin, 23", "23 (Senin)", "23-24", and an hour behind it.
_DAY = re.compile(
    rf"(?P<before>(?:(?:{_WEEKDAY})\b[\s,/.]*)?(?P<named>(?:tgl|tanggal)\b[\s.:]*)?)"
    r"(?P<day>\d{1,2}(?:\s?(?:-|s\.?/?d\.?|dan|&)\s?\d{1,2})?)(?![\d.:/])"
    rf"(?P<after>(?:[\s,/]*\(?(?:{_WEEKDAY})\)?)?(?:[\s,/]+(?:jam|pukul|pkl)\b[^\n]{{0,60}})?)",
    re.IGNORECASE | re.ASCII,
)
_NAMES = {number: name for name, number in reversed(MONTHS.items())}
_DAYS, _MONTHS, _YEARS = ("tgl", "tanggal", "hari"), ("bulan", "bln"), ("tahun", "thn")
# Of columns that tell when a row was sent or told, as forms and offices name them: never when something happened.
TOLD_THEN = frozenset(
    {"timestamp", "stempelwaktu", "capwaktu", "submissiontime", "waktupengiriman", "waktulapor", "waktulaporan"}
    | {"tanggallapor", "tgllapor", "tanggallaporan", "tgllaporan", "tanggalpelaporan", "tanggalpengaduan"}
)
NAMED_DAY = ("hari",)  # a column of the names of days
# Plain headings of columns that tell more of a row's date.
BESIDE = frozenset((*NAMED_DAY, *_MONTHS, *_YEARS, *TOLD_THEN))


@dataclass(frozen=True)
class Period:
    """The month and the year that hold for a row where its date does not name them; a day where it has no date."""

    year: int | None = None
    month: int | None = None
    day: str = ""  # as a row over this one tells it

    def within(self, over: "Period") -> "Period":
        """Give this period with what only the wider one tells."""
        return Period(self.year or over.year, self.month or over.month, self.day or over.day)

    def completed(self, heading: str, value: object, timezone: str, now: datetime) -> object:
        """Give a cell that holds the day of a month alone as a date; any other as it is.

        >>> Period(2026, 11).completed("Tgl", 23, "Asia/Jakarta", datetime(2026, 11, 28))
        '23 november 2026'
        """
        found = _day_alone(heading, value)
        if self.month is None or found is None:
            return value
        today = now.astimezone(ZoneInfo(timezone)).date()
        year = self.year or (today.year if self.month <= today.month else today.year - 1)
        return f"{found['before']}{found['day']} {_NAMES[self.month]} {year}{found['after']}"


NO_PERIOD = Period()


def is_day_alone(heading: str, value: object) -> bool:
    """Say whether a cell of a column of dates is the day of a month that stands elsewhere.

    >>> is_day_alone("Tgl", 23), is_day_alone("Jam", 23), is_day_alone("Tanggal", "23/11")
    (True, False, False)
    """
    return _day_alone(heading, value) is not None


def _day_alone(heading: str, value: object) -> re.Match[str] | None:
    found = _DAY.fullmatch(shown(value).strip())
    return found if found and (found["named"] or plain(heading).startswith(_DAYS)) else None


def period_of(words: str) -> Period:
    """Give the one month and year that a title names; of several none.

    >>> period_of("REKAP BULAN NOVEMBER 2026") == Period(2026, 11)
    True
    >>> period_of("Periode Januari s/d Mei 2026, Tahun 2026") == Period(2026)
    True
    """
    months = list(_OF_MONTH.finditer(words))
    years = {int(each["year"]) for each in (*months, *_OF_YEAR.finditer(words)) if each["year"]}
    told = {MONTHS[each["month"].lower()] for each in months}
    one = len(told) == 1 and not any(each["more"] for each in months)
    return Period(next(iter(years)) if len(years) == 1 else None, next(iter(told)) if one else None)


def named_period(words: str) -> Period:
    """Give the month that words are and nothing else: the name of a sheet, a row over a part of a table.

    >>> named_period("Nov 2026") == Period(2026, 11), named_period("JANUARI") == Period(None, 1)
    (True, True)
    >>> named_period("Rekap Mei") == NO_PERIOD
    True
    """
    found = _ALONE.fullmatch(words)
    if found is None:
        return period_of(words)
    year = int(found["year"]) if found["year"] else None
    return Period(year + 2000 if year is not None and year < 100 else year, MONTHS[found["month"].lower()])  # noqa: PLR2004


def is_told_then(heading: str) -> bool:
    """Say whether a column tells when its row was told: nothing in it happened later.

    >>> is_told_then("Stempel waktu"), is_told_then("_submission_time"), is_told_then("Waktu")
    (True, True, False)
    """
    return plain(heading) in TOLD_THEN


def beside(cells: Iterable[tuple[str, object]]) -> Period:
    """Give the month and the year that columns of their own tell ("Tgl", "Bulan", "Tahun")."""
    month = year = None
    for heading, value in cells:
        told = shown(value).strip().lower()
        if plain(heading) in _MONTHS:
            month = MONTHS.get(told) or (int(told) if told.isdecimal() and 1 <= int(told) <= 12 else None)  # noqa: PLR2004
        elif plain(heading) in _YEARS and re.fullmatch(r"(?:19|20)\d\d", told, re.ASCII):
            year = int(told)
    return Period(year, month)


def weekday_beside(cells: Iterable[tuple[str, object]]) -> tuple[str, int] | None:
    """Give the heading and the number of the weekday that a column of its own names; None where none does."""
    for heading, value in cells:
        words = shown(value).lower().replace("\u2019", "'").split()
        if plain(heading) in NAMED_DAY and words and words[0] in WEEKDAYS and "malam" not in words:
            return heading, WEEKDAYS[words[0]]
    return None
