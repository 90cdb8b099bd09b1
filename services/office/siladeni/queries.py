"""Ask the store what became of reports, and what Siladeni was given already."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from schemas.office.records import HandedOver, Pulled
from schemas.records.alerts import Alert
from schemas.records.answers import Sitrep
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import AlertState, Duty
from services.incidents.lifecycle import status_word
from services.office.siladeni.export import Answered, Said
from services.store.transaction import Session

AT_ONCE = 500  # ids in one statement
MERGES = 20  # steps from a merged incident to the one that holds it now


def answered_reports(session: Session, issues: Collection[str]) -> list[Answered]:
    """Give every report that may leave with what became of it, the first filed first.

    Exercises and reports of other issues than these stay, also where only the second issue is another one.
    """
    reports = session.scalars(
        select(Report).where(~col(Report.exercise)).order_by(col(Report.filed_at), col(Report.id))
    )
    found = reports.all()
    incidents = _incidents(session)
    whose = {one.id: _now(incidents, one.folded_into or one.incident_id) for one in found}
    ids = sorted({one.id for one in whose.values() if one is not None})
    told, led = _alerts(session, ids)
    said = _sitreps(session, ids)
    answers = []
    for report in found:
        incident = whose[report.id]
        if incident is None or {incident.issue, incident.issue_secondary} - {None} - set(issues):
            continue
        status = status_word(incident.state, told=incident.id in told)
        moments = {
            "Selesai": incident.closed_at,
            "Ditolak": incident.closed_at,
            "Ditindaklanjuti": led.get(incident.id),
        }
        answers.append(
            Answered(
                report=report.id,
                notes=report.notes,
                filed_at=report.filed_at,
                observed_at=report.observed_at,
                issue=incident.issue,
                form=incident.form,
                level=incident.level,
                kecamatan=incident.kecamatan,
                desa=incident.desa,
                status=status,
                status_at=moments.get(status) or report.filed_at,
                said=tuple(sorted(said[incident.id], key=lambda one: one.at)),
            )
        )
    return answers


def _incidents(session: Session) -> dict[str, Incident]:
    return {one.id: one for one in session.scalars(select(Incident).where(~col(Incident.exercise)))}


def _now(incidents: dict[str, Incident], id_: str) -> Incident | None:
    """Give the incident that holds a report now: merged ones lead on."""
    found = incidents.get(id_)
    for _ in range(MERGES):
        if found is None or found.merged_into is None:
            return found
        found = incidents.get(found.merged_into)
    return found


def _alerts(session: Session, ids: Sequence[str]) -> tuple[set[str], dict[str, datetime]]:
    """Give the incidents of which somebody was told, and when the lead of each accepted."""
    told: set[str] = set()
    led: dict[str, datetime] = {}
    columns = (col(Alert.incident_id), col(Alert.duty), col(Alert.state), col(Alert.acknowledged_at))
    for start in range(0, len(ids), AT_ONCE):
        rows: Any = session.execute(select(*columns).where(col(Alert.incident_id).in_(ids[start : start + AT_ONCE])))
        for incident, duty, state, acknowledged_at in rows:
            if state != AlertState.OWED:
                told.add(incident)
            if duty == Duty.LEAD and acknowledged_at:
                led[incident] = acknowledged_at
    return told, led


def _sitreps(session: Session, ids: Sequence[str]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        query = select(Sitrep).where(col(Sitrep.incident_id).in_(ids[start : start + AT_ONCE]))
        for one in session.scalars(query.order_by(col(Sitrep.at), col(Sitrep.id))):
            found[one.incident_id].append(Said(one.institution, one.at, one.text))
    return found


def handed_over(session: Session) -> dict[str, str]:
    """Give the digests of what Siladeni was given, by report."""
    rows: Any = session.execute(select(col(HandedOver.report_id), col(HandedOver.digest)))
    return {report: digest for report, digest in rows}  # noqa: C416 - rows are not tuples to the type checker


def pulled(session: Session, digest: str) -> Pulled | None:
    """Return a file that was taken in, by its content."""
    return session.get(Pulled, digest)


def last_cursor(session: Session) -> str:
    """Return where the source goes on from; "" at the beginning."""
    query = select(col(Pulled.cursor)).where(col(Pulled.cursor) != "").order_by(col(Pulled.at).desc(), col(Pulled.id))
    return session.scalar(query.limit(1)) or ""
