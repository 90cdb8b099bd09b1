"""docs/operations.md says that a backup is the way from one machine, and one database, to another."""

import gzip
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from schemas.records.audit_log import Journal
from schemas.records.people import Person
from services.cli import main as cli
from services.cli.ops.queries import in_order
from services.store.database import Store
from tests.conftest import SQLITE
from tests.house import Clock


def lived_in(url: str, clock: Clock) -> Store:
    """Fill a store with people, who bring booleans, lists, instants and empty columns, and with journal lines."""
    store = Store(url, clock)

    def act(unit) -> None:
        for number in range(3):
            clock.forward(minutes=1)
            row = {
                "name": "Ratna",
                "login": f"ratna{number}",
                "role": "member",
                "named_for": ["RAD"],
                "active": number > 0,
            }
            unit.session.add(Person(id=str(number), **row))
            unit.audit("person.put", "office", subject=str(number), role="member", note="é “ ” 🔔")

    store.write_now(act)
    return store


def rows(store: Store) -> dict[str, list[dict]]:
    def ask(session) -> dict[str, list[dict]]:
        connection = session.connection()
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=str)
            for table in in_order()
        }

    return store.read_now(ask)


def run(monkeypatch: pytest.MonkeyPatch, url: str, data: Path, *words: str) -> int:
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)
    return cli.main([*words, "--data", str(data)])


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (SQLITE, SQLITE),
        pytest.param(SQLITE, "postgres", marks=pytest.mark.postgres),
        pytest.param("postgres", SQLITE, marks=pytest.mark.postgres),
    ],
)
def test_a_backup_is_the_same_rows_and_chain_in_either_database(
    here: str,
    there: str,
    new_database: Callable[[str], str],
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new, file = new_database(here), new_database(there), tmp_path / "kentongan.jsonl.gz"
    before = lived_in(old, clock)
    assert run(monkeypatch, old, tmp_path, "backup", str(file)) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(monkeypatch, new, tmp_path, "restore", str(file)) == 0
    after = Store(new, clock)
    assert rows(before) == rows(after)
    assert run(monkeypatch, new, tmp_path, "audit", "verify") == 0
    after.write_now(lambda tx: tx.audit("person.put", "office"))
    after.seal_now()
    assert run(monkeypatch, new, tmp_path, "audit", "verify") == 0
    before.close()
    after.close()


def test_a_journal_that_was_tampered_with_is_told(
    new_database: Callable[[str], str], clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    url = new_database(SQLITE)
    store = lived_in(url, clock)
    store.seal_now()
    store.write_now(lambda tx: setattr(tx.session.get(Journal, 2), "actor", "nobody"))
    store.close()
    assert run(monkeypatch, url, tmp_path, "audit", "verify") == 1
    assert "WRONG at line 2 (changed)" in capsys.readouterr().out


def test_a_restore_never_mixes_with_what_is_there(
    new_database: Callable[[str], str], clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    url, file = new_database(SQLITE), tmp_path / "other.gz"
    with gzip.open(file, "wt") as out:
        out.write(json.dumps({"format": "something else"}) + "\n")
    assert run(monkeypatch, url, tmp_path, "restore", str(file)) == 1
    assert "not a backup" in capsys.readouterr().out
    store = Store(url, clock)
    assert store.read_now(lambda session: session.scalar(select(func.count()).select_from(Journal))) == 0
    store.close()
