"""Owning the search: the strategy's page and the screening's, over a run whose steps stand in a real store."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from pydantic import JsonValue

from connectors.pubmed.records import read_records
from evidence.citation import FetchedRecord
from evidence.errors import ChangedMeanwhile, ServiceUnavailable
from evidence.ledger import RunStatus
from evidence.people import Role
from evidence.question import Framework, Protocol, QuestionElement, Request
from evidence.screening import ScreeningOutcome, ScreeningStatement, standing_decisions
from evidence.search import LineResult
from review.app import create_app
from tests.connectors.pubmed.made_records import article, article_set
from tests.review.test_requests import act, ask
from tests.review.workbench import Visitor, Workbench, hidden, open_workbench

PMIDS = ("90000001", "90000002", "90000003")
STRATEGY = "#1 zinc[tiab]\n#2 colds[tiab]\n#3 #1 AND #2"


class CountingSource:
    """A source that counts by the length of the query, or is down."""

    name, url, down = "made source", "http://127.0.0.1:1/", False

    def count(self, query: str, *, number: int = 1) -> LineResult:
        if self.down:
            raise ServiceUnavailable("The made source does not answer: try again later.")
        return LineResult(number=number, query=query, count=len(query), warnings=("<b>ignored</b>",) if number == 1 else ())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Workbench, CountingSource, str]]:
    """A workbench with one searched run of a request, its source, and the run's id."""
    with open_workbench(tmp_path) as workbench:
        source = CountingSource()

        @contextmanager
        def open_source(kept: Mapping[str, JsonValue]) -> Iterator[Any]:
            yield source

        services = replace(workbench.services, open_source=open_source)
        opened = Workbench(workbench.folder, services, create_app(services))
        yield opened, source, searched(opened)


def searched(workbench: Workbench) -> str:
    """A finished run with strategy, counts and three records, without a request on the desk."""
    request = Request(question="Does zinc shorten colds?")
    run = workbench.store.create_run(
        identity_key="made", request=request, settings={"source": "http://127.0.0.1:1/"}, by="Asker"
    )
    protocol = Protocol(
        question=request.question,
        framework=Framework.PICO,
        elements=(QuestionElement(name="intervention", text="zinc"),),
        proposed_by="rules",
    )
    lines: list[JsonValue] = [
        {"number": n, "query": q, "purpose": "made"} for n, q in enumerate(("zinc[tiab]", "colds[tiab]", "#1 AND #2"), 1)
    ]
    steps: dict[str, JsonValue] = {
        "frame_question": protocol.model_dump(mode="json"),
        "plan_search": {"lines": lines, "proposed_by": "rules"},
        "rank_citations": list(PMIDS),
    }
    for name, result in steps.items():
        workbench.store.commit_step(run.id, name, "made", result, by="tests")
    made = article_set(article(pmid, title=f"Zinc <i>and</i> colds {pmid}") for pmid in PMIDS)
    records = [read for read in read_records(io.BytesIO(made)) if isinstance(read, FetchedRecord)]
    workbench.store.save_records(run.id, records, "http://127.0.0.1:1/", by="tests")
    workbench.store.set_status(run.id, RunStatus.FINISHED, by="tests")
    return run.id


def fetched(workbench: Workbench, run_id: str) -> str:
    """The same run with what its search and fetching kept, so that there is a search to report; its id."""
    store = workbench.store
    strategy = store.newest_step(run_id, "plan_search")
    counts: list[JsonValue] = [{"number": n, "query": f"made {n}", "count": 3} for n in (1, 2, 3)]
    search: JsonValue = {
        "source": "made source", "source_url": "http://127.0.0.1:1/", "searched_at": "2026-11-20T09:00:00Z",
        "strategy": strategy, "lines": counts, "count": 3, "pmids": list(PMIDS),
    }  # fmt: skip
    store.commit_step(run_id, "run_search", "made", search, by="tests")
    store.commit_step(run_id, "fetch_citations", "made", {"requested": list(PMIDS), "returned": list(PMIDS)}, by="tests")
    return run_id


def send(visitor: Visitor, run: str, **fields: str) -> Any:
    return visitor.post(f"/runs/{run}/search", {"strategy": STRATEGY, **fields})


class TestSearch:
    def test_the_strategy_stands_beside_what_was_found(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        page = workbench.person(Role.LIBRARIAN).get(f"/runs/{run}/search")
        assert page.status_code == 200
        assert "zinc[tiab]" in page.text
        assert "automated checks" in page.text

    def test_counting_asks_the_source_line_by_line_and_escapes_what_it_says(
        self, desk: tuple[Workbench, CountingSource, str]
    ) -> None:
        workbench, _, run = desk
        page = send(workbench.person(Role.LIBRARIAN), run, do="count")
        assert page.status_code == 200
        assert f"{len('zinc[tiab]'):,}" in page.text
        assert "&lt;b&gt;ignored&lt;/b&gt;" in page.text

    def test_a_source_that_is_down_is_one_sentence_and_the_text_stays(
        self, desk: tuple[Workbench, CountingSource, str]
    ) -> None:
        workbench, source, run = desk
        source.down = True
        page = send(workbench.person(Role.LIBRARIAN), run, do="count", strategy="zinc[tiab] AND quokka[tiab]")
        assert page.status_code == 503
        assert "does not answer" in page.text
        assert "quokka" in page.text

    def test_a_patient_in_the_strategy_is_not_sent(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, source, run = desk
        source.down = True
        page = send(workbench.person(Role.LIBRARIAN), run, do="count", strategy="NHS number 943 476 5919 AND zinc")
        assert page.status_code == 400
        assert "does not answer" not in page.text

    def test_findings_point_at_their_place(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        page = send(workbench.person(Role.LIBRARIAN), run, do="check", strategy="(zinc[tiab] AND colds[tiab")
        assert page.status_code == 200
        assert "Error" in page.text
        assert '<mark class="rv-quote">' in page.text

    def test_a_translation_is_shown_with_what_to_check(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        page = send(workbench.person(Role.LIBRARIAN), run, do="translate", platform="ovid-embase")
        assert page.status_code == 200
        assert "zinc.ti,ab,kf." in page.text

    def test_counts_stay_while_the_strategy_is_as_it_was_run(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        person = workbench.person(Role.LIBRARIAN)
        shown = re.search(
            r"<textarea[^>]*>\s*(.*?)</textarea>", person.get(f"/runs/{fetched(workbench, run)}/search").text, re.DOTALL
        )
        assert shown
        as_run, asked = html.unescape(shown[1]).replace("\n", "\r\n"), {"do": "translate", "platform": "ovid-embase"}
        assert "not counted" not in send(person, run, **asked, strategy=as_run).text
        assert "not counted" in send(person, run, **asked, strategy=f"{as_run} OR quokka[tiab]").text

    def test_a_run_without_a_request_is_not_run_again_here(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        page = send(workbench.person(Role.LIBRARIAN), run, do="search")
        assert page.status_code == 400
        assert "not started from a request" in page.text

    def test_running_again_makes_a_new_run_with_the_strategy_as_written(
        self, desk: tuple[Workbench, CountingSource, str]
    ) -> None:
        workbench, _, _ = desk
        librarian = workbench.person(Role.LIBRARIAN)
        place = ask(librarian).headers["location"]
        started = act(librarian, 1, "start", what="search")
        assert place == "/requests/1"
        first = started.headers["location"].split("/")[2]
        workbench.store.jobs.stop(first, by="tests")
        page = librarian.get(f"/runs/{first}/search")
        again = send(librarian, first, do="search", seen=hidden(page.text, "seen"))
        second = again.headers["location"].split("/")[2]
        assert second != first
        assert workbench.store.run(second).request.strategy == STRATEGY
        assert send(librarian, first, do="search", seen=hidden(page.text, "seen")).status_code == 409


class TestScreening:
    def decide(self, visitor: Visitor, run: str, record: str, **fields: str) -> Any:
        page = visitor.get(f"/runs/{run}/screen?record={record}")
        return visitor.post(f"/runs/{run}/screen", {"record": record, "seen": hidden(page.text, "seen"), **fields})

    def test_the_record_is_text_beside_the_criteria(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        page = workbench.person(Role.LIBRARIAN).get(f"/runs/{run}/screen")
        assert page.status_code == 200
        assert "0 of 3 seen by a person" in page.text
        assert "integrity" in page.text

    def test_a_decision_needs_its_criterion_and_reason_and_can_be_taken_back(
        self, desk: tuple[Workbench, CountingSource, str]
    ) -> None:
        workbench, _, run = desk
        librarian = workbench.person(Role.LIBRARIAN, name="Ann")
        refused = self.decide(librarian, run, PMIDS[0], do="exclude", reason="Kept as typed")
        assert refused.status_code == 400
        assert "Kept as typed" in refused.text
        assert (
            self.decide(librarian, run, PMIDS[0], do="exclude", criterion="intervention", reason="No zinc.").status_code == 303
        )
        (standing,) = standing_decisions([], workbench.store.screening(run))
        assert (standing.outcome, standing.by, standing.reason) == (ScreeningOutcome.EXCLUDE, "Ann", "No zinc.")
        assert self.decide(librarian, run, PMIDS[0], do="take_back").status_code == 303
        assert standing_decisions([], workbench.store.screening(run)) == ()

    def test_the_second_person_sees_that_it_changed_and_nothing_is_overwritten(
        self, desk: tuple[Workbench, CountingSource, str]
    ) -> None:
        workbench, _, run = desk
        ann, ben = workbench.person(Role.LIBRARIAN, name="Ann"), workbench.person(Role.SECOND_REVIEWER, name="Ben")
        seen = hidden(ben.get(f"/runs/{run}/screen?record={PMIDS[1]}").text, "seen")
        assert self.decide(ann, run, PMIDS[1], do="include").status_code == 303
        late = ben.post(f"/runs/{run}/screen", {"record": PMIDS[1], "seen": seen, "do": "exclude", "reason": "Late."})
        assert late.status_code == 409
        assert "Ann decided on this record meanwhile" in late.text
        assert [entry.by for entry in workbench.store.screening(run)] == ["Ann"]

    def test_a_button_pressed_twice_decides_once(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        ann = workbench.person(Role.LIBRARIAN, name="Ann")
        seen = hidden(ann.get(f"/runs/{run}/screen?record={PMIDS[1]}").text, "seen")
        form = {"record": PMIDS[1], "seen": seen, "do": "include"}
        assert [ann.post(f"/runs/{run}/screen", form).status_code for _ in range(2)] == [303, 303]
        assert len(workbench.store.screening(run)) == 1
        assert ann.post(f"/runs/{run}/screen", {**form, "do": "take_back"}).status_code == 409

    def test_of_two_who_decide_at_the_same_moment_one_is_told(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        tools, said = workbench.services.tools, ScreeningStatement(pmid=PMIDS[1], outcome=ScreeningOutcome.INCLUDE)
        together, met = Barrier(2), []

        def work(name: str) -> None:
            together.wait()
            try:
                tools.decide(run, said, seen=0, by=name)
            except ChangedMeanwhile:
                met.append(name)

        people = [Thread(target=work, args=(name,)) for name in ("Ann", "Ben")]
        for person in people:
            person.start()
        for person in people:
            person.join()
        assert len(met) == len(workbench.store.screening(run)) == 1

    def test_another_runs_record_is_not_there(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        librarian = workbench.person(Role.LIBRARIAN)
        assert librarian.get(f"/runs/{run}/screen?record=1").status_code == 404
        assert librarian.post(f"/runs/{run}/screen", {"record": "1", "seen": "0", "do": "include"}).status_code == 404

    def test_requesters_do_not_enter(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        requester = workbench.person(Role.REQUESTER)
        assert requester.get(f"/runs/{run}/screen").status_code == 403
        assert requester.get(f"/runs/{run}/search").status_code == 403

    def test_drafting_again_puts_the_finished_run_into_the_queue(self, desk: tuple[Workbench, CountingSource, str]) -> None:
        workbench, _, run = desk
        answer = workbench.person(Role.LIBRARIAN).post(f"/runs/{run}/screen/draft")
        assert answer.status_code == 303
        assert workbench.store.run(run).status is RunStatus.INTERRUPTED
        assert workbench.store.jobs.latest(run) is not None
