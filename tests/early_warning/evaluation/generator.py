"""Make districts whose truth is known: weekly or daily counts with rises of several shapes, and what the means really were.

Each scenario changes one thing: the shape of the rises, how restless the areas are, a drift, a step in the whole district, clustered
events, strong weekdays. Counts are drawn event by event where events follow each other, and from gamma-mixed Poisson weeks elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WEEK = 7
WEEKDAYS_EVEN = (1.0,) * 7
WEEKDAYS_JAVA = (1.6, 1.2, 1.1, 1.2, 1.1, 0.6, 0.2)
Days = NDArray[np.int_]


def one_night(rng: np.random.Generator, size: int) -> Days:
    """All incidents within two days."""
    return rng.integers(0, 2, size)


def one_week(rng: np.random.Generator, size: int) -> Days:
    """Incidents evenly over seven days."""
    return rng.integers(0, 7, size)


def flare(rng: np.random.Generator, size: int) -> Days:
    """A start and a decay with a mean of six days."""
    return np.minimum(rng.exponential(6.0, size), 40).astype(int)


def waves(rng: np.random.Generator, size: int) -> Days:
    """Retaliation: three waves five days apart."""
    return rng.integers(0, 3, size) * 5 + rng.integers(0, 2, size)


def slow(rng: np.random.Generator, size: int) -> Days:
    """Incidents evenly over four weeks."""
    return rng.integers(0, 28, size)


@dataclass(frozen=True)
class Scenario:
    """Describe districts; rates are incidents a week."""

    name: str
    days: int = 7
    history: int = 26
    scored: int = 52
    areas: int = 20
    least: float = 0.02
    most: float = 2.0
    dispersions: tuple[float, ...] = (1.0, 1.3, 1.8)
    walk: float = 0.01
    season: float = 0.2
    step: float = 1.0
    offspring: float = 0.0
    weekdays: tuple[float, ...] = WEEKDAYS_EVEN
    shape: Callable[[np.random.Generator, int], Days] = flare
    sizes: tuple[int, ...] = (3, 4, 5, 7, 10, 15)
    past_rises: float = 0.4
    rises: bool = True


@dataclass
class District:
    """Hold counts and truth, both [areas, periods]; rises as (area, first period, last period, size)."""

    scenario: Scenario
    counts: NDArray[np.int_]
    means: NDArray[np.float64]
    dispersions: NDArray[np.float64]
    first_scored: int
    rises: list[tuple[int, int, int, int]] = field(default_factory=list)


def make(scenario: Scenario, seed: int) -> District:
    """Make one district from a seed."""
    rng = np.random.default_rng([seed, 20_260])
    s, weeks = scenario, scenario.history + scenario.scored
    base = rng.permutation(np.exp(rng.uniform(np.log(s.least), np.log(s.most), s.areas)))
    dispersions = rng.choice(s.dispersions, s.areas)
    t = np.arange(weeks)
    walk = np.cumsum(rng.normal(0, s.walk, (s.areas, weeks)), axis=1)
    wave = (
        s.season * rng.uniform(0, 1, (s.areas, 1)) * np.cos(2 * np.pi * (t / 52.18 + rng.uniform(0, 1, (s.areas, 1))))
    )
    level = np.where(t >= s.history + int(rng.integers(6, max(s.scored - 16, 7))), s.step, 1.0)
    weekly = base[:, None] * np.exp(walk - walk[:, s.history - 1 : s.history] + wave) * level
    share = np.array(s.weekdays) / sum(s.weekdays)
    daily = np.repeat(weekly, WEEK, axis=1) * np.tile(share, weeks)
    counts = _background(rng, s, weekly, share, dispersions)
    rises = _add_rises(rng, s, counts)
    if s.days == WEEK:
        counts = counts.reshape(s.areas, weeks, WEEK).sum(2)
        daily = daily.reshape(s.areas, weeks, WEEK).sum(2)
    spans = [(a, first // s.days, last // s.days, n) for a, first, last, n in rises]
    return District(s, counts, daily, dispersions.astype(float), s.history * WEEK // s.days, spans)


def _background(
    rng: np.random.Generator, s: Scenario, weekly: NDArray[np.float64], share: NDArray[np.float64], dispersions: Days
) -> NDArray[np.int_]:
    areas, weeks = weekly.shape
    counts = np.zeros((areas, weeks * WEEK), int)
    for a in range(areas):
        mean = weekly[a] * (1 - s.offspring)
        excess = dispersions[a] - 1
        rate = rng.gamma(mean / excess, excess) if excess > 0 else mean
        for w, n in enumerate(rng.poisson(rate)):
            if n:
                np.add.at(counts[a], w * WEEK + rng.choice(WEEK, n, p=share), 1)
        if s.offspring:
            _follow(rng, counts[a], s.offspring)
    return counts


def _follow(rng: np.random.Generator, counts: NDArray[np.int_], offspring: float) -> None:
    """Let incidents be followed by others within days (a branching process)."""
    waiting = [day for day, n in enumerate(counts) for _ in range(n)]
    while waiting:
        day = waiting.pop()
        for _ in range(rng.poisson(offspring)):
            later = day + 1 + int(rng.exponential(4.0))
            if later < len(counts):
                counts[later] += 1
                waiting.append(later)


def _add_rises(rng: np.random.Generator, s: Scenario, counts: NDArray[np.int_]) -> list[tuple[int, int, int, int]]:
    """Add rises of the past, and those that are to be found; two of these never meet in an area."""
    border = s.history * WEEK
    for _ in range(rng.poisson(s.past_rises * s.areas * s.history / 52)):
        days = int(rng.integers(0, border)) + s.shape(rng, int(rng.choice(s.sizes)))
        np.add.at(counts[rng.integers(s.areas)], np.minimum(days, border - 1), 1)
    if not s.rises:
        return []
    found = []
    for area, size in zip(rng.choice(s.areas, min(6, s.areas), replace=False), rng.permutation(s.sizes), strict=False):
        days = int(rng.integers(border + WEEK, counts.shape[1] - 7 * WEEK)) + s.shape(rng, int(size))
        np.add.at(counts[area], days, 1)
        found.append((int(area), int(days.min()), int(days.max()), int(size)))
    return found


SCENARIOS = (
    Scenario("flare, 12 weeks", history=12),
    Scenario("flare, 26 weeks"),
    Scenario("flare, 104 weeks", history=104),
    Scenario("one night", shape=one_night),
    Scenario("one week", shape=one_week),
    Scenario("waves of retaliation", shape=waves),
    Scenario("slow, four weeks", shape=slow),
    Scenario("Poisson", dispersions=(1.0,)),
    Scenario("restless (3)", dispersions=(2.0, 3.0, 4.0)),
    Scenario("incidents follow each other", offspring=0.25, dispersions=(1.0,)),
    Scenario("drift", history=104, walk=0.03),
    Scenario("step 3, 12 weeks", history=12, step=3.0),
    Scenario("step 2, 104 weeks", history=104, step=2.0),
    Scenario("step 1/2", step=0.5),
    Scenario("quiet, no rises", least=0.02, most=0.5, rises=False, past_rises=0.0),
    Scenario("no rises", rises=False),
    Scenario("60 areas", areas=60),
    Scenario("5 areas", areas=5, sizes=(4, 5, 7, 10, 15)),
    Scenario("daily, weekdays of Java", days=1, weekdays=WEEKDAYS_JAVA),
    Scenario("daily, one night", days=1, shape=one_night),
    Scenario("daily, no rises", days=1, rises=False),
)
