"""Read official boundaries out of GeoJSON (RFC 7946) and say what is wrong with each feature. Pure.

Which area a feature is says its Kemendagri code, in a property of one of the usual names. Nothing is mended: whoever
made the file mends it, and is told the feature's number and code.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.district import District
from schemas.policy.places import Place
from services.cli.places.rings import Box, Point, Ring, area, box_of, crossing, inside, middle
from services.policy.geography import BEYOND, METRES_A_DEGREE, VILLAGES, kabupaten_code

# Names of the property that holds a code, compared in lower case; KDEPUM and KDCPUM are those of BIG's boundaries.
PROPERTIES: Final = (
    "kode", "kode_desa", "kode_kel", "kode_kec", "kode_kecamatan", "kode_kemendagri", "kode_wilayah",
    "kd_desa", "kd_kel", "kd_kec", "kd_kecamatan", "kdepum", "kdcpum", "kemendagri", "code",
)  # fmt: skip
DEGREES: Final = ("crs84", "epsg:4326", "epsg::4326")  # how a file may name the coordinates that are asked for
AWAY = 5_000 / METRES_A_DEGREE  # degrees that a place's known point may lie outside its area's box
KINDS: Final = {8: "kecamatan", 13: "desa"}  # by the length of a code
CODE = re.compile(r"\d\d\.\d\d(\.\d\d(\.\d{4})?)?")
LEAST = 4  # positions of a ring, the last being the first again


class NotGeoJson(Exception):  # noqa: N818 - a sentence for who runs the command
    """A file holds no features at all; says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: with which feature (its number in the file, from one), of which code."""

    where: str
    code: str
    why: str

    def __str__(self) -> str:
        about = ", ".join(part for part in (self.where, self.code) if part)
        return f"{about}: {self.why}" if about else self.why


@dataclass
class Read:
    """What files hold for one district: polygons by code, faults, and how many features are of elsewhere."""

    areas: dict[str, list[Ring]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    elsewhere: int = 0

    def of_kind(self, kind: str) -> dict[str, list[Ring]]:
        """Give the areas of one kind: kecamatan, or desa."""
        return {code: rings for code, rings in self.areas.items() if KINDS[len(code)] == kind}


class _Wrong(Exception):  # noqa: N818 - never leaves this file
    """Why a feature cannot be used."""


def features_of(text: str) -> list[Any]:
    """Give the features of a file; raises NotGeoJson."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotGeoJson(f"bukan JSON: {error}") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or told.get("type") != "FeatureCollection":
        raise NotGeoJson("bukan FeatureCollection GeoJSON")
    named = str((told.get("crs") or {}).get("properties", {}).get("name", "")) if _has_crs(told) else ""
    if named and not named.lower().endswith(DEGREES):
        raise NotGeoJson(f"koordinat {named}: ubah dulu ke derajat WGS 84 (EPSG:4326)")
    return features


def _has_crs(told: Mapping[str, Any]) -> bool:
    crs = told.get("crs")
    return isinstance(crs, dict) and isinstance(crs.get("properties", {}), dict)


def read(files: Mapping[str, Sequence[Any]], district: District, named: str = "") -> Read:
    """Read the features of files (by the name said of them, empty for a single one) for a district.

    `named`: the only property that holds a code; empty: any of the usual ones.
    """
    found = Read()
    first: dict[str, str] = {}
    judge = _Judge(district)
    for name, features in files.items():
        for number, feature in enumerate(features, 1):
            where = f"{name} fitur {number}".strip()
            code = _code_of(feature, named)
            if CODE.fullmatch(code) and (code == district.code or kabupaten_code(code) != district.code):
                found.elsewhere += 1  # of another kabupaten, or the outline of this one
                continue
            try:
                if code in first:
                    _wrong(f"kode ini sudah dipakai {first[code]}: gabungkan jadi satu MultiPolygon")
                place = judge.place(code)
                first[code] = where
                found.areas[code] = judge.rings(feature.get("geometry"), place)
            except _Wrong as wrong:
                found.faults.append(Fault(where, code, str(wrong)))
    found.faults += _overlaps(found, first)
    found.faults += _missing(first, district)
    return found


def _wrong(why: str) -> None:
    raise _Wrong(why)


def _code_of(feature: Any, named: str) -> str:
    """Give the code of a feature, with its dots; of several the longest, as a desa also names its kecamatan."""
    told = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(told, dict):
        return ""
    names = (named.lower(),) if named else PROPERTIES
    codes = [_dotted(value) for name, value in told.items() if str(name).lower() in names]
    return max(codes, key=len, default="")


def _dotted(value: Any) -> str:
    """Write a code with its dots; what is none is given back as it is.

    >>> _dotted("35.23.11"), _dotted(3523112010), _dotted(352311.0), _dotted("x")
    ('35.23.11', '35.23.11.2010', '35.23.11', 'x')
    """
    text = str(int(value)) if isinstance(value, float) and math.isfinite(value) else str(value or "")
    digits = text.strip().replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        return text.strip()[:40]
    parts = [digits[:2], digits[2:4], digits[4:6], digits[6:]]
    return ".".join(part for part in parts if part)[:40]


class _Judge:
    """Judge features by what the district knows of its places."""

    def __init__(self, district: District) -> None:
        self._places = district.places
        points = [(one.lon, one.lat) for one in district.places.values() if one.lon is not None and one.lat is not None]
        self._around = _wider(box_of([points]), BEYOND)

    def place(self, code: str) -> Place:
        if not code:
            _wrong("tidak ada kode Kemendagri di propertinya")
        known = self._places.get(code)
        if known is None or len(code) not in KINDS or known.kind not in ("kecamatan", *VILLAGES):
            raise _Wrong("kode tidak dikenal di kabupaten ini (kode BPS bukan kode Kemendagri)")
        return known

    def rings(self, geometry: Any, place: Place) -> list[Ring]:
        """Give the rings of a geometry: outer ones counter-clockwise, holes clockwise."""
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        told = geometry.get("coordinates") if isinstance(geometry, dict) else None
        polygons = [told] if kind == "Polygon" else told if kind == "MultiPolygon" else None
        if not isinstance(polygons, list) or not polygons:
            raise _Wrong("bukan Polygon atau MultiPolygon")
        raw = [(_points(ring), number == 0) for polygon in polygons for number, ring in enumerate(_listed(polygon))]
        if not raw:
            raise _Wrong("tidak punya koordinat")
        self._where([at for ring, _ in raw for at in ring], place)
        rings = [_sound(ring, outer=outer) for ring, outer in raw]
        if place.lon is not None and place.lat is not None:
            west, south, east, north = _wider(box_of(rings), AWAY)
            if not (west <= place.lon <= east and south <= place.lat <= north):
                raise _Wrong(f"jauh dari titik {place.name}: kodenya mungkin tertukar")
        return rings

    def _where(self, points: Sequence[Point], place: Place) -> None:
        """Refuse coordinates that do not lie in the district, and say what may have happened to them."""
        if self._all(points, lambda x, y: (x, y)):
            return
        if self._all(points, lambda x, y: (y, x)):
            _wrong("lintang dan bujur tertukar (GeoJSON: bujur dulu)")
        if self._all(points, lambda x, y: (x, -y)):
            _wrong("lintang tercermin: tanda minus hilang")
        if any(abs(x) > 180 or abs(y) > 90 for x, y in points):  # noqa: PLR2004 - degrees of a globe
            _wrong("koordinat bukan derajat (mungkin meter): ubah dulu ke WGS 84 (EPSG:4326)")
        _wrong(f"di luar kabupaten, padahal kode {place.name}")

    def _all(self, points: Sequence[Point], turned: Callable[[float, float], Point]) -> bool:
        west, south, east, north = self._around
        return all(west <= x <= east and south <= y <= north for x, y in (turned(*at) for at in points))


def _wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _listed(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise _Wrong("koordinat rusak")
    return told


def _points(told: Any) -> list[Point]:
    points = []
    for at in _listed(told):
        both = at[:2] if isinstance(at, list) else ()
        if len(both) != 2 or any(isinstance(one, bool) or not isinstance(one, int | float) for one in both):  # noqa: PLR2004
            raise _Wrong("koordinat rusak")
        x, y = both
        if not (math.isfinite(x) and math.isfinite(y)):
            raise _Wrong("koordinat rusak")
        points.append((float(x), float(y)))
    return points


def _sound(ring: list[Point], *, outer: bool) -> Ring:
    """Give a ring without its last position, turned as it should be; points that stand twice in a row count once."""
    if len(ring) < LEAST:
        raise _Wrong(f"cincin dengan {len(ring)} titik, paling sedikit {LEAST}")
    if ring[0] != ring[-1]:
        raise _Wrong("cincin tidak tertutup: titik akhir bukan titik awal")
    points = [at for at, before in zip(ring[1:], ring, strict=False) if at != before]
    if len(points) < LEAST - 1 or not area(points):
        raise _Wrong("cincin tanpa luas")
    if (at := crossing(points)) is not None:
        raise _Wrong(f"garisnya memotong atau menyentuh diri sendiri di {at[0]:.5f}, {at[1]:.5f}")
    return points if (area(points) > 0) is outer else points[::-1]


def _overlaps(found: Read, first: Mapping[str, str]) -> Iterator[Fault]:
    """Find areas the middle of which another one of their kind covers."""
    for kind in KINDS.values():
        areas = found.of_kind(kind)
        boxes = {code: box_of(rings) for code, rings in areas.items()}
        for code, rings in areas.items():
            x, y = at = middle(rings)
            for other, (west, south, east, north) in boxes.items():
                if other != code and west <= x <= east and south <= y <= north and inside(at, areas[other]):
                    yield Fault(first[code], code, f"wilayahnya ditutupi {first[other]}, {other}")


def _missing(first: Mapping[str, str], district: District) -> Iterator[Fault]:
    """Name the areas of a kind that are not there, where any of that kind is."""
    there = {KINDS[len(code)] for code in first}
    for kind, kinds in (("desa", VILLAGES), ("kecamatan", frozenset({"kecamatan"}))):
        if kind in there:
            for code, place in sorted(district.places.items()):
                if place.kind in kinds and code not in first:
                    yield Fault("", code, f"{place.name} tidak ada di berkas")
