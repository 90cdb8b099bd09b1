"""Serve the desk's pages: sign in, the list, one incident, its acts, and the page from a message."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.vocabulary import OPEN_STATES
from services.console.dependencies import Deps
from services.console.incidents import filters as asking
from services.console.incidents import queries
from services.console.incidents.actions import ACTS, choices_of, perform
from services.console.incidents.figures import gathered
from services.console.incidents.presenter import Composer
from services.console.incidents.reader import Reading
from services.console.web.assets import asset_at
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import COOKIE, SESSION_SECONDS, Visitor, from_here, inside, visitor_of
from services.console.web.source_access import may_open_source
from services.security import auth
from services.store.transaction import Session, Transaction
from services.warnings.raising import FORM as WARNING_FORM
from services.web.rate_limit import Buckets, Rate, caller

GUESSES = Rate(burst=10, per_hour=60)  # wrong passwords for one login, or from one address
T = TypeVar("T")


class IncidentPages:
    """Who comes and goes, the list, one incident and the acts on it."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._reading = Reading(deps)
        self._guesses = Buckets(GUESSES)

    # -- coming and going ------------------------------------------------------------------------------------------

    async def sign_in_page(self, request: Request) -> Response:
        """Show the form."""
        then = inside(request.query_params.get("ke", "/"))
        if await visitor_of(request, self._deps):
            return RedirectResponse(then, HTTPStatus.SEE_OTHER)
        said = "invitation.done" if request.query_params.get("pesan") == "sandi" else None
        facts = {"then": then, "wrong": None, "login": "", "said": said}
        return self._counter.show(request, "sign_in.html", None, facts)

    async def sign_in(self, request: Request) -> Response:
        """Open a session, or say that name and password do not match."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, 403)
        form = await form_of(request)
        login, then = form.get("login", "").lower(), inside(form.get("ke", "/"))
        who = (f"login:{login}", f"from:{caller(request.client.host if request.client else None)}")
        shown = {"then": then, "login": login}
        now = self._deps.clock()
        if any(self._guesses.wait(one, now) for one in who):
            return self._counter.show(request, "sign_in.html", None, {**shown, "wrong": "sign_in_slow"}, 429)
        claim = await self._deps.store.read(lambda session: auth.claim_of(session, login))
        # Hashing takes tens of milliseconds by intent: beside the loop, and never while writers wait.
        right = await auth.check(claim, form.get("password", ""))
        opened = await self._deps.store.write(lambda tx: auth.sign_in(tx, claim, right=right))
        if opened is None:
            for one in who:
                self._guesses.take(one, now)
            return self._counter.show(request, "sign_in.html", None, {**shown, "wrong": "sign_in_wrong"}, 401)
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
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        await self._deps.store.write(lambda tx: auth.sign_out(tx, visitor.cookie))
        response = RedirectResponse("/masuk", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE)
        return response

    # -- incidents -------------------------------------------------------------------------------------------------

    async def incidents(self, request: Request) -> Response:
        """List incidents: the open ones unless the address asks for others."""
        visitor = await self._counter.visitor(request)
        facts = await self._listed(request, visitor)
        return self._counter.show(request, "incidents.html", visitor, facts)

    async def fragment(self, request: Request) -> Response:
        """Give the list alone, for a page that changes by itself."""
        visitor = await self._counter.visitor(request)
        return self._counter.show(request, "_list.html", visitor, await self._listed(request, visitor))

    async def _listed(self, request: Request, visitor: Visitor) -> dict[str, Any]:
        given = request.query_params
        wanted = asking.wanted(given, self._deps.clock(), states="open-all")
        district = self._deps.district
        if given.get("cari"):
            wanted = replace(wanted, about=asking.about(given["cari"], district))
        page, counts = await self._reading.list(visitor, wanted)
        places = [place for place in district.places.values() if place.kind == "kecamatan"]
        filtered = [name for name in ("state", "level", "issue", "kecamatan", "since", "cari") if given.get(name)]
        return {
            "page": page,
            "counts": counts,
            "issues": list(district.issues.values()),
            "places": sorted(places, key=lambda place: place.name),
            "filtered": filtered,
        }

    async def incident(self, request: Request) -> Response:
        """Show one incident as far as its reader may see it."""
        visitor = await self._counter.visitor(request)
        facts = await self.facts(request, visitor, request.path_params["id"])
        if facts is None:
            raise Sorry(Kind.NOT_FOUND, 404)
        if facts["incident"].form == WARNING_FORM:  # a warning has a page of its own, with the same acts
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/peringatan/{facts['incident'].id}{query}", HTTPStatus.SEE_OTHER)
        return self._counter.show(request, "incident.html", visitor, facts)

    async def facts(self, request: Request, visitor: Visitor, id_: str) -> dict[str, Any] | None:
        """Give what a page about one incident shows, and the acts on it; None where the visitor may not know of it."""
        view = await self._reading.one(visitor, id_)
        if view is None:
            return None
        message = request.query_params.get("pesan", "")
        said = f"done.{message}" if message in {*ACTS, "lagi"} else None
        composer = Composer(self._deps.district, visitor.identity, self._deps.clock(), visitor.language)
        others = {}
        for one in view.suggestions:  # both texts stand side by side where somebody decides whether they are one
            if (other := await self._reading.one(visitor, one.other)) is not None and other.reach == view.reach:
                others[one.other] = other
        mine = [alert for alert in view.alerts if alert.institution == visitor.identity.institution]
        return {
            "incident": view,
            "others": others,
            "link": f"{self._deps.base_url}/p/{view.id}",
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
            "opens_sources": may_open_source(
                visitor.identity, self._deps.district, view.issue, view.issue_secondary, view.accused
            ),
        }

    async def act(self, request: Request) -> Response:
        """Do one act on an incident and come back to it."""
        visitor = await self._counter.visitor(request)
        id_, act = request.path_params["id"], request.path_params["act"]
        form = await self._counter.form(request, visitor)
        if act not in ACTS:
            raise Sorry(Kind.NOT_FOUND, 404)
        said = await self._write(
            visitor, id_, lambda tx: perform(tx, self._deps.district, id_, visitor.identity, act, form)
        )
        if act == "dilihat":
            return Response(status_code=204)
        return RedirectResponse(f"/peristiwa/{id_}?{urlencode({'pesan': said})}", HTTPStatus.SEE_OTHER)

    async def _write(self, visitor: Visitor, id_: str, act: Callable[[Transaction], T]) -> T:
        """Act in one transaction on an incident that the visitor may know of."""

        def checked(tx: Transaction) -> T:
            if not _visible(tx.session, visitor, self._deps, id_):
                raise Sorry(Kind.NOT_FOUND, 404)
            return act(tx)

        return await self._deps.store.write(checked)


def _visible(session: Session, visitor: Visitor, deps: Deps, id_: str) -> bool:
    return queries.find(session, visitor.identity, deps.district, id_) is not None


async def static_file(request: Request) -> Response:
    """Serve a style sheet, script, font or icon; for ever where the address names its content."""
    found = asset_at(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    asset, lasting = found
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.body, media_type=asset.kind, headers=headers)
