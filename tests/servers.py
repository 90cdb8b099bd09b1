"""Real servers for tests, each on a port of its own: a bus, a receiver of webhooks."""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import web

from services.bus import Bus
from services.cli.up import nats_config, nats_server

GENEROUS = 120.0  # seconds until a test gives a condition up; no test takes so long unless it fails
ACCEPTING = 5  # turns of the loop after which a connection that was just accepted is known to its server
_tried: set[int] = set()
# Each of the processes that share the tests has ports of its own, so that none takes what another has just found free.
SHARE = 1_500
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
PORTS = range(20_000 + WORKER * SHARE, 20_000 + (WORKER + 1) * SHARE)


def free_port() -> int:
    """Find a port nobody listens on, below the ephemeral ones and never the same twice."""
    while True:
        port = random.choice(PORTS)
        if port in _tried:
            continue
        _tried.add(port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def until(condition: Callable[[], Any], what: str = "the condition") -> None:
    """Wait until something holds; a test that waits for what never comes fails with `what`."""
    give_up = time.monotonic() + GENEROUS
    while not condition():
        assert time.monotonic() < give_up, f"{what} did not come about"
        await asyncio.sleep(0.003)


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until each has ended.

    One cancellation is not enough: until Python 3.12 `asyncio.wait_for` swallows one that meets its result, and a
    worker that was connecting at that moment would go on to take messages.
    """
    left, give_up = set(tasks), time.monotonic() + GENEROUS
    while left:
        assert time.monotonic() < give_up, f"{left} did not end"
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=1)


async def end_serving(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    """End a web server as its own end does, without the tenths of a second that it waits for others."""
    await end_tasks([serving])
    for listener in server.servers:
        listener.close()
    state, give_up = server.server_state, time.monotonic() + GENEROUS
    quiet = 0  # whoever was accepted at the last moment is listed some turns later, and may ask meanwhile
    while quiet < ACCEPTING or state.connections or state.tasks:
        assert time.monotonic() < give_up, "a connection did not end"
        for connection in list(state.connections):
            connection.shutdown()
        streams = set(state.tasks)
        await end_tasks(streams)
        await asyncio.gather(*streams, return_exceptions=True)  # what one failed with is not remarked on later
        for connection in list(state.connections):
            connection.transport.abort()
        quiet = 0 if streams else quiet + 1
        await asyncio.sleep(0)


class NatsServer:
    """nats-server as `up` configures it; what it keeps survives `kill`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "NatsServer":
        return self.run(nats_config(self.folder, self.port))

    def run(self, config: Path) -> "NatsServer":
        """Start it by this configuration and wait until it listens."""
        with (self.folder / "nats-server.log").open("ab") as log:
            command = [nats_server(), "-c", str(config)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + GENEROUS
        while not listening(self.port):
            assert self._process.poll() is None, (self.folder / "nats-server.log").read_text()
            assert time.monotonic() < until, "nats-server does not listen"
            time.sleep(0.003)
        return self

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Stop all of its threads for a while, as a debugger would: it answers nothing and no connection breaks."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)  # told once the last thread stands: until then one may still answer
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def restart_under(self, *buses: Bus) -> None:
        """Kill it and start it again, until every connection has noticed both."""
        self.kill()
        await until(lambda: not any(bus.nc.is_connected for bus in buses), "the lost connection")
        self.start()
        await self.serving(*buses)

    async def serving(self, *buses: Bus) -> None:
        """Wait until every connection is up again and JetStream answers over it."""
        for bus in buses:
            async with asyncio.timeout(GENEROUS):
                while not await bus.ready():  # noqa: ASYNC110 - the server is asked
                    await asyncio.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(GENEROUS)
            self._process = None


@dataclass
class Call:
    """One webhook as it arrived."""

    institution: str
    unit: str
    login: str
    id: str
    headers: dict[str, str] = field(repr=False)
    raw: bytes = field(repr=False)
    answered: int = 0
    at: float = field(default_factory=time.monotonic)

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.raw)["data"]

    @property
    def told(self) -> tuple[str, str, str]:
        """Give what a story speaks of: whom, in which duty, why."""
        return self.data["institution"], self.data["duty"], self.data["reason"]


class Sink:
    """A receiver of webhooks: `/institution/unit/login`. It can be told to fail, to hang, to be gone."""

    def __init__(self) -> None:
        self.calls: list[Call] = []  # every try that reached us
        self.answers: dict[str, int] = {}  # by institution, or "*"
        self.headers: dict[str, str] = {}  # of every answer
        self.hanging: set[str] = set()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._runner: web.AppRunner | None = None
        self._released = asyncio.Event()

    async def start(self) -> "Sink":
        app = web.Application()
        app.router.add_post("/{institution}/{unit}/{login}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        return self

    async def stop(self) -> None:
        """Be gone: connections are refused."""
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def release(self) -> None:
        """Let go of everybody who was left hanging."""
        self.hanging.clear()
        self._released.set()
        self._released = asyncio.Event()  # whoever hangs next waits for the next release

    @property
    def taken(self) -> list[Call]:
        """Give the calls that were answered with a success."""
        return [call for call in self.calls if call.answered == 200]

    async def _take(self, request: web.Request) -> web.Response:
        where = request.match_info
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = await request.read()
        call = Call(where["institution"], where["unit"], where["login"], headers["webhook-id"], headers, raw)
        self.calls.append(call)
        if {"*", call.institution} & self.hanging:
            await self._released.wait()
        call.answered = self.answers.get(call.institution, self.answers.get("*", 200))
        return web.Response(status=call.answered, headers=self.headers)
