"""The learned judges with their weights, which are shipped beside this module and read once."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib import resources

import numpy as np

from evidence.errors import NotConfigured
from verification.linear_model import LinearModel

CLAIMS, COMPARISONS, QUESTIONS = "claims", "comparisons", "questions"
"""The judges of claims (trained on SciFact), comparisons (Evidence Inference) and yes-or-no questions (PubMedQA)."""


@cache
def load_judge(name: str) -> LinearModel:
    """The judge of this name. Raises NotConfigured where its weights are not there."""
    place = resources.files("pipelines").joinpath("weights", f"{name}.npz")
    if not place.is_file():
        raise NotConfigured(f"The weights of the judge {name} are not installed: reinstall the package, or train them anew.")
    with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as stored:
        told = json.loads(bytes(stored["told"]).decode("utf-8"))
        return LinearModel(
            labels=tuple(told["labels"]), features=tuple(told["features"]), weights=stored["weights"].astype(np.float32)
        )


def packed(model: LinearModel) -> bytes:
    """The judge as the bytes of its file, the same for the same judge: names as JSON, weights as half-precision numbers."""
    told = json.dumps({"labels": model.labels, "features": model.features}, ensure_ascii=False).encode("utf-8")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, told=np.frombuffer(told, dtype=np.uint8), weights=model.weights.astype(np.float16))
    return buffer.getvalue()
