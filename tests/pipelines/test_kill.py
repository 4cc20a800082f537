"""kill -9 in every stage, then `evidence resume`: the run ends as an undisturbed one does, and nothing is paid for twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from connectors.language_model.scripted_server import ScriptedServer, running_scripted_server
from tests.support.evidence_command import Ended, Evidence, Running, children_of, is_running
from tests.support.fault_server import Asked, FaultServer, Reply
from tests.support.world import QUESTION, SourceBetween, WholeRun, model_calls

# How the progress says that a stage begins, and how many more model calls to let begin before the kill.
STAGES = (
    ("; if it is stopped", 0),
    ("Question: ", 0),
    ("Search strategy: ", 0),
    ("Search: ", 0),
    ("Records: ", 0),
    ("Ranking: ", 0),
    ("Screening: ", 2),
    ("Screening: ", 3),
    ("Reading: ", 2),
    ("Reading: ", 3),
    ("Checking: ", 0),
    ("Bottom line: ", 1),
    ("Draft: ", 0),
)


def claims_of(ledger: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """What a run says, without who said it."""
    return [
        (claim["text"], claim["verdict"], [(support["pmid"], support["start"], support["end"]) for support in claim["support"]])
        for claim in ledger["claims"]
    ]


def said_to(model: ScriptedServer) -> list[str]:
    """The material of every request that the model's server was sent."""
    return [request["messages"][-1]["content"] for request in model.requests]


def wait_for(process: Running, condition: Callable[[], bool], *, longest: float = 60.0) -> bool:
    """Whether the condition came true before the process ended."""
    deadline = time.monotonic() + longest
    while time.monotonic() < deadline:
        if condition():
            return True
        if not is_running(process.pid):
            return condition()
        time.sleep(0.001)
    raise AssertionError(f"neither the stage nor the end came in {longest} seconds")


def kill_in(process: Running, stage: str, more_calls: int, model: ScriptedServer) -> Ended:
    """Kill the process when it has said that the stage begins and has asked the model so many times since."""
    progress = process.folder / "err"
    assert wait_for(process, lambda: progress.exists() and stage in progress.read_text(encoding="utf-8")), progress.read_text()
    before = len(model.requests)
    wait_for(process, lambda: len(model.requests) >= before + more_calls)
    return process.kill()


def slowly(asked: Asked, reply: Reply) -> Reply:
    return Reply(reply.body, content_type=reply.content_type, delay=0.1)


def test_killed_in_every_stage_it_ends_as_if_undisturbed(
    evidence: Evidence, demonstration_mirror: str, whole_run: WholeRun
) -> None:
    source = SourceBetween(demonstration_mirror, after=slowly)
    evidence = evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")
    in_flight: set[str] = set()
    asked_of_source: list[tuple[str, list[str]]] = []
    with FaultServer(source) as server, running_scripted_server(whole_run.script(delay=0.25)) as model:
        arguments = ["ask", QUESTION, "--source", server.url, "--model", "m", "--base-url", model.base_url]
        killed = []
        for stage, more_calls in STAGES:
            ended = kill_in(evidence.start(*arguments), stage, more_calls, model)
            killed.append((stage, ended.code))
            asked_of_source.append((stage, source.programs()))
            source.asked.clear()
            kept = {prompt.user for prompt, _ in model_calls(evidence.home)}
            in_flight |= {said for said in said_to(model) if said not in kept}
            run = evidence.run("runs", "--json").answer[0]["id"]
            arguments = ["resume", run]
        assert [code for _, code in killed[:-1]] == [-signal.SIGKILL] * (len(STAGES) - 1), killed
        ended = evidence.run("resume", run, "--json")
        assert ended.code == 0, ended.err
        times_said = Counter(said_to(model))
    assert ended.answer["id"] == run
    assert len(evidence.run("runs", "--json").answer) == 1

    ledger = evidence.run("show", run, "--json").answer
    assert claims_of(ledger) == claims_of(whole_run.ledger)
    assert ledger["bottom_line"] == whole_run.ledger["bottom_line"]
    assert [citation["pmid"] for citation in ledger["citations"]] == [c["pmid"] for c in whole_run.ledger["citations"]]

    assert {said for said, times in times_said.items() if times > 1} <= in_flight
    assert ledger["provenance"]["model_calls"] == len(times_said) == len(whole_run.calls)
    fetches = [stage for stage, programs in asked_of_source if "efetch" in programs]
    assert fetches in (["Records: ", "Ranking: "], ["Ranking: "]), "records that were stored were fetched again"
    assert not any(programs for stage, programs in asked_of_source[6:]), "the source was asked again after all was fetched"

    assert "The log is whole" in evidence.run("history").out
    assert not [path for path in evidence.home.rglob("*") if path.name.endswith(".part")]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_no_server_of_ours_outlives_the_process(
    number: int, code: int, cold_evidence: Evidence, demonstration_mirror: str
) -> None:
    del cold_evidence.environment["PREFECT_API_URL"]
    process = cold_evidence.start("ask", QUESTION, "--source", demonstration_mirror, "--model", "extractive")
    assert wait_for(process, lambda: bool(children_of(process.pid)))
    (server,) = children_of(process.pid)
    assert wait_for(process, lambda: "Starting: Prefect" in (process.folder / "err").read_text(encoding="utf-8"))
    time.sleep(0.5)
    process.signal(number)
    ended = process.end()
    assert ended.code == code, ended.err
    assert "Traceback" not in ended.err
    deadline = time.monotonic() + 10
    while is_running(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(server)
    status = cold_evidence.run("runs", "--json").answer[0]["status"]
    assert status == ("running" if number == signal.SIGKILL else "interrupted")
