"""Serve the desk as JSON: incidents, acts on them, what changes, and how far a report has come."""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from pydantic import TypeAdapter

from schemas.records.incidents import Incident
from schemas.vocabulary import Duty, IncidentState, Level
from services.console.dependencies import Deps
from services.console.incidents import exports, queries
from services.console.incidents.actions import changes_of, decide, merge, permitted
from services.console.incidents.event_stream import OF_ONE_PERSON, WATCHERS, Head, encoded, stream
from services.console.incidents.filters import GROUPS, LEVELS, MOST, PAGES, wanted
from services.console.incidents.reader import Reading
from services.console.incidents.views import IncidentPage, IncidentView, Outline
from services.console.read_log import Watermark, of_rows
from services.console.web import api_models as bodies
from services.console.web.errors import STATUS
from services.console.web.route_rules import asks
from services.console.web.sessions import Visitor, caller_of, still_there
from services.incidents import lifecycle, merging, responses
from services.incidents.decisions import proposals
from services.incidents.decisions.unmasking import Unmasked, unmask
from services.incidents.referrals import refer
from services.security.auth import Identity
from services.security.permissions import Act, Declared
from services.security.refusal import Refused
from services.store.database import StoreUnavailable
from services.store.transaction import Session, Transaction
from services.web.field_errors import Fault
from services.web.localised import preferred_language
from services.web.problem_details import Problem, documented

Out = TypeVar("Out")
READ = documented(401, 403, 404, 422, 503)
ACT = documented(400, 401, 403, 404, 409, 422, 503)
RETRY = {"Retry-After": "5"}
EXPORTED = 5_000  # incidents in one file
_LIST: TypeAdapter[IncidentPage] = TypeAdapter(IncidentPage)
_ONE: TypeAdapter[IncidentView] = TypeAdapter(IncidentView)


def _any_of(words: Iterable[str], *alone: str) -> str:
    """Return the pattern of words by comma, spaces around them, in any case; or one of those that stand alone."""
    word = f"(?:{'|'.join(words)})"
    several = rf"[ ,]*(?:{word}[ ]*(?:,[ ,]*{word}[ ]*)*[ ,]*)?"
    return f"^(?:{'|'.join([*alone, several])})$"


def _any_case(word: str) -> str:
    return "".join(f"[{one}{one.lower()}]" if one.isalpha() else one for one in word)


# What the door takes, as a schema can say it; the door itself says in Indonesian which value is wrong (filters.py).
STATE = _any_of(map(str, IncidentState), *GROUPS)
LEVEL = _any_of(map(_any_case, LEVELS))
SINCE = (
    r"^(?:\d{0,4}|\d{4}-\d{2}-\d{2}[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?(?:Z|[+ -]\d{2}:?\d{2}(?::?\d{2})?))$"
)


def _filter(description: str, **schema: Any) -> Any:
    return Query(description=description, json_schema_extra=schema)


@dataclass(frozen=True)
class Asked:
    """The query string of a list."""

    state: Annotated[str, _filter("States by comma, or open-all, closed, all", pattern=STATE)] = "all"
    level: Annotated[str, _filter("RENDAH, SEDANG, TINGGI, KRITIS or 1 to 4, by comma", pattern=LEVEL)] = ""
    issue: Annotated[str, _filter("Issue codes by comma")] = ""
    kecamatan: Annotated[str, _filter("Kemendagri codes by comma")] = ""
    desa: Annotated[str, _filter("Kemendagri codes by comma, for who oversees")] = ""
    since: Annotated[str, _filter("Changed since: RFC 3339 with offset, or a number of days back", pattern=SINCE)] = ""
    page: Annotated[str, _filter("Which page", type="integer", minimum=1, maximum=PAGES, default=1)] = "1"
    per_page: Annotated[str, _filter("Of how many", type="integer", minimum=1, maximum=MOST, default=25)] = "25"


class ApiRoute(APIRoute):
    """A route whose refusals and outages are problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the endpoint with its failures translated."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as refused:
                why = refused.say(preferred_language(request.headers.get("accept-language", "")))
                faults = [Fault("reason", why)] if refused.reason == "reason_required" else ()
                raise Problem(STATUS[refused.reason], why, faults, code=refused.code) from refused
            except StoreUnavailable as error:
                raise Problem(503, headers=RETRY) from error

        return told


class Api:
    """The JSON side of one installation's desk."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._reading = Reading(deps)
        self._head = Head(deps)

    # -- reading ---------------------------------------------------------------------------------------------------

    async def incidents(self, request: Request, asked: Annotated[Asked, Depends()]) -> Response:
        """List incidents, the gravest and newest first."""
        visitor = await self._official(request)
        found, _ = await self._reading.list(visitor, wanted(asdict(asked), self._deps.clock()))
        return _json(_LIST, found)

    async def _official(self, request: Request) -> Visitor:
        """Give a caller who may read incidents."""
        return await caller_of(request, self._deps)

    async def _outlines(self, request: Request, asked: Asked, kind: str) -> tuple[tuple[Outline, ...], Watermark]:
        """Give what is exported, once it is written down who takes it."""
        visitor = await self._official(request)
        whole = {**asdict(asked), "page": "1", "per_page": "1"}
        wish = replace(wanted(whole, self._deps.clock()), per_page=EXPORTED)
        found = await self._reading.outlines(visitor, wish)
        return found, await self._exported(visitor, kind, found)

    async def _exported(self, visitor: Visitor, kind: str, found: Iterable[Outline]) -> Watermark:
        return await self._deps.reads.export(visitor.identity, kind, of_rows(one.row for one in found))

    async def csv(self, request: Request, asked: Annotated[Asked, Depends()]) -> Response:
        """Give incidents as CSV with an HXL tag row and who took them in every row, at most 5,000."""
        found, mark = await self._outlines(request, asked, "csv")
        return _file(exports.csv_of(found, mark), "text/csv; charset=utf-8", mark)

    async def geojson(self, request: Request, asked: Annotated[Asked, Depends()]) -> Response:
        """Give incidents as GeoJSON (RFC 7946) with who took them in every feature, at most 5,000."""
        found, mark = await self._outlines(request, asked, "geojson")
        return _file(exports.geojson_of(found, mark), "application/geo+json", mark)

    async def cap(self, request: Request, id: str) -> Response:  # noqa: A002 - the word of the path
        """Give one incident as a CAP 1.2 alert, without the reports' texts."""
        visitor = await self._official(request)
        found = await self._reading.outline(visitor, id)
        if found is None:
            raise Problem(404)
        outline, revisions = found
        mark = await self._exported(visitor, "cap", [outline])
        told = exports.cap_of(outline, revisions, self._deps.district, self._deps.base_url, mark)
        return _file(told, "application/cap+xml", mark)

    async def incident(self, request: Request, id: str) -> Response:  # noqa: A002 - the word of the path
        """Give one incident: facts with sources and ranges, reasons, alerts per institution, timeline."""
        visitor = await self._official(request)
        view = await self._reading.one(visitor, id)
        if view is None:
            raise Problem(404)
        return _json(_ONE, view)

    async def events(self, request: Request, after: str = "") -> EventSourceResponse:
        """Tell what changes as server-sent events (`incident`, `reset`), only what the caller may see.

        From `Last-Event-ID` on, which a browser sends when it comes back; else from the line `after`; else from now on.
        """
        visitor = await self._official(request)
        if self._head.watchers >= WATCHERS:
            raise Problem(503, headers=RETRY)
        if self._head.of_each[visitor.identity.id] >= OF_ONE_PERSON:
            raise Problem(429, "Terlalu banyak layar terbuka", headers=RETRY)
        last = request.headers.get("last-event-id", "")
        last = last or after
        begin = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None  # noqa: PLR2004

        async def still() -> bool:
            try:
                now = await still_there(request, self._deps)
            except Problem:
                return False
            return now.identity == visitor.identity  # a changed clearance takes a new stream

        return EventSourceResponse(
            encoded(stream(self._deps, self._head, visitor.identity, begin, still)),
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def report(
        self,
        request: Request,
        id: UUID,  # noqa: A002
        receipt: str = "",
    ) -> bodies.ReportStatus:
        """Say how far a report has come: to whoever holds its receipt (`X-Receipt` or `receipt`), or a key."""
        given = request.headers.get("x-receipt") or receipt
        if given:
            if not self._deps.receipts.fits(id, given):
                raise Problem(403, "Nomor laporan dan tanda terimanya tidak cocok")
            reader = None
        else:
            reader = (await caller_of(request, self._deps)).identity
        followed = await self._deps.store.read(lambda session: self._followed(session, str(id), reader))
        if followed is None:
            if reader is not None:
                raise Problem(404)
            return bodies.ReportStatus(id=str(id), status="Diterima")  # on disk, on its way to triage
        return bodies.ReportStatus(id=str(id), status=followed.status, reason=followed.reason)

    def _followed(self, session: Session, id_: str, reader: Identity | None) -> queries.Followed | None:
        """Follow a report for whoever holds its receipt (None), filed it, or may know of its incident."""
        found = queries.follow(session, id_)
        if found is None or reader is None or self._is_theirs(found.reporter, reader):
            return found
        known = found.incident and queries.find(session, reader, self._deps.district, found.incident)
        return found if known else None

    def _is_theirs(self, reporter: str, reader: Identity) -> bool:
        vault = self._deps.vault
        return reporter == reader.id or (vault is not None and reporter == vault.reporter(reader.id))

    # -- acting ----------------------------------------------------------------------------------------------------

    async def _act(
        self, request: Request, id_: str, asked: Act, act: Callable[[Transaction, Identity], Out]
    ) -> tuple[Out, Incident]:
        """Act in one transaction on an incident on which the caller may do that."""
        who = (await caller_of(request, self._deps)).identity

        def checked(tx: Transaction) -> tuple[Out, Incident]:
            as_who = permitted(tx.session, who, self._deps.district, id_, asked)
            return act(tx, as_who), tx.session.get_one(Incident, id_)

        return await self._deps.store.write(checked)

    async def acknowledge(self, request: Request, id: str, body: bodies.AcknowledgementIn) -> responses.Answer:  # noqa: A002
        """Acknowledge for an institution."""
        answer, _ = await self._act(
            request,
            id,
            await self._answering(request, body.institution),
            lambda tx, who: responses.acknowledge(
                tx, id, who, institution=body.institution, how=body.how or "api", reason=body.reason
            ),
        )
        return answer

    async def _answering(self, request: Request, institution: str | None) -> Act:
        """Say which act an answer is: for one's own institution, or for another."""
        own = (await caller_of(request, self._deps)).identity.institution
        return Act.ANSWER if institution in (None, own) else Act.ANSWER_FOR

    async def report_situation(self, request: Request, id: str, body: bodies.SitrepIn) -> bodies.Done:  # noqa: A002
        """Keep a sitrep."""
        made, incident = await self._act(
            request,
            id,
            await self._answering(request, body.institution),
            lambda tx, who: responses.report_situation(tx, id, who, body.text, institution=body.institution),
        )
        return _done(incident, made)

    async def escalate(self, request: Request, id: str, body: bodies.EscalationIn) -> bodies.Done:  # noqa: A002
        """Escalate now."""
        _, incident = await self._act(
            request, id, Act.ESCALATE, lambda tx, who: responses.escalate(tx, id, who, body.reason)
        )
        return _done(incident)

    async def close(self, request: Request, id: str, body: bodies.ClosureIn) -> bodies.Done:  # noqa: A002
        """Settle or dismiss; `proposal` names what a second person of another institution must agree with first."""
        dismissed, district = body.outcome == "dismissed", self._deps.district
        verdict, incident = await self._act(
            request,
            id,
            Act.CLOSE,
            lambda tx, who: proposals.close(tx, district, id, who, body.reason, dismissed=dismissed),
        )
        return _done(incident, proposal=verdict.proposal)

    async def reopen(self, request: Request, id: str, body: bodies.ReopeningIn) -> bodies.Done:  # noqa: A002
        """Open what was settled or dismissed again."""
        _, incident = await self._act(
            request, id, Act.REOPEN, lambda tx, who: lifecycle.reopen(tx, id, who, body.reason)
        )
        return _done(incident)

    async def verify(self, request: Request, id: str, body: bodies.VerificationIn) -> bodies.Done:  # noqa: A002
        """Verify."""
        _, incident = await self._act(request, id, Act.VERIFY, lambda tx, who: lifecycle.verify(tx, id, who, body.note))
        return _done(incident)

    async def assess(self, request: Request, id: str, body: bodies.AssessmentIn) -> bodies.Done:  # noqa: A002
        """Put an officer's values over the machine's; `proposal` as for closing."""
        given, district = body.model_dump(exclude={"reason"}, exclude_none=True), self._deps.district
        changes = changes_of(given, district)
        verdict, incident = await self._act(
            request, id, Act.ASSESS, lambda tx, who: proposals.assess(tx, district, id, who, changes, body.reason)
        )
        return _done(incident, proposal=verdict.proposal)

    async def decide(self, request: Request, id: str, body: bodies.DecisionIn) -> bodies.Done:  # noqa: A002
        """Agree with another's proposal (to lower, close, merge, correct a place), which is done then, or refuse it."""
        district = self._deps.district

        def act(tx: Transaction, who: Identity) -> None:
            decide(tx, district, id, body.proposal, who, agrees=body.agrees, reason=body.reason)

        _, incident = await self._act(request, id, Act.CONFIRM, act)
        return _done(incident)

    async def unmask(self, request: Request, id: str, body: bodies.UnmaskingIn) -> Unmasked:  # noqa: A002
        """Give a report's words without dots, for a reason that the audit log keeps."""
        told, _ = await self._act(
            request, id, Act.UNMASK, lambda tx, who: unmask(tx, id, body.report, who, body.reason)
        )
        return told

    async def merge(self, request: Request, id: str, body: bodies.MergeIn) -> bodies.Done:  # noqa: A002
        """Fold into another incident; `proposal` as for closing."""
        district = self._deps.district
        verdict, incident = await self._act(
            request, id, Act.MERGE, lambda tx, who: merge(tx, district, id, body.into, who, body.reason)
        )
        return _done(incident, proposal=verdict.proposal)

    async def split(self, request: Request, id: str, body: bodies.SplitIn) -> bodies.Done:  # noqa: A002
        """Undo a merge."""
        _, incident = await self._act(request, id, Act.MERGE, lambda tx, who: merging.split(tx, id, who, body.reason))
        return _done(incident)

    async def refer(self, request: Request, id: str, body: bodies.ReferralIn) -> bodies.Done:  # noqa: A002
        """Tell one more institution of an incident; coordinators only, never an agency that a report accuses.

        Notify owes the alert as if routing had named it: its clearance and redaction hold, and it is asked to answer
        when it supports. What was added stays added whatever later reports change. `id` is the referral's.
        """
        duty, district = Duty(body.duty), self._deps.district
        made, incident = await self._act(
            request, id, Act.REFER, lambda tx, who: refer(tx, district, id, who, body.institution, duty, body.reason)
        )
        return _done(incident, made)


def _done(incident: Incident, made: str | None = None, *, proposal: str | None = None) -> bodies.Done:
    level, state = Level(incident.level).name, incident.state
    return bodies.Done(
        incident=incident.id, state=state, level=level, revision=incident.revision, id=made, proposal=proposal
    )


def _file(text: str, media: str, mark: Watermark) -> Response:
    headers = {"Cache-Control": "no-store", "X-Export-Number": str(mark.number)}
    return Response(text, media_type=media, headers=headers)


def _json(shape: TypeAdapter[Out], value: Out) -> Response:
    return Response(shape.dump_json(value), media_type="application/json", headers={"Cache-Control": "no-store"})


def api_routes(deps: Deps) -> APIRouter:
    """Build the routes of the API."""
    api = Api(deps)
    router = APIRouter(route_class=ApiRoute, prefix="/v1", tags=["incidents"])
    read = asks(deps, Act.READ)
    router.add_api_route("/incidents", api.incidents, response_model=IncidentPage, responses=READ, dependencies=read)
    for path, export, media in (
        ("/incidents.csv", api.csv, "text/csv"),
        ("/incidents.geojson", api.geojson, "application/geo+json"),
        ("/incidents/{id}.cap.xml", api.cap, "application/cap+xml"),  # before {id}, which would take it
    ):
        described = {200: {"content": {media: {}}}, **READ}
        router.add_api_route(path, export, response_class=Response, responses=described, dependencies=read)
    router.add_api_route(
        "/incidents/{id}", api.incident, response_model=IncidentView, responses=READ, dependencies=read
    )
    router.add_api_route(
        "/reports/{id}",
        api.report,
        response_model=bodies.ReportStatus,
        responses=READ,
        tags=["reports"],
        dependencies=asks(deps, Act.FOLLOW),
    )
    router.add_api_route(
        "/events",
        api.events,
        response_class=StreamingResponse,
        responses=documented(401, 403, 422, 429, 503),
        dependencies=read,
    )
    for word, endpoint, status, act in (
        ("acknowledgements", api.acknowledge, 200, Act.ANSWER),
        ("sitreps", api.report_situation, 201, Act.ANSWER),
        ("escalations", api.escalate, 200, Act.ESCALATE),
        ("closures", api.close, 200, Act.CLOSE),
        ("reopenings", api.reopen, 200, Act.REOPEN),
        ("verifications", api.verify, 200, Act.VERIFY),
        ("assessments", api.assess, 200, Act.ASSESS),
        ("decisions", api.decide, 200, Act.CONFIRM),
        ("unmaskings", api.unmask, 200, Act.UNMASK),
        ("merges", api.merge, 200, Act.MERGE),
        ("splits", api.split, 200, Act.MERGE),
        ("recipients", api.refer, 201, Act.REFER),
    ):
        router.add_api_route(
            f"/incidents/{{id}}/{word}",
            endpoint,
            methods=["POST"],
            status_code=status,
            responses=ACT,
            dependencies=asks(deps, act),
        )
    return router


def ready_routes(deps: Deps) -> APIRouter:
    """Build `/healthz` (the process answers) and `/readyz` (the store takes writes, and a report would be promised)."""
    router = APIRouter(tags=["health"], dependencies=[Depends(Declared(Act.OPEN))])

    @router.get("/healthz", summary="Whether the process answers")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/readyz", summary="Whether the store takes writes and a report would be promised", responses=documented(503)
    )
    async def readyz() -> JSONResponse:
        try:
            await deps.store.read(queries.newest_line)
        except StoreUnavailable as error:
            raise Problem(503, "Basis data tidak menjawab", headers=RETRY) from error
        if not await deps.store.writable():  # it answers, and keeps nothing: what is promised waits on the bus
            raise Problem(503, "Basis data tidak dapat ditulisi", headers=RETRY)
        bus = await deps.bus.ready() if deps.bus else None
        if bus is False:  # the page to report on files here too
            raise Problem(503, "Bus tidak menyimpan laporan", headers=RETRY)
        return JSONResponse({"status": "ok", "bus": bus})

    return router
