"""Write a report in plain letters and digits, and know where each stood in the text as it was sent. Pure.

Messengers, word processors and pranks leave letters that look right and are not: invisible joiners (U+200B, U+00AD,
U+202A), bold and full-width letters, keycap digits, Cyrillic look-alikes, words cut at a line's end, "T a w u r a n".
Compatibility forms are those of Unicode's NFKD (UAX 15).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.assessment import Span

# Letters of other scripts that are drawn like Latin ones (Unicode's confusables, the common ones).
_ALIKE = str.maketrans("аеорсухіјѕһԁɡվոАВЕКМНОРСТУХІЈЅαοερνικτ", "aeopcyxijshdgvnABEKMHOPCTYXIJSaoepvikt")
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u2019\u2018\u201c\u201d\u2044", "------''\"\"/")
_CUT = re.compile(r"(?<=[^\W\d_])[-\u00ad]\s*\n\s*(?=[^\W\d_])")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
_LETTERS_BEFORE = re.compile(r"(?<![^\W\d_])[^\W\d_]+$")
_NOT_WRITTEN = frozenset(["Cf", "Mn", "Me", "Cs", "Co", "Cn"])
_SIGNS = frozenset(["So", "Sk"])


@dataclass(frozen=True, slots=True)
class Written:
    """A text in plain letters; `where[i]` is the place of character i in the text as sent (None: the same place)."""

    text: str
    where: Sequence[int] | None = None

    def span(self, span: Span) -> Span:
        """Give the characters of the text as sent that a span of the plain text stands for."""
        if self.where is None:
            return span
        return self.where[span[0]], self.where[span[1] - 1] + 1


def written(text: str) -> Written:
    r"""Write a text in plain letters; one that is plain already is given back as it is.

    >>> written("Ta\u200bwuran di So\u00adko").text
    'Tawuran di Soko'
    """
    if text.isascii():
        plain, where = text, list[int]()
    else:
        plain, where = _spelled(text)
    cuts = []
    if "\n" in plain:
        cuts += [found.span() for found in _CUT.finditer(plain) if not _said_twice(plain, *found.span())]
    cuts += [
        (at, at + 1)
        for found in _SPACED.finditer(plain)
        for at in range(found.start() + 1, found.end() - 1, 2)
    ]  # fmt: skip
    if not cuts:
        return Written(plain, where or None)
    left_out = {at for first, last in cuts for at in range(first, last)}
    kept = [at for at in range(len(plain)) if at not in left_out]
    return Written("".join(plain[at] for at in kept), [where[at] for at in kept] if where else kept)


def _spelled(text: str) -> tuple[str, list[int]]:
    """Write each character in plain letters, with its place."""
    letters: list[str] = []
    where: list[int] = []
    for at, letter in enumerate(text):
        plain = letter if letter.isascii() else _plain(letter)
        letters.append(plain)
        where += [at] * len(plain)
    return "".join(letters), where


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """Write one character in plain letters: nothing for what is not seen, a space for a picture."""
    if letter in "±…":
        return {"±": "±", "…": "."}[letter]
    kind = unicodedata.category(letter)
    if kind in _NOT_WRITTEN:
        return ""
    if kind in _SIGNS:
        return " "
    spelled = unicodedata.normalize("NFKD", letter.translate(_DASHES))
    return "".join(one for one in spelled if unicodedata.category(one) not in _NOT_WRITTEN).translate(_ALIKE)


def _said_twice(text: str, first: int, last: int) -> bool:
    """Tell "kejar-kejaran", a word said twice, from a word that is cut at the line's end."""
    before = _LETTERS_BEFORE.search(text, max(0, first - 20), first)
    return before is not None and text[last : last + len(before[0])].lower() == before[0].lower()
