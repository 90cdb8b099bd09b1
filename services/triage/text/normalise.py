"""Bring a report into one plain form that words are looked up in, without losing where each word stood. Pure.

The plain form is lower case, one space between tokens, abbreviations written out, reduplication written out
("kata2" is "kata - kata"), stretched letters shortened. Place names are never stemmed and never corrected.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from schemas.assessment import Span

_TOKEN = re.compile(r"\d+(?:[.:,]\d+)+|\+\s?/\s?-|\w+|[^\w\s]|\n", re.UNICODE)
_TWICE = re.compile(r"^([^\W\d_]{3,})2(an|nya|in)?$")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DASHES = str.maketrans("\u2013\u2014\u2011\u2019\u2018\u201c\u201d\u00a0\u2026", "---''\"\" .")
_STOPS = frozenset(".!?;")
_CLAUSES = frozenset(".!?;,()")
_SUFFIXES = frozenset(["", "an", "nya", "ne"])
_VOWELS = "aiueo"
_VERBS = ("di", "me", "ber", "ter", "ng", "ny")  # no Javanese "-e" on these
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
        typing_errors: dict[str, str],
        joined: dict[str, str],
    ) -> None:
        self._short = {short: long.split() for short, long in abbreviations.items()}
        self._dotted = dotted
        self._errors = typing_errors
        self._joined: dict[
            str, list[tuple[list[str], str]]
        ] = {}  # last word -> the words before it, the one word meant
        for phrase, meant in joined.items():
            *before, last = _TOKEN.findall(phrase)
            self._joined.setdefault(last, []).append((before, meant))

    def plain(self, text: str) -> Plain:  # noqa: C901, PLR0912 - cases, in order
        """Write one report in plain form."""
        low = lower(text)
        tokens: list[str] = []
        spans: list[Span] = []
        after_dotted = -1
        stretched = _STRETCHED.search(low) is not None
        for found in _TOKEN.finditer(low):
            word = found[0]
            span = found.span()
            if word == "." and span[0] == after_dotted:
                continue
            if word in self._dotted:
                after_dotted = span[1]
            written = self._short.get(word)
            if written is not None:
                if len(written) > 1:
                    tokens += written
                    spans += [span] * len(written)
                    continue
                word = written[0]
            elif word.isalpha():
                if len(word) > 5:  # noqa: PLR2004 - shorter words have too many neighbours
                    word = self._errors.get(word) or (self._shortened(word) if stretched else word)
            elif word == "\n":
                if not tokens or tokens[-1] in _STOPS:
                    continue
                word = "."
            elif "2" in word and (twice := _TWICE.match(word)):
                tokens += (twice[1], "-")
                spans += (span, span)
                word = twice[1] + (twice[2] or "")
            elif word[0] == "+" and len(word) > 1:
                word = "sekitar"
            if tokens:
                if word in self._joined:
                    word, span = self._join(word, span, tokens, spans)
                elif word.startswith(tokens[-1]):
                    _hyphenate(word, tokens, spans)
            tokens.append(word)
            spans.append(span)
        return _laid_out(tokens, spans)

    def _join(self, word: str, span: Span, tokens: list[str], spans: list[Span]) -> tuple[str, Span]:
        """Take back the words that make one with this: "kurang lebih" is "sekitar"."""
        for before, meant in self._joined[word]:
            if tokens[-len(before) :] == before:
                span = spans[-len(before)][0], span[1]
                del tokens[-len(before) :], spans[-len(before) :]
                return meant, span
        return word, span

    def _shortened(self, word: str) -> str:
        short = _STRETCHED.sub(r"\1", word)
        return self._errors.get(short, short)

    def phrase(self, text: str) -> str:
        """Write a lexicon phrase the way reports are written in plain form."""
        return " ".join(self.plain(text).tokens)


def _hyphenate(word: str, tokens: list[str], spans: list[Span]) -> None:
    """Write the hyphen of a word said twice, "luka luka", "bulan bulanan", where the writer left it out."""
    last = tokens[-1]
    if len(last) >= _LEAST_DOUBLED and last.isalpha() and word[len(last) :] in _SUFFIXES:
        tokens.append("-")
        spans.append(spans[-1])


def _laid_out(tokens: list[str], spans: list[Span]) -> Plain:
    starts: list[int] = []
    sentences: list[int] = []
    clauses: list[int] = []
    at = 1
    sentence = clause = 0
    for token in tokens:
        starts.append(at)
        sentences.append(sentence)
        clauses.append(clause)
        at += len(token) + 1
        if token in _CLAUSES:
            clause += 1
            if token in _STOPS:
                sentence += 1
    return Plain(f" {' '.join(tokens)} ", tokens, starts, spans, sentences, clauses)


def typing_errors(words: set[str], real: set[str]) -> dict[str, str]:
    """Give the likely mistypings of long lexicon words: a letter left out, doubled, or two swapped.

    A wrong letter is not among them: "membayar" is no mistyped "membakar". `real` are words never corrected.
    """
    errors: dict[str, str] = {}
    for word in sorted(words):
        variants = set()
        for at in range(1, len(word)):
            variants.add(word[:at] + word[at + 1 :])
            variants.add(word[:at] + word[at] + word[at:])
            if at + 1 < len(word):
                variants.add(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
        for variant in variants - words - real:
            errors.setdefault(variant, word)
    return errors


def with_endings(words: set[str], real: set[str]) -> dict[str, str]:
    """Give the words with what is hung on them: Indonesian "memukulinya", Javanese "lukane", "tawurane".

    `real` are words that are no such form.
    """
    forms: dict[str, str] = {}
    for word in sorted(words):
        forms.setdefault(f"{word}nya", word)
        if not word.startswith(_VERBS):
            forms.setdefault(f"{word}ne" if word[-1] in _VOWELS else f"{word}e", word)
    return {form: word for form, word in forms.items() if form not in words and form not in real}
