"""Give the chance of so many incidents or more: a negative binomial whose variance is a multiple of its mean.

Variance = dispersion * mean. Counts of this kind stay of this kind when days or weeks are added up, which windows
need; dispersion 1 is the Poisson distribution. Means and dispersions stand on grids so that each table is computed
once: a step of the mean is 2.9 %, a step of (dispersion - 1) is 25 %. Above a mean of `LARGE` the gamma distribution
with the same two moments stands in, with the normal approximation of Wilson and Hilferty (1931).
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import erfc, exp, lgamma, log, sqrt
from operator import neg

STEPS_PER_DOUBLING = 24
STEP = log(2) / STEPS_PER_DOUBLING
LEAST_MEAN = 1e-3
LARGE = 400.0
LEAST_CHANCE = 1e-12
FIRST_EXCESS, EXCESS_RATIO, EXCESS_STEPS = 0.05, 1.25, 40
DISPERSIONS = (1.0, *(1 + FIRST_EXCESS * EXCESS_RATIO**j for j in range(EXCESS_STEPS)))
_LOG_LEAST = log(LEAST_MEAN)
_LOG_RATIO = log(EXCESS_RATIO)


def mean_place(mean: float) -> float:
    """Give where a mean stands on the grid, not yet rounded; a mean below `LEAST_MEAN` stands at 0."""
    return (log(mean) - _LOG_LEAST) / STEP if mean > LEAST_MEAN else 0.0


LARGE_STEP = round(mean_place(LARGE))


def mean_step(mean: float) -> int:
    """Give the nearest step on the grid of means."""
    return round(mean_place(mean))


def mean_at(step: int) -> float:
    """Give the mean at a step."""
    return LEAST_MEAN * exp(step * STEP)


def dispersion_step(dispersion: float) -> int:
    """Give the nearest step on the grid of dispersions; at most half of the first excess counts as none."""
    excess = dispersion - 1
    if excess <= FIRST_EXCESS / 2:
        return 0
    return min(max(round(log(excess / FIRST_EXCESS) / _LOG_RATIO), 0) + 1, len(DISPERSIONS) - 1)


@lru_cache(maxsize=20_000)
def masses(mean: int, dispersion: int) -> tuple[float, ...]:
    """Give P(0), P(1), ... at these steps, as far as they matter."""
    mu, ratio = mean_at(mean), DISPERSIONS[dispersion]
    size = mu / (ratio - 1) if dispersion else 0.0
    part = exp(-size * log(ratio)) if dispersion else exp(-mu)
    given, k, reach, again = [part], 0, mu + 6 * sqrt(ratio * mu), 1 - 1 / ratio
    while part > LEAST_CHANCE or k < reach:
        part *= (size + k) / (k + 1) * again if dispersion else mu / (k + 1)
        k += 1
        given.append(part)
    return tuple(given)


def mass(mean: int, dispersion: int, count: int) -> float:
    """Give P(count) at these steps without a table: for counts that are few, at dispersions that are large."""
    mu, ratio = mean_at(mean), DISPERSIONS[dispersion]
    if not dispersion:
        return exp(count * log(mu) - mu - lgamma(count + 1))
    size = mu / (ratio - 1)
    logs = lgamma(size + count) - lgamma(size) - lgamma(count + 1) - size * log(ratio) + count * log(1 - 1 / ratio)
    return exp(logs)


@lru_cache(maxsize=20_000)
def tails(mean: int, dispersion: int) -> tuple[float, ...]:
    """Give P(0 or more), P(1 or more), ... at these steps."""
    given = list(accumulate(reversed(masses(mean, dispersion))))
    given.reverse()
    given[0] = 1.0
    for k in range(1, len(given)):  # sums grow towards 0 only, so that rounding is cut there
        if given[k] <= 1.0:
            break
        given[k] = 1.0
    return tuple(given)


def chance(mean: int, dispersion: int, count: int) -> float:
    """Give the chance of `count` or more at these steps, not below `LEAST_CHANCE`."""
    if count <= 0:
        return 1.0
    if mean > LARGE_STEP:
        return _large(mean_at(mean), DISPERSIONS[dispersion], count)
    table = tails(mean, dispersion)
    return max(table[count], LEAST_CHANCE) if count < len(table) else LEAST_CHANCE


def chances(mean: int, dispersion: int, counts: Sequence[int]) -> list[float]:
    """Give the chance of each of these counts (from 1) or more, as `chance` does."""
    if mean > LARGE_STEP:
        return [chance(mean, dispersion, count) for count in counts]
    table = tails(mean, dispersion)
    size = len(table)
    return [max(table[count], LEAST_CHANCE) if count < size else LEAST_CHANCE for count in counts]


def count_at(mean: int, dispersion: int, level: float) -> int:
    """Give the least count whose chance is at most `level`; a level below what `chance` can give counts as that."""
    level = max(level, LEAST_CHANCE)
    if mean <= LARGE_STEP:
        return bisect_left(tails(mean, dispersion), -level, lo=1, key=neg)
    low, high = 0, 1
    while chance(mean, dispersion, high) > level:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chance(mean, dispersion, middle) > level else (low, middle)
    return high


def _large(mu: float, ratio: float, count: int) -> float:
    ninth = ratio / (9 * mu)
    z = ((max(count - 0.5, 0.0) / mu) ** (1 / 3) - 1 + ninth) / sqrt(ninth)
    return min(max(0.5 * erfc(z / sqrt(2)), LEAST_CHANCE), 1.0)
