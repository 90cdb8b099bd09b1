"""Say what is kept of the running service itself: rules in force, processes, what the bus is owed and has lost."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.running import (
    OutboxRow,
    PresenceRow,
    ProcessRow,
    RulesInForceRow,
    SearchedRow,
    SearchMarkRow,
    StreamMarkRow,
)

MADE_FROM_OTHERS = {"derived": True}  # of a table that is filled from others again, and so in no backup


class RulesInForce(Record[RulesInForceRow], table=True):
    """The district's rules by which every process decides: one row, changed by notify after the policy's proof."""

    __tablename__: ClassVar[Any] = "rules_in_force"
    id: int = Field(default=1, primary_key=True)
    digest: str  # of `files`
    ruleset: str
    files: dict[str, Any] = json_field()  # name -> text, so that a process needs no folder to run what was proved
    since: datetime
    proved: bool  # False: taken at the first start, or by a person despite objections
    folders: dict[str, Any] = json_field()  # notifier -> digest of its folder when it last decided about it
    refused: str | None = None  # digest of the folder that was looked at last and may not come into force
    objections: dict[str, Any] = json_field()  # {"count", "said"} against it


class Process(Record[ProcessRow], table=True):
    """One service of one running process, and the rules it runs: written by itself every half minute."""

    __tablename__: ClassVar[Any] = "process"
    id: str = Field(primary_key=True)  # service, instance and machine
    service: str
    instance: str
    host: str
    digest: str  # of the rules it runs
    facts: dict[str, Any] = json_field()  # what only this process knows: when it audited, what it found
    started_at: datetime
    seen_at: datetime


class StreamMark(Record[StreamMarkRow], table=True):
    """What is known of one stream of the bus from outside of it, so that a bus that has lost something is found out."""

    __tablename__: ClassVar[Any] = "stream_mark"
    stream: str = Field(primary_key=True)
    created_at: datetime  # of the stream, as the server says
    last: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # highest number seen or promised
    promised: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # reports that doors have accepted
    lost: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # numbers missing until a person says so
    seen_at: datetime
    # number up to which its consumer has taken everything, as far as noted: one that is made anew begins behind it
    taken: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))


class Presence(Record[PresenceRow], table=True):
    """Somebody who has the page of an incident open; of the last hour only."""

    __tablename__: ClassVar[Any] = "presence"
    id: str = Field(primary_key=True)  # incident and person
    incident_id: str = Field(index=True)
    person_id: str
    at: datetime  # of the last sign that the page gave


class Searched(Record[SearchedRow], table=True):
    """The words by which one report is found; made from its text, and in no backup (services/search)."""

    __tablename__: ClassVar[Any] = "searched"
    __table_args__: ClassVar[Any] = {"info": MADE_FROM_OTHERS}
    n: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    report_id: str = Field(unique=True)
    words: str = Field(sa_column=Column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=False))


class SearchMark(Record[SearchMarkRow], table=True):
    """How far the index of words is: one row."""

    __tablename__: ClassVar[Any] = "search_mark"
    __table_args__: ClassVar[Any] = {"info": MADE_FROM_OTHERS}
    id: int = Field(default=1, primary_key=True)
    seq: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False)
    )  # line of the journal that it has followed
    complete: bool = False  # it holds every report up to there
    made_by: str = ""  # digest of the rules by which texts were hidden and taken apart


class Outbox(Record[OutboxRow], table=True):
    """An event born from a person's act, owed to the bus."""

    __tablename__: ClassVar[Any] = "outbox"
    id: str = Field(primary_key=True)
    subject: str
    kind: str
    body: dict[str, Any] = json_field()
    made_at: datetime
