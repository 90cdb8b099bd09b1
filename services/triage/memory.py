"""Remember the incidents of late as correlation sees them, in step with the store."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.vocabulary import IncidentState
from services.store.transaction import Session
from services.triage import queries
from services.triage.correlation.correlation import Candidate, Incidents

EXPIRE_EVERY = timedelta(minutes=10)
OPEN_DAYS = 14  # incidents a new report may belong to (early_warning: open incidents of 14 days)


@dataclass
class Memory:
    """The incidents of late as correlation sees them; refreshed inside each transaction from what changed since."""

    real: Incidents = field(default_factory=Incidents)
    exercise: Incidents = field(default_factory=Incidents)
    stamp: int = -1
    expired_at: datetime | None = None

    def of(self, *, exercise: bool) -> Incidents:
        """Give the incidents a report may belong to; an exercise never touches a real one."""
        return self.exercise if exercise else self.real

    def refresh(self, session: Session, now: datetime) -> None:
        """Take in what changed since the last look, by whichever process."""
        since = now - timedelta(days=OPEN_DAYS)
        for state, exercise, features, stamp in queries.changed_after(session, self.stamp, since):
            incidents = self.of(exercise=exercise)
            known = Candidate.from_dict(features)
            if exercise and state in (IncidentState.SETTLED, IncidentState.DISMISSED):
                incidents.drop(known.id)  # the next drill or canary is one of its own
            else:
                incidents.put(known)  # closed or merged too: a copy goes where it has gone
            self.stamp = stamp
        if self.expired_at is None or now - self.expired_at >= EXPIRE_EVERY:  # walks all of them: not at every batch
            self.expired_at = now
            for incidents in (self.real, self.exercise):
                incidents.expire(since)
