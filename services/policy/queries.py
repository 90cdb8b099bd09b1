"""Ask the store which rules are in force and which processes run them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, delete, select

from schemas.records.running import Process, RulesInForce
from services.store.database import utc_now
from services.store.transaction import Session, Transaction


def columns_in_force(session: Session, names: Sequence[str]) -> Sequence[Any] | None:
    """Return these columns of the rules in force; None before the first notifier has started."""
    return session.execute(select(*(getattr(RulesInForce, name) for name in names))).first()


def texts(session: Session) -> dict[str, str] | None:
    """Return the texts of the rules in force by file name; None where none are."""
    found = session.exec(select(RulesInForce.files)).first()
    return dict(found) if found is not None else None


def rules_in_force(session: Session) -> RulesInForce:
    """Return the row of the rules in force, texts and all; there must be one."""
    return session.exec(select(RulesInForce)).one()


def forget_processes(tx: Transaction, before: datetime) -> None:
    """Delete the processes whose last sign of life is older than an instant."""
    tx.session.exec(delete(Process).where(col(Process.seen_at) < before))


def processes(session: Session) -> Sequence[Process]:
    """Return the services that gave a sign of life lately, in the order of their ids."""
    return session.exec(select(Process).order_by(col(Process.id))).all()


def seconds_apart(session: Session, clock: Callable[[], datetime] = utc_now) -> int:
    """Return by how many seconds the database's clock is ahead of this machine's, beyond what asking took; or behind.

    On SQLite there is one machine and one clock.
    """
    if session.connection().dialect.name != "postgresql":
        return 0
    asked = clock()
    said = session.execute(select(func.clock_timestamp())).scalar_one()
    answered = clock()
    apart = max((said - answered).total_seconds(), 0) + min((said - asked).total_seconds(), 0)
    return round(float(apart))
