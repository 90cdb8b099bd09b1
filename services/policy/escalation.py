"""Compute every deadline of an alert, and what an incident's ladder becomes: arithmetic on one row.

Pure. The ladder keeps the next rung, how often the last one was repeated, when to look again and why it stands still;
the clock is the snapshot that rides with the incident. The distance between rungs is kept: a rung that comes early
(asked for by a person, or because nobody could be told) brings the later ones forward with it. Nobody else adds
minutes of a clock or decides what a ladder's row becomes. Limits are in minutes of the level's clock and count from the
delivery of the alert (docs/policy.md); instants are UTC.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.policy.clocks import Clock, Pace, Step
from schemas.rows.alerts import AlertRow, LadderRow
from schemas.vocabulary import ANSWERED, AlertState, Duty, LadderStop, chased

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Deadlines:
    """When what is due of an alert that is answered as soon as it is delivered; UTC."""

    ack_due: datetime
    remind_at: tuple[datetime, ...]
    steps: tuple[tuple[datetime, Step], ...]
    sitrep_due: datetime


@dataclass(frozen=True)
class LadderState:
    """Where a ladder stands: the next rung, repeats of the last one, when to look again, why it stopped, its start.

    It starts when the lead's alert is delivered, or by a rise; None before.
    """

    step: int = 0
    loops: int = 0
    next_at: datetime | None = None
    stopped: str | None = None
    started_at: datetime | None = None

    @classmethod
    def of(cls, row: LadderRow) -> "LadderState":
        """Read a ladder's row."""
        return cls(row["step"], row["loops"], row["next_at"], row["stopped"], row["started_at"])

    def columns(self) -> LadderRow:
        """Return what a ladder's row becomes."""
        return {
            "step": self.step,
            "loops": self.loops,
            "next_at": self.next_at,
            "stopped": self.stopped,
            "started_at": self.started_at,
        }


@dataclass(frozen=True)
class Climb:
    """What a look at the ladder gave: rungs to tell now, rungs with nobody on them, and where it stands."""

    tell: tuple[Step, ...]
    state: LadderState
    nobody: tuple[Step, ...] = ()


def _anybody(_step: Step) -> bool:
    return True


@dataclass(frozen=True)
class Escalation:
    """The deadlines and the ladder of one level's clock; `pace` adds its minutes, of working time where it says so."""

    clock: Clock
    pace: Pace

    def after(self, start: datetime, minutes: int) -> datetime:
        """Return the instant so many minutes of this clock later."""
        return self.pace(start, minutes, self.clock.always)

    # -- one alert -------------------------------------------------------------------------------------------------

    def deadlines(self, delivered_at: datetime) -> Deadlines:
        """Return every deadline of an alert delivered at `delivered_at` and answered at once."""
        return Deadlines(
            ack_due=self.after(delivered_at, self.clock.ack),
            remind_at=tuple(self.after(delivered_at, minutes) for minutes in self.clock.remind),
            steps=tuple((self.after(delivered_at, step.after), step) for step in self.clock.ladder),
            sitrep_due=self.first_sitrep(delivered_at, delivered_at),
        )

    def ack_due(self, since: datetime) -> datetime:
        """Return by when an alert told at `since` must be answered."""
        return self.after(since, self.clock.ack)

    def reminder(self, since: datetime, sent: int = 0) -> datetime | None:
        """Return when the next reminder is due, `sent` of them having gone out; None when there are no more."""
        return self.after(since, self.clock.remind[sent]) if sent < len(self.clock.remind) else None

    def next_reminder(self, since: datetime, sent: int, now: datetime) -> datetime | None:
        """Return when the reminder after the one just sent is due: in an outage several may have fallen due."""
        due = self.reminder(since, sent)
        if due is None or due > now:
            return due
        return self.after(now, max(self.clock.remind[sent] - self.clock.remind[sent - 1], 1) if sent else 1)

    def timers(self, duty: str, since: datetime, *, needed: bool, asks: bool) -> AlertRow:
        """Return by when an alert must be answered and when it is first reminded, counted from `since`; None: never.

        `asks` says whether its incident wants an answer of anybody.
        """
        answers = asks and duty != Duty.INFORM
        reminds = answers and chased(duty, needed=needed)
        return {
            "ack_due": self.ack_due(since) if answers else None,
            "remind_at": self.reminder(since) if reminds else None,
            "held_by": None,
        }

    def first_sitrep(self, since: datetime, answered_at: datetime, *, lapsed: bool = False) -> datetime:
        """Return by when the first situation report is due of an alert told at `since` and answered at `answered_at`.

        It counts from the delivery, as all limits do, so that an early answer buys no delay; who answered late has at
        least the level's time to answer. An answer to a promise that has lapsed is a new promise: counted from itself.
        """
        if lapsed:
            return self.after(answered_at, self.clock.first_sitrep)
        return max(self.after(since, self.clock.first_sitrep), self.after(answered_at, self.clock.ack))

    def next_sitrep(self, reported_at: datetime) -> datetime | None:
        """Return when the next situation report is due after one; None where the level asks for no more."""
        return self.after(reported_at, self.clock.sitrep_every) if self.clock.sitrep_every else None

    def moved(self, due: datetime, left_at: datetime, now: datetime) -> datetime:
        """Return a deadline later by what passed from `left_at` to `now`; at once where it had come by `left_at`.

        In working time what was left of it is counted in minutes, a begun one as a whole.
        """
        if due <= left_at:
            return now
        if self.clock.always:
            return now + (due - left_at)
        most = (due - left_at) // _MINUTE + 1  # minutes of a clock are never shorter than those of a day
        return self.after(now, bisect_left(range(most), due, key=lambda minutes: self.after(left_at, minutes)))

    def resumed(self, alert: AlertRow, kept: AlertRow | None, left_at: datetime, now: datetime) -> AlertRow:
        """Return the timers of an alert of an incident that was merged at `left_at` and is one of its own again.

        Nobody could answer it meanwhile: it is due later by as much. `kept` are its timers as they stood; None: not
        known. What a silence holds back comes when that ends.
        """
        timers = self._counted(alert, left_at) if kept is None else kept
        reminder, sitrep, holder = timers.get("remind_at"), timers.get("sitrep_due"), timers.get("held_by")
        again: AlertRow = {"sitrep_due": sitrep and self.moved(sitrep, left_at, now), "held_by": holder}
        again["remind_at"] = reminder and (reminder if holder else self.moved(reminder, left_at, now))
        due = alert["ack_due"]
        if due is not None and due > left_at and alert["state"] not in (*ANSWERED, AlertState.LAPSED):
            again["ack_due"] = self.moved(due, left_at, now)
        return again

    def _counted(self, alert: AlertRow, at: datetime) -> AlertRow:
        """Count from the row what is due of an alert: of what an earlier version merged nothing else was kept."""
        since, leads = alert["delivered_at"] or alert["owed_at"], alert["duty"] == Duty.LEAD
        if leads and alert["state"] == AlertState.ACKNOWLEDGED:
            return {"sitrep_due": self.first_sitrep(since, alert["acknowledged_at"] or at)}
        if leads and alert["state"] == AlertState.REPORTED:
            return {"sitrep_due": self.next_sitrep(at)}
        silent = chased(alert["duty"], needed=alert["needed"]) and alert["state"] not in (*ANSWERED, AlertState.LAPSED)
        due = self.reminder(since, alert["reminders"]) if silent else None
        return {"remind_at": due if due is not None and due > at else None}

    def slowed(self, alert: AlertRow, now: datetime) -> AlertRow:
        """Return the timers of an alert whose incident comes down to this clock: what is due by it, never sooner."""
        since, due, sitrep = alert["delivered_at"] or alert["owed_at"], alert["ack_due"], alert["sitrep_due"]
        slower: AlertRow = {}
        if sitrep is not None:
            first = alert["state"] == AlertState.ACKNOWLEDGED
            later = self.first_sitrep(since, alert["acknowledged_at"] or now) if first else self.next_sitrep(now)
            slower["sitrep_due"] = later and max(sitrep, later)
        if due is not None and alert["state"] not in (*ANSWERED, AlertState.LAPSED):
            slower["ack_due"] = max(due, self.ack_due(since))
        if (reminder := alert["remind_at"]) is not None and alert["held_by"] is None:
            later = self.reminder(since, alert["reminders"])
            slower["remind_at"] = later and max(reminder, later)
        return slower

    # -- the ladder ------------------------------------------------------------------------------------------------

    def begin(self, at: datetime) -> LadderState:
        """Start the ladder of an alert owed at `at`; its first rung waits for the lead's time to answer."""
        return self._by_first_rung(LadderState(), at)

    def delivered(self, state: LadderState, at: datetime) -> LadderState:
        """Count from the delivery of the lead's alert; once a rung was told, the next keeps its distance from it."""
        started = replace(state, started_at=at)
        return started if state.step else self._by_first_rung(started, at)

    def held(self, state: LadderState, until: datetime) -> LadderState:
        """Wait for who is silenced until `until`, and then the lead's time to answer."""
        return self._by_first_rung(state, until)

    def released(self, state: LadderState, now: datetime) -> LadderState:
        """Count from now, because a silence was ended early; nobody else is chased later because of it."""
        if state.stopped is not None:
            return state
        again = self._by_first_rung(state, now)
        return (
            again
            if again.next_at is None
            else replace(again, next_at=min(state.next_at or again.next_at, again.next_at))
        )

    def climb(self, state: LadderState, now: datetime, somebody: Callable[[Step], bool] = _anybody) -> Climb:
        """Climb as far as the time allows.

        After an outage in which several rungs fell due only the first is told, and the next one at its distance from
        now: whoever was told has the time to answer that the clock gives. A rung with nobody is named and the next one
        is due at once. The last rung is repeated `clock.loops` times, at the distance of the last two rungs.
        `somebody(step)` says whether a rung reaches a person. A ladder without rungs is exhausted.
        """
        if not self.clock.ladder:
            return Climb((), self._exhausted(state))
        tell: list[Step] = []
        nobody: list[Step] = []
        rungs = self.clock.ladder
        while state.stopped is None and (due := state.next_at) is not None and due <= now:
            repeating = state.step >= len(rungs)
            rung = rungs[-1] if repeating else rungs[state.step]
            told = somebody(rung)
            if rung not in (*tell, *nobody):
                (tell if told else nobody).append(rung)
            step = state.step + (not repeating)
            loops = state.loops + repeating
            if step >= len(rungs) and loops >= self.clock.loops:
                state = replace(state, step=step, loops=loops, next_at=None, stopped=LadderStop.EXHAUSTED)
            elif step >= len(rungs):
                # Counted from now: a notifier that slept through three repeats tells the last rung once, not thrice.
                gap = rungs[-1].after - (rungs[-2].after if len(rungs) > 1 else 0)
                state = replace(state, step=step, loops=loops, next_at=self.after(now, max(gap, 1)))
            else:
                gap = rungs[step].after - rungs[step - 1].after if told else 0  # nobody there: the next rung at once
                state = replace(state, step=step, loops=loops, next_at=self._later(due, gap, now) if gap else due)
        return Climb(tuple(tell), state, tuple(nobody))

    def _later(self, due: datetime, minutes: int, now: datetime) -> datetime:
        """Return so many minutes after what was due; after now, where that is past as well."""
        later = self.after(due, minutes)
        return later if later > now else self.after(now, minutes)

    def lapse(self, state: LadderState, now: datetime) -> LadderState:
        """Go on where the ladder stood, at once: the lead's promise of a situation report expired (rule 11)."""
        if not self.clock.ladder:
            return replace(state, next_at=None, stopped=LadderStop.EXHAUSTED)
        # A ladder that had told everybody tells its last rung once more rather than stay silent about a broken promise.
        everybody = state.step >= len(self.clock.ladder)
        loops = min(state.loops, max(self.clock.loops - 1, 0)) if everybody else state.loops
        return replace(state, loops=loops, next_at=now, stopped=None)

    def rise(self, state: LadderState, old: Clock, at: datetime) -> LadderState:
        """Enter this clock's ladder from a lower level's at the first rung that tells somebody new (rule 11).

        Everybody told before is alerted again by the rise itself. The lead gets the new level's time to answer first;
        a rung that was due sooner stays due then, so that a rise never makes anybody be told later.
        """
        if not self.clock.ladder:
            return LadderState(stopped=LadderStop.EXHAUSTED, started_at=at)
        told = {name for rung in old.ladder[: state.step] for name in rung.tell}
        fresh = (number for number, rung in enumerate(self.clock.ladder) if not set(rung.tell) <= told)
        step = next(fresh, len(self.clock.ladder) - 1)
        next_at = self._first_rung(at)
        if state.stopped is None and state.next_at is not None:
            next_at = min(next_at, max(state.next_at, at))
        return LadderState(step, 0, next_at, started_at=at)

    def lower(self, state: LadderState, now: datetime) -> LadderState:
        """Go on by this, a lower level's clock from the same rung; a rung asked for by hand is told first."""
        if not self.clock.ladder:
            return self._exhausted(state)
        step = min(state.step, len(self.clock.ladder) - 1)
        if state.stopped is not None or asked_by_hand(state, now):
            return state
        due = self.after(state.started_at or now, self.clock.ladder[step].after)
        return replace(state, step=step, next_at=max(due, state.next_at or due))

    def resume(
        self,
        state: LadderState,
        due: datetime | None,
        left_at: datetime,
        now: datetime,
        *,
        led: bool,
        silent: bool,
    ) -> LadderState:
        """Run again after a merge at `left_at` was undone, later by what has passed since.

        `due` is when it would have climbed; None: it stood still, or that is not known. `led`: somebody leads,
        `silent`: an answer is still waited for.
        """
        rungs = self.clock.ladder
        if led and not silent and due is None:
            return replace(state, stopped=LadderStop.ACKNOWLEDGED)
        if not rungs or (state.step >= len(rungs) and state.loops >= self.clock.loops):
            return replace(state, next_at=None, stopped=LadderStop.EXHAUSTED)
        due = due or self.after(state.started_at or left_at, rungs[min(state.step, len(rungs) - 1)].after)
        return replace(state, stopped=None, next_at=self.moved(due, left_at, now))

    def _exhausted(self, state: LadderState) -> LadderState:
        """Stop a running ladder of a clock that has no rungs; why another stands still is left as it is."""
        return state if state.stopped is not None else stand_still(state, LadderStop.EXHAUSTED)

    def _by_first_rung(self, state: LadderState, at: datetime) -> LadderState:
        """Wait from `at` for the lead's time to answer, if there is any rung to be told after it."""
        return replace(state, next_at=self._first_rung(at)) if self.clock.ladder else self._exhausted(state)

    def _first_rung(self, at: datetime) -> datetime:
        return self.after(at, self.clock.ladder[0].after)


def stand_still(state: LadderState, why: LadderStop) -> LadderState:
    """Chase nobody any more, for this reason."""
    return replace(state, next_at=None, stopped=why)


def at_once(state: LadderState, now: datetime) -> LadderState:
    """Climb at the next look, whatever stood before: a person asks for it, or nobody of the lead's can be reached."""
    return replace(state, next_at=now, stopped=None)


def wait_again(state: LadderState, ack_due: datetime | None, now: datetime) -> LadderState:
    """Run again because the answer that stopped it was taken back: look when it would have been due."""
    if state.stopped != LadderStop.ACKNOWLEDGED:
        return state
    return replace(state, next_at=max(ack_due or now, now), stopped=None)


def asked_by_hand(state: LadderState, now: datetime) -> bool:
    """Say whether a rung is due this very moment, as when somebody has asked for it: that one is told first."""
    return state.stopped is None and state.next_at is not None and state.next_at <= now
