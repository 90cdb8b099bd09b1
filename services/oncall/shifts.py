"""Lay out shifts and find the holes of a rota: posts that lead and have nobody who can be reached.

Pure. Shifts are said in the district's local time; one that ends before it starts ends the next day.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from services.oncall.roster import Officer, Roster, Stretch

_HOURS = re.compile(r"([01]\d|2[0-3])[:.]([0-5]\d)-([01]\d|2[0-3])[:.]([0-5]\d)")
EVERY_DAY = frozenset(range(1, 8))
YEARS = range(2000, 2200)  # beyond them a slip of the finger, and arithmetic that ends
LONGEST = 366  # days of one entry: what lasts longer is looked at again by a person


@dataclass(frozen=True)
class Post:
    """A post that must be reachable: of an institution, its unit, and, for named persons, an issue."""

    institution: str
    unit: str | None = None
    issue: str | None = None


@dataclass(frozen=True)
class Gap:
    """A stretch in which a post has nobody (`nobody`), or a rota and nobody on it (`rota`: everybody is told)."""

    post: Post
    kind: Literal["nobody", "rota"]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Spell:
    """A stretch in which the same people of a post are told: by an override, a shift, or as everybody there (`all`)."""

    start: datetime
    end: datetime
    kind: Literal["override", "duty", "all", "nobody"]
    people: tuple[Officer, ...]


def hours_of(text: str) -> tuple[time, time]:
    """Read "19:00-07:00"; raises ValueError."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not HH:MM-HH:MM")
    first, minute, last, end = map(int, found.groups())
    return time(first, minute), time(last, end)


def shifts(
    first: date, last: date, hours: tuple[time, time], zone: ZoneInfo, weekdays: Collection[int] = EVERY_DAY
) -> list[Stretch]:
    """Give one shift for each day from `first` to `last` (both included) on these ISO weekdays; UTC.

    A shift belongs to the day on which it begins. Equal times are a whole day.

    >>> night = shifts(date(2026, 11, 24), date(2026, 11, 24), hours_of("19:00-07:00"), ZoneInfo("Asia/Jakarta"))
    >>> [f"{start:%d %H:%M} {end:%d %H:%M}" for start, end in night]
    ['24 12:00 25 00:00']
    """
    begins, ends = hours
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() in weekdays:
            closing = day if ends > begins else day + timedelta(days=1)
            found.append((_at(day, begins, zone), _at(closing, ends, zone)))
    return found


def stretches_of(
    start: str, end: str, zone: ZoneInfo, *, hours: str = "", weekdays: str = "1234567", whole: bool = False
) -> list[Stretch]:
    """Read what a person writes: two instants (RFC 3339 with offset), or two dates and `hours` of each day.

    `weekdays` are ISO numbers. Without hours it is whole days, and with `whole` those that meet are one stretch. Raises
    ValueError.
    """
    if "T" in start or "T" in end:
        if hours:
            raise ValueError("--hours goes with dates, not with instants")
        return [(instant_of(start), instant_of(end))]
    first, last = day_of(start), day_of(end)
    if (last - first).days >= LONGEST:
        raise ValueError(f"at most {LONGEST} days at once")
    found = shifts(first, last, hours_of(hours or "00:00-00:00"), zone, frozenset(map(int, weekdays)))
    return _meeting(found) if whole and not hours else found


def day_of(text: str) -> date:
    """Read a date of years in which somebody is on duty; raises ValueError."""
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(f"{text} is no year for a rota")
    return day


def instant_of(text: str) -> datetime:
    """Read an instant with its offset, UTC; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("needs an offset, for instance 2026-11-24T19:00+07:00")
    if moment.year not in YEARS:
        raise ValueError(f"{text} is no year for a rota")
    return moment.astimezone(UTC)


def _meeting(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join stretches of which one ends where the next begins."""
    found: list[Stretch] = []
    for start, end in stretches:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, zone).astimezone(UTC)


def spells(post: Post, roster: Roster, start: datetime, end: datetime) -> list[Spell]:
    """Give who is told for a post from `start` to `end`, in order, without a hole: nobody is a spell too."""
    people = roster.listed(post.institution, post.unit, post.issue)
    own = Roster(tuple(people))
    found: list[Spell] = []
    for at, until in pairwise([*own.moments(start, end), end]):
        told = tuple(own.reached(post.institution, post.unit, at, post.issue))
        spell = Spell(at, until, _kind(told, at), told)
        if found and (found[-1].kind, found[-1].people) == (spell.kind, spell.people):
            spell = replace(found.pop(), end=until)
        found.append(spell)
    return found


def _kind(told: Collection[Officer], at: datetime) -> Literal["override", "duty", "all", "nobody"]:
    if not told:
        return "nobody"
    if any(one.overriding(at) for one in told):
        return "override"
    return "duty" if any(one.on_shift(at) for one in told) else "all"


def within(found: Iterable[Spell], start: datetime, end: datetime) -> list[Spell]:
    """Give the parts of spells that lie in [start, end)."""
    cut = (replace(one, start=max(one.start, start), end=min(one.end, end)) for one in found)
    return [one for one in cut if one.start < one.end]


def gaps(posts: Iterable[Post], roster: Roster, start: datetime, end: datetime) -> list[Gap]:
    """Find every hole of these posts between `start` and `end`, joined where one follows the other; soonest first."""
    edges = [*roster.moments(start, end), end]
    found = [gap for post in posts for gap in _joined(_holes(post, roster, edges))]
    return sorted(found, key=lambda gap: (gap.start, gap.kind, gap.post.institution, gap.post.unit or ""))


def _holes(post: Post, roster: Roster, edges: list[datetime]) -> Iterator[Gap]:
    people = roster.listed(post.institution, post.unit, post.issue)
    keeps_rota = any(one.shifts or one.overrides for one in people)
    for at, until in pairwise(edges):
        here = [one for one in people if not one.away(at)]
        if not here:
            yield Gap(post, "nobody", at, until)
        elif keeps_rota and not any(one.on_shift(at) or one.overriding(at) for one in here):
            yield Gap(post, "rota", at, until)


def _joined(holes: Iterable[Gap]) -> Iterator[Gap]:
    last: Gap | None = None
    for hole in holes:
        if last is not None and last.kind == hole.kind and last.end == hole.start:
            last = replace(last, end=hole.end)
            continue
        if last is not None:
            yield last
        last = hole
    if last is not None:
        yield last
