"""Read the masses of a report: how many took part, how many were held. Pure.

A number of people that no casualty word claims is a crowd; the largest one counts.
"""

from collections.abc import Collection, Sequence

from schemas.assessment import Count
from services.triage.text.counted_people import Counted, People
from services.triage.text.normalise import Plain
from services.triage.text.numbers import Number
from services.triage.text.polarity import BACKGROUND, DENIED

LEAST = 3  # two are no crowd
LEAST_BARE = 10  # people: fewer after a bare "sekitar" may be anything
HELD_BEFORE, HELD_AFTER = 3, 13  # tokens between a number and the word of arrest
NEAR, FAR = 2, 14  # tokens between a bare number and a thing that it may count; and the people that it counts
_AMOUNTS = frozenset(["massa", "sekitar", "rombongan", "sebanyak", "jumlahnya", "banyaknya"])
_FLOORS = frozenset(["ratusan", "ribuan", "puluhan", "belasan"])


class Crowds:
    """Reads the masses of one text; `used` are the tokens of numbers that count something else already."""

    def __init__(self, plain: Plain, counted: Counted, marks: Sequence[int], used: set[int]) -> None:
        self._plain = plain
        self._counted = counted
        self._marks = marks
        self._used = used

    def held(self, people: People, words: Collection[int]) -> None:
        """Read how many were held: "empat pemuda ditangkap", "mengamankan 13 orang", "enam tersangka"."""
        if not words:
            return
        tokens, clauses = self._plain.tokens, self._plain.clauses
        best: Number | None = None
        for number in self._counted.numbers:
            window = range(number.last + 1, min(len(tokens), number.last + HELD_AFTER))
            after = any(
                at in words and clauses[at] == clauses[number.last] and not tokens[at].startswith("me") for at in window
            )
            before = any(
                at in words and clauses[at] == clauses[number.first] and tokens[at] not in {"pelaku", "tersangka"}
                for at in range(max(0, number.first - HELD_BEFORE), number.first)
            )
            if (after or before) and self._counted.noun_of(number) != "officials":
                self._used.update(range(number.first, number.last + 1))
                if best is None or number.low > best.low:
                    best = number
        if best is not None:
            people.held = self._count(best)

    def took_part(self, people: People) -> None:
        """Read how many took part."""
        best: Number | None = None
        for number in self._counted.numbers:
            if number.first in self._used or number.low < LEAST:
                continue
            noun = self._counted.noun_of(number) or self._implied(number)
            if noun not in {"crowd", "vehicles"} or (noun == "vehicles" and not self._is_ridden()):
                continue
            if self._marks[number.first] & (DENIED | BACKGROUND) and best is not None:
                continue
            if best is None or number.low > best.low:
                best = number
        if best is not None:
            people.crowd = self._count(best)
            people.crowd_open = best.high is None

    def _is_ridden(self) -> bool:
        """Tell whether vehicles are told of as a crowd: "menggeber gas", "konvoi"."""
        tokens = self._plain.tokens
        return not self._plain.lists.riding.isdisjoint(tokens) or any(
            root in token for token in tokens for root in self._plain.lists.riding_roots
        )

    def _count(self, number: Number) -> Count:
        return Count.model_construct(
            min=number.low, max=number.high, spans=(self._plain.span(number.first, number.last),)
        )

    def _implied(self, number: Number) -> str | None:
        """Give what a number counts that has no noun beside it: "massa sekitar 60", "warga keluar sekitar 40"."""
        tokens = self._plain.tokens
        before = tokens[number.first - 1] if number.first else ""
        if before in _AMOUNTS or tokens[number.first] in _FLOORS:
            at = number.first - 1
            if not self._plain.lists.gathered.isdisjoint(tokens[max(0, at - 3) : at + 1]):
                return "crowd"
        if number.low >= LEAST_BARE and tokens[number.last + 1 : number.last + 2] == ["lebih"]:
            following = tokens[number.last + 2] if number.last + 2 < len(tokens) else ""
            return (
                "crowd" if following in self._plain.lists.still_there else None
            )  # "dua ratus lebih masih memenuhi lapangan"
        if before == "sekitar" and number.low >= LEAST_BARE and self._ends_clause(number):
            return self._named_before(number.first - 1)
        return None

    def _ends_clause(self, number: Number) -> bool:
        tokens, clauses = self._plain.tokens, self._plain.clauses
        after = number.last + 1
        return after >= len(tokens) or clauses[after] != clauses[number.last] or not tokens[after][0].isalnum()

    def _named_before(self, token: int) -> str | None:
        """Give the class of people or vehicles named before in a sentence, unless a thing stands closer."""
        sentences = self._plain.sentences
        for at in range(token - 1, max(-1, token - 1 - FAR), -1):
            if sentences[at] != sentences[token]:
                return None
            kind = self._counted.kind(at)
            if kind == "things" and token - at <= NEAR:
                return None
            if kind not in {None, "things"}:
                return kind
        return None
