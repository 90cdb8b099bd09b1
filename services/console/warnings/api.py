"""Serve early warning as JSON: warnings, one warning, how they have done, the level of places."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from schemas.messages import Frozen, ShortText
from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.incidents.api import ACT, READ, ApiRoute
from services.console.warnings.queries import read
from services.console.warnings.record import Record
from services.console.warnings.views import Composer, WarningView
from services.console.web.route_rules import asks
from services.console.web.sessions import Visitor, caller_of
from services.security.permissions import Act
from services.store.transaction import Transaction
from services.warnings import entered
from services.warnings.queries import warning
from services.web.problem_details import Problem

NO_SIGNS = "9999-12-31"
_VIEWS: TypeAdapter[tuple[WarningView, ...]] = TypeAdapter(tuple[WarningView, ...])
_VIEW: TypeAdapter[WarningView] = TypeAdapter(WarningView)
_RECORD: TypeAdapter[Record] = TypeAdapter(Record)


class OutcomeIn(Frozen):
    """What somebody says a warning was worth."""

    useful: bool
    became: Literal["escalated", "calmed", "nothing", "unknown"]
    note: ShortText = ""


class WarningApi:
    """The JSON side of early warning."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def _shown(self, visitor: Visitor, composer: Composer, ids: Iterable[str]) -> None:
        """Owe a line for what of these warnings and incidents is secret."""
        self._deps.reads.note(visitor.identity, "warnings", composer.shown(ids))

    async def _composer(self, request: Request) -> tuple[Visitor, Composer]:
        visitor = await caller_of(request, self._deps)
        if visitor.identity.role in (Role.REPORTER, Role.GATEWAY):
            raise Problem(403)
        now, district, reader = self._deps.clock(), self._deps.district, visitor.identity
        found = await self._deps.store.read(lambda session: read(session, reader, district, now, NO_SIGNS))
        return visitor, Composer(found, district, reader, now, visitor.language)

    async def list(
        self, request: Request, state: Annotated[Literal["open", "over", "all"], Query()] = "open"
    ) -> JSONResponse:
        """List warnings, how they have done, and the number of false notifications a month that is allowed."""
        visitor, composer = await self._composer(request)
        desk = composer.desk()
        chosen = {"open": desk.open, "over": desk.over, "all": (*desk.open, *desk.over)}[state]
        self._shown(visitor, composer, (one.id for one in chosen))
        record = _RECORD.dump_python(desk.record, mode="json")
        figures = {
            "unuseful_per_month": desk.record.unuseful_per_month,
            "raised_per_month": desk.record.raised_per_month,
            "detection": desk.record.detection,
            "false_share": desk.record.false_share,
        }
        body: dict[str, Any] = {"items": _VIEWS.dump_python(chosen, mode="json"), "record": record | figures}
        return JSONResponse({**body, "false_per_month": desk.per_month})

    async def one(self, request: Request, id: str) -> JSONResponse:  # noqa: A002 - the word of the path
        """Give one warning with its words in both languages, its counts by day and the incidents behind it."""
        visitor, composer = await self._composer(request)
        row = await self._deps.store.read(lambda session: warning(session, id))
        known = {view.id: view for view in (*composer.desk().open, *composer.desk().over)}
        if row is None or id not in known:
            raise Problem(404)
        pictures = composer.pictures(row)
        bars = pictures[0].bars if pictures else ()
        body = _VIEW.dump_python(known[id], mode="json")
        behind = [one.id for one, opens in composer.behind(row) if opens]
        self._shown(visitor, composer, (id, *behind))
        body |= {"words": row["words"], "behind": behind}
        body |= {"by_day": [{"day": bar.last.isoformat(), "count": bar.count, "told": bar.told} for bar in bars]}
        return JSONResponse(body)

    async def places(self, request: Request, kind: Literal["kecamatan", "desa"] = "kecamatan") -> JSONResponse:
        """Give the level of each place: weighted incidents a week, with the incidents behind it that may be opened."""
        visitor, composer = await self._composer(request)
        levels = composer.levels(desa=kind == "desa")
        self._shown(visitor, composer, (id_ for one in levels for id_ in one.incidents))
        return JSONResponse(
            {
                "items": [
                    {
                        **asdict(one),
                        "rate": round(one.rate, 3),
                        "last": one.last.isoformat() if isinstance(one.last, date) else None,
                        "incidents": [id_ for id_ in one.incidents if id_ in composer.open_ids],
                    }
                    for one in levels
                ]
            }
        )

    async def judge(self, request: Request, id: str, body: OutcomeIn) -> JSONResponse:  # noqa: A002 - the path's word
        """Say what a warning was worth; a later word of the same person replaces it."""
        visitor = await caller_of(request, self._deps)
        now, district = self._deps.clock(), self._deps.district

        def act(tx: Transaction) -> None:
            if id not in read(tx.session, visitor.identity, district, now, NO_SIGNS).rows:
                raise Problem(404)
            entered.judge(tx, id, visitor.identity, useful=body.useful, became=body.became, note=body.note)

        await self._deps.store.write(act)
        return JSONResponse({"id": id, **body.model_dump()}, status_code=201)


def warning_routes(deps: Deps) -> APIRouter:
    """Build `/v1/warnings`."""
    api = WarningApi(deps)
    router = APIRouter(route_class=ApiRoute, prefix="/v1/warnings", tags=["warnings"])
    read = asks(deps, Act.READ_WARNINGS)
    router.add_api_route("", api.list, response_model=None, responses=READ, dependencies=read)
    router.add_api_route("/places", api.places, response_model=None, responses=READ, dependencies=read)
    router.add_api_route("/{id}", api.one, response_model=None, responses=READ, dependencies=read)
    router.add_api_route(
        "/{id}/outcomes",
        api.judge,
        methods=["POST"],
        status_code=201,
        response_model=None,
        responses=ACT,
        dependencies=asks(deps, Act.JUDGE_WARNINGS),
    )
    return router
