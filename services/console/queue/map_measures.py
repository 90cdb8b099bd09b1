"""Say what the colour of a map tells, of which weeks, and which step of lightness each area has. Pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from services.console.queue.queries import Placed
from services.office.figures import MEDIAN_FROM

LEVEL, COUNT, ANSWER = "tingkat", "jumlah", "jawab"
COLOURS = (LEVEL, COUNT, ANSWER)  # what the colour may say
BACK = 25  # weeks before this one that may be chosen
LENGTHS = (1, 4, 13)  # weeks looked at together
# The most of each step but the last. They are the same for every week, so that weeks can be compared.
STEPS: Mapping[str, tuple[int, ...]] = {COUNT: (1, 4, 9), ANSWER: (15, 60, 360)}  # incidents; minutes
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the map: the colour, the last week (0 is this one, -1 the one before), how many weeks."""

    colour: str = LEVEL
    week: int = 0
    length: int = 1

    @property
    def now(self) -> bool:
        """Say whether it is the map of what is open at this moment."""
        return self.colour == LEVEL and self.week == 0 and self.length == 1


@dataclass(frozen=True)
class Measure:
    """What one area has: how many incidents, or answers, and of these the worst level or the middle time in minutes.

    `minutes` is None where there are too few answers.
    """

    count: int = 0
    level: int = 0
    minutes: int | None = None


def read_asked(given: Mapping[str, str]) -> Asked | None:
    """Read a query string; None where it asks for what is not offered.

    >>> read_asked({"warna": "jumlah", "minggu": "-3"}), read_asked({"minggu": "1"})
    (Asked(colour='jumlah', week=-3, length=1), None)
    """
    weeks = {str(-back): -back for back in range(BACK + 1)}
    lengths = {str(length): length for length in LENGTHS}
    colour, week, length = (
        given.get(name) or usual for name, usual in (("warna", LEVEL), ("minggu", "0"), ("lama", "1"))
    )
    if colour not in COLOURS or week not in weeks or length not in lengths:
        return None
    return Asked(colour, weeks[week], lengths[length])


def stretch(asked: Asked, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants between which the weeks lie that are asked for: whole weeks from a Monday, this one up to now.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> [f"{at:%d %b %H}" for at in stretch(Asked(COUNT, -1, 2), noon, ZoneInfo("Asia/Jakarta"))]
    ['09 Nov 00', '23 Nov 00']
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday()) + asked.week * _WEEK
    first = monday - (asked.length - 1) * _WEEK
    return datetime.combine(first, time(), zone), min(now, datetime.combine(monday + _WEEK, time(), zone))


def measured(rows: Iterable[tuple[str, Placed]], colour: str, times: Mapping[str, timedelta]) -> dict[str, Measure]:
    """Give the measure of each area: `rows` are incidents with the area in which each counts, `times` their answers."""
    by: dict[str, list[Placed]] = defaultdict(list)
    for area, one in rows:
        by[area].append(one)
    if colour != ANSWER:
        return {area: Measure(len(own), max(one.level for one in own)) for area, own in by.items()}
    found = {}
    for area, own in by.items():
        minutes = [max(0.0, times[one.id].total_seconds() / 60) for one in own if one.id in times]
        if minutes:
            middle = round(median(minutes)) if len(minutes) >= MEDIAN_FROM else None
            found[area] = Measure(len(minutes), minutes=middle)
    return found


def step_of(measure: Measure, colour: str) -> int:
    """Give the step of lightness, one to four; 0: nothing to show, or too few for it.

    >>> [step_of(Measure(count), COUNT) for count in (0, 1, 2, 9, 10)], step_of(Measure(5, minutes=61), ANSWER)
    ([0, 1, 2, 3, 4], 3)
    """
    value = measure.minutes if colour == ANSWER else measure.count
    if value is None or not measure.count:
        return 0
    return bisect_left(STEPS[colour], value) + 1
