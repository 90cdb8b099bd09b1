"""Ask the store for the keys of reports, what is kept of their sources, and what a person has on file."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records.accounts import SignIn
from schemas.records.alerts import Delivery
from schemas.records.answers import Answered, AnswerToken
from schemas.records.incidents import Incident
from schemas.records.people import Address, OptOut, Person
from schemas.records.reports import Report, ReporterKey, ReportSource, Tombstone
from schemas.records.running import Process
from schemas.rows.reports import TombstoneRow
from services.sources.vault import LOST, MARK, ROOT
from services.store.transaction import Session, Transaction, table_of

KEYS = table_of(ReporterKey)
AT_ONCE = 500  # ids in one statement
TO_REPORTERS = ("heard", "answer")  # reasons of messages to whoever has reported or written


def wrapped_key(session: Session, id_: str) -> str | None:
    """Return a key as it is wrapped; None where there is none, or none any more."""
    return session.scalars(select(ReporterKey.wrapped).where(col(ReporterKey.id) == id_)).first()


def wrapped_keys(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return wrapped keys by id."""
    found: dict[str, str] = {}
    asked = list(ids)
    for start in range(0, len(asked), AT_ONCE):
        rows: Any = session.execute(
            select_columns(KEYS.c.id, KEYS.c.wrapped).where(KEYS.c.id.in_(asked[start : start + AT_ONCE]))
        )
        found |= dict(rows.all())
    return found


def all_keys(session: Session) -> Iterable[ReporterKey]:
    """Return every key, the root too."""
    return session.exec(select(ReporterKey).order_by(col(ReporterKey.id)))


def rewrap(tx: Transaction, id_: str, wrapped: str) -> None:
    """Write a key wrapped anew."""
    tx.session.connection().execute(update(KEYS).where(KEYS.c.id == id_).values(wrapped=wrapped))


def reports_of(session: Session, people: Collection[str]) -> list[str]:
    """Return the reports whose keys belong to a person, by the person's handles."""
    return list(session.scalars(select(ReporterKey.id).where(col(ReporterKey.person).in_(people))))


def delete_keys(tx: Transaction, ids: Collection[str]) -> int:
    """Delete keys; returns how many there were."""
    gone = 0
    asked = list(ids)
    for start in range(0, len(asked), AT_ONCE):
        done: Any = tx.session.connection().execute(delete(KEYS).where(KEYS.c.id.in_(asked[start : start + AT_ONCE])))
        gone += done.rowcount
    return gone


def tombstones(session: Session) -> set[str]:
    """Return the keyed hashes of all ids that were erased."""
    return set(session.scalars(select(Tombstone.id)))


def tombstones_among(session: Session, ids: Collection[str]) -> list[str]:
    """Return those of these keyed hashes that stand."""
    return list(session.scalars(select(Tombstone.id).where(col(Tombstone.id).in_(ids))))


def running(session: Session, since: datetime) -> Sequence[Process]:
    """Return the services that have given a sign of life since an instant."""
    return session.exec(select(Process).where(col(Process.seen_at) > since).order_by(col(Process.id))).all()


def reports_with_keys(session: Session) -> list[str]:
    """Return the ids of all reports whose key is kept."""
    return list(session.scalars(select(ReporterKey.id).where(col(ReporterKey.id) != ROOT)))


def bury(tx: Transaction, ids: Collection[str]) -> int:
    """Keep tombstones, by keyed hash; returns how many are new."""
    new, asked = 0, list(ids)
    for start in range(0, len(asked), AT_ONCE):
        rows: list[TombstoneRow] = [{"id": id_, "at": tx.now} for id_ in asked[start : start + AT_ONCE]]
        new += len(tx.add_new(Tombstone, rows))
    return new


def plain_sources(session: Session, limit: int) -> Sequence[ReportSource]:
    """Return what is kept of sources in plain text, at most so many."""
    return session.exec(select(ReportSource).where(col(ReportSource.sealed).is_(None)).limit(limit)).all()


def count_plain(session: Session) -> int:
    """Count the sources that are kept in plain text."""
    return session.exec(select(func.count()).select_from(ReportSource).where(col(ReportSource.sealed).is_(None))).one()


def count_keys(session: Session) -> int:
    """Count the keys of reports."""
    return session.exec(select(func.count()).select_from(ReporterKey).where(col(ReporterKey.id) != ROOT)).one()


def plain_deliveries(session: Session) -> Sequence[Delivery]:
    """Return the messages to reporters whose address is kept in plain text."""
    return session.exec(
        select(Delivery).where(
            col(Delivery.person_id).is_(None),
            col(Delivery.reason).in_(TO_REPORTERS),
            col(Delivery.address).not_like(f"{MARK}%"),
            col(Delivery.address) != LOST,
        )
    ).all()


# -- one person --------------------------------------------------------------------------------------------------------


def person_of(session: Session, report: str) -> str | None:
    """Return the handle of who told a report; None where nobody stands behind it, or it was erased."""
    return session.scalars(select(ReporterKey.person).where(col(ReporterKey.id) == report)).first()


def added_to(session: Session, report: str) -> Sequence[Report]:
    """Return the reports that its reporter has added to a report, the oldest first."""
    query = select(Report).where(col(Report.follows) == report)
    return session.scalars(query.order_by(col(Report.filed_at), col(Report.id))).all()


def texts(session: Session) -> Iterable[tuple[str, str]]:
    """Return (report, text) of every report."""
    reports = table_of(Report)
    rows: Any = session.execute(select_columns(reports.c.id, reports.c.text).execution_options(yield_per=AT_ONCE))
    return rows  # type: ignore[no-any-return] # read row by row


def deliveries_to(session: Session, addresses: Collection[str]) -> Sequence[Delivery]:
    """Return the messages to addresses of somebody who is no officer."""
    query = select(Delivery).where(col(Delivery.address).in_(sorted(addresses)), col(Delivery.person_id).is_(None))
    return session.exec(query.order_by(col(Delivery.owed_at))).all()


def officers_at(session: Session, words: Collection[str]) -> Sequence[Person]:
    """Return the people of the office with one of these logins or addresses."""
    reached = select(Address.person_id).where(col(Address.address).in_(words))
    return session.exec(select(Person).where(col(Person.login).in_(words) | col(Person.id).in_(reached))).all()


def forget_senders(tx: Transaction, handles: Collection[str]) -> None:
    """Take the handles of senders off the messages that were answered, and their wish to be left alone with them."""
    answered, left_alone = table_of(Answered), table_of(OptOut)
    tx.session.connection().execute(update(answered).where(answered.c.sender.in_(handles)).values(sender=LOST))
    tx.session.connection().execute(delete(left_alone).where(left_alone.c.id.in_(handles)))


# -- retention ---------------------------------------------------------------------------------------------------------


def reports_to_close(session: Session, closed: datetime, exercised: datetime, limit: int) -> list[str]:
    """Return some reports with a key, of incidents closed before an instant, or of exercises filed before one."""
    report, incident = table_of(Report), table_of(Incident)
    of = func.coalesce(report.c.folded_into, report.c.incident_id)
    query = (
        select_columns(KEYS.c.id)
        .join(report, report.c.id == KEYS.c.id)
        .join(incident, incident.c.id == of)
        .where(or_(incident.c.closed_at < closed, report.c.exercise & (report.c.filed_at < exercised)))
        .order_by(KEYS.c.id)
    )
    return list(session.scalars(query.limit(limit)))


def old_messages(session: Session, before: datetime) -> list[str]:
    """Return the messages to reporters, done with, whose address is still kept though owed before an instant."""
    query = select(Delivery.id).where(
        col(Delivery.person_id).is_(None),
        col(Delivery.reason).in_(TO_REPORTERS),
        col(Delivery.owed_at) < before,
        col(Delivery.next_at).is_(None),
        col(Delivery.address) != LOST,
    )
    return list(session.scalars(query))


def forget_old_senders(tx: Transaction, before: datetime) -> int:
    """Take the handles of senders off messages answered before an instant; returns how many."""
    answered = table_of(Answered)
    old = update(answered).where(answered.c.at < before, answered.c.sender != LOST)
    done: Any = tx.session.connection().execute(old.values(sender=LOST, said=None))
    return int(done.rowcount)


def delete_ended(tx: Transaction, before: datetime) -> int:
    """Delete sessions and message buttons that ended before an instant; returns how many."""
    gone = 0
    for table in (table_of(SignIn), table_of(AnswerToken)):
        done: Any = tx.session.connection().execute(delete(table).where(table.c.ends_at < before))
        gone += done.rowcount
    return gone


def photographs_named(session: Session) -> tuple[set[str], datetime | None]:
    """Return the photographs that reports name, and when the oldest report was filed."""
    report = table_of(Report)
    naming = select_columns(report.c.told).where(cast(report.c.told, String).like('%"attachments"%'))
    names = {str(photo) for told in session.scalars(naming) for photo in told.get("attachments", ())}
    return names, session.scalars(select_columns(func.min(report.c.filed_at))).one()


def photographs_of(session: Session, reports: Collection[str]) -> list[str]:
    """Return the photographs that these reports name and no other one does."""
    report = table_of(Report)
    naming = select_columns(report.c.id, report.c.told).where(cast(report.c.told, String).like('%"attachments"%'))
    theirs: set[str] = set()
    others: set[str] = set()
    for id_, told in session.execute(naming):
        (theirs if id_ in reports else others).update(map(str, told.get("attachments", ())))
    return sorted(theirs - others)


def photographs_to_remove(session: Session, closed: datetime) -> list[str]:
    """Return the photographs of reports whose incident was closed before an instant."""
    report, incident = table_of(Report), table_of(Incident)
    of = func.coalesce(report.c.folded_into, report.c.incident_id)
    rows = session.scalars(
        select_columns(report.c.told).join(incident, incident.c.id == of).where(incident.c.closed_at < closed)
    )
    return [str(photo) for told in rows for photo in told.get("attachments", ())]
