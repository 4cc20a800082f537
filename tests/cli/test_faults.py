"""Bad input and faults: one plain sentence and the right exit code, or a result that says so; nothing half-written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.cases import CASES, Case, Outcome, play, tamper
from tests.cli.sweep import table
from tests.support.evidence_command import Evidence, WarmProcess, clean_environment
from tests.support.world import WholeRun

AT_ONCE = 4


@pytest.fixture(scope="module")
def outcomes(
    tmp_path_factory: pytest.TempPathFactory,
    session_cache: Path,
    prefect_api: str,
    warm_process: WarmProcess,
    demonstration_mirror: str,
    whole_run: WholeRun,
    request: pytest.FixtureRequest,
) -> Iterator[dict[str, Future[Outcome]]]:
    """All cases that were chosen, several at once: most of them spend their time waiting."""
    chosen = {item.name.partition("[")[2].removesuffix("]") for item in request.session.items}

    def one(case: Case) -> Outcome:
        folder = tmp_path_factory.mktemp("case")
        evidence = Evidence(folder, clean_environment(folder, session_cache, prefect_api), warm_process)
        return play(case, evidence, demonstration_mirror, whole_run)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {case.name: pool.submit(one, case) for case in CASES if case.name in chosen}


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


def test_the_table_of_the_sweep(outcomes: dict[str, Future[Outcome]], capsys: pytest.CaptureFixture[str]) -> None:
    printed = table(outcome.result() for outcome in outcomes.values())
    with capsys.disabled():
        print(f"\n{printed}")
    assert printed.count("\n") == len(outcomes) + 1
