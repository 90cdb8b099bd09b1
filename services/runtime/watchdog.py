"""End a process that hangs, and tell whoever supervises it that it does not.

Two looks: a thread of our own sees work that takes longer than it may (a tick, a batch) and a loop that has stopped,
and ends the process; and the supervisor hears a sign of life every few seconds (sd_notify's protocol, which systemd and
`kentongan up` both speak), and ends a process that gives none. Seconds are counted, not measured: a process that was
stopped as a whole (SIGSTOP, a suspended machine) has lost no time of its own.
"""

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

from services.runtime.signs import BUS_SECONDS, BUS_WORD, HUNG, LIFE_WORD, LONGEST, SIGN_SECONDS

log = logging.getLogger("kentongan.watchdog")


class Watchdog:
    """Counts the seconds of work under way; `end` is what happens to the process when one takes too long."""

    def __init__(self, longest: int = LONGEST, end: Callable[[int], None] = os._exit, second: float = 1.0) -> None:
        self._longest = longest
        self._end = end
        self._second = second
        self._lock = threading.Lock()
        self._work: dict[int, tuple[str, int]] = {}  # number of the work -> what it is, seconds so far
        self._number = 0
        self._thread: threading.Thread | None = None

    def begin(self, what: str) -> int:
        """Count the seconds of some work from now on; gives its number."""
        with self._lock:
            self._number += 1
            self._work[self._number] = (what, 0)
            if self._thread is None:
                self._thread = threading.Thread(target=self._count, name="watchdog", daemon=True)
                self._thread.start()
            return self._number

    def end(self, number: int) -> None:
        """Count it no longer."""
        with self._lock:
            self._work.pop(number, None)

    def again(self, number: int) -> None:
        """Begin its seconds anew: it has got on."""
        with self._lock:
            if number in self._work:
                self._work[number] = (self._work[number][0], 0)

    @contextlib.contextmanager
    def watching(self, what: str) -> Iterator[Callable[[], None]]:
        """Watch over a block; what is given begins its seconds anew."""
        number = self.begin(what)
        try:
            yield lambda: self.again(number)
        finally:
            self.end(number)

    def look(self) -> str | None:
        """Count one second of everything under way; gives what has taken too long."""
        with self._lock:
            self._work = {number: (what, seconds + 1) for number, (what, seconds) in self._work.items()}
            return next((what for what, seconds in self._work.values() if seconds > self._longest), None)

    def _count(self) -> None:
        while True:
            time.sleep(self._second)
            if (what := self.look()) is not None:
                log.error("%s has taken longer than %d s: ending, to be started again", what, self._longest)
                self._end(HUNG)
                return


WATCHDOG = Watchdog()  # of this process


class Alive:
    """Signs of life of one process to its supervisor; `name` is for the log."""

    def __init__(self, name: str, watchdog: Watchdog = WATCHDOG) -> None:
        self._name = name
        self._watchdog = watchdog
        self._address = os.environ.get("NOTIFY_SOCKET", "")

    async def run(self) -> None:
        """Give signs of life for ever, as long as the loop runs."""
        with self._watchdog.watching(f"the loop of {self._name}") as still:
            self.tell("READY=1")
            while True:
                still()
                self.tell(LIFE_WORD)
                await asyncio.sleep(SIGN_SECONDS)

    async def tell_of(self, keeps: Callable[[], Awaitable[str]], ready: Callable[[], Awaitable[bool]]) -> None:
        """Tell the supervisor every few seconds whether the bus keeps what it is told; and see whether all is ready."""
        while True:
            await asyncio.sleep(BUS_SECONDS)
            self.tell(f"{BUS_WORD}={await keeps()}")
            await ready()  # for the figures

    def tell(self, words: str) -> None:
        """Send words to the supervisor, if there is one that listens."""
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.settimeout(0)
            speaker.sendto(words.encode(), address)
