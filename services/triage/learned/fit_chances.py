"""Fit how much each sign of one incident weighs, and write the weights as `services/triage/association/weights.json`.

`python -m services.triage.learned.fit_chances tests/triage/fresh/sequences*.jsonl --others tests/triage/fresh/*.txt >
services/triage/association/weights.json`. Each sequence is told as it came, and in weeks of our making in which several
are told at once; between its reports come other reports of no sequence, which are of none. Scikit-learn's NumPy and
SciPy are needed for this alone. The same files give the same weights.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from schemas.district import District
from schemas.messages import ReportIn
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor
from services.triage.correlation.correlation import Candidate, Incidents, candidate, grown
from services.triage.correlation.evidence import is_of_its_own, signs, signs_of_none
from services.triage.evaluation.labels import labels_of

OTHERS = 1_500  # reports of no sequence that are drawn
OTHERS_BETWEEN = 0.5  # of them for each report of a sequence
TOGETHER = (None, None, 1.0, 0.5)  # days for each sequence in which they are told; None: as they came
STRENGTH = 0.001  # of the regularisation
DECIMALS = 2
FIRST = datetime.fromisoformat("2024-03-01T00:00:00+07:00")

Row = tuple[list[dict[str, float]], list[bool], dict[str, float]]  # signs of each, which is right, signs of none
Told = tuple[datetime, Candidate, str | None]


@dataclass(frozen=True)
class Lot:
    """The reports of one writer's sequences, by sequence, and reports of none."""

    sequences: Mapping[str, Sequence[Told]]
    others: Sequence[Candidate]


def lot_of(labels: Iterable[Mapping[str, Any]], others: Sequence[Candidate], assessor: Assessor) -> Lot:
    """Judge the reports of sequences."""
    sequences: defaultdict[str, list[Told]] = defaultdict(list)
    for one in sorted(labels, key=lambda one: str(one["reported_at"])):
        made = datetime.fromisoformat(one["reported_at"])
        read = assessor.judge(ReportIn(text=one["text"]), made=made)
        told = candidate("", one["text"], read, (), told_at=made, source=one.get("reporter") or None)
        sequences[one["seq"]].append((made, told, one["event_key"]))
    return Lot(sequences, others)


def others_of(files: Iterable[Path], assessor: Assessor) -> list[Candidate]:
    """Draw reports of no sequence that name no place."""
    labels = [label for file in files for label in labels_of(file) if "kecamatan" not in label]
    drawn = Random(5).sample(labels, min(OTHERS, len(labels)))
    read = [
        candidate("", one["text"], assessor.judge(ReportIn(text=one["text"]), made=FIRST), (), told_at=FIRST)
        for one in drawn
    ]
    return [one for one in read if one.kecamatan is None and not one.maybe]


def rows_of(lot: Lot, days: float | None, seed: int) -> Iterator[Row]:
    """Tell a lot's reports in order, each joining what it belongs to; give the signs of each that names no desa."""
    incidents, opened = Incidents({}), dict[str, str]()
    for number, (at, told, event) in enumerate(_in_order(lot, days, Random(seed))):
        report = _moved(told, at, f"{number}")
        if report.desa is None:
            best, live, many = incidents.compared(report)
            if live and not best.copy and not is_of_its_own(report):
                right = [event is not None and one.known.id == opened.get(event) for one in live]
                yield signs(report, live, best), right, signs_of_none(report, many)
        if event is not None:
            known = incidents.get(opened.setdefault(event, report.id))
            incidents.put(grown(known, report) if known else report)


def _in_order(lot: Lot, days: float | None, dice: Random) -> list[Told]:
    told: list[Told] = []
    for reports in lot.sequences.values():
        first = reports[0][0].replace(hour=0, minute=0, second=0)
        day = timedelta(0)
        if days is not None:
            day = FIRST + timedelta(days=dice.randrange(max(round(days * len(lot.sequences)), 3))) - first
        told += [(at + day, report, event) for at, report, event in reports]
    times = [at for at, _, _ in told]
    for one in dice.sample(lot.others, min(round(len(told) * OTHERS_BETWEEN), len(lot.others))):
        told.append((dice.choice(times) + timedelta(minutes=dice.randrange(20, 900)), one, None))
    return sorted(told, key=lambda one: one[0])


def _moved(told: Candidate, at: datetime, id_: str) -> Candidate:
    """Give a report as if it had been told at another time."""
    by = int(at.timestamp()) - (told.told or 0)
    start, end = (moment and moment + by for moment in (told.start, told.end))
    return replace(told, id=id_, told=(told.told or 0) + by, start=start, end=end, sources=told.sources or (f"?{id_}",))


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """Fit the weights: the right incident, or none, is to be as likely as can be."""
    import numpy as np  # noqa: PLC0415 - only who trains pays for it
    from scipy.optimize import minimize  # noqa: PLC0415

    names, of_none = sorted(rows[0][0][0]), sorted(rows[0][2])
    most = max(len(each) for each, _, _ in rows)
    each_ = np.zeros((len(rows), most, len(names)))
    none_ = np.array([[none[name] for name in of_none] for _, _, none in rows])
    there, right = np.full((len(rows), most + 1), -1e9), np.zeros((len(rows), most + 1))
    there[:, most] = 0
    for number, (each, which, _) in enumerate(rows):
        each_[number, : len(each)] = [[one[name] for name in names] for one in each]
        there[number, : len(each)] = 0
        right[number, : len(each)] = which
        right[number, most] = not any(which)

    def loss(weights: Any) -> Any:
        sums = np.concatenate([each_ @ weights[: len(names)], (none_ @ weights[len(names) :])[:, None]], 1) + there
        shares = np.exp(sums - sums.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        wrong = shares - right
        slope = np.concatenate([np.einsum("nl,nlp->p", wrong[:, :most], each_), wrong[:, most] @ none_])
        value = -np.log((shares * right).sum(1) + 1e-12).sum() / len(rows) + STRENGTH / 2 * weights @ weights
        return value, slope / len(rows) + STRENGTH * weights

    found = minimize(loss, np.zeros(len(names) + len(of_none)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return {name: round(float(one), DECIMALS) for name, one in zip([*names, *of_none], found.x, strict=True)}


def lots_of(sequences: Iterable[Path], others: Iterable[Path], district: District) -> list[Lot]:
    """Read the files of sequences, a lot each."""
    assessor = Assessor(district)
    between = others_of(others, assessor)
    return [lot_of(map(json.loads, file.read_text("utf-8").splitlines()), between, assessor) for file in sequences]


def main() -> int:
    """Read the files, fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sequences", nargs="+", type=Path, help="sequences of labelled reports, JSONL")
    parser.add_argument("--others", nargs="+", type=Path, required=True, help="labelled reports of no sequence")
    parser.add_argument("--district", type=Path, default=default_folder())
    args = parser.parse_args()
    lots = lots_of(args.sequences, args.others, load_district(args.district))
    rows = [row for lot in lots for seed, days in enumerate(TOGETHER) for row in rows_of(lot, days, seed)]
    weights = fit(rows)
    sys.stdout.write(json.dumps(weights, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
