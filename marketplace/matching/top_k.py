"""The best pairs of each list, in order, while computing the full score of few pairs."""

from typing import TYPE_CHECKING

import numpy as np

from marketplace.matching.definition import ONE

if TYPE_CHECKING:
    from marketplace.matching.kernel import Verdict

type Column = np.ndarray
type Lines = np.ndarray
"""Owners of the lists, others, scores and the rows of the verdict: one under the other."""


def best_pairs(verdict: "Verdict", owners: Column, others: Column, top: int) -> Lines:
    """Of the pairs that fail nothing, the `top` best of each owner, the best first.

    The pairs that promise most are scored first; then, of the rest, only those whose
    promise reaches the score of the last in the list so far, since a score is never more
    than its promise. Pairs of one owner that follow each other are a run, and each run is
    thinned by itself.
    """
    begins = owners[1:] != owners[:-1]
    if verdict.size <= max(FEW * top * (1 + int(np.count_nonzero(begins))), SMALL):
        fit = verdict.fit
        return best_of_each(np.stack([owners[fit], others[fit], verdict.score[fit], fit]), top)
    promise, runs = verdict.promise, np.append(0, np.cumsum(begins))
    first = _promising(runs, promise, top)
    lines = _scored(verdict, runs, others, np.flatnonzero(first))
    left = promise >= _least(best_of_each(lines, top), int(runs[-1]) + 1, top)[runs]
    rest = _scored(verdict, runs, others, np.flatnonzero(left & ~first))
    lines = np.hstack([lines, rest])
    lines[0] = owners[lines[3]]
    return best_of_each(lines, top)


FEW = 4  # times what is wanted of each: so few are all scored
SMALL = 3_000  # and so few in all: beside them, what a column costs to begin with is more
STEP = 64  # promises are compared by steps: few enough to count them all


def _promising(runs: Column, promise: Column, top: int) -> Column:
    """Whether each pair is among the `top` (or a few more) of its run that promise most."""
    steps = promise // STEP
    width = ONE // STEP + 1
    counts = np.bincount(runs * width + steps, minlength=(int(runs[-1]) + 1) * width)
    no_less = counts.reshape(-1, width)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return steps >= ((no_less >= top).sum(axis=1) - 1)[runs]


def _scored(verdict: "Verdict", owners: Column, others: Column, rows: Column) -> Lines:
    """Those of the rows that fail nothing, with their scores."""
    some = verdict.take(rows)
    rows = rows[some.fit]
    return np.stack([owners[rows], others[rows], some.score[some.fit], rows])


def _least(lines: Lines, owners: int, top: int) -> Column:
    """The last score of each full list; -1 for a list that has room."""
    least = np.full(owners, -1)
    last = lines[:, top - 1 :]
    full = last[:, last[0] == lines[0, : last.shape[1]]]
    least[full[0]] = full[2]
    return least


def best_of_each(lines: Lines, top: int) -> Lines:
    """The first `top` lines of each owner, the highest score first; ties go to the lower
    other.

    Owners are below 2**16 and others below 2**33, so that all three fit in one number,
    which is quickest to sort.
    """
    owners, others, scores = lines[:3]
    order = np.argsort(owners << 47 | ONE - scores << 33 | others)
    owners = owners[order]
    chosen = np.ones(len(owners), bool)
    # Whoever stands `top` places behind one of the same list is too late.
    chosen[top:] = owners[top:] != owners[: max(0, len(owners) - top)]
    return lines[:, order[chosen]]
