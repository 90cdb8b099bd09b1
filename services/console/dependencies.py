"""Name what the desk stands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.district import District
from services.oncall.shifts import Post
from services.policy.versions import Rules
from services.security.auth import Keys, Receipts
from services.store.database import Store


def no_posts(_: District) -> Sequence[Post]:
    """Name no post that must be manned: what a desk says that nobody told."""
    return ()


class Readiness(Protocol):
    """Something that can say whether it works."""

    async def ready(self) -> bool:
        """Say whether it works now."""
        ...


@dataclass(frozen=True)
class Deps:
    """What the desk is given; `base_url` has no slash at its end."""

    store: Store
    secret: bytes
    keys: Keys
    rules: Rules
    base_url: str
    bus: Readiness | None = None
    posts: Callable[[District], Sequence[Post]] = no_posts  # that lead something; routing knows, and is notify's
    sample: bool = False  # people and reports are invented, and every page says so

    @property
    def district(self) -> District:
        """Give the district as it stands now."""
        return self.rules.district

    @property
    def clock(self) -> Callable[[], datetime]:
        """Give the store's clock: one time for what is kept and what is shown."""
        return self.store.clock

    @property
    def receipts(self) -> Receipts:
        """Give the checker of reporters' receipts."""
        return Receipts(self.secret)
