"""Reads the fields that are searched out of one record's XML: one walk over its elements.

A lighter pass than `connectors.pubmed` makes, without a `Citation`, because loading would be too slow with one. The whole
record is kept as it came, so nothing is lost by reading less of it here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from connectors.mirror.record_dates import day_number
from connectors.mirror.record_people import read_authors, read_book_authors, read_investigators, read_person_subjects

Element = Any
Fields = defaultdict[str, list[Any]]
"""Values by index field, as they stand in the XML; names that begin with an underscore are notes for `index_record`."""
Handler = Callable[[Element, Fields], None]

_HISTORY = {"pubmed": "edat", "entrez": "crdt", "medline": "mhda"}
"""PubMed calls the history's `pubmed` date the Entrez date, and its `entrez` date the date of creation."""
_STATUS_SUBSETS = {
    "MEDLINE": "medline",
    "Publisher": "publisher",
    "PubMed-not-MEDLINE": "pubmednotmedline",
    "In-Process": "inprocess",
    "In-Data-Review": "indatareview",
    "OLDMEDLINE": "oldmedline",
}


def read_fields(root: Element) -> Fields:
    """The fields of a `PubmedArticle` or `PubmedBookArticle` element."""
    fields: Fields = defaultdict(list)
    _walk(root, _RECORD, fields)
    return fields


def _walk(parent: Element, handlers: Mapping[str, Handler], fields: Fields) -> None:
    for child in parent:
        handler = handlers.get(child.tag)
        if handler is not None:
            handler(child, fields)


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


def _mesh(element: Element, fields: Fields) -> None:
    mesh, subject = fields["mesh"], fields["subject"]
    for heading in element:
        name, major = "", False
        for part in heading:
            text = part.text
            if not text or not (text := text.strip()):
                continue
            starred = part.get("MajorTopicYN") == "Y"
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


def _pages(element: Element, fields: Fields) -> None:
    for part in element:
        if part.tag in ("MedlinePgn", "StartPage") and part.text and not fields.get("page"):
            fields["page"].append(part.text.partition("-")[0])


def _book_title(element: Element, fields: Fields) -> None:
    fields["_book_title"].append(_text(element))
    fields["_journal"].append(_text(element))
    if book := element.get("book"):
        fields["book"].append(book)


def _identifier(element: Element, fields: Fields) -> None:
    kind, text = element.get("IdType") or element.get("EIdType"), _text(element)
    if kind == "pmc":
        fields["pmcid"].append(text)
    elif kind == "bookaccession":
        fields["book"].append(text)
    elif kind != "pubmed" and text.strip() and text not in fields["article_id"]:
        fields["article_id"].append(text)


def _history_date(element: Element, fields: Fields) -> None:
    tag = _HISTORY.get(element.get("PubStatus", ""))
    if tag and (day := day_number(element)):
        fields[tag].append(day)


def _publication_status(element: Element, fields: Fields) -> None:
    if text := (element.text or "").strip():
        fields["subset"].append(f"pubstatus{text}")


def _citation_subset(element: Element, fields: Fields) -> None:
    if text := (element.text or "").strip():
        fields["subset"].append(f"jsubset{text}")


def _links(element: Element, fields: Fields) -> None:
    """What other records say of this one, and which ones it retracts or cites."""
    for link in element:
        kind = link.get("RefType", "")
        if kind != "Cites":
            fields["link"].append(kind)
        target = "_cites" if kind == "Cites" else "_retracts" if kind == "RetractionOf" else None
        if target:
            fields[target].extend(part.text for part in link if part.tag == "PMID")


def _references(element: Element, fields: Fields) -> None:
    for identifier in element.iter("ArticleId"):
        if identifier.get("IdType") == "pubmed":
            fields["_cites"].append(identifier.text)


_GRANT = dict.fromkeys(("GrantID", "Acronym", "Agency", "Country"), _content("grant"))
_BANK = {
    "DataBankName": _content("databank"),
    "AccessionNumberList": _into({"AccessionNumber": _content("databank")}),
}
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
    "AuthorList": read_authors,
    "InvestigatorList": read_investigators,
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
    "CoiStatement": _content("conflict"),
    "PublicationStatus": _publication_status,
    "ReferenceList": _references,
    "History": _into({"PubMedPubDate": _history_date}),
}
_MEDLINE: dict[str, Handler] = {
    **_SHARED,
    "Article": _into({**_SHARED, "Journal": _into(_JOURNAL)}),
    "MedlineJournalInfo": _into(
        {
            "MedlineTA": _content("_journal"),
            "ISSNLinking": _content("issn"),
            "Country": _content("country"),
            "NlmUniqueID": _content("nlm_id"),
        }
    ),
    "CitationSubset": _citation_subset,
    "CommentsCorrectionsList": _links,
    "ChemicalList": _into({"Chemical": _into(_CHEMICAL)}),
    "SupplMeshList": _into({"SupplMeshName": _content("substance", "subject")}),
    "MeshHeadingList": _mesh,
    "PersonalNameSubjectList": read_person_subjects,
}
_BOOK = {
    "BookTitle": _book_title,
    "PubDate": _date("ppdat"),
    "AuthorList": read_book_authors,
    "Isbn": _content("isbn"),
    "Publisher": _into({"PublisherName": _content("publisher")}),
}
_RECORD: dict[str, Handler] = {
    "MedlineCitation": _medline,
    "PubmedData": _into(_SHARED),
    "BookDocument": _into({**_SHARED, "Book": _into(_BOOK)}),
    "PubmedBookData": _into(_SHARED),
}
