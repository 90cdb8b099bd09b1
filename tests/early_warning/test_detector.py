"""A district is judged: silence at first, a burst told once, a change of everything told once, past bursts not in the way."""

import json
import time
from itertools import pairwise
from math import cos, pi
from statistics import median

import pytest

from services.early_warning.budget import DAYS_PER_MONTH, start_chance
from services.early_warning.detector import SILENT_WEEKS, CountError, Detector, Key
from services.early_warning.state import StateError, from_dict, to_dict
from services.early_warning.tails import dispersion_step, mean_step
from tests.early_warning.series import district, run, spread
from tests.measured import reference_work

AREA = Key("", "area 5")


def with_burst(periods: list[dict[Key, int]], at: int, key: Key, counts: list[int]) -> list[dict[Key, int]]:
    return [{**p, key: p[key] + counts[t - at]} if 0 <= t - at < len(counts) else p for t, p in enumerate(periods)]


def test_nothing_is_said_before_eight_weeks() -> None:
    periods = with_burst(district(1, 30, spread(20, 0.05, 1.0)), 5, AREA, [40])
    judgements = run(Detector(7), periods)
    early = [v for j in judgements[:SILENT_WEEKS] for v in j.verdicts.values()]
    assert all(v.state == "silent" and not v.notify and v.needs is None and v.chance == 1 for v in early)
    assert all(v.needs is not None for v in judgements[SILENT_WEEKS].verdicts.values())
    assert [j.verdicts[AREA].short for j in judgements] == [t < 26 for t in range(30)]


@pytest.mark.parametrize("days", [1, 7])
def test_a_burst_is_told_once_and_again_only_when_it_is_far_stronger(days: int) -> None:
    at = 20 * 7 // days
    periods = district(2, at + 28 // days, [r * days / 7 for r in spread(20, 0.05, 1.0)], 1.0)
    told = [
        t
        for t, j in enumerate(run(Detector(days), with_burst(periods, at, AREA, [5, 1, 1])))
        if j.verdicts[AREA].notify
    ]
    assert [t for t in told if t >= at] == [at]
    rising = run(Detector(days), with_burst(periods, at, AREA, [5, 1, 30]))
    assert rising[at].verdicts[AREA].notify
    assert not rising[at + 1].verdicts[AREA].notify
    assert rising[at + 2].verdicts[AREA].notify
    assert rising[at + 2].verdicts[AREA].state == "held"


@pytest.mark.parametrize("days", [1, 7])
def test_needs_is_the_least_count_that_notifies(days: int) -> None:
    detector = Detector(days)
    periods = district(3, 30 * 7 // days, [r * days / 7 for r in spread(20, 0.05, 2.0)])
    checked = 0
    for t, counts in enumerate(periods):
        judgement = detector.judge(counts)
        if judgement.change is None and t % (3 if days == 7 else 29) == 0:
            for key in list(counts)[::4]:
                needs = judgement.verdicts[key].needs
                if needs is not None:
                    enough = detector.judge({**counts, key: needs})
                    less = detector.judge({**counts, key: needs - 1})
                    if enough.change is not None:
                        continue  # with so many the district itself would have changed
                    assert enough.verdicts[key].notify
                    assert not less.verdicts[key].notify
                    checked += 1
        detector.enter(judgement)
    assert checked > 15


def test_judging_changes_nothing_and_each_report_may_be_looked_at() -> None:
    detector = Detector(1)
    run(detector, district(4, 100, [r / 7 for r in spread(20, 0.05, 2.0)]))
    before = json.dumps(to_dict(detector))
    final = {Key("", f"area {i}"): int(i == 7) * 4 for i in range(20)}
    told_at_any_look = False
    for reports in range(5):
        look = detector.judge({k: min(n, reports) for k, n in final.items()})
        told_at_any_look = told_at_any_look or look.verdicts[Key("", "area 7")].notify
    assert json.dumps(to_dict(detector)) == before
    assert told_at_any_look == detector.judge(final).verdicts[Key("", "area 7")].notify


def test_only_the_past_says_what_is_usual() -> None:
    periods = district(5, 40, spread(20, 0.05, 2.0))
    short, whole = run(Detector(7), periods[:25]), run(Detector(7), periods)
    assert [j.verdicts for j in short] == [j.verdicts for j in whole[:25]]


def test_when_everybody_reports_three_times_more_it_is_told_once() -> None:
    single, wide = 0, []
    for seed in range(12):
        rates = spread(20, 0.05, 2.0)
        periods = district(seed, 40, rates) + district(seed + 500, 12, [3 * r for r in rates])
        after = run(Detector(7), periods)[40:]
        wide.append([t for t, j in enumerate(after) if j.change is not None])
        single += sum(v.notify for j in after for v in j.verdicts.values())
    assert sum(len(w) >= 1 and w[0] <= 1 for w in wide) >= 11
    assert sum(len(w) for w in wide) <= 14
    assert single / (12 * 12 * 7 / DAYS_PER_MONTH) < 2


def test_a_burst_in_one_area_is_not_a_change_of_the_district() -> None:
    periods = with_burst(district(6, 40, spread(20, 0.05, 1.0)), 35, AREA, [30])
    judgement = run(Detector(7), periods)[35]
    assert judgement.change is None
    assert judgement.verdicts[AREA].notify
    assert judgement.verdicts[AREA].months > 100


def test_a_wave_of_one_issue_is_told_of_that_issue() -> None:
    waves = 0
    for seed in range(6):
        rates = spread(20, 0.05, 2.0)
        calm = district(seed, 50, rates, group="sara")
        wave = district(seed + 50, 44, rates, group="agraria") + district(
            seed + 90, 6, [4 * r for r in rates], group="agraria"
        )
        judgements = run(Detector(7), [a | b for a, b in zip(calm, wave, strict=True)])
        told = [j.change for j in judgements[44:] if j.change is not None]
        waves += bool(told) and told[0].group == "agraria"
    assert waves >= 5


def test_a_past_burst_does_not_hide_the_next() -> None:
    quiet = district(7, 60, spread(20, 0.05, 1.0))
    plain, marked = Detector(7), Detector(7)
    needs = run(plain, quiet)[-1].verdicts[AREA].needs
    hidden = run(marked, with_burst(quiet, 30, AREA, [6, 9, 4]))[-1].verdicts[AREA].needs
    assert hidden <= needs + 1


def test_restless_areas_need_more_than_steady_ones() -> None:
    rates = [1.0] * 20
    steady = run(Detector(7), district(8, 80, rates, 1.0))[-1]
    restless = run(Detector(7), district(8, 80, rates, 3.0))[-1]
    assert median(v.needs for v in restless.verdicts.values()) > median(v.needs for v in steady.verdicts.values()) + 1


@pytest.mark.parametrize(("days", "per_month"), [(7, 1.0), (7, 3.0), (1, 1.0)])
def test_chance_raises_about_as_many_as_were_asked(days: int, per_month: float) -> None:
    weeks, districts = (78, 14) if days == 7 else (60, 6)
    found, months = 0, 0.0
    for seed in range(districts):
        periods = district(900 + seed, weeks * 7 // days, [r * days / 7 for r in spread(20, 0.02, 2.0)])
        judged = run(Detector(days, per_month), periods)[26 * 7 // days :]
        found += sum(v.notify for j in judged for v in j.verdicts.values()) + sum(j.change is not None for j in judged)
        months += len(judged) * days / DAYS_PER_MONTH
    assert 0.65 * per_month < found / months < 1.35 * per_month


def test_the_start_chance_of_a_day_is_that_of_a_simulation() -> None:
    from random import Random

    from services.early_warning.tails import DISPERSIONS, mean_at
    from tests.early_warning.series import negative_binomial

    step, ratio, rng = mean_step(1.2), dispersion_step(1.5), Random(9)
    days = [negative_binomial(rng, mean_at(step) / 7, DISPERSIONS[ratio]) for _ in range(120_000)]
    high = [sum(days[t - 6 : t + 1]) >= 4 or sum(days[t - 13 : t + 1]) >= 7 for t in range(13, len(days))]
    starts = sum(now and not before for before, now in pairwise(high)) / len(high)
    assert start_chance(step, ratio, 4, 7, 1) == pytest.approx(starts, rel=0.08)


@pytest.mark.parametrize("days", [1, 7])
def test_the_state_survives_storage(days: int) -> None:
    periods = district(10, 120 * 7 // days if days == 7 else 200, [r * days / 7 for r in spread(8, 0.3, 2.0)])
    half = len(periods) // 2
    whole = Detector(days)
    expected = run(whole, periods)[half:]
    first = Detector(days)
    run(first, periods[:half])
    second = from_dict(json.loads(json.dumps(to_dict(first))))
    assert run(second, periods[half:]) == expected
    assert to_dict(second) == to_dict(whole)


def test_a_state_of_another_kind_is_refused() -> None:
    with pytest.raises(StateError):
        from_dict({"version": 99})
    damaged = to_dict(Detector(7)) | {"budget": {}}
    with pytest.raises(StateError):
        from_dict(damaged)


@pytest.mark.parametrize("count", [-1, 100_001])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(CountError):
        Detector(7).judge({AREA: count})


@pytest.mark.parametrize(("days", "per_month"), [(30, 1.0), (7, 0.0), (7, -1.0), (7, float("nan"))])
def test_a_setting_that_cannot_be_is_refused(days: int, per_month: float) -> None:
    with pytest.raises(ValueError, match=r"period|allowed"):
        Detector(days, per_month)


def test_an_area_that_is_not_reported_is_not_taken_for_quiet() -> None:
    periods = district(11, 60, [0.8] * 12, 1.0)
    holes = [{k: n for k, n in p.items() if k != AREA or t % 2} for t, p in enumerate(periods)]
    full, sparse = run(Detector(7), periods)[-1], run(Detector(7), holes)[-1]
    assert sparse.verdicts[AREA].expected > 0.7 * full.verdicts[AREA].expected


def test_zeros_one_area_and_four_hundred() -> None:
    zeros = run(Detector(7), [{AREA: 0, Key("", "b"): 0}] * 60)[-1]
    assert zeros.verdicts[AREA].needs >= 2
    assert 0 < zeros.verdicts[AREA].expected < 0.1
    one = run(Detector(7), district(12, 60, [1.0]))
    assert one[-1].verdicts[Key("", "area 0")].needs >= 2
    many = run(Detector(7), district(13, 20, spread(400, 0.01, 3.0)))
    assert sum(v.notify for j in many for v in j.verdicts.values()) <= 15


def test_large_counts_are_judged() -> None:
    periods = district(14, 40, spread(6, 50, 5000), 3.0)
    last = run(Detector(7), periods)[-1]
    for i, rate in enumerate(spread(6, 50, 5000)):
        verdict = last.verdicts[Key("", f"area {i}")]
        assert rate < verdict.needs < 3 * rate


def test_the_season_is_learnt_after_two_years() -> None:
    from random import Random

    from tests.early_warning.series import poisson

    rng = Random(15)
    periods = [
        {Key("", f"area {i}"): poisson(rng, 3 * (1 + 0.6 * cos(2 * pi * t / 52.18))) for i in range(6)}
        for t in range(209)
    ]
    judged = run(Detector(7), periods)
    high = median(v.expected for j in judged[207:] for v in j.verdicts.values())
    low = median(v.expected for j in judged[180:184] for v in j.verdicts.values())
    assert high > 2 * low


@pytest.mark.parametrize("days", [1, 7])
def test_an_update_is_quick(days: int) -> None:
    """A processor's speed changes from second to second: each update is measured against work done just before it."""
    detector, ratios = Detector(days), []
    groups = [district(s, 40 * 7 // days, [r * days / 7 for r in spread(20, 0.02, 2)], group=f"g{s}") for s in range(5)]
    for parts in zip(*groups, strict=True):
        counts = {k: n for part in parts for k, n in part.items()}
        began = time.process_time()
        reference_work()
        between = time.process_time()
        detector.enter(detector.judge(counts))
        ratios.append((time.process_time() - between) / (between - began))
    assert median(ratios[len(ratios) // 2 :]) < 5
