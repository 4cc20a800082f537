"""The Word report: real headings, lists, tables and links; UK English; sound XML whatever the text says."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from evidence.search_ledger import SearchLedger
from reporting.search_report import build_search_report, render_search_report, write_search_report
from tests.reporting.sample import QUESTION
from tests.reporting.search_sample import STRATEGY, hostile_search, many_records, nothing_found, screened_ledger, search_ledger

WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def opened(ledger: SearchLedger) -> Document:
    return docx.Document(io.BytesIO(render_search_report(ledger, ".docx")))


def body(document: Document) -> Any:
    return document.element.body


def test_headings_lists_and_captions_have_their_styles() -> None:
    document = opened(search_ledger())
    report = build_search_report(search_ledger())
    headings = [part.text for part in document.paragraphs if part.style is not None and part.style.name == "Heading 1"]
    assert headings == [section.title for section in report.sections]
    below = [part.text for part in document.paragraphs if part.style is not None and part.style.name == "Heading 2"]
    assert below == [part.title for section in report.sections for part in section.sections]
    styles = {part.style.name for part in document.paragraphs if part.style is not None}
    assert {
        "Title",
        "Subtitle",
        "Caption",
        "List Number",
        "List Continue",
        "List Bullet",
        "List Bullet 2",
        "Strategy",
    } <= styles


def test_each_kind_counts_from_one() -> None:
    document = opened(search_ledger())
    used: list[int] = [
        int(part._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val")))
        for part in document.paragraphs
        if part.style is not None and part.style.name == "List Number"
    ]
    numbering = document.part.numbering_part.element
    restarts = {
        int(one.get(qn("w:numId"))): one.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val"))
        for one in numbering.findall(qn("w:num"))
        if one.find(qn("w:lvlOverride")) is not None
    }
    assert {restarts[number] for number in used} == {"1"}
    assert len(set(used)) == sum(
        part.id.startswith("type-") for part in build_search_report(search_ledger()).sections[1].sections
    )


def test_tables_repeat_their_header_and_break_no_row() -> None:
    document = opened(search_ledger())
    assert len(document.tables) == 6
    for table in document.tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(widths) <= 9638


def test_links_are_links() -> None:
    document = opened(search_ledger())
    targets = {relation.target_ref for relation in document.part.rels.values() if relation.reltype.endswith("/hyperlink")}
    assert "https://doi.org/10.9999/brill.1" in targets
    ids = {link.get(qn("r:id")) for link in body(document).iter(qn("w:hyperlink"))} - {None}
    assert ids == {key for key, relation in document.part.rels.items() if relation.reltype.endswith("/hyperlink")}
    anchors = {link.get(qn("w:anchor")) for link in body(document).iter(qn("w:hyperlink"))} - {None}
    assert anchors
    assert anchors <= {mark.get(qn("w:name")) for mark in body(document).iter(qn("w:bookmarkStart"))}


def test_strategy_stands_line_by_line() -> None:
    lines = [
        part.text for part in opened(search_ledger()).paragraphs if part.style is not None and part.style.name == "Strategy"
    ]
    assert "\n".join(lines).startswith(STRATEGY)


def test_marking_page_number_language_and_properties() -> None:
    document = opened(search_ledger())
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "DRAFT, NOT SIGNED"
    footer = section.footer.paragraphs[0]
    assert "DRAFT, NOT SIGNED" in footer.text
    assert [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    about = document.core_properties
    assert (about.title, about.language, about.subject) == (QUESTION, "en-GB", "Evidence search report")
    assert about.created is not None
    assert about.created.year == 2026


def test_flow_is_a_drawing_with_real_text_and_an_alternative() -> None:
    document = opened(screened_ledger())
    boxes = [" ".join(box.itertext()).replace("\xa0", " ") for box in body(document).iter(f"{WPS}txbx")]
    assert any("Records screened by a person (n = 6)" in box for box in boxes)
    described = next(body(document).iter(f"{WP}docPr")).get("descr")
    assert "Records screened by a person: 6" in described


@pytest.mark.parametrize("make", [search_ledger, screened_ledger, nothing_found, hostile_search])
def test_every_part_is_sound_and_keeps_words_word_cannot(make: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(render_search_report(make(), ".docx"))) as file:
        assert file.testzip() is None
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(file.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
        text = file.read("word/document.xml").decode()
    ids = re.findall(r'<w:bookmarkStart w:id="(\d+)"', text)
    assert len(ids) == len(set(ids))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_hostile_addresses_become_no_link() -> None:
    document = opened(hostile_search())
    targets = [relation.target_ref for relation in document.part.rels.values() if relation.reltype.endswith("/hyperlink")]
    assert targets
    assert all(re.match(r"https://(pubmed\.ncbi|pmc\.ncbi|doi\.org)", target) for target in targets)


def test_a_thousand_records_take_seconds_in_all_formats() -> None:
    ledger = many_records(1_000)
    started = time.process_time()
    sizes = [len(render_search_report(ledger, suffix)) for suffix in (".md", ".html", ".docx")]
    assert time.process_time() - started < 5
    assert min(sizes) > 50_000


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine: install `libreoffice-writer-nogui` to open the Word report with it")
    path = write_search_report(hostile_search(), tmp_path / "report.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "report.pdf").stat().st_size > 10_000
