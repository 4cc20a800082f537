"""`evidence serve` as people start it: the worker does runs, stops them, and takes them up again after a restart."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from connectors.store import Store
from evidence.ledger import RunStatus
from evidence.work_request import JobStatus, StageProgress
from review.stages import SEARCH, SUMMARY
from tests.review.workbench import hidden
from tests.support.evidence_command import Evidence, Running
from tests.support.fault_server import Asked, FaultServer, Reply
from tests.support.world import QUESTION, SourceBetween, World

LONGEST = 200.0


@dataclass
class Served:
    """A workbench served by a process, and a browser without JavaScript."""

    running: Running
    browser: httpx.Client
    said: str

    @property
    def listens_at(self) -> str:
        """Where the process itself listens, whatever name people use."""
        return str(self.browser.base_url).rstrip("/")

    def page(self, place: str) -> str:
        answer = self.browser.get(place)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, place: str, page: str, **fields: str) -> httpx.Response:
        return self.browser.post(place, data={"csrf": hidden(page, "csrf"), **fields})

    def ask(self, what: str) -> str:
        """A request asked and given to the worker; the place of its progress."""
        page = self.page("/ask")
        form = {"question": QUESTION, "patient_care": "no", "no_patient": "yes", "do": "ask", "once": hidden(page, "once")}
        place = self.send("/ask", page, **form).headers["location"]
        page = self.page(place)
        return str(self.send(f"{place}/start", page, what=what, seen=hidden(page, "seen")).headers["location"])


@contextmanager
def serving(evidence: Evidence, *options: str) -> Iterator[Served]:
    running = evidence.start("serve", "--port", "0", *options)
    try:
        out = until(lambda: _out(running) if "Ctrl-C" in _out(running) else "")
        address = re.search(r"http://127\.0\.0\.1:\d+(?=\s(?!\(this))", out)
        assert address is not None
        with httpx.Client(base_url=address[0], timeout=30) as browser:
            yield Served(running, browser, out)
    finally:
        running.signal(signal.SIGTERM)
        running.end()


def _out(running: Running) -> str:
    said = running.folder / "out"
    return said.read_text(encoding="utf-8") if said.is_file() else ""


def until(look: Callable[[], Any]) -> Any:
    """What `look` gives as soon as it is something."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError("it never came")


def said(served: Served, place: str) -> str:
    found = re.search(r'id="now">(.*?)</p>', served.page(place), re.DOTALL)
    assert found is not None
    return found[1].strip()


def finished(served: Served, place: str) -> bool:
    """Whether the run is; one that ended in another way fails the test with what the page says."""
    now = said(served, place)
    assert now == "Finished." or now.startswith(("Waiting", "Under way")), now
    return now == "Finished."


@dataclass
class Gate:
    """Stands before the source and lets nobody fetch records until it is opened."""

    between: SourceBetween
    open: bool = False

    def __call__(self, asked: Asked) -> Reply:
        if asked.program == "efetch.fcgi" and not self.open:
            return Reply(status=503, delay=0.2)
        return self.between(asked)


@pytest.fixture
def store(cold_evidence: Evidence) -> Iterator[Store]:
    with Store.open(f"sqlite:///{cold_evidence.home / 'evidence.sqlite'}") as opened:
        yield opened


def fast(evidence: Evidence) -> Evidence:
    return evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")


def test_a_run_from_the_page_is_stopped_resumed_survives_a_kill_and_finishes(
    cold_evidence: Evidence, world: World, store: Store
) -> None:
    gate = Gate(SourceBetween(world.mirror))
    with FaultServer(gate) as source:
        options = ("--source", source.url, "--model", "extractive")
        with serving(fast(cold_evidence), *options) as served:
            assert "there are no accounts" in served.said.lower()
            place = served.ask("search")
            run = store.runs()[0].id
            until(lambda: "3 of 5 stages done" in said(served, place))
            page = served.page(place)
            assert served.send(f"/runs/{run}/stop", page).status_code == 303
            until(lambda: said(served, place).startswith("Stopped"))
            assert store.run(run).status is RunStatus.INTERRUPTED
            assert served.send(f"/runs/{run}/resume", served.page(place)).status_code == 303
            until(lambda: "Under way" in said(served, place))
            served.running.kill()
        gate.open = True
        with serving(fast(cold_evidence), *options) as served:
            until(lambda: finished(served, place))
            page = served.page(place)
            assert [name for name in SEARCH if name not in page] == []
            assert "Under way" not in page
            assert "nothing to pay" in page
    assert store.run(run).status is RunStatus.FINISHED
    assert store.verify_chain().valid
    job = store.jobs.latest(run)
    assert job is not None
    planned = [stage.name for stage in job.progress.stages if stage.name in SEARCH]
    assert planned == [name for name in SEARCH if name in planned]


def test_a_summary_names_the_stages_that_the_page_plans(cold_evidence: Evidence, world: World, store: Store) -> None:
    options = ("--source", world.mirror, "--model", "extractive")
    with serving(fast(cold_evidence), *options) as served:
        place = served.ask("summary")
        until(lambda: finished(served, place))
    job = store.jobs.latest(store.runs()[0].id)
    assert job is not None
    names = [stage.name for stage in job.progress.stages if stage.name in SUMMARY]
    assert tuple(names) == SUMMARY
    assert all(isinstance(stage, StageProgress) for stage in job.progress.stages)
    assert job.status is JobStatus.DONE


def test_a_run_that_cannot_go_on_says_why(cold_evidence: Evidence, world: World, store: Store) -> None:
    with FaultServer([Reply(b"<html>no</html>", content_type="text/html")]) as source:
        options = ("--source", source.url, "--model", "extractive", "--no-worker")
        with serving(fast(cold_evidence), *options) as served:
            place = served.ask("search")
            assert said(served, place) == "Waiting for the worker."
            run = store.runs()[0].id
            served.send(f"/runs/{run}/stop", served.page(place))
            assert said(served, place) == "Stopped before it began."


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--host", "192.0.2.1")])
def test_others_are_not_let_in_without_accounts(evidence: Evidence, options: tuple[str, ...]) -> None:
    ended = evidence.run("serve", "--no-worker", *options)
    assert ended.code == 2
    assert "there are no accounts" in ended.complaints[-1]


def test_a_port_that_is_taken_is_one_sentence(evidence: Evidence) -> None:
    with FaultServer([Reply()]) as server:
        ended = evidence.run("serve", "--no-worker", "--port", server.root.rpartition(":")[2])
    assert ended.code == 2
    assert "cannot be listened on" in ended.complaints[-1]
