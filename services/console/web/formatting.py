"""Show instants as people here say them: local time, WIB. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.web import localised

HOUR = 60
DAY = 24 * HOUR


def clock_time(moment: datetime, zone: str) -> str:
    """Give the time of day.

    >>> clock_time(datetime(2026, 11, 24, 17, 30, tzinfo=UTC), "Asia/Jakarta")
    '00.30 WIB'
    """
    return localised.clock_time(moment, ZoneInfo(zone))


def date_time(moment: datetime, zone: str, language: str = "id", *, year: bool = True) -> str:
    """Give day, date and time.

    >>> date_time(datetime(2026, 11, 24, 17, 30, tzinfo=UTC), "Asia/Jakarta")
    'Rab 25 Nov 2026, 00.30 WIB'
    """
    return f"{localised.day(moment, ZoneInfo(zone), language, year=year)}, {clock_time(moment, zone)}"


def instant(moment: datetime, now: datetime, zone: str, language: str = "id", *, hours: bool = False) -> str:
    """Give the time of day, with its day when that is not today; with `hours` the hour in which it was, no minute.

    >>> night = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    >>> instant(night, night, "Asia/Jakarta"), instant(night.replace(minute=0), night, "Asia/Jakarta", hours=True)
    ('00.30 WIB', '00.00-01.00 WIB')
    >>> instant(night - timedelta(hours=1), night, "Asia/Jakarta", "en")
    'Tue 24 Nov, 23.30 WIB'
    >>> instant(night - timedelta(days=365), night, "Asia/Jakarta")
    'Sel 25 Nov 2025, 00.30 WIB'
    """
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    said = clock_time(moment, zone)
    if hours:
        said = f"{local:%H.%M}-{clock_time(moment + timedelta(hours=1), zone)}"
    year = local.year != today.year
    return said if local.date() == today else f"{localised.day(moment, ZoneInfo(zone), language, year=year)}, {said}"


def briefly(start: datetime | None, end: datetime | None, now: datetime, zone: str, language: str = "id") -> str | None:
    """Give a range of time without its year where all of it is in this one, local time; None when nothing is known.

    >>> begun = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    >>> briefly(begun, begun, begun + timedelta(minutes=20), "Asia/Jakarta")
    'Rab 31 Des, 23.30 WIB'
    >>> briefly(begun, begun, begun + timedelta(minutes=40), "Asia/Jakarta")
    'Rab 31 Des 2025, 23.30 WIB'
    """
    local = ZoneInfo(zone)
    this = now.astimezone(local).year
    year = any(one is not None and one.astimezone(local).year != this for one in (start, end))
    return span(start, end, zone, language, year=year)


def span(
    start: datetime | None, end: datetime | None, zone: str, language: str = "id", *, year: bool = True
) -> str | None:
    """Give a range of time, short where both ends lie on one day; None when nothing is known.

    >>> span(datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 14, tzinfo=UTC), "Asia/Jakarta")
    'Sel 24 Nov 2026, 19.00-21.00 WIB'
    """
    if start is None or end is None or start == end:
        known = start or end
        return date_time(known, zone, language, year=year) if known else None
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    if first.date() == last.date():
        return f"{date_time(start, zone, language, year=year).rsplit(' ', 1)[0]}-{clock_time(end, zone)}"
    return f"{date_time(start, zone, language, year=year)} - {date_time(end, zone, language, year=year)}"


def minutes_between(start: datetime, end: datetime) -> int:
    """Give whole minutes passed, never below zero."""
    return max(0, int((end - start).total_seconds() // 60))


def lasting(minutes: int, language: str = "id") -> str:
    """Say a length of time in at most two units.

    >>> lasting(5), lasting(75), lasting(3000), lasting(75, "en")
    ('5 menit', '1 jam 15 menit', '2 hari 2 jam', '1 h 15 min')
    """
    minute, hour, day = ("menit", "jam", "hari") if language == "id" else ("min", "h", "d")
    if minutes < 1:
        return "kurang dari 1 menit" if language == "id" else "under 1 min"
    if minutes < HOUR:
        return f"{minutes} {minute}"
    if minutes < DAY:
        rest = minutes % HOUR
        return f"{minutes // HOUR} {hour}" + (f" {rest} {minute}" if rest else "")
    rest = minutes % DAY // HOUR
    return f"{minutes // DAY} {day}" + (f" {rest} {hour}" if rest else "")


def short(minutes: int, language: str = "id") -> str:
    """Say a length of time in one unit, as a clock has room for; days from two days on.

    >>> short(6), short(75), short(3000), short(75, "en"), short(0)
    ('6 mnt', '1 jam 15 mnt', '2 hari', '1 h 15 min', '1 mnt')
    """
    minute, hour, day = ("mnt", "jam", "hari") if language == "id" else ("min", "h", "d")
    minutes = max(1, minutes)  # "0" reads like a fault
    if minutes < HOUR:
        return f"{minutes} {minute}"
    if minutes < 2 * DAY:
        rest = minutes % HOUR
        return f"{minutes // HOUR} {hour}" + (f" {rest} {minute}" if rest and minutes < 10 * HOUR else "")
    return f"{minutes // DAY} {day}"


def ago(moment: datetime, now: datetime, language: str = "id") -> str:
    """Say how old something is.

    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> ago(noon.replace(hour=11, minute=54), noon), ago(noon, noon), ago(noon.replace(hour=13), noon, "en")
    ('6 mnt lalu', 'baru saja', 'in 1 h')
    """
    seconds = (now - moment).total_seconds()
    if abs(seconds) < HOUR:  # a minute
        return "baru saja" if language == "id" else "just now"
    said = short(int(abs(seconds) // 60), language)
    if seconds < 0:
        return f"{said} lagi" if language == "id" else f"in {said}"
    return f"{said} lalu" if language == "id" else f"{said} ago"


def left(due: datetime, now: datetime, language: str = "id") -> str:
    """Say how much time is left, or by how much it has passed.

    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> left(noon.replace(minute=6), noon), left(noon.replace(hour=11, minute=48), noon, "en")
    ('6 mnt lagi', '12 min late')
    """
    seconds = (due - now).total_seconds()
    said = short(int(abs(seconds) // 60), language)
    if seconds < 0:
        return f"lewat {said}" if language == "id" else f"{said} late"
    return f"{said} lagi" if language == "id" else f"{said} left"


def ring(start: datetime, due: datetime, now: datetime) -> int:
    """Give how much of a stretch of time is left, 0 to 100.

    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> ring(noon, noon.replace(minute=20), noon.replace(minute=5)), ring(noon, noon, noon)
    (75, 0)
    """
    whole = (due - start).total_seconds()
    return max(0, min(100, round(100 * (due - now).total_seconds() / whole))) if whole > 0 else 0


def after(seconds: int, language: str = "id") -> str:
    """Say how long something took.

    >>> after(38), after(150), after(38, "en")
    ('38 detik', '2 menit', '38 s')
    """
    if seconds < 1:
        return "1 detik" if language == "id" else "1 s"  # "0" reads like a fault
    if seconds < 2 * 60:
        return f"{seconds} detik" if language == "id" else f"{seconds} s"
    return lasting(seconds // 60, language)


def machine_time(moment: datetime) -> str:
    """Give an instant as machines read it: RFC 3339, UTC.

    >>> machine_time(datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
    '2026-11-24T17:30:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
