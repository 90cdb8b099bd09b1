"""The floor plan holds, and breaking it on purpose is caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
        ("services/policy/escalation.py", "import sqlmodel", "what decides is pure"),
        ("services/policy/routing.py", "from schemas import records", "what decides is pure"),
        ("services/triage/correlation/incident_fold.py", "import fastapi", "what decides is pure"),
        ("services/ingest/validation.py", "from services import store", "what decides is pure"),
        ("services/early_warning/tails.py", "import numpy", "early warning needs the standard library only"),
        ("services/early_warning/budget.py", "from services.store import database", "floors"),
        ("services/console/incidents/pages.py", "import nats", "only bus and the bench's floor know NATS"),
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
    said = [name for name in broken.stdout.splitlines() if name.endswith("BROKEN")]
    assert any(name.startswith(floor) for name in said), said


MOST = 12  # modules in a room: more than that is two rooms


def test_no_room_is_crowded_and_no_module_stands_alone() -> None:
    rooms: dict[str, int] = {}
    for file in (ROOT / "services").rglob("*.py"):
        if file.name != "__init__.py":
            room = str(file.parent.relative_to(ROOT))
            rooms[room] = rooms.get(room, 0) + 1
    assert [room for room, modules in rooms.items() if modules > MOST] == []
    assert "services" not in rooms
