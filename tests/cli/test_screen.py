"""`evidence screen`: people decide, the order learns, everything is counted, and files go out and come back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import JsonValue

from cli.main import evidence
from connectors.reference_files.read import read_stream
from connectors.settings import Settings
from connectors.store import Store
from evidence.citation import AbstractSection, Citation, CitationGroup, FetchedRecord
from evidence.errors import EvidenceError
from evidence.question import EligibilityCriterion, Framework, Protocol, QuestionElement, Request
from evidence.screening import ScreeningDecision, ScreeningOutcome
from pipelines.stages.import_records import keep_file

QUESTION = "Does zinc shorten colds in office workers?"
PROTOCOL = Protocol(
    question=QUESTION,
    framework=Framework.PICO,
    elements=(QuestionElement(name="intervention", text="zinc"),),
    proposed_by="person",
    criteria=(
        EligibilityCriterion(id="population", text="The record is about this population: office workers."),
        EligibilityCriterion(id="intervention", text="The record is about this intervention: zinc."),
    ),
)
ZINC = [str(90000100 + number) for number in range(6)]
OTHER = [str(90000200 + number) for number in range(6)]
TWIN = "90000300"

Run = Callable[..., str]


def record(pmid: str, title: str, text: str) -> FetchedRecord:
    xml = f"<PubmedArticle><PMID>{pmid}</PMID></PubmedArticle>"
    citation = Citation(
        pmid=pmid,
        title=title,
        abstract=(AbstractSection(text=text),),
        source_hash=hashlib.sha256(xml.encode()).hexdigest(),
    )
    return FetchedRecord(citation=citation, xml=xml)


def records() -> list[FetchedRecord]:
    zinc = [
        record(pmid, f"Zinc and colds {n}", f"A randomised trial of zinc lozenges. Colds were {n} days shorter.")
        for n, pmid in enumerate(ZINC)
    ]
    other = [
        record(pmid, f"=Salt in rats {n}", f"Salt was fed to {n} rats. Kidneys were weighed.") for n, pmid in enumerate(OTHER)
    ]
    return [*zinc, *other, record(TWIN, "Zinc and colds 0, again", "The same trial of zinc lozenges, reported again.")]


def suggested(pmid: str) -> ScreeningDecision:
    return ScreeningDecision(
        pmid=pmid,
        outcome=ScreeningOutcome.UNSURE,
        criterion="intervention",
        reason="The model is unsure.",
        made_by="model",
        by="embedded",
    )


@pytest.fixture
def run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run in a home of its own, with everything up to its screening."""
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with Store.open(Settings.load().store_url) as store:
        run = store.create_run(identity_key="k", request=Request(question=QUESTION), settings={}, by="Ann")
        store.save_records(run.id, records(), "here", by="evidence")
        leads = [*OTHER[:3], *ZINC, *OTHER[3:]]
        groups = [CitationGroup(id=pmid, lead=pmid, members=(pmid, TWIN) if pmid == ZINC[0] else (pmid,)) for pmid in leads]
        results: dict[str, JsonValue] = {
            "frame_question": PROTOCOL.model_dump(mode="json"),
            "group_citations": [group.model_dump(mode="json") for group in groups],
            "rank_citations": list(leads),
            "screen_citations": [suggested(pmid).model_dump(mode="json") for pmid in leads],
        }
        for name, result in results.items():
            store.commit_step(run.id, name, "key", result, by="evidence")
    return run.id


@pytest.fixture
def run(run_id: str) -> Run:
    def ran(command: str, *arguments: str) -> str:
        result = CliRunner().invoke(evidence, ["screen", *command.split(), run_id, *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return ran


def decide(run: Run, pmid: str, outcome: str, *more: str, by: str = "Ann") -> str:
    why = () if outcome == "include" else ("--criterion", "intervention", "--reason", "It is not about zinc.")
    return run("decide", pmid, outcome, "--by", by, *why, *more)


def counts(run: Run) -> dict[str, int]:
    found: dict[str, int] = json.loads(run("status", "--json"))["counts"]
    return found


def test_what_is_read_next_follows_the_question_and_then_the_decisions(run: Run) -> None:
    before = json.loads(run("next", "--json"))
    assert before["left"] == 12
    assert {entry["pmid"] for entry in before["records"][:6]} == set(ZINC)
    for pmid in OTHER[:2]:
        decide(run, pmid, "include")
    decide(run, ZINC[0], "exclude")
    after = json.loads(run("next", "--json"))
    assert {entry["pmid"] for entry in after["records"][:4]} == set(OTHER[2:])
    assert after["order"] == "The order is learned from 3 decisions, 2 of them inclusions."
    assert not {OTHER[0], OTHER[1], ZINC[0], TWIN} & {entry["pmid"] for entry in after["records"]}


def test_a_run_is_shown_without_naming_the_command(run_id: str, run: Run) -> None:
    shown = CliRunner().invoke(evidence, ["screen", run_id, "--next", "2"]).output
    assert shown.startswith("0 of 12 records seen by a person.")
    assert shown.count("PMID") == 2
    assert "embedded suggests unsure, criterion intervention" in shown


def test_criteria_are_listed_with_their_ids(run: Run) -> None:
    listed = run("next", "--criteria")
    assert [line.split()[0] for line in listed.splitlines()] == [
        "all-criteria",
        "population",
        "intervention",
        "integrity",
        "no-abstract",
    ]


def test_a_decision_names_criterion_words_with_their_place_and_person(run: Run, run_id: str) -> None:
    said = decide(run, ZINC[1], "exclude", "--words", "zinc   lozenges")
    assert said.startswith(f"PMID {ZINC[1]}: exclude by Ann, criterion intervention. It is not about zinc.")
    assert 'Words (abstract, 22-35): "zinc lozenges".' in said
    with Store.open(Settings.load().store_url) as store:
        (entry,) = store.screening(run_id)
        assert store.verify_chain().valid
    assert entry.decision is not None
    assert (entry.decision.words_in, entry.decision.start, entry.decision.end) == ("abstract", 22, 35)
    assert (entry.decision.made_by, entry.by, entry.supersedes) == ("person", "Ann", None)


def test_the_last_word_of_a_person_stands_and_can_be_taken_back(run: Run) -> None:
    decide(run, ZINC[0], "include")
    decide(run, ZINC[0], "exclude", by="Ben")
    assert (counts(run)["included"], counts(run)["excluded"], counts(run)["differing"]) == (0, 1, 1)
    assert "Ann: include, Ben: exclude" in run("status")
    assert "include by Ann" in run("undo", ZINC[0], "--by", "Ben")
    assert (counts(run)["included"], counts(run)["excluded"], counts(run)["differing"]) == (1, 0, 0)
    run("undo", ZINC[0], "--by", "Ann")
    assert (counts(run)["seen"], counts(run)["seen_by_no_person"]) == (0, 12)
    assert run("status", "--history").count("took the decision back") == 2
    with pytest.raises(EvidenceError, match="nothing to take back"):
        run("undo", ZINC[0], "--by", "Ann")


def test_records_that_no_person_saw_are_counted_as_such(run: Run) -> None:
    decide(run, ZINC[0], "include")
    decide(run, OTHER[0], "exclude")
    decide(run, OTHER[1], "unsure")
    assert "3 seen by a person: 1 included, 1 excluded, 1 unsure." in run("status")
    assert "9 seen by no person; a rule keeps 0 of them out" in run("status")
    assert "excluded for intervention: 1" in run("status")


def test_the_stopping_rule_is_off_until_asked_for_and_says_when_it_can_promise_nothing(run: Run) -> None:
    decide(run, ZINC[0], "include")
    assert "stopping" not in json.loads(run("status", "--json"))
    said = json.loads(run("status", "--json", "--stopping"))["stopping"]
    assert (said["may_stop"], said["promises"]) == (False, False)
    assert said["says"].startswith("No promise can be made: 1 relevant records were found")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("12345", "include"), "PMID 12345 is not among the records"),
        (("12x", "include"), "'12x' is no PMID"),
        ((TWIN, "include"), f"the same work as PMID {ZINC[0]}"),
        ((ZINC[0], "exclude"), "exclude needs the criterion it rests on; there are all-criteria, population"),
        ((ZINC[0], "exclude", "--criterion", "colour"), "'colour' is no criterion of this run"),
        ((ZINC[0], "exclude", "--criterion", "population"), "say in one sentence why"),
        ((ZINC[0], "include", "--words", "copper"), "stand neither in its title nor in its abstract"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(run: Run, arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(EvidenceError, match=complaint):
        run("decide", *arguments, "--by", "Ann")
    assert counts(run)["seen"] == 0


def test_a_decision_needs_a_name(run: Run) -> None:
    with pytest.raises(EvidenceError, match="the name of the person"):
        run("decide", ZINC[0], "include", "--by", " ")


@pytest.mark.parametrize("ending", ["csv", "ris"])
def test_decisions_go_out_and_come_back(run: Run, tmp_path: Path, ending: str) -> None:
    decide(run, ZINC[0], "include")
    decide(run, OTHER[0], "exclude", "--words", "=Salt in rats")
    file = tmp_path / f"decisions.{ending}"
    assert run("export", str(file)).startswith("12 records written")
    assert run("import", str(file)) == "0 decisions kept; 2 stood already.\n"
    for pmid in (ZINC[0], OTHER[0]):
        run("undo", pmid, "--by", "Ann")
    assert run("import", str(file)) == "2 decisions kept.\n"
    assert (counts(run)["included"], counts(run)["excluded"]) == (1, 1)
    assert '"=Salt in rats"' in run("status", "--history")


def test_no_cell_of_the_csv_starts_a_formula_and_no_suggestion_comes_back_as_a_decision(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    run("export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {row["title"] for row in rows if row["pmid"] == OTHER[0]} == {"'=Salt in rats 0"}
    assert {row["suggestion"] for row in rows} == {"unsure"}
    with pytest.raises(EvidenceError, match="holds no decision"):
        run("import", str(file))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("pmid,decision\n90000100,maybe\n", "line 2: 'maybe' is no decision"),
        ("pmid,decision\nten,include\n", "line 2: 'ten' is neither a PMID"),
        ("pmid,title\n1,a\n", "no column `decision`"),
        ("pmid,decision\n90000100,include\n90000100,include\n", "more than once on 90000100"),
        ("pmid,decision\n90000100,include\n90000201,exclude\n", "exclude needs the criterion"),
        ("pmid,decision\n90000100,include\n1,include\n", "PMID 1 is not among the records"),
        ("", "no column `pmid`"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(run: Run, tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError, match=complaint):
        run("import", str(file), "--by", "Ann")
    assert counts(run)["seen"] == 0


def test_other_files_are_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    binary = tmp_path / "bad.csv"
    binary.write_bytes(b"\xff\xfe\x00pmid")
    for file in (binary, tmp_path / "none.csv", tmp_path / "decisions.xlsx"):
        with pytest.raises(EvidenceError, match=file.name):
            run("import", str(file), "--by", "Ann")
    with pytest.raises(EvidenceError, match=r"neither \.csv nor \.ris"):
        run("export", str(tmp_path / "decisions.xlsx"))


def test_imported_records_are_screened_with_the_others(run: Run, run_id: str, tmp_path: Path) -> None:
    ris = b"TY  - JOUR\r\nTI  - Zinc lozenges for colds in trams\r\nAB  - A trial of zinc.\r\nDB  - Embase\r\nER  - \r\n"
    file = read_stream(io.BytesIO(ris), name="embase.ris", database="Embase")
    with Store.open(Settings.load().store_url) as store:
        keep_file(store, run_id, file, by="Ann")
    (record_,) = file.records
    assert counts(run)["records"] == 14  # the twin counts by itself: nothing but its words makes it one
    assert record_.id in {entry["pmid"] for entry in json.loads(run("next", "--json"))["records"][:7]}
    said = decide(run, record_.id, "exclude", "--words", "a trial of zinc")
    assert said.startswith(f"{record_.id}: exclude by Ann")
    assert run("export", str(tmp_path / "all.csv")).startswith("14 records written")
    assert run("import", str(tmp_path / "all.csv")) == "0 decisions kept; 1 stood already.\n"


def test_a_run_without_records_says_what_to_do(run_id: str) -> None:
    with Store.open(Settings.load().store_url) as store:
        empty = store.create_run(identity_key="e", request=Request(question=QUESTION), settings={}, by="Ann")
    with pytest.raises(EvidenceError, match="evidence resume"):
        CliRunner().invoke(evidence, ["screen", "status", empty.id], catch_exceptions=False)


def test_a_name_is_erased_from_decisions_and_the_chain_stays_valid(run: Run, run_id: str) -> None:
    decide(run, ZINC[0], "include")
    with Store.open(Settings.load().store_url) as store:
        store.forget_person("Ann", by="Ben")
        (entry,) = store.screening(run_id)
        assert entry.by.startswith("erased person")
        assert entry.decision is not None
        assert entry.decision.by == entry.by
        assert store.verify_chain().valid
