"""The shared development data as the retrieval benches use it: records, passages, questions, vectors."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from connectors.embeddings import MiniLm
from connectors.pubmed.records import read_records
from connectors.settings import Settings
from connectors.vector_cache import CachedEmbeddings
from evidence.citation import Citation, FetchedRecord
from evidence.passage import Passage
from evidence.services import EmbeddingModel
from searching.split_passages import embedded_text


class ReviewQuestion(BaseModel):
    """A question that a Cochrane review answered, with the trials it rested on."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    question_id: str = Field(description="Its id in MedEvidence.")
    question: str = Field(min_length=1, description="The question as printed.")
    relevant_sources: tuple[str, ...] = Field(min_length=1, description="PMIDs of the review's trials.")
    original_review: str = Field(description="PMID of the review: questions of one review are no independent samples.")


def read_pool(data: Path) -> list[Citation]:
    """Every record of the pool, in the file's order."""
    return read_pool_file(data / "pubmed" / "pool.xml.gz")


def read_pool_file(path: Path) -> list[Citation]:
    """Every record of a `PubmedArticleSet`, plain or gzipped, in the file's order."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        return [record.citation for record in read_records(stream) if isinstance(record, FetchedRecord)]


def read_review_questions(data: Path) -> list[ReviewQuestion]:
    """The MedEvidence questions, in the file's order."""
    return [ReviewQuestion.model_validate(row) for row in read_json_lines(data / "medevidence" / "dev_questions.jsonl")]


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line. Lines end at line feeds alone: texts may hold Unicode's other line separators."""
    with path.open(encoding="utf-8", newline="\n") as stream:
        return [json.loads(line) for line in stream]


def cached_minilm() -> CachedEmbeddings:
    """The embedding model with the user's cache of vectors."""
    return CachedEmbeddings(MiniLm(), Settings.load().cache_dir / "vectors")


class ExactIndex:
    """A `PassageIndex` that compares every vector, in memory: what an approximate index is measured against.

    The comparison of the last text is kept: a fused ranking asks for it several times. For one thread.
    """

    def __init__(self, embeddings: EmbeddingModel) -> None:
        self._embeddings = embeddings
        self._ids: dict[str, None] = {}
        self._names: list[str] = []
        self._records: dict[str, int] = {}
        self._record_of = np.zeros(0, dtype=np.int64)
        self._vectors = embeddings.embed([])
        self._asked: tuple[str, npt.NDArray[np.float32], npt.NDArray[np.int64]] | None = None

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages; one that is there already is not added twice."""
        new = {passage.id: passage for passage in passages if passage.id not in self._ids}
        added = self._embeddings.embed([embedded_text(passage) for passage in new.values()])
        records = [self._records.setdefault(passage.pmid, len(self._records)) for passage in new.values()]
        self._vectors = np.concatenate([self._vectors, added])
        self._record_of = np.concatenate([self._record_of, np.array(records, dtype=np.int64)])
        self._ids.update(dict.fromkeys(new))
        self._names = list(self._ids)
        self._asked = None

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with cosine similarities, best first, at most `limit`, among the given records if any."""
        if self._asked is None or self._asked[0] != text:
            compared = self._vectors @ self._embeddings.embed([text])[0]
            self._asked = (text, compared, np.argsort(-compared, kind="stable"))
        _, scores, order = self._asked
        if pmids is not None:
            wanted = np.zeros(len(self._records), dtype=bool)
            wanted[[self._records[pmid] for pmid in pmids if pmid in self._records]] = True
            order = order[wanted[self._record_of[order]]]
        return [(self._names[row], float(scores[row])) for row in order[: max(limit, 0)]]
