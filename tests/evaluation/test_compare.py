"""Runs compared and gated, by the command line, on kept runs whose true rates are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli.evaluate import evaluate
from evaluation.harness.result import Row, SuiteResult
from evaluation.statistics.kept_runs import read_run, score
from evidence.errors import EvidenceError

QUESTIONS = 200
EACH = 3


class Bench:
    """A home with kept runs in it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def keep(self, name: str, rows: list[Row], suite: str = "claims") -> None:
        place = self.home / "evaluations" / name
        place.mkdir(parents=True)
        (place / "rows.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in rows), encoding="utf-8")
        result = SuiteResult(id=name, suite=suite, settings={}, metrics={}, cases=len(rows))
        (place / "result.json").write_text(result.model_dump_json(), encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(
            evaluate, list(arguments), env={"EVIDENCE_HOME": str(self.home)}, standalone_mode=False, catch_exceptions=True
        )

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.exception is None, done.exception
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def rows(rate: float, seed: int, *, spoiled: int = 0) -> list[Row]:
    """Answers right at this rate; how hard a case is and how hard its question is are the same for every run."""
    hard = np.random.default_rng(1)
    of_question = np.repeat(hard.normal(0, 0.5, QUESTIONS), EACH)
    of_case = of_question + hard.normal(0, 1, QUESTIONS * EACH)
    luck = of_case + np.random.default_rng(seed).normal(0, 0.6, QUESTIONS * EACH)
    right = luck.argsort().argsort() < round(rate * QUESTIONS * EACH)
    return [
        Row(
            id=f"c{number}",
            cluster=f"q{number // EACH}",
            target="supported",
            made={"answer": "supported" if good else "refuted"},
            problem="the model gave no answer" if number < spoiled else None,
        )
        for number, good in enumerate(right)
    ]


def test_a_run_that_is_truly_better_is_better(bench: Bench) -> None:
    bench.keep("old", rows(0.70, 2))
    bench.keep("new", rows(0.85, 3))
    (found,) = bench.json("compare", "old", "new")["comparisons"]
    assert found["verdict"] == "better"
    assert found["difference"]["value"] == pytest.approx(0.15)
    assert (
        0
        < found["low_at_any_look"]
        < found["difference"]["low"]
        < 0.15
        < found["difference"]["high"]
        < found["high_at_any_look"]
    )
    assert (found["difference"]["n"], found["difference"]["clusters"]) == (600, 200)
    (turned,) = bench.json("compare", "new", "old")["comparisons"]
    assert turned["verdict"] == "worse"
    said = bench.run("compare", "old", "new").stdout
    assert "new: BETTER" in said
    assert "smallest difference that this many cases could show (power 80 %): 0." in said


def test_two_runs_that_are_truly_alike_cannot_be_told_apart(bench: Bench) -> None:
    bench.keep("old", rows(0.70, 2))
    bench.keep("new", rows(0.71, 3))
    (found,) = bench.json("compare", "old", "new")["comparisons"]
    assert found["verdict"] == "cannot tell"
    assert found["low_at_any_look"] <= 0 <= found["high_at_any_look"]
    assert found["smallest"] > 0.01
    assert found["better_cases"] > 20


def test_a_planned_look_shows_smaller_differences(bench: Bench) -> None:
    bench.keep("old", rows(0.70, 2))
    bench.keep("new", rows(0.75, 3))
    (often,) = bench.json("compare", "old", "new")["comparisons"]
    once = bench.json("compare", "old", "new", "--once")
    (planned,) = once["comparisons"]
    assert once["rule"] == "one look"
    assert planned["smallest"] < often["smallest"]
    assert (planned["verdict"] == "better") == (planned["p_value"] < 0.05)
    assert (often["verdict"] == "better") == (often["e_value"] >= 20)


def test_several_runs_are_corrected_for(bench: Bench) -> None:
    bench.keep("old", rows(0.70, 2))
    for number in range(5):
        bench.keep(f"new{number}", rows(0.76, 3 + number))
    alone = bench.json("compare", "old", "new0", "--once")["comparisons"][0]
    among = bench.json("compare", "old", *(f"new{number}" for number in range(5)), "--once")["comparisons"]
    assert among[0]["p_value"] >= alone["p_value"]
    assert among[0]["smallest"] > alone["smallest"]
    often = bench.json("compare", "old", "new0", "new1")["comparisons"]
    assert often[0]["e_value"] <= bench.json("compare", "old", "new0")["comparisons"][0]["e_value"]
    assert "corrected" in bench.run("compare", "old", "new0", "new1").stdout


def test_cases_of_one_run_and_unscored_ones_are_said(bench: Bench) -> None:
    bench.keep("old", rows(0.7, 2)[:590])
    bench.keep("new", rows(0.7, 2, spoiled=30)[5:])
    (found,) = bench.json("compare", "old", "new")["comparisons"]
    assert (found["only_first"], found["only_second"], found["unscored_second"]) == (5, 10, 25)
    assert found["difference"]["n"] == 560
    assert found["fails_more"] is True
    assert (
        "5 only in the first run, 10 only in the second, 25 unscored in the second" in bench.run("compare", "old", "new").stdout
    )


def test_few_clusters_cannot_tell(bench: Bench) -> None:
    few = [row.model_copy(update={"cluster": str(number % 4)}) for number, row in enumerate(rows(0.3, 2))]
    better = [row.model_copy(update={"made": {"answer": "supported"}}) for row in few]
    bench.keep("old", few)
    bench.keep("new", better)
    for look in ((), ("--once",)):
        (found,) = bench.json("compare", "old", "new", *look)["comparisons"]
        assert (found["verdict"], found["difference"]["low"], found["smallest"]) == ("cannot tell", None, None)


def test_a_gate_passes_holds_back_and_refuses(bench: Bench, tmp_path: Path) -> None:
    kept = str(tmp_path / "baseline.json")
    bench.keep("old", rows(0.80, 2))
    bench.keep("same", rows(0.80, 3))
    bench.keep("worse", rows(0.60, 4))
    bench.keep("fails", rows(0.80, 2, spoiled=40))
    bench.keep("part", rows(0.80, 2)[:100])
    assert bench.run("gate", "old", "--baseline", kept, "--write").return_value == 0
    assert [bench.run("gate", name, "--baseline", kept).return_value for name in ("old", "same", "worse", "fails")] == [
        0,
        0,
        1,
        1,
    ]
    assert bench.json("gate", "worse", "--baseline", kept)["passes"] is False
    assert "WORSE" in bench.run("gate", "worse", "--baseline", kept).stdout
    refused = bench.run("gate", "part", "--baseline", kept).exception
    assert isinstance(refused, EvidenceError)
    assert refused.exit_code == 2
    assert "100 of the baseline's 600 cases" in refused.message


def test_what_cannot_be_read_is_one_sentence(bench: Bench, tmp_path: Path) -> None:
    bench.keep("old", rows(0.7, 2))
    bench.keep("old-too", rows(0.7, 3))
    bench.keep("elsewhere", rows(0.7, 2), suite="numbers")
    bench.keep("turned", [row.model_copy(update={"target": "refuted"}) for row in rows(0.7, 2)])
    bench.keep("strange", [row.model_copy(update={"made": {"score": 7.5}}) for row in rows(0.7, 2)])
    bench.keep("none", [row.model_copy(update={"problem": "no answer"}) for row in rows(0.7, 2)])
    bench.keep("torn", rows(0.7, 2))
    (bench.home / "evaluations" / "torn" / "rows.jsonl").write_text('{"id": 1\n', encoding="utf-8")
    (bench.home / "evaluations" / "unfinished").mkdir()
    (tmp_path / "broken.json").write_text("[]", encoding="utf-8")
    for arguments, said in (
        (("compare", "old"), "two runs or more"),
        (("compare", "old", "old"), "given twice"),
        (("compare", "old", "ol"), "2 runs begin with “ol”"),
        (("compare", "old", "missing"), "There is no run “missing”"),
        (("compare", "old", "../nowhere"), "There is no run at"),
        (("compare", "old", "elsewhere"), "give runs of one suite"),
        (("compare", "old", "turned"), "The case “c0” has another right answer"),
        (("compare", "old", "strange"), "only scores from 0 to 1"),
        (("compare", "old", "none"), "no case that could be scored in both"),
        (("compare", "old", "torn"), "rows.jsonl, line 1"),
        (("compare", "old", "unfinished"), "did not come to its end"),
        (("gate", "old", "--baseline", str(tmp_path / "no.json")), "There is no baseline"),
        (("gate", "old", "--baseline", str(tmp_path / "broken.json")), "cannot be read as a baseline"),
    ):
        fault = bench.run(*arguments).exception
        assert isinstance(fault, EvidenceError), arguments
        assert said in fault.message
        assert fault.exit_code == 2


def test_what_a_case_counts(bench: Bench) -> None:
    def row(target: str = "", problem: str | None = None, **made: Any) -> Row:
        return Row(id="1", cluster="1", target=target, made=made, problem=problem)

    assert score(row("yes", answer="yes", score=0.25)) == 0.25
    assert score(row(right=True)) == 1
    assert score(row("yes", answer="no")) == 0
    assert score(row("yes", problem="no answer", answer="yes")) is None
    assert score(row(answer="yes")) is None
    bench.keep("old", rows(0.7, 2))
    assert read_run(str(bench.home / "evaluations" / "old"), bench.home).id == "old"


def test_an_arm_of_a_run_is_compared_with_the_run_itself(bench: Bench) -> None:
    """What another system made of the same cases, as a suite keeps it in `arms`."""
    better = [
        row.model_copy(update={"made": {"score": 0.8 if n % 2 else 0.5, "arms": {"BM25": 0.5}}})
        for n, row in enumerate(rows(0.7, 2))
    ]
    bench.keep("run", better)
    (found,) = bench.json("compare", "run:BM25", "run")["comparisons"]
    assert (found["first"], found["second"], found["verdict"]) == ("run:BM25", "run", "better")
    assert found["difference"]["value"] == pytest.approx(0.15)
    assert (found["better_cases"], found["worse_cases"]) == (QUESTIONS * EACH // 2, 0)
    with pytest.raises(EvidenceError, match="has no arm “MiniLM”: its arms are BM25"):
        raise bench.run("compare", "run:MiniLM", "run").exception or AssertionError
