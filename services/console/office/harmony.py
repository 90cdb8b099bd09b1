"""Serve the partners of religious harmony: their redacted cases, and a note for each month."""

import re
from datetime import date, datetime
from http import HTTPStatus

from fastapi import Request, Response

from services.console.dependencies import Deps
from services.console.incidents import queries as incidents
from services.console.incidents.filters import PAGES, whole
from services.console.incidents.queries import Wanted
from services.console.incidents.reader import Reading
from services.console.office.printing import Printing
from services.console.office.reports import left_out
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import OVERSIGHT
from services.office import queries
from services.office.figures import Figures
from services.office.papers.harmony import harmony_paper
from services.office.papers.official import local_day
from services.office.papers.periods import Stretch
from services.security.refusal import Refused
from services.store.transaction import Session

MONTHS = 6  # notes offered
MOST = 100  # cases on one page


class HarmonyPages:
    """Cases that partners and the office work on together."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)
        self._reading = Reading(deps)

    async def show(self, request: Request) -> Response:
        """Show the cases of which the own institution was told, and the months' notes."""
        visitor = await self._partner(request)
        given = request.query_params.get("page") or "1"
        page = whole(given, "page", PAGES)
        issues = self._deps.district.office.harmony.issues or ("-",)
        found, _ = await self._reading.list(visitor, Wanted(issues=issues, page=page, per_page=MOST))
        month = local_day(self._deps.clock(), self._deps.district).replace(day=1)
        months = []
        for _ in range(MONTHS):
            months.append(month)
            month = (date.fromordinal(month.toordinal() - 1)).replace(day=1)
        facts = {"page": found, "months": months, "filtered": False, "listed_at": "/kerukunan"}
        facts |= {"acts": False, "picking": False}  # partners answer one by one
        return self._counter.show(request, "harmony.html", visitor, facts)

    async def note(self, request: Request) -> Response:
        """Give the note of a month as page, PDF or workbook."""
        visitor = await self._partner(request)
        month = _month(request.path_params["month"])
        district, now = self._deps.district, self._deps.clock()
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        period = Stretch("bulan", "", month, date.fromordinal(after.toordinal() - 1)).period(district)
        issues = district.office.harmony.issues
        secret = set(left_out(district)) - set(issues)

        def ask(session: Session) -> tuple[Figures, list[tuple[datetime, str, str | None, str]]]:
            found = queries.figures(session, period, district, as_of=min(period.end, now), hidden=secret, only=issues)
            told = incidents.opened_within(session, visitor.identity, district, issues, (period.start, period.end))
            return found, [(one.opened_at, one.issue, one.kecamatan, one.state) for one in told]

        found, cases = await self._deps.store.read(ask)
        paper = harmony_paper(month, found, cases, district)
        kind = request.path_params.get("kind", "")
        return await self._printing.give(
            request, visitor, paper, f"kerukunan-{month:%Y-%m}", kind=kind, back="/kerukunan"
        )

    async def _partner(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        partners = self._deps.district.office.harmony.partners
        if visitor.identity.role not in OVERSIGHT and visitor.identity.institution not in partners:
            raise Refused("page_not_for_role")
        return visitor


def _month(text: str) -> date:
    if not re.fullmatch(r"20[0-9][0-9]-(0[1-9]|1[0-2])", text):
        raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
    return date.fromisoformat(f"{text}-01")


def harmony_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of the partners' page."""
    pages = HarmonyPages(deps, counter)
    return (
        ("/kerukunan", "GET", pages.show),
        ("/kerukunan/{month}", "GET", pages.note),
        ("/kerukunan/{month}/{kind}", "GET", pages.note),
    )
