"""A learned second reader of the issue: character n-grams and a linear model over an installation's own labels. Pure.

It is trained with scikit-learn, which is imported only for that, and reads with nothing but the numbers in its file.
It never overrules the rules; `second_opinion` says what is done with what it reads.
"""

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from math import exp, log, sqrt
from typing import Any

from services.early_warning.proportions import wilson
from services.triage.evaluation.measures import bootstrap, macro_f1

FORMAT = 1
SHORTEST, LONGEST = 2, 5  # characters in an n-gram, within one word and its edges
MOST_TERMS = 8000  # keeps the file near a megabyte; what occurs in one report only is left out anyway
STRENGTH = 20.0  # inverse of the regularisation; the temperature takes back what it makes too sure
FOLDS = 3
TEMPERATURES = tuple(step / 20 for step in range(4, 81))  # 0.2 to 4.0
LEAST_ISSUES = 3
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Example:
    """One confirmed report: its words, the issue an officer stands for, and what the rules read."""

    text: str
    issue: str
    incident: str  # reports of one incident are never on both sides of a split
    rules: str


@dataclass(frozen=True, slots=True)
class Score:
    """How well a reader does on held-back reports, with 95 % intervals."""

    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    of: int


@dataclass(frozen=True)
class Model:
    """What was learned: one row of coefficients per n-gram, one column per issue."""

    issues: tuple[str, ...]
    terms: Mapping[str, int]
    idf: Sequence[float]
    rows: tuple[Sequence[float], ...]
    intercepts: tuple[float, ...]
    temperature: float
    version: str = ""
    scores: Mapping[str, Score] | None = None

    def read(self, text: str) -> tuple[str, float]:
        """Give the likeliest issue of a text and its calibrated probability."""
        chances = _softmax(self.totals(text), self.temperature)
        best = max(range(len(chances)), key=chances.__getitem__)
        return self.issues[best], chances[best]

    def totals(self, text: str) -> list[float]:
        """Give what speaks for each issue, before it is made a probability."""
        found = Counter(term for term in ngrams(text) if term in self.terms)
        weighed = [(self.terms[term], (1 + log(times))) for term, times in found.items()]
        weights = [(index, value * self.idf[index]) for index, value in weighed]
        length = sqrt(sum(value * value for _, value in weights)) or 1.0
        totals = list(self.intercepts)
        for index, value in weights:
            share = value / length
            totals = [total + share * one for total, one in zip(totals, self.rows[index], strict=True)]
        return totals


def ngrams(text: str) -> Iterator[str]:
    """Give the n-grams of 2 to 5 characters of each word, its edges marked by a space.

    >>> list(ngrams("Adu"))[:5]
    [' a', 'ad', 'du', 'u ', ' ad']
    """
    for word in _SPACE.split(text.lower()):
        if not word:
            continue
        edged = f" {word} "
        for size in range(SHORTEST, min(LONGEST, len(edged)) + 1):
            for start in range(len(edged) - size + 1):
                yield edged[start : start + size]


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Part examples into those to learn from and those held back: of each issue every fourth incident.

    The order is that of a hash of the incident's id, so the same labels are always parted alike.
    """
    incidents: dict[str, list[str]] = {}
    for id_, issue in {(one.incident, one.issue) for one in examples}:
        incidents.setdefault(issue, []).append(id_)
    held: set[str] = set()
    for ids in incidents.values():
        ids.sort(key=lambda id_: blake2b(id_.encode(), digest_size=8).digest())
        held.update(ids[1::4])
    return (
        [one for one in examples if one.incident not in held],
        [one for one in examples if one.incident in held],
    )


def score(pairs: Sequence[tuple[str, str]]) -> Score:
    """Score a reader by its (answer, label) pairs."""
    hits = sum(answer == label for answer, label in pairs)
    accuracy = hits / len(pairs) if pairs else 0.0
    return Score(macro_f1(pairs), *bootstrap(pairs, macro_f1), accuracy, *wilson(hits, len(pairs)), len(pairs))


def train(examples: Sequence[Example], *, held_back: Sequence[Example]) -> Model:
    """Learn from examples and score the result and the rules on the held-back ones.

    Raises ValueError when the examples are of fewer than three issues.
    """
    issues = sorted({one.issue for one in examples})
    if len(issues) < LEAST_ISSUES:
        msg = f"labels of at least {LEAST_ISSUES} issues are needed, not {len(issues)}"
        raise ValueError(msg)
    learned = _fit(examples)
    model = Model(*learned, temperature=_temperature(examples))
    told = json.dumps(_numbers(model), sort_keys=True).encode()
    version = blake2b(told, digest_size=4).hexdigest()
    scores = {
        "second_reader": score([(model.read(one.text)[0], one.issue) for one in held_back]),
        "rules": score([(one.rules, one.issue) for one in held_back]),
    }
    return Model(*learned, temperature=model.temperature, version=version, scores=scores)


_Learned = tuple[tuple[str, ...], dict[str, int], Sequence[float], tuple[Sequence[float], ...], tuple[float, ...]]


def _fit(examples: Sequence[Example]) -> _Learned:
    # Only who trains pays for scikit-learn: it would triple the memory of the service.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    weigher = TfidfVectorizer(
        analyzer=ngrams, min_df=2 if len(examples) > FOLDS else 1, max_features=MOST_TERMS, sublinear_tf=True
    )
    matrix = weigher.fit_transform([one.text for one in examples])
    linear = LogisticRegression(C=STRENGTH, max_iter=500)
    linear.fit(matrix, [one.issue for one in examples])
    names = weigher.get_feature_names_out()
    coefficients, intercepts = linear.coef_.T, linear.intercept_
    if len(linear.classes_) == 2:  # noqa: PLR2004 - then there is one column, of the second class against the first
        coefficients = [[0.0, row[0]] for row in coefficients]
        intercepts = [0.0, intercepts[0]]
    return (
        tuple(map(str, linear.classes_)),
        {str(name): index for index, name in enumerate(names)},
        array("f", (round(float(value), 4) for value in weigher.idf_)),
        tuple(array("f", (round(float(value), 4) for value in row)) for row in coefficients),
        tuple(round(float(value), 4) for value in intercepts),
    )


def _temperature(examples: Sequence[Example]) -> float:
    """Find how much to soften the probabilities, from reports that the model asked had not seen (Guo et al. 2017)."""
    incidents = sorted({one.incident for one in examples}, key=lambda id_: blake2b(id_.encode()).digest())
    fold = {id_: number % FOLDS for number, id_ in enumerate(incidents)}
    unseen: list[tuple[list[float], int]] = []
    for number in range(FOLDS):
        seen = [one for one in examples if fold[one.incident] != number]
        if len({one.issue for one in seen}) < 2:  # noqa: PLR2004 - nothing to tell apart
            continue
        model = Model(*_fit(seen), temperature=1.0)
        asked = [one for one in examples if fold[one.incident] == number and one.issue in model.issues]
        unseen += [(model.totals(one.text), model.issues.index(one.issue)) for one in asked]

    def loss(temperature: float) -> float:
        return -sum(log(max(_softmax(totals, temperature)[right], 1e-12)) for totals, right in unseen)

    return min(TEMPERATURES, key=loss) if unseen else 1.0


def _softmax(totals: Sequence[float], temperature: float) -> list[float]:
    highest = max(totals)
    powers = [exp((total - highest) / temperature) for total in totals]
    whole = sum(powers)
    return [power / whole for power in powers]


def _numbers(model: Model) -> dict[str, Any]:
    return {
        "issues": list(model.issues),
        "terms": list(model.terms),
        "idf": [round(value, 4) for value in model.idf],
        "coefficients": [[round(value, 4) for value in row] for row in model.rows],
        "intercepts": list(model.intercepts),
        "temperature": model.temperature,
    }


def written(model: Model, *, trained_at: str, ruleset: str, active: bool) -> str:
    """Write a model as JSON: numbers and words only, so that opening one can run nothing."""
    scores = {name: asdict(one) for name, one in (model.scores or {}).items()}
    head = {"format": FORMAT, "version": model.version, "trained_at": trained_at, "ruleset": ruleset}
    return json.dumps({**head, "active": active, "scores": scores, **_numbers(model)}, ensure_ascii=False)


def loaded(text: str) -> Model | None:
    """Read what `written` wrote; None when it is kept off. Raises ValueError when it is no such file."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            msg = f"format {told['format']} of the second reader is not known"
            raise ValueError(msg)
        if not told["active"]:
            return None
        model = Model(
            issues=tuple(told["issues"]),
            terms={term: index for index, term in enumerate(told["terms"])},
            idf=array("f", told["idf"]),
            rows=tuple(array("f", row) for row in told["coefficients"]),
            intercepts=tuple(map(float, told["intercepts"])),
            temperature=float(told["temperature"]),
            version=str(told["version"]),
            scores={name: Score(**one) for name, one in told["scores"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"no file of a second reader: {error}"
        raise ValueError(msg) from error
    wide = len(model.issues)
    if not (
        len(model.terms) == len(model.idf) == len(model.rows)
        and len(model.intercepts) == wide > 0
        and all(len(row) == wide for row in model.rows)
        and model.temperature > 0
    ):
        msg = "no file of a second reader: its tables do not fit each other"
        raise ValueError(msg)
    return model
