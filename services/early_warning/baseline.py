"""Know how usual rates differ between the areas of an issue group: a short history borrows from the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log

SHAPE = 2.0
MEANS = tuple(0.01 * 3.0**j for j in range(10))
PRIOR_AREAS = 2.0
NEGLIGIBLE_LOG = -12.0
PRIOR_BELOW, PRIOR_WIDTH = 0.7, 1.6


@dataclass(frozen=True, slots=True)
class Rates:
    """Hold a mixture of gamma distributions of weekly rates; their means (`MEANS`) stand a factor of three apart."""

    weights: tuple[float, ...] = tuple(1 / len(MEANS) for _ in MEANS)
    parts: tuple[tuple[float, float], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare the logarithm each part starts with, and its rate parameter."""
        parts = tuple((log(w) + SHAPE * log(SHAPE / m), SHAPE / m) for w, m in zip(self.weights, MEANS, strict=True))
        object.__setattr__(self, "parts", parts)

    def shares(self, starts: float, exposure: float) -> list[float]:
        """Weigh the parts for one area with so many starts in so many weeks."""
        shape = SHAPE + starts
        logs = [begin - shape * log(rate + exposure) for begin, rate in self.parts]
        top = max(logs)
        given = [exp(x - top) for x in logs]
        total = sum(given)
        return [g / total for g in given]

    def estimate(self, starts: float, exposure: float) -> tuple[float, float]:
        """Give the mean and the variance of an area's weekly rate."""
        shape = SHAPE + starts
        parts = [(begin - shape * log(rate + exposure), rate + exposure) for begin, rate in self.parts]
        top = max(parts)[0]
        total = first = second = 0.0
        for x, rate in parts:
            below = x - top
            if below > NEGLIGIBLE_LOG:
                weight = exp(below)
                total += weight
                weight /= rate
                first += weight
                second += weight / rate
        mean = shape * first / total
        return mean, shape * (shape + 1) * second / total - mean * mean


def refit(rates: Rates, areas: Sequence[tuple[float, float]]) -> Rates:
    """Move the mixture one step towards the (starts, exposure) of the areas, by expectation-maximisation.

    A log-normal around the group's own mean counts as `PRIOR_AREAS` areas more: it is what a group with few areas
    stands on.
    """
    starts, exposure = sum(a[0] for a in areas), sum(a[1] for a in areas)
    centre = log((starts + 0.5) / (exposure + 1)) - PRIOR_BELOW
    prior = [exp(-0.5 * ((log(m) - centre) / PRIOR_WIDTH) ** 2) + 1e-4 for m in MEANS]
    scale = PRIOR_AREAS / sum(prior)
    sums = [p * scale for p in prior]
    for had, weeks in areas:
        sums = [s + share for s, share in zip(sums, rates.shares(had, weeks), strict=True)]
    total = PRIOR_AREAS + len(areas)
    return Rates(tuple(s / total for s in sums))
