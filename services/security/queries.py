"""Ask the store for keys and for who may sign in."""

from collections.abc import Sequence

from sqlmodel import col, select

from schemas.records import Key, Person
from services.store.transaction import Session


def keys(session: Session) -> Sequence[Key]:
    """Return every key that was made, revoked ones too."""
    return session.exec(select(Key)).all()


def active_person(session: Session, login: str) -> Person | None:
    """Return the active person of a login."""
    return session.exec(select(Person).where(Person.login == login, col(Person.active))).first()
