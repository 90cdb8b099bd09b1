"""Ask the store for keys and for who may sign in."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import col, select

from schemas.records import Invitation, Key, Person, SignIn
from services.store.transaction import Session, Transaction


def keys(session: Session) -> Sequence[Key]:
    """Return every key that was made, revoked ones too."""
    return session.exec(select(Key)).all()


def active_person(session: Session, login: str) -> Person | None:
    """Return the active person of a login."""
    return session.exec(select(Person).where(Person.login == login, col(Person.active))).first()


def end_invitations(tx: Transaction, person: str) -> None:
    """End the invitations of a person that nobody has used."""
    unused = col(Invitation.used_at).is_(None)
    tx.session.execute(delete(Invitation).where(col(Invitation.person_id) == person, unused))


def use_invitation(tx: Transaction, id_: str) -> None:
    """Let an invitation work no more."""
    tx.session.get_one(Invitation, id_).used_at = tx.now


def end_sessions(tx: Transaction, person: str) -> None:
    """Sign a person out everywhere."""
    tx.session.execute(delete(SignIn).where(col(SignIn.person_id) == person))
