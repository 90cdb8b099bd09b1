"""Say in which kabupaten a text is, from the mentions of places. Pure.

A report of a neighbouring kabupaten is never resolved into ours: "Desa Bangunrejo, Kedungpring, Lamongan".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from services.policy.geography import kabupaten_code
from services.triage.places.mentions import Mention
from services.triage.places.names import Names
from services.triage.places.roles import BARE, ORIGIN, RESIDENT, SITE

NEXT = 2  # tokens within which a name follows another of the same place, as a kecamatan its desa
PROVINCES = frozenset(["jawa timur", "jatim", "madura"])
SURE_OF_HOME = 0.6  # what naming the own kabupaten says more than naming another in the same way
OF_A_PROVINCE = 0.1  # a province says little: ours lies in one too
OF_RESIDENTS = 1.5  # "pemuda Bojonegoro dikeroyok di Soko": where people live says less than where it happened
LESS_BY_KECAMATAN, LESS_BY_NEIGHBOUR = 1.0, 1.5  # a kecamatan says less of its kabupaten than the name itself


@dataclass(frozen=True, slots=True)
class Scope:
    """The kabupaten a text is about: its code, "" for one that no list holds, None where the text names none."""

    kabupaten: str | None
    from_outside: bool  # people came from another kabupaten
    home: str

    @property
    def foreign(self) -> bool:
        """Tell whether it is another kabupaten, known or not."""
        return self.kabupaten is not None and self.kabupaten != self.home

    def inside(self, codes: tuple[str, ...], at_home: frozenset[str]) -> tuple[str, ...]:
        """Keep the places that lie in this kabupaten; where none is named, ours before the neighbours'."""
        if not self.foreign:
            home = tuple(code for code in codes if code in at_home)
            return home or (codes if self.kabupaten is None else ())
        return tuple(code for code in codes if self.kabupaten and code.startswith(self.kabupaten))


def scope_of(mentions: Sequence[Mention], names: Names) -> Scope:
    """Read the kabupaten: the mention that says most, the first of those that say as much."""
    best: tuple[float, str] | None = None
    from_outside = False
    for mention, following in zip_longest(mentions, mentions[1:]):
        if mention.kind == "kabupaten":
            found = _named(mention, names)
            from_outside |= mention.role in {ORIGIN, RESIDENT} and _code(mention, names) != names.home_code
        else:
            found = _implied(mention, names, best)
            if _is_pair(mention, following, names):
                found = max((BARE + SURE_OF_HOME, names.home_code), found or (0.0, ""))
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    from_outside &= best is None or best[1] in {names.home_code, ""}  # residents of another kabupaten are at home there
    return Scope(best[1] if best else None, from_outside, names.home_code)


def _code(mention: Mention, names: Names) -> str:
    return names.home_code if mention.name == names.home_name else names.elsewhere.get(mention.name, "")


def _named(mention: Mention, names: Names) -> tuple[float, str] | None:
    """Weigh a kabupaten that is named."""
    if mention.role == ORIGIN:
        return None
    code = _code(mention, names)
    if code == names.home_code:
        return mention.role + SURE_OF_HOME, code
    if not code and mention.name in PROVINCES:
        return OF_A_PROVINCE, code
    return (OF_RESIDENTS if mention.role == RESIDENT else mention.role), code


def _is_pair(mention: Mention, following: Mention | None, names: Names) -> bool:
    """Tell whether a desa of ours and its kecamatan stand side by side, as in "nelayan Kenanti, Tambakboyo"."""
    if following is None or mention.kind != "bare_desa" or mention.role < BARE:
        return False
    near = following.first - mention.last <= NEXT and names.home.issuperset(following.codes)
    return near and any(names.places[code].kecamatan in following.codes for code in mention.codes)


def _implied(mention: Mention, names: Names, best: tuple[float, str] | None) -> tuple[float, str] | None:
    """Weigh the kabupaten of a kecamatan or desa that is named."""
    if mention.role < RESIDENT or not mention.codes:
        return None
    if mention.kind in {"bare", "bare_desa", "landmark"}:
        if not names.home.issuperset(mention.codes):
            return None
        site = mention.role >= SITE
        return (mention.role - LESS_BY_KECAMATAN if site else OF_RESIDENTS + SURE_OF_HOME), names.home_code
    if any(code in names.home for code in mention.codes):
        return None if mention.kind == "desa" else (mention.role - LESS_BY_KECAMATAN, names.home_code)
    if mention.kind == "kecamatan" and best is None:
        return mention.role - LESS_BY_NEIGHBOUR, kabupaten_code(mention.codes[0])
    return None
