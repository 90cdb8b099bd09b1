"""`kentongan up` as a user runs it, in processes of its own that may be killed at any instant."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiohttp

from schemas.district import District
from tests.kill import office_commands
from tests.servers import free_port

WORDS = {
    "nats-server": "nats-server.conf",
    "ingest": "serve ingest",
    "triage": "serve triage",
    "notify": "serve notify",
    "fork_server": "supervision.fork_server import run",
}
KENTONGAN = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
MOVED_CLOCK = Path(__file__).parents[1] / "chaos" / "moved_clock"
PATIENCE = 180.0  # seconds for anything to come about


class Installation:
    """One installation in a folder; every delivery of a lead goes to `divert`, where there is one."""

    def __init__(self, folder: Path, divert: str, **more: str) -> None:
        self.data, self.log = folder / "data", folder / "up.log"
        self.port, self.nats_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.divert, self.store_url = divert, more.get("KENTONGAN_STORE_URL", "")
        self.options: tuple[str, ...] = ()  # further words of `up`
        self.ended: int | None = None  # exit code of the last stop
        self._clock = folder / "clock"  # seconds by which its wall clock is wrong
        self.clock = {"PYTHONPATH": str(MOVED_CLOCK), "CHAOS_CLOCK": str(self._clock)}
        self._up: subprocess.Popen[bytes] | None = None
        self.environment = (
            {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
            | {"KENTONGAN_NATS_URL": f"nats://127.0.0.1:{self.nats_port}", "KENTONGAN_ACK_WAIT": "3"}
            | {"KENTONGAN_LANGUAGE": "en"}  # what commands say is read here
            | self.clock
            | more
        )

    def move_clock(self, seconds: float) -> None:
        """Let the wall clock of all its processes be wrong by so much from now on."""
        written = self._clock.with_suffix(".new")
        written.write_text(str(seconds), encoding="ascii")
        written.rename(self._clock)

    @property
    def _words(self) -> list[str]:
        words = ["up", "--data", str(self.data), "--port", str(self.port), "--nats-port", str(self.nats_port)]
        divert = ["--divert", self.divert] if self.divert else []
        return [*KENTONGAN, *words, *divert, "--duties", "lead", *self.options]

    def refused_start(self) -> str:
        """Start it where it must refuse to; gives what it says."""
        told = subprocess.run(
            self._words, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert told.returncode != 0, told.stdout
        return told.stdout + told.stderr

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.begin()
        assert self._up is not None
        async with aiohttp.ClientSession() as client:
            until = time.monotonic() + PATIENCE
            while not await self._answers(client):
                assert self._up.poll() is None, self.log.read_text()
                assert time.monotonic() < until, self.log.read_text()
                await asyncio.sleep(0.05)

    def begin(self) -> None:
        """Start it and wait for nothing."""
        self._up = self._begin(self._words)

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    async def _answers(self, client: aiohttp.ClientSession) -> bool:
        try:
            async with client.get(f"{self.url}/healthz") as told:
                return told.status == 200
        except aiohttp.ClientError:
            return False

    @contextlib.asynccontextmanager
    async def stopped_at_the_end(self) -> AsyncIterator[Self]:
        """Start nothing; what was begun is stopped at the end."""
        try:
            yield self
        except BaseException as error:
            await self.__aexit__(type(error))
            raise
        await self.__aexit__(None)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            self.stop()  # else it would run on beside all later tests
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # what a failed test needs to be understood
            print(self.log.read_text()[-2000:])
            for log in sorted((self.data / "log").glob("*.log")):
                print(log.name, log.read_text()[-3000:])
        self.ended = self.stop()

    async def reporter(self) -> str:
        """Make a reporter's key."""
        code, said = await self.run("key", "add", "pelapor", "--role", "reporter", "--reliability", "B")
        assert code == 0, said
        return said.strip()

    async def reader(self) -> str:
        """Make the key of a program that reads the figures."""
        code, said = await self.run("key", "add", "pembaca", "--role", "auditor")
        assert code == 0, said
        return said.strip()

    def stop(self) -> int:
        """Stop it as Ctrl-C does; gives the exit code."""
        if self._up is None:
            return 0
        self._up.send_signal(signal.SIGTERM)
        code = self._up.wait(PATIENCE)
        self._up = None
        return code

    def kill_supervisor(self) -> None:
        """Kill `up` itself outright; the processes it watched over must end without it."""
        assert self._up is not None
        children = [self.pid(what) for what in WORDS]
        self._up.kill()
        self._up.wait(PATIENCE)
        self._up = None
        until = time.monotonic() + PATIENCE
        while any(child and _runs(child) for child in children):
            assert time.monotonic() < until, "processes outlived their supervisor"
            time.sleep(0.02)

    def pid(self, what: str) -> int | None:
        """Find a child of `up` by what it runs; None while there is none."""
        assert self._up is not None
        children = Path(f"/proc/{self._up.pid}/task/{self._up.pid}/children").read_text().split()
        for child in children:
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if WORDS[what] in words:
                return int(child)
        return None

    def pids(self) -> list[int]:
        """Give `up` and the processes right under it."""
        assert self._up is not None
        children = Path(f"/proc/{self._up.pid}/task/{self._up.pid}/children").read_text().split()
        return [self._up.pid, *map(int, children)]

    def environment_of(self, what: str) -> list[str]:
        """Give the environment with which one of its processes was started, `NAME=value` each."""
        return Path(f"/proc/{self.pid(what)}/environ").read_text().split("\0")

    async def kill(self, what: str) -> None:
        """Kill one process outright and wait until another stands in its place."""
        until = time.monotonic() + PATIENCE
        while (victim := self.pid(what)) is None:
            assert time.monotonic() < until, f"{what} does not run"
            await asyncio.sleep(0.02)
        os.kill(victim, signal.SIGKILL)
        while self.pid(what) in (None, victim):
            assert time.monotonic() < until, f"{what} was not started again"
            await asyncio.sleep(0.02)

    async def run(self, *words: str) -> tuple[int, str]:
        """Run an office command on it; gives the exit code and what it said."""
        return await office_commands.run((*words, "--data", str(self.data)), self.environment)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, and waiting for somebody to ask


def reports(number: int, district: District) -> list[dict[str, Any]]:
    """Make reports of many places and kinds, some of them copies of one another."""
    desa = [place for place in district.places.values() if place.kind in ("desa", "kelurahan")]
    deeds = (
        "Bentrok dua kelompok pemuda perguruan silat, saling lempar batu, {n} orang luka",
        "Warga memblokade jalan tambang, massa sekitar {n} orang",
        "Perusakan rumah warga oleh sekitar {n} orang tak dikenal",
        "Konvoi perguruan silat sekitar {n} motor, belum ada gesekan",
        "Warga resah kabar akan ada tawuran, {n} pemuda berkumpul",
    )
    made = []
    for count in range(number):
        told = count - 1 if count % 4 == 3 else count  # every fourth is a copy of the one before
        place = desa[(told * 7) % len(desa)]
        text = f"{deeds[told % len(deeds)].format(n=told % 40 + 3)}, di Desa {place.name}."
        made.append({"text": text, "kecamatan": place.kecamatan, "desa": place.code, "basis": "saw"})
    return made
