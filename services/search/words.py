"""Take a text apart into the words it is found by, the same way for what is kept and for what is asked. Pure.

Capitals and accents make no difference, and whatever is no letter or digit only parts words: a search text has no
operators. A word is found by any three signs in a row that it holds ("bakar" finds "dibakar"), since prefixes of
Indonesian verbs stand before what people look for. So the index holds each word from each of its letters on.
"""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 3  # signs of a word that is looked for within others; a shorter one is found as a whole word only
LONGEST = 24  # signs by which words are told apart

_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Return a text without capitals and accents.

    >>> plain("Kafé ﬁnal É")
    'kafe final e'
    """
    apart = unicodedata.normalize("NFKD", text)
    bare = apart if apart.isascii() else "".join(sign for sign in apart if not unicodedata.combining(sign))
    return bare.casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order.

    >>> words_of('Bentrok "PSHT"-IKSPI* di Kafé_Lama, 3/4')
    ['bentrok', 'psht', 'ikspi', 'di', 'kafe', 'lama', '3', '4']
    """
    return _WORD.findall(plain(text))


def as_written(text: str) -> list[str]:
    """Return the words of a text with their capitals and accents."""
    return _WORD.findall(text)


def terms_of(text: str) -> str:
    """Return what the index holds of a text: each word from each of its letters on, once each, in order, by blanks.

    >>> terms_of("Dibakar di kios")
    'akar bakar di dibakar ibakar ios kar kios'
    """
    terms: set[str] = set()
    for word in set(words_of(text)):
        starts = range(max(1, len(word) - SHORTEST + 1))
        terms.update(word[start : start + LONGEST] for start in starts)
    return " ".join(sorted(terms))


def says(text: str, words: Iterable[str]) -> bool:
    """Say whether a text holds all of these words, as the index would.

    >>> says("Kios dibakar, 3 luka", ["bakar", "3"]), says("Kios dibakar, 13 luka", ["3"])
    (True, False)
    """
    held = terms_of(text).split(" ")
    return all(
        any(term.startswith(word[:LONGEST]) if len(word) >= SHORTEST else term == word for term in held)
        for word in words
    )
