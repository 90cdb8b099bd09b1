"""What docs/reliability.md names exists: every fault has a test by name, and the table has a place."""

import ast
import re
from pathlib import Path

import pytest

from tests.chaos.run import BEGIN, END

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_the_page_names_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not name or name in known


def test_every_row_has_what_stops_it_and_a_test() -> None:
    rows = [line for line in PAGE.split("## Faults by chance")[0].splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 20
    for row in rows:
        fault, stops, test = (cell.strip() for cell in row.strip("|").split("|"))
        assert fault
        assert stops
        assert "`tests/" in test


def test_the_generated_table_has_its_place() -> None:
    assert PAGE.count(BEGIN) == PAGE.count(END) == 1
