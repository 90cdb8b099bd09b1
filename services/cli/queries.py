"""Ask the store what the office lists: people, addresses, keys."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from schemas.records.accounts import Key
from schemas.records.people import Address, Person
from services.store.transaction import Session, Transaction


def names_of(session: Session, people: Collection[str]) -> dict[str, str]:
    """Return the names of people by id."""
    return {person.id: person.name for person in session.exec(select(Person).where(col(Person.id).in_(people)))}


def all_addresses(session: Session) -> Sequence[Address]:
    """Return every address, by rank."""
    return session.exec(select(Address).order_by(col(Address.rank))).all()


def all_people(session: Session) -> Sequence[Person]:
    """Return everybody, by login."""
    return session.exec(select(Person).order_by(col(Person.login))).all()


def anybody(session: Session) -> str | None:
    """Return somebody's id; None where nobody is known yet."""
    return session.exec(select(Person.id).limit(1)).first()


def addresses_to_verify(tx: Transaction, login: str, channel: str) -> list[Address]:
    """Return a person's addresses on a channel, those first that nobody has verified."""
    query = (
        select(Address)
        .join(Person, col(Person.id) == col(Address.person_id))
        .where(col(Person.login) == login, col(Address.channel) == channel)
        .order_by(col(Address.verified_at).is_not(None), col(Address.rank))
    )
    return list(tx.session.exec(query))


def all_keys(session: Session) -> Sequence[Key]:
    """Return every key, the oldest first."""
    return session.exec(select(Key).order_by(col(Key.made_at))).all()
