"""Speak HTTP with bounds: on headers, on the time they may take, on connections; uvicorn's own parser has none.

Whoever sends headers without end, the half of a request and then nothing, or a body byte by byte, holds memory and a
place. The proxy in front (deploy/Caddyfile) has the same bounds; `kentongan up` stands alone.
"""

import asyncio
import json
from collections import Counter
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.web.problem_details import body as problem_of

HEADER_BYTES = 32 * 1024  # of the request line and all headers
HEADER_SECONDS = 10.0  # from the first byte of a request to the end of its headers
BODY_SECONDS = 120.0  # from there to the end of its body, whether anybody reads it or not
CONNECTIONS = 1_000  # of one process
OF_ONE_ADDRESS = 100  # of them; proxies that the settings name are not counted
REFUSED = b"HTTP/1.1 %d %s\r\ncontent-length: %d\r\nconnection: close\r\nx-content-type-options: nosniff\r\n%s\r\n%s"
FULL = json.dumps(problem_of(503)).encode()  # whoever finds no place is told so in words, and when to come again
COME_AGAIN = b"retry-after: 5\r\ncontent-type: application/problem+json\r\n"


class BoundedHttp(HttpToolsProtocol):
    """One connection whose headers end in time and in size, and that is one of not too many."""

    _of_address: ClassVar[Counter[str]] = Counter()

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._taken = 0  # bytes since the last complete headers
        self._open_headers = True
        self._counted: str | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or shut it where there are too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._counted = peer[0] if peer else None
        if self._counted is not None:
            self._of_address[self._counted] += 1
        if len(self.connections) > CONNECTIONS or self._is_one_too_many():
            self._refuse(503, b"Service Unavailable")
        else:
            self._start_timer()

    def _is_one_too_many(self) -> bool:
        trusted = {one.strip() for one in str(self.config.forwarded_allow_ips or "").split(",")}
        exempt = self.config.proxy_headers and ("*" in trusted or self._counted in trusted)
        return self._counted is not None and not exempt and self._of_address[self._counted] > OF_ONE_ADDRESS

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop_timer()
        if self._counted is not None:
            self._of_address[self._counted] -= 1
            if self._of_address[self._counted] <= 0:
                del self._of_address[self._counted]
            self._counted = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; while headers are open, not for ever and not without end."""
        if self.transport.is_closing():
            return
        if self._open_headers:
            self._taken += len(data)
            if self._timer is None:
                self._start_timer()
        super().data_received(data)
        if self._open_headers and self._taken > HEADER_BYTES:
            self._refuse(431, b"Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """Let the request begin, unless its headers came in one piece that was too long."""
        self._start_timer(BODY_SECONDS)  # a byte now and then would hold a place for as long as somebody likes
        self._open_headers = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEADER_BYTES:
            self._refuse(431, b"Request Header Fields Too Large")
            return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the headers of the next request."""
        self._stop_timer()
        self._open_headers, self._taken = True, 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body, of a request that was let in."""
        if not self.transport.is_closing():
            super().on_body(body)

    def _start_timer(self, seconds: float | None = None) -> None:
        self._stop_timer()
        after = HEADER_SECONDS if seconds is None else seconds
        self._timer = self.loop.call_later(after, self._refuse, 408, b"Request Timeout")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int, phrase: bytes) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            # Between the pieces of an answer that has begun there is no place for another one.
            if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
                full = status == HTTPStatus.SERVICE_UNAVAILABLE
                said, more = (FULL, COME_AGAIN) if full else (b"", b"")
                self.transport.write(REFUSED % (status, phrase, len(said), more, said))
            self.transport.close()
