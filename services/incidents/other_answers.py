"""Record what an institution may say besides "we take it": not ours, we need help, a colleague does it, it was a slip.

None of these counts as an answer: the ladder goes on, or begins again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.district import District
from schemas.records.alerts import Alert, Ladder
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import ANSWERED, AlertState, Duty, EventKind, IncidentState, chased
from services.incidents.access import Reach, hidden_issues, named_persons_only, reach
from services.incidents.changes import changed, escalation_of, move, open_incident, state_of
from services.incidents.queries import alerts_of, alerts_to, hand_over_lines, lines_of, told_of_handing
from services.incidents.responses import escalate, report_situation
from services.incidents.urgency import wants_answer
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
    """One handing over: by whom, to whom, when; whether it was taken back after the colleague had been told of it."""

    by: str
    to: str
    at: datetime
    taken_back: bool = False


class Standing(NamedTuple):
    """What was handed over or taken back means for one who is on duty: a key of words, by whom it was taken back."""

    word: str
    by: str = ""


def withdraw(tx: Transaction, incident_id: str, who: Identity) -> None:
    """Take an acknowledgement back: one's own, within a minute, before anything was reported. Raises Refused.

    The alert is as it was, and so is the incident. Where the ladder waits for this answer it climbs when that would
    have been due, and the alert is reminded as before.
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
    if ladder and wants_answer(conflict=incident.conflict) and chased(alert.duty, needed=alert.needed):
        since = alert.delivered_at or alert.owed_at
        alert.remind_at = escalation_of(tx, ladder).reminder(since, alert.reminders)
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
    issue, second = incident.issue, incident.issue_secondary
    if hidden or reach(reader, issue, district, redacted=alert.redacted, second=second) == Reach.MASKED:
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
        person = tx.session.get(Person, to)
        same = person is not None and person.institution == alert.institution
        raise Refused("handover_role" if same else "handover_other_office")  # of the office, and told nothing
    if why := objection(officer, incident, alert, district, roster, tx.now):
        raise why
    if (alert.handed_to, alert.handed_by) == (to, who.id):
        return  # the same tap again
    alert.handed_to, alert.handed_by, alert.handed_at = to, who.id, tx.now
    facts = {"institution": alert.institution, "unit": alert.unit, "to": to}
    changed(tx, incident, EventKind.INCIDENT_HANDED_OVER, who.id, alert.id, **facts)


def take_back(tx: Transaction, incident_id: str, who: Identity) -> None:
    """Take back what one handed over: within a minute, and before anybody has answered. Raises Refused.

    What was handed over before holds again. Notify tells the colleague that he need not answer, and `still_asked` keeps
    to it; `handed_at` stays set, so that it is known without a look at the audit log that there is something to keep.
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
    before = [one for one in standing(handings(tx.session, alert.id, incident_id, alert.owed_at)) if one.at < since]
    if before:
        alert.handed_by, alert.handed_to, alert.handed_at = before[-1].by, before[-1].to, before[-1].at
    else:
        alert.handed_by, alert.handed_to, alert.handed_at = None, None, tx.now
    changed(tx, incident, EventKind.INCIDENT_HAND_OVER_WITHDRAWN, who.id, alert.id, **facts)


def handings(session: Session, alert_id: str, incident_id: str, since: datetime) -> list[Handing]:
    """Give what was handed over of an alert since it came to be owed, oldest first.

    What was taken back before the colleague was told of it is left out: to him it never was.
    """
    found: list[Handing] = []
    for line in hand_over_lines(session, incident_id, alert_id, since):
        if line.kind == EventKind.INCIDENT_HANDED_OVER:
            found.append(Handing(line.actor, line.data["to"], line.at))
        elif mine := [at for at, one in enumerate(found) if one.by == line.actor and not one.taken_back]:
            found[mine[-1]] = found[mine[-1]]._replace(taken_back=True)
    told = told_of_handing(session, alert_id) if len(standing(found)) < len(found) else {}
    return [one for one in found if not one.taken_back or (one.to in told and told[one.to] >= one.at)]


def standing(handed: Sequence[Handing]) -> list[Handing]:
    """Give what was not taken back."""
    return [one for one in handed if not one.taken_back]


def given_away(handed: Sequence[Handing]) -> frozenset[str]:
    """Give who has handed over what was asked, and was not handed it again since.

    >>> at = datetime(2026, 11, 23)
    >>> sorted(given_away([Handing("a", "b", at), Handing("b", "c", at)]))
    ['a', 'b']
    >>> sorted(given_away([Handing("a", "b", at), Handing("b", "a", at)]))
    ['b']
    """
    found: set[str] = set()
    for one in standing(handed):
        found.add(one.by)
        found.discard(one.to)
    return frozenset(found)


def spared(handed: Sequence[Handing]) -> dict[str, str]:
    """Give who was told that he need not answer because a colleague has taken it back, and that colleague.

    >>> at = datetime(2026, 11, 23)
    >>> spared([Handing("a", "b", at, taken_back=True)])
    {'b': 'a'}
    >>> spared([Handing("a", "b", at, taken_back=True), Handing("a", "b", at)])
    {}
    >>> spared([Handing("c", "b", at), Handing("a", "b", at, taken_back=True)])
    {}
    """
    last = {one.to: one for one in handed}
    holder = next((one.to for one in reversed(handed) if not one.taken_back), None)
    return {to: one.by for to, one in last.items() if one.taken_back and to != holder}


def is_late(state: str, ack_due: datetime | None, now: datetime) -> bool:
    """Say whether an answer that was expected has not come in time, or was no more than a promise that lapsed."""
    return state not in ANSWERED and (state == AlertState.LAPSED or (ack_due is not None and ack_due <= now))


def still_asked(on_duty: Collection[str], handed: Sequence[Handing], *, late: bool = False) -> frozenset[str]:
    """Give who of those on duty is asked: whoever has not handed it over and was not told that he need not answer.

    He who was told so is asked again when the answer is `late`, when the colleague who took it back is not on duty, or
    when there is nobody else; whoever has handed it over is so in this last case alone.

    >>> at = datetime(2026, 11, 23)
    >>> sorted(still_asked(["a", "b", "c"], [Handing("a", "b", at), Handing("b", "c", at)]))
    ['c']
    >>> sorted(still_asked(["a"], [Handing("a", "b", at)]))
    ['a']
    >>> back = [Handing("a", "b", at, taken_back=True)]
    >>> sorted(still_asked(["a", "b"], back)), sorted(still_asked(["b", "c"], back))
    (['a'], ['b', 'c'])
    >>> sorted(still_asked(["a", "b"], back, late=True))
    ['a', 'b']
    """
    there = frozenset(on_duty)
    willing = there.difference(given_away(handed))
    asleep = set() if late else {to for to, by in spared(handed).items() if by in there}
    return willing.difference(asleep) or willing or there


def standing_of(
    session: Session, district: District, incident_id: str, who: Identity, roster: Roster, now: datetime
) -> Standing | None:
    """Say what somebody should know of handing over and taking back: why he is asked again, or is not asked.

    None where it concerns him no further: he is asked as anybody, or has handed it over.
    """
    incident, alert = session.get(Incident, incident_id), _handed(session, incident_id, who)
    if incident is None or alert is None or alert.handed_at is None:
        return None
    handed = handings(session, alert.id, incident_id, alert.owed_at)
    on_duty = roster.reached(alert.institution, alert.unit or None, now, *named_persons_only(incident, district))
    late = is_late(alert.state, alert.ack_due, now)
    asked = who.id in still_asked([one.id for one in on_duty], handed, late=late)
    if who.id in given_away(handed):
        return Standing("handed_again") if asked else None
    if (by := spared(handed).get(who.id)) is None:
        return None
    person = session.get(Person, by)
    return Standing("spared_again" if asked else "spared", person.name if person else by)


def _handed(session: Session, incident_id: str, who: Identity) -> Alert | None:
    """Give the alert that somebody may hand over: what informs asks for nothing."""
    return next((one for one in _own(session, incident_id, who) if one.duty != Duty.INFORM), None)


def _own(session: Session, incident_id: str, who: Identity) -> list[Alert]:
    told = alerts_to(session, incident_id, who.institution)
    return [one for one in told if not who.unit or one.unit in ("", who.unit)]
