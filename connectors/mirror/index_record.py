"""Reads the fields that are searched out of one record's XML.

A lighter pass than `connectors.pubmed` makes: one walk over the elements, no `Citation`, because loading would be too
slow with one. The whole record is kept as it came, so nothing is lost by reading less of it here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tantivy

from connectors.mirror.index_schema import (
    DATE_FIELDS,
    SEPARATOR,
    VALUE_FIELDS,
    WORD_FIELDS,
    fold_text,
    name_key,
    value_key,
)

Element = Any
Fields = defaultdict[str, list[Any]]
"""Values by index field, as they stand in the XML; names that begin with an underscore are notes for `_settle`."""
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
    fields["pmid"], fields["version"] = [pmid], [version]
    document = tantivy.Document(**_folded(fields))
    document.add_bytes("xml", xml)  # as an argument above they would be taken over number by number
    return IndexedRecord(pmid=pmid, version=version, document=document)


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
        if len(fields.get(tag, ())) > 1:
            fields[tag] = list(dict.fromkeys(fields[tag]))
    fields["published_then_pmid"] = [(published[0] if published else 0) * 1_000_000_000 + pmid]
    fields["has_abstract"] = [int(bool(fields.pop("_abstract", None)))]
    book_title, book_authors = fields.pop("_book_title", []), fields.pop("_book_author", [])
    if not fields.get("title"):
        fields["title"] = book_title
    if not fields.get("author"):
        fields["author"] = book_authors
    elif book_authors:
        fields["rest"].append(name_key(SEPARATOR.join(book_authors)))
    if journals := fields.pop("_journal", None):
        fields["journal"] = list(dict.fromkeys(journals))
        fields["rest"] += fields["journal"]


def _folded(fields: Fields) -> dict[str, Any]:
    """The fields as the index takes them. Values are folded together: one call for a field instead of one for a value."""
    folded = {name: _FOLDS[name](values) if name in _FOLDS else values for name, values in fields.items() if values}
    if authors := folded.get("author"):
        folded["first_author"], folded["last_author"] = authors[0], authors[-1]
    rest = [value for name in _ALSO_REST if name in folded for value in folded[name]]
    if rest or "rest" in folded:
        folded["rest"] = _fold_words([*fields["rest"], *rest])
    return folded


def _fold_names(names: list[str]) -> list[str]:
    return name_key(SEPARATOR.join(names)).split(SEPARATOR)


def _fold_values(values: list[str]) -> list[str]:
    if len(values) == 1:
        return [_fold_single_value(values[0])]
    return value_key(SEPARATOR.join(values)).split(SEPARATOR)


_fold_single_value = lru_cache(maxsize=4096)(value_key)  # languages, types and statuses come again with every record


def _fold_words(texts: list[str]) -> list[str]:
    return fold_text(SEPARATOR.join(texts)).split(SEPARATOR)


_NAME_FIELDS = ("author", "full_author", "corporate", "journal")
_ALSO_REST = ("author", "corporate", "databank", "grant", "article_id")
_FOLDS: dict[str, Callable[[list[str]], Any]] = {
    **dict.fromkeys(WORD_FIELDS, _fold_words),
    **dict.fromkeys(VALUE_FIELDS, _fold_values),
    **dict.fromkeys(_NAME_FIELDS, _fold_names),
    "subject": _fold_values,
}


def _text(element: Element) -> str:
    return element.text or "" if not len(element) else "".join(element.itertext())


def _content(*names: str) -> Handler:
    """Takes an element's text into each of these fields."""

    def handle(element: Element, fields: Fields) -> None:
        text = _text(element)
        if text and not text.isspace():
            for name in names:
                fields[name].append(text)

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
        fields["abstract"].append(text)
        fields["_abstract"].append(True)


def _other_abstract(element: Element, fields: Fields) -> None:
    fields["abstract"].extend(_text(section) for section in element if section.tag == "AbstractText")


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
            name[tag] = part.text or ""
        elif tag == "CollectiveName":
            fields["corporate"].append(_text(part))
        elif tag == "AffiliationInfo":
            fields["affiliation"].extend(_text(each) for each in part if each.tag == "Affiliation")
        elif tag == "Affiliation":
            fields["affiliation"].append(_text(part))
    last, fore = name["LastName"], name["ForeName"]
    if _says_a_name(last):
        fields[field].append(f"{last} {name['Initials']} {name['Suffix']}")
        if _says_a_name(fore):
            fields["full_author"].append(f"{last} {fore}")


def _says_a_name(text: str) -> bool:
    return text[:1].isalnum() or bool(name_key(text))


def _mesh(element: Element, fields: Fields) -> None:
    mesh, subject = fields["mesh"], fields["subject"]
    for heading in element:
        name, major = "", False
        for part in heading:
            text, starred = (part.text or "").strip(), part.get("MajorTopicYN") == "Y"
            if not text:
                continue
            subject.append(text)
            if part.tag == "DescriptorName":
                name = text
                mesh.append(text)
            elif name:
                fields["subheading"].append(text)
                mesh.append(f"{name}/{text}")
                if starred:
                    fields["majr"].append(f"{name}/{text}")
            major = major or starred
        if major and name:
            fields["majr"].append(name)


def _person_subject(element: Element, fields: Fields) -> None:
    fields["subject"].append(" ".join(_text(part) for part in element).replace("&", " "))


def _pages(element: Element, fields: Fields) -> None:
    for part in element:
        if part.tag in ("MedlinePgn", "StartPage") and part.text and not fields.get("page"):
            fields["page"].append(part.text.partition("-")[0])


def _book_title(element: Element, fields: Fields) -> None:
    fields["_book_title"].append(_text(element))
    fields["_journal"].append(_text(element))


def _identifier(element: Element, fields: Fields) -> None:
    kind, text = element.get("IdType") or element.get("EIdType"), _text(element)
    if kind == "pmc":
        fields["pmcid"].append(text)
    elif kind != "pubmed" and text.strip() and text not in fields["article_id"]:
        fields["article_id"].append(text)


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


_GRANT = dict.fromkeys(("GrantID", "Acronym", "Agency", "Country"), _content("grant"))
_BANK = {"AccessionNumberList": _into({"AccessionNumber": _content("databank")})}
_ISSUE = {"Volume": _content("volume"), "Issue": _content("issue"), "PubDate": _date("ppdat")}
_JOURNAL = {
    "ISSN": _content("issn"),
    "Title": _content("_journal"),
    "ISOAbbreviation": _content("_journal"),
    "JournalIssue": _into(_ISSUE),
}
_CHEMICAL = {"NameOfSubstance": _content("substance", "subject"), "RegistryNumber": _content("registry")}
_SHARED: dict[str, Handler] = {
    "PMID": _number,
    "ArticleTitle": _content("title"),
    "VernacularTitle": _content("vernacular"),
    "Abstract": _abstract,
    "OtherAbstract": _other_abstract,
    "AuthorList": _authors,
    "Language": _content("language"),
    "PublicationTypeList": _into({"PublicationType": _content("publication_type", "subject")}),
    "PublicationType": _content("publication_type", "subject"),
    "Pagination": _pages,
    "ELocationID": _identifier,
    "ArticleIdList": _into({"ArticleId": _identifier}),
    "KeywordList": _into({"Keyword": _content("keyword")}),
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
    "MedlineJournalInfo": _into({"MedlineTA": _content("_journal"), "ISSNLinking": _content("issn")}),
    "ChemicalList": _into({"Chemical": _into(_CHEMICAL)}),
    "SupplMeshList": _into({"SupplMeshName": _content("substance", "subject")}),
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
