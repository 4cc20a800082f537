"""Two systems on the same cases: the paired difference, tests of it, and the smallest one that the cases could show.

The last axis of every array is the clusters, as in `clusters`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit
from scipy.stats import binomtest

from evaluation.harness.result import Metric
from evaluation.statistics.clusters import Numbers, cluster_mean, few_tell, freedom_when_alike, members, sums_and_sizes
from evaluation.statistics.intervals import FEWEST_CLUSTERS

POWER = 0.8
"""Of 100 studies of as many cases, those that show the smallest difference."""

_EVERY_WAY = 12
_SAME = 1e-12


class Paired(NamedTuple):
    """A paired difference of means, the second system's less the first's."""

    difference: Numbers
    low: Numbers
    high: Numbers
    p: Numbers
    """Two-sided; below 0.05 exactly where the 95 % interval leaves out 0."""
    smallest: Numbers
    """The difference that as many cases, varying as much, would show in 80 of 100 studies."""
    error: Numbers
    """The standard error."""


class Differences(NamedTuple):
    """Differences between two systems on the same cases, gathered by cluster."""

    sums: Numbers
    squares: Numbers
    better: Numbers
    """Cases of the cluster where the second system was better."""
    worse: Numbers
    sizes: Numbers


def gather(differences: npt.ArrayLike, clusters: Sequence[str]) -> Differences:
    """Each cluster's part in the differences, in the order of the clusters' first case."""
    value = np.asarray(differences, dtype=float)
    sums, sizes = sums_and_sizes(value, clusters)
    member = members(clusters)
    squares, better, worse = (np.bincount(member, weights=part).astype(float) for part in (value**2, value > 0, value < 0))
    return Differences(sums, squares, better, worse, sizes)


def paired_difference(found: Differences, *, step: npt.ArrayLike = 1.0, level: float = 0.95) -> Paired:
    """The mean difference with Student's interval and the CR2 variance of its clusters.

    Two cases are added, half a one better by `step` and half a one worse (Agresti and Min 2005): few cases that differ, or
    none, do not make it sure. `step` is the largest difference of one case, 1 for shares.
    """
    mean = cluster_mean(found.sums, found.sizes)
    moment = found.squares.sum(axis=-1) / mean.cases
    spread = moment - mean.mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        cases = np.where((mean.variance > 0) & (spread > 0), spread / mean.variance, mean.clusters)
    differ = found.better + found.worse > 0
    cases = np.where(few_tell(differ, differ, mean.clusters), np.minimum(cases, mean.clusters), cases)
    middle = mean.mean * cases / (cases + 2)
    variance = (moment * cases + np.asarray(step, dtype=float) ** 2) / (cases + 2) - middle**2
    error = np.sqrt(variance / (cases + 2))
    freedom = freedom_when_alike(found.sizes, mean.cases / cases)
    reach = stdtrit(freedom, (1 + level) / 2) * error
    smallest = (reach + stdtrit(freedom, POWER) * error) * (cases + 2) / cases
    p = 2 * stdtr(freedom, -np.abs(middle) / error)
    return Paired(mean.mean, middle - reach, middle + reach, p, smallest, error)


def clustered_difference(differences: npt.ArrayLike, clusters: Sequence[str]) -> Metric:
    """The mean of differences, case by case, as a figure. Fewer than FEWEST_CLUSTERS clusters: no interval."""
    value = np.asarray(differences, dtype=float)
    gathered = gather(value, clusters)
    found = paired_difference(gathered, step=largest_step(value))
    few = len(gathered.sizes) < FEWEST_CLUSTERS
    return Metric(
        value=float(found.difference),
        low=None if few else float(found.low),
        high=None if few else float(found.high),
        n=len(value),
        clusters=len(gathered.sizes),
        method="" if few else "Student, paired, clustered (CR2)",
        note=f"fewer than {FEWEST_CLUSTERS} clusters: too few to say how sure it is" if few else "",
    )


def largest_step(differences: npt.ArrayLike) -> float:
    """The largest difference of one case, whichever way; 1 where no case differs."""
    return float(np.abs(np.asarray(differences, dtype=float)).max(initial=0.0)) or 1.0


def mcnemar_exact(better: int, worse: int) -> float:
    """Two-sided exact p of independent cases that were better and worse (McNemar 1947, exact); 1 where none differs."""
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def sign_flip(differences: npt.ArrayLike, clusters: Sequence[str], *, draws: int = 9999, seed: int = 20261122) -> float:
    """Two-sided p of the mean difference when whole clusters change sign (Fisher 1935); every way up to 12 clusters.

    Above that, of `draws` ways drawn with this seed, the observed one counted among them.
    """
    sums = sums_and_sizes(differences, clusters)[0]
    count = len(sums)
    if count <= _EVERY_WAY:
        signs = 1.0 - 2 * ((np.arange(2**count)[:, None] >> np.arange(count)) & 1)
    else:
        signs = 1.0 - 2 * np.random.default_rng(seed).integers(0, 2, (draws, count))
        signs = np.vstack([np.ones(count), signs])
    as_far = np.abs(signs @ sums) >= abs(sums.sum()) - _SAME * np.abs(sums).sum()
    return float(as_far.mean())
