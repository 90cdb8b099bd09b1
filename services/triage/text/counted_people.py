"""Find the numbers of a report that count people, and what each counts. Pure.

Ages, dates, clock times, money and numbers of things are no people.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.assessment import Count
from schemas.words.time_words import MONTHS
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.numbers import UNITS, Number, numbers

NEAREST = 6  # numbers looked at on either side of a word
NOUN_REACH = 3
YEARS = range(1900, 2101)
_MONTHS = frozenset([*MONTHS, "muharram", "suro", "ramadan"])
_COUNTED_BEFORE = frozenset(["orang", "massa", "rombongan", "peserta"])
_AFTER_THESE_NO_PEOPLE = frozenset(
    """
    rp rupiah pasal kuhp nik telepon telp hub
    usia berusia umur pukul jam tanggal rt rw ke no nomor jalan km pasal ruas tahun kelas sma smp smpn sman sd
    mts h uu abad crusher kav blok gang covid petak
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_LABELS = frozenset(["luka", "ringan", "berat", "dunia", "meninggal", "tewas", "korban"])
_MASSES = frozenset(["massa", "massanya", "peserta"])
_MONEY = frozenset(["rupiah", "juta", "miliar", "perak", "persen", "%"])
PEOPLE = frozenset(["crowd", "officials", "suspects", "victims"])


@dataclass(slots=True)
class People:
    """The numbers of people a report gives; None where it gives none."""

    killed: Count | None = None
    injured: Count | None = None
    badly: Count | None = None
    crowd: Count | None = None
    held: Count | None = None
    crowd_open: bool = False  # "puluhan": no upper bound
    minors: bool = False
    only_attacked: bool = False  # who is counted as hurt was attacked; no word says that anybody was hurt


class Counted:
    """The numbers of people in one text, with the nouns they count."""

    def __init__(self, plain: Plain, hits: Sequence[Hit]) -> None:
        self._plain = plain
        self._nouns: dict[int, str] = {}  # class of person or thing that a token names
        for hit in hits:
            for tag in hit.tags:
                if tag.section == "people" and tag.key not in {"held", "minors"}:
                    self._noun(hit, tag.key)
        self.numbers = [number for number in numbers(plain) if self._counts_people(number)]
        self._lasts = [number.last for number in self.numbers]

    def _noun(self, hit: Hit, kind: str) -> None:
        held = self._nouns.get(hit.first)
        if held in (None, "crowd"):
            self._nouns[hit.first] = kind

    def _counts_people(self, number: Number) -> bool:
        """Leave out ages, dates, clock times, money and numbers of things."""
        tokens = self._plain.tokens
        before = tokens[number.first - 1] if number.first else ""
        after = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
        if before in _AFTER_THESE_NO_PEOPLE or after in _MONTHS or before in _MONTHS:
            return False
        if before in {"/", "-"} or after in {"/", "%"}:
            return before == "-" and self.noun_of(number) in PEOPLE
        if before == "(" and after in {")", ","} and tokens[max(0, number.first - 2)] not in _LABELS:
            return False
        if number.low in YEARS and tokens[number.first].isdigit() and self._nouns.get(number.last + 1) not in PEOPLE:
            return False  # "massa 2011": a year
        if number.low == 0 or (after in _MONEY and self.noun_of(number) not in PEOPLE):
            return False
        return self.noun_of(number) != "things"

    def before(self, token: int) -> list[Number]:
        """Give the few numbers before a token, the nearest first."""
        at = bisect_left(self._lasts, token)
        return self.numbers[max(0, at - NEAREST) : at][::-1]

    def after(self, token: int) -> list[Number]:
        """Give the few numbers from a token on, the nearest first."""
        at = bisect_left(self._lasts, token)
        return self.numbers[at : at + NEAREST]

    def noun_of(self, number: Number) -> str | None:
        """Give what is counted: the first known noun within three tokens after the number."""
        tokens, clauses = self._plain.tokens, self._plain.clauses
        clause = clauses[number.last]
        after = tokens[number.last + 1] if number.last + 1 < len(tokens) else ""
        if after.startswith("di") and len(after) > 2 and (before := self._noun_before(number)):  # noqa: PLR2004 - a verb
            return before  # "arek loro dibacok"
        for at in range(number.last + 1, min(len(tokens), number.last + 1 + NOUN_REACH)):
            if clauses[at] != clause and tokens[at - 1] != "(":
                break
            kind = self._nouns.get(at)
            if kind is not None:
                return kind
            if tokens[at] in {"dan", "di", "yang", "dari", "ke"}:
                break
        return self._noun_before(number)

    def is_mass(self, number: Number) -> bool:
        """Tell whether a number follows the mass that it counts: "massa 150 | MD 1" has one dead, not 150."""
        at = number.first - 1
        if at > 0 and self._plain.tokens[at] == "sekitar":
            at -= 1
        return at >= 0 and self._plain.tokens[at] in _MASSES

    def of_kin(self, near: Sequence[int]) -> Number | None:
        """Read two of one family among neighbouring tokens: "ayah dan anak", "suami istri" are two people."""
        tokens = self._plain.tokens
        for at in near:
            if not 0 < at < len(tokens) or tokens[at].removesuffix("nya") not in self._plain.lists.kin_after:
                continue
            first = at - 2 if tokens[at - 1] in {"dan", "beserta", "bersama"} else at - 1
            if first >= 0 and tokens[first] in self._plain.lists.kin_before:
                return Number(first, at, 2, 2)
        return None

    def kind(self, token: int) -> str | None:
        """Give the class of person or thing that a token names."""
        return self._nouns.get(token)

    def last_named(self, before: int, reach: int) -> str | None:
        """Give the class of the nearest noun before a token of its sentence; "rumah warga" is a house."""
        sentences = self._plain.sentences
        for at in range(before - 1, max(-1, before - 1 - reach), -1):
            if sentences[at] != sentences[before]:
                return None
            kind = self._nouns.get(at)
            if kind is not None:
                return "things" if self._nouns.get(at - 1) == "things" else kind
        return None

    def _noun_before(self, number: Number) -> str | None:
        """Give the noun that a number follows: "massa sekitar 60", Javanese "arek loro"."""
        tokens = self._plain.tokens
        at = number.first - 1
        if at > 0 and tokens[at] == "sekitar":
            at -= 1
            if self._nouns.get(at) == "crowd":
                return "crowd"
        if at < 0 or (tokens[number.first] not in UNITS and tokens[at] not in _COUNTED_BEFORE):
            return None
        return self._nouns.get(at)
