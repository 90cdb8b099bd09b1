"""Serve the pages of the rota (piket): who is on duty, where nobody is, and what an office changes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.people import Person, Shift
from services.console.dependencies import Deps
from services.console.oncall.api import may_see_hole, posts_of
from services.console.oncall.week_view import WEEK, hole_view, names_of, week_of
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.oncall import schedule as book
from services.oncall.roster import Officer, Roster
from services.oncall.shifts import Gap, day_of, gaps, stretches_of
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

T = TypeVar("T")
SHOWN = 20  # holes named one by one
ENTRIES = 200  # stretches of one institution listed for changing
ENTRY_DAYS = 60
PLANNED = timedelta(days=366)  # beyond it nothing is planned
NOTE_LIMIT = 300
KINDS: dict[str, book.Kind] = {"duty": "duty", "override": "override", "absence": "absence"}
WEEKDAYS = "1234567"
DONE = ("piket", "tukar", "hapus")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: one institution or all that may be seen, and the first day of the week."""

    institution: str
    first: date

    def address(self, **more: str) -> str:
        """Write it as an address."""
        given = {"instansi": self.institution, "mulai": self.first.isoformat(), **more}
        return "/piket?" + urlencode({name: value for name, value in given.items() if value})


class RotaPages:
    """The rota of one installation, as pages."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """Show who is on duty now and in a week, and the holes of fourteen days."""
        visitor = await self._reader(request)
        message = request.query_params.get("pesan", "")
        said = f"done.{message}" if message in DONE else None
        asked = self._asked(request.query_params, visitor.identity)
        return await self._page(request, visitor, asked, {"form": {}, "wrong": None, "said": said})

    async def put(self, request: Request) -> Response:
        """Put somebody on shift, above the rota, or away."""
        return await self._change(request, "piket", self._put)

    async def swap(self, request: Request) -> Response:
        """Let two people take each other's shifts of some days."""
        return await self._change(request, "tukar", self._swap)

    async def remove(self, request: Request) -> Response:
        """Take one stretch out."""
        id_ = request.path_params["id"]
        return await self._change(request, "hapus", lambda tx, who, _: book.remove(tx, who, id_))

    # -- acting ----------------------------------------------------------------------------------------------------

    async def _change(
        self, request: Request, done: str, act: Callable[[Transaction, Identity, Mapping[str, str]], object]
    ) -> Response:
        """Do it and come back to the same week; what was refused comes back filled in, with a sentence."""
        visitor = await self._reader(request)
        form = await self._counter.form(request, visitor)
        asked = self._asked(form, visitor.identity)
        try:
            await self._deps.store.write(lambda tx: act(tx, visitor.identity, form))
        except Refused as refused:
            if refused.reason == "not_yours":
                raise
            shown = {"form": form, "wrong": refused.say(visitor.language), "said": None}
            return await self._page(request, visitor, asked, shown, STATUS[refused.reason])
        return RedirectResponse(asked.address(pesan=done), HTTPStatus.SEE_OTHER)

    def _put(self, tx: Transaction, who: Identity, form: Mapping[str, str]) -> None:
        kind = KINDS.get(form.get("kind", ""), "duty")
        hours = "-".join(filter(None, (form.get("hour_from"), form.get("hour_to"))))
        chosen = "".join(day for day in WEEKDAYS if form.get(f"hari{day}"))
        try:
            found = stretches_of(
                form.get("from", ""),
                form.get("to") or form.get("from", ""),
                ZoneInfo(self._deps.district.timezone),
                hours=hours,
                weekdays=chosen or WEEKDAYS,
                whole=kind != "duty",
            )
        except ValueError as error:
            raise Refused("shift_time_unreadable") from error
        book.put(tx, who, form.get("login", ""), kind, found, note=form.get("note", "")[:NOTE_LIMIT])

    def _swap(self, tx: Transaction, who: Identity, form: Mapping[str, str]) -> None:
        zone = ZoneInfo(self._deps.district.timezone)
        try:
            first, last = day_of(form.get("from", "")), day_of(form.get("to") or form.get("from", ""))
        except ValueError as error:
            raise Refused("date_unreadable") from error
        start, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        book.swap(tx, who, form.get("login", ""), form.get("other", ""), start, end)

    # -- reading ---------------------------------------------------------------------------------------------------

    async def _reader(self, request: Request) -> Visitor:
        visitor = await self._counter.visitor(request)
        if not book.may_enter(visitor.identity):
            raise Sorry(Kind.NOT_YOURS, 403)
        return visitor

    def _asked(self, given: Mapping[str, str], who: Identity) -> Asked:
        today = self._deps.clock().astimezone(ZoneInfo(self._deps.district.timezone)).date()
        try:
            first = day_of(given.get("mulai", ""))
        except ValueError:
            first = today
        if not today - book.REMEMBERED <= first <= today + PLANNED:
            first = today
        own = who.institution if who.role not in book.OVERSEERS else None
        institution = own or given.get("instansi", "")
        return Asked(institution if institution in self._deps.district.institutions else "", first)

    async def _page(
        self, request: Request, visitor: Visitor, asked: Asked, facts: Mapping[str, Any], status: int = HTTPStatus.OK
    ) -> Response:
        who, now, district = visitor.identity, self._deps.clock(), self._deps.district

        def ask(session: Session) -> tuple[Roster, list[Gap], list[tuple[Shift, Person]]]:
            roster, entries = book.roster_of(session, now=now), []
            if asked.institution:
                until = now + timedelta(days=ENTRY_DAYS)
                entries = book.listed(session, now, until, institution=asked.institution)
            ahead = now + timedelta(days=book.AHEAD)
            return roster, gaps(self._deps.posts(district), roster, now, ahead), entries

        roster, found, entries = await self._deps.store.read(ask)
        holes = [gap for gap in found if may_see_hole(who, gap) and asked.institution in ("", gap.post.institution)]
        order = {code: number for number, code in enumerate(district.institutions)}  # as the district file has them
        posts = [
            post
            for post in sorted(posts_of(roster), key=lambda post: order.get(post.institution, len(order)))
            if book.may_read(who, post.institution, post.unit or "")
            and (post.institution == asked.institution if asked.institution else post.unit is None)
        ]
        people = [one for one in roster.people if one.institution == asked.institution and book.may_change(who, one)]
        me = next((one for one in roster.people if one.id == who.id), None)
        views = week_of(posts, roster, asked.first, now, district, visitor.language)
        empty = [hole_view(gap, district) for gap in holes if gap.kind == "nobody"]
        shown = {
            "path": "/piket",
            "given": {"instansi": asked.institution, "mulai": asked.first.isoformat()},
            "asked": asked,
            "empty": empty[:SHOWN],
            "more": max(0, len(empty) - SHOWN),
            "thin": [hole_view(gap, district) for gap in holes if gap.kind == "rota"][:SHOWN],
            "watched": any(asked.institution in ("", post.institution) for post in self._deps.posts(district)),
            "kept": [one for one in views if not one.plain],
            "plain": [one for one in views if one.plain],
            "previous": Asked(asked.institution, asked.first - timedelta(days=WEEK)).address(),
            "next": Asked(asked.institution, asked.first + timedelta(days=WEEK)).address(),
            "institutions": institutions_of(roster, who, district.institutions),
            "oversees": who.role in book.OVERSEERS,
            "people": options_of(people),
            "me": me if me and book.may_change(who, me, "absence") and not people else None,
            "entries": [
                (shift, one, book.may_change(who, one, shift.kind))
                for shift, one in entries
                if book.may_read(who, one.institution, one.unit)
            ][:ENTRIES],
            "called": lambda one: district.called(one.institution or "", one.unit or None),
        }
        return self._counter.show(request, "rota.html", visitor, {**shown, **facts}, status)


def institutions_of(roster: Roster, who: Identity, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the institutions that have people and whose rota somebody may see: (code, name)."""
    found = {one.institution for one in roster.people if book.may_read(who, one.institution, one.unit)}
    return [(code, one.name) for code, one in known.items() if code in found]


def options_of(people: list[Officer]) -> list[tuple[str, str]]:
    """Give people to choose from: (login, name and post)."""
    named = sorted(people, key=lambda one: (one.unit, names_of([one])))
    return [(one.login, f"{one.name} ({one.post})" if one.post else one.name) for one in named]


def rota_page_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the rota's pages."""
    pages = RotaPages(deps, counter)
    return (
        ("/piket", "GET", pages.show, Act.READ_ROTA),
        ("/piket", "POST", pages.put, Act.CHANGE_ROTA),
        ("/piket/tukar", "POST", pages.swap, Act.CHANGE_ROTA),
        ("/piket/{id}/hapus", "POST", pages.remove, Act.CHANGE_ROTA),
    )
