"""Notices about the service say the same in both languages, and every code that is told has its words."""

import ast
import re
from pathlib import Path

import pytest

from services.notify.messages import ask_message
from services.notify.messages.notices import NOTICES, Notice
from services.notify.watchdog import invariants, retention
from services.notify.watchdog.invariants import Finding, sentences
from services.office import asks
from services.sources.retention import Removed

NOTIFY = Path(__file__).resolve().parents[2] / "services" / "notify"
HOLE = re.compile(r"{(\w+)}")


def told() -> set[str]:
    """Give the codes with which a notice is made anywhere."""
    found = set()
    for file in NOTIFY.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Notice":
                assert isinstance(node.args[0], ast.Constant), file
                found.add(str(node.args[0].value))
    return found


def test_what_is_told_has_words_and_nothing_else_has() -> None:
    assert told() == set(NOTICES)


@pytest.mark.parametrize("code", NOTICES)
def test_both_languages_tell_the_same_facts_in_other_words(code: str) -> None:
    indonesian, english = NOTICES[code]
    assert set(HOLE.findall(" ".join(indonesian))) == set(HOLE.findall(" ".join(english)))
    assert indonesian[0] != english[0]
    assert indonesian[1] != english[1]


def test_an_unknown_language_is_indonesian() -> None:
    notice = Notice("channel_fails", {"channel": "email"})
    assert notice.say("jv") == notice.say("id")


def test_lists_within_a_notice_are_in_its_language_too() -> None:
    found = [Finding(kind, f"{kind}{number}") for kind in invariants.SAID for number in range(5)]
    for language, more, other in (("id", " dan 2 lagi", " and 2 more"), ("en", " and 2 more", " dan 2 lagi")):
        lines = sentences(found, language)
        assert [line.count(more) for line in lines] == [1] * len(invariants.SAID)
        assert other not in " ".join(lines)
    for one, other in (*invariants.SAID.values(), *retention.WORDS.values()):
        assert one != other
    assert set(retention.WORDS) == set(Removed.__dataclass_fields__)


def test_an_ask_is_told_in_both_languages() -> None:
    assert set(ask_message.KINDS) == {asks.ACKNOWLEDGE, asks.ANSWER, *asks.KINDS}
    for table in (ask_message.KINDS, ask_message.ASKED):
        assert all(one != other and set(HOLE.findall(one)) == set(HOLE.findall(other)) for one, other in table.values())
    facts = {"asker": "A", "called": "B", "until": "C"}
    for said in ask_message.ASKED:
        told = {language: ask_message.body(said, asks.PATROL, language, **facts) for language in ("id", "en", "jv")}
        assert told["jv"] == told["id"] != told["en"]


# What a function of notify writes itself is kept with an incident or a report, and is told to nobody as a message.
KEPT = {"diminta lewat ", ", tidak disimpan", "disunting oleh pengirimnya", " tidak dapat dihubungi"}
KEPT |= {"koordinator: ada yang tidak dapat dihubungi"}
INDONESIAN = re.compile(r"\b(yang|tidak|sudah|belum|untuk|dari|dan|lewat|dengan|atau|oleh|paling|hanya|harus|lagi)\b")


def written_in_functions() -> set[str]:
    """Give the Indonesian sentences that stand in a function of notify, where no second language is beside them."""
    found: set[str] = set()
    for file in sorted(NOTIFY.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                texts = [one.value for part in body for one in ast.walk(part) if isinstance(one, ast.Constant)]
                found |= {
                    one for one in texts if isinstance(one, str) and len(one.split()) > 1 and INDONESIAN.search(one)
                }
    return found


def test_no_function_of_notify_writes_a_sentence_in_one_language() -> None:
    assert written_in_functions() == KEPT
