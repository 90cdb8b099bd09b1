"""Say what is kept of the office's own work. Tables like those of schemas/records."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.office import (
    AskRow,
    DocumentRow,
    ForumInputRow,
    HandedOverRow,
    MeetingRow,
    NumberingRow,
    OrmasLinkRow,
    OrmasRow,
    PulledRow,
    SurveyAnswerRow,
    SurveySpentRow,
)


class Numbering(Record[NumberingRow], table=True):
    """The last number given in a series of an office in a month or year."""

    __tablename__: ClassVar[Any] = "numbering"
    id: str = Field(primary_key=True)  # series, institution and stretch of time
    last: int = 0


class Document(Record[DocumentRow], table=True):
    """A numbered paper of the office, never edited after it is issued: an information note, a letter, a report."""

    __tablename__: ClassVar[Any] = "document"
    id: str = Field(primary_key=True)
    kind: str = Field(index=True)  # note, referral, report
    number: str
    institution: str  # that issued it
    classification: int
    subject: str
    body: dict[str, Any] = json_field()
    incident_id: str | None = Field(default=None, index=True)
    author: str
    at: datetime = Field(index=True)


class Ask(Record[AskRow], table=True):
    """What one institution is asked for by a time, chased until it has answered: the timer is this row."""

    __tablename__: ClassVar[Any] = "ask"
    id: str = Field(primary_key=True)
    kind: str  # acknowledge, patrol, clarify, act, answer
    institution: str = Field(index=True)  # whose answer is awaited
    unit: str = ""  # kecamatan or desa code of a local unit
    text: str
    classification: int = 2
    incident_id: str | None = Field(default=None, index=True)
    document_id: str | None = Field(default=None, index=True)
    meeting_id: str | None = Field(default=None, index=True)
    input_id: str | None = Field(default=None, index=True)
    asked_by: str
    asked_for: str  # the institution that asks
    at: datetime
    due: datetime
    next_at: datetime | None = Field(default=None, index=True)  # when somebody is told next; None: no more
    told: int = 0  # tellings so far
    escalated_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    answer: str | None = None


class Meeting(Record[MeetingRow], table=True):
    """A meeting of the forum, a public forum, a sosialisasi: who came, what was said; its decisions are asks."""

    __tablename__: ClassVar[Any] = "meeting"
    id: str = Field(primary_key=True)
    kind: str  # rapat, forum, sosialisasi, latihan
    title: str
    place: str
    starts_at: datetime = Field(index=True)
    classification: int = 2
    agenda: list[Any] = json_field(list)  # as it stood when the minutes were closed: [heading, lines]
    attendance: list[Any] = json_field(list)  # {institution or element, name, post}
    minutes: str = ""
    made_by: str
    closed_at: datetime | None = None
    number: str | None = None  # of its minutes, once closed


class ForumInput(Record[ForumInputRow], table=True):
    """What one element of society brought to a public forum; what becomes of it is an ask."""

    __tablename__: ClassVar[Any] = "forum_input"
    id: str = Field(primary_key=True)
    meeting_id: str = Field(index=True)
    element: str
    text: str
    at: datetime


class Ormas(Record[OrmasRow], table=True):
    """An ormas as Sipolmas lists it."""

    __tablename__: ClassVar[Any] = "ormas"
    number: str = Field(primary_key=True)
    name: str
    status: str = ""
    address: str = ""
    imported_at: datetime
    missing_since: datetime | None = None  # the newest list does not have it


class OrmasLink(Record[OrmasLinkRow], table=True):
    """A party of an incident that a person has found to be an ormas of the register."""

    __tablename__: ClassVar[Any] = "ormas_link"
    id: str = Field(primary_key=True)  # of incident and party
    incident_id: str = Field(index=True)
    party: str  # as told
    number: str = Field(index=True)
    letter: str = ""  # of the article on forbidden deeds; "" where none is meant
    by: str
    at: datetime


class SurveyAnswer(Record[SurveyAnswerRow], table=True):
    """One answer to the satisfaction survey, tied to nobody: a month, nine marks from 1 to 4, a remark."""

    __tablename__: ClassVar[Any] = "survey_answer"
    id: str = Field(primary_key=True)  # drawn, derived from nothing
    month: str = Field(index=True)  # "2026-11", no closer
    marks: list[Any] = json_field(list)
    remark: str = ""


class SurveySpent(Record[SurveySpentRow], table=True):
    """A survey link that has been used; nothing leads from it to an answer."""

    __tablename__: ClassVar[Any] = "survey_spent"
    id: str = Field(primary_key=True)  # a keyed hash of the report


class HandedOver(Record[HandedOverRow], table=True):
    """A report as it was last handed to Siladeni."""

    __tablename__: ClassVar[Any] = "handed_over"
    report_id: str = Field(primary_key=True)
    digest: str  # of the cells
    at: datetime


class Pulled(Record[PulledRow], table=True):
    """A file of Siladeni that has been taken in, known by its content."""

    __tablename__: ClassVar[Any] = "pulled"
    id: str = Field(primary_key=True)  # sha256 of its bytes
    name: str
    at: datetime
    accepted: int = 0
    refused: int = 0
    cursor: str = ""  # where its source goes on from
