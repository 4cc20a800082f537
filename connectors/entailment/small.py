"""The entailment model that ships with the product: an encoder of six layers, 8-bit weights, on OpenVINO."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import resources
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from connectors.embeddings import minilm_tokenizer
from connectors.entailment.inference import batches, encode, softmax
from connectors.openvino_runtime import infer_request
from evidence.entailment import Reading, Thresholds
from evidence.errors import NotConfigured

WINDOW = 256
"""Tokens that the model reads of statement and text together; what is beyond is cut from the longer of the two."""

_AGAIN = "reinstall the package, or train it anew with `make train-entailment`"


class SmallEntailment:
    """A cross-encoder over (claim, evidence), trained for this product: see docs/entailment-model-card.md.

    Loaded on first use (about 1 s), by hash alone, on `threads` cores. It abstains: its probabilities are calibrated and
    `thresholds` says from where on they may be acted on. What a text gets does not depend on the texts beside it, but for
    rounding; arithmetic is as `MiniLm` says. Threads may share an instance; they take turns.

    Raises `NotConfigured` on first use where the weights are missing or are not the known ones.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._lock = Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._told: dict[str, Any] = _told()

    @property
    def model_id(self) -> str:
        """Name and SHA-256 of the weights."""
        return f"entailment-small-{self._told['sha256']}"

    @property
    def thresholds(self) -> Thresholds:
        """From which probabilities on a claim counts as refuted, or as not borne out."""
        return Thresholds(refuted=float(self._told["refuted_from"]), not_enough=float(self._told["not_enough_from"]))

    def judge(self, readings: Sequence[Reading]) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(readings), 3): the text supports the statement, refutes it, does not say enough."""
        found = np.zeros((len(readings), 3))
        if not readings:
            return found
        with self._lock:
            tokenizer, request = self._load()
            for places, arrays in batches(encode(tokenizer, readings)):
                found[places] = request.infer(arrays)["claims"]
        return softmax(found / float(self._told["temperature"]))

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            weights = _checked_weights(self._told["sha256"])
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(minilm_tokenizer()))
            tokenizer.no_padding()
            tokenizer.enable_truncation(WINDOW)
            self._loaded = tokenizer, infer_request(weights, threads=self._threads)
        return self._loaded


def _told() -> dict[str, Any]:
    place = resources.files("connectors.entailment").joinpath("weights", "model.json")
    if not place.is_file():
        raise NotConfigured(f"The entailment model is not installed: {_AGAIN}.")
    told: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return told


def _checked_weights(digest: str) -> bytes:
    place = resources.files("connectors.entailment").joinpath("weights", "model.onnx")
    if not place.is_file():
        raise NotConfigured(f"The weights of the entailment model are not installed: {_AGAIN}.")
    content = place.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotConfigured(f"The entailment model cannot be trusted: model.onnx is not the known file; {_AGAIN}.")
    return content
