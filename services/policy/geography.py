"""Measure on the ground: how far apart points are, how far a place reaches, what lies nearest. Pure.

Degrees are WGS 84, lengths metres. The gazetteer holds one point a place and no borders, so both the reach and the
nearest place are estimates from the neighbours' points, and are told as such.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt
from statistics import StatisticsError, linear_regression

from schemas.district import District
from schemas.policy.places import Place

EARTH = 6_371_000.0  # metres, mean radius
METRES_A_DEGREE = 111_000  # of latitude
CELL = 0.05  # degrees; about 5.5 km, wider than two neighbouring desa are apart
NEIGHBOURS = 3  # desa whose distance says how far a desa reaches
LEAST_RADIUS = 500
BEYOND = 0.5  # degrees that an area reaches beyond its outermost place
STEP = 100  # metres a radius is rounded up to
VILLAGES = frozenset({"desa", "kelurahan"})
# Of the path of an area (schemas/policy/places.py), in pixels.
PATH_POINT = re.compile(r"([0-9.-]{1,12}),([0-9.-]{1,12})")


def kecamatan_code(code: str) -> str:
    """Give the kecamatan's part of an administrative code (Kemendagri: province, kabupaten, kecamatan, desa).

    >>> kecamatan_code("35.23.11.2010"), kecamatan_code("35.23.11")
    ('35.23.11', '35.23.11')
    """
    return code[:8]


def kabupaten_code(code: str) -> str:
    """Give the kabupaten's part of an administrative code.

    >>> kabupaten_code("35.23.11.2010")
    '35.23'
    """
    return code[:5]


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Give the great-circle distance of two points (haversine formula).

    >>> round(distance(-6.9, 112.0, -6.9, 112.01))
    1104
    """
    up, across = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    square = sin(up) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(across) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(square)))


@dataclass(frozen=True)
class Fit:
    """How degrees become the pixels of a picture: so many a degree, and the pixels of degree zero."""

    across: float
    left: float
    down: float
    top: float

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        """Give the pixels of a point."""
        return self.across * lon + self.left, self.down * lat + self.top

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Give longitude and latitude of pixels.

        >>> fit = Fit(100, -11_000, -100, -600)
        >>> fit.pixels(112, -7), fit.degrees(200, 100)
        ((200, 100), (112.0, -7.0))
        """
        return (x - self.left) / self.across, (y - self.top) / self.down

    def moved(self, scale: float, right: float, below: float) -> "Fit":
        """Give the same for a picture that was drawn larger by `scale`, then moved."""
        return Fit(self.across * scale, self.left * scale + right, self.down * scale, self.top * scale + below)


def fit_of(district: District) -> Fit | None:
    """Give the fit of the district's map: the line through the desa whose degrees and pixels are both known.

    None where no line goes through them.
    """
    known = [
        (place.lon, place.lat, shape.x, shape.y)
        for shape in district.desa_shapes
        if (place := district.places.get(shape.code)) and place.lat is not None and place.lon is not None
    ]
    try:
        across = linear_regression([lon for lon, _, _, _ in known], [x for _, _, x, _ in known])
        down = linear_regression([lat for _, lat, _, _ in known], [y for _, _, _, y in known])
    except StatisticsError:  # all of them at one place
        return None
    return Fit(across.slope, across.intercept, down.slope, down.intercept)


class Nearest:
    """Desa and kelurahan by where they lie; a look-up walks a few cells of a grid, never all places."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._cells: defaultdict[tuple[int, int], list[tuple[float, float, str]]] = defaultdict(list)
        for place in places:
            if place.kind in VILLAGES and place.lat is not None and place.lon is not None:
                self._cells[_cell(place.lat, place.lon)].append((place.lat, place.lon, place.code))

    def around(self, lat: float, lon: float, cells: int = 1) -> list[tuple[float, str]]:
        """Give (metres, code) of the desa in the cells around a point, nearest first; `cells` each way."""
        row, column = _cell(lat, lon)
        found = [
            (distance(lat, lon, other_lat, other_lon), code)
            for y in range(row - cells, row + cells + 1)
            for x in range(column - cells, column + cells + 1)
            for other_lat, other_lon, code in self._cells.get((y, x), ())
        ]
        return sorted(found)


class Area:
    """The box round places, with half a degree (55 km) of land and sea beyond the outermost."""

    def __init__(self, places: Iterable[Place]) -> None:
        points = [(place.lat, place.lon) for place in places if place.lat is not None and place.lon is not None]
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        self._lat = (min(lats, default=-90.0) - BEYOND, max(lats, default=90.0) + BEYOND)
        self._lon = (min(lons, default=-180.0) - BEYOND, max(lons, default=180.0) + BEYOND)

    @classmethod
    def of(cls, district: District) -> "Area":
        """Give the box round a district and what lies next door."""
        return cls((*district.places.values(), *district.neighbours.values()))

    def holds(self, lat: float, lon: float) -> bool:
        """Say whether a point lies in the box."""
        return self._lat[0] <= lat <= self._lat[1] and self._lon[0] <= lon <= self._lon[1]

    def mirrored(self, lat: float, lon: float) -> bool:
        """Say whether a point lies outside, and inside with its latitude turned: a minus that was left out."""
        return not self.holds(lat, lon) and self.holds(-lat, lon)


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return int(lat // CELL), int(lon // CELL)


def radii(places: Mapping[str, Place], around: Iterable[Place]) -> Iterator[tuple[str, int]]:
    """Give each place's code and the radius round its centre that covers it, as far as centres can tell.

    A desa reaches as far as its three nearest neighbours are away on average; a kecamatan to its farthest desa's far
    side. `around` are the neighbouring district's places: at the border they are the neighbours.
    """
    nearest = Nearest([*places.values(), *around])
    points = {place.code: (place.lat, place.lon) for place in places.values() if place.lat is not None}
    reach: dict[str, float] = {}
    widest: defaultdict[str, float] = defaultdict(float)
    for code, (lat, lon) in points.items():
        if places[code].kind not in VILLAGES or lat is None or lon is None:
            continue
        apart = [metres for metres, other in nearest.around(lat, lon) if other != code][:NEIGHBOURS]
        reach[code] = sum(apart) / len(apart) if apart else CELL * METRES_A_DEGREE
        above = places[code].kecamatan
        top, side = points.get(above, (None, None))
        if top is not None and side is not None:
            widest[above] = max(widest[above], distance(lat, lon, top, side) + reach[code])
    for code, radius in {**reach, **widest}.items():
        yield code, max(LEAST_RADIUS, STEP * ceil(radius / STEP))
