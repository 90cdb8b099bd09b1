"""Faults of the database: what it says of itself is nobody's message's fault, and nobody waits for it without end."""

import contextlib
import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import QueuePool, func, make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import select

from schemas.records.audit_log import Journal
from services.store import database
from services.store.database import LIMITS, Store, StoreUnavailable
from services.store.outage import StoreFile, is_outage
from services.store.turn import Turn, TurnNotCome, take_turn
from tests.conftest import SQLITE
from tests.faults.small_disk import may_mount, read_only
from tests.house import Clock

HOLD = [
    sys.executable,
    "-c",
    "import fcntl,sys,time; f=open(sys.argv[1],'wb'); fcntl.flock(f,fcntl.LOCK_EX); print('held',flush=True); time.sleep(600)",
]
KINDS = [
    (InternalError, pg.ReadOnlySqlTransaction, True),
    (ProgrammingError, pg.InsufficientPrivilege, True),
    (ProgrammingError, pg.UndefinedTable, True),
    (ProgrammingError, pg.UndefinedColumn, True),
    (OperationalError, pg.DiskFull, True),
    (OperationalError, pg.LockNotAvailable, True),
    (OperationalError, pg.AdminShutdown, True),
    (OperationalError, pg.DeadlockDetected, True),
    (InternalError, pg.DataCorrupted, True),
    (InternalError, pg.InternalError_, True),
    (OperationalError, pg.InvalidPassword, True),
    (OperationalError, pg.InvalidCatalogName, True),
    (DataError, pg.NumericValueOutOfRange, False),
    (DataError, pg.UntranslatableCharacter, False),
    (IntegrityError, pg.UniqueViolation, False),
    (IntegrityError, pg.NotNullViolation, False),
]


@pytest.mark.parametrize(("wrapped", "said", "outage"), KINDS)
def test_each_class_of_sqlstate_is_the_databases_or_the_rows(wrapped: Any, said: Any, outage: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_outage(wrapped("SELECT 1", {}, said("words"))) is outage


def test_what_sqlite_says_of_its_file_is_an_outage_and_of_a_row_is_not(tmp_path: Path) -> None:
    def told(code: int, kind: type[sqlite3.Error]) -> bool:
        error = kind("words")
        error.sqlite_errorcode = code  # type: ignore[attr-defined]
        return is_outage(DatabaseError("SELECT 1", {}, error))

    for code in ("CORRUPT", "NOTADB", "READONLY", "IOERR", "FULL", "CANTOPEN", "BUSY", "LOCKED"):
        assert told(getattr(sqlite3, f"SQLITE_{code}"), sqlite3.DatabaseError), code
    assert not told(sqlite3.SQLITE_CONSTRAINT, sqlite3.IntegrityError)
    assert not told(sqlite3.SQLITE_TOOBIG, sqlite3.DataError)


@pytest.fixture
def lines(new_database: Callable[[str], str], clock: Clock) -> Any:
    stores: list[Store] = []

    def open_(kind: str = SQLITE, **more: Any) -> Store:
        stores.append(Store(kind if "://" in kind else new_database(kind), clock, **more))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


def write(store: Store) -> None:
    store.write_now(lambda tx: tx.audit("test.line", "test"))


def count(store: Store) -> int:
    return store.read_now(lambda session: session.exec(select(func.count()).select_from(Journal)).one())


def test_a_file_damaged_while_it_is_used_holds_the_work_and_costs_no_try(lines: Callable[..., Store]) -> None:
    store = lines()
    write(store)
    store.engine.dispose()
    file = Path(str(store.engine.url.database))
    whole = file.read_bytes()
    for aside in file.parent.glob(f"{file.name}-wal"):
        aside.unlink()
    with file.open("r+b") as damaged:
        damaged.write(b"not a database at all" * 10)
    with pytest.raises(StoreUnavailable):
        write(store)
    with pytest.raises(StoreUnavailable):
        count(store)
    with file.open("r+b") as mended:
        mended.write(whole)


def test_a_file_beside_the_store_that_vanishes_while_it_is_looked_at_is_not_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the services end and begin anew: who closes the last connection takes the log away."""
    path, access = tmp_path / "kentongan.db", os.access
    log = Path(f"{path}-wal")
    path.touch()
    log.touch()

    def vanishing(file: Path, mode: int) -> bool:
        log.unlink(missing_ok=True)
        return access(file, mode)

    monkeypatch.setattr(os, "access", vanishing)
    file = StoreFile(path)
    file.note_right()
    assert not file.mended


@may_mount
def test_a_process_that_opened_the_file_while_it_was_read_only_ends_once_it_can_be_written(
    lines: Callable[..., Store],
) -> None:
    """SQLite opens it all the same, and what one connection has opened so stays so for all of its process."""
    before = lines()
    write(before)
    file = Path(str(before.engine.url.database))
    keeps = sqlite3.connect(file)  # another process that has it open: its -wal and -shm stay
    keeps.execute("SELECT count(*) FROM journal").fetchone()
    before.engine.dispose()
    with read_only(file, Path(f"{file}-wal")):
        begun = lines(f"sqlite:///{file}", limited=True)
        assert count(begun) == 1
        with pytest.raises(StoreUnavailable):
            write(begun)
        assert not begun.replaced  # it may read, and its end would help nobody
    assert begun.replaced
    begun.engine.dispose()
    heir = lines(f"sqlite:///{file}", limited=True)
    write(heir)
    assert not heir.replaced
    keeps.close()


@pytest.mark.postgres
def test_a_database_turned_read_only_or_without_our_rights_is_away(
    lines: Callable[..., Store], postgres: str, new_database: Callable[[str], str]
) -> None:
    url = new_database("postgres")
    name = make_url(url).database
    store = lines(url)
    write(store)
    for turn, back in (
        (f"ALTER DATABASE {name} SET default_transaction_read_only = on", f"ALTER DATABASE {name} RESET ALL"),
    ):
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute(turn)
        store.engine.dispose()
        with pytest.raises(StoreUnavailable):
            write(store)
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute(back)
        store.engine.dispose()
        write(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal RENAME TO journal_of_another_release")
    with pytest.raises(StoreUnavailable):
        write(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal_of_another_release RENAME TO journal")
    write(store)


@pytest.mark.postgres
def test_a_service_waits_for_nothing_on_postgresql_without_end(
    lines: Callable[..., Store], new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database("postgres")
    holder = lines(url)
    monkeypatch.setitem(LIMITS, "lock_timeout", 300)
    monkeypatch.setitem(LIMITS, "statement_timeout", 900)
    store = lines(url, limited=True)
    write(store)
    with holder.engine.begin() as connection:
        take_turn(connection, None)
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            write(store)
        assert time.monotonic() - begun < 10
    write(store)
    with pytest.raises(StoreUnavailable):
        store.read_now(lambda session: session.connection().exec_driver_sql("SELECT pg_sleep(30)"))
    with holder.engine.connect() as plain:  # an office command may take its time
        assert plain.exec_driver_sql("SHOW statement_timeout").scalar() == "0"


def test_behind_a_stopped_process_that_holds_the_turn_nobody_waits_without_end(tmp_path: Path) -> None:
    file = tmp_path / "turn"
    with subprocess.Popen([*HOLD, str(file)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        turn = Turn(file, patience=0.2)
        begun = time.monotonic()
        for _ in range(3):
            with pytest.raises(TurnNotCome), turn:
                pass
        assert time.monotonic() - begun < 10
        holder.kill()
        holder.wait()
    ours = Turn(file, patience=20)
    with ours, turn_in_thread(file) as others:
        pass
    assert others.wait(20)  # whoever gave up left nothing locked behind
    with turn:
        pass
    turn.close()
    ours.close()


class turn_in_thread:  # noqa: N801 - reads as a word
    """Another process's wish for the turn, which comes when ours is over."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._had = threading.Event()

    def __enter__(self) -> threading.Event:
        threading.Thread(target=self._take, daemon=True).start()
        return self._had

    def __exit__(self, *_: object) -> None:
        pass

    def _take(self) -> None:
        with self._file.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._had.set()


def test_turns_go_round_and_nothing_written_is_lost(lines: Callable[..., Store]) -> None:
    stores = [lines()]
    stores += [lines(stores[0].url) for _ in range(3)]
    threads = [threading.Thread(target=lambda one=one: [write(one) for _ in range(25)]) for one in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(stores[0]) == 100


def test_a_store_file_that_was_removed_or_replaced_is_noticed_before_anything_is_written(
    lines: Callable[..., Store], new_database: Callable[[str], str]
) -> None:
    store = lines()
    write(store)
    file = Path(str(store.engine.url.database))
    aside = file.rename(file.with_suffix(".aside"))
    for act in (write, count):
        with pytest.raises(StoreUnavailable):
            act(store)
    assert not file.exists()  # and no empty one is made in its place
    assert not store.replaced
    file.write_bytes(Path(new_database(SQLITE).removeprefix("sqlite:///")).read_bytes())
    with pytest.raises(StoreUnavailable):
        write(store)
    assert store.replaced
    aside.rename(file)
    write(store)
    assert count(store) == 2


def test_a_service_does_not_make_an_empty_store(tmp_path: Path, clock: Clock) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kentongan.db'}", clock)
    with pytest.raises(StoreUnavailable):
        count(store)
    assert not (tmp_path / "kentongan.db").exists()
    store.upgrade()
    write(store)
    store.close()


@pytest.mark.postgres
@pytest.mark.parametrize("limited", [True, False])
def test_what_is_committed_is_on_the_disk_whatever_the_database_is_set_to(
    lines: Callable[..., Store], new_database: Callable[[str], str], *, limited: bool
) -> None:
    url = new_database("postgres")
    with lines(url).engine.begin() as connection:
        name = make_url(url).database
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    with lines(url, limited=limited).engine.connect() as connection:
        said = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" RESET synchronous_commit')
        connection.commit()
    assert said == "on"


@pytest.mark.parametrize("use", [Store.read_now, Store.write_now])
def test_a_process_whose_connections_are_all_in_use_counts_no_try(
    store: Store, use: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.0)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(NoConnection):
            while True:
                held.enter_context(store.engine.connect())
        with pytest.raises(StoreUnavailable, match="in use"):
            use(store, lambda _given: None)
    use(store, lambda _given: None)


def test_the_limits_are_those_that_operations_can_rely_on() -> None:
    assert database.WIRE["tcp_user_timeout"] <= 15_000
    assert 0 < LIMITS["lock_timeout"] <= LIMITS["idle_in_transaction_session_timeout"] <= LIMITS["statement_timeout"]


def no_threads(_self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_process_that_could_start_no_thread_once_gets_its_turn_when_it_can_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it waits behind a thread that never was, and is deaf until somebody starts it again."""
    file = tmp_path / "turn"
    ours = Turn(file, patience=5)
    with ours:
        pass
    with file.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with monkeypatch.context() as poor:
            poor.setattr(threading.Thread, "start", no_threads)
            with pytest.raises(TurnNotCome), ours:
                pass
    with ours:
        pass
    ours.close()


async def test_what_this_process_lacks_is_no_message_s_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as poor:
        poor.setattr(threading.Thread, "start", no_threads)
        with pytest.raises(StoreUnavailable):
            await store.read(lambda session: session.connection().exec_driver_sql("SELECT 1").scalar())
        with pytest.raises(StoreUnavailable):
            await store.write(lambda tx: tx.audit("test", "test"))
    for lack in (MemoryError(), OSError(24, "Too many open files"), OSError(12, "Cannot allocate memory")):

        def lacks(_tx: object, lack: Exception = lack) -> None:
            raise lack

        with pytest.raises(StoreUnavailable):
            store.write_now(lacks)
    with pytest.raises(FileNotFoundError):
        store.write_now(lambda _tx: Path("/nowhere/at/all").read_text())
    assert await store.write(lambda tx: tx.audit("test", "test")) > 0
