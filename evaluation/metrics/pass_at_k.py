"""Several tries at each task: does one of k succeed (pass@k), do all of k (pass-all-k)?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.harness.result import Metric
from evaluation.statistics.intervals import clustered_mean

Numbers = npt.NDArray[np.float64]


def pass_at_k(tries: npt.ArrayLike, passed: npt.ArrayLike, k: int) -> Numbers:
    """The chance that of k tries, drawn from the `tries` made at a task, one passed: unbiased (Chen et al. 2021).

    Raises ValueError where a task has fewer than k tries.
    """
    made, right = _counts(tries, passed, k)
    return 1 - _chosen(made - right, made, k)


def pass_all_k(tries: npt.ArrayLike, passed: npt.ArrayLike, k: int) -> Numbers:
    """The chance that of k tries, drawn from the `tries` made at a task, all passed: unbiased (Yao et al. 2024).

    Raises ValueError where a task has fewer than k tries.
    """
    made, right = _counts(tries, passed, k)
    return _chosen(right, made, k)


def pass_metrics(tries: npt.ArrayLike, passed: npt.ArrayLike, k: int, clusters: Sequence[str]) -> dict[str, Metric]:
    """`pass_at_k` and `pass_all_k` over the tasks, each task in its cluster (a review, a question, or itself)."""
    return {
        f"pass_at_{k}": clustered_mean(pass_at_k(tries, passed, k), clusters),
        f"pass_all_{k}": clustered_mean(pass_all_k(tries, passed, k), clusters),
    }


def _counts(tries: npt.ArrayLike, passed: npt.ArrayLike, k: int) -> tuple[Numbers, Numbers]:
    made, right = np.asarray(tries, dtype=float), np.asarray(passed, dtype=float)
    if k < 1 or (made < k).any() or (right < 0).any() or (right > made).any():
        raise ValueError(f"each task needs at least {max(k, 1)} tries, and no more passed than were made")
    return made, right


def _chosen(kind: Numbers, made: Numbers, k: int) -> Numbers:
    """C(kind, k) / C(made, k): a product of k shares, exact where logarithms of factorials are not."""
    share = np.ones(np.broadcast(kind, made).shape)
    for drawn in range(k):
        share = share * np.maximum(kind - drawn, 0) / (made - drawn)
    return share
