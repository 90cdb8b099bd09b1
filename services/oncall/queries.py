"""Ask the store for people, their addresses and their shifts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person, Shift
from schemas.vocabulary import Role
from services.security.permissions import Act, may
from services.store.transaction import Session, Transaction, table_of

# Whoever may not answer is not told. Who looks after the machines has no case data.
ANSWERING = tuple(role.value for role in Role if role != Role.ADMIN and may(role, Act.ANSWER))
Stretch = tuple[datetime, datetime]


def may_answer(person: Person) -> bool:
    """Say whether a person is one of those who are told: active, of an institution, and may answer for it."""
    return person.active and person.institution is not None and person.role in ANSWERING


def people_told(session: Session) -> Sequence[Person]:
    """Return the active people who belong to an institution and may answer for it."""
    told = (col(Person.active), col(Person.institution).is_not(None), col(Person.role).in_(ANSWERING))
    return session.scalars(select(Person).where(*told)).all()


def shifts_of(tx: Transaction, person: str, kind: str) -> Sequence[Shift]:
    """Return a person's stretches of one kind."""
    return tx.session.scalars(select(Shift).where(col(Shift.person_id) == person, col(Shift.kind) == kind)).all()


def duties_beginning(tx: Transaction, people: Sequence[str], start: datetime, end: datetime) -> Sequence[Shift]:
    """Return the shifts of these people that begin in [start, end)."""
    query = select(Shift).where(
        col(Shift.person_id).in_(people),
        col(Shift.kind) == "duty",
        col(Shift.start) >= start,
        col(Shift.start) < end,
    )
    return tx.session.scalars(query).all()


def shifts_within(
    session: Session, start: datetime, end: datetime, institution: str | None
) -> list[tuple[Shift, Person]]:
    """Return every stretch that lies at least partly in [start, end), with whose it is; the first to begin first."""
    query = select(Shift, Person).join(Person, col(Person.id) == col(Shift.person_id))
    query = query.where(col(Shift.end) > start, col(Shift.start) < end)
    if institution is not None:
        query = query.where(col(Person.institution) == institution)
    rows = session.execute(query.order_by(col(Shift.start), col(Shift.id)))
    return [(shift, person) for shift, person in rows]


def shifts_to_come(session: Session, person: str, now: datetime, most: int) -> Sequence[Shift]:
    """Return a person's stretches that have not ended by `now`, the first to begin first."""
    query = select(Shift).where(col(Shift.person_id) == person, col(Shift.end) > now)
    return session.scalars(query.order_by(col(Shift.start), col(Shift.id)).limit(most)).all()


def stretches_after(session: Session, ended: datetime | None) -> list[tuple[str, str, datetime, datetime]]:
    """Return (person, kind, start, end) of every stretch, or of those that end after an instant.

    Duty of whoever has moved to another office is left out: it was that of the office he left. An absence is his own.
    """
    query = select(col(Shift.person_id), col(Shift.kind), col(Shift.start), col(Shift.end))
    query = query.join(Person, col(Person.id) == col(Shift.person_id))
    query = query.where((col(Shift.kind) == "absence") | (col(Shift.institution) == col(Person.institution)))
    if ended is not None:
        query = query.where(col(Shift.end) > ended)
    return [(person, kind, start, end) for person, kind, start, end in session.execute(query)]


def enabled_addresses(session: Session) -> Sequence[Address]:
    """Return all addresses that are not disabled, by rank, those that have failed after those that work."""
    usable = select(Address).where(col(Address.disabled_at).is_(None))
    return session.scalars(usable.order_by(col(Address.avoided_at).is_not(None), col(Address.rank))).all()


def channels_in_use(session: Session) -> dict[str, list[str]]:
    """Return the logins of active people by the channels on which they have an address that is not disabled."""
    query = select_columns(col(Address.channel), col(Person.login)).join(
        Person, col(Person.id) == col(Address.person_id)
    )
    query = query.where(col(Person.active), col(Address.disabled_at).is_(None)).distinct()
    found: dict[str, list[str]] = {}
    for channel, login in session.execute(query.order_by(col(Address.channel), col(Person.login))):
        found.setdefault(channel, []).append(login)
    return found


def addresses_of(session: Session, person: str) -> Sequence[Address]:
    """Return all addresses of a person."""
    return session.exec(select(Address).where(col(Address.person_id) == person)).all()


def enabled_beginning(tx: Transaction, channel: str, start: str) -> Sequence[Address]:
    """Return the addresses of a channel that begin so, whoever's; SQLite compares without regard to capitals."""
    query = select(Address).where(col(Address.channel) == channel, col(Address.disabled_at).is_(None))
    return tx.session.exec(query.where(col(Address.address).startswith(start, autoescape=True))).all()


def last_sent(session: Session, one: Address, states: Sequence[str]) -> datetime | None:
    """Return when the last message was sent to an address's owner there that has come to one of these states."""
    there = col(Delivery.address) == one.address, col(Delivery.channel) == one.channel
    query = select(func.max(Delivery.sent_at)).where(*there, col(Delivery.person_id) == one.person_id)
    return session.exec(query.where(col(Delivery.state).in_(states))).one()


def count_deliveries(tx: Transaction, addresses: Collection[str], reason: str, since: datetime) -> dict[str, int]:
    """Count by address the deliveries owed for one reason after an instant; an address without any is left out."""
    table = table_of(Delivery)
    counted = (
        select_columns(table.c.address, func.count())
        .where(table.c.address.in_(addresses), table.c.reason == reason, table.c.owed_at > since)
        .group_by(table.c.address)
    )
    return {address: count for address, count in tx.session.execute(counted)}  # noqa: C416 - rows are no tuples to mypy
