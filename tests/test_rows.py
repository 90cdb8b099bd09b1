"""The rows that the type checker sees are the tables that the database has."""

import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlmodel import SQLModel

import schemas.by_hand
import schemas.office.records
import schemas.records
import schemas.running
from schemas import rows
from schemas.record import Record
from schemas.records import Incident

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]


def tables(kind: type[Any] = Record) -> dict[str, type[SQLModel]]:
    """Give every table below a class, by its name."""
    found: dict[str, type[SQLModel]] = {}
    for one in kind.__subclasses__():
        found |= {one.__name__: one} if hasattr(one, "__table__") else {}
        found |= tables(one)
    return found


def wanted(table: type[SQLModel]) -> dict[str, Any]:
    """Give the columns of a table with the kinds of their values."""
    return {name: field.annotation for name, field in table.model_fields.items()}


def typed(name: str) -> dict[str, Any]:
    """Give the keys of a table's row as the type checker sees them."""
    return get_type_hints(getattr(rows, f"{name}Row"))


def of_ours() -> dict[str, type[SQLModel]]:
    """Give the tables of the modules that declare them; a test may have made others."""
    declaring = (schemas.records, schemas.by_hand, schemas.running, schemas.office.records)
    modules = [one.__name__ for one in declaring]
    return {name: one for name, one in tables().items() if one.__module__ in modules}


@pytest.mark.parametrize("name", sorted(of_ours()))
def test_a_row_has_the_columns_of_its_table(name: str) -> None:
    table = of_ours()[name]
    assert typed(name) == wanted(table)
    assert set(typed(name)) == set(table.__table__.c.keys())  # type: ignore[attr-defined]


def test_every_table_is_a_record_of_its_own_row() -> None:
    declared = [line for file in ("records", "by_hand", "running", "office/records") for line in declarations(file)]
    assert sorted(declared) == [f"class {name}(Record[{name}Row], table=True):" for name in sorted(of_ours())]
    assert {f"{name}Row" for name in of_ours()} == {name for name in vars(rows) if name.endswith("Row")}


def declarations(module: str) -> list[str]:
    lines = (ROOT / "schemas" / f"{module}.py").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("class ")]


def test_a_column_that_the_rows_lack_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {name: kind for name, kind in rows.IncidentRow.__annotations__.items() if name != "stamp"}
    monkeypatch.setattr(rows.IncidentRow, "__annotations__", lacking)
    assert typed("Incident") != wanted(Incident)


PROBE = """
from schemas.records import Alert, Incident
from schemas.rows import AlertRow, IncidentRow
from services.store.transaction import Transaction


def probe(tx: Transaction) -> None:
    for row in tx.rows(Alert, "id", ["x"]):
        print(row["level"] + 1, row["institution"].upper())
        {wrong_read}
    alert: AlertRow = {{"id": "x", {wrong_key}"level": 3}}
    tx.add(Alert, [alert])
    incident: IncidentRow = {{"id": "x", "round": {wrong_value}}}
    tx.put({wrong_table}, [incident])
"""
RIGHT = {"wrong_read": "pass", "wrong_key": "", "wrong_value": "2", "wrong_table": "Incident"}
WRONG = {
    "right": {},
    "a column that is not there is read": {"wrong_read": 'print(row["institutoin"])'},
    "a value is taken for another kind": {"wrong_read": 'row["level"].upper()'},
    "a column that is not there is written": {"wrong_key": '"levl": 2, '},
    "a value of another kind is written": {"wrong_value": '"two"'},
    "a row is written into another table": {"wrong_table": "Alert"},
}


def test_the_type_checker_sees_columns(tmp_path: Path) -> None:
    for number, wrong in enumerate(WRONG.values()):
        (tmp_path / f"probe_{number}.py").write_text(PROBE.format(**(RIGHT | wrong)), encoding="utf-8")
    files = sorted(str(file) for file in tmp_path.glob("probe_*.py"))
    command = [
        sys.executable,
        "-m",
        "mypy",
        *files,
    ]  # with what `make check` keeps: the whole of sqlalchemy is read once
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    refused = [f"probe_{number}.py" in told for number in range(len(WRONG))]
    assert refused == [name != "right" for name in WRONG], told
