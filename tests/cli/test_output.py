"""What the command prints where: results on the output stream, one JSON object where asked, progress on the error stream."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporting.documents import ledger_schema
from tests.support.evidence_command import Ended, Evidence
from tests.support.world import QUESTION, World

OTHER = "Which treatments reduce fatigue in adults with Parkinson's disease compared with placebo or usual care?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Evidence:
    """A home in which two questions were asked, one after the other."""
    evidence = world.evidence(tmp_path_factory.mktemp("output"))
    return evidence.with_environment(
        EVIDENCE_REQUESTS_PER_SECOND="500", EVIDENCE_SOURCE=world.mirror, EVIDENCE_MODEL="extractive"
    )


@pytest.fixture(scope="module")
def asked(home: Evidence) -> Ended:
    return home.run("ask", QUESTION, "--json")


@pytest.fixture(scope="module")
def asked_after(home: Evidence, asked: Ended) -> Ended:
    return home.run("ask", OTHER, "--quiet")


def test_ask_json_is_one_object_and_progress_goes_elsewhere(home: Evidence, asked: Ended) -> None:
    assert (asked.code, asked.complaints) == (0, [])
    assert asked.out.count("\n") == 1
    answer = asked.answer
    assert set(answer) == {"id", "status", "result", "claims", "supported", "documents"}
    assert {"md", "html", "json"} == set(answer["documents"])
    for place in answer["documents"].values():
        assert Path(place).is_file()
        assert Path(place).is_relative_to(home.home)
    for stage in ("Question: ", "Search: ", "Records: ", "Screening: ", "Reading: ", "Checking: ", "Draft: "):
        assert stage in asked.err


def test_quiet_prints_the_result_alone(asked_after: Ended) -> None:
    assert (asked_after.code, asked_after.err) == (0, "")
    assert "DRAFT, NOT SIGNED" in asked_after.out
    assert "model calls" in asked_after.out


def test_runs_are_listed_newest_first(home: Evidence, asked: Ended, asked_after: Ended) -> None:
    listed = home.run("runs", "--json").answer
    assert [run["question"] for run in listed] == [OTHER, QUESTION]
    assert listed[1]["id"] == asked.answer["id"]
    assert {run["status"] for run in listed} == {"finished"}
    lines = home.run("runs").out.splitlines()
    assert [line.split()[0] for line in lines] == [run["id"] for run in listed]


def test_show_json_follows_the_published_schema(home: Evidence, asked: Ended) -> None:
    published = home.run("schema").answer
    assert published == json.loads(json.dumps(ledger_schema()))
    jsonschema.Draft202012Validator.check_schema(published)
    shown = home.run("show", asked.answer["id"], "--json")
    jsonschema.validate(shown.answer, published)
    assert shown.err == ""
    assert shown.out == Path(asked.answer["documents"]["json"]).read_text(encoding="utf-8")
    closed: dict[str, Any] = shown.answer | {"colour": "red"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(closed, published)


def test_an_id_may_be_given_by_its_beginning_if_only_one_fits(home: Evidence, asked: Ended, asked_after: Ended) -> None:
    whole = asked.answer["id"]
    assert home.run("show", whole[:-1], "--json").answer["id"] == whole
    both = home.run("show", whole[:4])
    assert both.code == 2
    assert "More than one run" in both.complaints[0]


def test_a_finished_run_is_not_done_again(home: Evidence, asked: Ended) -> None:
    again = home.run("resume", asked.answer["id"], "--json")
    assert (again.code, again.answer["id"], again.answer["result"]) == (0, asked.answer["id"], "finished before")
    assert "This run is finished" in again.err


def test_history_says_who_did_what_and_that_the_log_is_whole(home: Evidence, asked: Ended) -> None:
    history = home.run("history", asked.answer["id"])
    assert history.code == 0
    for kind in ("run created", "records saved", "step committed", "ledger saved", "status set"):
        assert kind in history.out
    assert history.out.splitlines()[-1].startswith("The log is whole: ")


def test_a_changed_draft_and_a_cut_log_are_reported(evidence: Evidence, demonstration_mirror: str) -> None:
    evidence = evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")
    assert evidence.run("ask", QUESTION, "--source", demonstration_mirror, "--model", "extractive").code == 0
    with closing(sqlite3.connect(evidence.home / "evidence.sqlite")) as connection:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM events WHERE number = 3")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM events WHERE number = 3")
        connection.commit()
    history = evidence.run("history")
    assert history.code == 2
    assert "Entry 3 of the log is missing" in history.complaints[0]


def test_help_lists_every_command_and_a_wrong_one_says_where_to_look(evidence: Evidence) -> None:
    shown = evidence.run("--help")
    assert shown.code == 0
    for command in ("ask", "demo", "runs", "show", "resume", "doctor", "models", "mirror", "schema", "history"):
        assert f"  {command} " in shown.out
    wrong = evidence.run("ask", "--colour", "red")
    assert wrong.code == 2
    assert "`evidence ask --help`" in wrong.complaints[0]
