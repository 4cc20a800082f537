"""Gradient-boosted trees (Friedman 2001), trained elsewhere, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forest:
    """Sums of small trees, one sum a part; each part was trained without one part of the trials.

    All arrays have the shape (parts, trees, nodes). `feature` is -1 at a leaf; a value at or below `threshold` goes to `left`,
    a missing one where `missing_left` says; `value` counts at leaves. `base` has one value a part.
    """

    names: tuple[str, ...]
    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    missing_left: npt.NDArray[np.bool_]
    value: npt.NDArray[np.float32]
    base: npt.NDArray[np.float32]

    @property
    def parts(self) -> int:
        """How many models there are."""
        return int(self.feature.shape[0])

    def probability(self, rows: Floats, *, part: int | None = None) -> Floats:
        """Probability for each row of shape (n, features): the mean over the parts, or of one part."""
        used = range(self.parts) if part is None else (part,)
        if not len(rows):
            return np.zeros(0)
        every: Floats = np.stack([1 / (1 + np.exp(-self._sum(rows, one))) for one in used]).mean(axis=0)
        return every

    def _sum(self, rows: Floats, part: int) -> Floats:
        trees = np.arange(self.feature.shape[1])
        node = np.zeros((len(rows), len(trees)), dtype=np.int64)
        values = rows.astype(np.float32)
        while True:
            feature = self.feature[part][trees, node]
            inner = feature >= 0
            if not inner.any():
                break
            value = np.take_along_axis(values, np.maximum(feature, 0).astype(np.int64), axis=1)
            goes_left = np.where(
                np.isnan(value), self.missing_left[part][trees, node], value <= self.threshold[part][trees, node]
            )
            step = np.where(goes_left, self.left[part][trees, node], self.right[part][trees, node])
            node = np.where(inner, step, node)
        total: Floats = self.value[part][trees, node].sum(axis=1, dtype=np.float64) + float(self.base[part])
        return total
