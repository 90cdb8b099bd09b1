"""Ask the store what needs a person now; every question is asked for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from schemas.district import District
from schemas.records import Alert, Delivery, Incident, Ladder, Suggestion
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertState, DeliveryState, Duty, Handling, IncidentState, Origin
from services.console.incidents.queries import visible
from services.incidents.other_answers import DECLINED_HOW
from services.security.auth import Identity
from services.store.transaction import Session

AT_ONCE = 500  # ids in one statement
MOST = 40  # entries shown of one kind
GIVEN_UP = (DeliveryState.FAILED, DeliveryState.DEAD)
TO_VERIFY = (Handling.VERIFY_FIRST, Handling.SEND_AND_VERIFY)


@dataclass
class Pressing:
    """Rows of what needs a person, and how many there are of each kind."""

    silent: Sequence[Alert] = ()
    due: Sequence[Alert] = ()
    stuck: Sequence[Alert] = ()
    declined: Sequence[Alert] = ()
    unverified: Sequence[Incident] = ()
    suggestions: Sequence[Suggestion] = ()
    counts: dict[str, int] = field(default_factory=dict)
    open: int = 0
    incidents: dict[str, Incident] = field(default_factory=dict)
    ladders: dict[str, Ladder] = field(default_factory=dict)
    by_place: dict[str, tuple[int, int]] = field(default_factory=dict)  # kecamatan: how many, and the worst level


def pressing(session: Session, reader: Identity, district: District, soon: datetime) -> Pressing:
    """Give what needs a person: overdue or due before `soon`, the gravest and latest first."""
    seen = [*visible(reader, district), col(Incident.state).in_(OPEN_STATES)]
    found = Pressing()
    _alerts(session, found, seen, soon)
    verifying = (col(Incident.state) == IncidentState.OPEN) & col(Incident.handling).in_(TO_VERIFY)
    reported = col(Incident.origin) == Origin.REPORTS.value  # warnings are in the queue, not on the map
    places = select(
        col(Incident.kecamatan),
        func.sum(case((reported, 1), else_=0)),
        func.max(case((reported, col(Incident.level)), else_=0)),
        func.sum(case((verifying, 1), else_=0)),
    )
    rows: Any = session.execute(places.where(*seen).group_by(col(Incident.kecamatan))).all()
    found.by_place = {code: (count, level) for code, count, level, _ in rows if code and count}
    found.open = sum(row[1] for row in rows)
    found.counts["unverified"] = sum(row[3] for row in rows)
    if found.counts["unverified"]:
        query = select(Incident).where(*seen, verifying).order_by(col(Incident.level).desc(), col(Incident.opened_at))
        found.unverified = session.scalars(query.limit(MOST)).all()
    found.suggestions, found.counts["suggestions"] = _suggested(session, reader, district)
    _gather(session, found)
    return found


def _alerts(session: Session, found: Pressing, seen: list[ColumnElement[bool]], soon: datetime) -> None:
    """Sort the alerts of open incidents into kinds: read once, since each further look costs as much as the first."""
    unanswered, answered = col(Alert.state).not_in(ANSWERED), col(Alert.state).in_(ANSWERED)
    chased = or_(col(Alert.duty) == Duty.LEAD, col(Alert.needed))
    columns = (Alert.id, Alert.state, Alert.ack_due, Alert.sitrep_due, Alert.owed_at, Alert.acknowledged_how)
    query = select(*(col(column) for column in columns), col(Incident.level), chased)
    pressing_now = or_(
        unanswered & chased & (col(Alert.ack_due) <= soon),
        answered & (col(Alert.sitrep_due) <= soon),
        unanswered & (col(Alert.acknowledged_how) == DECLINED_HOW),
        col(Alert.state) == AlertState.OWED,
    )
    rows: Any = session.execute(query.where(col(Alert.incident_id) == col(Incident.id), *seen, pressing_now)).all()
    lost = _undelivered(session, [row.id for row in rows if row.state == AlertState.OWED])
    kinds: dict[str, list[tuple[int, datetime, str]]] = {"silent": [], "due": [], "stuck": [], "declined": []}
    for id_, state, ack_due, sitrep_due, owed_at, how, level, asked in rows:
        if state in ANSWERED:
            kinds["due"].append((-level, sitrep_due, id_))
            continue
        if how == DECLINED_HOW:
            kinds["declined"].append((-level, owed_at, id_))
        elif asked and ack_due is not None and ack_due <= soon:
            kinds["silent"].append((-level, ack_due, id_))
        if id_ in lost:
            kinds["stuck"].append((-level, owed_at, id_))
    shown = {kind: [id_ for _, _, id_ in sorted(found_)[:MOST]] for kind, found_ in kinds.items()}
    wanted = {id_ for ids in shown.values() for id_ in ids}
    known = {one.id: one for one in session.scalars(select(Alert).where(col(Alert.id).in_(wanted)))}
    for kind, ids in shown.items():
        setattr(found, kind, [known[id_] for id_ in ids])
        found.counts[kind] = len(kinds[kind])


def _undelivered(session: Session, alerts: list[str]) -> set[str]:
    """Give the alerts of which something was tried and all of it was given up, or is being tried again."""
    tried: dict[str, bool] = {}
    for start in range(0, len(alerts), AT_ONCE):
        some = alerts[start : start + AT_ONCE]
        rows: Any = session.execute(
            select(col(Delivery.alert_id), col(Delivery.state)).where(col(Delivery.alert_id).in_(some))
        )
        for alert, state in rows:
            tried[alert] = tried.get(alert, True) and state in GIVEN_UP
    return {alert for alert, given_up in tried.items() if given_up}


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _suggested(session: Session, reader: Identity, district: District) -> tuple[Sequence[Suggestion], int]:
    """Give suggestions both of whose incidents are open and there for the reader."""
    other: Any = aliased(Incident)
    there = select(other.id).where(other.id == col(Suggestion.other_id), other.state.in_(OPEN_STATES)).exists()
    seen = [*visible(reader, district), col(Incident.state).in_(OPEN_STATES)]
    where = [col(Suggestion.state) == "open", col(Suggestion.incident_id) == col(Incident.id), *seen, there]
    rows = session.scalars(select(Suggestion).where(*where).order_by(col(Suggestion.score).desc()).limit(MOST)).all()
    others = {row.other_id for row in rows}
    known = set(
        session.scalars(select(col(Incident.id)).where(col(Incident.id).in_(others), *visible(reader, district)))
    )
    shown = [row for row in rows if row.other_id in known]
    total = len(shown) if len(rows) < MOST else _count(session, select(col(Suggestion.id)).where(*where))
    return shown, total


def _gather(session: Session, found: Pressing) -> None:
    alerts = (*found.silent, *found.due, *found.stuck, *found.declined)
    wanted = {alert.incident_id for alert in alerts} | {incident.id for incident in found.unverified}
    wanted |= {one.incident_id for one in found.suggestions} | {one.other_id for one in found.suggestions}
    found.incidents = {one.id: one for one in session.scalars(select(Incident).where(col(Incident.id).in_(wanted)))}
    ladders = session.scalars(select(Ladder).where(col(Ladder.incident_id).in_(wanted)))
    found.ladders = {one.incident_id: one for one in ladders}
