"""Silence some tellings for a while, by a person and with a reason; docs/quiet.md says what is never silenced.

A silence ends by itself; ended before its time it stays on file, with who ended it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import Session, col

from schemas.by_hand import Silence
from schemas.records import Alert, Incident, Ladder
from schemas.vocabulary import AlertState, Role
from services.acts import OPEN_STATES, Refused
from services.auth import Identity
from services.store import Unit

LONGEST = timedelta(days=7)  # a silence over a week is a change of policy, and belongs into the district file
MATCHERS = ("issue", "form", "kecamatan", "institution", "exercise")


def add(
    unit: Unit, who: Identity, matchers: dict[str, Any], *, reason: str, start: datetime | None, end: datetime
) -> str:
    """Silence what all `matchers` (keys of `MATCHERS`) fit, from `start` (now if None) until `end`; gives its id.

    Raises Refused.
    """
    _may(who)
    begins = start or unit.now
    given = {name: value for name, value in matchers.items() if value is not None}
    if not reason.strip():
        raise Refused("reason_required", "Peredaman perlu alasan.")
    if not given or set(given) - set(MATCHERS):
        raise Refused("state", "Peredaman harus menyebut apa yang diredam; meredam semuanya tidak bisa.")
    if end <= max(begins, unit.now):
        raise Refused("state", "Peredaman harus berakhir sesudah dimulai, dan di masa depan.")
    if end - begins > LONGEST:
        raise Refused("state", f"Peredaman paling lama {LONGEST.days} hari.")
    id_ = uuid4().hex[:8]
    row = dict.fromkeys(MATCHERS) | given
    row |= {"id": id_, "author": who.id, "reason": reason.strip(), "starts_at": begins, "ends_at": end}
    unit.add(Silence, [{**row, "made_at": unit.now, "ended_by": None}])
    unit.journal("silence.added", who.id, subject=id_, matchers=given, until=end.isoformat(), reason=reason.strip())
    return id_


def end(unit: Unit, id_: str, who: Identity) -> None:
    """End a silence now; what it held back for a lead is told at the next tick. Raises Refused."""
    _may(who)
    silence = unit.session.get(Silence, id_)
    if silence is None:
        raise Refused("not_found", "Peredaman tidak ditemukan.")
    if silence.ends_at <= unit.now:
        raise Refused("state", "Peredaman sudah berakhir.")
    _wake(unit, silence.ends_at)
    silence.ends_at, silence.ended_by = unit.now, who.id
    unit.journal("silence.ended", who.id, subject=id_)


def _wake(unit: Unit, ends_at: datetime) -> None:
    """Bring forward the timers that were set to the end of a silence."""
    states = [state.value for state in OPEN_STATES]
    query = (
        select(Alert)
        .join(Incident, col(Incident.id) == col(Alert.incident_id))
        .where(col(Incident.state).in_(states), col(Alert.remind_at) == ends_at)
        .where(col(Alert.state) == AlertState.OWED.value)
    )
    for alert in unit.session.scalars(query):
        alert.remind_at = unit.now
        ladder = unit.session.get(Ladder, alert.incident_id)
        if ladder is not None and ladder.stopped is None:
            first = ladder.policy["ladder"][0]["after"]
            ladder.next_at = unit.later(first, always=ladder.policy["always"])


def listed(session: Session, now: datetime, *, every: bool) -> list[Silence]:
    """Give the silences that hold or will, or every one on file; the next to end first."""
    query = select(Silence).order_by(col(Silence.ends_at))
    return list(session.scalars(query if every else query.where(col(Silence.ends_at) > now)))


def _may(who: Identity) -> None:
    if who.role not in (Role.COORDINATOR, Role.ADMIN):
        raise Refused("not_yours", "Hanya koordinator yang boleh meredam.")
