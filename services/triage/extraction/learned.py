"""Compare a report with labelled ones: a small network over words, letters and what the rules found. Pure.

The rules read first; what they found is counted beside the words. The model then says how likely conflict, each form,
each issue and a level of at least SEDANG, TINGGI or KRITIS is, and which words weighed most. Its numbers are a
district's file (`learned.json`), made by `services.triage.learned.fit_reader`; without one the rules decide alone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from math import exp, log, sqrt
from operator import itemgetter, mul
from struct import Struct
from typing import Any

from schemas.learned import MIDDLE, held
from services.triage.deeds.frames import Frames
from services.triage.deeds.tuples import Tuple
from services.triage.forms.happening import Happening
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, HOAX, NEGATED

HUNDREDTHS = 100  # the weights of hidden units for classes are kept as whole hundredths
# How much each kind of term counts together, however many of them a report has.
WORDS = "w"
BLOCKS = {WORDS: 1.5, "p": 0.7, "c": 1.5, "r": 0.5, "l": 1.0}
CONFLICT, LEVEL = "conflict", "level"
LEAST_CHANCE = 1e-4
_STATES = ((HOAX, "hoax"), (NEGATED, "denied"), (AHEAD, "ahead"), (BACKGROUND, "past"))
_NOT_COUNTED = frozenset(["people", "party"])  # who it is says nothing of what was done
_UNHURT = frozenset(["nobody", "no_dead"])
ENOUGH = 12  # known words from which a text is long enough to be compared
LENGTHS = (8, 14, 22, 34)  # distinct words up to which a report is of one of five lengths
WEIGHIEST = 32  # hidden units that words are told by: the others hardly change which weigh most
LONG_WORD = 4  # letters
SHOWN = 3  # words that are told as having weighed most
STEPS = 1 << 14  # of what a term counts
_FAR = 1 << 20  # hundredths: what is added to weights that are summed as parts of one number, so that none is below 0
_AT_ONCE = 256  # bytes that two bytes can hold the sum of


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
    left_out: frozenset[int] = frozenset(),
) -> dict[str, list[str]]:
    """Give the distinct terms of a report by block: words, pairs, cues of the rules, what they decided, letters.

    `said` are further findings of the rules that hold (tied to a place or people, sure, deadly, explained); how long a
    report is counts as one, for what people say every day is short.
    Three letters in a row of longer words find what is spelled or inflected otherwise ("digebugi", "gebuki").
    Words of courtesy ("mohon izin melaporkan") say nothing of what happened and are left out, and so is that nobody was
    hurt: to say so must not make a report worse. `left_out` are further tokens that are not compared.
    """
    silent = {at for hit in hits if _is_unhurt(hit) for at in range(hit.first, hit.last + 1)} | left_out
    tokens = [token for at, token in enumerate(plain.tokens) if token not in courtesy and at not in silent]
    cues: set[str] = set()
    for hit in hits:
        if _is_unhurt(hit):
            continue
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
        "l": list(dict.fromkeys(chain.from_iterable(_letters(word[2:]) for word in words))),
    }


@lru_cache(maxsize=4096)
def _letters(word: str) -> tuple[str, ...]:
    """Give the terms of three letters in a row of a word, its ends marked; none of a short word, which says it all."""
    if len(word) < LONG_WORD:
        return ()
    ended = f"_{word}_"
    return tuple(f"l:{ended[at : at + 3]}" for at in range(len(word)))


def _is_unhurt(hit: Hit) -> bool:
    return any(tag.section == "casualty" and tag.key in _UNHURT for tag in hit.tags)


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
    units: Sequence[int] = ()  # what the hidden units came to, in steps of the file


class Learned:
    """The numbers of one district's file: a network of one hidden layer.

    Each term has a weight for each hidden unit; a unit that comes out below nought is nought, and the units that are
    left weigh for each class. So what a word says depends on the words and findings beside it.
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Take the file's content; raises ValueError when it is none."""
        kept = held(told)
        self.version = str(told["version"])
        self._classes: list[tuple[str, str]] = [(kind, code) for kind, code in told["classes"]]
        self._intercepts: list[float] = told["intercepts"]
        self._step: float = told["unit"] / STEPS  # in which hidden units are counted
        self._biases = [round(bias / self._step) for bias in told["biases"]]
        self._weights: list[list[int]] = told["weights"]
        if len(self._intercepts) != len(self._classes):
            msg = "learned: as many intercepts as classes are needed"
            raise ValueError(msg)
        if [len(row) for row in self._weights] != [len(self._classes)] * len(self._biases):
            msg = "learned: a weight of each hidden unit for each class is needed"
            raise ValueError(msg)
        self._terms: Mapping[str, bytes] = kept["terms"]
        self._at = {found: at for at, found in enumerate(self._classes)}
        # One addition of whole numbers adds all weights: each has its own bits. Those of terms are bytes; once some are
        # summed, every fourth is taken at a time, so that each sum has four bytes.
        self._size = -(-len(self._biases) // 4) * 4
        self._every_other = int.from_bytes(bytes([255, 0] * (self._size // 2)), "little")
        self._every_fourth = int.from_bytes(bytes([255, 255, 0, 0] * (self._size // 4)), "little")
        self._sums = Struct(f"<{self._size // 4}I")
        self._outputs = Struct(f"<{len(self._classes)}Q")
        packed = (self._outputs.pack(*(_FAR + weight for weight in row)) for row in self._weights)
        self._rows = [int.from_bytes(row, "little") for row in packed]

    def read(self, found: Mapping[str, Iterable[str]]) -> Likely:
        """Weigh the terms of a report."""
        counted: list[tuple[str, float]] = []
        sums, less = [0, 0, 0, 0], 0
        words, terms = 0, self._terms
        for block, listed in found.items():
            known = [term for term in listed if term in terms]
            if not known:
                continue
            if block == WORDS:
                words = len(known)
            share = BLOCKS[block] / sqrt(len(known))
            steps = round(share * STEPS)
            for first in range(0, len(known), _AT_ONCE):
                self._add(sums, known[first : first + _AT_ONCE], steps)
            less += MIDDLE * steps * len(known)  # what stands for nought, once for each term
            counted += [(term, share) for term in known]
        totals = [0] * self._size
        for place, whole in enumerate(sums):
            totals[place::4] = self._sums.unpack(whole.to_bytes(self._size, "little"))
        on = [
            value if (value := total + bias - less) > 0 else 0
            for total, bias in zip(totals, self._biases, strict=False)
        ]
        chances: dict[str, dict[str, float]] = {}
        for (kind, code), total in zip(self._classes, self._totals(on), strict=True):
            chances.setdefault(kind, {})[code] = total if kind == CONFLICT else 1 / (1 + exp(-total))
        known_share = min(1.0, words / ENOUGH) ** 2
        return Likely(
            known_share,
            chances[CONFLICT][CONFLICT],
            _logs(chances["form"], known_share),
            _logs(chances["issue"], known_share),
            chances.get(LEVEL, {}),
            counted,
            on,
        )

    def words_for(self, likely: Likely, kind: str, code: str, *, against: bool = False) -> tuple[str, ...]:
        """Give the words and pairs of a report that spoke most for (or against) a class, the weightiest first."""
        index = self._at[(kind, code)]
        sign = -1 if against else 1
        weighing = [(sign * self._weights[at][index], at) for at, value in enumerate(likely.units) if value]
        weighing.sort(key=_size_of)
        weights, units = zip(*weighing[:WEIGHIEST], (0, 0), (0, 0), strict=True)
        chosen, none = itemgetter(*units), MIDDLE * sum(weights)
        spoke: list[tuple[float, str]] = []
        for term, share in likely.counted:
            if term[0] in "wp":
                weight = sum(map(mul, chosen(self._terms[term]), weights)) - none
                if weight > 0:
                    spoke.append((-weight * share, term[2:]))
        return tuple(word for _, word in sorted(spoke)[:SHOWN])

    def _add(self, sums: list[int], known: Sequence[str], steps: int) -> None:
        """Add the bytes of these terms, at most 256, so many times: those of each fourth hidden unit are one number."""
        terms, other, fourth = self._terms, self._every_other, self._every_fourth
        even = odd = 0
        for term in known:
            whole = int.from_bytes(terms[term], "little")
            even += whole & other
            odd += whole >> 8 & other
        sums[0] += steps * (even & fourth)
        sums[1] += steps * (odd & fourth)
        sums[2] += steps * (even >> 16 & fourth)
        sums[3] += steps * (odd >> 16 & fourth)

    def _totals(self, on: Sequence[int]) -> list[float]:
        """Give the logit of each class."""
        rows = self._rows
        whole = sum([value * rows[at] for at, value in enumerate(on) if value])
        far = _FAR * sum(on)
        sums = self._outputs.unpack(whole.to_bytes(self._outputs.size, "little"))
        part = self._step / HUNDREDTHS
        return [start + (total - far) * part for start, total in zip(self._intercepts, sums, strict=True)]


def _logs(chances: Mapping[str, float], known: float) -> dict[str, float]:
    whole = sum(chances.values()) or 1.0
    return {code: known * log(max(chance / whole, LEAST_CHANCE)) for code, chance in chances.items()}


def _size_of(weighing: tuple[int, int]) -> int:
    return -abs(weighing[0])
