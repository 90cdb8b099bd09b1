"""Count what happened and how fast who answered. Pure.

Times are whole minutes. A median is told from three on and always beside how many it stands for; the slowest tenth and
percentages only from twenty on: below that they are an accident of one case.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median, quantiles

from schemas.vocabulary import CLOSED_STATES, OPEN_STATES, Duty, IncidentState, Level
from services.console.figures.queries import AlertFacts, Counted
from services.office.figures import MEDIAN_FROM

SOME = 20  # below: no slowest tenth, no percentage
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Spread:
    """How long something took: how many cases, the middle one, and that which a tenth exceeds."""

    count: int
    median: int | None
    tenth: int | None


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Give whole percent where the whole is large enough."""
        return round(100 * self.part / self.whole) if self.whole >= SOME else None


@dataclass(frozen=True)
class Speed:
    """One institution: how often it was asked, how often it answered in time, and how long that took."""

    institution: str
    asked: int
    answered: Share
    in_time: Share
    answer: Spread
    sitrep: Spread


@dataclass(frozen=True)
class Line:
    """One row of a table by issue or kecamatan: incidents by level, lowest first."""

    code: str
    total: int
    levels: tuple[int, ...]
    closed: Share  # with an outcome, settled or dismissed, of all


@dataclass(frozen=True)
class Week:
    """One week, begun on a Monday; `whole` says that all of it lies in the stretch and is over."""

    first: date
    incidents: int
    levels: tuple[int, ...]
    whole: bool


@dataclass(frozen=True)
class Figures:
    """Everything on the page."""

    reports: int
    incidents: int
    before: int
    open: int
    settled: int
    dismissed: int
    levels: tuple[int, ...]
    to_verify: Spread
    to_answer: Spread
    to_close: Spread
    institutions: tuple[Speed, ...]
    issues: tuple[Line, ...]
    kecamatan: tuple[Line, ...]
    unplaced: int
    weeks: tuple[Week, ...]


def figures(found: Counted, start: datetime, end: datetime, zone: tzinfo) -> Figures:
    """Count; `zone` is where weeks begin at midnight."""
    rows = found.incidents
    opened = {one.id: one.opened_at for one in rows}
    states = Counter(one.state for one in rows)
    answers = _first_answers(found.alerts)
    return Figures(
        reports=sum(one.reports for one in rows),
        incidents=len(rows),
        before=found.before,
        open=sum(count for state, count in states.items() if state in OPEN_STATES),
        settled=states[IncidentState.SETTLED],
        dismissed=states[IncidentState.DISMISSED],
        levels=_levels(one.level for one in rows),
        to_verify=spread((at - opened[id_] for id_, at in found.verified.items() if id_ in opened)),
        to_answer=spread(answers),
        to_close=spread(one.closed_at - one.opened_at for one in rows if one.closed_at is not None),
        institutions=_speeds(found.alerts),
        issues=_lines((one.issue, one.level, one.state) for one in rows),
        kecamatan=_lines((one.kecamatan, one.level, one.state) for one in rows if one.kecamatan),
        unplaced=sum(one.kecamatan is None for one in rows),
        weeks=_weeks(((one.opened_at, one.level) for one in rows), start, end, zone),
    )


def spread(times: Iterable[timedelta]) -> Spread:
    """Say how long something took.

    >>> spread(timedelta(minutes=number) for number in (1, 2, 9)), spread([timedelta(minutes=4)])
    (Spread(count=3, median=2, tenth=None), Spread(count=1, median=None, tenth=None))
    """
    minutes = [max(0.0, one.total_seconds() / 60) for one in times]
    middle = round(median(minutes)) if len(minutes) >= MEDIAN_FROM else None
    tenth = round(quantiles(minutes, n=10, method="inclusive")[-1]) if len(minutes) >= SOME else None
    return Spread(len(minutes), middle, tenth)


def _levels(levels: Iterable[int]) -> tuple[int, ...]:
    counts = Counter(levels)
    return tuple(counts[level] for level in Level)


def _lines(rows: Iterable[tuple[str, int, str]]) -> tuple[Line, ...]:
    by: dict[str, list[int]] = defaultdict(list)
    closed: Counter[str] = Counter()
    for code, level, state in rows:
        by[code].append(level)
        closed[code] += state in CLOSED_STATES
    lines = (Line(code, len(levels), _levels(levels), Share(closed[code], len(levels))) for code, levels in by.items())
    return tuple(sorted(lines, key=lambda one: (-one.total, tuple(-count for count in reversed(one.levels)), one.code)))


def _first_answers(alerts: Iterable[AlertFacts]) -> list[timedelta]:
    """Give how long each incident waited for its lead's answer."""
    return [
        one.acknowledged_at - one.owed_at for one in alerts if one.duty == Duty.LEAD and one.acknowledged_at is not None
    ]


def _speeds(alerts: Sequence[AlertFacts]) -> tuple[Speed, ...]:
    """Judge institutions by what was asked of them."""
    by: dict[str, list[AlertFacts]] = defaultdict(list)
    for one in alerts:
        if one.asks:
            by[one.institution].append(one)
    found = []
    for institution, own in by.items():
        due = [one for one in own if one.ack_due is not None]
        in_time = [one for one in due if one.acknowledged_at and one.ack_due and one.acknowledged_at <= one.ack_due]
        answered = [one for one in own if one.acknowledged_at is not None]
        found.append(
            Speed(
                institution,
                len(own),
                Share(len(answered), len(own)),
                Share(len(in_time), len(due)),
                spread(one.acknowledged_at - one.owed_at for one in answered if one.acknowledged_at),
                spread(one.reported_at - one.owed_at for one in own if one.reported_at),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.asked, one.institution)))


def _weeks(rows: Iterable[tuple[datetime, int]], start: datetime, end: datetime, zone: tzinfo) -> tuple[Week, ...]:
    by: dict[date, list[int]] = defaultdict(list)
    for at, level in rows:
        by[_monday(at, zone)].append(level)
    first, last = _monday(start, zone), _monday(end, zone)
    weeks = [first + WEEK * number for number in range((last - first).days // WEEK.days + 1)]
    return tuple(
        Week(monday, len(by[monday]), _levels(by[monday]), _inside(monday, start, end, zone)) for monday in weeks
    )


def _monday(at: datetime, zone: tzinfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _inside(monday: date, start: datetime, end: datetime, zone: tzinfo) -> bool:
    begins = datetime(monday.year, monday.month, monday.day, tzinfo=zone)
    return begins >= start and begins + WEEK <= end
