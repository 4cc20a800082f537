"""What the entailment model's folds said of the cases it was trained on, so that their figures are out-of-fold.

The model that ships was trained on every case of the three sets' development splits. Its recipe also trained one model a fold,
each without a third of the groups (trial; claims that share an abstract; record); what that model said of the cases it never
saw is kept here, under a hash of what was read. Any other reading goes to the model itself.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
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

    def __init__(self, model: SmallEntailment, kept: Mapping[str, Mapping[int, Scores]]) -> None:
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
        return self._answered("claims", readings, self._model.judge)

    def compare(self, readings: Sequence[Reading]) -> Scores:
        """As `ComparisonModel.compare`."""
        return self._answered("comparisons", readings, self._model.compare)

    def _answered(self, task: str, readings: Sequence[Reading], ask: Callable[[Sequence[Reading]], Scores]) -> Scores:
        keys = [reading_key(reading) for reading in readings]
        new = [place for place, key in enumerate(keys) if key not in self._kept[task]]
        found = np.zeros((len(readings), 3))
        if new:
            found[new] = ask([readings[place] for place in new])
        for place in set(range(len(keys))) - set(new):
            found[place] = self._kept[task][keys[place]]
        return found


@cache
def load_out_of_fold(*, threads: int | None = None) -> OutOfFold:
    """The shipped model with what its folds said."""
    with np.load(io.BytesIO(resources.files("evaluation").joinpath(_FILE).read_bytes()), allow_pickle=False) as stored:
        kept = {
            task: dict(zip(stored[f"{task}_keys"].tolist(), stored[f"{task}_shares"].astype(np.float64), strict=True))
            for task in ("claims", "comparisons")
        }
    return OutOfFold(SmallEntailment(threads=threads), kept)


def packed(found: Mapping[str, Iterable[tuple[Reading, Scores]]]) -> bytes:
    """Probabilities by task and reading as the bytes of the file."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for task, entries in found.items():
        by_key = {reading_key(reading): shares for reading, shares in entries}
        keys = sorted(by_key)
        arrays[f"{task}_keys"] = np.array(keys, dtype=np.uint64)
        arrays[f"{task}_shares"] = np.array([by_key[key] for key in keys], dtype=np.float16).reshape(-1, 3)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # numpy's stub takes its own flag among the names
    return buffer.getvalue()


def reading_key(reading: Reading) -> int:
    """The first eight bytes of a hash of what was read."""
    return int.from_bytes(hashlib.sha256(f"{reading.statement}\0{reading.text}".encode()).digest()[:8], "big")
