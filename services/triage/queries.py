"""Ask the store which incidents have changed since correlation last looked, and what a sender has on file."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from schemas.records import Incident, Report
from schemas.vocabulary import Origin
from services.store.transaction import Session, table_of

INCIDENTS = table_of(Incident)
CHANGED = (
    select(INCIDENTS.c.state, INCIDENTS.c.exercise, INCIDENTS.c.features, INCIDENTS.c.stamp)
    .where(
        INCIDENTS.c.stamp > bindparam("stamp"),
        INCIDENTS.c.changed_at >= bindparam("since"),
        INCIDENTS.c.origin == Origin.REPORTS.value,  # no report is ever folded into a warning
    )
    .order_by(INCIDENTS.c.stamp)
)


def changed_after(session: Session, stamp: int, since: datetime) -> Iterable[tuple[str, bool, dict[str, Any], int]]:
    """Return (state, exercise, features, stamp) of incidents stamped after `stamp` and changed since an instant."""
    rows: Any = session.connection().execute(CHANGED, {"stamp": stamp, "since": since})
    return rows  # type: ignore[no-any-return] # read row by row: after a start there are thousands


def newest_reports(
    session: Session, incidents: Collection[str], sources: Collection[str], most: int
) -> Iterable[Report]:
    """Return at most `most` reports of these incidents by these sources, the newest first."""
    of_them = col(Report.incident_id).in_(incidents) & col(Report.source).in_(sources)
    return session.scalars(select(Report).where(of_them).order_by(col(Report.filed_at).desc()).limit(most))


def known_reports(session: Session, ids: Collection[str]) -> set[str]:
    """Return which of these reports are on file."""
    return set(session.scalars(select(col(Report.id)).where(col(Report.id).in_(ids))))
