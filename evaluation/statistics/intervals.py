"""95 % intervals of means and shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from evaluation.harness.result import Metric

FEWEST_CLUSTERS = 5
"""Clusters below which no interval is given: too few to say."""

REPEATS = 5000
SEED = 20261122


def share(hits: int, n: int) -> Metric:
    """A share of independent cases with its Wilson interval (Wilson 1927); no value where n is 0."""
    if not n:
        return Metric(value=None, n=0, method="Wilson")
    interval = binomtest(hits, n).proportion_ci(method="wilson")
    return Metric(value=hits / n, low=float(interval.low), high=float(interval.high), n=n, method="Wilson")


def clustered(
    indices_to_value: Callable[[npt.NDArray[np.int64]], float], clusters: Sequence[str], *, repeats: int = REPEATS
) -> Metric:
    """Any statistic of clustered cases, with the percentile interval of the cluster bootstrap (Field and Welsh 2007).

    `indices_to_value` gives the statistic over the cases at these places; whole clusters are drawn with replacement. The seed
    is fixed, so that the same cases give the same interval. Fewer than FEWEST_CLUSTERS clusters give no interval.
    """
    names, member = np.unique(np.asarray(clusters), return_inverse=True)
    places = [np.flatnonzero(member == number) for number in range(len(names))]
    value = indices_to_value(np.arange(len(clusters)))
    if len(names) < FEWEST_CLUSTERS:
        return Metric(value=value, n=len(clusters), clusters=len(names), note="too few clusters for an interval")
    draw = np.random.default_rng(SEED)
    drawn = [
        indices_to_value(np.concatenate([places[number] for number in draw.integers(0, len(names), len(names))]))
        for _ in range(repeats)
    ]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Metric(
        value=value, low=float(low), high=float(high), n=len(clusters), clusters=len(names), method="cluster bootstrap"
    )
