"""Accuracy and macro-F1 of labels, with intervals clustered as the cases are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.harness.result import Metric
from evaluation.statistics.intervals import clustered


def macro_f1(true: npt.NDArray[np.int64], said: npt.NDArray[np.int64], labels: int) -> float:
    """The mean of F1 = 2 tp / (2 tp + fp + fn) over the labels that occur, as true or as said."""
    table = np.bincount(true * labels + said, minlength=labels * labels).reshape(labels, labels)
    right = np.diag(table)
    both = table.sum(axis=0) + table.sum(axis=1)
    there = both > 0
    return float(np.mean(2 * right[there] / both[there])) if there.any() else float("nan")


def label_metrics(true: Sequence[str], said: Sequence[str], clusters: Sequence[str]) -> dict[str, Metric]:
    """`accuracy` and `macro_f1` over cases with one true and one said label each."""
    names = sorted({*true, *said})
    place = {name: number for number, name in enumerate(names)}
    truth = np.array([place[label] for label in true])
    answer = np.array([place[label] for label in said])
    return {
        "accuracy": clustered(lambda at: float(np.mean(truth[at] == answer[at])), clusters),
        "macro_f1": clustered(lambda at: macro_f1(truth[at], answer[at], len(names)), clusters),
    }
