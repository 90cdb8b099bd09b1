"""Record what an institution may say besides "we take it": not ours, we need help, and that a tap was a slip.

None of these counts as an answer: the ladder goes on, or begins again.
"""

from datetime import timedelta

from schemas.records import Alert, Ladder
from schemas.vocabulary import ANSWERED, AlertState, Duty, EventKind, IncidentState
from services.incidents.changes import changed, move, open_incident, state_of
from services.incidents.queries import alerts_of, alerts_to, lines_of
from services.incidents.responses import escalate, report_situation
from services.policy.escalation import wait_again
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Transaction

SLIP = timedelta(seconds=60)  # in which the one who tapped may take it back
DECLINED_HOW = "declined"  # stands where "how" it was answered stands, until it is answered or owed anew


def withdraw(tx: Transaction, incident_id: str, who: Identity) -> None:
    """Take an acknowledgement back: one's own, within a minute, before anything was reported. Raises Refused.

    The alert is as it was, and so is the incident; the ladder climbs when the answer would have been due.
    """
    incident = open_incident(tx, incident_id)
    mine = [one for one in _own(tx, incident_id, who) if one.acknowledged_by == who.id]
    alert = next((one for one in mine if one.state == AlertState.ACKNOWLEDGED), None)
    if alert is None or alert.acknowledged_at is None:
        raise Refused("nothing_to_undo")
    if tx.now - alert.acknowledged_at > SLIP:
        raise Refused("undo_too_late")
    alert.state = AlertState.SEEN if alert.seen_at else AlertState.DELIVERED if alert.delivered_at else AlertState.OWED
    alert.acknowledged_at = alert.acknowledged_by = alert.acknowledged_how = alert.acknowledged_reason = None
    alert.sitrep_due = None
    led = any(one.duty == Duty.LEAD and one.state in ANSWERED for one in alerts_of(tx, incident_id))
    if alert.duty == Duty.LEAD and incident.state == IncidentState.HANDLED and not led:
        incident.state = (
            IncidentState.VERIFIED if lines_of(tx, incident_id, EventKind.INCIDENT_VERIFIED) else IncidentState.OPEN
        )
    ladder = tx.session.get(Ladder, incident_id)
    if ladder:
        move(ladder, wait_again(state_of(ladder), alert.ack_due, tx.now))
    changed(
        tx,
        incident,
        EventKind.INCIDENT_ACKNOWLEDGEMENT_WITHDRAWN,
        who.id,
        alert.id,
        institution=alert.institution,
        unit=alert.unit,
    )


def decline(tx: Transaction, incident_id: str, who: Identity, reason: str) -> None:
    """Say that it is not one's own institution's business: the ladder climbs at once, a coordinator sees it.

    It is no answer: until somebody else takes it, it stays owed. Raises Refused.
    """
    incident = open_incident(tx, incident_id)
    if not reason.strip():
        raise Refused("decline_needs_reason")
    alert = next((one for one in _own(tx, incident_id, who) if one.state not in ANSWERED), None)
    if alert is None:
        raise Refused("no_answer_awaited")
    alert.acknowledged_how = DECLINED_HOW
    changed(tx, incident, EventKind.INCIDENT_DECLINED, who.id, alert.id, institution=alert.institution, reason=reason)
    ladder = tx.session.get(Ladder, incident_id)
    if alert.duty == Duty.LEAD and ladder is not None:
        escalate(tx, incident_id, who, reason)


def ask_for_help(tx: Transaction, incident_id: str, who: Identity, text: str) -> None:
    """Report what is needed and make the ladder climb. Raises Refused."""
    report_situation(tx, incident_id, who, text)
    ladder = tx.session.get(Ladder, incident_id)
    if ladder is not None:
        escalate(tx, incident_id, who, text[:200])


def _own(tx: Transaction, incident_id: str, who: Identity) -> list[Alert]:
    told = alerts_to(tx.session, incident_id, who.institution)
    return [one for one in told if not who.unit or one.unit in ("", who.unit)]
