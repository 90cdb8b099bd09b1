"""Type the rows of what happened by what was told, and how it was judged."""

from datetime import datetime
from typing import Any, TypedDict


class IncidentRow(TypedDict, total=False):
    """A row of `Incident`."""

    id: str
    state: str
    exercise: bool
    issue: str
    sub_issue: str | None
    issue_secondary: str | None
    form: str
    stage: str
    level: int
    score: int
    confidence: int
    rating: str
    handling: str
    conflict: bool
    kabupaten: str | None
    kecamatan: str | None
    desa: str | None
    place: dict[str, Any]
    occurred_start: datetime | None
    occurred_end: datetime | None
    facts: dict[str, Any]
    reasons: list[Any]
    missing: list[Any]
    parties: list[Any]
    features: dict[str, Any]
    sources: list[Any]
    reports: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    revision: int
    round: int
    stamp: int
    merged_into: str | None
    given: list[Any]
    origin: str


class JudgementRow(TypedDict, total=False):
    """A row of `Judgement`."""

    id: str
    incident_id: str
    report_id: str | None
    by: str
    at: datetime
    ruleset: str
    data: dict[str, Any]
    reason: str | None


class SuggestionRow(TypedDict, total=False):
    """A row of `Suggestion`."""

    id: str
    incident_id: str
    other_id: str
    report_id: str
    score: float
    reasons: list[Any]
    state: str
    made_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class ConflictStatusRow(TypedDict, total=False):
    """A row of `ConflictStatus`."""

    number: str
    scale: str
    start: datetime
    end: datetime
    tni_support: bool
    recorded_by: str
    ended_at: datetime | None
