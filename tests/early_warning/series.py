"""Make series of counts for the tests, from a seed, with the standard library alone."""

import math
import random
from collections.abc import Iterable

from services.early_warning.detector import Detector, Judgement, Key, replay


def poisson(rng: random.Random, mean: float) -> int:
    """Draw a Poisson count: by inversion, a rounded normal one where the mean is large."""
    if mean > 300:
        return max(round(rng.gauss(mean, math.sqrt(mean))), 0)
    count, part, left = 0, math.exp(-mean), rng.random()
    total = part
    while left > total and count < 10_000:
        count += 1
        part *= mean / count
        total += part
    return count


def negative_binomial(rng: random.Random, mean: float, dispersion: float) -> int:
    """Draw a count with variance dispersion * mean."""
    if dispersion <= 1:
        return poisson(rng, mean)
    return poisson(rng, rng.gammavariate(mean / (dispersion - 1), dispersion - 1))


def district(
    seed: int, periods: int, rates: Iterable[float], dispersion: float = 1.4, group: str = ""
) -> list[dict[Key, int]]:
    """Give periods of counts with constant rates (a period)."""
    rng = random.Random(seed)
    keys = [(Key(group, f"area {i}"), rate) for i, rate in enumerate(rates)]
    return [{key: negative_binomial(rng, rate, dispersion) for key, rate in keys} for _ in range(periods)]


def spread(areas: int, least: float, most: float) -> list[float]:
    """Give rates evenly spaced in their logarithms."""
    return [least * (most / least) ** (i / max(areas - 1, 1)) for i in range(areas)]


def run(detector: Detector, periods: Iterable[dict[Key, int]]) -> list[Judgement]:
    return list(replay(detector, iter(periods)))
