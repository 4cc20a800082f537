"""From the folds' scores: how sure the entailment model may be, and from when on it may speak against a claim."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from connectors.entailment.inference import softmax
from evaluation.train_entailment_examples import TURNED, Example
from evidence.entailment import Reading

FALSE_ALARMS = 0.01
"""Of claims that their evidence supports, out of fold, so many at most may reach a threshold."""

_TEMPERATURES = np.linspace(0.5, 4.0, 71)
Scores = npt.NDArray[np.float64]
Kept = list[tuple[Reading, Scores]]
"""Every reading that was measured with its probabilities."""


def temperature(scores: Scores, labels: Sequence[int]) -> float:
    """What to divide scores by so that probabilities are least surprised by the labels (Guo 2017)."""
    rows = np.arange(len(labels))
    surprise = [-np.log(softmax(scores / each)[rows, list(labels)]).mean() for each in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(surprise))])


def threshold(shares: npt.NDArray[np.float64]) -> float:
    """The probability that FALSE_ALARMS of the supported claims exceed, rounded up to a hundredth."""
    return min(0.99, float(np.ceil(100 * np.quantile(shares, 1 - FALSE_ALARMS)) / 100))


def calibrated(found: Sequence[tuple[Example, Scores]]) -> tuple[dict[str, float], Kept]:
    """Temperature and thresholds, and every reading with its probabilities."""
    stacked = np.stack([scores for _, scores in found])
    real = [place for place, (example, _) in enumerate(found) if example.source != TURNED]
    cooled = temperature(stacked[real], [found[place][0].label for place in real])
    shares = softmax(stacked / cooled)
    supported = shares[[place for place in real if found[place][0].label == 0]]
    told = {"temperature": cooled, "refuted_from": threshold(supported[:, 1]), "not_enough_from": threshold(supported[:, 2])}
    return told, [(example.reading, row) for (example, _), row in zip(found, shares, strict=True)]
