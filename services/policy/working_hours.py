"""Count time as the district's clocks do: round the clock, or only in working hours less public holidays.

Pure. Instants are aware and come back in UTC; minutes of a slow clock run only while offices are open.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.policy.clocks import Pace, WorkingHours

_DAY = timedelta(days=1)


def add_minutes(start: datetime, minutes: int, *, always: bool, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Give the instant `minutes` (0 or more) of this clock after `start`, UTC.

    Working time that ends exactly at closing ends then, not at the next opening; no minutes at all outside
    working hours end at the next opening. Raises ValueError when there is no working time to count in.
    """
    if minutes < 0:
        msg = f"minutes must not be negative, got {minutes}"
        raise ValueError(msg)
    left = timedelta(minutes=minutes)
    start = start.astimezone(UTC)
    if always:
        return start + left
    for opens, closes in _openings(start, hours, zone):
        begins = max(start, opens)
        if begins < closes or (begins == closes and not left):
            if begins + left <= closes:
                return begins + left
            left -= closes - begins
    msg = "working hours never come"
    raise ValueError(msg)


def pace_of(district: District) -> Pace:
    """Give the district's way of counting: `pace(start, minutes, always)` is the instant so many minutes later."""
    zone = ZoneInfo(district.timezone)

    def pace(start: datetime, minutes: int, always: bool) -> datetime:  # noqa: FBT001 - a clock is one or the other
        return add_minutes(start, minutes, always=always, hours=district.working, zone=zone)

    return pace


def elapsed(start: datetime, end: datetime, *, always: bool, hours: WorkingHours, zone: ZoneInfo) -> timedelta:
    """Give how much of this clock's time lies between two instants; zero when `end` is not after `start`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta()
    if always:
        return end - start
    passed = timedelta()
    for opens, closes in _openings(start, hours, zone):
        if opens >= end:
            break
        passed += max(timedelta(), min(end, closes) - max(start, opens))
    return passed


def is_open(at: datetime, *, hours: WorkingHours, zone: ZoneInfo) -> bool:
    """Say whether offices are open at `at`; closing time is no longer open."""
    opens, closes = next(_openings(at.astimezone(UTC), hours, zone), (at, at))
    return opens <= at < closes


def _openings(start: datetime, hours: WorkingHours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Walk the working days that end after `start`, as opening and closing instants in UTC."""
    opening, closing = _parsed(hours.start), _parsed(hours.end)
    if not hours.weekdays or closing <= opening:
        return
    closed = _closed(hours.holidays)
    day = start.astimezone(zone).date()
    while day < date.max - _DAY:
        if day.isoweekday() in hours.weekdays and day not in closed:
            opens = datetime.combine(day, opening, zone).astimezone(UTC)
            closes = datetime.combine(day, closing, zone).astimezone(UTC)
            if closes >= start:
                yield opens, closes
        day += _DAY


@lru_cache(maxsize=16)
def _parsed(text: str) -> time:
    return time.fromisoformat(text)


@lru_cache(maxsize=16)
def _closed(holidays: tuple[date, ...]) -> frozenset[date]:
    return frozenset(holidays)
