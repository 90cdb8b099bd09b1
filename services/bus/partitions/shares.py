"""Say from which consumers a worker may take: from the one that there is, or from those that it has leased."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

import nats.errors
from nats.aio.client import Client

from services.bus.partitions.bucket import LeaseBucket
from services.bus.partitions.leases import RENEWED, Leases
from services.bus.partitions.pulls import Pulls
from services.runtime.logging import place_of

log = logging.getLogger("kentongan.bus")
FAILS = (nats.errors.Error, OSError, TimeoutError, ValueError, KeyError)
GOODBYE = 3.0  # seconds to give everything back at a clean stop


class Shares(Protocol):
    """What a worker may take from."""

    def held(self) -> frozenset[str]:
        """Give the consumers that it may take from now."""
        ...

    async def settle(self, pulls: Pulls) -> None:
        """Take from these and no others; what others wait for is theirs as soon as nothing of it is in hand."""
        ...


class Whole:
    """The one consumer of work that is not divided: all workers take from it, and no lease is asked for."""

    def __init__(self, durable: str) -> None:
        self._held = frozenset({durable})

    def held(self) -> frozenset[str]:
        """Give it."""
        return self._held

    async def settle(self, pulls: Pulls) -> None:
        """Take from it."""
        await pulls.follow(self._held)


class Leased:
    """The partitions that a worker has leased; looked after beside what it does with their messages."""

    def __init__(self, leases: Leases, changed: Callable[[], None], gone: Callable[[], Awaitable[None]]) -> None:
        self._leases = leases
        self._changed = changed
        self._gone = gone

    def held(self) -> frozenset[str]:
        """Give them."""
        return self._leases.held()

    async def settle(self, pulls: Pulls) -> None:
        """Take from them, and give back what this worker is to have no longer."""
        await pulls.follow(self._leases.held())
        if many := self._leases.too_many:
            log.info("left to others: %s", ", ".join(sorted(many)))
            with contextlib.suppress(*FAILS):
                await self._leases.give_back(many)

    async def renew(self) -> None:
        """Look after them, for ever; whoever takes messages is woken by each change."""
        before: frozenset[str] = frozenset()
        while True:
            try:
                await self._leases.look()
            except nats.errors.NoRespondersError:  # no bucket, or none that leads it
                with contextlib.suppress(*FAILS):
                    await self._gone()
            except FAILS as error:
                log.debug("leases: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - without leases nothing is taken, and the next look tries again
                log.error("a look at the leases failed: %s", place_of(error))  # noqa: TRY400 - no words
            held = self._leases.held()
            if held - before:
                log.info("taking from: %s", ", ".join(sorted(held)))
            if held != before or self._leases.too_many:
                self._changed()
            before = held
            await asyncio.sleep(RENEWED)

    async def leave(self, pulls: Pulls) -> None:
        """Hand back what was not begun, and give back every lease."""
        with contextlib.suppress(*FAILS):
            async with asyncio.timeout(GOODBYE):
                await pulls.follow(frozenset())
                await self._leases.leave()


@contextlib.asynccontextmanager
async def shares_of(
    connection: Client,
    service: str,
    durables: Sequence[str],
    worker: str,
    pulls: Pulls,
    changed: Callable[[], None],
    gone: Callable[[], Awaitable[None]],
) -> AsyncIterator[Shares]:
    """Give what this worker may take from of a service's consumers, and give it back at the end.

    `changed` is called when that changes, `gone` where no bucket of leases is there.
    """
    if list(durables) == [service]:
        yield Whole(service)
        return
    leased = Leased(Leases(LeaseBucket(connection, service, len(durables)), durables, worker), changed, gone)
    renewing = asyncio.create_task(leased.renew())
    try:
        yield leased
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        await leased.leave(pulls)
