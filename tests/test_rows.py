"""The rows that the type checker sees are the tables that the database has."""

from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlmodel import SQLModel

import schemas.by_hand
import schemas.records
import schemas.running
from schemas import rows
from schemas.record import Record
from schemas.records import Incident

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
    modules = (schemas.records.__name__, schemas.by_hand.__name__, schemas.running.__name__)
    return {name: one for name, one in tables().items() if one.__module__ in modules}


@pytest.mark.parametrize("name", sorted(of_ours()))
def test_a_row_has_the_columns_of_its_table(name: str) -> None:
    table = of_ours()[name]
    assert typed(name) == wanted(table)
    assert set(typed(name)) == set(table.__table__.c.keys())  # type: ignore[attr-defined]


def test_every_table_is_a_record_of_its_own_row() -> None:
    declared = [line for file in ("records", "by_hand", "running") for line in declarations(file)]
    assert sorted(declared) == [f"class {name}(Record[{name}Row], table=True):" for name in sorted(of_ours())]
    assert {f"{name}Row" for name in of_ours()} == {name for name in vars(rows) if name.endswith("Row")}


def declarations(module: str) -> list[str]:
    lines = (ROOT / "schemas" / f"{module}.py").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("class ")]


def test_a_column_that_the_rows_lack_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {name: kind for name, kind in rows.IncidentRow.__annotations__.items() if name != "stamp"}
    monkeypatch.setattr(rows.IncidentRow, "__annotations__", lacking)
    assert typed("Incident") != wanted(Incident)
