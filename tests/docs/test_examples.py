"""Examples in docstrings are true: every module that has some is run as doctest."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for folder in ("schemas", "services")
    for file in (ROOT / folder).rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_true(module: str) -> None:
    found = doctest.testmod(import_module(module))
    assert found.attempted > 0
    assert found.failed == 0


def test_what_decides_shows_itself_in_examples() -> None:
    assert {"services.bus.streams", "services.silences.matching", "services.notify.channels.webhook"} <= set(MODULES)
    assert len(MODULES) >= 10
