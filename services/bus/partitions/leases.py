"""Lease partitions to workers: one worker has each, all have about as many, and what one leaves another takes.

A lease is a key that its holder writes anew every second. Whoever sees it unchanged for `GONE` seconds, by a clock of
his own, takes it over; the holder stops sooner, `HELD` seconds after the last time that he wrote it. So no two clocks
are compared, and two workers have one partition only where one of them stood still within that second.

Nothing rests on a lease alone: who was stopped in the middle and goes on later meets the locks of the store
(docs/decisions/0062) and its unique keys.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

RENEWED = 1.0  # seconds between looks
HELD = 5.0  # seconds after which a lease that could not be renewed is the holder's no longer
GONE = 6.0  # seconds after which a lease that nobody renews is taken over
BLIND = 3.0  # seconds without a look after which nothing is known of how long others have been silent
NOBODY = ""  # holder of a lease that was given back
WORKER = "worker-"  # begins the key by which a worker says that it is there


class Lease(NamedTuple):
    """A key as it stands: its number in the bucket, and who has written it."""

    revision: int
    holder: str


class Bucket(Protocol):
    """Where the leases of one service stand."""

    async def read(self) -> Mapping[str, Lease]:
        """Give every key."""

    async def put(self, key: str, holder: str, revision: int | None) -> int | None:
        """Write a key, and give its new revision; None where it stands at another than `revision` (0: not at all)."""


class _Own(NamedTuple):
    revision: int
    until: float


class Leases:
    """The leases of one worker on the partitions of one service; `seconds` is a monotonic clock."""

    def __init__(
        self, bucket: Bucket, durables: Sequence[str], worker: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._bucket = bucket
        self._durables = tuple(durables)
        self._worker = worker
        self._seconds = seconds
        self._own: dict[str, _Own] = {}
        self._too_many: frozenset[str] = frozenset()  # of ours, those that others wait for
        self._seen: dict[str, tuple[int, float]] = {}  # key -> revision, and since when it is seen
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()  # what is given back is not renewed at the same time

    def held(self) -> frozenset[str]:
        """Give the partitions that this worker may take from now."""
        now = self._seconds()
        return frozenset(one for one, own in self._own.items() if now < own.until) - self._too_many

    async def look(self) -> None:
        """Say that this worker is there, renew what it has, and take what is free, up to its share."""
        async with self._turn:
            await self._bucket.put(WORKER + self._worker, self._worker, None)
            found = await self._bucket.read()
            now = self._seconds()
            self._notice(found, now)
            self._know(found)
            share = self._share(found, now)
            mine = [one for one in self._durables if one in self._own]
            self._too_many = frozenset(mine[share:])
            free = [one for one in self._durables if one not in self._own and self._is_free(one, found, now)]
            wanted = [(one, self._own[one].revision) for one in mine]
            wanted += [(one, found[one].revision if one in found else 0) for one in free[: max(0, share - len(mine))]]
            await _all(self._write(one, revision) for one, revision in wanted)

    @property
    def too_many(self) -> frozenset[str]:
        """Give those that this worker has, takes from no longer, and is to give back."""
        return self._too_many.intersection(self._own)

    async def give_back(self, durables: Iterable[str]) -> None:
        """Let others have these at once; nobody takes from them here any more."""
        async with self._turn:
            own = [(one, self._own.pop(one)) for one in durables if one in self._own]
            await _all(self._bucket.put(one, NOBODY, lease.revision) for one, lease in own)

    async def leave(self) -> None:
        """Give everything back, and be there no longer."""
        await self.give_back(tuple(self._own))
        await self._bucket.put(WORKER + self._worker, NOBODY, None)

    def _notice(self, found: Mapping[str, Lease], now: float) -> None:
        """Note since when each key stands as it does; after a time without looks nobody has been silent for long."""
        if now - self._looked_at > BLIND:
            self._seen = {}
        self._looked_at = now
        seen = self._seen
        self._seen = {
            key: seen[key] if key in seen and seen[key][0] == lease.revision else (lease.revision, now)
            for key, lease in found.items()
        }

    def _know(self, found: Mapping[str, Lease]) -> None:
        """Take in whose our leases are; what is read may be older than what we wrote, and is passed over then."""
        for one in self._durables:
            lease, own = found.get(one), self._own.get(one)
            if lease is None or (own is not None and lease.revision <= own.revision):
                continue
            if lease.holder == self._worker:  # written when the answer to it was lost
                self._own[one] = _Own(lease.revision, own.until if own else float("-inf"))
            else:
                self._own.pop(one, None)

    def _share(self, found: Mapping[str, Lease], now: float) -> int:
        """Give how many partitions are this worker's: all shares together are all partitions."""
        there = {
            lease.holder
            for key, lease in found.items()
            if key.startswith(WORKER) and lease.holder != NOBODY and not self._is_gone(key, now)
        }
        workers = sorted(there | {self._worker})
        each, left = divmod(len(self._durables), len(workers))
        return each + (workers.index(self._worker) < left)

    def _is_free(self, key: str, found: Mapping[str, Lease], now: float) -> bool:
        return key not in found or found[key].holder == NOBODY or self._is_gone(key, now)

    def _is_gone(self, key: str, now: float) -> bool:
        return now - self._seen[key][1] >= GONE

    async def _write(self, durable: str, revision: int) -> None:
        """Renew or take one; it counts from the moment before it was asked for."""
        until = self._seconds() + HELD
        written = await self._bucket.put(durable, self._worker, revision)
        if written is None:  # another worker was first
            self._own.pop(durable, None)
        else:
            self._own[durable] = _Own(written, until)


async def _all(acts: Iterable[Awaitable[object]]) -> None:
    """Do all of these, and raise what one of them raised when each has ended."""
    for told in await asyncio.gather(*acts, return_exceptions=True):
        if isinstance(told, BaseException):
            raise told
