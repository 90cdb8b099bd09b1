"""Say what is kept of every state change: the lines of the audit log, and the head of their chain."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, text
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.audit_log import ChainRow, JournalRow

DRILLS = text("kind = 'drill.begun'")  # few of many lines


class Journal(Record[JournalRow], table=True):
    """One line per state change, chained by hash: who, when, what. A line without a hash is not sealed yet."""

    __tablename__: ClassVar[Any] = "journal"
    __table_args__ = (Index("ix_journal_drills", "seq", postgresql_where=DRILLS, sqlite_where=DRILLS),)
    seq: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    at: datetime
    actor: str
    kind: str
    incident_id: str | None = Field(default=None, index=True)
    subject_id: str | None = None  # the report, alert, delivery, ... it is about
    data: dict[str, Any] = json_field()
    rows: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # row -> its digest
    hash: str = ""


class Chain(Record[ChainRow], table=True):
    """The head of the journal: one row, the newest line that is sealed."""

    __tablename__: ClassVar[Any] = "chain"
    id: int = Field(primary_key=True)
    seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    hash: str = ""
    rows_as_of: str = ""  # the shape of the tables whose rows the journal has taken over as they stood
