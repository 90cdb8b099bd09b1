"""Count how often somebody may call or guess: token buckets. Pure: the time is given (docs/decisions/0021)."""

import ipaddress
import math
from dataclasses import dataclass, field
from datetime import datetime

REMEMBERED = 50_000  # callers kept in mind; bounds memory when addresses are made up


@dataclass(frozen=True)
class Rate:
    """A bucket's size and how many tokens an hour flow back."""

    burst: int
    per_hour: int


@dataclass
class Buckets:
    """One token bucket per caller.

    >>> from datetime import UTC, datetime
    >>> noon, buckets = datetime(2026, 11, 1, 12, tzinfo=UTC), Buckets(Rate(burst=2, per_hour=2))
    >>> [buckets.take("192.0.2.1", noon) for _ in range(3)]
    [0, 0, 1800]
    """

    rate: Rate
    _held: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def take(self, who: str, now: datetime, tokens: int = 1) -> int:
        """Take tokens; returns 0, or the seconds to wait, and then nothing is taken."""
        if wait := self.wait(who, now, tokens):
            return wait
        self._held[who] = (self._left(who, now) - tokens, now)
        if len(self._held) > REMEMBERED:
            self._forget(now)
        return 0

    def wait(self, who: str, now: datetime, tokens: int = 1) -> int:
        """Return the seconds until so many tokens are there, 0 when they are; nothing is taken."""
        left = self._left(who, now)
        return max(1, math.ceil((tokens - left) * 3600 / self.rate.per_hour)) if left < tokens else 0

    def give_back(self, who: str, now: datetime, tokens: int = 1) -> None:
        """Give tokens back, for a call that had no effect through no fault of the caller."""
        self._held[who] = (min(self.rate.burst, self._left(who, now) + tokens), now)

    def _left(self, who: str, now: datetime) -> float:
        left, since = self._held.get(who, (float(self.rate.burst), now))
        return min(self.rate.burst, left + max(0.0, (now - since).total_seconds()) * self.rate.per_hour / 3600)

    def _forget(self, now: datetime) -> None:
        """Forget callers whose bucket is full again, and the longest silent ones if that is not enough."""
        kept = {who: held for who, held in self._held.items() if self._left(who, now) < self.rate.burst}
        newest = sorted(kept.items(), key=lambda entry: entry[1][1])[-REMEMBERED // 2 :]
        self._held = dict(newest)


def caller(host: str | None) -> str:
    """Give the name under which an address is counted: an IPv6 network of 64 bits counts as one.

    >>> caller("192.0.2.7"), caller("2001:db8:1:2:3::9"), caller(None)
    ('192.0.2.7', '2001:db8:1:2::/64', 'unknown')
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
