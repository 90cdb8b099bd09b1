"""A database that a test has had is as new for the next one, or no other test has it."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.conftest import database_url
from tests.used_databases import UsedDatabase

pytestmark = pytest.mark.postgres


@pytest.fixture
def used(blank_postgres: str, postgres: str) -> Iterator[UsedDatabase]:
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE tried TEMPLATE {blank_postgres}")
    one = UsedDatabase(postgres, "tried")
    yield one
    one.drop()


@pytest.fixture
def run(used: UsedDatabase, postgres: str) -> Callable[[str], list[tuple[object, ...]]]:
    address = database_url(postgres, used.name).replace("+psycopg", "")

    def act(statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return act


@pytest.mark.parametrize(
    "told", ["nextval('journal_seq')", "setval('journal_seq', 13, false)", "setval('journal_seq', 13)"]
)
def test_sequences_begin_anew(used: UsedDatabase, run: Callable[[str], list[tuple[object, ...]]], told: str) -> None:
    run(f"SELECT {told}")
    assert used.emptied()
    assert run("SELECT nextval('journal_seq')") == [(1,)]


def test_rows_are_gone_and_those_of_a_new_database_are_there(
    used: UsedDatabase, run: Callable[[str], list[tuple[object, ...]]]
) -> None:
    new = run("SELECT * FROM chain")
    assert new
    run("UPDATE chain SET hash = 'changed'")
    run("INSERT INTO opt_out (id, at) VALUES ('somebody', now())")
    assert used.emptied()
    assert run("SELECT * FROM chain") == new
    assert run("SELECT * FROM opt_out") == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE opt_out",
        "ALTER TABLE opt_out ADD COLUMN more int",
        "CREATE TABLE beside (id int)",
        "GRANT SELECT ON opt_out TO PUBLIC",
        "ALTER DATABASE tried SET statement_timeout = 1000",
        "CREATE FUNCTION beside() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_database_that_was_built_otherwise_is_given_to_nobody(
    used: UsedDatabase, run: Callable[[str], list[tuple[object, ...]]], change: str
) -> None:
    assert used.emptied()
    run(change)
    assert not used.emptied()


def test_whoever_is_connected_still_is_cut_off(used: UsedDatabase, postgres: str) -> None:
    address = database_url(postgres, used.name).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as left:
        assert used.emptied()
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
