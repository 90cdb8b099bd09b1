"""Ask the store for what is kept of a report's source."""

from dataclasses import dataclass

from schemas.records.incidents import Incident
from schemas.records.reports import Report, ReportSource
from services.sources.queries import person_of, wrapped_key
from services.store.transaction import Session


@dataclass(frozen=True)
class Kept:
    """A report of an incident, and what is kept of who told it."""

    incident: Incident
    report: Report
    source: ReportSource
    wrapped: str | None
    person: str | None


def kept(session: Session, incident: str, report: str) -> Kept | None:
    """Return what is kept of a report's source; None where the report is not one of this incident."""
    found, told = session.get(Incident, incident), session.get(Report, report)
    source = session.get(ReportSource, report)
    if found is None or told is None or source is None or (told.folded_into or told.incident_id) != incident:
        return None
    return Kept(found, told, source, wrapped_key(session, report), person_of(session, report))
