"""Ask the store what is known of incidents that somebody is to be told of, and whose timers are due."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, literal_column, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Silence
from schemas.records.reports import Report
from schemas.records.running import Outbox
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import WAITING, EventKind, LetterWish
from services.notify.queries import is_outbox_empty
from services.store.statements import find
from services.store.transaction import Session, Transaction, rows_of, table_of

AT_MOST = 1000  # rows of one kind in one sweep
JOURNAL = table_of(Journal)
REPORTS = table_of(Report)
NAMED = (
    select_columns(REPORTS.c.id, REPORTS.c.incident_id, REPORTS.c.folded_into)
    .where(
        REPORTS.c.incident_id.in_(bindparam("incidents", expanding=True))
        | REPORTS.c.folded_into.in_(bindparam("incidents", expanding=True))
    )
    .order_by(REPORTS.c.filed_at)
)
LINES = select_columns(JOURNAL.c.data).where(
    JOURNAL.c.incident_id == bindparam("incident"), JOURNAL.c.kind == bindparam("kind")
)
LINES_OF_MANY = select_columns(JOURNAL.c.incident_id, JOURNAL.c.data).where(
    JOURNAL.c.incident_id.in_(bindparam("incidents", expanding=True)), JOURNAL.c.kind == bindparam("kind")
)
DELIVERIES, ALERTS, LADDERS, SILENCES = (table_of(one) for one in (Delivery, Alert, Ladder, Silence))
NOW: Any = bindparam("now")
ANYTHING_DUE: Select[tuple[int]] = select_columns(literal_column("1")).where(
    or_(
        exists().where(or_(*(DELIVERIES.c.state == one for one in WAITING)), DELIVERIES.c.next_at <= NOW),
        exists().where(ALERTS.c.remind_at <= NOW),
        exists().where(ALERTS.c.sitrep_due <= NOW),
        exists().where(SILENCES.c.id == ALERTS.c.held_by, ALERTS.c.remind_at.is_not(None), SILENCES.c.ends_at <= NOW),
        exists().where(LADDERS.c.next_at <= NOW),
    )
)
TEXTS = select_columns(REPORTS.c.id, REPORTS.c.text).where(REPORTS.c.id.in_(bindparam("reports", expanding=True)))


def reports_of(tx: Transaction, incidents: Sequence[str]) -> list[tuple[str, str]]:
    """Return (report, incident it is in now), oldest first, those included that a merge has brought."""
    rows = find(tx.connection, NAMED, {"incidents": list(incidents)}).rows
    return [(id_, into or incident) for id_, incident, into in rows]


def first_texts(session: Session, incidents: Sequence[str]) -> list[str]:
    """Return the text of the first report of each of these incidents, those included that a merge has brought."""
    first: dict[str, str] = {}
    connection = session.connection()
    for id_, incident, into in find(connection, NAMED, {"incidents": list(incidents)}).rows:
        first.setdefault(into or incident, id_)
    return [text for _, text in find(connection, TEXTS, {"reports": list(first.values())}).rows]


def texts_of(tx: Transaction, reports: Sequence[str]) -> dict[str, str]:
    """Return the text of each of these reports that is there."""
    return dict(find(tx.connection, TEXTS, {"reports": list(reports)}).rows)


def verified_among(tx: Transaction, incidents: Sequence[str]) -> set[str]:
    """Return which of these incidents an officer has verified, by the audit log."""
    lines = select_columns(JOURNAL.c.incident_id).where(
        JOURNAL.c.kind == EventKind.INCIDENT_VERIFIED, JOURNAL.c.incident_id.in_(incidents)
    )
    return set(tx.session.connection().scalars(lines))


def sent_for(tx: Transaction, alert: str, since: int) -> list[DeliveryRow]:
    """Return what has gone out for an alert since a round of alerting: id, channel, address and state."""
    table = table_of(Delivery)
    query = select_columns(table.c.id, table.c.channel, table.c.address, table.c.state).where(
        table.c.alert_id == alert, table.c.round >= since
    )
    return rows_of(tx.session, Delivery, query)


def data_of_lines(tx: Transaction, incident: str, kind: str) -> list[dict[str, Any]]:
    """Return the data of an incident's audit lines of one kind."""
    return [data for (data,) in find(tx.connection, LINES, {"incident": incident, "kind": kind}).rows]


def data_by_incident(tx: Transaction, incidents: Sequence[str], kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Return (incident, data) of the audit lines of one kind that these incidents have."""
    if not incidents:
        return []
    asked = {"incidents": list(incidents), "kind": kind}
    return [(incident, data) for incident, data in find(tx.connection, LINES_OF_MANY, asked).rows]


def has_line(tx: Transaction, incident: str, kind: str) -> bool:
    """Say whether an incident has an audit line of a kind."""
    line = select(Journal.seq).where(col(Journal.incident_id) == incident, col(Journal.kind) == kind).limit(1)
    return tx.session.scalars(line).first() is not None


def due_rows(session: Session, table: Any, column: Any, now: datetime, only: str | None) -> Sequence[Any]:
    """Return rows whose timer `column` has come, the oldest first, of all incidents or of one."""
    query = select(table).where(col(column).is_not(None), col(column) <= now)
    if only is not None:
        query = query.where(table.incident_id == only)
    return list(session.scalars(query.order_by(column).limit(AT_MOST)))


def released(session: Session, now: datetime, only: str | None) -> Sequence[Alert]:
    """Return the alerts that a silence held back which has ended, of all incidents or of one."""
    query = _released(now) if only is None else _released(now).where(col(Alert.incident_id) == only)
    return session.scalars(query.limit(AT_MOST)).all()


def _released(now: datetime) -> SelectOfScalar[Alert]:
    joined = select(Alert).join(Silence, col(Silence.id) == col(Alert.held_by))
    return joined.where(col(Alert.remind_at).is_not(None), col(Silence.ends_at) <= now)


def anything_due(session: Session, now: datetime) -> bool:
    """Ask cheaply whether a tick has work, so that an idle system takes no write lock every second."""
    return bool(find(session.connection(), ANYTHING_DUE, {"now": now}).rows)


def unheard_events(session: Session, before: datetime, kinds: Collection[str]) -> Sequence[Outbox]:
    """Return the oldest events of these kinds made before an instant: notify has not heard them from the bus."""
    events = select(Outbox).where(col(Outbox.kind).in_(kinds), col(Outbox.made_at) < before)
    return session.exec(events.order_by(col(Outbox.made_at)).limit(AT_MOST)).all()


def oldest_events(session: Session) -> Sequence[Outbox]:
    """Return the oldest events that the bus has not got yet, or notify has not heard yet."""
    if is_outbox_empty(session):
        return []
    events = select(Outbox).where(col(Outbox.kind).not_in(LetterWish))
    return session.exec(events.order_by(col(Outbox.made_at)).limit(AT_MOST)).all()
