"""Means over cases that come in clusters: their variance, and how many degrees of freedom it has.

The last axis of every array is the clusters; any axes before it are kept, so that a simulation takes thousands at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


class ClusterMean(NamedTuple):
    """The mean over all cases, with what its clusters say of how sure it is."""

    mean: Numbers
    variance: Numbers
    freedom: Numbers
    """Degrees of freedom of `variance`; clusters less one where all are as large."""
    cases: Numbers
    clusters: Numbers


def cluster_mean(sums: npt.ArrayLike, sizes: npt.ArrayLike) -> ClusterMean:
    """The mean of all cases from each cluster's sum and number of cases (a cluster of no case counts as absent).

    The variance is CR2 and its degrees of freedom are Satterthwaite's (Bell and McCaffrey 2002), which for a mean have a
    closed form: with w the share of the cases in a cluster, a residual sum is divided by the root of 1 - w. One cluster has
    no variance: nan.
    """
    sum_, size = np.broadcast_arrays(np.asarray(sums, dtype=float), np.asarray(sizes, dtype=float))
    cases = size.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sum_.sum(axis=-1) / cases
        share = size / cases[..., None]
        residual = sum_ - mean[..., None] * size
        variance = (residual**2 / (1 - share)).sum(axis=-1) / cases**2
        pull = share**2 / (1 - share)
        freedom = 1 / ((share**2).sum(axis=-1) + pull.sum(axis=-1) ** 2 - (pull**2).sum(axis=-1))
    return ClusterMean(mean, variance, freedom, cases, (size > 0).sum(axis=-1).astype(float))


def sums_and_sizes(values: npt.ArrayLike, clusters: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Each cluster's sum of `values` and number of cases, in the order of the clusters' first case.

    Raises ValueError where there is no case, or not one cluster a case.
    """
    value = np.asarray(values, dtype=float)
    if not value.size or value.shape != (len(clusters),):
        raise ValueError("a mean needs cases, each with its cluster")
    member = members(clusters)
    return np.bincount(member, weights=value), np.bincount(member).astype(float)


def members(clusters: Sequence[str]) -> npt.NDArray[np.int64]:
    """The number of each case's cluster, counted from 0 in the order of first cases."""
    number: dict[Any, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in clusters], dtype=np.int64)
