"""Count incidents by day, kecamatan and group of issues, and say what was found in the counts. Pure.

Incidents are counted, not reports. Exercises, nil reports, what was dismissed or merged, warnings and places outside
the kabupaten are no part of it (docs/early-warning.md). A day is one of the district's own time; an incident belongs to
the day on which it happened, where that is known, else to the day on which it was first told.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Level
from schemas.warnings import WarningGroup, WarningKind
from services.early_warning.detector import Key
from services.policy.situation import accused_by

Counts = Mapping[date, Mapping[Key, int]]
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One incident as early warning sees it; degrees WGS 84, the centre of its desa or kecamatan where not exact."""

    id: str
    at: datetime
    day: date
    group: str
    issue: str
    form: str
    level: int
    kecamatan: str
    desa: str | None
    lat: float | None
    lon: float | None
    parties: frozenset[str] = frozenset()
    accused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One thing that people are to be warned of; `again` says that they have been, and that it grew."""

    kind: WarningKind
    issue: str
    level: Level
    ends: date
    area: str = ""
    group: str = ""
    rule: str = ""
    incidents: tuple[str, ...] = ()
    accused: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    again: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Give what makes it the same warning as another day's."""
        return self.kind.value, self.area, self.group, self.rule


def groups_of(district: District) -> tuple[WarningGroup, ...]:
    """Give the groups in which issues are counted: the district's, else one for each family of issues."""
    if district.warnings.group:
        return district.warnings.group
    families = sorted({issue.family for issue in district.issues.values()})
    return tuple(
        WarningGroup(
            code=re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")[:20] or "lain",
            label_id=family,
            label_en=family,
            families=(family,),
        )
        for family in families
    )


def group_of_issue(district: District) -> dict[str, str]:
    """Give the group of each issue, by code."""
    of_family = {family: one.code for one in groups_of(district) for family in one.families}
    return {code: of_family[issue.family] for code, issue in district.issues.items()}


def kecamatan_of(district: District) -> list[str]:
    """Give the codes of the district's own kecamatan."""
    return sorted(
        code for code, one in district.places.items() if one.kind == "kecamatan" and one.kabupaten == district.code
    )


def counted(rows: Iterable[IncidentRow], district: District) -> list[Counted]:
    """Give the incidents that count, oldest first; the store has left out exercises, nil reports and the like."""
    zone, groups, other = ZoneInfo(district.timezone), group_of_issue(district), district.other_issue
    own = frozenset(kecamatan_of(district))
    found = []
    for row in rows:
        kecamatan = row["kecamatan"]
        if kecamatan not in own:
            continue
        issue = row["issue"] if row["issue"] in groups else other
        at = min(row["occurred_start"] or row["opened_at"], row["opened_at"])
        lat, lon = _point(row, district)
        found.append(
            Counted(
                id=row["id"],
                at=at,
                day=at.astimezone(zone).date(),
                group=groups[issue],
                issue=issue,
                form=row["form"],
                level=row["level"],
                kecamatan=kecamatan,
                desa=row["desa"],
                lat=lat,
                lon=lon,
                parties=frozenset(_plain(one) for one in row["parties"]),
                accused=accused_by(row["facts"]),
            )
        )
    return sorted(found, key=lambda one: (one.at, one.id))


def _point(row: IncidentRow, district: District) -> tuple[float | None, float | None]:
    kept = row["place"]
    if kept.get("precision") == "exact" and kept.get("lat") is not None:
        return kept["lat"], kept["lon"]
    for code in (row["desa"], row["kecamatan"]):
        place = district.places.get(code or "")
        if place is not None and place.lat is not None:
            return place.lat, place.lon
    return None, None


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"\W+", " ", str(name).lower()).strip()


def counts_of(incidents: Iterable[Counted]) -> dict[date, dict[Key, int]]:
    """Count incidents by day and by (group, kecamatan); days and places without any are left out."""
    counts: dict[date, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for one in incidents:
        counts[one.day][Key(one.group, one.kecamatan)] += 1
    return {day: dict(keys) for day, keys in counts.items()}


def counts_of_days(days: Iterable[tuple[str, str, date, int]], district: District) -> dict[date, dict[Key, int]]:
    """Give what `counts_of` does, of what a store has added up: (kecamatan, issue, day, how many incidents)."""
    groups, own = group_of_issue(district), frozenset(kecamatan_of(district))
    counts: dict[date, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    for kecamatan, issue, day, many in days:
        if kecamatan in own:
            counts[day][Key(groups.get(issue, groups[district.other_issue]), kecamatan)] += many
    return {day: dict(keys) for day, keys in counts.items()}


def issues_of(district: District, group: str) -> frozenset[str]:
    """Give the issues that a group counts, among them the one that stands for an unknown one."""
    return frozenset(code for code, of in group_of_issue(district).items() if group in ("", of))


def behind(incidents: Sequence[Counted], first: date, last: date, *, area: str = "", group: str = "") -> list[Counted]:
    """Give the incidents of some days, places and issues; an empty code means any."""
    return [
        one
        for one in incidents
        if first <= one.day <= last and area in ("", one.kecamatan) and group in ("", one.group)
    ]


def main_issue(incidents: Sequence[Counted], district: District) -> str:
    """Give the issue that most of these incidents have, the gravest first among equals; the rest's where there is none.

    An issue for named persons only is never lost among others: where one of the incidents has it, it is the answer.
    """
    if not incidents:
        return district.other_issue
    named = [one.issue for one in incidents if district.issues[one.issue].named_persons_only]
    if named:
        return named[0]
    weight: dict[str, tuple[int, int]] = {}
    for one in incidents:
        number, worst = weight.get(one.issue, (0, 0))
        weight[one.issue] = (number + 1, max(worst, one.level))
    return max(weight, key=lambda issue: (weight[issue], issue))


def accused_in(incidents: Iterable[Counted]) -> tuple[str, ...]:
    """Give the agencies that any of the incidents accuses: a warning is kept from them as the incident is."""
    return tuple(sorted({code for one in incidents for code in one.accused}))


# -- days of the district's own time -----------------------------------------------------------------------------------


class Ahead(NamedTuple):
    """By how many seconds a place's clock is ahead of UTC from an instant on: by this a store adds up local days."""

    since: datetime
    seconds: int


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Give the first instant of a local day, UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@lru_cache(maxsize=8)
def ahead_of_utc(zone: ZoneInfo, first: date, last: date) -> tuple[Ahead, ...]:
    """Give by how much a zone is ahead of UTC from `first` to `last` (days UTC): what holds first, then each move.

    Most clocks are never moved.
    """
    return tuple(_moves(zone, first, last))


def _moves(zone: ZoneInfo, first: date, last: date) -> Iterator[Ahead]:
    at = datetime.combine(first, time(), UTC)
    known = _seconds(at, zone)
    yield Ahead(at, known)
    while at.date() <= last:
        if (found := _seconds(at + DAY, zone)) != known:
            yield Ahead(_moved(at, at + DAY, zone), found)
            known = found
        at += DAY


def _moved(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant at which a clock stands as it does `after`; it was moved once since `before`."""
    until = _seconds(after, zone)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (before, middle) if _seconds(middle, zone) == until else (middle, after)
    return after


def _seconds(at: datetime, zone: ZoneInfo) -> int:
    ahead = at.astimezone(zone).utcoffset()
    return round(ahead.total_seconds()) if ahead is not None else 0
