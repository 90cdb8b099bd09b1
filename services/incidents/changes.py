"""Find an incident that may be changed, and record a change: stamp, audit line, outbox event; move its ladder."""

from typing import Any
from uuid import UUID

from schemas.messages import IncidentEvent
from schemas.policy.clocks import Clock
from schemas.records.alerts import Ladder
from schemas.records.incidents import Incident
from schemas.records.running import Outbox
from schemas.rows.running import OutboxRow
from schemas.vocabulary import CLOSED_STATES, OPEN_STATES, AlertReason, EventKind, Level
from services.bus import incident_event
from services.policy.escalation import Escalation, LadderState
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.security.refusal import Refused
from services.store.transaction import Transaction


def allowed(who: Identity, act: Act, code: str) -> None:
    """Refuse, with this code, what the table of roles and acts does not allow `who`."""
    if not may(who.role, act, program=who.program):
        raise Refused("program_decides_nothing" if who.program else code)


def open_incident(tx: Transaction, id_: str) -> Incident:
    """Give an incident that may still be acted on; raises Refused."""
    incident = find_incident(tx, id_)
    if incident.state not in OPEN_STATES:
        raise Refused("incident_closed")
    return incident


def changed(
    tx: Transaction, incident: Incident, kind: EventKind, actor: str, subject: str | None = None, /, **data: Any
) -> None:
    """Stamp the incident, write the journal line, owe the bus its event."""
    incident.revision += 1
    incident.changed_at = tx.now
    incident.stamp = tx.audit(kind, actor, incident=incident.id, subject=subject, **data)
    reason = AlertReason.REOPENED if kind == EventKind.INCIDENT_REOPENED else AlertReason.CHANGED
    event = IncidentEvent(
        incident=UUID(incident.id),
        revision=incident.revision,
        reason=AlertReason.CLOSED if incident.state in CLOSED_STATES else reason,
        level=Level(incident.level),
    )
    owed = incident_event(kind, event, incident.kabupaten, incident.kecamatan)
    body = event.model_dump(mode="json")
    row: OutboxRow = {"id": owed.id, "subject": owed.subject, "kind": kind.value, "body": body, "made_at": tx.now}
    tx.add(Outbox, [row])


def find_incident(tx: Transaction, id_: str) -> Incident:
    """Return an incident that may be changed; raise Refused `not_found` where there is none."""
    incident = tx.session.get(Incident, id_)
    if incident is None:
        raise Refused("incident_not_found")
    return incident


def state_of(ladder: Ladder) -> LadderState:
    """Return where a ladder stands, as policy reckons with it."""
    return LadderState(ladder.step, ladder.loops, ladder.next_at, ladder.stopped, ladder.started_at)


def escalation_of(tx: Transaction, ladder: Ladder) -> Escalation:
    """Give the deadlines and the ladder of the clock that rides with an incident."""
    return Escalation(Clock.model_validate(ladder.policy), tx.pace)


def move(ladder: Ladder, state: LadderState) -> None:
    """Set a ladder to where it stands now."""
    for name, value in state.columns().items():
        setattr(ladder, name, value)
