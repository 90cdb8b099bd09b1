"""Ask the store what policies are tried on: reports, incidents, and which services run the rules."""

from collections.abc import Iterable

from sqlmodel import col, select

from schemas.records.incidents import Incident
from schemas.records.reports import Report, ReportSource
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Origin
from services.store.transaction import Session


def real_reports(session: Session) -> Iterable[tuple[Report, str | None]]:
    """Return every report that is no exercise with its reporter, in the order of filing."""
    query = (
        select(Report, ReportSource.reporter)
        .join(ReportSource, col(ReportSource.report_id) == col(Report.id), isouter=True)
        .where(col(Report.exercise).is_(False))
        .order_by(col(Report.filed_at), col(Report.id))
    )
    return session.exec(query)


def all_incidents(session: Session) -> list[IncidentRow]:
    """Return every incident that people reported as a row."""
    return [
        incident.as_row() for incident in session.exec(select(Incident).where(Incident.origin == Origin.REPORTS.value))
    ]
