"""Decide when a silent lead is reminded and who is told next: the ladder as arithmetic on one row.

Pure. The row keeps the next rung, how often the last one was repeated, and when to look again; the clock is the
snapshot that rides with the incident. The distance between rungs is kept: a rung that comes early (asked for by a
person, or because nobody could be told) brings the later ones forward with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from schemas.district import Clock, Step, WorkingHours
from services.policy.working_hours import add_minutes

ACKNOWLEDGED, EXHAUSTED = "acknowledged", "exhausted"


@dataclass(frozen=True)
class Deadlines:
    """When what is due, counted from the delivery of the lead's alert; UTC."""

    ack_due: datetime
    remind_at: tuple[datetime, ...]
    steps: tuple[tuple[datetime, Step], ...]
    sitrep_due: datetime


@dataclass(frozen=True)
class LadderState:
    """Where a ladder stands: the next rung, repeats of the last one, when to look again, why it stopped."""

    step: int = 0
    loops: int = 0
    next_at: datetime | None = None
    stopped: str | None = None


@dataclass(frozen=True)
class Climb:
    """What a look at the ladder gave: rungs to tell now, rungs with nobody on them, and where it stands."""

    tell: tuple[Step, ...]
    state: LadderState
    nobody: tuple[Step, ...] = ()


def _anybody(_step: Step) -> bool:
    return True


def deadlines(clock: Clock, delivered_at: datetime, *, hours: WorkingHours, zone: ZoneInfo) -> Deadlines:
    """Give every deadline of an alert delivered at `delivered_at`."""
    due = partial(add_minutes, delivered_at, always=clock.always, hours=hours, zone=zone)
    return Deadlines(
        ack_due=due(clock.ack),
        remind_at=tuple(due(minutes) for minutes in clock.remind),
        steps=tuple((due(step.after), step) for step in clock.ladder),
        sitrep_due=due(clock.first_sitrep),
    )


def sitrep_due(
    clock: Clock, acknowledged_at: datetime, *, hours: WorkingHours, zone: ZoneInfo, first: bool
) -> datetime | None:
    """Give when the next situation report is owed after an answer (the first one) or after a report."""
    minutes = clock.first_sitrep if first else clock.sitrep_every
    if minutes is None:
        return None
    return add_minutes(acknowledged_at, minutes, always=clock.always, hours=hours, zone=zone)


def begin(clock: Clock, delivered_at: datetime, *, hours: WorkingHours, zone: ZoneInfo) -> LadderState:
    """Start the ladder of an alert; its first rung waits for the lead's time to answer."""
    if not clock.ladder:
        return LadderState(stopped=EXHAUSTED)
    after = clock.ladder[0].after
    return LadderState(next_at=add_minutes(delivered_at, after, always=clock.always, hours=hours, zone=zone))


def climb(
    state: LadderState,
    now: datetime,
    clock: Clock,
    somebody: Callable[[Step], bool] = _anybody,
    *,
    hours: WorkingHours,
    zone: ZoneInfo,
) -> Climb:
    """Climb as far as the time allows.

    Every rung that fell due is told, also after an outage; a rung with nobody is named and the next one is due at
    once. The last rung is repeated `clock.loops` times, at the distance of the last two rungs, and never twice in
    one look. `somebody(step)` says whether a rung reaches a person.
    """
    tell: list[Step] = []
    nobody: list[Step] = []
    rungs = clock.ladder
    while state.stopped is None and (due := state.next_at) is not None and due <= now:
        repeating = state.step >= len(rungs)
        rung = rungs[-1] if repeating else rungs[state.step]
        told = somebody(rung)
        if rung not in (*tell, *nobody):
            (tell if told else nobody).append(rung)
        step = state.step + (not repeating)
        loops = state.loops + repeating
        if step >= len(rungs) and loops >= clock.loops:
            state = LadderState(step, loops, None, EXHAUSTED)
        elif step >= len(rungs):
            # Counted from now: a notifier that slept through three repeats tells the last rung once, not thrice.
            gap = rungs[-1].after - (rungs[-2].after if len(rungs) > 1 else 0)
            state = LadderState(step, loops, add_minutes(now, max(gap, 1), always=clock.always, hours=hours, zone=zone))
        else:
            gap = rungs[step].after - rungs[step - 1].after if told else 0  # nobody there: the next rung at once
            if gap:
                due = add_minutes(due, gap, always=clock.always, hours=hours, zone=zone)
            state = LadderState(step, loops, due)
    return Climb(tuple(tell), state, tuple(nobody))


def lapse(state: LadderState, now: datetime, clock: Clock) -> LadderState:
    """Go on where the ladder stood, at once: the lead's promise of a situation report expired (rule 11)."""
    if not clock.ladder:
        return replace(state, next_at=None, stopped=EXHAUSTED)
    # A ladder that had told everybody tells its last rung once more rather than stay silent about a broken promise.
    loops = min(state.loops, max(clock.loops - 1, 0)) if state.step >= len(clock.ladder) else state.loops
    return replace(state, loops=loops, next_at=now, stopped=None)


def rise(
    state: LadderState,
    old: Clock,
    new: Clock,
    at: datetime,
    *,
    hours: WorkingHours,
    zone: ZoneInfo,
) -> LadderState:
    """Re-enter the ladder of a higher level at the first rung that tells somebody new (rule 11).

    Everybody told before is alerted again by the rise itself. The lead gets the new level's time to answer first;
    a rung that was due sooner stays due then, so that a rise never makes anybody be told later.
    """
    if not new.ladder:
        return LadderState(stopped=EXHAUSTED)
    told = {name for rung in old.ladder[: state.step] for name in rung.tell}
    fresh = (number for number, rung in enumerate(new.ladder) if not set(rung.tell) <= told)
    step = next(fresh, len(new.ladder) - 1)
    next_at = add_minutes(at, new.ladder[0].after, always=new.always, hours=hours, zone=zone)
    if state.stopped is None and state.next_at is not None:
        next_at = min(next_at, max(state.next_at, at))
    return LadderState(step, 0, next_at)
