"""What Bio.Entrez reads in a record, field by field, beside what our reader does."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from evidence.citation import Citation, PartialDate

Pairs = dict[str, tuple[Iterable[Any], Iterable[Any]]]
"""By field: what ours holds and what theirs does."""

_CITED = {"pubmed": "pmid", "doi": "doi", "pmc": "pmcid", "pmcid": "pmcid"}


def plain(value: Any) -> str:
    """Entrez keeps markup and escapes; both sides are compared as folded plain text."""
    text = unicodedata.normalize("NFKC", html.unescape(re.sub(r"<[^<>]+>", "", str(value))))
    return " ".join(text.replace("−", "-").split())


def same(ours: Iterable[Any], theirs: Iterable[Any]) -> bool:
    return [plain(html.escape(str(v))) for v in ours if v] == [text for v in theirs if (text := plain(v))]


def field_pairs(ours: Citation, theirs: Any) -> Pairs:
    """The fields that most readers of a record look at."""
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
    return {
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


def further_pairs(ours: Citation, theirs: Any) -> Pairs:
    """Every other field."""
    medline, data = theirs["MedlineCitation"], theirs.get("PubmedData", {})
    article, info = medline["Article"], medline.get("MedlineJournalInfo", {})
    journal = article.get("Journal", {})
    issue = journal.get("JournalIssue", {})
    authors = [a for a in article.get("AuthorList", []) if a.attributes.get("ValidYN") != "N"]
    people = [a for a in _flat(medline.get("InvestigatorList", [])) if a.attributes.get("ValidYN") != "N"]
    mesh, links = medline.get("MeshHeadingList", []), medline.get("CommentsCorrectionsList", [])
    qualifiers = [q for heading in mesh for q in heading["QualifierName"]]
    mine = [q for heading in ours.mesh for q in heading.qualifiers]
    grants = article.get("GrantList", [])
    cited = [entry for group in data.get("ReferenceList", []) for entry in _entries(group)]
    ids = list(data.get("ArticleIdList", []))
    locations = [e for e in article.get("ELocationID", []) if e.attributes.get("ValidYN") != "N"]
    others = medline.get("OtherID", [])
    history = data.get("History", [])
    completed = [medline["DateCompleted"]] if "DateCompleted" in medline else []  # DateCreated left the DTD in 2018
    return {
        "fore names": ([a.fore_name for a in ours.authors], [a.get("ForeName", "") for a in authors]),
        "suffixes": ([a.suffix for a in ours.authors], [a.get("Suffix", "") for a in authors]),
        "orcids": (
            [a.orcid for a in ours.authors],
            [i for a in authors for i in a.get("Identifier", []) if i.attributes.get("Source") == "ORCID"],
        ),
        "investigators": ([a.last_name for a in ours.investigators], [a.get("LastName", "") for a in people]),
        "investigators' given names": ([a.fore_name for a in ours.investigators], [a.get("ForeName", "") for a in people]),
        "short title": ([ours.journal.abbreviation], [journal.get("ISOAbbreviation", "") or info.get("MedlineTA", "")]),
        "issn": ([ours.journal.issn], [journal.get("ISSN", "")]),
        "country": (_kept(ours, "Country"), [info.get("Country", "")]),
        "nlm id": (_kept(ours, "NlmUniqueID"), [info.get("NlmUniqueID", "")]),
        "linking issn": (_kept(ours, "ISSNLinking"), [info.get("ISSNLinking", "")]),
        "pages": ([(ours.journal.pages or "")], [_pages(article)]),
        "published": ([_printed(ours.published)], [_date(issue.get("PubDate", {}))]),
        "published online": (
            [_printed(ours.published_online)] if article.get("ArticleDate") else [],
            [_date(d) for d in article.get("ArticleDate", [])[:1]],
        ),
        "dates": (
            sorted(_printed(d.date) for d in ours.dates if d.event != "DateCreated"),
            sorted(_date(d) for d in [*completed, *history]),
        ),
        "date names": (
            sorted(d.event for d in ours.dates if not d.event.startswith("Date")),
            sorted(d.attributes["PubStatus"] for d in history),
        ),
        "entered": (
            [_printed(ours.entered)],
            [_date(d) for status in ("pubmed", "entrez") for d in history if d.attributes["PubStatus"] == status][:1],
        ),
        "identifiers": (
            sorted(i.value for i in ours.identifiers),
            sorted(plain(i) for i in [*ids, *locations, *others]),
        ),
        "identifier kinds": (
            sorted(i.kind for i in ours.identifiers),
            sorted(
                [i.attributes["IdType"] for i in ids]
                + [i.attributes["EIdType"] for i in locations]
                + [i.attributes["Source"] for i in others]
            ),
        ),
        "mesh ids": ([m.ui for m in ours.mesh], [m["DescriptorName"].attributes.get("UI", "") for m in mesh]),
        "qualifier ids": ([q.ui for q in mine], [q.attributes.get("UI", "") for q in qualifiers]),
        "major qualifiers": (
            [str(q.major) for q in mine],
            [str(q.attributes.get("MajorTopicYN") == "Y") for q in qualifiers],
        ),
        "registry numbers": (_kept(ours, "RegistryNumber"), [c["RegistryNumber"] for c in medline.get("ChemicalList", [])]),
        "databank names": (
            list(dict.fromkeys(r.databank for r in ours.registrations))[: len(article.get("DataBankList", []))],
            list(dict.fromkeys(str(bank["DataBankName"]) for bank in article.get("DataBankList", []))),
        ),
        "funders": ([g.agency for g in ours.grants], [g.get("Agency", "") for g in grants]),
        "funders' countries": ([g.country for g in ours.grants], [g.get("Country", "") for g in grants]),
        "grant acronyms": ([g.acronym for g in ours.grants], [g.get("Acronym", "") for g in grants]),
        "link sources": ([c.reference for c in ours.corrections], [link.get("RefSource", "") for link in links]),
        "link notes": ([c.note for c in ours.corrections], [link.get("Note", "") for link in links]),
        "references": ([r.text for r in ours.reference_list], [r.get("Citation", "") for r in cited]),
        "cited pmids": ([r.pmid for r in ours.reference_list], [_cited(r, "pmid") for r in cited]),
        "cited dois": ([r.doi for r in ours.reference_list], [_cited(r, "doi").lower() for r in cited]),
        "cited pmcids": (
            [(r.pmcid or "").removeprefix("PMC") for r in ours.reference_list],
            [_cited(r, "pmcid").removeprefix("PMC") for r in cited],
        ),
        "other abstracts' languages": (
            [o.language for o in ours.other_abstracts],
            [o.attributes.get("Language", "") for o in medline.get("OtherAbstract", [])],
        ),
        "other abstracts' kinds": (
            [o.kind for o in ours.other_abstracts],
            [o.attributes.get("Type", "") for o in medline.get("OtherAbstract", [])],
        ),
        "subsets": (_kept(ours, "CitationSubset"), medline.get("CitationSubset", [])),
        "genes": (_kept(ours, "GeneSymbol"), _flat(medline.get("GeneSymbolList", []))),
        "people written about": (
            _kept(ours, "PersonalNameSubject"),
            [" ".join(str(part) for part in person.values()) for person in _flat(medline.get("PersonalNameSubjectList", []))],
        ),
        "number of references": (_kept(ours, "NumberOfReferences"), [medline.get("NumberOfReferences", "")]),
        "missions": (_kept(ours, "SpaceFlightMission"), medline.get("SpaceFlightMission", [])),
        "notes": (_kept(ours, "GeneralNote"), medline.get("GeneralNote", [])),
        "status of indexing": ([ours.medline_status], [medline.attributes.get("Status", "")]),
        "version": ([str(ours.version)], [medline["PMID"].attributes.get("Version", "1")]),
        "unknown elements": (ours.unknown_elements, []),
    }


def _kept(ours: Citation, name: str) -> list[str]:
    return list(ours.further.get(name, ()))


def _printed(date: PartialDate | None) -> str:
    """A date's parts without leading zeros and without the time of day."""
    return _parts(date.printed.split()) if date else ""


def _date(parts: Any) -> str:
    if "MedlineDate" in parts:
        return _parts(str(parts["MedlineDate"]).split())
    return _parts([str(parts[name]) for name in ("Year", "Season", "Month", "Day") if name in parts])


def _parts(parts: list[str]) -> str:
    return " ".join(part.lstrip("0") for part in parts)


def _pages(article: Any) -> str:
    parts = article.get("Pagination", {})
    spanned = "-".join(str(parts[name]) for name in ("StartPage", "EndPage") if parts.get(name))
    printed = str(parts.get("MedlinePgn", "")) or spanned
    others = [str(e) for e in article.get("ELocationID", []) if e.attributes.get("EIdType") != "doi"]
    return printed or (others[0] if others else "")


def _entries(group: Any) -> list[Any]:
    """The references of a list, in the order of the document, lists within it after its own."""
    nested = [entry for inner in group.get("ReferenceList", []) for entry in _entries(inner)]
    return [*group.get("Reference", []), *nested]


def _cited(reference: Any, field: str) -> str:
    return next((str(i) for i in reference.get("ArticleIdList", []) if _CITED.get(i.attributes.get("IdType", "")) == field), "")


def _flat(lists: Any) -> list[Any]:
    """Entries of a list whose entries may be lists themselves."""
    return [entry for part in lists for entry in (part if type(part).__name__ == "ListElement" else [part])]
