"""Ask the store who has which incident open, and what others have done to one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from schemas.records.audit_log import Journal
from schemas.records.people import Person
from schemas.records.running import Presence
from services.store.transaction import Session, Transaction


def present(session: Session, incidents: Collection[str], since: datetime) -> list[tuple[Presence, str, str | None]]:
    """Give who had these incidents open since then, each with name and institution, the latest first."""
    query = select(Presence, col(Person.name), col(Person.institution)).join(
        Person, col(Person.id) == col(Presence.person_id)
    )
    kept = (col(Presence.incident_id).in_(list(incidents)), col(Presence.at) >= since, col(Person.active))
    rows: Any = session.execute(query.where(*kept).order_by(col(Presence.at).desc(), col(Presence.id)))
    return [(row, name, institution) for row, name, institution in rows]


def forget_before(tx: Transaction, moment: datetime) -> None:
    """Take away what was noted before then."""
    tx.session.execute(delete(Presence).where(col(Presence.at) < moment))


def changes_by_others(
    session: Session, incident: str, after: int, person: str, kinds: Collection[str]
) -> Sequence[int]:
    """Give the numbers of the lines of these kinds after line `after` that somebody else has caused."""
    query = select(col(Journal.seq)).where(col(Journal.incident_id) == incident, col(Journal.seq) > after)
    found = session.scalars(query.where(col(Journal.kind).in_(list(kinds)), col(Journal.actor) != person))
    return found.all()
