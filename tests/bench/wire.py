"""Speak just enough HTTP to load a server and to catch its webhooks, at little cost to the machine that is measured."""

import asyncio
import contextlib
import json
import time
from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass
class Sink:
    """A webhook receiver: notes when each report id first arrived, and every message's id per round."""

    first: dict[str, float] = field(default_factory=dict)
    rounds: dict[tuple[str, str, int], set[str]] = field(default_factory=dict)
    received: int = 0
    _server: asyncio.Server | None = None
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def open(self) -> str:
        """Listen on a free port below the ephemeral range; returns the address."""
        loop = asyncio.get_running_loop()
        for port in range(18_200, 18_400):
            try:
                self._server = await loop.create_server(lambda: _SinkProtocol(self), "127.0.0.1", port)
            except OSError:
                continue
            self.port = port
            return f"http://127.0.0.1:{port}/hook"
        raise OSError("no free port between 18200 and 18400")

    def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()

    def take(self, webhook_id: str, body: bytes) -> None:
        """Note one webhook."""
        now = time.perf_counter()
        self.received += 1
        event = json.loads(body)
        data = event.get("data", event)
        for report in data.get("reports", ()):
            self.first.setdefault(report, now)
        key = (data.get("incident", ""), data.get("institution", ""), data.get("round", 0))
        self.rounds.setdefault(key, set()).add(webhook_id)
        self._arrival.set()

    async def has_all(self, reports: Collection[str], seconds: float) -> None:
        """Wait until every report has arrived, at most so long."""
        missing = {report for report in reports if report not in self.first}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while missing:
                    self._arrival.clear()
                    await self._arrival.wait()
                    missing = {report for report in missing if report not in self.first}

    @property
    def doubled(self) -> int:
        """Count institutions told twice in one round under different ids."""
        return sum(len(ids) - 1 for ids in self.rounds.values())

    @property
    def repeated(self) -> int:
        """Count messages that came more than once under the same id."""
        return self.received - sum(len(ids) for ids in self.rounds.values())


class _SinkProtocol(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = int(_header(head, b"content-length") or b"0")
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            self._sink.take(_header(head, b"webhook-id").decode(), body)
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")  # type: ignore[attr-defined]


def _header(head: bytes, name: bytes) -> bytes:
    at = head.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


class Client(asyncio.Protocol):
    """One keep-alive connection that posts one body at a time."""

    def __init__(self, host: str, port: int, path: str, key: str) -> None:
        self._address = (host, port)
        self._prefix = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: "
        ).encode()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[int] | None = None
        self._buffer = b""

    async def post(self, body: bytes) -> int:
        """Post one body and return the status; 0 when the connection broke."""
        if self._transport is None or self._transport.is_closing():
            try:
                loop = asyncio.get_running_loop()
                self._transport, _ = await loop.create_connection(lambda: self, *self._address)
            except OSError:
                return 0
            self._buffer = b""
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(self._prefix + str(len(body)).encode() + b"\r\n\r\n" + body)
        return await self._waiter

    def data_received(self, data: bytes) -> None:
        """Collect one response."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = int(_header(self._buffer[:end].lower(), b"content-length") or b"0")
        if len(self._buffer) >= end + 4 + length:
            status = int(self._buffer[9:12])
            self._buffer = b""
            self._answer(status)

    def connection_lost(self, exc: Exception | None) -> None:
        """Answer whoever waits with 0."""
        self._answer(0)

    def _answer(self, status: int) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(status)

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()
