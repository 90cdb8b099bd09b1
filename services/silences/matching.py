"""Decide what need not be told: what somebody has silenced, and parts of what was told for the whole kabupaten.

Pure. What is pressing is never left out, held back or bundled: KRITIS, and the lead and the ladder of TINGGI.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.vocabulary import AlertReason, Duty, Level

CHASING = (AlertReason.ESCALATED, AlertReason.OVERDUE, AlertReason.UNREACHABLE)


def pressing(level: Level, duty: Duty, reason: AlertReason = AlertReason.OPENED, *, needed: bool = False) -> bool:
    """Say whether a telling must reach its institution now, whatever else holds.

    A rung of TINGGI is pressing because its lead was, and so is whoever's answer is `needed` there besides: nobody may
    be silent at that level and nobody hear of it, nor be called silent without having been asked.

    >>> pressing(Level.KRITIS, Duty.INFORM), pressing(Level.TINGGI, Duty.LEAD), pressing(Level.TINGGI, Duty.SUPPORT)
    (True, True, False)
    """
    chased = duty == Duty.LEAD or needed or reason in CHASING
    return level == Level.KRITIS or (level == Level.TINGGI and chased)


@dataclass(frozen=True)
class Case:
    """One telling: of what, to whom, in which duty. `issue` is the code without its narrower issue."""

    issue: str
    form: str
    kecamatan: str | None
    level: Level
    exercise: bool
    institution: str
    duty: Duty
    reason: AlertReason = AlertReason.OPENED
    needed: bool = False


@dataclass(frozen=True)
class Silence:
    """A stretch [starts_at, ends_at) in which matching tellings are left out; a matcher of None matches everything."""

    id: str
    starts_at: datetime
    ends_at: datetime
    issue: str | None = None
    form: str | None = None
    kecamatan: str | None = None
    institution: str | None = None
    exercise: bool | None = None

    def covers(self, case: Case, now: datetime) -> bool:
        """Say whether it holds now and every matcher fits. A place not known is in no kecamatan."""
        wanted = (
            (self.issue, case.issue),
            (self.form, case.form),
            (self.kecamatan, case.kecamatan),
            (self.institution, case.institution),
            (self.exercise, case.exercise),
        )
        return self.starts_at <= now < self.ends_at and all(given in (None, found) for given, found in wanted)


def silenced_by(silences: Iterable[Silence], case: Case, now: datetime) -> Silence | None:
    """Give the silence that covers a telling, of several the one that ends last; None for what is pressing."""
    if pressing(case.level, case.duty, case.reason, needed=case.needed):
        return None
    covering = [silence for silence in silences if silence.covers(case, now)]
    return max(covering, key=lambda silence: silence.ends_at, default=None)


@dataclass(frozen=True)
class Wide:
    """An open incident of today that concerns the whole kabupaten, and whom it was told to."""

    incident: str
    issue: str
    level: Level
    exercise: bool
    told: frozenset[str]


def inhibited_by(wides: Iterable[Wide], case: Case, incident: str) -> Wide | None:
    """Give the kabupaten-wide incident that makes a copy of one of its parts needless.

    Only who is told for information, and was told of the whole, at least at the part's level, for the same issue. That
    somebody is silent or was not reached is no copy: of the whole nobody has said so.
    """
    copy = case.duty == Duty.INFORM and case.reason not in CHASING
    if not copy or case.kecamatan is None or pressing(case.level, case.duty, case.reason):
        return None
    for wide in wides:
        same = wide.issue == case.issue and wide.exercise == case.exercise and wide.incident != incident
        if same and wide.level >= case.level and case.institution in wide.told:
            return wide
    return None
