"""Be the front door: `POST /v1/reports` and its sisters. A report is promised (202) only once it is on disk.

The body is read by hand, not by FastAPI: one validation, no echo of the input, no work before the body is known to be
small. Nothing on this path touches a database.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute

from schemas.district import District
from schemas.messages import TEXT_LIMIT, InboundMessage, Prepared, ReportFiled, ReportIn, Source
from schemas.vocabulary import Role
from services.bus import BusUnavailable, inbound_message
from services.ingest import openapi
from services.ingest.batch import file_batch
from services.ingest.dependencies import Deps, Identity
from services.ingest.gateways import GATEWAY, Passed, may_answer, read_messages
from services.ingest.validation import Refused, as_kept, digest, read_report
from services.web.field_errors import Fault
from services.web.problem_details import Problem, set_up_problems
from services.web.rate_limit import Buckets, Rate, caller

__all__ = ["Deps", "create_app", "health", "routes"]

BODY_SECONDS = 30  # a body that takes longer is not a reporter on a bad line
KEYED = Rate(burst=30_000, per_hour=2_000 * 3600)  # per key: far above a district, well below an attack
ANONYMOUS = "anonymous"
FILES = frozenset(Role) - {Role.AUDITOR}  # an auditor reads only
RETRY_AFTER = "2"  # seconds: a bus that is started again is back by then


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
    app.include_router(routes(deps))
    app.include_router(health(deps))
    return app


def routes(deps: Deps) -> APIRouter:
    """Build the routes of the front door, to be included in any application that has problem bodies."""
    door = _Door(deps)
    router = APIRouter(route_class=_Direct, tags=["reports"])
    router.add_api_route("/v1/reports", door.report, methods=["POST"], status_code=202, **openapi.REPORT)
    router.add_api_route("/v1/reports:batch", door.batch, methods=["POST"], status_code=200, **openapi.BATCH)
    router.add_api_route("/v1/inbound/{gateway}", door.inbound, methods=["POST"], status_code=202, **openapi.INBOUND)
    return router


def health(deps: Deps) -> APIRouter:
    """Build `/healthz` (the process answers) and `/readyz` (a report would be promised)."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Whether the process answers")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="Whether a report would be promised", **openapi.READY)
    async def readyz() -> dict[str, str]:
        if not await deps.journal.ready():
            raise unavailable()
        return {"status": "ready"}

    return router


def unavailable() -> Problem:
    """Give the problem of a bus that cannot promise."""
    return Problem(503, headers={"Retry-After": RETRY_AFTER})


class _Door:
    """The handlers and what they remember between requests: how often each caller came."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._keyed = Buckets(KEYED)
        self._nameless = Buckets(_nameless_rate(deps.district))

    async def report(self, request: Request) -> Response:
        """File one report."""
        identity = self._identify(request)
        _require(request, "application/json")
        body = await _read(request)
        now = self._deps.clock()
        try:
            report = read_report(body, self._deps.district, now)
        except Refused as refused:
            raise Problem(refused.status, faults=refused.faults) from None
        if identity is None and report.archive:  # nobody would be called, and nobody could be asked why
            raise Problem(422, faults=[Fault("archive", "hanya dengan kunci")])
        who = self._count(request, identity, 1, now)
        source = _source(identity, anonymous=report.anonymous)
        try:
            told = await self.keep(report, source, now)
        except BusUnavailable:
            who.give_back(now)
            raise unavailable() from None
        return _json(told, HTTPStatus.ACCEPTED)

    async def batch(self, request: Request) -> Response:
        """File many reports; a result for each."""
        identity = self._identify(request)
        if identity is None:
            raise Problem(401, "Kiriman banyak laporan memerlukan kunci")
        kind = _require(request, "application/json", "application/x-ndjson", "application/jsonl", "application/ndjson")
        channel = request.query_params.get("channel", "api")
        if not GATEWAY.fullmatch(channel):
            raise Problem(422, faults=[Fault("channel", "huruf kecil, angka dan - saja")])
        body = await _read(request)

        async def keep(report: ReportIn, notes: dict[str, str]) -> dict[str, Any]:
            source = _source(identity, anonymous=report.anonymous, channel=channel)
            return await self.keep(report, source, self._deps.clock(), notes)

        def count(rows: int) -> None:
            self._count(request, identity, rows, self._deps.clock())

        results = await file_batch(body, self._deps, count, keep, array=kind == "application/json")
        return Response(results, HTTPStatus.OK, media_type=kind)

    async def inbound(self, request: Request) -> Response:
        """File what an SMS or chat gateway passes on."""
        identity = self._identify(request)
        if identity is None:
            raise Problem(401, "Gerbang pesan memerlukan kunci")
        gateway = request.path_params["gateway"]
        if not GATEWAY.fullmatch(gateway):
            raise Problem(404)
        _require(request, "application/json")
        body = await _read(request)
        now = self._deps.clock()
        try:
            passed = read_messages(gateway, body, self._deps.district, now)
        except Refused as refused:
            raise Problem(refused.status, faults=refused.faults) from None
        who = self._count(request, identity, len(passed.reports), now)
        source = Source(
            reporter=f"{gateway}:{passed.sender}", channel=gateway
        )  # reliability F: a number is not a person
        try:
            if may_answer(passed.reports[0][0].text):
                told = await self._hand_on(gateway, passed, source, now)
            else:
                kept = (self.keep(report, source, now, notes) for report, notes in passed.reports)
                told = await asyncio.gather(*kept)
        except BusUnavailable:
            who.give_back(now, len(passed.reports))
            raise unavailable() from None
        return _json({"accepted": told}, HTTPStatus.ACCEPTED)

    async def _hand_on(self, gateway: str, passed: Passed, source: Source, now: datetime) -> list[dict[str, Any]]:
        """Put what may be an officer's answer on the bus; notify knows the sender, and files what is none."""
        ready = []
        for report, notes in passed.reports:
            filed = _filed(report, source, now, notes)
            ready.append(Prepared(filed=filed, digest=digest(report, source.reporter)))
        text = "\n".join(report.text for report, _ in passed.reports)[:TEXT_LIMIT]
        message = InboundMessage(
            id=str(ready[0].filed.id), channel=gateway, sender=passed.sender, text=text, at=now, reports=tuple(ready)
        )
        await self._deps.journal.publish([inbound_message(message)])
        return [self._promise(one.filed.id, now) for one in ready]

    async def keep(
        self, report: ReportIn, source: Source, now: datetime, notes: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Put a report on disk and give what the reporter is told; raises Problem (409) and BusUnavailable."""
        filed = _filed(report, source, now, notes or {})
        kept = await self._deps.journal.publish_report(filed, digest(report, source.reporter))
        if not kept.same:
            raise Problem(409, faults=[Fault("id", "sudah dipakai laporan lain yang isinya berbeda")])
        return self._promise(kept.id, kept.filed_at)

    def _promise(self, id_: UUID, at: datetime) -> dict[str, Any]:
        """Give what the sender of a report is told."""
        return {
            "id": str(id_),
            "receipt": self._deps.receipts.issue(id_),
            "accepted_at": _rfc3339(at),
            "status_url": f"{self._deps.base_url}/v1/reports/{id_}",
        }

    def _identify(self, request: Request) -> Identity | None:
        """Say who is calling; None for somebody without a key where the district allows that."""
        given = request.headers.get("authorization")
        if given is None:
            if not self._deps.district.intake.anonymous:
                raise Problem(401, "Daerah ini tidak menerima laporan tanpa kunci")
            return None
        scheme, _, bearer = given.partition(" ")
        identity = self._deps.keys.identify(bearer.strip()) if scheme.lower() == "bearer" else None
        if identity is None:
            raise Problem(401)
        if identity.role not in FILES:
            raise Problem(403, "Kunci ini tidak boleh mengirim laporan")
        return identity

    def _count(self, request: Request, identity: Identity | None, reports: int, now: datetime) -> "_Counted":
        """Count a call against its caller's bucket; raises Problem (429)."""
        buckets = self._nameless if identity is None else self._keyed
        if identity is None:
            buckets.rate = _nameless_rate(self._deps.district)
        who = caller(request.client.host if request.client else None) if identity is None else identity.id
        if wait := buckets.take(who, now, reports):
            raise Problem(429, headers={"Retry-After": str(wait)})
        return _Counted(buckets, who)


class _Counted:
    def __init__(self, buckets: Buckets, who: str) -> None:
        self._buckets, self._who = buckets, who

    def give_back(self, now: datetime, reports: int = 1) -> None:
        """Undo the count: the call failed on our side, and will be made again."""
        self._buckets.give_back(self._who, now, reports)


def _filed(report: ReportIn, source: Source, now: datetime, notes: dict[str, str]) -> ReportFiled:
    """Give a report as it goes on the bus; what its digest is made of is the report as it was sent."""
    kept, more = as_kept(report, now)
    return ReportFiled(id=report.id or uuid4(), filed_at=now, report=kept, source=source, notes={**notes, **more})


def _nameless_rate(district: District) -> Rate:
    hourly = max(1, district.intake.anonymous_per_hour)
    return Rate(burst=hourly, per_hour=hourly)


def _source(identity: Identity | None, *, anonymous: bool, channel: str = "api") -> Source:
    """Give what is kept of who told it: nothing, when it was told anonymously."""
    if identity is None or anonymous:
        return Source(reporter=ANONYMOUS, channel=channel)
    return Source(
        reporter=identity.id,
        name=identity.name,
        institution=identity.institution,
        channel=channel,
        reliability=identity.reliability,
    )


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


def _rfc3339(moment: datetime) -> str:
    """Show a time in UTC, to the millisecond.

    >>> _rfc3339(datetime(2026, 11, 1, 12, 0, 0, 5000, tzinfo=UTC))
    '2026-11-01T12:00:00.005Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
