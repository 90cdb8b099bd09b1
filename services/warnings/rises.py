"""Keep a detector of unusual rises in step with the days of the store, and say what stands out today. Pure.

The history is replayed from the first day on, with what people were really told: a rise of the last days that a late
report shows only now, or that came while nobody looked, is told now, not taken as told. Where the past has not changed,
the replay begins at a copy of some weeks ago.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.early_warning.detector import WHOLE, Change, Detector, Judgement, Key, Verdict
from services.early_warning.state import from_dict, to_dict
from services.warnings.counting import Counts

MOST_DAYS = 1096  # three years of history
KEPT_BACK = 42  # days that are replayed at each rebuilding: late reports and later merges fall into them
DAY = timedelta(days=1)
STILL = 7 * DAY  # as long as a window: what should have been told in it and was not is told yet
Told = Mapping[
    date, AbstractSet[Key | str | None]
]  # by day: series, and None or a group's code where the district was told


@dataclass(frozen=True)
class Risen:
    """What stands out and is not told: the day whose counts notified, the series or the change of the district."""

    day: date
    verdicts: tuple[tuple[Key, Verdict], ...]
    change: Change | None = None


@dataclass
class RiseWatch:
    """The detector of one district: its series, and the false notifications a month that are allowed."""

    series: tuple[Key, ...]
    per_month: float
    _start: date | None = None
    _kept: tuple[date, int, dict[str, Any]] | None = field(default=None, repr=False)  # day, mark of the past, state
    _now: tuple[date, int, Detector, list[Risen]] | None = field(default=None, repr=False)

    def today(self, counts: Counts, told: Told, today: date) -> list[Risen]:
        """Judge today's counts so far; gives what stands out now, the newest last."""
        first = first_day(counts, today)
        if first is None:
            return []
        mark = _mark(counts, told, first, today)
        if self._now is None or self._now[0] != today or self._now[1] != mark or self._start != first:
            self._now = (today, mark, *self._rebuilt(counts, told, first, today))
            self._start = first
        judgement = self._now[2].judge(_filled(counts.get(today, {}), self.series))
        return [_untold(one, told) for one in (*self._now[3], risen(today, judgement))]

    def _rebuilt(self, counts: Counts, told: Told, first: date, today: date) -> tuple[Detector, list[Risen]]:
        back = max(first, today - KEPT_BACK * DAY)
        kept = self._kept
        if kept is None or self._start != first or kept[0] > back or kept[1] != _mark(counts, told, first, kept[0]):
            detector = Detector(1, self.per_month)
            _run(detector, self.series, counts, told, first, back)
        else:
            detector = from_dict(deepcopy(kept[2]))
            _run(detector, self.series, counts, told, kept[0], back)
        self._kept = (back, _mark(counts, told, first, back), deepcopy(to_dict(detector)))
        found = _run(detector, self.series, counts, told, back, today)
        return detector, [one for one in found if one.day > today - STILL]


def first_day(counts: Counts, today: date) -> date | None:
    """Give the day the history begins on, at most three years ago; None where it begins today or later."""
    past = [day for day in counts if day < today]
    return max(min(past), today - MOST_DAYS * DAY) if past else None


def risen(day: date, judgement: Judgement) -> Risen:
    """Give what a judgement of a day notifies."""
    return Risen(day, tuple((k, v) for k, v in judgement.verdicts.items() if v.notify), judgement.change)


def _untold(one: Risen, told: Told) -> Risen:
    """Leave out what people were told of on that day or since."""
    since = {name for day, names in told.items() if day >= one.day for name in names}
    verdicts = tuple((key, verdict) for key, verdict in one.verdicts if key not in since)
    change = one.change if one.change is not None and one.change.group not in since else None
    return Risen(one.day, verdicts, change)


def _run(
    detector: Detector, series: tuple[Key, ...], counts: Counts, told: Told, first: date, until: date
) -> list[Risen]:
    """File the days from `first` to the one before `until`, as people were told of them; gives what was untold."""
    untold = []
    for day in _days(first, until):
        judgement = detector.judge(_filled(counts.get(day, {}), series))
        really = told.get(day, frozenset())
        found = risen(day, judgement)
        untold.append(replace(found, verdicts=tuple((k, replace(v)) for k, v in found.verdicts)))
        for key, verdict in judgement.verdicts.items():
            verdict.notify = key in really
        judgement.change = None
        for name in really:
            if not isinstance(name, Key):
                names = [WHOLE, *detector.groups] if name is WHOLE else [WHOLE, name]
                detector.told.update(dict.fromkeys(names, detector.period))
        detector.enter(judgement)
    return untold


def replay(series: tuple[Key, ...], per_month: float, counts: Counts, until: date) -> Iterator[tuple[date, Judgement]]:
    """Run a history as if each notification had been told; gives each day with its judgement."""
    first = first_day(counts, until + DAY)
    if first is None:
        return
    detector = Detector(1, per_month)
    for day in _days(first, until + DAY):
        judgement = detector.judge(_filled(counts.get(day, {}), series))
        yield day, judgement
        detector.enter(judgement)


def _days(first: date, until: date) -> Iterator[date]:
    return (first + n * DAY for n in range((until - first).days))


def _filled(counts: Mapping[Key, int], series: tuple[Key, ...]) -> dict[Key, int]:
    return {key: counts.get(key, 0) for key in series}


def _mark(counts: Counts, told: Told, first: date, until: date) -> int:
    """Give a number that changes when the history before `until` does."""
    past = tuple(sorted((day, tuple(sorted(keys.items()))) for day, keys in counts.items() if first <= day < until))
    known = tuple(sorted((day, tuple(sorted(map(repr, keys)))) for day, keys in told.items() if first <= day < until))
    return hash((past, known))
