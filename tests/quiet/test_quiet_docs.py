"""What docs/quiet.md and docs/goalert-smoke.md speak of exists."""

import re
from pathlib import Path

import pytest

from schemas.district import District
from services.cli.main import COMMANDS
from services.runtime.settings import Settings

ROOT = Path(__file__).parents[2]
QUIET = (ROOT / "docs" / "quiet.md").read_text(encoding="utf-8")
SMOKE = (ROOT / "docs" / "goalert-smoke.md").read_text(encoding="utf-8")


def test_every_test_named_beside_goalerts_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", SMOKE))
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", code))
    assert sorted(named - there) == []
    assert len(named) > 40


def test_every_row_names_a_test_or_says_why_not() -> None:
    rows = [line for line in SMOKE.splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    for row in rows:
        assert len(row.strip("| ").split("|")) == 3
        assert len(row.strip("| ").split("|")[2].strip()) > 20


@pytest.mark.parametrize("page", [QUIET, SMOKE])
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page):
        assert (ROOT / "docs" / link).exists(), link


def test_commands_and_settings_are_those_of_the_code() -> None:
    assert set(re.findall(r"kentongan (\w+)", QUIET)) <= {name for name, *_ in COMMANDS}
    fields = {f"KENTONGAN_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"KENTONGAN_[A-Z_]+", QUIET)) <= fields


def test_the_numbers_are_those_of_the_district(tuban: District) -> None:
    windows = ", ".join(f"[{count}, {minutes}]" for count, minutes in tuban.limits["*"])
    assert f'"*" = [{windows}]' in QUIET
    assert f"every = {tuban.digest.every}" in QUIET
