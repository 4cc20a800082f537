"""How far two raters of the same items agree, raw and beyond chance: Cohen's kappa (1960), Gwet's AC1 (2008).

Intervals are those of the evaluation (`make coverage-study` shows what they cover): exact for a share of fewer than 40 items
(Clopper and Pearson 1934), Wilson's from there on (1927); for kappa and AC1 the jackknife that leaves out an item at a time
(Quenouille 1956, Tukey 1958) with Wilson's shape and Student's quantile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evidence.base import EvidenceModel

Numbers = npt.NDArray[np.float64]
Ends = tuple[float, float]

FEWEST = 10
"""Items below which no interval is given: too few to say."""

_SMALL = 40
_TAIL = 0.975


class Agreement(EvidenceModel):
    """The agreement of two raters over the items that both rated."""

    n: int = Field(ge=0, description="Items that both rated.")
    same: int = Field(ge=0, description="Out of `n`: those to which both gave the same label.")
    kappa: float | None = Field(description="Cohen's kappa, -1 to 1; unset: both gave one and the same label, or no item.")
    ac1: float | None = Field(description="Gwet's AC1, -1 to 1; unset: no item.")

    raw_interval: Ends | None = Field(default=None, description="95 % interval of `raw`; unset: fewer than FEWEST items.")
    kappa_interval: Ends | None = Field(default=None, description="95 % interval of `kappa`; unset: too few to say.")
    ac1_interval: Ends | None = Field(default=None, description="95 % interval of `ac1`; unset: too few to say.")

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
        return Agreement(
            n=len(pairs), same=same, kappa=None, ac1=1.0 if pairs else None, raw_interval=share_interval(same, len(pairs))
        )
    table = np.zeros((len(labels), len(labels)))
    for one, other in pairs:
        table[labels.index(one), labels.index(other)] += 1
    kappa, ac1, _ = agreement_of_table(table)
    ends = _jackknife_intervals(table)
    return Agreement(
        n=len(pairs),
        same=same,
        kappa=_known(float(kappa)),
        ac1=_known(float(ac1)),
        raw_interval=share_interval(same, len(pairs)),
        kappa_interval=ends[0],
        ac1_interval=ends[1],
    )


def share_interval(hits: int, n: int) -> Ends | None:
    """The 95 % interval of a share of independent items; None below FEWEST."""
    if n < FEWEST:
        return None
    from scipy.stats import binomtest  # takes 0.5 s to import, and few pages need it

    interval = binomtest(hits, n).proportion_ci(method="exact" if n < _SMALL else "wilson")
    return float(interval.low), float(interval.high)


def _jackknife_intervals(table: Numbers) -> tuple[Ends | None, Ends | None]:
    """The intervals of kappa and AC1 from the table of labels; None for too few items, or one not defined without some item."""
    n = table.sum()
    if n < FEWEST:
        return None, None
    cells = np.argwhere(table > 0)
    without = np.repeat(table[None], len(cells), axis=0)
    without[np.arange(len(cells)), cells[:, 0], cells[:, 1]] -= 1
    weights = table[cells[:, 0], cells[:, 1]]
    whole, left_out = agreement_of_table(table)[:2], agreement_of_table(without)[:2]
    return _interval(float(whole[0]), left_out[0], weights), _interval(float(whole[1]), left_out[1], weights)


def _interval(value: float, left_out: Numbers, weights: Numbers) -> Ends | None:
    """Wilson's interval, stretched over -1 to 1, of a figure that varies as much as its values without each item do.

    `left_out`: the figure without an item of each cell of the table; `weights`: the items of that cell.
    """
    if np.isnan([value, *left_out]).any():
        return None
    from scipy.special import stdtrit

    n = weights.sum()
    variance = (n - 1) / n * (weights * (left_out - np.average(left_out, weights=weights)) ** 2).sum() / 4
    unit = (value + 1) / 2
    spread = unit * (1 - unit)
    independent = n if variance == 0 or spread <= 0 else spread / variance
    squared = float(stdtrit(n - 1, _TAIL)) ** 2 / independent
    middle = (unit + squared / 2) / (1 + squared)
    reach = math.sqrt(squared * spread + squared**2 / 4) / (1 + squared)
    return 2 * max(middle - reach, 0.0) - 1, 2 * min(middle + reach, 1.0) - 1


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
