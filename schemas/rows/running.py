"""Type the rows of the running service itself."""

from datetime import datetime
from typing import Any, TypedDict


class RulesInForceRow(TypedDict, total=False):
    """A row of `RulesInForce`."""

    id: int
    digest: str
    ruleset: str
    files: dict[str, Any]
    since: datetime
    proved: bool
    folders: dict[str, Any]
    refused: str | None
    objections: dict[str, Any]


class ProcessRow(TypedDict, total=False):
    """A row of `Process`."""

    id: str
    service: str
    instance: str
    host: str
    digest: str
    facts: dict[str, Any]
    started_at: datetime
    seen_at: datetime


class StreamMarkRow(TypedDict, total=False):
    """A row of `StreamMark`."""

    stream: str
    created_at: datetime
    last: int
    promised: int
    lost: int
    seen_at: datetime
    taken: int


class PresenceRow(TypedDict, total=False):
    """A row of `Presence`."""

    id: str
    incident_id: str
    person_id: str
    at: datetime


class SearchedRow(TypedDict, total=False):
    """A row of `Searched`."""

    n: int
    report_id: str
    words: str


class SearchMarkRow(TypedDict, total=False):
    """A row of `SearchMark`."""

    id: int
    seq: int
    complete: bool
    made_by: str


class OutboxRow(TypedDict, total=False):
    """A row of `Outbox`."""

    id: str
    subject: str
    kind: str
    body: dict[str, Any]
    made_at: datetime
