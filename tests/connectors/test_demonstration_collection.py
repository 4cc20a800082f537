"""The demonstration collection: valid PubMed XML, facts of the real records, wording of our own, inventions that say so."""

from __future__ import annotations

import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from Bio import Entrez
from lxml import etree

from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.question import FRAMEWORK_ELEMENTS, Framework

MIRROR = Path(__file__).resolve().parents[2] / "connectors" / "mirror"
COLLECTION = MIRROR / "demonstration.xml"
DTD = Path(Entrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"
QUESTION_IDS = ["cholera", "parkinson-fatigue", "cognitive-training", "missed-appointments"]
PMIDS = [str(90000000 + number) for number in range(1, 51)]
RUN = 6
"""A run of this many shared words counts as borrowed wording."""

STATISTICS = {"ci", "sd", "se", "vs", "or", "rr", "hr", "mg", "ml"}
_THOUSANDS = re.compile(r"(?<=\d)[\s,](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![\w.])\.\d+|\d+(?:\.\d+)?")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:\.\d+)?")


def plain(text: str) -> str:
    """Decimal points as printed on keyboards, and no separators of thousands."""
    return _THOUSANDS.sub("", text.replace("·", ".").replace("’", "'"))


def numbers(text: str) -> set[str]:
    return {f"0{number}" if number.startswith(".") else number for number in _NUMBER.findall(plain(text))}


def shingles(text: str) -> set[tuple[str, ...]]:
    """Runs of six words with at least four words proper, so that printed figures alone do not count."""
    tokens = _TOKEN.findall(plain(text).lower())
    runs = (tuple(tokens[start : start + RUN]) for start in range(len(tokens) - RUN + 1))
    return {run for run in runs if sum(token.isalpha() and len(token) > 1 and token not in STATISTICS for token in run) >= 4}


@pytest.fixture(scope="module")
def citations() -> dict[str, Citation]:
    with COLLECTION.open("rb") as stream:
        records = list(read_records(stream))
    unreadable = [record for record in records if not isinstance(record, FetchedRecord)]
    assert not unreadable
    return {record.citation.pmid: record.citation for record in records if isinstance(record, FetchedRecord)}


@pytest.fixture(scope="module")
def tree() -> Any:
    return etree.parse(str(COLLECTION), etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((MIRROR / "demonstration_questions.yaml").read_text(encoding="utf-8"))
    return loaded


def source_of(citation: Citation) -> str | None:
    """The real PMID that a digest names, or None for an invented record."""
    links = [link.pmid for link in citation.corrections if link.kind == "OriginalReportIn"]
    assert len(links) <= 1
    return links[0] if links else None


def sentences(citation: Citation, labels: set[str]) -> Iterator[str]:
    for section in citation.abstract:
        if section.label in labels:
            yield from re.split(r"(?<=[.?])\s+(?=[A-Z])", section.text)


def own_text(citation: Citation) -> list[str]:
    return [citation.title, *(section.text for section in citation.abstract)]


@pytest.fixture(scope="module")
def sources(shared_data: Path, citations: dict[str, Citation]) -> dict[str, Citation]:
    """The real records of the digests, from the shared pool."""
    wanted = {source for citation in citations.values() if (source := source_of(citation))}
    found: dict[str, Citation] = {}
    with gzip.open(shared_data / "pubmed" / "pool.xml.gz") as stream:
        for _, element in etree.iterparse(stream, tag="PubmedArticle", no_network=True, resolve_entities=False):
            if element.findtext("MedlineCitation/PMID") in wanted:
                xml = etree.tostring(element, encoding="utf-8", with_tail=False)
                record = next(iter(read_records(_as_set(xml))))
                assert isinstance(record, FetchedRecord)
                found[record.citation.pmid] = record.citation
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    assert set(found) == wanted
    return found


def _as_set(xml: bytes) -> io.BytesIO:
    return io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?><PubmedArticleSet>' + xml + b"</PubmedArticleSet>")


def test_it_is_valid_by_the_dtd_it_names(tree: Any) -> None:
    assert tree.docinfo.system_url == "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd"
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(tree), dtd.error_log.filter_from_errors()


def test_entrez_reads_it_with_validation() -> None:
    with COLLECTION.open("rb") as stream:
        answer = Entrez.read(stream, validate=True)  # type: ignore[no-untyped-call]
    assert [str(article["MedlineCitation"]["PMID"]) for article in answer["PubmedArticle"]] == PMIDS


def test_the_streaming_reader_reads_it_whole(citations: dict[str, Citation]) -> None:
    assert list(citations) == PMIDS
    assert not any(citation.unknown_elements for citation in citations.values())
    assert all(citation.entered and citation.year == citation.entered.year for citation in citations.values())
    assert all(citation.languages == ("eng",) and citation.doi is None for citation in citations.values())


def test_abstracts_are_structured_and_of_the_length_of_real_ones(citations: dict[str, Citation]) -> None:
    for citation in citations.values():
        if source_of(citation) is None or not citation.has_abstract:
            continue
        categories = [section.category for section in citation.abstract]
        assert categories in (
            ["BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"],
            ["OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS"],
        ), citation.pmid
        words = sum(len(section.text.split()) for section in citation.abstract)
        assert 90 <= words <= 220, (citation.pmid, words)


def test_one_digest_has_no_abstract(citations: dict[str, Citation]) -> None:
    assert [pmid for pmid, citation in citations.items() if not citation.has_abstract] == ["90000009"]


def test_each_record_says_what_it_is_outside_the_sections(citations: dict[str, Citation], tree: Any) -> None:
    notes = {entry.findtext("MedlineCitation/PMID"): entry.findtext("MedlineCitation/GeneralNote") for entry in tree.getroot()}
    for pmid, citation in citations.items():
        source = source_of(citation)
        says = f"PMID {source}." if source else "Invented for the demonstration"
        assert says in notes[pmid]
        if citation.has_abstract:
            assert citation.copyright is not None
            assert (says if source else "Invented for the demonstration") in citation.copyright
        assert "digest" not in citation.abstract_text.lower()
        if source:
            assert source not in citation.abstract_text
            assert citation.journal.title == "Demonstration Digests"


def test_inventions_say_so_wherever_they_could_be_quoted(citations: dict[str, Citation]) -> None:
    invented = {pmid: citation for pmid, citation in citations.items() if source_of(citation) is None}
    assert set(invented) == {f"900000{number}" for number in (12, 13, 25, 26, 47, 48, 49)}
    for pmid, citation in invented.items():
        assert "invented for the demonstration" in citation.title, pmid
        assert citation.abstract
        assert all("invented" in section.text or "invention" in section.text for section in citation.abstract), pmid
        for sentence in sentences(citation, {"METHODS", "RESULTS", "CONCLUSIONS"}):
            if re.search(r"\d", sentence) or len(sentence.split()) > 8:
                assert re.search(r"\binvent", sentence), (pmid, sentence)
    assert not any("invented" in text for citation in citations.values() if source_of(citation) for text in own_text(citation))


def test_integrity_links_point_both_ways(citations: dict[str, Citation]) -> None:
    pairs = {"RetractionIn": "RetractionOf", "ErratumIn": "ErratumFor", "UpdateIn": "UpdateOf"}
    links = {
        (pmid, link.kind, link.pmid)
        for pmid, citation in citations.items()
        for link in citation.corrections
        if link.kind != "OriginalReportIn"
    }
    forward = {link for link in links if link[1] in pairs}
    assert Counter(kind for _, kind, _ in forward) == Counter(list(pairs))
    assert {(target, pairs[kind], pmid) for pmid, kind, target in forward} == links - forward


def test_publication_types_match_the_integrity_links(citations: dict[str, Citation]) -> None:
    types = {pmid: set(citation.publication_types) for pmid, citation in citations.items()}
    assert {pmid for pmid, kinds in types.items() if "Retracted Publication" in kinds} == {"90000012"}
    assert {pmid for pmid, kinds in types.items() if "Retraction of Publication" in kinds} == {"90000013"}
    assert {pmid for pmid, kinds in types.items() if "Preprint" in kinds} == {"90000025"}
    assert {pmid for pmid, kinds in types.items() if "Published Erratum" in kinds} == {"90000048"}


def test_questions_lead_to_records_and_use_their_framework(
    questions: list[dict[str, Any]], citations: dict[str, Citation]
) -> None:
    assert [question["id"] for question in questions] == QUESTION_IDS
    listed: set[str] = set()
    for question in questions:
        groups = [question[group] for group in ("relevant", "borderline", "not_relevant", "invented")]
        pmids = [pmid for group in groups for pmid in group]
        assert len(pmids) == len(set(pmids)), question["id"]
        assert set(pmids) <= set(citations)
        assert tuple(question["elements"]) == FRAMEWORK_ELEMENTS[Framework(question["framework"])]
        assert len(question["relevant"]) >= 3
        assert all(source_of(citations[pmid]) is None for pmid in question["invented"])
        assert all(source_of(citations[pmid]) for group in groups[:3] for pmid in group)
        listed.update(pmids)
    assert listed == set(citations)


def test_every_number_of_a_digest_stands_in_its_source(citations: dict[str, Citation], sources: dict[str, Citation]) -> None:
    checked = 0
    for citation in citations.values():
        if source := source_of(citation):
            real = numbers(" ".join(own_text(sources[source])))
            for text in own_text(citation):
                found = numbers(text)
                assert found <= real, (citation.pmid, found - real)
                checked += len(found)
            assert citation.year == sources[source].year or sources[source].year is None
    assert checked > 600


def test_wording_is_not_the_sources(citations: dict[str, Citation], sources: dict[str, Citation]) -> None:
    borrowed: dict[tuple[str, ...], str] = {}
    for real in sources.values():
        for text in own_text(real):
            borrowed.update(dict.fromkeys(shingles(text), real.pmid))
    assert len(borrowed) > 5000
    for citation in citations.values():
        for text in own_text(citation):
            shared = {" ".join(run): borrowed[run] for run in shingles(text) if run in borrowed}
            assert not shared, (citation.pmid, shared)


def test_the_wording_check_catches_a_copied_sentence(sources: dict[str, Citation]) -> None:
    copied = " ".join(own_text(next(iter(sources.values()))))
    assert shingles(copied[: len(copied) // 2]) & shingles(copied)


def test_authors_and_registrations_are_the_sources(citations: dict[str, Citation], sources: dict[str, Citation]) -> None:
    for citation in citations.values():
        source = source_of(citation)
        if source is None:
            assert [author.collective_name for author in citation.authors] == [
                "Invented Authors of the Demonstration Collection"
            ]
            continue
        real = sources[source]
        if real.authors:
            assert [author.name for author in citation.authors] == [author.name for author in real.authors], citation.pmid
        for registration in citation.registrations:
            assert registration.number in re.sub(r"\s", "", real.abstract_text), citation.pmid


def test_headings_and_types_are_in_mesh(shared_data: Path, tree: Any) -> None:
    mesh: dict[str, str] = {}
    with (shared_data / "mesh" / "mesh_id_label_mappings.tsv").open(encoding="utf-8") as rows:
        for row in rows:
            ui, name = row.rstrip("\n").split("\t")[:2]
            mesh[ui] = name
    headings = [
        element for tag in ("DescriptorName", "PublicationType", "NameOfSubstance") for element in tree.getroot().iter(tag)
    ]
    assert len(headings) > 500
    for element in headings:
        assert mesh.get(element.get("UI")) == element.text
