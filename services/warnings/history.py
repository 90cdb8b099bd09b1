"""Read what early warning looks at: sums by day, and of single incidents those alone that it may have to name.

No look holds all incidents: the store adds them up, and gives the rest a page at a time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow
from schemas.warnings import ThresholdRule
from services.store.transaction import Session
from services.warnings import queries
from services.warnings.counting import (
    DAY,
    Counted,
    Counts,
    ahead_of_utc,
    begin_of,
    counted,
    counts_of_days,
    issues_of,
    kecamatan_of,
)
from services.warnings.rises import MOST_DAYS
from services.warnings.thresholds import BASE_DAYS
from services.warnings.vulnerable_dates import Dated


@dataclass(frozen=True)
class History:
    """What one look has read: sums, and of single incidents those alone that a threshold may count."""

    counts: Counts
    fitting: Sequence[Counted]
    reporting: Sequence[tuple[str, date]]
    warnings: Sequence[EarlyWarningRow]
    states: dict[str, str]
    entries: Sequence[DateEntryRow]
    began: datetime | None


class Behind(Protocol):
    """Whatever gives the incidents of some days, both included, in their order; an empty code means any."""

    def __call__(self, first: date, last: date, *, area: str = "", group: str = "") -> list[Counted]:
        """Give them."""
        ...


def read_history(session: Session, district: District, now: datetime) -> History:
    """Read what the last three years hold of one district."""
    since, zone = now - timedelta(days=MOST_DAYS), ZoneInfo(district.timezone)
    ahead = ahead_of_utc(zone, since.date(), now.date())
    areas, today = own_areas(district), now.astimezone(zone).date()
    found = queries.warnings_since(session, since)
    asked = [_asked_by(rule, district, today) for rule in district.warnings.rule]
    fitting = counted(queries.each_inside(session, areas, asked), district)
    return History(
        counts=counts_of_days(queries.daily(session, areas, since, ahead), district),
        fitting=list({one.id: one for one in fitting}.values()),
        reporting=queries.reporting_days(session, district.code, now - timedelta(days=BASE_DAYS + 1), ahead),
        warnings=[one for one in found if not one["exercise"]],
        states=queries.states_of(session, [one["id"] for one in found]),
        entries=queries.entered_dates(session),
        began=queries.first_seen(session, district.code),
    )


def own_areas(district: District) -> list[str]:
    """Give the kecamatan whose incidents are counted."""
    return [code for code in kecamatan_of(district) if code.startswith(f"{district.code}.")]


def _asked_by(rule: ThresholdRule, district: District, today: date) -> queries.Inside:
    """Give the stretch of a rule and what it asks of an incident, as the store is asked."""
    first = today - (rule.days - 1) * DAY
    return queries.Inside(
        begin_of(first, ZoneInfo(district.timezone)),
        issues=rule.issues,
        unless=_known(rule.issues, district),
        forms=rule.forms,
        least_level=int(rule.least_level),
    )


def _known(issues: Collection[str], district: District) -> Collection[str]:
    """Give the issues beside which a row counts as one of these: an unknown one counts as the district's other one."""
    return district.issues if district.other_issue in issues else ()


def every_counted(session: Session, district: District, now: datetime) -> list[Counted]:
    """Read every incident of three years that counts, as a replay needs them."""
    return counted(queries.each_countable(session, district.code, now - timedelta(days=MOST_DAYS)), district)


def read_of_issue(session: Session, district: District, one: Dated, first: date, last: date) -> list[Counted]:
    """Read the incidents of some days with the issue of a vulnerable window, in its place."""
    issues = frozenset({one.issue})
    return _inside(session, district, first, last, [one.kecamatan] if one.kecamatan else own_areas(district), issues)


def read_behind(
    session: Session, district: District, first: date, last: date, *, area: str = "", group: str = ""
) -> list[Counted]:
    """Read the incidents of some days, places and issues, as `behind` finds them among all."""
    issues = issues_of(district, group) if group else frozenset()
    return _inside(session, district, first, last, [area] if area else own_areas(district), issues)


def _inside(
    session: Session, district: District, first: date, last: date, areas: Collection[str], issues: frozenset[str]
) -> list[Counted]:
    zone = ZoneInfo(district.timezone)
    asked = queries.Inside(
        begin_of(first, zone), begin_of(last + DAY, zone), issues=issues, unless=_known(issues, district)
    )
    return counted(queries.each_inside(session, areas, [asked]), district)
