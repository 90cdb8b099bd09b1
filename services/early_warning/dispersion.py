"""Estimate how much more the weekly counts of an area vary than a constant rate explains.

Each area weighs a few possible dispersions by the likelihood of its weeks; the weights an area starts from are shared
by its issue group. Any week may with a small chance belong to a real episode, so that one burst of the past does not
make an area look restless for good.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, log
from operator import mul

from .tails import DISPERSIONS, LEAST_CHANCE, dispersion_step, mass, mean_at, mean_step, tails

CHOICES = (1.0, 1.25, 1.6, 2.2, 3.2, 5.0, 9.0)
PRIOR = (0.28, 0.24, 0.2, 0.14, 0.08, 0.04, 0.02)
PRIOR_AREAS = 1
SHARE_ROUNDS = 4
EPISODE_CHANCE, EPISODE_SHAPE = 0.015, 0.25
MATCH_AT = 1e-3
NEGLIGIBLE = 0.01
STEPS = tuple(dispersion_step(d) for d in CHOICES)
STARTS_PER_INCIDENT = tuple(log(d) / (d - 1) if d > 1 else 1.0 for d in DISPERSIONS)


@lru_cache(maxsize=20_000)
def week_likelihoods(mean: int, count: int) -> tuple[float, ...]:
    """Give the log likelihood of a week with `count` > 0 incidents under each of `CHOICES`."""
    given = []
    for step in STEPS:
        usual = mass(mean, step, count)
        given.append(log((1 - EPISODE_CHANCE) * usual + EPISODE_CHANCE * EPISODE_SHAPE / (count + 1)))
    return tuple(given)


def likelihoods(weeks: Iterable[tuple[int, int, float]], quiet: float) -> list[float]:
    """Give the likelihood of one area's past under each of `CHOICES`, the largest being 1.

    `weeks` are those with incidents: (step of the mean, count, weight of the week); `quiet` is what the other weeks
    were expected to bring together: a week without incidents has likelihood exp(-expected * starts per incident).
    """
    logs = [-quiet * STARTS_PER_INCIDENT[step] for step in STEPS]
    for mean, count, weight in weeks:
        logs = [had + weight * part for had, part in zip(logs, week_likelihoods(mean, count), strict=True)]
    top = max(logs)
    return [max(exp(x - top), LEAST_CHANCE) for x in logs]


def weigh(shared: Sequence[float], likely: Sequence[float]) -> list[float]:
    """Weigh `CHOICES` for one area, from what its group shares and the likelihoods of its own past."""
    parts = [s * x for s, x in zip(shared, likely, strict=True)]
    total = sum(parts)
    return [part / total for part in parts]


def share(shared: Sequence[float], areas: Sequence[Sequence[float]]) -> list[float]:
    """Fit the weights a group shares, by expectation-maximisation from where they stood.

    `areas` give the likelihoods of `CHOICES`, up to a factor; `PRIOR` counts as `PRIOR_AREAS` areas more.
    """
    for _ in range(SHARE_ROUNDS):
        sums = [PRIOR_AREAS * prior for prior in PRIOR]
        for likelihoods in areas:
            parts = list(map(mul, shared, likelihoods))
            total = sum(parts)
            sums = [had + part / total for had, part in zip(sums, parts, strict=True)]
        shared = [s / (len(areas) + PRIOR_AREAS) for s in sums]
    return list(shared)


def average(weights: Sequence[float]) -> float:
    """Give the mean dispersion."""
    return sum(w * d for w, d in zip(weights, CHOICES, strict=True))


def stand_in(weights: Sequence[float], mean: float, more: float) -> int:
    """Give the one dispersion (a step) that gives the chances of the whole mixture where these are about `MATCH_AT`.

    `more` is added to each dispersion: what not knowing the mean exactly makes of the variance.
    """
    place = mean_step(mean)
    mixture = [
        (w, tails(place, dispersion_step(d + more))) for w, d in zip(weights, CHOICES, strict=True) if w > NEGLIGIBLE
    ]
    count, above, below = 0, 1.0, 1.0
    while below > MATCH_AT:
        count, above = count + 1, below
        below = sum(w * table[count] for w, table in mixture if count < len(table))
    wanted = above * max(below, LEAST_CHANCE)  # two neighbouring counts, so that it does not hang on where a step falls
    low, high = 0, len(DISPERSIONS) - 1
    while high - low > 1:
        middle = (low + high) // 2
        table = tails(place, middle)
        got = table[count - 1] * table[count] if count < len(table) else 0.0
        low, high = (low, middle) if got > wanted else (middle, high)
    return low


@lru_cache(maxsize=20_000)
def starts(mean: int, dispersion: int, count: int) -> float:
    """Give the expected number of separate starts behind a count.

    A negative binomial count is a Poisson number of clusters, and what the count tells of the mean lies in their
    number (Zhou and Carin, 2015): sum over j < count of r / (r + j) with r = mean / (dispersion - 1). Four incidents
    of one night say little more than one.
    """
    if not dispersion:
        return float(count)
    size = mean_at(mean) / (DISPERSIONS[dispersion] - 1)
    return sum(size / (size + j) for j in range(count))
