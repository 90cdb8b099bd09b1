"""Lay the tiles of the office's own map server under the areas of a map: which ones, and where each stands. Pure.

Tiles are squares of Web Mercator (EPSG:3857), numbered as z/x/y from the north-west. The district's map has degrees
that are evenly apart; within a kabupaten the two differ by less than the breadth of a line, so a tile is stretched
between its corners.
"""

from dataclasses import dataclass
from math import asinh, atan, degrees, floor, log2, pi, radians, sinh, tan

from schemas.tiles import TileServer
from services.policy.geography import Fit

NARROWEST = 160  # pixels of the picture that a tile fills at least: no more are asked for than can be seen
DEEPEST = 19  # zoom that every server of tiles has


@dataclass(frozen=True)
class Tile:
    """One picture, and where it stands on the map, in its pixels."""

    address: str
    x: float
    y: float
    width: float
    height: float


def tiles_under(server: TileServer, fit: Fit, width: float, height: float) -> list[Tile]:
    """Give the tiles under a picture of this size whose degrees become pixels by `fit`, row by row."""
    if fit.across <= 0 or fit.down >= 0:
        return []
    zoom = max(0, min(DEEPEST, floor(log2(360 * fit.across / NARROWEST))))
    west, north = _number(*fit.degrees(0, 0), zoom)
    east, south = _number(*fit.degrees(width, height), zoom)
    return [_tile(server, fit, zoom, x, y) for y in range(north, south + 1) for x in range(west, east + 1)]


def _number(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Give the column and row of the tile in which a point lies.

    >>> _number(112.05, -6.9, 10)
    (830, 531)
    """
    across, most = 2**zoom, 2**zoom - 1
    column, row = (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2
    return min(most, max(0, floor(column * across))), min(most, max(0, floor(row * across)))


def _corner(x: int, y: int, zoom: int) -> tuple[float, float]:
    """Give longitude and latitude of a tile's north-west corner."""
    return x / 2**zoom * 360 - 180, degrees(atan(sinh(pi * (1 - 2 * y / 2**zoom))))


def _tile(server: TileServer, fit: Fit, zoom: int, x: int, y: int) -> Tile:
    left, top = fit.pixels(*_corner(x, y, zoom))
    right, bottom = fit.pixels(*_corner(x + 1, y + 1, zoom))
    placed = (round(one, 2) for one in (left, top, right - left, bottom - top))
    return Tile(server.address(zoom, x, y), *placed)
