"""Start what is measured: the real line, and the peers it is compared with."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from schemas.vocabulary import Role, Scope
from services.cli.up import nats_config, nats_server
from services.runtime.bus_users import passwords_of
from services.runtime.listening import fault_of
from services.security import auth
from services.security.keys import own_program
from services.security.secret import load_secret
from services.store.database import Store
from tests.bench.database import Database, fresh
from tests.bench.machine import holder
from tests.bench.wire import Sink

HTTP, BUS = 18_080, 14_222
PARTITIONS = 2  # for each worker of several (docs/scale.md)
# Seconds after the start in which every service comes up before its idle memory is read; leases of partitions are shared
# out a little later.
SETTLED, LEASED = 3.0, 12.0


@dataclass(frozen=True)
class Rig:
    """A running line to be measured: its root process, its key, its sink and its folder."""

    process: int
    key: str
    sink: Sink
    folder: Path  # of everything it keeps
    store: Database | None = None  # None of a peer, which keeps nothing
    more: tuple[int, ...] = ()  # processes beside that root

    @property
    def roots(self) -> tuple[int, ...]:
        """Give the processes from which all others of the line descend."""
        return (self.process, *self.more)


def taken() -> str | None:
    """Say who listens where the lines are to: one that an earlier run has left would be measured in their place."""
    for port in (HTTP, BUS):
        if fault_of("127.0.0.1", port):
            return f"Port {port} of the bench is taken by {holder(port) or 'another program'}. End it first."
    return None


def key_of(url: str, folder: Path) -> str:
    """List a key of the bench's own."""
    identity = auth.Identity("bench", "bench", Role.REPORTER, scopes=frozenset({Scope.FILE}))
    store = Store(url)
    try:
        return store.write_now(lambda tx: own_program(tx, load_secret("", folder), identity))
    finally:
        store.close()


@contextlib.asynccontextmanager
async def line(store: str, duties: str, *more: str, workers: int = 1) -> AsyncIterator[Rig]:
    """Start the real thing in an empty folder with an empty store, diverted to a sink; `workers` triage and notify each."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-bench-"))
    sink = Sink()
    address = await sink.open()
    words = ["up", "--data", str(folder), "--port", str(HTTP), "--nats-port", str(BUS), "--divert", address]
    try:
        with fresh(store, folder) as database:
            own = {"KENTONGAN_STORE_URL": database.url} if store else {}
            if workers > 1:
                own["KENTONGAN_PARTITIONS"] = str(PARTITIONS * workers)
            words += [*(["--duties", duties] if duties else []), *more]
            async with started(words, own) as root:
                await listening(HTTP)
                others = [(service, number) for service in ("triage", "notify") for number in range(2, workers + 1)]
                async with contextlib.AsyncExitStack() as beside:
                    more_roots = [
                        await beside.enter_async_context(
                            started(["serve", service], own | _of_worker(folder, service, number, address, duties))
                        )
                        for service, number in others
                    ]
                    key = await asyncio.to_thread(key_of, database.url, folder)
                    await asyncio.sleep(LEASED if others else SETTLED)
                    yield Rig(root, key, sink, folder, database, tuple(more_roots))
    finally:
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


def _of_worker(folder: Path, service: str, number: int, address: str, duties: str) -> dict[str, str]:
    """Give the settings of a worker beside those that `up` has started, as a unit of systemd would have them."""
    bus = f"nats://{service}:{passwords_of(folder)[service]}@127.0.0.1:{BUS}"
    found = {"DATA": str(folder), "INSTANCE": str(number), "NATS_URL": bus, "DIVERT": address, "PORT": str(HTTP)}
    return {f"KENTONGAN_{name}": value for name, value in found.items()} | (
        {"KENTONGAN_DUTIES": duties} if duties else {}
    )


@contextlib.asynccontextmanager
async def started(words: list[str], own: dict[str, str]) -> AsyncIterator[int]:
    """Run one command of ours until the block ends; gives its process."""
    program = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *program, *words, env={**os.environ, **own}, stdout=quiet, stderr=quiet
    )
    try:
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def peer(*parts: str, module: str) -> AsyncIterator[Rig]:
    """Start what the line is compared with, on the same nats-server settings; its door is the last of its parts."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-peer-"))
    sink = Sink()
    address = await sink.open()
    url = f"nats://127.0.0.1:{BUS}"
    begun = [
        f"{sys.executable} -m tests.bench.{module} {part} {url} {HTTP if part == 'post' else address}" for part in parts
    ]
    script = f"{nats_server()} -c {nats_config(folder, BUS)} & sleep 1; " + " & ".join([*begun, "wait"])
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        await listening(HTTP)
        await asyncio.sleep(1)
        yield Rig(process.pid, "", sink, folder)
    finally:
        os.killpg(process.pid, 15)
        await process.wait()
        await _silent(HTTP, BUS)  # the shell ends before its bus does; the next line finds its ports free
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _silent(*ports: int) -> None:
    for port in ports:
        with contextlib.suppress(OSError):
            while True:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await asyncio.sleep(0.1)


async def listening(port: int) -> None:
    """Wait until somebody listens on a port."""
    for _ in range(1800):  # a busy machine takes its time
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise OSError(f"nothing listens on port {port}")
