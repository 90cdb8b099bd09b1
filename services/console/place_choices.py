"""Offer the district's places by what people call them, find the one that somebody has written, draw them. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.district import District
from schemas.policy.places import Place, Shape

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


@dataclass(frozen=True)
class TapMap:
    """The map to tap on: JSON of its areas, and a version that changes with them."""

    body: bytes
    version: str


def tap_map(district: District) -> TapMap | None:
    """Give the areas of every kecamatan and desa; None where the district has no map.

    An area is `[label, kecamatan, path, x, y]`: what the page to report on writes down for it, the code of the
    kecamatan that it is or lies in, its outline, and where its name stands, all in pixels of the map.
    """

    def drawn(shapes: Iterable[Shape]) -> list[tuple[str, str, str, float, float]]:
        found = ((shape, district.places[shape.code]) for shape in shapes if shape.code in district.places)
        return [
            (label_of(place, district), place.kecamatan or place.code, shape.path, shape.x, shape.y)
            for shape, place in found
        ]

    kecamatan, desa = drawn(district.shapes), drawn(district.desa_shapes)
    if not kecamatan or not desa:
        return None
    body = json.dumps({"kecamatan": kecamatan, "desa": desa}, ensure_ascii=False, separators=(",", ":")).encode()
    return TapMap(body, hashlib.sha256(body).hexdigest()[:10])


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
