"""One writing transaction: its rows, its time and its audit lines. Readers get the plain `Session`."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import configure_mappers
from sqlmodel import Session, SQLModel

from schemas.policy.clocks import Pace
from schemas.record import Record, RowT
from schemas.records.audit_log import Chain, Journal
from schemas.rows.audit_log import JournalRow
from services.store.row_digests import AT_ONCE, Touched
from services.store.statements import find, run
from services.store.turn import take_more

TOUCHED = "kentongan.touched"  # by which a connection knows the rows that its transaction changes
__all__ = [
    "READS",
    "Kept",
    "Outgrown",
    "Pace",
    "Session",
    "Transaction",
    "each_of",
    "joined",
    "note_changes",
    "round_the_clock",
    "rows_of",
    "shape",
    "table_of",
    "watched",
]
READS = "kentongan.reads"  # by which a kept connection is known to read only


class Outgrown(Exception):  # noqa: N818 - said as a fact
    """A transaction that ran beside others would change, or has changed, something that it did not name."""


def round_the_clock(start: datetime, minutes: int, always: bool) -> datetime:  # noqa: ARG001, FBT001 - a Pace
    """Count every minute; what a store does that was told no working hours."""
    return start + timedelta(minutes=minutes)


def table_of(kind: type[SQLModel]) -> Table:
    """Give the table behind a record; plain statements on it cost a third of what the ORM's do."""
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return table


def make_records_ready() -> None:
    """Let SQLAlchemy make what it keeps of every record now; by itself it waits for the first question to a store."""
    configure_mappers()


class _Joined(Session):
    """A session within the transaction of a connection, which somebody else begins and ends.

    Most of what runs needs no more than the connection: to look it up each time, to begin and to commit through a
    session costs as much as three statements.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        self._connection = connection

    def connection(self, *args: Any, **options: Any) -> Connection:
        """Give the connection; with options, as SQLAlchemy does."""
        return super().connection(*args, **options) if args or options else self._connection

    def forget(self) -> None:
        """Let go of what it has found; it had nothing where only its connection was asked, as mostly."""
        if self.in_transaction() or self.identity_map or self.new:
            self.close()


@contextmanager
def joined(begun: AbstractContextManager[Connection]) -> Iterator[Session]:
    """Give a session of a connection, within whatever was begun on it."""
    with begun as connection, _Joined(connection) as session:
        yield session


class Kept:
    """A connection that one thread keeps from one transaction to the next, with its session.

    To fetch both and to give them back costs as much as six statements, and whoever fetches gets the one that has
    waited longest, whose pages and statements are in no cache of the processor any more. After whatever went wrong it
    is given back, and another one is fetched.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: _Joined | None = None

    @contextmanager
    def session(self, *, reads: bool) -> Iterator[Session]:
        """Give the session within a transaction, or to read without one."""
        session, self._session = self._session or _Joined(self._engine.connect()), None
        connection = session.connection()
        try:
            if reads:
                connection.info[READS] = True
                yield session
                session.forget()
                connection.rollback()
                del connection.info[READS]
            else:
                with connection.begin():
                    yield session
                    session.forget()
        except BaseException:
            connection.info.pop(READS, None)
            session.close()
            connection.close()
            raise
        self._session = session

    def drop(self) -> None:
        """Give the connection back."""
        session, self._session = self._session, None
        if session is not None:
            session.close()
            session.connection().close()


CHAIN, JOURNAL = table_of(Chain), table_of(Journal)
ROWS_CHANGED = "rows.changed"  # of a transaction that owes no line of its own
NEWEST, HEAD = select(func.max(JOURNAL.c.seq)), select(CHAIN.c.seq).where(CHAIN.c.id == 1)
HIGHEST = select(func.max(*(func.coalesce(one.scalar_subquery(), 0) for one in (NEWEST, HEAD))))  # SQLite's max of two
# Numbers of PostgreSQL's sequence are taken by transactions that have an id already: the sealer waits for these.
TAKE = text("SELECT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('journal_seq') END")
TAKE_MORE = text("SELECT nextval('journal_seq') FROM generate_series(1, :many)")
GO_ON = text("SELECT setval('journal_seq', (SELECT coalesce(max(seq), 0) + 1 FROM journal), false)")


def shape(session: Session) -> str | None:
    """Return the number of the migration that the tables are at; None where there are none."""
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def rows_of(session: Session, _table: type[Record[RowT]], statement: Select[Any]) -> list[RowT]:
    """Return what a statement on columns of a table finds, as rows of that table."""
    return cast("list[RowT]", [dict(row) for row in session.connection().execute(statement).mappings()])


def each_of(session: Session, _table: type[Record[RowT]], statement: Select[Any]) -> Iterator[RowT]:
    """Yield what `rows_of` returns, a page at a time: however much it finds, no more than a page is held."""
    with session.connection().execute(statement, execution_options={"yield_per": AT_ONCE}) as found:
        names = tuple(found.keys())
        for row in found:
            yield cast("RowT", dict(zip(names, row, strict=True)))


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return typed rows as the dictionaries they are, whose keys may be known only at run time."""
    return cast("list[dict[str, Any]]", list(rows))


# Statements are made once: building one, and the key by which SQLAlchemy knows it again, costs as much as running it.


@cache
def _insert(table: type[SQLModel]) -> Insert:
    return insert(table_of(table))


@cache
def _keys(table: type[SQLModel], key: str) -> Select[tuple[Any]]:
    column = table_of(table).c[key]
    return select(column).where(column.in_(bindparam("values", expanding=True)))


@cache
def _select(table: type[SQLModel], key: str, without: frozenset[str]) -> Select[Any]:
    found = table_of(table)
    columns = (column for column in found.columns if column.name not in without)
    return select(*columns).where(found.c[key].in_(bindparam("values", expanding=True)))


@cache
def _update(table: type[SQLModel], columns: tuple[str, ...], key: str) -> Update:
    found = table_of(table)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(found).where(found.c[key] == bindparam("_key")).values(values)


@dataclass
class Transaction:
    """One writing transaction: its session, its time, and the journal lines it owes.

    `things` are incidents by their ids, among others; of watched rows it may change those of these incidents, and of
    incidents that it has opened itself.
    """

    session: Session
    now: datetime
    pace: Pace = field(repr=False)
    things: frozenset[str] | None = None  # it changes these, beside others; None: anything, and nobody else writes
    lines: list[JournalRow] = field(default_factory=list)
    touched: Touched = field(default_factory=Touched, repr=False)  # watched rows that it has changed
    _number: int | None = field(default=None, repr=False)  # the newest that was taken: of the line at place ...
    _at: int = field(default=0, repr=False)
    _numbered: set[int] = field(default_factory=set, repr=False)  # places of lines that have their own number already

    @cached_property
    def connection(self) -> Connection:
        """Give the connection that it holds until its end: the session looks it up anew each time."""
        return self.session.connection()

    @property
    def seq(self) -> int:
        """Give the number of its newest line, as if its lines followed each other.

        They do where it writes alone, as always on SQLite. Beside others the true number may be higher, never lower.
        """
        if self._number is None:
            self._number, self._at = self._take(), len(self.lines)
        return self._number - 1 + len(self.lines) - self._at

    def _take(self) -> int:
        if self.connection.dialect.name == "postgresql":
            return int(self.connection.execute(TAKE).scalar_one())
        return 1 + int(find(self.connection, HIGHEST, {}).rows[0][0])

    def go_on_numbering(self) -> None:
        """Go on after the newest line that the journal holds now: it was filled from a backup. Owes no line yet."""
        self._number = None
        if self.session.connection().dialect.name == "postgresql":
            self.session.connection().execute(GO_ON)

    def audit(
        self,
        kind: str,
        actor: str,
        /,
        *,
        incident: str | None = None,
        subject: str | None = None,
        **data: Any,
    ) -> int:
        """Owe one journal line; returns its number as `seq` has it, which also stamps the incident it changed."""
        seq = self.seq + 1
        if len(self.lines) == self._at:
            self._numbered.add(self._at)
        line: JournalRow = {"seq": seq, "at": self.now, "actor": actor, "kind": str(kind), "incident_id": incident}
        self.lines.append({**line, "subject_id": subject, "data": data, "rows": None, "hash": ""})
        return seq

    def also(self, things: Collection[str]) -> None:
        """Name more that it changes; what is read of that afterwards stays as it is until the end.

        Raises Outgrown where somebody else is at it.
        """
        if self.things is None:
            return
        if more := frozenset(things) - self.things:
            if not take_more(self.session.connection(), more):
                raise Outgrown
            self.things |= more
            self._number = None  # whoever had it until now has taken later numbers; what is written of it comes after

    def add(self, table: type[Record[RowT]], rows: Sequence[RowT]) -> None:
        """Insert rows at once."""
        if rows:
            self.touched.inserted(table_of(table), _plain(rows))
            run(self.connection, _insert(table), _plain(rows))

    def add_new(self, table: type[Record[RowT]], rows: Sequence[RowT], key: str = "id") -> set[str]:
        """Insert rows whose key is not there yet; returns the keys that were new."""
        if not rows:
            return set()
        asked = {"values": [row[key] for row in _plain(rows)]}
        known = {id_ for (id_,) in find(self.connection, _keys(table, key), asked).rows}
        fresh = {row[key]: row for row in _plain(rows) if row[key] not in known}
        self.add(table, cast("list[RowT]", list(fresh.values())))
        return set(fresh)

    def rows(
        self, table: type[Record[RowT]], key: str, values: Sequence[Any], *, without: Collection[str] = ()
    ) -> list[RowT]:
        """Give the rows whose column `key` is one of `values`, as plain dictionaries, `without` some columns."""
        if not values:
            return []
        found = find(self.connection, _select(table, key, frozenset(without)), {"values": list(values)})
        return cast("list[RowT]", found.dicts())

    def put(self, table: type[Record[RowT]], rows: Sequence[RowT], key: str = "id") -> None:
        """Write rows back by their key: in one statement those that change the same columns."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in _plain(rows):
            columns = tuple(sorted(name for name in row if name != key))
            alike.setdefault(columns, []).append({**{name: row[name] for name in columns}, "_key": row[key]})
        for columns, same in alike.items():
            self.touched.updated(self.connection, table_of(table), key, _update(table, columns, key), same)
            run(self.connection, _update(table, columns, key), same)

    def _close(self) -> None:
        """Write the lines that are owed; the last of them holds the digests of the watched rows that were changed.

        Raises Outgrown where these belong to something that it did not name.
        """
        found, owners = self.touched.digests(self.connection)
        if self.things is not None and not owners <= self.things | self.touched.opened:
            raise Outgrown
        digests = list(found.items())
        for start in range(0, len(digests), AT_ONCE):
            if start or not self.lines or self.lines[-1]["rows"] or self._number is None:
                self.audit(ROWS_CHANGED, "store")
            self.lines[-1]["rows"] = dict(digests[start : start + AT_ONCE])
        others = [line for place, line in enumerate(self.lines) if place not in self._numbered]
        if others and self.session.connection().dialect.name == "postgresql":
            numbers = self.session.connection().execute(TAKE_MORE, {"many": len(others)}).scalars()
            for line, number in zip(others, numbers, strict=True):
                line["seq"] = number
        self.add(Journal, self.lines)


@contextmanager
def watched(connection: Connection, unit: Transaction) -> Iterator[None]:
    """Let the transaction know which watched rows the statements on its connection change."""
    connection.info[TOUCHED] = unit.touched
    try:
        yield
    finally:
        connection.info.pop(TOUCHED, None)


def note_changes(connection: Connection, statement: Any, many: Any, one: Any, _options: Any) -> None:
    """Note the watched rows that a statement of a watched transaction is about to change."""
    touched = connection.info.get(TOUCHED)
    if touched is not None:
        touched.note(connection, statement, many, one)
