"""Ask the store whose message an inbound one is, what it answers, and what reporters have been told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict, cast

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.messages import InboundReceipt
from schemas.records.accounts import Key
from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Answered
from schemas.records.incidents import Incident
from schemas.records.people import Address, AddressCheck, OptOut, Person
from schemas.records.reports import Report, ReporterKey, ReportSource
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import IncidentState
from services.store.transaction import Transaction, rows_of, table_of


class ReportedIncident(TypedDict):
    """A report with what is kept of its source, sealed or not, and its incident."""

    id: str
    channel: str
    filed_at: datetime
    exercise: bool
    reporter: str
    contact: str | None
    sealed: str | None
    wrapped: str | None
    incident: str
    state: str
    issue: str
    issue_secondary: str | None


def deliveries_of(tx: Transaction, receipt: InboundReceipt) -> list[DeliveryRow]:
    """Return what a receipt is about: one delivery, or all that went out in one message."""
    table = table_of(Delivery)
    named: ColumnElement[bool] = (table.c.provider_id == receipt.provider_id) & (table.c.channel == receipt.channel)
    if receipt.delivery_id:
        named = or_(named, table.c.id == receipt.delivery_id, table.c.bundle_id == receipt.delivery_id)
    return rows_of(tx.session, Delivery, select_columns(table).where(named))


def awaits_code(tx: Transaction, addresses: Collection[str]) -> bool:
    """Say whether a verification code is awaited from one of these addresses (ids)."""
    query = select(AddressCheck.address_id).where(col(AddressCheck.address_id).in_(addresses))
    return tx.session.exec(query.limit(1)).first() is not None


def owners_of(tx: Transaction, spellings: Collection[str]) -> list[tuple[Address, Person]]:
    """Return the addresses of active people that are spelt so, by rank, each with its owner."""
    query = (
        select(Address, Person)
        .join(Person, col(Person.id) == col(Address.person_id))
        .where(col(Address.address).in_(spellings), col(Person.active))
        .order_by(col(Address.rank))
    )
    return list(tx.session.exec(query))


def count_answered(tx: Transaction, sender: str, kind: str, since: datetime) -> int:
    """Count the messages of one kind that a sender (its handle) has sent after an instant."""
    query = select(func.count()).where(
        col(Answered.sender) == sender, col(Answered.kind) == kind, col(Answered.at) > since
    )
    return int(tx.session.exec(query).one())


def channels_of(tx: Transaction, people: Collection[str], kind: str, since: datetime) -> Sequence[str]:
    """Return the channels over which messages of one kind came for these people after an instant."""
    query = select(Answered.channel).where(
        col(Answered.person_id).in_(people), col(Answered.kind) == kind, col(Answered.at) > since
    )
    return tx.session.exec(query).all()


def was_said(tx: Transaction, sender: str, said: str, message: str, since: datetime) -> bool:
    """Say whether a sender's very words (their handle) came in another message than this one after an instant."""
    query = select(Answered.id).where(
        col(Answered.sender) == sender,
        col(Answered.said) == said,
        col(Answered.id) != message,
        col(Answered.at) > since,
    )
    return tx.session.exec(query.limit(1)).first() is not None


def count_told(tx: Transaction, addresses: Collection[str], reason: str, since: datetime) -> int:
    """Count the messages that an address, in any of its spellings, was owed for one reason after an instant."""
    query = select(func.count()).where(
        col(Delivery.address).in_(addresses), col(Delivery.reason) == reason, col(Delivery.owed_at) > since
    )
    return int(tx.session.exec(query).one())


def reported_incidents(tx: Transaction, incidents: Sequence[str]) -> list[ReportedIncident]:
    """Return the reports of these incidents that may have left a contact, oldest first."""
    report, source, incident = table_of(Report), table_of(ReportSource), table_of(Incident)
    key = table_of(ReporterKey)
    place = report.c.folded_into
    belongs = or_(
        (place.is_(None)) & (report.c.incident_id == incident.c.id), (place.is_not(None)) & (place == incident.c.id)
    )
    query = (
        select_columns(
            report.c.id,
            report.c.channel,
            report.c.filed_at,
            report.c.exercise,
            source.c.reporter,
            source.c.contact,
            source.c.sealed,
            key.c.wrapped,
            incident.c.id.label("incident"),
            incident.c.state,
            incident.c.issue,
            incident.c.issue_secondary,
        )
        .join(source, source.c.report_id == report.c.id)
        .join(incident, belongs)
        .outerjoin(key, key.c.id == report.c.id)
        .where(
            or_(report.c.incident_id.in_(incidents), place.in_(incidents)),
            incident.c.id.in_(incidents),
            incident.c.state != IncidentState.MERGED.value,
            or_(source.c.contact.is_not(None), source.c.sealed.is_not(None)),
            report.c.anonymous.is_(False),
        )
        .order_by(report.c.filed_at)
    )
    return cast("list[ReportedIncident]", [dict(row) for row in tx.session.execute(query).mappings()])


def replying_keys(tx: Transaction) -> set[str]:
    """Return the keys whose owners' contacts may be told by number, and that nobody has ended."""
    query = select(Key.id).where(col(Key.may_reply), col(Key.revoked_at).is_(None))
    return set(tx.session.exec(query))


def alerted(tx: Transaction, incidents: Collection[str]) -> set[str]:
    """Return which of these incidents anybody has been told of."""
    table = table_of(Alert)
    query = select_columns(table.c.incident_id).where(table.c.incident_id.in_(sorted(incidents)))
    return set(tx.session.scalars(query.distinct()))


def opted_out(tx: Transaction) -> set[str]:
    """Return the handles of all addresses that asked to be left alone."""
    return set(tx.session.scalars(select_columns(table_of(OptOut).c.id)))


def known_deliveries(tx: Transaction, ids: Collection[str]) -> set[str]:
    """Return which of these deliveries are on file already."""
    table = table_of(Delivery)
    return set(tx.session.scalars(select_columns(table.c.id).where(table.c.id.in_(list(ids)))))
