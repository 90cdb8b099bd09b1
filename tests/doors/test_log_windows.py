"""Following the log a window at a time finds the same whatever ends a window: so many lines, or so many rows."""

from collections.abc import Iterator

import pytest

from schemas.records.incidents import Incident
from services.store import audit_verify
from services.store.audit_verify import Fault, Kind, Window, window_after
from services.store.database import Store
from services.store.row_digests import key_of
from tests.console.night import Clock, fill


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """Give a store whose first lines speak of rows that a later line speaks of again."""
    made = Store(database, Clock())
    ids, _ = made.write_now(fill)
    for number in range(4):
        made.write_now(
            lambda tx, n=number: (tx.put(Incident, [{"id": ids["clash"], "reports": 10 + n}]), tx.audit("x", "x"))
        )  # type: ignore[misc]
    made.seal_now()
    yield made
    made.close()


def followed(store: Store) -> tuple[list[Fault], int]:
    """Follow the log to its end and look once more; gives what was wrong, and how many windows that took."""
    window, faults, windows, ends = Window(), list[Fault](), 0, 0
    while ends < 2:
        window = store.read_now(lambda session, one=window: window_after(session, one))  # type: ignore[misc]
        faults += window.faults
        windows += 1
        ends += window.ended
    return faults, windows


@pytest.mark.parametrize("rows", [1, 3, 50_000])
def test_a_row_that_later_lines_speak_of_is_no_finding(
    store: Store, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(audit_verify, "NAMED_ROWS", rows)
    faults, windows = followed(store)
    assert faults == []
    assert windows > 4 if rows == 1 else windows >= 2


@pytest.mark.parametrize("rows", [1, 3, 50_000])
def test_a_row_that_was_changed_past_the_log_is_found_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    with store.engine.begin() as past:
        [changed] = past.exec_driver_sql("SELECT min(id) FROM incident WHERE reports < 10").scalars()
        past.exec_driver_sql(f"UPDATE incident SET level = level + 1 WHERE id = '{changed}'")
    monkeypatch.setattr(audit_verify, "NAMED_ROWS", rows)
    faults, _ = followed(store)
    assert [(one.kind, one.row) for one in faults] == [(Kind.ROW_DIFFERS, key_of("incident", changed))]
