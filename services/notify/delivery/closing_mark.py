"""Know a delivery that tells of a closing by its mark, and say whether what it tells is still so.

Such a delivery is no telling of an alert: it has no round (0), asks for nothing and changes no alert. Its mark in the
payload names the line of the audit log that closed the incident, which its id comes from.
"""

from datetime import datetime
from typing import Any, TypedDict, cast

from schemas.records.incidents import Incident
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import CLOSED_STATES, OPEN_STATES, AlertReason
from services.incidents.answer_authority import final_of
from services.store.transaction import Transaction

MARK = "closing"  # its key in the payload


class ClosingMark(TypedDict):
    """Which closing a delivery speaks of."""

    line: int  # of the audit log
    incident: str  # that was closed; the delivery's own may be merged into it
    at: str  # when, ISO 8601
    on_the_way: bool  # its institution had answered: it is told at once


def mark_of(row: DeliveryRow) -> ClosingMark | None:
    """Return the mark of a delivery that tells of a closing, or that the closed is open again; None of all others."""
    found: dict[str, Any] | None = row["payload"].get(MARK)
    return cast("ClosingMark", found) if found else None


def is_over(tx: Transaction, row: DeliveryRow) -> bool:
    """Say whether the incident of a delivery is closed, or the one in which it lives on after a merge."""
    own = tx.session.get(Incident, row["incident_id"])
    return own is not None and final_of(tx.session, own).state in CLOSED_STATES


def still_so(tx: Transaction, row: DeliveryRow, mark: ClosingMark) -> bool:
    """Say whether what a marked delivery tells holds: that very closing, or that the incident is open."""
    own = tx.session.get(Incident, row["incident_id"])
    if own is None:
        return False
    incident = final_of(tx.session, own)
    if row["reason"] != AlertReason.CLOSED:
        return incident.state in OPEN_STATES
    return incident.state in CLOSED_STATES and incident.closed_at == datetime.fromisoformat(mark["at"])
