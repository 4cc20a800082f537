"""How far two or more people or models agree beyond chance: Cohen's kappa, Gwet's AC1, Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import krippendorff
import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score

from evaluation.harness.result import Metric
from evaluation.statistics.intervals import clustered
from evidence.agreement import agreement_of_table

__all__ = [
    "ac1_of_counts",
    "agreement_metrics",
    "agreement_of_table",
    "cohen_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
_BOUNDS = (-1.0, 1.0)


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa (1960) of two raters; nan where both gave one and the same label throughout."""
    if len({*first, *second}) < 2:
        return float("nan")
    return float(cohen_kappa_score(list(first), list(second)))


def gwet_ac1(ratings: Sequence[Sequence[str | None]]) -> float:
    """Gwet's AC1 (2008) of two or more raters: each item's labels, None where a rater gave none.

    Items with one label count for how common labels are, not for agreement. nan where no item has two labels. Where all labels
    are the same it is 1: chance agreement is then 0.
    """
    labels = sorted({label for item in ratings for label in item if label is not None})
    counts = np.array([[sum(given == label for given in item) for label in labels] for item in ratings], dtype=float)
    return ac1_of_counts(counts)


def ac1_of_counts(counts: npt.NDArray[np.float64]) -> float:
    """Gwet's AC1 from how many raters gave each label (columns) to each item (rows)."""
    given = counts.sum(axis=1)
    twice = counts[given >= 2]
    if not len(twice):
        return float("nan")
    raters = twice.sum(axis=1)
    agreed = float(((twice * (twice - 1)).sum(axis=1) / (raters * (raters - 1))).mean())
    if counts.shape[1] < 2:
        return 1.0
    common = (counts[given > 0] / given[given > 0, None]).mean(axis=0)
    chance = float((common * (1 - common)).sum() / (counts.shape[1] - 1))
    return (agreed - chance) / (1 - chance)


def krippendorff_alpha(ratings: Sequence[Sequence[str | float | None]], *, level: Level = "nominal") -> float:
    """Krippendorff's alpha (2011) of two or more raters: each item's labels or numbers, None where a rater gave none.

    nan where fewer than two different values were given.
    """
    values = sorted({value for item in ratings for value in item if value is not None}, key=str)
    if len(values) < 2:
        return float("nan")
    counts = np.array([[sum(given == value for given in item) for value in values] for item in ratings])
    if level == "nominal":
        domain: list[float] = [float(number) for number in range(len(values))]
    else:
        domain = [float(value) for value in values]
        order = np.argsort(domain)
        domain, counts = sorted(domain), counts[:, order]
    if not (counts.sum(axis=1) >= 2).any():
        return float("nan")
    return float(krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level))


def agreement_metrics(first: Sequence[str], second: Sequence[str], clusters: Sequence[str]) -> dict[str, Metric]:
    """`cohen_kappa`, `gwet_ac1` and `krippendorff_alpha` of two raters over the same cases, with intervals by cluster."""
    labels = sorted({*first, *second})
    place = {label: number for number, label in enumerate(labels)}
    cell = np.array([place[one] * len(labels) + place[other] for one, other in zip(first, second, strict=True)])

    def figure(at: npt.NDArray[np.int64], which: int) -> float:
        table = np.bincount(cell[at], minlength=len(labels) ** 2).reshape(len(labels), len(labels))
        return float(agreement_of_table(table)[which])

    return {
        name: clustered(lambda at, which=which: figure(at, which), clusters, bounds=_BOUNDS)  # type: ignore[misc]
        for which, name in enumerate(("cohen_kappa", "gwet_ac1", "krippendorff_alpha"))
    }
