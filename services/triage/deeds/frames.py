"""Say what kind of telling a report is: real, a drill, fiction, sport, an advert, talk, or of another time. Pure.

"Simulasi unjuk rasa anarkis" tells of no riot. A frame holds for the whole report, unless a sentence breaks it: "saat
simulasi terjadi bentrok sungguhan".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

EVERYDAY = {"fiction": 5.0, "news": 5.0, "sport": 2.0, "advert": 4.0, "talk": 4.0, "elsewhere": 4.0}
# How much a word of what is no conflict by itself says.
BENIGN_WEIGHT = {
    "accident": 5.0, "disaster": 5.0, "ceremony": 3.0, "sport": 4.0, "crime": 2.5, "prevention": 4.0, "nil": 5.0,
    "private": 2.5,
}  # fmt: skip
ROW = "row"  # the deed that a disorder is
_ACTED_KINDS = frozenset(["drill", "fiction", "news", "elsewhere"])
_AT = frozenset(["di", "depan", "dalam", "halaman", "dekat", "area", "nang", "ning"])
MISHAPS = frozenset(["accident", "disaster"])
COMPLAINT, COMPLAINT_REACH = "complain", 5  # the deed that complains, and how near a mishap it complains of stands
PRIVATE, COUPLE_REACH = "private", 4  # a married couple, and how near stands what was done to it
LEAST_PASSIVE = 6  # letters of a passive verb
_ALONG = frozenset(["bersama", "dan", "dengan", "serta"])
_ENDED = "dibubarkan"


# What is told of in such a sentence is not here and now, whoever is named in it.
UNREAL = frozenset(["fiction", "news", "past"])
_AUDIENCES = frozenset(["sport", "advert"])  # "serbu" is what a crowd does to a goal and to a shop with a discount


@dataclass(slots=True)
class Frames:
    """The kinds of telling that a report shows, with the words for each."""

    said: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # frame -> tokens
    sentences: dict[int, set[str]] = field(default_factory=dict)  # sentence -> its frames
    broken: bool = False
    benign: dict[str, float] = field(default_factory=dict)
    benign_at: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def drill(self) -> bool:
        """Tell whether what is told was acted for practice."""
        return "drill" in self.said and not self.broken

    @property
    def fiction(self) -> bool:
        """Tell whether a story is told, and nothing else: no mishap, no case that is acted anew for the police."""
        return "fiction" in self.said and not self.broken and not self.benign

    def everyday(self) -> float:
        """Give what deeds must weigh to be real beside words of everyday life: films, matches, adverts, meals."""
        return max((min(len(self.said.get(kind, ())), 2) * weight for kind, weight in EVERYDAY.items()), default=0.0)

    def hides(self, sentence: int, *, here: bool, anchored: bool, plain_word: bool) -> bool:
        """Tell whether a deed told of in a sentence is none of here and now: acted, read of, or a match, a meal.

        `here`: the sentence names a crowd, officials, wounds; `anchored`: the report does, or a place of the district;
        `plain_word`: the deed's word is meant by itself ("bahan peledak"), so that one word of everyday life
        ("paket") does not hide it.
        """
        kinds = self.sentences.get(sentence, frozenset[str]())
        if self.broken or not kinds:
            return False
        return (
            not UNREAL.isdisjoint(kinds)
            or (not _AUDIENCES.isdisjoint(kinds) and not here and not (plain_word and anchored))
            or (not anchored and not EVERYDAY.keys().isdisjoint(kinds) and not (plain_word and self._once()))
        )

    def _once(self) -> bool:
        """Tell whether a single word of everyday life stands in the report."""
        return sum(len(self.said.get(kind, ())) for kind in EVERYDAY) == 1

    @property
    def kind(self) -> str | None:
        """Give what the report speaks of that is no conflict, the weightiest kind."""
        return max(self.benign, key=lambda kind: self.benign[kind], default=None)


def frames(plain: Plain, hits: Sequence[Hit], marks: Sequence[int], unreal: int) -> Frames:
    """Read the frames of a report; `unreal` are the polarity bits of a mishap that did not happen."""
    found = Frames()
    seen: set[tuple[str, int]] = set()
    complained = frozenset(hit.last for hit in hits for tag in hit.tags if tag[:2] == ("deed", COMPLAINT))
    for hit in hits:
        for tag in hit.tags:
            if tag.section == "frame":
                if hit.first and (_is_where(plain, hit.first) or _is_land(plain, hit.first)):
                    continue
                if tag.key == "break":
                    acted = plain.tokens[hit.first] == _ENDED and not plain.lists.acted.isdisjoint(plain.tokens)
                    found.broken = found.broken or not acted
                else:
                    found.said.setdefault(tag.key, []).append((hit.first, hit.last))
                    found.sentences.setdefault(plain.sentences[hit.first], set()).add(tag.key)
            elif tag.section == "benign" and (tag.key, hit.last) not in seen:
                if (
                    (tag.key == PRIVATE and _is_done_to(plain, hit))
                    or _is_companion(plain, hit)
                    or (tag.key in MISHAPS and (marks[hit.first] & unreal or _is_resented(plain, hit, complained)))
                ):
                    continue
                if any((tag.key, at) in seen for at in range(hit.first, hit.last)):
                    continue  # "situasi aman" in "situasi aman terkendali" says it once
                seen.update((tag.key, at) for at in range(hit.first, hit.last + 1))
                found.benign[tag.key] = found.benign.get(tag.key, 0.0) + BENIGN_WEIGHT.get(tag.key, 0.0)
                found.benign_at.setdefault(tag.key, []).append((hit.first, hit.last))
    if _ACTED_KINDS.isdisjoint(found.said) and _row(plain, hits, marks, unreal):
        _forget(found, "sport")
    return found


def _is_where(plain: Plain, first: int) -> bool:
    """Tell "Jalan Pahlawan", and "keributan di kafe" from talk of a meal there."""
    before, lists = plain.tokens[first - 1], plain.lists
    beside = before in _AT or before in lists.venues or before in lists.venue_staff
    return before == "jalan" or (beside and plain.tokens[first] in lists.venues)


def _is_land(plain: Plain, first: int) -> bool:
    """Tell "tanah kas desa dijual", which is no advert."""
    clause = [at for at in range(first) if plain.clauses[at] == plain.clauses[first]]
    return plain.tokens[first] in plain.lists.sold and any(plain.tokens[at] in plain.lists.sold_land for at in clause)


def _row(plain: Plain, hits: Sequence[Hit], marks: Sequence[int], unreal: int) -> bool:
    """Say whether a disorder is told of: "turnamen voli ricuh" tells of no match."""
    return any(
        tag[:2] == ("deed", ROW) and _is_disorder(plain, hit.first) and not marks[hit.first] & unreal
        for hit in hits
        for tag in hit.tags
    )


def _is_disorder(plain: Plain, at: int) -> bool:
    """Tell "ricuh" from "lini belakang kacau" and "sorak ribut"."""
    return any(root in plain.tokens[at] for root in plain.lists.disorder)


def _forget(found: Frames, kind: str) -> None:
    """Take a kind of telling away."""
    found.said.pop(kind, None)
    found.benign.pop(kind, None)
    found.benign_at.pop(kind, None)
    for kinds in found.sentences.values():
        kinds.discard(kind)


def _is_resented(plain: Plain, hit: Hit, complained: Collection[int]) -> bool:
    """Tell "mengeluhkan banjir sejak tambang beroperasi" from a report of a flood."""
    return any(
        at in complained and plain.clauses[at] == plain.clauses[hit.first]
        for at in range(max(0, hit.first - COMPLAINT_REACH), hit.first)
    )


def _is_done_to(plain: Plain, hit: Hit) -> bool:
    """Tell "suami istri dipukuli preman" from a married couple that quarrels."""
    after = range(hit.last + 1, min(len(plain.tokens), hit.last + 1 + COUPLE_REACH))
    return any(
        plain.tokens[at].startswith("di") and len(plain.tokens[at]) >= LEAST_PASSIVE
        for at in after
        if plain.clauses[at] == plain.clauses[hit.last]
    )


def _is_companion(plain: Plain, hit: Hit) -> bool:
    """Tell "bersama istrinya memukul tetangga" from a quarrel of husband and wife."""
    tokens = plain.tokens
    return hit.first > 0 and tokens[hit.first] in plain.lists.companions and tokens[hit.first - 1] in _ALONG
