"""Be the front door: `POST /v1/reports` and its sisters. A report is promised (202) only once it is on disk.

The body is read by hand, not by FastAPI: one validation, no echo of the input, no work before the body is known to be
small. Nothing on this path touches a database.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute

from schemas.messages import TEXT_LIMIT, InboundMessage, Prepared, ReportIn, Source
from schemas.vocabulary import Role, Scope
from services.bus import BusUnavailable, inbound_message
from services.ingest import openapi
from services.ingest.batch import file_batch
from services.ingest.dependencies import Deps, Identity
from services.ingest.filing import Filing, filed_as, source_of, unavailable
from services.ingest.gateways import GATEWAY, Passed, may_answer, read_messages
from services.ingest.validation import Refused, digest, read_report
from services.security.devices import DEVICE_COOKIE
from services.security.keys import KeysUnknown
from services.security.permissions import Act, Declared, may
from services.web.field_errors import Fault
from services.web.problem_details import Problem, set_up_problems
from services.web.routing import add_routes
from services.web.security_headers import protect

__all__ = ["Deps", "Filing", "create_app", "health", "routes"]

BODY_SECONDS = 30  # a body that takes longer is not a reporter on a bad line


ACTS = {Scope.FILE: Act.FILE, Scope.INBOUND: Act.RELAY}


class _Direct(APIRoute):
    """A documented route whose endpoint is called with the request and nothing else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the endpoint itself: FastAPI's parsing of parameters is not wanted here."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def create_app(deps: Deps) -> FastAPI:
    """Build the application of a front door that stands alone."""
    app = FastAPI(
        title="Kentongan", version="1", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None, telemetry=None
    )
    set_up_problems(app)
    add_routes(app, routes(deps, Filing(deps)), health(deps))
    protect(app, deps.base_url)
    return app


def routes(deps: Deps, filing: Filing) -> APIRouter:
    """Build the routes of the front door, to be included in any application that has problem bodies."""
    door = _Door(deps, filing)
    router = APIRouter(route_class=_Direct, tags=["reports"])
    for path, endpoint, status, act, described in (
        ("/v1/reports", door.report, 202, Act.FILE, openapi.REPORT),
        ("/v1/reports:batch", door.batch, 200, Act.FILE, openapi.BATCH),
        ("/v1/attachments", door.photo, 201, Act.FILE, openapi.ATTACHMENT),
        ("/v1/inbound/{gateway}", door.inbound, 202, Act.RELAY, openapi.INBOUND),
    ):
        # `_identify` holds it: FastAPI parses nothing here.
        told = {**described, "dependencies": [*described["dependencies"], Depends(Declared(act))]}
        router.add_api_route(path, endpoint, methods=["POST"], status_code=status, **told)
    return router


def health(deps: Deps) -> APIRouter:
    """Build `/healthz` (the process answers) and `/readyz` (a report would be promised)."""
    router = APIRouter(tags=["health"], dependencies=[Depends(Declared(Act.OPEN))])

    @router.get("/healthz", summary="Whether the process answers")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Whether a report would be promised", **openapi.READY)
    async def readyz() -> dict[str, str]:
        if not await deps.journal.ready():
            raise unavailable()
        return {"status": "ready"}

    return router


class _Door:
    """The handlers of the API."""

    def __init__(self, deps: Deps, filing: Filing) -> None:
        self._deps = deps
        self._filing = filing

    async def report(self, request: Request) -> Response:
        """File one report."""
        identity = await self._identify(request, Scope.FILE)
        _require(request, "application/json")
        body = await _read(request)
        now = self._deps.clock()
        try:
            report = read_report(body, self._deps.district, now)
        except Refused as refused:
            raise Problem(refused.status, faults=refused.faults) from None
        if identity is None and report.archive:  # nobody would be called, and nobody could be asked why
            raise Problem(422, faults=[Fault("archive", "hanya dengan kunci")])
        who = self._filing.count(_host(request), identity, 1, now)
        source = source_of(identity, anonymous=report.anonymous)
        try:
            told = await self._filing.keep(report, source, now)
        except BusUnavailable as error:
            who.give_back(now)
            raise unavailable(error) from None
        return _json(told, HTTPStatus.ACCEPTED)

    async def batch(self, request: Request) -> Response:
        """File many reports; a result for each."""
        identity = await self._identify(request, Scope.FILE)
        if identity is None:
            raise Problem(401, "Kiriman banyak laporan memerlukan kunci")
        kind = _require(request, "application/json", "application/x-ndjson", "application/jsonl", "application/ndjson")
        channel = request.query_params.get("channel", "api")
        if not GATEWAY.fullmatch(channel):
            raise Problem(422, faults=[Fault("channel", "huruf kecil, angka dan - saja")])
        body = await _read(request)

        async def keep(report: ReportIn, notes: dict[str, str]) -> dict[str, Any]:
            source = source_of(identity, anonymous=report.anonymous, channel=channel)
            return await self._filing.keep(report, source, self._deps.clock(), notes)

        def count(rows: int) -> None:
            self._filing.count(_host(request), identity, rows, self._deps.clock())

        results = await file_batch(body, self._deps, count, keep, array=kind == "application/json")
        return Response(results, HTTPStatus.OK, media_type=kind)

    async def photo(self, request: Request) -> Response:
        """Keep one photograph for a report that will name it."""
        identity = await self._identify(request, Scope.FILE)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind.startswith("image/"):
            raise Problem(415, "Yang dilayani: satu foto JPEG, PNG, atau WebP")
        device = request.cookies.get(DEVICE_COOKIE, "")
        known = device if device and self._deps.devices.known(device) else None
        id_ = await self._filing.photo(await _read(request), identity, known, _host(request))
        return _json({"id": id_}, HTTPStatus.CREATED)

    async def inbound(self, request: Request) -> Response:
        """File what an SMS or chat gateway passes on."""
        gateway = request.path_params["gateway"]
        if not GATEWAY.fullmatch(gateway):
            raise Problem(404)
        identity = await self._identify(request, Scope.INBOUND)
        if identity is None:
            raise Problem(401, "Gerbang pesan memerlukan kunci")
        if identity.role != Role.GATEWAY or identity.channel != gateway:
            # Whoever says for others what they have sent must be the one way in that this channel has.
            raise Problem(403, "Kunci ini bukan kunci gerbang untuk saluran ini")
        _require(request, "application/json")
        body = await _read(request)
        now = self._deps.clock()
        try:
            passed = read_messages(gateway, body, self._deps.district, now, self._deps.receipts.follows)
        except Refused as refused:
            raise Problem(refused.status, faults=refused.faults) from None
        who = self._filing.count(_host(request), identity, len(passed.reports), now)
        # Reliability F: a number is not a person.
        source = Source(reporter=f"{gateway}:{passed.sender}", channel=gateway)
        try:
            if Scope.ANSWER in identity.scopes and may_answer(passed.reports[0][0].text):
                told = await self._hand_on(gateway, passed, source, now)
            else:
                kept = (self._filing.keep(report, source, now, notes) for report, notes in passed.reports)
                told = await asyncio.gather(*kept)
        except BusUnavailable:
            who.give_back(now)
            raise unavailable() from None
        return _json({"accepted": told}, HTTPStatus.ACCEPTED)

    async def _hand_on(self, gateway: str, passed: Passed, source: Source, now: datetime) -> list[dict[str, Any]]:
        """Put what may be an officer's answer on the bus; notify knows the sender, and files what is none."""
        ready = []
        for report, notes in passed.reports:
            filed = filed_as(report, source, now, notes)
            ready.append(Prepared(filed=filed, digest=digest(report, source.reporter)))
        text = "\n".join(report.text for report, _ in passed.reports)[:TEXT_LIMIT]
        message = InboundMessage(
            id=str(ready[0].filed.id), channel=gateway, sender=passed.sender, text=text, at=now, reports=tuple(ready)
        )
        await self._deps.journal.publish([inbound_message(message)])
        return [self._filing.promise(one.filed.id, now) for one in ready]

    async def _identify(self, request: Request, scope: Scope) -> Identity | None:
        """Say who is calling and may do this; None for somebody without a key where the district allows that."""
        given = request.headers.get("authorization")
        if given is None:
            if not self._deps.district.intake.anonymous:
                raise Problem(401, "Daerah ini tidak menerima laporan tanpa kunci")
            return None
        scheme, _, bearer = given.partition(" ")
        try:
            identity = await self._deps.keys.recognise(bearer.strip()) if scheme.lower() == "bearer" else None
        except KeysUnknown:
            raise unavailable() from None
        if identity is None:
            raise Problem(401)
        if scope not in identity.scopes or not may(identity.role, ACTS[scope], program=True):
            raise Problem(403, "Kunci ini tidak dibuat untuk itu")
        return identity


def _host(request: Request) -> str | None:
    return request.client.host if request.client else None


def _require(request: Request, *kinds: str) -> str:
    """Give the media type of the body, one of `kinds`; raises Problem (415)."""
    given = request.headers.get("content-type", "")
    kind, _, parameters = given.partition(";")
    kind = kind.strip().lower()
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    coding = request.headers.get("content-encoding", "identity").lower()
    if kind not in kinds or charset not in ("", "utf-8", "utf8") or coding != "identity":
        raise Problem(415, f"Yang dilayani: {', '.join(kinds)} dalam UTF-8, tanpa pemampatan")
    return kind


async def _read(request: Request) -> bytes:
    """Read the body, which the limit on bodies keeps small; raises Problem (408)."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.body()
    except TimeoutError:
        raise Problem(408) from None


def _json(content: object, status: int) -> Response:
    return Response(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")), status, media_type="application/json"
    )
