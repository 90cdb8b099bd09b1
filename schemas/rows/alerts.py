"""Type the rows of what is owed to whom, how far it has come, and the messages that tell it."""

from datetime import datetime
from typing import Any, TypedDict


class AlertRow(TypedDict, total=False):
    """A row of `Alert`."""

    id: str
    incident_id: str
    institution: str
    unit: str
    duty: str
    needed: bool
    why: list[Any]
    state: str
    round: int
    reason: str
    level: int
    redacted: bool
    owed_at: datetime
    delivered_at: datetime | None
    seen_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_how: str | None
    acknowledged_reason: str | None
    reported_at: datetime | None
    ack_due: datetime | None
    remind_at: datetime | None
    held_by: str | None
    reminders: int
    sitrep_due: datetime | None
    handed_to: str | None
    handed_by: str | None
    handed_at: datetime | None


class LadderRow(TypedDict, total=False):
    """A row of `Ladder`."""

    incident_id: str
    step: int
    loops: int
    round: int
    started_at: datetime | None
    next_at: datetime | None
    stopped: str | None
    policy: dict[str, Any]


class DeliveryRow(TypedDict, total=False):
    """A row of `Delivery`."""

    id: str
    alert_id: str
    incident_id: str
    person_id: str | None
    channel: str
    address: str
    round: int
    reason: str
    payload: dict[str, Any]
    classification: int
    urgent: bool
    state: str
    attempts: int
    owed_at: datetime
    next_at: datetime | None
    leased_by: str | None
    held: str | None
    bundle_id: str | None
    bundle_code: str | None
    sent_at: datetime | None
    provider_id: str | None
    error: str | None
