"""Names, titles and abstracts full of markup, formulas and turned text stay text in every document."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pypdf
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from reporting.export import FORMATS
from reporting.references.sheets import Sheet, as_csv, as_xlsx
from tests.reporting.sample import HOSTILE
from tests.reporting.summary.opening import css, csv_rows, made, page, pdf_text, read_text, word_parts, workbook
from tests.reporting.summary.signed_sample import EDITION, hostile_signed

SIGNED = hostile_signed()
PEOPLE = [document for document, formats in FORMATS.items() if "docx" in formats]
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
FORMULAS = ('=HYPERLINK("http://evil.example";"x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", "|calc", "%0A=1")


@pytest.mark.parametrize("document", PEOPLE)
def test_a_page_obeys_nothing(document: str) -> None:
    tree = page(made(SIGNED, document, "html"))
    assert not tree.xpath("//script | //img | //iframe | //object | //*[@onerror or @onclick or @src]")
    addresses = [link.get("href") for link in tree.xpath("//a")]
    assert not [address for address in addresses if not address.startswith(("#", "http://127.0.0.1", "https://"))]
    assert not [address for address in addresses if "evil.example" in address.split("?")[0]]
    assert not UNSEEN.search(tree.text_content())
    assert "<script>alert(1)</script>" in tree.text_content()
    assert "[U+202E]gnp.exe" in tree.text_content()


@pytest.mark.parametrize("document", PEOPLE)
def test_a_word_document_is_sound_xml_and_links_nowhere_else(document: str) -> None:
    parts = word_parts(made(SIGNED, document, "docx"))
    for name, part in parts.items():
        assert not UNSEEN.search("".join(part.itertext())), name
        for target in part.xpath("//*[local-name()='Relationship' and @TargetMode='External']/@Target"):
            assert target.startswith(("http://127.0.0.1", "https://")), target
    assert "alert(1)" in "".join(parts["word/document.xml"].itertext())


@pytest.mark.parametrize("document", PEOPLE)
def test_a_pdf_links_nowhere_else_and_shows_the_text(document: str) -> None:
    content = made(SIGNED, document, "pdf")
    assert "alert(1)" in pdf_text(content)
    assert b"/JavaScript" not in content
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    links = [note.get_object().get("/A", {}).get("/URI") for sheet in pages for note in sheet.get("/Annots", ())]
    addresses = [address for address in links if address]
    assert addresses
    assert not [address for address in addresses if not address.startswith(("http://127.0.0.1", "https://"))]
    assert not [address for address in addresses if "evil.example" in address.split("?")[0]]


@pytest.mark.parametrize("document", PEOPLE)
def test_markdown_has_no_link_picture_or_html_of_theirs(document: str) -> None:
    tokens: list[Any] = READER.parse(made(SIGNED, document, "md").decode())
    flat = [child for token in tokens for child in (token, *(token.children or []))]
    assert not [token for token in flat if token.type in {"image", "html_inline", "html_block"}]
    links = [str(token.attrGet("href")) for token in flat if token.type == "link_open"]
    assert not [link for link in links if not link.startswith(("http://127.0.0.1", "https://"))]


@pytest.mark.parametrize("document", PEOPLE)
def test_json_is_sound_and_hides_nothing(document: str) -> None:
    text = made(SIGNED, document, "json").decode()
    assert json.loads(text)
    assert not UNSEEN.search(text)


def test_a_rewording_with_a_formula_is_text_or_not_used() -> None:
    text = read_text(made(SIGNED, "plain", "html"), "html")
    assert "=1+1" not in text or "was not used" in text


@pytest.mark.parametrize("document", ["matrix", "full-texts"])
def test_no_cell_of_a_spreadsheet_is_a_formula(document: str) -> None:
    book = workbook(made(SIGNED, document, "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
    for row in csv_rows(made(SIGNED, document, "csv")):
        assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text_in_csv_and_xlsx(formula: str) -> None:
    sheet = Sheet("Name", formula, (("A", 10),), ((formula,),))
    (row,) = csv_rows(as_csv(sheet).encode())
    assert row["A"].startswith(("'", "[U+000D]"))
    book = workbook(as_xlsx([sheet], title=formula, made_at=EDITION.made_at))
    cell = book["Name"]["A3"]
    assert cell.data_type == "s"
    assert cell.value == formula.replace("\r", "[U+000D]").strip()
    assert cell.quotePrefix


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_text_makes_a_workbook_that_opens(texts: list[str]) -> None:
    sheet = Sheet("Any", texts[0], (("A", 10),), tuple((text,) for text in texts))
    content = as_xlsx([sheet], title=texts[0], made_at=EDITION.made_at)
    book = workbook(content)
    assert book["Any"].max_row >= 2
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            etree.fromstring(file.read(name))
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")
    assert len(csv_rows(as_csv(sheet).encode("utf-8", "surrogatepass"))) == len(texts)


def test_references_of_hostile_records_hold_one_record_each() -> None:
    cited = {support.pmid for claim in SIGNED.content.standing for support in claim.claim.support}
    assert len(rispy.loads(made(SIGNED, "references", "ris").decode())) == len(cited)
    assert len(json.loads(made(SIGNED, "references", "csl.json"))) == len(cited)


def test_outside_text_says_its_own_direction() -> None:
    tree = page(made(SIGNED, "summary", "html"))
    assert css(tree, "h1")[0].get("dir") == "auto"
    assert {item.get("dir") for item in css(tree, "main li") if HOSTILE[:10] in item.text_content() and item.get("dir")} == {
        "auto"
    }
