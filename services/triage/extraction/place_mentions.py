"""Find the places a text names, and what each mention says about where it happened. Pure.

Where people come from is not the place, nor are roads named after two towns, nor offices called after one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.district import District, Place
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

SITE, RESIDENT, BARE, OFFICE, ORIGIN = 4.0, 3.0, 2.0, 1.0, 0.0
LOOK_BACK = 3
_ORIGIN_WORDS = frozenset(
    """
    asal berasal dari arah menuju ke tujuan kelahiran domisili jatah milik untuk jurusan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_LEADS = frozenset([",", "di", "kawasan", "daerah"])
_NO_LEADS = frozenset(["desa", "kelurahan", "dusun", "kampung", "warga", "asal", "dari", "pemuda", "kecamatan"])
_KIND = {"desa": "desa", "kelurahan": "desa", "dusun": "desa", "kampung": "desa", "kecamatan": "kecamatan"}
_WEEKDAYS = frozenset(["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu", "ahad"])
SHORTEST = 3  # letters of an unknown name's word
LONG = 7  # letters from which an unknown word that begins like a verb is one
# "perangkat desa", "dua desa": what follows is not what the desa is called.
_OF_ANY_DESA = frozenset(["perangkat", "dana", "aparat", "pemerintah", "kas", "antar", "dua", "tiga", "beberapa", "se"])
_TELLING = frozenset(["form", "cue", "stage", "casualty", "call"])
_VERBS = ("di", "meng", "meny", "mem", "men", "ber", "ter")


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in a text: what it may be, how it is introduced, how much it says about the place."""

    first: int
    last: int
    codes: tuple[str, ...]  # places of that name; empty for a name the gazetteer lacks
    kind: str  # desa, kecamatan, kabupaten, landmark, bare
    role: float
    name: str
    dusun: bool = False


class Names:
    """A district's place names and its neighbours', and how mentions of them are read."""

    def __init__(self, district: District, words: dict[str, Any]) -> None:
        self._district = district
        self.home_name = district.name.lower().removeprefix("kabupaten ").strip()
        self.elsewhere = {str(name).strip("_"): str(code) for name, code in words.get("elsewhere", {}).items()}
        lists = words.get("place", {})
        self._office = frozenset(lists.get("office", ()))
        self._resident = frozenset(lists.get("origin", ())) - _ORIGIN_WORDS
        self._site = frozenset(lists.get("site", ()))
        self._not_names = frozenset(lists.get("not_names", ()))
        self._everyday = frozenset(lists.get("everyday", ()))
        self._two_words = frozenset(lists.get("two_words", ()))
        self._venues = frozenset(lists.get("venues", ()))
        self.places: dict[str, Place] = {**district.neighbours, **district.places}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for code, place in self.places.items():
            for name in _spellings(place, self.home_name, home=code in district.places):
                if code not in self._by_name[name]:
                    self._by_name[name].append(code)

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Give every spelling with its key for the lexicon's pass."""
        for name in (*self._by_name, *self.elsewhere):
            yield name, name

    def mentions(self, plain: Plain, hits: Sequence[Hit]) -> list[Mention]:
        """Read the mentions of a text in order."""
        tokens = plain.tokens
        chosen = _longest(hits)
        taken = {first: (last, key) for first, last, key in chosen}
        mentions: list[Mention] = []
        at = 0
        while at < len(tokens):
            found = taken.get(at)
            if found is not None:
                if found[1] in self.elsewhere and (unnamed := self._foreign(plain, at, mentions)) is not None:
                    mentions.append(unnamed)
                mention = self._mention(plain, at, found[0], found[1], mentions)
                if mention is not None:
                    mentions.append(mention)
                at = found[0] + 1
                continue
            if tokens[at] == "," and (between := self._before_weekday(tokens, at, mentions)) is not None:
                mentions.append(between)
                at = between.last
            elif tokens[at] in _KIND and at + 1 < len(tokens) and at + 1 not in taken:
                mention = self._unknown(plain, at, mentions, taken, _said(hits))
                if mention is not None:
                    mentions.append(mention)
                    at = mention.last
            at += 1
        return self._listed_kecamatan(plain, mentions)

    def _listed_kecamatan(self, plain: Plain, mentions: list[Mention]) -> list[Mention]:
        """Read "Kecamatan A, B dan C" as three kecamatan."""
        read: list[Mention] = []
        for mention in mentions:
            before = read[-1] if read else None
            if before is not None and before.kind == "kecamatan" and mention.kind == "bare":
                between = plain.tokens[before.last + 1 : mention.first]
                if 0 < len(between) <= 2 and all(word in {",", "dan", "serta", "/"} for word in between):  # noqa: PLR2004
                    codes = tuple(c for c in mention.codes if self.places[c].kind == "kecamatan")
                    read.append(Mention(mention.first, mention.last, codes, "kecamatan", before.role, mention.name))
                    continue
            read.append(mention)
        return read

    def _mention(self, plain: Plain, first: int, last: int, key: str, before: list[Mention]) -> Mention | None:  # noqa: PLR0911 - cases, in order
        tokens = plain.tokens
        if _joined_by_dash(tokens, first, last) and not self._introduced(tokens, first):
            return None
        kinds = self._introduced(tokens, first)
        codes = tuple(self._by_name.get(key, ()))
        elsewhere = key in self.elsewhere
        role = self._role(plain, first, before)
        if tokens[first] == "kecamatan":
            kinds = {"kecamatan"}
        if "kecamatan" in kinds:
            of_kind = tuple(code for code in codes if self.places[code].kind == "kecamatan")
            if "desa" in kinds:
                both = tuple(c for c in codes if self.places[c].kind in {"desa", "kelurahan"})
                return Mention(first, last, both + of_kind, "both", max(role, BARE), key)
            return Mention(first, last, of_kind, "kecamatan", role or ORIGIN, key)
        if "desa" in kinds:
            of_kind = tuple(code for code in codes if self.places[code].kind in {"desa", "kelurahan"})
            dusun = tokens[first - 1] in {"dusun", "kampung"}
            if dusun:
                return None
            return Mention(first, last, of_kind, "desa", role, key, dusun)
        if "kabupaten" in kinds or elsewhere or key == self.home_name:
            return Mention(first, last, codes, "kabupaten", role, key)
        return self._bare(plain, first, last, key, codes, role)

    def _bare(
        self, plain: Plain, first: int, last: int, key: str, codes: tuple[str, ...], role: float
    ) -> Mention | None:
        home = tuple(code for code in codes if code in self._district.places)
        if not home:
            return self._neighbour(plain, first, last, key, codes, role)
        landmarks = tuple(code for code in home if self.places[code].kind == "landmark")
        if landmarks:
            return Mention(first, last, landmarks, "landmark", role, key)
        kecamatan = tuple(code for code in home if self.places[code].kind == "kecamatan")
        if kecamatan:
            return Mention(first, last, kecamatan, "bare", min(role, BARE), key)
        if key in self._everyday:
            return None
        return Mention(first, last, home, "bare_desa", min(role, BARE), key)

    def _neighbour(
        self, plain: Plain, first: int, last: int, key: str, codes: tuple[str, ...], role: float
    ) -> Mention | None:
        """Read a neighbour's kecamatan only with its kabupaten behind it: "Babat, Lamongan"."""
        if role == ORIGIN and any(self.places[code].kind == "kecamatan" for code in codes):
            return Mention(first, last, codes, "kabupaten", ORIGIN, key)  # they came from a neighbour
        after = " ".join(plain.tokens[last + 1 : last + 4])
        for code in codes:
            if self.places[code].kind == "kecamatan":
                kabupaten = next((name for name, known in self.elsewhere.items() if known == code[:5]), None)
                if kabupaten and kabupaten in after.replace(",", "").replace("kabupaten", "").split():
                    return Mention(first, last, (code,), "kecamatan", max(role, BARE) if role else role, key)
        return None

    def _foreign(self, plain: Plain, first: int, before: list[Mention]) -> Mention | None:
        """Read the unknown name before a kabupaten outside: "..., Karawaci, Kota Tangerang"."""
        tokens = plain.tokens
        at = first - 1
        explicit = tokens[first] in {"kota", "kabupaten"}
        if at >= 0 and tokens[at] in {"kota", "kabupaten"}:
            explicit, at = True, at - 1
        if at >= 1 and tokens[at] == ",":
            return self._name_ending(tokens, at - 1, before, loose=explicit)
        if at >= 1 and tokens[at - 1] == "polsek" and self._is_name(tokens[at]):
            return Mention(at, at, (), "kecamatan", SITE, tokens[at])  # "Polsek X Surabaya" serves Kecamatan X
        return None

    def _before_weekday(self, tokens: list[str], at: int, before: list[Mention]) -> Mention | None:
        """Read "..., Kepanjen, Rabu" in a text that has named a kabupaten outside."""
        if tokens[at + 2 : at + 3] != [","] or at + 3 >= len(tokens) or tokens[at + 3] not in _WEEKDAYS:
            return None
        outside = any(mention.kind == "kabupaten" and mention.name in self.elsewhere for mention in before)
        if not outside or not self._is_name(tokens[at + 1]):
            return None
        return Mention(at + 1, at + 1, (), "kecamatan", BARE, tokens[at + 1])

    def _name_ending(self, tokens: list[str], last: int, before: list[Mention], *, loose: bool) -> Mention | None:
        """Take the one or two words that end at a comma for a name, if what leads to them introduces a place."""
        for begin in (last, last - 1):
            if begin < 1 or not self._is_name(tokens[begin]) or (before and before[-1].last >= begin):
                return None
            lead = tokens[begin - 1]
            if lead in _LEADS or (loose and lead not in _NO_LEADS and lead not in self._venues and begin == last):
                return Mention(begin, last, (), "kecamatan", SITE, " ".join(tokens[begin : last + 1]))
        return None

    def _is_name(self, word: str) -> bool:
        return word.isalpha() and len(word) > 3 and word not in self._not_names and word not in self._venues  # noqa: PLR2004

    def _unknown(
        self,
        plain: Plain,
        at: int,
        before: list[Mention],
        taken: dict[int, tuple[int, str]],
        said: frozenset[int],
    ) -> Mention | None:
        """Read a name that no gazetteer holds: up to two words after "desa" or "kecamatan"."""
        tokens = plain.tokens
        kind = _KIND[tokens[at]]
        if at and tokens[at - 1] in _OF_ANY_DESA:
            return None
        last = at
        while last + 1 < len(tokens) and last - at < 2 and last + 1 not in taken:  # noqa: PLR2004 - two words
            word = tokens[last + 1]
            if not word.isalpha() or len(word) < SHORTEST or word in self._not_names or word in _KIND:
                break
            if last + 1 in said or _is_verb(word):
                break
            last += 1
        if last == at or tokens[at] in {"dusun", "kampung"}:
            return None
        ends = tokens[last + 1] if last + 1 < len(tokens) else ","
        if last - at > 1 and tokens[at + 1] not in self._two_words and ends.isalpha() and last + 1 not in taken:
            last = at + 1  # "Kecamatan A tewaskan ...": the second word goes on with the sentence
        name = " ".join(tokens[at + 1 : last + 1])
        return Mention(at + 1, last, (), kind, self._role(plain, at + 1, before), name)

    def _introduced(self, tokens: list[str], first: int) -> set[str]:
        """Give the kinds named right before a name: "Desa X", "Kecamatan/Kabupaten X"."""
        kinds: set[str] = set()
        at = first - 1
        while at >= 0 and tokens[at] in {
            "desa",
            "kelurahan",
            "dusun",
            "kampung",
            "kecamatan",
            "kabupaten",
            "kota",
            "/",
        }:
            if tokens[at] != "/":
                kinds.add(_KIND.get(tokens[at], "kabupaten"))
            if at == 0 or (tokens[at - 1] != "/" and tokens[at] != "/"):
                break
            at -= 1
        return kinds

    def _role(self, plain: Plain, first: int, before: list[Mention]) -> float:  # noqa: C901, PLR0911 - cases, in order
        """Say how much a mention tells about the place, from the words before it."""
        tokens = plain.tokens
        if before and self._continues(plain, before[-1], first):
            return before[-1].role
        at = first - 1
        while at >= 0 and (tokens[at] in _KIND or tokens[at] in {"/", "kabupaten", "kota"}):
            at -= 1
        if at < 0:
            return BARE
        for back in range(at, max(-1, at - LOOK_BACK), -1):
            word = tokens[back]
            if word in {",", ".", ";", "(", ")"} and back != at:
                break
            if word in _ORIGIN_WORDS:
                return ORIGIN
            if word in self._site:
                return SITE
            if word in self._office and back >= at - 1:
                return OFFICE
            if word in self._resident:
                # "asal warga", "dari kelompok": the word before decides
                if back > 0 and tokens[back - 1] in {"asal", "dari"}:
                    return ORIGIN
                return RESIDENT
        return BARE

    def _continues(self, plain: Plain, last: Mention, first: int) -> bool:
        """Tell whether a name goes on with the one before: "Desa A, Kecamatan B, Kabupaten C"."""
        between = plain.tokens[last.last + 1 : first]
        if len(between) > LOOK_BACK:
            return False
        return all(word in {",", "(", "kota"} or word in _KIND or word == "kabupaten" for word in between)


def _said(hits: Sequence[Hit]) -> frozenset[int]:
    """Give the tokens with which something is told, "dua desa rebutan air", which are no names."""
    return frozenset(hit.first for hit in hits for tag in hit.tags if tag.section in _TELLING)


def _is_verb(word: str) -> bool:
    """Tell a passive or active verb from a name: "kantor desa dilempari", "kades menolak"."""
    return len(word) >= LONG and word.startswith(_VERBS)


def _longest(hits: Sequence[Hit]) -> list[tuple[int, int, str]]:
    """Keep the longest name where names overlap."""
    named = [(hit.first, hit.last, tag.key) for hit in hits for tag in hit.tags if tag.section == "name"]
    named.sort(key=lambda name: (name[0], -name[1]))
    chosen: list[tuple[int, int, str]] = []
    end = -1
    for first, last, key in named:
        if first > end:
            chosen.append((first, last, key))
            end = last
    return chosen


def _joined_by_dash(tokens: list[str], first: int, last: int) -> bool:
    """Tell whether a name is one end of a road such as Plumpang-Rengel."""
    after = tokens[last + 1] if last + 1 < len(tokens) else ""
    before = tokens[first - 1] if first else ""
    return after == "-" or before == "-"


def _spellings(place: Place, capital: str, *, home: bool) -> Iterator[str]:
    """Give the ways a name is written: as listed, as one word, and split in two."""
    if place.kind == "kabupaten":
        yield place.name.lower()
        return
    for name in (place.name, *place.aliases):
        low = name.lower()
        yield low
        if place.kind == "landmark":
            continue
        words = low.split()
        if len(words) > 1:
            yield "".join(words)
        elif home and low.isalpha():
            for at in range(4, len(low) - 3):
                yield f"{low[:at]} {low[at:]}"
    if place.kind == "kecamatan" and place.name.lower() == capital:
        yield f"{capital} kota"
        yield f"kota {capital}"
        yield "kecamatan kota"
