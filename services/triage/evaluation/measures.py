"""Measure answers against labels: proportions, macro-F1, weighted kappa, B-cubed, with 95 % intervals. Pure.

Proportions come with Wilson intervals, the other measures with bootstrap intervals.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from schemas.vocabulary import Level
from services.early_warning.proportions import Interval

Drawn = TypeVar("Drawn")
ROUNDS = 400
SEED = 20_261_124
HIGHEST = max(Level)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its 95 % interval; `of` is how many rows it rests on."""

    name: str
    value: float
    low: float
    high: float
    of: int


def bootstrap(rows: Sequence[Drawn], measure: Callable[[Sequence[Drawn]], float]) -> Interval:
    """Give the percentile bootstrap interval (95 %) of a measure over rows; the same rows give the same interval."""
    if not rows:
        return 0.0, 1.0
    chance = random.Random(SEED)
    values = sorted(measure(chance.choices(rows, k=len(rows))) for _ in range(ROUNDS))
    return values[int(0.025 * ROUNDS)], values[int(0.975 * ROUNDS) - 1]


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Give the mean F1 over the labels that occur; pairs are (answer, label).

    >>> macro_f1([("a", "a"), ("b", "b"), ("a", "b")])
    0.6666666666666666
    """
    scores = [row.f1 for row in by_label(pairs).values() if row.labelled]
    return sum(scores) / len(scores) if scores else 0.0


@dataclass(frozen=True, slots=True)
class ByLabel:
    """Precision and recall of one label."""

    right: int
    answered: int
    labelled: int

    @property
    def precision(self) -> float:
        """Give the share of answers that are right."""
        return self.right / self.answered if self.answered else 0.0

    @property
    def recall(self) -> float:
        """Give the share of labels that are found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall."""
        both = self.answered + self.labelled
        return 2 * self.right / both if both else 0.0


def by_label(pairs: Sequence[tuple[str, str]]) -> dict[str, ByLabel]:
    """Count each label's right answers, answers and occurrences."""
    answered = Counter(answer for answer, _ in pairs)
    labelled = Counter(label for _, label in pairs)
    right = Counter(answer for answer, label in pairs if answer == label)
    return {name: ByLabel(right[name], answered[name], labelled[name]) for name in sorted({*answered, *labelled})}


def weighted_kappa(pairs: Sequence[tuple[int, int]], steps: int = HIGHEST - 1) -> float:
    """Give Cohen's kappa with quadratic weights over ordered levels.

    >>> weighted_kappa([(1, 1), (2, 2), (4, 4)])
    1.0
    """
    if not pairs:
        return 0.0
    mine, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    seen = sum(((a - b) / steps) ** 2 for a, b in pairs) / len(pairs)
    chance = sum(mine[a] * theirs[b] * ((a - b) / steps) ** 2 for a in mine for b in theirs) / len(pairs) ** 2
    return 1.0 if chance == 0 else 1 - seen / chance


def b_cubed(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """Give B-cubed precision, recall and F1 of a clustering; pairs are (answered cluster, true cluster)."""
    if not pairs:
        return 0.0, 0.0, 0.0
    mine, theirs, both = Counter(a for a, _ in pairs), Counter(b for _, b in pairs), Counter(pairs)
    precision = sum(count * count / mine[a] for (a, _), count in both.items()) / len(pairs)
    recall = sum(count * count / theirs[b] for (_, b), count in both.items()) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def wrongly_merged(pairs: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Count the pairs of different incidents put together, and all pairs of different incidents."""
    size = len(pairs)
    theirs, both, mine = Counter(b for _, b in pairs), Counter(pairs), Counter(a for a, _ in pairs)

    def two(counts: Iterable[int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts)

    return two(mine.values()) - two(both.values()), size * (size - 1) // 2 - two(theirs.values())
