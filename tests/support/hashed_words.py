"""An embedding model without weights, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evidence.services import Vectors


class HashedWords:
    """Each word has a random direction in 64 dimensions: texts that share words are near. It notes what it embedded."""

    def __init__(self, model_id: str = "hashed-words-1") -> None:
        self.model_id = model_id
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = [sum(map(_direction, text.lower().split()), start=np.full(64, 1e-6)) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32).reshape(len(texts), 64)


def _direction(word: str) -> npt.NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=64)
