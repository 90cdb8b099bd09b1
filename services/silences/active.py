"""Read what is silenced and what the whole kabupaten was told of, when a telling asks for it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import col, select

from schemas import by_hand
from schemas.records import Alert, Incident
from schemas.vocabulary import OPEN_STATES, AlertReason, Duty, Level
from services.silences.matching import Case, Silence, Wide, inhibited_by, silenced_by
from services.store.transaction import Session, table_of

SILENCES = table_of(by_hand.Silence)
NOT_ENDED = select(*(SILENCES.c[one.name] for one in fields(Silence))).where(SILENCES.c.ends_at > bindparam("now"))


@dataclass
class Mutes:
    """What mutes tellings in one transaction; asked of the store once, and only when something may be muted."""

    session: Session
    now: datetime
    zone: ZoneInfo

    def silence(self, row: Mapping[str, Any], alert: Mapping[str, Any]) -> Silence | None:
        """Give the silence over this telling, if any."""
        return silenced_by(self._silences, _case(row, alert), self.now)

    def wide(self, row: Mapping[str, Any], alert: Mapping[str, Any]) -> Wide | None:
        """Give the kabupaten-wide incident that inhibits this telling, if any."""
        case = _case(row, alert)
        asked = case.duty == Duty.INFORM and case.kecamatan is not None
        return inhibited_by(self._wides, case, row["id"]) if asked else None

    @cached_property
    def _silences(self) -> tuple[Silence, ...]:
        rows = self.session.connection().execute(NOT_ENDED, {"now": self.now}).mappings()
        return tuple(Silence(**row) for row in rows)

    @cached_property
    def _wides(self) -> tuple[Wide, ...]:
        midnight = self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        states = [state.value for state in OPEN_STATES]
        query = select(Incident.id, Incident.issue, Incident.level, Incident.exercise).where(
            col(Incident.state).in_(states),
            col(Incident.opened_at) >= midnight,
            col(Incident.kecamatan).is_(None),
            col(Incident.kabupaten).is_not(None),  # a place nobody knows yet is not the whole kabupaten
        )
        found = self.session.exec(query).all()
        told: dict[str, set[str]] = defaultdict(set)
        if found:
            asked = select(Alert.incident_id, Alert.institution).where(
                col(Alert.incident_id).in_([id_ for id_, *_ in found]), col(Alert.delivered_at).is_not(None)
            )
            for incident, institution in self.session.exec(asked):
                told[incident].add(institution)
        return tuple(
            Wide(id_, issue, Level(level), exercise, frozenset(told[id_])) for id_, issue, level, exercise in found
        )


def _case(row: Mapping[str, Any], alert: Mapping[str, Any]) -> Case:
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
