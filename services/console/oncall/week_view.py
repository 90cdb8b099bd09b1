"""Say who is on duty as a week that reads on a phone: posts, days, holes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from schemas.district import District
from services.oncall.roster import Officer, Roster
from services.oncall.shifts import Gap, Post, Spell, spells, within
from services.web import localised

WEEK = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PartView:
    """A part of a day: `hours` is empty for the whole day."""

    hours: str
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class DayView:
    """One day of a post."""

    label: str
    today: bool
    parts: tuple[PartView, ...]


@dataclass(frozen=True)
class PostView:
    """One post: who is told now and until when, and its week; `plain` is one that keeps no rota in it."""

    institution: str
    name: str
    now: Spell
    names: tuple[str, ...]
    until: datetime | None  # None: it goes on beyond the week
    days: tuple[DayView, ...]
    plain: bool


@dataclass(frozen=True)
class HoleView:
    """A post that leads and has nobody for a while; `named` asks for somebody named for an issue."""

    institution: str
    name: str
    kind: str
    named: str | None
    start: datetime
    end: datetime
    day: date


def week_of(
    posts: Iterable[Post], roster: Roster, first: date, now: datetime, district: District, language: str
) -> list[PostView]:
    """Give a week from `first` of each post; from `now` on where that is later than its beginning."""
    zone = ZoneInfo(district.timezone)
    midnights = [datetime.combine(first + DAY * number, time(), zone) for number in range(WEEK + 1)]
    found = []
    for post in posts:
        start, end = min(now, midnights[0]), max(midnights[-1], now + DAY)
        told = spells(post, roster, start, end)
        here = within(told, now, end)[0]
        days = tuple(
            DayView(_day(begins, language), begins <= now < ends, _parts(told, begins, ends, now))
            for begins, ends in pairwise(midnights)
        )
        found.append(
            PostView(
                institution=post.institution,
                name=district.called(post.institution, post.unit),
                now=here,
                names=names_of(here.people),
                until=here.end if here.end < end else None,
                days=days,
                plain=all(one.kind == "all" for one in told) and len(told) == 1,
            )
        )
    return found


def _parts(told: Sequence[Spell], begins: datetime, ends: datetime, now: datetime) -> tuple[PartView, ...]:
    """Give the parts of a day, of today those that are not over."""
    zone = begins.tzinfo
    found = []
    for one in within(told, begins, ends):
        if begins <= now < ends and one.end <= now:
            continue
        whole = (one.start, one.end) == (begins, ends)
        last = "24.00" if one.end == ends else f"{one.end.astimezone(zone):%H.%M}"
        hours = "" if whole else f"{one.start.astimezone(zone):%H.%M}-{last}"
        found.append(PartView(hours, one.kind, names_of(one.people)))
    return tuple(found)


def _day(begins: datetime, language: str) -> str:
    return localised.day(begins, begins.tzinfo or UTC, language, year=False)


def names_of(people: Iterable[Officer]) -> tuple[str, ...]:
    """Give the names of people, each once, in a steady order."""
    return tuple(sorted({one.name for one in people}))


def hole_view(gap: Gap, district: District) -> HoleView:
    """Show one hole."""
    zone = ZoneInfo(district.timezone)
    return HoleView(
        institution=gap.post.institution,
        name=district.called(gap.post.institution, gap.post.unit),
        kind=gap.kind,
        named=gap.post.issue,
        start=gap.start,
        end=gap.end,
        day=gap.start.astimezone(zone).date(),
    )
