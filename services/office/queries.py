"""Ask the store for what the office counts and keeps."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from schemas.district import District
from schemas.office.records import Ask, Meeting, Ormas
from schemas.records import Alert, Incident, Journal, Person
from schemas.vocabulary import Duty, EventKind
from services.incidents.urgency import ARCHIVE, came_as_history
from services.office.figures import Case, Checkpoint, Figures, Line, Period, Told, at_instant, figures_of
from services.security.auth import Identity
from services.store.transaction import Session

AT_ONCE = 500  # ids in one statement
KINDS = tuple(kind.value for kind in EventKind if kind.startswith("incident."))


def figures(
    session: Session,
    period: Period,
    district: District,
    *,
    as_of: datetime | None = None,
    hidden: Collection[str] = (),
) -> Figures:
    """Count the incidents of a period as they stood at `as_of` (its end by default); the same again whenever asked."""
    moment = as_of or period.end
    found = _cases(session, period)
    lines = _lines(session, [case.id for case in found])
    cases = [case for one in found if (case := at_instant(one, lines.get(one.id, ()), moment)) is not None]
    return figures_of(
        cases,
        _leads(session, [case.id for case in cases]),
        period,
        moment,
        district,
        hidden=hidden,
        checkpoint=checkpoint_at(session, moment),
    )


def checkpoint_at(session: Session, moment: datetime) -> Checkpoint:
    """Give the audit log's last line at an instant."""
    query = select(col(Journal.seq), col(Journal.hash)).where(col(Journal.at) <= moment)
    row = session.execute(query.order_by(col(Journal.seq).desc()).limit(1)).first()
    return Checkpoint(row[0], row[1]) if row else Checkpoint()


def _cases(session: Session, period: Period) -> list[Case]:
    """Give the incidents that count in a period, exercises left out, as they stand now.

    What came as history was closed in the instant it was opened, and counts when it happened.
    """
    history = and_(col(Incident.close_reason) == ARCHIVE, col(Incident.occurred_start).is_not(None))
    opened = and_(col(Incident.opened_at) >= period.start, col(Incident.opened_at) < period.end)
    occurred = and_(col(Incident.occurred_start) >= period.start, col(Incident.occurred_start) < period.end)
    query = select(Incident).where(~col(Incident.exercise), or_(opened, and_(history, occurred)))
    found = []
    for row in session.scalars(query.order_by(col(Incident.opened_at), col(Incident.id))):
        archived = came_as_history(row.opened_at, row.closed_at, row.close_reason)
        found.append(
            Case(
                id=row.id,
                at=row.occurred_start or row.opened_at if archived else row.opened_at,
                issue=row.issue,
                form=row.form,
                level=row.level,
                kecamatan=row.kecamatan,
                state=row.state,
                conflict=row.conflict,
                reports=row.reports,
            )
        )
    return found


def _lines(session: Session, incidents: Sequence[str]) -> dict[str, list[Line]]:
    """Give the audit lines of changes of incidents, by incident, in order."""
    found: dict[str, list[Line]] = defaultdict(list)
    columns = (col(Journal.incident_id), col(Journal.seq), col(Journal.at), col(Journal.kind), col(Journal.data))
    for start in range(0, len(incidents), AT_ONCE):
        some = incidents[start : start + AT_ONCE]
        query = select(*columns).where(col(Journal.incident_id).in_(some), col(Journal.kind).in_(KINDS))
        rows: Any = session.execute(query.order_by(col(Journal.seq)))
        for incident, seq, at, kind, data in rows:
            found[incident].append(Line(seq, at, kind, data))
    return found


def _leads(session: Session, incidents: Sequence[str]) -> list[Told]:
    """Give what the leads of incidents were told."""
    found: list[Told] = []
    columns = (
        col(Alert.incident_id),
        col(Alert.institution),
        col(Alert.delivered_at),
        col(Alert.ack_due),
        col(Alert.acknowledged_at),
    )
    for start in range(0, len(incidents), AT_ONCE):
        some = incidents[start : start + AT_ONCE]
        rows: Any = session.execute(
            select(*columns).where(col(Alert.incident_id).in_(some), col(Alert.duty) == Duty.LEAD)
        )
        found += [Told(*row) for row in rows]
    return found


def incident(session: Session, id_: str) -> Incident | None:
    """Return an incident."""
    return session.get(Incident, id_)


def told_of(session: Session, who: Identity, incident_id: str, *, oversees: bool) -> bool:
    """Say whether somebody's institution was told of an incident, or oversees all."""
    if oversees:
        return True
    query = select(col(Alert.id)).where(
        col(Alert.incident_id) == incident_id, col(Alert.institution) == (who.institution or "")
    )
    return session.execute(query.limit(1)).first() is not None


def highest_clearance(session: Session, institution: str) -> int:
    """Give the highest clearance of an institution's active people; 0 where there is nobody."""
    query = select(func.max(col(Person.clearance))).where(col(Person.institution) == institution, col(Person.active))
    return session.scalar(query) or 0


def due_asks(session: Session, now: datetime, most: int = 100) -> Sequence[Ask]:
    """Return unanswered asks of which somebody is told now, those first that wait longest."""
    query = select(Ask).where(col(Ask.next_at) <= now, col(Ask.answered_at).is_(None))
    return session.scalars(query.order_by(col(Ask.next_at)).limit(most)).all()


def ormas_of(session: Session, number: str) -> Ormas | None:
    """Return an ormas of the register."""
    return session.get(Ormas, number)


def meeting(session: Session, id_: str) -> Meeting | None:
    """Return a meeting."""
    return session.get(Meeting, id_)


def all_ormas(session: Session) -> Sequence[Ormas]:
    """Return the register, by name."""
    return session.scalars(select(Ormas).order_by(col(Ormas.name))).all()
