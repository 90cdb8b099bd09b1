"""Type the rows of what early warning found, what people say of it, and what they enter for it."""

from datetime import datetime
from typing import Any, TypedDict


class EarlyWarningRow(TypedDict, total=False):
    """A row of `EarlyWarning`."""

    id: str
    kind: str
    area: str
    group: str
    rule: str
    day: str
    told_day: str
    ends_day: str
    raised_at: datetime
    ended_at: datetime | None
    exercise: bool
    facts: dict[str, Any]
    words: dict[str, Any]


class OutcomeRow(TypedDict, total=False):
    """A row of `Outcome`."""

    id: str
    warning_id: str
    by: str
    institution: str | None
    useful: bool
    became: str
    note: str
    at: datetime


class IndicatorRow(TypedDict, total=False):
    """A row of `Indicator`."""

    id: str
    week: str
    kecamatan: str
    code: str
    note: str
    by: str
    at: datetime


class DateEntryRow(TypedDict, total=False):
    """A row of `DateEntry`."""

    id: str
    name: str
    first: str
    last: str
    issue: str
    kecamatan: str | None
    source: str
    lowered: bool
    reason: str
    by: str
    at: datetime
    withdrawn_at: datetime | None
