"""Chances are those of the distribution they claim to be, and thresholds are the least counts that keep to a level."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.early_warning.dispersion import starts
from services.early_warning.tails import (
    DISPERSIONS,
    LEAST_CHANCE,
    chance,
    count_at,
    dispersion_step,
    mass,
    masses,
    mean_at,
    mean_step,
)
from tests.early_warning.series import negative_binomial

means = st.floats(0.002, 300)
dispersions = st.floats(1, 12)


@given(means, dispersions)
def test_the_masses_add_up_and_have_the_mean_and_the_variance(mean: float, dispersion: float) -> None:
    step, ratio = mean_step(mean), dispersion_step(dispersion)
    table = masses(step, ratio)
    mu, phi = mean_at(step), DISPERSIONS[ratio]
    first = sum(k * p for k, p in enumerate(table))
    second = sum(k * k * p for k, p in enumerate(table))
    assert math.isclose(sum(table), 1, abs_tol=1e-9)
    assert math.isclose(first, mu, rel_tol=1e-6)
    assert math.isclose(second - first**2, phi * mu, rel_tol=1e-4)
    assert abs(mu / mean - 1) < 0.016
    for count in (0, 1, 5):
        assert math.isclose(
            mass(step, ratio, count), table[count] if count < len(table) else 0, rel_tol=1e-6, abs_tol=1e-11
        )


@given(means, dispersions, st.floats(1e-9, 0.5))
def test_a_threshold_is_the_least_count_that_keeps_to_the_level(mean: float, dispersion: float, level: float) -> None:
    step, ratio = mean_step(mean), dispersion_step(dispersion)
    count = count_at(step, ratio, level)
    assert chance(step, ratio, count) <= level < chance(step, ratio, count - 1)


def test_the_poisson_chance_is_exact() -> None:
    step = mean_step(2.0)
    mean = mean_at(step)
    wanted = 1 - math.exp(-mean) * (1 + mean + mean**2 / 2)
    assert math.isclose(chance(step, 0, 3), wanted, rel_tol=1e-9)


def test_chances_agree_with_drawn_counts() -> None:
    rng = random.Random(3)
    step, ratio = mean_step(1.3), dispersion_step(2.0)
    drawn = [negative_binomial(rng, mean_at(step), DISPERSIONS[ratio]) for _ in range(40_000)]
    for count in (1, 3, 6):
        share = sum(d >= count for d in drawn) / len(drawn)
        wanted = chance(step, ratio, count)
        assert abs(share - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / len(drawn))


def test_large_means_go_on_where_the_tables_end() -> None:
    below, above = mean_step(399), mean_step(401)
    ratio = dispersion_step(3)
    for count in (420, 470, 520):
        assert chance(below, ratio, count) == pytest.approx(chance(above, ratio, count), rel=0.35)
    assert chance(above, ratio, 10**9) == LEAST_CHANCE
    assert count_at(mean_step(50_000), ratio, 1e-40) > 50_000


def test_a_cluster_counts_as_few_starts_where_little_happens() -> None:
    rare, busy = mean_step(0.02), mean_step(50)
    phi = dispersion_step(2.0)
    assert starts(rare, phi, 4) < 1.1
    assert starts(busy, phi, 4) > 3.8
    assert starts(rare, 0, 4) == 4
