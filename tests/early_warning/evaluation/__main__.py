"""Measure the detector of unusual rises beside its peers, on districts whose truth is known.

.venv/bin/python -m tests.early_warning.evaluation [--districts 30] [--seed 1] [--only NAME ...] [--peers]

POD is the share of rises in which a notification for the area starts between the first and the last of their incidents. False is every
notification outside of a rise and the two weeks after it, and every telling of the whole district, per month of the whole district; one is
asked for. Farrington's flexible method is among the peers where R and its package surveillance are installed, of two years of history on. Delay is the median of days from the first incident. +- is a standard error: over rises, and over districts.
"""

import argparse
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tests.early_warning.evaluation.generator import SCENARIOS, District, Scenario, make
from tests.early_warning.evaluation.methods import at_one_a_month, oracle, ours, peers_of, tell

DAYS_PER_MONTH = 30.44
SLACK_DAYS = 14
TRAINING_SEED = 1_000_000


@dataclass
class Score:
    """Gather rises found, delays in days, and false notifications a month, one value per district."""

    found: list[bool] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    false: list[float] = field(default_factory=list)

    def add(self, district: District, told: NDArray[np.bool_], wide: list[int]) -> None:
        """Score one district."""
        days, free = district.scenario.days, np.ones(told.shape, bool)
        for area, first, last, _ in district.rises:
            hits = np.flatnonzero(told[area, first : last + 1])
            self.found.append(bool(len(hits)))
            if len(hits):
                self.delays.append(int(hits[0]) * days)
            free[area, first : last + 1 + SLACK_DAYS // days] = False
        free[:, : district.first_scored] = False
        count = int((told & free).sum()) + sum(t >= district.first_scored for t in wide)
        self.false.append(count / ((told.shape[1] - district.first_scored) * days / DAYS_PER_MONTH))

    def row(self) -> str:
        """Give POD, false a month and delay, with standard errors."""
        pod = float(np.mean(self.found)) if self.found else float("nan")
        error = sqrt(pod * (1 - pod) / len(self.found)) if self.found else float("nan")
        false, spread = float(np.mean(self.false)), float(np.std(self.false)) / sqrt(len(self.false))
        delay = f"{np.median(self.delays):.0f}" if self.delays else "-"
        shown = f"{100 * pod:.1f} ± {100 * error:.1f}" if self.found else "-"
        return f"{shown} | {false:.2f} ± {spread:.2f} | {delay}"


def evaluate(scenario: Scenario, seed: int, districts: int, *, peers: bool) -> dict[str, Score]:
    """Score the detector and, on weekly counts, its peers on the same districts; the oracle always."""
    chosen = peers_of(scenario.days, scenario.history) if peers else {"oracle": oracle}
    training = [make(scenario, TRAINING_SEED + seed + i) for i in range(max(districts, 10))]
    held_out = [make(scenario, seed + i) for i in range(districts)]
    scores = {"Kentongan": Score()}
    for district in held_out:
        scores["Kentongan"].add(district, *ours(district, 1.0))
    for name, method in chosen.items():
        strengths = [(d, method(d)) for d in training]

        def false(threshold: float, strengths: list[tuple[District, NDArray[np.float64]]] = strengths) -> float:
            score = Score()
            for district, strength in strengths:
                score.add(district, tell(district, strength, threshold), [])
            return float(np.mean(score.false))

        threshold = at_one_a_month(false)
        scores[name] = Score()
        for district in held_out:
            scores[name].add(district, tell(district, method(district), threshold), [])
    return scores


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="scenarios whose name begins so")
    parser.add_argument("--peers", action="store_true", help="the peers too, not only the oracle")
    given = parser.parse_args()
    print("| districts | method | POD % | false a month | delay, days |\n|---|---|--:|--:|--:|")
    for scenario in SCENARIOS:
        if not given.only or any(scenario.name.startswith(name) for name in given.only):
            for name, score in evaluate(scenario, given.seed, given.districts, peers=given.peers).items():
                print(f"| {scenario.name} | {name} | {score.row()} |", flush=True)


if __name__ == "__main__":
    main()
