"""Ask the store what early warning counts, and for warnings and what people entered about them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
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
from services.store.transaction import Session, Transaction, rows_of, table_of

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
WARNINGS = table_of(EarlyWarning)


def countable(session: Session, kabupaten: str, since: datetime) -> list[IncidentRow]:
    """Return the columns that counting needs of incidents of a kabupaten told since an instant.

    Left out are exercises, what is no conflict, what was dismissed or merged, and warnings.
    """
    query = select_columns(*(INCIDENTS.c[name] for name in COLUMNS)).where(
        INCIDENTS.c.origin == Origin.REPORTS.value,
        INCIDENTS.c.exercise.is_(False),
        INCIDENTS.c.conflict.is_(True),
        INCIDENTS.c.state.not_in(LEFT_OUT),
        INCIDENTS.c.kecamatan.startswith(f"{kabupaten}."),
        or_(INCIDENTS.c.opened_at >= since, INCIDENTS.c.occurred_start >= since),
    )
    return rows_of(session, Incident, query)


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
