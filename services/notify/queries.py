"""Ask the store what contacts and the outbox hold: failing addresses, conflict statuses, published events."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import col, delete, select

from schemas.records.incidents import ConflictStatus
from schemas.records.people import Address
from schemas.records.running import Outbox
from services.store.statements import find, run
from services.store.transaction import Session, Transaction, table_of

OUTBOX = table_of(Outbox)
HIGHEST = select_columns(func.max(OUTBOX.c.id))  # by its index: it is asked for each second
HEARD_NOW = delete(OUTBOX).where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))


def failing_addresses(session: Session) -> frozenset[tuple[str, str]]:
    """Return (channel, address) of every address to which a message was given up lately."""
    marked = select(Address.channel, Address.address).where(col(Address.failed_at).is_not(None))
    return frozenset((channel, address) for channel, address in session.exec(marked))


def recorded_statuses(session: Session) -> Sequence[ConflictStatus]:
    """Return the recorded statuses keadaan konflik that nobody has ended."""
    return session.exec(select(ConflictStatus).where(col(ConflictStatus.ended_at).is_(None))).all()


def is_outbox_empty(session: Session) -> bool:
    """Say whether nothing is owed to the bus, and nothing is wished: mostly so, and asked cheaply."""
    return find(session.connection(), HIGHEST, {}).rows[0][0] is None


def delete_events(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete outbox events that were heard."""
    run(tx.connection, HEARD_NOW, [{"ids": list(ids)}])
