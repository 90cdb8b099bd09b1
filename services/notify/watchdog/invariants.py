"""Look whether everything that was promised still has a timer or an end: the rules, as questions to the store.

Every open incident has a live timer or a state in which none is needed; every delivery owed has an outcome or a next
try; nothing that is due waits longer than two ticks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import and_, col, or_, select

from schemas.records import Alert, Delivery, Incident, Ladder
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertState, DeliveryState, Duty
from services.incidents.urgency import NIL
from services.notify.delivery.dispatcher import WAITING
from services.policy.escalation import ACKNOWLEDGED
from services.store.transaction import Session

AT_LEAST = timedelta(seconds=10)  # two ticks of a second are over before a sweep of a thousand timers is
NAMED = 100  # findings of one kind that are named

SAID = {
    "untold": "peristiwa terbuka belum diteruskan kepada siapa pun",
    "timerless": "peristiwa terbuka tanpa pengatur waktu",
    "unchased": "peristiwa terbuka yang jawabannya kurang, tetapi tidak ditagih",
    "late_ladder": "tangga eskalasi terlambat",
    "late_reminder": "pengingat terlambat",
    "late_sitrep": "tagihan lapjut terlambat",
    "unpromised": "peringatan diterima tanpa batas lapjut",
    "stuck": "kiriman tanpa hasil dan tanpa waktu coba lagi",
    "late_delivery": "kiriman menunggu terlalu lama",
    "given_up": "kiriman tidak dapat disampaikan dan tidak ada jalan lain",
    "canary_lost": "laporan uji tidak sampai",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as promised: `kind` is a key of `SAID`, `subject` the row it is about."""

    kind: str
    subject: str
    incident: str = ""


def patience(tick: float) -> timedelta:
    """Give how long something due may wait: two ticks, and never less than ten seconds."""
    return max(timedelta(seconds=2 * tick), AT_LEAST)


def look(session: Session, now: datetime, tick: float) -> list[Finding]:
    """Ask every question; an empty list means that all promises are kept. `tick` in seconds."""
    late = now - patience(tick)
    return [*_incidents(session, late), *_alerts(session, late), *_deliveries(session, late)]


def _incidents(session: Session, late: datetime) -> Iterator[Finding]:
    still_open = col(Incident.state).in_([state.value for state in OPEN_STATES])
    joined = select(Incident.id).outerjoin(Ladder, col(Ladder.incident_id) == col(Incident.id)).where(still_open)
    untold = joined.where(col(Ladder.incident_id).is_(None), col(Incident.opened_at) < late)
    timerless = joined.where(
        col(Ladder.incident_id).is_not(None), col(Ladder.stopped).is_(None), col(Ladder.next_at).is_(None)
    )
    overdue = joined.where(col(Ladder.next_at) < late)
    silent = col(Alert.state).not_in([state.value for state in ANSWERED])
    awaited = select(Alert.incident_id).where(or_(col(Alert.needed), col(Alert.duty) == Duty.LEAD.value), silent)
    unchased = joined.where(col(Ladder.stopped) == ACKNOWLEDGED, col(Incident.id).in_(awaited))
    kinds = {"untold": untold, "timerless": timerless, "unchased": unchased, "late_ladder": overdue}
    for kind, question in kinds.items():
        for id_ in _some(session, question):
            yield Finding(kind, id_, id_)


def _alerts(session: Session, late: datetime) -> Iterator[Finding]:
    still_open = col(Incident.state).in_([state.value for state in OPEN_STATES])
    joined = select(Alert.id, Alert.incident_id).join(Incident, col(Incident.id) == col(Alert.incident_id))
    leading = and_(col(Alert.duty) == Duty.LEAD.value, col(Alert.state) == AlertState.ACKNOWLEDGED.value)
    wanted = and_(col(Incident.conflict), col(Incident.form) != NIL)  # of whom nothing else is asked
    questions = {
        "late_reminder": joined.where(still_open, col(Alert.remind_at) < late),
        "late_sitrep": joined.where(still_open, col(Alert.sitrep_due) < late),
        "unpromised": joined.where(still_open, leading, col(Alert.sitrep_due).is_(None), wanted),
    }
    for kind, question in questions.items():
        for id_, incident in _some(session, question):
            yield Finding(kind, id_, incident)


def _deliveries(session: Session, late: datetime) -> Iterator[Finding]:
    rows = select(Delivery.id, Delivery.incident_id)
    waiting = col(Delivery.state).in_(WAITING)
    dead = DeliveryState.DEAD.value
    # One address that works is enough: only where all that an alert sent has died does nobody know of it.
    living = select(Delivery.alert_id).where(col(Delivery.state) != dead)
    owed = (
        select(Alert.id)
        .join(Incident, col(Incident.id) == col(Alert.incident_id))
        .where(col(Alert.state) == AlertState.OWED.value)
        .where(col(Incident.state).in_([state.value for state in OPEN_STATES]))
    )
    questions = {
        "stuck": rows.where(waiting, col(Delivery.next_at).is_(None)),
        "late_delivery": rows.where(waiting, col(Delivery.next_at) < late),
        "given_up": rows.where(
            col(Delivery.state) == dead, col(Delivery.alert_id).in_(owed), col(Delivery.alert_id).not_in(living)
        ),
    }
    for kind, question in questions.items():
        for id_, incident in _some(session, question):
            yield Finding(kind, id_, incident)


def _some(session: Session, question: Any) -> list[Any]:
    return list(session.exec(question.limit(NAMED)))


def sentences(findings: list[Finding]) -> list[str]:
    """Say findings to a person, a line per kind with the first few ids.

    >>> sentences([Finding("stuck", "d1", "i1"), Finding("stuck", "d2", "i2")])
    ['2 kiriman tanpa hasil dan tanpa waktu coba lagi: i1, i2']
    """
    lines = []
    for kind, said in SAID.items():
        ids = [finding.incident or finding.subject for finding in findings if finding.kind == kind]
        if ids:
            more = f" dan {len(ids) - 3} lagi" if len(ids) > 3 else ""  # noqa: PLR2004 - as many as fit on a line
            lines.append(f"{len(ids)} {said}: {', '.join(ids[:3])}{more}")
    return lines
