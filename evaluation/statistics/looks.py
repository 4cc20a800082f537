"""Verdicts that hold however often they are looked at, and however many prompts are tried: e-values.

An e-value is what a bettor against "the two do not differ" has made of 1 by betting on one cluster after the other. Where
they do not differ it ever reaches 20 with a chance of at most 1 in 20 (Ville 1939), so it may be read each week as cases come
in. The bet is that of Waudby-Smith and Ramdas (2024) with fixed fractions, mixed (Robbins 1970), so that the order of the
clusters does not matter. It is exact: no normal approximation. The last axis of every array is the clusters.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, ndtri

from evaluation.statistics.clusters import Numbers
from evaluation.statistics.paired import POWER

# Shares of the stake, from cautious to bold: the right one is twice the difference by its spread, and is not known.
FRACTIONS: Numbers = np.geomspace(0.01, 0.9, 12)

ALPHA = 0.05

_LARGEST = 600.0
_STEPS = 1001
_HALVINGS = 60


def log_bets(gains: npt.ArrayLike) -> Numbers:
    """The logarithm of each cluster's factor for each bet: shape (..., clusters, bets), first all for better, then for worse.

    `gains` are each cluster's sum of differences by the largest cluster's number of cases: from -1 to 1. Summed over the
    clusters looked at so far they go into `e_value`.
    """
    gain = np.asarray(gains, dtype=float)[..., None]
    return np.concatenate([np.log1p(FRACTIONS * gain), np.log1p(-FRACTIONS * gain)], axis=-1)


def e_value(logs: npt.ArrayLike) -> Numbers:
    """The e-value of summed `log_bets`: half the stake on better, half on worse."""
    summed = np.asarray(logs, dtype=float)
    value: Numbers = np.exp(np.minimum(logsumexp(summed, axis=-1) - np.log(summed.shape[-1]), _LARGEST))
    return value


def e_difference(sums: npt.ArrayLike, sizes: npt.ArrayLike) -> Numbers:
    """The e-value against no difference, from each cluster's sum of differences (each from -1 to 1) and number of cases."""
    size = np.asarray(sizes, dtype=float)
    return e_value(log_bets(np.asarray(sums, dtype=float) / size.max(axis=-1, keepdims=True)).sum(axis=-2))


def e_worse(sums: npt.ArrayLike, sizes: npt.ArrayLike) -> Numbers:
    """As `e_difference`, against "no worse": the whole stake on worse. For a gate, which asks no more."""
    size = np.asarray(sizes, dtype=float)
    logs = log_bets(np.asarray(sums, dtype=float) / size.max(axis=-1, keepdims=True)).sum(axis=-2)
    return e_value(logs[..., len(FRACTIONS) :])


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
    """The differences that no look has ruled out: they hold the true one at all looks together with 1 - alpha.

    One pair of systems: `sums` and `sizes` have the clusters alone. From -1 to 1 in steps of 0.002.
    """
    sum_, size = np.asarray(sums, dtype=float), np.asarray(sizes, dtype=float)
    held = np.linspace(-1, 1, _STEPS)
    gains = (sum_ - held[:, None] * size) / (size.max() * (1 + np.abs(held[:, None])))
    left = held[np.array([e_value(log_bets(gain).sum(axis=-2)) for gain in gains]) < 1 / alpha]
    return (float(left.min()), float(left.max())) if left.size else (float("nan"), float("nan"))


def smallest_by_looks(sizes: npt.ArrayLike, variance: float, *, alpha: float = ALPHA) -> float:
    """The difference that as many clusters would show by e-value in 80 of 100 studies, to the normal approximation.

    `variance` is that of the mean difference. A bet of the fraction f is worth about exp(f T - f² Q / 2) with T and Q the sums
    of gains and of their squares (Howard et al. 2021); T must come so far, and 0.84 standard errors more.
    """
    size = np.asarray(sizes, dtype=float)
    largest, cases = size.max(), size.sum()
    error = np.sqrt(variance) * cases / largest
    low, high = 0.0, cases / largest
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        for_better = FRACTIONS * middle - FRACTIONS**2 * error**2 / 2
        made = logsumexp(for_better) - np.log(2 * len(FRACTIONS))
        low, high = (middle, high) if made < -np.log(alpha) else (low, middle)
    return float(min(1.0, (high + ndtri(POWER) * error) * largest / cases))
