"""Find the codes of place names as forms and files write them. Pure; what is not certain stays words."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rapidfuzz.distance import OSA

from schemas.district import District
from services.web.field_errors import Fault
from services.web.headings import plain

_PREFIX = re.compile(
    r"^\s*(?:kecamatan|kec|kelurahan/desa|desa/kelurahan|kelurahan|kel|desa|ds|kabupaten|kab|kota)\b\.?[\s:]*",
    re.IGNORECASE,
)
_KABUPATEN = re.compile(r"^\s*(?:kabupaten|kab|kota)\b", re.IGNORECASE)
_SAYS_KABUPATEN = re.compile(r"^\s*(?:kabupaten|kab)\b", re.IGNORECASE)  # no kecamatan, though one has the same name
_KEC = re.compile(r"(?i)\b(?:kecamatan|kec)\b\.?\s*+([\w' -]{1,60}?)(?=\s*(?:[,;.()\n]|\bkab|$))")
_DESA = re.compile(r"(?i)\b(?:desa|ds|kelurahan|kel)\b\.?\s*+([\w' -]{1,60}?)(?=\s*(?:[,;.()\n]|\bkec|\bkab|$))")
_ELSEWHERE = re.compile(
    r"(?i)\b(?:warga|asal|dari|penduduk|pemuda|massa|menuju|ke|arah|polsek|koramil|puskesmas|rsud)\s+$"
)
_ITS_KABUPATEN = re.compile(r"(?i)(?<=\S)\s+(?:kabupaten|kab)\b\.?\s*(?P<name>[^,(;]{0,60})")  # "Soko Kab. Tuban"
# A kabupaten or kota in an address: with a capital, for "jalan kabupaten" is a kind of road and "kota" a part of one.
_IN_KABUPATEN = re.compile(
    r"\b(?:(?i:kabupaten|kab)\b\.?|(?i:kota)\b)\s*+(?::\s*+)?(?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,2})"
)
_ROAD = re.compile(r"(?i)\b(?:jalan|jln|jl|ruas|poros|raya)\b\.?\s*$")
_NAME_WORDS = 3  # of the longest name of a kabupaten or kecamatan
_UNIT = r"(?:kecamatan|kec|(?:ka)?polsek|sektor|koramil|danramil|muspika|forkopimcam)"
_TITLE = re.compile(  # a title over a part of a table: "KECAMATAN SOKO", "Koramil 12/Soko"
    rf"(?i)\s*(?:wilayah\s+)?{_UNIT}\b\.?[\s:]*(?:[\d./-]{{1,12}}\s*)?(?P<name>[^\W\d_][\w' ]{{1,40}})\s*:?\s*"
)
_SHORTEST, _LONGER = 4, 9  # letters from which on a name may have one typing error, and two
LOOK = "periksa tempat"
_CODE = re.compile(r"\d\d(\.\d\d){1,2}(\.\d{4})?", re.ASCII)


@dataclass(frozen=True)
class Located:
    """What is certain of a place, as codes, and the rest in words."""

    kecamatan: str | None = None
    desa: str | None = None
    words: tuple[str, ...] = ()
    doubts: tuple[Fault, ...] = ()  # by field


def folded(name: str) -> str:
    """Give a name without its kind, case, spaces and signs.

    >>> folded("Kec. Sumber-Agung, Kab. Tuban")
    'sumberagung'
    """
    first = _ITS_KABUPATEN.sub("", re.split(r"[,(;]", name)[0])
    return re.sub(r"[\W_]+", "", _PREFIX.sub("", first).casefold())


def _beginnings(told: str) -> list[str]:
    """Give the first words of what may be a name, the longest first.

    >>> _beginnings("Tuban dekat pasar")
    ['Tuban dekat pasar', 'Tuban dekat', 'Tuban']
    """
    words = told.split()
    return [" ".join(words[:many]) for many in range(min(len(words), _NAME_WORDS), 0, -1)]


class PlaceNames:
    """A district's places by name."""

    # Each file needs them several times, and some hundred desa take longer to sort than most files to read. A changed
    # district is another object, which is kept as long as it is compared with.
    _remembered: ClassVar[deque[tuple[District, "PlaceNames"]]] = deque(maxlen=4)

    @classmethod
    def of(cls, district: District) -> "PlaceNames":
        """Give the places of a district, sorted before if it is the same one."""
        for known, names in tuple(cls._remembered):
            if known is district:
                return names
        made = cls(district)
        cls._remembered.append((district, made))
        return made

    def __init__(self, district: District) -> None:
        self._own = {folded(district.name), folded(district.name.removeprefix("Kabupaten ")), district.code}
        self._places = district.places
        self._kecamatan: dict[str, str] = {}
        self._desa: dict[str, list[str]] = defaultdict(list)
        for code, place in district.places.items():
            names = {folded(name) for name in (place.name, *place.aliases)}
            if place.kind == "kecamatan":
                self._kecamatan |= dict.fromkeys(names, code)
            elif place.kind in ("desa", "kelurahan"):
                for name in names:
                    self._desa[name].append(code)
        for name in self._own & set(self._kecamatan):  # the seat is told from the kabupaten of its name as "Kota"
            self._kecamatan |= {f"{name}kota": self._kecamatan[name], f"kota{name}": self._kecamatan[name]}
        places = district.places.values()
        spelled = [(place.kind, name) for place in places for name in (place.name, *place.aliases)]
        # The seat bears the name of the whole kabupaten: bare, it tells no kecamatan.
        self._bare_kecamatan = self._bare(
            "kecamatan|kec", (name for kind, name in spelled if kind == "kecamatan" and folded(name) not in self._own)
        )
        unique = {name for name, codes in self._desa.items() if len(codes) == 1} - set(self._kecamatan) - self._own
        self._bare_desa = self._bare(
            "desa|ds|kelurahan|kel",
            (name for kind, name in spelled if kind in ("desa", "kelurahan") and folded(name) in unique),
            must=True,
        )
        around = district.neighbours.values()
        self._around = {folded(place.name) for place in around if place.kind in ("kabupaten", "kota")} - self._own
        # Of one spelling "Polsek Soko" names the kecamatan in a title of a table.
        self._units = re.compile(
            rf"(?i)\b{_UNIT}\b\.?[\s:]*(?:[\d./-]{{1,12}}\s*)?(?P<name>"
            + "|".join(re.escape(name) for kind, name in spelled if kind == "kecamatan")
            + r"|(?!))\b"
        )
        self._outside = {folded(place.name) for place in around if place.kind == "kecamatan"} | self._around

    def locate(self, *, kabupaten: str = "", region: str = "", kecamatan: str = "", desa: str = "") -> Located:
        """Find a place; a name outside the district stays words, so does one that is nowhere, and is doubted.

        `region` is a column that holds a kabupaten or a kecamatan, whoever filled it in.
        """
        told = tuple(part for part in (desa, kecamatan, region, kabupaten) if part)
        above = kecamatan if _SAYS_KABUPATEN.match(kecamatan) else ""
        tail = _ITS_KABUPATEN.search(kecamatan)
        within = tail["name"] if tail else ""
        if any(name and folded(name) not in self._own for name in (kabupaten, above, within)):
            return Located(words=told)
        if above:
            kecamatan = self.mentioned(above)[0]
        more: tuple[str, ...] = ()
        if region and folded(region) not in self._own:
            if _KABUPATEN.match(region) or folded(region) in self._around:
                return Located(words=told)
            if folded(region) not in self._kecamatan:
                more = (region,)
            elif not kecamatan:
                kecamatan = region
        code = self._known(kecamatan, self._kecamatan.get(folded(kecamatan))) if kecamatan else None
        doubts: tuple[Fault, ...] = ()
        if kecamatan and not code:
            if folded(kecamatan) in self._outside:
                return Located(words=told)
            code = self._nearly(kecamatan)
            if code is None:
                return Located(
                    words=told, doubts=(Fault("kecamatan", f"tidak dikenal di daerah ini maupun tetangganya, {LOOK}"),)
                )
            doubts = (Fault("kecamatan", f"tidak dikenal, dibaca {self._places[code].name}, {LOOK}"),)
            more = (*more, kecamatan)
        found = self._within(code, desa) if desa else Located(code)
        return Located(found.kecamatan, found.desa, (*found.words, *more), (*doubts, *found.doubts))

    def mentioned(self, words: str) -> tuple[str, str]:
        """Give the kecamatan and the desa that words call by their kind ("Ds. Jadi Kec. Semanding").

        The desa is one that is known here. The kecamatan is the first that is known here or around, else a name that is
        known nowhere: whoever locates it leaves the desa in words then.
        """
        told = [name for each in _KEC.findall(words) if (name := self._called(each))]
        known = (name for name in told if folded(name) in self._kecamatan or folded(name) in self._outside)
        desa = next((name for name in _DESA.findall(words) if folded(name) in self._desa), "")
        return next(known, next(iter(told), "")), desa

    def elsewhere(self, words: str) -> str:
        """Give the kabupaten or kota that an address names first, where it is not this one; "" else."""
        for match in _IN_KABUPATEN.finditer(words):
            names = _beginnings(match["name"])
            if any(folded(name) in self._own for name in names):
                return ""
            if around := next((name for name in names if folded(name) in self._around), ""):
                return around
            bare = match[0].casefold().startswith("kota") or _ROAD.search(words[: match.start()])
            if match["name"][0].isupper() and not bare:
                return match["name"]
        return next((part.strip() for part in re.split(r"[,;()\n]", words) if plain(part) in self._around), "")

    def _called(self, told: str) -> str:
        """Give the name that begins what stands behind "Kec.": one that is known, or that is written as one."""
        for name in _beginnings(told):
            if folded(name) in self._kecamatan or folded(name) in self._outside:
                return name
        return told if told[0].isupper() else ""

    def titled(self, words: str) -> str:
        """Give the kecamatan that a title over a part of a table names, in its words; "" when it is no such title.

        A name alone is one too, but not that of the seat, which the whole kabupaten bears.
        """
        if found := _TITLE.fullmatch(words):
            name = found["name"].strip()
            known = folded(name) in self._kecamatan or folded(name) in self._outside or self._nearly(name)
            return name if known else ""
        return words.strip() if folded(words) in set(self._kecamatan) - self._own else ""

    def is_own(self, name: str) -> bool:
        """Say whether a name is that of the whole district."""
        return folded(name) in self._own

    def of_unit(self, words: str) -> str:
        """Give the one kecamatan whose office, police or military post words name ("REKAP POLSEK SOKO"); "" else."""
        found = {match["name"].casefold(): match["name"] for match in self._units.finditer(words)}
        return next(iter(found.values())) if len(found) == 1 else ""

    def said_to_be_in(self, words: str) -> tuple[frozenset[str], frozenset[str]]:
        """Give the kecamatan, as codes, and the desa, as folded names, in which words say that something is.

        Called by their kind ("Ds. Jadi Kec. Semanding") or bare: a kecamatan with a capital or after "di", a desa of a
        name that only one bears after "di". Where people come from or go to ("warga Rengel", "ke Soko") is none.
        """
        desa = {name for told in _DESA.findall(words) if (name := folded(told)) in self._desa}
        desa |= {folded(match["name"]) for match in self._bare_desa.finditer(words)}
        kecamatan = {code for told in _KEC.findall(words) if (code := self._kecamatan.get(folded(told)))}
        for match in self._bare_kecamatan.finditer(words):
            if match["at"] or (match["name"][0].isupper() and not _ELSEWHERE.search(words[: match.start()])):
                kecamatan.add(self._kecamatan[folded(match["name"])])
        if not kecamatan:
            alone = [codes[0] for name in desa if len(codes := self._desa[name]) == 1]
            kecamatan = {code for each in alone if (code := self._places[each].kecamatan)}
        return frozenset(kecamatan), frozenset(desa)

    def _bare(self, kind: str, names: Iterable[str], *, must: bool = False) -> re.Pattern[str]:
        """Give what finds names in a text, with the word before them that says "there"."""
        longest = sorted(map(re.escape, names), key=len, reverse=True)
        return re.compile(
            rf"(?i)(?P<at>\bdi\s+|\b(?:{kind})\b\.?\s*){'' if must else '?'}\b(?P<name>{'|'.join(longest) or '(?!)'})\b"
        )

    def _known(self, name: str, found: str | None) -> str | None:
        """Give the code a name stands for; a code stands for itself, and is checked at the door."""
        return name if _CODE.fullmatch(name) else found

    def _nearly(self, name: str) -> str | None:
        """Give the one kecamatan whose name this is with a typing error ("Sokko"), where no neighbour's is as near."""
        told = folded(name)
        errors = 0 if len(told) < _SHORTEST else 1 if len(told) < _LONGER else 2
        near = {each: OSA.distance(told, each, score_cutoff=errors) for each in {*self._kecamatan, *self._outside}}
        least = min(near.values(), default=errors + 1)
        best = {self._kecamatan.get(each) for each, far in near.items() if far == least <= errors}
        return next(iter(best)) if len(best) == 1 else None

    def _within(self, kecamatan: str | None, desa: str) -> Located:
        if _CODE.fullmatch(desa):
            return Located(kecamatan, desa)
        everywhere = self._desa.get(folded(desa), [])
        here = [code for code in everywhere if kecamatan in (None, self._places[code].kecamatan)]
        if len(here) == 1:
            return Located(self._places[here[0]].kecamatan, here[0])
        # A dusun, a typing error, one of several, or a desa that people put in another kecamatan than the list does:
        # what a reporter wrote is not thrown away for it, the reader of the report looks.
        doubts: tuple[Fault, ...] = ()
        if everywhere and not here and kecamatan in self._places:
            of = {self._places[each].kecamatan for each in everywhere}
            there = " atau ".join(sorted(self._places[each].name for each in of if each in self._places))
            doubts = (Fault("desa", f"{desa} ada di {there}, bukan di {self._places[kecamatan].name}, {LOOK}"),)
        return Located(kecamatan, words=(desa,), doubts=doubts)
