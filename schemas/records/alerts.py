"""Say what is kept of who owes an incident what: alerts, the ladder, the messages that tell it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.alerts import AlertRow, DeliveryRow, LadderRow

BUNDLED = text("bundle_code IS NOT NULL")  # few of many deliveries
# Alerts of leads that were accepted without a time for a situation report: in words that SQLite finds its index by.
UNPROMISED = text("alert.sitrep_due IS NULL AND alert.duty = 'lead' AND alert.state = 'acknowledged'")
PROMISELESS = text("sitrep_due IS NULL AND duty = 'lead' AND state = 'acknowledged'")  # the same, as an index says it


class Alert(Record[AlertRow], table=True):
    """What one institution owes one incident, and how far it has come."""

    __tablename__: ClassVar[Any] = "alert"
    # What the constraint makes is the index by incident as well.
    __table_args__ = (
        UniqueConstraint("incident_id", "institution", "unit"),
        Index(
            "ix_alert_unpromised", "sitrep_due", "incident_id", postgresql_where=PROMISELESS, sqlite_where=PROMISELESS
        ),
    )
    id: str = Field(primary_key=True)
    incident_id: str
    institution: str = Field(index=True)
    unit: str = ""  # kecamatan or desa code of a local unit
    duty: str
    needed: bool = False  # the ladder waits for this answer too, not the lead's alone
    why: list[Any] = json_field(list)
    state: str = "owed"
    round: int = 1
    reason: str = "opened"
    level: int
    redacted: bool = False  # a civil lead outside Kominda gets a request without source and names
    owed_at: datetime
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_how: str | None = None  # page, api, sms, phone, ...
    acknowledged_reason: str | None = None
    reported_at: datetime | None = None
    ack_due: datetime | None = None
    remind_at: datetime | None = Field(default=None, index=True)
    held_by: str | None = Field(default=None, index=True)  # the silence whose end `remind_at` waits for
    reminders: int = 0
    sitrep_due: datetime | None = Field(default=None, index=True)
    handed_to: str | None = None  # the person who is asked in the stead of `handed_by`, while he is on duty
    handed_by: str | None = None
    handed_at: datetime | None = None  # or, with nobody in `handed_to`, when it was taken back


class Ladder(Record[LadderRow], table=True):
    """The escalation of one incident: a timer that is a row."""

    __tablename__: ClassVar[Any] = "ladder"
    __table_args__ = (Index("ix_ladder_stopped", "stopped", "next_at"),)
    incident_id: str = Field(primary_key=True)
    step: int = 0  # next rung to climb
    loops: int = 0
    round: int = 1  # alerting round already turned into alerts
    started_at: datetime | None = None  # delivery of the lead's alert, or when it was owed if nobody could be reached
    next_at: datetime | None = Field(default=None, index=True)
    stopped: str | None = None  # a LadderStop
    policy: dict[str, Any] = json_field()  # the clock as it stood when the incident opened


class Delivery(Record[DeliveryRow], table=True):
    """One message to one address on one channel, owed before it is sent."""

    __tablename__: ClassVar[Any] = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "next_at"),
        Index("ix_delivery_address", "address", "sent_at"),
        Index("ix_delivery_bundle", "person_id", postgresql_where=BUNDLED, sqlite_where=BUNDLED),
    )
    id: str = Field(primary_key=True)
    alert_id: str = Field(index=True)
    incident_id: str = Field(index=True)
    person_id: str | None = None
    channel: str
    address: str
    round: int
    reason: str
    payload: dict[str, Any] = json_field()  # what is sent, frozen when it was decided
    classification: int = 1  # of the words in it
    urgent: bool = False
    state: str = "pending"
    attempts: int = 0
    owed_at: datetime
    next_at: datetime | None = None
    leased_by: str | None = None
    held: str | None = None  # why it waits though nothing failed: limit, digest
    bundle_id: str | None = None  # the one message in which it went out together with others
    bundle_code: str | None = None  # by which one reply accepts all that this message asked for
    sent_at: datetime | None = None
    provider_id: str | None = Field(default=None, index=True)
    error: str | None = None
