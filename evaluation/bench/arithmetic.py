"""What repeated timings come to: medians, their intervals, ratios, ranges."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, comb
from statistics import median

CONFIDENCE = 0.95


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The distribution-free 95 % interval of the median by order statistics (Conover 1999), or None below 6 values.

    With n values the k-th smallest and k-th largest are given, k being the largest for which the chance that the median lies
    outside, 2 P(Bin(n, 1/2) < k), is at most 5 %. Fewer than 6 values cannot say that much.
    """
    ordered, outside = sorted(values), 0.0
    k = 0
    while k < len(ordered) // 2 and outside + 2 * comb(len(ordered), k) / 2 ** len(ordered) <= 1 - CONFIDENCE:
        outside += 2 * comb(len(ordered), k) / 2 ** len(ordered)
        k += 1
    return (ordered[k - 1], ordered[-k]) if k else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank). ValueError for none."""
    if not values:
        raise ValueError("a percentile needs values")
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]


def ratio_of_medians(values: Sequence[float], compared: Sequence[float]) -> float:
    """How many times the median of `compared` goes into that of `values`."""
    return median(values) / median(compared)


def paired_differences(values: Sequence[float], less: Sequence[float]) -> list[float]:
    """Each value less the one taken beside it. Raises ValueError where they are not as many."""
    return [value - other for value, other in zip(values, less, strict=True)]


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """The range of repeats as a note has it: `3 repeats, 1.20 to 1.40 s`."""
    repeats = f"{len(values)} repeat{'s' if len(values) != 1 else ''}"
    return f"{repeats}, {min(values):,.{digits}f} to {max(values):,.{digits}f} {unit}".rstrip()
