"""Ask the store what lists were told of incidents."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.records.people import Address
from schemas.rows.alerts import DeliveryRow
from services.store.transaction import Session, Transaction, rows_of, table_of


class Said(NamedTuple):
    """One message that went to a list: of which incident, how that stands now, where it went, why."""

    incident: str
    state: str
    channel: str
    address: str
    reason: str


def words_of(tx: Transaction, incidents: Collection[str], lists: Collection[str]) -> list[DeliveryRow]:
    """Return what was owed about these incidents to lists behind these channels."""
    table = table_of(Delivery)
    query = select_columns(table).where(table.c.incident_id.in_(sorted(incidents)), table.c.channel.in_(sorted(lists)))
    return rows_of(tx.session, Delivery, query.order_by(table.c.id))


def said_since(session: Session, lists: Collection[str], since: datetime) -> list[Said]:
    """Return what has gone out to lists behind these channels after an instant, oldest first.

    An address that nobody has any more is a row still; by addresses the table has an index, by channels none.
    """
    addresses = set(session.exec(select(Address.address).where(col(Address.channel).in_(sorted(lists)))))
    told, own = table_of(Delivery), table_of(Incident)
    query = (
        select_columns(told.c.incident_id, own.c.state, told.c.channel, told.c.address, told.c.reason)
        .join(own, own.c.id == told.c.incident_id)
        .where(told.c.address.in_(sorted(addresses)), told.c.sent_at > since, told.c.channel.in_(sorted(lists)))
        .order_by(told.c.owed_at, told.c.id)
    )
    return [Said(*row) for row in session.execute(query)]


def known_incidents(tx: Transaction, ids: Collection[str]) -> Sequence[Incident]:
    """Return these incidents by their ids."""
    return tx.session.exec(select(Incident).where(col(Incident.id).in_(sorted(ids)))).all()
