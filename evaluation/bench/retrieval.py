"""Retrieval: do the trials of a Cochrane review come first when its question is asked over the whole pool?

Data: 100 MedEvidence questions from 30 reviews over the 18,230 records of the pool. Runs: BM25 over whole records, MiniLM by
best passage, and their fusion, by one index in one run. Scored: nDCG@10 and recall@20 by ir-measures, with intervals clustered
by review. Settings were chosen on other questions of the shared data (Evidence Inference), not on these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation.bench.figure import Figure, gain_words
from evaluation.bench.pool import ReviewQuestion, cached_minilm, read_pool, read_review_questions
from evaluation.metrics.ranking import Ranking, ranking_scores
from evaluation.statistics.intervals import clustered_mean
from evaluation.statistics.paired import clustered_difference
from evaluation.suites.retrieval import Rankers
from evidence.citation import Citation
from evidence.services import EmbeddingModel
from searching.split_passages import split_passages

MEASURES = ("nDCG@10", "recall@20")
TARGETS = {"nDCG@10": 0.713, "recall@20": 0.921}
"""Plain rank fusion of BM25 and the same encoder, as measured before this product had a retriever."""

Runs = Mapping[str, Mapping[str, Ranking]]


def run(data: Path | None) -> list[Figure]:
    """nDCG@10 and recall@20 of the three rankings over the shared data; unmeasured figures where there is none."""
    if data is None:
        return [
            Figure(name=f"{measure}, fusion", value=None, target=TARGETS[measure], note="the shared data is not here")
            for measure in MEASURES
        ]
    return measure_retrieval(read_pool(data), read_review_questions(data), cached_minilm())


def measure_retrieval(
    records: Sequence[Citation], questions: Sequence[ReviewQuestion], embeddings: EmbeddingModel
) -> list[Figure]:
    """The figures over any records and questions: for each measure BM25, MiniLM and fusion, the last with a target."""
    scores = score_runs(rank_all(records, questions, embeddings), questions)
    reviews = [question.original_review for question in questions]
    figures: list[Figure] = []
    for measure in MEASURES:
        lexical = scores["BM25"][measure]
        for name, by_run in scores.items():
            figures.append(_figure(f"{measure}, {name}", by_run[measure], lexical, reviews, len(records)))
    return figures


def rank_all(records: Sequence[Citation], questions: Sequence[ReviewQuestion], embeddings: EmbeddingModel) -> Runs:
    """For each ranking and question, the records with scores that fall with their place."""
    rankers = Rankers(embeddings)
    rankers.add([passage for record in records for passage in split_passages(record)])
    ranked = {question.question_id: rankers.rank(question.question) for question in questions}
    return {name: {id_: by_name[name] for id_, by_name in ranked.items()} for name in ("BM25", "MiniLM", "fusion")}


def score_runs(runs: Runs, questions: Sequence[ReviewQuestion]) -> dict[str, dict[str, list[float]]]:
    """For each ranking and measure, one score a question, in the questions' order."""
    scores: dict[str, dict[str, list[float]]] = {}
    for name, ranked in runs.items():
        each = [ranking_scores(ranked[question.question_id], question.relevant_sources) for question in questions]
        scores[name] = {measure: [one[measure] for one in each] for measure in MEASURES}
    return scores


def _figure(name: str, values: Sequence[float], lexical: Sequence[float], reviews: Sequence[str], records: int) -> Figure:
    mean, baseline = sum(values) / len(values), sum(lexical) / len(lexical)
    interval = clustered_mean(values, reviews)
    gained = clustered_difference([a - b for a, b in zip(values, lexical, strict=True)], reviews)
    measure, _, ranking = name.partition(", ")
    target = TARGETS[measure] if ranking == "fusion" else None
    compared = ranking != "BM25"
    gain = f"; gain over BM25 {gain_words(gained)}" if compared else ""
    return Figure(
        name=name,
        value=mean,
        low=interval.low,
        high=interval.high,
        n=len(values),
        compared_with="BM25" if compared else None,
        compared_value=baseline if compared else None,
        ratio=mean / baseline if compared and baseline else None,
        target=target,
        met=None if target is None else mean >= target,
        note=f"{len(set(reviews))} reviews, {records:,} records, 95 % interval clustered by review{gain}",
    )
