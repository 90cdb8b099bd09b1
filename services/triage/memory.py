"""Remember the incidents of late as correlation sees them, in step with the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import IncidentState
from services.store.audit_log import safe_line
from services.store.transaction import Session
from services.triage import queries
from services.triage.correlation.correlation import Candidate, Incidents

EXPIRE_EVERY = timedelta(minutes=10)
OPEN_DAYS = 14  # incidents a new report may belong to (early_warning: open incidents of 14 days)


@dataclass
class Memory:
    """The incidents of late as correlation sees them; refreshed inside each transaction from what changed since.

    `stamp` is a line behind which no change can come any more; what was taken in beyond it is remembered by its stamp.
    """

    real: Incidents = field(default_factory=Incidents)
    exercise: Incidents = field(default_factory=Incidents)
    stamp: int = -1
    expired_at: datetime | None = None
    _beyond: dict[str, int] = field(default_factory=dict)

    @property
    def knows(self) -> bool:
        """Say whether the store was looked at before."""
        return self.stamp >= 0

    def of(self, *, exercise: bool) -> Incidents:
        """Give the incidents a report may belong to; an exercise never touches a real one."""
        return self.exercise if exercise else self.real

    def note(self, rows: Iterable[IncidentRow]) -> None:
        """Note that these incidents were taken in as they are written now."""
        self._beyond.update((row["id"], row["stamp"]) for row in rows)

    def refresh(self, session: Session, now: datetime) -> None:
        """Take in what changed since the last look, by whichever process."""
        since = now - timedelta(days=OPEN_DAYS)
        safe = safe_line(session)  # first: what comes meanwhile is read once more
        stamps = queries.stamps_after(session, self.stamp, since)
        fresh = [id_ for id_, stamp in stamps.items() if self._beyond.get(id_) != stamp]
        for state, exercise, into, features in queries.features_of(session, fresh):
            incidents = self.of(exercise=exercise)
            known = Candidate.from_dict(features)
            if exercise and state in (IncidentState.SETTLED, IncidentState.DISMISSED):
                incidents.drop(known.id)  # the next drill or canary is one of its own
            else:
                incidents.put(known, into)  # closed or merged too: a copy goes where it has gone
        self.stamp = max(self.stamp, safe)
        self._beyond = {id_: stamp for id_, stamp in stamps.items() if stamp > safe}
        if self.expired_at is None or now - self.expired_at >= EXPIRE_EVERY:  # walks all of them: not at every batch
            self.expired_at = now
            for incidents in (self.real, self.exercise):
                incidents.expire(since)
