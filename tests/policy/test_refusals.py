"""Refusals: every one raised is in the catalogue, and every row is raised; both languages say the same facts."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from services.console.web.errors import STATUS
from services.security.refusal import REFUSALS, TABLES, Refused
from services.web.localised import preferred_language

SERVICES = Path(__file__).resolve().parents[2] / "services"
STANDINGS = {"departed", "released", "elsewhere"}  # named by a constant where they are raised


def codes(given: ast.expr) -> list[str]:
    """Give the codes that an expression may have: a word, one of several by a condition, or a constant's name."""
    if isinstance(given, ast.IfExp):
        return codes(given.body) + codes(given.orelse)
    if isinstance(given, ast.Constant):
        return [given.value]
    return [given.id.lower()] if isinstance(given, ast.Name) and given.id != "code" else []


@cache
def raised() -> dict[str, set[str]]:
    """Collect the codes of every `Refused(...)` in the product, and of `allowed(...)`, with the facts they give."""
    found: dict[str, set[str]] = {}
    for file in SERVICES.rglob("*.py"):
        if file.parent.name == "ingest":  # the front door's own exception of that name
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and (called == "Refused" or (called == "allowed" and len(node.args) == 3)):
                for name in codes(node.args[0] if called == "Refused" else node.args[2]):
                    assert isinstance(name, str), file
                    found.setdefault(name, set()).update(word.arg for word in node.keywords if word.arg)
    return found


def test_what_is_raised_is_what_the_catalogue_holds() -> None:
    assert set(raised()) == set(REFUSALS)
    assert set(REFUSALS) >= STANDINGS


def test_a_code_stands_in_one_table_only() -> None:
    assert sorted(code for table in TABLES for code in table) == sorted(REFUSALS)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_says_the_same_facts_in_both_languages(code: str) -> None:
    kind, indonesian, english = REFUSALS[code]
    facts = set(re.findall(r"{(\w+)}", indonesian))
    assert facts == set(re.findall(r"{(\w+)}", english)) == raised()[code]
    assert indonesian != english
    assert indonesian.endswith(".")
    assert english.endswith(".")
    assert kind in STATUS or kind in STANDINGS


def test_a_fact_may_be_a_word_of_each_language() -> None:
    refused = Refused("referral_already_told", called="Polres", duty=("pendukung", "support"))
    assert refused.say("en") == "Polres is already told as support."
    assert refused.detail == str(refused) == "Polres sudah diberi tahu sebagai pendukung."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("EN-us;q=0.5", "en"),
        ("id,en", "id"),
        ("jv,en;q=0.1", "en"),
        ("*", "id"),
        ("", "id"),
        ("," * 9000, "id"),
    ],
)
def test_a_program_asks_for_a_language(header: str, language: str) -> None:
    assert preferred_language(header) == language
