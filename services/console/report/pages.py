"""Serve the page to report on. It works without scripts; with them a report also waits for a signal on the phone."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from schemas.assessment import Assessment
from schemas.district import District
from schemas.messages import TEXT_LIMIT, ReportIn
from schemas.vocabulary import Role
from services.console import texts as words
from services.console.dependencies import Deps, Filing
from services.console.fact_checks import FIELDS as COUNTED
from services.console.fact_checks import in_words, place_code, read_codes
from services.console.place_choices import Choice, TapMap, choices, tap_map
from services.console.report.fields import KEPT, NAMED, PHOTOS, Written, over, written
from services.console.report.receipt import Ticket
from services.console.report.sender import WORST, Senders, filing_of, host_of, wants_json
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS, REPORTING
from services.console.web.sessions import Visitor, from_here, language_of, visitor_of
from services.security.auth import Identity
from services.security.devices import DEVICE_COOKIE
from services.security.permissions import Act
from services.security.refusal import Refused
from services.sources.kept import REPORTERS_CHECK
from services.web.in_english import said_in
from services.web.problem_details import Problem, answer
from services.web.rate_limit import Buckets, Rate, caller

PAGE = "/lapor"
READS = Rate(burst=60, per_hour=600)  # texts read for one device
VILLAGE_READS = Rate(burst=1_200, per_hour=12_000)  # and for one address
NIL_LEVELS = ("desa", "kecamatan")  # institutions whose silence would mean something


def _chosen(district: District, desa: str) -> dict[str, str]:
    """Give the place that a poster's link has chosen; nothing for one that is not on the list."""
    found = next((one.label for one in choices(district) if one.desa == desa), None) if desa else None
    return {"where": found} if found else {}


class ReportPages:
    """The page to report on, what it reads from a text, and nil reports."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._senders = Senders(deps)
        self._reads = Buckets(READS)
        self._village_reads = Buckets(VILLAGE_READS)
        self._drawn: tuple[District, TapMap | None] | None = None

    # -- showing ---------------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """Show the empty form, with a report's id of its own: sending it again has one effect."""
        visitor = await visitor_of(request, self._deps)
        said = {"nihil": "lapor.nil_done", "hapus": "lapor.erased"}.get(request.query_params.get("pesan", ""))
        known = _chosen(self._deps.district, request.query_params.get("desa", ""))
        return self._page(request, visitor, {"id": str(uuid4()), **known}, said=said)

    def _page(
        self,
        request: Request,
        visitor: Visitor | None,
        form: Mapping[str, str],
        *,
        status: int = 200,
        ask: tuple[Choice, ...] = (),
        faults: tuple[tuple[str, str], ...] = (),
        wrong: str | None = None,
        said: str | None = None,
    ) -> Response:
        language = visitor.language if visitor else language_of(request)
        nil = self._nil(visitor.identity) if visitor else None
        facts = {
            "form": form,
            "ask": ask,
            "faults": [(called(field, language), why) for field, why in faults],
            "wrong": wrong,
            "said": said,
            "choices": choices(self._deps.district),
            "nil": nil and {**nil, "id": str(uuid4())},  # not the report's: whoever has sent that may still say nil
            "sms": self._deps.district.intake.sms,
            "photos": PHOTOS,
            "over": over(form.get("text", "")),
            "most": TEXT_LIMIT,
            "map": drawn.version if (drawn := self._map()) else None,
            "script_words": _script_words(language),
            "kept": KEPT,
            "counted": COUNTED,
        }
        response = self._counter.show(request, "lapor.html", visitor, facts, status, {**HEADERS, **REPORTING})
        self._senders.mark(request, response)
        return response

    # -- the map to tap on -----------------------------------------------------------------------------------------

    def _map(self) -> TapMap | None:
        district = self._deps.district
        if self._drawn is None or self._drawn[0] is not district:
            self._drawn = (district, tap_map(district))
        return self._drawn[1]

    async def map(self, request: Request) -> Response:
        """Give the areas of the map; the address names their version, so that a phone may keep them."""
        found = self._map()
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        fresh = request.query_params.get("v") == found.version
        kept = {"Cache-Control": "public, max-age=31536000, immutable"} if fresh else {}
        return Response(found.body, media_type="application/json", headers={**HEADERS, **kept})

    # -- sending ---------------------------------------------------------------------------------------------------

    async def send(self, request: Request) -> Response:
        """File the report: a page for people, JSON for the page's own script."""
        filing, by_script = filing_of(self._deps), wants_json(request)
        try:
            visitor, form, photos = await self._received(request)
        except Problem as problem:
            if by_script:
                return answer(said_in(problem, language_of(request)))
            raise
        now = self._deps.clock()
        told = written(form, self._deps.district, now)
        try:
            made = await self._file(filing, request, visitor, told, photos)
        except Problem as problem:
            problem = said_in(problem, visitor.language if visitor else language_of(request))
            if by_script:
                return answer(problem)
            return self._again(request, visitor, form, told, problem)
        if by_script:
            return JSONResponse(made.told(), HTTPStatus.ACCEPTED, headers={"Cache-Control": "no-store"})
        return RedirectResponse(f"/status/{made.code}?baru=1", HTTPStatus.SEE_OTHER)

    async def _received(self, request: Request) -> tuple[Visitor | None, dict[str, str], list[bytes]]:
        if not from_here(request, self._deps):
            raise Problem(403)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await form_of(request)
            photos: list[bytes] = []
        else:
            form, photos = await _multipart(request)
        visitor = await self._senders.visitor(request, form)
        return visitor, form, photos

    async def _file(
        self, filing: Filing, request: Request, visitor: Visitor | None, told: Written, photos: list[bytes]
    ) -> Ticket:
        if told.ask or told.empty:
            raise Problem(422, "Pilih tempatnya" if told.ask else "Tulis apa yang terjadi")
        who, host = visitor.identity if visitor else None, host_of(request)
        device = self._senders.device(request)
        if photos:
            told.report["attachments"] = [await filing.photo(one, who, device, host) for one in photos[:PHOTOS]]
        body = json.dumps(told.report, ensure_ascii=False).encode("utf-8", "replace")
        notes = {REPORTERS_CHECK: told.checks} if told.checks else None
        made = await filing.from_page(body, who, device, host, notes)
        return Ticket(UUID(made["id"]), made["receipt"])

    def _again(
        self, request: Request, visitor: Visitor | None, form: dict[str, str], told: Written, problem: Problem
    ) -> Response:
        """Show the form as it was filled in, with what is wrong."""
        status = problem.status_code
        if problem.faults and any(fault.field == "id" for fault in problem.faults):
            form = {**form, "id": str(uuid4())}  # taken by another report: the next try is one of its own
        faults = tuple((fault.field.partition(".")[0], fault.why) for fault in problem.faults)
        wrong = f"lapor.{WORST[HTTPStatus(status)]}" if status in WORST else None
        if told.empty:
            wrong, faults = "lapor.need_text", ()
        elif not (faults or wrong or told.ask):
            faults = (("attachments", problem.detail),)
        return self._page(request, visitor, form, status=status, ask=told.ask, faults=faults, wrong=wrong)

    # -- reading a text --------------------------------------------------------------------------------------------

    async def read(self, request: Request) -> Response:
        """Read a text as triage would, and give what the reporter may confirm. Keeps nothing."""
        form = await form_of(request)
        now, text = self._deps.clock(), form.get("text", "")
        if self._deps.reader is None or not text.strip():
            return JSONResponse({})
        device, host = self._senders.device(request), caller(host_of(request))
        if self._reads.take(device or host, now) or self._village_reads.take(host, now):
            return answer(Problem(429))
        reader = self._deps.reader

        def judged() -> Assessment | None:
            try:
                report = ReportIn(text=text)
            except ValueError:
                return None
            return reader().assess(report, filed_at=now)

        found = await run_sync(judged)
        language = language_of(request)
        shown = read_back(found, self._deps.district, language) if found else {}
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    # -- nothing happened ------------------------------------------------------------------------------------------

    def _nil(self, who: Identity) -> dict[str, str] | None:
        """Give the place for which somebody may say that nothing happened: the own unit's."""
        office = self._deps.district.institutions.get(who.institution or "")
        place = self._deps.district.places.get(who.unit)
        if office is None or place is None or office.level not in NIL_LEVELS or who.role == Role.AUDITOR:
            return None
        kind = "Kec." if place.kind == "kecamatan" else "Kel." if place.kind == "kelurahan" else "Desa"
        return {"code": place.code, "place": f"{kind} {place.name}"}

    async def send_nil(self, request: Request) -> Response:
        """File that nothing happened in one's own place."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        place = self._nil(visitor.identity)
        if place is None:
            raise Refused("nil_report_guards_only")
        known = self._deps.district.places[place["code"]]
        report: dict[str, Any] = {
            "text": words.say("lapor.nil_report", "id", place=place["place"]),
            "kecamatan": known.kecamatan or known.code,
            "basis": "saw",
            "observed_at": self._deps.clock().isoformat(),
        }
        if known.kind != "kecamatan":
            report["desa"] = known.code
        if form.get("id"):
            report["id"] = form["id"]
        await filing_of(self._deps).from_page(json.dumps(report).encode(), visitor.identity, None, host_of(request))
        return RedirectResponse(f"{PAGE}?pesan=nihil", HTTPStatus.SEE_OTHER)

    async def erase(self, request: Request) -> Response:
        """Take back the browser's word and whatever else we have left there."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        response = RedirectResponse(f"{PAGE}?pesan=hapus", HTTPStatus.SEE_OTHER)
        response.delete_cookie(DEVICE_COOKIE)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def read_back(found: Assessment, district: District, language: str) -> dict[str, Any]:
    """Say what was read from a text: places to confirm and facts, in words."""
    place = found.place
    codes = place.candidates or tuple(code for code in (place.desa or place.kecamatan,) if code)
    offered = {one.desa or one.kecamatan: one for one in choices(district)}
    read = [(code, said) for code in read_codes(found, district) if (said := in_words(code, district, language))]
    near = [code for code in codes if code in offered][:4]
    return {
        "places": [offered[code].label for code in near],
        "place": place_code(near) if near else "",
        "facts": [said for _, said in read],
        "codes": [code for code, _ in read],  # one for each fact: what comes back with right or not
    }


def called(field: str, language: str) -> str:
    """Name a field of the report as its form does; one that the form does not have keeps its own name."""
    return words.say(f"lapor.field.{field}", language) if field in NAMED else field


def _script_words(language: str) -> str:
    """Give the words that the page's script writes, as JSON for a data attribute."""
    keys = (
        "waiting", "sent", "refused", "is.waiting", "is.sent", "is.refused", "mend", "try", "sms", "saved", "which",
        "gps_wait", "gps_have", "gps_near", "gps_failed", "need_text", "read", "read_hint", "read_use", "read_used",
        "read.place", "photo_remove", "sending", "draft", "erase_wait", "another", "slow",
        "map_kecamatan", "map_desa", "map_taken", "map_failed", "map_near", "right", "wrong", "how_many",
        "none_of_these", "which_text", "nil_unsent", "too_long",
    )  # fmt: skip
    said = {key: words.WORDS[f"lapor.{key}"][words.LANGUAGES.index(language)] for key in keys}
    said |= {
        f"status.{key}": words.say(f"status.{key}", language) for key in ("number", "key", "receipt", "keep", "look")
    }
    said |= {f"field.{key}": called(key, language) for key in NAMED}
    return json.dumps(said, ensure_ascii=False)


async def _multipart(request: Request) -> tuple[dict[str, str], list[bytes]]:
    try:
        async with request.form(max_files=PHOTOS, max_fields=30, max_part_size=64 * 1024) as sent:
            fields = {name: value.strip() for name, value in sent.multi_items() if isinstance(value, str)}
            files = [await one.read() for _, one in sent.multi_items() if isinstance(one, UploadFile) and one.size]
    except MultiPartException as error:
        raise Problem(400) from error
    if any("\x00" in value for value in fields.values()):
        raise Problem(400)
    return fields, files


def report_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the page to report on."""
    pages = ReportPages(deps, counter)
    return (
        (PAGE, "GET", pages.show, Act.FILE),
        (PAGE, "POST", pages.send, Act.FILE),
        (f"{PAGE}/peta", "GET", pages.map, Act.FILE),
        (f"{PAGE}/baca", "POST", pages.read, Act.FILE),
        (f"{PAGE}/nihil", "POST", pages.send_nil, Act.FILE),
        (f"{PAGE}/hapus", "POST", pages.erase, Act.FILE),
    )
