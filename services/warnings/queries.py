"""Ask the store what early warning counts, and for warnings and what people entered about them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.records.running import Process
from schemas.records.warnings import DateEntry, EarlyWarning, Indicator, Outcome
from schemas.rows.incidents import IncidentRow
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow, IndicatorRow, OutcomeRow
from schemas.vocabulary import OPEN_VALUES, EventKind, IncidentState, Origin
from services.store.transaction import Session, Transaction, each_of, rows_of, table_of
from services.warnings.counting import Ahead

INCIDENTS = table_of(Incident)
COLUMNS = (
    "id",
    "issue",
    "issue_secondary",
    "form",
    "level",
    "kecamatan",
    "desa",
    "place",
    "parties",
    "facts",
    "occurred_start",
    "opened_at",
)
LEFT_OUT = (IncidentState.DISMISSED.value, IncidentState.MERGED.value)
COUNTS = (
    INCIDENTS.c.origin == Origin.REPORTS.value,
    INCIDENTS.c.exercise.is_(False),
    INCIDENTS.c.conflict.is_(True),
    INCIDENTS.c.state.not_in(LEFT_OUT),
)
HAPPENED = case(
    (INCIDENTS.c.occurred_start < INCIDENTS.c.opened_at, INCIDENTS.c.occurred_start), else_=INCIDENTS.c.opened_at
)  # by this instant an incident has its day
WARNINGS = table_of(EarlyWarning)


@dataclass(frozen=True)
class Inside:
    """A stretch of time [start, end) and what is asked of its incidents; an empty bound, list or level means any.

    With `unless`, an issue that is none of these is asked for too.
    """

    start: datetime
    end: datetime | None = None
    issues: Collection[str] = ()
    unless: Collection[str] = ()
    forms: Collection[str] = ()
    least_level: int = 0


def countable(session: Session, kabupaten: str, since: datetime) -> list[IncidentRow]:
    """Return the columns that counting needs of incidents of a kabupaten told since an instant.

    Left out are exercises, what is no conflict, what was dismissed or merged, and warnings.
    """
    return rows_of(session, Incident, _countable(kabupaten, since))


def each_countable(session: Session, kabupaten: str, since: datetime) -> Iterator[IncidentRow]:
    """Yield what `countable` returns, a page at a time, while the session is open."""
    return each_of(session, Incident, _countable(kabupaten, since))


def _countable(kabupaten: str, since: datetime) -> Select[Any]:
    told = or_(INCIDENTS.c.opened_at >= since, INCIDENTS.c.occurred_start >= since)
    return _rows(INCIDENTS.c.kecamatan.startswith(f"{kabupaten}."), told)


def _rows(*where: ColumnElement[bool]) -> Select[Any]:
    """Give the statement that reads what counting needs of incidents that count."""
    return select_columns(*(INCIDENTS.c[name] for name in COLUMNS)).where(*COUNTS, *where)


def each_inside(session: Session, areas: Collection[str], wanted: Sequence[Inside]) -> Iterator[IncidentRow]:
    """Yield the columns that counting needs of incidents in these kecamatan that any of some stretches asks for.

    One that several ask for comes as often. They are read a page at a time, while the session is open.
    """
    here = INCIDENTS.c.kecamatan.in_(list(areas))
    for one in wanted:
        yield from each_of(session, Incident, _rows(here, *_inside(one)))


def _inside(one: Inside) -> Iterator[ColumnElement[bool]]:
    begun = INCIDENTS.c.occurred_start
    # The earlier of two instants is not before a third where neither is; each has its own column.
    yield INCIDENTS.c.opened_at >= one.start
    yield or_(begun.is_(None), begun >= one.start)
    if one.end is not None:
        yield or_(INCIDENTS.c.opened_at < one.end, begun < one.end)
    if one.issues:
        named = INCIDENTS.c.issue.in_(sorted(one.issues))
        yield or_(named, INCIDENTS.c.issue.not_in(sorted(one.unless))) if one.unless else named
    if one.forms:
        yield INCIDENTS.c.form.in_(sorted(one.forms))
    if one.least_level:
        yield INCIDENTS.c.level >= one.least_level


def daily(
    session: Session, areas: Collection[str], since: datetime, ahead: Sequence[Ahead]
) -> Iterator[tuple[str, str, date, int]]:
    """Yield (kecamatan, issue, local day, how many incidents that count) told or begun since an instant.

    `ahead` says by how much the place's clock is ahead of UTC. The store adds up: rows are few however many incidents.
    """
    table = INCIDENTS.c
    told = or_(table.opened_at >= since, table.occurred_start >= since)
    day = _local_day(session, HAPPENED, ahead).label("day")
    days = select_columns(table.kecamatan, table.issue, day).where(*COUNTS, table.kecamatan.in_(list(areas)), told)
    each = days.subquery().c
    query = select_columns(each.kecamatan, each.issue, each.day, func.count())
    rows: Any = session.connection().execute(query.group_by(each.kecamatan, each.issue, each.day))
    for kecamatan, issue, text, many in rows:
        yield kecamatan, issue, date.fromisoformat(text), many


def _local_day(session: Session, at: ColumnElement[Any], ahead: Sequence[Ahead]) -> ColumnElement[str]:
    """Give the expression of the day of an instant by a clock ahead of UTC, as YYYY-MM-DD."""
    first, *others = ahead
    if session.get_bind().dialect.name == "sqlite":  # to the second: it would round what is finer
        shift: Any = _shift(
            [(one.since, f"{one.seconds:+d} seconds") for one in others], at, f"{first.seconds:+d} seconds"
        )
        return func.strftime("%Y-%m-%d", func.substr(at, 1, 19), shift)
    shift = _shift([(one.since, one.seconds) for one in others], at, first.seconds)
    moved = func.timezone("UTC", at) + func.make_interval(0, 0, 0, 0, 0, 0, shift)
    return func.to_char(moved, "YYYY-MM-DD")


def _shift(later: Sequence[tuple[datetime, Any]], at: ColumnElement[Any], first: Any) -> Any:
    """Give the expression of what holds at an instant: `first`, and from each later one on another."""
    return case(*((at >= since, value) for since, value in reversed(later)), else_=first) if later else first


def told_since(session: Session, since: datetime) -> list[IncidentRow]:
    """Return what counting needs of every incident told since an instant, also of those that no longer count.

    Left out are exercises and warnings.
    """
    names = (*COLUMNS, "state", "conflict", "closed_at", "close_reason")
    query = select_columns(*(INCIDENTS.c[name] for name in names)).where(
        INCIDENTS.c.origin == Origin.REPORTS.value,
        INCIDENTS.c.exercise.is_(False),
        or_(INCIDENTS.c.opened_at >= since, INCIDENTS.c.occurred_start >= since),
    )
    return rows_of(session, Incident, query)


def counts(row: IncidentRow) -> bool:
    """Say whether an incident of `told_since` is one of `countable`, its kabupaten apart."""
    return row["conflict"] and row["state"] not in LEFT_OUT


def reporting_days(session: Session, kabupaten: str, since: datetime, ahead: Sequence[Ahead]) -> list[tuple[str, date]]:
    """Return each kecamatan with each local day since an instant on which `reporting` has a report of it."""
    day = _local_day(session, table_of(Report).c.filed_at, ahead).label("day")
    query = (
        select_columns(col(Incident.kecamatan), day)
        .join(Incident, col(Incident.id) == col(Report.incident_id))
        .where(
            col(Report.filed_at) >= since,
            col(Report.exercise).is_(False),
            col(Incident.kecamatan).startswith(f"{kabupaten}."),
        )
        .distinct()
    )
    rows: Any = session.connection().execute(query)
    return [(area, date.fromisoformat(text)) for area, text in rows]


def reporting(session: Session, kabupaten: str, since: datetime) -> list[tuple[str, datetime]]:
    """Return (kecamatan, filed at) of every report since an instant that is no exercise, nil reports too."""
    query = (
        select(Incident.kecamatan, Report.filed_at)
        .join(Incident, col(Incident.id) == col(Report.incident_id))
        .where(
            col(Report.filed_at) >= since,
            col(Report.exercise).is_(False),
            col(Incident.kecamatan).startswith(f"{kabupaten}."),
        )
    )
    return [(area, at) for area, at in session.exec(query) if area is not None]


def warnings_since(session: Session, since: datetime) -> list[EarlyWarningRow]:
    """Return the warnings raised since an instant, and older ones that have not ended; the newest first."""
    query = select_columns(WARNINGS).where(or_(WARNINGS.c.raised_at >= since, WARNINGS.c.ended_at.is_(None)))
    return rows_of(session, EarlyWarning, query.order_by(WARNINGS.c.raised_at.desc(), WARNINGS.c.id))


def warning(session: Session, id_: str) -> EarlyWarningRow | None:
    """Return one warning."""
    found = rows_of(session, EarlyWarning, select_columns(WARNINGS).where(WARNINGS.c.id == id_))
    return found[0] if found else None


def outcomes(session: Session, warnings: Collection[str] | None = None) -> list[OutcomeRow]:
    """Return what people said of these warnings, or of all, the oldest first."""
    table = table_of(Outcome)
    query = select_columns(table).order_by(table.c.at)
    if warnings is not None:
        query = query.where(table.c.warning_id.in_(list(warnings)))
    return rows_of(session, Outcome, query)


def indicators(session: Session, since_week: str) -> list[IndicatorRow]:
    """Return the signs entered for weeks from one Monday (ISO date) on, the newest first."""
    table = table_of(Indicator)
    query = select_columns(table).where(table.c.week >= since_week)
    return rows_of(session, Indicator, query.order_by(table.c.week.desc(), table.c.kecamatan, table.c.code))


def entered_dates(session: Session) -> list[DateEntryRow]:
    """Return the windows that people entered, withdrawn ones too, the first to begin first."""
    table = table_of(DateEntry)
    return rows_of(session, DateEntry, select_columns(table).order_by(table.c.first, table.c.id))


def delete_indicator(tx: Transaction, id_: str) -> None:
    """Take one sign back."""
    table = table_of(Indicator)
    tx.session.connection().execute(table.delete().where(table.c.id == id_))


def states_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the state of the rows of `incident` with these ids."""
    query = select_columns(INCIDENTS.c.id, INCIDENTS.c.state).where(INCIDENTS.c.id.in_(list(ids)))
    rows: Any = session.connection().execute(query)
    return {id_: state for id_, state in rows}  # noqa: C416 - rows are not tuples to the type checker


def counts_by_kind(session: Session) -> Sequence[tuple[str, bool, int]]:
    """Count warnings by (kind, ended)."""
    ended = WARNINGS.c.ended_at.is_not(None)
    rows: Any = session.connection().execute(
        select_columns(WARNINGS.c.kind, ended, func.count())
        .where(WARNINGS.c.exercise.is_(False))
        .group_by(WARNINGS.c.kind, ended)
    )
    return [tuple(row) for row in rows]


def first_seen(session: Session, kabupaten: str) -> datetime | None:
    """Return when the first incident of a kabupaten was told or happened that counts."""
    first = func.min(func.coalesce(col(Incident.occurred_start), col(Incident.opened_at)))
    query = select(first).where(
        col(Incident.origin) == Origin.REPORTS.value, col(Incident.kecamatan).startswith(f"{kabupaten}.")
    )
    return session.exec(query).one()


def lines_of(session: Session, warning_id: str) -> Sequence[Journal]:
    """Return the audit lines of a warning that speak of the warning itself."""
    query = select(Journal).where(Journal.incident_id == warning_id, col(Journal.kind).startswith("warning."))
    return session.exec(query.order_by(col(Journal.seq))).all()


def watchers(session: Session) -> list[Process]:
    """Return the notifiers that live, whose facts say when they last looked for what is unusual."""
    return list(session.exec(select(Process).where(Process.service == "notify")))


def is_verified(session: Session, warning_id: str) -> bool:
    """Say whether an officer has verified a warning, by the audit log."""
    query = select(Journal.seq).where(
        Journal.incident_id == warning_id, Journal.kind == EventKind.INCIDENT_VERIFIED.value
    )
    return session.exec(query.limit(1)).first() is not None


def open_exercises(session: Session) -> list[str]:
    """Return the warnings that are exercises and still open."""
    query = select(Incident.id).where(
        col(Incident.exercise), Incident.origin == Origin.WARNING.value, col(Incident.state).in_(OPEN_VALUES)
    )
    return list(session.exec(query.order_by(col(Incident.id))))
