"""Ask the store what the pages of early warning show; warnings and incidents are asked for one reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from schemas.district import District
from schemas.records import Alert, Incident
from schemas.rows import DateEntryRow, EarlyWarningRow, IncidentRow, IndicatorRow, OutcomeRow
from services.console.incidents.queries import alerts_of, visible
from services.security.auth import Identity
from services.store.transaction import Session
from services.warnings import queries
from services.warnings.rises import MOST_DAYS
from services.warnings.thresholds import BASE_DAYS

AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True)
class Read:
    """What the store holds for the pages of early warning."""

    warnings: Sequence[EarlyWarningRow]  # that the reader may know of, the newest first
    rows: dict[str, Incident]  # on which they are answered
    alerts: dict[str, list[Alert]]
    outcomes: Sequence[OutcomeRow]
    countable: Sequence[IncidentRow]
    reporting: Sequence[tuple[str, datetime]]
    entries: Sequence[DateEntryRow]
    signs: Sequence[IndicatorRow]
    began: datetime | None
    open_ids: frozenset[str] = field(default=frozenset())  # incidents that the reader may open


def read(session: Session, reader: Identity, district: District, now: datetime, since_week: str) -> Read:
    """Read everything at once; `since_week` is the Monday from which signs are wanted."""
    since = now - timedelta(days=MOST_DAYS)
    found = queries.warnings_since(session, since)
    rows = seen(session, reader, district, [one["id"] for one in found])
    shown = [one for one in found if one["id"] in rows]
    countable = queries.countable(session, district.code, since)
    return Read(
        warnings=shown,
        rows=rows,
        alerts=alerts_of(session, list(rows)),
        outcomes=queries.outcomes(session, list(rows)),
        countable=countable,
        reporting=queries.reporting(session, district.code, now - timedelta(days=BASE_DAYS + 1)),
        entries=queries.entered_dates(session),
        signs=queries.indicators(session, since_week),
        began=queries.first_seen(session, district.code),
        open_ids=frozenset(seen(session, reader, district, [one["id"] for one in countable])),
    )


def seen(session: Session, reader: Identity, district: District, ids: Collection[str]) -> dict[str, Incident]:
    """Return the rows with these ids that the reader may know of, by id."""
    asked = list(ids)
    found: dict[str, Incident] = {}
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        query = select(Incident).where(col(Incident.id).in_(some), *visible(reader, district))
        found |= {row.id: row for row in session.scalars(query)}
    return found
