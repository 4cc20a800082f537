"""A linear model over named features: softmax of weighted sums, in numpy alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Features = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Several models of one form, each trained without one part of the training groups; together they are the product's.

    `weights` has the shape (parts, features + 1, labels), the last row holding the intercepts. A group (a trial, an abstract)
    belongs to the part that its name's hash gives, so that a case the training saw can be judged by the model that did not
    see its group: its figures are out-of-fold.
    """

    labels: tuple[str, ...]
    features: tuple[str, ...]
    weights: npt.NDArray[np.float32]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.features)}

    @property
    def parts(self) -> int:
        """How many models there are."""
        return int(self.weights.shape[0])

    def probabilities(self, features: Features, *, unseen_group: str | None = None) -> dict[str, float]:
        """Probability of each label, summing to 1: the mean over the parts, or of the one that never saw this group.

        A feature that the model does not know counts for nothing.
        """
        known = [(self._place[name], value) for name, value in features.items() if name in self._place]
        rows = np.array([place for place, _ in known] + [len(self.features)])
        values = np.array([value for _, value in known] + [1.0])
        used = self.weights if unseen_group is None else self.weights[[part_of(unseen_group, self.parts)]]
        scores = np.einsum("f,pfl->pl", values, used[:, rows, :].astype(np.float64))
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        mean = (raised / raised.sum(axis=1, keepdims=True)).mean(axis=0)
        return dict(zip(self.labels, (float(share) for share in mean), strict=True))


def part_of(group: str, parts: int) -> int:
    """The part, from 0, that a group belongs to."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % parts


def strongest(probabilities: Mapping[str, float]) -> tuple[str, float]:
    """The most probable label and its probability; of equals the first in the alphabet."""
    return max(sorted(probabilities.items()), key=lambda entry: entry[1])


def most_shared(words: frozenset[str], texts: Sequence[frozenset[str]]) -> int:
    """Place of the text that shares most of `words`; of equals the first."""
    return max(range(len(texts)), key=lambda place: len(words & texts[place]))
