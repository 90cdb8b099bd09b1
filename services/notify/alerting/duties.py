"""Make and renew the row of one institution's duty: what it owes, by when it must answer, when it is reminded."""

from datetime import datetime

from schemas.policy.clocks import Clock
from schemas.policy.recipients import Recipient
from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import ANSWERED, AlertReason, AlertState, chased
from services.notify.context import NotifyContext, wants_answer
from services.store.ids import beside

# Why an institution is told when its answer is owed from that moment on.
ASKS = frozenset({AlertReason.OPENED, AlertReason.RAISED, AlertReason.REOPENED, AlertReason.CHANGED})


def is_silent(alert: AlertRow) -> bool:
    """Say whether the ladder still waits for this institution's answer."""
    return chased(alert["duty"], needed=alert["needed"]) and alert["state"] not in ANSWERED


def owed(row: IncidentRow, recipient: Recipient, clock: Clock, context: NotifyContext, now: datetime) -> AlertRow:
    """Give the alert with which an institution comes to owe an incident its duty."""
    key = (recipient.institution, recipient.unit or "")
    alert: AlertRow = {
        "id": beside(row["id"], "alert", row["id"], *key),
        "incident_id": row["id"],
        "institution": recipient.institution,
        "unit": recipient.unit or "",
        "duty": recipient.duty.value,
        "needed": recipient.needed,
        "why": list(recipient.why),
        "state": AlertState.OWED.value,
        "round": row["round"],
        "reason": AlertReason.OPENED.value,
        "level": row["level"],
        "redacted": recipient.redacted,
        "owed_at": now,
        "reminders": 0,
    }
    timers = context.escalation(clock).timers(alert["duty"], now, needed=alert["needed"], asks=wants_answer(row))
    return alert | timers


def renewed(row: IncidentRow, alert: AlertRow, clock: Clock, context: NotifyContext, now: datetime) -> AlertRow:
    """Give what changes when an answered duty is taken up again: what was promised was promised for less."""
    again: AlertRow = {
        "state": AlertState.OWED.value,
        "level": row["level"],
        "owed_at": now,
        "delivered_at": None,
        "seen_at": None,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "acknowledged_how": None,
        "sitrep_due": None,
        "reminders": 0,
        "handed_to": None,
        "handed_by": None,
        "handed_at": None,
    }
    timers = context.escalation(clock).timers(alert["duty"], now, needed=alert["needed"], asks=wants_answer(row))
    return again | timers
