"""What is found: rises in the store's days, thresholds, silence, dates, places, threads. Pure."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from schemas.district import District
from schemas.warnings import ThresholdRule
from services.early_warning.detector import Key
from services.warnings import thresholds
from services.warnings.counting import Counted, counts_of, groups_of, kecamatan_of, main_issue
from services.warnings.places import chains, levels, watch_notes
from services.warnings.rises import RiseWatch, replay
from services.warnings.thresholds import quiet, reached
from services.warnings.vulnerable_dates import Dated, earlier_years, lowered_on, to_brief, windows
from tests.warnings.histories import PALANG, SEMANDING, SOKO, Happened, noon, usual

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def incident(number: int, day: date, area: str = SEMANDING, **fields: Any) -> Counted:
    given: dict[str, Any] = {"issue": "SLT", "form": "BENTROK", "level": 2, "desa": None, "group": "komunal"}
    given |= {"lat": -6.95, "lon": 112.05} | fields
    return Counted(id=f"i{number}", at=noon(day) + timedelta(minutes=number), day=day, kecamatan=area, **given)


def series(district: District) -> tuple[Key, ...]:
    return tuple(Key(group.code, area) for group in groups_of(district) for area in kecamatan_of(district))


def counted_of(history: list[Happened]) -> list[Counted]:
    return [incident(n, one.at.date(), one.kecamatan) for n, one in enumerate(history)]


# -- rises -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history(tuban: District) -> list[Counted]:
    return counted_of(usual(tuban, TODAY, 30))


def test_a_rise_that_a_late_report_shows_is_told_though_its_day_is_over(
    tuban: District, history: list[Counted]
) -> None:
    watch = RiseWatch(series(tuban), 1.0)
    assert [one for one in watch.today(counts_of(history), {}, TODAY) if one.verdicts] == []
    late = [*history, *(incident(900 + n, TODAY - 3 * DAY) for n in range(6))]
    found = [one for one in watch.today(counts_of(late), {}, TODAY) if one.verdicts]
    assert {(one.day, key.area) for one in found for key, _ in one.verdicts} == {(TODAY - 3 * DAY, SEMANDING)}
    told = {TODAY - 3 * DAY: {Key("komunal", SEMANDING)}}
    assert [one for one in watch.today(counts_of(late), told, TODAY) if one.verdicts] == []


def test_what_is_older_than_its_window_is_not_told_any_more(tuban: District, history: list[Counted]) -> None:
    old = [*history, *(incident(900 + n, TODAY - 8 * DAY) for n in range(6))]
    found = RiseWatch(series(tuban), 1.0).today(counts_of(old), {}, TODAY)
    assert {key.area for one in found for key, _ in one.verdicts} == set()


def test_a_copy_of_the_past_judges_as_the_whole_past_does(tuban: District, history: list[Counted]) -> None:
    kept = RiseWatch(series(tuban), 1.0)
    kept.today(counts_of(history), {}, TODAY - 2 * DAY)
    for back in (1, 0):
        day, more = TODAY - back * DAY, [*history, *(incident(800 + n, TODAY - back * DAY) for n in range(4))]
        fresh = RiseWatch(series(tuban), 1.0)
        assert kept.today(counts_of(more), {}, day) == fresh.today(counts_of(more), {}, day)


def test_a_replay_tells_what_would_have_been_told(tuban: District, history: list[Counted]) -> None:
    rise = [*history, *(incident(900 + n, TODAY - 20 * DAY) for n in range(7))]
    told = {(day, key.area) for day, judgement in replay(series(tuban), 1.0, counts_of(rise), TODAY)
            for key, verdict in judgement.verdicts.items() if verdict.notify}  # fmt: skip
    assert (TODAY - 20 * DAY, SEMANDING) in told
    assert len(told) <= 12  # a false one a month is allowed, over seven months


# -- thresholds --------------------------------------------------------------------------------------------------------


def of_rule(tuban: District, **fields: Any) -> District:
    given: dict[str, Any] = {"code": "uji", "label_id": "Uji", "label_en": "Test", "at_least": 3, "days": 7}
    rule = ThresholdRule(**(given | fields))
    return tuban.model_copy(update={"warnings": tuban.warnings.model_copy(update={"rule": (rule,)})})


@pytest.mark.parametrize(
    ("fields", "days", "expected"),
    [
        ({}, (0, 1, 6), [(SEMANDING, 3)]),
        ({}, (0, 1, 7), []),  # the window is seven days with today
        ({"issues": ("WRG",)}, (0, 1, 2), []),
        ({"least_level": "TINGGI"}, (0, 1, 2), []),
        ({"forms": ("BENTROK",)}, (0, 1, 2), [(SEMANDING, 3)]),
        ({"at_least": 4}, (0, 1, 2), []),
    ],
)
def test_a_rule_counts_what_it_names_in_its_days(
    tuban: District, fields: dict[str, Any], days: tuple[int, ...], expected: list[tuple[str, int]]
) -> None:
    happened = [incident(n, TODAY - back * DAY) for n, back in enumerate(days)]
    found = reached(happened, of_rule(tuban, **fields), TODAY, {}, {})
    assert [(one.area, len(one.incidents)) for one in found] == expected


def test_kilometres_join_two_kecamatan_and_no_further(tuban: District) -> None:
    near = [incident(1, TODAY), incident(2, TODAY, lat=-6.99), incident(3, TODAY, SOKO, lat=-6.97)]
    assert [len(one.incidents) for one in reached(near, of_rule(tuban, km=5), TODAY, {}, {})] == [3]
    assert reached(near, of_rule(tuban, km=2), TODAY, {}, {}) == []  # two of them are 2.2 km from the third
    assert reached(near, of_rule(tuban), TODAY, {}, {}) == []  # by kecamatan: two and one


def test_a_threshold_falls_only_where_a_person_lowered_it(tuban: District) -> None:
    two, rule = [incident(1, TODAY), incident(2, TODAY)], of_rule(tuban, in_window=2)
    assert reached(two, rule, TODAY, {}, {}) == []
    assert reached(two, rule, TODAY, {"WRG": {""}}, {}) == []
    assert reached(two, rule, TODAY, {"SLT": {SOKO}}, {}) == []
    assert [one.asked for one in reached(two, rule, TODAY, {"SLT": {""}}, {})] == [2]
    assert [one.asked for one in reached(two, rule, TODAY, {"SLT": {SEMANDING}}, {})] == [2]


def test_what_stands_behind_a_warning_that_is_over_is_not_told_twice(tuban: District) -> None:
    three = [incident(n, TODAY) for n in range(3)]
    assert reached(three, of_rule(tuban), TODAY, {}, {"uji": {"i0"}}) == []


def test_silence_is_told_of_a_place_that_usually_reports(tuban: District) -> None:
    often = [(SEMANDING, TODAY - timedelta(days=back)) for back in range(16, 84, 2)]
    rare = [(SOKO, TODAY - timedelta(days=back)) for back in range(16, 84, 10)]
    found = quiet([*often, *rare, (PALANG, TODAY)], tuban, TODAY)
    assert [(one.area, one.days) for one in found] == [(SEMANDING, 16)]
    assert quiet([*often, (SEMANDING, TODAY - DAY)], tuban, TODAY) == []  # a nil report is a word too


# -- dates -------------------------------------------------------------------------------------------------------------


def test_officers_are_told_the_day_before_and_once_more_only_if_nobody_was(tuban: District) -> None:
    first = {one.code: one.first for one in windows(tuban, [])}["SURO-2027"]
    told = [back for back in range(-2, 5) if "SURO-2027" in
            [one.code for one in to_brief(windows(tuban, []), first - back * DAY)]]  # fmt: skip
    assert told == [0, 1]


def test_every_date_of_the_district_says_where_it_is_known_from(tuban: District) -> None:
    assert [one.code for one in windows(tuban, []) if not one.source] == []


def test_an_islamic_window_of_last_year_lies_eleven_days_later(tuban: District) -> None:
    suro = next(one for one in windows(tuban, []) if one.code == "SURO-2027")
    last = earlier_years(suro, [suro], [incident(1, date(2026, 6, 20))], date(2025, 1, 1), 3)
    assert [(one.first, len(one.incidents), one.known) for one in last] == [
        (date(2026, 6, 15), 1, True),
        (date(2025, 6, 25), 0, True),
    ]
    named = replace(suro, code="SURO-2026", first=date(2026, 6, 16), last=date(2026, 7, 1))
    assert earlier_years(suro, [named, suro], [], date(2026, 1, 1), 3)[0].first == date(2026, 6, 16)


def test_a_date_lowers_nothing_by_itself() -> None:
    window = Dated("a", "Unjuk rasa", TODAY, TODAY, "IND")
    assert lowered_on([window], TODAY) == {}
    lowered = replace(window, lowered=True, kecamatan=SOKO)
    assert lowered_on([lowered], TODAY + DAY) == {"IND": {SOKO}}  # a day's tolerance
    assert lowered_on([lowered], TODAY + 2 * DAY) == {}


# -- places ------------------------------------------------------------------------------------------------------------


def test_the_level_weighs_by_severity_and_fades_by_half(tuban: District) -> None:
    half = tuban.warnings.half_life_days
    now, old = incident(1, TODAY, level=4), incident(2, TODAY - half * DAY, SOKO, level=4)
    found = {one.code: one for one in levels([now, old], tuban, TODAY)}
    assert len(found) == len(kecamatan_of(tuban))
    assert found[SEMANDING].rate == pytest.approx(2 * found[SOKO].rate)
    light = {one.code: one for one in levels([incident(1, TODAY, level=1)], tuban, TODAY)}
    assert found[SEMANDING].rate == pytest.approx(8 * light[SEMANDING].rate)
    assert found[SEMANDING].incidents == ("i1",)


def test_one_light_incident_a_week_for_years_is_a_level_of_one(tuban: District) -> None:
    weekly = [incident(n, TODAY - 7 * n * DAY, level=1) for n in range(156)]
    assert levels(weekly, tuban, TODAY)[0].rate == pytest.approx(1.0, abs=0.04)


def test_a_serious_incident_opens_a_watch_of_fourteen_days(tuban: District) -> None:
    serious, near = incident(1, TODAY - 14 * DAY, level=3), incident(2, TODAY - 3 * DAY, level=1)
    far = incident(3, TODAY, lat=-7.2)
    notes = watch_notes([serious, near, far], tuban, TODAY)
    assert [(one.incident, one.near, one.until) for one in notes] == [("i1", ("i2",), TODAY)]
    assert watch_notes([serious], tuban, TODAY + DAY) == []


def test_a_thread_follows_the_parties_or_what_is_serious_and_near(tuban: District) -> None:
    a, b = frozenset({"perguruan a"}), frozenset({"perguruan b"})
    first = incident(1, TODAY - 9 * DAY, parties=a | b)
    answer = incident(2, TODAY - 4 * DAY, SOKO, lat=-7.1, parties=b)
    other = incident(3, TODAY - 4 * DAY, parties=frozenset({"perguruan c"}))
    assert [one.incidents for one in chains([first, answer, other], tuban, TODAY)] == [("i1", "i2")]
    assert [link.parties for one in chains([first, answer], tuban, TODAY) for link in one.links] == [("perguruan b",)]
    unnamed = [incident(1, TODAY - 2 * DAY, level=3), incident(2, TODAY)]
    assert [one.incidents for one in chains(unnamed, tuban, TODAY)] == [("i1", "i2")]
    assert chains([replace(one, level=2) for one in unnamed], tuban, TODAY) == []
    assert chains([replace(first, form="UNRAS"), answer], tuban, TODAY) == []


def test_an_issue_for_named_persons_is_never_lost_among_others(tuban: District) -> None:
    several = [incident(1, TODAY), incident(2, TODAY), incident(3, TODAY, issue="RAD")]
    assert main_issue(several, tuban) == "RAD"
    assert main_issue(several[:2], tuban) == "SLT"
    assert main_issue([], tuban) == tuban.other_issue


# -- thresholds among many ---------------------------------------------------------------------------------------------


def pairwise(rule: ThresholdRule, incidents: list[Counted]) -> list[tuple[str, ...]]:
    """Take the clusters one after another as the rule is written down, comparing all incidents with each other."""
    left, found = list(incidents), []
    while len(left) >= 2:
        around = [[other for other in left if thresholds._together(rule, one, other)] for one in left]
        most = max(around, key=len)
        if len(most) < rule.at_least:
            return found
        found.append(tuple(one.id for one in most))
        left = [one for one in left if one not in most]
    return found


def scattered(seed: int, many: int, spots: int) -> list[Counted]:
    dice = random.Random(seed)
    there = [
        (dice.choice([None, dice.uniform(-7.1, -6.8)]), dice.uniform(111.7, 112.3), dice.choice([SOKO, SEMANDING]))
        for _ in range(spots)
    ]
    return [
        incident(number, TODAY, area, lat=lat, lon=None if lat is None else lon)
        for number, (lat, lon, area) in enumerate(dice.choices(there, k=many))
    ]


@pytest.mark.parametrize("km", [None, 10])
@pytest.mark.parametrize("seed", range(12))
def test_clusters_by_spots_are_those_by_pairs(tuban: District, seed: int, km: float | None) -> None:
    [first, *_] = tuban.warnings.rule
    rule = first.model_copy(update={"km": km, "at_least": 3, "in_window": None})
    some = scattered(seed, 60, 5 + 5 * seed)
    assert [tuple(one.id for one in one.incidents) for one in thresholds._clusters(rule, some, {})] == pairwise(
        rule, some
    )


def test_a_week_of_thousands_is_not_compared_pair_by_pair(tuban: District, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, together = [], thresholds._together
    monkeypatch.setattr(thresholds, "_together", lambda *pair: compared.append(pair) or together(*pair))
    assert reached(scattered(1, 3_000, 20), tuban, TODAY, {}, {})
    assert len(compared) <= 20 * 20 * len(tuban.warnings.rule)
