"""Read what is silenced and what the whole kabupaten was told of, when a telling asks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from schemas import by_hand
from schemas.records import Alert, Incident
from schemas.vocabulary import AlertReason, Duty, Level
from services.acts import ANSWERED, OPEN_STATES, chased
from services.notify.muting import Case, Silence, Wide, inhibited_by, silenced_by
from services.notify.referred import WHY
from services.store import table_of

if TYPE_CHECKING:
    from services.notify.telling import Telling


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


def left_out(telling: "Telling", row: Mapping[str, Any], alert: dict[str, Any]) -> bool:
    """Say whether a telling is left out, and keep why in the journal."""
    if row["id"] in telling.canaries:
        return False  # it is told to nobody, and must arrive
    if WHY in alert["why"] and alert.get("delivered_at") is None:
        return False  # a person has just decided that this institution is to know
    unit, facts = telling.unit, {name: alert[name] for name in ("institution", "unit", "duty")}
    if silence := telling.mutes.silence(row, alert):
        unit.journal("alert.silenced", "notify", incident=row["id"], subject=alert["id"], silence=silence.id, **facts)
        kept = unit.session.get_one(by_hand.Silence, silence.id)
        kept.left_out += 1
        _hold(telling, row, alert, silence)
        return True
    # Whoever has every delivery sent to one address (a test bench) wants each of them.
    if telling.desk.contacts.divert is None and (wide := telling.mutes.wide(row, alert)):
        unit.journal("alert.inhibited", "notify", incident=row["id"], subject=alert["id"], by=wide.incident, **facts)
        return True
    return False


def _hold(telling: "Telling", row: Mapping[str, Any], alert: dict[str, Any], silence: Silence) -> None:
    """Let a silenced lead be told when the silence ends, and nobody before that be told that it does not answer.

    One whose answer is needed besides is told then too; the ladder waits for the lead meanwhile, as it would.
    """
    ladder = telling.ladders.get(row["id"])
    awaited = chased(alert["duty"], needed=alert["needed"])
    if not awaited or alert["state"] in ANSWERED or ladder is None or ladder["stopped"] is not None:
        return
    clock, later = telling.clock(row), telling.desk.later
    telling.touch(alert, remind_at=silence.ends_at, ack_due=later(silence.ends_at, clock.ack, clock))
    if alert["duty"] == Duty.LEAD:
        telling.move(ladder, next_at=later(silence.ends_at, clock.ladder[0].after, clock))


def hold_ladder(
    telling: "Telling", row: Mapping[str, Any], ladder: dict[str, Any], waited: Sequence[Mapping[str, Any]]
) -> None:
    """Let a ladder wait that waits only for who is silenced: nobody is told meanwhile that they do not answer."""
    found = [telling.mutes.silence(row, alert) for alert in waited]
    until = min(silence.ends_at for silence in found if silence)
    clock = telling.clock(row)
    telling.move(ladder, next_at=telling.desk.later(until, clock.ladder[0].after, clock))


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
