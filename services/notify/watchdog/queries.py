"""Ask the store what the watchdog looks at: broken promises, canaries, and what open incidents still refer to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_, select

from schemas.records.alerts import UNPROMISED, Alert, Delivery, Ladder
from schemas.records.audit_log import Chain, Journal
from schemas.records.incidents import Incident
from schemas.records.reports import Report, ReportSource
from schemas.records.running import Outbox, Process
from schemas.vocabulary import ANSWERED, OPEN_VALUES, WAITING, AlertState, DeliveryState, Duty, LadderStop, LetterWish
from services.notify.delivery.queries import LIMIT
from services.notify.queries import is_outbox_empty
from services.store.transaction import Session, Transaction, table_of

NAMED = 100  # findings of one kind that are named


# -- promises ----------------------------------------------------------------------------------------------------------


def _is_open(incident: Any) -> ColumnElement[bool]:
    """Give the condition that the incident of an id is open.

    Asked of what is found by itself, so that the store begins there: of what is late there is little, of what is open
    much.
    """
    return exists().where(col(Incident.id) == incident, col(Incident.state).in_(OPEN_VALUES))


def broken_incidents(session: Session, late: datetime) -> dict[str, list[str]]:
    """Return by kind of finding the open incidents whose ladder is missing, stands still or is later than `late`."""
    ladders = select(Ladder.incident_id)
    climbed = exists().where(col(Ladder.incident_id) == col(Incident.id))
    untold = select(Incident.id).where(col(Incident.state).in_(OPEN_VALUES), col(Incident.opened_at) < late, ~climbed)
    timerless = ladders.where(col(Ladder.stopped).is_(None), col(Ladder.next_at).is_(None))
    silent = col(Alert.state).not_in([state.value for state in ANSWERED])
    awaited = exists().where(
        col(Alert.incident_id) == col(Ladder.incident_id),
        or_(col(Alert.needed), col(Alert.duty) == Duty.LEAD.value),
        silent,
    )
    unchased = ladders.where(col(Ladder.stopped) == LadderStop.ACKNOWLEDGED.value, awaited)
    overdue = ladders.where(col(Ladder.next_at) < late)
    still_open = _is_open(col(Ladder.incident_id))
    kinds = {"timerless": timerless, "unchased": unchased, "late_ladder": overdue}
    found = {kind: _some(session, question.where(still_open)) for kind, question in kinds.items()}
    return {"untold": _some(session, untold), **found}


def unsealed_line(session: Session, before: datetime) -> Sequence[int]:
    """Return the number of the oldest line of the audit log without a hash, if it was written before then."""
    head = select(Chain.seq).where(col(Chain.id) == 1).scalar_subquery()
    oldest = select(Journal.seq, Journal.at).where(col(Journal.seq) > head).order_by(col(Journal.seq)).limit(1)
    return [line for line, at in session.exec(oldest) if at < before]


def broken_alerts(session: Session, late: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return by kind of finding (alert, incident) whose timer is missing or later than `late`."""
    alerts = select(Alert.id, Alert.incident_id)
    still_open = _is_open(col(Alert.incident_id))
    of_conflict = exists().where(  # of what is no conflict nothing else is asked
        col(Incident.id) == col(Alert.incident_id), col(Incident.state).in_(OPEN_VALUES), col(Incident.conflict)
    )
    questions = {
        "late_reminder": alerts.where(col(Alert.remind_at) < late, still_open),
        "late_sitrep": alerts.where(col(Alert.sitrep_due) < late, still_open),
        "unpromised": alerts.where(UNPROMISED, of_conflict),
    }
    return {kind: _some(session, question) for kind, question in questions.items()}


def broken_deliveries(session: Session, late: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return by kind of finding (delivery, incident) that is stuck, later than `late`, or dead with nothing else."""
    rows = select(Delivery.id, Delivery.incident_id)
    waiting = col(Delivery.state).in_(WAITING)
    dead = DeliveryState.DEAD.value
    # One address that works is enough: only where all that an alert sent has died does nobody know of it.
    of_alerts = col(Delivery.round) > 0  # that an incident was closed has told nobody of an alert
    other: Any = aliased(Delivery)
    living = exists().where(other.alert_id == col(Delivery.alert_id), other.state != dead, other.round > 0)
    owed = exists().where(
        col(Alert.id) == col(Delivery.alert_id),
        col(Alert.state) == AlertState.OWED.value,
        _is_open(col(Alert.incident_id)),
    )
    questions = {
        "stuck": rows.where(waiting, col(Delivery.next_at).is_(None)),
        "late_delivery": rows.where(waiting, col(Delivery.next_at) < late),
        "given_up": rows.where(
            col(Delivery.state) == dead,
            of_alerts,
            owed,
            ~living,
        ),
    }
    return {kind: _some(session, question) for kind, question in questions.items()}


def _some(session: Session, question: Any) -> list[Any]:
    return list(session.exec(question.limit(NAMED)))


def untold_incidents(session: Session, before: datetime, now: datetime) -> list[str]:
    """Return the open incidents without ladder and alert: nobody was told of them.

    Of those opened after `before` the event may be under way still; one opened after `now` was opened before the
    clock was set back.
    """
    told = (exists().where(col(table.incident_id) == col(Incident.id)) for table in (Ladder, Alert))
    late = or_(col(Incident.opened_at) < before, col(Incident.opened_at) > now)
    query = select(Incident.id).where(col(Incident.state).in_(OPEN_VALUES), late, *(~one for one in told))
    return _some(session, query.order_by(col(Incident.opened_at)))


def untold_changes(session: Session, before: datetime, now: datetime) -> list[str]:
    """Return the open incidents that stand higher, or otherwise, than their ladder knows: nobody was told of a change.

    What is compared is what `alerting/planner.py` brings into line whenever it tells of an incident: level, round, and
    that what is open and wants an answer is chased. Of those changed after `before` the event may be under way still.
    """
    late = or_(col(Incident.changed_at) < before, col(Incident.changed_at) > now)
    ended = (LadderStop.CLOSED, LadderStop.SETTLED, LadderStop.DISMISSED, LadderStop.NO_ANSWER)
    unchased = and_(col(Ladder.stopped).in_(ended), col(Incident.conflict))
    behind = or_(
        col(Incident.level) > col(Ladder.policy)["level"].as_integer(),
        col(Incident.round) > col(Ladder.round),
        col(Ladder.stopped) == LadderStop.MERGED,
        unchased,
    )
    query = select(Incident.id).join(Ladder, col(Ladder.incident_id) == col(Incident.id))
    return _some(
        session, query.where(col(Incident.state).in_(OPEN_VALUES), late, behind).order_by(col(Incident.changed_at))
    )


# -- clocks ------------------------------------------------------------------------------------------------------------

_TIMERS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (Ladder, "incident_id", ("next_at",)),
    (Alert, "id", ("remind_at", "sitrep_due", "ack_due")),
)
RUNNING = (DeliveryState.FAILED.value, DeliveryState.SENDING.value)


def move_timers(tx: Transaction, moved: timedelta) -> int:
    """Move the timers of open incidents, retries and leases by a step of the clock; returns how many rows."""
    still_open = select(Incident.id).where(col(Incident.state).in_(OPEN_VALUES))
    rows = 0
    for table, key, names in _TIMERS:
        columns = table_of(table).c
        wanted = select_columns(*(columns[name] for name in (key, *names))).where(columns.incident_id.in_(still_open))
        changes: list[Any] = []
        for id_, *instants in tx.session.execute(wanted):
            found = dict(zip(names, instants, strict=True))
            change = {name: instant + moved for name, instant in found.items() if instant is not None}
            if change:
                changes.append({key: id_, **change})
        tx.put(table, changes, key)
        rows += len(changes)
    delivery = table_of(Delivery).c
    waiting = select_columns(delivery.id, delivery.next_at).where(
        delivery.next_at.is_not(None), or_(delivery.state.in_(RUNNING), delivery.held == LIMIT)
    )
    retries: list[Any] = [{"id": id_, "next_at": at + moved} for id_, at in tx.session.execute(waiting)]
    tx.put(Delivery, retries)
    return rows + len(retries)


def bring_near(tx: Transaction, latest: datetime) -> int:
    """Make retries and leases due that are set beyond `latest`; returns how many."""
    table = table_of(Delivery)
    beyond = update(table).where(table.c.state.in_(RUNNING), table.c.next_at > latest).values(next_at=tx.now)
    return int(tx.session.connection().execute(beyond).rowcount)


# -- canaries ----------------------------------------------------------------------------------------------------------


def reporters_of(session: Session, incidents: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Return (incident, reporter) of every report of these incidents."""
    query = (
        select(Report.incident_id, ReportSource.reporter)
        .join(ReportSource, col(ReportSource.report_id) == col(Report.id))
        .where(col(Report.incident_id).in_(incidents))
    )
    return session.exec(query).all()


def first_sent_at(session: Session, incident: str) -> datetime | None:
    """Return when the first message about an incident was sent."""
    query = select(Delivery.sent_at).where(Delivery.incident_id == incident, col(Delivery.sent_at).is_not(None))
    return session.scalars(query.order_by(col(Delivery.sent_at))).first()


# -- early warning -----------------------------------------------------------------------------------------------------


def notifiers(session: Session) -> Sequence[tuple[datetime, Mapping[str, Any]]]:
    """Return (started at, what it has told of itself) of the notifiers that give signs of life."""
    return session.exec(select(Process.started_at, Process.facts).where(Process.service == "notify")).all()


# -- rules -------------------------------------------------------------------------------------------------------------


def open_issues(session: Session, besides: Collection[str] = ()) -> list[str]:
    """Return the issues of open incidents; `besides`: none of these is asked about."""
    still_open = col(Incident.state).in_(OPEN_VALUES)
    return list(_with_open(session, col(Incident.issue), still_open, besides))


def alerted_institutions(session: Session, besides: Collection[str] = ()) -> list[str]:
    """Return the institutions that have an alert of an open incident; `besides`: none of these is asked about."""
    still_open = _is_open(col(Alert.incident_id))
    return list(_with_open(session, col(Alert.institution), still_open, besides))


def _with_open(
    session: Session, column: Any, still_open: ColumnElement[bool], besides: Collection[str]
) -> Iterator[str]:
    """Yield the values of a column, of which there are few, that a row of something open has.

    An index gives the next value without a look at the rows between; then one row is looked for.
    """
    value: str | None = session.scalar(select(func.min(column)))
    while value is not None:
        if (
            value not in besides
            and session.scalar(select(column).where(column == value, still_open).limit(1)) is not None
        ):
            yield value
        value = session.scalar(select(func.min(column)).where(column > value))


# -- dead letters ------------------------------------------------------------------------------------------------------


def letter_wishes(session: Session) -> Sequence[Outbox]:
    """Return what people ask to be done with dead letters, the oldest first."""
    if is_outbox_empty(session):
        return []
    asked = select(Outbox).where(col(Outbox.kind).in_(LetterWish))
    return session.exec(asked.order_by(col(Outbox.made_at), col(Outbox.id)).limit(NAMED)).all()


def take_wish(tx: Transaction, id_: str) -> bool:
    """Delete a wish; False when somebody else has carried it out."""
    row = tx.session.get(Outbox, id_)
    if row is not None:
        tx.session.delete(row)
    return row is not None
