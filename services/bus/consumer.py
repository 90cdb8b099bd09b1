"""Take messages from a durable consumer, in batches of whatever is there, and see each to its end."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import nats.errors
from nats.aio.msg import Msg

from services.bus.streams import TYPE
from services.runtime.logging import place_of
from services.runtime.watchdog import WATCHDOG

log = logging.getLogger("kentongan.bus")
GIVE_UP_AFTER = 8  # failed tries before a message becomes a dead letter
YOUNG = 60.0  # seconds
DELAYS = (1, 2, 5, 15, 60, 180, 300)  # seconds until a failed message is tried again


VERSION = "v1"  # of every kind that this release tells and takes


class NotUnderstood(Exception):  # noqa: N818 - said as a fact
    """A message is of a kind or a version that this release does not know: trying it again changes nothing."""


class FailedInPart(Exception):  # noqa: N818 - said as a fact
    """Some messages of a batch cannot be processed now; the effect of all others is committed."""

    def __init__(self, failed: "Sequence[Message]") -> None:
        super().__init__(f"{len(failed)} of a batch")
        self.failed = failed


@dataclass
class Message:
    """One message taken from a stream, and how its telling ends."""

    message: Msg
    kind: str
    sequence: int
    tries: int
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    wrapped: str = field(default="", repr=False)  # of a report: the key of its body, wrapped
    unreadable: bool = False  # no key opens its body: erased, or the copy of an earlier try to file it
    unasked: bool = False  # its key could not be asked for: nobody knows whether it can be read
    version: str = VERSION

    @property
    def durable(self) -> str:
        """Give the consumer that it was taken from."""
        return self.message.metadata.consumer

    def is_young(self) -> bool:
        """Say whether it reached the disk so lately that what belongs to it may still be on its way there."""
        return self.age() < YOUNG

    def age(self) -> float:
        """Give for how many seconds it has been on the disk."""
        return (datetime.now(UTC) - self.message.metadata.timestamp).total_seconds()

    def expect(self, *kinds: str) -> None:
        """Raise NotUnderstood unless it is of one of these kinds, in the version that is known."""
        if self.kind not in kinds or self.version != VERSION:
            raise NotUnderstood

    async def done(self) -> None:
        """Say that its effect is committed; if that is lost, it is told again, which does no harm."""
        with contextlib.suppress(nats.errors.Error, OSError):
            await self.message.ack()

    async def holding(self) -> None:
        """Ask for more time."""
        await self.message.in_progress()

    async def give_up(self) -> None:
        """Make it a dead letter at once."""
        with contextlib.suppress(nats.errors.Error, OSError):
            await self.message.term()

    async def failed(self) -> None:
        """Hand it back for later, with a growing delay, or give it up as a dead letter."""
        with contextlib.suppress(nats.errors.Error, OSError):
            if self.tries >= GIVE_UP_AFTER:
                await self.message.term()
            else:
                await self.message.nak(delay=DELAYS[min(self.tries, len(DELAYS)) - 1])


def message_of(message: Msg) -> Message:
    """Read what JetStream says about a message."""
    metadata = message.metadata
    headers = message.headers or {}
    kind, _, version = headers.get("ce-type", "").removeprefix(TYPE).rpartition(".")
    tries = metadata.num_delivered or 1
    return Message(message, kind, metadata.sequence.stream, tries, message.data, headers, version=version)


def status_of(message: Msg) -> str | None:
    """Give what the server says about a pull request; None of a message, whatever headers its author gave it."""
    if message.reply.startswith("$JS.ACK."):
        return None
    return (message.headers or {}).get("Status")


class Arrivals:
    """What comes on one subscription, in its order; whoever waits for it is woken by a reconnect as well.

    `asyncio.wait` for the first of two takes two tasks, and ends the one that nobody needs any more.
    """

    def __init__(self) -> None:
        self._waiting: deque[Msg] = deque()
        self._woken: asyncio.Future[None] | None = None
        self._is_back = False

    async def take(self, message: Msg) -> None:
        """Take in a message."""
        self._waiting.append(message)
        self.wake()

    def renew(self) -> None:
        """Let nobody wait any longer: what was asked for before a reconnect does not come."""
        self._is_back = True
        self.wake()

    def asked(self) -> bool:
        """Note that it is asked for anew, and say whether it had to be."""
        was_back, self._is_back = self._is_back, False
        return was_back

    def take_out(self, which: Callable[[Msg], bool]) -> list[Msg]:
        """Give what waits and is of this kind; it waits no longer."""
        found = [one for one in self._waiting if which(one)]
        self._waiting = deque(one for one in self._waiting if not which(one))
        return found

    async def some(self, most: int, seconds: float) -> list[Msg]:
        """Give what is there, or the first that comes; nothing where it must be asked for anew, or all are silent."""
        if not self._waiting and not self._is_back:
            loop = asyncio.get_running_loop()
            self._woken = loop.create_future()
            timer = loop.call_later(seconds, self.wake)
            try:
                await self._woken
            finally:
                timer.cancel()
                self._woken = None
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def wake(self) -> None:
        """Let whoever waits look around."""
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)


class MessageSource(Protocol):
    """A bus that batches are taken from."""

    def consume(self, stream: str, service: str) -> AsyncGenerator[list[Message], None]:
        """Yield what is there, for ever."""
        ...


async def run_consumer(
    bus: MessageSource,
    stream: str,
    service: str,
    handle: Callable[[Sequence[Message]], Awaitable[None]],
    unavailable: tuple[type[Exception], ...],
) -> None:
    """Hand batches to `handle` for ever; acknowledge after it, retry alone what fails in company.

    While something it needs is away (`unavailable`), the batch is held, not failed: an outage is nobody's fault
    and must not turn reports into dead letters.
    """
    async with contextlib.aclosing(bus.consume(stream, service)) as batches:  # at the end it gives back what it has
        async for batch in batches:
            await _handled(batch, stream, handle, unavailable)


async def _handled(
    batch: Sequence[Message],
    stream: str,
    handle: Callable[[Sequence[Message]], Awaitable[None]],
    unavailable: tuple[type[Exception], ...],
) -> None:
    """See one batch to its end."""
    try:
        await _patiently(handle, batch, unavailable)
    except FailedInPart as error:  # these hold up nobody: the others are not tried one by one for them
        await _ended_in_part(batch, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the batch is tried message by message
        log.error("a batch of %d from %s failed, each alone now: %s", len(batch), stream, place_of(error))  # noqa: TRY400 - no words
        for told in batch:  # one poisonous message must not take its company along
            await _alone(handle, told, unavailable)
    else:
        for told in batch:
            await told.done()


async def _ended_in_part(batch: Sequence[Message], error: FailedInPart) -> None:
    log.error("%d messages of a batch of %d failed: %s", len(error.failed), len(batch), place_of(error))
    for told in batch:
        await (told.failed() if told in error.failed else told.done())


async def _alone(
    handle: Callable[[Sequence[Message]], Awaitable[None]], told: Message, unavailable: tuple[type[Exception], ...]
) -> None:
    try:
        await _patiently(handle, [told], unavailable)
    except NotUnderstood:
        log.error("message %d (%s %s) is not understood: a dead letter", told.sequence, told.kind or "?", told.version)  # noqa: TRY400 - no words
        await told.give_up()
    except Exception as error:  # noqa: BLE001 - whatever it is, the message is handed back or given up
        log.error("%s of message %d failed (try %d): %s", told.kind, told.sequence, told.tries, place_of(error))  # noqa: TRY400 - no words
        await told.failed()
    else:
        await told.done()


async def _patiently(
    handle: Callable[[Sequence[Message]], Awaitable[None]],
    batch: Sequence[Message],
    unavailable: tuple[type[Exception], ...],
) -> None:
    delay = 0.1
    while True:
        try:
            with WATCHDOG.watching(f"a batch of {len(batch)}"):
                return await handle(batch)
        except unavailable as error:
            log.warning("holding %d messages: %s is away", len(batch), type(error).__name__)
            with contextlib.suppress(nats.errors.Error, OSError):
                for told in batch:
                    await told.holding()
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)
