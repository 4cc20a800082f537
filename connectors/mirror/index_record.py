"""Reads the fields that are searched out of one record's XML.

A lighter pass than `connectors.pubmed` makes: it builds no `Citation`, which loading would be too slow with. The whole
record is kept as it came, so nothing is lost by reading less of it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import tantivy

from connectors.mirror.index_schema import fold_text, name_key, value_key

Element = Any

_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_HISTORY = {"entrez": "edat", "pubmed": "crdt", "medline": "mhda"}
_STATUS_SUBSETS = {
    "MEDLINE": "medline",
    "Publisher": "publisher",
    "PubMed-not-MEDLINE": "pubmednotmedline",
    "In-Process": "inprocess",
    "In-Data-Review": "indatareview",
    "OLDMEDLINE": "oldmedline",
}


@dataclass(frozen=True)
class IndexedRecord:
    """One record ready for the index."""

    pmid: int
    version: int
    document: tantivy.Document


def index_record(root: Element, xml: bytes) -> IndexedRecord:
    """The searchable fields of a `PubmedArticle` or `PubmedBookArticle` element, and its XML.

    Raises ValueError, naming what is wrong, where the record has no usable PMID.
    """
    book = root.tag == "PubmedBookArticle"
    citation = root.find("BookDocument" if book else "MedlineCitation")
    if citation is None:
        raise ValueError("it has no citation in it")
    article = citation if book else citation.find("Article")
    if article is None:
        raise ValueError("it has no article in it")
    pmid, version = _pmid(citation)
    document = tantivy.Document()
    document.add_integer("pmid", pmid)
    document.add_unsigned("version", version)
    _add_texts(document, citation, article)
    _add_authors(document, article)
    _add_subjects(document, citation, article)
    _add_journal(document, citation, article)
    _add_numbers(document, citation, article, root.find("PubmedBookData" if book else "PubmedData"))
    _add_dates(document, root, article, pmid)
    document.add_bytes("xml", xml)
    return IndexedRecord(pmid=pmid, version=version, document=document)


def _pmid(citation: Element) -> tuple[int, int]:
    element = citation.find("PMID")
    text = "" if element is None else (element.text or "").strip()
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9):
        raise ValueError(f"its PMID is {text[:40]!r}, which is not a number of 1 to 9 digits")
    version = element.get("Version", "1")
    return int(text), int(version) if version.isascii() and version.isdigit() and len(version) < 5 else 1


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return element.text or "" if not len(element) else "".join(element.itertext())


def _words(document: tantivy.Document, field: str, text: str) -> None:
    if text:
        document.add_text(field, fold_text(text))


def _value(document: tantivy.Document, field: str, key: str) -> None:
    if key:
        document.add_text(field, key)


def _add_texts(document: tantivy.Document, citation: Element, article: Element) -> None:
    _words(document, "title", _text(article.find("ArticleTitle")) or _text(article.find("Book/BookTitle")))
    _words(document, "vernacular", _text(article.find("VernacularTitle")))
    abstract = _abstract(article.find("Abstract"))
    _words(document, "abstract", abstract)
    document.add_unsigned("has_abstract", int(bool(abstract.strip())))
    for other in citation.iterfind("OtherAbstract"):
        _words(document, "abstract", _abstract(other))
    for keyword in citation.iterfind("KeywordList/Keyword"):
        _words(document, "keyword", _text(keyword))


def _abstract(element: Element | None) -> str:
    if element is None:
        return ""
    sections: list[str] = []
    for section in element.iterfind("AbstractText"):
        label = section.get("Label")
        sections.append(f"{label}: {_text(section)}" if label else _text(section))
    return " ".join(sections)


def _add_authors(document: tantivy.Document, article: Element) -> None:
    names: list[str] = []
    for author in article.findall("AuthorList/Author") or article.findall("Book/AuthorList/Author"):
        if author.get("ValidYN") == "N" or author.getparent().get("Type") == "editors":
            continue
        parts = {child.tag: child.text or "" for child in author}
        if collective := _text(author.find("CollectiveName")):
            _value(document, "corporate", name_key(collective))
            _words(document, "rest", collective)
        last = parts.get("LastName", "")
        if last:
            short = " ".join((last, parts.get("Initials", ""), parts.get("Suffix", "")))
            names.append(name_key(short))
            _words(document, "rest", short)
            if fore := parts.get("ForeName"):
                _value(document, "full_author", name_key(f"{last} {fore}"))
                _value(document, "full_author", name_key(f"{fore} {last}"))
        for affiliation in author.iter("Affiliation"):
            _words(document, "affiliation", _text(affiliation))
    for name in names:
        _value(document, "author", name)
    if names:
        _value(document, "first_author", names[0])
        _value(document, "last_author", names[-1])


def _add_subjects(document: tantivy.Document, citation: Element, article: Element) -> None:
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        _add_heading(document, heading)
    for kind in article.iter("PublicationType"):
        _subject(document, "publication_type", _text(kind))
    for chemical in citation.iterfind("ChemicalList/Chemical"):
        _subject(document, "substance", _text(chemical.find("NameOfSubstance")))
        _value(document, "registry", value_key(_text(chemical.find("RegistryNumber"))))
    for supplementary in citation.iterfind("SupplMeshList/SupplMeshName"):
        _subject(document, "substance", _text(supplementary))
    for person in citation.iterfind("PersonalNameSubjectList/PersonalNameSubject"):
        _words(document, "subject", " ".join(_text(part) for part in person))


def _subject(document: tantivy.Document, field: str, text: str) -> None:
    _value(document, field, value_key(text))
    _words(document, "subject", text)


def _add_heading(document: tantivy.Document, heading: Element) -> None:
    descriptor = heading.find("DescriptorName")
    name = value_key(_text(descriptor))
    if not name:
        return
    any_major = descriptor.get("MajorTopicYN") == "Y"
    _words(document, "subject", _text(descriptor))
    _value(document, "mesh", name)
    for qualifier in heading.iterfind("QualifierName"):
        subheading = value_key(_text(qualifier))
        _words(document, "subject", _text(qualifier))
        _value(document, "subheading", subheading)
        _value(document, "mesh", f"{name}/{subheading}")
        if qualifier.get("MajorTopicYN") == "Y":
            any_major = True
            _value(document, "majr", f"{name}/{subheading}")
    if any_major:
        _value(document, "majr", name)


def _add_journal(document: tantivy.Document, citation: Element, article: Element) -> None:
    journal = article.find("Journal")
    titles = [_text(citation.find("MedlineJournalInfo/MedlineTA")), _text(article.find("Book/BookTitle"))]
    if journal is not None:
        titles += [_text(journal.find("Title")), _text(journal.find("ISOAbbreviation"))]
        _value(document, "issn", value_key(_text(journal.find("ISSN"))))
        _value(document, "volume", value_key(_text(journal.find("JournalIssue/Volume"))))
        _value(document, "issue", value_key(_text(journal.find("JournalIssue/Issue"))))
    _value(document, "issn", value_key(_text(citation.find("MedlineJournalInfo/ISSNLinking"))))
    for title in {name_key(title): title for title in titles if title}.values():
        _value(document, "journal", name_key(title))
        _words(document, "rest", title)
    pages = _text(article.find("Pagination/MedlinePgn")) or _text(article.find("Pagination/StartPage"))
    _value(document, "page", value_key(pages.partition("-")[0]))


def _add_numbers(document: tantivy.Document, citation: Element, article: Element, data: Element | None) -> None:
    for language in article.iterfind("Language"):
        _value(document, "language", value_key(_text(language)))
    identifiers: set[str] = {_text(element).strip() for element in article.iterfind("ELocationID")}
    listed: Iterable[Element] = () if data is None else data.iterfind("ArticleIdList/ArticleId")
    for element in listed:
        text = _text(element).strip()
        if element.get("IdType") == "pmc":
            _value(document, "pmcid", text.casefold())
        elif element.get("IdType") != "pubmed":
            identifiers.add(text)
    for text in sorted(identifiers):
        _value(document, "article_id", text.casefold())
        _words(document, "rest", text)
    for bank in article.iterfind("DataBankList/DataBank/AccessionNumberList/AccessionNumber"):
        _value(document, "databank", value_key(_text(bank)))
        _words(document, "rest", _text(bank))
    for grant in article.iterfind("GrantList/Grant"):
        for part in grant:
            _value(document, "grant", value_key(_text(part)))
            _words(document, "rest", _text(part))
    _value(document, "subset", _STATUS_SUBSETS.get(citation.get("Status", ""), ""))


def _add_dates(document: tantivy.Document, root: Element, article: Element, pmid: int) -> None:
    days: dict[str, list[int]] = {}
    for tag, element in _dated(root, article):
        if day := day_number(element):
            days.setdefault(tag, []).append(day)
    published = [*days.get("ppdat", ()), *days.get("epdat", ())]
    days["dp"] = published
    if "edat" not in days and published:
        # PubMed itself gives old records their publication date as entry date; a record always has one to be found by.
        days["edat"] = [min(published)]
    for tag, values in days.items():
        for day in dict.fromkeys(values):
            document.add_integer(tag, day)
    document.add_unsigned("published_then_pmid", (min(published) if published else 0) * 1_000_000_000 + pmid)


def _dated(root: Element, article: Element) -> Iterator[tuple[str, Element]]:
    for path in ("Journal/JournalIssue/PubDate", "Book/PubDate", "ContributionDate"):
        if (element := article.find(path)) is not None:
            yield "ppdat", element
    for element in article.iterfind("ArticleDate"):
        yield "epdat", element
    for element in root.iterfind("*/History/PubMedPubDate"):
        if tag := _HISTORY.get(element.get("PubStatus", "")):
            yield tag, element
    for path, tag in (("*/DateRevised", "lr"), ("*/DateCompleted", "dcom")):
        if (element := root.find(path)) is not None:
            yield tag, element


def day_number(element: Element) -> int | None:
    """The first day that a date element can mean, as YYYYMMDD; None where it gives no year."""
    parts = {child.tag: (child.text or "").strip() for child in element}
    if medline := parts.get("MedlineDate"):
        year = _YEAR.search(medline)
        following = medline[year.end() :].strip(" -").split(" ")[0].split("-")[0] if year else ""
        return int(year.group()) * 10000 + (_month(following) or 1) * 100 + 1 if year else None
    year = _YEAR.fullmatch(parts.get("Year", ""))
    if year is None:
        return None
    month = _month(parts.get("Month", ""))
    day = int(parts["Day"]) if month and parts.get("Day", "").isdecimal() and 1 <= int(parts["Day"][:3]) <= 31 else 1
    return int(year.group()) * 10000 + (month or 1) * 100 + day


def _month(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.get(text[:3].casefold())
