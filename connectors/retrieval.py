"""Retrieval: lexical and vector search over the same passages, their rankings fused."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.lexical import LexicalIndex
from evidence.passage import Passage, RetrievedPassage
from evidence.services import PassageIndex
from searching.fuse_ranks import fuse_ranks

FUSION_WEIGHTS = (2.0, 1.0)
"""Lexical and vector. A general encoder is the weaker ranker of biomedical text; the weights were chosen on 400 prompts of
Evidence Inference (nDCG@10 0.927, equal weights 0.906), not on the questions that the retrieval bench asks."""

_LEAST_DEPTH = 1000
_PASSAGES_PER_RECORD = 20


class HybridIndex:
    """A lexical and a vector index over the same passages, fused by reciprocal rank.

    It answers with the records given to its own `add` only: what else the two indexes hold (other runs' records, outdated
    texts) never comes back, and a record that was not added cannot push out one that was.

    A reranker belongs in `rank_citations`, between the fused order of records and the choice of their passages: it reads the
    first places' texts and returns them reordered. An encoder trained on questions like ours takes the embedding model's
    place in the vector index, and nothing changes here.
    """

    def __init__(self, lexical: LexicalIndex, vectors: PassageIndex) -> None:
        self._lexical = lexical
        self._vectors = vectors
        self._passages: dict[str, Passage] = {}
        self._records: dict[str, list[Passage]] = {}

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages, in both indexes; one that is there already is not added twice."""
        self._lexical.add(passages)
        self._vectors.add(passages)
        for passage in passages:
            if passage.id not in self._passages:
                self._records.setdefault(passage.pmid, []).append(passage)
            self._passages[passage.id] = passage

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with fused scores, best first, at most `limit`, among the given records if any."""
        among = self._among(pmids)
        depth = max(_LEAST_DEPTH, limit)
        lexical = [id_ for id_, _ in self._lexical.nearest(text, depth, pmids=among) if id_ in self._passages]
        return fuse_ranks([lexical, self._nearest_vectors(text, depth, among)], weights=FUSION_WEIGHTS)[: max(limit, 0)]

    def rank_citations(
        self, question: str, limit: int | None = None, pmids: Sequence[str] | None = None
    ) -> list[RetrievedPassage]:
        """Records by relevance to the question, each once, with the passage nearest to it; `rank` counts records from 1.

        Lexically the whole record is ranked, by vectors its best passage; the places in the two rankings are fused.

        Args:
            question: the question in plain words.
            limit: at most so many records; unset: every record that has a passage.
            pmids: rank these records only; unset: all that were added.
        """
        among = self._among(pmids)
        wanted = len(among) if limit is None else min(limit, len(among))
        lexical = [pmid for pmid, _ in self._lexical.nearest_records(question, max(_LEAST_DEPTH, wanted), pmids=among)]
        depth = max(_LEAST_DEPTH, _PASSAGES_PER_RECORD * wanted)
        by_vector = dict.fromkeys(self._passages[id_].pmid for id_ in self._nearest_vectors(question, depth, among))
        fused = fuse_ranks([lexical, list(by_vector)], weights=FUSION_WEIGHTS)[:wanted]
        best = self._best_passages(question, [pmid for pmid, _ in fused])
        lexical_places, vector_places = _places(lexical), _places(by_vector)
        return [
            RetrievedPassage(
                passage=best[pmid],
                rank=rank,
                score=score,
                lexical_rank=lexical_places.get(pmid),
                vector_rank=vector_places.get(pmid),
            )
            for rank, (pmid, score) in enumerate(fused, start=1)
        ]

    def _among(self, pmids: Sequence[str] | None) -> list[str]:
        return list(self._records if pmids is None else (pmid for pmid in dict.fromkeys(pmids) if pmid in self._records))

    def _nearest_vectors(self, text: str, depth: int, among: Sequence[str]) -> list[str]:
        return [id_ for id_, _ in self._vectors.nearest(text, depth, pmids=among) if id_ in self._passages]

    def _best_passages(self, question: str, pmids: Sequence[str]) -> dict[str, Passage]:
        """For each record the first of its passages in the fused ranking of passages."""
        best: dict[str, Passage] = {}
        for id_, _ in self.nearest(question, _PASSAGES_PER_RECORD * len(pmids), pmids=pmids):
            best.setdefault(self._passages[id_].pmid, self._passages[id_])
        # A record whose passages neither index gave back, which an approximate index allows, shows its first.
        return {pmid: best.get(pmid, self._records[pmid][0]) for pmid in pmids}


def _places(ranking: Sequence[str] | dict[str, None]) -> dict[str, int]:
    return {item: place for place, item in enumerate(ranking, start=1)}
