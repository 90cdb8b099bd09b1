"""Ask the store what contacts and the outbox hold: failing addresses, conflict statuses, published events."""

from collections.abc import Sequence

from sqlmodel import col, delete, select

from schemas.records.incidents import ConflictStatus
from schemas.records.people import Address
from schemas.records.running import Outbox
from services.store.transaction import Session, Transaction


def failing_addresses(session: Session) -> frozenset[tuple[str, str]]:
    """Return (channel, address) of every address to which a message was given up lately."""
    marked = select(Address.channel, Address.address).where(col(Address.failed_at).is_not(None))
    return frozenset((channel, address) for channel, address in session.exec(marked))


def recorded_statuses(session: Session) -> Sequence[ConflictStatus]:
    """Return the recorded statuses keadaan konflik that nobody has ended."""
    return session.exec(select(ConflictStatus).where(col(ConflictStatus.ended_at).is_(None))).all()


def delete_events(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete outbox events that were heard."""
    tx.session.exec(delete(Outbox).where(col(Outbox.id).in_(ids)))
