"""One way to read and to write, on SQLite and on PostgreSQL alike."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import event, text
from sqlmodel import Session, SQLModel, col, select

from schemas.records.accounts import Key
from schemas.records.audit_log import Chain, Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from services.policy.working_hours import pace_of
from services.store.audit_log import SKIPPED, broken_links
from services.store.database import MIGRATIONS, Store, StoreUnavailable
from services.store.transaction import Transaction
from tests.house import Clock
from tests.servers import until

MOMENT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def key(number: int, at: datetime = MOMENT) -> dict[str, object]:
    return {"id": f"key-{number}", "name": f"Kunci {number}", "role": "reporter", "reliability": "B", "made_at": at}


def lines(store: Store) -> list[Journal]:
    store.seal_now()
    return store.read_now(lambda session: list(session.exec(select(Journal).order_by(col(Journal.seq)))))


def test_the_migrations_make_exactly_the_tables_of_the_records(store: Store) -> None:
    store.upgrade()  # a second time changes nothing
    searching: set[str] = set()  # FTS5's tables or a GIN index: each database's own, and no records

    def compared(_: object, name: str | None, *__: object) -> bool:
        own = (name or "").startswith(("word_index", "ix_searched_words"))
        searching.update([name] if own and name else [])
        return not own

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": compared})
        found = compare_metadata(context, SQLModel.metadata)
        sqlite = connection.dialect.name == "sqlite"
    assert found == []
    assert searching >= ({"word_index", "word_index_data"} if sqlite else {"ix_searched_words"})


def test_a_nil_report_of_an_officer_stays_one_over_an_upgrade(store: Store) -> None:
    """Until 0011 only the form said that nobody is waited for; now it is `conflict`."""

    def make(tx: Transaction) -> None:
        judged = {"issue": "WRG", "stage": "occurred", "level": 1, "score": 0, "confidence": 50, "rating": "B3"}
        judged |= {"handling": "send", "opened_at": tx.now, "changed_at": tx.now, "conflict": True}
        for form in ("NIHIL", "BENTROK"):
            tx.session.add(Incident(id=form, form=form, **judged))

    store.write_now(make)
    store.seal_now()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.downgrade(config, "0011")
    store.upgrade()
    kept = store.read_now(lambda session: {one.id: one.conflict for one in session.exec(select(Incident))})
    assert kept == {"NIHIL": False, "BENTROK": True}


def test_a_transaction_keeps_everything_with_its_journal_lines(store: Store, clock: Clock) -> None:
    def act(tx: Transaction) -> int:
        tx.add(Key, [key(1), key(2)])
        tx.audit("key.made", "office", subject="key-1", name="Kunci 1")
        return tx.audit("key.made", "office", subject="key-2", name="Kunci 2")

    assert store.write_now(act) == 2
    kept = lines(store)
    assert [(line.seq, line.subject_id, line.at) for line in kept] == [
        (1, "key-1", clock.now),
        (2, "key-2", clock.now),
    ]
    head = store.read_now(lambda session: session.exec(select(Chain)).one())
    assert (head.seq, head.hash) == (2, kept[-1].hash)


def test_a_transaction_that_fails_keeps_nothing_and_breaks_no_chain(store: Store) -> None:
    store.write_now(lambda tx: tx.audit("first", "test"))

    def act(tx: Transaction) -> None:
        tx.add(Key, [key(1)])
        tx.audit("lost", "test")
        raise KeyError

    with pytest.raises(KeyError):
        store.write_now(act)
    store.write_now(lambda tx: tx.audit("second", "test"))
    # PostgreSQL gives a number once: the one of the transaction that failed is accounted for in the chain.
    without_line = [] if store.url.startswith("sqlite") else [SKIPPED]
    assert [line.kind for line in lines(store)] == ["first", *without_line, "second"]
    assert store.read_now(lambda session: session.exec(select(Key)).all()) == []
    assert broken_links(lines(store)) == []


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    wib = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=7)))
    store.write_now(lambda tx: tx.add(Key, [key(1, wib)]))
    [kept] = store.read_now(lambda session: session.exec(select(Key)).all())
    assert (kept.made_at, kept.made_at.utcoffset()) == (MOMENT, timedelta())


def test_add_new_keeps_the_first_and_says_what_was_new(store: Store) -> None:
    assert store.write_now(lambda tx: tx.add_new(Key, [key(1), key(2)])) == {"key-1", "key-2"}
    again = {**key(2), "name": "Lain"}
    assert store.write_now(lambda tx: tx.add_new(Key, [again, key(3)])) == {"key-3"}
    names = store.read_now(lambda session: sorted(session.exec(select(Key.name)).all()))
    assert names == ["Kunci 1", "Kunci 2", "Kunci 3"]


def test_put_changes_only_the_columns_it_is_given(store: Store) -> None:
    store.write_now(lambda tx: tx.add(Key, [key(1), key(2), key(3)]))
    changes = [{"id": "key-1", "name": "Satu"}, {"id": "key-2", "name": "Dua"}, {"id": "key-3", "reliability": "A"}]
    store.write_now(lambda tx: tx.put(Key, changes))
    kept = store.read_now(lambda session: session.exec(select(Key).order_by(Key.id)).all())
    assert [(one.name, one.reliability) for one in kept] == [("Satu", "B"), ("Dua", "B"), ("Kunci 3", "A")]


def test_words_of_every_kind_come_back_as_they_went_in(store: Store) -> None:
    words = "'; DROP TABLE report; -- <script> ꦏꦼꦤ꧀ꦛꦺꦴꦔꦤ꧀ \U0001f514 \u202e \\ % _"
    store.write_now(lambda tx: tx.audit(words, words, incident=words[:40], told=words, deep=[{"a": [words]}]))
    [line] = lines(store)
    assert (line.kind, line.data) == (words, {"told": words, "deep": [{"a": [words]}]})
    assert broken_links([line]) == []


def test_the_chain_holds_and_one_changed_word_is_found(store: Store) -> None:
    for number in range(20):
        store.write_now(lambda tx, n=number: tx.audit("step", "test", incident=f"i-{n % 3}", number=n))
    assert broken_links(lines(store)) == []
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET actor = 'somebody else' WHERE seq = 7"))
    assert broken_links(lines(store)) == [7]
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET actor = 'test' WHERE seq = 7"))
        connection.execute(text("DELETE FROM journal WHERE seq = 12"))
    assert broken_links(lines(store)) == [13]


async def test_writers_of_several_processes_take_turns_and_no_number_is_used_twice(
    database: str, clock: Clock, store: Store
) -> None:
    others = [Store(database, clock) for _ in range(3)]
    try:
        await asyncio.gather(
            *(one.write(lambda tx, n=n: tx.audit("step", "test", n=n)) for n in range(25) for one in others)
        )
        assert [line.seq for line in lines(store)] == list(range(1, 76))
        assert broken_links(lines(store)) == []
    finally:
        for one in others:
            one.close()


async def test_the_clock_is_read_when_the_turn_has_come_not_when_it_was_asked_for(database: str) -> None:
    """Read before the wait, an acknowledgement could carry a time before the escalation it followed."""
    inside, go_on = threading.Event(), threading.Event()
    clock = Clock()
    first, second = Store(database, clock), Store(database, clock)

    def slow(tx: Transaction) -> None:
        inside.set()
        go_on.wait(20)
        tx.audit("first", "test")

    try:
        holding = asyncio.create_task(first.write(slow))
        await until(inside.is_set)
        waiting = asyncio.create_task(second.write(lambda tx: tx.audit("second", "test")))
        clock.forward(minutes=5)
        later = clock.now
        go_on.set()
        await asyncio.gather(holding, waiting)
        assert {line.kind: line.at for line in lines(first)}["second"] == later
    finally:
        first.close()
        second.close()


async def test_readers_do_not_wait_for_a_writer(store: Store, database: str) -> None:
    store.write_now(lambda tx: tx.add(Key, [key(1)]))
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        tx.add(Key, [key(2)])
        inside.set()
        go_on.wait(20)

    writing = asyncio.create_task(store.write(slow))
    await until(inside.is_set)
    seen = await store.read(lambda session: len(session.exec(select(Key)).all()))
    go_on.set()
    await writing
    assert seen == 1  # what is not committed is not seen


def test_publisher_are_counted_in_the_districts_time(database: str, tuban: object) -> None:
    store = Store(database, lambda: MOMENT, pace_of(tuban))  # type: ignore[arg-type]
    due = store.write_now(lambda tx: tx.pace(tx.now, 120, False))  # noqa: FBT003 - a Pace
    store.close()
    assert due == MOMENT + timedelta(hours=2)  # Tuesday 10.00 WIB: offices are open


@pytest.mark.postgres
def test_a_database_that_hangs_up_is_away_and_then_there_again(
    new_database: Callable[[str], str], postgres: str
) -> None:
    store = Store(new_database("postgres"))

    def cut(tx: Transaction) -> None:
        tx.audit("lost", "test")
        pid = tx.session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(postgres, autocommit=True) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s)", [pid])

    store.write_now(lambda tx: tx.audit("before", "test"))
    with pytest.raises(StoreUnavailable):
        store.write_now(cut)
    store.write_now(lambda tx: tx.audit("after", "test"))
    assert [line.kind for line in lines(store)] == ["before", SKIPPED, "after"]
    store.close()


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_away(postgres: str) -> None:
    store = Store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable):
        store.read_now(lambda session: session.exec(select(Person.id)).first())
    with pytest.raises(StoreUnavailable):
        store.write_now(lambda tx: tx.audit("lost", "test"))
    store.close()


def test_a_disk_that_cannot_be_written_is_away_too(tmp_path: Path, blank_sqlite: bytes) -> None:
    file = tmp_path / "kentongan.db"
    file.write_bytes(blank_sqlite)
    store = Store(f"sqlite:///{file}")
    store.write_now(lambda tx: tx.audit("before", "test"))
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    @event.listens_for(store.engine, "begin")
    def full(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    with pytest.raises(StoreUnavailable):
        store.write_now(lambda tx: [tx.audit("lost", "test", words="x" * 5000) for _ in range(50)])
    assert [line.kind for line in lines(store)] == ["before"]
    store.close()


def test_integers_compare_levels_and_json_keeps_its_shape(store: Store, clock: Clock) -> None:
    row = {"id": "i-1", "issue": "SLT", "form": "BENTROK", "stage": "ongoing", "level": 3, "score": 40}
    row |= {"confidence": 50, "rating": "B2", "handling": "send", "opened_at": clock.now, "changed_at": clock.now}
    row |= {"facts": {"injured": [{"report": "r", "min": 3, "max": None}]}, "stamp": 2**40}

    def act(session: Session) -> list[Incident]:
        return list(session.exec(select(Incident).where(Incident.level >= 3)))

    store.write_now(lambda tx: tx.session.add(Incident(**row)))
    [kept] = store.read_now(act)
    assert (kept.facts, kept.stamp) == ({"injured": [{"report": "r", "min": 3, "max": None}]}, 2**40)
