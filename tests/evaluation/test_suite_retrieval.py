from __future__ import annotations

import math
from pathlib import Path

import pytest

from evaluation.harness.data import SuiteData
from evaluation.harness.medevidence import read_reviews
from evaluation.metrics.ranking import ranking_scores
from evaluation.suites.retrieval import SUITE, Corpus
from evidence.errors import InvalidInput
from tests.evaluation.made_data import QUESTIONS, lines, made_data, measured


def test_each_measure_of_a_ranking_can_be_checked_by_hand() -> None:
    scores = ranking_scores({"9": 3.0, "1": 2.0, "8": 1.0}, {"1", "404"})
    assert scores["nDCG@10"] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert (scores["recall@20"], scores["recall@100"], scores["MRR"]) == (0.5, 0.5, 0.5)
    assert set(ranking_scores({}, {"1"}).values()) == {0.0}
    with pytest.raises(ValueError, match="something is relevant"):
        ranking_scores({"1": 1.0}, set())


def test_three_rankings_are_scored_in_one_run_over_both_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    result, rows = measured(SUITE, made_data(tmp_path / "data"), tmp_path / "home")
    assert (result.cases, result.unscored) == (7, 0)
    for ranking in ("fusion", "BM25", "MiniLM"):
        assert rows["medevidence-4"].made["scores"][ranking]["MRR"] == 1.0, "the record that the pool lacks is added"  # type: ignore[index, call-overload]
        assert result.metrics[f"medevidence.recall@20.{ranking}"].value == 1.0
        assert result.metrics[f"scifact.nDCG@10.{ranking}"].n == 3
    assert result.metrics["medevidence.MRR.fusion less BM25"].n == 4


def test_a_claim_that_stands_in_several_rows_is_one_case(tmp_path: Path) -> None:
    data = made_data(tmp_path)
    with (data / "scifact" / "claims_made.csv").open("a", encoding="utf-8") as file:
        file.write("1,Zinc reduces colds.,71,SUPPORT,[0],[71 72]\n")
    cases = [case for case in SUITE.read(SuiteData(given=data / "scifact" / "claims_made.csv", shared=None))]
    assert [case.id for case in cases] == ["scifact-1", "scifact-2", "scifact-3"]
    assert cases[0].given.relevant == ("71", "72")
    assert isinstance(cases[0].given.of, Corpus)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": "bigger"}, r"made_questions\.jsonl, line 2: answer: .*: mend it\."),
        ({"relevant_sources": ["PMC5"]}, r"line 2: relevant_sources\.0: "),
        ({"relevant_sources": []}, r"line 2: relevant_sources: "),
        ({"question_id": 1}, r"entry 2: the id “1” stands twice"),
        ({"question": " "}, r"line 2: question: "),
    ],
)
def test_a_bad_question_is_named_by_its_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    data = made_data(tmp_path)
    lines(data / "medevidence" / "made_questions.jsonl", [QUESTIONS[0], QUESTIONS[1] | change])
    with pytest.raises(InvalidInput, match=said):
        read_reviews(SuiteData(given=data, shared=None))


def test_a_missing_column_and_an_empty_file_are_named(tmp_path: Path) -> None:
    data = made_data(tmp_path)
    without = {name: value for name, value in QUESTIONS[0].items() if name != "answer"}
    lines(data / "medevidence" / "made_questions.jsonl", [without])
    with pytest.raises(InvalidInput, match=r"line 1: answer: Field required"):
        read_reviews(SuiteData(given=data, shared=None))
    lines(data / "medevidence" / "made_questions.jsonl", [])
    with pytest.raises(InvalidInput, match="has no entry"):
        read_reviews(SuiteData(given=data, shared=None))
    with pytest.raises(InvalidInput, match="neither a file like"):
        SUITE.read(SuiteData(given=tmp_path / "mesh", shared=None))


def test_the_sources_of_the_same_split_are_taken(tmp_path: Path) -> None:
    data = made_data(tmp_path)
    lines(data / "medevidence" / "sources_other.jsonl", [{"pmid": "99", "title": "Other", "content": "Other."}])
    _, collection = read_reviews(SuiteData(given=data, shared=None))
    assert collection.pmids() == {"11", "12", "13", "14", "15"}
    assert [record.pmid for record in collection.added()] == ["15"]
    (data / "medevidence" / "made_questions.jsonl").rename(data / "medevidence" / "third_questions.jsonl")
    with pytest.raises(InvalidInput, match="2 files like sources"):
        read_reviews(SuiteData(given=data, shared=None))
