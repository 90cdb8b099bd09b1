"""Ask the store what needs a person now; every question is asked for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from schemas.district import District
from schemas.records import Alert, Delivery, Incident, Journal, Ladder, Suggestion
from schemas.vocabulary import (
    ANSWERED,
    OPEN_STATES,
    AlertState,
    DeliveryState,
    Duty,
    EventKind,
    Handling,
    IncidentState,
)
from services.console.incidents.queries import visible
from services.security.auth import Identity
from services.store.transaction import Session

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
    waits = [col(Alert.state).not_in(ANSWERED), or_(col(Alert.duty) == Duty.LEAD, col(Alert.needed))]
    lists: dict[str, tuple[list[ColumnElement[bool]], Any]] = {
        "silent": ([*waits, col(Alert.ack_due) <= soon], col(Alert.ack_due)),
        "due": ([col(Alert.state).in_(ANSWERED), col(Alert.sitrep_due) <= soon], col(Alert.sitrep_due)),
        "stuck": ([col(Alert.state) == AlertState.OWED, _undelivered()], col(Alert.owed_at)),
        "declined": ([col(Alert.state).not_in(ANSWERED), _declined()], col(Alert.owed_at)),
    }
    for kind, (conditions, order) in lists.items():
        where = [col(Alert.incident_id) == col(Incident.id), *seen, *conditions]
        query = select(Alert).where(*where).order_by(col(Incident.level).desc(), order).limit(MOST)
        rows = session.scalars(query).all()
        setattr(found, kind, rows)
        found.counts[kind] = len(rows) if len(rows) < MOST else _count(session, select(col(Alert.id)).where(*where))
    unverified = [*seen, col(Incident.state) == IncidentState.OPEN, col(Incident.handling).in_(TO_VERIFY)]
    worst_first = (col(Incident.level).desc(), col(Incident.opened_at))
    found.unverified = session.scalars(select(Incident).where(*unverified).order_by(*worst_first).limit(MOST)).all()
    found.counts["unverified"] = _count(session, select(col(Incident.id)).where(*unverified))
    found.suggestions, found.counts["suggestions"] = _suggested(session, reader, district)
    _gather(session, found, seen)
    return found


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _undelivered() -> ColumnElement[bool]:
    """Say of an alert that something was tried and all of it was given up, or is being tried again."""
    mine = [col(Delivery.alert_id) == col(Alert.id)]
    tried = select(col(Delivery.id)).where(*mine, col(Delivery.state).in_(GIVEN_UP)).exists()
    return tried & ~select(col(Delivery.id)).where(*mine, col(Delivery.state).not_in(GIVEN_UP)).exists()


def _declined() -> ColumnElement[bool]:
    return (
        select(col(Journal.seq))
        .where(col(Journal.subject_id) == col(Alert.id), col(Journal.kind) == EventKind.INCIDENT_DECLINED)
        .exists()
    )


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


def _gather(session: Session, found: Pressing, seen: list[ColumnElement[bool]]) -> None:
    alerts = (*found.silent, *found.due, *found.stuck, *found.declined)
    wanted = {alert.incident_id for alert in alerts} | {incident.id for incident in found.unverified}
    wanted |= {one.incident_id for one in found.suggestions} | {one.other_id for one in found.suggestions}
    found.incidents = {one.id: one for one in session.scalars(select(Incident).where(col(Incident.id).in_(wanted)))}
    ladders = session.scalars(select(Ladder).where(col(Ladder.incident_id).in_(wanted)))
    found.ladders = {one.incident_id: one for one in ladders}
    places = select(col(Incident.kecamatan), func.count(), func.max(col(Incident.level))).where(*seen)
    rows: Any = session.execute(places.group_by(col(Incident.kecamatan))).all()
    found.by_place = {code: (count, level) for code, count, level in rows if code}
    found.open = sum(count for _, count, _ in rows)
