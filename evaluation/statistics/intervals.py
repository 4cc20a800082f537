"""95 % intervals of shares, means and other figures of cases, clustered or not; `make coverage-study` shows what they cover."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit
from scipy.stats import binomtest

from evaluation.harness.result import Metric
from evaluation.statistics.clusters import (
    ClusterMean,
    Numbers,
    cluster_freedom,
    cluster_mean,
    few_tell,
    freedom_when_alike,
    members,
    sums_and_sizes,
)

FEWEST_CLUSTERS = 10
"""Clusters below which no interval of clustered cases is given: too few to say."""

SMALL = 40
"""Independent cases below which a share's interval is exact."""

_TOO_FEW = f"fewer than {FEWEST_CLUSTERS} clusters: too few to say how sure it is"
_TAIL = 0.975


def share(hits: int, n: int) -> Metric:
    """A share of independent cases: exact (Clopper and Pearson 1934) below 40 cases, else Wilson's interval (Wilson 1927)."""
    return exact_share(hits, n) if n < SMALL else _binomial(hits, n, "wilson", "Wilson")


def exact_share(hits: int, n: int) -> Metric:
    """A share of independent cases with an interval that covers at least 95 % at every rate (Clopper and Pearson 1934)."""
    return _binomial(hits, n, "exact", "Clopper-Pearson")


def clustered_mean(values: npt.ArrayLike, clusters: Sequence[str]) -> Metric:
    """The mean of cases that come in clusters. Fewer than FEWEST_CLUSTERS clusters give no interval: too few to say.

    Values from 0 to 1 get Wilson's interval with the number of independent cases that would vary as much, and Student's t for
    the normal quantile (after Dean and Pagano 2015); others Student's interval. Both with the CR2 variance of the clusters.
    """
    value = np.asarray(values, dtype=float)
    sums, sizes = sums_and_sizes(value, clusters)
    found = cluster_mean(sums, sizes)
    unit = bool(value.min() >= 0 and value.max() <= 1)
    low, high = unit_mean_interval(sums, sizes) if unit else student_interval(found)
    method = "Wilson, clustered (CR2)" if unit else "Student, clustered (CR2)"
    return _metric(float(found.mean), (float(low), float(high)), len(value), len(sizes), method)


def clustered(
    indices_to_value: Callable[[npt.NDArray[np.int64]], float],
    clusters: Sequence[str],
    *,
    bounds: tuple[float, float] | None = (0.0, 1.0),
) -> Metric:
    """Any figure of cases that come in clusters, for example a macro-F1, by the jackknife that leaves out a cluster at a time.

    `indices_to_value` gives the figure over the cases at these places. A figure within `bounds` gets an interval within them,
    as `clustered_mean`; None, or a figure out of them: Student's interval. Fewer than FEWEST_CLUSTERS clusters, or a figure
    that is not defined without some cluster, give no interval. Differences between two systems: `paired.clustered_difference`.
    """
    member = members(clusters)
    sizes = np.bincount(member).astype(float)
    value = float(indices_to_value(np.arange(len(member))))
    if len(sizes) < FEWEST_CLUSTERS:
        return Metric(value=_known(value), n=len(member), clusters=len(sizes), note=_TOO_FEW)
    left_out = np.array([indices_to_value(np.flatnonzero(member != number)) for number in range(len(sizes))])
    if bounds is not None and not bounds[0] <= min(value, *left_out) <= max(value, *left_out) <= bounds[1]:
        bounds = None
    low, high = jackknife_interval(value, left_out, sizes, bounds)
    return _metric(value, (float(low), float(high)), len(member), len(sizes), "jackknife of clusters")


def unit_mean_interval(sums: npt.ArrayLike, sizes: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """The interval of a mean of values from 0 to 1; clusters on the last axis of `sums` and `sizes`."""
    sum_, size = np.broadcast_arrays(np.asarray(sums, dtype=float), np.asarray(sizes, dtype=float))
    found = cluster_mean(sum_, size)
    independent = _independent(found.mean, found.variance, found.clusters)
    # Where hardly a cluster differs from the rest, how alike its cases are cannot be told: each cluster then counts as one.
    few = few_tell(sum_ > 0, sum_ < size, found.clusters)
    independent = np.where(few, np.minimum(independent, found.clusters), independent)
    return wilson(found.mean, independent, stdtrit(freedom_when_alike(size, found.cases / independent), _TAIL))


def jackknife_interval(
    value: npt.ArrayLike, left_out: npt.ArrayLike, sizes: npt.ArrayLike, bounds: tuple[float, float] | None = (0.0, 1.0)
) -> tuple[Numbers, Numbers]:
    """The interval of a figure from its values without each cluster (Quenouille 1956, Tukey 1958), on the last axis."""
    without, size = np.asarray(left_out, dtype=float), np.asarray(sizes, dtype=float)
    figure = np.asarray(value, dtype=float)
    clusters = (size > 0).sum(axis=-1).astype(float)
    variance = (clusters - 1) / clusters * ((without - without.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    if bounds is None:
        reach = stdtrit(cluster_freedom(size), _TAIL) * np.sqrt(variance)
        return figure - reach, figure + reach
    low, width = bounds[0], bounds[1] - bounds[0]
    unit = (figure - low) / width
    independent = _independent(unit, variance / width**2, clusters)
    freedom = freedom_when_alike(size, size.sum(axis=-1) / independent)
    ends = wilson(unit, independent, stdtrit(freedom, _TAIL))
    return low + width * ends[0], low + width * ends[1]


def student_interval(found: ClusterMean) -> tuple[Numbers, Numbers]:
    """The mean, less and plus its standard error times Student's quantile."""
    reach = stdtrit(found.freedom, _TAIL) * np.sqrt(found.variance)
    return found.mean - reach, found.mean + reach


def wilson(mean: npt.ArrayLike, n: npt.ArrayLike, quantile: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Wilson's interval of a share `mean` of `n` cases, which need not be whole, at this quantile."""
    p, cases, t = np.asarray(mean, dtype=float), np.asarray(n, dtype=float), np.asarray(quantile, dtype=float)
    squared = t**2 / cases
    middle = (p + squared / 2) / (1 + squared)
    reach = t / (1 + squared) * np.sqrt(np.maximum(p * (1 - p), 0) / cases + squared / (4 * cases))
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _independent(mean: Numbers, variance: Numbers, clusters: Numbers) -> Numbers:
    """How many independent cases would vary as much; where nothing varies, each cluster counts as one."""
    spread = mean * (1 - mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        told = np.where((variance == 0) | (spread <= 0), clusters, spread / variance)
    return np.where(np.isnan(variance), np.nan, told)


def _binomial(hits: int, n: int, method: str, name: str) -> Metric:
    if not n:
        return Metric(value=None, n=0, method=name, note="no case")
    interval = binomtest(hits, n).proportion_ci(method=method)
    return Metric(value=hits / n, low=float(interval.low), high=float(interval.high), n=n, method=name)


def _metric(value: float, ends: tuple[float, float], n: int, clusters: int, method: str) -> Metric:
    if clusters < FEWEST_CLUSTERS:
        return Metric(value=_known(value), n=n, clusters=clusters, note=_TOO_FEW)
    if np.isnan([value, *ends]).any():
        return Metric(value=_known(value), n=n, clusters=clusters, note="not defined without some cluster: too few to say")
    return Metric(value=value, low=ends[0], high=ends[1], n=n, clusters=clusters, method=method)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
