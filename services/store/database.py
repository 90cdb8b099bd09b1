"""Keep and find: one engine, one way to read, one way to write.

`Store.write` opens one transaction, takes the turn (services/store/turn.py: on SQLite one writes at a time, on
PostgreSQL whoever says what he changes writes beside others), reads the clock only then, and commits everything or
nothing, journal lines included. Functions run in a worker thread; they never commit by themselves. `Store.seal` hashes
the lines later.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from threading import get_ident
from time import monotonic, sleep
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, QueuePool, event
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import create_engine

from services.store.audit_log import take_over
from services.store.outage import StoreFile, Trial, is_lack, is_outage
from services.store.sealer import ChangedMeanwhile, Page, Sealer
from services.store.transaction import (
    READS,
    Kept,
    Outgrown,
    Pace,
    Session,
    Transaction,
    joined,
    note_changes,
    round_the_clock,
    shape,
    watched,
)
from services.store.turn import Turn, TurnNotCome, take_turn

T = TypeVar("T")
MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "deploy" / "migrations"


MAKE = "`kentongan up` makes it, or `kentongan db upgrade` where the services run by themselves."
NEWER = (
    "The tables are of a later release than this one, which would misread them. Start that release again, or restore a "
    "backup of this one into a new place."
)


# FTS5 only notes that a word is gone until its parts are written as one.
WHOLE_INDEX = "INSERT INTO word_index(word_index) VALUES ('optimize')"
LOG_SECONDS, LOG_PAUSE = 15.0, 0.25  # for how long the write-ahead log is tried to be emptied; between tries
NO_ADDRESS = (
    "The store's address (KENTONGAN_STORE_URL) cannot be read. It is sqlite:///FILE or "
    "postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE; empty means SQLite in the data folder."
)
LACKS = "this process has no more memory, threads or handles"
OTHER_WRITES = "another process has been writing for seconds"
ALL_IN_USE = "every connection of this process has been in use for seconds"


class StoreUnavailable(Exception):  # noqa: N818 - said as a fact, like BusUnavailable
    """The database cannot be reached or written; trying again later is right."""


class StoreAddressError(Exception):
    """The database's address cannot be read; the sentence does not repeat it, for it may hold a password."""


class StoreShapeError(Exception):
    """The tables are not those of this release; the sentence says what to do."""


def utc_now() -> datetime:
    """Read the wall clock, UTC."""
    return datetime.now(UTC)


def migrations() -> list[str]:
    """Give the numbers of this release's migrations, the newest last: their files begin with them.

    Alembic would say the same, and takes a fifth of a second to be loaded for it.
    """
    return sorted(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


class Store:
    """The database of one installation; `clock` is read inside each writing transaction.

    `limited` is for services, whose statements are short: PostgreSQL ends what takes longer, so that nobody waits for
    it without end.
    """

    def __init__(
        self, url: str, clock: Callable[[], datetime] = utc_now, pace: Pace = round_the_clock, *, limited: bool = False
    ) -> None:
        self.url = url
        self.clock = clock
        self.pace = pace  # replaceable: the district's working hours may change while it runs
        try:
            self.engine = _engine(url, limited=limited)
        except (
            ArgumentError,
            ImportError,
            ValueError,
        ) as error:  # not parsed, an unknown database, a port that is none
            raise StoreAddressError(NO_ADDRESS) from error
        event.listen(self.engine, "before_execute", note_changes)
        self._limited = limited
        self._sealer = Sealer(clock)
        self._owes_seals = False
        self._file = StoreFile.of(self.engine)
        if self._file is not None:  # before and after: it may have been made read-only in between
            event.listen(self.engine, "do_connect", self._file.note_right)
            event.listen(self.engine, "connect", self._file.note_right)
        line = Path(f"{self._file.path}-turn") if self._file else None
        self._turn, self._erasing = Turn(line), Turn(line)  # who erases may stand in the line beside the writing thread
        self._trial = Trial(self.engine, self._file.path if self._file else None)
        self._reading = self.engine.execution_options(reading=True)
        # One thread writes: SQLite has one writer anyway, and a process's own transactions need no race.
        self._writer = ThreadPoolExecutor(1, "store-write", self._begin_writing)
        self._writes_in, self._kept = 0, Kept(self.engine)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-read")

    def upgrade(self) -> None:
        """Bring the tables to the newest shape (Alembic), making them if need be; raises StoreUnavailable.

        Raises StoreShapeError when they are of a newer release than this one.
        """
        from alembic import command  # noqa: PLC0415 - only who upgrades pays for it
        from alembic.util import CommandError  # noqa: PLC0415

        if self._file is not None:
            self._file.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            command.upgrade(self._alembic(), "head")
        except CommandError:
            raise StoreShapeError(NEWER) from None
        except OperationalError as error:
            raise StoreUnavailable(type(error.orig).__name__) from error
        if self._file is not None:
            self._file.hold()
        self.write_now(take_over)

    def _alembic(self) -> Any:
        from alembic.config import Config  # noqa: PLC0415 - only who changes the tables' shape pays for it

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        return config

    def check_shape(self) -> None:
        """Look, changing nothing, whether the tables are those of this release; raises StoreShapeError if not.

        Raises StoreUnavailable when the database cannot be asked.
        """
        try:
            found = self.read_now(shape)
        except StoreUnavailable:
            if self._file is not None and not self._file.path.exists():
                raise StoreShapeError(f"There is no store at {self._file.path} yet. {MAKE}") from None
            raise
        if found is None:
            raise StoreShapeError(f"The database has no tables yet. {MAKE}")
        numbers = migrations()
        if found != numbers[-1]:
            known = found in numbers
            older = f"The tables are of an earlier release ({found}). Bring them up to date: kentongan db upgrade"
            raise StoreShapeError(older if known else NEWER)

    @property
    def one_writes(self) -> bool:
        """Say whether one transaction writes at a time, whoever asks for it: SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def replaced(self) -> bool:
        """Say whether only a new start can use what lies at our path: another file, or one that was read-only."""
        return self._file is not None and (self._file.replaced or self._file.mended)

    def check_file(self) -> None:
        """Raise StoreUnavailable when the file at our path is not the one we hold: what we wrote would be lost."""
        if self._file is not None and (said := self._file.trouble()):
            raise StoreUnavailable(said)

    def may_write(self) -> bool:
        """Say whether a writer may begin within seconds; nothing is written."""
        return self._ours() and self._trial.now()

    async def writable(self) -> bool:
        """Await what `may_write` says; the answer stands for two seconds, and a trial that does not end is a no."""
        return self._ours() and await self._trial.ask()

    def _ours(self) -> bool:
        return self._file is None or not self._file.trouble()

    def write_now(self, act: Callable[[Transaction], T], things: Collection[str] | None = None) -> T:
        """Run `act` in one transaction with its journal lines; raises StoreUnavailable when the database is away.

        With `things`, the incidents that it changes and whatever else it must not change at the same time as others, it
        runs beside those that change other things. If it then changes more it is undone and Outgrown is raised.
        """

        def run(session: Session) -> T:
            connection = session.connection()
            take_turn(connection, things)
            unit = Transaction(session, self.clock(), self.pace, self._within(things))
            with watched(connection, unit):
                result = act(unit)
                session.flush()
            unit._close()  # noqa: SLF001 - the store ends what it began
            self._owes_seals = self._owes_seals or bool(unit.lines)
            return result

        return self._in_turn(run)

    def _within(self, things: Collection[str] | None) -> frozenset[str] | None:
        """Give the bounds of a transaction; none where it is alone anyway."""
        return None if things is None or self._file is not None else frozenset(things)

    def _begin_writing(self) -> None:
        self._writes_in = get_ident()

    def _session(self, *, reads: bool) -> AbstractContextManager[Session]:
        """Give a session in its transaction; on SQLite the writing thread keeps its connection from one to the next."""
        if self._file is not None and get_ident() == self._writes_in:
            return self._kept.session(reads=reads)
        return joined(self._reading.connect() if reads else self.engine.begin())

    def _in_turn(self, run: Callable[[Session], T]) -> T:
        self.check_file()
        try:
            with self._turn, self._session(reads=False) as session:
                result = run(session)
                session.flush()
                return result
        except TurnNotCome:
            raise StoreUnavailable(OTHER_WRITES) from None
        except NoConnection:
            raise StoreUnavailable(ALL_IN_USE) from None
        except DBAPIError as error:
            if is_outage(error):
                raise StoreUnavailable(type(error.orig).__name__) from error
            raise
        except (MemoryError, OSError, RuntimeError) as error:
            if is_lack(error):
                raise StoreUnavailable(LACKS) from error
            raise

    def seal_now(self) -> int:
        """Give the lines of the audit log their hashes as far as nothing is under way; returns how many it sealed.

        Raises StoreUnavailable when the database is away.
        """
        sealed, more = 0, True
        while more:
            many, more = self._seal_page()
            sealed += many
        return sealed

    def _seal_page(self) -> tuple[int, bool]:
        """Seal the next lines; gives how many, and whether there may be more."""
        page = self._next_page()
        return (len(page.hashes), page.full) if page.hashes and self._put(page) else (0, False)

    def _next_page(self) -> Page:
        bound = None if self.one_writes else self._sealer.bound(self.read_now)
        return self.read_now(lambda session: self._sealer.page(session, bound))

    def _put(self, page: Page) -> bool:
        try:
            return self._in_turn(lambda session: self._sealer.put(session, page))
        except (ChangedMeanwhile, IntegrityError):
            return False

    async def seal(self) -> int:
        """Await what `seal_now` does, a page at a time; in the writing thread, whose connection has the lines at hand.

        On PostgreSQL the lines are read in another one: it waits there for whoever else writes.
        """
        loop, sealed, more = asyncio.get_running_loop(), 0, True
        while more and self.one_writes:
            many, more = await self._in_writer(self._seal_page)
            sealed += many
        while more and (page := await loop.run_in_executor(self._readers, self._next_page)).hashes:
            if not await loop.run_in_executor(self._writer, self._put, page):
                break
            sealed, more = sealed + len(page.hashes), page.full
        return sealed

    def read_now(self, ask: Callable[[Session], T]) -> T:
        """Run `ask` in a reading session; raises StoreUnavailable when the database is away."""
        self.check_file()
        try:
            with self._session(reads=True) as session:
                return ask(session)
        except NoConnection:
            raise StoreUnavailable(ALL_IN_USE) from None
        except DBAPIError as error:
            if is_outage(error):
                raise StoreUnavailable(type(error.orig).__name__) from error
            raise
        except (MemoryError, OSError, RuntimeError) as error:
            if is_lack(error):
                raise StoreUnavailable(LACKS) from error
            raise

    def drop_pages(self) -> None:
        """Let the connections that nobody uses drop what they have read: SQLite keeps 2 MB for each, the system too."""
        pool = self.engine.pool
        if self._file is None or not isinstance(pool, QueuePool):
            return
        for _ in range(pool.checkedin()):  # each gives the one that has waited longest: all, where nobody comes between
            with (
                contextlib.suppress(DBAPIError, sqlite3.Error, NoConnection),
                contextlib.closing(self.engine.raw_connection()) as one,
            ):
                one.cursor().execute("PRAGMA shrink_memory")

    async def give_pages_back(self) -> None:
        """Await `drop_pages` in a reading thread; where none can be had, the pages stay until the next time."""
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._writer, self._kept.drop)  # it is among those that nobody uses then
            await loop.run_in_executor(self._readers, self.drop_pages)
        except (MemoryError, OSError, RuntimeError) as error:
            if not is_lack(error):
                raise

    async def write(self, act: Callable[[Transaction], T], things: Collection[str] | None = None) -> T:
        """Await `write_now` in the writing thread."""
        return await self._in_writer(self.write_now, act, things)

    async def _in_writer(self, act: Callable[..., T], *given: Any) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._writer, act, *given)
        except RuntimeError as error:  # the thread itself could not be started
            if is_lack(error):
                raise StoreUnavailable(LACKS) from error
            raise

    async def write_beside(self, act: Callable[[Transaction], T], things: Collection[str]) -> T:
        """Await `write` beside others; where it outgrows `things`, once more and alone: `act` bears being run twice."""
        try:
            return await self.write(act, things)
        except Outgrown:
            return await self.write(act)

    async def look_and_write(
        self, look: Callable[[Session], object], act: Callable[[Transaction], T], things: Collection[str]
    ) -> T:
        """Await `read` and then `write_beside`, with one hand-over to a thread instead of two."""

        def both(things: Collection[str]) -> T:
            self.read_now(look)
            return self.write_now(act, things)

        try:
            return await self._in_writer(both, things)
        except Outgrown:
            return await self.write(act)

    async def read(self, ask: Callable[[Session], T]) -> T:
        """Await `read_now` in a reading thread."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, ask)
        except RuntimeError as error:
            if is_lack(error):
                raise StoreUnavailable(LACKS) from error
            raise

    def settle_erasures(self, *, whole: bool = False, index: bool = True) -> bool:
        """Take what was erased out of SQLite's write-ahead log; says whether no reader held the log meanwhile.

        With `index` out of the index of words too, which is written anew: where a report was erased. With `whole` it
        is taken out of free pages as well, which older versions left as they were. Raises StoreUnavailable when
        somebody else writes for seconds.
        """
        if self.engine.dialect.name != "sqlite":
            return True  # PostgreSQL: autovacuum takes it out of the tables, docs/operations.md says when
        connection = self.engine.raw_connection()  # neither may stand in a transaction
        try:
            cursor = connection.cursor()
            try:
                with self._erasing:
                    if index or whole:
                        cursor.execute(WHOLE_INDEX)
                    if whole:
                        cursor.execute("VACUUM")
            except TurnNotCome:
                raise StoreUnavailable(OTHER_WRITES) from None
            end = monotonic() + LOG_SECONDS
            while not self._empty_log(cursor):
                if monotonic() >= end:
                    return False
                sleep(LOG_PAUSE)
            return True
        finally:
            connection.close()

    def _empty_log(self, cursor: Any) -> bool:
        """Empty SQLite's write-ahead log unless a reader holds it, or a writer the turn: a backup may for minutes.

        Nothing waits for that reader: whoever waits within the checkpoint keeps all writers out.
        """
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        try:
            with self._erasing:
                cursor.execute("PRAGMA busy_timeout = 0")
                try:
                    return bool(cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
                finally:
                    cursor.execute(f"PRAGMA busy_timeout = {patience}")
        except TurnNotCome:
            return False

    def close(self) -> None:
        """Let go of threads and connections; what this process wrote is sealed, where it may."""
        self._writer.shutdown()
        self._readers.shutdown()
        if self._owes_seals and (self._file is not None or not self._limited):
            with contextlib.suppress(StoreUnavailable, DBAPIError):  # a notifier does it when it is back
                self.seal_now()
        self._kept.drop()
        self._turn.close()
        self._erasing.close()
        self._trial.close()
        self.engine.dispose()


def _json_text(value: Any) -> str:
    return to_json(value).decode()


# Within these a statement, a wait for a lock and a pause within a transaction end by themselves, in milliseconds; and a
# connection whose other side has vanished is noticed within ten seconds instead of two hours.
LIMITS = {"statement_timeout": 30_000, "lock_timeout": 5_000, "idle_in_transaction_session_timeout": 15_000}
KEPT = {"synchronous_commit": "on"}  # what is acknowledged to the bus is on the disk, whatever the server's default is
WAITS_FOR_CONNECTION = 10.0  # seconds until a process whose connections are all in use says that the store is away
WIRE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def _engine(url: str, *, limited: bool) -> Engine:
    if not url.startswith("sqlite"):
        options = " ".join(f"-c {name}={value}" for name, value in (KEPT | (LIMITS if limited else {})).items())
        return create_engine(
            url,
            json_serializer=_json_text,
            json_deserializer=from_json,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=0,
            pool_timeout=WAITS_FOR_CONNECTION,
            connect_args={**WIRE, "options": options},
        )
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
        reading = connection.get_execution_options().get("reading") or connection.info.get(READS)
        words = "BEGIN" if reading else "BEGIN IMMEDIATE"
        try:
            connection.connection.driver_connection.execute(words)  # type: ignore[union-attr]  # SQLite's
        except sqlite3.Error as error:
            raise DBAPIError.instance(words, None, error, sqlite3.Error, hide_parameters=True) from error

    return engine
