"""Read dates and hours as Indonesian files write them. Pure; a time without a zone is local to the district.

What a cell tells is a point, or a range: a date alone is its whole day, "malam" the hours of that part of it. Nothing
of a cell is passed over: what stands beside the date and is no part of it is named as a doubt.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from schemas.words.time_words import MONTHS, WEEKDAYS, any_of
from services.ingest.formats.clocks import Clock, parts_of_day, take_clocks
from services.ingest.formats.cutting import Cutting
from services.sheets.cells import shown

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"  # which number of 03/04/2026 is the day
LONGEST = 200  # characters of a cell that may be a date
SWAPPED = "bulan dan hari tampaknya tertukar; dibaca bulan lebih dulu"
LEFT_OVER = "ada bagian sel yang tidak dipahami"
OTHER_WEEKDAY = "nama hari tidak cocok dengan tanggalnya"
WHOLE_MONTH = "hanya bulan dan tahun; dibaca sebagai sebulan penuh"
_MONTH = any_of(*MONTHS)
_UNTIL = r"(?:-|/|s\.?/?d\.?|sampai(?: dengan)?|hingga|dan|&)"
_OF = r"(?:\s+(?:bulan|bln|of)\b)?"  # "24 bulan November tahun 2026", "23rd of November 2026"
_TH = r"(?:st|nd|rd|th)?"
_SIGN = r"[\s./-]*"
# A year of two digits is none where they begin an hour ("23 November 21.15", "23 November 10 malam") or the next day
# ("23 Nov - 25 Nov 2026").
_YEAR = (
    r"(\d{4}(?!\d)|'?\d\d(?!\d|[.:]\d|\s*(?:[ap]\.?\s?m\b|pagi|siang|sore|malam|wi[bt])"
    rf"|[\s.-]*(?:{_MONTH})\b))"
)
_THEN_YEAR = rf"(?:(?:[\s,/-]*(?:(?:tahun|thn|th)\b\.?\s*)?){_YEAR})?"
# One sign twice, and no number before it: in "28-11-2026/10.05" the year is the end of a date.
_ISO = re.compile(
    r"(?<!\d)(?<!\d[-/.])(\d{4})(?P<sign>[-/.])(\d{1,2})(?P=sign)(\d{1,2})(?!\d)(?:t|[/:](?=\d{1,2}[.:]\d\d))?"
)
_BEHIND_WORD = re.compile(r"(?<=[^\W\d_])[./:](?=\d)")  # "Jumat/27-11-2026", "Tgl.27-11-2026", "Pkl.21.15"
_THEN_HOUR = re.compile(r"(?<=\d{4})[/:,](?=\d{1,2}[.:]\d\d(?!\d))", re.ASCII)  # "28-11-2026/10.05"
_TWO_DAYS = re.compile(  # "23-24 November", and "23, 24 dan 25 November"
    rf"(?<![\d.:/])(\d{{1,2}})(?:\s?,\s?\d{{1,2}}){{0,5}}(?:\s?,)?\s*{_UNTIL}\s*(\d{{1,2}}){_OF}{_SIGN}({_MONTH})\b\.?"
    rf"{_THEN_YEAR}",
    re.ASCII,
)
_TWO_NUMBERS = re.compile(
    rf"(?<![\d.:/-])(\d{{1,2}})\s*{_UNTIL}\s*(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}|\d\d)(?!\d)", re.ASCII
)
_WORDS = re.compile(rf"(?<!\d)(?<!ke-)(\d{{1,2}}){_TH}{_OF}{_SIGN}({_MONTH})\b\.?{_THEN_YEAR}", re.ASCII)
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d)(\d{{4}})[\s./-]+({_MONTH})\b\.?[\s./-]*(\d{{1,2}})(?![\d.:])", re.ASCII)
_MONTH_ALONE = re.compile(rf"\b({_MONTH})\b\.?[\s,/-]*(\d{{4}})(?!\d)", re.ASCII)
_DIGITS = re.compile(r"(?<![\d.:/-])(\d{8})(?![\d/-]|[.:]\d)", re.ASCII)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.ASCII)
_NUMBERS = re.compile(r"(?<![\d.:/-])(\d{1,2})\s?([-/\\_|])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)(?!\d)", re.ASCII)
_SPACED = re.compile(r"(?<![\d.:/-])(\d{1,2})( )(\d{1,2}) (\d{4})(?![\d.:])", re.ASCII)
_DOTTED = re.compile(r"(?<![\d.:/-])(\d{1,2})(\.)(\d{1,2})\.(\d{4}|\d\d)(?![\d.:])", re.ASCII)
_NO_YEAR = re.compile(r"(?<![\d.:/-])(\d{1,2})/(\d{1,2})(?![\w/])", re.ASCII)
_STRANGE_MONTH = re.compile(r"\d{1,2}[\s.-]+[a-z]{3,12}\.?[\s,-]+\d{4}")
_SECONDS = r":\d\d(?:\.\d{1,9})?"
_OFFSET = r"(?:0\d|1[0-4]):?[0-5]\d"
# "2026-11-27 08:00-10:00" is a range of hours: west of Greenwich is who writes "T" or seconds too.
_FULL = re.compile(
    rf"\d{{4}}-\d\d-\d\d(?:[t ]\d\d:\d\d(?:{_SECONDS})?\s?(?:z|\+{_OFFSET})"
    rf"|(?:t\d\d:\d\d(?:{_SECONDS})?|\s\d\d:\d\d{_SECONDS})\s?-{_OFFSET})",
    re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d{1,12})?", re.ASCII)
_UNIX = re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)  # seconds or milliseconds since 1970: from 2001 to 2033
_ZONES = {
    "wib": 7, "wita": 8, "wit": 9,
    "waktu indonesia barat": 7, "waktu indonesia tengah": 8, "waktu indonesia timur": 9,
    "western indonesia time": 7, "central indonesia time": 8, "eastern indonesia time": 9,
}  # fmt: skip
_ZONE = re.compile(rf"\b({any_of(*_ZONES)})\b")
# Behind an hour of a program: "21:15:00 GMT+0700", "21:15 +07". A bare "-" needs seconds: "21:15-22" is a range.
_BEHIND_HOUR = re.compile(
    r"(?<![^\W\d_])(?:gmt|utc)(?:\s?(?P<sign>[+-])(?P<hour>\d\d?)(?::?(?P<minute>[0-5]\d))?)?(?![\d:])\b"
    r"|(?<=:\d\d)\s?(?P<plus>\+)(?P<east>\d\d)(?::?(?P<past>[0-5]\d))?(?![\d:])"
    r"|(?<=:\d\d:\d\d)\s?(?P<minus>-)(?P<west>\d\d):?(?P<before>[0-5]\d)(?![\d:])",
    re.ASCII,
)
# "ba'da isya" is told by the hours of isya.
_BY_PRAYER = re.compile(
    r"\b(?:ba[`']?da|bakda|setelah|sesudah|habis|bar|selepas|usai|menjelang|sebelum)(?:\s+s[hy]?[ao]l[ae]t)?"
    r"(?=\s+(?:isya|ma[gh]{1,2}rib|as[h]?ar|subuh)\b)"
)
_RELATIVE = re.compile(
    rf"\b(?:kemarin|kemaren|tadi|semalam|wingi|mau bengi|mambengi|barusan|hari ini|(?:malam|pagi|siang|sore) ini|lalu|"
    rf"yesterday|today|{'|'.join(WEEKDAYS)})\b"
)
_NOISE = re.compile(
    rf"\b(?:hari|tanggal|tgl|tahun|thn|pukul|pkl|jam|jm|sekitar|sekira|sekitaran|kira|kurang|lebih|lk|pada|waktu|"
    rf"kejadian|dan|dengan|s\.?/?d|sampai|hingga|selesai|sekarang|at|on|th|local|dari|mulai|sejak|tmt|kurleb|kl|k\.l|"
    rf"perkiraan|diperkirakan|kliwon|legi|pahing|paing|pon|wage|{'|'.join(WEEKDAYS)})\b\.?"
)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})\b")
# "malam Minggu" is the night before Sunday.
_EVE = re.compile(rf"(?:(?<=\bmalam )|(?<=\bmalem )|(?<=\bmlm ))({'|'.join(WEEKDAYS)})\b")
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's numbers, with its leap year of 1900 that never was
_DAY = timedelta(days=1)
_CENTURIES = ("19", "20")


@dataclass(frozen=True)
class Told:
    """When something was, in UTC: from `start`, and until `end` where the cell tells a range or a day.

    `doubts` say in Indonesian what of the cell is uncertain or was not understood.
    """

    start: datetime
    end: datetime | None = None
    doubts: tuple[str, ...] = ()


@dataclass
class _Found:
    """The days and hours of a cell, in the order in which they stand there."""

    of_year: int | None = None  # that of a date without one
    days: list[date] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_time(
    value: object, timezone_name: str, now: datetime, order: str = DAY_FIRST, year: int | None = None
) -> Told:
    """Give the time that a cell tells, in UTC. Raises ValueError, saying why.

    A date without a year is of `year`, else the latest such day that is not after tomorrow. `order` is that of the
    file's dates in numbers; a cell that can only be read the other way is, and says so.

    >>> read_time("Minggu, 20 April 2025 pkl 01.30 WIB", "Asia/Jakarta", datetime.now(UTC)).start.isoformat()
    '2025-04-19T18:30:00+00:00'
    """
    zone = ZoneInfo(timezone_name)
    try:
        if isinstance(value, datetime):
            return _point(value if value.tzinfo else value.replace(tzinfo=zone), zone)
        if isinstance(value, date):
            return _point(datetime.combine(value, time(), zone), zone)
        if isinstance(value, int | float) and not isinstance(value, bool) and not _is_counted_otherwise(value):
            return _point(_excel(float(value), zone), zone)
        return _text(shown(value), zone, now.astimezone(zone).date(), order, year)
    except OverflowError:
        raise ValueError("tanggal di luar rentang tahun yang dikenal") from None


def day_written(told: str, timezone_name: str, now: datetime) -> str:
    """Give a day as text to which an hour can be joined: Excel's day number as its date, anything else as it is.

    >>> [day_written(told, "Asia/Jakarta", datetime.now(UTC)) for told in ("46353", "26 Nov")]
    ['2026-11-27', '26 Nov']
    """
    if not _SERIAL.fullmatch(told.strip()):
        return told
    return read_time(told, timezone_name, now).start.astimezone(ZoneInfo(timezone_name)).date().isoformat()


def has_day(value: object, timezone_name: str, now: datetime) -> bool:
    """Say whether a cell tells a day and not only an hour."""
    try:
        read_time(value, timezone_name, now)
    except ValueError as error:
        return not isinstance(error, _NoDay)
    return True


def order_of(values: list[object]) -> tuple[str, bool]:
    """Decide once for a column whether the day or the month stands first, by what only one order can mean.

    Gives the order, and whether the column holds proof of both.
    """
    proofs = {DAY_FIRST: 0, MONTH_FIRST: 0}
    for value in values:
        found = numbers_of(value)
        if found and found[0] > 12 >= found[1]:  # noqa: PLR2004 - months
            proofs[DAY_FIRST] += 1
        elif found and found[1] > 12 >= found[0]:  # noqa: PLR2004
            proofs[MONTH_FIRST] += 1
    both = all(proofs.values())
    return (MONTH_FIRST if proofs[MONTH_FIRST] > proofs[DAY_FIRST] else DAY_FIRST), both


def numbers_of(value: object) -> tuple[int, int] | None:
    """Give the two first numbers of a date like 03/04/2026 in a text; None where it is written otherwise."""
    if not isinstance(value, str) or len(value) > LONGEST or _ISO.search(value):
        return None
    found = _NUMBERS.search(value) or _DOTTED.search(value)
    return (int(found[1]), int(found[3])) if found else None


def full_year(number: int) -> int:
    """Give the year that two digits stand for: "26" is 2026."""
    return number + 2000 if number < 100 else number  # noqa: PLR2004


def latest_day(today: date, month: int, day: int) -> date:
    """Give the day that a date without a year means: the latest such day not after tomorrow.

    Raises ValueError when the calendar has none.
    """
    this = date(today.year, month, day)
    return this if this <= today + _DAY else date(today.year - 1, month, day)


class _NoDay(ValueError):  # noqa: N818 - said as a fact
    """A cell tells no day."""


def _point(moment: datetime, zone: ZoneInfo) -> Told:
    """Give a point of time; midnight sharp is how programs keep a date without an hour."""
    local = moment.astimezone(zone)
    if local.time() == time():
        return Told(moment.astimezone(UTC), _day_end(local.date(), zone))
    return Told(moment.astimezone(UTC))


def _excel(number: float, zone: ZoneInfo) -> datetime:
    """Read Excel's day number, which a cell without a date format shows."""
    if not 20_000 <= number <= 80_000:  # noqa: PLR2004 - 1954 to 2119
        raise _NoDay("bukan tanggal")
    days, part = divmod(number, 1)
    return datetime.combine(_EXCEL_EPOCH, time(), zone) + timedelta(days=days, seconds=round(part * 86_400))


def _text(told: str, zone: ZoneInfo, today: date, order: str, of_year: int | None) -> Told:
    text = " ".join(unicodedata.normalize("NFKC", told).lower().split())
    text = re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'").strip(" '")
    if len(text) > LONGEST:
        raise _NoDay("bukan tanggal: terlalu panjang")
    if _SERIAL.fullmatch(text):
        return _point(_excel(float(text.replace(",", ".")), zone), zone)
    if _UNIX.fullmatch(text):
        return Told(datetime.fromtimestamp(int(text[:10]), UTC))
    if _FULL.fullmatch(text):
        try:
            return Told(datetime.fromisoformat(text.upper().replace(" ", "", text.count(" ") - 1)).astimezone(UTC))
        except (ValueError, OverflowError):
            pass  # an offset that is none: "21:00-22:00" is a range; or an hour that no calendar has in UTC
    cut = Cutting(_BEHIND_WORD.sub(" ", _THEN_HOUR.sub(" ", text)))
    found = _Found(of_year)
    _take_days(cut, found, today, order)
    behind = cut.take(_BEHIND_HOUR)
    found.clocks = take_clocks(cut)
    named = cut.take_all(_ZONE)
    offset: timezone | ZoneInfo = zone
    if behind or named:
        offset = _offset(behind) if behind else timezone(timedelta(hours=_ZONES[named[0][1]]))
    if not found.days:
        raise _no_day(text, found)
    _check_weekday(cut, found)
    hours = None
    if cut.has_letters():
        cut.take_all(_BY_PRAYER)
        hours = parts_of_day(cut, found.clocks)
        cut.take_all(_NOISE)
    if cut.words():
        found.doubts.append(LEFT_OVER)
    return _combined(found, hours, offset)


def _no_day(text: str, found: _Found) -> ValueError:
    if _STRANGE_MONTH.search(text):
        return ValueError("nama bulan tidak dikenal")
    if _RELATIVE.search(text):
        return _NoDay("hari tanpa tanggal: tulis tanggalnya, misalnya 20 April 2025 pkl 01.30 WIB")
    if found.clocks:
        return _NoDay("jam tanpa tanggal: isi tanggalnya")
    return _NoDay("bukan tanggal, misalnya 20 April 2025 pkl 01.30 WIB")


def _is_counted_otherwise(value: float) -> bool:
    """Say whether a number is a date written without signs (20261123), or a count of seconds."""
    return float(value).is_integer() and len(str(int(value))) in (8, 10, 13)


def _offset(behind: re.Match[str]) -> timezone:
    """Give the zone that stands behind an hour; raises ValueError for one that nobody has."""
    told = behind.groupdict()
    sign = -1 if "-" in (told["sign"], told["minus"]) else 1
    hours = int(told["hour"] or told["east"] or told["west"] or 0)
    minutes = int(told["minute"] or told["past"] or told["before"] or 0)
    if hours > 14:  # noqa: PLR2004
        raise ValueError("jam tidak ada")
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _take_days(cut: Cutting, found: _Found, today: date, order: str) -> None:
    """Take the dates out of a cell, the clearest way of writing first; at most two, the ends of a range."""
    days: list[tuple[int, date]] = []

    def keep(match: re.Match[str], year: str | None, month: int, day: int, place: int = 0) -> None:
        days.append((match.start() + place, _date(found, today, year, month, day)))

    _take_with_words(cut, keep)
    for pattern in (_NUMBERS, _SPACED, _DOTTED):
        for match in cut.take_all(pattern) if not days or pattern is _NUMBERS else ():
            month, day = _ordered(found, int(match[1]), int(match[3]), order)
            keep(match, match[4], month, day)
    for match in cut.take_all(_NO_YEAR) if not days else ():
        month, day = _ordered(found, int(match[1]), int(match[2]), order)
        keep(match, None, month, day)
    if not days:
        _take_rarer(cut, found, keep)
    found.days = [day for _, day in sorted(days)]


def _take_with_words(cut: Cutting, keep: Callable[..., None]) -> None:
    """Take the dates whose parts tell by themselves what they are: a year of four digits first, a month in letters."""
    for match in cut.take_all(_ISO):
        month, day = int(match[3]), int(match[4])
        keep(match, match[1], *((day, month) if month > 12 >= day else (month, day)))  # noqa: PLR2004
    for match in cut.take_all(_TWO_NUMBERS):  # "23-24/11/2026": only the day can stand first
        keep(match, match[4], int(match[3]), int(match[1]))
        keep(match, match[4], int(match[3]), int(match[2]), 1)
    if not cut.has_letters():
        return
    for match in cut.take_all(_TWO_DAYS):
        keep(match, match[4], MONTHS[match[3]], int(match[1]))
        keep(match, match[4], MONTHS[match[3]], int(match[2]), 1)
    for match in cut.take_all(_MONTH_DAY):
        keep(match, match[3], MONTHS[match[1]], int(match[2]))
    for match in cut.take_all(_YEAR_MONTH_DAY):
        keep(match, match[1], MONTHS[match[2]], int(match[3]))
    words = cut.take_all(_WORDS)
    year = next((match[3] for match in reversed(words) if match[3]), None)  # "30 April - 1 Mei 2025": one year for both
    for match in words:
        keep(match, match[3] or year, MONTHS[match[2]], int(match[1]))


def _take_rarer(cut: Cutting, found: _Found, keep: Callable[..., None]) -> None:
    """Take a date of eight digits, whose year stands first or last and never both, or a month alone."""
    digits = cut.take_all(_DIGITS)
    for match in digits:
        told = match[1]
        year_first = told[:2] in _CENTURIES and 1 <= int(told[4:6]) <= 12  # noqa: PLR2004 - "20112026" ends with it
        parts = (told[:4], told[4:6], told[6:]) if year_first else (told[4:], told[2:4], told[:2])
        keep(match, parts[0], int(parts[1]), int(parts[2]))
    for match in () if digits else cut.take_all(_MONTH_ALONE):
        year, month = match[2], MONTHS[match[1]]
        keep(match, year, month, 1)
        keep(match, year, month, monthrange(full_year(int(year)), month)[1], 1)
        found.doubts.append(WHOLE_MONTH)


def _ordered(found: _Found, first: int, second: int, order: str) -> tuple[int, int]:
    """Give month and day of a date in numbers."""
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    if month > 12 >= day > 0:  # noqa: PLR2004
        found.doubts.append(
            SWAPPED if order == DAY_FIRST else "hari dan bulan tampaknya tertukar; dibaca hari lebih dulu"
        )
        return day, month
    return month, day


def _date(found: _Found, today: date, year: str | None, month: int, day: int) -> date:
    """Give the day; raises ValueError when the calendar has none."""
    try:
        if year is not None:
            return date(full_year(int(year.strip("'"))), month, day)
        if found.of_year is not None:
            return date(found.of_year, month, day)
        latest = latest_day(today, month, day)
    except ValueError:
        raise ValueError("hari atau bulan tidak ada") from None
    if latest.year < today.year:
        found.doubts.append(f"tanpa tahun; dibaca tahun {latest.year}")
    return latest


def _check_weekday(cut: Cutting, found: _Found) -> None:
    """Doubt a date whose named weekday is another: "Senin, 20 April 2025" was a Sunday."""
    eves = [WEEKDAYS[match[1]] for match in cut.take_all(_EVE)]
    named = [*eves, *((day - 1) % 7 for day in eves), *(WEEKDAYS[match[1]] for match in cut.take_all(_WEEKDAY))]
    if named and len(found.days) == 1 and found.days[0].weekday() not in named:
        found.doubts.append(OTHER_WEEKDAY)


def _combined(found: _Found, hours: tuple[int, int] | None, zone: timezone | ZoneInfo) -> Told:
    days, clocks, doubts = found.days, found.clocks, found.doubts
    if len(days) > 2 or len(clocks) > 2:  # noqa: PLR2004
        doubts.append("lebih dari dua tanggal atau jam; dibaca yang pertama")
        days, clocks = days[:1], clocks[:1]
    first, last = days[0], days[-1]
    begin, end = (clocks[0], clocks[-1]) if clocks else (None, None)
    start = _at(first, begin or Clock(hours[0] if hours else 0), zone)
    if last != first:
        until = _at(last, end, zone) if len(clocks) == 2 and end else _day_end(last, zone)  # noqa: PLR2004
    elif len(clocks) == 2 and end is not None:  # noqa: PLR2004
        until = _at(first, end, zone)
        until = until if until > start else until + _DAY  # "21.00-02.00" ends on the next day
    elif begin is None:
        until = _at(first, Clock(hours[1] if hours else 24), zone)
    else:
        return Told(start, None, tuple(doubts))
    if until < start or last < first:
        doubts.append("akhir rentang mendahului awalnya")
        return Told(start, None, tuple(doubts))
    return Told(start, until, tuple(doubts))


def _at(day: date, clock: Clock, zone: timezone | ZoneInfo) -> datetime:
    """Give the instant; "24.00" closes the day, and the calendar's last day closes at its last second."""
    if (clock.hour, clock.minute, clock.second) > (24, 0, 0):
        raise ValueError("jam tidak ada")
    try:
        local = datetime.combine(day, time(clock.hour % 24, clock.minute, clock.second), zone)
    except ValueError:
        raise ValueError("jam tidak ada") from None
    if clock.hour == 24:  # noqa: PLR2004
        local = local + _DAY if day < date.max else datetime.combine(day, time(23, 59, 59), zone)
    return local.astimezone(UTC)


def _day_end(day: date, zone: timezone | ZoneInfo) -> datetime:
    return _at(day, Clock(24), zone)
