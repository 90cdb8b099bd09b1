"""Learn from labelled reports which words go together, and write them as `services/triage/association/words.txt`.

`python -m services.triage.learned.fit_words tests/triage/fresh/*.txt > services/triage/association/words.txt`.
Scikit-learn is needed for this alone. The same files give the same words.
"""

import argparse
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt
from pathlib import Path
from typing import Any

from schemas.district import District
from services.policy.loader import default_folder, load_district
from services.triage.association.words import HUNDREDTHS
from services.triage.correlation.features import marks_of, stems_of
from services.triage.evaluation.labels import labels_of

LEAST_REPORTS = 6  # a stem that fewer reports hold is left out
SIZE = 32  # numbers of a stem
LARGEST = 127  # of a whole number of one byte
MOST = 2.0  # by which a stem speaks for conflict, or against it, at most


def fit(labels: Sequence[dict[str, Any]], places: frozenset[str]) -> Iterator[str]:
    """Give the lines of the file."""
    import numpy as np  # noqa: PLC0415 - only who trains pays for it
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.linalg import svds  # noqa: PLC0415

    texts = [[word for word in _words(label["text"]) if word not in places] for label in labels]
    often = Counter(stem for stems in texts for stem in stems)
    known = {stem: at for at, stem in enumerate(sorted(stem for stem in often if often[stem] >= LEAST_REPORTS))}
    rarity = {stem: log(len(texts) / often[stem]) for stem in known}
    rows, columns, values = list[int](), list[int](), list[float]()
    for number, stems in enumerate(texts):
        there = [stem for stem in stems if stem in known]
        length = sqrt(sum(rarity[stem] ** 2 for stem in there))
        rows += [number] * len(there)
        columns += [known[stem] for stem in there]
        values += [rarity[stem] / length for stem in there]
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(known)))
    _, sizes, directions = svds(matrix, k=SIZE, random_state=0)
    matters = directions.T * sizes
    matters *= LARGEST / np.linalg.norm(matters, axis=1, keepdims=True)
    troubled = _troubled(labels, texts)
    yield f"{len(texts)}"
    for stem, at in known.items():
        numbers = matters[at].round().astype("int8").tobytes()
        yield f"{stem} {often[stem]} {round(troubled[stem] * HUNDREDTHS)} {b64encode(numbers).decode()}"


def _words(text: str) -> list[str]:
    return [*stems_of(text), *(mark for mark in marks_of(text) if not mark.isdigit())]


def _troubled(labels: Sequence[dict[str, Any]], texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """Give how much more each stem is said of conflict than where there is none."""
    told: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    many: Counter[bool] = Counter()
    for label, stems in zip(labels, texts, strict=True):
        conflict = label.get("conflict") is not False
        told[conflict].update(stems)
        many[conflict] += 1
    chances = {
        stem: log((told[True][stem] + 1) / many[True]) - log((told[False][stem] + 1) / many[False])
        for stem in {*told[True], *told[False]}
    }
    return {stem: max(-MOST, min(MOST, chance)) for stem, chance in chances.items()}


def places_of(district: District) -> frozenset[str]:
    """Give the stems that are names of kecamatan and desa: they say where, not what; a market's name may say both."""
    places = [place for place in district.places.values() if place.code[:2].isdigit()]
    names = [name for place in places for name in (place.name, *place.aliases)]
    return frozenset(stem for name in names for stem in stems_of(name))


def main() -> int:
    """Read the files, fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="labelled reports, one a line")
    parser.add_argument("--district", type=Path, default=default_folder())
    args = parser.parse_args()
    labels = [label for file in args.files for label in labels_of(file)]
    lines = fit(labels, places_of(load_district(args.district)))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
