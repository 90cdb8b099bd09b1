"""Build the row of a delivery: one message to one address on one channel, owed before it is sent. Pure."""

from datetime import datetime
from typing import Any

from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import DeliveryState

LISTED = "listed"  # key in the payload of a word to a list: `alert`, by which the list knows of the incident


def delivery_row(
    id_: str,
    channel: str,
    address: str,
    payload: dict[str, Any],
    *,
    reason: str,
    now: datetime,
    alert: str,
    incident: str = "",
    person: str | None = None,
    round_: int = 0,
    classification: int = 1,
    urgent: bool = False,
    leased: tuple[str, datetime] | None = None,
) -> DeliveryRow:
    """Build the row of a delivery owed at `now` (UTC); `leased` says which instance sends it, and until when.

    Without a lease it waits for whichever notifier ticks first. `alert` of a message behind which no alert stands is an
    id that no alert has; its `incident` is empty, its `round_` 0.
    """
    return {
        "id": id_,
        "alert_id": alert,
        "incident_id": incident,
        "person_id": person,
        "channel": channel,
        "address": address,
        "round": round_,
        "reason": reason,
        "payload": payload,
        "classification": classification,
        "urgent": urgent,
        "state": (DeliveryState.SENDING if leased else DeliveryState.PENDING).value,
        "attempts": 0,
        "owed_at": now,
        "next_at": leased[1] if leased else now,
        "leased_by": leased[0] if leased else None,
        "held": None,
    }
