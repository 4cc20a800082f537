"""How far two raters of the same items agree, raw and beyond chance: Cohen's kappa (1960), Gwet's AC1 (2008)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evidence.base import EvidenceModel

Numbers = npt.NDArray[np.float64]


class Agreement(EvidenceModel):
    """The agreement of two raters over the items that both rated."""

    n: int = Field(ge=0, description="Items that both rated.")
    same: int = Field(ge=0, description="Out of `n`: those to which both gave the same label.")
    kappa: float | None = Field(description="Cohen's kappa, -1 to 1; unset: both gave one and the same label, or no item.")
    ac1: float | None = Field(description="Gwet's AC1, -1 to 1; unset: no item.")

    @property
    def raw(self) -> float | None:
        """The share of items with the same label, 0 to 1; None where there is no item."""
        return self.same / self.n if self.n else None


def agreement(first: Sequence[str], second: Sequence[str]) -> Agreement:
    """The agreement of two raters, who gave each item one label, in the same order. Raises ValueError for unequal lengths."""
    pairs = list(zip(first, second, strict=True))
    labels = sorted({*first, *second})
    same = sum(one == other for one, other in pairs)
    if len(labels) < 2:
        # One label throughout: nothing is left to chance by AC1, and kappa divides by zero.
        return Agreement(n=len(pairs), same=same, kappa=None, ac1=1.0 if pairs else None)
    table = np.zeros((len(labels), len(labels)))
    for one, other in pairs:
        table[labels.index(one), labels.index(other)] += 1
    kappa, ac1, _ = agreement_of_table(table)
    return Agreement(n=len(pairs), same=same, kappa=_known(float(kappa)), ac1=_known(float(ac1)))


def agreement_of_table(table: npt.ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
    """Cohen's kappa, Gwet's AC1 and Krippendorff's nominal alpha of two raters from the table of their labels.

    The last two axes are the first rater's label and the second's; axes before them are kept. nan where one is not defined.
    """
    counts = np.asarray(table, dtype=float)
    cases = counts.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        agreed = np.trace(counts, axis1=-2, axis2=-1) / cases
        first, second = (counts.sum(axis=axis) / cases[..., None] for axis in (-1, -2))
        kappa = _beyond(agreed, (first * second).sum(axis=-1))
        common = (first + second) / 2
        ac1 = _beyond(agreed, (common * (1 - common)).sum(axis=-1) / (counts.shape[-1] - 1))
        # Alpha draws the pair that chance makes without putting the first label back.
        drawn = 2 * cases
        alpha = 1 - (1 - agreed) * (drawn - 1) / (drawn * (1 - (common**2).sum(axis=-1)))
    return kappa, ac1, alpha


def _beyond(agreed: Numbers, chance: Numbers) -> Numbers:
    return (agreed - chance) / (1 - chance)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
