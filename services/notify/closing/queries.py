"""Ask the store who was told of an incident that is closed, and by which line it was."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.deliveries import LISTED
from schemas.province import WITHDRAWN
from schemas.records.alerts import Delivery
from schemas.records.audit_log import Journal
from schemas.records.people import Person
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import GONE_OUT, AlertReason, DeliveryState, EventKind
from services.notify.delivery.closing_mark import MARK
from services.store.transaction import Session, Transaction, rows_of, table_of

CLOSINGS = (EventKind.INCIDENT_SETTLED, EventKind.INCIDENT_DISMISSED)
TOLD = "closing.told"  # line of the audit log: a closing was looked at, and people of these institutions were told


class Listed(NamedTuple):
    """A list that has an incident by a message that went out: of which alert, to whom, where, when the last was."""

    alert: str
    person: str
    channel: str
    address: str
    at: datetime


class Asked(NamedTuple):
    """One message that went out: of which alert, to whom, when, and whether he may be acting on it."""

    alert: str
    person: str | None
    at: datetime
    asks: bool


def last_closing(session: Session, incident: str) -> Journal | None:
    """Return the audit line by which an incident was last settled or dismissed."""
    lines = select(Journal).where(Journal.incident_id == incident, col(Journal.kind).in_(CLOSINGS))
    return session.exec(lines.order_by(col(Journal.seq).desc()).limit(1)).first()


def told_of(tx: Transaction, incidents: Collection[str]) -> list[Asked]:
    """Return what has gone out about these incidents, other than that they were closed."""
    table = table_of(Delivery)
    due = table.c.payload["data"]["ack_due"].as_string()
    asks = due.is_not(None) | ((table.c.round == 0) & (table.c.reason == AlertReason.REOPENED.value))
    query = select_columns(table.c.alert_id, table.c.person_id, table.c.owed_at, asks).where(
        table.c.incident_id.in_(sorted(incidents)),
        table.c.state.in_(GONE_OUT),
        table.c.reason.not_in((AlertReason.CLOSED.value, WITHDRAWN)),
    )
    return [Asked(alert, who, at, bool(asked)) for alert, who, at, asked in tx.session.execute(query)]


def listed(tx: Transaction, incidents: Collection[str], lists: Collection[str]) -> list[Listed]:
    """Return the lists behind these channels that were told of the incidents, other than that one is over or out."""
    if not lists:
        return []
    table = table_of(Delivery)
    alert = func.coalesce(table.c.payload[LISTED]["alert"].as_string(), table.c.alert_id).label("alert")
    own = (alert, table.c.person_id, table.c.channel, table.c.address)
    query = select_columns(*own, func.max(table.c.owed_at)).where(
        table.c.incident_id.in_(sorted(incidents)),
        table.c.channel.in_(sorted(lists)),
        table.c.alert_id.is_not(None),
        table.c.person_id.is_not(None),
        table.c.state.in_(GONE_OUT),
        table.c.reason.not_in((AlertReason.CLOSED.value, WITHDRAWN)),
    )
    return [Listed(*row) for row in tx.session.execute(query.group_by(*own).order_by(*own))]


def taken_out(tx: Transaction, incidents: Collection[str]) -> list[tuple[tuple[str, str, str], datetime]]:
    """Return (incident, channel, address) of what lists were told to take out, and when; of each the last is last."""
    table = table_of(Delivery)
    query = select_columns(table.c.incident_id, table.c.channel, table.c.address, table.c.owed_at).where(
        table.c.incident_id.in_(sorted(incidents)),
        table.c.reason == WITHDRAWN,
        table.c.state != DeliveryState.DEAD.value,
    )
    return [((incident, *where), at) for incident, *where, at in tx.session.execute(query.order_by(table.c.owed_at))]


def marked(tx: Transaction, incidents: Collection[str]) -> list[DeliveryRow]:
    """Return the deliveries that tell of closings of these incidents, oldest first."""
    table = table_of(Delivery)
    query = select_columns(table).where(
        table.c.incident_id.in_(sorted(incidents)),
        table.c.round == 0,
        table.c.payload[MARK]["line"].as_integer().is_not(None),
    )
    return rows_of(tx.session, Delivery, query.order_by(table.c.owed_at))


def taken_back(tx: Transaction, incident: str, since: datetime) -> list[Journal]:
    """Return the audit lines by which handings over of an incident were taken back since an instant."""
    lines = select(Journal).where(Journal.incident_id == incident, Journal.at >= since)
    lines = lines.where(Journal.kind == EventKind.INCIDENT_HAND_OVER_WITHDRAWN)
    return list(tx.session.exec(lines.order_by(col(Journal.seq))))


def handed(tx: Transaction, alert: str, person: str, since: datetime) -> list[DeliveryRow]:
    """Return the deliveries that told a person since an instant that an alert was handed over to him."""
    table = table_of(Delivery)
    query = select_columns(table).where(
        table.c.alert_id == alert,
        table.c.person_id == person,
        table.c.reason == AlertReason.HANDED_OVER.value,
        table.c.owed_at >= since,
    )
    return rows_of(tx.session, Delivery, query)


def people(tx: Transaction, ids: Collection[str]) -> dict[str, Person]:
    """Return these people by their ids."""
    return {one.id: one for one in tx.session.exec(select(Person).where(col(Person.id).in_(sorted(ids))))}
