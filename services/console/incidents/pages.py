"""Serve the desk's pages: the list, one incident and its acts."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.vocabulary import OPEN_STATES
from services.console import texts as words
from services.console.dependencies import Deps
from services.console.incidents import filters as asking
from services.console.incidents.actions import ACTS, REASON_LIMIT, choices_of, perform, permitted
from services.console.incidents.figures import gathered
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.queries import newest_line
from services.console.incidents.reader import Reading
from services.console.together.meanwhile import FIELD, ChangedMeanwhile
from services.console.together.presence import PART, Here, present, takes_part
from services.console.web.assets import asset_at
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.console.web.source_access import may_open_source
from services.incidents.access import Reach
from services.incidents.decisions.unmasking import Unmasked, unmask
from services.security.permissions import Act, may
from services.security.refusal import Refused
from services.store.transaction import Transaction
from services.warnings.raising import FORM as WARNING_FORM


class IncidentPages:
    """The list, one incident and the acts on it."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._reading = Reading(deps)

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
        filtered = [
            name for name in ("state", "level", "issue", "kecamatan", "desa", "since", "cari") if given.get(name)
        ]
        return {
            "page": page,
            "counts": counts,
            "issues": list(district.issues.values()),
            "places": sorted(places, key=lambda place: place.name),
            "filtered": filtered,
            "owed": () if filtered or page.page > 1 else await self._reading.owed(visitor),
            "answers": may(visitor.identity.role, Act.ANSWER),
            "said": "p.done.terima" if given.get("pesan") == "terima" else None,
            "accepted": next((one.id for one in page.items if one.id == given.get("baru")), ""),
            "script_words": words.say("p.kept", visitor.language),
            "desa": district.places.get(given.get("desa", "")),
            **asking.picking(given, visitor.identity),
        }

    async def incident(self, request: Request) -> Response:
        """Show one incident as far as its reader may see it."""
        return await self._incident(request, await self._counter.visitor(request))

    async def unmask(self, request: Request) -> Response:
        """Show it with one report's words as they were written, in this answer alone; the reason is kept."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        id_, district = request.path_params["id"], self._deps.district

        def act(tx: Transaction) -> Unmasked:
            who = permitted(tx.session, visitor.identity, district, id_, Act.UNMASK)
            return unmask(tx, id_, form.get("report", ""), who, form.get("reason", "")[:REASON_LIMIT])

        return await self._incident(request, visitor, await self._deps.store.write(act))

    async def _incident(self, request: Request, visitor: Visitor, open_: Unmasked | None = None) -> Response:
        facts = await self.facts(request, visitor, request.path_params["id"])
        if facts is None:
            raise Sorry(Kind.NOT_FOUND, 404)
        if facts["incident"].form == WARNING_FORM:  # a warning has a page of its own, with the same acts
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/peringatan/{facts['incident'].id}{query}", HTTPStatus.SEE_OTHER)
        shown = {**facts, "unmasked": open_, "path": f"/peristiwa/{facts['incident'].id}"}  # also after a form
        return self._counter.show(request, "incident.html", visitor, shown)

    async def facts(self, request: Request, visitor: Visitor, id_: str) -> dict[str, Any] | None:
        """Give what a page about one incident shows, and the acts on it; None where the visitor may not know of it."""
        as_of = await self._deps.store.read(newest_line)  # first: what is read below may be newer, and is asked again
        view = await self._reading.one(visitor, id_)
        if view is None:
            return None
        message = request.query_params.get("pesan", "")
        said = f"done.{message}" if message in {*ACTS, "lagi", "usul"} else None
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
            "oversees": may(visitor.identity.role, Act.HANDOVER),
            "timeline": tuple(reversed(gathered(view.timeline))),
            "choices": choices_of(view, visitor.identity, self._deps.district),
            "now": self._deps.clock(),
            "numbers": {report.id: report.number for report in view.told},
            "secondary": composer.issue_label(view.issue_secondary) if view.issue_secondary else None,
            "said": said,
            "unseen": any(alert.seen is None and alert.acknowledged is None for alert in mine),
            "open": view.state in OPEN_STATES,
            "unmasked": None,
            "as_of": as_of,
            "here": await self._here(visitor, view.id, view.reach, arrived=PART not in request.headers),
            "takes_part": takes_part(visitor.identity) and view.reach == Reach.FULL,
            "issues": list(self._deps.district.issues.values()),
            "forms": list(self._deps.district.forms.values()),
            "opens_sources": may_open_source(
                visitor.identity, self._deps.district, view.issue, view.issue_secondary, view.accused
            ),
        }

    async def act(self, request: Request) -> Response:
        """Do one act on an incident and come back to it."""
        visitor = await self._counter.visitor(request)
        id_, act = request.path_params["id"], request.url.path.rpartition("/")[2]
        form = await self._counter.form(request, visitor)
        try:
            said = await self._deps.store.write(
                lambda tx: perform(tx, self._deps.district, id_, visitor.identity, act, form)
            )
        except ChangedMeanwhile as changed:
            return await self._changed(request, visitor, id_, act, form, changed.lines)
        if act == "dilihat":
            return Response(status_code=204)
        return RedirectResponse(f"/peristiwa/{id_}?{urlencode({'pesan': said})}", HTTPStatus.SEE_OTHER)

    async def present(self, request: Request) -> Response:
        """Note that the visitor has an incident open, and give who else has."""
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        id_ = request.path_params["id"]
        extent = await self._reading.reach(visitor, id_)
        if extent is None:
            raise Refused("incident_not_found")
        here = await self._here(visitor, id_, extent, arrived=True)
        return self._counter.show(request, "_here.html", visitor, {"here": here})

    async def _here(self, visitor: Visitor, id_: str, extent: str, *, arrived: bool) -> list[Here]:
        """Give who else has an incident open; nothing to whoever may not verify it or does not read all of it."""
        whole = extent == Reach.FULL
        return await present(self._deps.store, visitor.identity, id_, self._deps.clock(), whole=whole, arrived=arrived)

    async def _changed(
        self, request: Request, visitor: Visitor, id_: str, act: str, form: dict[str, str], lines: frozenset[int]
    ) -> Response:
        """Show what somebody else did since the form was read, and the form once more."""
        as_of = await self._deps.store.read(newest_line)
        view = await self._reading.one(visitor, id_)
        if view is None:
            raise Refused("incident_not_found")
        facts = {
            "incident": view,
            "act": act,
            "sent": {key: value for key, value in form.items() if key not in ("csrf", FIELD)},
            "as_of": as_of,
            "changes": [line for line in view.timeline if line.seq in lines],
        }
        return self._counter.show(request, "changed.html", visitor, facts, HTTPStatus.CONFLICT)


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
