"""Fills the cache of vectors for the benches that embed the whole pool, saying how long it will take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from connectors.vector_cache import CachedEmbeddings
from evaluation.bench.pool import cached_minilm, read_json_lines, read_pool, read_review_questions
from evidence.services import Progress
from searching.split_passages import embedded_text, split_passages

_TEXTS_AT_ONCE = 1024
_FEW = 256


def texts_to_embed(data: Path) -> list[str]:
    """Every text that the retrieval benches embed: the pool's passages and the questions."""
    questions = [question.question for question in read_review_questions(data)]
    questions += [str(row["QUESTION"]) for row in read_json_lines(data / "pubmedqa" / "train500.jsonl")]
    return [embedded_text(passage) for record in read_pool(data) for passage in split_passages(record)] + questions


def warm_vectors(data: Path, progress: Progress) -> int:
    """Embed what the cache lacks, with progress, and give how many texts that were."""
    return embed_missing(cached_minilm(), texts_to_embed(data), progress)


def embed_missing(embeddings: CachedEmbeddings, texts: Sequence[str], progress: Progress) -> int:
    """Embed those texts that the cache lacks, with progress, and give how many that were."""
    missing = embeddings.missing(texts)
    if missing == 0:
        return 0
    progress.stage("vectors", f"{missing:,} of {len(texts):,} texts are not in the cache; they are embedded once and kept")
    began = perf_counter()
    done = 0
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        batch = texts[start : start + _TEXTS_AT_ONCE]
        done += embeddings.missing(batch)
        embeddings.embed(batch)
        progress.update(done, missing, "texts", _left(done, missing, perf_counter() - began))
    return missing


def _left(done: int, total: int, seconds: float) -> str:
    return f"about {(total - done) * seconds / done / 60:.0f} minutes to go" if done >= _FEW else ""
