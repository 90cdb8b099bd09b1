"""Know who can be reached for a post at an instant: people, verified addresses, absences and shifts.

Pure. Used to prove the policy before anything happens, and by the running service on what the store holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from schemas.vocabulary import Classification, Role

Stretch = tuple[datetime, datetime]  # [start, end)
DESK = "desk"  # the channel of whoever can sign in


@dataclass(frozen=True)
class Reach:
    """One address of one person; used only once verified."""

    channel: str
    address: str
    verified: bool = True
    failing: bool = False  # a message to it was given up: the person's last choice until it is proved again


@dataclass(frozen=True)
class Officer:
    """Somebody who is told: a post in an institution, and in a unit of it where it has units."""

    id: str
    name: str
    institution: str
    unit: str = ""
    role: Role = Role.MEMBER
    post: str = ""
    clearance: Classification = Classification.BIASA
    language: str = "id"
    named_for: tuple[str, ...] = ()
    login: str = ""
    addresses: tuple[Reach, ...] = ()
    absences: tuple[Stretch, ...] = ()
    shifts: tuple[Stretch, ...] = ()
    overrides: tuple[Stretch, ...] = ()  # shifts that stand above the others: only who has one is told

    @property
    def has_address(self) -> bool:
        """Say whether one of the addresses may be used."""
        return any(address.verified for address in self.addresses)

    @property
    def has_failed(self) -> bool:
        """Say whether not one address that rings somewhere works."""
        ringing = [one for one in self.addresses if one.verified and one.channel != DESK]
        return bool(ringing) and all(one.failing for one in ringing)

    def away(self, at: datetime) -> bool:
        """Say whether the officer is absent at `at`."""
        return _within(self.absences, at)

    def overriding(self, at: datetime) -> bool:
        """Say whether `at` lies in one of the officer's overrides."""
        return _within(self.overrides, at)

    def on_shift(self, at: datetime) -> bool:
        """Say whether `at` lies in one of the officer's shifts."""
        return _within(self.shifts, at)


@dataclass(frozen=True)
class Roster:
    """Everybody who may be told."""

    people: tuple[Officer, ...]

    @cached_property
    def _posts(self) -> dict[str, list[Officer]]:
        posts: dict[str, list[Officer]] = defaultdict(list)
        for officer in self.people:
            posts[officer.institution].append(officer)
        return posts

    def listed(self, institution: str, unit: str | None, *issues: str | None) -> list[Officer]:
        """Give who holds this post and has a usable address.

        Officers of the unit, or of the whole institution where the unit has none; never another unit's. With
        `issues`, only who is named for every one of them; None is none.
        """
        wanted = {issue for issue in issues if issue is not None}
        post = [one for one in self._posts.get(institution, ()) if one.has_address]
        if wanted:
            post = [one for one in post if wanted.issubset(one.named_for)]
        if unit:
            return [one for one in post if one.unit == unit] or [one for one in post if not one.unit]
        return [one for one in post if not one.unit]

    def reached(self, institution: str, unit: str | None, at: datetime, *issues: str | None) -> list[Officer]:
        """Give who is told at `at`: who overrides the rota, or is on shift, or everybody there when nobody is."""
        here = [one for one in self.listed(institution, unit, *issues) if not one.away(at)]
        overriding = [one for one in here if one.overriding(at)]
        return overriding or [one for one in here if one.on_shift(at)] or here

    def without(self, ids: Iterable[str]) -> "Roster":
        """Give the roster as it would be without these people."""
        gone = set(ids)
        return Roster(tuple(one for one in self.people if one.id not in gone))

    def moments(self, start: datetime, end: datetime) -> list[datetime]:
        """Give the instants of a stretch at which somebody's presence may change, its start first.

        Between two of them nothing changes, so that looking at these is looking at every minute.
        """
        edges = {
            edge
            for one in self.people
            for stretch in (*one.absences, *one.shifts, *one.overrides)
            for edge in stretch
            if start < edge < end
        }
        return [start, *sorted(edges)]


def _within(stretches: Sequence[Stretch], at: datetime) -> bool:
    return any(start <= at < end for start, end in stretches)
