"""Intervals for means of values that come in clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def cluster_interval(
    values: Sequence[float], clusters: Sequence[str], *, repeats: int = 5000, seed: int = 20261122
) -> tuple[float, float]:
    """The 95 % interval of the mean of `values` by the cluster bootstrap (Field and Welsh 2007), percentile method.

    Whole clusters are drawn with replacement, as many as there are; the mean is over the values drawn. The seed is fixed, so
    that the same values give the same interval.

    Raises:
        ValueError: there are no values, or not as many clusters as values.
    """
    if not values or len(values) != len(clusters):
        raise ValueError("an interval needs values, each with its cluster")
    names, member = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(member, weights=np.asarray(values, dtype=float))
    sizes = np.bincount(member)
    drawn = np.random.default_rng(seed).integers(0, len(names), size=(repeats, len(names)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
