"""Read what is silenced and what the whole kabupaten was told of, when a telling asks for it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import AlertReason, Duty, Level
from services.silences import queries
from services.silences.matching import Case, Silence, Wide, inhibited_by, silenced_by
from services.store.transaction import Session


@dataclass
class Mutes:
    """What mutes tellings in one transaction; asked of the store once, and only when something may be muted."""

    session: Session
    now: datetime
    zone: ZoneInfo

    def silence(self, row: IncidentRow, alert: AlertRow) -> Silence | None:
        """Give the silence over this telling, if any."""
        return silenced_by(self._silences, _case(row, alert), self.now)

    def wide(self, row: IncidentRow, alert: AlertRow) -> Wide | None:
        """Give the kabupaten-wide incident that inhibits this telling, if any."""
        case = _case(row, alert)
        asked = case.duty == Duty.INFORM and case.kecamatan is not None
        return inhibited_by(self._wides, case, row["id"]) if asked else None

    @cached_property
    def _silences(self) -> tuple[Silence, ...]:
        return tuple(Silence(**row) for row in queries.not_ended(self.session, self.now))

    @cached_property
    def _wides(self) -> tuple[Wide, ...]:
        midnight = self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        found = queries.kabupaten_wide(self.session, midnight)
        told = queries.reached_by(self.session, [id_ for id_, *_ in found])
        return tuple(
            Wide(id_, issue, Level(level), exercise, frozenset(told[id_])) for id_, issue, level, exercise in found
        )


def _case(row: IncidentRow, alert: AlertRow) -> Case:
    return Case(
        issue=row["issue"],
        form=row["form"],
        kecamatan=row["kecamatan"],
        level=Level(row["level"]),
        exercise=row["exercise"],
        institution=alert["institution"],
        duty=Duty(alert["duty"]),
        reason=AlertReason(alert["reason"]),
        needed=alert["needed"],
    )
