"""Tell words of fighting that speak of a contest, of a match or of a figure, and of nobody who fights. Pure.

"Pertarungan memperebutkan kursi terakhir", "lawannya dibanting di kejurprov", "angka pengeroyokan turun 30 persen".
"""

from collections.abc import Collection

from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain
from services.triage.text.numbers import is_number

NEAR = 2  # tokens before a deed in which "angka" or "kasus" stands
_NOUNS = frozenset([Voice.NOUN, Voice.THING, Voice.BASE, None])
_FIGURE = frozenset(["angka", "tren", "statistik", "jumlah"])
_MOVES = frozenset(["turun", "naik", "menurun", "meningkat", "melonjak"])
_SHARE = frozenset(["persen", "%"])
_PERIOD = frozenset(["sepanjang", "selama", "triwulan", "semester", "operasi", "dibanding", "tahunan", *_SHARE])
_CASES = "kasus"


def is_figure(plain: Plain, first: int, last: int, voice: Voice | None) -> bool:
    """Tell "angka pengeroyokan turun", "sepanjang 2025 ada 41 kasus pengeroyokan", from one that is told of."""
    if voice not in _NOUNS:
        return False
    tokens = plain.tokens
    before = tokens[max(0, first - NEAR) : first]
    said = {word for word, of in zip(tokens, plain.sentences, strict=True) if of == plain.sentences[first]}
    if not _FIGURE.isdisjoint(before) and not said.isdisjoint(_MOVES | _PERIOD):
        return True
    if tokens[last + 1 : last + 2] and tokens[last + 1] in _MOVES and not said.isdisjoint(_SHARE):
        return True
    at = next((at for at in range(first - 1, max(0, first - 1 - NEAR), -1) if tokens[at] == _CASES), 0)
    return at > 0 and is_number(tokens[at - 1]) and not said.isdisjoint(_PERIOD)


def is_contest(plain: Plain, first: int, contest: Collection[int], people: Collection[int]) -> bool:
    """Tell "pertarungan sengit caleg di dapil 2", "duel panas di final", from people who fight.

    `contest`: the tokens of what is contested; `people`: those of persons who contest nothing.
    """
    sentence, clause = plain.sentences[first], plain.clauses[first]
    return any(plain.sentences[at] == sentence for at in contest) and not any(
        plain.clauses[at] == clause for at in people
    )
