"""What triage keeps of its reasons is said in the language of who reads it."""

import ast
import re
from pathlib import Path

import pytest

from schemas.words.explanations import KEYS, SENTENCES, explained
from services.policy.loader import default_folder, load_district

SERVICES = Path(__file__).parents[2] / "services"
HOLES = re.compile(r"\{\w+\}")
ENGLISH = re.compile(r"[^\W\d_]+", re.ASCII)


def written_by(called):
    """Say whether a call writes a code: `reason(code, ...)`, or `reasons.give(code, ...)` where it is written later."""
    if isinstance(called, ast.Attribute):
        return called.attr == "give" and isinstance(called.value, ast.Name) and called.value.id == "reasons"
    return isinstance(called, ast.Name) and called.id == "reason"


def coded():
    """Give the codes that the services write, each with where."""
    for file in SERVICES.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "schemas.words.explanations import" in text else ():
            if isinstance(node, ast.Call) and written_by(node.func) and node.args:
                found = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                yield from ((str(code), file.name) for code in found)


def test_codes_that_are_written_later_are_among_them():
    assert {"same_desa", "rare_words"} <= {code for code, file in coded() if file == "similarity.py"}


def test_every_code_that_is_written_has_a_sentence():
    assert [one for one in coded() if one[0] not in SENTENCES] == []


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_say_the_same_values(code):
    ours, theirs = SENTENCES[code]
    assert sorted(HOLES.findall(ours)) == sorted(HOLES.findall(theirs))
    assert ours == theirs == "{key}" or ours != theirs


def test_every_key_of_the_policy_has_a_name():
    severity = load_district(default_folder()).severity
    named = {
        *severity.senjata, *severity.kerusakan, *severity.pemicu, *severity.ajakan, *severity.waktu, *severity.sebaran,
        *severity.konteks,
    }  # fmt: skip
    assert sorted(named - KEYS.keys()) == []


def test_a_judgement_is_explained_in_both_languages(told):
    judged = told("Tawuran dua kampung di Ds Menilo Kec Soko, 60 orang bawa celurit, satu tewas. Masih berlangsung.")
    ours = {explained(one.rule) for one in judged.reasons}
    theirs = {explained(one.rule, "en") for one in judged.reasons}
    assert {"korban meninggal sedikitnya 1", "massa sedikitnya 60 orang", "ada yang meninggal karena kekerasan"} <= ours
    assert {"at least 1 dead", "a crowd of at least 60", "somebody died by violence"} <= theirs
    assert {explained(one, "en") for one in judged.missing} >= {"how the reporter knows is not known"}


def test_a_sentence_of_an_older_version_stays_as_it_is():
    assert explained("massa sedikitnya 60 orang", "en") == "massa sedikitnya 60 orang"


def test_a_guess_is_marked_for_a_person(told):
    guessed = told("Gubuk di pinggir Desa Mander Kec Tambakboyo dirusak dua orang bertopeng")
    assert "check_issue" in guessed.missing
    named = told("Sengketa tanah waris, gubuk di Desa Mander Kec Tambakboyo dirusak warga")
    assert "check_issue" not in named.missing
