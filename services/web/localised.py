"""Write dates, times and numbers as people of a language do, by the Unicode CLDR (Babel). Pure; instants are aware."""

from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from schemas.words.languages import LANGUAGES

LOCALES = {language: Locale(language) for language in LANGUAGES}


def preferred_language(accepted: str) -> str:
    """Return the language that an `Accept-Language` header asks for first; Indonesian unless it names English before.

    >>> preferred_language("en-GB,en;q=0.9,id;q=0.8"), preferred_language("jv, id, en"), preferred_language("")
    ('en', 'id', 'id')
    """
    wishes = [wish.partition(";")[0].strip().lower()[:2] for wish in accepted[:200].split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """Return the time of day with its zone, WIB, WITA or WIT here.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> clock_time(datetime(2026, 11, 24, 17, 30, tzinfo=UTC), ZoneInfo("Asia/Jakarta"))
    '00.30 WIB'
    """
    local = moment.astimezone(zone)
    return f"{local:%H.%M} {local.tzname()}"


def day(moment: datetime, zone: tzinfo, language: str, *, year: bool = True) -> str:
    """Return weekday, day, month and, unless left out, year.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> moment, zone = datetime(2026, 8, 16, 17, 30, tzinfo=UTC), ZoneInfo("Asia/Jakarta")
    >>> day(moment, zone, "id"), day(moment, zone, "en", year=False)
    ('Sen 17 Agu 2026', 'Mon 17 Aug')
    """
    pattern = "EEE d MMM y" if year else "EEE d MMM"
    return format_datetime(moment.astimezone(zone), pattern, locale=LOCALES[language])


def calendar_day(day: date, language: str, *, year: bool = True) -> str:
    """Return a day of the calendar: day, month and, unless left out, year.

    >>> calendar_day(date(2027, 6, 4), "id"), calendar_day(date(2027, 6, 4), "en", year=False)
    ('4 Jun 2027', '4 Jun')
    """
    return format_date(day, "d MMM y" if year else "d MMM", locale=LOCALES[language])


def month(day: date, language: str) -> str:
    """Return the month of a day, with its year.

    >>> month(date(2027, 5, 1), "id"), month(date(2027, 5, 1), "en")
    ('Mei 2027', 'May 2027')
    """
    return format_date(day, "MMMM y", locale=LOCALES[language])


def number(value: float, language: str) -> str:
    """Return a number with its thousands apart.

    >>> number(4070, "id"), number(4070, "en"), number(0.5, "id")
    ('4.070', '4,070', '0,5')
    """
    return format_decimal(value, locale=LOCALES[language])
