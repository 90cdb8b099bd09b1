"""Ask the store which incidents have changed since correlation last looked, and what a sender has on file."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import Origin
from services.store.statements import find
from services.store.transaction import Session, table_of

INCIDENTS = table_of(Incident)
CHANGED = (
    select(INCIDENTS.c.id, INCIDENTS.c.stamp)
    .where(
        INCIDENTS.c.stamp > bindparam("stamp"),
        INCIDENTS.c.changed_at >= bindparam("since"),
        INCIDENTS.c.origin == Origin.REPORTS.value,  # no report is ever folded into a warning
    )
    .order_by(INCIDENTS.c.stamp)
)
FEATURES = (
    select(INCIDENTS.c.state, INCIDENTS.c.exercise, INCIDENTS.c.merged_into, INCIDENTS.c.features)
    .where(INCIDENTS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(INCIDENTS.c.stamp)
)
AT_ONCE = 500


def stamps_after(session: Session, stamp: int, since: datetime) -> dict[str, int]:
    """Return the stamps of incidents stamped after `stamp` and changed since an instant, in their order."""
    return dict(find(session.connection(), CHANGED, {"stamp": stamp, "since": since}).rows)


def features_of(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, bool, str | None, dict[str, Any]]]:
    """Yield (state, exercise, merged into, features) of incidents, those changed first at the beginning."""
    for start in range(0, len(ids), AT_ONCE):  # after a start there are thousands
        yield from find(session.connection(), FEATURES, {"ids": list(ids[start : start + AT_ONCE])}).rows


def newest_reports(
    session: Session, incidents: Collection[str], sources: Collection[str], most: int
) -> Iterable[Report]:
    """Return at most `most` reports of these incidents by these sources, the newest first."""
    of_them = col(Report.incident_id).in_(incidents) & col(Report.source).in_(sources)
    return session.scalars(select(Report).where(of_them).order_by(col(Report.filed_at).desc()).limit(most))


def known_reports(session: Session, ids: Collection[str]) -> set[str]:
    """Return which of these reports are on file."""
    return set(session.scalars(select(col(Report.id)).where(col(Report.id).in_(ids))))
