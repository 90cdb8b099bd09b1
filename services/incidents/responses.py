"""Record what institutions answer: acknowledge, seen, situation report, escalate.

Each function works on an open transaction, decides by the row's present state, writes its audit line and puts an event
for the bus into the outbox; docs/lifecycle.md draws the states.
"""

from dataclasses import dataclass

from schemas.records.alerts import Alert, Ladder
from schemas.records.answers import Sitrep
from schemas.records.incidents import Incident
from schemas.rows.answers import SitrepRow
from schemas.vocabulary import ANSWERED, AlertState, Duty, EventKind, IncidentState, LadderStop, chased
from services.incidents import queries
from services.incidents.changes import allowed, changed, escalation_of, move, open_incident, state_of
from services.incidents.urgency import wants_answer
from services.policy.escalation import at_once, stand_still
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction


@dataclass(frozen=True)
class Answer:
    """What an acknowledgement changed; `first` false: the answer given before stands. Seconds from being owed."""

    alert: str
    incident: str
    first: bool
    seconds: int


def _alert_of(tx: Transaction, incident: str, institution: str, who: Identity) -> Alert:
    """Give the alert that somebody answers: of his own unit, for another institution the one that is missed most."""
    alerts = queries.alerts_to(tx.session, incident, institution)
    if who.unit and institution == who.institution:  # nobody answers for the same office elsewhere
        alerts = sorted((one for one in alerts if one.unit in ("", who.unit)), key=lambda one: one.unit != who.unit)
    if not alerts:
        raise Refused("institution_not_alerted")
    return alerts[0]


def _answers_for(who: Identity, institution: str | None, reason: str | None) -> str:
    """Give the institution somebody answers for; raises Refused when that is not theirs to do."""
    for_whom = institution or who.institution
    if for_whom is None:
        raise Refused("account_without_institution")
    if for_whom != who.institution:
        allowed(who, Act.ANSWER_FOR, "proxy_coordinator_only")
        if not (reason or "").strip():
            raise Refused("proxy_needs_reason")
    else:
        allowed(who, Act.ANSWER, "role_cannot_accept")
    return for_whom


def acknowledge(
    tx: Transaction,
    incident_id: str,
    who: Identity,
    *,
    institution: str | None = None,
    how: str = "page",
    reason: str | None = None,
    alert_id: str | None = None,
) -> Answer:
    """Take responsibility for an institution; the lead's stops the ladder, once every other needed one is there.

    A coordinator may answer for another institution with a reason (rules.md 11). Raises Refused.
    """
    incident = open_incident(tx, incident_id)
    for_whom = _answers_for(who, institution, reason)
    alert = tx.session.get(Alert, alert_id) if alert_id else _alert_of(tx, incident_id, for_whom, who)
    if alert is None or alert.incident_id != incident_id or alert.institution != for_whom:
        raise Refused("alert_not_found")
    seconds = round((tx.now - alert.owed_at).total_seconds())
    if alert.state in ANSWERED:
        first = round(((alert.acknowledged_at or tx.now) - alert.owed_at).total_seconds())
        return Answer(alert.id, incident_id, first=False, seconds=first)
    ladder = tx.session.get(Ladder, incident_id)
    lapsed = alert.state == AlertState.LAPSED
    alert.state = AlertState.ACKNOWLEDGED
    alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_how = tx.now, who.id, how
    alert.acknowledged_reason = reason
    alert.remind_at = alert.held_by = None
    if alert.duty == Duty.LEAD:
        if ladder and wants_answer(conflict=incident.conflict):
            since = alert.delivered_at or alert.owed_at
            alert.sitrep_due = escalation_of(tx, ladder).first_sitrep(since, tx.now, lapsed=lapsed)
        if incident.state in (IncidentState.OPEN, IncidentState.VERIFIED):
            incident.state = IncidentState.HANDLED
    if ladder and ladder.stopped is None and not _silent(tx, incident_id):
        move(ladder, stand_still(state_of(ladder), LadderStop.ACKNOWLEDGED))
    facts = {
        "institution": for_whom,
        "unit": alert.unit,
        "duty": alert.duty,
        "how": how,
        "seconds": seconds,
        "reason": reason,
    }
    changed(tx, incident, EventKind.INCIDENT_ACKNOWLEDGED, who.id, alert.id, **facts)
    return Answer(alert.id, incident_id, first=True, seconds=seconds)


def _silent(tx: Transaction, incident: str) -> list[Alert]:
    """Give the alerts whose answer the ladder still waits for."""
    alerts = queries.alerts_of(tx, incident)
    return [one for one in alerts if chased(one.duty, needed=one.needed) and one.state not in ANSWERED]


def see(tx: Transaction, alert_id: str, who: str) -> None:
    """Note that somebody of the institution has opened the incident while signed in."""
    alert = tx.session.get(Alert, alert_id)
    if alert and alert.seen_at is None and alert.state in (AlertState.OWED, AlertState.DELIVERED):
        alert.seen_at, alert.state = tx.now, AlertState.SEEN
        if incident := tx.session.get(Incident, alert.incident_id):
            incident.stamp = tx.audit("alert.seen", who, incident=incident.id, subject=alert_id)


def report_situation(
    tx: Transaction,
    incident_id: str,
    who: Identity,
    text: str,
    *,
    institution: str | None = None,
    acknowledges: bool = True,
) -> str:
    """Keep a sitrep; the first one turns an acknowledgement into a kept promise. Returns its id; raises Refused.

    One that may not acknowledge (its sender can be forged) is kept, and an answer that was never given is still owed.
    A promise that has lapsed was given by an answer that counts: what is kept now fulfils it.
    """
    incident = open_incident(tx, incident_id)
    for_whom = institution or who.institution
    if for_whom is None:
        raise Refused("sitrep_own_institution")
    allowed(who, Act.ANSWER if for_whom == who.institution else Act.ANSWER_FOR, "sitrep_own_institution")
    if not text.strip():
        raise Refused("sitrep_empty")
    alert = _alert_of(tx, incident_id, for_whom, who)
    owed, lapsed = alert.state not in ANSWERED, alert.state == AlertState.LAPSED
    if owed and acknowledges:
        # Whoever reports has plainly taken it on; asking for a second click would only lose the report.
        acknowledge(tx, incident_id, who, institution=for_whom, how="sitrep", reason=text[:200], alert_id=alert.id)
    # By the number of its line too: two of one person in one instant are two.
    sitrep = derived("sitrep", incident_id, for_whom, tx.now.isoformat(), who.id, tx.seq + 1)
    row: SitrepRow = {
        "id": sitrep,
        "incident_id": incident_id,
        "institution": for_whom,
        "by": who.id,
        "at": tx.now,
        "text": text,
    }
    tx.add(Sitrep, [row])
    if owed and not acknowledges and not lapsed:
        changed(tx, incident, EventKind.INCIDENT_REPORTED, who.id, sitrep, institution=for_whom)
        return sitrep
    alert.state, alert.reported_at = AlertState.REPORTED, alert.reported_at or tx.now
    ladder = tx.session.get(Ladder, incident_id)
    alert.sitrep_due = None
    asks = ladder and alert.duty == Duty.LEAD and wants_answer(conflict=incident.conflict)
    if asks and ladder:
        alert.sitrep_due = escalation_of(tx, ladder).next_sitrep(tx.now)
    if lapsed and ladder and ladder.stopped is None and not _silent(tx, incident_id):
        move(ladder, stand_still(state_of(ladder), LadderStop.ACKNOWLEDGED))
    changed(tx, incident, EventKind.INCIDENT_REPORTED, who.id, sitrep, institution=for_whom)
    return sitrep


def escalate(tx: Transaction, incident_id: str, who: Identity, reason: str) -> None:
    """Make the ladder climb at the next tick, whatever its timer says. Raises Refused."""
    incident = open_incident(tx, incident_id)
    allowed(who, Act.ESCALATE, "role_cannot_escalate")
    if not reason.strip():
        raise Refused("escalation_needs_reason")
    ladder = tx.session.get(Ladder, incident_id)
    if ladder is None:
        raise Refused("no_ladder")
    if not escalation_of(tx, ladder).clock.ladder:
        raise Refused("ladder_has_no_rungs")
    move(ladder, at_once(state_of(ladder), tx.now))
    changed(tx, incident, EventKind.INCIDENT_ESCALATION_ASKED, who.id, reason=reason)
