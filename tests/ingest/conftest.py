"""Run one server for all tests here; each test gets its own door behind it."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from schemas.district import District
from services.ingest.app import Deps, create_app
from services.policy.loader import load_district
from services.policy.versions import Rules
from services.security.auth import Receipts
from services.security.devices import Devices
from services.security.keys import Keys
from tests.ingest.door import SECRET, TUBAN, Door, MemoryJournal
from tests.servers import GENEROUS, PORTS


@pytest.fixture(scope="session")
def tuban() -> District:
    return load_district(TUBAN)


@pytest.fixture(scope="session")
def _server(tuban: District) -> Iterator[tuple[Door, list[Any]]]:
    """Run one server for all tests; each test gets its own door behind it."""
    inside: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await inside[-1](scope, receive, send)

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for port in PORTS:
        try:
            listening.bind(("127.0.0.1", port))
            break
        except OSError:
            continue
    listening.listen(128)  # from now on a connection waits for the server rather than being refused
    config = uvicorn.Config(app, log_config=None, lifespan="off", http="httptools", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Door(MemoryJournal(), tuban, listening.getsockname()[1], Keys(SECRET, known={})), inside
    server.should_exit = True
    thread.join(GENEROUS)
    listening.close()


@pytest.fixture
def door(_server: tuple[Door, list[Any]], tmp_path: Path) -> Iterator[Door]:
    base, inside = _server
    fresh = Door(MemoryJournal(), base.district, base.port, Keys(SECRET, known={}))
    deps = Deps(
        journal=fresh.journal,
        keys=fresh.keys,
        receipts=Receipts(SECRET),
        rules=Rules.fixed(fresh.district),
        clock=lambda: fresh.now,
        base_url="http://kentongan.test",
        devices=Devices(SECRET),
        attachments=tmp_path,
    )
    inside.append(create_app(deps))
    yield fresh
    inside.pop()
