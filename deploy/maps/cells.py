"""Cut a district's map from its places' coordinates: a Voronoi cell for each desa, joined into kecamatan.

    .venv/bin/python deploy/maps/cells.py deploy/tuban

Writes `map.csv` and, with the cells of the desa themselves, `map_desa.csv` beside `places.csv`: code, path (of an SVG),
x, y of the label. Run by hand when places change; the
service only reads the result. Approximate: nobody surveyed these lines, and pages say so. The coast and the outer
border are as far from the outermost desa as MARGIN says; neighbouring kabupaten's places bound it where they are known.
"""

import csv
import math
import sys
from pathlib import Path

import shapely

WIDTH = 400  # of the picture; its height follows from the district's own shape
MARGIN = 0.022  # degrees, some 2.4 km, around every desa
SMOOTH = 0.0025  # degrees by which lines are made simpler
SMOOTH_DESA = 0.0006  # the same where one kecamatan fills the page


def rows(file: Path) -> list[dict[str, str]]:
    """Read a table of places."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _simpler(shapes: dict[str, shapely.Geometry], by: float) -> dict[str, shapely.Geometry]:
    """Make the lines of areas simpler, those between two in the same way for both."""
    return dict(zip(shapes, shapely.coverage_simplify(list(shapes.values()), by), strict=True))


def cut(folder: Path) -> None:
    """Cut the map of one district's folder."""
    desa = [one for one in rows(folder / "places.csv") if one["kind"] in ("desa", "kelurahan") and one["lat"]]
    around = [one for one in rows(folder / "neighbours.csv") if one["lat"] and one["kind"] == "kecamatan"]
    points = {(float(one["lon"]), float(one["lat"])): one for one in [*around, *desa]}
    land = shapely.union_all([shapely.Point(at).buffer(MARGIN) for at, one in points.items() if one in desa])
    land = shapely.Polygon(land.buffer(0.02).buffer(-0.02).exterior) if land.geom_type == "Polygon" else land
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(list(points))))
    tree = shapely.STRtree(cells)
    parts: dict[str, list[shapely.Geometry]] = {}
    own: dict[str, shapely.Geometry] = {}
    for (lon, lat), one in points.items():
        if one in desa:
            at = shapely.Point(lon, lat)
            [cell] = [cells[number] for number in tree.query(at, predicate="intersects")][:1]
            own[one["code"]] = cell.intersection(land)
            parts.setdefault(one["kecamatan"], []).append(own[one["code"]])
    joined = {code: shapely.union_all(cells) for code, cells in sorted(parts.items())}
    simple = _simpler(joined, SMOOTH)
    west, south, east, north = shapely.total_bounds(list(simple.values()))
    squeeze = math.cos(math.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = WIDTH / ((east - west) * squeeze)

    def put(at: tuple[float, ...]) -> tuple[float, float]:
        return (at[0] - west) * squeeze * scale, (north - at[1]) * scale

    def drawn(shape: shapely.Geometry) -> str:
        rings = [part.exterior for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        lines = ["L".join(f"{x:.1f},{y:.1f}" for x, y in map(put, ring.coords[:-1])) for ring in rings]
        return "".join(f"M{line}Z" for line in lines)

    for name, shapes in (("map.csv", simple), ("map_desa.csv", _simpler(dict(sorted(own.items())), SMOOTH_DESA))):
        with (folder / name).open("w", encoding="utf-8", newline="") as text:
            table = csv.writer(text, lineterminator="\n")
            table.writerow(("code", "path", "x", "y"))
            for code, shape in shapes.items():
                x, y = put(shapely.maximum_inscribed_circle(shape).coords[0])
                table.writerow((code, drawn(shape), round(x, 1), round(y, 1)))
    print(f"{len(simple)} kecamatan, {len(own)} desa, {WIDTH} x {round((north - south) * scale)}")


if __name__ == "__main__":
    cut(Path(sys.argv[1]))
