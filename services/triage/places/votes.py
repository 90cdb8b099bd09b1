"""Count what each mention says for a kecamatan or desa. Pure.

"Ds. Bangunrejo Kec. Soko" votes for Soko twice and names the desa; "Polsek Soko" only points there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.triage.places.mentions import Mention
from services.triage.places.names import Names, of_kind
from services.triage.places.roles import BARE, LOOK_BACK, OFFICE, ORIGIN, RESIDENT, SITE
from services.triage.places.scope import NEXT, PROVINCES, Scope
from services.triage.text.normalise import Plain

MANY = 3  # as many bare kecamatan in a row are a list, not a place
EXPLICIT, BY_DESA, BESIDE = 2.0, 1.5, 1.0  # what "Kecamatan X", "Desa X", a desa beside its kecamatan say more
OF_OFFICE = 0.5  # an office alone only points to its kecamatan
OF_LANDMARK = BARE + 1
ALONE = BARE + 0.5  # the name of one desa and nothing else, somewhere in the text
_STANDS_AFTER = frozenset({"di", "wilayah", "kawasan", "daerah", "sekitar"})


@dataclass(slots=True)
class Votes:
    """What the mentions of one text say together."""

    weights: dict[str, float] = field(default_factory=dict)  # kecamatan -> its strongest mention's weight
    roles: dict[str, float] = field(default_factory=dict)  # kecamatan -> the best role of its mentions
    by: dict[str, Mention] = field(default_factory=dict)  # kecamatan -> the first mention that spoke for it
    desa: dict[str, tuple[Mention, float]] = field(default_factory=dict)  # desa -> its mention and role
    landmarks: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)  # desa of a name that several have; a kecamatan, or a thing
    unknown: Mention | None = None  # a kecamatan that no gazetteer holds
    unknown_desa: Mention | None = None

    def add(self, kecamatan: str, weight: float, mention: Mention) -> None:
        """Take one vote; the strongest counts."""
        self.roles[kecamatan] = max(mention.role, self.roles.get(kecamatan, ORIGIN))
        if weight > self.weights.get(kecamatan, -1.0):
            self.weights[kecamatan] = weight
            self.by.setdefault(kecamatan, mention)


class Count:
    """Counts the votes of one text."""

    def __init__(self, names: Names, plain: Plain, mentions: Sequence[Mention], scope: Scope) -> None:
        self._names = names
        self._plain = plain
        self._mentions = mentions
        self._scope = scope
        self._listed = _lists(mentions)
        self._anywhere = frozenset(code for one in mentions if one.role != ORIGIN for code in one.codes)
        self._votes = Votes()

    def votes(self) -> Votes:
        """Give what all mentions say together."""
        ways = {
            "kecamatan": self._kecamatan, "both": self._kecamatan, "desa": self._desa, "landmark": self._landmark,
            "bare": self._bare, "bare_desa": self._bare_desa,
        }  # fmt: skip
        for number, mention in enumerate(self._mentions):
            if mention.role != ORIGIN and mention.kind in ways:
                ways[mention.kind](number, mention, self._scope.inside(mention.codes, self._names.home))
        return self._votes

    def _kecamatan(self, number: int, mention: Mention, codes: tuple[str, ...]) -> None:
        kecamatan = of_kind(self._names, codes, "kecamatan")
        if kecamatan:
            weight = BARE if number in self._listed else mention.role + EXPLICIT
            self._votes.add(kecamatan[0], weight, mention)
            for code in codes:
                if code != kecamatan[0] and self._names.places[code].kecamatan == kecamatan[0]:
                    self._votes.desa.setdefault(code, (mention, mention.role))
        elif (
            mention.kind == "kecamatan" and (meant := self._names.abbreviated(mention.name)) and not self._scope.foreign
        ):
            self._votes.add(meant, mention.role + EXPLICIT, mention)
        elif self._votes.unknown is None and mention.kind == "kecamatan":
            self._votes.unknown = mention

    def _desa(self, number: int, mention: Mention, codes: tuple[str, ...]) -> None:
        meant = self._meant(number, codes)
        if len(meant) == 1:
            self._votes.desa.setdefault(meant[0], (mention, mention.role))
            self._votes.add(self._names.places[meant[0]].kecamatan, mention.role + BY_DESA, mention)
        elif meant:
            self._votes.vague += meant
        elif self._votes.unknown_desa is None:
            self._votes.unknown_desa = mention

    def _landmark(self, number: int, mention: Mention, codes: tuple[str, ...]) -> None:
        told_elsewhere = any(one.role == OFFICE and one.name in PROVINCES for one in self._mentions[:number])
        if codes and self._is_of_another(number, codes[0]):
            return
        if codes and mention.role >= BARE and not self._scope.foreign and not told_elsewhere:
            weight = OF_LANDMARK if mention.role >= SITE else ALONE
            self._votes.add(self._names.places[codes[0]].kecamatan, weight, mention)
            self._votes.landmarks.append(codes[0])

    def _is_of_another(self, number: int, code: str) -> bool:
        """Tell whether a landmark's name is said of another kecamatan: "Alun-alun Rengel"."""
        following = self._mentions[number + 1] if number + 1 < len(self._mentions) else None
        return (
            following is not None
            and following.first == self._mentions[number].last + 1
            and following.kind == "bare"
            and self._names.places[code].kecamatan not in following.codes
        )

    def _bare(self, number: int, mention: Mention, codes: tuple[str, ...]) -> None:
        if not codes or number in self._listed:
            return
        if self._is_thing(number, mention):
            self._votes.vague.append(codes[0])
        elif mention.role == OFFICE:
            self._votes.add(codes[0], OF_OFFICE, mention)
        elif mention.role >= BARE and self._stands_as_place(number, mention):
            self._votes.add(codes[0], min(mention.role, BARE) + 1, mention)
        elif mention.role >= BARE:
            self._votes.add(codes[0], BARE, mention)

    def _bare_desa(self, number: int, mention: Mention, codes: tuple[str, ...]) -> None:
        places = self._names.places
        beside = [code for code in codes if self._beside(places[code].kecamatan, number)]
        if len(beside) == 1:
            self._votes.desa.setdefault(beside[0], (mention, mention.role))
            self._votes.add(places[beside[0]].kecamatan, min(mention.role, BARE) + BESIDE, mention)
        elif mention.role >= BARE and len(codes) == 1 and not self._scope.foreign:
            alone = self._names.speaks_alone(mention.name, codes, capital=mention.capital)
            if alone or mention.role >= RESIDENT:
                self._votes.desa.setdefault(codes[0], (mention, mention.role))
                self._votes.add(places[codes[0]].kecamatan, ALONE, mention)
        elif mention.role >= SITE and codes and not self._scope.foreign:
            self._votes.vague += codes

    def _meant(self, number: int, codes: tuple[str, ...]) -> list[str]:
        """Resolve "Desa X": by its kecamatan beside it, else by one named anywhere, else all of them."""
        places = self._names.places
        beside = [code for code in codes if self._beside(places[code].kecamatan, number)]
        if len(beside) == 1:
            return beside
        follower = self._mentions[number + 1] if number + 1 < len(self._mentions) else None
        if follower is not None and follower.kind == "kecamatan" and codes:
            named = self._scope.inside(follower.codes, self._names.home)
            if places[codes[0]].kecamatan not in named:
                return []  # "Desa A, Kecamatan B" where B has no A: the kecamatan stands, the desa is not known
        if len(codes) == 1:
            return list(codes)
        anywhere = [code for code in codes if places[code].kecamatan in self._anywhere]
        return anywhere if len(anywhere) == 1 else list(codes)

    def _beside(self, kecamatan: str, number: int) -> bool:
        """Tell whether the mention after this one names a kecamatan."""
        following = self._mentions[number + 1] if number + 1 < len(self._mentions) else None
        return (
            following is not None
            and kecamatan in following.codes
            and following.first - self._mentions[number].last <= LOOK_BACK + 1
        )

    def _is_thing(self, number: int, mention: Mention) -> bool:
        """Tell whether a name is a thing here: no word of place before it, and no place beside it."""
        before = self._plain.tokens[mention.first - 1] if mention.first else ""
        if not self._names.is_a_thing(mention.name, before):
            return False
        left = self._mentions[number - 1] if number else None
        right = self._mentions[number + 1] if number + 1 < len(self._mentions) else None
        beside = (left and mention.first - left.last <= NEXT) or (right and right.first - mention.last <= NEXT)
        return not beside and self._plain.tokens[mention.last + 1 : mention.last + 2] != [":"]

    def _stands_as_place(self, number: int, mention: Mention) -> bool:
        """Tell whether a bare kecamatan name is used as a place: "di Jenu", "Plumpang, Tuban"."""
        after = self._mentions[number + 1] if number + 1 < len(self._mentions) else None
        if after is not None and after.kind == "kabupaten" and after.first - mention.last <= NEXT:
            return True
        before = self._plain.tokens[mention.first - 1] if mention.first else ""
        return before in _STANDS_AFTER or mention.role >= SITE


def _lists(mentions: Sequence[Mention]) -> set[int]:
    """Give the kecamatan that stand in a list of three or more: "di Semanding, Grabagan, Parengan dan Senori"."""
    runs: set[int] = set()
    for kind in ("bare", "kecamatan"):
        named = [number for number, mention in enumerate(mentions) if mention.kind == kind]
        for at in range(len(named) - MANY + 1):
            trio = named[at : at + MANY]
            if all(mentions[b].first - mentions[a].last <= NEXT for a, b in pairwise(trio)):
                runs.update(trio)
    return runs
