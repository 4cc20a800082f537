"""The suite of claims: formats told apart, bad lines named, figures equal to a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from evaluation.contamination import altered_numbers, turned
from evaluation.harness.data import SuiteData
from evaluation.harness.result import Row
from evaluation.harness.suite import Systems
from evaluation.metrics.classification import confusion, guessed, label_metrics, macro_f1
from evaluation.metrics.coverage import precision_at, risk_coverage, surest
from evaluation.suites.claims import SUITE
from evidence.errors import InvalidInput
from tests.evaluation.suite_files import HEALTHVER, SCIFACT, TRIALS, write_corpus, write_csv, write_lines, write_pool


def _rows(path: Path, shared: Path | None = None) -> list[Row]:
    cases = SUITE.read(SuiteData(given=path, shared=shared))
    return [
        Row(id=case.id, cluster=case.cluster, target=case.target, made=SUITE.answer(case, Systems())) for case in cases
    ]  # fmt: skip


def test_a_file_is_known_by_its_columns_whatever_its_name(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    write_pool(tmp_path)
    files = {
        "scifact": write_csv(tmp_path / "a.csv", SCIFACT),
        "healthver": write_csv(tmp_path / "b.csv", HEALTHVER),
        "evidence_inference": write_lines(tmp_path / "c.jsonl", TRIALS),
    }
    for group, path in files.items():
        rows = _rows(path)
        assert {row.made["group"] for row in rows} == {group}
        assert all(row.target for row in rows)


def test_rationales_are_given_where_there_are_some_and_else_the_whole_abstract(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    first, second = SUITE.read(SuiteData(given=write_csv(tmp_path / "a.csv", SCIFACT), shared=None))
    assert first.given.sentences == ("Zinc made colds shorter in adults.",)
    assert len(second.given.sentences) == 2
    assert (first.target, second.target) == ("supported", "not enough")


def test_a_trial_is_judged_from_its_span_and_from_its_abstract(tmp_path: Path) -> None:
    write_pool(tmp_path)
    rows = _rows(write_lines(tmp_path / "c.jsonl", TRIALS))
    assert [row.made["answer"] for row in rows] == [row.target for row in rows]
    assert all("abstract" in row.made for row in rows)
    assert rows[0].made["turned_target"] == "higher"
    assert rows[0].made["turned"] == "higher"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**SCIFACT[0], "evidence_label": "MAYBE"}], "line 2.*MAYBE"),
        ([SCIFACT[0], SCIFACT[0]], "stands twice"),
        ([{**SCIFACT[0], "evidence_doc_id": "8"}], r"line 2: the corpus has no abstract \[8\]"),
        ([{key: value for key, value in SCIFACT[0].items() if key != "claim"}], "line 1: the column “claim” is missing"),
        ([{**HEALTHVER[0], "label": "supports"}], "line 2.*supports"),
        ([HEALTHVER[0], HEALTHVER[0]], "id “1” stands twice"),
        ([{"colour": "red"}], "line 1: the columns are those of no known set"),
    ],
)
def test_a_bad_table_is_refused_by_line(tmp_path: Path, rows: list[dict[str, str]], said: str) -> None:
    write_corpus(tmp_path)
    with pytest.raises(InvalidInput, match=said):
        SUITE.read(SuiteData(given=write_csv(tmp_path / "bad.csv", rows), shared=None))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"label": "went up"}, "line 2: label"), ({"evidence": None}, "line 2: evidence"), ({"prompt_id": "1"}, "stands twice")],
)
def test_a_bad_line_of_trials_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    write_pool(tmp_path)
    rows = [TRIALS[0], {**TRIALS[1], **change}]
    with pytest.raises(InvalidInput, match=said):
        SUITE.read(SuiteData(given=write_lines(tmp_path / "bad.jsonl", rows), shared=None))


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(InvalidInput, match=f"{name} has no entry"):
        SUITE.read(SuiteData(given=tmp_path / name, shared=None))


def test_macro_f1_equals_the_reference() -> None:
    draw = np.random.default_rng(4)
    true, said = draw.integers(0, 3, 200), draw.integers(0, 3, 200)
    assert macro_f1(true, said, 3) == pytest.approx(f1_score(true, said, average="macro"), abs=1e-10)
    names = np.array(["a", "b", "c"])
    clusters = [str(number // 4) for number in range(200)]
    found = label_metrics(list(names[true]), list(names[said]), clusters)
    assert found["macro_f1"].value == pytest.approx(f1_score(true, said, average="macro"), abs=1e-10)
    assert found["accuracy"].n == 200
    assert found["accuracy"].clusters == 50


def test_the_baselines_guess_the_commonest_and_the_same_at_random_each_run() -> None:
    ids, true = [str(number) for number in range(90)], ["yes"] * 60 + ["no"] * 30
    found = guessed(ids, true, ids)
    assert found["majority_accuracy"].value == pytest.approx(2 / 3)
    assert found == guessed(ids, true, ids)
    assert 0.3 < (found["random_accuracy"].value or 0) < 0.7
    assert confusion(["a", "a", "b"], ["a", "b", "b"]) == {"a": {"a": 1, "b": 1}, "b": {"a": 0, "b": 1}}


def test_precision_at_coverage_counts_the_surest_alone() -> None:
    sure = [0.9, 0.2, 0.8, 0.4, 0.7]
    right = [True, False, True, False, False]
    assert surest(0.4, sure) == [0, 2]
    assert precision_at(0.4, right, sure, ["1", "2", "3", "4", "5"]).value == 1.0
    curve = risk_coverage(right, sure)
    assert curve[3] == {"coverage": 0.4, "risk": 0.0}
    assert curve[-1]["risk"] == pytest.approx(0.6)


def test_turning_flips_every_direction_and_leaves_significance() -> None:
    text = "Pain was significantly lower with A than with B (12.5% vs 18.4%; OR 0.50, 95% CI 0.25-0.80; p=0.01)."
    assert turned(text) == (
        "Pain was significantly higher with A than with B (16.6% vs 11.2%; OR 2.00, 95% CI 1.25-4.00; p=0.01)."
    )
    assert turned("Greater improvement was seen.") == "Smaller improvement was seen."
    assert altered_numbers("a mean of 12.5 days (p=0.01)") == "a mean of 11.2 days (p=0.01)"
