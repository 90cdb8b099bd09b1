"""Turn the number of notifications that chance may raise into thresholds, and keep account of it.

One level of chance holds for every area of the district at a time. Each area's thresholds are the least counts in 7
and in 14 days that chance reaches at that level or below it; how often they start a notification in a period is added
up exactly, and the level is moved until the sum is what may be spent. What was really spent is known too: before a
period is counted, each area's chance to notify in it is known from what its windows already hold, so the sum of these
chances is the expected number of false notifications however often one checks, whatever the windows and the hold-off.
What was left unspent or overdrawn is spread over the following half year.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

from .tails import STEPS_PER_DOUBLING, chance, chances, count_at, masses, tails

DAYS_PER_MONTH = 30.44
LEVEL_STEP = 0.05
START_LEVEL = 80
LEAST_LEVEL, MOST_LEVEL = 5, 400
FORTNIGHT_SHARE = 1.6
LEAST_COUNT = 2
AGAIN = 10.0
MOST_TERMS = 4000
SPREAD_DAYS = 182
COST_MONTHS = 2.0
LEAST_SHARE, MOST_SHARE = 0.6, 1.5
NEGLIGIBLE = 1e-12


def _fewer_days(days: int) -> int:
    return round(STEPS_PER_DOUBLING * log(7 / days) / log(2))


WEEK_TO_DAY, WEEK_TO_SIX = _fewer_days(1), _fewer_days(6)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Hold the counts in 7 and 14 days that notify, at first and within the hold-off, and how often chance does it."""

    week: int
    fortnight: int
    week_again: int
    fortnight_again: int
    rate: float


@lru_cache(maxsize=100_000)
def thresholds(mean: int, dispersion: int, level: int, days: int) -> Thresholds:
    """Give an area's thresholds; the mean a week, the dispersion and the level as steps, a period of 1 or 7 days."""
    allowed = exp(-level * LEVEL_STEP)
    week = max(count_at(mean, dispersion, allowed), LEAST_COUNT)
    fortnight = max(count_at(mean + STEPS_PER_DOUBLING, dispersion, allowed * FORTNIGHT_SHARE), LEAST_COUNT)
    return Thresholds(
        week,
        fortnight,
        max(count_at(mean, dispersion, allowed / AGAIN), week + 1),
        max(count_at(mean + STEPS_PER_DOUBLING, dispersion, allowed / AGAIN), fortnight + 1),
        start_chance(mean, dispersion, week, fortnight, days),
    )


@lru_cache(maxsize=100_000)
def start_chance(mean: int, dispersion: int, week: int, fortnight: int, days: int) -> float:
    """Give the chance that a threshold is reached in a period when none was reached one period before."""
    if days == 1:
        return _starts_on_a_day(mean, dispersion, week, fortnight)
    before = masses(mean, dispersion)[:week]
    needs = [min(week, max(fortnight - had, 1)) for had in range(len(before))]
    return sum(p * q for p, q in zip(before, chances(mean, dispersion, needs), strict=True))


def _starts_on_a_day(mean: int, dispersion: int, week: int, fortnight: int) -> float:
    """Add up over the six days before (a), the day before these (o), the six before that (d)."""
    one, six = max(mean - WEEK_TO_DAY, 0), max(mean - WEEK_TO_SIX, 0)
    if week * week * fortnight > 6 * MOST_TERMS:  # an upper bound, near enough where counts are large
        return _crossing(mean, dispersion, week, 6) + _crossing(mean, dispersion, fortnight, 13)
    day, days, reach = masses(one, dispersion), masses(six, dispersion), tails(one, dispersion)
    day_tail = (*reach, *(0.0 for _ in range(fortnight + 1)))
    total = 0.0
    for a, chance_a in enumerate(days[:week]):
        for o, chance_o in enumerate(day[: week - a]):
            if chance_a * chance_o < NEGLIGIBLE:
                break
            room = fortnight - a - o
            part = sum(
                chance_d * (1 - day_tail[room - d]) * day_tail[min(week - a, room - d)]
                for d, chance_d in enumerate(days[: max(room, 0)])
            )
            total += chance_a * chance_o * part
    return total


def _crossing(mean: int, dispersion: int, threshold: int, days: int) -> float:
    """Give the chance that a sum over days + 1 days is at the threshold today and was not yesterday."""
    one, kept = max(mean - WEEK_TO_DAY, 0), max(mean - _fewer_days(days), 0)
    total = 0.0
    for a, part in enumerate(masses(kept, dispersion)[:threshold]):
        up = chance(one, dispersion, threshold - a)
        total += part * up * (1 - up)
    return total


@dataclass(slots=True)
class Budget:
    """Keep what chance may raise in the whole district, what was allowed so far and what was spent."""

    per_month: float
    level: int = START_LEVEL
    settled: bool = False
    allowed: float = 0.0
    spent: float = 0.0
    planned: float = 0.0
    cost: float = 0.0

    def share(self, days: int) -> float:
        """Give what one period is allowed."""
        return self.per_month * days / DAYS_PER_MONTH

    def target(self, days: int, part: float) -> float:
        """Give the rate to plan for in this period, where `part` of the budget is for the areas.

        What was left or overdrawn before is spread over half a year; and plans are scaled by what they turned out to
        cost: the hold-off after a notification, and windows that overlap, make them cost less than they add up to.
        """
        left = (self.allowed - self.spent) / (self.per_month * SPREAD_DAYS / DAYS_PER_MONTH)
        known = self.per_month * COST_MONTHS
        scale = (self.planned + known) / (self.cost + known)
        return self.share(days) * part * min(max(1 + left, LEAST_SHARE), MOST_SHARE) * scale

    def account(self, days: int, planned: float, cost: float, more: float) -> None:
        """Enter a period that is over: the rate planned for the areas, what that cost, and what else was spent."""
        self.allowed += self.share(days)
        self.spent += cost + more
        self.planned += planned
        self.cost += cost


def moved(level: int, rate: float, target: float) -> int:
    """Give the level that brings the rate nearer to the target."""
    off = log(max(rate, 1e-9) / target)
    return min(max(level + round(0.9 * off / LEVEL_STEP), LEAST_LEVEL), MOST_LEVEL)


def level_of(chance_seen: float) -> int:
    """Give the strictest level at which so small a chance still notifies."""
    return min(int(-log(chance_seen) / LEVEL_STEP), MOST_LEVEL)
