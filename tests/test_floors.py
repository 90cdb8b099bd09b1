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
        ("schemas/messages.py", "from services import store", "schemas imports nothing of ours"),
        ("services/ingest/dates.py", "from services.triage import times", "services never import each other"),
        ("services/console/times.py", "from services.notify import phrases", "services never import each other"),
        ("services/bus/journal.py", "from services import store", "bus and store never import each other"),
        ("services/store.py", "from services import bus", "bus and store never import each other"),
        ("services/acts.py", "from services.notify import ladder", "bus and store never import each other"),
        ("services/notify/ladder.py", "import sqlmodel", "what decides is pure"),
        ("services/notify/routing.py", "from schemas import records", "what decides is pure"),
        ("services/triage/dossier.py", "import fastapi", "what decides is pure"),
        ("services/ingest/admission.py", "from services import store", "what decides is pure"),
        ("services/console/pages.py", "import nats", "only bus and the bench's floor know NATS"),
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
