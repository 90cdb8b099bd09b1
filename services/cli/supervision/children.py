"""Start processes, hear their signs of life, start again what has ended and end what hangs.

Only the standard library is imported here, or what needs nothing else (services/cli/up.py).
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from services.cli.supervision.fork_server import Forked, ForkServer
from services.runtime.disk import has_room
from services.runtime.signs import BUS_WORD, GONE_WORD, LIFE_WORD, LONGEST

STEADY = 20.0  # seconds after which a process counts as having started well
REFUSES = 15.0  # seconds for which the bus may promise nothing although its disk has room
AFTER_FULL = 4.0  # and for which it may after its disk was full: it keeps its write error until it is started again
MOST_REFUSALS = 300.0  # seconds between starts of a bus that goes on refusing
LONGEST_PAUSE = 5.0  # seconds between starts of a process that keeps ending


@dataclass
class Child:
    """One process that must be running."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    words: Sequence[str] = ()  # what it runs in an office's words, where the fork server may fork it
    fork_server: ForkServer | None = field(default=None, repr=False)
    process: subprocess.Popen[bytes] | Forked | None = None
    started: float = 0.0
    pause: float = 0.1
    start_at: float = 0.0
    ended: int | None = None  # exit code of its last end
    log: IO[bytes] | None = field(default=None, repr=False)
    heard: float | None = None  # when it last gave a sign of life, once it has given one
    refuses_since: float | None = None  # since when it has said that the bus promises nothing
    misses: bool = False  # its consumer is not there, it says
    _signs: socket.socket | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; it dies with us even if we are killed."""
        self.started = time.monotonic()
        self.heard = self.refuses_since = None
        self.misses = False
        self._listen()
        if self.fork_server is not None and self.words:
            self.process = self.fork_server.fork(self.words, self.environment, *([self.log] if self.log else []))
            if self.process is not None:
                return
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            list(self.command),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has no threads
        )

    def watch(self, now: float) -> str | None:
        """Start it again when it has ended; returns a sentence when it did."""
        if self.process is None:
            if now >= self.start_at and not (self.fork_server is not None and self.fork_server.loads()):
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.pause = 0.1 if now - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        self.process, self.start_at, self.ended = None, now + self.pause, code
        return f"{self.name} ended ({code}); starting it again"

    def _listen(self) -> None:
        """Hear its signs of life, where the system has names for sockets that are no files (Linux)."""
        if self._signs is not None or not sys.platform.startswith("linux"):
            return
        name = f"kentongan-{os.getpid()}-{self.name}"
        self._signs = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._signs.setblocking(False)  # noqa: FBT003 - the standard library's own word
        self._signs.bind(f"\0{name}")
        self.environment = {**self.environment, "NOTIFY_SOCKET": f"@{name}"}

    def hear(self, now: float) -> None:
        """Take in what it has told us."""
        while self._signs is not None:
            try:
                words = self._signs.recv(512).decode("ascii", "replace").splitlines()
            except BlockingIOError:
                return
            if LIFE_WORD in words:
                self.heard = now
            self.misses = self.misses or GONE_WORD in words
            if f"{BUS_WORD}=ok" in words:
                self.refuses_since = None
            elif f"{BUS_WORD}=refuses" in words and self.refuses_since is None:
                self.refuses_since = now

    def hangs(self, now: float) -> bool:
        """Say whether it runs and has given no sign of life for too long."""
        return self.process is not None and self.heard is not None and now - self.heard > LONGEST

    def kill(self) -> None:
        """End it outright: it may be stopped, and would not hear anything else."""
        if self.process is not None:
            self.process.kill()

    def stop(self, patience: float) -> None:
        """Ask it to end, and make it end after `patience` seconds."""
        if self._signs is not None:
            self._signs.close()
            self._signs = None
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _die_with_parent() -> None:
    os.setpgrp()  # Ctrl-C reaches us alone; we stop the others in order
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG, Linux


@dataclass
class Steward:
    """Ends what runs and does not work: a service without signs of life, a bus that promises nothing."""

    bus: Child
    services: Sequence[Child]
    data: Path
    patience: float = REFUSES
    full_at: float = float("-inf")  # when its disk was full last

    def look(self, now: float) -> None:
        """Look once; whatever is ended here is started again as anything that ends."""
        for child in self.services:
            child.hear(now)
            if child.hangs(now):
                print(f"{child.name} gives no sign of life; ending it", file=sys.stderr, flush=True)
                child.kill()
        since = [child.refuses_since for child in self.services if child.refuses_since is not None]
        if not since:
            self.patience = REFUSES
            return
        if not has_room(self.data):
            self.full_at = now
        was_full = now - self.full_at < LONGEST
        patience = AFTER_FULL if was_full else self.patience
        if self.bus.process is not None and now - max(min(since), self.bus.started, self.full_at) > patience:
            print("the bus promises nothing though its disk has room; ending it", file=sys.stderr, flush=True)
            self.bus.kill()
            self.patience = min(self.patience * 2, MOST_REFUSALS)
            self.full_at = float("-inf")
