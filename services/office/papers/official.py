"""Write dates and numbers as Indonesian offices do. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from schemas.district import District
from schemas.office.settings import Letterhead
from schemas.vocabulary import Classification
from services.office.papers.paper import MARKS

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def long_date(day: date) -> str:
    """Give a date in full.

    >>> long_date(date(2026, 11, 28))
    '28 November 2026'
    """
    return format_date(day, "d MMMM y", locale="id")


def weekday_date(day: date) -> str:
    """Give a date in full with its weekday.

    >>> weekday_date(date(2026, 11, 28))
    'Sabtu, 28 November 2026'
    """
    return format_date(day, "EEEE, d MMMM y", locale="id")


def month_year(month: str) -> str:
    """Give a month in words.

    >>> month_year("2026-09")
    'September 2026'
    """
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale="id")


def local_day(moment: datetime, district: District) -> date:
    """Give the district's calendar day of an instant."""
    return moment.astimezone(ZoneInfo(district.timezone)).date()


def long_moment(moment: datetime, district: District) -> str:
    """Give date and hour in full, local time: "28 November 2026 pukul 19.00 WIB"."""
    local = moment.astimezone(ZoneInfo(district.timezone))
    return f"{long_date(local.date())} pukul {local:%H.%M} {local.tzname()}"


def written_number(pattern: str, number: int, day: date, classification: Classification, office: str) -> str:
    """Write the number of a paper by the district's pattern.

    >>> written_number("{mark}/LI-{number:02d}/{month}/{year}/{office}", 3, date(2026, 11, 28),
    ...     Classification.RAHASIA, "KESBANG")
    'R/LI-03/XI/2026/KESBANG'
    """
    facts: Mapping[str, object] = {
        "mark": MARKS[classification],
        "number": number,
        "month": ROMAN[day.month - 1],
        "year": day.year,
        "office": office,
    }
    return pattern.format_map(facts)


def letterhead_of(district: District, institution: str) -> Letterhead:
    """Give the letterhead of an institution; one made of its name where the district gives none."""
    if known := district.office.letterheads.get(institution):
        return known
    one = district.institutions.get(institution)
    return Letterhead(lines=((one.name if one else institution).upper(), district.name))


def dated(district: District, institution: str, moment: datetime) -> str:
    """Give place and date of a letter: "Tuban, 28 November 2026"."""
    place = letterhead_of(district, institution).place or district.name.removeprefix("Kabupaten ")
    return f"{place}, {long_date(local_day(moment, district))}"
