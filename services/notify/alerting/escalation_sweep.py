"""Sweep the timers: reminders, rungs of the ladder, lapsed promises, and what is owed to the bus.

The timer is a row; the scheduler only ticks. Every replica may sweep: writers take turns, and what the first has
moved on is no longer due for the second.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.policy.clocks import Step
from schemas.policy.recipients import Recipient
from schemas.records.alerts import Alert, Ladder
from schemas.rows.alerts import AlertRow, DeliveryRow, LadderRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import ANSWERED, AlertReason, AlertState, Duty, EventKind, LadderStop
from services.bus import Event
from services.incidents.situation_of import situation_of
from services.notify.alerting import queries
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.duties import is_silent
from services.notify.alerting.suppression import hold_ladder
from services.notify.alerting.unreachable import finish
from services.notify.context import NotifyContext, wants_answer
from services.policy.escalation import LadderState, stand_still
from services.policy.routing import told_at
from services.store.transaction import Session, Transaction

SILENT = (AlertState.OWED.value, AlertState.DELIVERED.value, AlertState.SEEN.value)


@dataclass(frozen=True)
class Due:
    """Timers whose time has come."""

    reminders: Sequence[Alert]
    lapses: Sequence[Alert]
    climbs: Sequence[Ladder]
    released: Sequence[Alert] = ()  # held back by a silence that has ended, perhaps before its time

    @property
    def incidents(self) -> list[str]:
        """Give whose they are, each once."""
        alerts = {alert.incident_id for alert in (*self.reminders, *self.lapses, *self.released)}
        return sorted(alerts | {ladder.incident_id for ladder in self.climbs})


def due(session: Session, now: datetime, only: str | None = None) -> Due:
    """Read what is due, of all incidents or of one."""
    released = queries.released(session, now, only)
    known = {alert.id for alert in released}
    reminders = queries.due_rows(session, Alert, Alert.remind_at, now, only)
    return Due(
        [alert for alert in reminders if alert.id not in known],
        queries.due_rows(session, Alert, Alert.sitrep_due, now, only),
        queries.due_rows(session, Ladder, Ladder.next_at, now, only),
        released,
    )


def sweep(tx: Transaction, context: NotifyContext, only: str | None = None) -> list[DeliveryRow]:
    """Do everything that is due, of all incidents or of one; returns the deliveries owed by it, leased to us."""
    timers = due(tx.session, tx.now, only)
    if not timers.incidents:
        return []
    telling = AlertBatch(tx, context, timers.incidents)
    told = frozenset(
        alert.id
        for alert in timers.lapses
        if _lapse(telling, telling.alerts[alert.incident_id][alert.institution, alert.unit])
    )
    for alert in timers.released:
        held = telling.ladders[alert.incident_id]
        escalation = telling.escalation(telling.incidents[alert.incident_id])
        telling.move(held, escalation.released(LadderState.of(held), tx.now))
        # A silence may end before its time: whoever is told now has the time to answer from now on.
        row = telling.alerts[alert.incident_id][alert.institution, alert.unit]
        telling.touch(row, ack_due=escalation.ack_due(tx.now))
    for alert in (*timers.released, *timers.reminders):
        _remind(telling, telling.alerts[alert.incident_id][alert.institution, alert.unit])
    for incident in timers.incidents:
        ladder = telling.ladders.get(incident)
        if ladder and ladder["stopped"] is None and ladder["next_at"] and ladder["next_at"] <= tx.now:
            _climb(telling, ladder, told)
    return finish(telling)


def _remind(telling: AlertBatch, alert: AlertRow) -> None:
    """Tell a silent institution once more, and set the next reminder if the clock has one."""
    row = telling.incidents[alert["incident_id"]]
    if alert["state"] not in SILENT:
        telling.touch(alert, remind_at=None, held_by=None)
        return
    reminders = alert["reminders"] + 1
    since = alert["delivered_at"] or alert["owed_at"]
    next_at = telling.escalation(row).next_reminder(since, reminders, telling.unit.now)
    telling.touch(alert, reminders=reminders, remind_at=next_at, held_by=None)
    telling.next_round(row)
    telling.tell(row, alert, AlertReason.REMINDER)


def _lapse(telling: AlertBatch, alert: AlertRow) -> bool:
    """Take a promise as broken when no first sitrep came; ask again for a later one that is late.

    Says whether it was broken: who is told so is not told once more by what the ladder does because of it.
    """
    row, unit = telling.incidents[alert["incident_id"]], telling.unit
    ladder = telling.ladders.get(row["id"])
    escalation = telling.escalation(row)
    telling.next_round(row)
    if alert["state"] == AlertState.REPORTED.value:
        telling.tell(row, alert, AlertReason.REMINDER)  # of the report that is late, before the next one's time is set
        telling.touch(alert, sitrep_due=escalation.next_sitrep(unit.now))
        return False
    telling.touch(alert, state=AlertState.LAPSED.value, sitrep_due=None)
    facts = {"institution": alert["institution"], "unit": alert["unit"]}
    unit.audit("alert.lapsed", "notify", incident=row["id"], subject=alert["id"], **facts)
    telling.tell(row, alert, AlertReason.LAPSED)
    if ladder is not None and alert["duty"] == Duty.LEAD.value:
        telling.move(ladder, escalation.lapse(LadderState.of(ladder), unit.now))
    return True


def _climb(telling: AlertBatch, ladder: LadderRow, knowing: frozenset[str]) -> None:
    """Tell the rungs that are due, and again whoever is silent though the ladder waits for it.

    `knowing` are the alerts of those who have been told in this very sweep that their promise is broken.
    """
    row, unit, desk = telling.incidents[ladder["incident_id"]], telling.unit, telling.desk
    alerts = list(telling.alerts[row["id"]].values())
    lead = next((alert for alert in alerts if alert["duty"] == Duty.LEAD.value), None)
    if lead is None:
        telling.move(ladder, stand_still(LadderState.of(ladder), LadderStop.ACKNOWLEDGED))
        return
    waited = list(filter(is_silent, alerts)) if wants_answer(row) else []
    silent = [alert for alert in waited if alert is lead or not telling.mutes.silence(row, alert)]
    if waited and not silent:
        hold_ladder(telling, row, ladder, waited)
        return
    # Every answer that was needed stops the ladder: that it runs again is a person's wish.
    whom = [asked_by(alert) for alert in silent or [lead]]
    answered = frozenset(alert["institution"] for alert in alerts if alert["state"] in ANSWERED)
    # Once the lead has answered, only the silent are chased: nobody above whoever has answered is woken for others.
    spared = answered if silent and lead not in silent else frozenset()
    telling.next_round(row)

    def tell(step: Step) -> bool:
        known = False  # who has answered knows, and is no empty rung
        for recipient in told_at(step, whom, situation_of(row), desk.district):
            if desk.district.institutions[recipient.institution].of in spared:
                known = True
                continue
            alert = telling.alert_for(row, recipient)
            if alert["state"] in ANSWERED:
                answered_at = alert["acknowledged_at"]
                if answered_at is not None and answered_at >= lead["owed_at"]:
                    known = True
                    continue
                telling.owe_again(alert, row)  # that was answered before it was closed, rose, or another came to lead
            known |= telling.tell(row, alert, AlertReason.ESCALATED)
        return known

    escalation = desk.escalation(desk.frozen(ladder["policy"]))
    climbed = escalation.climb(LadderState.of(ladder), unit.now, tell)
    telling.move(ladder, climbed.state)
    told, empty = [step.label for step in climbed.tell], [step.label for step in climbed.nobody]
    if not silent:
        why = LadderStop.ACKNOWLEDGED if wants_answer(row) else LadderStop.NO_ANSWER
        telling.move(ladder, stand_still(climbed.state, why))
    stopped = ladder["stopped"]
    chasing = [alert["institution"] for alert in silent]
    facts: dict[str, Any] = {"silent": chasing, "told": told, "nobody": empty, "stopped": stopped}
    unit.audit("ladder.climbed", "notify", incident=row["id"], **facts)
    _tell_again(telling, row, [alert for alert in silent if alert["id"] not in knowing])


def _tell_again(telling: AlertBatch, row: IncidentRow, silent: Sequence[AlertRow]) -> None:
    """Tell whoever the ladder waits for that it does: for an answer, or for the report that was promised with one."""
    for alert in silent:
        broken = alert["state"] == AlertState.LAPSED
        telling.tell(row, alert, AlertReason.LAPSED if broken else AlertReason.OVERDUE)


def asked_by(alert: AlertRow) -> Recipient:
    """Give whom an alert asks, as routing speaks of them."""
    return Recipient(institution=alert["institution"], unit=alert["unit"] or None, duty=Duty(alert["duty"]))


def owed_events(session: Session) -> list[Event]:
    """Read what people's acts still owe the bus, oldest first."""
    rows = queries.oldest_events(session)
    return [Event(row.id, row.subject, EventKind(row.kind), json.dumps(row.body).encode()) for row in rows]
