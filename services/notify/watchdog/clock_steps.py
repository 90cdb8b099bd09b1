"""Notice that the wall clock was moved, write it down, tell the coordinator, and move every timer along with it.

Timers are instants of the wall clock that stand for durations: a ladder that had nine minutes to go still has nine
minutes to go, whatever the clock says now. So nobody is woken by a clock, and nothing sleeps for as long as it was set
back. A clock that is put right again moves them back.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from schemas.rows.alerts import DeliveryRow
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Fact, Notice
from services.notify.watchdog import queries
from services.runtime.ticks import ClockWatch
from services.store.audit_log import newest_line
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

log = logging.getLogger("kentongan.clock")
KIND = "clock.moved"
ALIKE = timedelta(seconds=5)  # two processes of one machine see the same step, a tick apart
LONGEST_RETRY = timedelta(hours=1)  # no retry and no lease is ever set further off


class ClockSteps:
    """Looks at the clock before each tick; a step is kept until it is dealt with."""

    def __init__(self, store: Store, desk: Callable[[], NotifyContext], watch: ClockWatch) -> None:
        self._store = store
        self._desk = desk
        self._watch = watch
        self._moved = timedelta()

    async def look(self) -> list[DeliveryRow]:
        """Deal with a step since the last look; gives what is owed for it. Raises StoreUnavailable: looked at again."""
        self._moved += self._watch.look()
        if not self._moved:
            return []
        moved = self._moved
        log.error("the clock was moved by %d s: all timers move along", moved.total_seconds())
        owed = await self._store.write(lambda tx: self._follow(tx, moved))
        self._moved -= moved
        return owed

    def _follow(self, tx: Transaction, moved: timedelta) -> list[DeliveryRow]:
        seconds = round(moved.total_seconds())
        last = newest_line(tx.session, KIND)
        if last is not None and abs(tx.now - last.at) < timedelta(minutes=1) and _alike(last.data["seconds"], seconds):
            return []  # another process of this machine has seen to it
        timers = queries.move_timers(tx, moved)
        number = tx.audit(KIND, "notify", seconds=seconds, timers=timers)
        ways = {"id": ("maju", "mundur"), "en": ("forward", "back")}
        facts: dict[str, Fact] = {"seconds": abs(seconds), "way": lambda language: ways[language][seconds < 0]}
        return owe_notice(tx, self._desk(), f"clock:{number}", Notice("clock_moved", facts))


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE.total_seconds()


async def bring_near(store: Store) -> int:
    """Make due what was set further off than any retry or lease is, by a clock put right since; gives how many."""
    try:
        return await store.write(lambda tx: queries.bring_near(tx, tx.now + LONGEST_RETRY))
    except StoreUnavailable:
        return 0
