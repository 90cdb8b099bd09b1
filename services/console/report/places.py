"""Offer the district's places by what people call them, and find the one that somebody has written. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.district import District, Place

PREFIXES = ("desa ", "ds. ", "ds ", "kelurahan ", "kel. ", "kel ", "kecamatan ", "kec. ", "kec ")


@dataclass(frozen=True)
class Choice:
    """One place as it is offered: a label that no other place has."""

    label: str
    kecamatan: str
    desa: str | None
    lat: float | None
    lon: float | None


def label_of(place: Place, district: District) -> str:
    """Give a place's label: "Mentoro, Soko" for a desa, "Kec. Soko" for a kecamatan."""
    if place.kind == "kecamatan":
        return f"Kec. {place.name}"
    kecamatan = district.places.get(place.kecamatan or "")
    return f"{place.name}, {kecamatan.name}" if kecamatan else place.name


def choices(district: District) -> list[Choice]:
    """Give every kecamatan and desa, by name."""
    offered = [
        Choice(
            label_of(place, district),
            place.code if place.kind == "kecamatan" else place.kecamatan or "",
            None if place.kind == "kecamatan" else place.code,
            place.lat,
            place.lon,
        )
        for place in district.places.values()
        if place.kind in ("kecamatan", "desa", "kelurahan")
    ]
    return sorted(offered, key=lambda choice: (choice.desa is not None, choice.label))


def matching(written: str, offered: Iterable[Choice]) -> list[Choice]:
    """Give the places that `written` may mean: one when it is plain, several when people must choose, none unknown."""
    wanted = _plain(written)
    if not wanted:
        return []
    exact: list[Choice] = []
    named: dict[str, list[Choice]] = defaultdict(list)
    for choice in offered:
        if _plain(choice.label) == wanted:
            exact.append(choice)
        named[_plain(choice.label.partition(",")[0])].append(choice)
    found = exact or named.get(wanted, [])
    desa = [choice for choice in found if choice.desa]
    # A kecamatan's main desa often has its name: who writes the bare name is asked, unless "Kec." was written.
    return found if exact or len(desa) != 1 or len(found) > 1 else desa


def _plain(written: str) -> str:
    said = " ".join(written.lower().replace(",", " , ").split()).replace(" ,", ",")
    if said.startswith(("kec. ", "kec ", "kecamatan ")):
        return "kec " + said.split(" ", 1)[1]
    for prefix in PREFIXES:
        if said.startswith(prefix):
            return said.removeprefix(prefix)
    return said
