"""Serve the reports upward: a day, a week, four months, a year; as page, PDF and workbook from one paper."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.district import District
from schemas.office.records import Document
from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.office.meetings import openly_spoken
from services.console.office.printing import Printing
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import OVERSIGHT
from services.office import documents, figures, queries
from services.office.access import CHAIRS
from services.office.papers.official import local_day
from services.office.papers.paper import Paper
from services.office.papers.periods import KINDS, Stretch, before, current, stretch_of
from services.office.papers.reports import report_paper
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session

BACK = 3  # earlier stretches offered of each kind
READERS = OVERSIGHT | {Role.LEADER}


def left_out(district: District) -> tuple[str, ...]:
    """Give the issues that no report upward counts: those for named persons only, or above Terbatas."""
    spoken = set(openly_spoken(district))
    return tuple(code for code in district.issues if code not in spoken)


@dataclass(frozen=True)
class Drawn:
    """A report with whether it has been issued, and whether its time is over."""

    paper: Paper
    issued: bool
    over: bool


class ReportPages:
    """Reports upward of one installation."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)

    async def list(self, request: Request) -> Response:
        """Offer the stretches of time that are reported on, and what was issued."""
        visitor = await self._reader(request)
        today = local_day(self._deps.clock(), self._deps.district)
        offered = []
        for kind in KINDS:
            found = [current(kind, today)]
            for _ in range(BACK):
                found.append(before(found[-1]))
            offered.append((kind, found))
        issued = await self._deps.store.read(lambda session: queries.documents_of(session, documents.REPORT))
        facts: dict[str, Any] = {"offered": offered, "issued": issued}
        return self._counter.show(request, "reports.html", visitor, facts)

    async def show(self, request: Request) -> Response:
        """Give one report."""
        visitor = await self._reader(request)
        stretch = _stretch(request)
        drawn = await self._deps.store.read(lambda session: self._draw(session, stretch))
        name, kind = f"{stretch.kind}-{stretch.key}", request.path_params.get("file", "")
        may_issue = visitor.identity.role in CHAIRS and drawn.over and not drawn.issued
        return await self._printing.give(
            request,
            visitor,
            drawn.paper,
            name,
            kind=kind,
            back="/laporan-berkala",
            issue=_address(stretch) if may_issue else "",
        )

    async def issue(self, request: Request) -> Response:
        """Issue a report whose time is over: numbered, its figures frozen."""
        visitor = await self._reader(request)
        await self._counter.form(request, visitor)
        stretch, district = _stretch(request), self._deps.district
        period = stretch.period(district)
        if period.end > self._deps.clock():
            raise Refused("report_still_running")
        found = await self._deps.store.read(
            lambda session: queries.figures(session, period, district, hidden=left_out(district))
        )
        await self._deps.store.write(
            lambda tx: documents.issue_report(
                tx,
                district,
                visitor.identity,
                kind=stretch.kind,
                key=stretch.key,
                subject=stretch.label,
                figures=figures.as_json(found),
            )
        )
        return RedirectResponse(_address(stretch), HTTPStatus.SEE_OTHER)

    def _draw(self, session: Session, stretch: Stretch) -> Drawn:
        """Write a report: from its frozen figures once issued, else from the store as things stood at its end."""
        now, district = self._deps.clock(), self._deps.district
        hidden = left_out(district)
        kept: Document | None = queries.document(session, derived("report", stretch.kind, stretch.key))
        period = stretch.period(district)
        over = period.end <= now
        if kept is not None:
            found = figures.from_json(kept.body["figures"])
            paper = report_paper(stretch, found, district, kept.at, number=kept.number, hidden=bool(hidden))
            return Drawn(paper, issued=True, over=True)
        found = queries.figures(session, period, district, as_of=min(period.end, now), hidden=hidden)
        return Drawn(report_paper(stretch, found, district, now, hidden=bool(hidden)), issued=False, over=over)

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in READERS:
            raise Refused("page_not_for_role")
        return visitor


def _stretch(request: Request) -> Stretch:
    try:
        return stretch_of(request.path_params["kind"], request.path_params["key"])
    except ValueError as error:
        raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND) from error


def _address(stretch: Stretch) -> str:
    return f"/laporan-berkala/{stretch.kind}/{stretch.key}"


def report_upward_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of reports upward."""
    pages = ReportPages(deps, counter)
    return (
        ("/laporan-berkala", "GET", pages.list),
        ("/laporan-berkala/{kind}/{key}", "GET", pages.show),
        ("/laporan-berkala/{kind}/{key}", "POST", pages.issue),
        ("/laporan-berkala/{kind}/{key}/{file}", "GET", pages.show),
    )
