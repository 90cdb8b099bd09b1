"""Draw areas as the district's map has them: paths of an SVG, light enough for a phone. Pure.

An area that no file gave is drawn as the approximate map has it. That map keeps pixels only: the degrees of its lines
are found from where the names of its desa stand and where these lie, by least squares.
"""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression

from schemas.district import District
from schemas.policy.places import Shape
from services.cli.places.rings import Point, Ring, area, box_of, joined, middle
from services.cli.places.simplify import Shapes, lighter
from services.policy.geography import PATH_POINT, VILLAGES, kecamatan_code

WIDTH, HEIGHT = 400, 255  # pixels of the picture of the whole district
MOST = 12_000  # letters of all paths of that picture
MOST_DESA = 9_000  # letters of the paths of one kecamatan's desa
SPECK = 0.3  # square pixels below which a further ring of an area is not drawn
FIELDS = ("code", "path", "x", "y", "source")


@dataclass(frozen=True)
class Frame:
    """How degrees become pixels."""

    west: float
    north: float
    squeeze: float  # a degree of longitude is shorter than one of latitude
    scale: float

    @classmethod
    def around(cls, shapes: Shapes) -> "Frame":
        """Fit a picture around areas."""
        west, south, east, north = box_of(ring for rings in shapes.values() for ring in rings)
        squeeze = math.cos(math.radians((south + north) / 2))
        return cls(west, north, squeeze, min(WIDTH / ((east - west) * squeeze), HEIGHT / (north - south)))

    def put(self, at: Point, digits: int) -> Point:
        """Give the pixels of a point."""
        x, y = (at[0] - self.west) * self.squeeze * self.scale, (self.north - at[1]) * self.scale
        return round(x, digits) + 0.0, round(y, digits) + 0.0


def approximate(district: District, shapes: Iterable[Shape]) -> dict[str, list[Ring]]:
    """Give the lines of the approximate map in degrees; nothing where the district has no such map."""
    known = [(one, district.places.get(one.code)) for one in district.desa_shapes if not one.source]
    points = [(one, place) for one, place in known if place and place.lat is not None and place.lon is not None]
    if len(points) < 3:  # noqa: PLR2004 - too few for two lines
        return {}
    east = linear_regression([one.x for one, _ in points], [float(place.lon or 0) for _, place in points])
    north = linear_regression([one.y for one, _ in points], [float(place.lat or 0) for _, place in points])
    found = {}
    for shape in shapes:
        rings = [PATH_POINT.findall(ring) for ring in shape.path.split("Z") if ring]
        found[shape.code] = [
            [(east.slope * float(x) + east.intercept, north.slope * float(y) + north.intercept) for x, y in ring]
            for ring in rings
        ]
    return found


def with_kecamatan(desa: Shapes, given: Shapes, district: District) -> dict[str, list[Ring]]:
    """Give the kecamatan: those that a file has, and of the others those all of whose desa are there, joined."""
    found = {code: list(rings) for code, rings in given.items()}
    whole = Counter(place.kecamatan for place in district.places.values() if place.kind in VILLAGES)
    there = Counter(kecamatan_code(code) for code in desa)
    for code in sorted(there):
        if code not in found and there[code] == whole[code]:
            found[code] = joined(rings for one, rings in sorted(desa.items()) if kecamatan_code(one) == code)
    return found


def table(official: Shapes, rest: Shapes, source: str, *, desa: bool) -> str:
    """Write the table of a map: what is official, from which source, and the rest, from none."""
    digits = 2 if desa else 1

    def heavy(shapes: Shapes) -> bool:
        return max(_weights(shapes, Frame.around({**shapes, **rest}), digits, desa=desa).values()) > (
            MOST_DESA if desa else MOST
        )

    light = lighter(official, heavy)
    whole = {**{code: rings for code, rings in rest.items() if code not in light}, **light}
    frame = Frame.around(whole)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(FIELDS)
    for code, rings in sorted(whole.items()):
        x, y = frame.put(middle(rings), 1)
        rows.writerow((code, _path(rings, frame, digits), x, y, source if code in light else ""))
    return out.getvalue()


def _weights(shapes: Shapes, frame: Frame, digits: int, *, desa: bool) -> Mapping[str, int]:
    weights: Counter[str] = Counter()
    for code, rings in shapes.items():
        weights[kecamatan_code(code) if desa else ""] += len(_path(rings, frame, digits))
    return weights


def _path(rings: Sequence[Ring], frame: Frame, digits: int) -> str:
    """Draw rings; all but the largest only where they can be seen."""
    drawn = []
    for ring in rings:
        points = [frame.put(at, digits) for at in ring]
        drawn.append([at for at, before in zip(points, [points[-1], *points], strict=False) if at != before])
    drawn.sort(key=lambda ring: -abs(area(ring)) if ring else 0)
    seen = [ring for number, ring in enumerate(drawn) if ring and (number == 0 or abs(area(ring)) >= SPECK)]
    return "".join("M" + "L".join(f"{x:.{digits}f},{y:.{digits}f}" for x, y in ring) + "Z" for ring in seen)
