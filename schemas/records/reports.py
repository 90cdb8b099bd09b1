"""Say what is kept of what was told, and of who told it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.reports import ReporterKeyRow, ReportRow, ReportSourceRow, TombstoneRow

FOLDED = text("folded_into IS NOT NULL")  # few of many reports
FOLLOWS = text("follows IS NOT NULL")


class Report(Record[ReportRow], table=True):
    """One telling by one source, never edited after it is filed."""

    __tablename__: ClassVar[Any] = "report"
    __table_args__ = (
        Index("ix_report_folded_into", "folded_into", postgresql_where=FOLDED, sqlite_where=FOLDED),
        Index("ix_report_filed", "filed_at", "exercise", "incident_id"),
        Index("ix_report_follows", "follows", postgresql_where=FOLLOWS, sqlite_where=FOLLOWS),
    )
    id: str = Field(primary_key=True)
    digest: str
    filed_at: datetime
    observed_at: datetime | None = None
    text: str
    told: dict[str, Any] = json_field()  # the other fields of ReportIn as given, without identity
    notes: dict[str, Any] = json_field()
    channel: str
    institution: str | None = None
    source: str  # an opaque handle of the source, for telling independent sources apart
    exercise: bool = False
    anonymous: bool = False
    incident_id: str = Field(index=True)
    outcome: str  # opened, changed, raised, reopened, copied: what this report did to its incident
    revision: int  # of the incident, after this report
    level: int
    folded_into: str | None = None  # where an officer's merge or split has put it since; None: as triage decided
    follows: str | None = None  # the earlier report that its reporter added this one to, by its receipt


class ReportSource(Record[ReportSourceRow], table=True):
    """Who filed a report: identity data, apart from the report, read by a verifier with a logged reason."""

    __tablename__: ClassVar[Any] = "report_source"
    report_id: str = Field(primary_key=True)
    reporter: str  # a keyed handle once sealed; names of programs and "anonymous" stay
    name: str | None = None
    contact: str | None = None
    sealed: str | None = None  # these three and more, under the report's key; None: kept in plain text by 0.1


class ReporterKey(Record[ReporterKeyRow], table=True):
    """The key of one report, wrapped by the master; erased, nothing opens what it has sealed. `root` keys handles."""

    __tablename__: ClassVar[Any] = "reporter_key"
    id: str = Field(primary_key=True)  # the report's
    person: str | None = Field(default=None, index=True)  # keyed handle of who reported
    wrapped: str
    made_at: datetime


class Tombstone(Record[TombstoneRow], table=True):
    """A report that was erased, by the keyed hash of its id: filed or told again, it stays erased."""

    __tablename__: ClassVar[Any] = "tombstone"
    id: str = Field(primary_key=True)
    at: datetime
