"""Judge the incidents of a period, area by area, against what was usual before; keep the state that this needs.

Feed one period after the other: `judge` says what the counts so far mean and changes nothing, so it may be asked after
each report while the period lasts; `enter` files the finished period. Windows of 7 and 14 days end with the period.
Only earlier periods say what is usual; from the present one only the district's total is used, and only when the whole
district has changed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, log
from typing import Literal, NamedTuple
from zlib import crc32

from .area import LEFT_OUT_WEEKS, NEVER, Area, Group, absorb, estimate
from .budget import DAYS_PER_MONTH, WEEK_TO_DAY, Budget, Thresholds, level_of, moved, thresholds
from .district import Level, Total, add_up
from .tails import STEP, STEPS_PER_DOUBLING, chance

SILENT_WEEKS, SHORT_WEEKS = 8, 26
HOLD_DAYS = 28
TIMES_AGAIN = 1.5
DISTRICT_SHARE = 0.06
DISTRICT_CLUMP_DAILY = 3.0
NEAR_DISTRICT_CHANCE = 1.0
LEAST_AREAS = 5
REST_CHANCE = 0.05
REFIT_WEEKS, REFIT_WEEKS_SHORT = 12, 4
SHARE_WEEKS = 4
LEVEL_MOVED = 0.2
MOST_COUNT = 100_000
MOST_PER_MONTH = 1000
ROUNDS_COLD, ROUNDS_WARM = 30, 2
WHOLE = None


class Key(NamedTuple):
    """Name a series: the issue group (may be empty) and the area."""

    group: str
    area: str


@dataclass(slots=True)
class Verdict:
    """Say what one area's count in a period means.

    `expected` is for the period, `usual` for the window of `days` that `seen` and `chance` speak of: 7 days, or 14
    where only these reached their threshold. `needs` is the count of this period that would have notified; None while
    the area is silent, its history being shorter than `SILENT_WEEKS`. `held`: told less than `HOLD_DAYS` ago, so that
    only a much stronger rise is told again: half as many again, and ten times less likely. `months` is how often
    chance alone raises a notification as strong somewhere in the district, only with `notify`.
    """

    count: int
    expected: float
    chance: float
    notify: bool
    needs: int | None
    state: Literal["judged", "held", "silent"]
    short: bool
    days: int
    seen: int
    usual: float
    months: float | None = None


@dataclass(slots=True)
class Change:
    """Say that the whole district, or one issue group in all of it, changed: told once, instead of by its areas."""

    group: str | None
    seen: int
    usual: float
    chance: float
    factor: float
    months: float


class Bill(NamedTuple):
    """Hold what a period spends of the budget: planned for its areas, what that cost, and for the district."""

    planned: float
    cost: float
    district: float


@dataclass(slots=True)
class Judgement:
    """Hold what a period means, and what `enter` needs of it."""

    counts: Mapping[Key, int]
    verdicts: dict[Key, Verdict]
    change: Change | None
    level: int
    settled: bool
    bill: Bill | None
    totals: dict[str | None, Total]


class CountError(ValueError):
    """Say that a count cannot be one."""


@dataclass(slots=True)
class Detector:
    """Hold a district: `days` in a period (1 or 7), and the false notifications a month allowed in all of it."""

    days: int
    per_month: float = 1.0
    period: int = 0
    areas: dict[Key, Area] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    levels: dict[str | None, list[Level]] = field(default_factory=dict)
    told: dict[str | None, int] = field(default_factory=dict)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a setting that cannot be kept."""
        if self.days not in {1, 7}:
            raise ValueError("a period is a day or a week")
        if not 0 < self.per_month <= MOST_PER_MONTH:
            raise ValueError(
                f"the allowed number of false notifications a month is above 0 and at most {MOST_PER_MONTH}"
            )
        self.budget = Budget(self.per_month)

    @property
    def week(self) -> int:
        """Give the number of the week that the present period is in, the first being 0."""
        return self.period * self.days // 7

    def judge(self, counts: Mapping[Key, int]) -> Judgement:
        """Judge the present period with the counts it has so far; a series that is missing was not reported."""
        for key, count in counts.items():
            if not 0 <= count <= MOST_COUNT:
                raise CountError(f"{count} in {key.area} cannot be a number of incidents: it is 0 to {MOST_COUNT}")
        live = [key for key in counts if (area := self.areas.get(key)) is not None and self._age(area) >= SILENT_WEEKS]
        totals = self._totals(counts, live)
        change, factors = self._district(totals)
        steps = {group: log(factor) / STEP for group, factor in factors.items()}
        means = [max(int(self.areas[k].place + steps[k.group] + 0.5), 0) for k in live]
        target = self.budget.target(self.days, 1 - DISTRICT_SHARE if totals else 1)
        level, plans = self._plans(live, means, target)
        verdicts, cost = self._verdicts(counts, factors, dict(zip(live, zip(means, plans, strict=True), strict=True)))
        for verdict in verdicts.values():
            if verdict.notify:
                verdict.months = self._months(live, means, verdict.chance)
        bill = Bill(sum(p.rate for p in plans), cost, self.budget.share(self.days) * DISTRICT_SHARE if totals else 0.0)
        settled = self.budget.settled or bool(live)
        return Judgement(counts, verdicts, change, level, settled, bill if live else None, totals)

    def enter(self, judgement: Judgement, also_told: Collection[Key] = ()) -> None:
        """File a finished period and what was told in it; `also_told`: by an earlier look at the same period."""
        self.budget.level, self.budget.settled = judgement.level, judgement.settled
        if judgement.bill is not None:
            self.budget.account(self.days, *judgement.bill)
        for key, verdict in judgement.verdicts.items():
            if key not in self.areas:
                self._welcome(key)
            if verdict.notify or key in also_told:
                area = self.areas[key]
                area.told, area.told_count = self.period, area.thirteen + verdict.count
        if judgement.change is not None:
            names = [WHOLE, *self.groups] if judgement.change.group is WHOLE else [WHOLE, judgement.change.group]
            self.told.update(dict.fromkeys(names, self.period))
        for name, total in judgement.totals.items():
            chain = self._chain(name)
            self.levels[name] = [*chain[1:], chain[0].after(total)]
        self._move_windows(judgement.counts)
        self.period += 1
        if self.period * self.days % 7 == 0:
            self._close_week(self.period * self.days // 7 - 1, followed=bool(judgement.totals))

    def _age(self, area: Area) -> int:
        return self.week - area.first

    def _welcome(self, key: Key) -> None:
        if key.group not in self.groups:
            group = self.groups[key.group] = Group()
            for _ in range(self.week):
                group.close_week(1.0, 0.0)
        self.areas[key] = Area(self.week, [0] * (14 // self.days - 1), slot=crc32("\n".join(key).encode()))

    def _chain(self, name: str | None) -> list[Level]:
        return self.levels.get(name) or [Level() for _ in range(7 // self.days)]

    def _level(self, name: str | None) -> Level:
        return self._chain(name)[-1]

    def _factor(self, group: str) -> float:
        if WHOLE not in self.levels:
            return 1.0
        own = self._level(group).mean() if group in self.levels else 1.0
        return self._level(WHOLE).mean() * own

    def _totals(self, counts: Mapping[Key, int], live: list[Key]) -> dict[str | None, Total]:
        """Add up the district and, where there are several, each issue group with areas enough."""
        if len(live) < LEAST_AREAS:
            return {}
        by_group: dict[str, list[tuple[int, float, float]]] = {}
        for key in live:
            area = self.areas[key]
            by_group.setdefault(key.group, []).append((area.six + counts[key], area.mean, area.ratio))
        parts = {group: add_up(rows, self._factor(group)) for group, rows in by_group.items()}
        owns = {g: self._level(g).mean() if g in self.levels else 1.0 for g in parts}
        expected = sum(p.expected * owns[g] for g, p in parts.items())
        varied = sum(p.expected * owns[g] * p.dispersion for g, p in parts.items())
        totals: dict[str | None, Total] = {
            WHOLE: Total(
                sum(p.count for p in parts.values()),
                sum(p.common for p in parts.values()),
                expected,
                varied / expected,
                sum(p.reported for p in parts.values()),
            )
        }
        if len(parts) > 1:
            whole = self._level(WHOLE).mean()
            totals |= {
                g: Total(p.count, p.common, p.expected * whole, p.dispersion, p.reported)
                for g, p in parts.items()
                if len(by_group[g]) >= LEAST_AREAS
            }
        return totals

    def _district(self, totals: dict[str | None, Total]) -> tuple[Change | None, dict[str, float]]:
        """Test the district and its groups; give what is told, and each group's factor in the present period."""
        factors = {group: self._factor(group) for group in self.groups}
        if not totals:
            return None, factors
        share = self.budget.share(self.days) * DISTRICT_SHARE * (DISTRICT_CLUMP_DAILY if self.days == 1 else 1)
        allowed = {name: share / (1 if len(totals) == 1 else 2 * (len(totals) - 1)) for name in totals}
        allowed[WHOLE] = share if len(totals) == 1 else share / 2
        chances = {name: self._level(name).chance(total) for name, total in totals.items()}
        near = {name for name in totals if chances[name] <= NEAR_DISTRICT_CHANCE * allowed[name]}
        now = {n: self._chain(n)[0].after(totals[n]).mean() if n in near else self._level(n).mean() for n in totals}
        for group, before in factors.items():
            factors[group] = max(now[WHOLE] * now.get(group, 1.0), before) if near & {WHOLE, group} else before
        told = [n for n in totals if chances[n] <= allowed[n] and self._may_tell(n)]
        if not told:
            return None, factors
        name = self._whose(told, chances, totals)
        total = totals[name]
        factor = self._chain(name)[0].after(total).mean()
        months = self.days / DAYS_PER_MONTH / chances[name] * (DISTRICT_CLUMP_DAILY if self.days == 1 else 1)
        usual = total.expected * self._level(name).mean()
        return Change(name, total.reported, usual, chances[name], factor / self._level(name).mean(), months), factors

    def _may_tell(self, name: str | None) -> bool:
        return self.period - self.told.get(name, NEVER) >= HOLD_DAYS // self.days

    def _whose(
        self, told: list[str | None], chances: Mapping[str | None, float], totals: Mapping[str | None, Total]
    ) -> str | None:
        """Say whether a change is the whole district's or that of one issue group, without which nothing stands out."""
        groups = [n for n in told if n is not WHOLE]
        if not groups:
            return WHOLE
        top = min(groups, key=lambda n: chances[n])
        whole, own = totals[WHOLE], totals[top]
        part = own.expected * (self._level(top).mean() if top in self.levels else 1.0) / self._level(WHOLE).mean()
        rest = Total(0, whole.common - own.common, max(whole.expected - part, 1e-3), whole.dispersion, 0)
        return WHOLE if WHOLE in told and self._level(WHOLE).chance(rest) <= REST_CHANCE else top

    def _plans(self, live: list[Key], means: list[int], target: float) -> tuple[int, list[Thresholds]]:
        """Move the level until what chance raises is what may be spent."""
        level = self.budget.level
        spreads = [self.areas[key].spread for key in live]
        plans: list[Thresholds] = []
        for _ in range(ROUNDS_WARM if self.budget.settled else ROUNDS_COLD):
            plans = [thresholds(m, s, level, self.days) for m, s in zip(means, spreads, strict=True)]
            if not plans:
                break
            before, level = level, moved(level, sum(p.rate for p in plans), target)
            if abs(level - before) <= 1:
                break
        return level, plans

    def _verdicts(
        self, counts: Mapping[Key, int], factors: Mapping[str, float], plans: Mapping[Key, tuple[int, Thresholds]]
    ) -> tuple[dict[Key, Verdict], float]:
        verdicts, spent, hold = {}, 0.0, HOLD_DAYS // self.days
        for key, count in counts.items():
            area, plan = self.areas.get(key), plans.get(key)
            if area is None or plan is None:
                usual = area.mean * factors[key.group] if area is not None else 0.0
                seen = count + (area.six if area is not None else 0)
                verdicts[key] = Verdict(
                    count,
                    usual * self.days / 7,
                    1.0,
                    notify=False,
                    needs=None,
                    state="silent",
                    short=True,
                    days=7,
                    seen=seen,
                    usual=usual,
                )
                continue
            mean, limits = plan
            held = self.period - area.told < hold
            week, fortnight = limits.week, limits.fortnight
            if held:
                least = ceil(TIMES_AGAIN * area.told_count)
                week, fortnight = max(limits.week_again, least), max(limits.fortnight_again, least)
            needs = max(1, min(week - area.six, fortnight - area.thirteen))
            spent += chance(max(mean - WEEK_TO_DAY, 0) if self.days == 1 else mean, area.spread, needs)
            notify = count >= needs
            usual = area.mean * factors[key.group]
            both = notify and area.six + count < week
            verdicts[key] = Verdict(
                count,
                usual * self.days / 7,
                chance(mean + STEPS_PER_DOUBLING, area.spread, area.thirteen + count)
                if both
                else chance(mean, area.spread, area.six + count),
                notify=notify,
                needs=needs,
                state="held" if held else "judged",
                short=self._age(area) < SHORT_WEEKS,
                days=14 if both else 7,
                seen=(area.thirteen if both else area.six) + count,
                usual=usual * (2 if both else 1),
            )
        return verdicts, spent

    def _months(self, live: list[Key], means: list[int], seen: float) -> float:
        """Give the months between notifications as strong that chance alone raises in the district."""
        level = level_of(seen)
        rate = sum(thresholds(m, self.areas[k].spread, level, self.days).rate for k, m in zip(live, means, strict=True))
        return self.days / DAYS_PER_MONTH / max(rate, 1e-9)

    def _move_windows(self, counts: Mapping[Key, int]) -> None:
        daily = self.days == 1
        for key, area in self.areas.items():
            count = counts.get(key)
            if count is None:
                area.open_unseen += self.days / 7
                count = 0
            if daily:
                recent = area.recent
                if count or area.thirteen:
                    area.thirteen += count - recent[0]
                    area.six += count - recent[-6]
                recent.append(count)
                del recent[0]
            else:
                area.thirteen = count
            area.open_count += count

    def _close_week(self, week: int, *, followed: bool) -> None:
        """File the week that is over and bring the estimates up to date."""
        for name, group in self.groups.items():
            unsure = self._level(WHOLE).unsure() if followed else 0.0
            if followed and name in self.levels:
                unsure += self._level(name).unsure()
            group.close_week(self._factor(name), unsure)
        usable = week - LEFT_OUT_WEEKS
        by_group: dict[str, list[Area]] = {name: [] for name in self.groups}
        for key, area in self.areas.items():
            area.close_week(week)
            by_group[key.group].append(area)
            age = week - area.first
            every = REFIT_WEEKS_SHORT if age < SHORT_WEEKS else REFIT_WEEKS
            if usable < area.first:
                continue
            group = self.groups[key.group]
            if (week + area.slot) % every == 0 or abs(log(group.levels[-1] / area.level)) > LEVEL_MOVED:
                estimate(area, group, usable)
            else:
                absorb(area, group, usable)
        if week < SHORT_WEEKS or week % SHARE_WEEKS == 0:
            for name, group in self.groups.items():
                group.refit(by_group[name], len(self.areas))


def replay(detector: Detector, periods: Iterator[Mapping[Key, int]]) -> Iterator[Judgement]:
    """Run a detector over a history, period by period, and give each judgement in turn."""
    for counts in periods:
        judgement = detector.judge(counts)
        detector.enter(judgement)
        yield judgement
