"""Serve the pages of silences (redam): what is left out, why and until when; making one, and ending it early."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.district import District
from schemas.records.by_hand import Silence
from services.console.dependencies import Deps
from services.console.incidents.queries import names_of
from services.console.web.errors import STATUS
from services.console.web.form_body import moment_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import hidden_issues
from services.security.permissions import Act
from services.security.redaction import with_dots
from services.security.refusal import Refused
from services.silences import silences
from services.store.transaction import Session

ENDED = 20  # silences that have ended, on one page, the last to end first
HOURS = (1, 2, 4, 8, 12, 24, 48, 72, 168)
CODES = ("issue", "form", "kecamatan", "institution")
REAL = {"real": False, "exercise": True}
REASON_LIMIT = 1000


@dataclass(frozen=True)
class SilenceView:
    """One silence as a person reads it; `matches` are pairs of (what, which one)."""

    id: str
    state: str
    author: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    ended_by: str | None
    matches: tuple[tuple[str, str], ...]
    left_out: int


@dataclass(frozen=True)
class Wish:
    """What a form asks for."""

    matchers: dict[str, Any]
    reason: str
    start: datetime | None
    end: datetime


class SilencePages:
    """The silences of one installation, as pages."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """List what is left out now, what will be, and what was; with a form for who may make one."""
        visitor = await self._reader(request)
        given = {name: request.query_params[name] for name in CODES if name in request.query_params}
        message = request.query_params.get("pesan", "")
        said = f"done.{message}" if message in ("redam", "akhiri") else None
        return await self._page(request, visitor, {"form": given, "wrong": None, "said": said})

    async def check(self, request: Request) -> Response:
        """Show what a silence would touch, before it is made."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        who, now, district = visitor.identity, self._deps.clock(), self._deps.district
        try:
            wish = wish_of(form, now, ZoneInfo(district.timezone))
            given = silences.checked(
                who, wish.matchers, reason=wish.reason, start=wish.start, end=wish.end, now=now, district=district
            )
        except Refused as refused:
            if refused.reason == "not_yours":
                raise
            shown = {"form": form, "wrong": refused.say(visitor.language), "said": None}
            return await self._page(request, visitor, shown, STATUS[refused.reason])
        hidden = hidden_issues(who, district)
        touched = await self._deps.store.read(lambda session: silences.touched(session, given, hidden))
        facts = {
            "wish": wish,
            "matches": matches_of(given, district, visitor.language),
            "touched": touched,
            "path": "/redam",
            "starts_at": wish.start or now,
            "fields": {name: form[name] for name in (*CODES, "kind", "start", "reason") if form.get(name)},
        }
        return self._counter.show(request, "silence_check.html", visitor, facts)

    async def make(self, request: Request) -> Response:
        """Make a silence, and come back to the list."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        wish = wish_of(form, self._deps.clock(), ZoneInfo(self._deps.district.timezone))
        said: dict[str, Any] = {"reason": wish.reason, "start": wish.start, "end": wish.end}
        district = self._deps.district
        await self._deps.store.write(
            lambda tx: silences.add(tx, visitor.identity, wish.matchers, district=district, **said)
        )
        return RedirectResponse("/redam?pesan=redam", HTTPStatus.SEE_OTHER)

    async def end(self, request: Request) -> Response:
        """End a silence now, and come back to the list."""
        visitor = await self._reader(request)
        await self._counter.form(request, visitor)
        id_ = request.path_params["id"]
        await self._deps.store.write(lambda tx: silences.end(tx, id_, visitor.identity, self._deps.district))
        return RedirectResponse("/redam?pesan=akhiri", HTTPStatus.SEE_OTHER)

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if visitor.identity.role not in silences.READERS:
            raise Refused("silences_for_overseers")
        return visitor

    async def _page(
        self, request: Request, visitor: Visitor, facts: Mapping[str, Any], status: int = HTTPStatus.OK
    ) -> Response:
        now, district = self._deps.clock(), self._deps.district
        hidden = hidden_issues(visitor.identity, district)

        def ask(session: Session) -> tuple[list[Silence], dict[str, str]]:
            found = silences.listed(session, now, every=True, hidden=hidden)
            people = {one.author for one in found} | {one.ended_by for one in found if one.ended_by}
            return found, names_of(session, people)

        found, names = await self._deps.store.read(ask)
        views = [view_of(one, names, now, district, visitor.language) for one in found]
        ended = [one for one in views if one.state == "expired"][::-1]
        shown = {
            "path": "/redam",  # also after a form that was refused: the switch of language is a GET
            "groups": [(state, [one for one in views if one.state == state]) for state in ("active", "pending")],
            "ended": ended[:ENDED],
            "older": max(0, len(ended) - ENDED),
            "may": visitor.identity.role in silences.MAKERS,
            "hours": HOURS,
            "issues": [one for one in district.issues.values() if one.code not in hidden],
            "forms": list(district.forms.values()),
            "places": sorted((one.name, one.code) for one in district.places.values() if one.kind == "kecamatan"),
            "institutions": [(code, one.name) for code, one in district.institutions.items()],
        }
        return self._counter.show(request, "silences.html", visitor, {**shown, **facts}, status)


def wish_of(form: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Wish:
    """Read a form; `until` stands above `hours`, and times without an offset are local. Raises Refused."""
    start = moment_of(form["start"], zone) if form.get("start") else None
    if form.get("until"):
        end = moment_of(form["until"], zone)
    else:
        hours = form.get("hours", "")
        if not (hours.isascii() and hours.isdigit() and len(hours) <= 4):  # noqa: PLR2004 - hours of a year
            raise Refused("silence_needs_end")
        end = (start or now) + timedelta(hours=int(hours))
    matchers: dict[str, Any] = {name: form.get(name) or None for name in CODES}
    matchers["exercise"] = REAL.get(form.get("kind", ""))
    return Wish(matchers, form.get("reason", "")[:REASON_LIMIT], start, end)


def view_of(one: Silence, names: Mapping[str, str], now: datetime, district: District, language: str) -> SilenceView:
    """Compose one silence for a reader."""
    given = {name: getattr(one, name) for name in silences.MATCHERS}
    return SilenceView(
        id=one.id,
        state=silences.state_of(one, now),
        author=names.get(one.author, one.author),
        reason=with_dots(one.reason),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        ended_by=names.get(one.ended_by, one.ended_by) if one.ended_by else None,
        matches=matches_of(given, district, language),
        left_out=one.left_out,
    )


def matches_of(given: Mapping[str, Any], district: District, language: str) -> tuple[tuple[str, str], ...]:
    """Name what a silence matches; codes that the district no longer knows stay codes."""

    def label(name: str, code: str) -> str:
        if name == "institution":
            known = district.institutions.get(code)
            return known.name if known else code
        if name == "kecamatan":
            place = district.places.get(code)
            return place.name if place else code
        entry = (district.issues if name == "issue" else district.forms).get(code)
        return str(getattr(entry, f"label_{language}", code))

    found = [(name, label(name, given[name])) for name in CODES if given.get(name) is not None]
    if given.get("exercise") is not None:
        found.append(("kind", "exercise" if given["exercise"] else "real"))
    return tuple(found)


def silence_page_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the pages of silences."""
    pages = SilencePages(deps, counter)
    return (
        ("/redam", "GET", pages.show, Act.READ_SILENCES),
        ("/redam/periksa", "POST", pages.check, Act.SILENCE),
        ("/redam", "POST", pages.make, Act.SILENCE),
        ("/redam/{id}/akhiri", "POST", pages.end, Act.SILENCE),
    )
