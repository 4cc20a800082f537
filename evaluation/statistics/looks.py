"""Verdicts that hold however often they are looked at, and however many prompts are tried: e-values.

An e-value is what a bettor against "the two do not differ" has made of 1 by betting on one cluster after the other. Where
they do not differ it ever reaches 20 with a chance of at most 1 in 20 (Ville 1939), so it may be read each week as cases come
in. The bet is the self-normalised one of de la Peña (1999) with Robbins' normal mixture (1970): with T the sum of the
clusters' differences and Q that of their squares, sqrt(r / (Q + r)) exp(T² / (2 (Q + r))), averaged over several r. It is exact
where each cluster is as likely to differ by x as by -x, which is so when the two systems could be swapped, and needs no
normal approximation; else it holds for many clusters, less so where the differences are very lopsided, as
docs/coverage-study.md shows. The order of the clusters does not matter. The last axis of every array is the clusters.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, logsumexp, ndtri

from evaluation.statistics.clusters import Numbers
from evaluation.statistics.paired import POWER

ALPHA = 0.05

FEWEST_DIFFERING = 20
"""Clusters that must differ before an e-value says more than 1: a few may be lopsided by nature."""

# Each is at its best where Q is some ten times as large; together they serve from a hundred cases that differ to a million.
# Smaller ones would trust the first few clusters, which lopsided differences mislead.
_MIXED: Numbers = np.array([4.0**power for power in range(2, 9)])
_LARGEST = 600.0
_STEPS = 2001
_HALVINGS = 60


def e_value(total: npt.ArrayLike, square: npt.ArrayLike, differing: npt.ArrayLike) -> Numbers:
    """The e-value from T, Q and the number of clusters that differ, each summed over the clusters looked at so far.

    Differences of one case are at most 1.
    """
    return _worth(_logs(total, square), differing)


def e_difference(sums: npt.ArrayLike) -> Numbers:
    """The e-value against no difference, from each cluster's sum of differences."""
    sum_ = np.asarray(sums, dtype=float)
    return e_value(sum_.sum(axis=-1), (sum_**2).sum(axis=-1), (sum_ != 0).sum(axis=-1))


def e_worse(sums: npt.ArrayLike) -> Numbers:
    """As `e_difference`, against "no worse": the whole stake on worse. For a gate, which asks no more."""
    sum_ = np.asarray(sums, dtype=float)
    total, square = sum_.sum(axis=-1), (sum_**2).sum(axis=-1)
    one_side = log_ndtr(-total[..., None] / np.sqrt(square[..., None] + _MIXED)) + np.log(2)
    return _worth(_logs(total, square) + one_side, (sum_ != 0).sum(axis=-1))


def adjust_e_values(values: npt.ArrayLike) -> Numbers:
    """E-values of several prompts, tried on whatever same cases, adjusted so that none is falsely large (Vovk and Wang 2021).

    Each becomes the smallest mean over all sets that hold it; then the chance that any prompt without a difference ever
    reaches 20 is at most 1 in 20. The prompts are the last axis.
    """
    value = np.asarray(values, dtype=float)
    low_first = np.sort(value, axis=-1)
    before = np.concatenate([np.zeros((*value.shape[:-1], 1)), np.cumsum(low_first, axis=-1)], axis=-1)
    count = np.arange(value.shape[-1] + 1)
    adjusted: Numbers = ((value[..., None] + before[..., None, :]) / (count + 1)).min(axis=-1)
    return adjusted


def confidence_sequence(sums: npt.ArrayLike, sizes: npt.ArrayLike, *, alpha: float = ALPHA) -> tuple[float, float]:
    """The differences from -1 to 1, in steps of 0.001, that no look has ruled out; 1 - alpha: the true one is there."""
    sum_, size = np.asarray(sums, dtype=float), np.asarray(sizes, dtype=float)
    held = np.linspace(-1, 1, _STEPS)
    total = sum_.sum() - held * size.sum()
    square = (sum_**2).sum() - 2 * held * (sum_ * size).sum() + held**2 * (size**2).sum()
    differing = np.where(held == 0, (sum_ != 0).sum(), len(size))
    left = held[e_value(total, np.maximum(square, 0), differing) < 1 / alpha]
    return (float(left.min()), float(left.max())) if left.size else (float("nan"), float("nan"))


def smallest_by_looks(error: float, sizes: npt.ArrayLike, *, alpha: float = ALPHA) -> float:
    """The difference that clusters of these numbers of cases show by e-value in 80 of 100 studies, at most 1.

    `error` is the standard error of the mean difference. T falls 0.84 standard errors short of the difference in 20 of 100
    studies, and a difference adds its own part to Q.
    """
    size = np.asarray(sizes, dtype=float)
    cases = size.sum()
    low, high = ndtri(POWER) * error, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        square = (error * cases) ** 2 + middle**2 * (size**2).sum()
        worth = logsumexp(_logs((middle - ndtri(POWER) * error) * cases, square)) - np.log(len(_MIXED))
        low, high = (low, middle) if worth >= -np.log(alpha) else (middle, high)
    return float(min(high, 1.0))


def _logs(total: npt.ArrayLike, square: npt.ArrayLike) -> Numbers:
    far, wide = np.asarray(total, dtype=float)[..., None], np.asarray(square, dtype=float)[..., None] + _MIXED
    logs: Numbers = (np.log(_MIXED / wide) + far**2 / wide) / 2
    return logs


def _worth(logs: Numbers, differing: npt.ArrayLike) -> Numbers:
    mixed = np.exp(np.minimum(logsumexp(logs, axis=-1) - np.log(len(_MIXED)), _LARGEST))
    worth: Numbers = np.where(np.asarray(differing) < FEWEST_DIFFERING, np.minimum(mixed, 1.0), mixed)
    return worth
