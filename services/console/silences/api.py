"""Serve silences as JSON: who left out what, why, and until when; docs/quiet.md says what is never left out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints

from schemas.messages import CODE_KECAMATAN, Frozen, Utc
from schemas.records.by_hand import Silence
from services.console.dependencies import Deps
from services.console.incidents.api import ACT, READ, ApiRoute
from services.console.web.api_models import Code, Why
from services.console.web.route_rules import asks
from services.console.web.sessions import caller_of
from services.incidents.access import hidden_issues
from services.security.permissions import Act
from services.security.redaction import with_dots
from services.silences import silences
from services.store.transaction import Transaction

LONGEST_PAGE = 100


class SilenceIn(Frozen):
    """Leave out what every matcher given fits, from `start` (now where absent) until `end`."""

    reason: Why
    end: Utc
    start: Utc | None = None
    issue: Code | None = None
    form: Code | None = None
    kecamatan: Annotated[str, StringConstraints(pattern=CODE_KECAMATAN)] | None = None
    institution: Code | None = None
    exercise: bool | None = None


class SilenceOut(Frozen):
    """One silence as it stands now."""

    id: str
    state: Literal["pending", "active", "expired"]
    author: str
    reason: str
    start: datetime
    end: datetime
    ended_by: str | None
    left_out: int = Field(description="Tellings it has kept from somebody so far")
    issue: str | None
    form: str | None
    kecamatan: str | None
    institution: str | None
    exercise: bool | None


class SilencePage(Frozen):
    """A page of silences, the next to end first."""

    items: list[SilenceOut]
    total: int
    page: int
    per_page: int


class Silencing:
    """The silences of one installation."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def list(
        self,
        request: Request,
        state: Annotated[Literal["current", "all"], Query(description="current: active and pending")] = "current",
        page: Annotated[int, Query(ge=1)] = 1,
        per_page: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 25,
    ) -> SilencePage:
        """List silences that hold or will, or every one on file."""
        who, now = (await caller_of(request, self._deps)).identity, self._deps.clock()
        hidden = hidden_issues(who, self._deps.district)
        found = await self._deps.store.read(
            lambda session: silences.listed(session, now, every=state == "all", hidden=hidden)
        )
        first = (page - 1) * per_page
        items = [_out(one, now) for one in found[first : first + per_page]]
        return SilencePage(items=items, total=len(found), page=page, per_page=per_page)

    async def add(self, request: Request, body: SilenceIn) -> SilenceOut:
        """Silence for a while, with a reason."""
        who = (await caller_of(request, self._deps)).identity
        matchers = {name: getattr(body, name) for name in silences.MATCHERS}
        district = self._deps.district

        def act(tx: Transaction) -> SilenceOut:
            said: dict[str, Any] = {"reason": body.reason, "start": body.start, "end": body.end}
            made = silences.add(tx, who, matchers, district=district, **said)
            return _out(tx.session.get_one(Silence, made), tx.now)

        return await self._deps.store.write(act)

    async def end(self, request: Request, id: str) -> SilenceOut:  # noqa: A002 - the word of the path
        """End a silence now; it stays on file."""
        who = (await caller_of(request, self._deps)).identity

        def act(tx: Transaction) -> SilenceOut:
            silences.end(tx, id, who, self._deps.district)
            return _out(tx.session.get_one(Silence, id), tx.now)

        return await self._deps.store.write(act)


def _out(one: Silence, now: datetime) -> SilenceOut:
    kept = {name: getattr(one, name) for name in silences.MATCHERS}
    return SilenceOut(
        id=one.id,
        state=silences.state_of(one, now),
        author=one.author,
        reason=with_dots(one.reason),
        start=one.starts_at,
        end=one.ends_at,
        ended_by=one.ended_by,
        left_out=one.left_out,
        **kept,
    )


def silence_routes(deps: Deps) -> APIRouter:
    """Build `/v1/silences`."""
    api = Silencing(deps)
    router = APIRouter(route_class=ApiRoute, prefix="/v1/silences", tags=["silences"])
    read, act = asks(deps, Act.READ_SILENCES), asks(deps, Act.SILENCE)
    made: dict[str, Any] = {"methods": ["POST"], "response_model": SilenceOut, "responses": ACT, "dependencies": act}
    router.add_api_route("", api.list, response_model=SilencePage, responses=READ, dependencies=read)
    router.add_api_route("", api.add, status_code=201, **made)
    router.add_api_route("/{id}/end", api.end, **made)
    return router
