"""Retrieval: lexical and vector search over the same passages, their rankings fused."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.passage import Passage, RetrievedPassage
from evidence.services import PassageIndex
from searching.fuse_ranks import fuse_ranks

_LEAST_DEPTH = 1000
_DEPTH_PER_RECORD = 20


class HybridIndex:
    """A lexical and a vector index over the same passages, fused by reciprocal rank.

    It answers with the records given to its own `add` only: what else the two indexes hold (other runs' records, outdated
    texts) never comes back, and a record that was not added cannot push out one that was.

    A reranker belongs at the end of `rank_citations`: it takes the fused order with the passages' texts and returns the first
    places reordered. An encoder trained on questions like ours takes the embedding model's place in the vector index, and
    nothing changes here.
    """

    def __init__(self, lexical: PassageIndex, vectors: PassageIndex) -> None:
        self._lexical = lexical
        self._vectors = vectors
        self._passages: dict[str, Passage] = {}
        self._records: tuple[str, ...] = ()

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages, in both indexes; one that is there already is not added twice."""
        self._lexical.add(passages)
        self._vectors.add(passages)
        self._passages.update((passage.id, passage) for passage in passages)
        self._records = tuple(dict.fromkeys(passage.pmid for passage in self._passages.values()))

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with fused scores, best first, at most `limit`, among the given records if any."""
        depth = max(_LEAST_DEPTH, limit)
        rankings = [self._ranking(index, text, depth, pmids) for index in (self._lexical, self._vectors)]
        return fuse_ranks(rankings)[: max(limit, 0)]

    def rank_citations(
        self, question: str, limit: int | None = None, pmids: Sequence[str] | None = None
    ) -> list[RetrievedPassage]:
        """Records by relevance to the question, each once, with its best passage; `rank` counts records from 1.

        Args:
            question: the question in plain words.
            limit: at most so many records; unset: every record that has a passage.
            pmids: rank these records only; unset: all that were added.

        A record's place in either ranking is that of its best passage; records are fused by those places, and the passage
        shown is the record's best in the fused ranking of passages.
        """
        depth = len(self._passages) if limit is None else max(_LEAST_DEPTH, _DEPTH_PER_RECORD * limit)
        by_passage = [self._ranking(index, question, depth, pmids) for index in (self._lexical, self._vectors)]
        by_record = [self._by_best_passage(ranking) for ranking in by_passage]
        best: dict[str, Passage] = {}
        for id_, _ in fuse_ranks(by_passage):
            best.setdefault(self._passages[id_].pmid, self._passages[id_])
        places = [{pmid: place for place, pmid in enumerate(ranking, start=1)} for ranking in by_record]
        return [
            RetrievedPassage(
                passage=best[pmid],
                rank=rank,
                score=score,
                lexical_rank=places[0].get(pmid),
                vector_rank=places[1].get(pmid),
            )
            for rank, (pmid, score) in enumerate(fuse_ranks(by_record)[:limit], start=1)
        ]

    def _ranking(self, index: PassageIndex, text: str, depth: int, pmids: Sequence[str] | None) -> list[str]:
        among = self._records if pmids is None else pmids
        return [id_ for id_, _ in index.nearest(text, depth, pmids=among) if id_ in self._passages]

    def _by_best_passage(self, ranking: Sequence[str]) -> list[str]:
        """PMIDs in the order of their best passages."""
        return list(dict.fromkeys(self._passages[id_].pmid for id_ in ranking))
