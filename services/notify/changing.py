"""Tell what has become of an incident since it was told first.

It rose, it grew, another leads now, somebody else is needed, it is one of its own again after a merge, or it was
closed and is open again. Each is found first, then the ladder is set by it, then whoever it concerns is told, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from schemas.district import Recipient
from schemas.vocabulary import AlertReason, AlertState, Duty, IncidentState, Level
from services.acts import ANSWERED, CLOSED, CLOSED_STATES
from services.notify import ladder as rungs
from services.notify.desk import situation, wants_answer
from services.notify.owing import NO_ANSWER, is_silent
from services.notify.referred import WHY, called_up
from services.notify.trial import journal_trials

if TYPE_CHECKING:
    from services.notify.telling import Telling

Row = dict[str, Any]
Told = Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Change:
    """What is new about an incident; `asked` are the alerts of those needed now and not before."""

    rose: bool
    grew: bool
    reopened: bool
    handed: bool  # another leads, or an answer is wanted now and was not
    asked: frozenset[str] = frozenset()

    @property
    def reason(self) -> AlertReason:
        """Give why whoever must answer anew is told."""
        if self.rose:
            return AlertReason.RAISED
        return AlertReason.REOPENED if self.reopened else AlertReason.CHANGED

    def asks(self, alert: Row, recipient: Recipient, level: int) -> bool:
        """Say whether this institution owes its answer once more."""
        leads = recipient.duty == Duty.LEAD
        risen = self.rose and alert["level"] < level
        return self.reopened or risen or (self.handed and leads) or alert["id"] in self.asked


def change(telling: "Telling", row: Row, ladder: Row) -> None:
    """Tell an open incident's changes to whom they concern."""
    if ladder["stopped"] == IncidentState.MERGED and wants_answer(row):
        _resume(telling, row, ladder)
    told, named = telling.alerts[row["id"]], telling.recipients(row)
    for called in called_up(told, named, telling.referrals.get(row["id"], [])):
        telling.touch(called, duty=Duty.SUPPORT.value, why=[*called["why"], WHY])
        telling.owe_again(called, row)
        telling.tell(row, called, AlertReason.CHANGED)
    found = _found(telling, row, ladder, told, named)
    if found.rose:
        journal_trials(telling, row, situation(row))
    _set(telling, row, ladder, found)
    for recipient in named:
        alert = told.get((recipient.institution, recipient.unit or ""))
        if alert is None:
            telling.tell_first(row, recipient, AlertReason.RAISED if found.rose else AlertReason.OPENED)
        elif found.asks(alert, recipient, row["level"]):
            telling.owe_again(alert, row)
            telling.tell(row, alert, found.reason)
        elif found.grew and recipient.duty == Duty.LEAD:
            telling.tell(row, alert, AlertReason.CHANGED)


def _found(telling: "Telling", row: Row, ladder: Row, told: Told, named: Sequence[Recipient]) -> Change:
    rose, wanted = row["level"] > ladder["policy"]["level"], wants_answer(row)
    return Change(
        rose=rose,
        grew=row["round"] > ladder["round"],
        reopened=ladder["stopped"] in (CLOSED, *CLOSED_STATES) and wanted,
        handed=_hand_over(telling, told, named) or (ladder["stopped"] == NO_ANSWER and wanted),
        asked=_ask_more(telling, told, named),
    )


def _set(telling: "Telling", row: Row, ladder: Row, found: Change) -> None:
    """Set the ladder by what was found: by the new level's clock, from the first rung on, or left as it runs."""
    if found.rose:
        _raise(telling, row, ladder)
    telling.move(ladder, round=max(row["round"], ladder["round"]))
    waits_anew = found.asked and ladder["stopped"] == rungs.ACKNOWLEDGED
    if not found.rose and (found.handed or found.reopened or waits_anew):
        _begin_again(telling, row, ladder)


def _hand_over(telling: "Telling", told: Told, named: Sequence[Recipient]) -> bool:
    """Give each known institution the duty it has now; says whether another leads than before."""
    duties = {(one.institution, one.unit or ""): one.duty for one in named}
    handed = False
    for key, alert in told.items():
        led = alert["duty"] == Duty.LEAD
        duty = duties.get(key, Duty.SUPPORT if led else Duty(alert["duty"]))
        if duty != alert["duty"]:
            telling.touch(alert, duty=duty.value)
        if led and duty != Duty.LEAD:
            handed = True
            telling.touch(alert, remind_at=None, sitrep_due=None)  # what it promised is another's to keep now
    return handed


def _ask_more(telling: "Telling", told: Told, named: Sequence[Recipient]) -> frozenset[str]:
    """Let the ladder wait for who is needed now and was not; gives the alerts of those that have not answered."""
    asked = set()
    for recipient in named:
        alert = told.get((recipient.institution, recipient.unit or ""))
        if alert is not None and alert["needed"] != recipient.needed:
            telling.touch(alert, needed=recipient.needed)
            if recipient.needed and alert["state"] not in ANSWERED:
                asked.add(alert["id"])
            elif not recipient.needed and not any(map(is_silent, told.values())):
                telling.move(telling.ladders[alert["incident_id"]], stopped=rungs.ACKNOWLEDGED, next_at=None)
    return frozenset(asked)


def _begin_again(telling: "Telling", row: Row, ladder: Row) -> None:
    """Start the ladder anew, in a round of its own: whoever is waited for now has answered nothing yet."""
    telling.next_round(row)
    clock = telling.clock(row)
    state = rungs.begin(clock, telling.unit.now, hours=telling.desk.district.working, zone=telling.desk.zone)
    telling.move(ladder, **asdict(state), started_at=None, policy=clock.model_dump(mode="json"))


def _raise(telling: "Telling", row: Mapping[str, Any], ladder: Row) -> None:
    """Go on by the new level's clock, at the first rung that tells somebody new."""
    desk, now = telling.desk, telling.unit.now
    new, old = desk.district.clocks[Level(row["level"])], desk.frozen(ladder["policy"])
    before = rungs.LadderState(ladder["step"], ladder["loops"], ladder["next_at"], ladder["stopped"])
    state = rungs.rise(before, old, new, now, hours=desk.district.working, zone=desk.zone)
    telling.move(ladder, **asdict(state), started_at=now, policy=desk.dumped[new.level])


def _resume(telling: "Telling", row: Mapping[str, Any], ladder: Row) -> None:
    """Let the timers of an incident run again that was merged and is one of its own again."""
    clock, later = telling.clock(row), telling.desk.later
    lead = next((one for one in telling.alerts[row["id"]].values() if one["duty"] == Duty.LEAD), None)
    if lead and lead["state"] in ANSWERED:
        telling.move(ladder, stopped=rungs.ACKNOWLEDGED)
        if lead["state"] == AlertState.ACKNOWLEDGED:
            telling.touch(lead, sitrep_due=later(lead["acknowledged_at"], clock.first_sitrep, clock))
        return
    rung = clock.ladder[min(ladder["step"], len(clock.ladder) - 1)]
    due = later(ladder["started_at"] or telling.unit.now, rung.after, clock)
    telling.move(ladder, stopped=None, next_at=max(due, telling.unit.now))
