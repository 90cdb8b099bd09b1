"""Count what the store holds for the figures; each question is on an index."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import col, func, select

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Silence
from schemas.records.incidents import Incident
from schemas.records.people import Address
from schemas.records.running import Outbox
from schemas.vocabulary import OPEN_VALUES, WAITING, DeliveryState, Origin
from services.store.audit_log import safe_line
from services.store.transaction import Session

UNFINISHED = (*WAITING, DeliveryState.DEAD.value)


def open_incidents(session: Session) -> Sequence[tuple[int, bool, int]]:
    """Count open incidents by (level, exercise)."""
    query = select(Incident.level, Incident.exercise, func.count()).where(
        col(Incident.state).in_(OPEN_VALUES), col(Incident.origin) == Origin.REPORTS.value
    )
    return session.exec(query.group_by(col(Incident.level), col(Incident.exercise))).all()


def alerts_by_state(session: Session, now: datetime) -> Sequence[tuple[str, int, str, bool, int, int]]:
    """Count alerts of open incidents by (duty, level, state, needed), the last figure those past their time."""
    overdue = func.sum(case((col(Alert.ack_due) < now, 1), else_=0))
    what = (col(Alert.duty), col(Incident.level), col(Alert.state), col(Alert.needed))
    rows: Any = session.execute(
        select(*what, func.count(), overdue)  # type: ignore[call-overload]
        .join(Incident, col(Incident.id) == col(Alert.incident_id))
        .where(col(Incident.state).in_(OPEN_VALUES), col(Incident.exercise).is_(False))
        .group_by(*what)
    )
    return [tuple(row) for row in rows]


def unfinished_deliveries(session: Session) -> Sequence[tuple[str, str, int]]:
    """Count deliveries without an outcome, and dead ones, by (channel, state)."""
    query = select(Delivery.channel, Delivery.state, func.count()).where(col(Delivery.state).in_(UNFINISHED))
    return session.exec(query.group_by(col(Delivery.channel), col(Delivery.state))).all()


def oldest_timers(session: Session) -> dict[str, datetime | None]:
    """Return the oldest timer of each kind: reminder, sitrep, ladder, delivery."""
    oldest = {
        "reminder": select(func.min(Alert.remind_at)),
        "sitrep": select(func.min(Alert.sitrep_due)),
        "ladder": select(func.min(Ladder.next_at)),
        "delivery": select(func.min(Delivery.next_at)).where(col(Delivery.state).in_(WAITING)),
    }
    return {kind: session.exec(query).one() for kind, query in oldest.items()}


def outbox_size(session: Session) -> tuple[int, datetime | None]:
    """Count the events that the bus has not got yet, and say when the oldest was made."""
    return session.exec(select(func.count(), func.min(Outbox.made_at))).one()


def active_silences(session: Session, now: datetime) -> int:
    """Count silences in force."""
    query = select(func.count()).where(col(Silence.ends_at) > now, col(Silence.starts_at) <= now)
    return session.exec(query).one()


def addresses_by_state(session: Session) -> Sequence[tuple[str, bool, bool, int]]:
    """Count addresses by (channel, disabled, verified)."""
    columns = (col(Address.disabled_at).is_not(None), col(Address.verified_at).is_not(None))
    rows: Any = session.execute(
        select(Address.channel, *columns, func.count()).group_by(col(Address.channel), *columns)
    )
    return [tuple(row) for row in rows]


def head(session: Session) -> int:
    """Return the number of the audit line behind which none can come; 0 when there is none."""
    return safe_line(session)


def lines_by_kind(session: Session, after: int, until: int) -> Sequence[tuple[str, int]]:
    """Count by kind the audit lines after one number and up to another."""
    new = (col(Journal.seq) > after, col(Journal.seq) <= until)
    return session.exec(select(Journal.kind, func.count()).where(*new).group_by(col(Journal.kind))).all()
