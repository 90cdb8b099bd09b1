"""Tell words of fighting that speak of a contest or of a figure of cases, and of nobody who fights. Pure.

"Pertarungan memperebutkan kursi terakhir", "angka pengeroyokan turun 30 persen".
"""

from collections.abc import Collection
from itertools import pairwise

from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain

MANY, DIGITS = 10, 4  # cases, in figures of so many digits, that nobody reports one by one
NEAR = 2  # tokens before a deed in which "angka" or "kasus" stands
_NOUNS = frozenset([Voice.NOUN, Voice.THING, Voice.BASE, None])
_SHARE = frozenset(["persen", "%"])
_CASES = "kasus"


def is_figure(plain: Plain, first: int, last: int, voice: Voice | None) -> bool:
    """Tell "angka pengeroyokan turun", "sepanjang 2025 ada 41 kasus pengeroyokan", from one that is told of."""
    if voice not in _NOUNS:
        return False
    tokens = plain.tokens
    before = tokens[max(0, first - NEAR) : first]
    lists = plain.lists
    itself = last + 1 < len(tokens) and tokens[last + 1] in lists.figures_move
    if not itself and _CASES not in before and lists.figures.isdisjoint(before):
        return False
    said = {word for word, of in zip(tokens, plain.sentences, strict=True) if of == plain.sentences[first]}
    moves, dated = not said.isdisjoint(lists.figures_move), not said.isdisjoint(lists.figures_period)
    if not lists.figures.isdisjoint(before) and (moves or dated):
        return True
    if itself and not said.isdisjoint(_SHARE):
        return True
    if _CASES in before and not said.isdisjoint(_SHARE) and moves:
        return True
    many = [word for word, after in pairwise(tokens[max(0, first - NEAR - 1) : first]) if after == _CASES]
    return any(_is_many(word) for word in many) and dated


def _is_many(word: str) -> bool:
    return word.isdigit() and int(word[:DIGITS]) >= MANY


def is_contest(plain: Plain, first: int, contest: Collection[int], people: Collection[int]) -> bool:
    """Tell "pertarungan sengit caleg di dapil 2", "duel panas di final", from people who fight.

    `contest`: the tokens of what is contested; `people`: those of persons who contest nothing.
    """
    sentence, clause = plain.sentences[first], plain.clauses[first]
    return any(plain.sentences[at] == sentence for at in contest) and not any(
        plain.clauses[at] == clause for at in people
    )
