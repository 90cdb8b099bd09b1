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
from services.runtime.disk import has_room, is_full
from services.runtime.signs import BUS_SECONDS, BUS_WORD, GONE_WORD, LIFE_WORD, LONGEST, REFUSES, SILENT

STEADY = 20.0  # seconds after which a process counts as having started well
# Seconds for which the bus may promise nothing although its disk has room. One that says no keeps the error of a write
# until it is started again, and may be told of at the next trial; one that is silent may only be slow, or stopped.
PATIENCE = {REFUSES: 4.0, SILENT: 15.0}
# One word alone says nothing of the time after it: it must have been said again so many seconds later, and have been
# repeated to within three of its turns of the end of the patience.
APART = 2.0
UNREPEATED = 3 * BUS_SECONDS
FIRST_PAUSE = 0.1
MOST_REFUSALS = 300.0  # seconds between starts of a bus that goes on refusing
LONGEST_PAUSE = 5.0  # seconds between starts of a process that keeps ending


@dataclass(frozen=True)
class Said:
    """One word about the bus that a service repeats: when it said it first and when it said it last."""

    first: float
    last: float

    def covers(self, patience: float, now: float) -> bool:
        """Say whether it has been true for longer than so many seconds, as far as words can show it."""
        return now - self.first > patience and self.last - self.first >= max(APART, patience - UNREPEATED)


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
    pause: float = FIRST_PAUSE
    start_at: float = 0.0
    ended: int | None = None  # exit code of its last end
    log: IO[bytes] | None = field(default=None, repr=False)
    heard: float | None = None  # when it last gave a sign of life, once it has given one
    without: dict[str, Said] = field(default_factory=dict)  # how the bus promises nothing, it says, and since when
    anew: float = float("-inf")  # what it said of the bus up to then was of another one, or of a disk without room
    misses: bool = False  # its consumer, or a stream, is not there, it says
    _signs: socket.socket | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; it dies with us even if we are killed."""
        self.started = time.monotonic()
        self.heard = None
        self.without = {}
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
        self.pause = FIRST_PAUSE if now - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
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
            self.take(words, now)

    def take(self, words: Sequence[str], now: float) -> None:
        """Take in one message of its words."""
        if LIFE_WORD in words:
            self.heard = now
        self.misses = self.misses or GONE_WORD in words
        for word in words:
            if word.startswith(f"{BUS_WORD}="):
                how = word.partition("=")[2]
                before = self.without.get(how)
                first = before.first if before and before.first > self.anew else now
                self.without = {how: Said(first, now)} if how in PATIENCE else {}

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
    """Ends what runs and does not work: a service without signs of life, a bus that promises nothing.

    A bus whose disk was full is ended as soon as there is room: nats-server keeps the error of a write that failed for
    each stream until it is started anew, also for those that nobody tries.
    """

    bus: Child
    services: Sequence[Child]
    folders: Sequence[Path]  # of the store and of the bus
    longer: float = 1.0  # by so much its patience has grown with each start that did not help
    low: bool = False  # whether its disk had too little room at the last look
    low_at: float = float("-inf")  # when that was last
    full_at: float = float("-inf")  # and when it had none

    def look(self, now: float) -> None:
        """Look once; whatever is ended here is started again as anything that ends."""
        for child in self.services:
            child.hear(now)
            if child.hangs(now):
                print(f"{child.name} gives no sign of life; ending it", file=sys.stderr, flush=True)
                child.kill()
        if self._has_room(now):
            self._look_at_bus(now)

    def _has_room(self, now: float) -> bool:
        if any(is_full(folder) for folder in self.folders):
            self.full_at = now
        if all(has_room(folder) for folder in self.folders):
            if self.low:
                for child in (self.bus, *self.services):  # what ended for want of room need not wait any longer
                    child.pause, child.start_at = FIRST_PAUSE, min(child.start_at, now)
            self.low = False
            return True
        self.low, self.low_at = True, now
        return False

    def _look_at_bus(self, now: float) -> None:
        if self.bus.process is None:
            return
        if self.full_at > self.bus.started:
            self._end("the disk of the bus was full and has room again; starting it anew")
            return
        for child in self.services:
            child.anew = max(self.bus.started, self.low_at)
        if not any(child.without for child in self.services):
            self.longer = 1.0
        elif any(
            said.first > child.anew and said.covers(min(PATIENCE[how] * self.longer, MOST_REFUSALS), now)
            for child in self.services
            for how, said in child.without.items()
        ):
            self._end("the bus promises nothing though its disk has room; ending it")
            self.longer *= 2

    def _end(self, why: str) -> None:
        print(why, file=sys.stderr, flush=True)
        self.bus.pause = FIRST_PAUSE
        self.bus.kill()
