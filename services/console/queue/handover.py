"""Serve the handover of a shift: what happened in it, what waits, a text to copy, and who takes over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.vocabulary import OPEN_STATES, Role
from services.console.dependencies import Deps
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.views import IncidentRow
from services.console.queue import queries
from services.console.queue.board import OVERSEE, SOON, Board
from services.console.queue.entries import KINDS, entries
from services.console.queue.pages import in_the_open
from services.console.read_log import of_incidents
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.store.transaction import Session

PAGE = "/serah-terima"
HOURS = (8, 12, 24)
TAKERS = (Role.COORDINATOR, Role.VERIFIER)
SHOWN = 12
NOTE_LIMIT = 500
HANDED_OVER = "shift.handed_over"


@dataclass(frozen=True)
class Taken:
    """A handover on record."""

    at: datetime
    name: str
    open: int
    waiting: int
    note: str


class HandoverPages:
    """What one shift tells the next."""

    def __init__(self, deps: Deps, counter: SignedInPages, board: Board) -> None:
        self._deps = deps
        self._counter = counter
        self._board = board

    async def show(self, request: Request) -> Response:
        """Show the shift of so many hours."""
        visitor = await self._visitor(request)
        given = request.query_params.get("jam", str(HOURS[0]))
        if given not in {str(one) for one in HOURS}:
            raise Sorry(Kind.BAD, HTTPStatus.BAD_REQUEST)
        facts = await self._facts(visitor, int(given))
        facts["said"] = "handover.done" if request.query_params.get("pesan") == "terima" else None
        return self._counter.show(request, "handover.html", visitor, facts)

    async def take(self, request: Request) -> Response:
        """Put on record that somebody has taken over, what stood then, and a note."""
        visitor = await self._visitor(request)
        if visitor.identity.role not in TAKERS:
            raise Sorry(Kind.NOT_YOURS, HTTPStatus.FORBIDDEN)
        form = await self._counter.form(request, visitor)
        now, reader = self._deps.clock(), visitor.identity
        found = await self._board.pressing(reader, self._deps.district, now + SOON)
        facts: dict[str, Any] = {
            "open": found.open,
            "waiting": sum(found.counts.values()),
            "note": form.get("note", "")[:NOTE_LIMIT],
        }
        await self._deps.store.write(lambda tx: tx.audit(HANDED_OVER, reader.id, subject=reader.id, **facts))
        return RedirectResponse(f"{PAGE}?pesan=terima", HTTPStatus.SEE_OTHER)

    async def _visitor(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in OVERSEE:
            raise Sorry(Kind.NOT_YOURS, HTTPStatus.FORBIDDEN)
        return visitor

    async def _facts(self, visitor: Visitor, hours: int) -> dict[str, Any]:
        district, now, reader = self._deps.district, self._deps.clock(), visitor.identity
        since = now - timedelta(hours=hours)
        found = await self._board.pressing(reader, district, now + SOON)
        self._deps.reads.note(reader, "queue", of_incidents(reader, self._deps.district, found.incidents.values()))
        composer = Composer(district, reader, now, visitor.language)
        lines = entries(found, composer, district)
        told = in_the_open(reader)  # what is copied goes into groups: nothing of what is Rahasia, nor that there is any
        shared = await self._board.pressing(told, district, now + SOON)
        copied = entries(shared, Composer(district, told, now, visitor.language), district)

        def ask(session: Session) -> tuple[Sequence[Incident], int, list[tuple[Journal, str]], tuple[int, int]]:
            opened = queries.opened_since(session, reader, district, since)
            closed = queries.count_closed_since(session, reader, district, since)
            counts = (
                queries.count_opened_since(session, told, district, since),
                queries.count_closed_since(session, told, district, since),
            )
            return opened, closed, queries.lines_of_kind(session, HANDED_OVER, 5), counts

        opened, closed, before, open_counts = await self._deps.store.read(ask)
        rows: list[IncidentRow] = [composer.row(one, ()) for one in opened]
        news = [row for row in rows if row.state in OPEN_STATES]
        return {
            "hours": hours,
            "choices": HOURS,
            "since": since,
            "opened": len(rows),
            "closed": closed,
            "open": found.open,
            "counts": found.counts,
            "kinds": KINDS,
            "entries": lines[:SHOWN],
            "more": max(0, sum(found.counts.values()) - SHOWN),
            "copied": copied[:SHOWN],
            "copied_more": max(0, sum(shared.counts.values()) - SHOWN),
            "copied_counts": (*open_counts, shared.open),
            "news": news[:SHOWN],
            "news_more": max(0, len(news) - SHOWN),
            "before": [
                Taken(line.at, name, line.data["open"], line.data["waiting"], line.data["note"])
                for line, name in before
            ],
            "may": reader.role in TAKERS,
            "note_limit": NOTE_LIMIT,
        }


def handover_routes(deps: Deps, counter: SignedInPages, board: Board) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the handover."""
    pages = HandoverPages(deps, counter, board)
    return ((PAGE, "GET", pages.show), (PAGE, "POST", pages.take))
