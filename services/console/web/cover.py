"""Know how many posts that lead have somebody who can be reached now, for the line that an admin cannot overlook."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.district import District
from services.console.dependencies import Deps
from services.oncall import schedule as book
from services.oncall.shifts import Post, gaps

FRESH = timedelta(seconds=30)
INSTANT = timedelta(minutes=1)


@dataclass(frozen=True)
class Covered:
    """Posts that lead something: how many there are, and those without anybody who can be reached now."""

    posts: int
    empty: tuple[Post, ...]

    @property
    def reached(self) -> int:
        """Give how many have somebody."""
        return self.posts - len(self.empty)


class Cover:
    """Counts them, at most twice a minute."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._known: tuple[datetime, District, Covered] | None = None

    async def look(self, *, anew: bool = False) -> Covered:
        """Give what is known, read again when it is older than half a minute, or `anew`."""
        now, district = self._deps.clock(), self._deps.district
        if not anew and self._known and self._known[1] is district and timedelta() <= now - self._known[0] < FRESH:
            return self._known[2]
        posts = await asyncio.to_thread(self._deps.posts, district)  # half a second by new rules: beside the pages
        roster = await self._deps.store.read(lambda session: book.roster_of(session, now=now))
        found = gaps(posts, roster, now, now + INSTANT)
        empty = tuple(dict.fromkeys(gap.post for gap in found if gap.kind == "nobody"))
        covered = Covered(len(posts), empty)
        self._known = (now, district, covered)
        return covered
