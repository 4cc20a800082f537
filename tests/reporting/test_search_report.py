"""The evidence search report says the same in every format, hides nothing, and is written whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from evidence.citation import IntegrityStatus
from evidence.errors import InvalidInput, StorageFailure
from evidence.search_ledger import SearchLedger
from reporting.document.content import Entries, Section, Words
from reporting.evidence_words import EvidenceType
from reporting.search_report import build_search_report, render_search_report, write_search_report
from reporting.words import visible
from tests.reporting.reading import page, words_of
from tests.reporting.sample import HOSTILE
from tests.reporting.search_sample import (
    RECORDS,
    STRATEGY,
    embase,
    hostile_search,
    imported,
    many_records,
    nothing_found,
    record,
    screened_ledger,
    search_ledger,
)

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LEDGERS = {"sample": search_ledger, "screened": screened_ledger, "nothing": nothing_found, "hostile": hostile_search}


def section(ledger: SearchLedger, name: str) -> Section:
    return next(one for one in build_search_report(ledger).sections if one.id == name)


def text_of(words: Words) -> str:
    return "".join(span.text for span in words)


def entries_of(part: Section) -> list[str]:
    return [text_of(entry.title) for block in part.blocks if isinstance(block, Entries) for entry in block.items]


def as_html(ledger: SearchLedger) -> html.HtmlElement:
    return page(render_search_report(ledger, ".html").decode())


def shown(ledger: SearchLedger) -> str:
    return " ".join(words_of(as_html(ledger)).split())


def test_results_stand_by_kind_best_ranked_first() -> None:
    parts = section(search_ledger(), "results").sections
    kinds = [part.title.rsplit(" (", 1)[0] for part in parts if part.id.startswith("type-")]
    assert kinds == [kind.value for kind in EvidenceType if kind.value in kinds]
    trials = next(part for part in parts if part.id == "type-randomised-trial")
    assert entries_of(trials) == [
        RECORDS[0].title,
        "Brillamine at two years: follow-up of a randomised trial",
        RECORDS[3].title,
    ]


def test_every_record_is_shown_and_none_twice_as_an_entry() -> None:
    ledger = search_ledger()
    entries = [title for part in section(ledger, "results").sections for title in entries_of(part)]
    assert len(entries) == len(set(entries)) == 10
    page_words = shown(ledger)
    titles = [one.title for one in ledger.citations] + [one.title for one in ledger.imported]
    assert all(title in page_words for title in titles)


def test_kin_stand_under_their_lead_with_the_reason() -> None:
    first = as_html(search_ledger()).xpath("//li[p/a/bdi[contains(., 'a randomised controlled trial')]]")[0]
    kin = " ".join(first.xpath("./ul")[0].text_content().split())
    assert "Same work: Adeyemi 2020, PMID 90000006" in kin
    assert "Why: The preprint." in kin
    assert "Reports the same study as: Adeyemi 2020, PMID 90000010. Why: Same registration." in kin


def test_retracted_and_preprint_records_stay_and_are_flagged_in_words() -> None:
    text = shown(search_ledger())
    assert "RETRACTED: Its publication types include “Retracted Publication”." in text
    assert "PREPRINT, NOT PEER REVIEWED:" in text
    assert "Take care: 1 work below is retracted" in text
    assert "1 work is known only as a preprint" in text


@pytest.mark.parametrize("status", [one for one in IntegrityStatus if one is not IntegrityStatus.NO_NOTICE])
def test_every_standing_is_said(status: IntegrityStatus) -> None:
    marked = RECORDS[0].model_copy(update={"integrity": RECORDS[0].integrity.model_copy(update={"status": status})})
    text = shown(search_ledger(citations=(marked, *RECORDS[1:])))
    assert f"{status.value.upper()}" in text


def test_links_lead_to_pubmed_doi_and_full_text() -> None:
    links = {element.get("href") for element in as_html(search_ledger()).xpath("//ol[@class='entries']//a")}
    assert "https://pubmed.ncbi.nlm.nih.gov/90000001/" in links
    assert "https://doi.org/10.9999/brill.1" in links
    assert "https://pmc.ncbi.nlm.nih.gov/articles/PMC9000001/" in links


def test_what_has_no_abstract_says_so_and_what_is_foreign_too() -> None:
    text = shown(search_ledger())
    assert "Abstract not available - obtain full text" in text
    assert "Paper in German" in text
    assert "Embase L1 | Abstract available" in text


def test_covering_note_counts_and_claims_nothing() -> None:
    note = " ".join(text_of(block.words) for block in section(search_ledger(), "note").blocks if hasattr(block, "words"))
    assert "16 records came from the sources; 4 of them could not be had or read, or came twice." in note
    assert "1 is a further record of a work listed already, so the list has 11 works." in note
    assert "1 work left out, each with its reason." in note
    assert "no sentence on effects was written by a machine" in note
    assert "No person has looked at 11 works yet." in note
    assert not any(one.abstract_text in note for one in RECORDS if one.has_abstract)


def test_nothing_found_is_said_first_and_is_no_proof() -> None:
    text = shown(nothing_found())
    assert "Nothing was found. No record matches the strategy. That is a result, not proof" in text
    assert "Nothing to list" in text


def test_what_was_not_found_is_named() -> None:
    text = shown(search_ledger())
    for words in (
        "Kinds of evidence with no record here: case-control studies.",
        "Line 4 matches no record:",
        "Known paper missed by the search: PMID 90000077",
        "Listed by the source but not returned: PMID 90000011.",
        "Could not be read: PMID 90000012. The record breaks off within its title.",
        "Could not be read: 1 record of the file embase.ris.",
        "Not searched in this run: BMJ Best Practice, NICE guidance, Cochrane Library, Emcare",
    ):
        assert words in text


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_strategies_stand_exactly_as_run(suffix: str) -> None:
    text = render_search_report(search_ledger(), suffix).decode()
    blocks = (
        [element.text for element in page(text).xpath("//pre")]
        if suffix == ".html"
        else [token.content.rstrip("\n") for token in READER.parse(text) if token.type == "fence"]
    )
    assert blocks == [STRATEGY, embase().strategy]


def test_appendix_has_counts_reading_warnings_limits_and_filters() -> None:
    text = shown(search_ledger())
    assert "Red flags from the source" in text
    assert "Line 2: PhraseNotFound: Brillamine[mh] is not a MeSH heading" in text
    assert "Limit: line 6, date: 2009:3000[dp]. Reason: [For the librarian to fill in: why this limit]" in text
    assert "Filter, unmodified: line 4, Clinical Queries, therapy, narrow" in text
    rows = as_html(search_ledger()).xpath("//table[caption[contains(., 'Line by line')]]/tbody/tr")
    cells = [" ".join(cell.text_content().split()) for cell in rows[0]]
    assert cells == ["#1 the illness", '"tarnish fever"[tiab]', "148", '"tarnish fever"[Title/Abstract]']


def test_ai_clause_says_that_none_was_used_or_which() -> None:
    without = shown(search_ledger())
    assert "Language model: none was used" in without
    with_one = shown(search_ledger(model="made-up-model 3", prompts=("plan_search@2 abc",)))
    for words in (
        "made-up-model 3, used to propose search terms",
        "plan_search@2 abc.",
        "Outputs checked by: [For the librarian",
        "the same question asked again may give other terms",
    ):
        assert words in with_one


def test_contact_disclaimer_copyright_and_feedback_are_there() -> None:
    text = shown(search_ledger())
    assert "It is not clinical advice about a patient, and it is not exhaustive" in text
    assert "Copyright in titles, abstracts and full texts stays with those who hold it" in text
    assert "Records of Embase may be passed on only as their licences allow" in text
    assert "Tell us what came of it." in text
    assert "Contact. [For the librarian to fill in: name, service, e-mail and telephone]" in text
    assert "Contact. Norland NHS Library, library@norland.example" in shown(screened_ledger())


def test_left_out_records_are_listed_with_who_and_why() -> None:
    text = shown(screened_ledger())
    assert "Left out, with the reason (2)" in text
    assert "Excluded: One patient. (criterion design; by person, B. Okafor)" in text
    assert "Excluded: Animals only. Words of the record: “mice”. (criterion humans; by rule, animals-only)" in text
    assert "Included by a person." in text


def test_a_long_list_has_a_way_in() -> None:
    part = section(many_records(40), "results").sections[0]
    assert (part.id, part.title) == ("closest", "The 10 closest to the words of the question, of any kind")
    assert section(search_ledger(), "results").sections[0].id != "closest"


def test_record_imported_without_pmid_ranks_after_those_with_one() -> None:
    more = imported(2, "Brillamine, a cross-sectional study")
    ledger = search_ledger(
        citations=(*RECORDS[:-1], record("90000011", "A cross-sectional study of brillamine")),
        imported=(*search_ledger().imported, more),
        other_sources=(embase(records=4),),
    )
    part = next(one for one in section(ledger, "results").sections if one.id == "type-cross-sectional")
    assert entries_of(part)[0] == "A cross-sectional study of brillamine"
    assert len(entries_of(part)) == 3


def flat(tokens: list[Token]) -> list[Token]:
    return [part for token in tokens for part in (token, *flat(token.children or []))]


def test_markdown_keeps_hostile_text_as_text() -> None:
    tokens = flat(READER.parse(render_search_report(hostile_search(), ".md").decode()))
    assert not {token.type for token in tokens} & {
        "image",
        "html_inline",
        "html_block",
        "code_block",
        "code_inline",
        "s_open",
        "em_open",
    }
    links = {str(token.attrs["href"]) for token in tokens if token.type == "link_open"}
    assert {link.split("/")[2] for link in links} <= {"pubmed.ncbi.nlm.nih.gov", "doi.org", "pmc.ncbi.nlm.nih.gov"}
    headings = [token for token in tokens if token.type == "heading_open"]
    usual = [
        token
        for token in flat(READER.parse(render_search_report(search_ledger(), ".md").decode()))
        if token.type == "heading_open"
    ]
    assert sum(token.tag == "h2" for token in headings) == sum(token.tag == "h2" for token in usual)


def test_page_keeps_hostile_text_as_text() -> None:
    document = as_html(hostile_search())
    names = {element.tag for element in document.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "button"}
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    assert all(re.match(r"https?://|#", element.get("href")) for element in document.xpath("//a[@href]"))
    assert visible(HOSTILE) in words_of(document)
    assert len(document.findall(".//style")) == 1


def test_every_link_within_the_page_has_its_place() -> None:
    document = as_html(screened_ledger())
    ids = [element.get("id") for element in document.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    assert {element.get("href")[1:] for element in document.xpath("//a[starts-with(@href, '#')]")} <= set(ids)


@pytest.mark.parametrize("suffix", [".html", ".md", ".docx"])
@pytest.mark.parametrize("name", LEDGERS)
def test_every_format_is_written_and_nothing_else(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / f"report{suffix.upper()}"
    assert write_search_report(LEDGERS[name](), path) == path
    assert path.stat().st_size > 5_000
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["report.pdf", "report", "report.doc", ".docx"])
def test_any_other_ending_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"end the file's name with \.docx, \.html, \.md\.$"):
        write_search_report(search_ledger(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.mkdir()
    with pytest.raises(StorageFailure, match="could not be written"):
        write_search_report(search_ledger(), path)
    assert list(tmp_path.iterdir()) == [path]
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailure, match="could not be written"):
        write_search_report(search_ledger(), tmp_path / "file" / "report.md")


def test_numbers_that_do_not_add_up_stop_every_format(tmp_path: Path) -> None:
    wrong = search_ledger(citations=RECORDS[:-1])
    path = tmp_path / "report.html"
    path.write_text("before")
    with pytest.raises(StorageFailure, match="do not add up"):
        write_search_report(wrong, path)
    assert path.read_text() == "before"


def test_same_ledger_gives_the_same_text() -> None:
    for suffix in (".html", ".md"):
        assert render_search_report(search_ledger(), suffix) == render_search_report(search_ledger(), suffix)


def test_a_long_strategy_without_a_question_does_not_fill_the_title() -> None:
    long = "PubMed strategy: " + "brillamin*[tiab] OR " * 100
    ledger = search_ledger(request=search_ledger().request.model_copy(update={"question": long}))
    assert len(build_search_report(ledger).title) <= 202
    assert len(as_html(ledger).findtext(".//h1")) <= 202
