"""Ask the store what backup, restore, reconcile, doctor and training need of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Table, and_, delete, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, select

import schemas.records.all_tables  # noqa: F401 - registers every table
from schemas.records.accounts import Invitation, Key, ProviderLink, SignIn
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Chain, Journal
from schemas.records.incidents import Incident, Judgement
from schemas.records.people import Address, Person
from schemas.records.reports import Report, ReporterKey
from schemas.records.running import MADE_FROM_OTHERS, Outbox
from schemas.rows.reports import ReporterKeyRow
from schemas.vocabulary import CLOSED_STATES, OPEN_VALUES, WAITING, DeliveryState, EventKind, IncidentState, Origin
from services.notify.closing.queries import CLOSINGS, TOLD
from services.notify.delivery.closing_mark import MARK
from services.security.accounts.two_steps import TwoSteps
from services.sources.vault import ROOT
from services.store.transaction import Session, Transaction, table_of
from services.triage.queries import known_reports

AT_ONCE = 500  # rows read together
SETTLED = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.WITHDRAWN)


# -- doctor ------------------------------------------------------------------------------------------------------------


def one_step_only(session: Session, steps: TwoSteps, *, vouched: bool) -> list[str]:
    """Return the logins of whoever must have a second step and has none; `vouched`: the provider's counts as one."""
    found = session.exec(select(Person).where(col(Person.active)).order_by(col(Person.login))).all()
    there = set(session.exec(select(ProviderLink.person_id)).all()) if vouched else set()
    return [one.login for one in found if one.id not in there and steps.lacks_one(session, one)]


# -- backup and restore ------------------------------------------------------------------------------------------------


def in_order() -> list[Table]:
    """Return every table of ours, those first to which others refer."""
    return list(SQLModel.metadata.sorted_tables)


def snapshot(session: Session) -> Session:
    """Return the session with one moment before its eyes, however long it reads; writers go on meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session  # on SQLite a reading transaction sees one moment anyway


def chain_head(session: Session) -> tuple[int, str]:
    """Return number and hash of the newest audit line as this session sees it."""
    head = session.connection().execute(table_of(Chain).select()).mappings().one()
    return head["seq"], head["hash"]


def dump(session: Session, write: Callable[[str, dict[str, Any]], None]) -> int:
    """Give every row of every table to `write` by the table's name; returns how many. Reporters' keys are left out."""
    rows = 0
    for table in in_order():
        if table.info == MADE_FROM_OTHERS:
            continue
        query = table.select().where(table.c.id == ROOT) if table is table_of(ReporterKey) else table.select()
        for row in session.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
            write(table.name, dict(row))
            rows += 1
    return rows


def wrapped_keys(session: Session) -> dict[str, str]:
    """Return the wrapped keys of all reports, by report."""
    rows: Any = session.execute(select(ReporterKey.id, ReporterKey.wrapped)).all()
    return dict(rows)


def insert_keys(tx: Transaction, rows: Iterable[ReporterKeyRow]) -> None:
    """Insert reporters' keys, as the key file beside a backup holds them."""
    tx.add(ReporterKey, list(rows))


def is_empty(session: Session) -> bool:
    """Say whether no report is on file."""
    return not session.scalar(select(func.count()).select_from(Report))


def delete_everything(tx: Transaction) -> None:
    """Delete every row of every table."""
    for table in in_order():
        tx.session.connection().execute(delete(table))


def end_sessions_and_invitations(tx: Transaction) -> tuple[int, int]:
    """End every session, and every invitation that nobody has used; gives how many of each."""
    sessions: Any = tx.session.execute(delete(SignIn))
    invitations: Any = tx.session.execute(delete(Invitation).where(col(Invitation.used_at).is_(None)))
    return int(sessions.rowcount), int(invitations.rowcount)


def active_among(tx: Transaction, people: Iterable[str]) -> Sequence[Person]:
    """Return those of these persons who may sign in, by id."""
    query = select(Person).where(col(Person.id).in_(people), col(Person.active))
    return tx.session.exec(query.order_by(col(Person.id))).all()


def good_keys(tx: Transaction) -> Iterable[Key]:
    """Return the keys that nobody has ended."""
    return tx.session.exec(select(Key).where(col(Key.revoked_at).is_(None))).all()


def insert_rows(tx: Transaction, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows as a backup holds them into a table, instants read back from text; the rest is JSON's own."""
    table = SQLModel.metadata.tables[name]
    tx.session.connection().execute(table.insert(), [_typed(table, row) for row in rows])


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if value and _is_instant(table, name) else value
        for name, value in row.items()
    }


def _is_instant(table: Table, name: str) -> bool:
    kind = table.c[name].type
    return isinstance(getattr(kind, "impl", kind), DateTime)


# -- audit log ---------------------------------------------------------------------------------------------------------


def sent_again(session: Session) -> dict[str, int]:
    """Count by channel what may have been sent a second time under its id."""
    lines = session.scalars(select(Journal.data).where(Journal.kind == "delivery.sent_again"))
    return dict(Counter(str(data.get("channel", "-")) for data in lines))


# -- reconcile ---------------------------------------------------------------------------------------------------------


def put_aside(session: Session) -> set[str]:
    """Give the reports nobody could process that a person has taken off the list of dead letters."""
    lines = session.scalars(select(Journal.data).where(Journal.kind == "deadletter.drop_asked"))
    return {str(data["report"]) for data in lines if data.get("report")}


def digests(session: Session) -> dict[str, str]:
    """Return the digest of every report by its id."""
    rows: Any = session.execute(select(Report.id, Report.digest)).all()
    return dict(rows)


def kept_among(session: Session, ids: Collection[str]) -> set[str]:
    """Give those of some reports that are on file; more than a question may name are looked for among all."""
    if len(ids) > AT_ONCE:
        return set(session.scalars(select(Report.id)))
    return known_reports(session, ids)


def deliveries_by_state(session: Session) -> dict[str, int]:
    """Count deliveries by state."""
    rows: Any = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
    return dict(rows)


def count_incidents(session: Session) -> int:
    """Count all incidents."""
    return session.exec(select(func.count()).select_from(Incident)).one()


def count_alerts(session: Session) -> int:
    """Count all alerts."""
    return session.exec(select(func.count()).select_from(Alert)).one()


def orphaned_reports(session: Session) -> list[str]:
    """Return the reports whose incident is not on file."""
    incidents = select(Incident.id)
    return list(session.exec(select(Report.id).where(col(Report.incident_id).not_in(incidents))))


def untold_incidents(session: Session, before: datetime | None) -> list[str]:
    """Return the incidents without a ladder; with `before`, of those that were opened before it."""
    untold = select(Incident.id).where(col(Incident.id).not_in(select(Ladder.incident_id)))
    return list(session.exec(untold if before is None else untold.where(col(Incident.opened_at) < before)))


def unsent_alerts(session: Session) -> list[str]:
    """Return the alerts that owe deliveries none of which has arrived or is still being tried.

    A message that an incident was closed (round 0) is none of an alert's.
    """
    fine = select(Delivery.alert_id).where(col(Delivery.state).in_([*(state.value for state in SETTLED), *WAITING]))
    fine, owing = fine.where(col(Delivery.round) > 0), select(Delivery.alert_id).where(col(Delivery.round) > 0)
    return list(session.exec(select(Alert.id).where(col(Alert.id).in_(owing), col(Alert.id).not_in(fine))))


def timerless_incidents(session: Session) -> list[str]:
    """Return the open incidents whose ladder has neither timer nor end."""
    timerless = (
        select(Ladder.incident_id)
        .join(Incident, col(Incident.id) == col(Ladder.incident_id))
        .where(col(Incident.state).in_(OPEN_VALUES), col(Ladder.next_at).is_(None), col(Ladder.stopped).is_(None))
    )
    return list(session.exec(timerless))


def deliveries_by_round(session: Session) -> Counter[tuple[str, int, str, str]]:
    """Count deliveries by alert, round, channel and address, without those that tell of closings."""
    rows = select(Delivery.alert_id, Delivery.round, Delivery.channel, Delivery.address)
    told_in = session.execute(rows.where(_line_told().is_(None))).all()
    return Counter((alert, number, channel, address) for alert, number, channel, address in told_in)


def _line_told() -> Any:
    """Give the audit line of the closing that a delivery tells of; null of all others."""
    return col(Delivery.payload)[MARK]["line"].as_integer()


def closings_told(session: Session, lists: Collection[str]) -> Counter[tuple[int, str, str, str]]:
    """Count the messages about closings by the closing's audit line, reason, channel and address of a person.

    Behind the channels of `lists` each incident is told for itself, also one that was merged into the closed one.
    """
    table, line = table_of(Delivery).c, _line_told()
    query = select_columns(line, table.reason, table.channel, table.address, table.person_id, table.incident_id)
    rows = session.execute(query.where(line.is_not(None), table.round == 0)).all()
    return Counter(
        (number, reason, channel, f"{who} {address}" + (f" {incident}" if channel in lists else ""))
        for number, reason, channel, address, who, incident in rows
    )


def untold_closings(session: Session) -> list[str]:
    """Return the incidents that a person has closed and nobody has looked at since, to tell whoever was on the way.

    Left out are those whose event is on its way still, and closings of an earlier release, which kept no office.
    """
    closing, told, who = aliased(Journal), aliased(Journal), aliased(Person)
    looked = select(told.seq).where(
        col(told.incident_id) == col(closing.incident_id), col(told.kind) == TOLD, col(told.seq) > col(closing.seq)
    )
    on_its_way = select(Outbox.id).where(col(Outbox.body)["incident"].as_string() == col(Incident.id))
    query = (
        select(Incident.id)
        .join(closing, and_(col(closing.incident_id) == col(Incident.id), col(closing.at) == col(Incident.closed_at)))
        .join(who, col(who.id) == col(closing.actor))
        .where(
            col(closing.kind).in_(CLOSINGS),
            col(closing.data)["institution"].as_string().is_not(None),
            col(Incident.state).in_([state.value for state in CLOSED_STATES]),
            col(Incident.origin) == Origin.REPORTS.value,
            col(Incident.exercise).is_(False),
            ~looked.exists(),
            ~on_its_way.exists(),
        )
    )
    return list(session.exec(query))


# -- doctor ------------------------------------------------------------------------------------------------------------


def count_people(session: Session) -> tuple[int, int]:
    """Count active people, and people with an address."""
    return (
        session.exec(select(func.count()).select_from(Person).where(col(Person.active))).one(),
        session.exec(select(func.count(col(Address.person_id).distinct()))).one(),
    )


def count_late_ladders(session: Session, before: datetime) -> int:
    """Count the ladders of open incidents that should have moved on before an instant."""
    late = (
        select(func.count())
        .select_from(Ladder)
        .join(Incident, col(Incident.id) == col(Ladder.incident_id))
        .where(col(Incident.state).in_(OPEN_VALUES), col(Ladder.next_at) < before)
    )
    return session.exec(late).one()


def count_given_up(session: Session) -> int:
    """Count the deliveries that were given up."""
    dead = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.DEAD.value)
    return session.exec(dead).one()


def avoided_addresses(session: Session) -> Sequence[tuple[Address, Person]]:
    """Return the addresses of active people that are their last choice because messages to them were given up."""
    query = select(Address, Person).join(Person, col(Person.id) == col(Address.person_id))
    return session.exec(query.where(col(Address.avoided_at).is_not(None), col(Person.active))).all()


# -- training ----------------------------------------------------------------------------------------------------------


def officers_judgements(session: Session) -> Iterable[Judgement]:
    """Return the judgements that officers have made of incidents, oldest first."""
    return session.exec(select(Judgement).where(col(Judgement.report_id).is_(None)).order_by(col(Judgement.at)))


def verified_incidents(session: Session) -> set[str | None]:
    """Return the incidents that an officer has verified, by the audit log."""
    return set(session.exec(select(Journal.incident_id).where(Journal.kind == EventKind.INCIDENT_VERIFIED)))


def issues_of_incidents(session: Session) -> Sequence[tuple[str, str]]:
    """Return (incident, issue) of all that is neither an exercise nor dismissed."""
    query = select(Incident.id, Incident.issue).where(
        col(Incident.exercise).is_(False), col(Incident.origin) == Origin.REPORTS.value
    )
    return session.exec(query.where(Incident.state != IncidentState.DISMISSED.value)).all()
