"""Learn from labelled reports what the rules do not know, and write the numbers as a district's `learned.json`.

`python -m services.triage.learned.fit_reader tests/triage/fresh/*.txt --quiet tests/triage/everyday.txt` writes it to
standard output. Numpy and scipy are needed for this alone. On one machine the same files give the same numbers.
"""

import argparse
import json
import sys
from binascii import b2a_base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from typing import Any

from schemas.district import District
from schemas.learned import FORMAT, MIDDLE
from schemas.messages import ReportIn
from schemas.vocabulary import Level
from services.policy.loader import default_folder, load_district
from services.triage.assess import Assessor
from services.triage.evaluation.labels import labels_of
from services.triage.extraction.learned import BLOCKS, CONFLICT, HUNDREDTHS, LEVEL

LEAST_REPORTS = 4  # a term that fewer reports have is left out
MOST_EXACT = 0.9999  # share of the weights that one byte holds; the few that are larger are cut
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
    """Fit a network of all classes and give the content of the file."""
    import numpy as np  # noqa: PLC0415 - only who trains pays for it
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    from services.triage.learned.network import fit_network  # noqa: PLC0415

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
    matrix = csr_matrix((places[2], (places[0], places[1])), shape=(len(rows), len(known)), dtype=np.float32)
    questions = list(_questions(rows))
    answers = np.zeros((len(rows), len(questions)), np.float32)
    asked = np.zeros_like(answers)
    for at, (_, _, told) in enumerate(questions):
        asked[list(told), at] = 1
        answers[list(told), at] = list(told.values())
    inner, biases, outer, intercepts = fit_network(matrix, answers, asked)
    unit = float(np.quantile(abs(inner), MOST_EXACT)) / MIDDLE
    flat = (np.clip((inner / unit).round(), -MIDDLE, MIDDLE - 1) + MIDDLE).astype(np.uint8)
    file: dict[str, Any] = {
        "format": FORMAT,
        "classes": [[kind, code] for kind, code, _ in questions],
        "intercepts": [round(float(one), 3) for one in intercepts],
        "biases": [round(float(one), 3) for one in biases],
        "unit": unit,
        "weights": (outer * HUNDREDTHS).round().astype(int).tolist(),
        "terms": {term: b2a_base64(flat[at].tobytes(), newline=False).decode() for term, at in known.items()},
    }
    version = blake2b(json.dumps(file, sort_keys=True).encode(), digest_size=4).hexdigest()
    return {"version": version, "reports": len(rows), **file}


def _questions(rows: Sequence[Row]) -> Iterator[tuple[str, str, dict[int, bool]]]:
    """Give each yes-or-no question with the reports that answer it: of forms and issues those that are conflict.

    A level is asked for as "at least this". What a reader calls right too is asked of nobody.
    """
    yield CONFLICT, CONFLICT, {at: bool(label[CONFLICT]) for at, (label, _) in enumerate(rows) if CONFLICT in label}
    rated = {at: label["level"] for at, (label, _) in enumerate(rows) if "level" in label}
    for level in (Level.SEDANG, Level.TINGGI, Level.KRITIS):
        yield LEVEL, level.name, {at: given >= level for at, given in rated.items()}
    for kind in (FORM, ISSUE):
        named = {
            at: label
            for at, (label, _) in enumerate(rows)
            if label.get(kind) and label.get(CONFLICT) is not False and label[kind] != "NIHIL"
        }
        for code in sorted({label[kind] for label in named.values()}):
            yield (
                kind,
                code,
                {
                    at: label[kind] == code
                    for at, label in named.items()
                    if label[kind] == code or code not in label.get(f"{kind}_accept", ())
                },
            )


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
