"""The floor plan holds, and breaking it on purpose is caught."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder)}
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the code and its floor plan, so that it can be broken."""
    folder = tmp_path_factory.mktemp("floors")
    for name in ("schemas", "services"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_floors_hold(copy: Path) -> None:
    held = lint(copy)
    assert held.returncode == 0, held.stdout


@pytest.mark.parametrize(
    ("module", "line", "floor"),
    [
        ("schemas/messages.py", "from services import store", "floors"),
        ("services/ingest/formats/dates.py", "from services.triage.text import times", "floors"),
        ("services/console/web/formatting.py", "from services.notify.messages import alert_phrases", "floors"),
        ("services/bus/bus.py", "from services import store", "floors"),
        ("services/store/database.py", "from services import bus", "floors"),
        ("services/incidents/responses.py", "from services.notify import context", "floors"),
        ("services/notify/channels/desk.py", "from services.notify.delivery import dispatcher", "rooms of notify"),
        ("services/console/web/sessions.py", "from services.console.incidents import views", "rooms of the console"),
        ("services/triage/text/times.py", "from services.triage.extraction import crowds", "rooms of triage"),
        ("services/triage/forms/known.py", "from services.triage.extraction import victims", "rooms of triage"),
        ("services/triage/forms/known.py", "import sqlmodel", "what decides is pure"),
        ("services/policy/escalation.py", "import sqlmodel", "what decides is pure"),
        ("services/office/papers/minutes.py", "from schemas.office.records import Meeting", "what decides is pure"),
        ("services/policy/routing.py", "from schemas.records import alerts", "what decides is pure"),
        ("services/triage/correlation/incident_fold.py", "import fastapi", "what decides is pure"),
        ("services/ingest/validation.py", "from services import store", "what decides is pure"),
        ("services/early_warning/tails.py", "import numpy", "early warning needs the standard library only"),
        ("services/early_warning/budget.py", "from services.store import database", "floors"),
        ("services/console/incidents/pages.py", "import nats", "only bus knows NATS"),
        ("services/incidents/responses.py", "from sqlalchemy import select", "SQL stands in queries.py"),
        ("services/notify/worker.py", "import sqlmodel", "SQL stands in queries.py"),
        ("services/cli/ops/doctor.py", "from sqlmodel import Session", "SQL stands in queries.py"),
        ("services/notify/context.py", "import services.notify.queries as q; import sqlalchemy.orm", "SQL stands in"),
    ],
)
def test_breaking_a_floor_is_caught(copy: Path, module: str, line: str, floor: str) -> None:
    file = copy / module
    whole = file.read_text(encoding="utf-8")
    file.write_text(f"{whole}\n{line}\n", encoding="utf-8")
    try:
        broken = lint(copy)
    finally:
        file.write_text(whole, encoding="utf-8")
    assert broken.returncode == 1, broken.stdout
    said = [name for name in broken.stdout.splitlines() if re.search(r" BROKEN( \(\d+ ignored imports\))?$", name)]
    assert any(name.startswith(floor) for name in said), said


# By these a session runs a statement; what finds or deletes one row by its key is no SQL.
RUNS_SQL = frozenset({"exec", "execute", "scalar", "scalars", "connection", "exec_driver_sql", "query"})


def statements(source: str) -> list[int]:
    """Give the lines on which a module runs a statement itself."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [node.lineno for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in RUNS_SQL]


def test_statements_are_run_in_queries_and_the_store_only() -> None:
    services = ROOT / "services"
    for file in services.rglob("*.py"):
        if file.name != "queries.py" and not file.is_relative_to(services / "store"):
            assert statements(file.read_text(encoding="utf-8")) == [], file


@pytest.mark.parametrize(
    "line",
    [
        "tx.session.connection().execute(table_of(Alert).select())",
        "found = list(session.exec(REFERRED))",
        "store.read_now(lambda session: session.scalar(query))",
        "tx.session.connection().exec_driver_sql('DELETE FROM alert')",
    ],
)
def test_a_statement_outside_of_them_is_found(line: str) -> None:
    assert statements(f"x = 1\n{line}\n").count(2) >= 1


def test_no_room_has_more_than_twelve_modules() -> None:
    for room in [ROOT / "schemas", *(folder for folder in (ROOT / "services").rglob("*") if folder.is_dir())]:
        modules = [file.name for file in room.glob("*.py") if file.name != "__init__.py"]
        assert len(modules) <= 12, (room, sorted(modules))
    loose = [file.name for file in (ROOT / "services").glob("*.py") if file.name != "__init__.py"]
    assert loose == []


LONGEST = 500  # lines of a module: more has more than one reason to change


def too_long(rooms: Path) -> list[str]:
    """Give the modules of schemas and services that have too many lines."""
    files = [file for name in ("schemas", "services") for file in sorted((rooms / name).rglob("*.py"))]
    assert files
    return [
        str(file.relative_to(rooms)) for file in files if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]


def test_no_module_is_too_long() -> None:
    assert too_long(ROOT) == []


def test_a_module_that_grows_too_long_is_found(copy: Path) -> None:
    file = copy / "services" / "notify" / "worker.py"
    whole = file.read_text(encoding="utf-8")
    short = whole + "\n" * (LONGEST - len(whole.splitlines()))
    try:
        file.write_text(short, encoding="utf-8")
        assert too_long(copy) == []
        file.write_text(short + "\n", encoding="utf-8")
        assert too_long(copy) == ["services/notify/worker.py"]
    finally:
        file.write_text(whole, encoding="utf-8")


# The system gives a port for as long as its socket stands; after that it is anybody's, as an outgoing connection's.
GIVEN_BACK = re.compile(r"def free_port\b|\.bind\(\(.*, 0\)\)")
HELD = {
    "tests/servers.py",
    "tests/office/test_bench.py",
    "tests/test_floors.py",
}  # looked for, or kept while it is used


def test_ports_of_tests_are_looked_for_in_one_place() -> None:
    files = [file for file in (ROOT / "tests").rglob("*.py") if str(file.relative_to(ROOT)) not in HELD]
    assert [str(file.relative_to(ROOT)) for file in files if GIVEN_BACK.search(file.read_text(encoding="utf-8"))] == []
    assert GIVEN_BACK.search('one.bind(("127.0.0.1", 0))')
