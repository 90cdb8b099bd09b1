"""Serve the map by itself: the district by kecamatan, or one kecamatan by desa, and the same as a list."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from schemas.district import District
from schemas.policy.places import Shape
from schemas.records.incidents import Incident
from services.console.dependencies import Deps
from services.console.incidents.presenter.composer import Composer
from services.console.queue.board import OVERSEE, SOON, Board
from services.console.queue.drawn_map import WIDTH, Area, Window, areas_of, coloured, window_of, zoomed
from services.console.queue.map_measures import (
    ANSWER,
    BACK,
    COLOURS,
    LENGTHS,
    LEVEL,
    STEPS,
    Asked,
    Measure,
    measured,
    read_asked,
    stretch,
)
from services.console.queue.queries import Placed, Stretch, answer_times, open_in, placed_in
from services.console.queue.tiles import Tile, tiles_under
from services.console.read_log import of_incidents
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import with_pictures_of
from services.console.web.sessions import Visitor
from services.office.figures import MEDIAN_FROM
from services.policy.geography import fit_of
from services.store.transaction import Session

PAGE = "/peta"


class MapPages:
    """Where it burns, as far as whoever looks may be told."""

    def __init__(self, deps: Deps, counter: SignedInPages, board: Board) -> None:
        self._deps = deps
        self._counter = counter
        self._board = board
        self._headers = with_pictures_of(deps.tiles.origin if deps.tiles else "")

    async def show(self, request: Request) -> Response:
        """Show the district, or the kecamatan that the address names, in the colour and the weeks that it names."""
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in OVERSEE:
            raise Sorry(Kind.NOT_YOURS, HTTPStatus.FORBIDDEN)
        code, district = request.query_params.get("kecamatan", ""), self._deps.district
        places = [one for one in district.places.values() if one.kind == "kecamatan"]
        if code and code not in {place.code for place in places}:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        asked = read_asked(request.query_params)
        if asked is None:
            raise Sorry(Kind.BAD, HTTPStatus.BAD_REQUEST)
        zone = ZoneInfo(district.timezone)
        start, end = stretch(asked, self._deps.clock(), zone)
        facts: dict[str, Any] = {
            "kecamatan": sorted(places, key=lambda place: place.name),
            "chosen": district.places.get(code),
            "asked": asked,
            "first": start.date(),
            "last": (end - timedelta(microseconds=1)).astimezone(zone).date(),
            "colours": COLOURS,
            "lengths": LENGTHS,
            "back": BACK,
            "steps": STEPS.get(asked.colour, ()),
            "few": MEDIAN_FROM,
        }
        shapes = [one for one in district.desa_shapes if _within(district, one, code)] if code else district.shapes
        areas, vague = await self._areas(visitor, code, asked, Stretch(start, end, code), shapes)
        window = window_of(areas)
        tiles = self._tiles(window)
        facts |= {"areas": zoomed(areas, window) if window else [], "height": window.height if window else 0}
        facts |= {"vague": vague, "tiles": tiles, "tiles_by": self._deps.tiles.by if tiles and self._deps.tiles else ""}
        return self._counter.show(request, "map.html", visitor, facts, headers=self._headers)

    def _tiles(self, window: Window | None) -> list[Tile]:
        """Give what the office's own server shows under the map; nothing where there is no server."""
        fit = fit_of(self._deps.district) if self._deps.tiles and window else None
        if fit is None or window is None or self._deps.tiles is None:
            return []
        fit = fit.moved(window.scale, window.right, window.below)
        return tiles_under(self._deps.tiles, fit, WIDTH, window.height)

    async def _areas(
        self, visitor: Visitor, code: str, asked: Asked, weeks: Stretch, shapes: Sequence[Shape]
    ) -> tuple[list[Area], int]:
        """Give the areas with what is told of each, and how many incidents or answers stand in none of them."""
        district = self._deps.district
        if not asked.now:
            told = await self._of_weeks(visitor, asked, weeks)
            drawn = {shape.code for shape in shapes}
            vague = sum(one.count for area, one in told.items() if area not in drawn)
            return coloured(areas_of(district, shapes, {}), told, asked.colour), vague
        if not code:
            found = await self._board.pressing(visitor.identity, district, self._deps.clock() + SOON)
            return areas_of(district, shapes, found.by_place), 0
        counts = await self._by_desa(visitor, code)
        areas = areas_of(district, shapes, counts)
        return areas, sum(count for _, (count, _) in counts.items()) - sum(area.count for area in areas)

    async def _of_weeks(self, visitor: Visitor, asked: Asked, weeks: Stretch) -> Mapping[str, Measure]:
        reader, district = visitor.identity, self._deps.district
        wanted = replace(weeks, standing=asked.colour == LEVEL, past=asked.week < 0)

        def ask(session: Session) -> tuple[list[Placed], dict[str, timedelta]]:
            times = answer_times(session, reader, district, wanted) if asked.colour == ANSWER else {}
            return placed_in(session, reader, district, wanted), times

        rows, times = await self._deps.store.read(ask)
        if weeks.kecamatan:  # only here an incident is told of by itself: where few are, a desa points to one
            self._deps.reads.note(reader, "map", of_incidents(reader, district, rows))
        placed = ((row.desa if weeks.kecamatan else row.kecamatan, row) for row in rows)
        return measured(placed, asked.colour, times)

    async def _by_desa(self, visitor: Visitor, code: str) -> Mapping[str, tuple[int, int]]:
        """Give how many incidents are open in each desa and the worst level; "" is what has none that is told."""
        reader, district = visitor.identity, self._deps.district
        rows = await self._deps.store.read(lambda session: open_in(session, reader, district, code))
        self._deps.reads.note(reader, "map", of_incidents(reader, district, rows))
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
