"""A checker that may abstain: how right it is where it is surest (selective risk, El-Yaniv and Wiener 2010)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evaluation.harness.result import Metric
from evaluation.statistics.intervals import clustered_mean

STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def precision_at(coverage: float, right: Sequence[bool], confidence: Sequence[float], clusters: Sequence[str]) -> Metric:
    """The share of right answers among the surest `coverage` (over 0 to 1) of cases, at least one; of equals the first stand.

    The interval takes the threshold as given.
    """
    if not right:
        return Metric(value=None, n=0)
    kept = surest(coverage, confidence)
    flags = np.array([right[place] for place in kept], dtype=float)
    note = f"at {coverage:.0%} coverage, confidence {confidence[kept[-1]]:.2f} and above"
    return clustered_mean(flags, [clusters[place] for place in kept]).model_copy(update={"note": note})


def surest(coverage: float, confidence: Sequence[float]) -> list[int]:
    """Places of the surest cases, surest first."""
    order = sorted(range(len(confidence)), key=lambda place: (-confidence[place], place))
    return order[: max(1, math.floor(coverage * len(order) + 0.5))]


def risk_coverage(right: Sequence[bool], confidence: Sequence[float]) -> list[dict[str, float]]:
    """The curve: at each coverage, the share of wrong answers among the cases answered."""
    curve = []
    for step in STEPS:
        kept = surest(step, confidence)
        curve.append({"coverage": step, "risk": 1 - sum(right[place] for place in kept) / len(kept)})
    return curve
