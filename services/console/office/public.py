"""Serve what the public sees of the office: service standards, aggregates, posters, the satisfaction survey."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.dependencies import Deps
from services.console.incidents import queries as incidents
from services.console.office.printing import Printing
from services.console.office.reports import left_out
from services.console.report.receipt import ticket_of
from services.console.report.status import PAGE, PICTURE
from services.console.web.drawing import qr
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import from_here, language_of, visitor_of
from services.office import queries, survey
from services.office.papers import satisfaction
from services.office.papers.official import local_day
from services.office.papers.periods import YEARLY, current
from services.office.papers.standard import public_paper, standard_paper
from services.security.refusal import Refused
from services.store.transaction import Session

CLOSED = ("Selesai", "Ditolak")
VILLAGES = ("desa", "kelurahan")


class PublicPages:
    """Pages for everybody; no session is asked for."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._printing = Printing(deps, counter)

    async def standard(self, request: Request) -> Response:
        """Show the service standards as they are configured."""
        paper = standard_paper(self._deps.district, self._deps.clock())
        kind = request.path_params.get("kind", "")
        return await self._printing.give(request, None, paper, "standar-pelayanan", kind=kind, back="/lapor")

    async def figures(self, request: Request) -> Response:
        """Show the year's aggregates."""
        now, district = self._deps.clock(), self._deps.district
        # Whole months only: who looks every day would else see each incident as it comes.
        until = local_day(now, district).replace(day=1) - timedelta(days=1)
        year = current(YEARLY, until)
        period = replace(year, last=until).period(district)

        def ask(session: Session) -> tuple[Any, list[list[int]]]:
            found = queries.figures(session, period, district, hidden=left_out(district))
            answers = queries.survey_answers(session, year.first.year, f"{until:%Y-%m}")
            return found, [list(one.marks) for one in answers]

        found, answers = await self._deps.store.read(ask)
        kind = request.path_params.get("kind", "")
        paper = public_paper(found, district, answers)
        return await self._printing.give(request, None, paper, f"angka-{until:%Y-%m}", kind=kind, back="/lapor")

    async def poster(self, request: Request) -> Response:
        """Show one desa's poster, or the list to choose from."""
        district = self._deps.district
        code = request.path_params.get("code", "")
        place = district.places.get(code)
        if code and (place is None or place.kind not in VILLAGES):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        villages: dict[str, list[Any]] = {}
        if place is None:
            for one in sorted(district.places.values(), key=lambda one: one.name):
                if one.kind in VILLAGES:
                    villages.setdefault(district.places[one.kecamatan].name, []).append(one)
        facts = {
            "place": place,
            "kecamatan": district.places.get(place.kecamatan) if place else None,
            "address": f"{self._deps.base_url}/lapor".partition("://")[2],
            "sms": district.intake.sms,
            "villages": sorted(villages.items()),
        }
        return self._counter.show(request, "poster.html", await visitor_of(request, self._deps), facts)

    async def poster_code(self, request: Request) -> Response:
        """Draw the QR code of a desa's poster: it leads to the form with the desa chosen."""
        place = self._deps.district.places.get(request.path_params["code"])
        if place is None or place.kind not in VILLAGES:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        drawn = qr(f"{self._deps.base_url}/lapor?desa={place.code}")
        return Response(drawn, media_type="image/svg+xml", headers=PICTURE)

    async def survey(self, request: Request) -> Response:
        """Ask who holds the receipt of a closed report how the service was."""
        return await self._survey(request)

    async def take_survey(self, request: Request) -> Response:
        """Keep an answer, tied to nobody."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        report = await self._report(request)
        form = await form_of(request)
        try:
            await self._deps.store.write(lambda tx: survey.take(tx, self._deps.secret, str(report), form))
        except Refused as refused:
            return await self._survey(request, form, refused)
        return RedirectResponse(f"{PAGE}/{request.path_params['code']}?pesan=survei", HTTPStatus.SEE_OTHER)

    async def _survey(
        self, request: Request, form: dict[str, str] | None = None, wrong: Refused | None = None
    ) -> Response:
        await self._report(request)
        facts: dict[str, Any] = {
            "code": request.path_params["code"],
            "elements": range(1, len(satisfaction.ELEMENTS) + 1),
            "marks": satisfaction.MARKS,
            "form": form or {},
            "wrong": wrong.say(language_of(request)) if wrong else None,
        }
        status = STATUS[wrong.reason] if wrong else HTTPStatus.OK
        return self._counter.show(request, "survey.html", None, facts, status)

    async def _report(self, request: Request) -> UUID:
        """Give the report that a survey's link is for; raises Sorry unless it is closed."""
        found = ticket_of(request.path_params["code"], self._deps.receipts)
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        followed = await self._deps.store.read(lambda session: incidents.follow(session, str(found.id)))
        if followed is None or followed.status not in CLOSED:
            raise Refused("survey_not_yet")
        return found.id


def public_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the routes of what everybody may see."""
    pages = PublicPages(deps, counter)
    return (
        ("/standar-pelayanan", "GET", pages.standard),
        ("/standar-pelayanan/{kind}", "GET", pages.standard),
        ("/angka-umum", "GET", pages.figures),
        ("/angka-umum/{kind}", "GET", pages.figures),
        ("/poster", "GET", pages.poster),
        ("/poster/{code}", "GET", pages.poster),
        ("/poster/{code}/qr.svg", "GET", pages.poster_code),
        ("/survei/{code}", "GET", pages.survey),
        ("/survei/{code}", "POST", pages.take_survey),
    )
