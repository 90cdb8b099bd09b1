"""Ask the store for what figures are counted from: incidents of a stretch of time, their alerts, verifying, reports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report
from schemas.vocabulary import Duty, EventKind
from services.console.incidents.queries import happened
from services.incidents.access import Reach, reach, sees_all
from services.incidents.queries import of_issues
from services.security.auth import Identity
from services.store.transaction import Session


@dataclass(frozen=True)
class Wanted:
    """Which incidents are counted: opened in [start, end); None and empty mean any."""

    start: datetime
    end: datetime
    issue: str = ""
    kecamatan: str = ""
    level: int | None = None


class IncidentFacts(NamedTuple):
    """What figures need of one incident."""

    id: str
    level: int
    issue: str
    kecamatan: str | None
    state: str
    opened_at: datetime
    closed_at: datetime | None
    reports: int


class AlertFacts(NamedTuple):
    """What figures need of one alert."""

    incident: str
    institution: str
    duty: str
    needed: bool
    owed_at: datetime
    ack_due: datetime | None
    acknowledged_at: datetime | None
    reported_at: datetime | None

    @property
    def asks(self) -> bool:
        """Say whether something was asked: a copy for information asks nothing."""
        return self.duty != Duty.INFORM or self.needed


ASKING = or_(col(Alert.duty) != Duty.INFORM, col(Alert.needed))  # the same of rows: half of all alerts are copies


class ReportFacts(NamedTuple):
    """What figures need of one report; `incident` is the one that it belongs to now."""

    id: str
    incident: str
    filed_at: datetime
    institution: str | None
    channel: str
    anonymous: bool
    source: str
    rating: str | None


class LineFacts(NamedTuple):
    """One line of the audit log in which an officer says what an incident was."""

    incident: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """The reports of one stretch, the states of their incidents, and what officers said of these, in order."""

    reports: Sequence[ReportFacts]
    states: Mapping[str, str]
    lines: Sequence[LineFacts]


@dataclass(frozen=True)
class Counted:
    """The rows of one stretch, and how many incidents the stretch before it had."""

    incidents: Sequence[IncidentFacts]
    alerts: Sequence[AlertFacts]
    verified: dict[str, datetime]
    before: int


def _conditions(reader: Identity, district: District, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Give what is counted of the incidents that really happened."""
    where: list[ColumnElement[bool]] = [
        *happened(reader, district, wanted.end),
        col(Incident.opened_at) >= wanted.start,
        col(Incident.opened_at) < wanted.end,
    ]
    if wanted.issue:
        where.append(col(Incident.issue) == wanted.issue)
    if wanted.kecamatan:
        where.append(col(Incident.kecamatan) == wanted.kecamatan)
    if wanted.level:
        where.append(col(Incident.level) == wanted.level)
    return where


def counted(session: Session, reader: Identity, district: District, wanted: Wanted) -> Counted:
    """Give the rows; alerts of whom something was asked, of incidents that the reader may read in full alone.

    Who was told is need-to-know.
    """
    where = _conditions(reader, district, wanted)
    columns = (
        Incident.id,
        Incident.level,
        Incident.issue,
        Incident.kecamatan,
        Incident.state,
        Incident.opened_at,
        Incident.closed_at,
        Incident.reports,
    )
    plain = session.connection()  # thousands of rows: no object is made of each, nor is it looked for among those known
    rows: Any = plain.execute(select(*(col(one) for one in columns)).where(*where))
    incidents = [IncidentFacts(*row) for row in rows]
    full = _read_in_full(reader, district)
    told = (
        Alert.incident_id,
        Alert.institution,
        Alert.duty,
        Alert.needed,
        Alert.owed_at,
        Alert.ack_due,
        Alert.acknowledged_at,
        Alert.reported_at,
    )
    query = select(*(col(one) for one in told)).where(col(Alert.incident_id) == col(Incident.id), *where)
    alerts: Any = plain.execute(query.where(of_issues(full), ASKING))
    first = select(col(Journal.incident_id), func.min(Journal.at)).where(
        col(Journal.kind) == EventKind.INCIDENT_VERIFIED, col(Journal.incident_id) == col(Incident.id), *where
    )
    verified: Any = session.execute(first.group_by(col(Journal.incident_id)))
    before = replace(wanted, start=wanted.start - (wanted.end - wanted.start), end=wanted.start)
    count = select(func.count()).select_from(Incident).where(*_conditions(reader, district, before))
    return Counted(
        incidents,
        [AlertFacts(*row) for row in alerts],
        {row[0]: row[1] for row in verified},
        session.scalar(count) or 0,
    )


def _read_in_full(reader: Identity, district: District) -> list[str]:
    return [code for code in district.issues if reach(reader, code, district, redacted=False) == Reach.FULL]


def told(session: Session, reader: Identity, district: District, wanted: Wanted) -> Told | None:
    """Give the reports of incidents that the reader may read in full; None for whoever is not told who reported.

    Which office, channel and source told a report is for those who oversee (services/incidents/access.py).
    """
    if not sees_all(reader):
        return None
    where = [*_conditions(reader, district, wanted), of_issues(_read_in_full(reader, district))]
    states: Any = session.execute(select(col(Incident.id), col(Incident.state)).where(*where))
    spoken = (EventKind.INCIDENT_VERIFIED, EventKind.INCIDENT_REOPENED, EventKind.INCIDENT_ASSESSED)
    lines: Any = session.execute(
        select(col(Journal.incident_id), col(Journal.kind), col(Journal.data))
        .where(col(Journal.incident_id) == col(Incident.id), col(Journal.kind).in_(spoken), *where)
        .order_by(col(Journal.seq))
    )
    return Told(list(_reports(session, where)), {row[0]: row[1] for row in states}, [LineFacts(*row) for row in lines])


def _reports(session: Session, where: Sequence[ColumnElement[bool]]) -> Iterator[ReportFacts]:
    """Give reports where triage has put them, and those that an officer's merge or split has put elsewhere since."""
    columns = (
        col(Report.id),
        col(Incident.id),
        col(Report.filed_at),
        col(Report.institution),
        col(Report.channel),
        col(Report.anonymous),
        col(Report.source),
        col(Judgement.data)["rating"].as_string(),
    )
    judged = (
        (col(Judgement.incident_id) == col(Report.incident_id))
        & (col(Judgement.report_id) == col(Report.id))
        & (col(Judgement.by) == "machine")
    )
    stays = (col(Report.incident_id) == col(Incident.id)) & col(Report.folded_into).is_(None)
    for belongs in (stays, col(Report.folded_into) == col(Incident.id)):
        query = select(*columns).select_from(Report).join(Incident, belongs).outerjoin(Judgement, judged)
        rows: Any = session.execute(query.where(col(Report.exercise).is_(False), *where))
        yield from (ReportFacts(*row) for row in rows)
