"""Derive the forms of a root, Indonesian and East Javanese, so that the lexicon lists roots and no phrases. Pure.

"pukul" gives memukul, dipukuli, pemukulan, mukuli; "bubar" gives dibubarkan, dibubarno; "bacok" gives kebacok. How a
form is built says its voice: who did it stands before an active verb and after a passive one.
Nasal prefixes: Sneddon, Indonesian: A Comprehensive Grammar (2010), 1.5; Javanese: Robson (2002), Javanese Grammar.
"""

from collections.abc import Iterator
from enum import StrEnum


class Voice(StrEnum):
    """How a form says who did it and whom it was done to."""

    BASE = "base"  # "bakar": as a headline or an order says it
    ACTIVE = "active"
    PASSIVE = "passive"
    NOUN = "noun"  # "pengeroyokan"
    DOER = "doer"  # "pengeroyok"
    EACH_OTHER = "each other"  # "bertikai", "pukul-pukulan"
    THING = "thing"  # "tembakan", "pukulan": what comes of it
    UNMEANT = "unmeant"  # "terinjak", "keserang"


DELIBERATE = frozenset([Voice.ACTIVE, Voice.PASSIVE, Voice.NOUN, Voice.DOER])


_VOWELS = "aiueo"
_LOST = {"p": "m", "k": "ng", "t": "n", "s": "n"}  # stops that give way to the nasal before a vowel
_ENDINGS_ACTIVE = ("", "kan", "i", "in", "ake", "ne")
_ENDINGS_JAVANESE = ("", "i", "ake", "no", "in", "kan", "ne", "e", "aken")
_ENDINGS_PASSIVE = ("", "i", "kan", "in", "ake", "no", "ne", "e", "ki", "ono")
CLITICS = ("nya", "ku", "mu", "lah", "kah", "pun", "ipun", "ne", "e")  # hung on any form


def forms(root: str) -> Iterator[tuple[str, Voice]]:
    """Give every form of a root with its voice; a form may come more than once, the first voice counts."""
    yield root, Voice.BASE
    for nasal in dict.fromkeys(_indonesian(root)):
        for ending in _ENDINGS_ACTIVE:
            yield f"me{nasal}{ending}", Voice.ACTIVE
        yield f"pe{nasal}an", Voice.NOUN
        yield f"pe{nasal}", Voice.DOER
    for ending in _ENDINGS_PASSIVE:
        yield f"di{root}{ending}", Voice.PASSIVE
        yield f"ter{root}{ending}", Voice.UNMEANT
    for ending in ("", "i", "aken"):
        yield f"dipun{root}{ending}", Voice.PASSIVE  # polite Javanese
    yield f"ke{root}", Voice.UNMEANT
    yield f"ke{root}an", Voice.UNMEANT
    yield f"ber{root}", Voice.EACH_OTHER
    yield f"ber{root}an", Voice.EACH_OTHER
    yield f"{root}an", Voice.THING
    yield f"per{root}an", Voice.NOUN
    yield f"memper{root}kan", Voice.ACTIVE
    yield f"diper{root}kan", Voice.PASSIVE
    for ending in ("kan", "i", "in", "no"):
        yield f"{root}{ending}", Voice.BASE
    for nasal in dict.fromkeys(_javanese(root)):
        for ending in _ENDINGS_JAVANESE:
            yield f"{nasal}{ending}", Voice.ACTIVE


def _indonesian(root: str) -> Iterator[str]:
    """Give what follows "me-" and "pe-": "mukul", "ngeroyok", "nyerang", "nembak", "mbakar"."""
    first, rest = root[0], root[1:]
    if _has_one_syllable(root):
        yield f"nge{root}"  # "mengebom", "pengeboman" beside "membom"
    if first in _LOST and rest[:1] not in _VOWELS:
        yield f"{_LOST[first]}{root}"  # the stop of a cluster stays: "memprotes", "mengklaim"
    if first in _VOWELS or first in "gh":
        yield f"ng{root}"
    elif first == "k":
        yield f"ng{rest}"
    elif first == "p":
        yield f"m{rest}"
    elif first == "t":
        yield f"n{rest}"
    elif first == "s":
        yield f"ny{rest}"
    elif first in "bf":
        yield f"m{root}"
    elif first in "cdjz":
        yield f"n{root}"
    else:
        yield root


def _javanese(root: str) -> Iterator[str]:
    """Give the bare nasal forms of Javanese and of talk: "mukul", "ngantem", "mbakar", "nggebuk", "nyegel"."""
    first, rest = root[0], root[1:]
    if first in _VOWELS:
        yield f"ng{root}"
    elif first in "lr":
        yield f"ng{root}"
        yield f"nge{root}"
    elif first == "k":
        yield f"ng{rest}"
        yield f"nge{rest}"
    elif first == "p":
        yield f"m{rest}"
    elif first == "t":
        yield f"n{rest}"
    elif first in "sc":
        yield f"ny{rest}"
    elif first == "b":
        yield f"m{root}"
        yield f"nge{root}"
    elif first in "dj":
        yield f"n{root}"
    elif first == "g":
        yield f"ng{root}"


def _has_one_syllable(root: str) -> bool:
    return sum(letter in _VOWELS for letter in root) == 1


def prefixed(root: str) -> Iterator[str]:
    """Give the common forms of a root with a prefix: mengeruk, dikeruk, pengerukan, kerukkan is none of them."""
    for nasal in dict.fromkeys(_indonesian(root)):
        yield from (f"me{nasal}{ending}" for ending in ("", "kan", "i"))
        yield f"pe{nasal}"
        yield f"pe{nasal}an"
    yield from (f"di{root}{ending}" for ending in ("", "kan", "i"))


def without_clitics(word: str) -> Iterator[str]:
    """Give a word without what hangs on it: "dipukulinya", Javanese "tawurane"."""
    for clitic in CLITICS:
        if word.endswith(clitic):
            yield word[: -len(clitic)]
