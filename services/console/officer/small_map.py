"""Lay out the small map of an officer's page: the district's kecamatan, one of them marked, and a point. Pure.

The point stands there only where somebody told more than the kecamatan: a desa, or where the reporter stood.
"""

from dataclasses import dataclass

from schemas.district import District
from services.console.incidents.views import PlaceView, PositionView
from services.policy.geography import METRES_A_DEGREE, PATH_POINT, fit_of

EDGE = 4  # pixels around the picture, in which lines and the point are still seen
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
    points = [(float(x), float(y)) for shape in district.shapes for x, y in PATH_POINT.findall(shape.path)]
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
    return PATH_POINT.sub(lambda at: f"{float(at[1]):.0f},{float(at[2]):.0f}", path)


def _projected(district: District, position: PositionView) -> tuple[tuple[float, float], float] | None:
    """Put degrees on the picture."""
    fit = fit_of(district)
    if fit is None:
        return None
    x, y = fit.pixels(position.lon, position.lat)
    around = (position.radius_m or 0) / METRES_A_DEGREE * abs(fit.down)
    return (round(x, 1), round(y, 1)), round(min(max(around, SMALLEST), LARGEST), 1)
