from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path

import pytest

from connectors.language_model.extractive import ExtractiveModel
from evaluation.harness.data import SuiteData
from evaluation.harness.flow_run import flow_desk
from evaluation.harness.medevidence import pmids_as_strategy, read_reviews
from evaluation.harness.served_pool import served_pool
from evaluation.suites import cost, speed
from evaluation.suites.medevidence import SUITE
from evidence.claim import Direction
from evidence.question import Request
from pipelines import flows
from pipelines.stages.answer_effect import EffectAnswer, StudyDirection, answer_together
from tests.evaluation.made_data import QUESTIONS, lines, made_data, measured, question
from tests.pipelines.doubles import Silent


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_flow_answers_in_both_settings_and_full_text_stands_apart(tmp_path: Path) -> None:
    data = made_data(tmp_path / "data")
    gone = question(5, "pain", "heat", "higher", "404")
    lines(data / "medevidence" / "made_questions.jsonl", [*QUESTIONS, gone])
    result, rows = measured(SUITE, data, tmp_path / "home")
    assert (result.cases, result.unscored) == (10, 1)
    assert rows["given-5"].problem == "None of its trials' records is among the sources or in the pool."
    assert [rows[f"given-{number}"].made["answer"] for number in (1, 2, 3, 4)] == ["lower", "no difference", "higher", "lower"]
    assert rows["found-1"].made["answer"] == "lower"
    assert result.metrics["given.accuracy"].n == 3
    assert result.metrics["given.accuracy"].value == 1.0
    assert result.metrics["given.needs full text.accuracy"].value == 0.0, "the review said lower"
    assert result.metrics["given.baseline majority.accuracy"].value == pytest.approx(2 / 3)
    assert result.tables["confusion"]["given"]["lower"]["lower"] == 2  # type: ignore[index, call-overload]
    assert (rows["given-1"].made["turned"], rows["given-1"].made["turned_target"]) == ("higher", "higher")
    assert "turned" not in rows["given-2"].made, "no difference has no sure opposite"
    again, _ = measured(SUITE, data, tmp_path / "second home")
    assert again.metrics == result.metrics


def test_what_runs_is_the_flow_itself_stage_by_stage(tmp_path: Path) -> None:
    data = SuiteData(given=made_data(tmp_path / "data"), shared=None)
    questions, collection = read_reviews(data)
    mesh = data.companion("mesh", "mesh_id_label_mappings.tsv")
    with served_pool(collection, mesh, Silent()) as pool, flow_desk(pool, ExtractiveModel()) as desk:
        run = desk.ask(Request(question=questions[0].question, strategy=pmids_as_strategy(["11", "12"])))
    assert run.ledger.search.pmids == ("11", "12")
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(flows.draft_summary.fn))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    named = [name for name in calls if hasattr(flows, name) and hasattr(getattr(flows, name), "fn")]
    assert sorted(cost.stage for cost in run.stages) == sorted(named)
    assert sum(cost.calls for cost in run.stages) == run.totals.calls > 0


def test_speed_and_cost_tell_each_stage_for_a_record(tmp_path: Path) -> None:
    data = made_data(tmp_path / "data")
    timed, _ = measured(speed.SUITE, data, tmp_path / "home")
    assert (timed.metrics["seconds a record.extract_studies"].value or 0) > 0
    assert timed.metrics["seconds a question.whole flow"].n == 4
    counted, rows = measured(cost.SUITE, data, tmp_path / "home")
    calls = sum(int(str(row.made["calls"])) for row in rows.values())
    assert counted.metrics["calls a question.whole flow"].value == pytest.approx(calls / 4)
    assert counted.metrics["money a question"].value == 0.0


def test_studies_are_counted_and_opposition_is_uncertain() -> None:
    up, down, same = Direction.HIGHER, Direction.LOWER, Direction.NO_DIFFERENCE

    def together(*directions: Direction) -> EffectAnswer:
        studies = [
            StudyDirection(pmid=str(number), direction=direction, claim="c1", read_from="words")
            for number, direction in enumerate(directions, 1)
        ]
        return answer_together(studies).answer

    assert together() is EffectAnswer.INSUFFICIENT
    assert together(up) is EffectAnswer.HIGHER
    assert together(down, down, same) is EffectAnswer.LOWER
    assert together(same, same, down) is EffectAnswer.NO_DIFFERENCE
    assert together(up, down) is EffectAnswer.UNCERTAIN
    assert together(up, same) is EffectAnswer.UNCERTAIN
    assert together(down, down, down, up) is EffectAnswer.LOWER
    assert together(down, down, up) is EffectAnswer.UNCERTAIN
