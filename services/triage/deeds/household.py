"""Tell what one of a household does to another of it from what people of a place do to one another. Pure.

Readers of reports call it a crime and no conflict: "suami bunuh istri", "mertua dibacok menantu", "pria menganiaya
istrinya". Brothers and sisters are not in it, nor is anybody who fights over land: such a quarrel is two families'.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain
from services.triage.text.numbers import is_number

REACH = 7  # tokens from a deed to whom it was done to or who did it
_OWN = ("nya", "ne", "ku")  # hung on a word of kin: of the one who did it
_ALONE = "seorang"
_ONE = frozenset([_ALONE, "satu", "siji"])
_WITH_OTHERS = frozenset(["dan", "serta", "bersama", "karo", "lan", "kompak"])


@dataclass(frozen=True, slots=True)
class Household:
    """Who is named in a text: the tokens of nouns, of those that name kin, and one person of whom no more is said."""

    plain: Plain
    nouns: Collection[int]
    kin: Collection[int]
    alone: Collection[int]

    def hurts_its_own(self, first: int, last: int, voice: Voice | None) -> bool:
        """Tell whether what was done, at tokens `first` to `last`, one of a household did to another of it."""
        if not self.kin or self._over_land(first):
            return False
        size = len(self.plain.tokens)
        before = self._nearest(range(first - 1, max(-1, first - 1 - REACH), -1), first)
        after = self._nearest(range(last + 1, min(size, last + 1 + REACH)), first)
        if not (self._is_single(before) and self._is_single(after)):
            return False
        if voice in {Voice.PASSIVE, Voice.UNMEANT}:
            return self._suffered(after, before, first)
        own = self._is_own(after, first)
        if voice is Voice.NOUN or before is None:
            return own
        if not self._is_kin(after, first):
            return False
        return (own and self._is_alone(before)) or (self._is_kin(before, first) and self._differ(before, after))

    def _over_land(self, first: int) -> bool:
        plain = self.plain
        sentence = plain.sentences[first]
        return any(
            word in self.plain.lists.inheritance
            for word, of in zip(plain.tokens, plain.sentences, strict=True)
            if of == sentence
        )

    def _suffered(self, doer: int | None, sufferer: int | None, first: int) -> bool:
        """Tell "istri dibunuh suami", "ditampar suami", from "pria dibacok suami selingkuhannya"."""
        tokens = self.plain.tokens
        if doer is None or not self._is_kin(doer, first):
            return False
        own = self._is_own(doer, first)
        if sufferer is None:
            return own or tokens[doer] not in self.plain.lists.anybodys_kin
        if self._is_kin(sufferer, first):
            return self._differ(doer, sufferer)
        husband = any(word in tokens[doer] for word in self.plain.lists.husbands)
        return (
            self._is_alone(sufferer) and (own or husband) and not (husband and tokens[sufferer] in self.plain.lists.men)
        )

    def _nearest(self, places: range, first: int) -> int | None:
        """Give the nearest noun of the deed's clause."""
        clauses = self.plain.clauses
        return next((at for at in places if at in self.nouns and clauses[at] == clauses[first]), None)

    def _is_own(self, at: int | None, first: int) -> bool:
        """Tell "istrinya", "ibu kandung", "anaknya sendiri" from "istri tetangga"."""
        if at is None or not self._is_kin(at, first):
            return False
        return self.plain.tokens[at].endswith(_OWN) or self._next(at) in self.plain.lists.own_kin

    def _is_kin(self, at: int | None, first: int) -> bool:
        if at is None or at not in self.kin:
            return False
        after = self._next(at)
        return (
            self.plain.tokens[at] not in self.plain.lists.anybodys_kin
            or at + 1 == first
            or after in self.plain.lists.after_kin
            or after in self.plain.lists.own_kin
        )

    def _is_single(self, at: int | None) -> bool:
        """Tell "istri" from "keluarga istri", "istri tetangga", "dua pemuda", "menantu dan mertua"."""
        if at is None:
            return True
        word, before = self.plain.tokens[at], self._before(at)
        counted = is_number(before) and before not in _ONE and not word.endswith(_OWN)
        beside = (at - 1 in self.nouns and before not in _ONE) or at + 1 in self.nouns
        return not (counted or beside or before in _WITH_OTHERS or self._next(at) in self.plain.lists.other_people)

    def _is_alone(self, at: int) -> bool:
        return at in self.alone or self._before(at) == _ALONE

    def _differ(self, one: int, other: int | None) -> bool:
        """Tell two of a household from one word said twice."""
        tokens: Sequence[str] = self.plain.tokens
        return other is not None and tokens[one] != tokens[other]

    def _before(self, at: int) -> str:
        return self.plain.tokens[at - 1] if at else ""

    def _next(self, at: int) -> str:
        return self.plain.tokens[at + 1] if at + 1 < len(self.plain.tokens) else "."
