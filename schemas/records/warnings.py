"""Say what is kept of early warning: what it found, what people say of it, what they enter for it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow, IndicatorRow, OutcomeRow


class EarlyWarning(Record[EarlyWarningRow], table=True):
    """What early warning found; its answers, ladder and end stand on the row of `incident` with the same id.

    Days are ISO dates of the district's own time.
    """

    __tablename__: ClassVar[Any] = "warning"
    id: str = Field(primary_key=True)
    kind: str = Field(index=True)  # a WarningKind
    area: str = ""  # code of a kecamatan; empty: the whole district
    group: str = ""  # of issues; empty: all
    rule: str = ""  # code of a threshold rule, or of a window of the calendar
    day: str  # on which it was raised
    told_day: str  # on which people were last told of it
    ends_day: str  # after which it ends by itself
    raised_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    exercise: bool = False
    facts: dict[str, Any] = json_field()  # numbers behind it, and the ids of the incidents
    words: dict[str, Any] = json_field()  # language -> the sentence, as it was told


class Outcome(Record[OutcomeRow], table=True):
    """What one person says a warning was worth; the newest word of each person counts."""

    __tablename__: ClassVar[Any] = "outcome"
    id: str = Field(primary_key=True)  # of warning and person
    warning_id: str = Field(index=True)
    by: str
    institution: str | None = None
    useful: bool
    became: str  # escalated, calmed, nothing, unknown
    note: str = ""
    at: datetime


class Indicator(Record[IndicatorRow], table=True):
    """A sign of tension or of peace that somebody has seen in a kecamatan in a week."""

    __tablename__: ClassVar[Any] = "indicator"
    id: str = Field(primary_key=True)  # of week, kecamatan and code
    week: str = Field(index=True)  # ISO date of its Monday
    kecamatan: str
    code: str
    note: str = ""
    by: str
    at: datetime


class DateEntry(Record[DateEntryRow], table=True):
    """A vulnerable window that a person entered: a permit, a schedule, an announced protest; days are ISO dates."""

    __tablename__: ClassVar[Any] = "date_entry"
    id: str = Field(primary_key=True)
    name: str
    first: str
    last: str
    issue: str
    kecamatan: str | None = None
    source: str  # where this is known from
    lowered: bool = False  # threshold rules ask for fewer incidents while it lasts
    reason: str = ""  # why they do
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
