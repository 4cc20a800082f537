"""`evidence search import`, as a person meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.search_import import import_records
from connectors.settings import Settings
from connectors.store import Store
from evidence.errors import EvidenceError, InvalidInput, RunNotFound
from evidence.question import Request
from pipelines.stages.import_records import imported_files, join_records
from tests.connectors.pubmed.clients import client
from tests.connectors.pubmed.made_records import article, article_set
from tests.connectors.reference_files.exports import EBSCO, EXPORTS, OVID_EMBASE
from tests.support.fault_server import FaultServer, Reply

IN_PUBMED = (
    article(31, title="Made compresses for made headaches", inside=(
        "<Journal><JournalIssue><Volume>12</Volume><PubDate><Year>2019</Year></PubDate></JournalIssue>"
        "<Title>Journal of made medicine</Title></Journal><Pagination><MedlinePgn>123-9</MedlinePgn></Pagination>"
        "<AuthorList><Author><LastName>Madeup</LastName><Initials>JA</Initials></Author></AuthorList>")),
    article(32, title="Something else that was made"),
)  # fmt: skip


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run with two records of PubMed."""
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("EVIDENCE_LICENCE_PERMITS", raising=False)
    with FaultServer([Reply(article_set(IN_PUBMED))]) as server:
        records, _ = client(server).fetch(["31", "32"])
    with store() as opened:
        run = opened.create_run(identity_key="k", request=Request(question="Do made things help?"), settings={}, by="test")
        opened.save_records(run.id, records, "http://127.0.0.1/", by="test")
    return run.id


def store() -> Store:
    return Store.open(Settings.load().store_url)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(import_records, list(arguments))
    if isinstance(result.exception, EvidenceError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def export(folder: Path, text: str, name: str = "embase.ris") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_what_a_file_brought_is_counted_against_pubmed(run_id: str, tmp_path: Path) -> None:
    strategy = tmp_path / "embase.txt"
    strategy.write_text("1. exp headache/\n2. compress*.ti,ab.\n3. 1 and 2\n", encoding="utf-8")
    file = export(tmp_path, f"{OVID_EMBASE}TY  - JOUR\nVL  - 3\nER  -\n")
    said = run(
        run_id, file, "--database", "Embase", "--platform", "Ovid", "--searched-on", "2026-11-20", "--strategy", str(strategy)
    )
    rows = [line.split() for line in said.output.splitlines()]
    assert ["Embase", "(Ovid)", "3", "1", "1", "1", "embase.ris"] in rows
    assert "record 3 could not be read: The record has neither title nor abstract, DOI or PMID." in said.output
    assert f"Run {run_id} has 4 records, 2 of them its own: 3 works of 3 studies. Nothing was deleted." in said.output
    assert "Embase is licensed: its records go to no external language model" in said.output
    with store() as opened:
        (kept,) = imported_files(opened, run_id)
        joined = join_records([record.citation for record in opened.records(run_id)], [kept])
        assert opened.verify_chain().valid
    (source,) = joined.sources
    assert (source.name, source.interface, str(source.searched_on), source.licensed) == ("Embase", "Ovid", "2026-11-20", True)
    assert source.strategy.startswith("1. exp headache/")
    assert (source.records, source.unreadable, source.duplicates) == (3, 1, 1)
    assert [group.lead for group in joined.groups][:2] == ["31", "32"]


def test_several_databases_add_up_and_a_second_import_changes_nothing(run_id: str, tmp_path: Path) -> None:
    embase, cinahl = export(tmp_path, OVID_EMBASE), export(tmp_path, EBSCO + OVID_EMBASE, "cinahl.ris")
    run(run_id, embase, "--database", "Embase")
    first = run(run_id, cinahl, "--database", "CINAHL", "--platform", "EBSCO").output
    assert ["CINAHL", "(EBSCO)", "3", "0", "2", "1", "cinahl.ris"] in [line.split() for line in first.splitlines()]
    assert "has 7 records, 2 of them its own: 4 works of 4 studies." in first
    again = run(run_id, cinahl, "--database", "CINAHL").output
    assert "cinahl.ris is in run" in again
    assert "has 7 records, 2 of them its own: 4 works of 4 studies." in again


@pytest.mark.parametrize("name", list(EXPORTS))
def test_every_database_comes_in(run_id: str, tmp_path: Path, name: str) -> None:
    file = export(tmp_path, EXPORTS[name], "export.txt")
    assert "Nothing was deleted." in run(run_id, file, "--database", name).output


def test_a_free_database_and_a_licence_that_permits(run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = export(tmp_path, OVID_EMBASE)
    monkeypatch.setenv("EVIDENCE_LICENCE_PERMITS", "Emcare, EMBASE")
    assert "the settings record that its licence permits" in run(run_id, file, "--database", "Embase").output
    other = export(tmp_path, EBSCO, "free.ris")
    assert "Europe PMC is licensed" not in run(run_id, other, "--database", "Europe PMC").output


def test_one_bad_file_of_two_leaves_nothing_behind(run_id: str, tmp_path: Path) -> None:
    good, bad = export(tmp_path, OVID_EMBASE), export(tmp_path, "<html>Sign in</html>", "bad.ris")
    with pytest.raises(InvalidInput, match=r"bad\.ris is neither RIS nor nbib but looks like a web page"):
        run(run_id, good, bad, "--database", "Embase")
    with store() as opened:
        assert imported_files(opened, run_id) == []


def test_the_same_file_under_another_name_of_database_is_asked_about(run_id: str, tmp_path: Path) -> None:
    file = export(tmp_path, OVID_EMBASE)
    run(run_id, file, "--database", "Embase")
    with pytest.raises(InvalidInput, match="was imported into this run as a file of Embase"):
        run(run_id, file, "--database", "CINAHL")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--database", "Embase", "--searched-on", "last week"), "is no date"),
        (("--database", " "), "needs the name of the database"),
        (("--database", "Embase", "--strategy", "nowhere.txt"), "cannot be read"),
    ],
)
def test_faults_are_one_sentence(run_id: str, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        run(run_id, export(tmp_path, OVID_EMBASE), *arguments)


def test_an_unknown_run(run_id: str, tmp_path: Path) -> None:
    with pytest.raises(RunNotFound):
        run("20200101-000000", export(tmp_path, OVID_EMBASE), "--database", "Embase")
