"""Work out the small pictures of early warning: bars by day and by week, as numbers for an SVG. Pure.

All lengths are pixels of the picture's own view box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 360, 96
GAP = 0.25  # of a bar's width
LEAST_TOP = 3  # incidents that the picture's height stands for at least
DAY = timedelta(days=1)
WEEK = 7


@dataclass(frozen=True)
class Bar:
    """One bar: the days it counts, how many incidents, where it stands; `told` says it is in the warning's window."""

    first: date
    last: date
    count: int
    x: float
    y: float
    width: float
    height: float
    told: bool = False


@dataclass(frozen=True)
class Bars:
    """A picture of bars, with the height of what is usual (None: not shown) and the number at its top."""

    bars: tuple[Bar, ...]
    top: int
    usual: float | None
    usual_y: float | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> date:
        """Give the first day of the picture."""
        return self.bars[0].first

    @property
    def last(self) -> date:
        """Give the last day of the picture."""
        return self.bars[-1].last


def bars_of(
    days: Sequence[date], until: date, *, step: int, number: int, usual: float | None = None, told_days: int = 0
) -> Bars:
    """Give bars of `step` days each, the last one ending with `until`.

    `days` are those of the incidents, one for each; `usual` is what is usual in one bar; the last `told_days` days
    are those that the warning speaks of.
    """
    edges = [until - (number - n) * step * DAY for n in range(number)]
    counts = [sum(first < day <= first + step * DAY for day in days) for first in edges]
    top = max(LEAST_TOP, *counts, round((usual or 0) + 0.5))
    slot, height = WIDTH / number, HEIGHT / top
    bars = tuple(
        Bar(
            first=first + DAY,
            last=first + step * DAY,
            count=count,
            x=round(n * slot + slot * GAP / 2, 2),
            y=round(HEIGHT - count * height, 2),
            width=round(slot * (1 - GAP), 2),
            height=round(count * height, 2),
            told=first + step * DAY > until - told_days * DAY,
        )
        for n, (first, count) in enumerate(zip(edges, counts, strict=True))
    )
    return Bars(bars, top, usual, None if usual is None else round(HEIGHT - usual * height, 2))
