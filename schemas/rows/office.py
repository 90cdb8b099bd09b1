"""Type the rows of the office's own work."""

from datetime import datetime
from typing import Any, TypedDict


class NumberingRow(TypedDict, total=False):
    """A row of `Numbering`."""

    id: str
    last: int


class DocumentRow(TypedDict, total=False):
    """A row of `Document`."""

    id: str
    kind: str
    number: str
    institution: str
    classification: int
    subject: str
    body: dict[str, Any]
    incident_id: str | None
    author: str
    at: datetime


class AskRow(TypedDict, total=False):
    """A row of `Ask`."""

    id: str
    kind: str
    institution: str
    unit: str
    text: str
    classification: int
    incident_id: str | None
    document_id: str | None
    meeting_id: str | None
    input_id: str | None
    asked_by: str
    asked_for: str
    at: datetime
    due: datetime
    next_at: datetime | None
    told: int
    escalated_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None


class MeetingRow(TypedDict, total=False):
    """A row of `Meeting`."""

    id: str
    kind: str
    title: str
    place: str
    starts_at: datetime
    classification: int
    agenda: list[Any]
    attendance: list[Any]
    minutes: str
    made_by: str
    closed_at: datetime | None
    number: str | None


class ForumInputRow(TypedDict, total=False):
    """A row of `ForumInput`."""

    id: str
    meeting_id: str
    element: str
    text: str
    at: datetime


class OrmasRow(TypedDict, total=False):
    """A row of `Ormas`."""

    number: str
    name: str
    status: str
    address: str
    imported_at: datetime
    missing_since: datetime | None


class OrmasLinkRow(TypedDict, total=False):
    """A row of `OrmasLink`."""

    id: str
    incident_id: str
    party: str
    number: str
    letter: str
    by: str
    at: datetime


class SurveyAnswerRow(TypedDict, total=False):
    """A row of `SurveyAnswer`."""

    id: str
    month: str
    marks: list[Any]
    remark: str


class SurveySpentRow(TypedDict, total=False):
    """A row of `SurveySpent`."""

    id: str


class HandedOverRow(TypedDict, total=False):
    """A row of `HandedOver`."""

    report_id: str
    digest: str
    at: datetime


class PulledRow(TypedDict, total=False):
    """A row of `Pulled`."""

    id: str
    name: str
    at: datetime
    accepted: int
    refused: int
    cursor: str
