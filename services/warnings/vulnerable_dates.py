"""Know the vulnerable windows: the district's calendar and what people entered; which is open, which comes. Pure.

Islamic dates are those of a calculation; what is announced may differ by a day, so that a window is open a day longer
at either side. No effect of a date is built into the statistics: a date lowers a threshold only where a person said so.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.district import District
from schemas.policy.dates import Window
from schemas.rows.warnings import DateEntryRow
from services.warnings.counting import Counted

TOLERANCE = timedelta(days=1)
DAY = timedelta(days=1)
ISLAMIC_YEAR = 354.367  # days: twelve lunations of 29.53059
YEARS = 5  # looked back


@dataclass(frozen=True)
class Dated:
    """One window, from the district's calendar or entered by a person; both days are in it."""

    code: str
    name: str
    first: date
    last: date
    issue: str
    kecamatan: str | None = None
    source: str = ""
    note: str = ""
    kind: str = "fixed"  # fixed, lunar (Islamic), or empty: not to be reckoned back
    lowered: bool = False
    reason: str = ""
    by: str = ""  # who entered it; empty: the district's calendar

    def open_on(self, day: date) -> bool:
        """Say whether the window is open, a day's tolerance either side."""
        return self.first - TOLERANCE <= day <= self.last + TOLERANCE


@dataclass(frozen=True)
class Earlier:
    """What happened in the window of an earlier year: how many incidents of its issue, and how many serious."""

    first: date
    last: date
    incidents: tuple[str, ...]
    serious: int
    known: bool  # False: the store does not reach back so far


def windows(district: District, entries: Iterable[DateEntryRow]) -> list[Dated]:
    """Give every window, the first to begin first; what was withdrawn is left out."""
    found = [_from_calendar(one) for one in district.calendar]
    found += [
        Dated(
            code=row["id"],
            name=row["name"],
            first=date.fromisoformat(row["first"]),
            last=date.fromisoformat(row["last"]),
            issue=row["issue"],
            kecamatan=row["kecamatan"],
            source=row["source"],
            lowered=row["lowered"],
            reason=row["reason"],
            by=row["by"],
        )
        for row in entries
        if row["withdrawn_at"] is None
    ]
    return sorted(found, key=lambda one: (one.first, one.last, one.code))


def _from_calendar(one: Window) -> Dated:
    return Dated(
        code=one.code,
        name=one.name,
        first=one.start,
        last=one.end,
        issue=one.issue,
        source=one.source,
        note=one.note,
        kind=one.kind,
    )


def coming(dated: Iterable[Dated], today: date, days: int) -> list[Dated]:
    """Give what is open or begins within some days."""
    return [one for one in dated if one.last >= today - TOLERANCE and one.first <= today + days * DAY]


def to_brief(dated: Iterable[Dated], today: date) -> list[Dated]:
    """Give the windows of which the duty officers are told today: those that begin tomorrow, or today if nobody was."""
    return [one for one in dated if one.first - DAY <= today <= one.first]


def lowered_on(dated: Iterable[Dated], day: date) -> dict[str, set[str]]:
    """Give by issue the kecamatan ("" means all) in which a person has lowered thresholds on a day."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in dated:
        if one.lowered and one.open_on(day):
            found[one.issue].add(one.kecamatan or "")
    return found


def earlier_years(
    one: Dated, dated: Sequence[Dated], incidents: Sequence[Counted], began: date | None, serious: int
) -> list[Earlier]:
    """Give what happened in the same window of earlier years, the last year first, at most five.

    The window of an earlier year is that of the calendar where it has one of the same name (`SURO-2026` for
    `SURO-2027`); else it lies a year earlier, an Islamic one 354.37 days; one of another calendar is not reckoned back.
    `began` is the first day of the store;
    `serious` the level from which an incident is one.
    """
    found = []
    for first, last in spans_before(one, dated, began):
        inside = [
            i
            for i in incidents
            if first <= i.day <= last and i.issue == one.issue and one.kecamatan in (None, i.kecamatan)
        ]
        many = sum(i.level >= serious for i in inside)
        known = began is not None and first >= began
        found.append(Earlier(first, last, tuple(i.id for i in inside), many, known=known))
    return found


def spans_before(one: Dated, dated: Sequence[Dated], began: date | None) -> list[tuple[date, date]]:
    """Give first and last day of the windows that `earlier_years` speaks of, the last year first."""
    stem = _stem(one.code)
    named = {other.first.year: other for other in dated if _stem(other.code) == stem and other.first < one.first}
    length, found = one.last - one.first, []
    for back in range(1, YEARS + 1):
        same = named.get(one.first.year - back)
        if same is None and not one.kind:
            continue
        first = same.first if same else _before(one, back)
        last = same.last if same else first + length
        if began is None or last < began:
            break
        found.append((first, last))
    return found


def _stem(code: str) -> str:
    return re.sub(r"-\d{4}$", "", code)


def _before(one: Dated, years: int) -> date:
    if one.kind == "lunar":
        return one.first - timedelta(days=round(ISLAMIC_YEAR * years))
    try:
        return one.first.replace(year=one.first.year - years)
    except ValueError:  # 29 February
        return one.first.replace(year=one.first.year - years, day=28)
