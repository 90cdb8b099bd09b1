"""Write dates, times and numbers as people of a language do, by the Unicode CLDR (Babel). Pure; instants are aware."""

from datetime import datetime, tzinfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

LOCALES = {"id": Locale("id"), "en": Locale("en")}


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


def number(value: float, language: str) -> str:
    """Return a number with its thousands apart.

    >>> number(4070, "id"), number(4070, "en"), number(0.5, "id")
    ('4.070', '4,070', '0,5')
    """
    return format_decimal(value, locale=LOCALES[language])
