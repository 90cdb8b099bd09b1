"""Say what is kept of what happened: the incident, how it was judged, and what may be one with it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.incidents import ConflictStatusRow, IncidentRow, JudgementRow, SuggestionRow

# All that early warning adds up by, so that the rows themselves, which are long, need not be read for it.
COUNTED = [
    "issue",
    "kecamatan",
    "opened_at",
    "occurred_start",
    "level",
    "form",
    "state",
    "exercise",
    "conflict",
    "origin",
]


class Incident(Record[IncidentRow], table=True):
    """What happened or threatens, told by one or more reports."""

    __tablename__: ClassVar[Any] = "incident"
    __table_args__ = (
        Index("ix_incident_open", "state", "opened_at", "id"),
        Index("ix_incident_counted", *COUNTED),
    )
    id: str = Field(primary_key=True)
    state: str = "open"
    exercise: bool = False
    issue: str
    sub_issue: str | None = None
    issue_secondary: str | None = None
    form: str
    stage: str
    level: int
    score: int
    confidence: int
    rating: str
    handling: str
    conflict: bool = True
    kabupaten: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    place: dict[str, Any] = json_field()
    occurred_start: datetime | None = None
    occurred_end: datetime | None = None
    facts: dict[str, Any] = json_field()  # fact -> [{report, min, max}]: each figure with its source
    reasons: list[Any] = json_field(list)
    missing: list[Any] = json_field(list)
    parties: list[Any] = json_field(list)
    features: dict[str, Any] = json_field()  # what correlation compares (triage's Candidate)
    sources: list[Any] = json_field(list)  # handles of the sources that told it
    reports: int = 1
    opened_at: datetime = Field(index=True)
    changed_at: datetime
    closed_at: datetime | None = None
    close_reason: str | None = None
    revision: int = 1
    round: int = 1  # alerting rounds: grows when severity rises
    stamp: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, index=True))  # its last journal line
    merged_into: str | None = None
    given: list[Any] = json_field(list)  # columns that an officer gave: no report changes them
    origin: str = "reports"  # an Origin: what people reported, or a warning on its way to people


class Judgement(Record[JudgementRow], table=True):
    """One assessment of one report or, by an officer, of an incident; machine's and officer's stand side by side."""

    __tablename__: ClassVar[Any] = "judgement"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    report_id: str | None = None
    by: str  # "machine" or a person's id
    at: datetime
    ruleset: str
    data: dict[str, Any] = json_field()
    reason: str | None = None


class Suggestion(Record[SuggestionRow], table=True):
    """Two incidents that may be one, with reasons; a person confirms or refuses."""

    __tablename__: ClassVar[Any] = "suggestion"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    other_id: str = Field(index=True)
    report_id: str
    score: float
    reasons: list[Any] = json_field(list)
    state: str = "open"  # open, confirmed, refused, outdone by better ones
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


class ConflictStatus(Record[ConflictStatusRow], table=True):
    """A recorded status keadaan konflik (UU 7/2012): the software records it, never sets it."""

    __tablename__: ClassVar[Any] = "conflict_status"
    number: str = Field(primary_key=True)
    scale: str
    start: datetime
    end: datetime
    tni_support: bool = False
    recorded_by: str
    ended_at: datetime | None = None
