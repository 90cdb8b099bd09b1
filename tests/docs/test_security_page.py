"""docs/security.md names tests and files that are there, every attack, and every chapter of ASVS 5.0."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
BREACH = (ROOT / "docs" / "breach.md").read_text(encoding="utf-8")


def test_every_test_it_names_exists() -> None:
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))
    there = set(re.findall(r"^(?:async )?def (test_\w+)", tests, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 30
    assert named - there == set()


def test_every_file_it_names_exists() -> None:
    for page in (PAGE, BREACH):
        paths = re.findall(r"`((?:tests|services|deploy|docs)/[\w./-]+)`", page)
        paths += [f"docs/{target.partition('#')[0]}" for target in re.findall(r"\]\(([^)]+)\)", page)]
        assert [path for path in paths if not (ROOT / path).resolve().exists()] == []


def test_every_attack_and_every_chapter_has_its_row() -> None:
    attacks = re.findall(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)
    assert attacks == [str(number) for number in range(1, 18)]
    chapters = re.findall(r"^\| V(\d+) [^|]*\| ((?:met|partly|not)\b[^|]*) \|", PAGE, re.MULTILINE)
    assert [number for number, _ in chapters] == [str(number) for number in range(1, 18)]
    assert len(re.findall(r"^- ", PAGE[PAGE.index("## Not met") :], re.MULTILINE)) >= 10


def test_the_runbook_has_the_hours() -> None:
    assert [int(hour) for hour in re.findall(r"^## By hour (\d+)", BREACH, re.MULTILINE)] == [24, 72]
