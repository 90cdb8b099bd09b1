"""Give each channel room of its own for what it sends at once, and each address and channel a rest when it fails.

A room that all share is filled by whoever hangs: one mail server that accepts connections and says nothing would hold
up every webhook. A quarter of each room is kept for what is urgent.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

AT_ONCE_PER_ADDRESS = 16
SHUT_AFTER = 5  # failures in a row after which an address is left alone for a while
SHUT_FOR = (2.0, 5.0, 10.0, 30.0)  # seconds
CHANNEL_AFTER = 12  # failures in a row, at several addresses, after which a whole channel is
SEVERAL = 3
PROVIDER_AFTER, PROVIDER_SEVERAL = 3, 2  # failures, and addresses, after which a success means that a provider is back


def provider_of(address: str) -> str:
    """Give what the addresses behind one provider begin with: a URL's host; "" where the channel is the provider.

    >>> provider_of("https://siaga.example/a/b"), provider_of("+628123")
    ('https://siaga.example/', '')
    """
    kind, found, rest = address.partition("://")
    return f"{kind}://{rest.partition('/')[0]}/" if found else ""


class Room:
    """Places of one channel; what is not urgent leaves a quarter of them free."""

    def __init__(self, places: int) -> None:
        self._all = asyncio.Semaphore(places)
        self._plain = asyncio.Semaphore(max(1, places - -(-places // 4)))

    @contextlib.asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        if urgent:
            async with self._all:
                yield
        else:
            async with self._plain, self._all:
                yield


@dataclass
class Breaker:
    """How an address, a provider or a channel has answered lately: after failures in a row it is left alone a while."""

    seconds: Callable[[], float]
    after: int = SHUT_AFTER
    several: int = 1  # addresses that must have failed
    least: int = 1  # failures in a row after which a success is a recovery
    failures: int = 0
    shut_until: float = 0.0
    known: bool = False  # something has got through before, in this process
    failing: set[str] = field(default_factory=set)

    def shut_for(self) -> float:
        """Give for how many seconds it is still to be left alone; 0 or less: not at all."""
        return self.shut_until - self.seconds()

    def note(self, address: str, *, failed: bool) -> bool:
        """Take in one try; gives whether it works again after it failed, or for the first time."""
        if not failed:
            down = self.failures >= self.least and len(self.failing) >= self.several
            recovered = down or not self.known
            self.failures, self.known, self.shut_until = 0, True, 0.0
            self.failing.clear()
            return recovered
        self.failures += 1
        self.failing.add(address)
        if self.failures >= self.after and len(self.failing) >= self.several:
            step = min((self.failures - self.after) // AT_ONCE_PER_ADDRESS, len(SHUT_FOR) - 1)
            self.shut_until = self.seconds() + SHUT_FOR[step]
        return False


class Rooms:
    """Rooms and breakers of all channels of one process; `places` gives how much a channel sends at once."""

    def __init__(self, places: Callable[[str], int], seconds: Callable[[], float]) -> None:
        self._places = places
        self._seconds = seconds
        self._rooms: dict[str, Room] = {}
        self._lines: dict[tuple[str, str], tuple[asyncio.Semaphore, Breaker]] = {}
        self._channels: dict[str, Breaker] = {}
        self._providers: dict[tuple[str, str], Breaker] = {}

    def line(self, channel: str, address: str) -> tuple[asyncio.Semaphore, Breaker]:
        """Give the places of one address, and how it answers."""
        key = (channel, address)
        if key not in self._lines:
            self._lines[key] = asyncio.Semaphore(AT_ONCE_PER_ADDRESS), Breaker(self._seconds)
        return self._lines[key]

    def channel(self, channel: str) -> Breaker:
        """Give how a channel answers."""
        if channel not in self._channels:
            self._channels[channel] = Breaker(self._seconds, CHANNEL_AFTER, SEVERAL)
        return self._channels[channel]

    def note(self, channel: str, address: str, *, failed: bool) -> set[tuple[str, str]]:
        """Take in one try; gives (channel, beginning of addresses) of whatever answers again by it."""
        _, line = self.line(channel, address)
        provider = (channel, provider_of(address))
        known = self._providers.setdefault(
            provider, Breaker(self._seconds, CHANNEL_AFTER, PROVIDER_SEVERAL, PROVIDER_AFTER)
        )
        self.channel(channel).note(address, failed=failed)
        back = {provider} if known.note(address, failed=failed) else set()
        return back | ({(channel, address)} if line.note(address, failed=failed) else set())

    def room(self, channel: str) -> Room:
        """Give the places of one channel."""
        if channel not in self._rooms:
            self._rooms[channel] = Room(self._places(channel))
        return self._rooms[channel]
