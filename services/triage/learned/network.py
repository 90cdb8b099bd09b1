"""Fit a network of one hidden layer to labelled reports, by stochastic gradients (Adam). Needs numpy and scipy.

Several small networks that begin at different numbers are fitted and laid side by side as one: their mean is right more
often than each. At each step more than half of the terms of a report are left out, so that none of them decides alone.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

NETWORKS = 3
HIDDEN = 64  # units of each
ROUNDS = 30  # through all reports
BATCH = 64  # reports a step
TOGETHER = 256  # rows of weights that are moved together: what is reckoned for them stays near the processor
PACE = 5e-3  # of the first step; it falls to nought with the last
LEFT_OUT = 0.6  # share of the terms that a step leaves out
SHRINK = 1e-5  # by which each weight is pulled to nought
FIRST, SECOND = 0.1, 0.001  # how fast the means of gradients and of their squares follow (Adam)

Numbers = NDArray[np.float32]
Layers = tuple[Numbers, Numbers, Numbers, Numbers]  # weights and biases of the hidden units, of the classes


class _Moved:
    """One set of weights, moved by Adam and pulled to nought."""

    def __init__(self, values: Any, pull: float = 0.0) -> None:
        self.values: Numbers = np.asarray(values, dtype=np.float32)
        self._mean = np.zeros_like(self.values)
        self._square = np.zeros_like(self.values)
        self._steps = 0
        self._pull = pull

    def step(self, slope: Any, pace: float, rows: Any = None) -> None:
        """Move the rows that took part against their slope."""
        self._steps += 1
        at = np.arange(len(self.values)) if rows is None else rows
        for first in range(0, len(at), TOGETHER):
            self._move(slope[first : first + TOGETHER], pace, at[first : first + TOGETHER])

    def _move(self, slope: Any, pace: float, rows: Any) -> None:
        """Move some rows; each number is written over one that is not needed any more."""
        values, mean, square = (one.take(rows, axis=0) for one in (self.values, self._mean, self._square))
        if self._pull:
            slope = slope + self._pull * values
        moved = slope - mean
        moved *= FIRST
        mean += moved
        np.multiply(slope, slope, out=moved)
        moved -= square
        moved *= SECOND
        square += moved
        self._mean[rows], self._square[rows] = mean, square
        mean /= 1 - (1 - FIRST) ** self._steps
        mean *= pace
        square /= 1 - (1 - SECOND) ** self._steps
        np.sqrt(square, out=square)
        square += 1e-8
        mean /= square
        values -= mean
        self.values[rows] = values


def fit_network(terms: csr_matrix, answers: Numbers, asked: Numbers) -> Layers:
    """Fit the networks and give them as one.

    `terms`: reports by terms; `answers`: reports by classes, 0 or 1; `asked`: 1 where an answer is known, else 0.
    """
    fitted = [_fit_one(terms, answers, asked, seed) for seed in range(NETWORKS)]
    return (
        np.concatenate([one[0] for one in fitted], axis=1),
        np.concatenate([one[1] for one in fitted]),
        np.concatenate([one[2] / np.float32(NETWORKS) for one in fitted]),
        np.asarray(sum(one[3] for one in fitted) / NETWORKS, dtype=np.float32),
    )


def _fit_one(terms: csr_matrix, answers: Numbers, asked: Numbers, seed: int) -> Layers:
    rng = np.random.default_rng(seed)
    classes = answers.shape[1]
    inner = _Moved(rng.standard_normal((terms.shape[1], HIDDEN)) * 0.3, SHRINK)
    outer = _Moved(rng.standard_normal((HIDDEN, classes)) * 0.1, SHRINK)
    inner_bias, outer_bias = _Moved(np.zeros(HIDDEN)), _Moved(np.full(classes, -2.0))
    for chosen, pace in _batches(terms.shape[0], rng):
        part = terms[chosen]
        part.data *= rng.random(len(part.data)) >= LEFT_OUT
        part.data /= 1 - LEFT_OUT
        before = part @ inner.values + inner_bias.values
        hidden = np.maximum(before, 0)
        logits = hidden @ outer.values + outer_bias.values
        slope = (1 / (1 + np.exp(-logits)) - answers[chosen]) * asked[chosen] / len(chosen)
        back = slope @ outer.values.T
        back[before <= 0] = 0
        outer.step(hidden.T @ slope, pace)
        outer_bias.step(slope.sum(0), pace)
        inner_bias.step(back.sum(0), pace)
        there, columns = _columns(part)
        inner.step(there.T @ back, pace, columns)
    return inner.values, inner_bias.values, outer.values, outer_bias.values


def _columns(part: csr_matrix) -> tuple[csr_matrix, Any]:
    """Give the columns that any row has, and the rows with these alone."""
    found = np.zeros(part.shape[1], np.bool_)
    found[part.indices] = True
    columns = np.flatnonzero(found)
    number = np.empty(part.shape[1], part.indices.dtype)
    number[columns] = np.arange(len(columns), dtype=number.dtype)
    return csr_matrix((part.data, number[part.indices], part.indptr), shape=(part.shape[0], len(columns))), columns


def _batches(reports: int, rng: np.random.Generator) -> Iterator[tuple[Any, float]]:
    for number in range(ROUNDS):
        order = rng.permutation(reports)
        for first in range(0, reports, BATCH):
            yield order[first : first + BATCH], PACE * (1 - number / ROUNDS)
