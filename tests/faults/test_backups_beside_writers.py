"""A backup, however long it reads, keeps no writer waiting, and holds one moment; nor does an erasure beside it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.people import Person
from services.cli import main as cli
from services.cli.ops import queries
from services.sources import escrow
from services.store import database as store_database
from services.store.database import LOG_SECONDS, Store, StoreUnavailable
from services.store.transaction import Session, Transaction
from services.store.turn import Turn, TurnNotCome
from tests.conftest import SQLITE
from tests.house import Clock
from tests.servers import GENEROUS

KEYS = "the reporters' keys"
FOR_EVER = 3_600_000  # milliseconds: an erasure that waits for a reader at all does not come to its pause
BESIDE = 20  # transactions that commit while a backup stands still


class Halt:
    """A place at which a thread stands still until it is let go on."""

    def __init__(self) -> None:
        self.reached, self.on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.on.wait(GENEROUS)

    def wait(self) -> None:
        assert self.reached.wait(GENEROUS)


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def person(tx: Transaction, number: int) -> None:
    tx.session.add(Person(id=str(number), name="Ratna", login=f"ratna{number}", role="member", active=True))
    tx.audit("person.put", "office", subject=str(number), role="member")


def write_beside(store: Store) -> None:
    """Write, commit and seal, as services do all the time; raises where somebody keeps it waiting for too long."""
    for number in range(BESIDE):
        store.write_now(lambda tx, number=number: person(tx, 100 + number))
        assert store.seal_now() > 0
        assert store.may_write()


def people_and_lines(url: str) -> tuple[set[str], int]:
    store = Store(url)
    try:
        return store.read_now(
            lambda session: (
                set(session.exec(select(Person.id)).all()),
                len(session.exec(select(Journal.seq).where(Journal.kind == "person.put")).all()),
            )
        )
    finally:
        store.close()


@pytest.mark.parametrize("where", ["person", "journal", KEYS])
def test_writers_go_on_beside_a_backup_that_stands_still_wherever_it_reads(
    where: str,
    database: str,
    new_database: Callable[[str], str],
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    beside: ThreadPoolExecutor,
) -> None:
    store, halt = Store(database, clock), Halt()
    store.write_now(lambda tx: [person(tx, number) for number in range(3)])
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_STORE_URL", database)
    dump, keys = queries.dump, escrow.write

    def slowly(session: Session, write: Callable[[str, dict[str, Any]], None]) -> int:
        def halting(table: str, row: dict[str, Any]) -> None:
            write(table, row)
            if table == where and not halt.reached.is_set():
                halt()

        return dump(session, halting)

    def keys_slowly(session: Session, *rest: Any) -> int:
        if where == KEYS:
            halt()
        return keys(session, *rest)

    monkeypatch.setattr(queries, "dump", slowly)
    monkeypatch.setattr(escrow, "write", keys_slowly)
    file = tmp_path / "kentongan.backup"
    backup: Future[int] = beside.submit(cli.main, ["backup", str(file)])
    halt.wait()
    try:
        write_beside(store)
    finally:
        halt.on.set()
    assert backup.result(GENEROUS) == 0
    store.close()
    there = new_database("sqlite" if database.startswith("sqlite") else "postgres")
    monkeypatch.setenv("KENTONGAN_STORE_URL", there)
    assert cli.main(["restore", str(file)]) == 0
    assert people_and_lines(there) == ({"0", "1", "2"}, 3)  # the moment at which it began
    assert len(people_and_lines(database)[0]) == 3 + BESIDE


def test_writers_go_on_while_an_erasure_waits_for_a_backup_to_let_go_of_the_log(
    new_database: Callable[[str], str], clock: Clock, monkeypatch: pytest.MonkeyPatch, beside: ThreadPoolExecutor
) -> None:
    """Emptying the log waited for its reader, and kept all writers out for fifteen seconds."""
    url, reading, trying = new_database(SQLITE), Halt(), Halt()
    erasing, writing = Store(url, clock), Store(url, clock)
    writing.write_now(lambda tx: person(tx, 0))
    event.listen(erasing.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA busy_timeout = {FOR_EVER}"))

    def read(session: Session) -> None:
        session.exec(select(Person.id)).all()
        reading()

    monkeypatch.setattr(store_database, "sleep", lambda _seconds: trying())
    reader = beside.submit(writing.read_now, read)
    reading.wait()
    erasure = beside.submit(erasing.settle_erasures)
    try:
        trying.wait()  # it has met the reader
        write_beside(writing)
    finally:
        reading.on.set()
        trying.on.set()
    reader.result(GENEROUS)
    assert erasure.result(GENEROUS)
    erasing.close()
    writing.close()


SHORT = 0.01  # seconds that an erasure waits for a turn that does not come


def line_of(url: str) -> Path:
    return Path(f"{url.removeprefix('sqlite:///')}-turn")


def test_an_erasure_whose_turn_does_not_come_says_so_and_leaves_the_log_to_the_next(
    new_database: Callable[[str], str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database(SQLITE)
    store, other, pauses = Store(url, clock), Turn(line_of(url)), list[float]()
    store.write_now(lambda tx: person(tx, 0))
    with other, monkeypatch.context() as hurry:
        hurry.setattr(store._erasing, "_patience", SHORT)
        with pytest.raises(StoreUnavailable, match="another process"):
            store.settle_erasures()
    instants = iter([0.0, LOG_SECONDS - 1, LOG_SECONDS])

    def taken_meanwhile() -> float:
        """Let somebody else have the turn from between the erasure and the first try to empty the log."""
        now = next(instants)
        if not now:
            other.__enter__()
            hurry.setattr(store._erasing, "_patience", SHORT)
        return now

    with monkeypatch.context() as hurry:
        hurry.setattr(store_database, "monotonic", taken_meanwhile)
        hurry.setattr(store_database, "sleep", pauses.append)
        assert not store.settle_erasures()
    assert len(pauses) == 1
    other.__exit__()
    assert store.settle_erasures()
    other.close()
    store.close()


def test_an_erasure_takes_no_turn_from_the_writing_thread_of_its_own_process(
    new_database: Callable[[str], str], clock: Clock, monkeypatch: pytest.MonkeyPatch, beside: ThreadPoolExecutor
) -> None:
    url, writing = new_database(SQLITE), Halt()
    store, other = Store(url, clock), Turn(line_of(url), SHORT)
    writer = beside.submit(store.write_now, lambda _tx: writing())
    writing.wait()
    try:
        with monkeypatch.context() as hurry:
            hurry.setattr(store._erasing, "_patience", SHORT)
            with pytest.raises(StoreUnavailable):
                store.settle_erasures(index=False)
        with pytest.raises(TurnNotCome):
            other.__enter__()
    finally:
        writing.on.set()
    writer.result(GENEROUS)
    assert store.settle_erasures()
    other.close()
    store.close()
