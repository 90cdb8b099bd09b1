"""Tell of an incident: first whom it concerns, later what has become of it since.

It rose, it grew, another leads now, somebody else is needed, it is one of its own again after a merge, or it was
closed and is open again. Each is found first, then the ladder is set by it, then whoever it concerns is told, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.policy.recipients import Recipient
from schemas.rows.alerts import AlertRow, LadderRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import (
    ANSWERED,
    OPEN_STATES,
    AlertReason,
    Duty,
    EventKind,
    LadderStop,
    Level,
)
from services.incidents.accusations import barred_by
from services.incidents.queries import last_line
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.duties import is_silent
from services.notify.alerting.referral_recipients import WHY, called_up, journal_barred
from services.notify.alerting.shadow_policy import journal_trials
from services.notify.context import wants_answer
from services.policy.escalation import LadderState, asked_by_hand, stand_still
from services.policy.routing import CLIMBED
from services.policy.situation import barred, spared_by_exercise

CLOSED = (LadderStop.CLOSED, LadderStop.SETTLED, LadderStop.DISMISSED)
Message = Mapping[tuple[str, str], AlertRow]


@dataclass(frozen=True)
class Change:
    """What is new about an incident; `asked` are the alerts of those needed now and not before."""

    rose: bool
    grew: bool
    reopened: bool
    handed: bool  # another leads, or an answer is wanted now and was not
    asked: frozenset[str] = frozenset()
    joined: bool = False  # somebody is needed now who has not been told of it before
    called: frozenset[str] = frozenset()  # alerts of those who had a copy, and support now

    @property
    def reason(self) -> AlertReason:
        """Give why whoever must answer anew is told."""
        if self.rose:
            return AlertReason.RAISED
        return AlertReason.REOPENED if self.reopened else AlertReason.CHANGED

    def asks(self, alert: AlertRow, recipient: Recipient, level: int) -> bool:
        """Say whether this institution owes its answer once more."""
        leads = recipient.duty == Duty.LEAD
        risen = self.rose and alert["level"] < level
        return self.reopened or risen or (self.handed and leads) or alert["id"] in self.asked | self.called


def open_or_change(telling: AlertBatch, incident: str) -> None:
    """Tell whom an incident concerns and has not been told: its opening, its rise, what was added."""
    row, ladder = telling.incidents[incident], telling.ladders.get(incident)
    if row["state"] not in OPEN_STATES:
        if ladder is None:  # closed or merged before anybody was told: nobody is to be chased
            telling.open_ladder(row, stopped=LadderStop(row["state"]))
        return
    journal_barred(telling, row, telling.status)
    if ladder is None:
        journal_trials(telling, row, telling.case(row))
        telling.open_ladder(row, stopped=None if wants_answer(row) else LadderStop.NO_ANSWER)
        for recipient in telling.recipients(row):
            telling.tell_first(row, recipient, AlertReason.OPENED)
        return
    change(telling, row, ladder)


def change(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Tell an open incident's changes to whom they concern."""
    stood = ladder["stopped"], ladder["step"]
    _change(telling, row, ladder)
    if stood != (ladder["stopped"], ladder["step"]):
        facts: dict[str, Any] = {"step": ladder["step"], "stopped": ladder["stopped"], "was": list(stood)}
        telling.unit.audit("ladder.set", "notify", incident=row["id"], **facts)


def _change(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    _keep_up(telling, row, ladder)
    told, named = telling.alerts[row["id"]], telling.recipients(row)
    calling = called_up(told, named, telling.referrals.get(row["id"], []))
    for called in calling:
        telling.touch(called, duty=Duty.SUPPORT.value, why=[*called["why"], WHY])
        telling.owe_again(called, row)
        telling.tell(row, called, AlertReason.CHANGED)
    found = _found(telling, row, ladder, told, named)
    if found.rose:
        telling.rose_from[row["id"]] = Level(ladder["policy"]["level"])
        journal_trials(telling, row, telling.case(row))
    _set(telling, row, ladder, found)
    for recipient in named:
        alert = told.get((recipient.institution, recipient.unit or ""))
        if alert is None:
            telling.tell_first(row, recipient, AlertReason.RAISED if found.rose else AlertReason.OPENED)
        elif alert not in calling:  # who was called just now knows
            _tell(telling, row, alert, recipient, found)
    _tell_others(telling, row, told, named)
    if found.rose and not found.reopened:
        for alert in _climbed_to(telling, row, named):
            telling.owe_again(alert, row)
            telling.tell(row, alert, AlertReason.RAISED)


def _tell_others(telling: AlertBatch, row: IncidentRow, told: Message, named: Sequence[Recipient]) -> None:
    """Tell who led and is not named any more, and each colleague to whom a duty was handed over."""
    routed = {(one.institution, one.unit or "") for one in named}
    for key, alert in told.items():
        if key not in routed and alert["id"] in telling.released:
            telling.tell(row, alert, AlertReason.CHANGED)
        handed = alert.get("handed_to") is not None
        if handed and alert["institution"] not in barred_by(row["facts"], telling.desk.district):
            telling.tell_taker(row, alert)


def _keep_up(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Let the ladder stand still, go on, or go on by a slower clock, as the incident asks for it now."""
    if row["level"] < ladder["policy"]["level"]:
        _lower(telling, row, ladder)
    if not wants_answer(row):
        _stand_still(telling, row, ladder)
    elif ladder["stopped"] == LadderStop.MERGED:
        _resume(telling, row, ladder)


def _tell(telling: AlertBatch, row: IncidentRow, alert: AlertRow, recipient: Recipient, found: Change) -> None:
    """Tell an institution that knows of it already, if the change is any of its business."""
    if found.asks(alert, recipient, row["level"]):
        telling.owe_again(alert, row)
        telling.tell(row, alert, found.reason)
    elif alert["id"] in telling.released or (found.grew and recipient.duty == Duty.LEAD):
        telling.tell(row, alert, AlertReason.CHANGED)


def _climbed_to(telling: AlertBatch, row: IncidentRow, named: Sequence[Recipient]) -> list[AlertRow]:
    """Give the alerts of those whom only the ladder has told, and who may still be told: a rise skips their rungs."""
    out, routed = _left_out(telling, row), {(one.institution, one.unit or "") for one in named}
    alerts = [alert for key, alert in telling.alerts[row["id"]].items() if key not in routed and key[0] not in out]
    return [alert for alert in alerts if any(why.startswith(CLIMBED) for why in alert["why"])]


def _left_out(telling: AlertBatch, row: IncidentRow) -> frozenset[str]:
    """Give the institutions that hear nothing of it: those accused in it, and those spared by an exercise."""
    case, district = telling.case(row), telling.desk.district
    return barred(case.accused, district) | spared_by_exercise(case, district)


def _found(
    telling: AlertBatch, row: IncidentRow, ladder: LadderRow, told: Message, named: Sequence[Recipient]
) -> Change:
    rose, wanted = row["level"] > ladder["policy"]["level"], wants_answer(row)
    there = {(one.institution, one.unit or "") for one in named if one.needed}
    handed, called = _hand_over(telling, row, told, named)
    return Change(
        rose=rose,
        grew=row["round"] > ladder["round"],
        reopened=ladder["stopped"] in CLOSED and wanted,
        handed=handed or (ladder["stopped"] == LadderStop.NO_ANSWER and wanted),
        asked=_ask_more(telling, row, told),
        joined=not there <= told.keys(),
        called=called,
    )


def _set(telling: AlertBatch, row: IncidentRow, ladder: LadderRow, found: Change) -> None:
    """Set the ladder by what was found: from the first rung on, by the new level's clock, or left as it runs."""
    waits_anew = (found.asked or found.joined) and ladder["stopped"] is not None
    telling.move(ladder, round=max(row["round"], ladder["round"]))
    if not wants_answer(row):
        _pass_on(telling, row, ladder, found)
    elif found.reopened or found.handed or (waits_anew and not found.rose):
        _begin_again(telling, row, ladder)
    elif found.rose:
        _raise(telling, row, ladder)


def _hand_over(
    telling: AlertBatch, row: IncidentRow, told: Message, named: Sequence[Recipient]
) -> tuple[bool, frozenset[str]]:
    """Give each known institution the duty it has now; who led and is not named any more keeps a copy.

    Says whether another leads than before, and the alerts of those who had a copy and are to support now: nobody has
    asked them yet. Who led and is barred now (accused, or spared by an exercise) hears of nothing, and who is not named
    any more only where an answer was his to give.
    """
    duties = {(one.institution, one.unit or ""): one.duty for one in named}
    handed, called = False, set()
    for key, alert in told.items():
        led = alert["duty"] == Duty.LEAD
        duty = duties.get(key, Duty.INFORM if led else Duty(alert["duty"]))
        if duty != alert["duty"]:
            if alert["duty"] == Duty.INFORM and duty == Duty.SUPPORT and alert["state"] not in ANSWERED:
                called.add(alert["id"])
            telling.touch(alert, duty=duty.value)
            _journal(telling, alert)
        if led and duty != Duty.LEAD:
            handed = True
            # What it promised is another's to keep now.
            telling.touch(alert, remind_at=None, held_by=None, sitrep_due=None)
            if duty == Duty.INFORM:
                telling.touch(alert, ack_due=None)
                if key in duties or (wants_answer(row) and key[0] not in _left_out(telling, row)):
                    telling.released.add(alert["id"])  # it does not wait for it any more, and hears so
    return handed, frozenset(called)


def _ask_more(telling: AlertBatch, row: IncidentRow, told: Message) -> frozenset[str]:
    """Let the ladder wait for who is needed now and was not, and for nobody who is needed no more.

    Gives the alerts of those that are needed now and have not answered.
    """
    needed, asked, ladder = telling.needed(row), set(), telling.ladders[row["id"]]
    for key, alert in told.items():
        if alert["needed"] == (key in needed):
            continue
        telling.touch(alert, needed=key in needed)
        _journal(telling, alert)
        if key in needed and alert["state"] not in ANSWERED:
            asked.add(alert["id"])
        elif key not in needed and alert["duty"] != Duty.LEAD:
            telling.touch(alert, remind_at=None, held_by=None)
            if ladder["stopped"] is None and not any(map(is_silent, told.values())):
                telling.move(ladder, stand_still(LadderState.of(ladder), LadderStop.ACKNOWLEDGED))
    return frozenset(asked)


def _journal(telling: AlertBatch, alert: AlertRow) -> None:
    """Keep what an institution's duty is from now on."""
    facts = {name: alert[name] for name in ("institution", "unit", "duty", "needed")}
    telling.unit.audit("alert.duty", "notify", incident=alert["incident_id"], subject=alert["id"], **facts)


def _begin_again(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Start the ladder anew, in a round of its own: whoever is waited for now has answered nothing yet."""
    telling.next_round(row)
    clock = telling.clock(row)
    telling.move(ladder, telling.escalation(row).begin(telling.unit.now), policy=clock.model_dump(mode="json"))


def _pass_on(telling: AlertBatch, row: IncidentRow, ladder: LadderRow, found: Change) -> None:
    """Leave the ladder as it stands: nobody is asked of this incident, so nobody can be late."""
    if found.handed:
        telling.next_round(row)
    if found.rose:
        telling.move(ladder, policy=telling.desk.dumped[Level(row["level"])])


def _raise(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Go on by the new level's clock, at the first rung that tells somebody new."""
    desk = telling.desk
    new, old = desk.district.clocks[Level(row["level"])], desk.frozen(ladder["policy"])
    state = desk.escalation(new).rise(LadderState.of(ladder), old, telling.unit.now)
    telling.move(ladder, state, policy=desk.dumped[new.level])


def _lower(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Go on by a lower level's clock, from the same rung; a rise from here is a rise again."""
    desk = telling.desk
    clock = desk.district.clocks[Level(row["level"])]
    state = desk.escalation(clock).lower(LadderState.of(ladder), telling.unit.now)
    telling.move(ladder, state, policy=desk.dumped[clock.level])
    for alert in telling.alerts[row["id"]].values():
        telling.touch(alert, **desk.escalation(clock).slowed(alert, telling.unit.now))
        telling.touch(alert, level=min(alert["level"], row["level"]))


def _stand_still(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Chase nobody any more: an officer has made a nil report of it, or what is open again was one."""
    if ladder["stopped"] == LadderStop.NO_ANSWER:
        return
    state = LadderState.of(ladder)
    if not asked_by_hand(state, telling.unit.now):
        telling.move(ladder, stand_still(state, LadderStop.NO_ANSWER))
    for alert in telling.alerts[row["id"]].values():
        telling.touch(alert, ack_due=None, remind_at=None, held_by=None, sitrep_due=None)


def _resume(telling: AlertBatch, row: IncidentRow, ladder: LadderRow) -> None:
    """Let the timers of an incident run again that was merged and is one of its own again."""
    escalation, now = telling.escalation(row), telling.unit.now
    alerts = list(telling.alerts[row["id"]].values())
    merging = last_line(telling.unit, row["id"], EventKind.INCIDENT_MERGED)
    kept = merging.data["was"].get("timers", {"ladder": None, "alerts": {}})  # an earlier version kept none
    for alert in alerts:
        telling.touch(alert, **escalation.resumed(alert, _read(kept["alerts"].get(alert["id"])), merging.at, now))
    led, silent = any(one["duty"] == Duty.LEAD for one in alerts), any(map(is_silent, alerts))
    due = datetime.fromisoformat(kept["ladder"]) if kept["ladder"] else None
    state = escalation.resume(LadderState.of(ladder), due, merging.at, now, led=led, silent=silent)
    telling.move(ladder, state)


def _read(kept: Mapping[str, str] | None) -> AlertRow | None:
    """Read an alert's timers as a merge's line keeps them (services/incidents/lifecycle.py)."""
    if kept is None:
        return None
    due = {name: datetime.fromisoformat(kept[name]) if name in kept else None for name in ("remind_at", "sitrep_due")}
    return {"remind_at": due["remind_at"], "sitrep_due": due["sitrep_due"], "held_by": kept.get("held_by")}
