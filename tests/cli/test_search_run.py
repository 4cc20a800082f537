"""`evidence search`: a question or a strategy in, records and the evidence search report out, without a language model."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.search_ledger import SearchLedger
from reporting.prisma_flow import flow_of
from tests.cli.searching import Command

QUESTION = "Do oral cholera vaccines prevent cholera at two years compared with placebo?"
LINES = "#1 cholera[tiab]\n#2 vaccin*[tiab]\n#3 #1 AND #2"


@pytest.fixture
def command(tmp_path: Path, demonstration_mirror: str) -> Command:
    return Command(tmp_path / "home", demonstration_mirror)


def test_a_question_becomes_a_report(command: Command, tmp_path: Path) -> None:
    places = [tmp_path / f"report.{kind}" for kind in ("docx", "html", "md")]
    reports = [word for place in places for word in ("--report", str(place))]
    ended = command.run("search", QUESTION, "--known", "90000001", *reports, "--json", "--quiet")
    assert ended.refused == ""
    answer = ended.answer
    assert answer["documents"] == {place.suffix[1:]: str(place) for place in places}
    assert all(place.stat().st_size > 1000 for place in places)
    ledger = SearchLedger.model_validate(command.run("show", answer["id"], "--json").answer)
    flow_of(ledger)
    assert (ledger.model, ledger.search.proposed_by) == ("", "rules")
    assert ledger.protocol is not None
    assert ledger.search.counts.identified == len(ledger.search.pmids) > 5
    assert set(ledger.ranked) == {citation.pmid for citation in ledger.citations if citation.use == "left"}
    assert ledger.search.known_found == ("90000001",)
    assert answer["id"] in command.run("runs").out


def test_a_strategy_is_run_as_it_is(command: Command, tmp_path: Path) -> None:
    saved = tmp_path / "saved.txt"
    first = command.run(
        "search", LINES, "--question", "Cholera vaccines", "--save-strategy", str(saved), "--json", "--quiet"
    ).answer
    assert first["strategy"] == LINES
    assert saved.read_text(encoding="utf-8") == f"{LINES}\n"
    again = command.run("search", str(saved), "--json", "--quiet").answer
    assert (again["strategy"], again["counts"]) == (first["strategy"], first["counts"])
    query = "(cholera[tiab] OR Vibrio[tiab])  AND vaccin*[tiab]"
    assert command.run("search", query, "--json", "--quiet").answer["strategy"] == f"#1 {query}"


def test_red_flags_and_the_translation_are_shown(command: Command) -> None:
    out = command.run("search", "#1 cholera[tiab]\n#2 zzyzxqq[mh]\n#3 vaccin*[tiab]\n#4 #1 OR #2", "--quiet").out
    assert "RED FLAGS" in out
    assert "zzyzxqq" in out.split("RED FLAGS")[1]
    assert "THE SOURCE READS THE LAST LINE AS" in out
    assert "the last line does not rest on #3" in out
    assert "no language model" in out


def test_a_plan_fetches_nothing(command: Command, tmp_path: Path) -> None:
    saved = tmp_path / "plan.txt"
    plan = command.run(
        "search", QUESTION, "--plan", "--since", "1999", "--save-strategy", str(saved), "--json", "--quiet"
    ).answer
    assert plan["strategy"].endswith("1999/01/01:3000[dp]")
    assert saved.read_text(encoding="utf-8").strip() == plan["strategy"]
    assert [line["number"] for line in plan["lines"]] == list(range(1, len(plan["lines"]) + 1))
    assert command.run("runs", "--json").answer == []


def test_nothing_found_is_a_report_too(command: Command, tmp_path: Path) -> None:
    answer = command.run("search", "zzyzxqq[tiab]", "--report", str(tmp_path / "nothing.md"), "--json", "--quiet").answer
    assert answer["counts"]["identified"] == 0
    assert "No record matches" in (tmp_path / "nothing.md").read_text(encoding="utf-8")


def test_a_cap_above_what_is_found_caps_nothing(command: Command) -> None:
    capped = command.run("search", "cholera[tiab]", "--max-records", "2", "--json", "--quiet").answer
    assert (capped["counts"]["retrieved"], capped["counts"]["identified"] > 2) == (2, True)
    whole = command.run("search", "cholera[tiab]", "--max-records", "10000", "--json", "--quiet").answer
    ledger = SearchLedger.model_validate(command.run("show", whole["id"], "--json").answer)
    assert ledger.search.limited_to is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hello",), "too short to search for"),
        (("nowhere.txt",), "There is no file nowhere.txt"),
        (("cholera[tiab] AND",), "at the arrow"),
        (("cholera[tiab]", "--since", "2000"), "run as it is written"),
        ((QUESTION, "--report", "report.pdf"), "end the file's name with .docx, .html, .md"),
        (("The patient's NHS number is 943 476 5919, does aspirin help her?",), "NHS number"),
    ],
)
def test_what_cannot_be_searched_is_refused_before_anything_is_sent(
    command: Command, arguments: tuple[str, ...], said: str
) -> None:
    ended = command.run("search", *arguments, "--quiet")
    assert said in ended.refused
    assert command.run("runs", "--json").answer == []


def test_a_search_that_was_stopped_goes_on(command: Command) -> None:
    first = command.run("search", LINES, "--json", "--quiet").answer
    resumed = command.run("resume", first["id"], "--json", "--quiet").answer
    assert resumed == first


def test_imported_records_enter_the_report_written_anew(command: Command, tmp_path: Path) -> None:
    run_id = command.run("search", LINES, "--json", "--quiet").answer["id"]
    ris = "TY  - JOUR\nTI  - A cholera vaccine trial that only Embase has\nAU  - Doe, J\nPY  - 2011\nER  - \n"
    (tmp_path / "embase.ris").write_text(ris, encoding="utf-8")
    assert command.run("search", "import", run_id, str(tmp_path / "embase.ris"), "--database", "Embase").refused == ""
    place = tmp_path / "again.md"
    answer = command.run("search", "report", run_id, str(place), "--contact", "The Library, ext. 1", "--json").answer
    assert answer["documents"]["md"] == str(place)
    report = place.read_text(encoding="utf-8")
    assert "Embase" in report
    assert "The Library, ext. 1" in report
    ledger = SearchLedger.model_validate(command.run("show", run_id, "--json").answer)
    assert [(source.name, source.records) for source in ledger.other_sources] == [("Embase", 1)]
    assert flow_of(ledger).identified == ledger.search.counts.identified + 1


def test_a_report_of_a_run_that_fetched_nothing_is_refused(command: Command, tmp_path: Path) -> None:
    assert "No run has the id" in command.run("search", "report", "20200101-000000", str(tmp_path / "x.md")).refused
    assert "end the file's name" in command.run("search", "report", "20200101-000000", str(tmp_path / "x.pdf")).refused
