"""Serve the office's first page: where its work stands, who has a seat in the forum, what the public sees."""

from typing import Any

from fastapi import Request, Response

from services.console.dependencies import Deps
from services.console.office.meetings import seated
from services.console.office.reports import READERS as REPORT_READERS
from services.console.web.page_base import Endpoint, SignedInPages
from services.incidents.access import OVERSIGHT
from services.office import queries
from services.office.access import READERS
from services.security.refusal import Refused

PUBLIC = (
    ("/standar-pelayanan", "of.standard"),
    ("/angka-umum", "of.figures"),
    ("/poster", "of.poster"),
    ("/lapor", "lapor"),
)


class FrontPages:
    """The office's first page."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """Show it, with how many asks wait for one's own institution."""
        visitor = await self._counter.visitor(request)
        who, district, now = visitor.identity, self._deps.district, self._deps.clock()
        if who.role not in READERS:
            raise Refused("page_not_for_role")
        waiting = await self._deps.store.read(
            lambda session: queries.asks_between(session, who.institution or "", answered=False)
        )
        mine = sum(one.institution == who.institution for one in waiting)
        parts = [("/permintaan", "of.asks", mine), ("/li", "of.notes", 0), ("/rapat", "of.meetings", 0)]
        if who.role in REPORT_READERS:
            parts.append(("/laporan-berkala", "of.reports", 0))
        if who.role in OVERSIGHT or who.institution in district.office.harmony.partners:
            parts.append(("/kerukunan", "of.harmony", 0))
        if who.role in OVERSIGHT:
            parts.append(("/ormas", "of.ormas", 0))
        facts: dict[str, Any] = {
            "parts": parts,
            "public": PUBLIC,
            "periods": district.forum_periods,
            "seats": seated(district, now),
        }
        return self._counter.show(request, "office.html", visitor, facts)


def front_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the office's first page."""
    return (("/kantor", "GET", FrontPages(deps, counter).show),)
