"""Lines get their hashes in order, a moment after they were written, and nobody who follows the log misses one."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from schemas.records.audit_log import Journal
from services.store.audit_log import SKIPPED, broken_links, safe_line
from services.store.audit_verify import verify
from services.store.database import Store
from services.store.sealer import AT_ONCE
from services.store.transaction import Transaction
from tests.house import Clock
from tests.servers import until


def lines(store: Store) -> list[Journal]:
    return store.read_now(lambda session: list(session.exec(select(Journal).order_by(col(Journal.seq)))))


def step(tx: Transaction) -> int:
    return tx.audit("step", "test")


def test_a_line_has_no_hash_until_it_is_sealed(store: Store) -> None:
    for _ in range(3):
        store.write_now(step)
    assert [line.hash for line in lines(store)] == ["", "", ""]
    assert (store.seal_now(), store.seal_now()) == (3, 0)
    assert broken_links(lines(store)) == []
    store.write_now(step)
    assert store.seal_now() == 1
    assert broken_links(lines(store)) == []


def test_more_lines_than_one_page_are_sealed_in_one_go(store: Store) -> None:
    many = 2 * AT_ONCE + 7
    store.write_now(lambda tx: [step(tx) for _ in range(many)])
    assert store.seal_now() == many
    assert broken_links(lines(store)) == []
    assert verify(store.engine).faults == []


async def test_two_sealers_at_once_do_no_harm(database: str, clock: Clock, store: Store) -> None:
    others = [Store(database, clock) for _ in range(2)]
    for _ in range(5):
        await asyncio.gather(*(one.write(step) for one in others), *(one.seal() for one in (store, *others)))
    for one in others:
        one.close()
    store.seal_now()
    assert (len(lines(store)), broken_links(lines(store))) == (10, [])
    assert verify(store.engine).faults == []


@pytest.mark.postgres
async def test_nothing_is_sealed_past_a_line_that_may_still_come(
    new_database: Callable[[str], str], clock: Clock
) -> None:
    """A transaction that took an earlier number is committed later: who follows by number must not have gone past it."""
    database = new_database("postgres")
    slow, quick = Store(database, clock), Store(database, clock)
    inside, go_on = threading.Event(), threading.Event()

    def linger(tx: Transaction) -> None:
        assert step(tx) == 2
        inside.set()
        go_on.wait(20)

    await quick.write(step, things=["a"])
    assert await quick.seal() == 1
    lingering = asyncio.create_task(slow.write(linger, things=["b"]))
    await until(inside.is_set)
    assert await quick.write(step, things=["c"]) == 3
    assert [line.seq for line in lines(quick)] == [1, 3]
    assert (await quick.seal(), await quick.read(safe_line)) == (0, 1)
    go_on.set()
    await lingering
    assert (await quick.seal(), await quick.read(safe_line)) == (2, 3)
    assert (broken_links(lines(quick)), [line.kind for line in lines(quick)]) == ([], ["step"] * 3)
    slow.close()
    quick.close()


@pytest.mark.postgres
def test_a_number_without_a_line_is_accounted_for_and_no_line_can_take_it_later(
    new_database: Callable[[str], str], clock: Clock
) -> None:
    store = Store(new_database("postgres"), clock)

    def fail(tx: Transaction) -> None:
        step(tx)
        raise KeyError

    store.write_now(step)
    for _ in range(2):
        with pytest.raises(KeyError):
            store.write_now(fail)
    store.write_now(step)
    assert store.seal_now() == 4
    assert [line.kind for line in lines(store)] == ["step", SKIPPED, SKIPPED, "step"]
    verdict = verify(store.engine)
    assert (verdict.faults, verdict.skipped) == ([], 2)
    late = "INSERT INTO journal (seq, at, actor, kind, data, hash) VALUES (2, now(), 'orang lain', 'step', '{}', '')"
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(text(late))
    with store.engine.begin() as connection:  # as the owner of the tables could
        connection.execute(text("DELETE FROM journal WHERE seq = 2"))
        connection.execute(text(late))
    [found, *_] = verify(store.engine).faults
    assert (found.line, found.kind) == (2, "late")
    store.close()
