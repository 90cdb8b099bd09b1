"""Everyday sentences call nobody out: reviews, prices, food, sport, work, school, weather, faith, talk about news."""

from pathlib import Path

from schemas.vocabulary import Level
from services.triage.evaluation.labels import labels_of

SENTENCES = (Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").splitlines()
MOST_CALLED_CONFLICT = 0.01
OF_A_WRITER = Path(__file__).parent / "unlearned" / "everyday_of_one_writer.txt"  # never learned from


def test_no_two_of_them_are_alike():
    assert len(SENTENCES) == len(set(SENTENCES)) == 778


def test_hardly_any_is_called_a_conflict_and_none_is_grave(told):
    called = {text: told(text) for text in SENTENCES}
    assert [text for text, found in called.items() if found.level >= Level.TINGGI] == []
    wrong = [text for text, found in called.items() if found.conflict]
    assert len(wrong) <= MOST_CALLED_CONFLICT * len(SENTENCES), wrong


def test_of_a_writers_sentences_that_nothing_was_learned_from_as_few_are_as_were_measured(told):
    """Measured: 14 of 1,020 called a conflict, none TINGGI (docs/judgement.md); five more are let pass."""
    found = [told(label["text"]) for label in labels_of(OF_A_WRITER)]
    assert len(found) == 1_020
    assert [one for one in found if one.level >= Level.TINGGI] == []
    assert sum(one.conflict for one in found) <= 19
