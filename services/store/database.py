"""Keep and find: one engine, one way to read, one way to write.

`Store.write` opens one transaction, takes the journal's head (which makes writers take turns, on SQLite by
BEGIN IMMEDIATE, on PostgreSQL by a row lock), reads the clock only then, and commits everything or nothing,
journal lines included. Functions run in a worker thread; they never commit by themselves.
"""

import asyncio
import fcntl
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, SQLModel, create_engine

from schemas.records import Chain, Journal

T = TypeVar("T")
Pace = Callable[[datetime, int, bool], datetime]  # start, minutes, round the clock or working time
MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "deploy" / "migrations"


class StoreUnavailable(Exception):  # noqa: N818 - said as a fact, like BusUnavailable
    """The database cannot be reached or written; trying again later is right."""


def utc_now() -> datetime:
    """Read the wall clock, UTC."""
    return datetime.now(UTC)


def round_the_clock(start: datetime, minutes: int, always: bool) -> datetime:  # noqa: ARG001, FBT001 - a Pace
    """Count every minute; what a store does that was told no working hours."""
    return start + timedelta(minutes=minutes)


def chain_hash(previous: str, seq: int, line: dict[str, Any]) -> str:
    """Hash one journal line together with the one before it (SHA-256, hex)."""
    told = json.dumps([previous, seq, line], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def table_of(kind: type[SQLModel]) -> Table:
    """Give the table behind a record; plain statements on it cost a third of what the ORM's do."""
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return table


CHAIN = table_of(Chain)
MOVE_HEAD = update(CHAIN).where(CHAIN.c.id == 1)
HEAD = select(CHAIN.c.seq, CHAIN.c.hash).where(CHAIN.c.id == 1).with_for_update()


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
    values: dict[str, Any] = {name: bindparam(name) for name in columns if name != key}
    return update(found).where(found.c[key] == bindparam("_key")).values(values)


@dataclass
class Transaction:
    """One writing transaction: its session, its time, and the journal lines it owes."""

    session: Session
    now: datetime
    seq: int
    head: str
    pace: Pace = field(repr=False)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def later(self, minutes: int, *, always: bool) -> datetime:
        """Give the instant `minutes` from now: round the clock, or of the district's working time."""
        return self.pace(self.now, minutes, always)

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
        """Owe one journal line; returns its sequence number, which also stamps the incident it changed."""
        self.seq += 1
        line = {"actor": actor, "kind": kind, "incident_id": incident, "subject_id": subject, "data": data}
        self.head = chain_hash(self.head, self.seq, {**line, "at": self.now.isoformat()})
        self.lines.append({"seq": self.seq, "at": self.now, **line, "hash": self.head})
        return self.seq

    def add(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows at once."""
        if rows:
            self.session.connection().execute(_insert(table), list(rows))

    def add_new(self, table: type[SQLModel], rows: Sequence[dict[str, Any]], key: str = "id") -> set[str]:
        """Insert rows whose key is not there yet; returns the keys that were new."""
        if not rows:
            return set()
        asked = {"values": [row[key] for row in rows]}
        known = set(self.session.connection().scalars(_keys(table, key), asked))
        fresh = {row[key]: row for row in rows if row[key] not in known}
        self.add(table, list(fresh.values()))
        return set(fresh)

    def rows(
        self, table: type[SQLModel], key: str, values: Sequence[Any], *, without: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Give the rows whose column `key` is one of `values`, as plain dictionaries, `without` some columns."""
        if not values:
            return []
        found = self.session.connection().execute(_select(table, key, frozenset(without)), {"values": list(values)})
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found]

    def put(self, table: type[SQLModel], rows: Sequence[dict[str, Any]], key: str = "id") -> None:
        """Write rows back by their key: in one statement those that change the same columns."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            columns = tuple(sorted(row))
            alike.setdefault(columns, []).append({**row, "_key": row[key]})
        for columns, same in alike.items():
            self.session.connection().execute(_update(table, columns, key), same)

    def _close(self) -> None:
        if self.lines:
            self.add(Journal, self.lines)
            self.session.connection().execute(MOVE_HEAD, {"seq": self.seq, "hash": self.head})


class Store:
    """The database of one installation; `clock` is read inside each writing transaction."""

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now, pace: Pace = round_the_clock) -> None:
        self.url = url
        self.clock = clock
        self.pace = pace  # replaceable: the district's working hours may change while it runs
        self.engine = _engine(url)
        self._turn = _Turn(self.engine)
        self._reading = self.engine.execution_options(reading=True)
        # One thread writes: SQLite has one writer anyway, and a process's own transactions need no race.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-read")

    def upgrade(self) -> None:
        """Bring the tables to the newest shape (Alembic), making them if need be; raises StoreUnavailable."""
        from alembic import command  # noqa: PLC0415 - only who upgrades pays for it
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        try:
            command.upgrade(config, "head")
        except OperationalError as error:
            raise StoreUnavailable(type(error.orig).__name__) from error

    def write_now(self, act: Callable[[Transaction], T]) -> T:
        """Run `act` in one transaction with its journal lines; raises StoreUnavailable when the database is away."""
        try:
            with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
                seq, head = session.connection().execute(HEAD).one()
                unit = Transaction(session, self.clock(), seq, head, self.pace)
                result = act(unit)
                session.flush()
                unit._close()  # noqa: SLF001 - the store ends what it began
                return result
        except (OperationalError, DBAPIError) as error:
            if isinstance(error, OperationalError) or error.connection_invalidated:
                raise StoreUnavailable(type(error.orig).__name__) from error
            raise

    def read_now(self, ask: Callable[[Session], T]) -> T:
        """Run `ask` in a reading session; raises StoreUnavailable when the database is away."""
        try:
            with Session(self._reading, expire_on_commit=False) as session:
                return ask(session)
        except OperationalError as error:
            raise StoreUnavailable(type(error.orig).__name__) from error

    async def write(self, act: Callable[[Transaction], T]) -> T:
        """Await `write_now` in the writing thread."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, act)

    async def read(self, ask: Callable[[Session], T]) -> T:
        """Await `read_now` in a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, ask)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._turn.close()
        self.engine.dispose()


class _Turn:
    """Let writing processes take turns on SQLite's file by a lock the kernel hands over at once.

    SQLite's own waiting sleeps for 1, 2, 5, 10, ... ms between looks, and whoever has slept longest looks last.
    """

    def __init__(self, engine: Engine) -> None:
        self._file = None
        if engine.dialect.name == "sqlite" and engine.url.database:
            self._file = Path(f"{engine.url.database}-turn").open("wb")  # noqa: SIM115 - held as long as the store

    def __enter__(self) -> None:
        if self._file:
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        if self._file:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file:
            self._file.close()


def _json_text(value: Any) -> str:
    return to_json(value).decode()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            json_serializer=_json_text,
            json_deserializer=from_json,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=0,
            connect_args={"connect_timeout": 5},
        )
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=_json_text,  # pydantic's, in C: rows are mostly JSON
        json_deserializer=from_json,
        hide_parameters=True,
        connect_args={"timeout": 15, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # what was acknowledged to the bus must survive a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails with "busy" as soon as two processes write.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def broken_links(lines: Iterable[Journal], previous: str = "", seq: int = 0) -> list[int]:
    """Name the sequence numbers at which the journal's hash chain does not hold; lines in order of `seq`."""
    broken = []
    for line in lines:
        seq += 1
        told: dict[str, Any] = {"actor": line.actor, "kind": line.kind, "incident_id": line.incident_id}
        told |= {"subject_id": line.subject_id, "data": line.data, "at": line.at.astimezone(UTC).isoformat()}
        if line.seq != seq or chain_hash(previous, seq, told) != line.hash:
            broken.append(line.seq)
        previous, seq = line.hash, line.seq
    return broken
