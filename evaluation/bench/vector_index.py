"""The vector index against exact search, on the vectors of the whole pool.

Data: the passages of the pool; questions: MedEvidence's and PubMedQA's. Scored: how many of the 20 nearest passages by exact
comparison the index finds, and how long it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from time import perf_counter

from connectors.chroma import ChromaIndex
from evaluation.bench.figure import Figure
from evaluation.bench.pool import ExactIndex, cached_minilm, read_json_lines, read_pool, read_review_questions
from evaluation.statistics.intervals import clustered_mean
from evidence.passage import Passage
from evidence.services import EmbeddingModel, PassageIndex
from searching.split_passages import split_passages

TARGET = 0.99
_NEAREST = 20
_RUN_RECORDS = 200


def run(data: Path | None) -> list[Figure]:
    """Recall@20 of the index and its speed over the shared data; an unmeasured figure where there is none."""
    if data is None:
        return [Figure(name="vector index recall@20", value=None, target=TARGET, note="the shared data is not here")]
    questions = [question.question for question in read_review_questions(data)]
    questions += [str(row["QUESTION"]) for row in read_json_lines(data / "pubmedqa" / "train500.jsonl")]
    passages = [passage for record in read_pool(data) for passage in split_passages(record)]
    return measure_vector_index(passages, questions, cached_minilm())


def measure_vector_index(passages: Sequence[Passage], questions: Sequence[str], embeddings: EmbeddingModel) -> list[Figure]:
    """Recall of the graph and of the search among one run's records, with the time of a question and of filling."""
    embeddings.embed(questions)
    exact = ExactIndex(embeddings)
    exact.add(passages)
    some = list(dict.fromkeys(passage.pmid for passage in passages))[:_RUN_RECORDS]
    with TemporaryDirectory() as folder, ChromaIndex(Path(folder), embeddings) as index:
        began = perf_counter()
        index.add(passages)
        filling = perf_counter() - began
        return [
            *_compared("the whole collection", index, exact, questions, None),
            *_compared(f"{len(some)} of its records", index, exact, questions, some),
            Figure(
                name="filling the vector index, vectors at hand",
                value=len(passages) / filling,
                unit="passages/s",
                n=len(passages),
            ),
        ]


def _compared(
    among: str, index: PassageIndex, exact: PassageIndex, questions: Sequence[str], pmids: Sequence[str] | None
) -> list[Figure]:
    recalls: list[float] = []
    times: list[float] = []
    for question in questions:
        truth = {id_ for id_, _ in exact.nearest(question, _NEAREST, pmids=pmids)}
        began = perf_counter()
        found = {id_ for id_, _ in index.nearest(question, _NEAREST, pmids=pmids)}
        times.append(perf_counter() - began)
        recalls.append(len(truth & found) / len(truth))
    recall = fmean(recalls)
    interval = clustered_mean(recalls, [str(number) for number in range(len(recalls))])
    return [
        Figure(
            name=f"vector index recall@20 among {among}",
            value=recall,
            low=interval.low,
            high=interval.high,
            n=len(questions),
            compared_with="exact search",
            compared_value=1.0,
            ratio=recall,
            target=TARGET,
            met=recall >= TARGET,
        ),
        Figure(name=f"vector search among {among}, median", value=median(times) * 1000, unit="ms", n=len(questions)),
    ]
