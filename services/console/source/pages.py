"""Serve the page that opens a source: it asks for a reason, writes it down, and shows who reported once."""

from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from services.console.dependencies import Deps
from services.console.incidents import queries as incidents
from services.console.source.queries import Kept, kept
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.console.web.source_access import may_open_source
from services.policy.situation import accused_by
from services.sources.kept import Known, opened
from services.store.transaction import Session, Transaction

PAGE = "/peristiwa/{id}/sumber/{report}"
OPENED = "source.opened"
SHORTEST, LONGEST = 10, 300  # characters of a reason


class SourcePages:
    """Who reported, for a verifier or coordinator with a reason."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def ask(self, request: Request) -> Response:
        """Ask for the reason; shows nothing of who reported."""
        visitor = await self._counter.visitor(request)
        found = await self._deps.store.read(lambda session: self._found(session, request, visitor))
        return self._page(request, visitor, found)

    async def open(self, request: Request) -> Response:
        """Write the reason down and show who reported, in this one answer."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        reason = " ".join(form.get("reason", "").split())[:LONGEST]
        if len(reason) < SHORTEST:
            found = await self._deps.store.read(lambda session: self._found(session, request, visitor))
            return self._page(request, visitor, found, wrong="source.short", status=HTTPStatus.UNPROCESSABLE_ENTITY)

        def act(tx: Transaction) -> Kept:
            found = self._found(tx.session, request, visitor)
            who, ids = visitor.identity, {"incident": found.incident.id, "subject": found.report.id}
            tx.audit(OPENED, who.id, incident=ids["incident"], subject=ids["subject"], reason=reason)
            return found

        found = await self._deps.store.write(act)  # first the line, then what it speaks of
        known = opened(self._deps.vault, found.source, found.wrapped)
        return self._page(request, visitor, found, known=known, opened=True)

    def _found(self, session: Session, request: Request, visitor: Visitor) -> Kept:
        """Find the report; for whoever may not open its source it is not there. Raises Sorry."""
        who, district = visitor.identity, self._deps.district
        incident = incidents.find(session, who, district, request.path_params["id"])
        if incident is None or not may_open_source(
            who, district, incident.issue, incident.issue_secondary, accused_by(incident.facts)
        ):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        found = kept(session, incident.id, request.path_params["report"])
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        return found

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        found: Kept,
        *,
        known: Known | None = None,
        opened: bool = False,
        wrong: str | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        facts: dict[str, Any] = {
            "incident_id": found.incident.id,
            "report": found.report,
            "known": known,
            "handle": found.person,
            "opened": opened,
            "wrong": wrong,
            "shortest": SHORTEST,
            "longest": LONGEST,
        }
        return self._counter.show(request, "source.html", visitor, facts, status)


def source_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the page that opens a source."""
    pages = SourcePages(deps, counter)
    return ((PAGE, "GET", pages.ask), (PAGE, "POST", pages.open))
