"""Vectors kept on disk by model and text, so that no text is embedded twice."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from evidence.errors import StorageFailure
from evidence.services import EmbeddingModel, Vectors

_BUSY_SECONDS = 60.0
_BATCH = 256


class CachedEmbeddings:
    """An embedding model with a cache: one SQLite file a model, `directory/<model id>/vectors.sqlite`.

    Keys are SHA-256 of the text. Each batch of 256 is committed before the next is embedded, so that an interrupted run goes
    on where it stood. Several processes may share the directory. The file can be deleted at any time.
    """

    def __init__(self, model: EmbeddingModel, directory: Path) -> None:
        self._model = model
        self._path = directory / re.sub(r"[^\w.-]", "_", model.model_id) / "vectors.sqlite"

    @property
    def model_id(self) -> str:
        """The model's own id."""
        return self._model.model_id

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, shape (len(texts), dimensions), float32: from the cache, else from the model."""
        if not texts:
            return self._model.embed(texts)
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        with self._open() as database:
            known = _read(database, keys)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            # Batches of like length waste no work on padding.
            for batch in _batches(sorted(missing, key=lambda key: len(missing[key]))):
                vectors = self._model.embed([missing[key] for key in batch]).astype("<f4")
                rows = [(key, vector.tobytes()) for key, vector in zip(batch, vectors, strict=True)]
                with database:
                    database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                known.update(rows)
            return self._stacked([known[key] for key in keys])

    def missing(self, texts: Sequence[str]) -> int:
        """How many different texts are not in the cache: what `embed` would have to compute."""
        keys = {hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts}
        with self._open() as database:
            return len(keys) - len(_read(database, list(keys)))

    def _stacked(self, rows: Sequence[bytes]) -> Vectors:
        try:
            return np.stack([np.frombuffer(row, dtype="<f4") for row in rows]).astype(np.float32)
        except ValueError as fault:
            raise sqlite3.DatabaseError("its vectors are not all of one length") from fault

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as database:
                database.execute("PRAGMA journal_mode=WAL")
                database.execute("PRAGMA synchronous=NORMAL")
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
                yield database
        except (sqlite3.Error, OSError) as fault:
            raise StorageFailure(
                f"The cache of vectors {self._path} cannot be used ({fault}): make room on the disk, or delete the file."
            ) from fault


def _batches(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for place in range(0, len(keys), _BATCH):
        yield keys[place : place + _BATCH]


def _read(database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    known: dict[bytes, bytes] = {}
    for batch in _batches(keys):
        marks = ",".join("?" * len(batch))
        known.update(database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", list(batch)))  # noqa: S608 - marks only
    return known
