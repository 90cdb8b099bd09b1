"""Everyday sentences call nobody out: reviews, prices, food, sport, work, school, weather, faith, talk about news."""

from pathlib import Path

from schemas.vocabulary import Level

SENTENCES = (Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").splitlines()
MOST_CALLED_CONFLICT = 0.01


def test_no_two_of_them_are_alike():
    assert len(SENTENCES) == len(set(SENTENCES)) == 778


def test_hardly_any_is_called_a_conflict_and_none_is_grave(told):
    called = {text: told(text) for text in SENTENCES}
    assert [text for text, found in called.items() if found.level >= Level.TINGGI] == []
    wrong = [text for text, found in called.items() if found.conflict]
    assert len(wrong) <= MOST_CALLED_CONFLICT * len(SENTENCES), wrong
