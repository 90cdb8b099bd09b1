"""Lay out areas of a map: how many incidents are open in each, and where it stands on the page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.district import District
from schemas.policy.places import Shape
from schemas.vocabulary import Level
from services.console.queue.map_measures import LEVEL, Measure, step_of
from services.policy.geography import PATH_POINT

WIDTH, TALLEST = 640, 640  # pixels of the picture


@dataclass(frozen=True)
class Area:
    """One area of the map: how many are open there, and the worst level."""

    code: str
    name: str
    path: str
    x: float
    y: float
    count: int
    level: str | None
    source: str = ""  # of its borders; empty: approximate
    minutes: int | None = None  # the middle time to the first answer, where the map says that
    step: int = 0  # of lightness, where the colour says a number


def areas_of(district: District, shapes: Iterable[Shape], told: Mapping[str, tuple[int, int]]) -> list[Area]:
    """Give the areas of these shapes with what is open there: by code how many, and the worst level."""
    found = []
    for shape in shapes:
        count, worst = told.get(shape.code, (0, 0))
        place = district.places.get(shape.code)
        level = Level(worst).name if worst else None
        name = place.name if place else shape.code
        found.append(Area(shape.code, name, shape.path, shape.x, shape.y, count, level, shape.source))
    return found


def coloured(areas: Iterable[Area], told: Mapping[str, Measure], colour: str) -> list[Area]:
    """Give the areas with what the weeks say of each that are looked at."""
    found = []
    for area in areas:
        one = told.get(area.code, Measure())
        level = Level(one.level).name if one.level and colour == LEVEL else None
        step = step_of(one, colour) if colour != LEVEL else 0
        found.append(replace(area, count=one.count, level=level, minutes=one.minutes, step=step))
    return found


@dataclass(frozen=True)
class Window:
    """What is seen of the district's map: so much larger, moved so far; `height` of the picture."""

    scale: float
    right: float
    below: float
    height: int

    def put(self, x: float, y: float) -> tuple[float, float]:
        """Give where pixels of the district's map stand in the picture."""
        return round(x * self.scale + self.right, 1), round(y * self.scale + self.below, 1)


def window_of(areas: Sequence[Area]) -> Window | None:
    """Give the window that areas fill, `WIDTH` wide and at most `TALLEST` high; None where there are none."""
    points = [(float(x), float(y)) for area in areas for x, y in PATH_POINT.findall(area.path)]
    if not points:
        return None
    west, north = min(x for x, _ in points), min(y for _, y in points)
    wide, high = max(x for x, _ in points) - west, max(y for _, y in points) - north
    scale = min(WIDTH / (wide or 1), TALLEST / (high or 1))
    aside = (WIDTH - wide * scale) / 2  # what is too high to fill the width stands in its middle
    return Window(scale, aside - west * scale, -north * scale, round(high * scale))


def zoomed(areas: Sequence[Area], window: Window) -> list[Area]:
    """Give the areas as they stand in a window."""

    def drawn(path: str) -> str:
        return PATH_POINT.sub(lambda at: "{:g},{:g}".format(*window.put(float(at[1]), float(at[2]))), path)

    laid = []
    for area in areas:
        x, y = window.put(area.x, area.y)
        laid.append(replace(area, path=drawn(area.path), x=x, y=y))
    return laid
