from __future__ import annotations

import math
from pathlib import Path

import pytest

from evaluation.bench import retrieval, vector_index
from evaluation.bench.pool import ExactIndex, ReviewQuestion, read_review_questions
from evaluation.bench.retrieval import measure_retrieval, rank_all, score_runs
from evaluation.bench.vector_index import measure_vector_index
from evidence.citation import AbstractSection, Citation
from searching.split_passages import split_passages
from tests.support.hashed_words import HashedWords

WORDS = ["cholera", "fatigue", "memory", "hernia", "anaemia", "malaria", "stroke", "asthma"]


def record(pmid: int, text: str) -> Citation:
    return Citation(pmid=str(pmid), title="", abstract=(AbstractSection(text=text),), source_hash="0" * 64)


def question(number: int, text: str, *relevant: int, review: str = "1") -> ReviewQuestion:
    return ReviewQuestion(
        question_id=str(number), question=text, relevant_sources=tuple(map(str, relevant)), original_review=review
    )


RECORDS = [record(pmid, f"{word} was studied in group {pmid}.") for pmid, word in enumerate(WORDS, start=1)]


def test_scores_can_be_checked_by_hand() -> None:
    questions = [question(1, "cholera", 1), question(2, "fatigue", 2, 404), question(3, "hernia", 505)]
    runs = {"made": {"1": {"9": 3.0, "1": 2.0}, "2": {"2": 1.0, "9": 0.5}, "3": {"4": 1.0}}}
    scores = score_runs(runs, questions)["made"]
    ideal_of_two = 1 + 1 / math.log2(3)
    assert scores["nDCG@10"] == pytest.approx([1 / math.log2(3), 1 / ideal_of_two, 0.0])
    assert scores["recall@20"] == [1.0, 0.5, 0.0]


def test_each_ranking_finds_the_record_and_the_figures_say_so() -> None:
    questions = [question(number, word, number, review=str(number % 3)) for number, word in enumerate(WORDS, start=1)]
    figures = {figure.name: figure for figure in measure_retrieval(RECORDS, questions, HashedWords())}
    assert list(figures) == [
        *("nDCG@10, BM25", "nDCG@10, MiniLM", "nDCG@10, fusion"),
        *("recall@20, BM25", "recall@20, MiniLM", "recall@20, fusion"),
    ]
    fusion = figures["nDCG@10, fusion"]
    assert (fusion.value, fusion.low, fusion.high, fusion.n, fusion.ratio, fusion.met) == (1.0, None, None, 8, 1.0, True)
    assert figures["nDCG@10, BM25"].target is None
    assert "3 reviews, 8 records" in fusion.note


def test_a_target_that_is_missed_is_said_to_be_missed() -> None:
    figures = measure_retrieval(RECORDS, [question(1, "cholera", 999)], HashedWords())
    assert [(f.value, f.met) for f in figures if f.name.endswith("fusion")] == [(0.0, False), (0.0, False)]
    assert all(f.ratio is None for f in figures)


def test_a_ranking_holds_each_record_once_best_first() -> None:
    long = record(50, " ".join(f"cholera vaccine arm {number} was followed for years." for number in range(80)))
    runs = rank_all([*RECORDS, long], [question(1, "cholera vaccine", 50)], HashedWords())
    for ranked in runs.values():
        (by_record,) = ranked.values()
        assert next(iter(by_record)) == "50"
        assert list(by_record.values()) == sorted(by_record.values(), reverse=True)


def test_without_shared_data_nothing_is_measured_and_it_says_so() -> None:
    for figure in [*retrieval.run(None), *vector_index.run(None)]:
        assert figure.value is None
        assert figure.met is None
        assert "not here" in figure.note


def test_an_index_that_finds_everything_has_a_recall_of_one() -> None:
    passages = [
        passage for pmid in range(300) for passage in split_passages(record(pmid, f"{WORDS[pmid % 8]} trial number {pmid}"))
    ]
    figures = {figure.name: figure for figure in measure_vector_index(passages, ["cholera trial", "memory 7"], HashedWords())}
    recall = figures["vector index recall@20 among the whole collection"]
    assert recall.n == 2
    assert recall.value == pytest.approx(1.0, abs=0.05)
    assert figures["vector index recall@20 among 200 of its records"].value == 1.0
    assert all(figure.value is not None and figure.value > 0 for figure in figures.values())


def test_exact_search_compares_everything() -> None:
    model = HashedWords()
    index = ExactIndex(model)
    passages = [passage for made in RECORDS for passage in split_passages(made)]
    index.add(passages)
    index.add(passages)
    assert len(index.nearest("stroke", 99)) == len(passages)
    assert index.nearest("stroke", 1)[0][0].startswith("7:")
    assert [id_.partition(":")[0] for id_, _ in index.nearest("stroke", 9, pmids=["3"])] == ["3"]


@pytest.mark.shared
def test_the_real_questions_can_be_read(shared_data: Path) -> None:
    questions = read_review_questions(shared_data)
    assert len(questions) == 100
    assert len({made.original_review for made in questions}) == 30
