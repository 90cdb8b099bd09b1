"""Do things every so many seconds by the monotonic clock, and notice when the wall clock is moved.

A timer by the wall clock sleeps for as long as that clock was set back. Durations are counted on a clock that nobody
sets; only what is a date (a digest's hour, a shift) goes by the wall.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from services.runtime.logging import place_of
from services.runtime.watchdog import WATCHDOG

MOVED = timedelta(minutes=1)  # a wall clock that has gone by so much more or less than the seconds was set
log = logging.getLogger("kentongan.ticks")


async def every(seconds: float, what: str, act: Callable[[], Awaitable[object]], *, first: float | None = None) -> None:
    """Do `act` every so many seconds, for ever, never twice at once; what it raises is logged and ends nothing.

    The first time is after `first` seconds, else after as many as lie between the others.

    One that takes longer than a minute ends the process (services/runtime/watchdog.py).
    """
    await asyncio.sleep(seconds if first is None else first)
    while True:
        try:
            with WATCHDOG.watching(what):
                await act()
        except Exception as error:  # noqa: BLE001 - the next one tries again
            log.error("%s failed: %s", what, place_of(error))  # noqa: TRY400 - no words
        await asyncio.sleep(seconds)


def seconds_of_this_machine() -> float:
    """Count seconds that nobody sets; those in which the machine was suspended too, where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class ClockWatch:
    """Compare the wall clock with the seconds that have passed."""

    def __init__(self, wall: Callable[[], datetime], seconds: Callable[[], float] = seconds_of_this_machine) -> None:
        self._wall = wall
        self._seconds = seconds
        self._last = (wall(), seconds())

    def look(self) -> timedelta:
        """Give by how much the wall clock was moved since the last look, forwards or back; nothing below a minute."""
        wall, seconds = self._wall(), self._seconds()
        was, then = self._last
        moved = wall - was - timedelta(seconds=seconds - then)
        self._last = (wall, seconds)
        return moved if abs(moved) > MOVED else timedelta()
