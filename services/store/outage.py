"""Tell an outage of the database from a row that it will never take.

What the database says about its own state, or about us, is no message's fault: whoever writes holds what it has and
tries again, and no try is counted. Only what it says about a row's data (SQLSTATE classes 22 and 23; a constraint, a
type or a size for SQLite) is that row's. Source: PostgreSQL 18, appendix A; sqlite.org/rescode.html.

A database that answers questions may still take nothing: another process holds it, or it has become read only. So
`Trial` tries; and `StoreFile` looks whether SQLite's file is still the one that was opened.
"""

import asyncio
import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from services.store.turn import Turn, TurnNotCome, take_turn

# Classes, or whole codes, of SQLSTATE that speak of the server, its disk, our rights or the tables, never of a row.
OUTAGES = (
    "08",  # connection
    "25006",  # read only: a standby, or one that has become one
    "28",  # who we are is not accepted
    "3D",  # the database is gone
    "40",  # serialisation, deadlock: the same again succeeds
    "42501",  # a right was taken
    "42703",  # a column is missing: tables of another release
    "42P01",  # a table is missing
    "53",  # disk, memory or connections are used up
    "55",  # locked, or not in the state for it
    "57",  # an operator's doing, a time limit, a shutdown
    "58",  # the system below
    "XX",  # internal: damaged
)
TRIED_FOR = 2.0  # seconds for which the answer of a trial stands: who asks many times a second is told the last one
TRIAL = (
    3.0  # seconds within which the store must let a writer begin; a transaction of a full batch takes well under one
)
_TRY = (
    f"SET LOCAL lock_timeout = {int(TRIAL * 1000)}",
    f"SET LOCAL statement_timeout = {int(TRIAL * 1000)}",
)
_NOTHING = (
    "INSERT INTO journal (seq) SELECT 0 WHERE false"  # what every write needs: the lock, the right, not read only
)
_ROWS = frozenset({sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE})


def is_outage(error: DBAPIError) -> bool:
    """Say whether an error is about the database as a whole, so that trying again later is right."""
    if error.connection_invalidated:
        return True
    said = error.orig
    state = getattr(said, "sqlstate", None)
    if state:
        return str(state).startswith(OUTAGES)
    if isinstance(said, sqlite3.Error):
        code = getattr(said, "sqlite_errorcode", None)
        if code is not None:
            return code & 0xFF not in _ROWS and isinstance(said, sqlite3.DatabaseError) and _whole(said)
    return isinstance(error, OperationalError)


def is_lack(error: Exception) -> bool:
    """Say whether this process has no more memory, threads or handles: no message's fault either.

    >>> is_lack(RuntimeError("can't start new thread")), is_lack(OSError(24, "handles")), is_lack(KeyError())
    (True, True, False)
    """
    if isinstance(error, OSError):
        return error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
    threads = isinstance(error, RuntimeError) and "can't start new thread" in str(
        error
    )  # CPython's words, all it gives
    return threads or isinstance(error, MemoryError)


def _whole(said: sqlite3.DatabaseError) -> bool:
    """Leave out what Python raises of how we used the library: that is a fault of the code, not of the file."""
    return not isinstance(said, (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError))


class Trial:
    """Tries whether the store lets a writer begin, within seconds; nothing is written.

    It stands in the writers' line with a place of its own, so that it hears what they would, in a thread of its own,
    so that it holds none of them up.
    """

    def __init__(self, engine: Engine, file: Path | None, patience: float = TRIAL) -> None:
        self._engine = engine
        self._file = file
        self._patience = patience
        self._line = Path(f"{file}-turn") if file else None
        self._turn = Turn(self._line, patience)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-trial")
        self._state = threading.Lock()
        self._begun: Future[bool] | None = None
        self._told: tuple[float, bool] | None = None

    def now(self) -> bool:
        """Try, in this thread."""
        try:
            return self._on_postgresql() if self._file is None else self._on_sqlite(self._file)
        except (TurnNotCome, sqlite3.Error, DBAPIError, NoConnection, OSError, MemoryError):
            return False

    async def ask(self, seconds: Callable[[], float] = time.monotonic) -> bool:
        """Give what the last trial said if that was just now, else try; one at a time, and False if it does not end."""
        if self._told is not None and seconds() - self._told[0] < TRIED_FOR:
            return self._told[1]
        try:
            with self._state:
                if self._begun is None or self._begun.done():
                    self._begun = self._thread.submit(self.now)
                begun = asyncio.wrap_future(self._begun)
        except RuntimeError:  # no memory for a thread
            return False
        done, _ = await asyncio.wait((begun,), timeout=self._patience)
        self._told = (seconds(), bool(done) and begun.result())
        return self._told[1]

    def close(self) -> None:
        """Let go of the thread and of the place in the line."""
        self._thread.shutdown(cancel_futures=True)
        self._turn.close()

    def _on_sqlite(self, file: Path) -> bool:
        in_line = self._turn if self._line and self._line.exists() else contextlib.nullcontext()
        with (  # whoever only looks makes no file
            in_line,
            contextlib.closing(
                sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", self._patience, isolation_level=None, uri=True)
            ) as connection,
        ):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        return True

    def _on_postgresql(self) -> bool:
        if self._engine.dialect.name != "postgresql":
            return True  # SQLite in memory: this process's alone
        with self._engine.connect() as connection:
            for limit in _TRY:
                connection.execute(text(limit))
            take_turn(connection, ())
            connection.execute(text(_NOTHING))
            connection.rollback()
        return True


class StoreFile:
    """SQLite's file as it was when it was first used: another at its place, or none, is somebody's doing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: tuple[int, int] | None = None
        self._read_only = False

    @classmethod
    def of(cls, engine: Engine) -> "StoreFile | None":
        """Give the file of an engine; None where there is none."""
        name = engine.url.database if engine.dialect.name == "sqlite" else None
        return cls(Path(name)) if name and name != ":memory:" else None

    def hold(self) -> None:
        """Hold the file that is there now."""
        self._held = self._now()

    def trouble(self) -> str:
        """Say what is wrong with the file at our place; "" when it is ours."""
        now = self._now()
        if self._held is None:
            self._held = now
        if now is None:
            return f"{self.path} is not there"
        return "" if now == self._held else f"{self.path} was replaced by another file; start the services again"

    def note_right(self, *_: object) -> None:
        """Note where a connection is opened that may only read: SQLite opens it all the same, and says nothing."""
        self._read_only = self._read_only or not self._may_write()

    @property
    def mended(self) -> bool:
        """Say whether it was read-only when it was opened, and is not any more: our connections still are.

        Those of a process share what the first has opened, and no new one of them can write.
        """
        return self._read_only and self._may_write()

    def _may_write(self) -> bool:
        own = [Path(f"{self.path}{part}") for part in ("", "-wal", "-shm")]
        return all(os.access(file, os.W_OK) or not file.exists() for file in own)  # one may vanish in between

    @property
    def replaced(self) -> bool:
        """Say whether the file at our place is another one."""
        now = self._now()
        return now is not None and self._held is not None and now != self._held

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
