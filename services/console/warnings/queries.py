"""Ask the store what the pages of early warning show; warnings and incidents are asked for one reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.rows.incidents import IncidentRow
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow, IndicatorRow, OutcomeRow
from schemas.vocabulary import EventKind
from services.console.incidents.queries import alerts_of, visible
from services.incidents.access import hidden_issues
from services.office.queries import KINDS as INCIDENT_KINDS
from services.security.auth import Identity
from services.store.transaction import Session
from services.warnings import queries
from services.warnings.rises import MOST_DAYS
from services.warnings.thresholds import BASE_DAYS

AT_ONCE = 500  # ids in one statement
JOINED = "warning.joined"  # kind of the lines of more words, of which nobody is told anew
JUDGED = "warning.judged"  # of those of what somebody said became of a warning
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


class Later(NamedTuple):
    """What the audit log says of what came after an instant."""

    touched: frozenset[str]  # incidents and warnings that have a line after it
    lines: list[JournalLine]  # of these whatever says how they stood, of any time; signs noted after it; by number


# Kinds of lines that say how an incident stood, or what people were told or said of a warning.
STOOD = (*INCIDENT_KINDS, EventKind.WARNING_RAISED.value, EventKind.WARNING_CHANGED.value, JOINED, JUDGED)
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
) -> tuple[Read, Later]:
    """Read what is needed to say how things stood at an instant, and the lines of what has changed since.

    Incidents that no longer count are among them, except those whose issue is now kept from the reader.
    """
    found = read(session, reader, district, moment, since_week)
    hidden = hidden_issues(reader, district)
    told = queries.told_since(session, moment - timedelta(days=MOST_DAYS))
    known = [one for one in told if not {one["issue"], one["issue_secondary"]}.intersection(hidden)]
    # What is countable now is no more than these: whether each may be opened is asked for those that are not.
    others = {one["id"] for one in known} - {one["id"] for one in found.countable}
    opened = found.open_ids | set(seen(session, reader, district, sorted(others)))
    return replace(found, countable=known, open_ids=frozenset(opened)), later_than(session, moment)


def later_than(session: Session, moment: datetime) -> Later:
    """Give what has changed after an instant.

    Lines are found by their numbers, which follow time. Only what is used of them is read: alerts and answers, most of
    an audit log, say nothing of how an incident stood.
    """
    last = select(col(Journal.seq)).where(col(Journal.at) <= moment).order_by(col(Journal.seq).desc()).limit(1)
    after = (col(Journal.seq) > (session.exec(last).first() or 0), col(Journal.at) > moment)
    columns = tuple(col(one) for one in LINE)
    touched = sorted(filter(None, session.scalars(select_columns(col(Journal.incident_id)).where(*after).distinct())))
    rows: Any = session.execute(select_columns(*columns).where(*after, col(Journal.kind) == SIGNS))
    found = [JournalLine(*row) for row in rows]
    for start in range(0, len(touched), AT_ONCE):
        some = col(Journal.incident_id).in_(touched[start : start + AT_ONCE])
        rows = session.execute(select_columns(*columns).where(some, col(Journal.kind).in_(STOOD)))
        found += [JournalLine(*row) for row in rows]
    return Later(frozenset(touched), sorted(found, key=lambda one: one.seq))


def seen(session: Session, reader: Identity, district: District, ids: Collection[str]) -> dict[str, Incident]:
    """Return the rows with these ids that the reader may know of, by id."""
    asked = list(ids)
    found: dict[str, Incident] = {}
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        query = select(Incident).where(col(Incident.id).in_(some), *visible(reader, district))
        found |= {row.id: row for row in session.scalars(query)}
    return found
