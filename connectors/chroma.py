"""The vector index: Chroma, embedded. It holds vectors only and can be rebuilt from the store at any time."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
from filelock import FileLock, Timeout

from evidence.errors import StorageFailure
from evidence.passage import Passage
from evidence.services import EmbeddingModel, Vectors
from searching.split_passages import embedded_text

_LOG = logging.getLogger(__name__)

GRAPH_SETTINGS: dict[str, Any] = {"space": "cosine", "ef_construction": 200, "ef_search": 500, "max_neighbors": 32}
"""Chroma's defaults lose neighbours on hard vectors; these keep recall@20 at 0.99 (evaluation/bench/vector_index.py)."""

_COLLECTION = "passages"
_BATCH = 1000


class _ReadOut(NamedTuple):
    """The vectors of some records, in memory."""

    records: frozenset[str]
    ids: list[str]
    vectors: Vectors


class ChromaIndex:
    """Passages by the nearness of their vectors (cosine).

    Chroma allows one writing process, so the directory is locked while the index is open; close it, or use it in a `with`
    statement. Threads of one process may share it. A collection made with another embedding model or other settings is
    discarded on opening: `notice` then says so, and the passages must be added again.

    A search among given records reads their vectors out, keeps them for the next question, and compares them all: exact, and
    no slower where other runs share the collection. Chroma's own filters took 150 ms and more a question at 50,000 passages,
    reading out 200 records 45 ms and comparing them 1 ms. A search without given records is by the graph, approximate.
    """

    def __init__(self, directory: Path, embeddings: EmbeddingModel, *, lock_timeout: float = 10.0) -> None:
        """Open or make the index in `directory`, waiting up to `lock_timeout` seconds for another process.

        Raises `StorageFailure` where another process holds it, or where it cannot be read or written.
        """
        self._directory = directory
        self._embeddings = embeddings
        self._mutex = RLock()
        self._read_out: _ReadOut | None = None
        self.notice: str | None = None
        with self._faults():
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(directory / "writer.lock", thread_local=False, is_singleton=True)
            self._lock.acquire(timeout=lock_timeout)
            try:
                self._client = _client(directory)
                self._collection = self._opened()
            except BaseException:
                self._lock.release()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the directory for other processes. A second call does nothing."""
        with self._mutex:
            if self._client is not None:
                self._client.close()
                self._client = None
                self._lock.release()

    def __len__(self) -> int:
        """How many passages the index holds."""
        with self._faults():
            return int(self._collection.count())

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages; one that is there with the same title and text is neither embedded nor added again."""
        with self._mutex, self._faults():
            given = list({passage.id: passage for passage in passages}.values())
            for place in range(0, len(given), _BATCH):
                self._add_batch(given[place : place + _BATCH])

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with cosine similarities (-1 to 1), best first, at most `limit`, among the given records if any."""
        with self._mutex, self._faults():
            if limit < 1 or (pmids is not None and not pmids):
                return []
            query = self._embeddings.embed([text])
            return self._nearest_in_graph(query, limit) if pmids is None else self._nearest_among(query[0], limit, pmids)

    def _add_batch(self, passages: Sequence[Passage]) -> None:
        hashes = {passage.id: _text_hash(passage) for passage in passages}
        there = self._collection.get(ids=list(hashes), include=["metadatas"])
        known = {id_: entry["text"] for id_, entry in zip(there["ids"], there["metadatas"], strict=True)}
        new = [passage for passage in passages if known.get(passage.id) != hashes[passage.id]]
        if not new:
            return
        self._read_out = None
        self._collection.upsert(
            ids=[passage.id for passage in new],
            embeddings=self._embeddings.embed([embedded_text(passage) for passage in new]),
            metadatas=[{"pmid": passage.pmid, "text": hashes[passage.id]} for passage in new],
        )

    def _nearest_in_graph(self, query: Vectors, limit: int) -> list[tuple[str, float]]:
        count = min(limit, self._collection.count())
        if not count:
            return []
        found = self._collection.query(query_embeddings=query, n_results=count, include=["distances"])
        return _ranked(found["ids"][0], 1.0 - np.asarray(found["distances"][0], dtype=np.float32), limit)

    def _nearest_among(self, query: Vectors, limit: int, pmids: Sequence[str]) -> list[tuple[str, float]]:
        wanted = frozenset(pmids)
        if self._read_out is None or not wanted <= self._read_out.records:
            found = self._collection.get(where={"pmid": {"$in": sorted(wanted)}}, include=["embeddings"])
            self._read_out = _ReadOut(wanted, found["ids"], np.asarray(found["embeddings"], dtype=np.float32))
        rows = [row for row, id_ in enumerate(self._read_out.ids) if id_.partition(":")[0] in wanted]
        ids = [self._read_out.ids[row] for row in rows]
        return _ranked(ids, self._read_out.vectors[rows] @ query, limit) if rows else []

    def _opened(self) -> Any:
        metadata = {"model_id": self._embeddings.model_id}
        if _COLLECTION in {collection.name for collection in self._client.list_collections()}:
            collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            settings = collection.configuration_json["hnsw"]
            if collection.metadata == metadata and GRAPH_SETTINGS.items() <= settings.items():
                return collection
            self.notice = (
                f"The vector index in {self._directory} was made with another embedding model or other settings; "
                "it was emptied and is filled again from the store."
            )
            _LOG.warning(self.notice)
            self._client.delete_collection(_COLLECTION)
        return self._client.create_collection(
            _COLLECTION, embedding_function=None, metadata=metadata, configuration={"hnsw": GRAPH_SETTINGS}
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        except Timeout:
            raise StorageFailure(
                f"The vector index in {self._directory} is in use by another process: wait for it to end, or stop it."
            ) from None
        except (ChromaError, OSError) as fault:
            raise StorageFailure(
                f"The vector index in {self._directory} cannot be used ({fault}): make room on the disk, or delete that "
                "folder; it is filled again from the store."
            ) from fault


def _client(directory: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(directory, settings=Settings(anonymized_telemetry=False))


def _text_hash(passage: Passage) -> str:
    return hashlib.sha256(embedded_text(passage).encode("utf-8", "surrogatepass")).hexdigest()


def _ranked(ids: Sequence[str], similarities: Vectors, limit: int) -> list[tuple[str, float]]:
    """Best first; equal ones in the order of their ids, so that the answer does not depend on the index's own order."""
    pairs = zip(ids, similarities.tolist(), strict=True)
    return sorted(pairs, key=lambda hit: (-hit[1], hit[0]))[:limit]
