"""Ask the store what the pages of early warning show; warnings and incidents are asked for one reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.district import District
from schemas.records import Alert, Incident, Journal
from schemas.rows import DateEntryRow, EarlyWarningRow, IncidentRow, IndicatorRow, OutcomeRow
from services.console.incidents.queries import alerts_of, visible
from services.incidents.access import hidden_issues
from services.security.auth import Identity
from services.store.transaction import Session
from services.warnings import queries
from services.warnings.rises import MOST_DAYS
from services.warnings.thresholds import BASE_DAYS

AT_ONCE = 500  # ids in one statement
SIGNS = "signs.noted"  # kind of the lines that say which signs stand from then on, and which stood before


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


class JournalLine(NamedTuple):
    """One line of the audit log, as far as it says what something was before or after it."""

    incident: str | None
    seq: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, Any]


LINE = (Journal.incident_id, Journal.seq, Journal.at, Journal.kind, Journal.actor, Journal.data)


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


def read_all(
    session: Session, reader: Identity, district: District, moment: datetime, since_week: str
) -> tuple[Read, list[JournalLine]]:
    """Read what is needed to say how things stood at an instant, and the lines of what has changed since.

    Incidents that no longer count are among them, except those whose issue is now kept from the reader.
    """
    found = read(session, reader, district, moment, since_week)
    hidden = hidden_issues(reader, district)
    told = queries.told_since(session, moment - timedelta(days=MOST_DAYS))
    known = [one for one in told if one["issue"] not in hidden]
    # What is countable now is no more than these: whether each may be opened is asked for those that are not.
    others = {one["id"] for one in known} - {one["id"] for one in found.countable}
    opened = found.open_ids | set(seen(session, reader, district, sorted(others)))
    return replace(found, countable=known, open_ids=frozenset(opened)), lines_after(session, moment)


def lines_after(session: Session, moment: datetime) -> list[JournalLine]:
    """Give every line of incidents and warnings that have one after an instant, and signs noted after it, by number.

    Lines are found by their numbers, which follow time: what is older than the instant is read of those alone.
    """
    last = select(col(Journal.seq)).where(col(Journal.at) <= moment).order_by(col(Journal.seq).desc()).limit(1)
    after = session.exec(last).first() or 0
    columns = tuple(col(one) for one in LINE)
    rows: Any = session.execute(select_columns(*columns).where(col(Journal.seq) > after).order_by(col(Journal.seq)))
    late = [line for row in rows if (line := JournalLine(*row)).at > moment]
    ids = sorted({one.incident for one in late if one.incident is not None})
    found = [one for one in late if one.kind == SIGNS]
    for start in range(0, len(ids), AT_ONCE):
        some = col(Journal.incident_id).in_(ids[start : start + AT_ONCE])
        rows = session.execute(select_columns(*columns).where(some))
        found += [JournalLine(*row) for row in rows]
    return sorted(found, key=lambda one: one.seq)


def seen(session: Session, reader: Identity, district: District, ids: Collection[str]) -> dict[str, Incident]:
    """Return the rows with these ids that the reader may know of, by id."""
    asked = list(ids)
    found: dict[str, Incident] = {}
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        query = select(Incident).where(col(Incident.id).in_(some), *visible(reader, district))
        found |= {row.id: row for row in session.scalars(query)}
    return found
