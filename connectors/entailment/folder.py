"""A larger entailment model that a person names by its folder: any cross-encoder for natural language inference, as ONNX."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from connectors.entailment.inference import batches, encode, softmax
from connectors.openvino_runtime import infer_request
from evidence.entailment import Reading, Thresholds
from evidence.errors import NotConfigured

_FILES = ("model.onnx", "tokenizer.json", "config.json")
_LABELS = ("entail", "contradict", "neutral")
"""How the labels of such models begin, in the order of supported, refuted, not enough."""

_WINDOW = 512


class FolderEntailment:
    """A model in the usual layout of exports: `model.onnx`, `tokenizer.json`, and `config.json` with `id2label`.

    The evidence is its premise and the claim its hypothesis. Its files are read, no code of its is run. Since nobody calibrated
    it here, it may flag only from a probability of 0.98 on. Raises `NotConfigured` on first use where the folder does not hold
    such a model.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = Lock()

    @property
    def model_id(self) -> str:
        """The folder's name and the SHA-256 of the weights."""
        return f"{self._folder.name}-{hashlib.sha256(self._file('model.onnx').read_bytes()).hexdigest()}"

    @property
    def thresholds(self) -> Thresholds:
        """From which probabilities on a claim counts as refuted, or as not borne out."""
        return Thresholds(refuted=0.98, not_enough=0.98)

    def judge(self, readings: Sequence[Reading]) -> npt.NDArray[np.float64]:
        """Probabilities, shape (len(readings), 3): the text supports the statement, refutes it, does not say enough."""
        found = np.zeros((len(readings), 3))
        swapped = [Reading(statement=reading.text, text=reading.statement) for reading in readings]
        with self._lock:
            tokenizer, request, order = self._model
            wanted = {one.get_any_name() for one in request.model_inputs}
            for places, arrays in batches(encode(tokenizer, swapped)):
                scores = request.infer({name: array for name, array in arrays.items() if name in wanted})[0]
                found[places] = softmax(np.asarray(scores, dtype=np.float64))[:, order]
        return found

    @cached_property
    def _model(self) -> tuple[Any, Any, list[int]]:
        weights, tokenizer_file, config = (self._file(name) for name in _FILES)
        order = _order(config)
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(tokenizer_file))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_WINDOW)
        try:
            request = infer_request(weights, threads=self._threads)
        except RuntimeError as fault:
            raise NotConfigured(
                f"The entailment model in {self._folder} cannot be loaded ({str(fault)[:120]}): export it to ONNX again."
            ) from None
        return tokenizer, request, order

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            raise NotConfigured(
                f"The entailment model in {self._folder} is not whole: {name} is missing; export the model with its tokenizer."
            )
        return path


def _order(config: Path) -> list[int]:
    """The places of entailment, contradiction and neutral among the model's labels."""
    try:
        labels = {int(place): str(label).lower() for place, label in json.loads(config.read_text("utf-8"))["id2label"].items()}
        return [next(place for place, label in labels.items() if label.startswith(start)) for start in _LABELS]
    except (ValueError, KeyError, AttributeError, StopIteration):
        raise NotConfigured(
            f"The entailment model's {config} does not name entailment, contradiction and neutral in id2label: "
            "give the model's own config.json."
        ) from None
