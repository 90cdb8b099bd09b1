"""Lay out the small map of an officer's page: the district's kecamatan, one of them marked, and a point. Pure.

The point stands there only where somebody told more than the kecamatan: a desa, or where the reporter stood.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.district import District
from services.console.incidents.views import PlaceView, PositionView
from services.console.web.drawing import POINT

EDGE = 4  # pixels around the picture, in which lines and the point are still seen
METRES = 111_320  # of a degree of latitude
SMALLEST, LARGEST = 24.0, 120.0  # pixels of the circle around a point: seen, and still within the picture


@dataclass(frozen=True)
class Cell:
    """One kecamatan: the path of an SVG in whole pixels, and whether it is the one."""

    path: str
    marked: bool


@dataclass(frozen=True)
class SmallMap:
    """A picture in its own pixels (`box` as SVG has it); `point` with the circle around it, None: nobody told more."""

    box: str
    cells: tuple[Cell, ...]
    point: tuple[float, float] | None
    radius: float | None
    precision: str  # exact, desa, kecamatan: what the text beside it says


def small_map(district: District, place: PlaceView, position: PositionView | None) -> SmallMap | None:
    """Give the map of a place as its reader may know it; None where the kecamatan is not on the district's map."""
    if place.kecamatan not in {shape.code for shape in district.shapes}:
        return None
    points = [(float(x), float(y)) for shape in district.shapes for x, y in POINT.findall(shape.path)]
    wide, high = max(x for x, _ in points), max(y for _, y in points)
    box = f"{-EDGE} {-EDGE} {round(wide) + 2 * EDGE} {round(high) + 2 * EDGE}"
    cells = tuple(Cell(_whole(shape.path), shape.code == place.kecamatan) for shape in district.shapes)
    if position is not None and position.precision == "exact":
        found = _projected(district, position)
        if found is not None and 0 <= found[0][0] <= wide and 0 <= found[0][1] <= high:
            return SmallMap(box, cells, *found, "exact")
    own = next((shape for shape in district.desa_shapes if shape.code == place.desa), None)
    if own is not None:
        return SmallMap(box, cells, (own.x, own.y), None, "desa")
    return SmallMap(box, cells, None, None, "kecamatan")


def _whole(path: str) -> str:
    """Give a path in whole pixels: half the weight, and no less true than these lines are."""
    return POINT.sub(lambda at: f"{float(at[1]):.0f},{float(at[2]):.0f}", path)


def _projected(district: District, position: PositionView) -> tuple[tuple[float, float], float] | None:
    """Put degrees on the picture, by the line that fits the desa whose degrees and pixels are both known."""
    known = [
        (place.lon, place.lat, shape.x, shape.y)
        for shape in district.desa_shapes
        if (place := district.places.get(shape.code)) and place.lat is not None and place.lon is not None
    ]
    across = _line([(lon, x) for lon, _, x, _ in known])
    down = _line([(lat, y) for _, lat, _, y in known])
    if across is None or down is None:
        return None
    x, y = across[0] * position.lon + across[1], down[0] * position.lat + down[1]
    around = (position.radius_m or 0) / METRES * abs(down[0])
    return (round(x, 1), round(y, 1)), round(min(max(around, SMALLEST), LARGEST), 1)


def _line(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Give slope and start of the line that fits best (least squares); None where all stand at one place.

    >>> _line([(0, 1), (1, 3), (2, 5)]), _line([(1, 1)])
    ((2.0, 1.0), None)
    """
    middle, high = _mean(one for one, _ in pairs), _mean(other for _, other in pairs)
    spread = sum((one - middle) ** 2 for one, _ in pairs)
    if not spread:
        return None
    slope = sum((one - middle) * (other - high) for one, other in pairs) / spread
    return slope, high - slope * middle


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return sum(given) / len(given) if given else 0.0
