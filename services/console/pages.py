"""Serve the desk's pages: sign in, the list, one incident, its acts, and the page from a message."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from sqlmodel import Session

from services import auth
from services.acts import OPEN_STATES, Refused
from services.console import asking, queries
from services.console.acting import ACTS, perform
from services.console.answering import answer_routes
from services.console.choosing import choices_of
from services.console.compose import Composer
from services.console.deps import Deps
from services.console.faces import Kind, SignInFirst, Sorry, sorry_for
from services.console.figures import gathered
from services.console.forms import form_of
from services.console.page import KINDS, STATIC, Pages
from services.console.reading import Reading
from services.console.visitors import (
    COOKIE,
    SESSION_SECONDS,
    Patience,
    Visitor,
    from_here,
    inside,
    keep_language,
    language_of,
    same,
    visitor_of,
)
from services.problems import Problem
from services.store import StoreUnavailable, Unit

log = logging.getLogger("kentongan.console")
T = TypeVar("T")
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def page_route(deps: Deps, pages: Pages) -> type[APIRoute]:
    """Give a kind of route whose failures are pages, in the visitor's language."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Endpoint:
            handle = self.endpoint

            async def kindly(request: Request) -> Response:
                try:
                    response: Response = await handle(request)
                except SignInFirst as first:
                    response = RedirectResponse(f"/masuk?{urlencode({'ke': first.then})}", HTTPStatus.SEE_OTHER)
                except Refused as refused:
                    response = sorry_page(pages, deps, request, sorry_for(refused))
                except Sorry as sorry:
                    response = sorry_page(pages, deps, request, sorry)
                except Problem as problem:
                    response = sorry_page(pages, deps, request, Sorry(Kind.BAD, problem.status_code))
                except StoreUnavailable:
                    response = sorry_page(pages, deps, request, Sorry(Kind.AWAY, 503))
                    response.headers["Retry-After"] = "5"
                except Exception as error:  # noqa: BLE001 - a person gets a page whatever happened
                    # Its kind only, and the route instead of the address: values may hold a text, an address a token.
                    route = getattr(request.scope.get("route"), "path", "")
                    log.error("%s %s failed: %s", request.method, route, type(error).__name__)  # noqa: TRY400
                    response = sorry_page(pages, deps, request, Sorry(Kind.BROKEN, 500))
                keep_language(request, response)
                return response

            return kindly

    return PageRoute


def sorry_page(pages: Pages, deps: Deps, request: Request, sorry: Sorry) -> HTMLResponse:
    """Say kindly what went wrong."""
    facts = {**frame(deps, request, None), "kind": sorry.kind.value, "detail": sorry.detail}
    return pages.answer("sorry.html", language_of(request), facts, sorry.status)


def frame(deps: Deps, request: Request, visitor: Visitor | None) -> dict[str, Any]:
    """Give what every page needs; `here` keeps an address when the language changes."""
    return {
        "district": deps.district,
        "visitor": visitor,
        "emergency": deps.district.emergency,
        "path": request.url.path,
        "given": {key: value for key, value in request.query_params.items() if key not in ("bahasa", "pesan")},
        "said": None,
    }


class Desk:
    """The pages of one installation."""

    def __init__(self, deps: Deps, pages: Pages) -> None:
        self._deps = deps
        self._pages = pages
        self._reading = Reading(deps)
        self._patience = Patience(deps.clock)

    async def _visitor(self, request: Request) -> Visitor:
        visitor = await visitor_of(request, self._deps)
        if visitor is None:
            query = f"?{request.url.query}" if request.url.query else ""
            raise SignInFirst(request.url.path + query if request.method == "GET" else "/")
        return visitor

    def _show(
        self, request: Request, template: str, visitor: Visitor | None, facts: Mapping[str, Any], status: int = 200
    ) -> HTMLResponse:
        language = visitor.language if visitor else language_of(request)
        return self._pages.answer(template, language, {**frame(self._deps, request, visitor), **facts}, status)

    # -- coming and going ------------------------------------------------------------------------------------------

    async def sign_in_page(self, request: Request) -> Response:
        """Show the form."""
        then = inside(request.query_params.get("ke", "/"))
        if await visitor_of(request, self._deps):
            return RedirectResponse(then, HTTPStatus.SEE_OTHER)
        return self._show(request, "sign_in.html", None, {"then": then, "wrong": None, "login": ""})

    async def sign_in(self, request: Request) -> Response:
        """Open a session, or say that name and password do not match."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, 403)
        form = await form_of(request)
        login, then = form.get("login", "").lower(), inside(form.get("ke", "/"))
        who = (f"login:{login}", f"from:{request.client.host if request.client else ''}")
        shown = {"then": then, "login": login}
        if self._patience.lost(*who):
            return self._show(request, "sign_in.html", None, {**shown, "wrong": "sign_in_slow"}, 429)
        opened = await self._deps.store.write(lambda unit: auth.sign_in(unit, login, form.get("password", "")))
        if opened is None:
            self._patience.failed(*who)
            return self._show(request, "sign_in.html", None, {**shown, "wrong": "sign_in_wrong"}, 401)
        response = RedirectResponse(then, HTTPStatus.SEE_OTHER)
        response.set_cookie(
            COOKIE,
            opened[0],
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=self._deps.base_url.startswith("https://"),
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        visitor = await self._visitor(request)
        await self._form(request, visitor)
        await self._deps.store.write(lambda unit: auth.sign_out(unit, visitor.cookie))
        response = RedirectResponse("/masuk", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE)
        return response

    async def _form(self, request: Request, visitor: Visitor) -> dict[str, str]:
        """Read a form of this session; raises Sorry when it is of another one or from elsewhere."""
        form = await form_of(request)
        if not from_here(request, self._deps) or not same(visitor.csrf, form.get("csrf", "")):
            raise Sorry(Kind.STALE, 403)
        return form

    # -- incidents -------------------------------------------------------------------------------------------------

    async def incidents(self, request: Request) -> Response:
        """List incidents: the open ones unless the address asks for others."""
        visitor = await self._visitor(request)
        facts = await self._listed(request, visitor)
        return self._show(request, "incidents.html", visitor, facts)

    async def fragment(self, request: Request) -> Response:
        """Give the list alone, for a page that changes by itself."""
        visitor = await self._visitor(request)
        return self._show(request, "_list.html", visitor, await self._listed(request, visitor))

    async def _listed(self, request: Request, visitor: Visitor) -> dict[str, Any]:
        given = request.query_params
        wanted = asking.wanted(given, self._deps.clock(), states="open-all")
        page, counts = await self._reading.list(visitor, wanted)
        district = self._deps.district
        places = [place for place in district.places.values() if place.kind == "kecamatan"]
        filtered = [name for name in ("state", "level", "issue", "kecamatan", "since") if given.get(name)]
        return {
            "page": page,
            "counts": counts,
            "issues": list(district.issues.values()),
            "places": sorted(places, key=lambda place: place.name),
            "filtered": filtered,
        }

    async def incident(self, request: Request) -> Response:
        """Show one incident as far as its reader may see it."""
        visitor = await self._visitor(request)
        view = await self._reading.one(visitor, request.path_params["id"])
        if view is None:
            raise Sorry(Kind.NOT_FOUND, 404)
        message = request.query_params.get("pesan", "")
        said = f"done.{message}" if message in {*ACTS, "lagi"} else None
        composer = Composer(self._deps.district, visitor.identity, self._deps.clock(), visitor.language)
        mine = [alert for alert in view.alerts if alert.institution == visitor.identity.institution]
        facts = {
            "incident": view,
            "timeline": tuple(reversed(gathered(view.timeline))),
            "choices": choices_of(view, visitor.identity, self._deps.district),
            "now": self._deps.clock(),
            "numbers": {report.id: report.number for report in view.told},
            "secondary": composer.issue_label(view.issue_secondary) if view.issue_secondary else None,
            "said": said,
            "unseen": any(alert.seen is None and alert.acknowledged is None for alert in mine),
            "open": view.state in OPEN_STATES,
            "issues": list(self._deps.district.issues.values()),
            "forms": list(self._deps.district.forms.values()),
        }
        return self._show(request, "incident.html", visitor, facts)

    async def act(self, request: Request) -> Response:
        """Do one act on an incident and come back to it."""
        visitor = await self._visitor(request)
        id_, act = request.path_params["id"], request.path_params["act"]
        form = await self._form(request, visitor)
        if act not in ACTS:
            raise Sorry(Kind.NOT_FOUND, 404)
        said = await self._write(
            visitor, id_, lambda unit: perform(unit, self._deps.district, id_, visitor.identity, act, form)
        )
        if act == "dilihat":
            return Response(status_code=204)
        return RedirectResponse(f"/peristiwa/{id_}?{urlencode({'pesan': said})}", HTTPStatus.SEE_OTHER)

    async def _write(self, visitor: Visitor, id_: str, act: Callable[[Unit], T]) -> T:
        """Act in one transaction on an incident that the visitor may know of."""

        def checked(unit: Unit) -> T:
            if not _visible(unit.session, visitor, self._deps, id_):
                raise Sorry(Kind.NOT_FOUND, 404)
            return act(unit)

        return await self._deps.store.write(checked)


def _visible(session: Session, visitor: Visitor, deps: Deps, id_: str) -> bool:
    return queries.find(session, visitor.identity, deps.district, id_) is not None


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return Response(status_code=404)
    kind = KINDS[name[name.rindex(".") :]]
    # Addresses carry a version, so what lies behind one never changes.
    return Response(
        STATIC[name],
        media_type=kind,
        headers={"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"},
    )


def page_routes(deps: Deps, pages: Pages) -> APIRouter:
    """Build the routes of all pages."""
    desk = Desk(deps, pages)
    router = APIRouter(route_class=page_route(deps, pages), include_in_schema=False)
    for path, method, endpoint in (
        ("/", "GET", desk.incidents),
        ("/potongan/peristiwa", "GET", desk.fragment),
        ("/masuk", "GET", desk.sign_in_page),
        ("/masuk", "POST", desk.sign_in),
        ("/keluar", "POST", desk.sign_out),
        ("/peristiwa/{id}", "GET", desk.incident),
        ("/peristiwa/{id}/{act}", "POST", desk.act),
        ("/static/{name}", "GET", _static),
        *answer_routes(deps, pages, frame),
    ):
        router.add_api_route(path, endpoint, methods=[method], response_model=None)
    return router
