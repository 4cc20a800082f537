"""Several tests at once, without false winners."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evaluation.statistics.clusters import Numbers


def holm(p: npt.ArrayLike) -> Numbers:
    """p-values adjusted so that the chance of any false one below a level is at most the level (Holm 1979); last axis."""
    value = np.asarray(p, dtype=float)
    order = np.argsort(value, axis=-1)
    steps = np.take_along_axis(value, order, axis=-1) * np.arange(value.shape[-1], 0, -1)
    raised = np.minimum(np.maximum.accumulate(steps, axis=-1), 1.0)
    adjusted: Numbers = np.empty_like(raised)
    np.put_along_axis(adjusted, order, raised, axis=-1)
    return adjusted
