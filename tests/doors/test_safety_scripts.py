"""The checks say when they could not be made, and a real finding is one."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = "No known vulnerabilities found"
HOLE = "Found 1 known vulnerability in 1 package"
AWAY = "ServiceError: connection to pypi.org timed out"
UNKNOWN = "x  Dependency not found on PyPI and could not be audited: x (1.0)"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose tools are ours to say what they find; `deploy/checks` has nothing to bring."""
    (tmp_path / "deploy").mkdir()
    script = (ROOT / "deploy" / "check-safety").read_text(encoding="utf-8")
    (tmp_path / "deploy" / "check-safety").write_text(script, encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("x==1.0\n")
    program(tmp_path / "deploy" / "checks", "exit 0")
    program(tmp_path / ".venv-checks" / "bin" / "bandit", "exit 0")
    (tmp_path / "deploy" / "check-safety").chmod(0o755)
    return tmp_path


def program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def run(checkout: Path) -> tuple[int, str]:
    command = [str(checkout / "deploy" / "check-safety")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    return ran.returncode, ran.stdout + ran.stderr


def audit(checkout: Path, said: str, code: int) -> tuple[int, str]:
    program(checkout / ".venv-checks" / "bin" / "pip-audit", f"echo '{said}'; echo ran >>'{checkout}/ran'; exit {code}")
    return run(checkout)


def test_a_hole_fails_and_what_cannot_be_looked_up_is_said(checkout: Path) -> None:
    code, said = audit(checkout, HOLE, 1)
    assert (code, HOLE in said) == (1, True)
    code, said = audit(checkout, AWAY, 1)
    assert (code, "SKIPPED" in said) == (0, True)
    code, said = audit(checkout, f"{AWAY} {HOLE}", 1)
    assert code == 1
    code, said = audit(checkout, UNKNOWN, 0)
    assert (code, "SKIPPED for 1 packages" in said) == (0, True)


def test_a_lock_that_was_looked_at_today_is_not_looked_at_again_and_a_changed_one_is(checkout: Path) -> None:
    for _ in range(2):
        assert audit(checkout, CLEAN, 0)[0] == 0
    assert (checkout / "ran").read_text().count("ran") == 1
    (checkout / "requirements.lock").write_text("x==1.1\n")
    assert audit(checkout, HOLE, 1)[0] == 1


def test_unsafe_code_fails(checkout: Path) -> None:
    program(checkout / ".venv-checks" / "bin" / "bandit", "echo B602; exit 1")
    code, said = audit(checkout, CLEAN, 0)
    assert (code, "B602" in said) == (1, True)


def test_without_the_tools_it_says_so(checkout: Path) -> None:
    program(checkout / "deploy" / "checks", "exit 1")
    code, said = run(checkout)
    assert (code, "SKIPPED" in said) == (0, True)
