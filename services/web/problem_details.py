"""Say what went wrong over HTTP: RFC 9457 problem bodies and a limit on request bodies, shared by every door.

A problem names the field and why, never what was sent: an answer that echoes its input can be made as large and as
poisonous as the input.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime.logging import place_of
from services.web.field_errors import Fault, reason
from services.web.localised import preferred_language

log = logging.getLogger("kentongan.http")

MEDIA = "application/problem+json"
KIB = 1024
BODY_LIMIT = 256 * KIB  # contracts: 413 over 256 KiB
LARGER = {
    "/v1/reports:batch": 5 * KIB * KIB,
    "/v1/attachments": 12 * KIB * KIB,
    "/lapor": 32 * KIB * KIB,
}  # bytes, by path
BODY_SECONDS = 30  # between two pieces of a body; slower is nobody on a bad line
FAULT_LIMIT = 10  # faults told in one answer

TITLES = {
    400: "Isi permintaan tidak dapat dibaca",
    401: "Kunci tidak ada atau tidak dikenal",
    403: "Tidak berwenang",
    404: "Tidak ditemukan",
    405: "Cara ini tidak dilayani di alamat ini",
    408: "Isi permintaan terlalu lama datangnya",
    409: "Bertentangan dengan yang sudah ada",
    413: "Isi permintaan terlalu besar",
    415: "Jenis isi tidak dilayani",
    422: "Ada isian yang tidak sah",
    429: "Terlalu sering",
    500: "Kesalahan di pihak kami",
    503: "Belum dapat menerima, coba lagi sebentar",
}
SLUGS = {
    400: "unreadable",
    401: "unknown-key",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    409: "conflict",
    413: "too-large",
    415: "unsupported-type",
    422: "invalid-field",
    429: "too-often",
    500: "internal",
    503: "unavailable",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457; `errors` names each field and why. Never holds what was sent.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "example": "urn:kentongan:problem:invalid-field"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Which refusal it is; the same in every language"},
        "id": {"type": "string", "description": "With 503: send the report again under this id, and it is one report"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "why"],
                "properties": {"field": {"type": "string"}, "why": {"type": "string"}},
            },
        },
    },
}


class Problem(HTTPException):
    """An answer that is a problem; raise it anywhere behind a door."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
        *,
        code: str = "",
        more: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.faults = tuple(faults)
        self.code = code  # of a refusal; empty for every other problem
        self.more = dict(more or {})  # members of its own, as RFC 9457 3.2 allows


def body(status: int, detail: str = "", faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Give the members of a problem.

    >>> body(422, faults=[Fault("killed", "harus bilangan bulat")])["errors"]
    [{'field': 'killed', 'why': 'harus bilangan bulat'}]
    """
    told = list(faults)
    members: dict[str, Any] = {
        "type": f"urn:kentongan:problem:{SLUGS.get(status, 'http')}",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
    }
    if not detail and told:
        detail = "; ".join(map(str, told[:3]))
    if detail:
        members["detail"] = detail
    if told:
        members["errors"] = [{"field": fault.field, "why": fault.why} for fault in told[:FAULT_LIMIT]]
    return members


def answer(problem: HTTPException) -> Response:
    """Give the response of a problem, or of any HTTP error, as problem+json."""
    # Starlette fills `detail` with the phrase of the status where nobody said anything.
    detail = "" if problem.detail == HTTPStatus(problem.status_code).phrase else problem.detail
    faults = problem.faults if isinstance(problem, Problem) else ()
    members = body(problem.status_code, detail, faults)
    if isinstance(problem, Problem) and problem.code:
        members["code"] = problem.code
    members |= problem.more if isinstance(problem, Problem) else {}
    headers = dict(problem.headers or {})
    if problem.status_code == HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(json.dumps(members, ensure_ascii=False), problem.status_code, headers, MEDIA)


def _answer_to(scope: Scope, problem: HTTPException) -> Response:
    """Give the response of a problem in the language that its request asks for (`Accept-Language`)."""
    from services.web.in_english import said_in  # noqa: PLC0415 - it says this module's titles in English

    language = preferred_language(Headers(scope=scope).get("accept-language", ""))
    return answer(said_in(problem, language) if isinstance(problem, Problem) else problem)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give the `responses=` of a route that may answer with these problems."""
    retry = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before sending it again"}}
    return {
        status: {
            "description": TITLES[status],
            "content": {MEDIA: {"schema": SCHEMA}},
            **({"headers": retry} if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) else {}),
        }
        for status in statuses
    }


def set_up_problems(app: FastAPI, *, limit: int = BODY_LIMIT, limits: Mapping[str, int] = LARGER) -> None:
    """Give an application problem bodies and body limits; `limits` maps a path to its own limit in bytes."""

    async def told(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            error = Problem(405, headers={"Allow": ", ".join(allowed(app.routes, request.scope))})
        return _answer_to(request.scope, error if isinstance(error, HTTPException) else Problem(500))

    async def invalid(request: Request, error: Exception) -> Response:
        found = error.errors() if isinstance(error, RequestValidationError) else ()
        if any(each["type"] == "json_invalid" for each in found):
            return _answer_to(request.scope, Problem(400, "isi harus JSON dalam UTF-8"))
        faults = [Fault(_path(each["loc"]), reason(each["type"], each.get("ctx", {}))) for each in found[:FAULT_LIMIT]]
        return _answer_to(request.scope, Problem(422, faults=faults))

    async def gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=400)  # nobody is left to read it

    app.add_exception_handler(HTTPException, told)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_middleware(BodyLimit, limit=limit, limits=limits)
    app.add_middleware(Discreet)
    app.add_middleware(HeadAsGet)


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """Return every method that this address answers, whichever route has it; HEAD wherever GET is."""
    asked = list(routes)
    found = {
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in asked)
    }
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _path(where: Iterable[object]) -> str:
    parts = [str(part) for part in where]
    return ".".join(parts[1:] or parts)  # the first says body, query or path


class HeadAsGet:
    """Answer HEAD as GET is answered, without the body (RFC 9110 9.3.2): monitors ask so whether a page is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET; an answer that is streamed ends with its headers."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        streamed = asyncio.Event()

        async def bare(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
            elif message.get("more_body"):
                streamed.set()
                await asyncio.Event().wait()  # nobody takes more: it is ended below

        answering = asyncio.ensure_future(self._app({**scope, "method": "GET"}, receive, bare))
        ending = asyncio.ensure_future(streamed.wait())
        try:
            await asyncio.wait({answering, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answering, ending):
                if not task.done():
                    task.cancel()
            await asyncio.gather(ending, return_exceptions=True)
        with contextlib.suppress(asyncio.CancelledError):
            await answering


class Discreet:
    """Answer 500 for what nobody foresaw, and log where it happened but not with what.

    The server's own log would print the exception's message, and a report's text can be part of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and keep its failure to ourselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the last one to catch anything
            # The route instead of the address: that may hold a token or a receipt's key.
            route = getattr(scope.get("route"), "path", "?")
            log.error("%s %s failed: %s", scope["method"], route, place_of(error))  # noqa: TRY400
            if not started:  # else the server closes the connection on the half-said answer
                await _answer_to(scope, Problem(500))(scope, receive, send)


class BodyLimit:
    """Stop reading a body that is longer than its path allows, said or streamed; answers 413."""

    def __init__(self, app: ASGIApp, *, limit: int, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that cannot grow beyond the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._limit)
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or len(value) > 18 or int(value) > limit):  # noqa: PLR2004
                await _answer_to(scope, too_large(limit))(scope, receive, send)
                return
        taken, more = 0, True

        async def counted() -> Message:
            nonlocal taken, more
            try:
                # Once the body is there, whoever listens for its sender's leaving may do so for hours.
                async with asyncio.timeout(BODY_SECONDS if more else None):
                    message = await receive()
            except TimeoutError:
                raise Problem(408) from None
            if message["type"] == "http.request":
                more = bool(message.get("more_body"))
                taken += len(message.get("body", b""))
                if taken > limit:
                    raise too_large(limit)
            return message

        await self._app(scope, counted, send)


def too_large(limit: int) -> Problem:
    """Give the problem of a body over `limit` bytes."""
    return Problem(413, f"Paling besar {limit // KIB} KiB")
