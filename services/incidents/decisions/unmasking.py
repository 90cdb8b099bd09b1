"""Let an officer read what is hidden in one report, for a reason that is written into the audit log."""

from dataclasses import dataclass

from schemas.records.reports import Report
from services.incidents.changes import allowed, find_incident
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Transaction


@dataclass(frozen=True)
class Unmasked:
    """A report's words as they were written."""

    report: str
    text: str
    opinion: str | None = None


def unmask(tx: Transaction, incident_id: str, report_id: str, who: Identity, reason: str) -> Unmasked:
    """Give a report of this incident without its dots; the line says who read it and why. Raises Refused."""
    incident = find_incident(tx, incident_id)
    allowed(who, Act.UNMASK, "role_cannot_unmask")
    if not reason.strip():
        raise Refused("unmask_needs_reason")
    report = tx.session.get(Report, report_id)
    if report is None or (report.folded_into or report.incident_id) != incident.id:
        raise Refused("report_not_here")
    tx.audit("report.unmasked", who.id, incident=incident.id, subject=report.id, reason=reason.strip())
    return Unmasked(report.id, report.text, report.told.get("opinion"))
