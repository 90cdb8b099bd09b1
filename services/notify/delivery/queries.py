"""Ask the store which deliveries are due, held back or under way, and how their addresses have fared."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.answers import ReplyCode, Sitrep
from schemas.records.incidents import Incident
from schemas.records.people import Address
from schemas.rows.alerts import DeliveryRow
from schemas.rows.answers import ReplyCodeRow
from schemas.vocabulary import OPEN_VALUES, WAITING, DeliveryState, Duty, IncidentState, LadderStop
from services.store.transaction import Transaction, rows_of, table_of

BUNDLE_LASTS = timedelta(hours=24)  # from its sending, as a button's token: whoever comes later answers one by one
CODES_KNOWN = timedelta(days=30)  # since it was made or its incident closed: its sender is late, no guesser
LIVE = (*OPEN_VALUES, IncidentState.MERGED.value)  # a merged one lives on in another
LIMIT = "limit"  # why a delivery is held back: its address has had as many messages as it may have
Key = tuple[str, str]  # channel, address


# -- due ---------------------------------------------------------------------------------------------------------------


def due_deliveries(tx: Transaction, instance: str | None, limit: int) -> list[DeliveryRow]:
    """Return deliveries whose time has come, the urgent ones first; with `instance`, also what it held when it died."""
    table = table_of(Delivery)
    due = table.c.next_at <= tx.now
    if instance is not None:
        due = due | ((table.c.leased_by == instance) & (table.c.state == DeliveryState.SENDING.value))
    query = (
        select_columns(table)
        .where(table.c.state.in_(WAITING), due)
        .order_by(table.c.urgent.desc(), table.c.owed_at)
        .limit(limit)
    )
    return rows_of(tx.session, Delivery, query)


def lease(tx: Transaction, ids: Sequence[str], instance: str, until: datetime) -> None:
    """Mark deliveries as being sent by one instance until an instant."""
    table = table_of(Delivery)
    values = {"state": DeliveryState.SENDING.value, "leased_by": instance, "next_at": until}
    tx.session.execute(update(table).where(table.c.id.in_(ids)).values(**values))


def lease_longer(tx: Transaction, ids: Sequence[str], instance: str, until: datetime) -> None:
    """Extend the leases of deliveries that this instance is still sending."""
    table = table_of(Delivery)
    ours = (table.c.state == DeliveryState.SENDING.value) & (table.c.leased_by == instance)
    for start in range(0, len(ids), 500):
        some = table.c.id.in_(ids[start : start + 500]) | table.c.bundle_id.in_(ids[start : start + 500])
        tx.session.execute(update(table).where(ours, some).values(next_at=until))


def messages_of(tx: Transaction, instance: str) -> frozenset[str]:
    """Return the messages, single or bundled, that this instance is still to send, by whichever id each goes."""
    table = table_of(Delivery)
    ours = (table.c.state == DeliveryState.SENDING.value) & (table.c.leased_by == instance)
    found = tx.session.execute(select_columns(table.c.id, table.c.bundle_id).where(ours))
    return frozenset(id_ for ids in found for id_ in ids if id_)


def make_due(tx: Transaction, answering: Collection[Key]) -> None:
    """Make what waits for its next try due now, of a channel at addresses that begin so."""
    table = table_of(Delivery)
    for channel, beginning in sorted(answering):
        waits = (table.c.channel == channel) & table.c.address.startswith(beginning, autoescape=True)
        waits = waits & (table.c.state == DeliveryState.FAILED.value) & (table.c.next_at > tx.now)
        tx.session.execute(update(table).where(waits).values(next_at=tx.now))


def held_or_bundled(tx: Transaction, addresses: Iterable[str], bundles: Iterable[str]) -> list[DeliveryRow]:
    """Return what waits for room at these addresses, and what of these bundles has no outcome yet."""
    table = table_of(Delivery)
    waits = table.c.address.in_(sorted(addresses)) & (table.c.held == LIMIT)
    waits = waits & (table.c.state == DeliveryState.PENDING.value)
    again = table.c.bundle_id.in_(sorted(bundles)) & table.c.state.in_(WAITING)
    return rows_of(tx.session, Delivery, select_columns(table).where(waits | again))


def told_to(tx: Transaction, alert: str, person: str) -> list[DeliveryRow]:
    """Return what one person was owed under one alert's id: id, channel, address and state."""
    table = table_of(Delivery)
    query = select_columns(table.c.id, table.c.channel, table.c.address, table.c.state)
    return rows_of(tx.session, Delivery, query.where(table.c.alert_id == alert, table.c.person_id == person))


# -- throttling --------------------------------------------------------------------------------------------------------


class Standing(NamedTuple):
    """How an alert stands: its state, when it was answered and last reported on, its level and whom it tells.

    Beside them the state and the facts of its incident.
    """

    alert: str
    answered_at: datetime | None
    reported_at: datetime | None
    incident: str
    level: int
    institution: str
    facts: dict[str, Any]


def states_of(tx: Transaction, alerts: Collection[str]) -> dict[str, Standing]:
    """Return by alert how it stands."""
    alert, incident, sitrep = table_of(Alert), table_of(Incident), table_of(Sitrep)
    of_whom = (sitrep.c.incident_id == alert.c.incident_id) & (sitrep.c.institution == alert.c.institution)
    reported = select_columns(func.max(sitrep.c.at)).where(of_whom).scalar_subquery()
    query = (
        select_columns(
            *(alert.c.id, alert.c.state, alert.c.acknowledged_at, reported),
            *(incident.c.state, alert.c.level, alert.c.institution, incident.c.facts),
        )
        .join(incident, incident.c.id == alert.c.incident_id)
        .where(alert.c.id.in_(sorted(alerts)))
    )
    return {id_: Standing(*rest) for id_, *rest in tx.session.execute(query)}


def answered_at(tx: Transaction, incidents: Collection[str]) -> dict[str, datetime]:
    """Return, of incidents whose ladder stands still because all it waited for have answered, when the last one did."""
    alert, ladder = table_of(Alert), table_of(Ladder)
    waited = or_(alert.c.duty == Duty.LEAD.value, alert.c.needed)
    query = (
        select_columns(alert.c.incident_id, func.max(alert.c.acknowledged_at))
        .join(ladder, ladder.c.incident_id == alert.c.incident_id)
        .where(alert.c.incident_id.in_(sorted(incidents)), waited, ladder.c.stopped == LadderStop.ACKNOWLEDGED.value)
        .group_by(alert.c.incident_id)
    )
    return {incident: at for incident, at in tx.session.execute(query) if at is not None}


def held_by(tx: Transaction, deliveries: Sequence[str], instance: str) -> frozenset[str]:
    """Return which of these deliveries this instance is still to send: not withdrawn, and not taken up by another."""
    table = table_of(Delivery)
    ours = (table.c.state == DeliveryState.SENDING.value) & (table.c.leased_by == instance)
    return frozenset(tx.session.scalars(select_columns(table.c.id).where(table.c.id.in_(deliveries), ours)))


def sent_since(tx: Transaction, addresses: Sequence[str], since: datetime) -> list[tuple[Key, datetime]]:
    """Return when messages went to these addresses after an instant; a bundle is one message."""
    table = table_of(Delivery)
    under_way = (table.c.state == DeliveryState.SENDING.value) & (table.c.owed_at > since)
    message = func.coalesce(table.c.bundle_id, table.c.id)
    counted = (
        select_columns(table.c.channel, table.c.address, func.max(table.c.sent_at), func.max(table.c.owed_at), message)
        .where(table.c.address.in_(addresses), or_(table.c.sent_at > since, under_way))
        .group_by(table.c.channel, table.c.address, message)
    )
    return [
        ((channel, address), sent_at or owed_at)
        for channel, address, sent_at, owed_at, *_ in tx.session.execute(counted)
    ]


def held_until(tx: Transaction, addresses: Sequence[str]) -> dict[Key, datetime]:
    """Return until when messages to these addresses wait for room already."""
    table = table_of(Delivery)
    held = (
        select_columns(table.c.channel, table.c.address, func.min(table.c.next_at))
        .where(table.c.address.in_(addresses), table.c.held == LIMIT, table.c.state == DeliveryState.PENDING.value)
        .group_by(table.c.channel, table.c.address)
    )
    return {(channel, address): until for channel, address, until in tx.session.execute(held)}


# -- reply codes -------------------------------------------------------------------------------------------------------


def open_codes(tx: Transaction, person: str) -> list[ReplyCodeRow]:
    """Return a person's codes of incidents that are still open or live on in another one, the newest last."""
    codes, incidents = table_of(ReplyCode), table_of(Incident)
    query = (
        select_columns(codes)
        .join(incidents, incidents.c.id == codes.c.incident_id)
        .where(codes.c.person_id == person, incidents.c.state.in_(LIVE))
        .order_by(codes.c.made_at)
    )
    return rows_of(tx.session, ReplyCode, query)


def is_late(tx: Transaction, people: Sequence[str], code: str) -> bool:
    """Say whether this is a code, new or used, that one of these people has had for an alert within `CODES_KNOWN`."""
    codes, incidents = table_of(ReplyCode), table_of(Incident)
    since = tx.now - CODES_KNOWN
    recent = or_(codes.c.made_at > since, incidents.c.closed_at > since)
    query = (
        select_columns(codes.c.code, codes.c.spent)
        .outerjoin(incidents, incidents.c.id == codes.c.incident_id)
        .where(codes.c.person_id.in_(people), recent)
    )
    return any(code == last or code in spent for last, spent in tx.session.execute(query))


def bundled(
    tx: Transaction, people: Sequence[str], code: str | None = None, within: timedelta = BUNDLE_LASTS
) -> list[DeliveryRow]:
    """Return the deliveries that went to these people in bundles whose code is still good, or in those of one code.

    `within` is how long a code is good from its sending.
    """
    table = table_of(Delivery)
    sent = or_(table.c.sent_at.is_(None), table.c.sent_at > tx.now - within)
    query = select_columns(table).where(table.c.person_id.in_(people), table.c.bundle_code.is_not(None) & sent)
    if code is not None:
        query = query.where(table.c.bundle_code == code)
    return rows_of(tx.session, Delivery, query.order_by(table.c.owed_at))


# -- addresses ---------------------------------------------------------------------------------------------------------


def usable_addresses(tx: Transaction, channel: str, address: str) -> list[Address]:
    """Return the verified addresses, not disabled, that are this one."""
    usable = (col(Address.verified_at).is_not(None), col(Address.disabled_at).is_(None))
    return list(tx.session.exec(select(Address).where(*_is(channel, address), *usable)))


def enabled_addresses(tx: Transaction, channel: str, address: str) -> list[Address]:
    """Return the addresses, verified or not, that are this one and not disabled."""
    query = select(Address).where(*_is(channel, address), col(Address.disabled_at).is_(None))
    return list(tx.session.exec(query))


def failed_addresses(tx: Transaction, addresses: Iterable[str]) -> list[Address]:
    """Return those of these addresses, on whatever channel, to which a message was given up."""
    query = select(Address).where(col(Address.address).in_(sorted(addresses)))
    return list(tx.session.exec(query.where(col(Address.failed_at).is_not(None))))


def avoided_since(tx: Transaction, channel: str, since: datetime) -> list[Address]:
    """Return the addresses of a channel that have become their owner's last choice after an instant."""
    query = select(Address).where(col(Address.channel) == channel, col(Address.avoided_at) > since)
    return list(tx.session.exec(query))


def failures_of_others(tx: Transaction, channel: str, address: str, since: datetime) -> list[datetime]:
    """Return when other addresses of the channel have failed after an instant."""
    failing = select(Address.failed_at).where(*_others(channel, address), col(Address.failed_at) > since)
    return [moment for moment in tx.session.exec(failing) if moment is not None]


def reaches_others(tx: Transaction, channel: str, address: str, since: datetime, states: Sequence[str]) -> bool:
    """Say whether a message to another address of the channel, sent since then, has come to one of these states."""
    through = select(Delivery.id).where(
        col(Delivery.address).in_(select(Address.address).where(*_others(channel, address))),
        col(Delivery.sent_at) >= since,
        col(Delivery.channel) == channel,
        col(Delivery.state).in_(states),
    )
    return tx.session.exec(through.limit(1)).first() is not None


def _is(channel: str, address: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Address.channel) == channel, col(Address.address) == address


def _others(channel: str, address: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Address.channel) == channel, col(Address.address) != address
