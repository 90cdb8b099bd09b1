"""Find the root that a mistyped word means: one edit away (a letter left out, added, changed, or two swapped). Pure.

Only forms of roots are found so, never place names, and only for words that nobody knows: "pengroyokn" is
"pengroyokan", "membayar" is a word and no mistyped "membakar". Words are indexed by what is left when one letter is
taken out (symmetric deletes, W. Garbe's SymSpell), so a look-up costs as much as the word is long. The index is one
row of numbers, a checksum of what is left and the number of its word: a tenth of what a table of lists would take.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from zlib import crc32

LEAST_LETTERS = 6  # of the right word: shorter words have too many neighbours
NUMBER = 32  # bits of the number of a word


class Corrections:
    """The words that a mistyped one may mean; `real` words mean themselves."""

    def __init__(self, words: Iterable[str], real: frozenset[str], least_changed: int = 7) -> None:
        """Index the words; in one of `least_changed` letters or more a letter may be changed for another."""
        self._real = real
        self._least_changed = least_changed
        self._words = [word for word in dict.fromkeys(words) if len(word) >= LEAST_LETTERS and word.isalpha()]
        self._index = array("Q", sorted(_numbers(self._words)))

    def of(self, word: str, *, changed: bool = True) -> str | None:
        """Give the known word one edit away; None where there is none, or where the word is a real one.

        `changed` False: no letter is changed for another, the edit that most often leads to another word.

        >>> Corrections(["tawuran"], frozenset()).of("tawuram")
        'tawuran'
        """
        return self.nearest(word, self.near(word), changed=changed)

    def near(self, word: str) -> list[str]:
        """Give the known words that share with a word what is left of both when a letter is taken out of each."""
        if len(word) < LEAST_LETTERS - 1 or word in self._real:
            return []
        found: list[str] = []
        index, end = self._index, len(self._index)
        for left in (word, *_without_one(word)):
            first = crc32(left.encode()) << NUMBER
            at = bisect_left(index, first)
            while at < end and index[at] >> NUMBER == first >> NUMBER:
                meant = self._words[index[at] - first]
                if _leaves(meant, left):
                    found.append(meant)
                at += 1
        return found

    def nearest(self, word: str, near: Iterable[str], *, changed: bool) -> str | None:
        """Give the first of these words that is one edit away."""
        for meant in near:
            if _one_edit(word, meant, changed=changed and len(meant) >= self._least_changed):
                return meant
        return None


def _leaves(word: str, left: str) -> bool:
    """Tell whether a word is what is left of it, whole or without a letter: others may share its checksum."""
    return left == word or left in _without_one(word)


def _numbers(words: Iterable[str]) -> Iterator[int]:
    for number, word in enumerate(words):
        for left in {word, *_without_one(word)}:
            yield crc32(left.encode()) << NUMBER | number


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _one_edit(wrong: str, right: str, *, changed: bool) -> bool:
    """Tell whether one letter left out, added or changed, or two neighbours swapped, make one of the other.

    The first letter is seldom wrong but for a swap, and a changed first letter gives other words.
    """
    if abs(len(wrong) - len(right)) > 1 or (wrong[0] != right[0] and wrong[:2] != right[1::-1]):
        return False
    shorter, longer = sorted((wrong, right), key=len)
    at = next((n for n, letter in enumerate(shorter) if letter != longer[n]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and shorter[at + 2 :] == longer[at + 2 :]
    return swapped or (changed and shorter[at + 1 :] == longer[at + 1 :])
