from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.search import search
from evidence.errors import InvalidInput, NotConfigured

FAULTY = "#1 oral cholera vaccine*[tiab]\n#2 (children OR infants)[tiab]\n#3 #1 AND #2 and humans[mh]\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENCE_HOME", str(tmp_path / "home"))
    for name in ("EVIDENCE_EMAIL", "EVIDENCE_SOURCE"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(search, ["check", *arguments], input=given)


def as_json(*arguments: str, given: str | None = None) -> Any:
    result = run("--json", *arguments, given=given)
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)


def test_findings_are_a_result_with_a_caret_under_the_place(tmp_path: Path) -> None:
    file = tmp_path / "strategy.txt"
    file.write_text(FAULTY, encoding="utf-8")
    result = run(str(file))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    shown = lines.index("      #2 (children OR infants)[tiab]")
    assert lines[shown + 1].index("^^^^^^") == lines[shown].index("[tiab]")
    assert "revision required" in result.stdout
    assert "not PRESS peer review" in " ".join(result.stdout.split())
    assert "Translation of the research question: nothing found" in result.stdout


def test_standard_input_a_query_and_json_say_the_same(tmp_path: Path) -> None:
    assert as_json("-", given=FAULTY) == as_json(FAULTY)
    report = as_json("-", given=FAULTY)
    assert report["result"] == "revision required"
    assert {finding["rule"] for finding in report["findings"]} >= {"tag-on-group", "lower-case-operator", "humans-limit"}
    assert len(report["counts"]) == 6


def test_a_long_line_is_shown_around_the_place() -> None:
    line = " OR ".join([f"word{n}[tiab]" for n in range(60)] + ["ab*[tiab]"] + [f"last{n}[tiab]" for n in range(60)])
    lines = run(line).stdout.splitlines()
    shown = next(place for place, text in enumerate(lines) if "(short-truncation)" in text) + 1
    assert len(lines[shown]) <= 120
    caret = lines[shown + 1]
    assert lines[shown][caret.index("^") : caret.rindex("^") + 1] == "ab*"


def test_many_of_a_kind_are_summed_up_unless_all_are_wanted() -> None:
    line = " OR ".join(f"word{n}" for n in range(9))
    assert "… and 6 more of this kind (untagged-term)" in run(line).stdout
    assert run(line, "--all").stdout.count("(untagged-term)") == 9


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in run("stroke[tiab] AND \x1b[31m red*[tiba]\x07").stdout.replace("\x1b[0m", "")


def test_the_question_is_compared() -> None:
    report = as_json("cholera[tiab]", "--question", "Does exercise reduce fatigue in people with anaemia?")
    assert {f["rule"] for f in report["findings"]} >= {"element-not-searched"}


def test_headings_are_looked_up_in_the_loaded_file(tmp_path: Path) -> None:
    from connectors.mesh import load_mesh

    table = tmp_path / "mesh.tsv"
    table.write_text("D002771\tCholera\tCholera Infection\tC01.1\t\nD014612\tVaccines\tVaccine\tD20.215\t\n", encoding="utf-8")
    load_mesh(tmp_path / "home" / "mirror" / "mesh", table)
    (finding,) = [f for f in as_json('"Chollera"[mh] OR cholera[tiab]')["findings"] if f["rule"] == "unknown-heading"]
    assert finding["suggestion"] == '"Cholera"[mh]'


def test_lines_are_counted_at_the_source(demonstration_mirror: str) -> None:
    report = as_json(
        "#1 cholera[tiab]\n#2 zzyzxq[tiab]\n#3 #1 OR #2\n#4 (broken[tiab]\n#5 #3 OR #4", "--source", demonstration_mirror
    )
    counts = [line["count"] for line in report["lines"]]
    assert counts[0] == counts[2] > 0
    assert counts[1] == 0
    assert counts[3:] == [None, None]
    assert [f["line"] for f in report["findings"] if f["rule"] == "line-without-hits"] == [2]
    assert report["source"]


@pytest.mark.parametrize(
    ("arguments", "given", "kind"),
    [
        (("no-such-file.txt",), None, InvalidInput),
        (("-",), "", InvalidInput),
        (("stroke[tiab]", "--question", " "), None, InvalidInput),
        (("stroke[tiab]", "--counts"), None, NotConfigured),
    ],
)
def test_what_cannot_be_checked(arguments: tuple[str, ...], given: str | None, kind: type[Exception]) -> None:
    result = run(*arguments, given=given)
    assert isinstance(result.exception, kind)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "strategy.docx"
    file.write_bytes(b"PK\x03\x04\x00\x00\x81")
    assert isinstance(run(str(file)).exception, InvalidInput)
