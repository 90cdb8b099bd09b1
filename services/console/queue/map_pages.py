"""Serve the map by itself: the district by kecamatan, or one kecamatan by desa, and the same as a list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from schemas.district import District, Shape
from schemas.records import Incident
from services.console.dependencies import Deps
from services.console.incidents.presenter import Composer
from services.console.queue.board import OVERSEE, SOON, Board
from services.console.queue.drawn_map import areas_of, zoomed
from services.console.queue.queries import open_in
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor

PAGE = "/peta"


class MapPages:
    """Where it burns, as far as whoever looks may be told."""

    def __init__(self, deps: Deps, counter: SignedInPages, board: Board) -> None:
        self._deps = deps
        self._counter = counter
        self._board = board

    async def show(self, request: Request) -> Response:
        """Show the district, or the kecamatan that the address names."""
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in OVERSEE:
            raise Sorry(Kind.NOT_YOURS, HTTPStatus.FORBIDDEN)
        code, district = request.query_params.get("kecamatan", ""), self._deps.district
        places = [one for one in district.places.values() if one.kind == "kecamatan"]
        facts: dict[str, Any] = {"kecamatan": sorted(places, key=lambda place: place.name), "chosen": None, "vague": 0}
        if not code:
            found = await self._board.pressing(visitor.identity, district, self._deps.clock() + SOON)
            areas, height = zoomed(areas_of(district, district.shapes, found.by_place))
            return self._counter.show(request, "map.html", visitor, {**facts, "areas": areas, "height": height})
        if code not in {place.code for place in places}:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        told = await self._by_desa(visitor, code)
        shapes = [shape for shape in district.desa_shapes if _within(district, shape, code)]
        areas, height = zoomed(areas_of(district, shapes, told))
        drawn = {area.code for area in areas}
        vague = sum(count for desa, (count, _) in told.items() if desa not in drawn)
        facts |= {"areas": areas, "height": height, "vague": vague, "chosen": district.places[code]}
        return self._counter.show(request, "map.html", visitor, facts)

    async def _by_desa(self, visitor: Visitor, code: str) -> Mapping[str, tuple[int, int]]:
        """Give how many incidents are open in each desa and the worst level; "" is what has none that is told."""
        reader, district = visitor.identity, self._deps.district
        rows = await self._deps.store.read(lambda session: open_in(session, reader, district, code))
        self._deps.reads.note(reader, "map", ((row.id, row.issue) for row in rows))
        return _counted(rows, Composer(district, reader, self._deps.clock(), visitor.language))


def _within(district: District, shape: Shape, kecamatan: str) -> bool:
    place = district.places.get(shape.code)
    return place is not None and place.kecamatan == kecamatan


def _counted(rows: Iterable[Incident], composer: Composer) -> dict[str, tuple[int, int]]:
    counts: Counter[str] = Counter()
    worst: dict[str, int] = {}
    for row in rows:
        desa = composer.row(row, ()).place.desa or ""  # of what is masked the kecamatan is told alone
        counts[desa] += 1
        worst[desa] = max(worst.get(desa, 0), row.level)
    return {desa: (count, worst[desa]) for desa, count in counts.items()}


def map_routes(deps: Deps, counter: SignedInPages, board: Board) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the route of the map."""
    return ((PAGE, "GET", MapPages(deps, counter, board).show),)
