"""The models of the check of numbers in reports, shipped beside this module and read once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from evidence.errors import NotConfigured
from verification.reported.candidates import NAMES as CANDIDATE_NAMES
from verification.reported.check import NumberChecker
from verification.reported.fields import Field
from verification.reported.signs import NAMES as SIGN_NAMES
from verification.reported.trees import Forest

_RISK = "risk"
_ARRAYS = ("feature", "threshold", "left", "right", "missing_left", "value", "base")


@cache
def load_number_checker() -> NumberChecker:
    """The checker. Raises NotConfigured where its weights are not there."""
    place = resources.files("pipelines").joinpath("weights", "numbers.npz")
    if not place.is_file():
        raise NotConfigured("The weights of the check of numbers are not installed: reinstall the package, or train them anew.")
    with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as stored:
        fits = {field: _forest(stored, field.value, CANDIDATE_NAMES) for field in Field}
        trials = frozenset(bytes(stored["trained_on"]).decode("ascii").split())
        unseen = tuple(float(one) for one in stored["flag_above_unseen"])
        return NumberChecker(fits, _forest(stored, _RISK, SIGN_NAMES), float(stored["flag_above"]), unseen, trials)


def packed(checker: NumberChecker) -> bytes:
    """The checker as the bytes of its file."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "flag_above": np.array(checker.threshold),
        "flag_above_unseen": np.array(checker.part_thresholds),
        "trained_on": np.frombuffer(" ".join(sorted(checker.trained_on)).encode("ascii"), dtype=np.uint8),
    }
    for name, forest in [*((field.value, forest) for field, forest in checker.fits.items()), (_RISK, checker.risk)]:
        arrays |= {f"{name}.{part}": getattr(forest, part) for part in _ARRAYS}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]  # numpy's stub takes its own flag among the names
    return buffer.getvalue()


def _forest(stored: Mapping[str, npt.NDArray[np.generic]], name: str, features: tuple[str, ...]) -> Forest:
    return Forest(features, *(stored[f"{name}.{part}"] for part in _ARRAYS))  # type: ignore[arg-type]
