"""Say when one more message may go to an address: sliding windows, and the hours at which copies are gathered.

Pure. The numbers are the district's (`[limits]`, `[digest]`); its first ones are GoAlert's for SMS.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.policy.clocks import ANY_CHANNEL, UNLIMITED, WorkingHours
from services.policy.working_hours import is_open

Limits = Sequence[tuple[int, int]]  # at most so many messages in so many minutes
LONGEST_LOOK = 370  # days in which a working day must come


def limits_of(channel: str, limits: Mapping[str, Limits]) -> Limits:
    """Give the windows that hold for a channel."""
    return () if channel in UNLIMITED else limits.get(channel, limits.get(ANY_CHANNEL, ()))


def free_at(sent: Sequence[datetime], limits: Limits, now: datetime) -> datetime:
    """Give when one more message may be sent after those at `sent` (any order): `now`, or when a window has room.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> free_at([noon - timedelta(seconds=20)], [(1, 1)], noon) - noon
    datetime.timedelta(seconds=40)
    """
    newest = sorted(sent, reverse=True)
    free = [newest[count - 1] + timedelta(minutes=minutes) for count, minutes in limits if len(newest) >= count]
    return max([now, *free])


def longest(limits: Mapping[str, Limits]) -> timedelta:
    """Give how far back messages must be counted."""
    return timedelta(minutes=max((minutes for windows in limits.values() for _, minutes in windows), default=0))


def next_digest(now: datetime, every: int, *, hours: WorkingHours, zone: ZoneInfo) -> datetime:
    """Give the next time at which copies for information are sent, UTC: from opening on, every `every` hours."""
    opening = time.fromisoformat(hours.start)
    today = now.astimezone(zone).date()
    for offset in range(LONGEST_LOOK):
        slot = _at(today + timedelta(days=offset), opening, zone)
        while is_open(slot, hours=hours, zone=zone):
            if slot > now:
                return slot
            slot += timedelta(hours=every)
    return now


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, zone).astimezone(UTC)
