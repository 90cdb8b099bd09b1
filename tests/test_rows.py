"""The rows that the type checker sees are the tables that the database has."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from sqlmodel import SQLModel

from schemas.record import Record
from schemas.records import all_tables
from schemas.records.incidents import Incident
from schemas.rows import incidents as rows_of_incidents

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "schemas"


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


def declaring() -> dict[str, str]:
    """Give the modules that declare tables, by the modules that type their rows."""
    files = [SCHEMAS / "office" / "records.py", *(SCHEMAS / "records").glob("*.py")]
    tables = [file for file in files if "table=True" in file.read_text(encoding="utf-8")]
    return {
        f"schemas.rows.{file.stem if file.parent.name == 'records' else file.parent.name}": module_of(file)
        for file in tables
    }


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def rows_beside(table: type[SQLModel]) -> ModuleType:
    """Give the module in which the rows of a table are typed: that of the same name."""
    (rows,) = (rows for rows, records in declaring().items() if records == table.__module__)
    return import_module(rows)


def typed(table: type[SQLModel]) -> dict[str, Any]:
    """Give the keys of a table's row as the type checker sees them."""
    return get_type_hints(getattr(rows_beside(table), f"{table.__name__}Row"))


def of_ours() -> dict[str, type[SQLModel]]:
    """Give the tables of the modules that declare them; a test may have made others."""
    modules = set(declaring().values())
    return {name: one for name, one in tables().items() if one.__module__ in modules}


@pytest.mark.parametrize("name", sorted(of_ours()))
def test_a_row_has_the_columns_of_its_table(name: str) -> None:
    table = of_ours()[name]
    assert typed(table) == wanted(table)
    assert set(typed(table)) == set(table.__table__.c.keys())  # type: ignore[attr-defined]


def test_every_table_is_a_record_of_its_own_row() -> None:
    for rows, records in declaring().items():
        names = sorted(name for name, one in of_ours().items() if one.__module__ == records)
        assert sorted(declarations(records)) == [f"class {name}(Record[{name}Row], table=True):" for name in names]
        assert {f"{name}Row" for name in names} == {name for name in vars(import_module(rows)) if name.endswith("Row")}
    typing = {module_of(file) for file in (SCHEMAS / "rows").glob("*.py") if file.stem != "__init__"}
    assert typing == set(declaring())


def test_every_module_that_declares_tables_is_imported_with_all() -> None:
    imported = ast.parse(Path(all_tables.__file__).read_text(encoding="utf-8")).body
    names = [one.name for node in imported if isinstance(node, ast.Import) for one in node.names]
    everywhere = [file for file in SCHEMAS.rglob("*.py") if "table=True):" in file.read_text(encoding="utf-8")]
    assert sorted(names) == sorted(map(module_of, everywhere)) == sorted(declaring().values())


def declarations(module: str) -> list[str]:
    lines = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("class ")]


def test_a_column_that_the_rows_lack_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {name: kind for name, kind in rows_of_incidents.IncidentRow.__annotations__.items() if name != "stamp"}
    monkeypatch.setattr(rows_of_incidents.IncidentRow, "__annotations__", lacking)
    assert typed(Incident) != wanted(Incident)


PROBE = """
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
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


def plain_classes() -> dict[frozenset[str], list[str]]:
    """Give the classes that are fields alone, by their fields; those of tables and of their rows are pairs.

    A class that narrows another one (`class _Fix(Position)`) has its fields on purpose.
    """
    found: dict[frozenset[str], list[str]] = {}
    files = [file for room in ("schemas", "services") for file in sorted((ROOT / room).rglob("*.py"))]
    pairs = {*declaring(), *declaring().values()}
    for file in (one for one in files if module_of(one) not in pairs):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not any(isinstance(one, ast.FunctionDef) for one in node.body):
                typed = [one for one in node.body if isinstance(one, ast.AnnAssign)]
                fields = frozenset(f"{ast.unparse(one.target)}: {ast.unparse(one.annotation)}" for one in typed)
                name = f"{module_of(file)}.{node.name}"
                same = {one.rpartition(".")[2] for one in found.get(fields, ())}
                if not same & {ast.unparse(base) for base in node.bases}:
                    found.setdefault(fields, []).append(name)
    return {fields: names for fields, names in found.items() if len(fields) > 2}


def test_no_class_stands_twice() -> None:
    classes = plain_classes()
    assert ["services.incidents.decisions.unmasking.Unmasked"] in classes.values()
    assert [names for names in classes.values() if len(names) > 1] == []
