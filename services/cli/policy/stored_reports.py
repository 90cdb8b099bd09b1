"""Give the reports on file as they were filed, for judging them again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.assessment import Assessment
from schemas.messages import ReportIn
from services.cli.policy import queries
from services.store.transaction import Session
from services.triage.assess import Assessor, Context

NAMELESS = "anonymous"  # reporter of what was filed without a key or a name


TEXTS_READ = "reports.read"  # the line of an office command that reads the words of reports


@dataclass(frozen=True, slots=True)
class Refiled:
    """One report as filed, and the incident it belongs to now, after merges and splits."""

    report: ReportIn
    filed_at: datetime
    incident: str
    opened: bool  # whether it opened its incident; only then do earlier ones nearby count
    nameless: bool

    def judged(self, assessor: Assessor, repeats: int = 0) -> Assessment:
        """Judge it again. Whom it came from changes confidence and handling only, so that is left out."""
        context = Context(repeats=repeats, nameless=self.nameless)
        return assessor.assess(self.report, filed_at=self.filed_at, context=context)


def refiled(session: Session) -> list[Refiled]:
    """Read every report that is no exercise, in the order of filing."""
    return list(_refiled(session))


def _refiled(session: Session) -> Iterator[Refiled]:
    names = ReportIn.model_fields.keys()
    for row, reporter in queries.real_reports(session):
        told = {name: value for name, value in row.told.items() if name in names}
        report = ReportIn(
            **told, text=row.text, observed_at=row.observed_at, anonymous=row.anonymous, exercise=row.exercise
        )
        yield Refiled(
            report=report,
            filed_at=row.filed_at,
            incident=row.folded_into or row.incident_id,
            opened=row.outcome == "opened",
            nameless=reporter == NAMELESS,
        )
