"""The order in which a person reads the records of a run, learned again from everything that people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from connectors.vector_cache import CachedEmbeddings
from evidence.base import content_hash
from evidence.citation import Citation
from evidence.kept import Kept
from evidence.question import Framework
from evidence.screening import ScreeningOutcome
from evidence.services import EmbeddingModel
from pipelines.screening import Screening
from searching.screening.features import ScreeningFeatures, build_features
from searching.screening.rank import rank_records
from searching.split_passages import embedded_text, split_passages

_ALL_READ = "Every record that no rule keeps out has been decided on."


@dataclass(frozen=True)
class ReadingOrder:
    """What to read next, and what the order rests on."""

    pmids: tuple[str, ...]
    says: str


KeptFeatures = Kept[str, ScreeningFeatures]
"""The features of a few runs' records at hand: they stay the same while people decide, and take a third of a second."""


@dataclass(frozen=True)
class LearnedOrder:
    """An order with where the screening stood when it was learned."""

    standing: tuple[int, ...]
    order: ReadingOrder


def standing_of(screening: Screening) -> tuple[int, ...]:
    """Where the screening stands, for telling whether an order is learned from all of it: entries, works, suggestions."""
    return len(screening.history), len(screening.works), len(screening.machine)


def order_shown(screening: Screening, learned: LearnedOrder | None) -> ReadingOrder:
    """The order to show now, given the one learned last, which may not know what was decided since; it says so then.

    Without one it is the run's own ranking.
    """
    unread = screening.open
    if not unread:
        return ReadingOrder((), _ALL_READ)
    if learned is None:
        return ReadingOrder(unread, "The order is the search's own ranking; the one that learns is ready in a moment.")
    still, known = set(unread), set(learned.order.pmids)
    pmids = (*(pmid for pmid in learned.order.pmids if pmid in still), *(pmid for pmid in unread if pmid not in known))
    since = "" if learned.standing == standing_of(screening) else " What changed since then is being learned from."
    return ReadingOrder(pmids, learned.order.says + since)


def order_unread(screening: Screening, embeddings: CachedEmbeddings | None, kept: KeptFeatures | None = None) -> ReadingOrder:
    """The records that no person decided on and no rule keeps out, best first.

    What people left unsure teaches nothing and is not shown again. Vectors are used where the run's ranking has left all of
    them in the cache: a person waits for this order, so nothing is embedded for it.
    """
    unread = set(screening.open)
    pmids = [pmid for pmid in screening.works if pmid in screening.seen or pmid in unread]
    if not unread:
        return ReadingOrder((), _ALL_READ)
    places = {pmid: row for row, pmid in enumerate(pmids)}
    decided = {
        places[pmid]: entry.decision.outcome is ScreeningOutcome.INCLUDE
        for pmid, entry in screening.seen.items()
        if entry.decision is not None and entry.decision.outcome is not ScreeningOutcome.UNSURE and pmid in places
    }
    citations = [screening.citations[pmid] for pmid in pmids]
    question, about_intervention = _asked(screening), screening.protocol.framework is Framework.PICO
    seen_as = [[item.pmid, item.source_hash] for item in citations]
    key = content_hash([seen_as, pmids, question, about_intervention])
    features = kept.get(key) if kept is not None else None
    if features is None:
        vectors = _cached_vectors(citations, embeddings) if embeddings else None
        features = build_features(citations, question=question, vectors=vectors, about_intervention=about_intervention)
        if kept is not None:
            kept.put(key, features)
    ranked = tuple(pmids[row] for row in rank_records(features, decided) if pmids[row] in unread)
    return ReadingOrder(ranked, _says(list(decided.values())))


def record_vectors(citations: Sequence[Citation], embeddings: EmbeddingModel) -> npt.NDArray[np.float32]:
    """One vector a record, shape (records, dimensions): the mean over its passages, zeros without abstract."""
    passages = _passages(citations)
    vectors = embeddings.embed([text for texts in passages for text in texts])
    sums = np.zeros((len(citations), vectors.shape[1]), dtype=np.float32)
    owners = np.repeat(np.arange(len(citations)), [len(texts) for texts in passages])
    np.add.at(sums, owners, vectors)
    counts = np.maximum(np.bincount(owners, minlength=len(citations)), 1)
    return np.asarray(sums / counts[:, None], dtype=np.float32)


def _cached_vectors(citations: Sequence[Citation], embeddings: CachedEmbeddings) -> npt.NDArray[np.float32] | None:
    texts = [text for texts in _passages(citations) for text in texts]
    return record_vectors(citations, embeddings) if texts and not embeddings.missing(texts) else None


def _passages(citations: Sequence[Citation]) -> list[list[str]]:
    return [[embedded_text(passage) for passage in split_passages(citation)] for citation in citations]


def _asked(screening: Screening) -> str:
    """The question with its elements and criteria: what a person would look for in a record."""
    parts = [screening.protocol.question, *(element.text for element in screening.protocol.elements)]
    return " ".join(parts)


def _says(decided: Sequence[bool]) -> str:
    included = sum(decided)
    if included and included < len(decided):
        return f"The order is learned from {len(decided):,} decisions, {included:,} of them inclusions."
    if decided:
        missing = "inclusion" if not included else "exclusion"
        return f"The order follows the question and what was decided; it learns once there is an {missing} too."
    return "The order follows the question, because nothing has been decided yet."
