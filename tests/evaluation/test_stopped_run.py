"""A suite's run that is killed half-way goes on where it stood, and comes to the same end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from evaluation.harness.flow_run import Silent
from evaluation.harness.kept_answers import KeptAnswers
from evaluation.harness.result import SuiteResult
from tests.evaluation.made_data import inspect_tidied
from tests.evaluation.waiting_suite import CASES, run_waiting


def _run(folder: Path) -> tuple[SuiteResult, list[str], list[str]]:
    """The result, what was said, and the cases answered now."""
    progress, answered = Silent(), list[str]()
    with inspect_tidied():
        result = run_waiting(folder, progress, answered)
    return result, progress.notes, answered


def _kill_at_third(folder: Path) -> None:
    (folder / "wait").touch()
    process = subprocess.Popen([sys.executable, "-m", "tests.evaluation.waiting_suite", str(folder)])
    try:
        until = time.monotonic() + 60
        while sum(path.read_text().count("\n") for path in folder.glob("*/answers.jsonl")) < 2:
            assert process.poll() is None, "it ended before it could be stopped"
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
        (folder / "wait").unlink()


def test_a_killed_run_goes_on_and_ends_like_one_that_was_not_stopped(tmp_path: Path) -> None:
    stopped, whole = tmp_path / "stopped", tmp_path / "whole"
    stopped.mkdir()
    _kill_at_third(stopped)

    result, notes, answered = _run(stopped)
    expected, first_notes, all_answered = _run(whole)

    assert notes == [f"2 of {CASES} cases are taken from the run that was stopped."]
    assert answered == ["case 3", "case 4", "case 5"]
    assert len(all_answered) == CASES
    assert first_notes == ["If this is stopped, the same command goes on with it while code and data are the same."]
    assert result.metrics == expected.metrics
    rows = [(folder / result.id / "rows.jsonl").read_bytes() for folder in (stopped, whole)]
    assert rows[0] == rows[1]


def test_an_answer_that_was_cut_off_is_made_again_and_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    KeptAnswers(path).keep("case 1", {"right": True}, [])
    with path.open("ab") as file:
        file.write(b'{"id": "case 2", "made')
    found = KeptAnswers(path)
    assert found.get("case 2") is None
    found.keep("case 2", {"right": False}, ["answer_question@1"])
    assert KeptAnswers(path).get("case 1") == ({"right": True}, [])
    assert KeptAnswers(path).get("case 2") == ({"right": False}, ["answer_question@1"])


def test_a_run_that_was_made_before_is_told_from_one_that_was_stopped(tmp_path: Path) -> None:
    _run(tmp_path)
    _, notes, answered = _run(tmp_path)
    assert notes == [f"This run was made before: {CASES} of {CASES} cases are taken from it."]
    assert answered == []
