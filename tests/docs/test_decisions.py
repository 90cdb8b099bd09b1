"""Decisions are one page each, numbered without a gap, with five headings; what they count is so."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_headings_and_says_them_on_one_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {page.name[:4]} ")
    assert len(text.splitlines()) <= 70
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:])


def test_numbers_are_unique_and_without_a_gap() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def test_files_and_tests_that_a_decision_names_exist() -> None:
    lost = [
        (page.name, path)
        for page in DECISIONS
        for path in re.findall(r"`((?:services|schemas|deploy|tests|docs)/[\w./-]+)`", page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert lost == []


def test_decisions_that_code_points_to_exist() -> None:
    numbers = {page.name[:4] for page in DECISIONS}
    pointed = {
        number
        for folder in ("services", "schemas", "deploy", "docs")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".toml", ".md", ".conf", ".yaml"} or file.name == "Dockerfile"
        for number in re.findall(r"decisions/(\d{4})", file.read_text(encoding="utf-8"))
    }
    assert pointed <= numbers


def test_the_versions_told_are_those_installed() -> None:
    text = (ROOT / "docs" / "decisions" / "0008-libraries.md").read_text(encoding="utf-8")
    told = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[1][:1].isdigit():
            names = re.sub(r"^\w+: |\[\w+\]", "", cells[0]).split(", ")
            told |= dict(zip(names, cells[1].split(", "), strict=True))
    assert len(told) > 25
    assert told == {name: version(name) for name in told}


def test_the_lock_names_no_address_and_a_hash_for_every_package() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index-url" not in lock
    packages = re.findall(r"^([\w.\[\]-]+)==", lock, re.MULTILINE)
    assert packages
    assert all("--hash=sha256:" in part for part in re.split(r"^[\w.\[\]-]+==", lock, flags=re.MULTILINE)[1:])
