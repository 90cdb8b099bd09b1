"""Say what the front door needs from outside; services/bus and services/security/auth.py have these shapes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from schemas.district import District
from schemas.messages import ReportFiled
from schemas.vocabulary import Role, Scope
from services.bus import Event
from services.policy.versions import Rules


class PublishedReport(Protocol):
    """A report that is on disk. `again`: its id was known; `same`: with this very content."""

    @property
    def id(self) -> UUID:
        """Give the report's id."""

    @property
    def filed_at(self) -> datetime:
        """Give the time of its first filing, aware."""

    @property
    def again(self) -> bool:
        """Say whether the id was known."""

    @property
    def same(self) -> bool:
        """Say whether the known content is this content."""


class Journal(Protocol):
    """Where a report is safe."""

    async def publish_report(self, filed: ReportFiled, digest: str) -> PublishedReport:
        """Put a report on disk; raises `services.bus.BusUnavailable` when that cannot be promised."""

    async def publish(self, events: Sequence[Event]) -> None:
        """Put events on disk; raises `services.bus.BusUnavailable` when that cannot be promised."""

    async def ready(self) -> bool:
        """Say whether `keep` would promise now."""


class Identity(Protocol):
    """Whose key it is."""

    @property
    def id(self) -> str:
        """Give the key's id."""

    @property
    def name(self) -> str:
        """Give the key's name."""

    @property
    def role(self) -> Role:
        """Give what it may do."""

    @property
    def institution(self) -> str | None:
        """Give its institution's code."""

    @property
    def scopes(self) -> frozenset[Scope]:
        """Give what it may be used for."""

    @property
    def channel(self) -> str | None:
        """Give the channel that a gateway's key speaks for."""

    @property
    def reliability(self) -> str:
        """Give the Admiralty letter of this source."""


class Keys(Protocol):
    """Knows callers by their keys, in memory."""

    async def recognise(self, bearer: str) -> Identity | None:
        """Say whose key this is, None when it is nobody's; raises KeysUnknown while no list has been read."""


class Devices(Protocol):
    """Knows the words that we have given to browsers."""

    def known(self, given: str) -> bool:
        """Say whether we have given this word."""


class Receipts(Protocol):
    """Makes the secret that lets a reporter follow a report."""

    def issue(self, id: UUID) -> str:  # noqa: A002 - the word its maker uses
        """Give the receipt of a report, the same each time."""

    def fits(self, id: UUID, receipt: str) -> bool:  # noqa: A002
        """Say whether the receipt belongs to the report."""

    def follows(self, *parts: object) -> UUID:
        """Give the id of a report that follows from what it came as; nobody outside can work it out."""


@dataclass(frozen=True)
class Deps:
    """Everything the front door is given; `base_url` is how reporters reach it, without a slash at its end."""

    journal: Journal
    keys: Keys
    receipts: Receipts
    rules: Rules
    clock: Callable[[], datetime]
    base_url: str
    devices: Devices
    attachments: Path  # folder of photographs

    @property
    def district(self) -> District:
        """Give the district as it stands now."""
        return self.rules.district
