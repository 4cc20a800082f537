"""The reader against Bio.Entrez.read, field by field, on real records; and on files that are no PubMed records at all."""

from __future__ import annotations

import gzip
import html
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez

from connectors.pubmed.records import read_records
from evidence.citation import Citation, FetchedRecord
from evidence.errors import BadAnswer
from tests.connectors.pubmed.made_records import HEAD, TAIL

pytestmark = [
    pytest.mark.shared,
    # Bio.Entrez leaves the DTD files that it reads open for the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
NORMALISED = "pubmed/real/_normalised/pubmed_real_normalised.xml.gz"


def records_in(path: Path) -> Iterator[FetchedRecord]:
    with gzip.open(path) as stream:
        for record in read_records(stream):
            assert isinstance(record, FetchedRecord), record
            yield record


def plain(value: Any) -> str:
    """Entrez keeps markup and escapes; both sides are compared as folded plain text."""
    text = unicodedata.normalize("NFKC", html.unescape(re.sub(r"<[^<>]+>", "", str(value))))
    return " ".join(text.replace("−", "-").split())


def same(ours: Iterable[Any], theirs: Iterable[Any]) -> bool:
    return [plain(html.escape(str(v))) for v in ours if v] == [text for v in theirs if (text := plain(v))]


def by_entrez(records: list[FetchedRecord]) -> list[Any]:
    """Their reading of each record; None where Bio.Entrez cannot read it. Halving keeps the cost of its failures low."""
    document = (HEAD + "\n".join(record.xml for record in records) + TAIL).encode()
    try:
        answer: Any = Entrez.read(io.BytesIO(document), validate=False, escape=True)  # type: ignore[no-untyped-call]
        return list(answer["PubmedArticle"])
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError):
        if len(records) == 1:
            return [None]
        half = len(records) // 2
        return by_entrez(records[:half]) + by_entrez(records[half:])


def differences(ours: Citation, theirs: Any) -> Iterator[str]:
    medline, data = theirs["MedlineCitation"], theirs.get("PubmedData", {})
    article = medline["Article"]
    journal = article.get("Journal", {})
    abstract = article.get("Abstract", {}).get("AbstractText", [])
    authors = [a for a in article.get("AuthorList", []) if a.attributes.get("ValidYN") != "N"]
    chemicals = [c["NameOfSubstance"] for c in medline.get("ChemicalList", [])]
    banks = [number for bank in article.get("DataBankList", []) for number in bank.get("AccessionNumberList", [])]
    links = medline.get("CommentsCorrectionsList", [])
    mesh = medline.get("MeshHeadingList", [])
    qualifiers = [q for heading in mesh for q in heading["QualifierName"]]
    ids = data.get("ArticleIdList", [])
    stated = [str(e).lower() for e in article.get("ELocationID", []) if e.attributes.get("EIdType") == "doi"]
    listed = [str(i).lower() for i in ids if i.attributes.get("IdType") == "doi"]
    pairs: dict[str, tuple[Iterable[Any], Iterable[Any]]] = {
        "pmid": ([ours.pmid], [medline["PMID"]]),
        "title": ([ours.title], [article["ArticleTitle"]]),
        "vernacular": ([ours.vernacular_title], [article.get("VernacularTitle", "")]),
        "abstract": ([s.text for s in ours.abstract], abstract),
        "labels": ([s.label for s in ours.abstract], [a.attributes.get("Label", "") for a in abstract]),
        "categories": ([s.category for s in ours.abstract], [a.attributes.get("NlmCategory", "") for a in abstract]),
        "copyright": ([ours.copyright], [article.get("Abstract", {}).get("CopyrightInformation", "")]),
        "other abstracts": (
            [s.text for other in ours.other_abstracts for s in other.sections],
            [text for other in medline.get("OtherAbstract", []) for text in other["AbstractText"]],
        ),
        "family names": ([a.last_name for a in ours.authors], [a.get("LastName", "") for a in authors]),
        "initials": ([a.initials for a in ours.authors], [a.get("Initials", "") for a in authors]),
        "groups": ([a.collective_name for a in ours.authors], [a.get("CollectiveName", "") for a in authors]),
        "affiliations": (
            [place for a in ours.authors for place in a.affiliations],
            [info.get("Affiliation", "") for a in authors for info in a.get("AffiliationInfo", [])],
        ),
        "journal": ([ours.journal.title], [journal.get("Title", "")]),
        "volume": ([ours.journal.volume], [journal.get("JournalIssue", {}).get("Volume", "")]),
        "issue": ([ours.journal.issue], [journal.get("JournalIssue", {}).get("Issue", "")]),
        "languages": (ours.languages, article.get("Language", [])),
        "types": (ours.publication_types, article.get("PublicationTypeList", [])),
        "keywords": (ours.keywords, [k for keywords in medline.get("KeywordList", []) for k in keywords]),
        "substances": (ours.substances, chemicals + list(medline.get("SupplMeshList", []))),
        "databanks": ([r.number for r in ours.registrations][: len(banks)], banks),
        "grants": ([g.number for g in ours.grants], [g.get("GrantID", "") for g in article.get("GrantList", [])]),
        "interests": ([ours.conflict_statement], [medline.get("CoiStatement", "")]),
        "links": ([c.kind for c in ours.corrections], [link.attributes["RefType"] for link in links]),
        "linked": ([c.pmid for c in ours.corrections], [link.get("PMID", "") for link in links]),
        "mesh": ([m.descriptor for m in ours.mesh], [m["DescriptorName"] for m in mesh]),
        "major": (
            [str(m.major) for m in ours.mesh],
            [str(m["DescriptorName"].attributes.get("MajorTopicYN") == "Y") for m in mesh],
        ),
        "qualifiers": ([q.name for m in ours.mesh for q in m.qualifiers], qualifiers),
        "doi": ([ours.doi], (stated or listed)[:1]),
        "pmcid": ([ours.pmcid], [i for i in ids if i.attributes.get("IdType") == "pmc"]),
        "status": ([ours.publication_status], [data.get("PublicationStatus", "")]),
        "revised": ([ours.revised.printed if ours.revised else ""], [" ".join(medline.get("DateRevised", {}).values())]),
    }
    for field, (mine, entrez) in pairs.items():
        if not same(mine, entrez):
            yield f"{ours.pmid} {field}: {mine!r} is not {entrez!r}"


def test_every_real_record_is_read_and_agrees_with_entrez(shared_data: Path) -> None:
    records = list(records_in(shared_data / NORMALISED))
    assert len(records) == 551
    theirs = [reading for start in range(0, 551, 32) for reading in by_entrez(records[start : start + 32])]
    read = [(ours, reading) for ours, reading in zip(records, theirs, strict=True) if reading is not None]
    assert len(read) == 551
    found = [difference for ours, reading in read for difference in differences(ours.citation, reading)]
    assert found == []


def test_real_records_have_dates_and_references(shared_data: Path) -> None:
    citations = [record.citation for record in records_in(shared_data / NORMALISED)]
    assert sum(citation.year is not None for citation in citations) >= 549
    assert sum(citation.entered is not None for citation in citations) >= 540
    assert sum(len(citation.references) for citation in citations) > 5000
    assert Counter(name for citation in citations for name in citation.unknown_elements) == {}


def test_files_that_are_no_pubmed_records_cost_one_sentence(shared_data: Path) -> None:
    paths = [path for path in (shared_data / "pubmed/real").rglob("*") if path.is_file() and path.suffix != ".gz"]
    messages = [message for path in paths if (message := refusal(path))]
    assert len(messages) > 50
    assert [message for message in messages if not message.endswith(".") or "\n" in message] == []


def refusal(path: Path) -> str | None:
    try:
        for record in read_records(io.BytesIO(path.read_bytes())):
            assert record
    except BadAnswer as error:
        return error.message
    return None
