"""Serve a report's receipt and progress to who holds its number and key, and photographs to who reads its incident."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.dependencies import Deps
from services.console.incidents import queries as incidents
from services.console.incidents.reader import Reading
from services.console.report.queries import names_photo, numbered
from services.console.report.receipt import DIGITS, Ticket, plain, ticket, ticket_of
from services.console.web.drawing import qr
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import from_here, visitor_of
from services.incidents.access import Reach
from services.security.permissions import Act
from services.web.rate_limit import Buckets, Rate, caller

PAGE = "/status"
STEPS = ("Diterima", "Diverifikasi", "Diteruskan", "Ditindaklanjuti", "Selesai")
VILLAGE = Rate(burst=60, per_hour=360)  # wrong keys from one address: many phones share one
PICTURE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class StatusPages:
    """How far a report has come."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._guesses = Buckets(VILLAGE)
        self._reading = Reading(deps)

    async def ask(self, request: Request) -> Response:
        """Ask for number and key."""
        return await self._form(request)

    async def look(self, request: Request) -> Response:
        """Lead to the report that number and key belong to."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        form = await form_of(request)
        who = f"from:{caller(request.client.host if request.client else None)}"
        if self._guesses.wait(who, self._deps.clock()):
            return await self._form(request, form, "status.slow", HTTPStatus.TOO_MANY_REQUESTS)
        digits, key = plain(form.get("number", "")), plain(form.get("key", ""))
        found: Ticket | None = None
        if len(digits) == DIGITS and len(key) == DIGITS:
            ids = await self._deps.store.read(lambda session: numbered(session, digits.lower()))
            tickets = [ticket(UUID(id_), self._deps.receipts) for id_ in ids]
            found = next((one for one in tickets if plain(one.key) == key), None)
        if found is None:
            self._guesses.take(who, self._deps.clock())
            return await self._form(request, form, "status.unknown", HTTPStatus.NOT_FOUND)
        return RedirectResponse(f"{PAGE}/{found.code}", HTTPStatus.SEE_OTHER)

    async def _form(
        self, request: Request, form: dict[str, str] | None = None, wrong: str | None = None, status: int = 200
    ) -> Response:
        visitor = await visitor_of(request, self._deps)
        return self._counter.show(request, "status_ask.html", visitor, {"form": form or {}, "wrong": wrong}, status)

    async def show(self, request: Request) -> Response:
        """Show receipt and progress; what triage has not kept yet is "Diterima", for it was promised."""
        found = ticket_of(request.path_params["code"], self._deps.receipts)
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        followed = await self._deps.store.read(lambda session: incidents.follow(session, str(found.id)))
        word = followed.status if followed else "Diterima"
        facts: dict[str, Any] = {
            "ticket": found,
            "word": word,
            "reason": followed.reason if followed else None,
            "steps": STEPS if word in STEPS else ("Diterima", "Ditolak"),
            "fresh": "baru" in request.query_params,
            "surveyed": request.query_params.get("pesan") == "survei",
        }
        return self._counter.show(request, "status.html", await visitor_of(request, self._deps), facts)

    async def picture(self, request: Request) -> Response:
        """Draw the QR code of the receipt."""
        found = ticket_of(request.path_params["code"], self._deps.receipts)
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        drawn = qr(f"{self._deps.base_url}{PAGE}/{found.code}")
        return Response(drawn, media_type="image/svg+xml", headers=PICTURE)

    async def photo(self, request: Request) -> Response:
        """Give a photograph as a file, to who reads its incident in full; never as a page of ours."""
        visitor = await self._counter.visitor(request)
        incident, photo = request.path_params["id"], request.path_params["photo"]
        view = await self._reading.one(visitor, incident)
        named = await self._deps.store.read(lambda session: names_photo(session, incident, photo))
        file = self._deps.filing.picture(photo) if self._deps.filing else None
        if view is None or view.reach != Reach.FULL or not named or file is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        body = await run_sync(file.read_bytes)
        return Response(
            body,
            media_type="image/jpeg",
            headers={**PICTURE, "Content-Disposition": f'attachment; filename="{photo}.jpg"'},
        )


def status_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of receipts, progress and photographs."""
    pages = StatusPages(deps, counter)
    return (
        (PAGE, "GET", pages.ask, Act.FOLLOW),
        (PAGE, "POST", pages.look, Act.FOLLOW),
        (f"{PAGE}/{{code}}", "GET", pages.show, Act.FOLLOW),
        (f"{PAGE}/{{code}}/qr.svg", "GET", pages.picture, Act.FOLLOW),
        ("/peristiwa/{id}/foto/{photo}", "GET", pages.photo, Act.READ),
    )
