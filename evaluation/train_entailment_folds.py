"""What the entailment model's folds said of the cases it was trained on, so that their figures are out-of-fold.

The model that ships was trained on every claim of the development splits. Its recipe also trained one model a fold,
each without a third of the groups (trial; claims that share an abstract; record); what that model said of the cases it never
saw is kept here, under a hash of what was read. Any other reading goes to the model itself.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from connectors.entailment import SmallEntailment
from evidence.entailment import Reading, Thresholds

_FILE = "train_entailment_folds.npz"
Scores = npt.NDArray[np.float64]


class OutOfFold:
    """An entailment model that answers for a case it was trained on as the fold that never saw it did."""

    def __init__(self, model: SmallEntailment, kept: Mapping[int, Scores]) -> None:
        self._model = model
        self._kept = kept

    @property
    def model_id(self) -> str:
        """The model's."""
        return self._model.model_id

    @property
    def thresholds(self) -> Thresholds:
        """The model's."""
        return self._model.thresholds

    def judge(self, readings: Sequence[Reading]) -> Scores:
        """As `EntailmentModel.judge`."""
        keys = [reading_key(reading) for reading in readings]
        new = [place for place, key in enumerate(keys) if key not in self._kept]
        found = np.zeros((len(readings), 3))
        if new:
            found[new] = self._model.judge([readings[place] for place in new])
        for place in set(range(len(keys))) - set(new):
            found[place] = self._kept[keys[place]]
        return found


@cache
def load_out_of_fold(*, threads: int | None = None) -> OutOfFold:
    """The shipped model with what its folds said."""
    return OutOfFold(SmallEntailment(threads=threads), unpacked(resources.files("evaluation").joinpath(_FILE).read_bytes()))


def packed(found: Iterable[tuple[Reading, Scores]]) -> bytes:
    """Probabilities by reading as the bytes of the file."""
    by_key = {reading_key(reading): shares for reading, shares in found}
    keys = sorted(by_key)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, keys=np.array(keys, dtype=np.uint64), shares=np.array([by_key[key] for key in keys], dtype=np.float16)
    )
    return buffer.getvalue()


def unpacked(content: bytes) -> dict[int, Scores]:
    """What `packed` packed."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(zip(stored["keys"].tolist(), stored["shares"].astype(np.float64), strict=True))


def reading_key(reading: Reading) -> int:
    """The first eight bytes of a hash of what was read."""
    return int.from_bytes(hashlib.sha256(f"{reading.statement}\0{reading.text}".encode()).digest()[:8], "big")
