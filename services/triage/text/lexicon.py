"""Look up every word of a district's lexicon and gazetteer in one pass over a report. Pure.

The words are data (`lexicon.toml`); their shape is read here and wrong shapes are refused by name when a process
starts, never while a report waits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick
from pydantic_core import from_json, to_json

from services.triage.text.normalise import Normaliser, Plain, typing_errors, with_endings

GAP = 6  # tokens of the same clause that may stand between the halves of "a .. b"
WEIGHTS = {"strong": 4.0, "plain": 2.0, "weak": 1.0}
SECTIONS = ("cue", "stage", "casualty", "people", "weapon", "damage", "trigger", "call", "benign", "accused", "party")
LEAST_LENGTH_FOR_ERRORS = 7
LEAST_LENGTH_FOR_ENDINGS = 5
INFLECTED = ("form", "casualty")  # sections whose words are known with what may be hung on them
CORRECTED = ("form", "weapon", "cue", "call", "casualty", "trigger")  # sections whose long words are corrected


class Tag(NamedTuple):
    """What a phrase stands for: `form BENTROK 4.0`, `cue negated`, `place` with its key."""

    section: str
    key: str
    weight: float = 1.0


class Hit(NamedTuple):
    """A phrase found: tokens first..last (both included) and what it stands for."""

    first: int
    last: int
    tags: tuple[Tag, ...]


@dataclass(frozen=True)
class _Entry:
    tags: tuple[Tag, ...]
    opens: tuple[int, ...]  # gap pairs whose first half this is
    closes: tuple[int, ...]  # gap pairs whose second half this is
    whole_start: bool
    whole_end: bool


class LexiconError(ValueError):
    """A district's lexicon has a shape that cannot be read; says which key."""


class Lexicon:
    """A district's words and place names, compiled once."""

    def __init__(self, raw: dict[str, Any], place_names: Iterable[tuple[str, str]] = ()) -> None:
        phrases = list(_phrases(raw))
        abbreviations = _table(raw, "abbreviations")
        real = {str(word) for word in raw.get("real_words", ())}
        dotted = frozenset(str(word) for word in raw.get("dotted", ()))
        names = list(place_names)
        joined = _table(raw, "joined")
        plain = Normaliser(abbreviations, dotted, {}, joined)
        known = {word for phrase, _ in phrases for word in plain.phrase(phrase.replace("*", "")).split()}
        known |= {word for name, _ in names for word in plain.phrase(name).split()}
        long_words = {
            phrase
            for phrase, tag in phrases
            if tag.section in CORRECTED and phrase.isalpha() and len(phrase) >= LEAST_LENGTH_FOR_ERRORS
        }
        mistyped = {
            wrong: right for wrong, right in typing_errors(long_words, real | known).items() if wrong not in known
        }
        deeds = {
            phrase
            for phrase, tag in phrases
            if tag.section in INFLECTED and phrase.isalpha() and len(phrase) >= LEAST_LENGTH_FOR_ENDINGS
        }
        mistyped |= with_endings(deeds, real | known)
        self.normaliser = Normaliser(abbreviations, dotted, mistyped, joined)
        self._pairs: list[tuple[Tag, ...]] = []
        self._automaton = self._compiled(phrases, names)

    def _compiled(self, phrases: list[tuple[str, Tag]], names: list[tuple[str, str]]) -> Any:
        tags: dict[str, list[Tag]] = {}
        opens: dict[str, list[int]] = {}
        closes: dict[str, list[int]] = {}
        pairs: dict[str, list[Tag]] = {}
        for phrase, tag in phrases:
            (pairs if " .. " in phrase else tags).setdefault(phrase, []).append(tag)
        for phrase, found in pairs.items():
            left, _, right = phrase.partition(" .. ")
            opens.setdefault(left, []).append(len(self._pairs))
            closes.setdefault(right, []).append(len(self._pairs))
            self._pairs.append(tuple(found))
        for name, key in names:
            tags.setdefault(name.lower(), []).append(Tag("name", key))
        by_key: dict[str, list[_Entry]] = {}
        for phrase in {*tags, *opens, *closes}:
            start, end = not phrase.startswith("*"), not phrase.endswith("*")
            words = self.normaliser.phrase(phrase.replace("*", ""))
            key = f"{' ' if start else ''}{words}{' ' if end else ''}"
            entry = _Entry(
                tuple(tags.get(phrase, ())), tuple(opens.get(phrase, ())), tuple(closes.get(phrase, ())), start, end
            )
            by_key.setdefault(key, []).append(entry)
        automaton = ahocorasick.Automaton()
        for key, entries in by_key.items():
            automaton.add_word(key, (len(key), tuple(_joined(entries))))
        automaton.make_automaton()
        return automaton

    def scan(self, plain: Plain) -> list[Hit]:
        """Find every phrase of a report, in order of where it ends."""
        hits: list[Hit] = []
        half_opened: dict[int, tuple[int, int]] = {}
        token_at = plain.token_at
        clauses = plain.clauses
        for end, (length, entries) in self._automaton.iter(plain.text):
            for entry in entries:
                first = token_at(end - length + 1 + entry.whole_start)
                last = token_at(end - entry.whole_end)
                if entry.tags:
                    hits.append(Hit(first, last, entry.tags))
                for pair in entry.closes:
                    half = half_opened.get(pair)
                    if half and first - half[1] <= GAP and half[1] < first and clauses[half[1]] == clauses[first]:
                        hits.append(Hit(half[0], last, self._pairs[pair]))
                for pair in entry.opens:
                    half_opened[pair] = (first, last)
        return hits


def lexicon_of(raw: Mapping[str, Any], place_names: Iterable[tuple[str, str]] = ()) -> Lexicon:
    """Give the lexicon of these words, compiled before if they are the same: most changes of rules leave them alone."""
    return _compiled_of(to_json(raw), tuple(place_names))


@lru_cache(maxsize=2)
def _compiled_of(raw: bytes, place_names: tuple[tuple[str, str], ...]) -> Lexicon:
    return Lexicon(from_json(raw), place_names)


def _joined(entries: list[_Entry]) -> Iterator[_Entry]:
    """Make one entry of those that two spellings brought to the same key."""
    first = entries[0]
    yield _Entry(
        tuple(dict.fromkeys(tag for entry in entries for tag in entry.tags)),
        tuple(pair for entry in entries for pair in entry.opens),
        tuple(pair for entry in entries for pair in entry.closes),
        first.whole_start,
        first.whole_end,
    )


def _table(raw: dict[str, Any], name: str) -> dict[str, str]:
    table = raw.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        msg = f"[{name}] must give a word for each word"
        raise LexiconError(msg)
    return {str(key): str(value) for key, value in table.items()}


def _phrases(raw: dict[str, Any]) -> Iterator[tuple[str, Tag]]:
    """Yield every phrase of the file with what it stands for."""
    for section in SECTIONS:
        for key, listed in raw.get(section, {}).items():
            for phrase in _listed(listed, f"{section}.{key}"):
                yield phrase, Tag(section, key)
    for section in ("form", "issue"):
        for code, lists in raw.get(section, {}).items():
            if not isinstance(lists, dict):
                msg = f"[{section}.{code}] must hold lists named {', '.join(WEIGHTS)}"
                raise LexiconError(msg)
            for strength, listed in lists.items():
                if strength not in WEIGHTS:
                    msg = f"[{section}.{code}] knows {', '.join(WEIGHTS)}, not {strength}"
                    raise LexiconError(msg)
                for phrase in _listed(listed, f"{section}.{code}.{strength}"):
                    yield phrase, Tag(section, code, WEIGHTS[strength])


def _listed(listed: object, where: str) -> list[str]:
    if not isinstance(listed, list) or not all(isinstance(phrase, str) and phrase.strip("* ") for phrase in listed):
        msg = f"{where} must be a list of phrases"
        raise LexiconError(msg)
    for phrase in listed:
        if phrase.count(" .. ") > 1:
            msg = f'{where}: "{phrase}" has more than one " .. "'
            raise LexiconError(msg)
    return listed
