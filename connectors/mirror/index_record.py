"""Reads the fields that are searched out of one record's XML.

A lighter pass than `connectors.pubmed` makes: one walk over the elements, no `Citation`, because loading would be too
slow with one. The whole record is kept as it came, so nothing is lost by reading less of it here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import tantivy

from connectors.mirror.index_schema import DATE_FIELDS, fold_text, name_key, value_key

Element = Any
Fields = defaultdict[str, list[Any]]
"""Values by index field; names that begin with an underscore are notes for `_settle`."""
Handler = Callable[[Element, Fields], None]

_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
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
    fields: Fields = defaultdict(list)
    _walk(root, _RECORD, fields)
    pmid, version = _pmid(fields.pop("_pmid", [""])[0]), fields.pop("_version", [1])[0]
    _settle(fields, pmid)
    fields["pmid"], fields["version"], fields["xml"] = [pmid], [version], [xml]
    return IndexedRecord(pmid=pmid, version=version, document=tantivy.Document(**fields))


def _walk(parent: Element, handlers: Mapping[str, Handler], fields: Fields) -> None:
    for child in parent:
        handler = handlers.get(child.tag)
        if handler is not None:
            handler(child, fields)


def _pmid(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9):
        raise ValueError(f"its PMID is {text[:40]!r}, which is not a number of 1 to 9 digits")
    return int(text)


def _settle(fields: Fields, pmid: int) -> None:
    """What can only be said once the whole record is read."""
    published = sorted({*fields.get("ppdat", ()), *fields.get("epdat", ())})
    fields["dp"] = published
    if published and not fields.get("edat"):
        # PubMed itself gives old records their publication date as entry date; a record always has one to be found by.
        fields["edat"] = published[:1]
    for tag in DATE_FIELDS:
        if tag in fields:
            fields[tag] = list(dict.fromkeys(fields[tag]))
    fields["published_then_pmid"] = [(published[0] if published else 0) * 1_000_000_000 + pmid]
    fields["has_abstract"] = [int(bool(fields.pop("_abstract", None)))]
    book_title, book_authors = fields.pop("_book_title", []), fields.pop("_book_author", [])
    if not fields.get("title"):
        fields["title"] = book_title
    fields["author"] = fields["author"] or book_authors
    if fields["author"]:
        fields["first_author"], fields["last_author"] = fields["author"][:1], fields["author"][-1:]
    for journal in dict.fromkeys(fields.pop("_journal", ())):
        fields["journal"].append(name_key(journal))
        fields["rest"].append(fold_text(journal))


def _text(element: Element) -> str:
    return element.text or "" if not len(element) else "".join(element.itertext())


def _words(field: str) -> Handler:
    def handle(element: Element, fields: Fields) -> None:
        if text := _text(element):
            fields[field].append(fold_text(text))

    return handle


def _value(field: str) -> Handler:
    def handle(element: Element, fields: Fields) -> None:
        if key := value_key(_text(element)):
            fields[field].append(key)

    return handle


def _subject(field: str) -> Handler:
    """A whole value that is also searched by its words."""

    def handle(element: Element, fields: Fields) -> None:
        if key := value_key(_text(element)):
            fields[field].append(key)
            fields["subject"].append(key)

    return handle


def _numbered(field: str) -> Handler:
    """A whole value that is also searched by its words, outside the text words."""

    def handle(element: Element, fields: Fields) -> None:
        if key := value_key(_text(element)):
            fields[field].append(key)
            fields["rest"].append(key)

    return handle


def _date(field: str) -> Handler:
    def handle(element: Element, fields: Fields) -> None:
        if day := day_number(element):
            fields[field].append(day)

    return handle


def _into(handlers: Mapping[str, Handler]) -> Handler:
    return lambda element, fields: _walk(element, handlers, fields)


def _number(element: Element, fields: Fields) -> None:
    fields["_pmid"].append((element.text or "").strip())
    version = element.get("Version", "1")
    if version.isascii() and version.isdigit() and len(version) < 5:
        fields["_version"].append(int(version))


def _medline(element: Element, fields: Fields) -> None:
    if subset := _STATUS_SUBSETS.get(element.get("Status", "")):
        fields["subset"].append(subset)
    _walk(element, _MEDLINE, fields)


def _abstract(element: Element, fields: Fields) -> None:
    sections = []
    for section in element:
        if section.tag == "AbstractText":
            label = section.get("Label")
            sections.append(f"{label}: {_text(section)}" if label else _text(section))
    text = " ".join(sections)
    if text.strip():
        fields["abstract"].append(fold_text(text))
        fields["_abstract"].append(True)


def _other_abstract(element: Element, fields: Fields) -> None:
    fields["abstract"].extend(fold_text(_text(section)) for section in element if section.tag == "AbstractText")


def _authors(element: Element, fields: Fields) -> None:
    if element.get("Type") != "editors":
        for author in element:
            if author.tag == "Author" and author.get("ValidYN") != "N":
                _author(author, fields, "author")


def _book_authors(element: Element, fields: Fields) -> None:
    if element.get("Type") != "editors":
        for author in element:
            _author(author, fields, "_book_author")


def _author(author: Element, fields: Fields, field: str) -> None:
    name = {"LastName": "", "ForeName": "", "Initials": "", "Suffix": ""}
    for part in author:
        tag = part.tag
        if tag in name:
            name[tag] = name_key(part.text or "")
        elif tag == "CollectiveName":
            collective = name_key(_text(part))
            fields["corporate"].append(collective)
            fields["rest"].append(collective)
        elif tag == "AffiliationInfo":
            fields["affiliation"].extend(fold_text(_text(each)) for each in part if each.tag == "Affiliation")
        elif tag == "Affiliation":
            fields["affiliation"].append(fold_text(_text(part)))
    if last := name["LastName"]:
        short = f"{last} {name['Initials']} {name['Suffix']}".strip()
        fields[field].append(short)
        fields["rest"].append(short)
        if fore := name["ForeName"]:
            fields["full_author"].append(f"{last} {fore}")


def _mesh(element: Element, fields: Fields) -> None:
    mesh, subject = fields["mesh"], fields["subject"]
    for heading in element:
        name, major = "", False
        for part in heading:
            key, starred = value_key(part.text or ""), part.get("MajorTopicYN") == "Y"
            if not key:
                continue
            subject.append(key)
            if part.tag == "DescriptorName":
                name = key
                mesh.append(key)
            elif name:
                fields["subheading"].append(key)
                mesh.append(f"{name}/{key}")
                if starred:
                    fields["majr"].append(f"{name}/{key}")
            major = major or starred
        if major and name:
            fields["majr"].append(name)


def _person_subject(element: Element, fields: Fields) -> None:
    fields["subject"].append(fold_text(" ".join(_text(part) for part in element)))


def _pages(element: Element, fields: Fields) -> None:
    for part in element:
        if part.tag in ("MedlinePgn", "StartPage") and part.text and not fields.get("page"):
            fields["page"].append(value_key(part.text.partition("-")[0]))


def _journal_title(element: Element, fields: Fields) -> None:
    if text := _text(element):
        fields["_journal"].append(text)


def _book_title(element: Element, fields: Fields) -> None:
    fields["_book_title"].append(fold_text(_text(element)))
    fields["_journal"].append(_text(element))


def _identifier(element: Element, fields: Fields) -> None:
    kind, key = element.get("IdType") or element.get("EIdType"), value_key(_text(element))
    if kind == "pmc":
        fields["pmcid"].append(key)
    elif kind != "pubmed" and key and key not in fields["article_id"]:
        fields["article_id"].append(key)
        fields["rest"].append(key)


def _history_date(element: Element, fields: Fields) -> None:
    tag = _HISTORY.get(element.get("PubStatus", ""))
    if tag and (day := day_number(element)):
        fields[tag].append(day)


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
    month, printed = _month(parts.get("Month", "")), parts.get("Day", "")
    day = int(printed) if month and re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", printed) else 1
    return int(year.group()) * 10000 + (month or 1) * 100 + day


def _month(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.get(text[:3].casefold())


_GRANT = dict.fromkeys(("GrantID", "Acronym", "Agency", "Country"), _numbered("grant"))
_BANK = {"AccessionNumberList": _into({"AccessionNumber": _numbered("databank")})}
_ISSUE = {"Volume": _value("volume"), "Issue": _value("issue"), "PubDate": _date("ppdat")}
_JOURNAL = {
    "ISSN": _value("issn"),
    "Title": _journal_title,
    "ISOAbbreviation": _journal_title,
    "JournalIssue": _into(_ISSUE),
}
_CHEMICAL = {"NameOfSubstance": _subject("substance"), "RegistryNumber": _value("registry")}
_SHARED: dict[str, Handler] = {
    "PMID": _number,
    "ArticleTitle": _words("title"),
    "VernacularTitle": _words("vernacular"),
    "Abstract": _abstract,
    "OtherAbstract": _other_abstract,
    "AuthorList": _authors,
    "Language": _value("language"),
    "PublicationTypeList": _into({"PublicationType": _subject("publication_type")}),
    "PublicationType": _subject("publication_type"),
    "Pagination": _pages,
    "ELocationID": _identifier,
    "ArticleIdList": _into({"ArticleId": _identifier}),
    "KeywordList": _into({"Keyword": _words("keyword")}),
    "DataBankList": _into({"DataBank": _into(_BANK)}),
    "GrantList": _into({"Grant": _into(_GRANT)}),
    "ArticleDate": _date("epdat"),
    "ContributionDate": _date("ppdat"),
    "DateRevised": _date("lr"),
    "DateCompleted": _date("dcom"),
    "History": _into({"PubMedPubDate": _history_date}),
}
_MEDLINE: dict[str, Handler] = {
    **_SHARED,
    "Article": _into({**_SHARED, "Journal": _into(_JOURNAL)}),
    "MedlineJournalInfo": _into({"MedlineTA": _journal_title, "ISSNLinking": _value("issn")}),
    "ChemicalList": _into({"Chemical": _into(_CHEMICAL)}),
    "SupplMeshList": _into({"SupplMeshName": _subject("substance")}),
    "MeshHeadingList": _mesh,
    "PersonalNameSubjectList": _into({"PersonalNameSubject": _person_subject}),
}
_BOOK = {"BookTitle": _book_title, "PubDate": _date("ppdat"), "AuthorList": _book_authors}
_RECORD: dict[str, Handler] = {
    "MedlineCitation": _medline,
    "PubmedData": _into(_SHARED),
    "BookDocument": _into({**_SHARED, "Book": _into(_BOOK)}),
    "PubmedBookData": _into(_SHARED),
}
