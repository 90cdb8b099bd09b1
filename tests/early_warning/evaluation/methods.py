"""What the detector is compared with: each gives a strength for every area and week, and tells where it passes a threshold.

The peers' thresholds are set on other districts of the same scenario so that each raises one false notification a month: they get for
nothing what the detector has to reach by itself from the asked number. The oracle knows every true mean and dispersion, the step too.
"""

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.early_warning.detector import Detector, Key, replay
from services.early_warning.tails import chance, dispersion_step, mean_step
from tests.early_warning.evaluation.generator import District

Strength = NDArray[np.float64]
LEAST = 2
HOLD_DAYS = 28
LEFT_OUT = 2
WEEK_DAYS = 7


def ours(district: District, per_month: float) -> tuple[NDArray[np.bool_], list[int]]:
    """Run the detector: where it notified [areas, periods], and the periods in which it told of the whole district."""
    keys = [Key("", str(a)) for a in range(district.counts.shape[0])]
    told, wide = np.zeros(district.counts.shape, bool), []
    periods = (dict(zip(keys, row, strict=True)) for row in district.counts.T.tolist())
    for t, judgement in enumerate(replay(Detector(district.scenario.days, per_month), periods)):
        told[:, t] = [judgement.verdicts[key].notify for key in keys]
        if judgement.change is not None:
            wide.append(t)
    return told, wide


def tell(district: District, strength: Strength, threshold: float) -> NDArray[np.bool_]:
    """Notify where the strength passes the threshold, not again within the hold-off."""
    hold = HOLD_DAYS // district.scenario.days
    told = np.zeros(strength.shape, bool)
    for a, row in enumerate(strength > threshold):
        last = -hold
        for t in np.flatnonzero(row):
            if t - last >= hold:
                told[a, t], last = True, t
    return told


def oracle(district: District) -> Strength:
    """The smaller chance of the counts in 7 and in 14 days, from the true means and dispersions."""
    week = 7 // district.scenario.days
    one, one_mean = _sums(district.counts, week), _sums(district.means, week)
    two, two_mean = _sums(district.counts, 2 * week), _sums(district.means, 2 * week)
    strength = np.zeros(district.counts.shape)
    for a, t in zip(*np.nonzero(two >= LEAST), strict=True):
        ratio = dispersion_step(float(district.dispersions[a]))
        seven = chance(mean_step(float(one_mean[a, t])), ratio, int(one[a, t]))
        fourteen = chance(mean_step(float(two_mean[a, t])), ratio, int(two[a, t]))
        strength[a, t] = -log(min(seven, fourteen / 1.6))
    return strength


def ears(district: District, baseline: int, left_out: int, days: int) -> Strength:
    """EARS C1 (7, 0, 1), C2 (7, 2, 1) and C3 (7, 2, 3): deviations over the last weeks, with a floor of .5 under the SD."""
    y = district.counts
    z = np.zeros(y.shape)
    for t in range(baseline + left_out, y.shape[1]):
        past = y[:, t - left_out - baseline : t - left_out]
        z[:, t] = (y[:, t] - past.mean(1)) / np.maximum(past.std(1, ddof=1), 0.5)
    if days > 1:
        z = sum(np.maximum(np.roll(z, k, axis=1) - (1 if k else 0), 0 if k else -np.inf) for k in range(days))
    return np.where(y >= LEAST, z, -np.inf)


def ewma(district: District) -> Strength:
    """An exponentially weighted mean (.4) against a slow one, in Poisson standard deviations."""
    y = district.counts.astype(float)
    fast, slow = np.full(y.shape[0], 0.4), np.full(y.shape[0], 0.4)
    z = np.zeros(y.shape)
    for t in range(y.shape[1]):
        fast = 0.6 * fast + 0.4 * y[:, t]
        z[:, t] = (fast - slow) / np.sqrt(np.maximum(slow, 0.1) * 0.25)
        if t >= LEFT_OUT:
            slow = 0.96 * slow + 0.04 * y[:, t - LEFT_OUT]
    return np.where(y >= 1, z, -np.inf)


def cusum(district: District) -> Strength:
    """A Poisson CUSUM for a doubled rate, the usual rate being the mean of all earlier weeks."""
    y = district.counts
    total, value = np.full(y.shape[0], 0.4), np.zeros(y.shape[0])
    z = np.zeros(y.shape)
    for t in range(y.shape[1]):
        usual = np.maximum(total / (max(t - LEFT_OUT, 0) + 1), 0.05)
        value = np.maximum(value + y[:, t] - usual / log(2), 0)
        z[:, t] = value / np.sqrt(usual)
        if t >= LEFT_OUT:
            total = total + y[:, t - LEFT_OUT]
    return np.where(y >= 1, z, -np.inf)


def bayes(district: District, weeks: int = 24) -> Strength:
    """Hoehle's Bayesian window: the negative binomial a gamma prior of shape 1/2 predicts from the last weeks of the area alone."""
    y = district.counts
    z = np.zeros(y.shape)
    for t in range(LEFT_OUT + 1, y.shape[1]):
        past = y[:, max(t - LEFT_OUT - weeks, 0) : t - LEFT_OUT]
        rate = past.shape[1]
        for a in range(y.shape[0]):
            if y[a, t] >= LEAST:
                mean = (past[a].sum() + 0.5) / rate
                z[a, t] = -log(chance(mean_step(float(mean)), dispersion_step(1 + 1 / rate), int(y[a, t])))
    return z


@cache
def has_farrington() -> bool:
    """Say whether R is installed with its package surveillance."""
    program = shutil.which("Rscript")
    if program is None:
        return False
    asked = [program, "-e", 'quit(status = !requireNamespace("surveillance", quietly = TRUE))']
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def farrington(district: District) -> Strength:
    """Farrington's flexible method in R (Noufaily 2013, negative binomial): its p-value of each week that is scored."""
    y, first = district.counts, district.first_scored
    table = "\n".join(",".join(map(str, week)) for week in y.T.tolist())
    asked = ["Rscript", str(Path(__file__).with_name("farrington.R")), str(first + 1), str(LEAST)]
    answer = subprocess.run(asked, input=table, capture_output=True, text=True, check=True).stdout
    chances = np.array([[float(cell) for cell in line.split(",")] for line in answer.splitlines()]).T
    z = np.full(y.shape, -np.inf)
    z[:, first:] = -np.log(np.maximum(chances, 1e-30))
    return np.where(y >= LEAST, z, -np.inf)


FARRINGTON, FARRINGTON_WEEKS = (
    "Farrington flexible",
    104,
)  # of history at least: it compares with the same weeks of years
PEERS: dict[str, Callable[[District], Strength]] = {
    "oracle": oracle,
    "EARS C1": lambda d: ears(d, 7, 0, 1),
    "EARS C2": lambda d: ears(d, 7, 2, 1),
    "EARS C3": lambda d: ears(d, 7, 2, 3),
    "EWMA": ewma,
    "CUSUM": cusum,
    "Bayes NB, 24 weeks": bayes,
}


def peers_of(days: int, history: int) -> dict[str, Callable[[District], Strength]]:
    """Give the peers that fit districts with periods of so many days and so many weeks of history."""
    if days != WEEK_DAYS:
        return {"oracle": oracle}
    return PEERS | ({FARRINGTON: farrington} if history >= FARRINGTON_WEEKS and has_farrington() else {})


def _sums(values: NDArray[np.float64] | NDArray[np.int_], periods: int) -> NDArray[np.float64]:
    total = np.cumsum(values, axis=1, dtype=float)
    total[:, periods:] = total[:, periods:] - total[:, :-periods]
    return np.round(total, 9)


def at_one_a_month(find: Callable[[float], float], low: float = -5.0, high: float = 60.0) -> float:
    """Give the threshold at which `find` (threshold to false notifications a month) comes to one."""
    for _ in range(22):
        middle = (low + high) / 2
        low, high = (middle, high) if find(middle) > 1 else (low, middle)
    return high
