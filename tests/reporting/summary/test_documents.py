"""What the documents say, and that each sentence leads to its words."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pypdf
import pytest
from docx.oxml.ns import qn

from evidence.base import canonical_json
from evidence.prisma import FullTextDecision
from evidence.review import SignedSummary
from reporting.export import FORMATS
from reporting.summary.agree import ITEMS
from reporting.summary.appraisal import CANNOT
from reporting.summary.etd import CRITERIA, DECISIONS
from tests.reporting.sample import empty_ledger, nothing_passed_ledger
from tests.reporting.summary.opening import css, csv_rows, made, page, pdf_text, read_text, word_parts, word_text, workbook
from tests.reporting.summary.signed_sample import NAME, content_of, rating, sign, signed_sample

READ = ("html", "docx", "pdf", "md", "json")
PEOPLE = [document for document, formats in FORMATS.items() if "docx" in formats]


@pytest.fixture(scope="module")
def signed() -> SignedSummary:
    return signed_sample()


@pytest.mark.parametrize("document", PEOPLE)
def test_line_one_says_what_was_read(document: str, signed: SignedSummary) -> None:
    assert made(signed, document, "md").decode().splitlines()[0] == "Abstracts only"
    assert made(signed, document, "json").decode().splitlines()[0] == '{ "read_from": "Abstracts only",'
    assert docx.Document(io.BytesIO(made(signed, document, "docx"))).paragraphs[0].text == "Abstracts only"
    assert css(page(made(signed, document, "html")), "header .marking .read-from")[0].text == "Abstracts only"
    first = pdf_text(made(signed, document, "pdf")).splitlines()
    assert "Abstracts only" in first[:3]  # after the marking in the page's head


@pytest.mark.parametrize("document", PEOPLE)
@pytest.mark.parametrize("file_format", READ)
def test_the_name_under_it_stands_in_every_format(document: str, file_format: str, signed: SignedSummary) -> None:
    content = made(signed, document, file_format)
    text = content.decode() if file_format in {"md", "json"} else read_text(content, file_format)
    assert "DRAFT" not in read_text(content, file_format)
    assert f"Signed by {NAME}, clinical librarian, 4 November 2026, 10:30 UTC, version 1" in re.sub(r"\\(.)", r"\1", text)


def test_full_texts_read_are_named_with_who_read_them() -> None:
    read = FullTextDecision(pmid="90000001", outcome="included", by="Bo Lind", on=date(2026, 11, 4))
    sought = FullTextDecision(pmid="90000002", outcome="not retrieved", reason="Not held.", by="Bo Lind", on=date(2026, 11, 4))
    lines = made(signed_sample(full_texts=(read, sought)), "clinician", "md").decode().splitlines()
    assert (
        lines[0] == "Full texts read: Adeyemi 2011, PMID 90000001 (4 November 2026) by Bo Lind. "
        "All other records: abstracts only"
    )


def test_every_statement_leads_to_its_quote_and_its_record_on_the_page(signed: SignedSummary) -> None:
    tree = page(made(signed, "summary", "html"))
    records = {record.pmid: record for record in signed.content.ledger.citations}
    for claim in signed.content.standing:
        (item, *_) = (one for one in css(tree, "li") if one.text_content().startswith(claim.text))
        places = [link.get("href").lstrip("#") for link in css(item, "sup a")]
        assert len(places) == len(claim.claim.support)
        for place, support in zip(places, claim.claim.support, strict=True):
            number = tree.get_element_by_id(place)
            marks = [one for one in number.itersiblings() if one.tag == "mark"]
            quoted = "".join(mark.text_content() for mark in marks)[: len(support.quote)]
            start, end = support.start, support.end
            assert quoted == records[support.pmid].abstract_text[start:end][: len(support.quote)]
            article = number.xpath("ancestor::article")[0]
            assert support.pmid in css(article, "h3")[0].text_content()
            addresses = [link.get("href") for link in css(article, "a")]
            assert records[support.pmid].url in addresses


def test_a_record_on_the_page_is_its_whole_abstract(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    abstracts = {record.pmid: record.abstract_text for record in signed.content.ledger.citations}
    for article in css(tree, "article.record"):
        shown = css(article, ".abstract")[0]
        for number in css(shown, ".quote-number"):
            number.text = ""
        assert shown.text_content() in abstracts.values()


def test_the_page_needs_nothing_from_outside(signed: SignedSummary) -> None:
    for document in PEOPLE:
        tree = page(made(signed, document, "html"))
        assert not tree.xpath("//script | //link | //img | //iframe | //*[@src]")
        ids = [element.get("id") for element in tree.xpath("//*[@id]")]
        assert len(ids) == len(set(ids))
        assert {link.get("href")[1:] for link in tree.xpath("//a[starts-with(@href, '#')]")} <= set(ids)


def test_word_has_real_headings_tables_and_footnotes(signed: SignedSummary) -> None:
    content = made(signed, "summary", "docx")
    document = docx.Document(io.BytesIO(content))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    assert styles.count("Heading 1") == 14
    assert "Heading 2" in styles
    assert all(table._tbl.xpath("w:tr[1]/w:trPr/w:tblHeader") for table in document.tables)
    parts = word_parts(content)
    notes = {note.get(qn("w:id")): note for note in parts["word/footnotes.xml"].findall(qn("w:footnote"))}
    cited = [mark.get(qn("w:id")) for mark in parts["word/document.xml"].iter(qn("w:footnoteReference"))]
    assert len(cited) == len(set(cited))
    assert set(cited) == set(notes) - {"-1", "0"}
    links = {one.get("Id"): one.get("Target") for one in parts["word/_rels/footnotes.xml.rels"]}
    for claim in signed.content.standing:
        for support in claim.claim.support:
            (note, *_) = (one for one in notes.values() if f"“{support.quote}”" in "".join(one.itertext()))
            assert f"PMID {support.pmid}" in "".join(note.itertext())
            (link,) = note.iter(qn("w:hyperlink"))
            assert links[link.get(qn("r:id"))] == f"http://127.0.0.1:8765/record/{support.pmid}/"


def test_a_note_cited_again_points_at_its_first_mark(signed: SignedSummary) -> None:
    parts = word_parts(made(signed, "summary", "docx"))
    body = parts["word/document.xml"]
    fields = [one.get(qn("w:instr")).split()[1] for one in body.iter(qn("w:fldSimple")) if "NOTEREF" in one.get(qn("w:instr"))]
    names = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert fields  # b1 and c1 rest on the same words
    assert set(fields) <= names


@pytest.mark.parametrize("document", PEOPLE)
def test_the_pdf_is_tagged_and_says_that_it_keeps_to_pdf_ua(document: str, signed: SignedSummary) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made(signed, document, "pdf")))
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == signed.content.ledger.question


def test_the_pdf_carries_the_quotes_and_links(signed: SignedSummary) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(made(signed, "summary", "pdf")))
    links = {
        annotation.get_object()["/A"]["/URI"]
        for sheet in pdf.pages
        for annotation in sheet.get("/Annots", [])
        if "/URI" in annotation.get_object().get("/A", {})
    }
    text = "".join(pdf_text(made(signed, "summary", "pdf")).split())
    for claim in signed.content.standing:
        for support in claim.claim.support:
            assert f"http://127.0.0.1:8765/record/{support.pmid}/" in links
            assert "".join(support.quote.split()) in text


def test_json_holds_what_was_signed_and_its_hash_can_be_checked_by_a_stranger(signed: SignedSummary) -> None:
    whole = json.loads(made(signed, "summary", "json"))
    assert hashlib.sha256(canonical_json(whole["signed"]).encode()).hexdigest() == whole["sign_off"]["content"]
    jsonschema.Draft202012Validator.check_schema(SignedSummary.model_json_schema())
    read = SignedSummary.model_validate({"content": whole["signed"], "sign_off": whole["sign_off"]})
    assert read == signed
    for statement in whole["statements"]:
        for support in statement["support"]:
            record = next(one for one in whole["signed"]["ledger"]["citations"] if one["pmid"] == support["pmid"])
            assert record["abstract_text"][support["start"] : support["end"]].startswith(support["quote"][:5])


def test_the_summary_has_its_parts_in_order(signed: SignedSummary) -> None:
    titles = [section["title"] for section in json.loads(made(signed, "summary", "json"))["document"]["sections"]]
    assert titles == [
        "Question", "What guidelines and point-of-care sources say", "Bottom line", "Findings by outcome", "Table of studies",
        "Equity and local fit", "What we do not know", "How we searched", "Limits", "Disclaimer",
        "Use of artificial intelligence", "Signature", "References", "Search appendix: the strategies as run",
    ]  # fmt: skip


def test_answers_found_first_lead_with_source_date_link_and_quote(signed: SignedSummary) -> None:
    tree = page(made(signed, "summary", "html"))
    (row,) = tree.xpath("//h2[@id='found']/following::table[1]/tbody/tr")
    assert row.xpath(".//a/@href") == ["https://bestpractice.example/tarnish"]
    text = " ".join(row.text_content().split())
    assert "“Brillamine is an option for adults.”" in text
    assert "1 June 2026" in text
    assert "3 November 2026, by Anna Smith" in text


def test_certainty_is_named_only_where_a_person_rated_it(signed: SignedSummary) -> None:
    unrated = read_text(made(signed, "summary", "md"), "md")
    assert unrated.count("Certainty: not rated.") == 4
    assert not re.search(r"Certainty: (High|Moderate|Low|Very low)", unrated)
    rated = read_text(made(signed_sample(ratings=(rating("nausea"),)), "summary", "md"), "md")
    assert rated.count("Certainty: not rated.") == 3
    assert "Certainty: Low (GRADE),** rated by Anna Smith on 4 November 2026, 10:30 UTC: Few people; one trial" in rated


def test_use_of_artificial_intelligence_is_disclosed_whole(signed: SignedSummary) -> None:
    text = read_text(made(signed, "summary", "html"), "html")
    made_by = signed.content.ledger.provenance
    for said in (made_by.tool_version, made_by.model.name, "extract_study version 1", "draft_summary version 2", "Screening",
                 "12 of 12 decided by a person", "may give other words", "3 November 2026, 09:15 UTC",
                 "1 of them failed"):  # fmt: skip
        assert said in text, said


def test_a_source_that_could_not_be_asked_again_is_said(signed: SignedSummary) -> None:
    from reporting.export import Edition, Recheck, export
    from tests.reporting.summary.signed_sample import EDITION

    unasked = Edition(made_at=EDITION.made_at, recheck=Recheck(why_not="PubMed did not answer"))
    for document in PEOPLE:
        if document != "full-texts":
            text = read_text(export(signed, document, "html", unasked).content, "html")
            assert "PubMed did not answer" in text, document


def test_judgement_cells_of_the_dossier_are_empty(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    rows = tree.xpath("//h2[@id='etd']/following::table[1]/tbody/tr")
    assert len(rows) == len(CRITERIA) == 12
    assert all(css(row, "td")[0].text_content().strip() for row in rows)
    assert not any(cell.text_content().strip() for row in rows for cell in css(row, "td")[1:])
    ends = tree.xpath("//h2[@id='etd']/following::table[2]/tbody/tr")
    assert len(ends) == len(DECISIONS)
    assert not any(css(row, "td")[0].text_content().strip() for row in ends)
    findings = tree.xpath("//h3[starts-with(@id,'sof-')]/following::table[1]/tbody/tr")
    assert findings
    assert not any(cell.text_content().strip() for row in findings for cell in css(row, "td")[-2:])


def test_findings_rows_hold_figures_only_where_the_quote_names_both_arms(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    rows = {
        css(row, "th")[0].text_content().split("[")[0]: [" ".join(td.text_content().split()) for td in css(row, "td")]
        for row in tree.xpath("//h3[starts-with(@id,'sof-')]/following::table[1]/tbody/tr")
    }
    nausea = rows["Nausea was reported by 31 of 206 with brillamine and 12 of 206 with placebo."]
    assert nausea[0].startswith("12 of 206[")
    assert nausea[1].startswith("31 of 206[")
    relapse = rows["Relapse within 60 days was similar in both groups."]
    assert relapse[:2] == ["not given in the quoted words"] * 2
    days = rows["Median time to recovery was 6.5 days with brillamine and 9.0 days with placebo."]
    assert days[2].startswith("hazard ratio 1.42, 95% CI 1.15 to 1.76[")


def test_appraisal_starts_as_cannot_be_judged(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    forms = tree.xpath("//h3[starts-with(@id,'appraisal-')]")
    assert [form.text_content().split(": ")[1] for form in forms] == [
        "RoB 2 (randomised trials)",
        "ROBINS-I (non-randomised studies of interventions)",
    ]
    for form in forms:
        for row in form.xpath("following::table[1]/tbody/tr"):
            words_at_hand, judgement, reason = (" ".join(cell.text_content().split()) for cell in css(row, "td"))
            assert judgement == CANNOT
            assert not reason
            assert words_at_hand
    first = forms[0].xpath("following::table[1]/tbody/tr[1]/td[1]")[0].text_content()
    assert "In this double-blind randomised trial, 412 adults" in first


def test_agree_fills_the_evidence_side_and_leaves_the_groups_items_blank(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    rows = tree.xpath("//h2[@id='agree']/following::table[1]/tbody/tr")
    assert len(rows) == sum(len(names) for _, names in ITEMS) == 23
    filled = [number for number, row in enumerate(rows, 1) if css(row, "td")[1].text_content().strip()]
    assert filled == [1, 2, 3, 7, 8, 9, 11, 12, 14, 20]
    assert not any(css(row, "td")[2].text_content().strip() for row in rows)


def test_the_flows_full_text_boxes_stay_empty_when_only_abstracts_were_read(signed: SignedSummary) -> None:
    tree = page(made(signed, "dossier", "html"))
    rows = dict(
        (css(row, "th")[0].text_content(), css(row, "td")[0].text_content())
        for row in tree.xpath("//h2[@id='prisma-flow']/following::table[1]/tbody/tr")
    )
    assert rows["Records identified"] == "12"
    assert rows["Reports assessed for eligibility"] == "0"
    assert rows["Studies included"] == rows["Reports of included studies"] == "0"
    assert "PRISMA-S" in tree.text_content()
    assert '#1 "tarnish fever"[tiab]' in tree.text_content()


def test_no_words_of_a_retracted_record_are_quoted(signed: SignedSummary) -> None:
    for document in PEOPLE:
        assert "Brillamine cured tarnish fever in all 240" not in word_text(made(signed, document, "docx"))


def test_the_matrix_has_a_row_a_record_with_the_words_behind_each_fact(signed: SignedSummary) -> None:
    rows = {row["PMID"]: row for row in csv_rows(made(signed, "matrix", "csv"))}
    assert len(rows) == 5
    abstracts = {record.pmid: " ".join(record.abstract_text.split()) for record in signed.content.ledger.citations}
    for pmid, row in rows.items():
        for name in ("Design", "Population", "Number studied", "Country"):
            assert row[f"{name}: words of the record"] in abstracts[pmid]
    assert rows["90000001"]["Statements"] == "b1, c1, c3, c6"
    assert "retracted" in rows["90000004"]["Standing"]
    book = workbook(made(signed, "matrix", "xlsx"))
    assert book.sheetnames == ["Study matrix", "Statements"]
    assert book["Study matrix"].max_row == 7
    assert book["Statements"].max_row == 2 + 8


def test_full_texts_have_every_identifier(signed: SignedSummary) -> None:
    rows = csv_rows(made(signed, "full-texts", "csv"))
    assert {"PMID", "DOI", "PMCID", "ISSN", "Volume", "Issue", "Pages", "Title", "Authors", "Year"} <= set(rows[0])
    assert [row["PMID"] for row in rows[:4]] == ["90000001", "90000002", "90000003", "90000005"]
    assert "libkey.io/libraries/222/" in rows[0]["Links"]
    assert "resolver.example.nhs.uk" in rows[0]["Links"]


@pytest.mark.parametrize("ledger", [empty_ledger(), nothing_passed_ledger()], ids=["nothing found", "nothing passed"])
@pytest.mark.parametrize("document", FORMATS)
def test_nothing_found_is_a_document_too(document: str, ledger: object) -> None:
    nothing = sign(content_of(ledger))  # type: ignore[arg-type]
    for one in FORMATS[document]:
        assert made(nothing, document, one) or document == "references"
    if "html" in FORMATS[document] and document not in {"full-texts"}:
        assert re.search(
            r"no (bottom line|statement|short answer|row)", read_text(made(nothing, document, "html"), "html"), re.I
        )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_dossier_and_keeps_its_footnotes(signed: SignedSummary, tmp_path: Path) -> None:
    (tmp_path / "dossier.docx").write_bytes(made(signed, "dossier", "docx"))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf", "--outdir",
               str(tmp_path), str(tmp_path / "dossier.docx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = " ".join(pdf_text((tmp_path / "dossier.pdf").read_bytes()).split())
    assert "Abstracts only" in text
    assert "“Nausea was reported by 31 of 206 participants with brillamine and 12 of 206 with placebo.”" in text
