"""What only a person can say of a search, as a person says it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.search_state import fulltext, group, state
from connectors.settings import Settings
from connectors.store import Store
from evidence.citation import GroupingDecision
from evidence.errors import EvidenceError, InvalidInput, RunNotFound
from evidence.prisma import FullTextDecision
from evidence.question import Request
from evidence.search_ledger import PrismaStatement
from pipelines.stages.import_records import join_records
from pipelines.statements import standing_full_texts, standing_statements, statements
from tests.connectors.pubmed.clients import client
from tests.connectors.pubmed.made_records import article, article_set
from tests.support.fault_server import FaultServer, Reply


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run with three records, none of which is another's duplicate."""
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path / "home"))
    with FaultServer([Reply(article_set([article(n, title=f"Made things, part {n}") for n in (41, 42, 43)]))]) as server:
        records, _ = client(server).fetch(["41", "42", "43"])
    with store() as opened:
        run = opened.create_run(identity_key="k", request=Request(question="Do made things help?"), settings={}, by="test")
        opened.save_records(run.id, records, "http://127.0.0.1/", by="test")
    return run.id


def store() -> Store:
    return Store.open(Settings.load().store_url)


def say(command: object, *arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments))  # type: ignore[arg-type]
    if isinstance(result.exception, EvidenceError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_last_word_on_an_item_stands_and_the_log_keeps_both(run_id: str) -> None:
    say(state, run_id, "14", "--not-done", "--by", "Ada", "--on", "2026-11-20")
    say(state, run_id, "14", "--reported", "Reviewed with PRESS by a second librarian.", "--by", "Ben")
    say(state, run_id, "5", "--not-done", "--by", "Ada")
    with store() as opened:
        said = statements(opened, run_id, PrismaStatement)
        assert [(one.item, one.state, one.by) for one in said] == [
            (14, "not done", "Ada"),
            (14, "reported", "Ben"),
            (5, "not done", "Ada"),
        ]
        assert said[0].on == date(2026, 11, 20)
        assert [(one.item, one.state) for one in standing_statements(said)] == [(5, "not done"), (14, "reported")]
        assert opened.verify_chain().valid


def test_a_person_can_be_forgotten_and_the_statement_stays(run_id: str) -> None:
    say(state, run_id, "14", "--not-done", "--by", "Ada")
    with store() as opened:
        assert opened.forget_person("Ada", by="test")
        (said,) = statements(opened, run_id, PrismaStatement)
        assert said.state == "not done"
        assert "Ada" not in said.by
        assert opened.verify_chain().valid


def test_records_are_held_together_and_apart_again(run_id: str) -> None:
    def works() -> set[tuple[str, ...]]:
        with store() as opened:
            citations = [record.citation for record in opened.records(run_id)]
            decisions = statements(opened, run_id, GroupingDecision)
        return {entry.members for entry in join_records(citations, [], decisions=decisions).groups}

    assert works() == {("41",), ("42",), ("43",)}
    say(group, run_id, "41", "43", "--together", "--reason", "One is the other's translation.", "--by", "Ada")
    assert works() == {("41", "43"), ("42",)}
    say(group, run_id, "41", "43", "--apart", "--reason", "They are two trials.", "--by", "Ben")
    assert works() == {("41",), ("42",), ("43",)}
    say(group, run_id, "41", "43", "--together", "--reason", "One is the other's translation.", "--by", "Ada")
    assert works() == {("41", "43"), ("42",)}


def test_the_last_word_on_a_full_text_stands(run_id: str) -> None:
    say(fulltext, run_id, "42", "not-retrieved", "--reason", "No supplier has it.", "--by", "Ada")
    say(fulltext, run_id, "42", "included", "--by", "Ada")
    with store() as opened:
        (standing,) = standing_full_texts(statements(opened, run_id, FullTextDecision))
    assert (standing.pmid, standing.outcome) == ("42", "included")


@pytest.mark.parametrize(
    ("command", "arguments", "says"),
    [
        (state, ["14", "--by", "Ada"], "either"),
        (state, ["14", "--reported", " ", "--by", "Ada"], "either"),
        (state, ["14", "--not-done", "--by", "Ada", "--on", "yesterday"], "no day"),
        (group, ["41", "41", "--apart", "--reason", "x", "--by", "Ada"], "two records"),
        (group, ["41", "42", "--reason", "x", "--by", "Ada"], "--apart or --together"),
        (group, ["41", "99", "--apart", "--reason", "x", "--by", "Ada"], "no record 99"),
        (fulltext, ["41", "excluded", "--by", "Ada"], "--reason"),
        (fulltext, ["99", "included", "--by", "Ada"], "no record 99"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(run_id: str, command: object, arguments: list[str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        say(command, run_id, *arguments)


def test_a_run_that_is_none_is_refused(run_id: str) -> None:
    with pytest.raises(RunNotFound):
        say(state, f"{run_id}x", "14", "--not-done", "--by", "Ada")
