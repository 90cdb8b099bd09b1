"""The shipped cluster on one machine, without containers: three buses over TLS, PostgreSQL, two of each service.

Configuration comes from deploy/ (nats/cluster.conf, certificates, the roles of postgres/roles.sh); only addresses differ.
What supervises in production (`restart: unless-stopped`) starts again here what ended by itself; for what a scenario
killed, that decides when (`revive`).
"""

import asyncio
import contextlib
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import nats
import psycopg
from nats.aio.client import Client

from services.bus.accounts import CLUSTER, conf
from services.bus.partitions.bucket import holders
from services.cli.up import nats_server
from services.store.rights import PREFIX, ROLES
from tests.servers import free_port, listening

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
KENTONGAN = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
NODES = ("nats-1", "nats-2", "nats-3")
WORKERS = tuple(f"{service}-{number}" for service in ("ingest", "triage", "notify") for number in (1, 2))
USERS = ("ingest", "triage", "notify", "console", "office", "deploy")
# Several for each worker of triage and notify: whoever is killed leaves some, which its equal takes over.
PARTITIONS = int(os.environ.get("KENTONGAN_CLUSTER_PARTITIONS", "4"))
PATIENCE = 180.0  # seconds for anything to come about


class Cluster:
    """Three buses, one database, two of each worker; every delivery of a lead goes to `divert`."""

    def __init__(self, folder: Path, database: str, divert: str) -> None:
        self.folder = folder
        self.tls = folder / "tls"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._away: set[str] = set()  # killed, until a scenario revives them
        self._supervising: asyncio.Task[None] | None = None
        self.ports = {name: free_port() for name in (*NODES, "ingest-1", "ingest-2", "console")}
        self._routes = {name: free_port() for name in NODES}
        self._database, self._divert = database, divert

    # -- addresses ---------------------------------------------------------------------------------------------------

    @property
    def doors(self) -> list[str]:
        """Give the addresses of the two front doors."""
        return [f"http://127.0.0.1:{self.ports[name]}" for name in ("ingest-1", "ingest-2")]

    def _store(self, role: str) -> str:
        parts = urlsplit(self._database)
        place = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{PREFIX}{role}:secretof{role}@{place}").geturl()

    def _environment(self, user: str) -> dict[str, str]:
        servers = ",".join(f"tls://{user}:secretof{user}@localhost:{self.ports[name]}" for name in NODES)
        own = {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
        given = {
            "NATS_URL": servers,
            "NATS_CA": str(self.tls / "ca.pem"),
            "REPLICAS": "3",
            "PARTITIONS": str(PARTITIONS),
            "STORE_URL": self._database if user == "deploy" else self._store(user),
            "SECRET": "a secret of the cluster test, long enough to be one",
            "MASTER_KEY": "a master of the cluster test, long enough to be one",
            "DATA": str(self.folder / "data" / user),
            "ACK_WAIT": "3",
            "DIVERT": self._divert,
            "DUTIES": "lead",
        }
        return own | {f"KENTONGAN_{name}": value for name, value in given.items()}

    # -- starting and ending -----------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            self.stop()
            raise
        self._supervising = asyncio.create_task(self._supervise())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stop()
        if kind is not None:  # what a failed test needs to be understood
            for log in sorted(self.folder.glob("*.log")):
                print(log.name, log.read_text(errors="replace")[-2500:])

    async def _start(self) -> None:
        making = [sys.executable, str(DEPLOY / "certificates"), str(self.tls), *NODES]
        await asyncio.to_thread(subprocess.run, making, check=True)
        for node in NODES:
            self.revive(node)
        await self.wait_for(lambda: all(listening(self.ports[node]) for node in NODES), "the three buses")
        with psycopg.connect(self._database.replace("+psycopg", ""), autocommit=True) as admin:
            for (
                role
            ) in ROLES:  # as deploy/postgres/roles.sh does; roles belong to the server, so a test before may have
                admin.execute(
                    f"DO $$ BEGIN CREATE ROLE {PREFIX}{role} LOGIN PASSWORD 'secretof{role}'; "
                    "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                )
        said = await self.run("db", "prepare", user="deploy")
        assert said[0] == 0, said[1]
        self.revive("declare")
        for worker in (*WORKERS, "console"):
            self.revive(worker)
        await self.serving()

    def revive(self, name: str) -> None:
        """Start a process that does not run."""
        self._away.discard(name)
        if name in self.processes and self.processes[name].poll() is None:
            return
        if name in NODES:
            command, environment = [nats_server(), "-c", str(self._node(name))], self._node_environment(name)
        elif name == "declare":
            command, environment = [*KENTONGAN, "bus", "declare", "--keep"], self._environment("deploy")
        else:
            service, _, number = name.partition("-")
            environment = self._environment(service) | {"KENTONGAN_INSTANCE": number or "1"}
            environment["KENTONGAN_PORT"] = str(self.ports.get(name) or free_port())
            command = [*KENTONGAN, "serve", service]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def _node(self, name: str) -> Path:
        text = (DEPLOY / "nats" / "cluster.conf").read_text(encoding="utf-8")
        text = text.replace("port: 4222", f'host: "127.0.0.1"\nport: {self.ports[name]}')
        text = text.replace("port: 6222", f'host: "127.0.0.1"\n    port: {self._routes[name]}')
        for node in NODES:
            text = text.replace(f"nats://{node}:6222", f"nats://localhost:{self._routes[node]}")
        words = {user: f"$NATS_PASSWORD_{user.upper()}" for user in USERS}
        (self.folder / "accounts.conf").write_text(conf(CLUSTER, words, PARTITIONS))  # as `bus accounts` prints it
        path = self.folder / f"{name}.conf"
        path.write_text(text)
        return path

    def _node_environment(self, name: str) -> dict[str, str]:
        passwords = {f"NATS_PASSWORD_{user.upper()}": f"secretof{user}" for user in USERS}
        own = {"NATS_NAME": name, "NATS_STORE": str(self.folder / name)}
        own |= {"NATS_CERT": f"{self.tls}/{name}.pem", "NATS_KEY": f"{self.tls}/{name}.key"}
        return {**os.environ, **passwords, **own, "NATS_CA": f"{self.tls}/ca.pem"}

    def kill(self, name: str) -> None:
        """Kill one process outright; it stays away until it is revived."""
        self._away.add(name)
        self.processes[name].kill()
        self.processes[name].wait(PATIENCE)

    async def restart(self, name: str) -> None:
        """End one process in order, start it again, and wait until it serves."""
        self._away.add(name)
        self.processes[name].terminate()
        await asyncio.to_thread(self.processes[name].wait, PATIENCE)
        self.revive(name)
        if name in self.ports:
            await self.wait_for(lambda: listening(self.ports[name]), name)
            await self.serving()

    async def _supervise(self) -> None:
        """Start again what has ended by itself, as a worker does whose consumer has had no majority for long."""
        while True:
            await asyncio.sleep(0.5)
            for name, process in tuple(self.processes.items()):
                if name not in self._away and process.poll() is not None:
                    self.revive(name)

    def stop(self) -> None:
        """End everything, services first."""
        if self._supervising is not None:
            self._supervising.cancel()
        order = [name for name in self.processes if name not in NODES] + [n for n in NODES if n in self.processes]
        for group in ([n for n in order if n not in NODES], [n for n in order if n in NODES]):
            for name in group:
                if self.processes[name].poll() is None:
                    self.processes[name].send_signal(signal.SIGTERM)
            for name in group:
                try:
                    self.processes[name].wait(45)
                except subprocess.TimeoutExpired:
                    self.processes[name].kill()
                    self.processes[name].wait(PATIENCE)

    # -- asking ------------------------------------------------------------------------------------------------------

    async def wait_for(self, condition: Any, what: str) -> None:
        """Wait until something holds."""
        until = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < until, f"{what} did not come about"
            await asyncio.sleep(0.05)

    async def serving(self) -> None:
        """Wait until both front doors are ready."""
        until = time.monotonic() + PATIENCE
        async with aiohttp.ClientSession() as client:
            for door in self.doors:
                while not await _ready(client, door):
                    assert time.monotonic() < until, f"{door} is not ready"
                    await asyncio.sleep(0.1)

    async def ready(self, client: aiohttp.ClientSession) -> bool:
        """Say whether any front door says now that it would promise a report."""
        return any([await _ready(client, door) for door in self.doors])

    async def run(self, *words: str, user: str = "office") -> tuple[int, str]:
        """Run an office command; gives the exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            *KENTONGAN,
            *words,
            env=self._environment(user),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    @contextlib.asynccontextmanager
    async def _connected(self, user: str) -> AsyncIterator[Client]:
        trusting = ssl.create_default_context(cafile=str(self.tls / "ca.pem"))
        servers = [f"tls://{user}:secretof{user}@localhost:{self.ports[name]}" for name in NODES]
        connection = await nats.connect(servers, tls=trusting, inbox_prefix=f"_INBOX_{user}".encode())
        try:
            yield connection
        finally:
            await connection.close()

    async def leader_of(self, stream: str) -> str:
        """Ask, as the one that declares, which bus leads a stream."""
        async with self._connected("deploy") as connection:
            found = await connection.jetstream().stream_info(stream)
            assert found.cluster is not None
            assert found.cluster.leader is not None
            return found.cluster.leader

    async def kill_and_see_taken_over(self, name: str) -> float:
        """Kill a worker that holds partitions; gives the seconds until others have them, 0 where none are leased."""
        if PARTITIONS == 1:
            self.kill(name)
            return 0.0
        service = name.partition("-")[0]
        async with self._connected("office") as connection:
            held = await holders(connection, service, PARTITIONS)
            own = {one for one, holder in held.items() if holder.startswith(f"{name}-")}
            assert own, (name, held)
            killed = {held[one] for one in own}
            self.kill(name)
            began = time.monotonic()
            while time.monotonic() - began < PATIENCE:
                held = await holders(connection, service, PARTITIONS)
                if len(held) == PARTITIONS and not killed & set(held.values()):
                    return time.monotonic() - began
                await asyncio.sleep(0.05)
        raise AssertionError(f"nobody has taken over from {name}: {held}")


async def _ready(client: aiohttp.ClientSession, door: str) -> bool:
    try:
        async with client.get(f"{door}/readyz", timeout=aiohttp.ClientTimeout(5)) as told:
            return told.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
