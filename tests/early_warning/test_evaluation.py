"""The evaluation measures what it says: its generator, its scores, and a detector near the oracle on districts it has not seen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.early_warning.evaluation import methods
from tests.early_warning.evaluation.__main__ import Score, evaluate
from tests.early_warning.evaluation.generator import SCENARIOS, Scenario, make
from tests.early_warning.evaluation.methods import FARRINGTON, PEERS, at_one_a_month, farrington, peers_of, tell

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "early-warning.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_districts_are_as_described(scenario: Scenario) -> None:
    a, b = make(scenario, 1), make(scenario, 1)
    assert np.array_equal(a.counts, b.counts)
    assert not np.array_equal(a.counts, make(scenario, 2).counts)
    assert a.counts.shape == (scenario.areas, (scenario.history + scenario.scored) * 7 // scenario.days)
    assert len(a.rises) == (min(6, scenario.areas) if scenario.rises else 0)
    for area, first, last, size in a.rises:
        assert a.first_scored <= first <= last < a.counts.shape[1]
        assert a.counts[area, first : last + 1].sum() >= size


def test_the_generators_means_are_those_of_its_counts() -> None:
    quiet = Scenario("plain", history=10, scored=400, rises=False, past_rises=0.0, dispersions=(2.0,))
    district = make(quiet, 3)
    assert district.counts.sum() == pytest.approx(district.means.sum(), rel=0.05)
    busy = np.argmax(district.means.mean(1))
    excess = ((district.counts[busy] - district.means[busy]) ** 2 / district.means[busy]).mean()
    assert 1.5 < excess < 2.6


def test_a_rise_counts_as_found_only_while_it_lasts() -> None:
    district = make(Scenario("one", areas=6), 5)
    area, first, last, _ = district.rises[0]
    for at, found, false in ((first, True, 0), (last, True, 0), (last + 2, False, 0), (last + 3, False, 1)):
        told = np.zeros(district.counts.shape, bool)
        told[area, at] = True
        score = Score()
        score.add(district, told, [])
        assert score.found[0] is found
        assert round(score.false[0] * 52 * 7 / 30.44) == false
    score = Score()
    score.add(district, np.zeros(district.counts.shape, bool), [1, district.first_scored])
    assert round(score.false[0] * 52 * 7 / 30.44) == 1


@pytest.mark.parametrize("has_r", [True, False])
def test_farrington_is_a_peer_where_r_is_and_two_years_are(monkeypatch: pytest.MonkeyPatch, *, has_r: bool) -> None:
    monkeypatch.setattr(methods, "has_farrington", lambda: has_r)
    assert [FARRINGTON in peers_of(7, weeks) for weeks in (12, 103, 104)] == [False, False, has_r]
    assert list(peers_of(1, 104)) == ["oracle"]


@pytest.mark.skipif(not methods.has_farrington(), reason="R with its package surveillance is not installed")
def test_farrington_finds_a_plain_rise() -> None:
    district = make(Scenario("long", history=104, areas=6, rises=False, past_rises=0.0), 7)
    week = district.first_scored + 30
    district.counts[2, week] += 12
    strength = farrington(district)
    assert strength.shape == district.counts.shape
    assert not np.isfinite(strength[:, : district.first_scored]).any()
    assert strength[2, week] == strength[2].max() > 6
    assert strength[:, week].argmax() == 2


@pytest.mark.parametrize("name", list(PEERS))
def test_each_peer_can_be_set_to_one_false_notification_a_month(name: str) -> None:
    districts = [make(Scenario("plain"), 50 + i) for i in range(4)]
    strengths = [(d, PEERS[name](d)) for d in districts]

    def false(threshold: float) -> float:
        score = Score()
        for district, strength in strengths:
            score.add(district, tell(district, strength, threshold), [])
        return float(np.mean(score.false))

    assert 0.6 < false(at_one_a_month(false)) <= 1.0


def test_the_detector_is_near_the_oracle_and_keeps_its_word() -> None:
    scores = evaluate(Scenario("plain"), 7000, 10, peers=False)
    ours, oracle = scores["Kentongan"], scores["oracle"]
    assert np.mean(ours.found) > np.mean(oracle.found) - 0.12
    assert 0.6 < np.mean(ours.false) < 1.3
    assert np.median(ours.delays) <= 2


def test_the_page_shows_every_kind_of_district() -> None:
    for scenario in SCENARIOS:
        assert f"| {scenario.name} |" in DOC


def test_the_program_prints_a_table() -> None:
    command = [sys.executable, "-m", "tests.early_warning.evaluation", "--districts", "1", "--only", "5 areas"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.count("| 5 areas |") == 2
