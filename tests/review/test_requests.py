"""Requests on the desk: intake, queue, first looks, notes, handover, and what two people do at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.settings import Settings
from evidence.errors import ChangedMeanwhile, InvalidInput
from evidence.people import Role
from evidence.question import Framework
from evidence.work_request import WorkStatus
from review.actions import requests as actions
from review.actions.intake import read_intake
from tests.review.workbench import Visitor, Workbench, hidden, open_workbench

FORM = {
    "question": "Do text message reminders reduce missed outpatient appointments?",
    "purpose": "service planning",
    "patient_care": "no",
    "needed_day": "2026-12-01",
    "needed_time": "14:30",
    "framework": "SPICE",
    "element-setting": "outpatient clinics",
    "element-intervention": "text messages",
    "element-population": "left over from another framework",
    "synonyms": "SMS\ntexting; text reminder",
    "known_papers": "12345678\nhttps://pubmed.ncbi.nlm.nih.gov/23456789/",
    "since": "2015-01-01",
    "languages": "English, French",
    "publication_types": "Systematic Review",
    "exclusions": "vaccination",
    "output_format": "Word document",
    "results_wanted": "20",
    "requester_role": "outpatient manager",
    "organisation": "A Trust",
    "no_patient": "yes",
}
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with open_workbench(tmp_path) as made:
        made.add("admin", Role.ADMINISTRATOR)
        yield made


@pytest.fixture
def librarian(bench: Workbench) -> Visitor:
    return bench.person(Role.LIBRARIAN, name="jane")


def ask(visitor: Visitor, do: str = "ask", **changes: str) -> Any:
    page = visitor.get("/ask").text
    return visitor.post("/ask", {**FORM, **changes, "csrf": hidden(page, "csrf"), "once": hidden(page, "once"), "do": do})


def act(visitor: Visitor, number: int, deed: str, **fields: str) -> Any:
    page = visitor.get(f"/requests/{number}").text
    return visitor.post(f"/requests/{number}/{deed}", {"csrf": hidden(page, "csrf"), "seen": hidden(page, "seen"), **fields})


def test_the_form_becomes_a_request(bench: Workbench, librarian: Visitor) -> None:
    assert ask(librarian).headers["location"] == "/requests/1"
    work = bench.store.desk.request(1)
    assert work.request is not None
    assert work.request.model_dump(mode="json", exclude_defaults=True) == {
        "question": FORM["question"],
        "purpose": "service planning",
        "framework": "SPICE",
        "elements": [
            {"name": "setting", "text": "outpatient clinics"},
            {"name": "intervention", "text": "text messages"},
        ],
        "synonyms": ["SMS", "texting", "text reminder"],
        "known_pmids": ["12345678", "23456789"],
        "since": "2015-01-01",
        "languages": ["english", "french"],
        "publication_types": ["Systematic Review"],
        "exclusions": "vaccination",
        "deadline": "2026-12-01",
        "output_format": "Word document",
        "results_wanted": 20,
        "requester_role": "outpatient manager",
        "organisation": "A Trust",
    }
    assert (work.status, work.asked_by, work.owner) == (WorkStatus.ASKED, "jane", None)
    assert work.needed_by == datetime(2026, 12, 1, 14, 30, tzinfo=UTC)


def test_the_clock_of_the_form_is_that_of_the_united_kingdom() -> None:
    summer = read_intake({**FORM, "needed_day": "2026-07-01", "needed_time": ""})
    assert summer.needed_by == datetime(2026, 7, 1, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("question", ""),
        ("question", "Does it?"),
        ("patient_care", ""),
        ("needed_day", "1.12.2026"),
        ("needed_day", "0001-01-01"),
        ("needed_time", "half past two"),
        ("since", "2015"),
        ("until", "2014-01-01"),
        ("results_wanted", "many"),
        ("results_wanted", "\u0663"),
        ("known_papers", "10.1000/182"),
        ("known_papers", "that paper by Smith"),
        ("strategy", "reminder[tiab]"),
        ("no_patient", ""),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_filled_in(bench: Workbench, librarian: Visitor, field: str, text: str) -> None:
    answer = ask(librarian, **{field: text})
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    named = {"strategy": "since"}.get(field, field)
    assert re.search(rf'href="#{named}"', answer.text), "the fault leads to its field"
    assert FORM["exclusions"] in answer.text
    assert bench.store.desk.requests() == []


@pytest.mark.parametrize(
    "field", ["question", "purpose", "element-setting", "synonyms", "exclusions", "strategy", "organisation"]
)
@pytest.mark.parametrize("do", ["save", "ask"])
def test_what_could_identify_a_patient_is_neither_kept_nor_sent(
    bench: Workbench, librarian: Visitor, field: str, do: str
) -> None:
    answer = ask(librarian, do, **{field: f"Do reminders help after a stroke, NHS number {NHS_NUMBER}?"})
    assert answer.status_code == 400
    assert f"“{NHS_NUMBER}” looks like an NHS number" in answer.text
    assert bench.store.desk.requests() == []


def test_a_draft_is_kept_gone_on_with_and_nobody_elses(bench: Workbench, librarian: Visitor) -> None:
    other = bench.person(Role.LIBRARIAN, name="other")
    assert ask(librarian, "save", question="", needed_day="").headers["location"] == "/requests/1/edit?saved=1"
    assert "/requests/1/edit" in librarian.get("/requests").text
    assert "/requests/1" not in other.get("/requests").text
    page = librarian.get("/requests/1/edit").text
    assert FORM["exclusions"] in page
    given = {**FORM, "csrf": hidden(page, "csrf"), "seen": hidden(page, "seen"), "do": "ask"}
    assert librarian.post("/requests/1/edit", given).headers["location"] == "/requests/1"
    assert bench.store.desk.request(1).status is WorkStatus.ASKED


def test_showing_the_parts_of_another_framework_keeps_what_was_typed(bench: Workbench, librarian: Visitor) -> None:
    answer = ask(librarian, "parts", framework="ECLIPSE")
    assert 'name="element-client-group"' in answer.text
    assert FORM["purpose"] in answer.text
    assert bench.store.desk.requests() == []
    for framework in Framework:
        assert read_intake({**FORM, "framework": framework.value}).request is not None


def test_a_form_sent_twice_makes_one_request_and_one_run(bench: Workbench, librarian: Visitor) -> None:
    page = librarian.get("/ask").text
    form = {**FORM, "csrf": hidden(page, "csrf"), "once": hidden(page, "once"), "do": "ask"}
    assert [librarian.post("/ask", form).headers["location"] for _ in range(3)] == ["/requests/1"] * 3
    assert len(bench.store.desk.requests()) == 1
    places = {act(librarian, 1, "start", seen="2", what="search").headers["location"] for _ in range(3)}
    assert places == {f"/runs/{bench.store.runs()[0].id}/progress"}
    assert len(bench.store.runs()) == 1


def test_patient_care_comes_first_and_then_what_is_needed_soonest(bench: Workbench, librarian: Visitor) -> None:
    for question, care, day in (("later", "no", "2026-12-03"), ("sooner", "no", "2026-12-01"), ("care", "yes", "2026-12-09")):
        ask(
            librarian,
            question=f"Do reminders that come {question} reduce missed appointments?",
            patient_care=care,
            needed_day=day,
        )
    ask(librarian, question="Do reminders without a day reduce missed appointments?", needed_day="", needed_time="")
    page = librarian.get("/requests").text
    order = [page.index(word) for word in ("come care", "come sooner", "come later", "without a day")]
    assert order == sorted(order)
    assert "Patient care" in page


def test_for_patient_care_the_moment_is_asked_and_no_model_drafts(tmp_path: Path, bench: Workbench, librarian: Visitor) -> None:
    assert ask(librarian, patient_care="yes", needed_day="", needed_time="").status_code == 400
    assert ask(librarian, patient_care="yes").status_code == 303
    assert 'value="summary"' not in librarian.get("/requests/1").text
    assert act(librarian, 1, "start", what="summary").status_code == 400
    assert bench.store.runs() == []
    assert act(librarian, 1, "start", what="search").status_code == 303
    assert bench.store.runs()[0].settings["kind"] == "search"


def test_the_service_can_switch_drafting_on_for_patient_care(tmp_path: Path) -> None:
    with open_workbench(tmp_path / "on", draft_for_patient_care=True) as bench:
        visitor = bench.person(Role.LIBRARIAN)
        ask(visitor, patient_care="yes")
        assert act(visitor, 1, "start", what="summary").status_code == 303
        assert "kind" not in bench.store.runs()[0].settings
    assert Settings.model_fields["draft_for_patient_care"].default is False


def test_an_answer_found_first_is_kept_with_date_link_and_quote_and_may_end_the_search(
    bench: Workbench, librarian: Visitor
) -> None:
    ask(librarian)
    look = {"place": "NICE", "looked_on": "2026-11-20", "link": "https://www.nice.org.uk/x", "quote": "Offer <b>reminders</b>."}
    assert act(librarian, 1, "end").status_code == 400
    assert act(librarian, 1, "look", **look, answers="yes").status_code == 303
    assert act(librarian, 1, "look", place="Trip", looked_on="2026-11-20").status_code == 303
    found, nothing = bench.store.desk.request(1).first_looks
    assert (found.place, found.looked_on, found.link, found.by) == ("NICE", date(2026, 11, 20), look["link"], "jane")
    assert (found.answers, found.found, nothing.found) == (True, True, False)
    page = librarian.get("/requests/1").text
    assert "Offer &lt;b&gt;reminders&lt;/b&gt;." in page
    assert "Nothing found." in page
    assert act(librarian, 1, "end").status_code == 303
    assert bench.store.desk.request(1).status is WorkStatus.ANSWERED


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": ""},
        {"link": ""},
        {"link": "javascript:alert(1)"},
        {"looked_on": "yesterday"},
        {"looked_on": "2199-01-01"},
        {"quote": "", "link": "", "answers": "yes"},
        {"place": "other", "other_place": ""},
        {"quote": f"The patient, NHS number {NHS_NUMBER}"},
    ],
)
def test_a_look_that_is_not_whole_comes_back_filled_in(bench: Workbench, librarian: Visitor, wrong: dict[str, str]) -> None:
    ask(librarian)
    look = {
        "place": "NICE",
        "looked_on": "2026-11-20",
        "link": "https://www.nice.org.uk/x",
        "quote": "Offer reminders.",
        **wrong,
    }
    answer = act(librarian, 1, "look", **look)
    assert answer.status_code == 400
    assert (look["quote"] or "There is a problem") in answer.text
    assert bench.store.desk.request(1).first_looks == ()


def test_two_people_on_one_request_overwrite_nothing(bench: Workbench, librarian: Visitor) -> None:
    ask(librarian)
    other = bench.person(Role.LIBRARIAN, name="other")
    mine, theirs = librarian.get("/requests/1/edit").text, other.get("/requests/1/edit").text
    first = {**FORM, "csrf": hidden(theirs, "csrf"), "seen": hidden(theirs, "seen"), "do": "ask", "exclusions": "children"}
    assert other.post("/requests/1/edit", first).status_code == 303
    second = {**FORM, "csrf": hidden(mine, "csrf"), "seen": hidden(mine, "seen"), "do": "ask", "exclusions": "adults"}
    answer = librarian.post("/requests/1/edit", second)
    assert answer.status_code == 409
    assert "Now: children" in answer.text
    assert "Yours: adults" in answer.text
    assert bench.store.desk.request(1).form["exclusions"] == "children"
    again = {**second, "seen": hidden(answer.text, "seen")}
    assert librarian.post("/requests/1/edit", again).status_code == 303, "knowingly, after having seen it"
    assert act(other, 1, "take", seen="2").status_code == 409


def test_notes_handover_and_status(bench: Workbench, librarian: Visitor) -> None:
    other = bench.person(Role.LIBRARIAN, name="other")
    ask(librarian)
    assert act(librarian, 1, "note", kind="interview", note="Adults alone.\nNot <i>reviews</i>.").status_code == 303
    assert act(librarian, 1, "note", kind="interview", note=" ").status_code == 400
    assert act(librarian, 1, "note", note=f"NHS number {NHS_NUMBER}").status_code == 400
    assert act(librarian, 1, "take").status_code == 303
    assert act(librarian, 1, "handover", to="", handover_text="Searched; screening is left.").status_code == 400
    assert act(librarian, 1, "handover", to="nobody here", handover_text="x").status_code == 400
    assert act(librarian, 1, "handover", to="other", handover_text="Searched; screening is left.").status_code == 303
    page = other.get("/requests/1").text
    assert "Not &lt;i&gt;reviews&lt;/i&gt;." in page
    assert "Searched; screening is left." in page
    assert bench.store.desk.request(1).owner == "other"
    assert act(other, 1, "status", status=WorkStatus.WAITING.value).status_code == 303
    assert act(other, 1, "status", status="signed").status_code == 400
    assert [note.kind for note in bench.store.desk.notes(1)] == ["interview", "handover"]


def test_a_requester_sees_their_own_alone(bench: Workbench, librarian: Visitor) -> None:
    requester = bench.person(Role.REQUESTER, name="dr x")
    ask(librarian)
    assert ask(requester).headers["location"] == "/requests/2"
    act(librarian, 2, "note", kind="interview", note="They are in a hurry.")
    assert [requester.get(f"/requests/{number}").status_code for number in (1, 2, 3)] == [404, 200, 404]
    assert "/requests/1" not in requester.get("/requests").text
    assert "in a hurry" not in requester.get("/requests/2").text
    assert requester.get("/requests/1/edit").status_code == 404
    assert act(librarian, 1, "start", what="search").status_code == 303
    run = bench.store.runs()[0].id
    assert requester.get(f"/runs/{run}/progress").status_code == 404
    assert act(requester, 2, "withdraw").status_code == 303
    assert bench.store.desk.request(2).status is WorkStatus.WITHDRAWN


def test_what_is_closed_cannot_be_edited(librarian: Visitor) -> None:
    ask(librarian)
    act(librarian, 1, "status", status="answered")
    assert librarian.get("/requests/1/edit").status_code == 409
    assert "reminders" in librarian.get("/requests?show=closed").text


def test_a_run_under_way_is_not_started_twice(bench: Workbench, librarian: Visitor) -> None:
    ask(librarian)
    act(librarian, 1, "start", what="search")
    work = bench.store.desk.request(1)
    with pytest.raises(ChangedMeanwhile):
        actions.start_run(bench.services, 1, work.version, search_only=True, by="jane")
    with pytest.raises(InvalidInput):
        actions.set_status(bench.store, 1, work.version, WorkStatus.DRAFT, by="jane")


def test_erasing_a_person_leaves_the_log_whole(bench: Workbench, librarian: Visitor) -> None:
    ask(librarian)
    act(librarian, 1, "take")
    act(librarian, 1, "note", kind="note", note="Called back.")
    admin = bench.person(Role.ADMINISTRATOR, name="admin")
    assert admin.post(f"/accounts/{bench.accounts['jane'].id}/erase").headers["location"] == "/accounts?done=erased"
    assert librarian.get("/requests").status_code == 303
    report = bench.store.verify_chain()
    assert (report.valid, report.events > 8) == (True, True)
    work = bench.store.desk.request(1)
    said = [work.asked_by, work.owner, bench.store.desk.notes(1)[0].by, *(event.by for event in bench.store.events())]
    assert "jane" not in said
    assert "jane" not in str([event.detail for event in bench.store.events()])


def test_the_last_administrator_stays(bench: Workbench) -> None:
    admin, account = bench.person(Role.ADMINISTRATOR, name="admin"), bench.accounts["admin"].id
    for place, fields in (("roles", {"role-librarian": "yes"}), ("disabled", {"disabled": "yes"}), ("erase", {})):
        answer = admin.post(f"/accounts/{account}/{place}", fields)
        assert answer.status_code == 400
        assert "last administrator" in answer.text
    assert admin.get("/accounts").status_code == 200


def test_many_requests_are_listed_quickly(bench: Workbench, librarian: Visitor) -> None:
    for number in range(100):
        work = bench.store.desk.open_request({"question": f"Question {number}"}, once=f"o{number}", by="jane")
        bench.store.desk.change(work.id, 1, "request asked", by="jane", needed_by=datetime.now(UTC) + timedelta(hours=number))
    import time

    librarian.get("/requests")
    spent = []
    for _ in range(5):
        started = time.process_time()
        assert librarian.get("/requests").status_code == 200
        spent.append(time.process_time() - started)
    assert min(spent) < 0.15
