from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.search import search
from evidence.errors import InvalidInput, QuerySyntaxError

STRATEGY = '1. "Asthma"[mh] OR wheez*[tiab]\n2. "hip pain"[tiab:~2]\n3. #1 AND #2\n'


def run(*arguments: str, given: str | None = None) -> str:
    result = CliRunner().invoke(search, ["translate", *arguments], input=given, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def fault(*arguments: str, given: str | None = None) -> BaseException:
    result = CliRunner().invoke(search, ["translate", *arguments], input=given)
    assert result.exception is not None
    return result.exception


def test_text_to_paste_and_what_to_check() -> None:
    output = run("-", "--to", "ovid-medline,embase", given=STRATEGY)
    assert "MEDLINE (Ovid)\n==============" in output
    assert "1  exp Asthma/ or wheez*.ti,ab,kf." in output
    assert "1  (Asthma.mp. or wheez*.ti,ab,kf.)" not in output
    assert "Headings to look up in Emtree\n  - Asthma" in output
    assert "CINAHL" not in output


def test_every_platform_by_default() -> None:
    output = run("-", given=STRATEGY)
    for name in ("MEDLINE", "Embase", "Emcare", "HMIC", "APA PsycInfo", "CINAHL", "Cochrane Library"):
        assert name in output


def test_json_keeps_the_line_numbers() -> None:
    entries = json.loads(run("-", "--to", "cochrane", "--json", given=STRATEGY))
    assert [entry["platform"] for entry in entries] == ["cochrane"]
    assert [(line["number"], line["text"]) for line in entries[0]["lines"]][2] == (3, "#1 AND #2")


def test_ovid_to_pubmed_from_a_file(tmp_path: Path) -> None:
    given, out = tmp_path / "ovid.txt", tmp_path / "pubmed.txt"
    given.write_text("1. exp Asthma/ (123)\n2. wheez$.ti,ab. (45)\n3. or/1-2 (150)\n", encoding="utf-8-sig")
    assert run(str(given), "--to", "pubmed", "--out", str(out)) == f"Written to {out}.\n"
    written = out.read_text(encoding="utf-8")
    assert '1  "Asthma"[mh]\n2  wheez*[tiab]\n3  #1 OR #2\n' in written


@pytest.mark.parametrize(
    ("arguments", "given", "kind", "words"),
    [
        (("-", "--to", "scopus"), STRATEGY, InvalidInput, "no platform 'scopus'"),
        (("-", "--to", ","), STRATEGY, InvalidInput, "names no platform"),
        (("-", "--to", "pubmed"), STRATEGY, InvalidInput, "for PubMed already"),
        (("-", "--to", "embase"), "exp Asthma/", InvalidInput, "--to pubmed"),
        (("-",), "1. (asthma[mh]", QuerySyntaxError, "Line 1 of the strategy"),
        (("-",), "exp Asthma/ or", QuerySyntaxError, "Line 1 of the Ovid strategy"),
        (("-",), "", InvalidInput, "no line"),
        (("-",), "a" * 1_000_001, InvalidInput, "longer than"),
        (("-", "--out", "/nowhere/at/all.txt"), STRATEGY, InvalidInput, "cannot be written"),
    ],
)
def test_faults_are_one_sentence(arguments: tuple[str, ...], given: str, kind: type[InvalidInput], words: str) -> None:
    found = fault(*arguments, given=given)
    assert isinstance(found, kind)
    assert words in found.message
    assert found.message.count("\n") == 0


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "strategy.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xff\xfe")
    found = fault(str(path))
    assert isinstance(found, InvalidInput)
    assert "UTF-8" in found.message
