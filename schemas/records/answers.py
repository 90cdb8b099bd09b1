"""Say what is kept of what institutions answer, and of the buttons and codes by which they may."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.answers import AnsweredRow, AnswerTokenRow, ReplyCodeRow, SitrepRow


class Sitrep(Record[SitrepRow], table=True):
    """What an institution found and did (laporan lanjutan)."""

    __tablename__: ClassVar[Any] = "sitrep"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    institution: str
    by: str
    at: datetime
    text: str


class AnswerToken(Record[AnswerTokenRow], table=True):
    """A single-use, short-lived button of one delivery, bound to one recipient."""

    __tablename__: ClassVar[Any] = "answer_token"
    id: str = Field(primary_key=True)  # sha256 of the token
    alert_id: str = Field(index=True)
    delivery_id: str
    person_id: str | None = None
    ends_at: datetime
    used_at: datetime | None = None


class ReplyCode(Record[ReplyCodeRow], table=True):
    """The four digits by which one person answers one alert from a message; one of a kind among his open alerts."""

    __tablename__: ClassVar[Any] = "reply_code"
    id: str = Field(primary_key=True)  # of person and alert
    person_id: str = Field(index=True)
    alert_id: str = Field(index=True)
    incident_id: str = Field(index=True)
    code: str
    made_at: datetime
    spent: list[str] = json_field(list)  # codes of before, each used for its one acknowledgement
    accepted_at: datetime | None = None  # when this code has acknowledged
    escalated_at: datetime | None = None


class Answered(Record[AnsweredRow], table=True):
    """An inbound message that has had its effect, so that telling it again has none. Its words are not kept here."""

    __tablename__: ClassVar[Any] = "answered"
    __table_args__ = (Index("ix_answered_sender", "sender", "at"),)
    id: str = Field(primary_key=True)  # the message's
    at: datetime
    channel: str
    sender: str  # an opaque handle of the address
    kind: str  # accepted, escalated, reported, asked, unknown, report, stopped, started, verified, ...
    person_id: str | None = None
    incident_id: str | None = None
    said: str | None = None  # a handle of its words, by which a program that answers itself is known
