"""Name what the desk stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.district import District
from services.auth import Keys, Receipts
from services.rules import Rules
from services.store import Store


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
