"""Type the rows of what institutions answer, and by what they may."""

from datetime import datetime
from typing import TypedDict


class SitrepRow(TypedDict, total=False):
    """A row of `Sitrep`."""

    id: str
    incident_id: str
    institution: str
    by: str
    at: datetime
    text: str


class AnswerTokenRow(TypedDict, total=False):
    """A row of `AnswerToken`."""

    id: str
    alert_id: str
    delivery_id: str
    person_id: str | None
    ends_at: datetime
    used_at: datetime | None


class ReplyCodeRow(TypedDict, total=False):
    """A row of `ReplyCode`."""

    id: str
    person_id: str
    alert_id: str
    incident_id: str
    code: str
    made_at: datetime
    spent: list[str]
    accepted_at: datetime | None
    escalated_at: datetime | None


class AnsweredRow(TypedDict, total=False):
    """A row of `Answered`."""

    id: str
    at: datetime
    channel: str
    sender: str
    kind: str
    person_id: str | None
    incident_id: str | None
    said: str | None
