"""Accuracy and macro-F1 of labels, with intervals clustered as the cases are, and what guessing would reach."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evaluation.harness.result import Metric
from evaluation.statistics.intervals import clustered, clustered_mean


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
        "accuracy": clustered_mean(truth == answer, clusters),
        "macro_f1": clustered(lambda at: macro_f1(truth[at], answer[at], len(names)), clusters),
    }


def guessed(ids: Sequence[str], true: Sequence[str], clusters: Sequence[str]) -> dict[str, Metric]:
    """The same for two baselines: `majority`, always the commonest label, and `random`, each label as likely.

    The random guess hangs on the case's id alone, so that it is the same in every run.
    """
    names = sorted(set(true))
    commonest = max(names, key=Counter(true).__getitem__)
    drawn = [names[int.from_bytes(hashlib.sha256(id_.encode()).digest()[:8], "big") % len(names)] for id_ in ids]
    found = {"majority": [commonest] * len(true), "random": drawn}
    return {
        f"{baseline}_{name}": metric
        for baseline, said in found.items()
        for name, metric in label_metrics(true, said, clusters).items()
    }


def share_where(flags: Sequence[bool], clusters: Sequence[str], note: str = "") -> Metric:
    """The share of cases that a flag is set for; too few to say where there is no case."""
    if not flags:
        return Metric(value=None, n=0, note=note)
    return clustered_mean(np.array(flags, dtype=float), clusters).model_copy(update={"note": note})


def confusion(true: Sequence[str], said: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each true label (rows) was said to be each label (columns)."""
    counted = Counter(zip(true, said, strict=True))
    names = sorted({*true, *said})
    return {row: {column: counted[row, column] for column in names} for row in sorted(set(true))}
