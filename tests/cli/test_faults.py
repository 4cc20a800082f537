"""Bad input and faults: one plain sentence and the right exit code, or a result that says so; nothing half-written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.cli.cases import CASES, Case, Outcome, leftovers, mounted, play, tamper
from tests.support.evidence_command import Evidence
from tests.support.world import QUESTION, WholeRun, World

AT_ONCE = 8


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory, world: World, whole_run: WholeRun, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[Outcome]]]:
    """All cases that were chosen, several at once: most of them spend their time waiting."""
    chosen = {item.name.partition("[")[2].removesuffix("]") for item in request.session.items}

    def one(case: Case) -> Outcome:
        return play(case, world.evidence(tmp_path_factory.mktemp("case")), world.mirror, whole_run)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        wanted = [case for case in CASES if case.name in chosen]
        yield {case.name: pool.submit(one, case) for case in sorted(wanted, key=lambda case: not case.waits)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_one_sentence_or_a_result(case: Case, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[case.name].result()
    ended = outcome.ended
    assert "Traceback" not in ended.out + ended.err
    assert ended.code == case.code, ended.err
    assert not outcome.secret_shown
    if case.code == 0:
        assert ended.complaints == []
        assert ended.answer["id"]
    else:
        assert len(ended.complaints) == 1, ended.err
        assert re.search(case.says, ended.complaints[0]), ended.complaints[0]
        assert ended.err.endswith(f"evidence: {ended.complaints[0]}\n")

        assert "should not" not in ended.complaints[0]
        assert not [left for left in outcome.leftovers if case.prepare is not tamper or ".part" in left]
        assert ended.out == "" or case.prepare is tamper
    if case.asks_nobody:
        assert (outcome.source_asked, outcome.model_asked) == (0, 0)
    if outcome.resumed is not None:
        assert outcome.resumed.code == 0, outcome.resumed.err
        assert outcome.resumed.answer["supported"] > 0


def test_the_table_of_the_sweep(outcomes: dict[str, Future[Outcome]]) -> None:
    """With `-s` it prints the whole sweep: what goes wrong, how the command ended, and the one sentence it said."""
    rows = ["| what goes wrong | exit | what is said |", "| --- | --- | --- |"]
    for outcome in (future.result() for future in outcomes.values()):
        said = " ".join(outcome.ended.complaints) or "(a result)"
        rows.append(f"| {outcome.case.name} | {outcome.ended.code} | {said} |")
    sys.stdout.write("\n" + "\n".join(rows) + "\n")
    assert {future.result().ended.code for future in outcomes.values()} <= {0, 2, 130, 143}


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("kilobytes", [60, 700, 1200, 1600])
def test_a_full_disk_loses_nothing(kilobytes: int, evidence: Evidence, demonstration_mirror: str) -> None:
    """The disk fills up while the store is made, while records are indexed, while studies are read, at the draft."""
    evidence.home.mkdir()
    fast = evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")
    with mounted(evidence.home, f"size={kilobytes}k"):
        stopped = fast.run("ask", QUESTION, "--source", demonstration_mirror, "--model", "extractive", "--json")
        assert stopped.code == 2
        assert len(stopped.complaints) == 1
        assert re.search("disk is full|No space left", stopped.complaints[0])
        assert leftovers(evidence.home) == ()
        subprocess.run(["mount", "-o", "remount,size=30m", str(evidence.home)], check=True)
        again = fast.run("ask", QUESTION, "--source", demonstration_mirror, "--model", "extractive", "--json")
        assert again.code == 0, again.err
        assert "The log is whole" in fast.run("history").out
