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
MOST_LOG = 30.0


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
        rows.append(((middle - last) / YEAR_WEEKS, cos(angle), sin(angle)))
    terms = [log((sum(had) + 0.5) / (sum(weeks) + 1)), 0.0, 0.0, 0.0]
    for _ in range(ROUNDS):
        terms = [t + move for t, move in zip(terms, _newton(terms, rows, had, weeks), strict=True)]
    return Season(last, terms[1], terms[2], terms[3])


def _newton(
    terms: Sequence[float], rows: Sequence[tuple[float, float, float]], had: Sequence[float], weeks: Sequence[float]
) -> list[float]:
    """Give one step of Newton's method; written out, since a district has hundreds of areas."""
    t0, t1, t2, t3 = terms
    pull = 1 / PRIOR_SD**2
    s0, s1, s2, s3 = 0.0, -pull * t1, -pull * t2, -pull * t3
    b00 = b01 = b02 = b03 = b12 = b13 = b23 = 0.0
    b11 = b22 = b33 = pull
    for (x1, x2, x3), count, exposure in zip(rows, had, weeks, strict=True):
        mean = exposure * exp(min(t0 + t1 * x1 + t2 * x2 + t3 * x3, MOST_LOG))
        over = count - mean
        s0, s1, s2, s3 = s0 + over, s1 + over * x1, s2 + over * x2, s3 + over * x3
        m1, m2, m3 = mean * x1, mean * x2, mean * x3
        b00, b01, b02, b03 = b00 + mean, b01 + m1, b02 + m2, b03 + m3
        b11, b12, b13 = b11 + m1 * x1, b12 + m1 * x2, b13 + m1 * x3
        b22, b23, b33 = b22 + m2 * x2, b23 + m2 * x3, b33 + m3 * x3
    bend = [[b00, b01, b02, b03], [b01, b11, b12, b13], [b02, b12, b22, b23], [b03, b13, b23, b33]]
    return _solve(bend, [s0, s1, s2, s3])


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
