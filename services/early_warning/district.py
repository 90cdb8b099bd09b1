"""Follow the district's own level: a change everywhere is told once, and an area is judged against its district.

When an app is adopted or a national wave comes, everybody reports two or three times more. The level is a factor on
all usual rates, known only as weights over a grid of factors (a hidden Markov model): in a week it stays, drifts to a
neighbouring factor, or now and then jumps anywhere. A count far beyond what the district's level explains in an area
is cut down to that before adding up, so that one area's burst is not taken for a change of the district. Daily series
keep one chain of whole weeks for each weekday, since weekdays differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, lgamma, log, sqrt

from .tails import chance, dispersion_step, mean_step

RATIO, HALF = 1.12, 16
FACTORS = tuple(RATIO ** (j - HALF) for j in range(2 * HALF + 1))
JUMP, DRIFT = 1 / 40, 0.01
START_STEPS = 0.7
LEAST_EXPECTED = 0.05
OUT_SD = 3.0
NEGLIGIBLE = 0.01
POISSON_BELOW = 1.01


def _start() -> list[float]:
    shares = [exp(-0.5 * ((j - HALF) / START_STEPS) ** 2) for j in range(len(FACTORS))]
    total = sum(shares)
    return [s / total for s in shares]


@dataclass(slots=True)
class Total:
    """Hold the counts of seven days added up over many areas.

    In `count` what stands out in one area alone is cut down to what could still be usual, for following the level; in
    `common` to what is usual, for testing it: an area's burst must not look like a change of the district. `reported`
    is the plain sum, `expected` what is usual at the old level.
    """

    count: int
    common: int
    expected: float
    dispersion: float
    reported: int


@dataclass(slots=True)
class Level:
    """Hold the weights of the possible factors after a week."""

    shares: list[float] = field(default_factory=_start)

    def mean(self) -> float:
        """Give the expected factor."""
        return sum(s * f for s, f in zip(self.shares, FACTORS, strict=True))

    def unsure(self) -> float:
        """Give the squared relative error of the factor."""
        return sum(s * f * f for s, f in zip(self.shares, FACTORS, strict=True)) / self.mean() ** 2 - 1

    def chance(self, total: Total) -> float:
        """Give the chance of such a total or more, at the level as it was; jumps it may just have made are left out."""
        step = dispersion_step(total.dispersion)
        known = [(share, factor) for share, factor in zip(self.shares, FACTORS, strict=True) if share > NEGLIGIBLE]
        weight = sum(share for share, _ in known)
        return sum(
            share / weight * chance(mean_step(total.expected * factor), step, total.common) for share, factor in known
        )

    def after(self, total: Total) -> "Level":
        """Give the level a week later, in which this total was seen."""
        old, n = self.shares, len(FACTORS)
        logs = []
        for j, factor in enumerate(FACTORS):
            share = (1 - JUMP - DRIFT) * old[j] + DRIFT / 2 * (old[max(j - 1, 0)] + old[min(j + 1, n - 1)]) + JUMP / n
            logs.append(log(share) + _likelihood(total, factor))
        top = max(logs)
        shares = [exp(x - top) for x in logs]
        scale = sum(shares)
        return Level([s / scale for s in shares])


def _likelihood(total: Total, factor: float) -> float:
    mean = total.expected * factor
    if total.dispersion < POISSON_BELOW:
        return total.count * log(mean) - mean
    size = mean / (total.dispersion - 1)
    return lgamma(size + total.count) - lgamma(size) - size * log(total.dispersion)


def add_up(areas: Iterable[tuple[int, float, float]], factor: float) -> Total:
    """Add up (count in seven days, usual mean, dispersion) over areas, what stands out in one area alone cut off.

    The ratio to compare with is taken without the area that stands out most, and is not below `factor`, the level
    until now.
    """
    rows = list(areas)
    expected = sum(mean for _, mean, _ in rows)
    top, top_count, top_mean = 0.0, 0, 0.0
    for count, mean, _ in rows:
        if count - mean * factor > top:
            top, top_count, top_mean = count - mean * factor, count, mean
    seen = sum(count for count, _, _ in rows)
    ratio = max((seen - top_count) / max(expected - top_mean, LEAST_EXPECTED), factor)
    ratio = min(ratio, FACTORS[-1])
    counted = common = 0.0
    for count, mean, dispersion in rows:
        if count > 1:
            usual = mean * ratio
            most = usual + OUT_SD * sqrt(dispersion * usual)
            counted += min(count, most)
            common += count if count <= most else usual
        else:
            counted += count
            common += count
    varied = sum(mean * dispersion for _, mean, dispersion in rows)
    ratio = max(varied / expected, 1.0) if expected > 0 else 1.0
    return Total(int(counted), round(common), max(expected, LEAST_EXPECTED), ratio, seen)
