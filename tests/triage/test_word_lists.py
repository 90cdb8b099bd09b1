"""Words that rules tell things apart by stand in the district's lexicon; words of grammar stand with the rules."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from schemas.district import District
from services.triage.text.lexicon import LexiconError, lexicon_of
from services.triage.text.word_lists import WordLists

TRIAGE = Path(__file__).resolve().parents[2] / "services" / "triage"
ROOMS = ("deeds", "extraction", "forms")
NAMES = [one.name for one in fields(WordLists)]
LEAST = 4  # words that make a list
# What stays with its rule: prepositions, conjunctions, negations, pronouns, numerals, units of time, forms of address.
GRAMMAR = {
    "accusations.POLITE", "accusations.VERBAL", "casualties._ALL_OF", "casualties._ALREADY", "casualties._AMONG",
    "casualties._IN_LABEL", "casualties._MANY_OR_WHO_DID", "casualties._NEXT_TO", "casualties._NOT",
    "casualties._OF_TIMES", "crowds._AMOUNTS", "crowds._FLOORS", "cues._PLACE_WORDS", "cues._SELVES", "deaths._FOLLOWS",
    "deaths._NOBODY", "deaths._UNITS", "done._TWO", "everyday._LIKE", "everyday._ME", "everyday._OWNERS",
    "everyday._USES", "frames._ALONG", "frames._AT", "household._WITH_OTHERS", "issues._AT",
    "issues._NOT_IT", "learned.BLOCKS", "no_deeds._FOR", "public._AFTER_ALL", "tuples._AMOUNTS", "tuples._AS_WELL", "tuples._BESIDE",
    "tuples._ENDS", "tuples._HOURS", "tuples._ONE_ANOTHER", "tuples._ONTO", "tuples._OWNED", "tuples._PRONOUNS",
    "tuples._SAYS_WHERE", "tuples._WHERE", "tuples._WITH",
}  # fmt: skip


def words_of(node: ast.expr) -> list[str]:
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return [word for text in texts for word in text.split() if word.isalpha() and word.islower()]


def lists(names: set[str]) -> dict[str, list[str]]:
    """Give the lists of words that stand in the code; `names` are those of the lexicon's own keys."""
    found = {}
    for file in (file for room in ROOMS for file in sorted((TRIAGE / room).glob("*.py"))):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = next(one.id for one in ast.walk(target) if isinstance(one, ast.Name))
                words = [word for word in words_of(node.value) if word not in names]
                found |= {f"{file.stem}.{name}": words} if len(words) >= LEAST else {}
    return found


def test_the_code_holds_words_of_grammar_alone(district: District) -> None:
    sections = [part for part in district.lexicon.values() if isinstance(part, dict)]
    keys = {*district.lexicon, *(str(key) for part in sections for key in part), "each", "other"}
    found = lists(keys)
    assert {name: words for name, words in found.items() if name not in GRAMMAR} == {}
    assert set(found) == GRAMMAR, "a name that is left out here is none any more"


def test_every_list_is_asked_for_by_a_rule_and_has_its_words_here(district: District) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in TRIAGE.rglob("*.py"))
    asked = set(re.findall(r"\blists\.(\w+)", code))
    assert set(NAMES) <= asked  # what is asked for and is none, the type checker finds
    told = district.lexicon["list"]
    assert isinstance(told, dict)
    assert {name for name in NAMES if told.get(name)} == set(NAMES)
    assert [name for name, words in told.items() if len(words) != len(set(words))] == []


def test_rules_ask_for_what_the_lexicon_lists() -> None:
    raw = {"list": {"family": ["adik", "kakak"]}}
    plain = lexicon_of(raw).normaliser.plain("Adik dan kakak bertengkar")
    assert plain.lists.family == {"adik", "kakak"}
    assert plain.lists.treats == frozenset()
    assert lexicon_of({}).normaliser.plain("Adik").lists == WordLists()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"famili": ["adik"]}, "list.famili is asked for by no rule"),
        ({"family": "adik"}, "list.family must be a list of words"),
        ({"family": ["adik", 3]}, "list.family must be a list of words"),
        ({"family": ["adik", " "]}, "list.family must be a list of words"),
        ("adik", "must give a list of words for each name"),
    ],
)
def test_a_list_that_nobody_can_read_is_refused_by_its_name(told: object, why: str) -> None:
    with pytest.raises(LexiconError, match=re.escape(why)):
        lexicon_of({"list": told})
