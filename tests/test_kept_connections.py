"""What the writing thread keeps from one transaction to the next carries nothing over, and is given back after a fault."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from schemas.records.people import Person
from services.store.database import Store
from services.store.transaction import Transaction

SRI: dict[str, Any] = {"id": "p", "login": "sri", "name": "Sri", "role": "member"}


def add(tx: Transaction) -> Connection:
    tx.session.add(Person(**SRI))
    tx.session.flush()
    return tx.connection


def name(session: Session) -> str:
    return session.exec(select(Person)).one().name


def rename(new: str) -> Callable[[Transaction], Connection]:
    def act(tx: Transaction) -> Connection:
        tx.session.get_one(Person, "p").name = new
        return tx.connection

    return act


async def test_each_transaction_reads_anew_what_others_have_changed(store: Store, database: str, clock: Any) -> None:
    other = Store(database, clock)
    await store.write(add)
    kept = [await store.write(lambda tx: (tx.session, tx.session.get_one(Person, "p")))]  # held, as a caller may
    other.write_now(rename("Tono"))
    assert await store.write(lambda tx: name(tx.session)) == "Tono"
    looked: list[str] = []
    await store.look_and_write(lambda session: looked.append(name(session)), lambda _tx: None, {"p"})
    other.write_now(rename("Wati"))
    await store.look_and_write(lambda session: looked.append(name(session)), lambda _tx: None, {"p"})
    assert looked == ["Tono", "Wati"]
    assert kept[0][1].name == "Sri"
    other.close()


async def test_what_failed_is_undone_and_the_next_transaction_is_done(store: Store) -> None:
    await store.write(add)

    def fail(tx: Transaction) -> None:
        tx.session.get_one(Person, "p").name = "Tono"
        tx.session.flush()
        raise KeyError

    def twice(tx: Transaction) -> None:
        tx.session.get_one(Person, "p").name = "Tono"
        tx.add(Person, [SRI])  # type: ignore[misc]  # a row of the test

    def look(session: Session) -> None:
        raise ValueError(name(session))

    for act, raised in ((fail, KeyError), (twice, IntegrityError)):
        with pytest.raises(raised):
            await store.write(act)
        assert await store.write(lambda tx: name(tx.session)) == "Sri"
    with pytest.raises(ValueError, match="Sri"):
        await store.look_and_write(look, rename("Tono"), {"p"})
    assert await store.read(name) == "Sri"
    await store.write(rename("Tono"))
    assert await store.read(name) == "Tono"


async def test_a_look_takes_no_writers_turn(store: Store, database: str, clock: Any) -> None:
    """It stands before the transaction, so that whatever it takes nobody waits for it."""
    other = Store(database, clock)
    await store.write(add)

    def look(session: Session) -> None:
        assert name(session) == "Sri"
        other.write_now(rename("Tono"))

    await store.look_and_write(look, lambda _tx: None, {"p"})
    assert await store.read(name) == "Tono"
    other.close()


async def test_the_connection_is_kept_by_the_thread_that_writes_and_given_back(
    new_database: Callable[[str], str],
) -> None:
    store = Store(new_database("sqlite"))
    first = await store.write(lambda tx: tx.connection)
    assert await store.write(lambda tx: tx.connection) is first
    assert await asyncio.to_thread(store.write_now, lambda tx: tx.connection) is not first  # another thread
    await store.give_pages_back()
    assert first.closed
    await store.write(add)
    store.close()
    gc.collect()
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a pool that counts
