"""Shifts over midnight, overrides above shifts, swaps, absences; and holes found two weeks before they open."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from schemas.records.people import Shift
from schemas.vocabulary import Role
from services.cli.main import main
from services.oncall import schedule as book
from services.oncall.roster import Officer, Reach, Roster
from services.oncall.schedule import roster_of
from services.oncall.shifts import Post, gaps, hours_of, shifts, spells, stretches_of
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.database import Store
from tests.house import NIGHT, House
from tests.incidents import Level, opened
from tests.people import Resident, move_in

pytestmark = pytest.mark.usefixtures("in_english")

WIB = ZoneInfo("Asia/Jakarta")
OFFICE = Identity("office", "office", Role.ADMIN)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POLRES = Post("POLRES")


def officer(login: str, **stretches: tuple) -> Officer:
    return Officer(login, login, "POLRES", addresses=(Reach("email", f"{login}@a.example"),), **stretches)


def who(roster: Roster, at: datetime) -> set[str]:
    return {one.id for one in roster.reached("POLRES", None, at)}


# -- shifts in local time -----------------------------------------------------------------------------------------------


def test_a_night_shift_begins_on_its_day_and_ends_on_the_next() -> None:
    [(start, end)] = shifts(date(2026, 11, 24), date(2026, 11, 24), hours_of("19:00-07:00"), WIB)
    assert (start.astimezone(WIB).isoformat(), end - start) == ("2026-11-24T19:00:00+07:00", 12 * HOUR)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 23), st.integers(1, 24))
def test_every_day_of_wib_has_twenty_four_hours(first: date, hour: int, length: int) -> None:
    """WIB knows no summer time: day and night shifts meet without a hole or an overlap, whatever the date."""
    text = f"{hour:02}:00-{(hour + length) % 24:02}:00"
    other = f"{(hour + length) % 24:02}:00-{hour:02}:00"
    day, night = (shifts(first, first + 3 * DAY, hours_of(one), WIB) for one in (text, other))
    assert {end - start for start, end in day} == {timedelta(hours=length % 24 or 24)}
    if length % 24:
        edges = sorted([*day, *night])
        held = sum(((end - start) for start, end in edges), timedelta())
        assert held == 4 * DAY


def test_only_the_weekdays_asked_for() -> None:
    found = shifts(date(2026, 11, 23), date(2026, 12, 6), hours_of("07:00-19:00"), WIB, {6, 7})
    assert [start.astimezone(WIB).isoweekday() for start, _ in found] == [6, 7, 6, 7]


@pytest.mark.parametrize("text", ["", "7-19", "25:00-07:00", "19:00", "19:00-07:60"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HH:MM"):
        hours_of(text)


# -- who is told --------------------------------------------------------------------------------------------------------


def test_an_override_stands_above_the_rota_and_then_the_rota_goes_on() -> None:
    night = (NIGHT, NIGHT + 8 * HOUR)
    roster = Roster(
        (officer("a", shifts=(night,)), officer("b", overrides=((NIGHT + HOUR, NIGHT + 2 * HOUR),)), officer("c"))
    )
    told = [who(roster, NIGHT + HOUR * part) for part in (0, 0.99, 1, 1.99, 2, 8)]
    assert told == [{"a"}, {"a"}, {"b"}, {"b"}, {"a"}, {"a", "b", "c"}]


def test_an_override_of_somebody_absent_gives_the_rota_back() -> None:
    spell = ((NIGHT, NIGHT + HOUR),)
    roster = Roster((officer("a", shifts=spell), officer("b", overrides=spell, absences=spell)))
    assert who(roster, NIGHT) == {"a"}


async def test_the_running_service_tells_who_overrides(house: House) -> None:
    def act(unit) -> None:
        move_in(unit, [Resident("tamu", "POLRES")], house.sink.url, unit.now)
        book.put(unit, OFFICE, "polres", "duty", [(NIGHT, NIGHT + DAY)])
        book.put(unit, OFFICE, "tamu", "override", [(NIGHT + HOUR, NIGHT + 2 * HOUR)])

    house.write(act)
    house.clock.forward(minutes=10)
    await opened(house, Level.TINGGI, text="Sebelum.")
    assert {call.login for call in house.news() if call.data["duty"] == "lead"} == {"polres"}
    house.clock.forward(hours=1)
    await opened(house, Level.TINGGI, text="Selama.")
    assert {call.login for call in house.news() if call.data["reason"] == "opened" and call.data["duty"] == "lead"} == {
        "tamu"
    }


# -- holes --------------------------------------------------------------------------------------------------------------


def test_a_post_whose_only_officer_is_away_is_a_hole_of_that_length() -> None:
    away = ((NIGHT + DAY, NIGHT + 2 * DAY), (NIGHT + 2 * DAY, NIGHT + 3 * DAY))
    [hole] = gaps([POLRES], Roster((officer("a", absences=away),)), NIGHT, NIGHT + 14 * DAY)
    assert (hole.kind, hole.start, hole.end) == ("nobody", NIGHT + DAY, NIGHT + 3 * DAY)


def test_a_post_without_anybody_is_a_hole_from_now_to_the_end() -> None:
    [hole] = gaps([POLRES], Roster(()), NIGHT, NIGHT + 14 * DAY)
    assert (hole.kind, hole.start, hole.end) == ("nobody", NIGHT, NIGHT + 14 * DAY)


def test_a_rota_with_a_night_nobody_has_is_warned_of_and_filled_by_an_override() -> None:
    rotated = officer("a", shifts=((NIGHT, NIGHT + DAY), (NIGHT + 2 * DAY, NIGHT + 14 * DAY)))
    [hole] = gaps([POLRES], Roster((rotated,)), NIGHT, NIGHT + 14 * DAY)
    assert (hole.kind, hole.start, hole.end) == ("rota", NIGHT + DAY, NIGHT + 2 * DAY)
    stand_in = officer("b", overrides=((NIGHT + DAY, NIGHT + 2 * DAY),))
    assert gaps([POLRES], Roster((rotated, stand_in)), NIGHT, NIGHT + 14 * DAY) == []


def test_a_post_without_a_rota_has_no_holes_while_anybody_is_there() -> None:
    roster = Roster((officer("a", absences=((NIGHT, NIGHT + DAY),)), officer("b")))
    assert gaps([POLRES], roster, NIGHT, NIGHT + 14 * DAY) == []


# -- the acts -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def staffed(store: Store) -> Store:
    people = [Resident("a", "POLRES"), Resident("b", "POLRES"), Resident("c", "KODIM")]
    store.write_now(lambda tx: move_in(tx, people, "http://127.0.0.1:1", tx.now))
    return store


def put(store: Store, login: str, *spells: tuple[datetime, datetime], kind: book.Kind = "duty") -> list[str]:
    return store.write_now(lambda tx: book.put(tx, OFFICE, login, kind, spells))


def test_a_swap_exchanges_the_shifts_of_its_window_and_no_others(staffed: Store) -> None:
    for number in range(4):
        put(staffed, "ab"[number % 2], (NIGHT + number * DAY, NIGHT + (number + 1) * DAY))
    swapped = staffed.write_now(lambda tx: book.swap(tx, OFFICE, "a", "b", NIGHT, NIGHT + 2 * DAY))
    assert swapped == 2
    roster = staffed.read_now(roster_of)
    names = {one.id: one.addresses[0].address[-1] for one in roster.people}
    on = [{names[id_] for id_ in who(roster, NIGHT + number * DAY)} for number in range(4)]
    assert on == [{"b"}, {"a"}, {"a"}, {"b"}]


def test_the_same_shift_twice_is_one_and_two_at_once_are_refused(staffed: Store) -> None:
    [id_] = put(staffed, "a", (NIGHT, NIGHT + DAY))
    assert put(staffed, "a", (NIGHT, NIGHT + DAY)) == []
    with pytest.raises(Refused):
        put(staffed, "a", (NIGHT + HOUR, NIGHT + 2 * HOUR))
    assert put(staffed, "a", (NIGHT + HOUR, NIGHT + 2 * HOUR), kind="absence")
    staffed.write_now(lambda tx: book.remove(tx, OFFICE, id_))
    assert put(staffed, "a", (NIGHT + HOUR, NIGHT + 2 * HOUR))


def test_who_has_given_a_shift_away_can_be_put_on_it_again(staffed: Store) -> None:
    night = (NIGHT, NIGHT + DAY)
    [given] = put(staffed, "a", night)
    assert staffed.write_now(lambda tx: book.swap(tx, OFFICE, "a", "b", *night)) == 1
    [anew] = put(staffed, "a", night)
    assert put(staffed, "a", night) == []
    found = staffed.read_now(lambda session: book.listed(session, *night))
    assert {shift.id: one.login for shift, one in found} == {given: "b", anew: "a"}


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda tx: book.put(tx, OFFICE, "x", "duty", [(NIGHT, NIGHT + DAY)]), "not_found"),
        (lambda tx: book.put(tx, OFFICE, "a", "duty", [(NIGHT, NIGHT)]), "state"),
        (lambda tx: book.put(tx, OFFICE, "a", "duty", []), "state"),
        (lambda tx: book.swap(tx, OFFICE, "a", "c", NIGHT, NIGHT + DAY), "state"),
        (lambda tx: book.swap(tx, OFFICE, "a", "a", NIGHT, NIGHT + DAY), "state"),
        (lambda tx: book.swap(tx, OFFICE, "a", "b", NIGHT, NIGHT + DAY), "state"),
        (lambda tx: book.remove(tx, OFFICE, "x"), "not_found"),
        (
            lambda tx: book.put(tx, Identity("k", "K", Role.MEMBER, "KODIM"), "a", "absence", [(NIGHT, NIGHT + DAY)]),
            "not_found",
        ),
    ],
)
def test_what_makes_no_rota_is_refused(staffed: Store, act, code: str) -> None:
    with pytest.raises(Refused) as refused:
        staffed.write_now(act)
    assert refused.value.reason == code
    assert staffed.read_now(lambda session: session.exec(select(Shift.id)).all()) == []


def test_a_rota_that_ran_out_is_warned_of_and_one_given_up_long_ago_is_not(staffed: Store) -> None:
    put(staffed, "a", (NIGHT - 10 * DAY, NIGHT - 9 * DAY))
    put(staffed, "c", (NIGHT - 90 * DAY, NIGHT - 89 * DAY))
    found = staffed.read_now(lambda session: book.holes(session, [POLRES, Post("KODIM")], NIGHT))
    assert [(hole.post, hole.kind, hole.end - hole.start) for hole in found] == [(POLRES, "rota", 14 * DAY)]


def test_what_a_post_will_be_told_by_has_no_hole_and_no_overlap(staffed: Store) -> None:
    put(staffed, "a", (NIGHT + HOUR, NIGHT + 3 * HOUR))
    put(staffed, "b", (NIGHT + 2 * HOUR, NIGHT + 4 * HOUR), kind="override")
    for login in "ab":
        put(staffed, login, (NIGHT + 5 * HOUR, NIGHT + 6 * HOUR), kind="absence")
    roster = staffed.read_now(book.roster_of)
    told = [
        (one.kind, {who.login for who in one.people}, (one.end - one.start) / HOUR)
        for one in spells(POLRES, roster, NIGHT, NIGHT + 8 * HOUR)
    ]
    assert told == [
        ("all", {"a", "b"}, 1),
        ("duty", {"a"}, 1),
        ("override", {"b"}, 2),
        ("all", {"a", "b"}, 1),
        ("nobody", set(), 1),
        ("all", {"a", "b"}, 2),
    ]


@pytest.mark.parametrize(
    ("start", "end", "more"),
    [
        ("2026-12-01", "besok", {}),
        ("2026-12-01T07:00", "2026-12-02T07:00", {}),
        ("2026-12-01T07:00+07:00", "2026-12-02T07:00+07:00", {"hours": "07:00-19:00"}),
        ("2026-12-01", "2027-12-02", {}),
        ("9999-12-31", "9999-12-31", {}),
        ("0001-01-01T00:00+07:00", "0001-01-01T02:00+07:00", {}),
        ("2026-12-01", "2026-12-02", {"hours": "7-19"}),
    ],
)
def test_what_is_no_stretch_is_refused(start: str, end: str, more: dict) -> None:
    with pytest.raises(ValueError):
        stretches_of(start, end, WIB, **more)


def test_whole_days_of_an_absence_are_one_stretch_and_nights_are_not() -> None:
    three = ("2026-12-01", "2026-12-03")
    [(start, end)] = stretches_of(*three, WIB, whole=True)
    assert (start.astimezone(WIB).isoformat(), end - start) == ("2026-12-01T00:00:00+07:00", 3 * DAY)
    assert len(stretches_of(*three, WIB, whole=True, hours="19:00-07:00")) == 3
    assert len(stretches_of(*three, WIB, whole=True, weekdays="24")) == 2  # Tuesday and Thursday do not meet
    assert len(stretches_of(*three, WIB)) == 3


def test_the_sample_rota_is_of_sample_people_and_leaves_no_hour_out(tuban) -> None:
    from services.cli.demo_data import load_people, load_shifts
    from services.policy.loader import default_folder

    people = {one.login: one.institution for one in load_people(default_folder(), tuban)}
    spells_of: dict[str, list] = {}
    for login, stretch in load_shifts(default_folder(), date(2026, 11, 23), WIB):
        spells_of.setdefault(people[login], []).append(stretch)
    assert set(spells_of) == {"POLRES", "KODIM"}
    for found in spells_of.values():
        assert all(end == start for (_, end), (start, _) in pairwise(sorted(found)))
        assert max(end for _, end in found) - min(start for start, _ in found) == 15 * DAY


# -- the command --------------------------------------------------------------------------------------------------------


def test_the_command_fills_shows_and_warns(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path}/kentongan.db")
    store.upgrade()
    store.write_now(lambda tx: move_in(tx, [Resident("a", "POLRES"), Resident("b", "POLRES")], "http://x", tx.now))
    store.close()
    first, last = date.today() + DAY, date.today() + 3 * DAY  # noqa: DTZ011 - the command's own clock
    dates = ["--from", str(first), "--to", str(last), "--hours", "19:00-07:00"]
    assert main(["rota", "add", "a", *dates]) == 0
    assert len(capsys.readouterr().out.split()) == 3
    assert main(["rota", "override", "b", "--from", f"{first}T20:00+07:00", "--to", f"{first}T22:00+07:00"]) == 0
    assert main(["rota", "swap", "a", "b", "--from", f"{first}T00:00+07:00", "--to", f"{last}T00:00+07:00"]) == 0
    capsys.readouterr()
    assert main(["rota", "show", "--institution", "POLRES"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 4
    assert {line.split("\t")[2] for line in shown} == {"duty", "override"}
    assert main(["rota", "gaps"]) == 1  # most posts have nobody in this tiny installation
    told = capsys.readouterr().out
    assert "Polres Tuban\tjadwal kosong, semua orangnya diberi tahu" in told
    assert "tidak ada yang dapat dihubungi" in told
    assert main(["rota", "add", "a", "--from", str(first), "--to", str(last), "--hours", "19-7"]) == 2
    assert main(["rota", "absent", "nobody", "--from", str(first), "--to", str(last)]) == 1


async def test_the_coordinator_is_warned_once_a_week_of_posts_nobody_will_hold(new_house) -> None:
    from dataclasses import replace

    from schemas.records.alerts import Delivery
    from services.notify.watchdog.oncall_gaps import RotaWatch

    house = await new_house(
        people=lambda people: [
            replace(one, addresses=(("email", f"{one.login}@a.example"),)) if one.institution == "KESBANG" else one
            for one in people
        ]
    )
    watch = RotaWatch(house.store)
    for _ in range(2):
        house.notify.dispatcher.send(await watch.look(house.notify.desk))
    await house.quiet()
    [told] = house.rows(Delivery, reason="notice")
    assert told.state in {"sent", "delivered"}
    assert "Piket kosong" in told.payload["subject"]
    assert "Polsek" in told.payload["body"]  # most kecamatan of the test have no police post
    assert len(house.journal("rota.gaps")) == 1
    house.clock.forward(days=7)
    await watch.look(house.notify.desk)
    assert len(house.journal("rota.gaps")) == 2
