"""Measure and judge the rings of areas, in the plane. Pure.

A ring is a list of points whose last one is not the first again; a polygon is its outer ring and the holes in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import hypot, isclose

Point = tuple[float, float]
Ring = list[Point]
Box = tuple[float, float, float, float]  # west, south, east, north

SIDE = 10  # points a side of the grid on which the middle of an area is sought


def area(ring: Sequence[Point]) -> float:
    """Give the area of a ring, positive where it runs counter-clockwise.

    >>> area([(0, 0), (2, 0), (2, 2), (0, 2)])
    4.0
    """
    return sum(x * ny - nx * y for (x, y), (nx, ny) in edges(ring)) / 2


def edges(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Give the edges of a ring, the one that closes it too."""
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def box_of(rings: Iterable[Sequence[Point]]) -> Box:
    """Give the box around rings."""
    points = [at for ring in rings for at in ring]
    return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)


def inside(at: Point, rings: Iterable[Sequence[Point]]) -> bool:
    """Say whether a point lies within rings, holes left out (even-odd rule).

    >>> inside((1, 1), [[(0, 0), (2, 0), (2, 2), (0, 2)]]), inside((3, 1), [[(0, 0), (2, 0), (2, 2), (0, 2)]])
    (True, False)
    """
    x, y = at
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in edges(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd


def crossing(ring: Sequence[Point]) -> Point | None:
    """Give a point at which a ring crosses or touches itself; None where it does not.

    Edges are compared only with those that share a square of a grid, so that a long ring takes time in proportion.

    >>> crossing([(0, 0), (2, 0), (2, 2), (0, 2)]), crossing([(0, 0), (2, 2), (2, 0), (0, 2)])
    (None, (1.0, 1.0))
    """
    if len(set(ring)) < len(ring):
        seen: set[Point] = set()
        return next(at for at in ring if at in seen or seen.add(at))  # type: ignore[func-returns-value]
    west, south, east, north = box_of([ring])
    size = max(east - west, north - south) / max(1.0, len(ring) ** 0.5) or 1.0
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    lines = list(edges(ring))
    for number, ((ax, ay), (bx, by)) in enumerate(lines):
        for column in range(int((min(ax, bx) - west) / size), int((max(ax, bx) - west) / size) + 1):
            for row in range(int((min(ay, by) - south) / size), int((max(ay, by) - south) / size) + 1):
                squares[column, row].append(number)
    for numbers in squares.values():
        for place, one in enumerate(numbers):
            for other in numbers[place + 1 :]:
                if other - one in (0, 1, len(lines) - 1):
                    continue
                if (at := _meeting(lines[one], lines[other])) is not None:
                    return at
    return None


def _meeting(one: tuple[Point, Point], other: tuple[Point, Point]) -> Point | None:
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if isclose(turn, 0.0, abs_tol=1e-18):
        return None  # side by side: a ring that runs back on itself repeats a point
    along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
    across = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
    return (ax + along * (bx - ax), ay + along * (by - ay)) if 0 <= along <= 1 and 0 <= across <= 1 else None


def middle(rings: Sequence[Sequence[Point]]) -> Point:
    """Give a point well within an area, where its name stands: of a grid of points the one farthest from any edge."""
    west, south, east, north = box_of(rings)
    best, farthest = rings[0][0], -1.0
    for step in range(1, SIDE * SIDE):
        at = (west + (east - west) * (step % SIDE + 0.5) / SIDE, south + (north - south) * (step // SIDE + 0.5) / SIDE)
        if inside(at, rings) and (away := min(to_edge(at, *edge) for ring in rings for edge in edges(ring))) > farthest:
            best, farthest = at, away
    return best


def to_edge(at: Point, one: Point, other: Point) -> float:
    """Give how far a point is from an edge."""
    wide, high = other[0] - one[0], other[1] - one[1]
    square = wide * wide + high * high
    share = max(0.0, min(1.0, ((at[0] - one[0]) * wide + (at[1] - one[1]) * high) / square)) if square else 0.0
    return hypot(at[0] - one[0] - share * wide, at[1] - one[1] - share * high)


def joined(areas: Iterable[Sequence[Sequence[Point]]]) -> list[Ring]:
    """Join areas into one: an edge that two of them have is none of the whole.

    Outer rings run counter-clockwise, holes clockwise. Where neighbours do not have the same points a thin ring stays
    between them; it is dropped when it is drawn.

    >>> [len(ring) for ring in joined([[[(0, 0), (1, 0), (1, 1), (0, 1)]], [[(1, 0), (2, 0), (2, 1), (1, 1)]]])]
    [6]
    """
    left: dict[tuple[Point, Point], None] = {}
    for rings in areas:
        for ring in rings:
            for one, other in edges(ring):
                if (other, one) in left:
                    del left[other, one]
                else:
                    left[one, other] = None
    onward: dict[Point, list[Point]] = defaultdict(list)
    for one, other in left:
        onward[one].append(other)
    found = []
    while onward:
        start = at = next(iter(onward))
        ring = [start]
        while onward.get(at):
            step = onward[at].pop()
            if not onward[at]:
                del onward[at]
            if step == start:
                break
            ring.append(step)
            at = step
        found.append(ring)
    return [ring for ring in found if len(ring) > 2]  # noqa: PLR2004 - a triangle is the least
