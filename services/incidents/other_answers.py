"""Record what an institution may say besides "we take it": not ours, we need help, a colleague does it, it was a slip.

None of these counts as an answer: the ladder goes on, or begins again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.district import District
from schemas.records import Alert, Incident, Ladder, Person
from schemas.vocabulary import ANSWERED, AlertState, Duty, EventKind, IncidentState
from services.incidents.access import Reach, hidden_issues, named_persons_only, reach
from services.incidents.changes import changed, move, open_incident, state_of
from services.incidents.queries import alerts_of, alerts_to, hand_over_lines, lines_of
from services.incidents.responses import escalate, report_situation
from services.oncall.roster import Officer, Roster
from services.oncall.schedule import roster_of
from services.policy.escalation import wait_again
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

SLIP = timedelta(seconds=60)  # in which the one who tapped may take it back
DECLINED_HOW = "declined"  # stands where "how" it was answered stands, until it is answered or owed anew


class Handing(NamedTuple):
    """One handing over that was not taken back: by whom, to whom, when."""

    by: str
    to: str
    at: datetime


def withdraw(tx: Transaction, incident_id: str, who: Identity) -> None:
    """Take an acknowledgement back: one's own, within a minute, before anything was reported. Raises Refused.

    The alert is as it was, and so is the incident; the ladder climbs when the answer would have been due.
    """
    incident = open_incident(tx, incident_id)
    mine = [one for one in _own(tx.session, incident_id, who) if one.acknowledged_by == who.id]
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
    alert = next((one for one in _own(tx.session, incident_id, who) if one.state not in ANSWERED), None)
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


def takers(
    session: Session, district: District, incident_id: str, who: Identity, roster: Roster, now: datetime
) -> list[Officer]:
    """Give the colleagues on duty to whom somebody may hand over what is asked of them; empty when nothing is."""
    incident = session.get(Incident, incident_id)
    alert = _handed(session, incident_id, who) if incident else None
    if incident is None or alert is None:
        return []
    here = [one for one in roster.people if one.institution == alert.institution and one.id != who.id]
    found = [one for one in here if objection(one, incident, alert, district, roster, now) is None]
    return sorted(found, key=lambda one: (one.name, one.id))


def objection(
    officer: Officer, incident: Incident, alert: Alert, district: District, roster: Roster, now: datetime
) -> Refused | None:
    """Give the refusal of handing over to somebody; None when nothing speaks against it."""
    if officer.institution != alert.institution or officer.unit not in ("", alert.unit):
        return Refused("handover_other_office")
    if not may(officer.role, Act.ANSWER):
        return Refused("handover_role")
    reader = Identity(
        officer.id,
        officer.name,
        officer.role,
        officer.institution,
        clearance=int(officer.clearance),
        named_for=officer.named_for,
    )
    hidden = {incident.issue, incident.issue_secondary}.intersection(hidden_issues(reader, district))
    if hidden or reach(reader, incident.issue, district, redacted=alert.redacted) == Reach.MASKED:
        return Refused("handover_clearance")
    on_duty = roster.reached(alert.institution, alert.unit or None, now, *named_persons_only(incident, district))
    return None if officer in on_duty else Refused("handover_not_on_shift")


def hand_over(tx: Transaction, district: District, incident_id: str, who: Identity, to: str) -> None:
    """Let a colleague on duty be asked in one's own stead; the institution owes its answer as before. Raises Refused.

    Notify tells him at once. It holds while he is on duty, until somebody else is handed it or it is owed anew.
    """
    incident = open_incident(tx, incident_id)
    alert = _handed(tx.session, incident_id, who)
    if alert is None:
        raise Refused("handover_nothing_owed")
    if to == who.id:
        raise Refused("handover_to_self")
    roster = roster_of(tx.session, now=tx.now)
    officer = next((one for one in roster.people if one.id == to), None)
    if officer is None:
        raise Refused("handover_other_office")
    if why := objection(officer, incident, alert, district, roster, tx.now):
        raise why
    if (alert.handed_to, alert.handed_by) == (to, who.id):
        return  # the same tap again
    alert.handed_to, alert.handed_by, alert.handed_at = to, who.id, tx.now
    facts = {"institution": alert.institution, "unit": alert.unit, "to": to}
    changed(tx, incident, EventKind.INCIDENT_HANDED_OVER, who.id, alert.id, **facts)


def take_back(tx: Transaction, incident_id: str, who: Identity) -> None:
    """Take back what one handed over: within a minute, and before anybody has answered. Raises Refused.

    What was handed over before holds again. Notify tells the colleague that he need not answer.
    """
    incident = open_incident(tx, incident_id)
    alert = next((one for one in _own(tx.session, incident_id, who) if one.handed_by == who.id), None)
    if alert is None or alert.handed_at is None:
        raise Refused("nothing_handed_over")
    if tx.now - alert.handed_at > SLIP:
        raise Refused("undo_too_late")
    if alert.acknowledged_at is not None and alert.acknowledged_at >= alert.handed_at:
        answered = tx.session.get(Person, alert.acknowledged_by or "")
        raise Refused("handover_answered", name=answered.name if answered else alert.acknowledged_by or "-")
    since = alert.handed_at
    facts = {"institution": alert.institution, "unit": alert.unit, "to": alert.handed_to, "since": since.isoformat()}
    before = [one for one in handings(tx.session, alert.id, incident_id, alert.owed_at) if one.at < since]
    alert.handed_by, alert.handed_to, alert.handed_at = before[-1] if before else (None, None, None)
    changed(tx, incident, EventKind.INCIDENT_HAND_OVER_WITHDRAWN, who.id, alert.id, **facts)


def handings(session: Session, alert_id: str, incident_id: str, since: datetime) -> list[Handing]:
    """Give what was handed over of an alert since it came to be owed, oldest first, without what was taken back."""
    found: list[Handing] = []
    for line in hand_over_lines(session, incident_id, alert_id, since):
        if line.kind == EventKind.INCIDENT_HANDED_OVER:
            found.append(Handing(line.actor, line.data["to"], line.at))
        elif mine := [one for one in found if one.by == line.actor]:
            found.remove(mine[-1])
    return found


def given_away(handed: Sequence[Handing]) -> frozenset[str]:
    """Give who has handed over what was asked, and was not handed it again since.

    >>> at = datetime(2026, 11, 23)
    >>> sorted(given_away([Handing("a", "b", at), Handing("b", "c", at)]))
    ['a', 'b']
    >>> sorted(given_away([Handing("a", "b", at), Handing("b", "a", at)]))
    ['b']
    """
    found: set[str] = set()
    for one in handed:
        found.add(one.by)
        found.discard(one.to)
    return frozenset(found)


def still_asked(on_duty: Collection[str], handed: Sequence[Handing]) -> frozenset[str]:
    """Give who of those on duty is asked: whoever has not handed it over, or all of them where there is nobody else.

    >>> at = datetime(2026, 11, 23)
    >>> sorted(still_asked(["a", "b", "c"], [Handing("a", "b", at), Handing("b", "c", at)]))
    ['c']
    >>> sorted(still_asked(["a"], [Handing("a", "b", at)]))
    ['a']
    """
    return frozenset(on_duty).difference(given_away(handed)) or frozenset(on_duty)


def asked_again(
    session: Session, district: District, incident_id: str, who: Identity, roster: Roster, now: datetime
) -> bool:
    """Say whether somebody is asked though he has handed over, because no other colleague is on duty."""
    incident, alert = session.get(Incident, incident_id), _handed(session, incident_id, who)
    if incident is None or alert is None or alert.handed_to is None:
        return False
    handed = handings(session, alert.id, incident_id, alert.owed_at)
    on_duty = roster.reached(alert.institution, alert.unit or None, now, *named_persons_only(incident, district))
    return who.id in given_away(handed) & still_asked([one.id for one in on_duty], handed)


def _handed(session: Session, incident_id: str, who: Identity) -> Alert | None:
    """Give the alert that somebody may hand over: what informs asks for nothing."""
    return next((one for one in _own(session, incident_id, who) if one.duty != Duty.INFORM), None)


def _own(session: Session, incident_id: str, who: Identity) -> list[Alert]:
    told = alerts_to(session, incident_id, who.institution)
    return [one for one in told if not who.unit or one.unit in ("", who.unit)]
