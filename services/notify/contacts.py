"""Read who can be reached from the store, and turn people into the addresses that are used now.

Who is told is roster.py's to say, the same for the policy's proof and for the running service. What was read is
kept for a few seconds: it changes by an office hand, and is asked for thousands of times.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.vocabulary import Level
from services.notify import queries
from services.oncall import push_subscription as push
from services.oncall.roster import DESK, Reach, Roster
from services.oncall.schedule import roster_of
from services.policy.situation import ConflictStatus
from services.store.transaction import Session

FRESH = timedelta(seconds=5)


@dataclass(frozen=True)
class Contact:
    """One address of one person; `clearance` is the highest classification the person may read."""

    person_id: str | None
    channel: str
    address: str
    clearance: int = 1
    language: str = "id"


@dataclass
class Contacts:
    """Who is reached for an institution at an instant; with `divert`, everybody is one address.

    `channels` are those set up: an address on another is as good as none.
    """

    divert: Contact | None = None
    channels: frozenset[str] = frozenset()
    _read_at: datetime | None = None
    _roster: Roster = field(default_factory=lambda: Roster(()))
    _statuses: list[ConflictStatus] = field(default_factory=list)
    failing: frozenset[tuple[str, str]] = frozenset()  # (channel, address) to which a message was given up lately

    def refresh(self, session: Session, now: datetime) -> None:
        """Read people, verified addresses, shifts and the recorded status, unless that was done just now."""
        if self._read_at is not None and abs(now - self._read_at) < FRESH:
            return
        if self.divert is None:
            self._roster = roster_of(session, self.channels, now)
            self.failing = queries.failing_addresses(session)
        recorded = queries.recorded_statuses(session)
        self._statuses = [ConflictStatus(one.number, one.start, one.end, one.tni_support) for one in recorded]
        self._read_at = now

    def forget(self) -> None:
        """Read again at the next refresh: an address has changed by a hand of ours."""
        self._read_at = None

    def ways_to(self, person: str) -> list[Contact]:
        """Give every address that may be used of one person, the best first and those that have failed after them."""
        return [
            Contact(one.id, reach.channel, reach.address, int(one.clearance), one.language)
            for one in self._roster.people
            if one.id == person
            for reach in one.addresses
            if reach.verified
        ]

    def way_to(self, person: str, channel: str, address: str) -> Contact | None:
        """Give this address of a person; None where he has it no longer."""
        ways = self.ways_to(person)
        return next((one for one in ways if (one.channel, one.address) == (channel, address)), None)

    def at(self, channel: str, address: str) -> list[Contact]:
        """Give everybody who has this address and may be told at it."""
        return [
            Contact(one.id, channel, address, int(one.clearance), one.language)
            for one in self._roster.people
            for reach in one.addresses
            if reach.verified and (reach.channel, reach.address) == (channel, address)
        ]

    def best_of(self, person: str) -> list[Contact]:
        """Give the one way to reach a person now, all his devices being one; empty when there is none."""
        found = next((one for one in self._roster.people if one.id == person), None)
        reaches = _used([one for one in found.addresses if one.verified], Level.RENDAH) if found else []
        ways = {(reach.channel, reach.address) for reach in reaches}
        return [one for one in self.ways_to(person) if (one.channel, one.address) in ways]

    def conflict_status(self, now: datetime) -> ConflictStatus | None:
        """Give the recorded status keadaan konflik that is in force, if any."""
        return next((status for status in self._statuses if status.in_force(now)), None)

    def of(
        self,
        institution: str,
        unit: str | None,
        level: Level,
        now: datetime,
        *,
        named: frozenset[str] = frozenset(),
        without: frozenset[str] = frozenset(),
    ) -> list[Contact]:
        """Give the addresses to use now for one institution; empty when nobody can be reached.

        KRITIS uses every address of a person that works, other levels the best one. With `named`, issues for
        named persons only, whoever is named for all of them is reached and nobody else. Addresses on a channel of
        `without` are as none: what is best is found among the others.
        """
        if self.divert is not None:
            return [self.divert]
        reached = self._roster.reached(institution, unit, now, *named)
        return [
            Contact(one.id, reach.channel, reach.address, int(one.clearance), one.language)
            for one in reached
            for reach in _used(
                [reach for reach in one.addresses if reach.verified and reach.channel not in without], level
            )
        ]


def _used(addresses: list[Reach], level: Level) -> list[Reach]:
    """Give the addresses to use of one person's, the best first: at KRITIS all, else the best; devices are one way.

    Those that have failed are left out while another one works; the desk is none that does, where nothing rings.
    """
    works = [one for one in addresses if not one.failing]
    chosen = works if any(one.channel != DESK for one in works) else addresses
    if level == Level.KRITIS:
        return chosen
    same = [one for one in chosen if one.channel == push.CHANNEL == chosen[0].channel]
    return same or chosen[:1]
