"""Serve a report's receipt and progress to who holds its number and key, who may add to it there.

And photographs to who reads its incident.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from schemas.vocabulary import FollowUp
from services.console.dependencies import Deps
from services.console.incidents.reader import Reading
from services.console.report.additions import addition, kind_of, listed
from services.console.report.pages import called
from services.console.report.queries import names_photo, numbered, progress
from services.console.report.receipt import DIGITS, Ticket, plain, ticket, ticket_of
from services.console.report.sender import WORST, Senders, filing_of, host_of, wants_json
from services.console.web.drawing import qr
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor, from_here, language_of, visitor_of
from services.incidents.access import Reach
from services.security.permissions import Act
from services.web.in_english import said_in
from services.web.problem_details import Problem, answer
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
        self._senders = Senders(deps)
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
        visitor = await visitor_of(request, self._deps)
        return await self._page(request, visitor, found, {"id": str(uuid4())})

    async def _page(
        self,
        request: Request,
        visitor: Visitor | None,
        found: Ticket,
        form: Mapping[str, str],
        *,
        status: int = HTTPStatus.OK,
        wrong: str | None = None,
        faults: Sequence[tuple[str, str]] = (),
    ) -> Response:
        known = await self._deps.store.read(lambda session: progress(session, str(found.id)))
        word = known.followed.status if known.followed else "Diterima"
        sent = ticket_of(request.query_params.get("kabar", ""), self._deps.receipts)
        added = [listed(one) for one in known.added]
        facts: dict[str, Any] = {
            "ticket": found,
            "word": word,
            "reason": known.followed.reason if known.followed else None,
            "steps": STEPS if word in STEPS else ("Diterima", "Ditolak"),
            "fresh": "baru" in request.query_params,
            "surveyed": request.query_params.get("pesan") == "survei",
            "added": added,
            "sent": sent,
            "unlisted": sent is not None and all(one.number != sent.number for one in added),
            "kinds": list(FollowUp),
            "form": form,
            "kind": kind_of(form),
            "nameless": bool(form.get("anonymous")) if wrong or faults else known.anonymous,
            "wrong": wrong,
            "faults": faults,
        }
        response = self._counter.show(request, "status.html", visitor, facts, status)
        self._senders.mark(request, response)
        return response

    async def add(self, request: Request) -> Response:
        """File what the reporter adds, as one more report that names this one; JSON for the page's own script.

        A code that is nobody's and one that does not fit are answered alike, before anything else is looked at.
        """
        try:
            return await self._add(request)
        except Problem as problem:
            if not wants_json(request):
                raise
            return answer(said_in(problem, language_of(request)))

    async def _add(self, request: Request) -> Response:
        if not from_here(request, self._deps):
            raise Problem(403)
        found = ticket_of(request.path_params["code"], self._deps.receipts)
        if found is None:
            raise Problem(404) if wants_json(request) else Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        filing, form = filing_of(self._deps), await form_of(request)
        visitor = await self._senders.visitor(request, form)
        known = await self._deps.store.read(lambda session: progress(session, str(found.id)))
        told = addition(form, found, self._deps.district, self._deps.clock(), exercise=known.exercise)
        try:
            who = visitor.identity if visitor else None
            body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
            made = await filing.from_page(body, who, self._senders.device(request), host_of(request))
        except Problem as problem:
            if wants_json(request):
                raise
            return await self._again(request, visitor, found, form, problem)
        sent = Ticket(UUID(made["id"]), made["receipt"])
        if wants_json(request):
            return JSONResponse(sent.told(), HTTPStatus.ACCEPTED, headers={"Cache-Control": "no-store"})
        return RedirectResponse(f"{PAGE}/{found.code}?kabar={sent.code}", HTTPStatus.SEE_OTHER)

    async def _again(
        self, request: Request, visitor: Visitor | None, found: Ticket, form: dict[str, str], problem: Problem
    ) -> Response:
        """Show the form as it was filled in, with what is wrong."""
        language = visitor.language if visitor else language_of(request)
        problem, status = said_in(problem, language), problem.status_code
        if any(fault.field == "id" for fault in problem.faults):
            form = {**form, "id": str(uuid4())}  # taken by another report: the next try is one of its own
        faults = [(called(fault.field, language), fault.why) for fault in problem.faults]
        wrong = f"lapor.{WORST[HTTPStatus(status)]}" if status in WORST else None
        if not (faults or wrong):
            faults = [("", problem.detail)]
        return await self._page(request, visitor, found, form, status=status, wrong=wrong, faults=faults)

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
        (f"{PAGE}/{{code}}", "POST", pages.add, Act.FILE),
        (f"{PAGE}/{{code}}/qr.svg", "GET", pages.picture, Act.FOLLOW),
        ("/peristiwa/{id}/foto/{photo}", "GET", pages.photo, Act.READ),
    )
