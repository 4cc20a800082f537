"""Means over cases that come in clusters: their variance, and how many degrees of freedom it has.

The last axis of every array is the clusters; any axes before it are kept, so that a simulation takes thousands at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

# Both were set by the coverage study.
_PULL_OF_LARGE = 0.3
_FEW_TELLING = 2.6


class ClusterMean(NamedTuple):
    """The mean over all cases, with what its clusters say of how sure it is."""

    mean: Numbers
    variance: Numbers
    """Of the mean, between clusters; nan for one cluster."""
    freedom: Numbers
    """Degrees of freedom of `variance`; clusters less one where all are as large."""
    cases: Numbers
    clusters: Numbers


def cluster_mean(sums: npt.ArrayLike, sizes: npt.ArrayLike) -> ClusterMean:
    """The mean of all cases from each cluster's sum and number of cases (a cluster of no case counts as absent).

    The variance is CR2 and its degrees of freedom are Satterthwaite's (Bell and McCaffrey 2002), which for a mean have a
    closed form: with w the share of the cases in a cluster, a residual sum is divided by the root of 1 - w.
    """
    sum_, size = np.broadcast_arrays(np.asarray(sums, dtype=float), np.asarray(sizes, dtype=float))
    cases = size.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sum_.sum(axis=-1) / cases
        share = size / cases[..., None]
        residual = sum_ - mean[..., None] * size
        variance = (residual**2 / (1 - share)).sum(axis=-1) / cases**2
    clusters = (size > 0).sum(axis=-1).astype(float)
    return ClusterMean(mean, variance, cluster_freedom(size), cases, clusters)


def cluster_freedom(sizes: npt.ArrayLike) -> Numbers:
    """Satterthwaite's degrees of freedom of a mean's CR2 variance, from the clusters' numbers of cases."""
    size = np.asarray(sizes, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = size / size.sum(axis=-1, keepdims=True)
        pull = share**2 / (1 - share)
        freedom: Numbers = 1 / ((share**2).sum(axis=-1) + pull.sum(axis=-1) ** 2 - (pull**2).sum(axis=-1))
    return freedom


def freedom_when_alike(sizes: npt.ArrayLike, effect: npt.ArrayLike) -> Numbers:
    """`cluster_freedom`, less where by this design effect cases in a cluster are alike: large clusters then pull more."""
    size = np.asarray(sizes, dtype=float)
    weight = size * (1 + (size - 1) * alike_within(effect, size)[..., None])
    uneven = weight.sum(axis=-1) ** 2 / (weight**2).sum(axis=-1)
    even = size.sum(axis=-1) ** 2 / (size**2).sum(axis=-1)
    freedom: Numbers = cluster_freedom(size) * (uneven / even) ** _PULL_OF_LARGE
    return freedom


def few_tell(first: npt.ArrayLike, second: npt.ArrayLike, clusters: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether so few clusters have a case of the one kind, or of the other, that how alike cases are cannot be told."""
    telling = np.minimum(np.asarray(first).sum(axis=-1), np.asarray(second).sum(axis=-1))
    few: npt.NDArray[np.bool_] = telling < np.sqrt(np.asarray(clusters)) - _FEW_TELLING
    return few


def alike_within(effect: npt.ArrayLike, sizes: npt.ArrayLike) -> Numbers:
    """The share of variance that lies between clusters, 0 to 1, from the design effect (Kish 1965)."""
    size = np.asarray(sizes, dtype=float)
    typical = (size**2).sum(axis=-1) / size.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alike: Numbers = np.where(typical > 1, np.clip((np.asarray(effect) - 1) / (typical - 1), 0, 1), 0.0)
    return alike


def sums_and_sizes(values: npt.ArrayLike, clusters: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Each cluster's sum of `values` and number of cases, in the order of the clusters' first case.

    Raises ValueError where there is no case, or not one cluster a case.
    """
    value = np.asarray(values, dtype=float)
    if not value.size or value.shape != (len(clusters),):
        raise ValueError("a mean needs cases, each with its cluster")
    member = members(clusters)
    return np.bincount(member, weights=value).astype(float), np.bincount(member).astype(float)


def members(clusters: Sequence[str]) -> npt.NDArray[np.int64]:
    """The number of each case's cluster, counted from 0 in the order of first cases."""
    number: dict[str, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in clusters], dtype=np.int64)
