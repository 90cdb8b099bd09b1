"""What the office does to the store: verify the journal, move everything from one database to another."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from services.cli.main import main
from services.store.database import Store
from services.store.stream_marks import TIMELINE, marks
from tests.house import House
from tests.incidents import Level, opened


def mode(file: str) -> int:
    return Path(file).stat().st_mode


def counts(url: str) -> dict[str, int]:
    store = Store(url)
    with store.engine.connect() as connection:
        found = {
            table.name: connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }
    store.close()
    return found


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run a command on a database."""

    def run(url: str, *words: str) -> tuple[int, str]:
        monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
        monkeypatch.setenv("KENTONGAN_STORE_URL", url)
        code = main(list(words))
        return code, capsys.readouterr().out

    return run


def test_whoever_brings_tables_up_to_date_notes_on_which_server_they_are(
    database: str, store: Store, office: Callable[..., tuple[int, str]]
) -> None:
    assert office(database, "db", "upgrade")[0] == 0  # before there is a report that a standby could lack
    noted = {row["stream"] for row in store.read_now(marks)}
    assert noted == (set() if database.startswith("sqlite") else {TIMELINE})


def test_audit_verify_holds_and_names_the_line_somebody_changed(
    database: str, store: Store, office: Callable[..., tuple[int, str]]
) -> None:
    for number in range(5):
        store.write_now(lambda tx, n=number: tx.audit("step", "test", number=n))
    code, said = office(database, "audit", "verify")
    assert (code, "WRONG at line 1 (unsealed)" in said, "5 newer lines have no hash yet" in said) == (1, True, True)
    store.seal_now()
    code, said = office(database, "audit", "verify")
    assert code == 0
    assert "5 lines holds" in said
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET kind = 'other' WHERE seq = 3"))
    code, said = office(database, "audit", "verify")
    assert code == 1
    assert "WRONG at line 3 (changed)" in said
    code, exported = office(database, "audit", "export")
    assert (code, len(exported.splitlines())) == (0, 5)


@pytest.mark.postgres
@pytest.mark.parametrize(("old", "new"), [("sqlite", "postgres"), ("postgres", "sqlite")])
async def test_a_backup_of_one_database_is_restored_into_the_other(
    old: str,
    new: str,
    tmp_path: Path,
    new_database: Callable[[str], str],
    new_house: Callable[..., Awaitable[House]],
    office: Callable[..., tuple[int, str]],
) -> None:
    source, target = new_database(old), new_database(new)
    house = await new_house(source)
    incident = await opened(house, Level.KRITIS)
    await house.forward(minutes=5)
    await house.act(incident, "acknowledgements", by="POLRES")
    file = str(tmp_path / "backup.jsonl.gz")
    assert office(source, "backup", file)[0] == 0
    assert mode(file) & 0o077 == 0  # nobody else may read it
    code, said = office(target, "restore", file)
    assert code == 0, said
    assert counts(target) == counts(source)
    assert office(target, "audit", "verify")[0] == 0
