"""Receive people at the desk's pages: who is there, which form is handed in, what goes wrong, all as pages."""

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import Route, get_name

from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.health import TOLD, Health
from services.console.web.cover import Cover
from services.console.web.errors import Kind, SecondStepFirst, SignInFirst, Sorry, sorry_for
from services.console.web.form_body import (
    WORDS_COOKIE,
    WORDS_SECONDS,
    form_of,
    opened_words,
    sealed_words,
    words_of,
)
from services.console.web.rendering import HEADERS, Pages
from services.console.web.sessions import (
    DOOR,
    LEAVE,
    UNSENT,
    Visitor,
    arriving_of,
    came_from,
    from_here,
    inside,
    keep_language,
    language_of,
    visitor_of,
)
from services.office.access import READERS
from services.oncall import schedule as book
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.security.refusal import Refused
from services.silences import silences
from services.store.database import StoreUnavailable

log = logging.getLogger("kentongan.console")
ACCOUNT = "/akun"  # where two-step verification is turned on
LOOKS_AFTER = (Role.ADMIN, Role.COORDINATOR)  # of the posts; a coordinator is told on every page when all are empty
OFFICE = (
    "/li/",
    "/rapat/",
    "/ormas/",
    "/permintaan/",
    "/laporan-berkala/",
    "/kerukunan/",
    "/poster/",
)  # pages behind /kantor
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(Route):
    """A page: its act is asked for before its endpoint runs, and its failures are pages in the visitor's language.

    Starlette's own route, since an endpoint of a page takes the request alone: FastAPI would analyse the parameters of
    all of them at every start and use nothing of it.
    """

    def __init__(
        self, path: str, endpoint: Endpoint, method: str, dependencies: Sequence[Any], *, deps: Deps, pages: Pages
    ) -> None:
        self.dependencies = dependencies  # what it declares, as FastAPI's routes have it (web/route_rules.py)
        self._deps, self._pages = deps, pages
        super().__init__(path, self._kindly, methods=[method], name=get_name(endpoint), include_in_schema=False)
        self.methods = {method}  # HEAD comes as GET (services/web/problem_details.py)
        self._handle = endpoint

    async def _kindly(self, request: Request) -> Response:
        try:
            for rule in self.dependencies:
                await rule.dependency(request)
            response: Response = await self._handle(request)
        except SecondStepFirst as first:
            response = await self._led_to_second_step(request, first)
        except SignInFirst as first:
            said = {"pesan": UNSENT} if first.unsent else {}
            response = RedirectResponse(f"{DOOR}?{urlencode({'ke': first.then} | said)}", HTTPStatus.SEE_OTHER)
        except Refused as refused:
            language = language_of(
                request, getattr(request.state, "person", None)
            )  # who may refuse has asked who it is
            response = await self._sorry(request, sorry_for(refused, language))
        except Sorry as sorry:
            response = await self._sorry(request, sorry)
        except HTTPException as problem:  # also of a form that Starlette would not read
            response = await self._sorry(request, Sorry(Kind.BAD, problem.status_code))
        except StoreUnavailable:
            response = await self._sorry(request, Sorry(Kind.AWAY, 503))
            response.headers["Retry-After"] = "5"
        except Exception as error:  # noqa: BLE001 - a person gets a page whatever happened
            # Its kind only, and the route instead of the address: values may hold a text, an address a token.
            log.error("%s %s failed: %s", request.method, self.path, type(error).__name__)  # noqa: TRY400
            response = await self._sorry(request, Sorry(Kind.BROKEN, 500))
        keep_language(request, response)
        return response

    async def _led_to_second_step(self, request: Request, first: SecondStepFirst) -> Response:
        """Lead on to it, and back to the form whose sending was not taken, with what was written in it.

        Kept is only what this session sent from a page of ours: nobody else may put words before its owner.
        """
        response = RedirectResponse(f"{ACCOUNT}?{urlencode({'ke': first.then})}", HTTPStatus.SEE_OTHER)
        visitor = await arriving_of(request, self._deps)
        if not first.unsent or visitor is None or not from_here(request, self._deps):
            return response
        try:
            form = await form_of(request)
        except Sorry:  # too long, or a file: its words are not kept
            return response
        words = words_of(form) if visitor.sent(form.get("csrf", "")) else []
        if sealed := sealed_words(self._deps.secret, visitor.cookie, words):
            secure = self._deps.base_url.startswith("https://")
            response.set_cookie(
                WORDS_COOKIE, sealed, max_age=WORDS_SECONDS, httponly=True, samesite="strict", secure=secure
            )
        return response

    async def _sorry(self, request: Request, sorry: Sorry) -> HTMLResponse:
        return await sorry_page(self._pages, self._deps, request, sorry)


async def sorry_page(pages: Pages, deps: Deps, request: Request, sorry: Sorry) -> HTMLResponse:
    """Say kindly what went wrong, with the menu of whoever has signed in and the way back to where he came from."""
    visitor = await _signed_in(request, deps, sorry.kind)
    facts = {
        **frame(deps, request, visitor),
        "kind": sorry.kind.value,
        "detail": sorry.detail,
        "back": came_from(request, deps) if visitor else "",
        "reads": visitor is None or may(visitor.identity.role, Act.READ),
    }
    return pages.answer("sorry.html", visitor.language if visitor else language_of(request), facts, sorry.status)


async def _signed_in(request: Request, deps: Deps, kind: Kind) -> Visitor | None:
    """Give who has signed in, for an error's page; nobody where the store cannot say it, or a second step is owed."""
    if kind in (Kind.AWAY, Kind.BROKEN) and not hasattr(request.state, "person"):
        return None
    try:
        return await visitor_of(request, deps)
    except StoreUnavailable:
        return None


def frame(deps: Deps, request: Request, visitor: Visitor | None) -> dict[str, Any]:
    """Give what every page needs; `here` keeps an address when the language changes."""
    return {
        "district": deps.district,
        "visitor": visitor,
        "emergency": deps.district.emergency,
        "path": request.url.path,
        "now": deps.clock(),
        "position": getattr(request.state, "position", 0),  # its event stream begins there
        "sample": deps.sample,
        "given": {key: value for key, value in request.query_params.items() if key not in ("bahasa", "pesan")},
        "said": None,
        "unsent": _unsent(deps, request, visitor),
        "sections": sections_of(visitor.identity) if visitor else (),
        "owes_step": visitor is not None and visitor.identity.owes_step,
        "office_paths": OFFICE,
        "uncovered": visitor.uncovered if visitor else None,
        "troubles": visitor.troubles if visitor else None,
    }


def _unsent(deps: Deps, request: Request, visitor: Visitor | None) -> list[str] | None:
    """Give what was written in a form that was not taken, on its page and on the way back there; None elsewhere."""
    then = urlsplit(inside(request.query_params.get("ke", "/"))).query
    if visitor is None or ("pesan", UNSENT) not in (*parse_qsl(request.url.query), *parse_qsl(then)):
        return None
    sealed = request.cookies.get(WORDS_COOKIE, "")
    return opened_words(deps.secret, visitor.cookie, sealed) if sealed else []


def sections_of(who: Identity) -> tuple[tuple[str, str], ...]:
    """Give the parts of the desk that somebody may enter: address, and the word for it."""
    if who.owes_step:
        return ()
    parts = [("/", "incidents")] if may(who.role, Act.READ) else []
    parts.append(("/lapor", "lapor"))
    if may(who.role, Act.READ):
        parts.append(("/peringatan", "warned"))
    if who.role in silences.READERS:
        parts.append(("/redam", "silences"))
    if book.may_enter(who):
        parts.append(("/piket", "rota"))
    if who.role in (Role.COORDINATOR, Role.VERIFIER, Role.ADMIN, Role.LEADER, Role.AUDITOR):
        parts.append(("/angka", "figures"))
    if who.role == Role.ADMIN:
        parts.append(("/pengaturan", "settings"))
    if who.role in READERS:
        parts.append(("/kantor", "office"))
    return tuple(parts)


class SignedInPages:
    """The desk's counter: every page for people who have signed in begins and ends here."""

    def __init__(self, deps: Deps, pages: Pages) -> None:
        self._deps = deps
        self._pages = pages
        self._cover = Cover(deps)
        self._health = Health(deps)

    async def visitor(self, request: Request) -> Visitor:
        """Give who has signed in; raises SignInFirst, or SecondStepFirst where one step is not enough."""
        visitor = await self.arriving(request)
        if visitor.identity.owes_step:
            unsent = request.method == "POST" and not request.url.path.startswith(ACCOUNT)
            raise SecondStepFirst(self._back_to(request) if unsent else self._asked_for(request), unsent=unsent)
        if request.method == "GET" and visitor.identity.role in TOLD:
            visitor = replace(visitor, troubles=await self._health.look())
        if request.method == "GET" and visitor.identity.role in LOOKS_AFTER:
            covered = await self._cover.look(anew=request.url.path.startswith("/pengaturan"))
            all_or_any = covered.reached == 0 or visitor.identity.role == Role.ADMIN
            if covered.empty and all_or_any:
                return replace(visitor, uncovered=(covered.reached, covered.posts))
        return visitor

    async def arriving(self, request: Request) -> Visitor:
        """Give who has signed in, also one who still has to turn two-step verification on; raises SignInFirst."""
        visitor = await arriving_of(request, self._deps)
        if visitor is None:
            raise SignInFirst(self._asked_for(request), unsent=request.method == "POST" and request.url.path != LEAVE)
        return visitor

    def _back_to(self, request: Request) -> str:
        """Give the page of a form that was not taken; the page says so."""
        page = self._asked_for(request)
        return f"{page}{'&' if '?' in page else '?'}{urlencode({'pesan': UNSENT})}"

    def _asked_for(self, request: Request) -> str:
        """Give the address that somebody wanted; of a form that was handed in, its page."""
        query = f"?{request.url.query}" if request.url.query else ""
        return request.url.path + query if request.method == "GET" else came_from(request, self._deps) or "/"

    def show(
        self,
        request: Request,
        template: str,
        visitor: Visitor | None,
        facts: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] = HEADERS,
    ) -> HTMLResponse:
        """Answer with a page in the visitor's language."""
        language = visitor.language if visitor else language_of(request)
        shown = {**frame(self._deps, request, visitor), **facts}
        return self._pages.answer(template, language, shown, status, headers)

    async def form(self, request: Request, visitor: Visitor) -> dict[str, str]:
        """Read a form of this session; raises Sorry when it is of another one or from elsewhere."""
        form = await form_of(request)
        self.same_session(request, visitor, form.get("csrf", ""))
        return form

    def same_session(self, request: Request, visitor: Visitor, token: str) -> None:
        """See that a form with this token is of this session and from here; raises Sorry."""
        if not from_here(request, self._deps) or not visitor.sent(token):
            raise Sorry(Kind.STALE, 403)
