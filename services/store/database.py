"""Keep and find: one engine, one way to read, one way to write.

`Store.write` opens one transaction, takes the journal's head (which makes writers take turns, on SQLite by
BEGIN IMMEDIATE, on PostgreSQL by a row lock), reads the clock only then, and commits everything or nothing,
journal lines included. Functions run in a worker thread; they never commit by themselves.
"""

import asyncio
import contextlib
import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import create_engine

from services.store.taking_over import take_over
from services.store.transaction import HEAD, Pace, Session, Transaction, round_the_clock

T = TypeVar("T")
TOUCHED = "kentongan.touched"  # by which a connection knows the rows that its transaction changes
MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "deploy" / "migrations"


class StoreUnavailable(Exception):  # noqa: N818 - said as a fact, like BusUnavailable
    """The database cannot be reached or written; trying again later is right."""


def utc_now() -> datetime:
    """Read the wall clock, UTC."""
    return datetime.now(UTC)


class Store:
    """The database of one installation; `clock` is read inside each writing transaction."""

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now, pace: Pace = round_the_clock) -> None:
        self.url = url
        self.clock = clock
        self.pace = pace  # replaceable: the district's working hours may change while it runs
        self.engine = _engine(url)
        event.listen(self.engine, "before_execute", _before)
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
        self.write_now(take_over)

    def write_now(self, act: Callable[[Transaction], T]) -> T:
        """Run `act` in one transaction with its journal lines; raises StoreUnavailable when the database is away."""
        try:
            with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
                seq, head = session.connection().execute(HEAD).one()
                unit = Transaction(session, self.clock(), seq, head, self.pace)
                with _watching(session.connection(), unit):
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

    def settle_erasures(self, *, whole: bool = False) -> bool:
        """Take what was erased out of SQLite's write-ahead log; says whether no reader held the log meanwhile.

        With `whole` it is taken out of free pages too, which older versions left as they were.
        """
        if self.engine.dialect.name != "sqlite":
            return True  # PostgreSQL: autovacuum takes it out of the tables, docs/operations.md says when
        connection = self.engine.raw_connection()  # neither may stand in a transaction
        try:
            with self._turn:
                cursor = connection.cursor()
                if whole:
                    cursor.execute("VACUUM")
                busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                return busy == 0
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of threads and connections."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._turn.close()
        self.engine.dispose()


@contextlib.contextmanager
def _watching(connection: Connection, unit: Transaction) -> Iterator[None]:
    """Let the transaction know which watched rows the statements on its connection change."""
    connection.info[TOUCHED] = unit.touched
    try:
        yield
    finally:
        connection.info.pop(TOUCHED, None)


def _before(connection: Connection, statement: Any, many: Any, one: Any, _options: Any) -> None:
    touched = connection.info.get(TOUCHED)
    if touched is not None:
        touched.note(connection, statement, many, one)


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
        cursor.execute("PRAGMA secure_delete=ON")  # what was erased is overwritten, not left in a free page
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails with "busy" as soon as two processes write.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
