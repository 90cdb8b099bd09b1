"""Working time is exact, and its inverse undoes it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.policy.clocks import WorkingHours
from services.policy.working_hours import add_minutes, elapsed, is_open

WIB = ZoneInfo("Asia/Jakarta")
HOURS = WorkingHours(holidays=(date(2026, 12, 25), date(2027, 1, 1)))
DAY = 510  # working minutes from 07.30 to 16.00

instants = st.integers(0, 92 * 24 * 3600).map(
    lambda seconds: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
minutes = st.integers(0, 6000)
working_hours = st.builds(
    WorkingHours,
    weekdays=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple),
    start=st.sampled_from(["00:00", "07:30", "08:00"]),
    end=st.sampled_from(["12:15", "16:00", "23:59"]),
    holidays=st.lists(st.dates(date(2026, 11, 1), date(2027, 3, 1)), max_size=20).map(tuple),
)
zones = st.sampled_from([ZoneInfo(name) for name in ("Asia/Jakarta", "UTC", "Asia/Jayapura", "Europe/Berlin")])


def wib(day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), WIB)


def later(start: datetime, count: int, *, always: bool = False) -> datetime:
    return add_minutes(start, count, always=always, hours=HOURS, zone=WIB)


def test_round_the_clock_time_is_the_wall_clocks() -> None:
    assert later(wib("2026-12-24", "23:59"), 5, always=True) == wib("2026-12-25", "00:04")


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (("2026-11-24", "08:00"), 120, ("2026-11-24", "10:00")),  # Tuesday morning
        (("2026-11-24", "15:00"), 120, ("2026-11-25", "08:30")),  # over the night
        (("2026-11-27", "15:30"), 60, ("2026-11-30", "08:00")),  # Friday into Monday
        (("2026-11-28", "10:00"), 30, ("2026-11-30", "08:00")),  # begun on a Saturday
        (("2026-12-24", "15:50"), 20, ("2026-12-28", "07:40")),  # over Christmas and a weekend
        (("2026-11-24", "03:00"), 1, ("2026-11-24", "07:31")),  # before opening
        (("2026-11-24", "14:00"), 120, ("2026-11-24", "16:00")),  # ends at closing, not at the next opening
        (("2026-11-24", "07:30"), DAY * 2, ("2026-11-25", "16:00")),  # whole days
        (("2026-11-24", "16:00"), 0, ("2026-11-24", "16:00")),  # nothing left to wait
        (("2026-11-24", "16:01"), 0, ("2026-11-25", "07:30")),  # nothing, but offices are closed
    ],
)
def test_working_time_stops_at_night_on_weekends_and_on_holidays(
    start: tuple[str, str], count: int, end: tuple[str, str]
) -> None:
    assert later(wib(*start), count) == wib(*end)


def test_an_answer_is_utc_whatever_zone_was_asked_in() -> None:
    assert later(wib("2026-11-24", "08:00"), 1).tzinfo is UTC


def test_seconds_are_kept() -> None:
    assert later(wib("2026-11-24", "15:59") + timedelta(seconds=30), 1) == wib("2026-11-25", "07:30") + timedelta(
        seconds=30
    )


def test_negative_minutes_and_hours_that_never_come_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        later(wib("2026-11-24", "08:00"), -1)
    never = WorkingHours.model_construct(weekdays=(), start="07:30", end="16:00", holidays=())
    with pytest.raises(ValueError, match="never come"):
        add_minutes(wib("2026-11-24", "08:00"), 1, always=False, hours=never, zone=WIB)


@pytest.mark.parametrize(
    ("at", "expected"),
    [("07:29", False), ("07:30", True), ("15:59", True), ("16:00", False)],
)
def test_offices_are_open_from_opening_until_closing(at: str, *, expected: bool) -> None:
    assert is_open(wib("2026-11-24", at), hours=HOURS, zone=WIB) is expected
    assert not is_open(wib("2026-12-25", at), hours=HOURS, zone=WIB)


@given(instants, minutes, working_hours, zones, st.booleans())
def test_elapsed_undoes_adding(start: datetime, count: int, hours: WorkingHours, zone: ZoneInfo, always: bool) -> None:  # noqa: FBT001
    end = add_minutes(start, count, always=always, hours=hours, zone=zone)
    assert elapsed(start, end, always=always, hours=hours, zone=zone) == timedelta(minutes=count)


@given(instants, minutes, minutes, working_hours)
def test_waiting_twice_is_waiting_for_the_sum(start: datetime, one: int, two: int, hours: WorkingHours) -> None:
    def wait(since: datetime, count: int) -> datetime:
        return add_minutes(since, count, always=False, hours=hours, zone=WIB)

    # Waiting for nothing may move to the next opening; that is not part of this law.
    assert wait(wait(start, one), max(two, 1)) == wait(start, one + max(two, 1))


@given(instants, minutes, minutes, working_hours)
def test_more_minutes_are_never_sooner(start: datetime, one: int, more: int, hours: WorkingHours) -> None:
    near = add_minutes(start, one, always=False, hours=hours, zone=WIB)
    far = add_minutes(start, one + more, always=False, hours=hours, zone=WIB)
    assert start <= near <= far


@given(instants, instants, instants, working_hours)
def test_time_passed_adds_up(one: datetime, two: datetime, three: datetime, hours: WorkingHours) -> None:
    first, second, third = sorted((one, two, three))

    def passed(since: datetime, until: datetime) -> timedelta:
        return elapsed(since, until, always=False, hours=hours, zone=WIB)

    assert passed(first, second) + passed(second, third) == passed(first, third)
    assert passed(third, first) == timedelta()


@given(instants, st.integers(1, 6000), working_hours)
def test_a_deadline_lies_in_working_time(start: datetime, count: int, hours: WorkingHours) -> None:
    due = add_minutes(start, count, always=False, hours=hours, zone=WIB)
    just_before = due - timedelta(microseconds=1)
    assert is_open(just_before, hours=hours, zone=WIB)


def test_a_clock_change_does_not_stretch_an_office_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # on 2027-03-28 clocks go forward; a district elsewhere may have that
    hours = WorkingHours(weekdays=(7,), start="01:00", end="05:00")
    start = datetime(2027, 3, 28, 0, 0, tzinfo=berlin)
    assert elapsed(start, start + timedelta(days=1), always=False, hours=hours, zone=berlin) == timedelta(hours=3)
