"""Read the deeds of a report as tuples: what was done, by whom, to what, and whether it was done at all. Pure.

"Massa merusak rumah" is (damage, by crowd, to house, done); "angin merusak rumah" is no deed of anybody. Who did it
stands before an active verb and after a passive one; a noun ("perusakan rumah") has what it was done to behind it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.assessment import Span
from services.triage.text.clauses import TURNS, Clauses
from services.triage.text.lexicon import Deed, Hit, Tag
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain
from services.triage.text.polarity import NEGATED

REACH = 7  # tokens of its clause in which an argument of a deed stands
INSERTED = 2  # words between commas that are no clause: "warung di Boncong, Bancar, dibakar"
SUBJECT_REACH = 16  # tokens before a passive verb: "kios milik H. Darmaji di Desa Wadung Kecamatan Soko dirusak"
EACH_OTHER = "each other"
THING, ANIMAL = "thing", "animal"  # classes of what nobody is hurt by, and of beasts
ACCOUNT = "account"  # the class of numbers and pages, by which nothing is done
WILD = "wild"  # the class of beasts that nobody owns
CONTEST, RIVAL = "contest", "rival"  # classes of what is contested, and of whom a match is played against
TEAM = "team"  # the class of clubs, of which a match is told: "Persela bantai tamunya"
KIN, ALONE = "kin", "alone"  # classes of a relative, and of one person of whom no more is said
MESSAGE = "message"  # class of what is read or heard: a leaflet, a video, a rumour
ANYTHING = "*"
_NEGATORS = frozenset(["tanpa", "tidak", "belum"])
_ONE_ANOTHER = frozenset(["saling", "baku", "adu", "podo", "sami"])
_SAYS_NO_DOER = frozenset([Voice.NOUN, Voice.THING, None])
PEOPLE = frozenset(["person", "crowd", "accused", "official"])
# Classes of what is no party to a conflict.
TRIVIAL = frozenset(["nature", "animal", "food", "game", "prize", "thing", "account"])
_MEANS = frozenset(["stones"])  # what is thrown, not at what
LONGEST_SENTENCE = 60  # tokens before a verb in which its subject is looked for
MOST_DEEDS = 300  # of one text; a report of 8,000 letters tells of some 150, one word a thousand times of no more
_WHERE = frozenset(
    ["halaman", "di", "nang", "ning", "neng", "ke", "dari", "depan", "dekat", "oleh", "dengan", "kecamatan", "jalan"]
)
_WITH = frozenset(
    ["dengan", "oleh", "kepada", "terhadap", "dari", "di", "ke", "bersama", "karo", "pada", "atas", "antar"]
)
_AS_WELL = frozenset(["dan", "karo", "lan", "sambil", "sinambi", "lalu"])
_ENDS = frozenset(["dengan", "pakai", "menggunakan", "memakai", "di", "ke", "pada", "nang", "ning", "sebagai", "dari"])
_BESIDE = frozenset(["depan", "dekat", "samping", "belakang", "sekitar", "seberang"])  # no object stands behind these
_AMOUNTS = frozenset(["ratusan", "puluhan", "ribuan", "belasan"])
_OWNED = frozenset(["milik", "punya", "dari", "salah", "satu", "para", "sejumlah", "beberapa"])
WHO = frozenset(["yang", "sing"])
_BY = frozenset(["oleh", "dening"])
_ONTO = frozenset(["terhadap", "kepada", "ke", "ke arah", "pada", "atas"])
RUNS_INTO = frozenset(["vehicle", "truck", "ship"])
HEADS = frozenset(
    ["house", "shop", "office", "worship", "vehicle", "truck", "ship", "marker", "banner", "field", "factory"]
)
# Classes that are no party to a deed: nothing is done by them or to them.
_BESIDE_ONLY = frozenset(
    [TEAM, MESSAGE, "hearsay", "mob", "parade", "fuel", "culprit", "thug", "servant", KIN, ALONE, CONTEST, RIVAL, WILD]
)
_SAYS_WHERE = frozenset(["di", "ke", "dari", "nang", "ning", "neng", "ing", "pada"])
LONGEST_PLACE = 5  # tokens of a place behind "di"
LEAST_PASSIVE = 3  # letters: "di" is none
BY_REACH = 9  # tokens after a passive verb in which "oleh" may stand
LONGEST_OWNED = 6  # letters of a word that may be owned; verbs are longer
_HOURS = frozenset(
    """
    satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas setengah sekitar kurang lebih
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_PRONOUNS = frozenset(["saya", "aku", "kami", "kita"])  # behind a noun they own it: "stan kami diserbu pembeli"


@dataclass(slots=True)
class Tuple:
    """One deed as told."""

    deed: Deed
    first: int
    last: int
    voice: Voice | None
    mark: int  # polarity bits
    agent: str | None = None
    by_crowd: bool = False  # residents did it, a crowd of a place
    of_a_case: bool = False  # a noun that names what somebody is heard or tried for: "saksi perusakan"
    target: str | None = None  # class of what it was done to
    form: str | None = None  # of conflict; None where nothing of that kind is meant
    weight: float = 0.0
    excused: bool = False  # it is no deed of people, or none in this form
    sure: bool = True  # the target's class is known, or none is needed
    explained: str = ""  # what it was that is no conflict, by its sentence: HOUSEHOLD, a contest, a figure


@dataclass(slots=True)
class Nouns:
    """The class of person or thing that each token names."""

    of: dict[int, str] = field(default_factory=dict)
    also: dict[int, frozenset[str]] = field(default_factory=dict)
    located: frozenset[int] = frozenset()  # those that say where: "di muka gedung dewan"

    def names(self, at: int, kind: str) -> bool:
        """Tell whether a token names a class."""
        return kind in self.also.get(at, ())


def nouns(plain: Plain, hits: Sequence[Hit], order: Mapping[str, int]) -> Nouns:
    """Give the nouns of a text; the class listed first in the lexicon comes first, phrases before words."""
    found = Nouns()
    for hit in sorted(hits, key=lambda hit: hit.first - hit.last):
        kinds = [tag.key for tag in hit.tags if tag.section == "noun"]
        if not kinds or (plain.tokens[hit.first] in _PRONOUNS and _is_owner(plain.tokens, hit.first)):
            continue
        if len(kinds) > 1:
            kinds.sort(key=lambda kind: order.get(kind, 0))
        for kind in kinds:
            if kind in _BESIDE_ONLY:
                found.also[hit.first] = found.also.get(hit.first, frozenset()) | {kind}
                continue
            found.of.setdefault(hit.first, kind)
            found.also[hit.first] = found.also.get(hit.first, frozenset()) | {kind}
            for at in range(hit.first + 1, hit.last + 1):
                found.of.setdefault(at, kind)
                found.also[at] = found.also.get(at, frozenset()) | {kind}
    found.located = _located(plain, found.of)
    return found


def _looks_passive(word: str, voice: Voice | None) -> bool:
    """Tell "ditahan warga", "terluka" from "di depan kantor"."""
    return len(word) > LEAST_PASSIVE and word.startswith("di" if voice else ("di", "ter"))


def _is_owner(tokens: Sequence[str], at: int) -> bool:
    """Tell "stan kami" from "kami diserbu", "memukul saya"."""
    before = tokens[at - 1] if at else "."
    return before.isalpha() and len(before) <= LONGEST_OWNED and before not in TURNS | _WITH | _SAYS_WHERE | WHO


def _located(plain: Plain, of: Mapping[int, str]) -> frozenset[int]:
    """Give the nouns that say where something was, and not who or what."""
    found: set[int] = set()
    for at, token in enumerate(plain.tokens):
        if token not in _SAYS_WHERE:
            continue
        for place in range(at + 1, min(len(plain.tokens), at + 1 + LONGEST_PLACE)):
            if of.get(place) in PEOPLE - {"official"} or not (
                place in of or plain.tokens[place] in plain.lists.parts_of_places
            ):
                break
            found.add(place)
    return frozenset(found)


class Reader:
    """Reads the tuples of one text."""

    def __init__(
        self, plain: Plain, cut: Clauses, marks: Sequence[int], named: Nouns, deeds: Mapping[str, Deed]
    ) -> None:
        self._plain = plain
        self._cut = cut
        self._marks = marks
        self._named = named
        self._deeds = deeds
        self._nouns = sorted(named.of)
        self._starts: list[int] = []  # of each token: the first of its sentence
        for at, sentence in enumerate(plain.sentences):
            self._starts.append(self._starts[-1] if at and plain.sentences[at - 1] == sentence else at)

    def read(self, hits: Sequence[Hit]) -> list[Tuple]:
        """Give the deeds in order, each with its arguments; of overlapping ones of a kind the longer."""
        return [
            self._told(self._deeds[tag.key], hit, tag.voice)
            for hit, tag in _longest([(hit, tag) for hit in hits for tag in hit.tags if tag.section == "deed"])[
                :MOST_DEEDS
            ]
            if not self._is_clock(hit.first)
        ]

    def _is_clock(self, at: int) -> bool:
        """Tell "pukul 19.00", "pukul sepuluh" from a blow."""
        tokens = self._plain.tokens
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        return tokens[at] == "pukul" and (after[:1].isdigit() or after in _HOURS)

    def _told(self, deed: Deed, hit: Hit, voice: Voice | None) -> Tuple:
        first, last = hit.first, hit.last
        tokens = self._plain.tokens
        marks = self._marks
        denied = last - first > 1 and tokens[first] not in _NEGATORS  # "tanpa .. izin" is what it says
        mark = marks[first] | (marks[last] & NEGATED if denied else 0)
        voice = Voice.PASSIVE if deed.state else self._voice(first, last, voice)
        told = Tuple(deed, first, last, voice, mark)
        told.of_a_case = (
            voice in _SAYS_NO_DOER
            and tokens[last].endswith("an")
            and not self._plain.lists.case.isdisjoint(tokens[max(0, first - 2) : first])
        )
        if tokens[first] in _ONE_ANOTHER or (voice is Voice.EACH_OTHER and EACH_OTHER in deed.forms):
            # "adu jotos", "saling bacok"; but "saling serang argumen"
            told.target = THING if self._named.of.get(last + 1) == THING else EACH_OTHER
            return told
        passive = voice in {Voice.PASSIVE, Voice.UNMEANT} or _looks_passive(tokens[first], voice)
        before, after = list(self._before(first, far=passive)), list(self._after(last))
        things = [at for at in before if at == 0 or tokens[at - 1] not in _WHERE]
        if passive:
            by = self._agent_after(last)
            told.agent = self._named.of.get(by) if by is not None else None
            told.by_crowd = by is not None and self._named.names(by, "residents")
            own = [at for at in things if self._cut.of[at] == self._cut.of[first]]
            head = own[::-1][:1] or things[-1:]
            told.target = (
                self._fitting(head, deed)
                if deed.state or self._class(own[:1]) == ANIMAL  # "anjingnya dibunuh warga"
                else self._fitting(head, deed)
                or (self._class(head) if ANYTHING in deed.forms and self._class(head) in PEOPLE else None)
                or self._fitting(things, deed)
                or self._fitting(
                    [at for at in after if at not in self._named.located and not (by and by <= at <= self._whole(by))],
                    deed,
                )
            )
            told.target = told.target or self._class(head) or self._class(things)
        else:
            by = self._agent_after(last) if tokens[last + 1 : last + 2] in (["oleh"], ["dening"]) else None
            subject = [by] if by is not None else self._subject(first, before)
            told.agent = self._class(subject)
            told.by_crowd = any(self._named.names(at, "residents") for at in subject[:1])
            onto = [at for at in after if self._named.of[at] not in _MEANS]
            told.target = self._fitting(onto[:2], deed) or self._fitting(after[:1], deed) or self._class(after)
            if (
                voice in {Voice.NOUN, Voice.THING, None, Voice.BASE}
                and told.target is None
                and self._class(before) in HEADS
            ):
                told.target = self._class(before)
        return told

    def _subject(self, first: int, before: Sequence[int]) -> Sequence[int]:
        """Give who an active verb speaks of: the nearest noun of its clause, else the first of its sentence."""
        located = self._named.located
        own = [at for at in before if self._cut.of[at] == self._cut.of[first] and at not in located]
        own = [at for at in own if self._named.of[at] != ACCOUNT] or own  # "pendukung nomor dua serang posko"
        riding = [at for at in own if self._named.of[at] in PEOPLE]
        if riding and self._named.of[own[0]] in RUNS_INTO:
            return riding[:1]  # "keluarga datang naik dua pikap menyerbu"
        if riding and self._plain.tokens[first - 1] in _AS_WELL and self._named.of[own[0]] not in PEOPLE:
            return riding[:1]  # "warga nandur gedang karo nutup dalan": who did the one did the other
        if own:
            return [at for at in own if at == 0 or self._plain.tokens[at - 1] not in _WITH | _WHERE] or own
        acting = [at for at in before if self._named.of[at] in PEOPLE]
        if acting:
            return acting[:1]  # "warga bakar ban, lempari petugas": who did the one did the other
        start = max(self._starts[first], first - LONGEST_SENTENCE)
        at = bisect_left(self._nouns, start)
        return self._nouns[at : at + 1] if at < len(self._nouns) and self._nouns[at] < first else []

    def _whole(self, at: int) -> int:
        """Give the last token of a noun with what stands beside it: "pak RT", "warga desa"."""
        while at + 1 in self._named.of:
            at += 1
        return at

    def _class(self, at: Sequence[int]) -> str | None:
        return self._named.of[at[0]] if at else None

    def _fitting(self, places: Sequence[int], deed: Deed) -> str | None:
        """Give the nearest class that the deed knows; a word may have several ("kejaksaan": officials, an office).

        A person fits a deed that is meant whatever it is done to: who was beaten stands before where he lives.
        """
        kinds = (*deed.forms, "person") if ANYTHING in deed.forms and deed.hurts else tuple(deed.forms)
        none = [kind for kind, form in deed.forms.items() if not form]  # what excuses a deed must stand next to it
        return next(
            (
                kind
                for number, at in enumerate(places)
                for kind in kinds
                if self._named.names(at, kind) and not (number and kind in none)
            ),
            None,
        )

    def _voice(self, first: int, last: int, voice: Voice | None) -> Voice | None:
        """Tell "saling pukul", "adu jotos", "pukul-pukulan" from what one does to another."""
        tokens = self._plain.tokens
        if first and (tokens[first - 1] in _ONE_ANOTHER or self._goes_on_with(first)):
            return Voice.EACH_OTHER
        twice = first == last and tokens[first + 1 : first + 2] == ["-"] and first + 2 < len(tokens)
        if twice and _returned(tokens[first], tokens[first + 2]):
            return Voice.EACH_OTHER
        if first > 1 and tokens[first - 1] == "-" and _returned(tokens[first - 2], tokens[last]):
            return Voice.EACH_OTHER
        if tokens[first] in self._plain.lists.suffers or (first and tokens[first - 1] in self._plain.lists.suffers):
            return Voice.PASSIVE
        if first and tokens[first - 1] in {"di", "tak", "kok"} and voice in {Voice.BASE, None}:
            return Voice.PASSIVE
        return voice if voice is not Voice.EACH_OTHER or tokens[first].endswith("an") else Voice.ACTIVE

    def _goes_on_with(self, first: int) -> bool:
        """Tell "saling kejar dan lempar batu": what is joined to it is done to each other too."""
        tokens = self._plain.tokens
        return tokens[first - 1] in {"dan", ","} and tokens[max(0, first - 3)] in _ONE_ANOTHER

    def _before(self, first: int, *, far: bool) -> Iterator[int]:
        """Give the nouns before a deed in its clause, nearest first; "rumah warga" is a house.

        `far`: a passive verb, between which and its subject an owner and a place may stand.
        """
        clause, named = self._cut.of, self._named.of
        at, left = first - 1, SUBJECT_REACH if far else REACH + 2
        start = clause[first]
        crossed, words = False, 0
        while at >= 0 and left:
            if clause[at] != start:
                if crossed or self._plain.sentences[at] != self._plain.sentences[first]:
                    return
                crossed = (
                    not far or words > INSERTED
                )  # the subject may stand in the clause before: "rumahnya, dilempari"
                start, words = clause[at], 0
            words += self._plain.tokens[at].isalpha()
            if at in named:
                head = at
                while head and self._is_head(head - 1, named[at]):
                    head -= 1
                while head < at and head not in named:
                    head += 1
                yield head
                at = head
            at, left = at - 1, left - 1

    def _is_head(self, at: int, kind: str) -> bool:
        """Tell whether what stands before a noun leads it: "rumah | warga", "pemilik | kos", "milik | warga"."""
        named, word = self._named.of.get(at), self._plain.tokens[at]
        if named in HEADS | {"accused"} or word in _OWNED:
            return True
        if named == "animal":
            return kind in PEOPLE  # "kucing | tetangga"
        if kind in {"animal", "food"}:
            return word in self._plain.lists.owners  # "pemilik | kambing", "pedagang | sayur", not "gerombolan kera"
        return named in PEOPLE and kind in HEADS and word not in _AMOUNTS

    def _after(self, last: int) -> Iterator[int]:
        """Give the nouns after a deed in its clause, nearest first."""
        clause, named, tokens = self._cut.of, self._named.of, self._plain.tokens
        at = last + 1
        onto = doers = False
        while at < len(tokens) and at - last <= REACH and clause[at] == clause[last]:
            if tokens[at] in WHO and at > last + 1:
                return
            doers = doers or tokens[at] in _BY
            if tokens[at] in _ONTO:
                onto, doers = True, False
            elif tokens[at] in _ENDS and not onto and at > last + 1:
                return
            if at in named and tokens[at - 1] in _BESIDE and at > last + 1:
                at = self._whole(at) + 1  # "berdemo di depan pabrik ikan"
                continue
            if at in named and not doers:
                yield at
            at += 1

    def _agent_after(self, last: int) -> int | None:
        """Give who did it after a passive verb: "dirusak massa", "dihantam oleh ombak"."""
        clause, named, tokens = self._cut.of, self._named.of, self._plain.tokens
        for at in range(last + 1, min(len(tokens), last + 4)):
            if clause[at] != clause[last]:
                return None
            if at in named and named[at] not in _MEANS:
                return at
            if tokens[at] in _ENDS:
                break
        for at in range(last + 1, min(len(tokens) - 1, last + BY_REACH)):
            if clause[at] == clause[last] and tokens[at] in _BY:
                return next((by for by in range(at + 1, min(len(tokens), at + 4)) if by in named), None)
        return None


def _returned(word: str, again: str) -> bool:
    """Tell "pukul-pukulan", "tembak-menembak" from a word that is only said twice."""
    return word != again and (again == f"{word}an" or (again.startswith("me") and again.endswith(word[1:])))


def _longest(found: list[tuple[Hit, Tag]]) -> list[tuple[Hit, Tag]]:
    """Leave out a deed that stands within a longer one, and one that the same words tell twice."""
    kept: list[tuple[Hit, Tag]] = []
    reach = -1  # last token of the longest deed so far
    for hit, tag in sorted(found, key=lambda one: (one[0].first, -one[0].last)):
        within = hit.last <= reach and kept[-1][0][:2] != hit[:2]
        again = (
            bool(kept)
            and kept[-1][0][:2] == hit[:2]
            and any(other[1].key == tag.key for other in kept[-4:] if other[0][:2] == hit[:2])
        )
        if not (within or again):
            kept.append((hit, tag))
            reach = max(reach, hit.last)
    return kept


def spans_of(plain: Plain, told: Sequence[Tuple]) -> tuple[Span, ...]:
    """Give the words of some deeds in the report as sent."""
    return tuple(dict.fromkeys(plain.span(one.first, one.last) for one in told))
