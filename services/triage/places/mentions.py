"""Find the places a text names, and how each name is introduced. Pure.

"Ds. Bangunrejo Kec. Soko" names a desa and a kecamatan; "jalan Plumpang-Rengel" names a road, no place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.policy.geography import kabupaten_code, kecamatan_code
from services.triage.places.names import Names, of_kind, villages
from services.triage.places.roles import AT, BARE, FAR_BACK, FROM_TOO, KINDS, LOOK_BACK, ORIGIN, SITE, Roles
from services.triage.text.normalise import Plain

SHORTEST = 3  # letters of an unknown name's word
SHORTEST_OUTSIDE = 4  # letters of an unknown kecamatan's name before a kabupaten outside
LONG = 7  # letters from which an unknown word that begins like a verb is one
LONGEST_UNKNOWN = 2  # words of a name that no gazetteer holds
FOLLOWS = 2  # tokens within which a kabupaten or a kecamatan follows the name of a place in it
_HAMLETS = frozenset({"dusun", "kampung"})
_LEADS = frozenset([",", "di", "kawasan", "daerah", "muspika", "forkopimcam", "polsek", "koramil", "camat"])
_NO_LEADS = frozenset(["desa", "kelurahan", "dusun", "kampung", "warga", "asal", "dari", "pemuda", "kecamatan"])
_WEEKDAYS = frozenset(["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu", "ahad"])
# "perangkat desa", "dua desa": what follows is not what the desa is called.
_OF_ANY_DESA = frozenset(["perangkat", "dana", "aparat", "pemerintah", "kas", "antar", "dua", "tiga", "beberapa", "se"])
_ENDS = frozenset([",", ".", ";", "(", ")", ":", "kecamatan", "kabupaten", "dan", "-"])
_BORDERS = frozenset(["batas", "perbatasan", "antara", "antar"])
_AND = frozenset([",", "dan", "serta", "/"])
_VERBS = ("di", "meng", "meny", "mem", "men", "ber", "ter")
_OTHER_KINDS = frozenset({*KINDS, "kabupaten", "kota", "/"})
_ROADS = frozenset(["jalan", "jalur", "ruas"])  # "jalan kabupaten Klotok" is a road that the kabupaten keeps
_BETWEEN = frozenset([",", "-", "(", "kecamatan"])  # what may stand between a desa and its kecamatan
_JOINED = frozenset(["-", "kecamatan"])  # the same, of a name that is also an everyday word
_FROM = FROM_TOO | {"dari"}
NEXT_DOOR = "next_door"  # kind of a mention: a neighbour's kecamatan, named alone
_CENTRE = "kota"  # "Sidomulyo kota" is the one in the kecamatan of the town
_BEFORE_A_NAME = frozenset({",", *KINDS})  # a name that no gazetteer holds stands after one of these


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in a text: what it may be, how it is introduced, how much it says about the place."""

    first: int
    last: int
    codes: tuple[str, ...]  # places of that name; empty for a name the gazetteer lacks
    kind: str  # desa, kecamatan, both, kabupaten, landmark, bare, bare_desa, next_door
    role: float
    name: str
    capital: bool = False  # written as names are, in a text that does so for few words


class Mentions:
    """Reads the mentions of places in a report."""

    def __init__(self, names: Names, words: dict[str, Any]) -> None:
        self._names = names
        self._roles = Roles(words)
        lists = words.get("place", {})
        self._not_names = frozenset(lists.get("not_names", ()))
        self._two_words = frozenset(lists.get("two_words", ()))
        self._left = frozenset(lists.get("left", ()))
        self._venues = frozenset(lists.get("venues", ()))

    def read(self, plain: Plain, capitals: frozenset[int] = frozenset()) -> list[Mention]:
        """Give the mentions of a text in order; `capitals` are the tokens that are written as names are."""
        tokens, mentions, names = plain.tokens, list[Mention](), self._names
        at = 0
        while at < len(tokens):
            found = names.at(tokens, at) if tokens[at] in names.starting else None
            if found is not None and self._is_from(tokens, at, mentions):
                at += 1
                continue
            if found is None and tokens[at] not in _BEFORE_A_NAME:
                at += 1  # most words: nothing else is asked of them
                continue
            read = self._known(plain, at, *found, mentions, capitals) if found else self._unlisted(plain, at, mentions)
            mentions += read
            at = max([at, *(mention.last for mention in read), found[0] if found else at]) + 1
        return self._listed_kecamatan(plain, mentions)

    def _is_from(self, tokens: Sequence[str], at: int, before: list[Mention]) -> bool:
        """Tell whether a name is here Javanese for "from", with the name of a place behind it: "wong soko Lamongan"."""
        following = self._names.at(tokens, at + 1) if tokens[at] in FROM_TOO and at + 1 < len(tokens) else None
        if following is None or (at and (tokens[at - 1] in _OTHER_KINDS or tokens[at - 1] in AT)):
            return False
        if self._kecamatan_of(tokens[at]) & self._kecamatan_of(following[1]):
            return False  # "pemuda Soko Bangunrejo": the desa lies there
        return not (before and before[-1].last == at - 1 and before[-1].kind in {"bare_desa", "desa"})

    def _known(
        self, plain: Plain, first: int, last: int, key: str, before: list[Mention], capitals: frozenset[int]
    ) -> list[Mention]:
        """Read a name of the gazetteer, and the unknown one before a kabupaten outside."""
        ahead = self._before_kabupaten(plain.tokens, first, before) if key in self._names.elsewhere else None
        mention = self._introduced(plain, first, last, key, before, capital=first in capitals)
        return [one for one in (ahead, mention) if one is not None]

    def _unlisted(self, plain: Plain, at: int, before: list[Mention]) -> list[Mention]:
        """Read a name that no gazetteer holds, if the words around it make it one."""
        word = plain.tokens[at]
        if word == ",":
            found = self._before_weekday(plain.tokens, at, before)
        elif word in KINDS:
            found = self._after_kind(plain, at, before)
        else:
            found = None
        return [found] if found else []

    # -- names of the gazetteer ----------------------------------------------------------------------------------------

    def _introduced(
        self, plain: Plain, first: int, last: int, key: str, before: list[Mention], *, capital: bool
    ) -> Mention | None:
        tokens, names = plain.tokens, self._names
        kinds = _kinds_before(tokens, first)
        if not kinds and _is_end_of_road(tokens, first, last) and not self._within_one(tokens, first, last, key):
            return None
        role = self._role(plain, first, last, before)
        if role == ORIGIN and self._is_left(tokens, first) and not names.home.isdisjoint(names.codes(key)):
            role = BARE  # less than a site: "info dari Rengel: tawuran di Plumpang"
        if tokens[first] == "kecamatan" or "kecamatan" in kinds:
            return self._as_kecamatan(first, last, key, role, kinds)
        if "desa" in kinds:
            return None if tokens[first - 1] in _HAMLETS else self._as_desa(tokens, first, last, key, role)
        if (
            "kabupaten" in kinds
            or key == names.home_name
            or (key in names.elsewhere and not self._own(tokens, last, key))
        ):
            return Mention(first, last, names.codes(key), "kabupaten", role, key)
        return self._bare(plain, first, last, key, role, capital=capital)

    def _is_left(self, tokens: Sequence[str], first: int) -> bool:
        """Tell whether somebody was taken from there, or it is told from there: "dibawa paksa dari Weden"."""
        near = range(first - 1, max(-1, first - LOOK_BACK - 1), -1)
        at = next((back for back in near if tokens[back] in _FROM), None)
        return at is not None and not self._left.isdisjoint(tokens[max(0, at - FAR_BACK) : at])

    def _own(self, tokens: Sequence[str], last: int, key: str) -> bool:
        """Tell whether the name of a kabupaten outside is here a desa of ours: "Sukoharjo, Bancar"."""
        own = tuple(code for code in self._names.codes(key) if code in self._names.home)
        return self._before_its_kecamatan(tokens, last, own, across=_BETWEEN)

    def _within_one(self, tokens: Sequence[str], first: int, last: int, key: str) -> bool:
        """Tell whether two names with a line between them are a desa and its kecamatan, or two desa of one.

        "Kebonagung-Rengel" and "Bunut-Minohorejo" lie in one kecamatan, "Plumpang-Rengel" is a road.
        """
        if first > 1 and tokens[first - 1] == "-":
            other = self._names.ending_at(tokens, first - 2)
        else:
            following = self._names.at(tokens, last + 2) if last + 2 < len(tokens) else None
            other = following[1] if following else None
        return other is not None and bool(self._kecamatan_of(key) & self._kecamatan_of(other))

    def _kecamatan_of(self, key: str) -> frozenset[str]:
        """Give every kecamatan of the district in which a place of that name lies."""
        names = self._names
        return frozenset(kecamatan_code(code) for code in names.codes(key) if code in names.home) - {names.home_code}

    def _as_kecamatan(self, first: int, last: int, key: str, role: float, kinds: set[str]) -> Mention:
        codes = self._names.codes(key)
        kecamatan = of_kind(self._names, codes, "kecamatan")
        if "desa" in kinds:
            return Mention(first, last, villages(self._names, codes) + kecamatan, "both", max(role, BARE), key)
        return Mention(first, last, kecamatan, "kecamatan", role, key)

    def _as_desa(self, tokens: Sequence[str], first: int, last: int, key: str, role: float) -> Mention:
        """Read a name after "desa": where only a neighbour has one of that name, ours may be the kecamatan."""
        names = self._names
        found = villages(names, names.codes(key))
        own = of_kind(names, tuple(code for code in names.codes(key) if code in names.home), "kecamatan")
        if own and names.home.isdisjoint(found) and not self._names_a_neighbour(tokens, found):
            return Mention(first, last, found + own, "both", role, key)
        return Mention(first, last, found, "desa", role, key)

    def _names_a_neighbour(self, tokens: Sequence[str], codes: tuple[str, ...]) -> bool:
        """Say whether a report names the kecamatan or the kabupaten of one of these places, anywhere."""
        names = self._names
        around = {names.places[code].kecamatan for code in codes} | {kabupaten_code(code) for code in codes}
        told = (names.at(tokens, at) for at in range(len(tokens)))
        keys = {found[1] for found in told if found is not None}
        return any(names.elsewhere.get(key) in around or not around.isdisjoint(names.codes(key)) for key in keys)

    def _bare(self, plain: Plain, first: int, last: int, key: str, role: float, *, capital: bool) -> Mention | None:
        """Read a name with nothing before it that says what it names."""
        names = self._names
        codes = names.codes(key)
        home = tuple(code for code in codes if code in names.home)
        if not home:
            return self._next_door(plain, first, last, key, codes, role, capital=capital)
        for kind, called in (("landmark", "landmark"), ("kecamatan", "bare")):
            if found := of_kind(names, home, kind):
                return Mention(first, last, found, called, role, key)
        if (
            names.is_everyday(key)
            and not capital
            and not self._before_its_kecamatan(plain.tokens, last, home, across=_JOINED)
        ):
            return None
        if plain.tokens[last + 1 : last + 2] == [_CENTRE]:
            home = tuple(code for code in home if names.is_in_town(code)) or home
        return Mention(first, last, home, "bare_desa", role, key, capital)

    def _before_its_kecamatan(
        self, tokens: Sequence[str], last: int, codes: tuple[str, ...], *, across: frozenset[str]
    ) -> bool:
        """Tell whether a desa's kecamatan comes next, across some signs: "bentrok Menilo Soko", "Siding-Bancar"."""
        at = last + 1
        while at < len(tokens) and at - last <= FOLLOWS and tokens[at] in across:
            at += 1
        following = self._names.at(tokens, at) if at < len(tokens) else None
        named = self._names.codes(following[1]) if following else ()
        return any(self._names.places[code].kecamatan in named for code in codes)

    def _next_door(
        self, plain: Plain, first: int, last: int, key: str, codes: tuple[str, ...], role: float, *, capital: bool
    ) -> Mention | None:
        """Read a neighbour's kecamatan as one only with its kabupaten behind it: "Babat, Lamongan".

        "Di Babat" alone says that it may have happened there.
        """
        kecamatan = of_kind(self._names, codes, "kecamatan")
        if role == ORIGIN and kecamatan:
            return Mention(first, last, codes, "kabupaten", ORIGIN, key)  # they came from a neighbour
        after = [word for word in plain.tokens[last + 1 : last + 4] if word not in {",", "kabupaten"}]
        for code in kecamatan:
            kabupaten = next(
                (name for name, known in self._names.elsewhere.items() if known == kabupaten_code(code)), None
            )
            if kabupaten in after:
                return Mention(first, last, (code,), "kecamatan", max(role, BARE) if role else role, key)
        named = capital or not self._names.is_everyday(key)
        if kecamatan and named and first and plain.tokens[first - 1] in AT:
            return Mention(first, last, codes, NEXT_DOOR, role, key)
        return None

    # -- names that no gazetteer holds ---------------------------------------------------------------------------------

    def _before_kabupaten(self, tokens: Sequence[str], first: int, before: list[Mention]) -> Mention | None:
        """Read the unknown name before a kabupaten outside: "..., Karawaci, Kota Tangerang"."""
        at = first - 1
        explicit = tokens[first] in {"kota", "kabupaten"}
        if at >= 0 and tokens[at] in {"kota", "kabupaten"}:
            explicit, at = True, at - 1
        if at >= 1 and tokens[at] == ",":
            return self._ending_at(tokens, at - 1, before, loose=explicit)
        if at >= 1 and tokens[at - 1] == "polsek" and self._is_name(tokens[at]):
            return Mention(at, at, (), "kecamatan", SITE, tokens[at])  # "Polsek X Surabaya" serves Kecamatan X
        return None

    def _before_weekday(self, tokens: Sequence[str], at: int, before: list[Mention]) -> Mention | None:
        """Read "..., Kepanjen, Rabu" in a text that has named a kabupaten outside."""
        if tokens[at + 2 : at + 3] != [","] or at + 3 >= len(tokens) or tokens[at + 3] not in _WEEKDAYS:
            return None
        outside = any(mention.kind == "kabupaten" and mention.name in self._names.elsewhere for mention in before)
        if not outside or not self._is_name(tokens[at + 1]):
            return None
        return Mention(at + 1, at + 1, (), "kecamatan", BARE, tokens[at + 1])

    def _ending_at(self, tokens: Sequence[str], last: int, before: list[Mention], *, loose: bool) -> Mention | None:
        """Take the one or two words that end at a comma for a name, if what leads to them introduces a place."""
        for begin in (last, last - 1):
            if begin < 1 or not self._is_name(tokens[begin]) or (before and before[-1].last >= begin):
                return None
            lead = tokens[begin - 1]
            if lead in _LEADS or (loose and lead not in _NO_LEADS and lead not in self._venues and begin == last):
                return Mention(begin, last, (), "kecamatan", SITE, " ".join(tokens[begin : last + 1]))
        return None

    def _is_name(self, word: str) -> bool:
        return (
            word.isalpha()
            and len(word) >= SHORTEST_OUTSIDE
            and word not in self._not_names
            and word not in self._venues
        )

    def _after_kind(self, plain: Plain, at: int, before: list[Mention]) -> Mention | None:
        """Read up to two words after "desa" or "kecamatan" as a name."""
        tokens = plain.tokens
        if tokens[at] in _HAMLETS or (at and (tokens[at - 1] in _OF_ANY_DESA or tokens[at - 1].isdigit())):
            return None
        last = at
        while last - at < LONGEST_UNKNOWN and last + 1 < len(tokens) and self._goes_on(tokens, last + 1):
            last += 1
        if last == at:
            return None
        ends = tokens[last + 1] if last + 1 < len(tokens) else ","
        named_next = last + 1 < len(tokens) and self._names.at(tokens, last + 1) is not None
        if last - at > 1 and tokens[at + 1] not in self._two_words and ends.isalpha() and not named_next:
            last = at + 1  # "Kecamatan A tewaskan ...": the second word goes on with the sentence
            ends = tokens[at + 2]
        if KINDS[tokens[at]] == "desa" and not (named_next or ends in _ENDS):
            return None  # "segel balai desa pasang bambu": no name ends here
        name = " ".join(tokens[at + 1 : last + 1])
        return Mention(at + 1, last, (), KINDS[tokens[at]], self._role(plain, at + 1, last, before), name)

    def _goes_on(self, tokens: Sequence[str], at: int) -> bool:
        """Tell whether a word may belong to an unknown name."""
        word = tokens[at]
        if not word.isalpha() or len(word) < SHORTEST or word in self._not_names or word in KINDS or _is_verb(word):
            return False
        return self._names.at(tokens, at) is None

    # -- mentions together ---------------------------------------------------------------------------------------------

    def _role(self, plain: Plain, first: int, last: int, before: list[Mention]) -> float:
        """Say how much a mention tells of the place; one that goes on with the last says what that says."""
        if before and _continues(plain.tokens, before[-1], first):
            return before[-1].role
        between = plain.tokens[before[-1].last + 1 : first] if before else []
        if (between == ["dan"] and first == last) or between == ["dan", "kecamatan"]:
            return before[-1].role  # "di perbatasan Parengan dan Soko"
        return self._roles.of(plain, first, last)

    def _listed_kecamatan(self, plain: Plain, mentions: list[Mention]) -> list[Mention]:
        """Read "Kecamatan A, B dan C" as three kecamatan."""
        read: list[Mention] = []
        for mention in mentions:
            before = read[-1] if read else None
            if before is not None and before.kind == "kecamatan" and mention.kind == "bare":
                between = plain.tokens[before.last + 1 : mention.first]
                if 0 < len(between) <= FOLLOWS and _AND.issuperset(between):
                    read.append(replace(mention, kind="kecamatan", role=before.role))
                    continue
            read.append(mention)
        return read


def _continues(tokens: Sequence[str], last: Mention, first: int) -> bool:
    """Tell whether a name goes on with the one before: "Desa A, Kecamatan B, Kabupaten C"."""
    between = tokens[last.last + 1 : first]
    return len(between) <= LOOK_BACK and all(word in {",", "("} or word in _OTHER_KINDS - {"/"} for word in between)


def _kinds_before(tokens: Sequence[str], first: int) -> set[str]:
    """Give the kinds named right before a name: "Desa X", "Kecamatan/Kabupaten X"."""
    kinds: set[str] = set()
    at = first - 1
    while at >= 0 and tokens[at] in _OTHER_KINDS:
        if tokens[at] != "/" and not (tokens[at] == "kabupaten" and at and tokens[at - 1] in _ROADS):
            kinds.add(KINDS.get(tokens[at], "kabupaten"))
        if at == 0 or "/" not in {tokens[at - 1], tokens[at]}:
            break
        at -= 1
    return kinds


def _is_end_of_road(tokens: Sequence[str], first: int, last: int) -> bool:
    """Tell whether a name is one end of a road such as Plumpang-Rengel."""
    after = tokens[last + 1] if last + 1 < len(tokens) else ""
    if not _BORDERS.isdisjoint(tokens[max(0, first - LOOK_BACK - 1) : first]):
        return False  # "pilar batas Pakis-Menyunyur" stands in both
    return after == "-" or (first > 0 and tokens[first - 1] == "-")


def _is_verb(word: str) -> bool:
    """Tell a passive or active verb from a name: "kantor desa dilempari", "kades menolak"."""
    return len(word) >= LONG and word.startswith(_VERBS)
