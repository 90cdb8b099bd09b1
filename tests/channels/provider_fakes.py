"""Local servers that answer as the providers do, and a message to send."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels import Channel, Example, Outgoing

SECRET_WORDS = "ketapel di belakang balai desa"  # must never turn up in an error or a log


def message(**changes: Any) -> Outgoing:
    """Make a message whose words are easy to find again."""
    given: dict[str, Any] = {
        "delivery_id": "0192f0c4-7a3e-7b1e-9d43-0a1b2c3d4e5f",
        "address": "piket@polres.example",
        "subject": "TINGGI: bentrok, Kec. Semanding",
        "body": f"Tingkat: TINGGI\nJenis: perselisihan silat\n\n{SECRET_WORDS}",
        "short": f"TINGGI bentrok Semanding, {SECRET_WORDS}. Balas T 4821",
        "url": "https://siaga.tuban.example/j/4821",
        "data": {"incident": "0192f0c4-1111-7b1e-9d43-0a1b2c3d4e5f", "level": "TINGGI", "text": SECRET_WORDS},
        "button": "Terima",
        "at": datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC),
    }
    return Outgoing(**(given | changes))


@dataclass
class Call:
    """One request the fake server saw."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Answer:
    """What the fake server says next."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    text: str | None = None  # sent as it stands, instead of `body`


class FakeHttp:
    """A provider's server: answers from a script, the last line for ever, and remembers what it saw."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: list[Answer] = [Answer()]
        self.connections: set[Any] = set()
        self.url = ""
        self.asked = asyncio.Event()  # set at the first call
        self._runner: web.AppRunner | None = None
        self._released = asyncio.Event()

    def says(self, *answers: Answer) -> None:
        self.script = list(answers)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        raw = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.set()
        self.calls.append(Call(request.method, request.path, dict(request.query), headers, raw))
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if answer.silent:
            await self._released.wait()
        if answer.text is not None:
            json_type = "application/json"
            return web.Response(text=answer.text, status=answer.status, headers=answer.headers, content_type=json_type)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)


class FakeSmtp:
    """A mail server that keeps what it is given; `refuse` holds replies to RCPT, one a message, the last for ever."""

    def __init__(self, **options: Any) -> None:
        self.mails: list[bytes] = []
        self.connections = 0
        self.rcpt: list[str] = ["250 OK"]
        self.data: list[str] = ["250 OK queued"]
        self.port = 0
        self._options = options
        self._server: asyncio.Server | None = None
        self._released = asyncio.Event()
        self.silent = False

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._released.set()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, loop=asyncio.get_running_loop(), enable_SMTPUTF8=False, **self._options)

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.rcpt.pop(0) if len(self.rcpt) > 1 else self.rcpt[0]
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name aiosmtpd calls
        self.mails.append(envelope.content)
        if self.silent:
            await self._released.wait()
        return self.data.pop(0) if len(self.data) > 1 else self.data[0]


def filled(value: Any, server: str) -> Any:
    """Put the test's server into an example."""
    if isinstance(value, dict):
        return {key: filled(inner, server) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    host, _, port = server.rpartition("//")[2].rpartition(":")
    return value.replace("{server}", server).replace("{host}", host).replace("{port}", port)


def example_of(kind: type[Channel], server: str, **changes: Any) -> tuple[Channel, str]:
    """Make a channel from its own example, pointed at a server, and give its example address."""
    example: Example = kind.example
    settings = filled(dict(example.settings), server) | changes
    return kind(kind.Settings(**settings)), filled(example.address, server)  # type: ignore[call-arg]
