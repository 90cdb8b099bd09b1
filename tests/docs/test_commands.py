"""Every command line that a page shows is one that the program understands."""

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from services.cli.main import COMMANDS
from services.cli.words.parser import Parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.service"))]
LINE = re.compile(r"(?:^|[|] |&& |=|: )(?:\.venv/bin/|/opt/kentongan/\.venv/bin/)?kentongan ([a-z].*)$")


PLACEHOLDERS = {
    "TIME": "2026-11-24T19:00+07:00",
    "PUBLIC": "0f" * 32,
    "%i": "ingest",
    "ingest|triage|notify|console": "ingest",
}


def shown() -> list[tuple[str, str]]:
    """Give the command lines of all pages, what is optional in them included."""
    lines = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = (
            re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if page.suffix == ".md" else [text]
        )
        for line in "\n".join(blocks).splitlines():
            found = LINE.search(line.split("  #")[0].rstrip())
            if found and "..." not in line and not line.startswith("#"):
                lines += [(page.name, one) for one in re.sub(r"[][]", "", found[1]).split(" · ")]
    return lines


def test_pages_show_command_lines() -> None:
    assert len(shown()) > 20


@pytest.mark.parametrize(("page", "line"), shown(), ids=str)
def test_a_command_line_is_understood(page: str, line: str) -> None:
    command, *words = shlex.split(line)
    words = words[: words.index(">")] if ">" in words else words
    module: Any = import_module({name: module for name, module, _ in COMMANDS}[command])
    parser = Parser(page)
    module.add_arguments(parser)
    given = [PLACEHOLDERS.get(word, word) for word in words if word != "--help"]
    if given:
        parser.parse_args(given)  # ends with what it does not understand
