"""How long each step takes is counted by how many, and what an act waits for is none of its work."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.steps.step_times import BOUNDS, StepTimes, Took


@given(st.lists(st.tuples(st.floats(-1, 20), st.integers(1, 64)), max_size=20))
def test_all_are_counted_once_and_never_as_less_than_nothing(noted: list[tuple[float, int]]) -> None:
    times = StepTimes()
    for seconds, many in noted:
        times.note("triage", "judge", "works", seconds, many)
    told = times.of("triage").get("judge works", {"counts": [], "seconds": 0.0})
    assert sum(told["counts"]) == sum(many for _, many in noted)
    assert told["seconds"] == pytest.approx(sum(max(0.0, seconds) * many for seconds, many in noted), abs=1e-3)


def test_bounds_rise_and_each_counts_what_is_not_above_it() -> None:
    assert all(low < high <= 1.5001 * low for low, high in pairwise(BOUNDS))
    times = StepTimes()
    times.note_each("notify", "send", "waits", (0.001, 0.00101, 99.0))
    counts = times.of("notify")["send waits"]["counts"]
    assert (counts[BOUNDS.index(0.001)], counts[BOUNDS.index(0.0015)], counts[-1]) == (1, 1, 1)


def test_a_service_tells_of_its_own_steps_only() -> None:
    times = StepTimes()
    times.note("triage", "judge", "works", 0.1)
    assert times.of("notify") == {}


def test_the_last_act_lasts_until_it_is_committed_and_a_pause_between_two_is_no_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("services.runtime.steps.step_times.perf_counter", lambda: now[0])

    def lasting(seconds: float) -> None:
        now[0] += seconds

    took = Took()
    took.of(lasting)(2.0)
    now[0] += 50.0  # for the turn
    took.of(lasting)(3.0)
    now[0] += 1.0  # the commit
    assert took.until_now() == 6.0
