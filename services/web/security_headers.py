"""Put on every answer of every application what keeps browsers from harm, and name the hosts that it answers for.

One layer outside all others, so that a refusal, a 404, a picture and a crash carry it like any page. What an answer
says itself stays: pages have a policy of their own.
"""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST_PREFIX = "__Host-"  # a cookie that only this host set, over HTTPS, for all its paths (RFC 6265bis 4.1.3.2)
YEAR = 31_536_000
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",  # nobody's disk keeps what a reader was shown; what is for everybody says otherwise
}
POLICY = "default-src 'none'; frame-ancestors 'none'"  # a service worker's own file has none: it would fetch nothing
OVER_TLS = {"Strict-Transport-Security": f"max-age={YEAR}"}


class SecurityHeaders:
    """Add the headers; over HTTPS give every cookie its prefix on the way out, and take only such ones in."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure
        self._headers = ALWAYS | OVER_TLS if secure else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._secure:
            scope = {**scope, "headers": [_taken(name, value) for name, value in scope["headers"]]}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if "javascript" not in headers.get("content-type", ""):
                    headers.setdefault("Content-Security-Policy", POLICY)
                if self._secure:
                    message["headers"] = [_given(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, with_headers)


def _given(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Give a cookie that is set its prefix, and what a cookie with it must say."""
    if name.lower() != b"set-cookie":
        return name, value
    first, *rest = [part.strip() for part in value.decode("latin-1").split(";")]
    kept = [part for part in rest if part.lower().partition("=")[0] not in ("secure", "path", "domain")]
    return name, "; ".join([HOST_PREFIX + first, "Path=/", "Secure", *kept]).encode("latin-1")


def _taken(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Take the prefix off cookies that have it and leave the others out: anybody on a sister host can set those."""
    if name != b"cookie":
        return name, value
    parts = [part.strip() for part in value.decode("latin-1").split(";")]
    ours = [part.removeprefix(HOST_PREFIX) for part in parts if part.startswith(HOST_PREFIX)]
    return name, "; ".join(ours).encode("latin-1")


def protect(app: FastAPI, base_url: str, hosts: Sequence[str] = ()) -> None:
    """Put the layer around an application, to be called last; with `hosts` it answers for those names only."""
    if hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders, secure=base_url.startswith("https://"))
