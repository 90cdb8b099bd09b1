"""Make the lines of areas simpler until they are light enough; what two areas share stays shared. Pure.

Lines are cut where three areas or two areas and the outside meet, each piece is made simpler once by the method of
Douglas and Peucker, and both its areas take the result: no gap and no overlap comes of it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from services.cli.places.rings import Point, Ring, edges, to_edge

Shapes = Mapping[str, Sequence[Ring]]
FIRST = 0.0001  # degrees, some 11 m, by which lines are made simpler at first
MORE = 1.6  # times as much, as long as they are too heavy
ROUNDS = 16


def lighter(shapes: Shapes, heavy: Callable[[Shapes], bool]) -> Shapes:
    """Make lines simpler until they are not too heavy; gives up after a simplification of several kilometres."""
    by = FIRST
    for _ in range(ROUNDS):
        shapes = simpler(shapes, by)
        if not heavy(shapes):
            break
        by *= MORE
    return shapes


def simpler(shapes: Shapes, by: float) -> Shapes:
    """Leave out points by which lines move less than `by`."""
    knots = _knots(shapes)
    known: dict[tuple[Point, ...], list[Point]] = {}
    return {code: [_ring(ring, knots, by, known) for ring in rings] for code, rings in shapes.items()}


def _knots(shapes: Shapes) -> set[Point]:
    """Give the points at which lines of several areas meet or part."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for rings in shapes.values():
        for ring in rings:
            for one, other in edges(ring):
                beside[one].add(other)
                beside[other].add(one)
    return {at for at, others in beside.items() if len(others) > 2}  # noqa: PLR2004 - a line has two sides


def _ring(ring: Ring, knots: set[Point], by: float, known: dict[tuple[Point, ...], list[Point]]) -> Ring:
    at = [number for number, point in enumerate(ring) if point in knots]
    if len(at) < 2:  # noqa: PLR2004 - an area alone: cut at two points that do not hang on where its ring begins
        first = at[0] if at else ring.index(min(ring))
        far = max(ring, key=lambda point: ((point[0] - ring[first][0]) ** 2 + (point[1] - ring[first][1]) ** 2, point))
        at = sorted({first, ring.index(far)})
    found: Ring = []
    for number, start in enumerate(at):
        end = at[number + 1] if number + 1 < len(at) else at[0] + len(ring)
        piece = tuple(ring[place % len(ring)] for place in range(start, end + 1))
        found += _piece(piece, by, known)[:-1]
    return found


def _piece(piece: tuple[Point, ...], by: float, known: dict[tuple[Point, ...], list[Point]]) -> list[Point]:
    """Make one piece simpler, in the same way whichever of its two areas asks."""
    turned = piece[::-1] < piece
    key = piece[::-1] if turned else piece
    if key not in known:
        known[key] = _fewer(key, by)
    return known[key][::-1] if turned else known[key]


def _fewer(piece: Sequence[Point], by: float) -> list[Point]:
    """Leave out points of a line; the one farthest from its chord stays, so that no area becomes a line."""
    kept = {0, len(piece) - 1}
    spans = [(0, len(piece) - 1)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:  # noqa: PLR2004 - nothing lies between
            continue
        far = max(range(start + 1, end), key=lambda number: to_edge(piece[number], piece[start], piece[end]))
        whole = (start, end) == (0, len(piece) - 1)
        if whole or to_edge(piece[far], piece[start], piece[end]) >= by:
            kept.add(far)
            spans += [(start, far), (far, end)]
    return [piece[number] for number in sorted(kept)]
