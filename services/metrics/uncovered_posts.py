"""Say whether the rules in force end at people: how many posts that lead have nobody who can be reached now."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from schemas.district import District
from services.oncall.schedule import roster_of
from services.oncall.shifts import Post, gaps
from services.policy.versions import Rules
from services.store.transaction import Session

FRESH = timedelta(minutes=1)  # people change by an office hand
INSTANT = timedelta(minutes=1)


class Posts:
    """Counts them by the rules of this process; `leading` names the posts, and takes half a second for new rules."""

    def __init__(self, rules: Rules, leading: Callable[[District], Sequence[Post]]) -> None:
        self._rules = rules
        self._leading = leading
        self._posts: Sequence[Post] = ()
        self._read_at: datetime | None = None
        self._empty = 0

    def prepare(self) -> None:
        """Work the posts out before a transaction is opened."""
        posts = self._leading(self._rules.district)
        if posts != self._posts:
            self._posts, self._read_at = posts, None

    def read(self, session: Session, now: datetime) -> Iterator[Metric]:
        """Count the posts without anybody; people are read once a minute."""
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            found = gaps(self._posts, roster_of(session), now, now + INSTANT)
            self._empty = len({gap.post for gap in found if gap.kind == "nobody"})
            self._read_at = now
        what = "Posts that lead (institution, place, named issue) and have nobody who can be reached now"
        family = GaugeMetricFamily("kentongan_lead_posts_unreachable", what)
        family.add_metric((), self._empty)
        yield family
