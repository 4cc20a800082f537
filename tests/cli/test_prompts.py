"""`evidence prompts` and `evidence evaluate --prompt`: versions, their scores, a trial of one, and nothing that leaks."""

from __future__ import annotations

import json
import warnings
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from connectors.language_model.scripted import Reply, Script, ScriptedModel
from evaluation.harness.data import SuiteData
from evaluation.harness.result import SuiteResult
from evaluation.harness.run_suite import run_suite
from evaluation.harness.suite import Systems
from evaluation.statistics.compare_runs import compare_runs
from evaluation.statistics.kept_runs import read_run
from evaluation.suites import bioasq
from prompts.registry import get_prompt, load_prompts, read_in_use
from tests.pipelines.doubles import Silent
from tests.support.evidence_command import Evidence
from tests.support.world import World

QUESTIONS = Path(str(resources.files("evaluation") / "made" / "questions.jsonl"))
ANSWER = {"answer": "yes", "sentence": 1}
BY_HAND = ("--input", "question=Does zinc help?", "--input", "sentences=It did.", "--input", "sentences=\x1b[31mP = 0.01.",
           "--input", "choices=yes", "--input", "choices=no")  # fmt: skip


def script(folder: Path, *replies: dict[str, Any]) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps({"replies": list(replies)}), encoding="utf-8")
    return f"scripted:{path}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Evidence:
    return world.evidence(tmp_path_factory.mktemp("prompts"))


@pytest.fixture(scope="module")
def runs(home: Evidence) -> dict[int, SuiteResult]:
    """The made questions, once with each of two versions: version 1 is wrong on every second, version 2 on every fourth."""
    cases = bioasq.read(SuiteData(given=QUESTIONS, shared=None))
    replies = [
        Reply(
            contains=f"{case.given.question}</question>\n{begins}", answer={"answer": _said(case.target, wrong), "sentence": 1}
        )
        for begins, each in (("Answer the question from the record's results alone. First", 4), ("", 2))
        for case, wrong in ((case, place % each == 0) for place, case in enumerate(cases))
    ]
    model = ScriptedModel(Script(replies=tuple(replies)))
    found = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Unclosed <MemoryObject", category=ResourceWarning)
        for version in (1, 2):
            found[version] = run_suite(
                bioasq.SUITE,
                cases,
                Systems(model=model, prompts={"answer_question": version}),
                settings={"model": {"name": "small", "provider": "a test"}, "files": {"questions.jsonl": "0" * 64}},
                folder=home.home / "evaluations",
                progress=Silent(),
            )
    return found


def _said(target: str, wrong: bool) -> str:
    return target if not wrong else {"yes": "no", "no": "yes"}[target]


def test_a_run_says_which_version_it_asked_and_is_another_run(runs: dict[int, SuiteResult]) -> None:
    assert runs[1].id != runs[2].id
    for version, result in runs.items():
        prompt = get_prompt("answer_question", version)
        assert result.provenance["prompts"] == {prompt.key: prompt.hash}
        assert isinstance(asked := result.settings["prompts"], dict)
        assert asked[prompt.key] == prompt.hash
    assert (runs[1].metrics["accuracy"].value, runs[2].metrics["accuracy"].value) == (0.5, 0.75)
    assert get_prompt("answer_question").version == read_in_use()["answer_question"].version


def test_list_has_every_version_with_its_scores(home: Evidence, runs: dict[int, SuiteResult]) -> None:
    (home.home / "evaluations" / "broken").mkdir()
    (home.home / "evaluations" / "broken" / "result.json").write_text("{", encoding="utf-8")
    told = home.run("prompts", "list", "--json").answer
    versions = {f"{entry['name']}@{each['version']}": each for entry in told["prompts"] for each in entry["versions"]}
    assert set(versions) == set(load_prompts())
    assert all(each["changed_by"] and each["changed_on"] and each["why"] for each in versions.values())
    assert [key for key, each in versions.items() if each["in_use"]] == [
        f"{name}@{used.version}" for name, used in read_in_use().items()
    ]
    (score,) = versions["answer_question@2"]["scores"]
    accuracy = runs[2].metrics["accuracy"]
    assert score == {
        "suite": "bioasq", "files": ["questions.jsonl"], "model": "small", "run": runs[2].id, "figure": "accuracy",
        "unscored": 0, "value": 0.75, "low": accuracy.low, "high": accuracy.high, "n": 60,
    }  # fmt: skip
    assert versions["extract_study@1"]["scores"] == []
    assert (told["runs_read"], told["runs_unreadable"]) == (2, 1)
    said = home.run("prompts", "list")
    assert (
        f"bioasq on questions.jsonl, small: accuracy 0.750 [{accuracy.low:.3f}, {accuracy.high:.3f}]   n=60   run {runs[2].id}"
        in said.out
    )
    assert "not measured" in said.out
    assert "1 kept runs cannot be read" in said.err


def test_show_has_the_text_and_who_changed_it(home: Evidence) -> None:
    prompt = get_prompt("answer_question", 2)
    shown = home.run("prompts", "show", "answer_question@2")
    for words in (prompt.why, prompt.changed_by, prompt.hash, prompt.system_text, prompt.body.rstrip()):
        assert words in shown.out
    told = home.run("prompts", "show", "answer_question", "--json").answer
    assert (told["version"], told["in_use"]) == (read_in_use()["answer_question"].version, True)
    assert told["body"] == get_prompt("answer_question").body


def test_diff_shows_the_words_and_the_paired_difference(home: Evidence, runs: dict[int, SuiteResult]) -> None:
    told = home.run("prompts", "diff", "answer_question@1", "answer_question@2", "--json").answer
    assert any(line.startswith("-") and "one of {{ choices" in line for line in told["diff"])
    assert any(line.startswith("+") and "says most about the question" in line for line in told["diff"])
    (found,) = told["comparisons"]
    assert (found["suite"], found["first"], found["second"]) == ("bioasq", runs[1].id, runs[2].id)
    assert (found["difference"]["value"], found["difference"]["n"]) == (0.25, 60)
    kept = [read_run(runs[version].id, home.home / "evaluations") for version in (1, 2)]
    assert found["verdict"] == compare_runs(kept)[0].verdict
    said = home.run("prompts", "diff", "answer_question@1", "answer_question@2").out
    assert f"bioasq, small: {found['verdict'].upper()}. 0.500, then 0.750: difference +0.250, 95 % interval +0." in said


def test_versions_without_a_common_run_are_not_compared(evidence: Evidence) -> None:
    assert "Not measured on the same cases" in evidence.run("prompts", "diff", "answer_question@2", "answer_question@1").out


def test_try_asks_once_and_says_what_it_cost(evidence: Evidence, tmp_path: Path) -> None:
    model = script(tmp_path, {"contains": "says most about the question", "answer": ANSWER})
    told = evidence.run("prompts", "try", "answer_question@2", *BY_HAND, "--model", model, "--json")
    answer = told.answer
    assert (told.code, answer["answer"], answer["problem"]) == (0, ANSWER, None)
    assert (answer["prompt"], answer["hash"]) == ("answer_question@2", get_prompt("answer_question", 2).hash)
    assert "[1] It did.\n[2] \x1b[31mP = 0.01." in answer["user"]
    assert answer["before"]["tokens_in"] >= answer["after"]["tokens_in"] > 0
    assert (answer["before"]["tokens_out"], answer["before"]["cost"], answer["after"]["cost"]) == (60, 0.0, 0.0)
    assert "about" in told.err
    said = evidence.run("prompts", "try", "answer_question@2", *BY_HAND, "--model", model)
    assert '"answer": "yes"' in said.out
    assert "\x1b" not in said.out


def test_try_says_why_an_answer_cannot_be_read_and_does_not_ask_again(evidence: Evidence, tmp_path: Path) -> None:
    model = script(tmp_path, {"text": "Well, \x1b[2Jyes.", "times": 1}, {"answer": ANSWER})
    told = evidence.run("prompts", "try", "answer_question@1", *BY_HAND, "--model", model)
    assert told.code == 0
    assert "The answer has no JSON object." in told.out
    assert "It said: Well,  [2Jyes." in told.out


def test_try_takes_the_inputs_of_a_case(evidence: Evidence, tmp_path: Path) -> None:
    model = script(tmp_path, {"answer": ANSWER})
    more = ("--data", str(QUESTIONS), "--model", model, "--json")
    told = evidence.run("prompts", "try", "answer_question@1", "--case", "bioasq:made-02", *more).answer
    assert "Does tasmex reduce night cough?</question>" in told["user"]
    assert "one of yes, no." in told["user"]
    unknown = evidence.run("prompts", "try", "answer_question", "--case", "bioasq:none", *more)
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.complaints == ["The suite bioasq has no case “none”: its cases are made-01, made-02, made-03 and so on."]
    other = evidence.run("prompts", "try", "extract_study", "--case", "bioasq:made-02", *more)
    assert other.complaints == ["The case made-02 of bioasq asks no prompt extract_study: choose another suite or case."]


FINDINGS = ("--input", "question=Does zinc help?", "--input")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nope"), "There is no prompt nope; there are: answer_question@1"),
        (("show", "answer_question@77"), "There is no prompt answer_question@77"),
        (("show", "../pins"), "“../pins” names no prompt: write NAME or NAME@VERSION"),
        (("diff", "answer_question@1", "extract_study@1"), "are not two versions of one prompt"),
        (("diff", "answer_question@1", "answer_question@1"), "are not two versions of one prompt"),
        (("try", "answer_question"), "either by --input NAME=VALUE, once for each, or by --case SUITE:ID"),
        (("try", "answer_question", "--case", "a:1", *FINDINGS, "x=1"), "either by --input"),
        (("try", "answer_question", "--input", "colour=red"), "“colour=red” gives none of the inputs of answer_question"),
        (("try", "answer_question", *FINDINGS, "question=Again?"), "The input question is given twice"),
        (("try", "answer_question@1", *FINDINGS, "sentences=It did."), "The input choices of answer_question@1 is missing"),
        (
            ("try", "answer_question@1", *BY_HAND, "--input", "choices=perhaps"),
            "The input choices.2 of answer_question@1 cannot",
        ),
        (("try", "write_bottom_line", *FINDINGS, "findings=It did."), "is a JSON object with number, study, statement"),
        (("try", "write_bottom_line", *FINDINGS, 'findings={"number":1}'), "The input findings.0.study of write_bottom_line@1"),
        (("try", "answer_question", "--case", "bioasq"), "“bioasq” names no case: write SUITE:ID"),
        (("try", "answer_question", "--case", "nope:1"), "There is no suite “nope”"),
        (("try", "answer_question", "--case", "claims:1"), "The suite claims asks no language model"),
        (("try", "answer_question", "--case", "bioasq:1", "--data", "nowhere"), "There is nothing at nowhere"),
    ],
)
def test_a_fault_is_one_sentence(evidence: Evidence, arguments: tuple[str, ...], words: str) -> None:
    ended = evidence.run("prompts", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.complaints) == 1
    assert words in ended.complaints[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("claims", "--prompt", "answer_question@1"), "The suite claims asks no language model: leave --prompt out."),
        (("bioasq", "--prompt", "answer_question@99"), "There is no prompt answer_question@99"),
        (("bioasq", "--prompt", "answer_question@1", "--prompt", "answer_question@2"), "names two versions of answer_question"),
        (("bioasq", "--model", "extractive", "--prompt", "answer_question@1"), "The model extractive reads no prompt"),
    ],
)
def test_a_version_that_nothing_would_read_is_refused(evidence: Evidence, arguments: tuple[str, ...], words: str) -> None:
    ended = evidence.run("evaluate", *arguments, "--data", str(QUESTIONS))
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.complaints[0]


def test_a_suite_runs_with_the_version_asked_for(evidence: Evidence, tmp_path: Path) -> None:
    model = script(tmp_path, {"contains": "says most about the question", "answer": ANSWER})
    more = ("--data", str(QUESTIONS), "--limit", "4", "--model", model, "--json")
    versions = ("--prompt", "answer_question@2", "--prompt", "extract_study@1")
    ended = evidence.run("evaluate", "bioasq", *versions, *more)
    assert ended.code == 0
    assert ended.answer["unscored"] == 0
    assert list(ended.answer["provenance"]["prompts"]) == ["answer_question@2"]
    assert "No case of this suite asked extract_study@1" in ended.err
