"""Serve the rota as JSON: who is told when, where nobody is, and what an office may change of it."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from schemas.messages import Frozen, ShortText, Utc
from schemas.records.people import Person, Shift
from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.incidents.api import ACT, READ, ApiRoute
from services.console.web.route_rules import asks
from services.console.web.sessions import caller_of
from services.oncall import schedule as book
from services.oncall.roster import Roster
from services.oncall.shifts import Gap, Post, spells, stretches_of
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session
from services.web.field_errors import Fault
from services.web.problem_details import Problem, documented

Login = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Moment = Annotated[str, StringConstraints(max_length=40)]
LONGEST_PAGE = 200
SOON = timedelta(days=1)  # ahead, in which the next change of who is told is looked for
_BAD = "waktu RFC 3339 dengan selisih UTC, atau dua tanggal dan jam HH:MM-HH:MM"


class ShiftIn(Frozen):
    """Put somebody on shift, above the rota (`override`), or away: between two instants, or on each of some dates."""

    login: Login
    kind: book.Kind = "duty"
    start: Moment = Field(description="RFC 3339 with offset, or the first date")
    end: Moment = Field(description="RFC 3339 with offset, or the last date")
    hours: str = Field(default="", max_length=11, description="With dates: HH:MM-HH:MM of each day, overnight too")
    weekdays: Annotated[str, StringConstraints(pattern=r"^[1-7]{1,7}$")] = Field(
        default="1234567", description="With dates: ISO, Monday is 1"
    )
    note: ShortText = ""


class SwapIn(Frozen):
    """Let two people of one post take each other's shifts that begin in [start, end)."""

    login: Login
    other: Login
    start: Utc
    end: Utc


class ShiftOut(Frozen):
    """One stretch of one person."""

    id: str
    login: str
    institution: str
    unit: str
    kind: str
    start: datetime
    end: datetime
    note: str


class ShiftPage(Frozen):
    """A page of stretches, the first to begin first."""

    items: list[ShiftOut]
    total: int
    page: int
    per_page: int


class DutyOut(Frozen):
    """Who is told for a post now; `all`: nobody is on shift, everybody there is told. `until` looks a day ahead."""

    institution: str
    unit: str
    kind: Literal["override", "duty", "all", "nobody"]
    people: list[str]
    until: datetime


class DutyList(Frozen):
    """Every post that has people and that the caller may see, at one instant."""

    at: datetime
    items: list[DutyOut]


class GapOut(Frozen):
    """A post that leads something and has nobody, or a rota and nobody on it (everybody there is told)."""

    institution: str
    unit: str | None
    issue: str | None
    kind: Literal["nobody", "rota"]
    start: datetime
    end: datetime


class GapList(Frozen):
    """The holes of the days asked for, the soonest first."""

    items: list[GapOut]


class Put(Frozen):
    """The stretches that are on file now."""

    ids: list[str]


class Swapped(Frozen):
    """How many shifts changed hands."""

    swapped: int


class RotaApi:
    """The rota of one installation."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def list(
        self,
        request: Request,
        institution: str = "",
        days: Annotated[int, Query(ge=1, le=100, description="From now on")] = book.AHEAD,
        page: Annotated[int, Query(ge=1)] = 1,
        per_page: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
    ) -> ShiftPage:
        """List shifts, overrides and absences from now on, of the offices the caller may see."""
        who, now = await self._reader(request), self._deps.clock()
        until = now + timedelta(days=days)
        found = await self._deps.store.read(
            lambda session: book.listed(session, now, until, institution=institution or None)
        )
        seen = [pair for pair in found if book.may_read(who, pair[1].institution, pair[1].unit)]
        first = (page - 1) * per_page
        items = [_out(*pair) for pair in seen[first : first + per_page]]
        return ShiftPage(items=items, total=len(seen), page=page, per_page=per_page)

    async def duty(self, request: Request) -> DutyList:
        """Say who is told now, for each post the caller may see."""
        who, now = await self._reader(request), self._deps.clock()
        roster = await self._deps.store.read(lambda session: book.roster_of(session, now=now))
        items = []
        for post in posts_of(roster):
            if book.may_read(who, post.institution, post.unit or ""):
                first = spells(post, roster, now, now + SOON)[0]
                names = [one.login for one in first.people]
                told = DutyOut(
                    institution=post.institution, unit=post.unit or "", kind=first.kind, people=names, until=first.end
                )
                items.append(told)
        return DutyList(at=now, items=items)

    async def gaps(
        self, request: Request, days: Annotated[int, Query(ge=1, le=100, description="From now on")] = book.AHEAD
    ) -> GapList:
        """Find posts that lead something and will have nobody, of the offices the caller may see."""
        who, now = await self._reader(request), self._deps.clock()

        def ask(session: Session) -> list[Gap]:
            return book.holes(session, self._deps.posts(self._deps.district), now, days)

        found = [gap for gap in await self._deps.store.read(ask) if may_see_hole(who, gap)]
        return GapList(items=[GapOut(**vars(gap.post), kind=gap.kind, start=gap.start, end=gap.end) for gap in found])

    async def put(self, request: Request, body: ShiftIn) -> Put:
        """Keep stretches for one person; the same stretch twice is one, and two at once are refused."""
        who = (await caller_of(request, self._deps)).identity
        zone = ZoneInfo(self._deps.district.timezone)
        try:
            found = stretches_of(
                body.start, body.end, zone, hours=body.hours, weekdays=body.weekdays, whole=body.kind != "duty"
            )
        except ValueError as error:
            raise Problem(422, faults=[Fault("start", _BAD)]) from error
        made = await self._deps.store.write(lambda tx: book.put(tx, who, body.login, body.kind, found, note=body.note))
        return Put(ids=made)

    async def swap(self, request: Request, body: SwapIn) -> Swapped:
        """Let two people take each other's shifts."""
        who = (await caller_of(request, self._deps)).identity
        count = await self._deps.store.write(
            lambda tx: book.swap(tx, who, body.login, body.other, body.start, body.end)
        )
        return Swapped(swapped=count)

    async def remove(self, request: Request, id: str) -> Response:  # noqa: A002 - the word of the path
        """Take a stretch out; the journal keeps what it was."""
        who = (await caller_of(request, self._deps)).identity
        await self._deps.store.write(lambda tx: book.remove(tx, who, id))
        return Response(status_code=204)

    async def _reader(self, request: Request) -> Identity:
        who = (await caller_of(request, self._deps)).identity
        if not book.may_enter(who):
            raise Refused("roster_not_yours")
        return who


def posts_of(roster: Roster) -> list[Post]:
    """Give every post that somebody who can be reached holds."""
    held = {(one.institution, one.unit) for one in roster.people if one.has_address}
    return [Post(institution, unit or None) for institution, unit in sorted(held)]


def may_see_hole(who: Identity, gap: Gap) -> bool:
    """Say whether a hole is somebody's business; one of named persons only theirs and the coordinators'."""
    named = gap.post.issue is None or gap.post.issue in who.named_for or who.role == Role.COORDINATOR
    return named and book.may_read(who, gap.post.institution, gap.post.unit or "")


def _out(shift: Shift, one: Person) -> ShiftOut:
    return ShiftOut(
        id=shift.id,
        login=one.login,
        institution=one.institution or "",
        unit=one.unit,
        kind=shift.kind,
        start=shift.start,
        end=shift.end,
        note=shift.note,
    )


def rota_routes(deps: Deps) -> APIRouter:
    """Build `/v1/rota`."""
    api = RotaApi(deps)
    router = APIRouter(route_class=ApiRoute, prefix="/v1/rota", tags=["rota"])
    read: dict[str, Any] = {"dependencies": asks(deps, Act.READ_ROTA)}
    act: dict[str, Any] = {"dependencies": asks(deps, Act.CHANGE_ROTA), "responses": ACT}
    router.add_api_route("", api.list, response_model=ShiftPage, responses=READ, **read)
    router.add_api_route("/duty", api.duty, response_model=DutyList, responses=documented(401, 403, 503), **read)
    router.add_api_route("/gaps", api.gaps, response_model=GapList, responses=READ, **read)
    router.add_api_route("", api.put, methods=["POST"], status_code=201, response_model=Put, **act)
    router.add_api_route("/swaps", api.swap, methods=["POST"], response_model=Swapped, **act)
    router.add_api_route("/{id}", api.remove, methods=["DELETE"], status_code=204, **act)
    return router
