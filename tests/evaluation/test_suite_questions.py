"""PubMedQA, BioASQ and extraction: what the system is given, what is refused, and failures that are counted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.language_model.extractive import ExtractiveModel
from evaluation.harness.data import SuiteData
from evaluation.harness.result import Row
from evaluation.harness.suite import Suite, Systems
from evaluation.suites import bioasq, extraction, pubmedqa
from evidence.errors import BadAnswer, InvalidInput
from evidence.model_call import ModelAnswer, ModelIdentity, RenderedPrompt
from tests.evaluation.suite_files import TRIALS, write_lines, write_pool

PUBMEDQA = {
    "pmid": "90000001",
    "QUESTION": "Does zinc shorten colds and reduce their duration?",
    "CONTEXTS": ["We asked whether zinc helps.", "The duration of colds was reduced with zinc (P = 0.01)."],
    "LONG_ANSWER": "Zinc wins: a conclusion that nobody may see.",
    "final_decision": "yes",
}
BIOASQ = {
    "id": "q1",
    "body": "Does zinc shorten colds?",
    "type": "yesno",
    "snippets": [{"text": "Zinc shortened colds."}],
    "exact_answer": "Yes",
}


class _Says:
    """A model that gives the same answer to every prompt, and keeps what it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[str] = []

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(name="says", provider="test", version="1", demonstration=True)

    def answer(
        self, prompts: Sequence[RenderedPrompt], *, on_answer: Callable[[int, ModelAnswer], None] | None = None
    ) -> list[ModelAnswer]:
        self.asked += [prompt.user for prompt in prompts]
        answers = [ModelAnswer(text=self.text, finish="stop", tokens_in=1, tokens_out=1, seconds=0.0) for _ in prompts]
        for place, answer in enumerate(answers):
            if on_answer is not None:
                on_answer(place, answer)
        return answers


def _read(suite: Suite, path: Path, row: dict[str, Any]) -> Any:
    return suite.read(SuiteData(given=write_lines(path, [row]), shared=None))


def test_the_conclusion_is_never_given(tmp_path: Path) -> None:
    (case,) = _read(pubmedqa.SUITE, tmp_path / "p.jsonl", PUBMEDQA)
    model = _Says(json.dumps({"answer": "yes", "sentence": 2}))
    made = pubmedqa.SUITE.answer(case, Systems(model=model))
    assert (made["answer"], made["sentence"]) == ("yes", PUBMEDQA["CONTEXTS"][1])
    assert "wins" not in f"{case} {' '.join(model.asked)}"
    assert made["turned_target"] == "no"
    assert "increased" in model.asked[1]


def test_without_a_model_the_judge_answers(tmp_path: Path) -> None:
    (case,) = _read(pubmedqa.SUITE, tmp_path / "p.jsonl", PUBMEDQA)
    made = pubmedqa.SUITE.answer(case, Systems(model=ExtractiveModel()))
    assert made["answer"] in {"yes", "no", "maybe"}
    assert 0 < float(str(made["confidence"])) <= 1


@pytest.mark.parametrize("said", ["no object", json.dumps({"answer": "maybe", "sentence": 1})])
def test_an_answer_that_cannot_be_used_is_a_problem_and_no_guess(tmp_path: Path, said: str) -> None:
    (case,) = _read(bioasq.SUITE, tmp_path / "b.jsonl", BIOASQ)
    with pytest.raises(BadAnswer):
        bioasq.SUITE.answer(case, Systems(model=_Says(said)))


def test_both_cases_of_yes_are_one_answer(tmp_path: Path) -> None:
    (case,) = _read(bioasq.SUITE, tmp_path / "b.jsonl", BIOASQ)
    assert case.target == "yes"
    assert bioasq.SUITE.answer(case, Systems(model=ExtractiveModel()))["answer"] in {"yes", "no"}


@pytest.mark.parametrize(
    ("suite", "row", "said"),
    [
        (pubmedqa.SUITE, {**PUBMEDQA, "final_decision": "perhaps"}, "line 1: final_decision"),
        (pubmedqa.SUITE, {key: value for key, value in PUBMEDQA.items() if key != "CONTEXTS"}, "line 1: CONTEXTS"),
        (bioasq.SUITE, {**BIOASQ, "exact_answer": "both"}, "line 1.*both"),
        (bioasq.SUITE, {**BIOASQ, "snippets": []}, "line 1.*needs a snippet"),
        (bioasq.SUITE, {**BIOASQ, "type": "list"}, "no question of type yesno"),
    ],
)
def test_a_bad_line_is_refused(tmp_path: Path, suite: Suite, row: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(suite, tmp_path / "bad.jsonl", row)


@pytest.mark.parametrize("suite", [pubmedqa.SUITE, bioasq.SUITE])
def test_an_id_may_stand_once(tmp_path: Path, suite: Suite) -> None:
    row = PUBMEDQA if suite is pubmedqa.SUITE else BIOASQ
    with pytest.raises(InvalidInput, match=r"entry 2.*stands twice"):
        suite.read(SuiteData(given=write_lines(tmp_path / "twice.jsonl", [row, row]), shared=None))


def test_extraction_reads_directions_and_values_in_turns(tmp_path: Path) -> None:
    write_pool(tmp_path)
    write_lines(tmp_path / "evidence_inference" / "dev.jsonl", TRIALS)
    gold = {
        "pmcid": 5, "outcome": "nausea", "intervention": "zinc", "comparator": "placebo", "intervention_group_size": 60,
        "comparator_group_size": 60, "intervention_events": 14, "comparator_events": 6,
    }  # fmt: skip
    text = (
        "# Abstract ## Methods We randomised 120 adults to zinc or placebo. ## Results Nausea befell 14 given zinc. "
        "# Introduction x"
    )
    write_lines(tmp_path / "numeric_extraction" / "rows.jsonl", [gold, gold])
    texts = tmp_path / "numeric_extraction" / "texts.jsonl.gz"
    texts.write_bytes(gzip.compress(json.dumps({"pmcid": 5, "text": text}).encode()))
    cases = extraction.SUITE.read(SuiteData(given=tmp_path, shared=None))
    assert [case.id.split("-")[0] for case in cases] == ["direction", "values", "direction", "direction"]
    assert (cases[1].given.total, cases[1].given.values) == (120, ("14",))
    assert cases[1].given.sizes == (60, 60)
    assert "Introduction" not in cases[1].given.record.abstract_text
    told = {
        "results": [{"outcome": "nausea", "statement": "Nausea befell 14 given zinc.", "direction": "higher", "sentence": 2}],
        "design": "trial", "participants": 120, "population": "adults", "intervention": "zinc", "comparator": "placebo",
    }  # fmt: skip
    made = extraction.SUITE.answer(cases[1], Systems(model=_Says(json.dumps(told))))
    assert made["size_right"] is True
    assert made["values_right"] == [True]
    figures = extraction.SUITE.measure([Row(id="1", cluster="5", made=made)])
    assert figures["values_told"].value == 1.0
    with pytest.raises(BadAnswer):
        extraction.SUITE.answer(cases[1], Systems(model=_Says("nothing")))


def test_directions_that_are_given_are_counted_apart_from_those_left_unclear() -> None:
    said = ("higher", "lower", "unclear")
    rows = [Row(id=one, cluster=one, target="higher", made={"answer": one}) for one in said]
    figures = extraction.SUITE.measure(rows)
    assert figures["direction_given"].value == pytest.approx(2 / 3)
    assert figures["direction_right_where_given"].value == pytest.approx(1 / 2)
    assert figures["direction_reversed_where_given"].value == pytest.approx(1 / 2)
