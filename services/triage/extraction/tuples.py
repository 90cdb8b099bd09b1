"""Read the deeds of a report as tuples: what was done, by whom, to what, and whether it was done at all. Pure.

"Massa merusak rumah" is (damage, by crowd, to house, done); "angin merusak rumah" is no deed of anybody. Who did it
stands before an active verb and after a passive one; a noun ("perusakan rumah") has what it was done to behind it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.assessment import Span
from services.triage.extraction.deaths import OWNERS
from services.triage.extraction.frames import ROW, Frames
from services.triage.extraction.household import Household, is_contest, is_figure
from services.triage.text.clauses import TURNS, Clauses
from services.triage.text.lexicon import Deed, Hit, Tag
from services.triage.text.morphology import DELIBERATE, Voice
from services.triage.text.normalise import Plain
from services.triage.text.polarity import CALLED, HOAX, NEGATED, PLANNED

REACH = 7  # tokens of its clause in which an argument of a deed stands
INSERTED = 2  # words between commas that are no clause: "warung di Boncong, Bancar, dibakar"
SUBJECT_REACH = 16  # tokens before a passive verb: "kios milik H. Darmaji di Desa Wadung Kecamatan Soko dirusak"
EACH_OTHER = "each other"
THING, ANIMAL = "thing", "animal"  # classes of what nobody is hurt by, and of beasts
BY_CROWD = "by crowd"
HOUSEHOLD, FIGURE = "household", "figure"
WILD = "wild"  # the class of beasts that nobody owns
DUEL, SPORT = "duel", "sport"  # the deed that a contest is called by, and the frame of matches
CONTEST, RIVAL = "contest", "rival"  # classes of what is contested, and of whom a match is played against
NEXT = 3  # tokens from a deed to such a rival
KIN, ALONE = "kin", "alone"  # classes of a relative, and of one person of whom no more is said
PARADE = "parade"  # class of what crowds ride and walk in for joy
MESSAGE = "message"  # class of what is read or heard: a leaflet, a video, a rumour
# In `by`: weapons, blades or guns among them, or a call to people, are told of.
ARMS, BLADES, CALLS = "arms", "blades", "called"
ANYTHING = "*"
DOUBTFUL = "?"  # what a deed is where its target is not known and a second cue of violence stands in the report
SHOTS, BLAST = "fire_shot", "blast"  # the deeds that shots and explosions are, heard or seen
_NO_BLAST = frozenset(
    """
    gas elpiji lpg tabung kompor trafo gardu listrik ban aki genset boiler baterai korsleting konsleting mesin oven
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_NO_SHOTS = frozenset(
    """
    petasan mercon kembang latihan salvo upacara start lomba pemakaman veteran film mainan senar karbit kenalpot knalpot
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_NEGATORS = frozenset(["tanpa", "tidak", "belum"])
_ONE_ANOTHER = frozenset(["saling", "baku", "adu", "podo", "sami"])
_SAYS_NO_DOER = frozenset([Voice.NOUN, Voice.THING, None])
_CASE = frozenset(["korban", "saksi", "terduga", "kasus", "tersangka", "perkara", "laporan", "sidang", "terdakwa"])
_COURT = frozenset(
    """
    sidang vonis divonis terdakwa dakwaan didakwa berkas kejari kejaksaan jaksa pengadilan dituntut penjara hakim
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_FOR = frozenset(["untuk", "karena", "demi", "guna", "kanggo"])
SURE_ALONE = 4.0  # weight of a deed that is meant whatever it was done to
_TRIVIAL = frozenset(["nature", "animal", "food", "game", "prize", "thing", "account"])
_PEOPLE = frozenset(["person", "crowd", "accused", "official"])
_ANCHORS = frozenset(["crowd", "official", "accused"])
# What a bare root must be done to by people to be meant.
_SUFFERERS = frozenset(
    """
    person official accused house office worship shop truck vehicle checked money ballot ship marker banner vital
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_WRITTEN = frozenset([None, "tyre", "banner"])  # before an order that a banner gives: "spanduk 'usir pendatang'"
_MEANS = frozenset(["stones"])  # what is thrown, not at what
# Words that may name anybody: they tie a deed to no crowd of a place.
_ANYBODY = frozenset(
    """
    orang wong keluarga tetangga kakek calon tokoh perangkat ratusan puluhan ribuan belasan pelanggan anggota tim
    rombongan ibu kepala dinas forum tiyang
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# Words that name a crowd of a place, but at a match or a meal only its audience.
_AUDIENCE = frozenset(
    """
    penonton pelajar siswa mahasiswa karyawan sopir petani nelayan warga emak ibu pembeli pengunjung pelanggan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_PLACE_WORDS = frozenset(["kecamatan", "kabupaten", "kelurahan", "desa", "dusun", "distrik", "provinsi"])
LONGEST_SENTENCE = 60  # tokens before a verb in which its subject is looked for
MOST_DEEDS = 300  # of one text; a report of 8,000 letters tells of some 150, one word a thousand times of no more
FEAST_REACH = 4  # tokens after a road that was closed in which its reason may stand
_WHERE = frozenset(
    ["halaman", "di", "nang", "ning", "neng", "ke", "dari", "depan", "dekat", "oleh", "dengan", "kecamatan", "jalan"]
)
_SUFFERS = frozenset(["mengalami", "mendapat", "mendapatkan", "kena", "terkena", "menderita", "dapat"])
_WITH = frozenset(
    ["dengan", "oleh", "kepada", "terhadap", "dari", "di", "ke", "bersama", "karo", "pada", "atas", "antar"]
)
_AS_WELL = frozenset(["dan", "karo", "lan", "sambil", "sinambi", "lalu"])
_ENDS = frozenset(["dengan", "pakai", "menggunakan", "memakai", "di", "ke", "pada", "nang", "ning", "sebagai", "dari"])
_BESIDE = frozenset(["depan", "dekat", "samping", "belakang", "sekitar", "seberang"])  # no object stands behind these
_AMOUNTS = frozenset(["ratusan", "puluhan", "ribuan", "belasan"])
_OWNED = frozenset(["milik", "punya", "dari", "salah", "satu", "para", "sejumlah", "beberapa"])
_WHO = frozenset(["yang", "sing"])
_BY = frozenset(["oleh", "dening"])
_ONTO = frozenset(["terhadap", "kepada", "ke", "ke arah", "pada", "atas"])
_BLIND = frozenset(["nature", "animal", "prize", "mine", "project"])  # what does things without meaning to
_FEELINGS = frozenset(["semangat", "semangatku", "cemburu", "asmara", "cinta", "rindu", "emosi", "amarah"])
# Words of work that is done together, or to a road, in which things are taken down and ways are closed.
_WORKS = frozenset([("kerja", "bakti"), ("gotong", "royong"), ("bersih", "desa"), ("bersih", "-")])
_UNDER_WAY = frozenset(["ada", "adanya", "sedang", "proses", "proyek", "pekerjaan", "kegiatan", "pelaksanaan"])
_FRIENDS, _PLAY = frozenset(["temannya", "teman", "kawannya"]), frozenset(["main", "bermain", "dolanan", "mainan"])
_MOODS = frozenset(["pagi", "hari", "siang", "sore", "minggu", "hidup", "pikiran", "rambut", "jadwal", "sinyal"])
_SWARM, _LIKES = (
    "rubut",
    frozenset(["anak", "pembeli", "ibu", "emak", "penggemar", "fans", "semut", "lalat", "wartawan"]),
)
_TEAMS = frozenset(
    """
    persela persebaya arema persatu persija persib timnas garuda tim skuad klub kesebelasan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_UNTIDY = "kacau"  # "parkirnya kacau" tells of no disorder, "suasana kacau" does
EXPULSION = "expel"  # the deed that drives somebody out
ROADBLOCK = "block"  # the deed by which a road is barred, whoever says where
PROTEST = "demo"  # the deed that is done to nobody but who holds an office
_RUNS_INTO = frozenset(["vehicle", "truck", "ship"])
_HEADS = frozenset(
    ["house", "shop", "office", "worship", "vehicle", "truck", "ship", "marker", "banner", "field", "factory"]
)
# Classes that are no party to a deed: nothing is done by them or to them.
_BESIDE_ONLY = frozenset(
    [MESSAGE, "hearsay", "parade", "fuel", "culprit", "thug", "servant", KIN, ALONE, CONTEST, RIVAL, WILD]
)
_SAYS_WHERE = frozenset(["di", "ke", "dari", "nang", "ning", "neng", "ing", "pada"])
# What may stand between "di" and the place: "di muka gedung", "di pintu masuk pabrik".
_PARTS = frozenset(
    """
    depan muka belakang samping halaman dekat pintu gerbang mulut pagar pelataran tengah atas bawah dalam luar sekitar
    seberang area kawasan lokasi sebelah ujung pinggir tepi sisi kolong bibir masuk keluar jalan desa dusun pojok
    kompleks komplek trotoar pertigaan perempatan simpang ruang lapangan parkiran
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# A message that led to a deed leaves the deed true.
_CAUSING = frozenset(["dipicu", "akibat", "gara", "gegara", "menyusul", "terprovokasi", "termakan", "buntut", "karena"])
_MAYBE_HIM = frozenset([None, "person", "stones", "goods"])  # "pentungan kayu" is what he was beaten with
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
        if plain.tokens[hit.first] in _PRONOUNS and _is_owner(plain.tokens, hit.first):
            continue
        kinds = sorted((tag.key for tag in hit.tags if tag.section == "noun"), key=lambda kind: order.get(kind, 0))
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
    return before.isalpha() and len(before) <= LONGEST_OWNED and before not in TURNS | _WITH | _SAYS_WHERE | _WHO


def _located(plain: Plain, of: Mapping[int, str]) -> frozenset[int]:
    """Give the nouns that say where something was, and not who or what."""
    found: set[int] = set()
    for at, token in enumerate(plain.tokens):
        if token not in _SAYS_WHERE:
            continue
        for place in range(at + 1, min(len(plain.tokens), at + 1 + LONGEST_PLACE)):
            if of.get(place) in _PEOPLE - {"official"} or not (place in of or plain.tokens[place] in _PARTS):
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
            and not _CASE.isdisjoint(tokens[max(0, first - 2) : first])
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
                or (self._class(head) if ANYTHING in deed.forms and self._class(head) in _PEOPLE else None)
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
                and self._class(before) in _HEADS
            ):
                told.target = self._class(before)
        return told

    def _subject(self, first: int, before: Sequence[int]) -> Sequence[int]:
        """Give who an active verb speaks of: the nearest noun of its clause, else the first of its sentence."""
        located = self._named.located
        own = [at for at in before if self._cut.of[at] == self._cut.of[first] and at not in located]
        riding = [at for at in own if self._named.of[at] in _PEOPLE]
        if riding and self._named.of[own[0]] in _RUNS_INTO:
            return riding[:1]  # "keluarga datang naik dua pikap menyerbu"
        if riding and self._plain.tokens[first - 1] in _AS_WELL and self._named.of[own[0]] not in _PEOPLE:
            return riding[:1]  # "warga nandur gedang karo nutup dalan": who did the one did the other
        if own:
            return [at for at in own if at == 0 or self._plain.tokens[at - 1] not in _WITH | _WHERE] or own
        acting = [at for at in before if self._named.of[at] in _PEOPLE]
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
        if tokens[first] in _SUFFERS or (first and tokens[first - 1] in _SUFFERS):
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
        if named in _HEADS | {"accused"} or word in _OWNED:
            return True
        if named == "animal":
            return kind in _PEOPLE  # "kucing | tetangga"
        if kind == "animal":
            return word in OWNERS  # "pemilik | kambing", not "gerombolan kera"
        return named in _PEOPLE and kind in _HEADS and word not in _AMOUNTS

    def _after(self, last: int) -> Iterator[int]:
        """Give the nouns after a deed in its clause, nearest first."""
        clause, named, tokens = self._cut.of, self._named.of, self._plain.tokens
        at = last + 1
        onto = doers = False
        while at < len(tokens) and at - last <= REACH and clause[at] == clause[last]:
            if tokens[at] in _WHO and at > last + 1:
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


@dataclass(frozen=True, slots=True)
class Cues:
    """What beside a deed says that a report tells of people here and now."""

    plain: Plain
    named: Nouns
    frames: Frames
    violence: frozenset[int]  # tokens of wounds and weapons
    placed: bool  # a place is named
    issue: bool  # what it is about is named
    party: bool  # a group is named that has disputes: a school of silat, a mass organisation
    told: frozenset[str]  # ARMS, BLADES, CALLS
    here: frozenset[int]  # sentences that name a crowd, officials, somebody accused, wounds or weapons
    anchored: bool  # whether the report does, an audience included

    def hidden(self, one: Tuple) -> bool:
        """Tell whether what a deed's sentence tells of is none of here and now."""
        sentence = self.plain.sentences[one.first]
        if sentence not in self.frames.sentences:
            return False
        here = sentence in self.here
        stabbed = one.deed.weapon == BLADES and one.voice is Voice.PASSIVE and one.target in _PEOPLE  # no pass, no shot
        alone = (one.deed.alone and one.deed.weight >= SURE_ALONE) or stabbed
        return self.frames.hides(sentence, here=here, anchored=here or self.placed or self.anchored, plain_word=alone)

    def another(self, one: Tuple) -> bool:
        """Tell whether something beside a doubtful deed speaks of violence: a wound, a weapon, who did it."""
        if any(not one.first <= at <= one.last for at in self.violence):
            return True
        if one.target in _TRIVIAL:
            return False
        if one.agent in _PEOPLE and one.voice is Voice.PASSIVE:
            return True
        return self.placed or (one.agent in _PEOPLE and self.plain.sentences[one.first] in self.here)


def cues_of(
    plain: Plain,
    named: Nouns,
    frames: Frames,
    violence: frozenset[int],
    *,
    placed: bool,
    issue: bool,
    party: bool,
    told: frozenset[str],
) -> Cues:
    """Gather what ties a report to people and a place."""
    tokens, sentences = plain.tokens, plain.sentences
    anchors = [at for at, kinds in named.also.items() if kinds & _ANCHORS and tokens[at] not in _ANYBODY]
    here = {sentences[at] for at in violence} | {sentences[at] for at in anchors if tokens[at] not in _AUDIENCE}
    return Cues(
        plain,
        named,
        frames,
        violence,
        placed=placed or not _PLACE_WORDS.isdisjoint(tokens),
        issue=issue,
        party=party,
        told=told,
        here=frozenset(here),
        anchored=bool(anchors or violence),
    )


def mean(told: Sequence[Tuple], cues: Cues) -> None:
    """Say of each tuple which form of conflict it is, if any.

    A form is meant where the target's class is one that the deed knows; where the class is not known the deed's "*"
    decides, or a second, independent cue of violence does.
    """
    plain, named = cues.plain, cues.named
    kinds = frozenset(kind for kinds in named.also.values() for kind in kinds) | cues.told
    if kinds & {MESSAGE, "hearsay"}:
        kinds |= {CALLS}  # what is passed on is meant for many
    crowd = "crowd" in kinds
    more = len({one.first for one in told if one.deed.forms.get(ANYTHING, "-")}) > 1  # "jalan ditutup" is traffic
    officials = "official" in kinds
    told_of = {plain.sentences[at] for at, kind in named.of.items() if kind == "accused"}
    accused = {sentence + more for sentence in told_of for more in range(3)}  # "Maling tertangkap. Massa menghajarnya."
    household = _household(plain, named)
    messages = _messages(plain, named)
    for one in told:
        sentence = plain.sentences[one.first]
        one.explained = _explained(one, cues, household)
        one.excused = bool(one.explained) or _is_nobodys(one, plain, named)
        ordered = sentence in messages and one.voice is Voice.BASE and one.agent in _WRITTEN
        if (
            one.excused
            or (_is_barely_said(one) and not ordered)
            or cues.hidden(one)
            or not one.deed.by - {"crowd", "cause"} <= kinds
        ):
            continue
        if "crowd" in one.deed.by and not (
            crowd or (one.voice is Voice.PASSIVE and more and not officials and not one.agent)
        ):
            continue
        target = one.target
        if crowd and "accused" in one.deed.forms and target in _MAYBE_HIM and sentence in accused:
            target = "accused"
        one.form, one.sure = _form(one, target, cues)
        one.weight = one.deed.weight * (1.0 if one.sure else 0.5)
    _carried(told)
    _in_court(told, plain)
    _ground(told, cues)
    if MESSAGE in kinds:
        _in_messages(told, cues)


def _explained(one: Tuple, cues: Cues, household: Household) -> str:
    """Give what a deed was that is no conflict: one household's, a figure of cases, a show, a contest; else ""."""
    plain, also = cues.plain, cues.named.also
    if one.deed.hurts and household.hurts_its_own(one.first, one.last, one.voice):
        return HOUSEHOLD
    if is_figure(plain, one.first, one.last, one.voice):
        return FIGURE
    if one.target == EACH_OTHER and any(PARADE in also.get(at, ()) for at in range(one.first - NEXT, one.first)):
        return PARADE  # "barongsai saling serang"
    return "" if cues.violence else _harmless(one, cues)


def _harmless(one: Tuple, cues: Cues) -> str:
    """Give what a deed is where no wound and no weapon is told: a stir about a beast, a contest, a match; else ""."""
    plain, also = cues.plain, cues.named.also
    sentence = plain.sentences[one.first]
    if one.target == ANIMAL or (one.deed.name == ROW and one.target != EACH_OTHER):  # "ular masuk rumah, warga geger"
        return WILD if any(WILD in kinds and plain.sentences[at] == sentence for at, kinds in also.items()) else ""
    if one.deed.name == DUEL:
        contest = [at for at, kinds in also.items() if CONTEST in kinds]
        people = [at for at, kind in cues.named.of.items() if kind in _PEOPLE and at not in contest]
        return CONTEST if is_contest(plain, one.first, contest, people) else ""
    match = SPORT in cues.frames.sentences.get(sentence, ())
    beaten = one.voice is Voice.PASSIVE and one.agent in _PEOPLE  # "tim tamu dipukuli suporter"
    return SPORT if match and one.deed.hurts and not beaten and _is_rival(one, plain, also) else ""


def _is_rival(one: Tuple, plain: Plain, also: Mapping[int, frozenset[str]]) -> bool:
    """Tell "membanting lawan", "lawannya dibanting": whom a match is played against."""
    near = (
        range(one.last + 1, one.last + 1 + NEXT)
        if one.voice is not Voice.PASSIVE
        else range(one.first - NEXT, one.first)
    )
    return any(RIVAL in also.get(at, ()) and plain.clauses[at] == plain.clauses[one.first] for at in near)


def _household(plain: Plain, named: Nouns) -> Household:
    """Give who is named in a text, for what a household does to its own."""
    nouns = named.of.keys() - named.located
    kin = frozenset(at for at, kinds in named.also.items() if KIN in kinds)
    alone = frozenset(at for at, kinds in named.also.items() if ALONE in kinds)
    return Household(plain, nouns | kin, kin, alone)


def _messages(plain: Plain, named: Nouns) -> set[int]:
    """Give the sentences in which a message is told of."""
    return {plain.sentences[at] for at, kinds in named.also.items() if MESSAGE in kinds}


def _in_messages(told: Sequence[Tuple], cues: Cues) -> None:
    """Say of what a message tells: untrue where it is called so, called for where it is an order.

    "Cuplikan tawuran lama diedarkan seolah di sini"; a leaflet "Usir pendatang!".
    """
    sentences = cues.plain.sentences
    within = _messages(cues.plain, cues.named)
    untrue = any(one.form and one.deed.by == {MESSAGE} and not one.mark & NEGATED for one in told)
    for one in told:
        if sentences[one.first] not in within or MESSAGE in one.deed.by:
            continue
        if untrue and not _CAUSING.intersection(cues.plain.tokens):
            one.mark |= HOAX
        elif one.voice is Voice.BASE and one.agent not in _PEOPLE:
            one.mark |= PLANNED | CALLED


def _is_nobodys(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell what wind, beasts and vehicles do, what is no deed in this form, and what officials do by their office."""
    deed = one.deed
    said = one.voice in {Voice.ACTIVE, Voice.PASSIVE, Voice.BASE}  # a noun has no doer before it
    if one.voice is Voice.ACTIVE and "crowd" in deed.by and one.agent in _HEADS:
        return True  # "pagar yang menutup akses"
    stolen = one.agent == "accused" and "accused" not in deed.forms and one.target not in _PEOPLE
    if stolen or (PARADE in deed.forms and _in_a_parade(one, plain, named)):
        return True  # "brankas dibobol maling"; "karnaval dan iring-iringan drumben"
    if said and deed.nature and (one.agent in _BLIND or (one.agent in _RUNS_INTO and deed.hurts)):
        return True
    if any(is_none(one, plain) for is_none in _NO_DEEDS):
        return True
    single = one.first == one.last and one.voice not in {Voice.ACTIVE, Voice.PASSIVE}
    named_so = one.first > 0 and single and named.of.get(one.first - 1) in {"food", "game"}  # "bakso granat"
    by_office = not deed.officials and (
        one.agent == "official" or _for_a_feast(one, plain, named) or _at_work(one, plain)
    )
    return named_so or by_office or (deed.name == ROW and _is_untidy(one, plain))


def _is_of_beasts(one: Tuple, _plain: Plain) -> bool:
    """Tell "kucing tetangga berkelahi", "kopinya nendang" from what is done to people."""
    if one.voice is Voice.PASSIVE or one.target in _PEOPLE:
        return False
    return one.agent == "animal" or (one.agent == "food" and one.deed.hurts and one.target is None)


def _at_play(one: Tuple, plain: Plain) -> bool:
    """Tell "anak saya dipukul temannya waktu main" from a beating."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    sentence = plain.sentences[one.first]
    return (
        one.deed.hurts
        and not _FRIENDS.isdisjoint(by)
        and any(plain.sentences[at] == sentence for at, token in enumerate(plain.tokens) if token in _PLAY)
    )


def _is_felt(one: Tuple, plain: Plain) -> bool:
    """Tell "dibakar semangat"."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    return one.deed.nature and one.voice is Voice.PASSIVE and not _FEELINGS.isdisjoint(by)


def _is_barely_said(one: Tuple) -> bool:
    """Tell a root alone, or what comes of it, where that says no deed: "pukul", "tembakan"."""
    if one.voice is Voice.BASE and one.agent in _PEOPLE and one.target in _SUFFERERS and one.target in one.deed.forms:
        return False  # as officers write: "massa lempar batu ke petugas", "OTK pukul warga"
    return not one.deed.bare and one.voice is not None and one.voice not in DELIBERATE and one.target != EACH_OTHER


def _form(one: Tuple, target: str | None, cues: Cues) -> tuple[str | None, bool]:
    """Give the form of a deed by what it was done to, and whether that is sure."""
    forms = one.deed.forms
    if one.by_crowd and target in {"person", "official"} and BY_CROWD in forms:
        return forms[BY_CROWD], True
    if target is not None and target in forms:
        return forms[target] or None, True
    told_of = one.deed.alone and bool(cues.violence) and one.voice in {Voice.NOUN, Voice.THING}
    told_of = told_of or (one.last > one.first and ANYTHING in forms)  # "jalan .. ditutup" names its own object
    if target in _TRIVIAL and (one.deed.nature or one.deed.hurts) and not told_of:
        return None, True  # "korban keroyokan seusai ujian ... meninggal" is no exam
    if ANYTHING in forms:
        return forms[ANYTHING], target is None or one.deed.weight >= SURE_ALONE
    struck = one.deed.hurts and one.voice is Voice.PASSIVE and one.agent in _PEOPLE  # "dihajar empat orang"
    if DOUBTFUL in forms and (target is None or target in _PEOPLE or struck) and cues.another(one):
        return forms[DOUBTFUL], False
    return None, True


def _carried(told: Sequence[Tuple]) -> None:
    """Take back a blow that is only the blade somebody comes with: "remaja bawa celurit" threatens, and hits nobody."""
    bears = {one.first: one for one in told if one.form and BLADES in one.deed.by}
    for one in told:
        if one.deed.weapon and one.first == one.last and one.first - 1 in bears and one.voice is Voice.BASE:
            one.form = None
    if any(one.form and one.sure and one.deed.weight >= SURE_ALONE for one in told if one.first not in bears):
        for one in bears.values():
            one.form = None  # beside what they did it says nothing


def _in_court(told: Sequence[Tuple], plain: Plain) -> None:
    """Take back what a court alone speaks of: "berkas perkara pengeroyokan dilimpahkan, sidang perdana pekan depan"."""
    meant = [one for one in told if one.form]
    if all(one.of_a_case for one in meant) and not _COURT.isdisjoint(plain.tokens):
        for one in meant:
            one.form = None


def _ground(told: Sequence[Tuple], cues: Cues) -> None:
    """Take back a lone deed that nothing ties to people of a place: "segel botolnya terbuka", "ayo kumpul reuni"."""
    meant = [one for one in told if one.form]
    strong = any(one.deed.weight >= SURE_ALONE and one.sure for one in meant)
    serving = any("servant" in kinds for kinds in cues.named.also.values())  # "memukul dokter puskesmas"
    two = any(
        one.agent in _PEOPLE and one.target in _PEOPLE and (one.voice is not Voice.ACTIVE or serving) for one in meant
    )
    if (
        cues.placed
        or two
        or any(one.deed.alone or one.target == EACH_OTHER for one in meant)
        or len(meant) > 1
        or ((cues.issue or cues.party) and strong)
        or any(_is_public(one, cues.plain, cues.named) for one in meant)
        or (serving and any(_is_done_to_people(one) for one in meant))
    ):
        return
    if not cues.anchored:
        for one in meant:
            one.form = None


def _is_done_to_people(one: Tuple) -> bool:
    return one.voice is Voice.PASSIVE and one.target in _PEOPLE and one.weight >= SURE_ALONE


def _is_public(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell what is done in public whoever says where: "blokir jalan di pertigaan", "bupati didemo".

    "Ustaz diusir dari masjid" is one too.
    """
    if one.deed.name == EXPULSION and one.voice is Voice.PASSIVE and one.target in _PEOPLE:
        clause = plain.clauses[one.first]
        return any(kind == "worship" and plain.clauses[at] == clause for at, kind in named.of.items())
    barred = one.deed.name == ROADBLOCK and one.target == "road" and one.voice in {Voice.ACTIVE, Voice.BASE}
    return barred or (one.deed.name == PROTEST and one.voice is Voice.PASSIVE and one.target in _PEOPLE)


def _in_a_parade(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "karnaval dan iring-iringan drumben" from a crowd that shows its strength."""
    sentence = plain.sentences[one.first]
    return any(
        PARADE in kinds and plain.sentences[at] == sentence and not one.first <= at <= one.last
        for at, kinds in named.also.items()
    )


def _for_a_feast(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "jalan ditutup untuk hajatan" from what people do against somebody."""
    tokens = plain.tokens
    for at in range(one.last + 1, min(len(tokens) - 1, one.last + 1 + FEAST_REACH)):
        if tokens[at] not in _FOR:
            continue
        by_whom = one.agent in _PEOPLE  # "ditutup warga karena ada perbaikan yang mangkrak"
        why = at + 2 if tokens[at + 1] in _UNDER_WAY and not by_whom else at + 1  # "karena ada perbaikan jembatan"
        if named.names(why, "feast") or named.names(why, "event"):
            return True
    return False


def _at_work(one: Tuple, plain: Plain) -> bool:
    """Tell "warga kerja bakti membongkar pos ronda lama" from what people do against somebody."""
    if not one.deed.vague or one.voice is Voice.PASSIVE:
        return False
    sentence = plain.sentences[one.first]
    return any(pair in _WORKS and plain.sentences[at] == sentence for at, pair in enumerate(pairwise(plain.tokens)))


def _is_untidy(one: Tuple, plain: Plain) -> bool:
    """Tell "parkirnya kacau", "pagi yang kacau" from "suasana kacau"."""
    before = plain.tokens[max(0, one.first - 2) : one.first]
    return plain.tokens[one.first] == _UNTIDY and (
        before[-1:] != [] and (before[-1].endswith("nya") or not _MOODS.isdisjoint(before))
    )


def _is_liked(one: Tuple, plain: Plain) -> bool:
    """Tell "penjual es dikerubuti anak-anak" from a beating by many."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    return _SWARM in plain.tokens[one.first] and one.voice is Voice.PASSIVE and not _LIKES.isdisjoint(by)


def _by_a_team(one: Tuple, plain: Plain) -> bool:
    """Tell "Persela bantai tamunya"."""
    return one.deed.hurts and one.first > 0 and plain.tokens[one.first - 1] in _TEAMS


def _is_noise(one: Tuple, plain: Plain) -> bool:
    """Tell "suara tembakan ternyata petasan"."""
    heard = one.deed.name in {SHOTS, BLAST} and not _NO_SHOTS.isdisjoint(plain.tokens)
    return heard or (one.deed.name == BLAST and not _NO_BLAST.isdisjoint(plain.tokens))


_NO_DEEDS = (_is_of_beasts, _at_play, _is_liked, _by_a_team, _is_felt, _is_noise)


def spans_of(plain: Plain, told: Sequence[Tuple]) -> tuple[Span, ...]:
    """Give the words of some deeds in the report as sent."""
    return tuple(dict.fromkeys(plain.span(one.first, one.last) for one in told))
