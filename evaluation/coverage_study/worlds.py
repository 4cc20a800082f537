"""Made cases whose truth is known. Arrays have replicates first, clusters last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Draw = np.random.Generator

EVEN_RATES = tuple(round(0.05 * step, 2) for step in range(1, 20))
EDGE_RATES = (0.01, 0.02, 0.03, 0.97, 0.98, 0.99)
ALIKE = (0.0, 0.1, 0.3, 0.5)
"""Shares of the variance that lie between clusters."""

_SEED_OF_SIZES = 5


def even(clusters: int, cases: int) -> Numbers:
    """Clusters of as many cases each."""
    return np.full(clusters, float(cases))


def uneven(clusters: int) -> Numbers:
    """Clusters of 1 to some 40 cases, log-normal as trials' numbers of outcomes are: a few are large."""
    drawn = np.random.default_rng(_SEED_OF_SIZES).normal(1.2, 0.9, clusters)
    return np.maximum(1, np.round(np.exp(drawn)))


DESIGNS: dict[str, Numbers] = {
    "30 of 4": even(30, 4),
    "30 of 10": even(30, 10),
    "30 uneven": uneven(30),
    "62 uneven": uneven(62),
    "62 of 27": even(62, 27),
    "100 of 1": even(100, 1),
    "100 of 3": even(100, 3),
    "200 uneven": uneven(200),
    "300 of 1": even(300, 1),
    "10 of 5": even(10, 5),
    "10 uneven": uneven(10),
    "20 of 1": even(20, 1),
    "20 uneven": uneven(20),
    "50 of 1": even(50, 1),
    "15 of 20": even(15, 20),
}


def large(sizes: Numbers) -> bool:
    """Whether a design has 100 cases and 30 clusters, so that 94 to 96 % is asked of it."""
    return len(sizes) >= 30 and sizes.sum() >= 100


def rates_of_clusters(draw: Draw, rate: float, alike: float, shape: tuple[int, ...]) -> Numbers:
    """Rates of clusters around `rate`, beta as alike as said; all the same where `alike` is 0."""
    if alike == 0 or rate in {0.0, 1.0}:
        return np.full(shape, rate)
    both = (1 - alike) / alike
    return draw.beta(rate * both, (1 - rate) * both, shape)


def hits(draw: Draw, rate: float, alike: float, sizes: Numbers, replicates: int) -> Numbers:
    """Right cases of each cluster."""
    return draw.binomial(sizes.astype(int), rates_of_clusters(draw, rate, alike, (replicates, len(sizes)))).astype(float)


def tables(draw: Draw, chances: Numbers, alike: float, sizes: Numbers, replicates: int) -> Numbers:
    """Counts of cells of each cluster (replicates, clusters, cells), with clusters' chances Dirichlet around `chances`."""
    shape = (replicates, len(sizes))
    if alike == 0:
        each = np.broadcast_to(chances, (*shape, len(chances)))
    else:
        gamma = draw.gamma(np.maximum(chances, 1e-12) * (1 - alike) / alike, size=(*shape, len(chances)))
        each = gamma / gamma.sum(axis=-1, keepdims=True)
    return draw.multinomial(sizes.astype(int), each).astype(float)
