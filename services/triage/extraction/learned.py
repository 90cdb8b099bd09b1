"""Compare a report with labelled ones: a linear model over words, pairs and what the rules found in them. Pure.

The rules read first; what they found is counted beside the words. The model then says how likely conflict, each form,
each issue and a level of at least SEDANG or TINGGI is, and which words weighed most. Its numbers are a district's file
(`learned.json`), made by `services.triage.learned.fit_reader`; without one the rules decide alone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from struct import Struct
from typing import Any

from schemas.learned import held, numbers
from services.triage.deeds.frames import Frames
from services.triage.deeds.tuples import Tuple
from services.triage.forms.happening import Happening
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, HOAX, NEGATED

FORMAT = 1
HUNDREDTHS = 100  # weights are kept as whole hundredths
# How much each kind of term counts together, however many of them a report has.
WORDS = "w"
BLOCKS = {WORDS: 1.5, "p": 0.7, "c": 1.5, "r": 0.5}
CONFLICT, LEVEL = "conflict", "level"
LEAST_CHANCE = 1e-4
_STATES = ((HOAX, "hoax"), (NEGATED, "denied"), (AHEAD, "ahead"), (BACKGROUND, "past"))
_NOT_COUNTED = frozenset(["people", "party"])  # who it is says nothing of what was done
ENOUGH = 16  # known words from which a text is long enough to be compared
LENGTHS = (8, 14, 22, 34)  # distinct words up to which a report is of one of five lengths
SHOWN = 3  # words that are told as having weighed most
_BITS, _MIDDLE = 32, 1 << 31  # of one class's weight in the number that holds a term's weights; what is added to none


def terms(
    plain: Plain,
    hits: Sequence[Hit],
    bits: Sequence[int],
    told: Sequence[Tuple],
    frames: Frames,
    happening: Happening,
    issue: str,
    said: Iterable[str],
    courtesy: frozenset[str],
) -> dict[str, list[str]]:
    """Give the distinct terms of a report by block: words, pairs, cues of the rules, what the rules decided.

    `said` are further findings of the rules that hold (tied to a place or people, sure, deadly, explained); how long a
    report is counts as one, for what people say every day is short.
    Words of courtesy ("mohon izin melaporkan") say nothing of what happened and are left out.
    """
    tokens = [token for token in plain.tokens if token not in courtesy]
    cues: set[str] = set()
    for hit in hits:
        state = _state(bits[hit.first])
        for tag in hit.tags:
            if tag.section not in _NOT_COUNTED:
                cues.add(f"c:{tag.section}.{tag.key}")
                if state:
                    cues.add(f"c:{tag.section}.{tag.key}/{state}")
    for one in told:
        state = _state(one.mark)
        cues.add(f"c:{one.deed.name}>{one.target}/{state}")
        cues.add(f"c:{one.deed.name}/{one.voice.value if one.voice else ''}/{state}")
        if one.form:
            cues.add(f"c:={one.form}/{state}/{one.sure}")
    cues.update(f"c:frame.{kind}" for kind in frames.said)
    words = [f"w:{word}" for word in dict.fromkeys(tokens) if word.isalpha()]
    rules = [f"r:{happening.form}", f"r:{issue}", f"r:{happening.conflict}", f"r:violence {happening.violence}"]
    rules += [f"r:{one}" for one in said]
    rules.append(f"r:words {bisect_left(LENGTHS, len(words))}")
    return {
        "w": words,
        "p": [f"p:{a} {b}" for a, b in dict.fromkeys(pairwise(tokens)) if a.isalpha() and b.isalpha()],
        "c": sorted(cues),
        "r": rules,
    }


def _state(mark: int) -> str:
    return next((name for bits, name in _STATES if mark & bits), "")


@dataclass(frozen=True, slots=True)
class Likely:
    """What labelled reports of such words were: the logit of conflict, chances of each form and issue (logarithms)."""

    known: float  # how much of it is known, 0 to 1: short texts are left to the rules
    conflict: float
    forms: Mapping[str, float]
    issues: Mapping[str, float]
    levels: Mapping[str, float]  # level -> the chance, 0 to 1, that readers give it or more
    counted: Sequence[tuple[str, float]]  # terms known, with their share


class Learned:
    """The numbers of one district's file."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Take the file's content; raises ValueError when it is none."""
        if told.get("format") != FORMAT:
            msg = f"learned: format {told.get('format')} is not known"
            raise ValueError(msg)
        self.version = str(told["version"])
        self._classes: list[tuple[str, str]] = [(kind, code) for kind, code in told["classes"]]
        self._intercepts = [value / HUNDREDTHS for value in told["intercepts"]]
        if len(self._intercepts) != len(self._classes):
            msg = "learned: as many intercepts as classes are needed"
            raise ValueError(msg)
        self._terms: Mapping[str, bytes] = held(told)["terms"]
        self._at = {found: at for at, found in enumerate(self._classes)}
        self._layout = Struct(f"<{len(self._classes)}I")
        self._none = self._number([_MIDDLE] * len(self._classes))
        self._packed: dict[str, int] = {}  # of the terms that were met: all weights in one number

    def read(self, found: Mapping[str, Iterable[str]]) -> Likely:
        """Weigh the terms of a report."""
        totals = list(self._intercepts)
        counted: list[tuple[str, float]] = []
        words = 0
        terms, packed = self._terms, self._packed
        for block, listed in found.items():
            known = [term for term in listed if term in packed or (term in terms and self._pack(term))]
            if not known:
                continue
            if block == WORDS:
                words = len(known)
            share = BLOCKS[block] / sqrt(len(known))
            part = share / HUNDREDTHS
            # One addition of whole numbers adds the weights of all classes: each has its own bits.
            whole = sum([packed[term] for term in known], self._none)
            sums = self._layout.unpack(whole.to_bytes(self._layout.size, "little"))
            totals = [total + part * (weight - _MIDDLE) for total, weight in zip(totals, sums, strict=True)]
            counted += [(term, share) for term in known]
        chances: dict[str, dict[str, float]] = {}
        for (kind, code), total in zip(self._classes, totals, strict=True):
            chances.setdefault(kind, {})[code] = total if kind == CONFLICT else 1 / (1 + exp(-total))
        known_share = min(1.0, words / ENOUGH) ** 2
        return Likely(
            known_share,
            chances[CONFLICT][CONFLICT],
            _logs(chances["form"], known_share),
            _logs(chances["issue"], known_share),
            chances.get(LEVEL, {}),
            counted,
        )

    def words_for(self, likely: Likely, kind: str, code: str, *, against: bool = False) -> tuple[str, ...]:
        """Give the words and pairs of a report that spoke most for (or against) a class, the weightiest first."""
        index = self._at[(kind, code)]
        spoke: list[tuple[float, str]] = []
        for term, share in likely.counted:
            if term[0] in "wp":
                weight = ((self._packed[term] + self._none >> _BITS * index) & (2 * _MIDDLE - 1)) - _MIDDLE
                weight = -weight if against else weight
                if weight > 0:
                    spoke.append((-weight * share, term[2:]))
        return tuple(word for _, word in sorted(spoke)[:SHOWN])

    def _pack(self, term: str) -> bool:
        """Keep a term's weights as one number, each class at its own bits."""
        weights = [_MIDDLE] * len(self._classes)
        flat = iter(numbers(self._terms[term]))
        for index, weight in zip(flat, flat, strict=True):
            weights[index] += weight
        self._packed[term] = self._number(weights) - self._none
        return True

    def _number(self, weights: Sequence[int]) -> int:
        return int.from_bytes(self._layout.pack(*weights), "little")


def _logs(chances: Mapping[str, float], known: float) -> dict[str, float]:
    whole = sum(chances.values()) or 1.0
    return {code: known * log(max(chance / whole, LEAST_CHANCE)) for code, chance in chances.items()}
