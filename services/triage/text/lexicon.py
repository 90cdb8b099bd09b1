"""Look up every word of a district's lexicon in one pass over a report. Pure.

The words are data (`lexicon.toml`); their shape is read here and wrong shapes are refused by name when a process
starts, never while a report waits. A root is listed once; its forms are derived (`morphology`), and a word that
nobody knows is looked up again with one edit, among forms of roots only (`fuzzy`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick
from pydantic_core import from_json, to_json

from services.triage.text.fuzzy import Corrections
from services.triage.text.morphology import DELIBERATE, Voice, forms, prefixed, without_clitics
from services.triage.text.normalise import Normaliser, Plain
from services.triage.text.word_lists import WordLists, word_lists

GAP = 6  # tokens of the same clause that may stand between the halves of "a .. b"
WEIGHTS = {"strong": 4.0, "plain": 2.0, "weak": 1.0}
HINT = "hint"  # of an issue: counts where no word names one
SECTIONS = (
    "cue", "stage", "casualty", "people", "weapon", "damage", "trigger", "call", "benign", "frame", "noun",
    "accused", "party", "occasion", "head", "accusing", "peace",
)  # fmt: skip
ROOT = "~"  # before a word: its forms are derived
PREFIXES = ("ber", "ter", "ke", "se", "di", "me")
LEAST_FOR_CLITICS = 5  # letters of a word that something may hang on
REMEMBERED = 20_000  # words whose meaning is remembered
# After these a word of a place's name is that name: "Desa Gaji" is about no wages.
_NAMES_A_PLACE = frozenset(["desa", "kelurahan", "kecamatan", "dusun"])
_DEED = frozenset(
    """
    roots words not form usual strength hurts by officials bare nature alone weapon state vague
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_CORRECTED = frozenset(["deed", "casualty", "weapon", "noun", "benign", "cue"])
_WHERE = ("di", "ke")
LEAST_HALF, LEAST_DEED = 4, 6  # letters of a half of two words written as one; of the half that is a deed
LEAST_LISTED = 7  # letters of a listed word that a mistyped one may mean
LEAST_CHANGED = 9  # letters of a listed word in which one may be changed: "mencari" and "mencuri" are words
_RARE_ENDINGS = ("kan", "in", "ake", "no", "ne", "ki")  # of forms that are derived and seldom said
_VOICES_CORRECTED = frozenset([*DELIBERATE, Voice.BASE, Voice.THING, Voice.EACH_OTHER])


class Tag(NamedTuple):
    """What a phrase stands for: `deed beat 2.0 passive`, `cue negated`, `issue SLT 4.0`."""

    section: str
    key: str
    weight: float = 1.0
    voice: Voice | None = None  # of a form derived from a root


class Hit(NamedTuple):
    """A phrase found: tokens first..last (both included) and what it stands for."""

    first: int
    last: int
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What people do: the form of conflict it is by what it is done to, and what it needs to be meant."""

    name: str
    forms: Mapping[str, str]  # class of what it is done to, "each other" or "*" -> form code; "" is none
    weight: float
    hurts: bool
    by: frozenset[str]  # what must be told as well: a crowd, a cause, arms, or a class of nouns
    officials: bool  # whether it counts when officials do it
    bare: bool  # whether the root itself, what comes of it and what nobody meant say it too: "bentrok", not "pukul"
    nature: bool  # whether wind, beasts and vehicles do it too
    alone: bool  # whether the word says enough by itself: "tawuran"
    weapon: str | None  # what it is done with, a key of the policy's `senjata`: who stabs has a blade
    vague: bool  # whether its words are of everyday life, so that without what it was done to they say nothing
    usual: str  # form that it most often is, where a report is likely one of conflict; "" is none
    state: bool  # whether its words say what befell who stands before: "tidak bisa pulang", "beterbangan"


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
        self.normaliser = Normaliser(
            _table(raw, "abbreviations"),
            frozenset(str(word) for word in raw.get("dotted", ())),
            _table(raw, "joined"),
            _lists(raw),
        )
        self.deeds = {name: _deed(name, told) for name, told in raw.get("deed", {}).items()}
        self._words: dict[str, tuple[Tag, ...]] = {}
        self._pairs: list[tuple[Tag, ...]] = []
        phrases = self._sorted(_phrases(raw), {str(word) for word in raw.get("no_forms", ())})
        self._automaton = self._compiled(phrases)
        self._names = frozenset(word for name, _ in place_names for word in self.normaliser.phrase(name).split())
        self._real = self._known(raw, phrases)
        spelled = (word for word in _table(raw, "abbreviations") if word.isalpha())
        self._corrections = Corrections((*self._rooted(), *spelled), self._real)
        self._listed = Corrections(self._long_words(phrases), self._real, LEAST_CHANGED)
        self._remembered: dict[str, str] = {}
        self.normaliser.correct(self._meant, self._parted)

    # -- compiling ----------------------------------------------------------------------------------------------------

    def _sorted(self, listed: Iterator[tuple[str, Tag]], no_forms: set[str]) -> list[tuple[str, Tag]]:
        """Keep single words and the forms of roots in a table; give back the phrases of several words."""
        single: dict[str, dict[Tag, None]] = {}
        derived: dict[str, dict[Tag, None]] = {}
        meant: dict[tuple[Tag, ...], tuple[Tag, ...]] = {}  # thousands of forms mean the same: it is kept once
        phrases = []
        for phrase, tag in listed:
            if phrase.startswith(ROOT):
                for form, voice in forms(phrase.removeprefix(ROOT)):
                    if form not in no_forms:
                        known = derived.setdefault(form, {})
                        if not any(tag[:2] == other[:2] for other in known):
                            known[tag._replace(voice=voice)] = None
            elif phrase.isalpha():
                written = self.normaliser.phrase(phrase)
                if tag.voice is not None and written != phrase:
                    continue  # the form of a root that is written out as another word: that word's own root says it
                if written.isalpha():
                    single.setdefault(written, {})[tag] = None
                else:
                    phrases.append((phrase, tag))
            else:
                phrases.append((phrase, tag))
        for word in dict.fromkeys((*single, *derived)):  # never in the order of a set: it is another in each process
            listed_tags = single.get(word, {})
            told = {tag[:2] for tag in listed_tags}
            tags = (*listed_tags, *(tag for tag in derived.get(word, {}) if tag[:2] not in told))
            self._words[word] = meant.setdefault(tags, tags)
        return phrases

    def _compiled(self, phrases: list[tuple[str, Tag]]) -> Any:
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
        by_key: dict[str, list[_Entry]] = {}
        for phrase in dict.fromkeys((*tags, *opens, *closes)):
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

    def _rooted(self) -> Iterator[str]:
        """Give the forms of roots that a mistyped word may mean."""
        for word, tags in self._words.items():
            if not word.endswith(_RARE_ENDINGS) and any(self._is_correctable(tag) for tag in tags):
                yield word

    def _is_correctable(self, tag: Tag) -> bool:
        if tag.section == "deed" and tag.voice not in DELIBERATE | {Voice.EACH_OTHER} and not self.deeds[tag.key].bare:
            return False
        return tag.section in _CORRECTED and tag.voice in _VOICES_CORRECTED

    def _long_words(self, phrases: list[tuple[str, Tag]]) -> Iterator[str]:
        """Give the long words of what decides that a mistyped word may mean."""
        for word, tags in self._words.items():
            if len(word) >= LEAST_LISTED and any(tag.section in _CORRECTED and tag.voice is None for tag in tags):
                yield word
        for phrase, tag in phrases:
            if tag.section in _CORRECTED:
                yield from (word for word in phrase.replace("*", "").split() if len(word) >= LEAST_LISTED)

    def _known(self, raw: dict[str, Any], phrases: list[tuple[str, Tag]]) -> frozenset[str]:
        """Give the words that mean themselves."""
        known = set(str(raw.get("real_words", "")).split()) | {str(word) for word in raw.get("no_forms", ())}
        known |= {form for root in str(raw.get("real_roots", "")).split() for form in prefixed(root)}
        known |= {word for long in _table(raw, "abbreviations").values() for word in long.split()}
        known |= {word for phrase, _ in phrases for word in phrase.replace("*", "").split()}
        return frozenset(known | self._names)

    def names_a_place(self, token: str) -> bool:
        """Say whether a word stands in the name of a place."""
        return token in self._names

    # -- looking up ---------------------------------------------------------------------------------------------------

    def scan(self, plain: Plain) -> list[Hit]:
        """Find every word and phrase of a report, in order of where it ends."""
        hits: list[Hit] = []
        words = self._words
        for at, token in enumerate(plain.tokens):
            tags = words.get(token)
            if tags and token in self._names and plain.tokens[at - 1] in _NAMES_A_PLACE:
                continue
            if tags is None and len(token) >= LEAST_FOR_CLITICS and token.isalpha():
                tags = self._without_clitics(token)
            if tags:
                hits.append(Hit(at, at, tags))
        hits += self._in_several_words(plain)
        hits.sort(key=lambda hit: (hit.last, hit.first))
        return hits

    def _in_several_words(self, plain: Plain) -> Iterator[Hit]:
        half_opened: dict[int, tuple[int, int]] = {}
        token_at, clauses = plain.token_at, plain.clauses
        for end, (length, entries) in self._automaton.iter(plain.text):
            for entry in entries:
                first = token_at(end - length + 1 + entry.whole_start)
                last = token_at(end - entry.whole_end)
                if entry.tags:
                    yield Hit(first, last, entry.tags)
                for pair in entry.closes:
                    half = half_opened.get(pair)
                    if half and first - half[1] <= GAP and half[1] < first and clauses[half[1]] == clauses[first]:
                        yield Hit(half[0], last, self._pairs[pair])
                for pair in entry.opens:
                    half_opened[pair] = (first, last)

    def _without_clitics(self, word: str) -> tuple[Tag, ...]:
        """Look up a word without what hangs on it."""
        for stem in without_clitics(word):
            if len(stem) >= LEAST_FOR_CLITICS - 1 and (tags := self._words.get(stem)) is not None:
                return tags
        return ()

    def _meant(self, word: str) -> str:
        """Give the word that a mistyped one means, itself where it is known or nothing is near."""
        meant = self._remembered.get(word)
        if meant is None:
            if len(self._remembered) > REMEMBERED:
                self._remembered.clear()
            meant = self._remembered[word] = self._corrected(word)
        return meant

    def _is_built(self, word: str) -> bool:
        """Tell whether a word is a known one with a prefix: "berbaiat" is no mistyped one."""
        return any(
            word.startswith(prefix) and (word[len(prefix) :] in self._words or word[len(prefix) :] in self._real)
            for prefix in PREFIXES
            if len(word) >= len(prefix) + LEAST_FOR_CLITICS
        )

    def _parted(self, word: str) -> tuple[str, str] | None:
        """Give the two words that were written as one, where nobody knows the whole and one half is a deed."""
        if word in self._words or word in self._real or self._without_clitics(word):
            return None
        if word.endswith(_WHERE) and self._is_deed(word[:-2]):
            return word[:-2], word[-2:]  # "bentrokdi"
        for at in range(LEAST_HALF, len(word) - LEAST_HALF + 1):
            halves = word[:at], word[at:]
            if all(half in self._words or half in self._real for half in halves) and any(map(self._is_deed, halves)):
                return halves
        return None

    def _is_deed(self, word: str) -> bool:
        """Tell whether a word is a long one that says what somebody did."""
        tags = self._words.get(word, ()) if len(word) >= LEAST_DEED else ()
        return any(
            tag.section == "deed" and (tag.voice in DELIBERATE | {None} or self.deeds[tag.key].bare) for tag in tags
        )

    def _corrected(self, word: str) -> str:
        if word in self._words or word in self._real or self._without_clitics(word) or self._is_built(word):
            return word
        for spelled in dict.fromkeys((f"{word[:-1]}a", word.replace("o", "a"))):
            if "o" in word and (spelled in self._words or spelled in self._real):
                return spelled  # an East Javanese writes "o" where "a" is spoken so: "kepalo", "tentoro"
        near = [(index, index.near(word)) for index in (self._corrections, self._listed)]
        looks = ((index, words, changed) for changed in (False, True) for index, words in near if words)
        return next(
            (one for index, words, changed in looks if (one := index.nearest(word, words, changed=changed))), word
        )


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


def _lists(raw: dict[str, Any]) -> WordLists:
    told = raw.get("list", {})
    if not isinstance(told, dict):
        msg = "[list] must give a list of words for each name"
        raise LexiconError(msg)
    try:
        return word_lists(told)
    except ValueError as error:
        raise LexiconError(str(error)) from error


def _deed(name: str, told: object) -> Deed:
    """Read one [deed.name] block."""
    if not isinstance(told, dict) or not isinstance(told.get("form"), dict) or set(told) - _DEED:
        msg = f"[deed.{name}] needs `form` and knows {', '.join(sorted(_DEED))}"
        raise LexiconError(msg)
    strength = told.get("strength", "plain")
    if strength not in WEIGHTS:
        msg = f"[deed.{name}] strength is {', '.join(WEIGHTS)}, not {strength}"
        raise LexiconError(msg)
    return Deed(
        name,
        {str(kind): str(form) for kind, form in told["form"].items()},
        WEIGHTS[strength],
        bool(told.get("hurts", False)),
        frozenset(told.get("by", ())),
        bool(told.get("officials", True)),
        bool(told.get("bare", True)),
        bool(told.get("nature", False)),
        bool(told.get("alone", False)),
        told.get("weapon"),
        bool(told.get("vague", False)),
        str(told.get("usual", told["form"].get("?", told["form"].get("*", "")))),
        bool(told.get("state", False)),
    )


def _phrases(raw: dict[str, Any]) -> Iterator[tuple[str, Tag]]:
    """Yield every phrase of the file with what it stands for."""
    for section in SECTIONS:
        for key, listed in raw.get(section, {}).items():
            for phrase in _listed(listed, f"{section}.{key}"):
                yield phrase, Tag(section, key)
    for name, told in raw.get("deed", {}).items():
        yield from _deed_phrases(name, told)
    for code, lists in raw.get("issue", {}).items():
        if not isinstance(lists, dict):
            msg = f"[issue.{code}] must hold lists named {', '.join(WEIGHTS)}"
            raise LexiconError(msg)
        for strength, listed in lists.items():
            if strength not in {*WEIGHTS, HINT}:
                msg = f"[issue.{code}] knows {', '.join((*WEIGHTS, HINT))}, not {strength}"
                raise LexiconError(msg)
            section, weight = (HINT, WEIGHTS["plain"]) if strength == HINT else ("issue", WEIGHTS[strength])
            for phrase in _listed(listed, f"issue.{code}.{strength}"):
                yield phrase, Tag(section, code, weight)


def _deed_phrases(name: str, told: dict[str, Any]) -> Iterator[tuple[str, Tag]]:
    """Yield the words of a deed and the forms of its roots, without those that mean something else."""
    tag = Tag("deed", name, WEIGHTS[told.get("strength", "plain")])
    left_out = set(_listed(told.get("not", []), f"deed.{name}.not"))
    for phrase in _listed(told.get("words", []), f"deed.{name}.words"):
        yield phrase, tag
    for root in _listed(told.get("roots", []), f"deed.{name}.roots"):
        seen = set()
        for form, voice in forms(root):
            if form not in left_out and form not in seen:
                seen.add(form)
                yield form, tag._replace(voice=voice)


def _listed(listed: object, where: str) -> list[str]:
    if not isinstance(listed, list) or not all(isinstance(phrase, str) and phrase.strip("*~ ") for phrase in listed):
        msg = f"{where} must be a list of phrases"
        raise LexiconError(msg)
    for phrase in listed:
        if phrase.count(" .. ") > 1:
            msg = f'{where}: "{phrase}" has more than one " .. "'
            raise LexiconError(msg)
    return listed
