"""Read dates as Indonesian files write them. Pure; a time without a zone is local to the district."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb pebruari peb february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags agust aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember nop",
            "desember des dec december",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d\d)(?!\d)")
_WORDS = re.compile(r"(?<!\d)(\d{1,2})(?:\s*-\s*\d{1,2})?[ -]*([A-Za-z]{3,9})\.?[ ,-]*(\d{4}|\d\d)(?!\d)")
_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})[.:](\d\d)(?:[.:](\d\d)(?:[.,]\d+)?)?(?![\d])")
_HOUR = re.compile(r"(?i)\b(?:pkl|pukul|jam)\.?\s*(\d{1,2})\b")
_ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
_ZONE = re.compile(r"\b(WIB|WITA|WIT)\b", re.IGNORECASE)
_OFFSET = re.compile(r"(?<=\d)\s*(Z|[+-]\d\d:?\d\d)\s*$")
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's numbers, with its leap year of 1900 that never was


def read_moment(value: object, timezone_name: str) -> datetime:
    """Give the time a cell tells, in UTC; a date alone is its first minute. Raises ValueError, saying why.

    >>> read_moment("Minggu, 20 April 2025 pkl 01.30 WIB", "Asia/Jakarta").isoformat()
    '2025-04-19T18:30:00+00:00'
    """
    zone = ZoneInfo(timezone_name)
    try:
        if isinstance(value, datetime):
            local = value if value.tzinfo else value.replace(tzinfo=zone)
        elif isinstance(value, date):
            local = datetime.combine(value, time(), zone)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            local = _excel(float(value), zone)
        else:
            local = _text(str(value).strip(), zone)
        return local.astimezone(UTC)
    except OverflowError:
        raise ValueError("tanggal di luar rentang tahun yang dikenal") from None


def _excel(number: float, zone: ZoneInfo) -> datetime:
    """Read Excel's day number, which a cell without a date format shows."""
    if not 20_000 <= number <= 80_000:  # noqa: PLR2004 - 1954 to 2119
        raise ValueError("bukan tanggal")
    days, part = divmod(number, 1)
    return datetime.combine(_EXCEL_EPOCH, time(), zone) + timedelta(days=days, seconds=round(part * 86_400))


def _text(text: str, zone: ZoneInfo) -> datetime:
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _excel(float(text), zone)
    day, rest = _day(text)
    rest, offset = _offset(rest)
    hour, minute, second = _clock(rest)
    if (hour, minute, second) > (24, 0, 0):  # "pkl 24.00" closes the day
        raise ValueError("jam tidak ada")
    try:
        local = datetime.combine(day, time(hour % 24, minute, second), offset or zone)
    except ValueError:
        raise ValueError("jam tidak ada") from None
    if hour == 24:  # noqa: PLR2004
        local += timedelta(days=1)
    return local


def _day(text: str) -> tuple[date, str]:
    named = _WORDS.search(text)
    if found := _ISO.search(text):
        year, month, day = (int(part) for part in found.groups())
    elif named and named[2].lower() in _MONTHS:
        found = named
        day, month, year = int(found[1]), _MONTHS[found[2].lower()], int(found[3])
    elif found := _NUMBERS.search(text):
        day, month, year = (int(part) for part in found.groups())
    elif named:
        raise ValueError("nama bulan tidak dikenal")
    else:
        raise ValueError("bukan tanggal, misalnya 20 April 2025 pkl 01.30 WIB")
    try:
        parsed = date(year + 2000 if year < 100 else year, month, day)  # noqa: PLR2004
    except ValueError:
        raise ValueError("hari atau bulan tidak ada") from None
    rest = text[: found.start()] + " " + text[found.end() :].removeprefix("T")
    return parsed, rest


def _offset(rest: str) -> tuple[str, timezone | None]:
    if found := _ZONE.search(rest):
        return rest[: found.start()] + rest[found.end() :], timezone(timedelta(hours=_ZONES[found[1].upper()]))
    if found := _OFFSET.search(rest):
        sign = found[1].replace(":", "")
        minutes = 0 if sign == "Z" else int(sign[1:3]) * 60 + int(sign[3:5])
        return rest[: found.start()], timezone(timedelta(minutes=-minutes if sign[0] == "-" else minutes))
    return rest, None


def _clock(rest: str) -> tuple[int, int, int]:
    if found := _CLOCK.search(rest):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if found := _HOUR.search(rest):
        return int(found[1]), 0, 0
    return 0, 0, 0
