"""Retrieval: does what a question needs come first? The product's fused ranking against BM25 and MiniLM alone, in one run.

MedEvidence questions to their trials over the whole pool, clustered by review; SciFact claims to their abstracts over SciFact's
corpus, each claim by itself. Ranked to a depth of 100 and scored by ir-measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydantic import JsonValue

from connectors.lexical import LexicalIndex
from connectors.retrieval import HybridIndex
from evaluation.bench.pool import ExactIndex, cached_minilm, read_pool_file
from evaluation.bench.warm_vectors import embed_missing
from evaluation.harness.data import SuiteData, csv_rows, json_lines
from evaluation.harness.medevidence import FOLDER, QUESTIONS, Collection, read_reviews
from evaluation.harness.result import Metric, Row
from evaluation.harness.scifact import SciFactAbstract, SciFactRow
from evaluation.harness.suite import Case, Made, Suite, Systems
from evaluation.metrics.ranking import MEASURES, Ranking, ranking_scores
from evaluation.statistics.intervals import clustered_mean
from evaluation.statistics.paired import clustered_difference
from evidence.citation import Citation
from evidence.errors import InvalidInput
from evidence.passage import Passage
from evidence.services import EmbeddingModel, Progress
from searching.split_passages import embedded_text, split_passages

DEPTH = 100
COMPARED_BY = "nDCG@10"
RANKINGS = ("fusion", "BM25", "MiniLM")
"""The product's own first."""

_PASSAGES = 2000


@dataclass(frozen=True)
class Corpus:
    """SciFact's abstracts as records."""

    abstracts: tuple[SciFactAbstract, ...]

    @cached_property
    def records(self) -> list[Citation]:
        """One record an abstract, its number as the PMID."""
        return [abstract.as_record() for abstract in self.abstracts]


@dataclass(frozen=True)
class Asked:
    """A question, what belongs to it, and the records that it is asked of."""

    text: str
    relevant: tuple[str, ...]
    of: Collection | Corpus


class Rankers:
    """The three rankings over the same passages."""

    def __init__(self, embeddings: EmbeddingModel) -> None:
        self._lexical, self._vectors = LexicalIndex(), ExactIndex(embeddings)
        self._fused = HybridIndex(self._lexical, self._vectors)

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages, in each of them."""
        self._fused.add(passages)

    def rank(self, question: str) -> dict[str, Ranking]:
        """For each ranking the records with scores that fall with their place, at most DEPTH."""
        by_record: dict[str, float] = {}
        for id_, score in self._vectors.nearest(question, _PASSAGES):
            by_record.setdefault(id_.partition(":")[0], score)
        return {
            "fusion": {hit.passage.pmid: hit.score for hit in self._fused.rank_citations(question, DEPTH)},
            "BM25": dict(self._lexical.nearest_records(question, DEPTH)),
            "MiniLM": dict(list(by_record.items())[:DEPTH]),
        }


def read(data: SuiteData) -> Sequence[Case]:
    """MedEvidence questions, then SciFact claims that cite abstracts, as far as they are in the data given."""
    cases: list[Case] = []
    if data.all_like(FOLDER, QUESTIONS):
        cases += _reviews(data)
    if data.all_like("scifact", "*.csv"):
        cases += _claims(data)
    if not cases:
        raise InvalidInput("There is neither a file like *questions*.jsonl nor a claims .csv there: give one with --data.")
    return cases


def _reviews(data: SuiteData) -> Iterator[Case]:
    questions, collection = read_reviews(data)
    for question in questions:
        yield Case(
            id=f"medevidence-{question.question_id}",
            cluster=f"medevidence review {question.original_review}",
            shown=question.question,
            given=Asked(question.question, question.relevant_sources, collection),
        )


def _claims(data: SuiteData) -> Iterator[Case]:
    rows = csv_rows(data.main("scifact", "claims_train.csv", like="*.csv"), SciFactRow)
    corpus = Corpus(tuple(json_lines(data.companion("scifact", "corpus.jsonl"), SciFactAbstract)))
    cited: dict[tuple[str, str], dict[str, None]] = {}
    for row in rows:
        cited.setdefault((row.id, row.claim), {}).update(dict.fromkeys(map(str, row.cited_doc_ids)))
    for (id_, claim), documents in cited.items():
        if documents:
            asked = Asked(claim, tuple(documents), corpus)
            yield Case(id=f"scifact-{id_}", cluster=f"scifact claim {id_}", shown=claim, given=asked)


@contextmanager
def prepare(cases: Sequence[Case], _systems: Systems, progress: Progress) -> Iterator[dict[int, Rankers]]:
    """The rankers of each collection asked of, by its identity."""
    embeddings = cached_minilm()
    rankers: dict[int, Rankers] = {}
    for collection in {id(case.given.of): case.given.of for case in cases}.values():
        records = collection.records if isinstance(collection, Corpus) else read_pool_file(collection.pool) + collection.added()
        passages = [passage for record in records for passage in split_passages(record)]
        embed_missing(embeddings, [embedded_text(passage) for passage in passages], progress)
        progress.stage("Index", f"{len(records):,} records, {len(passages):,} passages")
        rankers[id(collection)] = Rankers(embeddings)
        rankers[id(collection)].add(passages)
    yield rankers


def answer(case: Case, systems: Systems) -> Made:
    """The measures of each ranking, and the first ten that the product ranks. Runs are compared by COMPARED_BY."""
    asked: Asked = case.given
    ranked = systems.prepared[id(asked.of)].rank(asked.text)
    scores: dict[str, JsonValue] = {name: {**ranking_scores(ranked[name], asked.relevant)} for name in RANKINGS}
    first = list(ranked["fusion"])[:10]
    made: Made = {"scores": scores, "first": first, "relevant": list(asked.relevant)}
    product, *others = (_score({"scores": scores}, name, COMPARED_BY) for name in RANKINGS)
    made |= {"score": product, "arms": dict(zip(RANKINGS[1:], others, strict=True))}
    return made | {"right": bool({*first} & {*asked.relevant})}


def measure(rows: Sequence[Row]) -> dict[str, Metric]:
    """For each set and measure the three rankings, and what fusion gains over BM25, question by question."""
    figures: dict[str, Metric] = {}
    for name in ("medevidence", "scifact"):
        of_set = [row for row in rows if row.id.startswith(f"{name}-")]
        clusters = [row.cluster for row in of_set]
        for measured in MEASURES if of_set else ():
            values = {ranking: np.array([_score(row.made, ranking, measured) for row in of_set]) for ranking in RANKINGS}
            for ranking, each in values.items():
                figures[f"{name}.{measured}.{ranking}"] = clustered_mean(each, clusters)
            gained = clustered_difference(values["fusion"] - values["BM25"], clusters)
            figures[f"{name}.{measured}.fusion less BM25"] = gained
    return figures


def _score(made: Mapping[str, object], ranking: str, measured: str) -> float:
    scores = made["scores"]
    assert isinstance(scores, dict)  # noqa: S101 - as `answer` makes it
    return float(scores[ranking][measured])


SUITE = Suite(
    name="retrieval",
    purpose="What a question needs, ranked first: the product's fusion against BM25 and MiniLM.",
    read=read,
    answer=answer,
    measure=measure,
    prepare=prepare,
)
