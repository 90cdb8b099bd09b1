"""Everyday sentences call nobody out: reviews, prices, food, sport, work, school, weather, faith, talk about news."""

from pathlib import Path

import pytest

from schemas.vocabulary import Level
from services.triage.evaluation.labels import labels_of

SENTENCES = (Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").splitlines()
MOST_CALLED_CONFLICT = 0.01
UNLEARNED = Path(__file__).parent / "unlearned"
# Never learned from: file, sentences, called a conflict as measured.
OF_WRITERS = [("everyday_of_one_writer", 1_020, 14), ("everyday_of_a_second_writer", 500, 4)]
MORE = 5  # sentences that are let pass


def test_no_two_of_them_are_alike():
    assert len(SENTENCES) == len(set(SENTENCES)) == 778


def test_hardly_any_is_called_a_conflict_and_none_is_grave(told):
    called = {text: told(text) for text in SENTENCES}
    assert [text for text, found in called.items() if found.level >= Level.TINGGI] == []
    wrong = [text for text, found in called.items() if found.conflict]
    assert len(wrong) <= MOST_CALLED_CONFLICT * len(SENTENCES), wrong


@pytest.mark.parametrize(("name", "many", "measured"), OF_WRITERS)
def test_of_sentences_that_nothing_was_learned_from_as_few_are_as_were_measured(told, name, many, measured):
    """Measured: docs/judgement.md; five more are let pass, and none that is grave."""
    found = [told(label["text"]) for label in labels_of(UNLEARNED / f"{name}.txt")]
    assert len(found) == many
    assert [one for one in found if one.level >= Level.TINGGI] == []
    assert sum(one.conflict for one in found) <= measured + MORE
