"""Know every place name of a district and its neighbours, and find them in a report's words. Pure.

One walk over the tokens finds the names: at each token only the names that begin with it are tried, so the time grows
with the length of the report.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from schemas.district import District
from schemas.policy.places import Place
from services.policy.geography import VILLAGES

NEAR_NAME = 88  # rapidfuzz ratio from which a name said to be a desa of a known kecamatan is that desa
LEAST_PART = 4  # letters of each half of a name that is written in two words
_VOWELS = frozenset("aeiou")
MOST_WORDS = 4  # of a place's name
LEAST_ALONE = 5  # letters of a desa name that names a place by itself, without "desa" or a kecamatan


class Names:
    """The names of a district's places and of its neighbours', with what each may mean.

    "Sumber Agung" and "sumberagung" are one name; "Tegalrejo" means two desa of Tuban; "bulu" is a desa and a word.
    """

    def __init__(self, district: District, words: dict[str, Any]) -> None:
        self.home_code = district.code
        self.home_name = district.name.lower().removeprefix("kabupaten ").strip()
        self.elsewhere = {str(name).strip("_"): str(code) for name, code in words.get("elsewhere", {}).items()}
        self.home = frozenset(district.places)
        self.places: dict[str, Place] = {**district.neighbours, **district.places}
        lists = words.get("place", {})
        self._everyday = frozenset(lists.get("everyday", ()))
        self._things = frozenset(lists.get("things", ()))
        self._before_names = frozenset([*lists.get("origin", ()), *lists.get("office", ()), *lists.get("site", ())])
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        for code, place in self.places.items():
            for name in _spellings(place, self.home_name, home=code in self.home):
                if code not in self._codes[name]:
                    self._codes[name].append(code)
        self._desa_of: defaultdict[str, dict[str, str]] = defaultdict(dict)  # kecamatan -> name in one word -> code
        for code, place in self.places.items():
            if place.kind in VILLAGES:
                self._desa_of[place.kecamatan][place.name.lower().replace(" ", "")] = code
        self.starting: dict[str, list[tuple[tuple[str, ...], str]]] = {}

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Give every spelling with its key."""
        for name in (*self._codes, *self.elsewhere):
            yield name, name

    def compile(self, written: Callable[[str], str]) -> None:
        """Write every name the way reports are written in plain form, by its first token, longest first."""
        starting: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for name, key in self.spellings():
            tokens = tuple(written(name).split())
            if tokens:
                starting[tokens[0]].setdefault(tokens, key)
        self.starting = {
            first: sorted(names.items(), key=lambda name: -len(name[0])) for first, names in starting.items()
        }

    def at(self, tokens: Sequence[str], first: int) -> tuple[int, str] | None:
        """Give the longest name that begins at a token: (its last token, its key)."""
        for name, key in self.starting.get(tokens[first], ()):
            if tuple(tokens[first : first + len(name)]) == name:
                return first + len(name) - 1, key
        return None

    def ending_at(self, tokens: Sequence[str], last: int) -> str | None:
        """Give the key of the longest name that ends at a token."""
        for first in range(max(0, last - MOST_WORDS + 1), last + 1):
            found = self.at(tokens, first)
            if found is not None and found[0] == last:
                return found[1]
        return None

    def is_in_town(self, code: str) -> bool:
        """Tell whether a place lies in the kecamatan of the district's town."""
        return self.places[self.places[code].kecamatan].name.lower() == self.home_name

    def codes(self, key: str) -> tuple[str, ...]:
        """Give every place that is called so, of the district and of its neighbours."""
        return tuple(self._codes.get(key, ()))

    def similar(self, name: str, kecamatan: str) -> str | None:
        """Find the desa of a kecamatan that a mistyped name means, if it is near enough."""
        choices = self._desa_of.get(kecamatan, {})
        found = process.extractOne(name.replace(" ", ""), list(choices), scorer=fuzz.ratio, score_cutoff=NEAR_NAME)
        return choices[found[0]] if found else None

    def abbreviated(self, name: str) -> str | None:
        """Give the kecamatan of ours that a few of its letters mean, no vowel among them: "kec. smd" is Semanding."""
        if not name.isalpha() or not _VOWELS.isdisjoint(name):
            return None
        own = [place for code, place in self.places.items() if place.kind == "kecamatan" and code in self.home]
        meant = [place.code for place in own if _leaves_out(name, place.name.lower())]
        return meant[0] if len(meant) == 1 else None

    def is_everyday(self, key: str) -> bool:
        """Tell whether a name is also a word of everyday speech: "jadi", "gaji", "sumber"."""
        return key in self._everyday

    def is_a_thing(self, key: str, before: str) -> bool:
        """Tell whether a kecamatan's name is here a thing that reports speak of: "memasang palang", not "di Palang"."""
        return key in self._things and before not in self._before_names

    def speaks_alone(self, key: str, codes: Sequence[str], *, capital: bool) -> bool:
        """Tell whether a desa's name names it anywhere: one desa is called so, here and next door, and nothing else.

        A name that is also an everyday word does where it is written with a capital.
        """
        return (
            len(codes) == 1
            and len(self._codes.get(key, ())) == 1
            and len(key) >= LEAST_ALONE
            and (capital or not self.is_everyday(key))
            and key not in self.elsewhere
        )


def _leaves_out(short: str, name: str) -> bool:
    """Tell whether a short form begins like a name and goes on with letters of it, in order."""
    left = iter(name)
    return short[0] == name[0] and all(letter in left for letter in short)


def of_kind(names: Names, codes: Sequence[str], *kinds: str) -> tuple[str, ...]:
    """Keep the codes of places of some kinds."""
    return tuple(code for code in codes if names.places[code].kind in kinds)


def villages(names: Names, codes: Sequence[str]) -> tuple[str, ...]:
    """Keep the codes of desa and kelurahan."""
    return of_kind(names, codes, *VILLAGES)


def _spellings(place: Place, capital: str, *, home: bool) -> Iterator[str]:
    """Give the ways a name is written: as listed, as one word, and split in two."""
    if place.kind == "kabupaten":
        yield place.name.lower()
        return
    for name in (place.name, *place.aliases):
        low = name.lower()
        yield low
        if place.kind != "landmark":
            yield from _in_one_or_two_words(low, split=home)
    if place.kind == "kecamatan" and place.name.lower() == capital:
        yield f"{capital} kota"
        yield f"kota {capital}"
        yield "kecamatan kota"


def _in_one_or_two_words(name: str, *, split: bool) -> Iterator[str]:
    words = name.split()
    if len(words) > 1:
        yield "".join(words)
    elif split and name.isalpha():
        for at in range(LEAST_PART, len(name) - LEAST_PART + 1):
            yield f"{name[:at]} {name[at:]}"
