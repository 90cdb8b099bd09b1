"""Tell watchers what changed: server-sent events, each reader only what it may see.

The store is what is watched, not the bus: deliveries, reads and promises change incidents too and travel on no
subject, and a journal number is a cursor that a browser gives back (`Last-Event-ID`) after any interruption.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from fastapi.sse import ServerSentEvent, format_sse_event

from schemas.records.incidents import Incident
from schemas.vocabulary import Level
from services.console.dependencies import Deps
from services.console.incidents.queries import Changes, changed_after, newest_line
from services.console.read_log import of_incidents
from services.console.web.formatting import machine_time
from services.security.auth import Identity
from services.store.database import StoreUnavailable
from services.store.transaction import Session

RETRY = 3000  # milliseconds after which a browser comes back
LOOK = 0.1  # seconds between looks at the journal's head while anybody watches
BETWEEN = 1.0  # seconds between two questions of one stream at most
# While much changes, many streams share few readers: one waits so many times as long as its last question took, and
# all streams of a process ask no more than so many questions a second. That holds for as many watchers at most: nobody
# waits longer than BETWEEN, so that more ask once in it each.
SHARE, QUESTIONS = 5, 20
HEARTBEAT = 15.0  # seconds of silence after which a comment keeps the line open
WATCHERS = 500  # open streams of one process
OF_ONE_PERSON = 5  # of them: as many tabs as anybody looks at
PAGE = 200  # changes read at once
FAR = 5_000  # journal lines behind: catching up one by one is no use to anybody


@dataclass
class Head:
    """The journal's newest line, looked at by one task for all watchers, and only while there are any."""

    deps: Deps
    look: float = LOOK
    line: int = 0
    watchers: int = 0
    of_each: Counter[str] = field(default_factory=Counter)  # streams that are open, by whose they are
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    _task: asyncio.Task[None] | None = None

    async def enter(self, who: str) -> None:
        """Begin to watch."""
        self.watchers += 1
        self.of_each[who] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep_looking())

    def leave(self, who: str) -> None:
        """Stop watching; the last one out ends the looking."""
        self.watchers -= 1
        self.of_each[who] -= 1
        if not self.of_each[who]:
            del self.of_each[who]
        if self.watchers == 0 and self._task is not None:
            self._task.cancel()
            self._task = None

    async def beyond(self, line: int, seconds: float) -> bool:
        """Wait until the head is beyond `line`; False when `seconds` passed first."""
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self.line > line)
        except TimeoutError:
            return False
        return True

    async def _keep_looking(self) -> None:
        while True:
            try:
                newest = await self.deps.store.read(newest_line)
            except StoreUnavailable:
                newest = self.line  # watchers hear heartbeats until it is back
            if newest > self.line:
                async with self._moved:
                    self.line = newest
                    self._moved.notify_all()
            await asyncio.sleep(self.look)


def event_of(line: int, incident: Incident) -> ServerSentEvent:
    """Build the event of one change.

    Data holds ids and facts for re-fetching, never text: `{"id", "revision", "state", "level", "changed_at"}`.
    """
    data = {
        "id": incident.id,
        "revision": incident.revision,
        "state": incident.state,
        "level": Level(incident.level).name,
        "changed_at": machine_time(incident.changed_at),
    }
    return _event(line, "incident", data)


def _event(line: int, kind: str, data: dict[str, object] | None = None) -> ServerSentEvent:
    return ServerSentEvent(id=str(line), event=kind, raw_data=json.dumps(data or {}, separators=(",", ":")))


async def stream(
    deps: Deps,
    head: Head,
    reader: Identity,
    after: int | None,
    still: Callable[[], Awaitable[bool]],
    heartbeat: float = HEARTBEAT,
) -> AsyncIterator[ServerSentEvent]:
    """Yield what changes for one reader from `after` on (None: from now on); ends when `still` says no.

    A reader who names a line that is not there yet has it from before a restore: it is told to look anew.
    """
    await head.enter(reader.id)
    try:
        yield ServerSentEvent(retry=RETRY)
        newest = await deps.store.read(newest_line)
        cursor = newest if after is None else min(after, newest)
        yield _event(cursor, "hello")
        if after is not None and after > newest:
            yield _event(cursor, "reset")
        seconds, asked, pause = asyncio.get_running_loop().time, float("-inf"), 0.0
        while await still():
            if not await head.beyond(cursor, heartbeat):
                yield ServerSentEvent(comment="tik")
                continue
            await asyncio.sleep(max(0.0, asked + pause - seconds()))  # the first change is told at once
            asked = seconds()
            if head.line - cursor > FAR:
                # Too much to tell one by one: the page asks anew for everything it shows.
                cursor = head.line
                yield _event(cursor, "reset")
                continue
            changes = await deps.store.read(_question(deps, reader, cursor))
            pause = min(BETWEEN, max(SHARE * (seconds() - asked), head.watchers / QUESTIONS))
            deps.reads.note(
                reader, "events", of_incidents(reader, deps.district, (incident for _, incident in changes.incidents))
            )
            for line, incident in changes.incidents:
                yield event_of(line, incident)
            cursor = changes.reached
    except StoreUnavailable:
        return  # the browser comes back with its cursor
    finally:
        head.leave(reader.id)


async def encoded(events: AsyncIterator[ServerSentEvent]) -> AsyncIterator[bytes]:
    """Write events as they go over the line."""
    async for one in events:
        yield format_sse_event(data_str=one.raw_data, event=one.event, id=one.id, retry=one.retry, comment=one.comment)


def _question(deps: Deps, reader: Identity, cursor: int) -> Callable[[Session], Changes]:
    return lambda session: changed_after(session, reader, deps.district, cursor, PAGE)
