"""`evidence export`: documents of what was signed, one sentence for what was not; and the sample in docs/ made again."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from lxml import etree

from tests.support.evidence_command import Ended, Evidence
from tests.support.world import QUESTION, World

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "dossier.docx"
_CHANGING = (
    (r"\d{1,2} [A-Z][a-z]+ 20\d\d(, \d\d:\d\d UTC)?", "DATE"),
    (r"20\d{6}-[0-9a-f]{6}", "RUN"),
    (r"\b[0-9a-f]{12,64}\b", "HASH"),
    (r"127\.0\.0\.1:\d+", "PLACE"),
    (r"Evidence Ledger \d+\.\d+\.\d+|rules of \d+\.\d+\.\d+", "TOOL"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Evidence:
    evidence = world.evidence(tmp_path_factory.mktemp("export"))
    return evidence.with_environment(EVIDENCE_REQUESTS_PER_SECOND="500")


@pytest.fixture(scope="module")
def signed(home: Evidence, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """The demonstration's sample: asked, signed and written."""
    folder = tmp_path_factory.mktemp("sample")
    return home.run("demo", "--signed", str(folder), "--json", "--quiet"), folder


def words_of(content: bytes) -> list[str]:
    """Every paragraph of a Word document, footnotes and all, without what changes from day to day."""
    found = []
    with zipfile.ZipFile(BytesIO(content)) as file:
        for name in ("word/document.xml", "word/footnotes.xml", "word/header1.xml", "word/footer1.xml"):
            for paragraph in etree.fromstring(file.read(name)).iter(qn("w:p")):
                text = "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
                for pattern, name_of in _CHANGING:
                    text = re.sub(pattern, name_of, text)
                found.append(text)
    return found


def test_the_sample_in_docs_is_made_again_word_for_word(signed: tuple[Ended, Path]) -> None:
    ended, folder = signed
    assert ended.code == 0, ended.err
    assert words_of((folder / "dossier.docx").read_bytes()) == words_of(SAMPLE.read_bytes())


def test_what_was_signed_is_exported_and_noted(home: Evidence, signed: tuple[Ended, Path], tmp_path: Path) -> None:
    run = signed[0].answer["id"]
    own = home.with_environment(EVIDENCE_LIBKEY_LIBRARY="222", EVIDENCE_LINK_RESOLVER="https://resolver.example/x")
    ended = own.run("export", run, "--for", "summary,references", "--format", "html,ris", "--out", str(tmp_path), "--json")
    assert ended.code == 0, ended.err
    names = {f"summary-{run}-v1.html", f"references-{run}-v1.ris"}
    assert {Path(place).name for place in ended.answer["files"]} == names == {place.name for place in tmp_path.iterdir()}
    page = (tmp_path / f"summary-{run}-v1.html").read_text(encoding="utf-8")
    assert "looked at again on" in page
    assert "https://libkey.io/libraries/222/" in page
    assert "https://resolver.example/x?url_ver=Z39.88-2004" in page
    assert "documents exported" in home.run("history", run).out


def test_offline_is_said_in_the_document(home: Evidence, signed: tuple[Ended, Path], tmp_path: Path) -> None:
    run = signed[0].answer["id"]
    assert home.run("export", run, "--for", "board", "--format", "md", "--out", str(tmp_path), "--offline").code == 0
    (place,) = tmp_path.iterdir()
    assert "The sources' standing was not looked at again" in place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--version", "9"], "Version 9 of run .* is not signed, so there is nothing to export"),
        (["--for", "poster"], "--for 'poster' is no document: choose of summary, dossier"),
        (["--format", "ris"], "--format 'ris' does not go with --for summary: choose of docx"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(
    home: Evidence, signed: tuple[Ended, Path], arguments: list[str], sentence: str
) -> None:
    ended = home.run("export", signed[0].answer["id"], *arguments)
    assert ended.code == 2
    assert re.search(sentence, " ".join(ended.complaints))


def test_a_run_that_nobody_signed_is_refused(home: Evidence, world: World, signed: tuple[Ended, Path], tmp_path: Path) -> None:
    asked = home.with_environment(EVIDENCE_SOURCE=world.mirror, EVIDENCE_MODEL="extractive").run("ask", QUESTION, "--json")
    ended = home.run("export", asked.answer["id"], "--out", str(tmp_path / "none"))
    assert ended.code == 2
    assert "is not signed, so there is nothing to export: review and sign it with `evidence serve`" in ended.err
    assert not (tmp_path / "none").exists()
