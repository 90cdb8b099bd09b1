"""Serve the first page of who oversees: the queue, the incident that is looked at, map and who is silent."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.vocabulary import Classification
from services.console.dependencies import Deps
from services.console.incidents.filters import picking
from services.console.incidents.presenter.composer import Composer
from services.console.queue.board import OVERSEE, SOON, Board
from services.console.queue.drawn_map import areas_of
from services.console.queue.entries import KINDS, entries, owing
from services.console.queue.queries import MOST
from services.console.read_log import of_incidents
from services.console.together.presence import others
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.security.auth import Identity
from services.security.permissions import Act, may

AT_FIRST = 15  # lines of each kind, until one kind is chosen
ASKS = (
    "state",
    "level",
    "issue",
    "kecamatan",
    "since",
    "page",
    "per_page",
    "cari",
    "desa",
)  # what only a list is asked
MAP_HEIGHT = 255  # pixels of the map's picture, 400 wide


def in_the_open(who: Identity) -> Identity:
    """Give the same reader as one of the lowest clearance, named for nothing: for what others see over the shoulder.

    What accuses an agency is not there for him: somebody of it may be among those others.
    """
    return replace(who, clearance=int(Classification.BIASA), named_for=(), openly=True)


class QueuePages:
    """What needs a person now."""

    def __init__(
        self, deps: Deps, counter: SignedInPages, listed: Callable[[Request], Awaitable[Response]], board: Board
    ) -> None:
        self._deps = deps
        self._counter = counter
        self._listed = listed
        self.board = board

    async def show(self, request: Request) -> Response:
        """Show the queue; the list where the address asks for one, and to who answers for one institution alone."""
        visitor = await self._counter.visitor(request)
        if may(visitor.identity.role, Act.PEOPLE):  # who looks after the machines has no case data
            return RedirectResponse("/pengaturan", HTTPStatus.SEE_OTHER)
        if not may(visitor.identity.role, Act.READ):  # an empty list is no place to begin for who reports
            return RedirectResponse("/lapor", HTTPStatus.SEE_OTHER)
        if visitor.identity.role not in OVERSEE or any(request.query_params.get(name) for name in ASKS):
            return await self._listed(request)
        wall = "dinding" in request.query_params
        reader = in_the_open(visitor.identity) if wall else visitor.identity
        facts = await self._facts(visitor, reader, request.query_params.get("antrean", ""))
        facts |= picking(request.query_params, visitor.identity)
        return self._counter.show(request, "wall.html" if wall else "queue.html", visitor, facts)

    async def _facts(self, visitor: Visitor, reader: Identity, kind: str) -> dict[str, Any]:
        district, now = self._deps.district, self._deps.clock()

        found = await self.board.pressing(reader, district, now + SOON)
        self._deps.reads.note(reader, "queue", of_incidents(reader, self._deps.district, found.incidents.values()))
        kind = kind if kind in KINDS else ""
        composer = Composer(district, reader, now, visitor.language)
        lines = entries(found, composer, district, kind, MOST if kind else AT_FIRST)
        ids = {one.incident for one in lines if one.full}
        here = await self._deps.store.read(lambda session: others(session, ids, visitor.identity, now))
        asked = found.counts.get(kind, 0) if kind else sum(found.counts.values())
        return {
            "entries": lines,
            "here": here,
            "more": max(0, asked - len(lines)),
            "counts": found.counts,
            "kinds": KINDS,
            "kind": kind,
            "total": sum(found.counts.values()),
            "quiet": max(0, found.open - found.busy),
            "open": found.open,
            "owing": owing(found, composer),
            "areas": areas_of(district, district.shapes, found.by_place),
            "map_height": MAP_HEIGHT,
            "critical": found.critical,
        }
