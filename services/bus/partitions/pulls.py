"""Take from several consumers at once: a pull request stands at the server for each, and all arrive in one line."""

import asyncio
import contextlib
import json
import time
from collections.abc import Collection, Iterator

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from services.bus.consumer import Arrivals, status_of

SILENCE = 12.0  # seconds without even a heartbeat after which is asked anew
FEWEST = 8  # messages that are asked for at once, however many consumers share a batch
GOODBYE = 2.0  # seconds to wait for what is on its way when a consumer is left to others


class Pull:
    """What stands at the server for one consumer."""

    def __init__(self, durable: str, inbox: str, subscription: Subscription) -> None:
        self.durable, self.inbox, self.subscription = durable, inbox, subscription
        self.standing = 0  # messages asked for that have not come
        self.heard_at = self.taken_at = self.looked_at = time.monotonic()

    def hear(self, message: Msg) -> bool:
        """Count what came, and say whether it is something that is wrong with the consumer."""
        status = status_of(message)
        self.heard_at = time.monotonic()
        if status == "100":
            self.taken_at = self.heard_at
            return False
        if status is None:
            self.standing -= 1
            self.taken_at = self.heard_at
            return False
        self.standing = 0
        return True


class Pulls:
    """The consumers of one stream that a worker takes from now; what comes of them is in `arrivals`."""

    def __init__(self, connection: Client, stream: str, arrivals: Arrivals, most: int) -> None:
        self._connection = connection
        self._stream = stream
        self._arrivals = arrivals
        self._most = most
        self._pulls: dict[str, Pull] = {}
        self._by_inbox: dict[str, Pull] = {}

    def __iter__(self) -> Iterator[Pull]:
        return iter(tuple(self._pulls.values()))

    async def follow(self, durables: Collection[str]) -> None:
        """Take from these from now on, and from no other; what came of others is handed back."""
        if gone := [pull for pull in self if pull.durable not in durables]:
            await asyncio.gather(*(self._drain(pull) for pull in gone))
            for pull in gone:
                del self._pulls[pull.durable], self._by_inbox[pull.inbox]
            for message in self._arrivals.take_out(lambda one: self.whose(one) is None):
                await hand_back(message)
        for durable in durables:
            if durable not in self._pulls:
                inbox = self._connection.new_inbox()
                subscription = await self._connection.subscribe(
                    inbox, cb=self._arrivals.take, pending_msgs_limit=-1, pending_bytes_limit=-1
                )
                self._pulls[durable] = self._by_inbox[inbox] = Pull(durable, inbox, subscription)

    async def ask(self) -> None:
        """Ask anew where nothing stands any more."""
        many = max(FEWEST, self._most // max(1, len(self._pulls)))
        request = {"batch": many, "expires": 30_000_000_000, "idle_heartbeat": 5_000_000_000}
        for pull in self:
            if pull.standing <= 0:
                with contextlib.suppress(nats.errors.Error, OSError):
                    subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{pull.durable}"
                    await self._connection.publish(subject, json.dumps(request).encode(), reply=pull.inbox)
                pull.standing, pull.heard_at = many, time.monotonic()

    async def some(self) -> list[Msg]:
        """Give what is there, or the first that comes; after silence, or a reconnect, everything is asked for anew."""
        soonest = min((pull.heard_at for pull in self), default=time.monotonic()) + SILENCE
        found = await self._arrivals.some(self._most, max(0.0, soonest - time.monotonic()))
        renewed = self._arrivals.asked()
        now = time.monotonic()
        for pull in self:
            # What waits here may be its heartbeat: it is silent only where nothing is left to be heard.
            if renewed or (not found and now - pull.heard_at >= SILENCE):
                pull.standing, pull.taken_at = 0, now
        return found

    def whose(self, message: Msg) -> Pull | None:
        """Say of which consumer a message or a word of the server is; None of one that is left to others."""
        if status_of(message) is None:
            return self._pulls.get(message.metadata.consumer)
        return self._by_inbox.get(message.subject)

    async def _drain(self, pull: Pull) -> None:
        """Take from a consumer no longer; what was on its way has arrived, if the server answers."""
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                if self._connection.is_connected:
                    await pull.subscription.drain()  # type: ignore[no-untyped-call]
                else:
                    await pull.subscription.unsubscribe()

    async def close(self) -> None:
        """Take from nothing any more."""
        for pull in self:
            with contextlib.suppress(Exception):
                await pull.subscription.unsubscribe()


async def hand_back(message: Msg) -> None:
    """Let a message be given to another worker at once."""
    if status_of(message) is None:
        with contextlib.suppress(nats.errors.Error, OSError):
            await message.nak()
