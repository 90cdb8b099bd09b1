"""Look at the bus from outside of it: whether it promises, who lags behind, and whether it has lost anything.

The auditor asks here what the store cannot know; without an answer there is no ping for the outside watcher.
"""

import time
from collections.abc import Callable, Collection

from services.bus import Bus, BusUnavailable
from services.notify.watchdog.invariants import Finding
from services.store.database import Store
from services.store.stream_marks import marks, missing, take_in

LAG_SECONDS = 60.0  # a consumer that has something before it for so long, and takes nothing, does not work


class BusWatch:
    """What one notifier has seen of the bus; `seconds` is a monotonic clock."""

    def __init__(self, bus: Bus, store: Store, seconds: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._store = store
        self._seconds = seconds
        self._alone: dict[str, float] = {}  # partition that no worker has -> since when
        self._progress: dict[str, tuple[int, float]] = {}  # consumer -> messages it is done with, and since when

    async def look(self) -> list[Finding]:
        """Give what is wrong with the bus; raises StoreUnavailable."""
        found = [] if await self._bus.ready() else [Finding("bus_refuses", "bus")]
        before = await self._store.read(marks)
        try:
            seen = await self._bus.marks()
            load = await self._bus.load()
            beyond = await self._bus.beyond()
        except BusUnavailable:
            return found or [Finding("bus_refuses", "bus")]
        await self._store.write(lambda tx: take_in(tx, before, seen, "auditor"))
        lost = await self._store.read(missing)
        found += [Finding("bus_lost", row["stream"]) for row in lost]
        found += [Finding("consumer_beyond", durable) for durable in beyond]
        found += [Finding("lagging", durable) for durable in self._lagging(load.done, load.waits)]
        found += [Finding("unheld", durable) for durable in self._unheld(load.unheld or ())]
        letters = load.streams["DEADLETTERS"][0]
        return [*found, Finding("dead_letters", str(letters))] if letters else found

    def _unheld(self, found: Collection[str]) -> list[str]:
        """Give the partitions that no worker has had for a while: a moment passes at each start and each kill."""
        now = self._seconds()
        self._alone = {durable: self._alone.get(durable, now) for durable in sorted(found)}
        return [durable for durable, since in self._alone.items() if now - since >= LAG_SECONDS]

    def _lagging(self, done: dict[str, int], waits: dict[str, int]) -> list[str]:
        now, late = self._seconds(), []
        for durable, number in done.items():
            before, since = self._progress.get(durable, (-1, now))
            if number != before or not waits[durable]:
                self._progress[durable] = (number, now)
            elif now - since >= LAG_SECONDS:
                late.append(durable)
        return late
