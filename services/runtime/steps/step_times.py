"""Count how long reports wait before a step and how long the step takes, in this process and in plain numbers.

A batch costs a few additions, whatever its size. The counts go into the store with the process's sign of life, where
the figures for Prometheus and the bench read them: triage and notify have no door of their own.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Upper ends in seconds, from 0.5 ms to 6 s: close enough for a percentile to be read between two of them.
BOUNDS: tuple[float, ...] = tuple(factor * 2**power / 1000 for power in range(-1, 13) for factor in (1, 1.5))
WAITS, WORKS = "waits", "works"


class StepTimes:
    """What one process has counted since its start: a histogram for each service, step and part of it."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], list[int]] = {}
        self._seconds: dict[tuple[str, str, str], float] = {}

    def note(self, service: str, step: str, part: str, seconds: float, many: int = 1) -> None:
        """Count `many` that all waited, or all took part in work, for so long."""
        key, seconds = (service, step, part), max(0.0, seconds)  # clocks of two machines may differ
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(BOUNDS) + 1)
        counts[bisect_left(BOUNDS, seconds)] += many
        self._seconds[key] = self._seconds.get(key, 0.0) + seconds * many

    def note_each(self, service: str, step: str, part: str, durations: Iterable[float]) -> None:
        """Count some that waited for as long as is said of each."""
        for seconds in durations:
            self.note(service, step, part, seconds)

    def of(self, service: str) -> dict[str, Any]:
        """Give what one service has counted, as it is kept: "step part" -> how many below each bound, and seconds."""
        return {
            f"{step} {part}": {"counts": list(counts), "seconds": round(self._seconds[whose, step, part], 4)}
            for (whose, step, part), counts in self._counts.items()
            if whose == service
        }


STEP_TIMES = StepTimes()  # of this process


class Took:
    """How long some acts take that run one after another in a thread, what they wait for in between left out."""

    def __init__(self) -> None:
        self._before, self._began, self._ended = 0.0, 0.0, 0.0

    def of(self, act: Callable[P, T]) -> Callable[P, T]:
        """Give an act that is timed."""

        def timed(*given: P.args, **named: P.kwargs) -> T:
            self._before += self._ended - self._began
            self._began = perf_counter()
            try:
                return act(*given, **named)
            finally:
                self._ended = perf_counter()

        return timed

    def until_now(self) -> float:
        """Give how long they took, the last until now: a transaction is committed after its act."""
        return self._before + perf_counter() - self._began
