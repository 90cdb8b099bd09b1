"""Every row of the clocks is walked to its end with a clock we hold; answers, lapses and rises move it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.district import District
from schemas.policy.clocks import Clock, Step, WorkingHours
from schemas.rows.alerts import AlertRow
from schemas.vocabulary import ANSWERED, AlertState, Duty, LadderStop, Level
from services.policy.escalation import (
    Climb,
    Escalation,
    LadderState,
    at_once,
    stand_still,
    wait_again,
)
from services.policy.working_hours import add_minutes, elapsed, pace_of

NIGHT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # Wednesday 01.00 WIB
MINUTE = timedelta(minutes=1)


def answered(state: LadderState) -> LadderState:
    """Give a ladder as an acknowledgement leaves it."""
    return stand_still(state, LadderStop.ACKNOWLEDGED)


class Walker:
    """Hold the clock of one incident's ladder."""

    def __init__(self, district: District, level: Level, start: datetime = NIGHT) -> None:
        self.clock = district.clocks[level]
        self.calendar = {"hours": district.working, "zone": ZoneInfo(district.timezone)}
        self.start = self.now = start
        self.escalation = Escalation(self.clock, pace_of(district))
        self.state = self.escalation.begin(start)
        self.told: list[tuple[int, str]] = []

    def look(self, nobody: tuple[str, ...] = ()) -> Climb:
        seen = self.escalation.climb(self.state, self.now, lambda step: step.label not in nobody)
        self.state = seen.state
        passed = elapsed(self.start, self.now, always=self.clock.always, **self.calendar) // MINUTE  # type: ignore[arg-type]
        self.told += [(passed, step.label) for step in seen.tell]
        return seen

    def to_the_end(self) -> None:
        while self.state.next_at is not None:
            self.now = self.state.next_at
            self.look()


@pytest.mark.parametrize("level", list(Level))
def test_a_silent_lead_is_climbed_over_rung_by_rung_and_the_last_rung_is_repeated(
    tuban: District, level: Level
) -> None:
    walker = Walker(tuban, level)
    walker.to_the_end()
    rungs = walker.clock.ladder
    gap = rungs[-1].after - rungs[-2].after
    expected = [(step.after, step.label) for step in rungs]
    expected += [(rungs[-1].after + gap * turn, rungs[-1].label) for turn in range(1, walker.clock.loops + 1)]
    assert expected == walker.told
    assert walker.state.stopped == "exhausted"


def test_the_minutes_are_those_of_the_house_rules(tuban: District) -> None:
    minutes = {
        level.name: (
            clock.ack,
            clock.remind,
            tuple(step.after for step in clock.ladder),
            clock.first_sitrep,
            clock.always,
        )
        for level, clock in tuban.clocks.items()
    }
    assert minutes == {
        "KRITIS": (5, (2,), (5, 10, 20, 60), 30, True),
        "TINGGI": (15, (8,), (15, 30, 90, 360), 60, True),
        "SEDANG": (120, (60,), (120, 240, 1440), 1440, False),
        "RENDAH": (1440, (720,), (1440, 4320), 4320, False),
    }


@pytest.mark.parametrize("level", list(Level))
def test_deadlines_count_from_delivery_on_the_levels_own_clock(tuban: District, wib: ZoneInfo, level: Level) -> None:
    clock = tuban.clocks[level]
    due = Escalation(clock, pace_of(tuban)).deadlines(NIGHT)

    def passed(moment: datetime) -> int:
        return elapsed(NIGHT, moment, always=clock.always, hours=tuban.working, zone=wib) // MINUTE

    assert clock.ack == passed(due.ack_due)
    assert clock.remind == tuple(map(passed, due.remind_at))
    assert clock.ladder == tuple(step for _, step in due.steps)
    assert tuple(step.after for step in clock.ladder) == tuple(passed(moment) for moment, _ in due.steps)
    assert clock.first_sitrep == passed(due.sitrep_due)


def test_a_critical_alert_runs_at_night_and_a_medium_one_waits_for_the_office(tuban: District, wib: ZoneInfo) -> None:
    critical = Escalation(tuban.clocks[Level.KRITIS], pace_of(tuban)).deadlines(NIGHT)
    medium = Escalation(tuban.clocks[Level.SEDANG], pace_of(tuban)).deadlines(NIGHT)
    assert critical.ack_due == NIGHT + 5 * MINUTE
    assert datetime(2026, 11, 25, 9, 30, tzinfo=wib) == medium.ack_due


def test_nothing_is_told_before_it_is_due(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.now = NIGHT + 5 * MINUTE - timedelta(microseconds=1)
    assert not walker.look().tell
    assert walker.state == walker.escalation.begin(NIGHT)


def test_looking_twice_tells_once(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.now = NIGHT + 5 * MINUTE
    walker.look()
    assert not walker.look().tell


def test_after_an_outage_one_rung_is_told_and_each_next_one_at_its_distance(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.now = NIGHT + timedelta(hours=9)
    rungs = walker.clock.ladder
    for number, rung in enumerate(rungs):
        assert walker.look().tell == (rung,)
        assert not walker.look().tell
        if number + 1 < len(rungs):
            assert walker.state.next_at == walker.now + (rungs[number + 1].after - rung.after) * MINUTE
        walker.now = walker.state.next_at or walker.now
    assert walker.look().tell == rungs[-1:]  # repeated, at the distance of the last two


def looked_until(walker: Walker, instant: datetime) -> None:
    """Look whenever something is due, as a notifier does that runs all the time."""
    while (due := walker.state.next_at) is not None and due <= instant:
        walker.now = due
        walker.look()
    walker.now = instant


def test_the_last_rung_is_not_told_thrice_in_one_look(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    looked_until(walker, NIGHT + timedelta(hours=1))
    walker.now += timedelta(days=2)
    assert walker.clock.ladder[-1:] == walker.look().tell


def test_a_rung_with_nobody_is_named_and_the_next_is_told_at_once(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    first, second, third, _ = walker.clock.ladder
    walker.now = NIGHT + 5 * MINUTE
    seen = walker.look(nobody=(first.label,))
    assert ((second,), (first,)) == (seen.tell, seen.nobody)
    assert walker.now + (third.after - second.after) * MINUTE == walker.state.next_at


def test_a_ladder_with_nobody_at_all_says_so_rung_by_rung_and_keeps_trying_the_last(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    everybody = tuple(step.label for step in walker.clock.ladder)
    walker.now = NIGHT + 5 * MINUTE
    seen = walker.look(nobody=everybody)
    assert ((), walker.clock.ladder) == (seen.tell, seen.nobody)
    assert walker.state.stopped is None
    walker.now = walker.state.next_at or NIGHT
    assert walker.clock.ladder[-1:] == walker.look().tell


def test_escalating_by_hand_brings_the_later_rungs_forward(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.now = NIGHT + MINUTE
    walker.state = LadderState(next_at=walker.now)
    assert walker.clock.ladder[:1] == walker.look().tell
    assert walker.now + 5 * MINUTE == walker.state.next_at


def test_an_answered_ladder_climbs_no_more(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.state = answered(walker.state)
    walker.now = NIGHT + timedelta(days=30)
    assert Climb((), walker.state) == walker.look()


def test_a_broken_promise_goes_on_where_the_ladder_stood(tuban: District) -> None:
    walker = Walker(tuban, Level.KRITIS)
    walker.now = NIGHT + 5 * MINUTE
    walker.look()
    walker.state = answered(walker.state)
    walker.now = NIGHT + 36 * MINUTE
    walker.state = walker.escalation.lapse(walker.state, walker.now)
    assert walker.clock.ladder[1:2] == walker.look().tell


def test_a_promise_broken_after_the_whole_ladder_is_told_to_its_last_rung_once_more(tuban: District) -> None:
    for level in Level:
        walker = Walker(tuban, level)
        walker.to_the_end()
        walker.now += timedelta(hours=1)
        walker.state = walker.escalation.lapse(walker.state, walker.now)
        assert walker.clock.ladder[-1:] == walker.look().tell
        walker.to_the_end()
        assert walker.state.stopped == "exhausted"


@pytest.mark.parametrize("level", list(Level))
def test_the_first_report_counts_from_delivery_so_that_an_early_answer_buys_no_delay(
    tuban: District, level: Level
) -> None:
    escalation = Escalation(tuban.clocks[level], pace_of(tuban))
    due = escalation.deadlines(NIGHT).sitrep_due
    assert escalation.first_sitrep(NIGHT, NIGHT) == escalation.first_sitrep(NIGHT, NIGHT + MINUTE) == due


def test_who_answers_late_has_the_levels_time_to_report_and_a_lapsed_promise_counts_anew(tuban: District) -> None:
    escalation = Escalation(tuban.clocks[Level.KRITIS], pace_of(tuban))
    late = NIGHT + 28 * MINUTE
    assert escalation.first_sitrep(NIGHT, late) == late + 5 * MINUTE
    assert escalation.first_sitrep(NIGHT, late, lapsed=True) == late + 30 * MINUTE


def test_the_next_report_is_owed_by_the_levels_rhythm(tuban: District) -> None:
    critical, low = (Escalation(tuban.clocks[level], pace_of(tuban)) for level in (Level.KRITIS, Level.RENDAH))
    first, then = critical.first_sitrep(NIGHT, NIGHT), critical.next_sitrep(NIGHT)
    assert (first, then) == (NIGHT + 30 * MINUTE, NIGHT + 60 * MINUTE)
    assert low.next_sitrep(NIGHT) is None


# -- a rise in severity -----------------------------------------------------------------------------------------------


def risen(tuban: District, state: LadderState, old: Level, new: Level, at: datetime) -> LadderState:
    return Escalation(tuban.clocks[new], pace_of(tuban)).rise(state, tuban.clocks[old], at)


def test_a_rise_before_anybody_was_told_starts_at_the_first_rung(tuban: District) -> None:
    state = risen(tuban, LadderState(next_at=NIGHT + timedelta(hours=9)), Level.SEDANG, Level.KRITIS, NIGHT)
    assert LadderState(0, 0, NIGHT + 5 * MINUTE, started_at=NIGHT) == state


def test_a_rise_enters_at_the_first_rung_that_tells_somebody_new(tuban: District) -> None:
    walker = Walker(tuban, Level.TINGGI)
    looked_until(walker, NIGHT + 30 * MINUTE)
    state = risen(tuban, walker.state, Level.TINGGI, Level.KRITIS, walker.now)
    assert "Forkopimda" in tuban.clocks[Level.KRITIS].ladder[state.step].label
    assert walker.now + 5 * MINUTE == state.next_at


def test_a_rise_after_an_answer_starts_the_ladder_again(tuban: District) -> None:
    walker = Walker(tuban, Level.TINGGI)
    stopped = answered(walker.state)
    state = risen(tuban, stopped, Level.TINGGI, Level.KRITIS, NIGHT + 40 * MINUTE)
    assert LadderState(0, 0, NIGHT + 45 * MINUTE, started_at=NIGHT + 40 * MINUTE) == state


def test_a_rise_after_everybody_was_told_repeats_the_last_rung(tuban: District) -> None:
    state = risen(tuban, LadderState(step=4, loops=2, stopped="exhausted"), Level.KRITIS, Level.KRITIS, NIGHT)
    assert LadderState(3, 0, NIGHT + 5 * MINUTE, started_at=NIGHT) == state


def test_a_rise_never_makes_anybody_wait_longer(tuban: District) -> None:
    due_in_a_minute = LadderState(step=1, next_at=NIGHT + MINUTE)
    assert risen(tuban, due_in_a_minute, Level.TINGGI, Level.KRITIS, NIGHT).next_at == NIGHT + MINUTE


# -- laws, for any clock ---------------------------------------------------------------------------------------------

CALENDAR = {"hours": WorkingHours(), "zone": ZoneInfo("Asia/Jakarta")}


def pace(start: datetime, minutes: int, always: bool) -> datetime:  # noqa: FBT001 - a Pace
    return add_minutes(start, minutes, always=always, **CALENDAR)  # type: ignore[arg-type]


rising = st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True).map(sorted)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    after = draw(rising)
    steps = tuple(Step(after=minutes, tell=("KESBANG",), label=f"{number}") for number, minutes in enumerate(after))
    ack = draw(st.integers(1, after[0]))
    return Clock(
        level=Level.KRITIS,
        precedence="KILAT",
        always=draw(st.booleans()),
        ack=ack,
        remind=(),
        ladder=steps,
        first_sitrep=30,
        sitrep_every=None,
        loops=draw(st.integers(0, 3)),
    )


@given(clocks(), st.lists(st.integers(0, 300), max_size=30), st.sets(st.integers(0, 4)))
def test_however_late_and_whoever_is_missing_each_rung_is_tried_once_in_order_and_it_ends(
    clock: Clock, waits: list[int], missing: set[int]
) -> None:
    escalation = Escalation(clock, pace)
    state, now, tried = escalation.begin(NIGHT), NIGHT, []
    for wait in [*waits, *[100_000] * 20]:
        now += wait * MINUTE
        seen = escalation.climb(state, now, lambda step: int(step.label) not in missing)
        tried += [int(step.label) for step in sorted((*seen.tell, *seen.nobody), key=lambda step: step.after)]
        assert not {int(step.label) for step in seen.tell} & missing
        assert seen.state.next_at is None or seen.state.next_at > now
        state = seen.state
    last = len(clock.ladder) - 1
    assert [*range(last), *[last] * (1 + clock.loops)] == tried
    assert state.stopped == "exhausted"


@given(clocks(), st.integers(0, 2000))
def test_a_rung_is_never_told_before_its_minute(clock: Clock, wait: int) -> None:
    now = NIGHT + wait * MINUTE
    escalation = Escalation(clock, pace)
    seen = escalation.climb(escalation.begin(NIGHT), now)
    for step in seen.tell:
        assert add_minutes(NIGHT, step.after, always=clock.always, **CALENDAR) <= now  # type: ignore[arg-type]


@given(clocks(), st.integers(0, 4), st.integers(0, 2000))
def test_a_late_delivery_moves_no_later_rung(clock: Clock, rungs: int, wait: int) -> None:
    escalation = Escalation(clock, pace)
    state, told_at = escalation.begin(NIGHT), NIGHT
    for _ in range(min(rungs, len(clock.ladder) - 1)):
        told_at = state.next_at or told_at
        state = escalation.climb(state, told_at).state
    delivered_at = told_at + wait * MINUTE
    after = escalation.delivered(state, delivered_at)
    assert (after.step, after.loops, after.stopped) == (state.step, state.loops, state.stopped)
    assert after.started_at == delivered_at
    if state.step:
        gap = clock.ladder[state.step].after - clock.ladder[state.step - 1].after
        assert after.next_at == escalation.after(told_at, gap)
    else:
        assert after.next_at == escalation.after(delivered_at, clock.ladder[0].after)


@given(
    clocks(),
    st.builds(
        LadderState,
        st.integers(0, 5),
        st.integers(0, 3),
        st.none() | st.integers(-90, 90).map(lambda minutes: NIGHT + minutes * MINUTE),
        st.none() | st.sampled_from([why.value for why in LadderStop]),
        st.none() | st.just(NIGHT - 60 * MINUTE),
    ),
)
def test_a_ladder_without_rungs_never_runs_and_never_fails(clock: Clock, state: LadderState) -> None:
    none = clock.model_copy(update={"ladder": ()})
    empty = Escalation(none, pace)
    found = [
        empty.begin(NIGHT),
        empty.delivered(replace(state, step=0), NIGHT),
        empty.held(state, NIGHT),
        empty.released(state, NIGHT),
        empty.climb(state, NIGHT).state,
        empty.climb(at_once(state, NIGHT), NIGHT).state,
        empty.climb(wait_again(state, None, NIGHT), NIGHT).state,
        empty.lapse(state, NIGHT),
        empty.lower(state, NIGHT),
        empty.rise(state, clock, NIGHT),
        *(
            empty.resume(state, due, NIGHT - MINUTE, NIGHT, led=led, silent=silent)
            for led, silent, due in product((True, False), (True, False), (None, NIGHT))
        ),
    ]
    assert all(one.stopped is not None for one in found)
    assert empty.climb(at_once(state, NIGHT), NIGHT) == Climb((), stand_still(state, LadderStop.EXHAUSTED))
    assert empty.lower(replace(state, stopped=None), NIGHT).stopped == LadderStop.EXHAUSTED
    assert empty.deadlines(NIGHT).steps == ()
    risen = Escalation(clock, pace).rise(state, none, NIGHT)
    assert risen.stopped is None
    assert risen.next_at is not None


# -- time that counts against nobody -------------------------------------------------------------------------------------

minutes_of_ten_days = st.integers(0, 14_400)


@given(clocks(), minutes_of_ten_days, minutes_of_ten_days, minutes_of_ten_days, st.integers(0, 59))
def test_a_deadline_that_is_moved_leaves_the_time_that_was_left(
    clock: Clock, limit: int, passed: int, away: int, seconds: int
) -> None:
    escalation, second = Escalation(clock, pace), timedelta(seconds=1)
    due, left_at = escalation.after(NIGHT, limit), NIGHT + passed * MINUTE + seconds * second
    now = left_at + away * MINUTE
    moved = escalation.moved(due, left_at, now)
    if due <= left_at:
        assert moved == now
        return
    assert moved >= now
    left = elapsed(left_at, due, always=clock.always, **CALENDAR)  # type: ignore[arg-type]
    rest = elapsed(now, moved, always=clock.always, **CALENDAR)  # type: ignore[arg-type]
    assert timedelta() <= rest - left < (second if clock.always else MINUTE)


def an_alert(state: AlertState, duty: Duty, **due: datetime | None) -> AlertRow:
    answered = NIGHT + MINUTE if state in (*ANSWERED, AlertState.LAPSED) else None
    return {  # type: ignore[return-value]
        "state": state.value,
        "duty": duty.value,
        "needed": False,
        "owed_at": NIGHT,
        "delivered_at": None if state == AlertState.OWED else NIGHT,
        "acknowledged_at": answered,
        "reminders": 0,
        "held_by": None,
        "ack_due": None,
        "remind_at": None,
        "sitrep_due": None,
        **due,
    }


some_instant = st.none() | st.integers(-200, 2000).map(lambda minutes: NIGHT + minutes * MINUTE)
alerts = st.builds(
    an_alert,
    st.sampled_from(AlertState),
    st.sampled_from(Duty),
    ack_due=some_instant,
    remind_at=some_instant,
    sitrep_due=some_instant,
)
TIMERS = ("ack_due", "remind_at", "sitrep_due")


@given(st.sampled_from(Level), alerts, st.integers(0, 1500))
def test_what_is_lowered_is_due_no_sooner_than_it_was_and_starts_no_timer(
    tuban: District, level: Level, alert: AlertRow, passed: int
) -> None:
    slower = Escalation(tuban.clocks[level], pace_of(tuban)).slowed(alert, NIGHT + passed * MINUTE)
    for name in TIMERS:
        was, now = alert[name], slower.get(name, alert[name])  # type: ignore[literal-required]
        assert now is None or (was is not None and now >= was)
        if name == "ack_due" and was is not None:
            assert now is not None


@given(
    level=st.sampled_from(Level),
    alert=alerts,
    passed=st.integers(0, 500),
    away=minutes_of_ten_days,
    known=st.booleans(),
)
def test_what_is_split_again_is_due_after_that_and_no_sooner_than_it_was(
    tuban: District, level: Level, alert: AlertRow, passed: int, away: int, *, known: bool
) -> None:
    escalation, left_at = Escalation(tuban.clocks[level], pace_of(tuban)), NIGHT + passed * MINUTE
    kept: AlertRow = {"remind_at": alert["remind_at"], "sitrep_due": alert["sitrep_due"]}
    now = left_at + away * MINUTE
    again = escalation.resumed(alert, kept if known else None, left_at, now)
    for name in ("remind_at", "sitrep_due"):
        due = again[name]  # type: ignore[literal-required]
        assert due is None or due >= now
        if known:
            assert (due is None) == (alert[name] is None)  # type: ignore[literal-required]
    was, due = alert["ack_due"], again.get("ack_due", alert["ack_due"])
    assert (due is None) == (was is None)
    if was is not None and due is not None:
        assert due >= was
        assert due >= now or was <= left_at or alert["state"] in (*ANSWERED, AlertState.LAPSED)


@pytest.mark.parametrize("level", list(Level))
def test_of_what_an_earlier_version_merged_the_timers_are_counted_anew(tuban: District, level: Level) -> None:
    escalation = Escalation(tuban.clocks[level], pace_of(tuban))
    left_at, now = NIGHT + MINUTE, NIGHT + 61 * MINUTE
    promised = escalation.resumed(an_alert(AlertState.ACKNOWLEDGED, Duty.LEAD), None, left_at, now)
    first = escalation.first_sitrep(NIGHT, NIGHT + MINUTE)
    assert promised["sitrep_due"] == escalation.moved(first, left_at, now)
    reported = escalation.resumed(an_alert(AlertState.REPORTED, Duty.LEAD), None, left_at, now)
    assert (reported["sitrep_due"] is None) == (tuban.clocks[level].sitrep_every is None)
    silent = escalation.resumed(an_alert(AlertState.DELIVERED, Duty.LEAD), None, left_at, now)
    assert silent["remind_at"] is not None
    assert silent["remind_at"] >= now
    assert escalation.resumed(an_alert(AlertState.DELIVERED, Duty.INFORM), None, left_at, now)["remind_at"] is None
