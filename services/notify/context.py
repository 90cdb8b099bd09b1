"""Know what every telling needs: the district, who is reached, which channels there are; and read an incident's row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.policy.clocks import Clock, Pace
from schemas.policy.issues import Issue
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import (
    Classification,
    Level,
)
from services.incidents import urgency
from services.notify.channels import Channel
from services.notify.contacts import Contact, Contacts
from services.oncall.roster import DESK
from services.policy.escalation import Escalation
from services.policy.routing import Routes
from services.policy.working_hours import pace_of
from services.security.secret import Secret
from services.sources.vault import Vault
from services.store.ids import derived


@dataclass(frozen=True)
class NotifyContext:
    """What every telling needs to know, made once per process."""

    district: District
    contacts: Contacts
    secret: Secret
    instance: str
    base_url: str
    duties: frozenset[str] = frozenset()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    trial: District | None = None  # decides beside `district`, for the journal only
    vault: Vault | None = None  # seals who reported; None: tools and tests that keep nobody

    @cached_property
    def routes(self) -> Routes:
        """Give the district's routes, remembered."""
        return Routes(self.district)

    @cached_property
    def _pace(self) -> Pace:
        return pace_of(self.district)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the district's time zone."""
        return ZoneInfo(self.district.timezone)

    @cached_property
    def dumped(self) -> dict[Level, dict[str, Any]]:
        """Give the district's clocks as they are frozen into ladders."""
        return {level: clock.model_dump(mode="json") for level, clock in self.district.clocks.items()}

    def issue(self, code: str) -> Issue:
        """Give an issue; one that the district has given up since is what fits no other."""
        return self.district.issues.get(code) or self.district.issues[self.district.other_issue]

    def frozen(self, policy: Mapping[str, Any]) -> Clock:
        """Read the clock that rides with an incident."""
        level = Level(policy["level"])
        return self.district.clocks[level] if policy == self.dumped[level] else Clock.model_validate(policy)

    def carries(self, contact: Contact) -> Classification:
        """Give the highest classification of words that may go to an address."""
        channel = self.channels.get(contact.channel)
        return channel.carries_to(contact.address) if channel else Classification.BIASA

    def length(self, channel: str) -> int | None:
        """Give how many characters a channel's short message may have."""
        found = self.channels.get(channel)
        return found.capabilities.max_length if found else None

    def answers(self, channel: str) -> bool:
        """Say whether people can reply in a channel by typing; on the desk they press."""
        found = self.channels.get(channel)
        return found is not None and channel != DESK and found.capabilities.can_answer

    @cached_property
    def lists(self) -> frozenset[str]:
        """Give the channels behind which a program keeps a list of incidents."""
        return frozenset(name for name, one in self.channels.items() if one.capabilities.lists)

    def kept_address(self, address: str) -> str:
        """Give the address of somebody who is no officer as it is kept: sealed, the same each time."""
        return self.vault.seal_address(address) if self.vault else address

    def sender_handles(self, address: str) -> tuple[str, ...]:
        """Give the opaque handles of an address: the keyed one, and the one under which 0.1 kept it."""
        plain = derived("sender", address)
        return (self.vault.handle("sender", address), plain) if self.vault else (plain,)

    def escalation(self, clock: Clock) -> Escalation:
        """Give the deadlines and the ladder of a clock, in the district's time."""
        return Escalation(clock, self._pace)


def endangers_life(row: IncidentRow) -> bool:
    """Say whether a message about this incident begins with 110 / 112."""
    return urgency.endangers_life(conflict=bool(row["conflict"]), stage=row["stage"], level=row["level"])


def wants_answer(row: IncidentRow) -> bool:
    """Say whether this incident is chased."""
    return urgency.wants_answer(conflict=bool(row["conflict"]))
