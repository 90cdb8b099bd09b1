"""Keep the counts of one area in one issue group, and estimate what is usual there.

Weeks are whole blocks of seven days from the first period of the series. The estimate uses weeks up to two before the
present one; older weeks count less; stretches that were bursts are left out; each week counts with its exposure: the
part of it that was reported, times the district's own level in it, times the area's season where there are two years
of counts.
"""

from dataclasses import dataclass, field

from .baseline import Rates, refit
from .dispersion import PRIOR, STARTS_PER_INCIDENT, average, likelihoods, share, stand_in, starts, weigh
from .season import LEAST_INCIDENTS, LEAST_WEEKS, Season, fit
from .tails import count_at, dispersion_step, mean_place, mean_step

HALF_LIFE_WEEKS, HALF_LIFE_SEASONAL = 26, 52
LEFT_OUT_WEEKS = 2
MOST_WEEKS = 208
BURST_WIDTHS = (2, 3)
BURST_CHANCE, BURST_SERIES = 0.002, 20
LEAST_BURST, MOST_BURSTS = 3, 6
CLIP_CHANCE = 0.005
ROUNDS = 2
WINDOW_WEEKS = 1.5
UNSURE, UNSURE_SEASONAL = 1.25, 2.5
# A rate moves between its past and now, by so much (squared, relative); in busy areas the dispersion shows it.
MOVES, MOVES_SEEN = 0.03, 10.0
FADE = tuple(0.5 ** (k / HALF_LIFE_WEEKS) for k in range(MOST_WEEKS + 1))
FADE_SEASONAL = tuple(0.5 ** (k / HALF_LIFE_SEASONAL) for k in range(MOST_WEEKS + 1))
NEVER = -1_000_000


@dataclass(slots=True)
class Area:
    """Hold one area: its past by week, the days that are still in a window, and the estimate.

    `first` is the week it was first reported in. `weeks` and `counts` name the weeks with incidents only; `unseen` the
    part of a week without a report. `recent` are the counts of the last periods that a 14-day window with the present
    one needs; `six` and `thirteen` their sums over the 6 or 13 days before the present period's last day. `mean` is
    the rate a week at the district's old level, `place` its place on the grid of means, `spread` the step of the
    dispersion that stands in for all that is not known (at the district's `level` of that time). `told` is the period
    of the last notification, `told_count` the incidents of the 14 days up to it; `slot` spreads the areas' new
    estimates over the weeks.
    """

    first: int
    recent: list[int]
    slot: int = 0
    weeks: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    unseen: dict[int, float] = field(default_factory=dict)
    six: int = 0
    thirteen: int = 0
    open_count: int = 0
    open_unseen: float = 0.0
    starts: float = 0.0
    exposure: float = 0.0
    mean: float = 0.0
    place: float = 0.0
    unsure: float = 0.3
    ratio: float = 1.4
    ratio_step: int = 8
    spread: int = 10
    level: float = 1.0
    likely: list[float] = field(default_factory=lambda: [1.0 for _ in PRIOR])
    season: Season | None = None
    told: int = NEVER
    told_count: int = 0

    def close_week(self, week: int) -> None:
        """File the week that is over, and forget what is older than `MOST_WEEKS`."""
        if self.open_count:
            self.weeks.append(week)
            self.counts.append(self.open_count)
        if self.open_unseen:
            self.unseen[week] = min(self.open_unseen, 1.0)
        self.open_count, self.open_unseen = 0, 0.0
        while self.weeks and self.weeks[0] <= week - MOST_WEEKS:
            del self.weeks[0], self.counts[0]
        if self.unseen and next(iter(self.unseen)) <= week - MOST_WEEKS:
            del self.unseen[next(iter(self.unseen))]


@dataclass(slots=True)
class Group:
    """Hold what the areas of an issue group share: rates, dispersions, and the district's level week by week."""

    rates: Rates = field(default_factory=Rates)
    weights: list[float] = field(default_factory=lambda: list(PRIOR))
    levels: list[float] = field(default_factory=list)
    faded: list[float] = field(default_factory=list)
    unsure: float = 0.0
    burst_chance: float = BURST_CHANCE

    def close_week(self, level: float, unsure: float) -> None:
        """File the district's level of a week that is over, and the squared relative error of it."""
        self.levels.append(level)
        self.faded.append((self.faded[-1] * FADE[1] if self.faded else 0.0) + level)
        self.unsure = unsure

    def exposure(self, first: int, last: int) -> float:
        """Give the faded exposure of the weeks from `first` to `last`."""
        before = self.faded[first - 1] * FADE[last - first + 1] if first else 0.0
        return self.faded[last] - before

    def refit(self, areas: list[Area], series: int) -> None:
        """Fit what is shared to the areas as they are now estimated; `series` is the number of them in all groups.

        The more series there are, the deeper in the tails the thresholds lie, and the more it hurts to take chance for
        a burst.
        """
        self.burst_chance = BURST_CHANCE * min(1, BURST_SERIES / series)
        known = [a for a in areas if a.exposure > 0]
        if known:
            self.rates = refit(self.rates, [(a.starts, a.exposure) for a in known])
            self.weights = share(self.weights, [a.likely for a in known])


def estimate(area: Area, group: Group, last: int) -> None:
    """Estimate what is usual in an area anew, from its weeks up to `last`."""
    first = max(area.first, last - MOST_WEEKS + 1)
    if last < first:
        return
    left_out = past_bursts(area, group, first, last)
    kept = [(k, c) for k, c in zip(area.weeks, area.counts, strict=True) if first <= k <= last and k not in left_out]
    levels = _levels(area, group, last)
    area.season, fade = None, FADE
    if last - first >= LEAST_WEEKS and sum(c for _, c in kept) >= LEAST_INCIDENTS:
        area.season, fade = fit(kept, levels[: last + 1], left_out, first), FADE_SEASONAL
        levels = [level * area.season.factor(k) if k >= first else 0.0 for k, level in enumerate(levels[: last + 1])]
        exposure = sum(levels[k] * fade[last - k] for k in range(first, last + 1) if k not in left_out)
    else:
        exposure = group.exposure(first, last) - sum(levels[k] * fade[last - k] for k in left_out)
        exposure -= sum(
            group.levels[k] * part * fade[last - k] for k, part in area.unseen.items() if first <= k <= last
        )
    rows = [(levels[k], c, fade[last - k]) for k, c in kept if levels[k] > 0]
    exposure = max(exposure, 0.0)
    step = area.ratio_step
    area.exposure = exposure * STARTS_PER_INCIDENT[step]
    area.starts = sum(c * w for _, c, w in rows) * STARTS_PER_INCIDENT[step]
    rate, _ = group.rates.estimate(area.starts, area.exposure)
    for _ in range(ROUNDS):
        area.starts = sum(w * starts(mean_step(rate * level), step, c) for level, c, w in rows)
        rate, _ = group.rates.estimate(area.starts, area.exposure)
    quiet = max(exposure - sum(level * w for level, _, w in rows), 0.0)
    area.likely = likelihoods([(mean_step(rate * level), c, w) for level, c, w in rows], rate * quiet)
    weights = weigh(group.weights, area.likely)
    area.ratio = average(weights)
    area.ratio_step = dispersion_step(area.ratio)
    settle(area, group)
    area.level = group.levels[-1]
    known = UNSURE * area.unsure * area.ratio * STARTS_PER_INCIDENT[step]
    if area.season:
        known *= UNSURE_SEASONAL
    now = area.mean * area.level
    more = WINDOW_WEEKS * (area.level * known + now * group.unsure + min(now, MOVES_SEEN) * MOVES)
    area.spread = stand_in(weights, now, more)


def settle(area: Area, group: Group) -> None:
    """Turn starts and exposure into the mean of the week to come."""
    rate, variance = group.rates.estimate(area.starts, area.exposure)
    area.mean = rate * (area.season.factor(len(group.levels)) if area.season else 1.0)
    area.place = mean_place(area.mean)
    area.unsure = variance / rate / rate * area.mean


def absorb(area: Area, group: Group, week: int) -> None:
    """Add one week, its count clipped, to the estimate as it stands; `estimate` sets it right from time to time."""
    level = group.levels[week] * (1 - area.unseen.get(week, 0.0))
    mean, exposure, fade = area.mean * level, level, FADE[1]
    if area.season:
        factor, now = area.season.factor(week), area.season.factor(len(group.levels) - 1)
        mean, exposure, fade = mean * factor / now, exposure * factor, FADE_SEASONAL[1]
    count = _count(area, week)
    new = 0.0
    if count and level:
        place = mean_step(mean)
        new = starts(place, area.ratio_step, min(count, count_at(place, area.spread, CLIP_CHANCE)))
    area.starts = area.starts * fade + new
    area.exposure = area.exposure * fade + exposure * STARTS_PER_INCIDENT[area.ratio_step]
    settle(area, group)


def past_bursts(area: Area, group: Group, first: int, last: int) -> set[int]:
    """Give the weeks that belong to past bursts.

    One after the other, the two or three weeks are left out that stand out most against the rest of the area's own
    past, judged with the dispersion of the group: that of the area may itself come from the burst.
    """
    counts = {k: c for k, c in zip(area.weeks, area.counts, strict=True) if first <= k <= last}
    step = dispersion_step(average(group.weights))
    part = STARTS_PER_INCIDENT[step] if counts else 0.0
    had = sum(c * FADE[last - k] for k, c in counts.items())
    exposure = group.exposure(first, last)
    left_out: set[int] = set()
    for _ in range(MOST_BURSTS):
        worst: tuple[float, int, int] | None = None
        for width in BURST_WIDTHS:
            total, week = _most(counts, width)
            if total < LEAST_BURST:
                continue
            weeks = range(week, min(week + width, last + 1))
            rest_had = had - sum(counts.get(k, 0) * FADE[last - k] for k in weeks)
            rest = max(exposure - sum(group.levels[k] * FADE[last - k] for k in weeks), 0.0)
            rate, _ = group.rates.estimate(rest_had * part, rest * part)
            over = total / count_at(mean_step(rate * sum(group.levels[k] for k in weeks)), step, group.burst_chance)
            if over >= 1 and (worst is None or over > worst[0]):
                worst = (over, week, width)
        if worst is None:
            break
        for k in range(worst[1], min(worst[1] + worst[2], last + 1)):
            if k not in left_out:
                left_out.add(k)
                had -= counts.pop(k, 0) * FADE[last - k]
                exposure -= group.levels[k] * FADE[last - k]
    return left_out


def _most(counts: dict[int, int], width: int) -> tuple[int, int]:
    """Give the largest sum over so many weeks in a row, and the first of them."""
    most, at = 0, 0
    for week, count in counts.items():
        total = count
        for later in range(week + 1, week + width):
            total += counts.get(later, 0)
        if total > most:
            most, at = total, week
    return most, at


def _levels(area: Area, group: Group, last: int) -> list[float]:
    """Give the exposure of each week: the district's level, less where the area was not reported."""
    if not area.unseen:
        return group.levels
    levels = list(group.levels)
    for week, part in area.unseen.items():
        if week <= last:
            levels[week] *= 1 - part
    return levels


def _count(area: Area, week: int) -> int:
    for k, count in zip(reversed(area.weeks), reversed(area.counts), strict=True):
        if k <= week:
            return count if k == week else 0
    return 0
