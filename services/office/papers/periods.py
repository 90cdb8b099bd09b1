"""Name the stretches of time that reports cover: a day, a week, four months (B04, B08, B12), a year. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.district import District
from services.office.figures import Period
from services.office.papers.official import long_date, weekday_date

DAILY, WEEKLY, FOUR_MONTHS, YEARLY = "harian", "mingguan", "catur", "tahunan"
KINDS = (DAILY, WEEKLY, FOUR_MONTHS, YEARLY)
TITLES = {
    DAILY: "Rekapitulasi Harian Situasi",
    WEEKLY: "Laporan Mingguan",
    FOUR_MONTHS: "Laporan Penanganan Konflik",
    YEARLY: "Laporan Tahunan Penyelesaian Konflik",
}
_ENDS = {4: 1, 8: 5, 12: 9}  # last month of a report -> its first month


@dataclass(frozen=True)
class Stretch:
    """A report's kind and time: local calendar days, the last one included."""

    kind: str
    key: str  # 2026-11-28, 2026-W48, 2026-B04, 2026
    first: date
    last: date

    @property
    def label(self) -> str:
        """Say it: "28 November 2026", "B12 (September-Desember 2026)"."""
        if self.kind == DAILY:
            return weekday_date(self.first)
        if self.kind == YEARLY:
            return f"tahun {self.first.year}"
        said = f"{long_date(self.first)} s.d. {long_date(self.last)}"
        return f"{self.key[5:]} ({said})" if self.kind == FOUR_MONTHS else said

    def period(self, district: District) -> Period:
        """Give its instants."""
        zone = ZoneInfo(district.timezone)
        after = self.last + timedelta(days=1)
        return Period(datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone))


def stretch_of(kind: str, key: str) -> Stretch:
    """Read a report's kind and time; raises ValueError where there is none such.

    >>> stretch_of("catur", "2026-B12").label
    'B12 (1 September 2026 s.d. 31 Desember 2026)'
    >>> stretch_of("mingguan", "2026-W48").first
    datetime.date(2026, 11, 23)
    """
    if kind not in _READ:
        msg = f"no report of kind {kind}"
        raise ValueError(msg)
    try:
        first, last = _READ[kind](key)
    except OverflowError as error:
        raise ValueError(key) from error
    if key != _key(kind, first) or first.year not in _YEARS:  # one name each: under another it would be issued again
        msg = f"no name of a stretch of time: {key}"
        raise ValueError(msg)
    return Stretch(kind, key, first, last)


def _day(key: str) -> tuple[date, date]:
    day = date.fromisoformat(key)
    return day, day


def _week(key: str) -> tuple[date, date]:
    found = re.fullmatch(r"(\d{4})-W(\d{2})", key)
    if found is None:
        msg = f"no week: {key}"
        raise ValueError(msg)
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return monday, monday + timedelta(days=6)


def _four_months(key: str) -> tuple[date, date]:
    found = re.fullmatch(r"(\d{4})-B(04|08|12)", key)
    if found is None:
        msg = f"no report of four months: {key}"
        raise ValueError(msg)
    year, last = int(found[1]), int(found[2])
    after = date(year + 1, 1, 1) if last == 12 else date(year, last + 1, 1)  # noqa: PLR2004 - December
    return date(year, _ENDS[last], 1), after - timedelta(days=1)


def _year(key: str) -> tuple[date, date]:
    if not re.fullmatch(r"\d{4}", key):
        msg = f"no year: {key}"
        raise ValueError(msg)
    return date(int(key), 1, 1), date(int(key), 12, 31)


_YEARS = range(2000, 2200)  # beyond them arithmetic ends
_READ: dict[str, Callable[[str], tuple[date, date]]] = {
    DAILY: _day,
    WEEKLY: _week,
    FOUR_MONTHS: _four_months,
    YEARLY: _year,
}


def current(kind: str, day: date) -> Stretch:
    """Give the stretch of a kind that a day lies in.

    >>> current("catur", date(2026, 11, 28)).key, current("mingguan", date(2026, 11, 28)).key
    ('2026-B12', '2026-W48')
    """
    return stretch_of(kind, _key(kind, day))


def _key(kind: str, day: date) -> str:
    """Give the one name of the stretch of a kind that a day lies in."""
    year, week, _ = day.isocalendar()
    keys = {
        DAILY: day.isoformat(),
        WEEKLY: f"{year}-W{week:02d}",
        FOUR_MONTHS: f"{day.year}-B{(day.month + 3) // 4 * 4:02d}",
        YEARLY: f"{day.year}",
    }
    return keys[kind]


def before(stretch: Stretch) -> Stretch:
    """Give the stretch before one.

    >>> before(stretch_of("catur", "2026-B04")).key
    '2025-B12'
    """
    return current(stretch.kind, stretch.first - timedelta(days=1))
