"""Look whether an officer's threshold is reached, and where nothing comes from that usually reports. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.district import District
from schemas.warnings import ThresholdRule
from services.warnings.counting import Counted
from services.warnings.places import is_near

BASE_DAYS = 84  # over which it is said whether a kecamatan usually reports
LEAST_DAYS = 6  # days with a report in them: fewer say nothing of a habit
PRIOR = 0.5  # Jeffreys' prior of a rate, in days with a report


@dataclass(frozen=True)
class Reached:
    """A rule that is reached somewhere: the kecamatan in which most of the incidents lie, and all of them."""

    rule: ThresholdRule
    area: str
    incidents: tuple[Counted, ...]
    asked: int  # how many it asks for, lowered or not


@dataclass(frozen=True)
class Quiet:
    """A kecamatan that is silent: since when, its usual days with a report a week, and the chance of such silence."""

    area: str
    since: date
    days: int
    usual: float
    chance: float


def reached(
    incidents: Sequence[Counted],
    district: District,
    today: date,
    lowered: Mapping[str, Collection[str]],
    spent: Mapping[str, Collection[str]],
) -> list[Reached]:
    """Give the rules that are reached today and where.

    `lowered` holds by issue the kecamatan in which a person has lowered thresholds today ("" means all); `spent` by
    rule the incidents that stand behind an earlier warning of it that is over: they are not told twice.
    """
    found: list[Reached] = []
    for rule in district.warnings.rule:
        first = today - timedelta(days=rule.days - 1)
        used = spent.get(rule.code, ())
        fitting = [one for one in incidents if first <= one.day <= today and fits(rule, one) and one.id not in used]
        found += _clusters(rule, fitting, lowered)
    return found


def fits(rule: ThresholdRule, one: Counted) -> bool:
    """Say whether an incident counts for a rule."""
    return (
        one.level >= rule.least_level
        and (not rule.issues or one.issue in rule.issues)
        and (not rule.forms or one.form in rule.forms)
    )


def _clusters(
    rule: ThresholdRule, incidents: list[Counted], lowered: Mapping[str, Collection[str]]
) -> Iterable[Reached]:
    """Take the places with the most incidents one after another; an incident counts in one of them.

    Most lie in the middle of their desa or kecamatan: such spots are compared with each other, not all incidents.
    """
    left, first = list(incidents), dict[Spot, Counted]()
    for one in incidents:
        first.setdefault(_spot(one), one)
    near = {
        spot: frozenset(there for there, other in first.items() if _together(rule, one, other))
        for spot, one in first.items()
    }
    while len(left) >= LEAST:
        many = Counter(map(_spot, left))
        around = {spot: sum(many[there] for there in near[spot]) for spot in many}
        taken = near[_spot(max(left, key=lambda one: around[_spot(one)]))]
        most = [one for one in left if _spot(one) in taken]
        asked = _asked(rule, most, lowered)
        if len(most) < asked:
            return
        areas = [one.kecamatan for one in most]
        yield Reached(rule, max(sorted(set(areas)), key=areas.count), tuple(most), asked)
        left = [one for one in left if _spot(one) not in taken]


LEAST = 2
Spot = tuple[float | None, float | None, str]


def _spot(one: Counted) -> Spot:
    """Give all that says whether an incident lies near another one."""
    return one.lat, one.lon, one.kecamatan


def _together(rule: ThresholdRule, one: Counted, other: Counted) -> bool:
    return one.kecamatan == other.kecamatan if rule.km is None else is_near(one, other, rule.km)


def _asked(rule: ThresholdRule, incidents: Sequence[Counted], lowered: Mapping[str, Collection[str]]) -> int:
    if rule.in_window is None:
        return rule.at_least
    areas = {one.kecamatan for one in incidents}
    open_now = any({"", *areas} & set(lowered.get(one.issue, ())) for one in incidents)
    return rule.in_window if open_now else rule.at_least


def quiet(reporting: Iterable[tuple[str, date]], district: District, today: date) -> list[Quiet]:
    """Give the kecamatan that usually report and have been silent for longer than chance would explain.

    `reporting` are pairs of kecamatan and day on which a report of it came, nil reports too. Several reports in a day
    are one: what is counted is whether anybody there speaks. The chance of so many days without a word is that of a
    Poisson process whose rate has a gamma distribution: (T / (T + d)) ** (n + 0.5), n days with a report in T.
    """
    first = today - timedelta(days=BASE_DAYS)
    days: dict[str, set[date]] = defaultdict(set)
    for area, day in reporting:
        if first <= day <= today:
            days[area].add(day)
    found = []
    for area, known in days.items():
        since = max(known)
        silent = (today - since).days
        length = (since - min(known)).days + 1
        if silent < district.warnings.silent_days or len(known) < LEAST_DAYS or length < 4 * 7:
            continue
        chance = (length / (length + silent)) ** (len(known) + PRIOR)
        if chance <= district.warnings.silent_chance:
            found.append(Quiet(area, since, silent, 7 * len(known) / length, chance))
    return sorted(found, key=lambda one: one.chance)
