"""Ask the store for the keys of reports, what is kept of their sources, and what a person has on file."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records import ReporterKey, ReportSource
from services.store.transaction import Session, Transaction, table_of

KEYS = table_of(ReporterKey)
AT_ONCE = 500  # ids in one statement


def wrapped_key(session: Session, id_: str) -> str | None:
    """Return a key as it is wrapped; None where there is none, or none any more."""
    return session.scalars(select(ReporterKey.wrapped).where(col(ReporterKey.id) == id_)).first()


def wrapped_keys(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return wrapped keys by id."""
    found: dict[str, str] = {}
    asked = list(ids)
    for start in range(0, len(asked), AT_ONCE):
        rows: Any = session.execute(
            select_columns(KEYS.c.id, KEYS.c.wrapped).where(KEYS.c.id.in_(asked[start : start + AT_ONCE]))
        )
        found |= dict(rows.all())
    return found


def all_keys(session: Session) -> Iterable[ReporterKey]:
    """Return every key, the root too."""
    return session.exec(select(ReporterKey).order_by(col(ReporterKey.id)))


def rewrap(tx: Transaction, id_: str, wrapped: str) -> None:
    """Write a key wrapped anew."""
    tx.session.connection().execute(update(KEYS).where(KEYS.c.id == id_).values(wrapped=wrapped))


def reports_of(session: Session, people: Collection[str]) -> list[str]:
    """Return the reports whose keys belong to a person, by the person's handles."""
    return list(session.scalars(select(ReporterKey.id).where(col(ReporterKey.person).in_(people))))


def delete_keys(tx: Transaction, ids: Collection[str]) -> int:
    """Delete keys; returns how many there were."""
    gone = 0
    asked = list(ids)
    for start in range(0, len(asked), AT_ONCE):
        done: Any = tx.session.connection().execute(delete(KEYS).where(KEYS.c.id.in_(asked[start : start + AT_ONCE])))
        gone += done.rowcount
    return gone


def plain_sources(session: Session, limit: int) -> Sequence[ReportSource]:
    """Return what is kept of sources in plain text, at most so many."""
    return session.exec(select(ReportSource).where(col(ReportSource.sealed).is_(None)).limit(limit)).all()


def count_plain(session: Session) -> int:
    """Count the sources that are kept in plain text."""
    return session.exec(select(func.count()).select_from(ReportSource).where(col(ReportSource.sealed).is_(None))).one()
