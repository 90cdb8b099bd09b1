"""Ask the store for what belongs to an incident: alerts, reports, judgements, referrals, merges."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Sitrep
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal, Referral
from schemas.records.incidents import Incident, Judgement, Suggestion
from schemas.records.people import Person
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import ANSWERED, GONE_OUT, OPEN_VALUES, AlertReason, Duty, EventKind
from services.store.statements import find
from services.store.transaction import Session, Transaction, table_of

BARRED_LINE = "alert.barred"  # kind of the journal line that says whom an accusation has left out
REFERRALS = table_of(Referral)
REFERRED = (
    select_columns(REFERRALS)
    .where(REFERRALS.c.incident_id.in_(bindparam("incidents", expanding=True)))
    .order_by(REFERRALS.c.at)
)


def of_issues(codes: Collection[str]) -> ColumnElement[bool]:
    """Give the condition of an incident both of whose issues are among these: the graver one decides who reads it."""
    second = col(Incident.issue_secondary)
    return and_(col(Incident.issue).in_(codes), or_(second.is_(None), second == "", second.in_(codes)))


def alerts_of(tx: Transaction, incident: str) -> list[Alert]:
    """Return all alerts of an incident."""
    return list(tx.session.scalars(select(Alert).where(Alert.incident_id == incident)))


def alerts_to(session: Session, incident: str, institution: str | None) -> list[Alert]:
    """Return an incident's alerts to an institution, whatever its unit, the one whose answer is missed most first.

    That is the lead that is silent, then who is silent and needed, the lead, the rest; among equals by unit.
    """
    silent = col(Alert.state).not_in(ANSWERED)
    leads = col(Alert.duty) == Duty.LEAD
    missed = case((silent & leads, 0), (silent & col(Alert.needed), 1), (leads, 2), else_=3)
    query = select(Alert).where(Alert.incident_id == incident, Alert.institution == (institution or ""))
    return list(session.scalars(query.order_by(missed, col(Alert.unit))))


def reporters_of_situation(tx: Transaction, incident: str, institution: str) -> list[str]:
    """Return who has reported of an incident for an institution."""
    query = select(Sitrep.by).where(Sitrep.incident_id == incident, Sitrep.institution == institution)
    return list(tx.session.scalars(query))


def alert_to(session: Session, incident: str, institution: str, unit: str) -> Alert | None:
    """Return the alert of an incident to one unit of an institution."""
    office = (col(Alert.institution) == institution, col(Alert.unit) == unit)
    return session.exec(select(Alert).where(col(Alert.incident_id) == incident, *office)).first()


def reports_of(tx: Transaction, incident: str) -> list[Report]:
    """Return the reports of an incident and of all that was merged into it, one after another."""
    found, level = [incident], [incident]
    while level:
        merged = select(Incident.id).where(col(Incident.merged_into).in_(level))
        level = [id_ for id_ in tx.session.scalars(merged) if id_ not in found]
        found += level
    return list(tx.session.scalars(select(Report).where(col(Report.incident_id).in_(found))))


def lines_of(tx: Transaction, incident: str, kind: str) -> list[Journal]:
    """Return an incident's audit lines of one kind."""
    return list(tx.session.scalars(select(Journal).where(Journal.incident_id == incident, Journal.kind == kind)))


def hand_over_lines(session: Session, incident: str, alert: str, since: datetime) -> list[Journal]:
    """Return the audit lines by which an alert was handed over and taken back since an instant, oldest first."""
    kinds = (EventKind.INCIDENT_HANDED_OVER, EventKind.INCIDENT_HAND_OVER_WITHDRAWN)
    lines = select(Journal).where(Journal.incident_id == incident, col(Journal.kind).in_(kinds))
    lines = lines.where(Journal.subject_id == alert, Journal.at >= since)
    return list(session.scalars(lines.order_by(col(Journal.seq))))


def told_of_handing(session: Session, alert: str) -> dict[str, datetime]:
    """Return who was told that an alert was handed over to him, and when this was owed to him last."""
    told = select(Delivery.person_id, Delivery.owed_at).where(Delivery.alert_id == alert)
    told = told.where(Delivery.reason == AlertReason.HANDED_OVER, col(Delivery.state).in_(GONE_OUT))
    return {who: at for who, at in session.exec(told.order_by(col(Delivery.owed_at))) if who}


def last_line(tx: Transaction, incident: str, kind: str) -> Journal:
    """Return an incident's last audit line of a kind that it has."""
    lines = select(Journal).where(Journal.incident_id == incident, Journal.kind == kind)
    return tx.session.exec(lines.order_by(col(Journal.seq).desc()).limit(1)).one()


def merged_into(tx: Transaction, incident: str) -> list[Incident]:
    """Return the incidents that were merged into this one."""
    return list(tx.session.scalars(select(Incident).where(Incident.merged_into == incident)))


def judgements_after(tx: Transaction, incident: str, line: Journal) -> list[Judgement]:
    """Return the judgements of an incident that were made after an audit line."""
    return list(tx.session.scalars(select(Judgement).where(Judgement.incident_id == incident, Judgement.at > line.at)))


def judgements_of(session: Session, reports: Iterable[Report]) -> list[Judgement]:
    """Return the judgements of these reports."""
    ids = [report.id for report in reports]
    return list(session.exec(select(Judgement).where(col(Judgement.report_id).in_(ids))))


def suggestions_between(tx: Transaction, one: str, other: str) -> list[Suggestion]:
    """Return the suggestions that two incidents are one."""
    pair = [one, other]
    query = select(Suggestion).where(col(Suggestion.incident_id).in_(pair), col(Suggestion.other_id).in_(pair))
    return list(tx.session.scalars(query))


def referrals_of(session: Session, incidents: Collection[str]) -> list[Referral]:
    """Return what was added by hand to these incidents, oldest first."""
    rows = find(session.connection(), REFERRED, {"incidents": list(incidents)}).dicts()
    return [Referral(**row) for row in rows]


def open_proposals(session: Session, incident: str, kind: str, by: str) -> Sequence[Proposal]:
    """Return what one person has proposed of this kind that nobody has decided."""
    mine = (Proposal.incident_id == incident, Proposal.kind == kind, Proposal.by == by, Proposal.state == "open")
    return session.exec(select(Proposal).where(*mine)).all()


def open_exercises_of(session: Session, reporter: str) -> Sequence[tuple[str, str]]:
    """Return (report, incident) of a reporter's exercises whose incident is still open."""
    query = (
        select(Report.id, Report.incident_id)
        .join(ReportSource, col(ReportSource.report_id) == col(Report.id))
        .join(Incident, col(Incident.id) == col(Report.incident_id))
        .where(
            ReportSource.reporter == reporter,
            col(Incident.exercise),
            col(Incident.state).in_(OPEN_VALUES),
        )
    )
    return session.exec(query).all()


def active_people_of(session: Session, institution: str) -> Sequence[Person]:
    """Return the active people of an institution."""
    return session.scalars(select(Person).where(col(Person.institution) == institution, col(Person.active))).all()
