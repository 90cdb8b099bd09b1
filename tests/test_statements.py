"""Statements that are compiled once do what SQLAlchemy does each time: the same is stored, found, refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    DateTime,
    Float,
    Integer,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from schemas.records.alerts import Alert
from schemas.records.people import Person
from services.store.database import Store
from services.store.outage import is_outage
from services.store.statements import LONGEST, find, run
from services.store.transaction import Transaction, table_of

TABLES = sorted(SQLModel.metadata.tables)
VALUES: dict[type, tuple[Any, ...]] = {
    DateTime: (datetime(2026, 11, 28, 3, 4, 5, 678, tzinfo=UTC), None),
    Boolean: (True, False),
    Integer: (7, 0),
    Float: (0.1, 3.0),
    JSON: ({"b": [1, "é", None, 2.5], "a": {}}, [], None),
}
ALERTS = table_of(Alert)
NIGHT = datetime(2026, 11, 28, 3, tzinfo=UTC)
TEXTS = ("Désa “Mentoro”\n'; DROP", "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give an empty store."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('statements') / 'store.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def connection(made: Store) -> Iterator[Connection]:
    """Give a connection that does not ask to whom a row belongs, and keeps nothing."""
    with made.engine.connect() as found:
        found.exec_driver_sql("COMMIT")
        found.exec_driver_sql("PRAGMA foreign_keys=OFF")
        found.exec_driver_sql("BEGIN")
        yield found
        found.exec_driver_sql("ROLLBACK")
        found.exec_driver_sql("PRAGMA foreign_keys=ON")
        found.exec_driver_sql("BEGIN")


def kind_of(type_: Any) -> Any:
    """Give the type that a column has below what SQLModel makes of it."""
    return getattr(type_, "impl_instance", type_)


def row_of(table: Table, at: int, key: str) -> dict[str, Any]:
    """Give a row with a value in every column, the `at`-th of its type."""
    row: dict[str, Any] = {}
    for column in table.columns:
        fits = next((values for kind, values in VALUES.items() if isinstance(kind_of(column.type), kind)), TEXTS)
        value = fits[at % len(fits)]
        row[column.name] = fits[0] if value is None and not column.nullable else value
    for column in table.primary_key:
        row[column.name] = len(key) if isinstance(column.type, Integer) else key
    return row


def alerts(*keys: str) -> list[dict[str, Any]]:
    """Give alerts of one incident."""
    return [row_of(ALERTS, 0, key) | {"institution": key} for key in keys]


def stored(connection: Connection, table: Table) -> list[tuple[str, ...]]:
    """Give the rows of a table as the file has them, type by type."""
    asked = ", ".join(f'quote("{column.name}")' for column in table.columns)
    words = f'SELECT {asked} FROM "{table.name}"'
    return [tuple(row) for row in connection.exec_driver_sql(words)]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_every_table_is_written_and_read_as_sqlalchemy_does(connection: Connection, name: str, at: int) -> None:
    table = SQLModel.metadata.tables[name]
    row = row_of(table, at, "m")
    connection.execute(delete(table))  # one is made with a row in it
    run(connection, insert(table), [row])
    [mine], found = stored(connection, table), find(connection, select(table), {})
    assert found.dicts() == [dict(one) for one in connection.execute(select(table)).mappings()]
    connection.execute(delete(table))
    connection.execute(insert(table), row)
    assert stored(connection, table) == [mine]


def test_defaults_of_columns_are_those_of_the_tables(connection: Connection) -> None:
    [row] = alerts("a")
    given = {name: row[name] for name in row if name not in ("unit", "state", "round", "reminders")}
    run(connection, insert(ALERTS), [given])
    mine = stored(connection, ALERTS)
    connection.execute(delete(ALERTS))
    connection.execute(insert(ALERTS), given)
    assert stored(connection, ALERTS) == mine


def test_rows_are_changed_by_their_key(connection: Connection) -> None:
    table = ALERTS
    run(connection, insert(table), alerts("a", "b", "c"))
    change = update(table).where(table.c.id == bindparam("_key")).values(why=bindparam("why"), round=bindparam("round"))
    run(connection, change, [{"_key": "a", "why": ["x"], "round": 3}, {"_key": "b", "why": [], "round": 4}])
    asked = select(table.c.id, table.c.why, table.c.round).order_by(table.c.id)
    assert [row[2] for row in find(connection, asked, {}).rows] == [3, 4, 7]
    assert find(connection, asked, {}).rows[0] == ("a", ["x"], 3)


@pytest.mark.parametrize("many", [0, 1, 2, 9, 12, 13, 17, 500, LONGEST - 1, LONGEST, 700])
def test_lists_of_any_length(connection: Connection, many: int) -> None:
    table = ALERTS
    rows = alerts(*(f"alert {number}" for number in range(many)))
    if rows:
        run(connection, insert(table), rows)
    asked = select(table.c.id).where(
        table.c.id.in_(bindparam("ids", expanding=True)), table.c.owed_at >= bindparam("since"), table.c.round == 7
    )
    since = datetime(2026, 1, 1, tzinfo=UTC)
    given = {"ids": [row["id"] for row in rows] + (["nobody's"] if many else []), "since": since}
    assert sorted(id_ for (id_,) in find(connection, asked, given).rows) == sorted(row["id"] for row in rows)
    assert find(connection, asked, {**given, "since": datetime(2027, 1, 1, tzinfo=UTC)}).rows == []


@pytest.mark.parametrize(("many", "few"), [(1, 1), (3, 11), (11, 3), (40, 2)])
def test_lists_constants_and_single_values_keep_their_order(connection: Connection, many: int, few: int) -> None:
    rows = alerts(*(f"alert {number}" for number in range(50)))
    run(connection, insert(ALERTS), rows)
    asked = select(ALERTS.c.institution, ALERTS.c.owed_at).where(
        ALERTS.c.round == 7,
        ALERTS.c.id.in_(bindparam("ids", expanding=True)),
        ALERTS.c.duty == bindparam("duty"),
        ALERTS.c.state != "nobody's",
        ALERTS.c.institution.in_(bindparam("institutions", expanding=True)),
        ALERTS.c.owed_at <= bindparam("until"),
    )
    ids, names = [row["id"] for row in rows[:many]], [row["institution"] for row in rows[50 - few :]]
    given = {"until": datetime(2027, 1, 1, tzinfo=UTC), "ids": ids, "duty": rows[0]["duty"]}
    for wanted in (names, [row["institution"] for row in rows[:few]]):
        found = find(connection, asked, {**given, "institutions": wanted})
        usual = connection.execute(asked, {**given, "institutions": wanted})
        assert sorted(found.rows) == sorted(tuple(row) for row in usual)
    assert len(found.rows) == min(many, few)


@pytest.mark.parametrize("instant", [NIGHT.replace(tzinfo=None), "2026-11-28", NIGHT.date()])
def test_what_is_no_instant_is_refused(connection: Connection, instant: Any) -> None:
    [row] = alerts("a")
    with pytest.raises(StatementError):
        run(connection, insert(ALERTS), [{**row, "owed_at": instant}])


def test_an_instant_of_another_zone_is_kept_in_utc(connection: Connection) -> None:
    [row] = alerts("a")
    wib = datetime(2026, 11, 28, 3, tzinfo=timezone(timedelta(hours=7)))
    run(connection, insert(ALERTS), [{**row, "owed_at": wib}])
    [found] = find(connection, select(ALERTS.c.owed_at), {}).rows
    assert found == (datetime(2026, 11, 27, 20, tzinfo=UTC),)
    [(written,)] = connection.exec_driver_sql("SELECT owed_at FROM alert")
    assert written == "2026-11-27 20:00:00.000000"


@pytest.mark.parametrize("stored", ["2026-11-27 20:00:00", "2026-11-27 20:00:00.000000", "2026-11-27T20:00:00.000"])
def test_an_instant_is_read_however_it_was_written(connection: Connection, stored: str) -> None:
    """An earlier version, or a person with a tool of his own, may have left its fractions out."""
    run(connection, insert(ALERTS), alerts("a"))
    connection.exec_driver_sql("UPDATE alert SET owed_at = ?", (stored,))
    [found] = find(connection, select(ALERTS.c.owed_at), {}).rows
    assert found == (datetime(2026, 11, 27, 20, tzinfo=UTC),)


@pytest.mark.parametrize("many", [0, 1, 5, 17, LONGEST, LONGEST + 1])
def test_rows_of_a_list_are_deleted_and_how_many_is_known(connection: Connection, many: int) -> None:
    rows = [row for number in range(3) for row in alerts(f"a{number}")]
    run(connection, insert(ALERTS), rows)
    gone = delete(ALERTS).where(ALERTS.c.id.in_(bindparam("ids", expanding=True)), ALERTS.c.duty != "nobody's")
    ids = [*(row["id"] for row in rows[:2]), *(f"none {number}" for number in range(many))][:many]
    assert run(connection, gone, [{"ids": ids}]) == min(many, 2)
    left = find(connection, select(ALERTS.c.id), {}).rows
    assert len(left) == len(rows) - min(many, 2)


def test_how_many_rows_were_changed_is_known(connection: Connection) -> None:
    rows = [row for number in range(3) for row in alerts(f"a{number}")]
    assert run(connection, insert(ALERTS), rows) == len(rows)
    asked = update(ALERTS).where(ALERTS.c.id == bindparam("_id")).values(round=bindparam("round"))
    for some in (["a0"], ["a0", "a1"], ["a0", "none"]):
        known = {row["id"] for row in rows} & set(some)
        assert run(connection, asked, [{"_id": id_, "round": 2} for id_ in some]) == len(known)


def test_what_the_database_refuses_is_said_as_ever(connection: Connection) -> None:
    table, [row] = ALERTS, alerts("a")
    run(connection, insert(table), [row])
    with pytest.raises(IntegrityError) as refused:
        run(connection, insert(table), [row])
    assert not is_outage(refused.value)
    assert "Mentoro" not in str(refused.value)  # no words of a report in a log
    with pytest.raises(StatementError):
        run(connection, insert(table), [{**row, "id": "b", "owed_at": "yesterday"}])


def test_a_transaction_knows_what_it_changed(made: Store) -> None:
    """Rows written so are in the log with their digests, as are those that SQLAlchemy writes."""
    row = row_of(table_of(Person), 0, "p")

    def add(tx: Transaction) -> list[str]:
        tx.add(Person, [row])  # type: ignore[misc]  # rows of the test
        return sorted(tx.touched.ids[table_of(Person)])

    def change(tx: Transaction) -> list[str]:
        tx.put(Person, [{"id": "p", "name": "Sri"}])  # type: ignore[misc]  # rows of the test
        return sorted(tx.touched.ids[table_of(Person)])

    assert made.write_now(add) == made.write_now(change) == ["p"]
    assert made.write_now(lambda tx: tx.rows(Person, "id", ["p"]))[0]["name"] == "Sri"
