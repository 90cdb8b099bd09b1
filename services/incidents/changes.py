"""Find an incident that may be changed, and record a change: stamp, audit line, outbox event."""

from typing import Any
from uuid import UUID

from schemas.messages import IncidentEvent
from schemas.records import Incident, Outbox
from schemas.rows import OutboxRow
from schemas.vocabulary import OPEN_STATES, AlertReason, IncidentState, Level
from services.security.refusal import Refused
from services.store.transaction import Transaction

REOPENED = "incident.reopened"
VERIFIED = "incident.verified"
MERGED = "incident.merged"  # journal kind that a split looks back to
CLOSED = "closed"  # why a ladder stands still whose incident was settled or dismissed


def open_incident(tx: Transaction, id_: str) -> Incident:
    """Give an incident that may still be acted on; raises Refused."""
    incident = find_incident(tx, id_)
    if incident.state not in OPEN_STATES:
        raise Refused("state", "Peristiwa sudah ditutup.")
    return incident


def changed(
    tx: Transaction, incident: Incident, kind: str, actor: str, subject: str | None = None, /, **data: Any
) -> None:
    """Stamp the incident, write the journal line, owe the bus its event."""
    incident.revision += 1
    incident.changed_at = tx.now
    incident.stamp = tx.audit(kind, actor, incident=incident.id, subject=subject, **data)
    closed = incident.state in (IncidentState.SETTLED, IncidentState.DISMISSED)
    event = IncidentEvent(
        incident=UUID(incident.id),
        revision=incident.revision,
        reason=AlertReason.CLOSED if closed else AlertReason.CHANGED,
        level=Level(incident.level),
    )
    body = event.model_dump(mode="json")
    place = f"{(incident.kabupaten or '00').replace('.', '')}.{(incident.kecamatan or '00')[-2:]}"
    row: OutboxRow = {
        "id": f"{incident.id}:{incident.revision}",
        "subject": f"{kind}.{place}",
        "kind": kind,
        "body": body,
    }
    row["made_at"] = tx.now
    tx.add(Outbox, [row])


def find_incident(tx: Transaction, id_: str) -> Incident:
    """Return an incident that may be changed; raise Refused `not_found` where there is none."""
    incident = tx.session.get(Incident, id_)
    if incident is None:
        raise Refused("not_found", "Peristiwa tidak ditemukan.")
    return incident
