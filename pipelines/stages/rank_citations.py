"""Indexes the abstracts by passage and ranks the records by relevance to the question."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.retrieval import HybridIndex
from evidence.citation import Citation
from evidence.services import Progress
from searching.split_passages import split_passages

BATCH = 64
"""Records indexed between two lines of progress."""


def rank_citations(question: str, citations: Sequence[Citation], index: HybridIndex, progress: Progress) -> tuple[str, ...]:
    """PMIDs by relevance, best first; records without an abstract last, by PMID: there is nothing to rank them on."""
    with_abstract = [citation for citation in citations if citation.has_abstract]
    for start in range(0, len(with_abstract), BATCH):
        batch = with_abstract[start : start + BATCH]
        index.add([passage for citation in batch for passage in split_passages(citation)])
        progress.update(start + len(batch), len(with_abstract), "records indexed")
    pmids = [citation.pmid for citation in with_abstract]
    ranked = [found.passage.pmid for found in index.rank_citations(question, None, pmids)] if pmids else []
    unranked = sorted({citation.pmid for citation in citations} - set(ranked), key=int)
    return (*ranked, *unranked)
