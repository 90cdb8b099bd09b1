"""Say on the pages of who looks after the service what is wrong with it, a sentence each."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from schemas.records.running import Process
from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.warnings.queries import watchers

TOLD = (Role.ADMIN, Role.COORDINATOR, Role.VERIFIER)
FRESH = 10.0  # seconds for which an answer stands: a page asks neither bus nor store anew each time
PATIENCE = 2.0  # seconds that a page waits for the bus; longer is no answer
SILENT = timedelta(minutes=2)  # four signs of life missed (services/policy/active.py)


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: the key of its sentence, the moment it names, and numbers in it."""

    key: str
    at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    letters: bool = False  # messages that could not be processed are among it


class Health:
    """Knows what the auditor found last, whether a report would be promised and kept now, and whether notify lives."""

    def __init__(self, deps: Deps, seconds: Callable[[], float] = monotonic) -> None:
        self._deps = deps
        self._seconds = seconds
        self._known: tuple[float, tuple[Trouble, ...]] | None = None

    async def look(self) -> tuple[Trouble, ...]:
        """Give what is wrong, asked anew when the last answer is older than ten seconds. Raises StoreUnavailable."""
        now = self._seconds()
        if self._known is None or now - self._known[0] >= FRESH:
            self._known = (now, await self._ask())
        return self._known[1]

    async def _ask(self) -> tuple[Trouble, ...]:
        found = told_by(await self._deps.store.read(watchers), self._deps.clock())
        held = () if await self._deps.store.writable() else (Trouble("health.held"),)
        return (*((Trouble("health.shut"),) if await self._shut() else ()), *held, *found)

    async def _shut(self) -> bool:
        if self._deps.bus is None:
            return False
        try:
            return not await asyncio.wait_for(self._deps.bus.ready(), PATIENCE)
        except TimeoutError:
            return True


def told_by(notifiers: Sequence[Process], now: datetime) -> tuple[Trouble, ...]:
    """Read in what the notifiers tell of themselves whether the last audit found something, and whether one lives."""
    found = []
    audited = [one.facts for one in notifiers if "audited" in one.facts]
    last = max(audited, key=lambda facts: facts["audited"], default=None)
    if last is not None and last.get("findings"):
        at = datetime.fromtimestamp(last["audited"], UTC)
        letters = "dead_letters" in last.get("kinds", ())
        found.append(Trouble("health.found", at, {"n": last["findings"]}, letters))
    seen = max((one.seen_at for one in notifiers), default=None)
    if seen is not None and now - seen > SILENT:
        found.append(Trouble("health.silent", seen))
    return tuple(found)
