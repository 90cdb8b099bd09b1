"""Fit a trend and one yearly wave to an area with two years of counts, by a penalised Poisson regression.

It fits four-week sums. The penalties are normal priors (standard deviation .25 each), so that few incidents move
little. Nothing else about dates is built in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import cos, exp, log, pi, sin

LEAST_WEEKS = 104
LEAST_INCIDENTS = 40
BLOCK_WEEKS = 4
YEAR_WEEKS = 365.25 / 7
PRIOR_SD = 0.25
MOST_AHEAD_YEARS = 0.5
ROUNDS = 4
TERMS = 4


@dataclass(frozen=True, slots=True)
class Season:
    """Hold a trend a year and a yearly wave, both as logarithms; the trend is counted from the week `origin`."""

    origin: int
    trend: float
    cosine: float
    sine: float

    def factor(self, week: int) -> float:
        """Give the factor of a week; the trend is not carried on for more than half a year."""
        angle = 2 * pi * week / YEAR_WEEKS
        years = min((week - self.origin) / YEAR_WEEKS, MOST_AHEAD_YEARS)
        return exp(self.trend * years + self.cosine * cos(angle) + self.sine * sin(angle))


def fit(counts: Sequence[tuple[int, int]], exposure: Sequence[float], left_out: Collection[int], first: int) -> Season:
    """Fit to (week, count) pairs from the week `first` on; `exposure` has a value for each week from week 0."""
    last = len(exposure) - 1
    blocks = (last - first) // BLOCK_WEEKS + 1
    had, weeks = [0.0] * blocks, [0.0] * blocks
    for week, count in counts:
        had[(week - first) // BLOCK_WEEKS] += count
    for week in range(first, last + 1):
        if week not in left_out:
            weeks[(week - first) // BLOCK_WEEKS] += exposure[week]
    rows = []
    for block in range(blocks):
        middle = first + (block + 0.5) * BLOCK_WEEKS - 0.5
        angle = 2 * pi * middle / YEAR_WEEKS
        rows.append((1.0, (middle - last) / YEAR_WEEKS, cos(angle), sin(angle)))
    terms = [log((sum(had) + 0.5) / (sum(weeks) + 1)), 0.0, 0.0, 0.0]
    for _ in range(ROUNDS):
        terms = [t + move for t, move in zip(terms, _newton(terms, rows, had, weeks), strict=True)]
    return Season(last, terms[1], terms[2], terms[3])


def _newton(
    terms: Sequence[float], rows: Sequence[tuple[float, ...]], had: Sequence[float], weeks: Sequence[float]
) -> list[float]:
    penalty = (0.0, *(1 / PRIOR_SD**2 for _ in range(TERMS - 1)))
    slope = [-p * t for p, t in zip(penalty, terms, strict=True)]
    bend = [[penalty[i] if i == j else 0.0 for j in range(TERMS)] for i in range(TERMS)]
    for row, count, exposure in zip(rows, had, weeks, strict=True):
        mean = exposure * exp(min(sum(t * x for t, x in zip(terms, row, strict=True)), 30.0))
        for i in range(TERMS):
            slope[i] += (count - mean) * row[i]
            for j in range(TERMS):
                bend[i][j] += mean * row[i] * row[j]
    return _solve(bend, slope)


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by elimination."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = [x / rows[i][i] for x in rows[i]]
        rows[i] = pivot
        for k, row in enumerate(rows):
            if k != i:
                rows[k] = [x - row[i] * y for x, y in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]
