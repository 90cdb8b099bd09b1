"""Type the rows of what was told, and who told it."""

from datetime import datetime
from typing import Any, TypedDict


class ReportRow(TypedDict, total=False):
    """A row of `Report`."""

    id: str
    digest: str
    filed_at: datetime
    observed_at: datetime | None
    text: str
    told: dict[str, Any]
    notes: dict[str, Any]
    channel: str
    institution: str | None
    source: str
    exercise: bool
    anonymous: bool
    incident_id: str
    outcome: str
    revision: int
    level: int
    folded_into: str | None
    follows: str | None


class ReportSourceRow(TypedDict, total=False):
    """A row of `ReportSource`."""

    report_id: str
    reporter: str
    name: str | None
    contact: str | None
    sealed: str | None


class ReporterKeyRow(TypedDict, total=False):
    """A row of `ReporterKey`."""

    id: str
    person: str | None
    wrapped: str
    made_at: datetime


class TombstoneRow(TypedDict, total=False):
    """A row of `Tombstone`."""

    id: str
    at: datetime
