"""Bring a report into one plain form that words are looked up in, without losing where each word stood. Pure.

The plain form is lower case, one space between tokens, abbreviations written out, reduplication written out
("kata2" is "kata - kata"), stretched letters shortened. Place names are never stemmed and never corrected.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from schemas.assessment import Span
from services.triage.text.unicode import Written, written
from services.triage.text.word_lists import WordLists

_TOKEN = re.compile(
    r"\d+(?:[.:,]\d+)+(?:rb|jt|k)?\b|\d+(?:[.:,]\d+)+|\+\s?/?\s?-(?=\s?\d)|\+\s?/\s?-|\w+|[^\w\s]|\n", re.UNICODE
)
_TWICE = re.compile(r"^([^\W\d_]{3,})2(an|nya|in)?$")
_SCALED = re.compile(r"^(\d+(?:[.,]\d+)?)(rb|ribu|jt|juta|k)$")
_STUCK = re.compile(r"^(\d{1,4})([a-z]{2,})$")
_COUNTED = frozenset(["orang", "luka", "warga", "motor", "tewas", "korban", "rumah", "pelajar", "pemuda"])
_SCALES = {"rb": "ribu", "ribu": "ribu", "k": "ribu", "jt": "juta", "juta": "juta"}
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_BY_WHAT_IS_BEFORE = frozenset([".", "\n"])
_THRICE = tuple(3 * letter for letter in ascii_lowercase)
_DASHES = str.maketrans("\u2013\u2014\u2011\u2019\u2018\u201c\u201d\u00a0\u2026", "---''\"\" .")
_STOPS = frozenset(".!?;")
_CLAUSES = frozenset(".!?;,()")
_SUFFIXES = frozenset(["", "an", "nya", "ne"])
_LEAST_STRETCHED = 5
_VERBAL = ("di", "me", "ng", "id", "em", "db", "dt")  # how a verb begins, with its first letters swapped or lost
LEAST_GLUED = 9  # letters of two words that were written as one
LEAST_MISTYPED = 6  # letters of a word that may be a mistyped one
# What stands after these is a name; "kepala desa" is none of them.
_NAMED_AFTER = frozenset(
    """
    dusun kelurahan kampung gang perumahan pak bu bapak mas mbak bernama inisial
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
REMEMBERED = 4096  # words that are remembered as written as they are
_LEAST_DOUBLED = 3  # letters of a word that is written twice: "luka luka", "bulan bulanan"


@dataclass(frozen=True, slots=True)
class Plain:
    """A report's tokens in plain form; `spans[i]` are the characters of token i in the report as written."""

    text: str  # " token token . token "
    tokens: list[str]
    starts: list[int]  # where each token begins in `text`
    spans: list[Span]
    sentences: list[int] = field(default_factory=list)  # sentence number of each token
    clauses: list[int] = field(default_factory=list)  # clause number of each token
    lists: WordLists = field(default_factory=WordLists)  # of the district's words, that rules ask its tokens for

    def token_at(self, position: int) -> int:
        """Give the token that holds a character of `text`."""
        return max(0, bisect_right(self.starts, position) - 1)

    def span(self, first: int, last: int) -> Span:
        """Give the characters of tokens first..last (both included) in the report as written."""
        return self.spans[first][0], self.spans[last][1]


def lower(text: str) -> str:
    """Write a text in lower case without changing its length, so that offsets stay true."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.translate(_DASHES)


class Normaliser:
    """Writes texts in plain form with a district's abbreviations."""

    def __init__(
        self,
        abbreviations: dict[str, str],
        dotted: frozenset[str],
        joined: dict[str, str],
        lists: WordLists | None = None,
    ) -> None:
        self._lists = lists or WordLists()
        self._short = {short: long.split() for short, long in abbreviations.items()}
        self._dotted = dotted
        self._same: set[str] = set()  # words of late that are written as they are, wherever they stand
        self._meant: Callable[[str], str] = str
        self._parted: Callable[[str], Sequence[str] | None] = _whole
        self._joined: dict[
            str, list[tuple[list[str], str]]
        ] = {}  # last word -> the words before it, the one word meant
        for phrase, meant in joined.items():
            *before, last = _TOKEN.findall(phrase)
            self._joined.setdefault(last, []).append((before, meant))

    def plain(self, text: str | Written) -> Plain:
        """Write one report in plain form; spans point into the text as it was sent."""
        told = written(text) if isinstance(text, str) else text
        low = lower(told.text)
        line = _Line(stretched=_is_stretched(low))
        same, joined, tokens = self._same, self._joined, line.tokens
        for found in _TOKEN.finditer(low):
            word = found[0]
            if word in same and word not in joined and not (tokens and word.startswith(tokens[-1])):
                tokens.append(word)
                line.spans.append(found.span())
            else:
                self._add(line, word, found.span())
        spans = line.spans if told.where is None else [told.span(span) for span in line.spans]
        return _laid_out(line.tokens, spans, self._lists)

    def _add(self, line: "_Line", word: str, span: Span) -> None:
        """Write one token as it is looked up."""
        if word == "." and span[0] == line.after_dotted:
            return
        said = word
        if word in self._dotted:
            line.after_dotted = span[1]
        if word.isalpha() and word not in self._short:
            word = self._plainly(word, line)
        long = self._short.get(word) or (
            self._glued(word, line) if word.isalpha() else self._apart(word) or _spelled(word, line)
        )
        if long is not None:
            if not long:
                return
            line.extend(long[:-1], span)
            word = long[-1]
        if word == said and (long is None or len(long) == 1):
            self._remember(word, line)
        if line.tokens:
            if word in self._joined:
                word, span = self._join(word, span, line.tokens, line.spans)
            elif word.startswith(line.tokens[-1]):
                _hyphenate(word, line.tokens, line.spans)
        line.tokens.append(word)
        line.spans.append(span)

    def _remember(self, word: str, line: "_Line") -> None:
        """Remember that a word is written as it is, where that is so whatever stands beside it."""
        if word in _BY_WHAT_IS_BEFORE or word in self._dotted or (word.isalpha() and _is_name(word, line)):
            return
        if len(self._same) >= REMEMBERED:
            self._same.clear()
        self._same.add(word)

    def _apart(self, word: str) -> Sequence[str] | None:
        """Write "2org", "1lb", "3orang" in two words; "2rb" and "50an" are numbers."""
        if not (found := _STUCK.match(word)):
            return None
        long = self._short.get(found[2]) or ([found[2]] if found[2] in _COUNTED else None)
        return None if long is None else [found[1], *long]

    def _glued(self, word: str, line: "_Line") -> Sequence[str] | None:
        """Write "dikeroyokwarga" in two words."""
        return self._parted(word) if len(word) >= LEAST_GLUED and not _is_name(word, line) else None

    def _plainly(self, word: str, line: "_Line") -> str:
        """Write a word without drawn-out letters and typing errors; where a name is expected only the former."""
        if line.stretched and len(word) > _LEAST_STRETCHED:
            word = _STRETCHED.sub(r"\1", word)
        return self._meant(word) if len(word) >= LEAST_MISTYPED and not _is_name(word, line) else word

    def correct(self, meant: Callable[[str], str], parted: Callable[[str], Sequence[str] | None]) -> None:
        """Correct mistyped words from now on.

        `meant` gives the word that one means, itself where it is one; `parted` the two that were written as one.
        """
        self._meant, self._parted = meant, parted
        self._same.clear()

    def _join(self, word: str, span: Span, tokens: list[str], spans: list[Span]) -> tuple[str, Span]:
        """Take back the words that make one with this: "kurang lebih" is "sekitar"."""
        for before, meant in self._joined[word]:
            if tokens[-len(before) :] == before:
                span = spans[-len(before)][0], span[1]
                del tokens[-len(before) :], spans[-len(before) :]
                return meant, span
        return word, span

    def phrase(self, text: str) -> str:
        """Write a lexicon phrase the way reports are written in plain form."""
        return text if self._stands(text) else " ".join(self.plain(text).tokens)

    def _stands(self, text: str) -> bool:
        """Say whether a text is one plain word that is written as it is: a lexicon lists thousands of these."""
        return (
            self._meant is str  # nothing is corrected yet
            and text.isascii()
            and text.isalpha()
            and text.islower()
            and text not in self._short
            and _STRETCHED.search(text) is None
        )


@dataclass(slots=True)
class _Line:
    """The tokens of a report as they are written one after another."""

    stretched: bool  # some word is drawn out: "tawuraaan"
    tokens: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    after_dotted: int = -1

    def extend(self, words: Sequence[str], span: Span) -> None:
        """Write several words that one token stands for."""
        self.tokens += words
        self.spans += [span] * len(words)


def _is_stretched(low: str) -> bool:
    """Tell whether a letter stands three times in a row, as in a word that is drawn out."""
    if low.isascii():
        return any(thrice in low for thrice in _THRICE)
    return _STRETCHED.search(low) is not None


def _whole(_: str) -> None:
    """Part no word: nothing is known yet."""


def _is_name(word: str, line: _Line) -> bool:
    """Tell whether a name is expected: "Dusun Boro Petung"; "kepala dusun" has none, and a verb is none."""
    before = line.tokens[-2:]
    if before[-1:] == ["dusun"] and before[0] == "kepala":
        return False
    return before[-1:] != [] and (
        before[-1] in _NAMED_AFTER or (before[0] in _NAMED_AFTER and not word.startswith(_VERBAL))
    )


def _spelled(word: str, line: _Line) -> Sequence[str]:
    """Write a token that is no word: a line's end, "luka2", "2rb", "+/-"; nothing leaves it out."""
    if word == "\n":
        return [] if not line.tokens or line.tokens[-1] in _STOPS else ["."]
    if "2" in word and (twice := _TWICE.match(word)):
        return [twice[1], "-", twice[1] + (twice[2] or "")]
    if scaled := _SCALED.match(word):
        return [scaled[1], _SCALES[scaled[2]]]
    if word[0] == "+" and len(word) > 1:
        return ["sekitar"]
    return [word]


def _hyphenate(word: str, tokens: list[str], spans: list[Span]) -> None:
    """Write the hyphen of a word said twice, "luka luka", "bulan bulanan", where the writer left it out."""
    last = tokens[-1]
    if len(last) >= _LEAST_DOUBLED and last.isalpha() and word[len(last) :] in _SUFFIXES:
        tokens.append("-")
        spans.append(spans[-1])


def _laid_out(tokens: list[str], spans: list[Span], lists: WordLists) -> Plain:
    starts: list[int] = []
    sentences: list[int] = []
    clauses: list[int] = []
    at = 1
    sentence = clause = 0
    stopped = False
    for token in tokens:
        starts.append(at)
        sentences.append(sentence)
        clauses.append(clause)
        at += len(token) + 1
        if token in _CLAUSES:
            clause += 1
            if token in _STOPS and not stopped:
                sentence += 1
        stopped = token in _STOPS  # "..." ends one sentence
    return Plain(f" {' '.join(tokens)} ", tokens, starts, spans, sentences, clauses, lists)
