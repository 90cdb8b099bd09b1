"""Ask the store what an admin sees: people with their addresses, keys, what was sent last, who was invited."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from schemas.records.accounts import Invitation, Key
from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person
from schemas.records.running import Outbox
from schemas.vocabulary import LetterWish
from services.store.transaction import Session

PAGE = 50


def people(session: Session, words: str, institution: str, page: int) -> tuple[int, Sequence[Person]]:
    """Count the people wanted and give one page of them, by name; who has left comes last."""
    where = []
    if words:
        like = f"%{words.replace('%', '').replace('_', '')}%"
        where.append(or_(col(Person.name).ilike(like), col(Person.login).ilike(like), col(Person.post).ilike(like)))
    if institution:
        where.append(col(Person.institution) == institution)
    total = session.scalar(select(func.count()).select_from(Person).where(*where)) or 0
    query = select(Person).where(*where).order_by(col(Person.active).desc(), col(Person.name), col(Person.id))
    return total, session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).all()


def count_people(session: Session) -> int:
    """Count who is active."""
    return session.scalar(select(func.count()).select_from(Person).where(col(Person.active))) or 0


def without_password(session: Session) -> int:
    """Count the active people who cannot sign in yet."""
    query = select(func.count()).select_from(Person).where(col(Person.active), col(Person.password).is_(None))
    return session.scalar(query) or 0


def addresses_of(session: Session, people_: Sequence[str]) -> dict[str, list[Address]]:
    """Give the addresses of people, by person and rank."""
    found: dict[str, list[Address]] = defaultdict(list)
    query = select(Address).where(col(Address.person_id).in_(people_)).order_by(col(Address.rank), col(Address.id))
    for one in session.scalars(query):
        found[one.person_id].append(one)
    return found


def address_states(session: Session) -> dict[str, int]:
    """Count the addresses of active people: usable, unproved, failing."""
    live = select(col(Address.verified_at), col(Address.avoided_at)).join(
        Person, col(Person.id) == col(Address.person_id)
    )
    rows: Any = session.execute(live.where(col(Person.active), col(Address.disabled_at).is_(None)))
    counts = {"usable": 0, "unproved": 0, "failing": 0}
    for verified, avoided in rows:
        counts["failing" if avoided else "usable" if verified else "unproved"] += 1
    return counts


def taken(session: Session, logins: Sequence[str]) -> set[str]:
    """Give those of these logins that somebody has."""
    return set(session.scalars(select(col(Person.login)).where(col(Person.login).in_(logins))))


def open_invitations(session: Session, now: datetime) -> dict[str, datetime]:
    """Give until when who is invited, by person."""
    query = select(col(Invitation.person_id), col(Invitation.ends_at))
    rows: Any = session.execute(query.where(col(Invitation.used_at).is_(None), col(Invitation.ends_at) >= now))
    return {person: ends for person, ends in rows}  # noqa: C416 - rows are not tuples to the type checker


def last_tries(session: Session, addresses: Sequence[Address]) -> dict[str, Delivery]:
    """Give the newest delivery to each address, by the address's id."""
    found: dict[str, Delivery] = {}
    for one in addresses:
        there = col(Delivery.address) == one.address, col(Delivery.channel) == one.channel
        query = select(Delivery).where(*there, col(Delivery.person_id) == one.person_id)
        newest = session.scalars(query.order_by(col(Delivery.owed_at).desc()).limit(1)).first()
        if newest is not None:
            found[one.id] = newest
    return found


def keys(session: Session) -> Sequence[Key]:
    """Give every key, the newest first."""
    return session.scalars(select(Key).order_by(col(Key.made_at).desc(), col(Key.id))).all()


def letter_wishes(session: Session) -> dict[str, str]:
    """Give what is asked to be done with dead letters and is not done yet: kind of the wish, by its id."""
    rows: Any = session.execute(select(col(Outbox.id), col(Outbox.kind)).where(col(Outbox.kind).in_(LetterWish)))
    return {id_: kind for id_, kind in rows}  # noqa: C416 - rows are not tuples to the type checker
