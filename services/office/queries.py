"""Ask the store for what the office counts and keeps."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from schemas.district import District
from schemas.office.records import Ask, Document, ForumInput, Meeting, Ormas, OrmasLink, SurveyAnswer
from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.records.warnings import EarlyWarning
from schemas.vocabulary import OPEN_STATES, Duty, EventKind, IncidentState, Origin
from services.incidents.accusations import accused_in
from services.incidents.queries import of_issues
from services.incidents.urgency import ARCHIVE, came_as_history
from services.office.figures import Case, Checkpoint, Figures, Line, Period, Told, at_instant, figures_of
from services.office.papers.minutes import OpenIncident
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
    only: Collection[str] | None = None,
) -> Figures:
    """Count the incidents of a period as they stood at `as_of` (its end by default); the same again whenever asked.

    What is filed as history afterwards joins the period in which it happened, as it was filed.
    """
    moment = as_of or period.end
    found = _cases(session, period)
    lines = lines_of(session, [case.id for case in found])
    cases = []
    for one in found:
        own = lines.get(one.id, [])
        filed = own[0].at if one.history and own else moment
        if (case := at_instant(one, own, max(filed, moment))) is not None:
            cases.append(case)
    return figures_of(
        cases,
        _leads(session, [case.id for case in cases]),
        period,
        moment,
        district,
        hidden=hidden,
        only=only,
        checkpoint=checkpoint_at(session, moment),
    )


def checkpoint_at(session: Session, moment: datetime) -> Checkpoint:
    """Give the audit log's last sealed line at an instant."""
    query = select(col(Journal.seq), col(Journal.hash)).where(col(Journal.at) <= moment, col(Journal.hash) != "")
    row = session.execute(query.order_by(col(Journal.seq).desc()).limit(1)).first()
    return Checkpoint(row[0], row[1]) if row else Checkpoint()


def _cases(session: Session, period: Period) -> list[Case]:
    """Give the incidents that count in a period, exercises left out, as they stand now.

    What came as history was closed in the instant it was opened, and counts when it happened.
    """
    history = and_(col(Incident.close_reason) == ARCHIVE, col(Incident.occurred_start).is_not(None))
    opened = and_(col(Incident.opened_at) >= period.start, col(Incident.opened_at) < period.end)
    occurred = and_(col(Incident.occurred_start) >= period.start, col(Incident.occurred_start) < period.end)
    reported = col(Incident.origin) == Origin.REPORTS.value  # a warning is no incident
    query = select(Incident).where(~col(Incident.exercise), reported, or_(opened, and_(history, occurred)))
    found = []
    for row in session.scalars(query.order_by(col(Incident.opened_at), col(Incident.id))):
        archived = came_as_history(row.opened_at, row.closed_at, row.close_reason)
        at = row.occurred_start or row.opened_at if archived else row.opened_at
        found.append(case_of(row, at, history=archived))
    return found


def case_of(row: Any, at: datetime, *, history: bool = False) -> Case:
    """Give an incident as it stands now, from a row with at least these columns; `at` is when it counts."""
    return Case(
        id=row.id,
        at=at,
        issue=row.issue,
        form=row.form,
        level=row.level,
        kecamatan=row.kecamatan,
        state=row.state,
        conflict=row.conflict,
        reports=row.reports,
        history=history,
        second=row.issue_secondary,
    )


def lines_of(session: Session, incidents: Sequence[str]) -> dict[str, list[Line]]:
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
        col(Alert.owed_at),
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


def has_line(session: Session, incident: str | None, kind: str, subject: str) -> bool:
    """Say whether an incident has an audit line of a kind about a subject."""
    query = select(col(Journal.seq)).where(
        col(Journal.incident_id) == incident, col(Journal.kind) == kind, col(Journal.subject_id) == subject
    )
    return session.execute(query.limit(1)).first() is not None


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


def document(session: Session, id_: str) -> Document | None:
    """Return a document."""
    return session.get(Document, id_)


def notes_between(session: Session, institution: str | None, most: int = 100) -> Sequence[Document]:
    """Return the information notes from or to an institution, the newest first; of all where None is given."""
    query = select(Document).where(col(Document.kind) == "note")
    if institution is not None:
        to_it = select(col(Ask.id)).where(col(Ask.document_id) == col(Document.id), col(Ask.institution) == institution)
        query = query.where(or_(col(Document.institution) == institution, to_it.exists()))
    return session.scalars(query.order_by(col(Document.at).desc()).limit(most)).all()


def documents_of(session: Session, kind: str, most: int = 200) -> Sequence[Document]:
    """Return the documents of a kind, the newest first."""
    query = select(Document).where(col(Document.kind) == kind)
    return session.scalars(query.order_by(col(Document.at).desc()).limit(most)).all()


def asks_about(session: Session, column: str, ids: Collection[str]) -> Sequence[Ask]:
    """Return the asks whose `column` (document_id, meeting_id, input_id, incident_id) is one of `ids`, oldest first."""
    query = select(Ask).where(getattr(Ask, column).in_(ids))
    return session.scalars(query.order_by(col(Ask.at), col(Ask.institution), col(Ask.id))).all()


def asks_between(session: Session, institution: str | None, *, answered: bool, most: int = 100) -> Sequence[Ask]:
    """Return the asks to or by an institution (all where None is given): open ones the most pressing first."""
    done = col(Ask.answered_at).is_not(None) if answered else col(Ask.answered_at).is_(None)
    query = select(Ask).where(done)
    if institution is not None:
        query = query.where(or_(col(Ask.institution) == institution, col(Ask.asked_for) == institution))
    order = col(Ask.answered_at).desc() if answered else col(Ask.due)
    return session.scalars(query.order_by(order, col(Ask.id)).limit(most)).all()


def overdue_asks(session: Session, now: datetime, classification: int) -> Sequence[Ask]:
    """Return unanswered asks past their time, up to a classification, the latest last."""
    query = select(Ask).where(
        col(Ask.answered_at).is_(None), col(Ask.due) < now, col(Ask.classification) <= classification
    )
    return session.scalars(query.order_by(col(Ask.due), col(Ask.id))).all()


def meetings(session: Session, most: int = 100) -> Sequence[Meeting]:
    """Return meetings, the latest first."""
    return session.scalars(select(Meeting).order_by(col(Meeting.starts_at).desc()).limit(most)).all()


def inputs_of(session: Session, meeting_id: str) -> Sequence[ForumInput]:
    """Return the inputs of a public forum in the order they came."""
    query = select(ForumInput).where(col(ForumInput.meeting_id) == meeting_id)
    return session.scalars(query.order_by(col(ForumInput.at), col(ForumInput.id))).all()


def open_incidents(session: Session, issues: Collection[str], now: datetime) -> list[OpenIncident]:
    """Give the open incidents of some issues with who owes them an answer past its time; exercises left out.

    What accuses an agency is left out too: its people sit at the meeting, and nothing is said to them (rules.md 10).
    """
    query = select(Incident).where(
        col(Incident.state).in_(OPEN_STATES),
        ~col(Incident.exercise),
        col(Incident.conflict),
        col(Incident.origin) == Origin.REPORTS.value,
        of_issues(issues),
    )
    rows = session.scalars(query.order_by(col(Incident.level).desc(), col(Incident.opened_at))).all()
    silent: dict[str, list[str]] = defaultdict(list)
    ids = [row.id for row in rows]
    for start in range(0, len(ids), AT_ONCE):
        late: Any = session.execute(
            select(col(Alert.incident_id), col(Alert.institution)).where(
                col(Alert.incident_id).in_(ids[start : start + AT_ONCE]),
                col(Alert.ack_due) < now,
                col(Alert.acknowledged_at).is_(None),
            )
        )
        for incident_id, institution in late:
            silent[incident_id].append(institution)
    return [
        OpenIncident(row.level, row.issue, row.kecamatan, row.opened_at, row.state, tuple(silent.get(row.id, ())))
        for row in rows
        if not accused_in(row)
    ]


def open_warnings(session: Session, issues: Collection[str]) -> list[str]:
    """Give the words of early warnings that hold, about some issues, the newest first.

    Exercises are left out, and what stands on an accusation.
    """
    query = (
        select(EarlyWarning, Incident)
        .join(Incident, col(Incident.id) == col(EarlyWarning.id))
        .where(col(EarlyWarning.ended_at).is_(None), ~col(EarlyWarning.exercise), of_issues(issues))
        .where(col(Incident.state).in_(OPEN_STATES))
    )
    rows: Any = session.execute(query.order_by(col(EarlyWarning.raised_at).desc(), col(EarlyWarning.id)))
    return [str(row.words["id"]) for row, incident in rows if row.words.get("id") and not accused_in(incident)]


def incidents(session: Session, ids: Collection[str]) -> dict[str, Incident]:
    """Return incidents by id."""
    return {row.id: row for row in session.scalars(select(Incident).where(col(Incident.id).in_(ids)))}


def incidents_with_parties(session: Session, issues: Collection[str], most: int = 300) -> list[Incident]:
    """Return incidents of some issues that name parties, the newest first; exercises left out."""
    query = select(Incident).where(~col(Incident.exercise), of_issues(issues))
    query = query.where(col(Incident.state) != IncidentState.MERGED).order_by(col(Incident.opened_at).desc())
    return [row for row in session.scalars(query.limit(most)) if row.parties]


def ormas_links(session: Session, number: str | None = None) -> Sequence[OrmasLink]:
    """Return the ties between parties and ormas, of one ormas or all, the newest first."""
    query = select(OrmasLink).order_by(col(OrmasLink.at).desc())
    return session.scalars(query.where(col(OrmasLink.number) == number) if number else query).all()


def survey_answers(session: Session, year: int, until: str) -> Sequence[SurveyAnswer]:
    """Return a year's answers to the survey up to a month ("2026-10"), month by month: in no order that tells whose.

    What has been returned for whole months comes first, and in the same order, when more months are asked for.
    """
    query = select(SurveyAnswer).where(col(SurveyAnswer.month).like(f"{year}-%"), col(SurveyAnswer.month) <= until)
    return session.scalars(query.order_by(col(SurveyAnswer.month), col(SurveyAnswer.id))).all()


def people_named(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by id."""
    rows: Any = session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {id_: name for id_, name in rows}  # noqa: C416 - rows are not tuples to the type checker
