"""Learn from labelled reports what the rules do not know, and write the numbers as a district's `learned.json`.

`python -m services.triage.learned.fit_reader tests/triage/fresh/*.txt --quiet tests/triage/everyday.txt` writes it to
standard output. Scikit-learn is needed for this alone. The same files give the same numbers.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from typing import Any

from schemas.district import District
from schemas.messages import ReportIn
from schemas.vocabulary import Level
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor
from services.triage.evaluation.labels import labels_of
from services.triage.extraction.learned import BLOCKS, CONFLICT, FORMAT, HUNDREDTHS, LEVEL

LEAST_REPORTS = 3  # a term that fewer reports have is left out
LEAST_WEIGHT = 25  # hundredths; smaller weights are left out
STRENGTH = 40.0  # inverse of the regularisation
FORM, ISSUE = "form", "issue"

Row = tuple[dict[str, Any], Mapping[str, Sequence[str]]]  # label, terms by block


def rows_of(labels: Iterable[dict[str, Any]], district: District) -> Iterator[Row]:
    """Read labelled reports by the rules alone and give the terms of each."""
    assessor = Assessor(replace_learned(district))
    for label in labels:
        made = datetime.fromisoformat(label["published"]) if label.get("published") else None
        yield label, assessor.terms(ReportIn(text=label["text"]), made=made)


def replace_learned(district: District) -> District:
    """Give the district without what was learned."""
    return district.model_copy(update={"learned": {}})


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """Fit one linear model for each class and give the content of the file."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only who trains pays for it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    often = Counter(term for _, found in rows for listed in found.values() for term in listed)
    known = {
        term: at for at, term in enumerate(sorted(term for term, times in often.items() if times >= LEAST_REPORTS))
    }
    places: tuple[list[int], list[int], list[float]] = ([], [], [])
    for number, (_, found) in enumerate(rows):
        for block, listed in found.items():
            there = [known[term] for term in listed if term in known]
            places[0].extend([number] * len(there))
            places[1].extend(there)
            places[2].extend([BLOCKS[block] / sqrt(len(there))] * len(there) if there else [])
    matrix = csr_matrix((places[2], (places[0], places[1])), shape=(len(rows), len(known)))
    classes: list[list[str]] = []
    intercepts: list[int] = []
    terms, weights = list(known), {term: list[int]() for term in known}  # a term's number is its place in the list
    for kind, code, chosen, answers in _questions(rows):
        linear = LogisticRegression(solver="liblinear", C=STRENGTH, random_state=0)
        linear.fit(matrix[chosen], answers)
        at = len(classes)
        classes.append([kind, code])
        intercepts.append(round(float(linear.intercept_[0]) * HUNDREDTHS))
        found_weights = (linear.coef_[0] * HUNDREDTHS).round()
        for index in (abs(found_weights) >= LEAST_WEIGHT).nonzero()[0].tolist():
            weights[terms[index]] += [at, int(found_weights[index])]
    told: dict[str, Any] = {"format": FORMAT, "classes": classes, "intercepts": intercepts, "terms": weights}
    version = blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=4).hexdigest()
    return {"version": version, "reports": len(rows), **told}


def _questions(rows: Sequence[Row]) -> Iterator[tuple[str, str, list[int], list[bool]]]:
    """Give each yes-or-no question with the reports that answer it: of forms and issues those that are conflict.

    A level is asked for as "at least this".
    """
    told = [number for number, (label, _) in enumerate(rows) if "conflict" in label]
    yield CONFLICT, CONFLICT, told, [bool(rows[number][0]["conflict"]) for number in told]
    rated = [number for number, (label, _) in enumerate(rows) if "level" in label]
    for level in (Level.SEDANG, Level.TINGGI):
        yield LEVEL, level.name, rated, [rows[number][0]["level"] >= level for number in rated]
    for kind in (FORM, ISSUE):
        chosen = [
            number
            for number, (label, _) in enumerate(rows)
            if label.get(kind) and label.get("conflict") is not False and label[kind] != "NIHIL"
        ]
        for code in sorted({rows[number][0][kind] for number in chosen}):
            yield kind, code, chosen, [rows[number][0][kind] == code for number in chosen]


def main() -> int:
    """Read the files, fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="labelled reports, one a line")
    parser.add_argument("--quiet", type=Path, action="append", default=[], help="sentences that are no conflict")
    parser.add_argument("--district", type=Path, default=default_folder())
    args = parser.parse_args()
    labels = [label for file in args.files for label in labels_of(file)]
    for file in args.quiet:
        lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
        labels += [{"text": line, CONFLICT: False} for line in lines]
    learned = fit(list(rows_of(labels, load_district(args.district))))
    sys.stdout.write(written(learned))
    return 0


def written(learned: Mapping[str, Any]) -> str:
    """Write the file, a term a line, so that two versions can be compared."""
    head = {name: value for name, value in learned.items() if name != "terms"}
    lines = ",\n".join(
        f"{json.dumps(term, ensure_ascii=False)}:{json.dumps(flat, separators=(',', ':'))}"
        for term, flat in learned["terms"].items()
    )
    return json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1] + ',"terms":{\n' + lines + "\n}}\n"


if __name__ == "__main__":
    raise SystemExit(main())
