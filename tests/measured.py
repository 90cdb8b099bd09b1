"""What work costs, as a multiple of reference work done beside it: no machine's speed and no neighbour is in it."""

import time
from collections.abc import Callable
from math import log
from statistics import median
from typing import Self

Seconds = Callable[[], float]  # a clock: of the process, or of the thread


def reference_work() -> dict[int, float]:
    """Do a fixed piece of work, of numbers and of a table: 0.95 ms where a processor has nothing else to do."""
    table: dict[int, float] = {}
    for k in range(1, 8000):
        table[k % 97] = table.get(k % 97, 0.0) + log(k)
    return table


def reference_seconds(many: int = 3, clock: Seconds = time.process_time) -> float:
    """Give what the reference work takes now, in seconds, the median of some."""
    took = []
    for _ in range(many):
        begun = clock()
        reference_work()
        took.append(clock() - begun)
    return median(took)


class Measured:
    """Measures what is done within `with`, once or several times, against reference work before and after it."""

    def __init__(self, clock: Seconds = time.process_time) -> None:
        self._clock = clock
        self._took = self._references = 0.0

    @property
    def times(self) -> float:
        """How many times as much as the reference work it has taken, on average."""
        return self._took / self._references

    def __enter__(self) -> Self:
        self._before = reference_seconds(1, self._clock)
        self._begun = self._clock()
        return self

    def __exit__(self, *_: object) -> None:
        self._took += self._clock() - self._begun
        self._references += (self._before + reference_seconds(1, self._clock)) / 2
