"""One PubMed record's XML element becomes one `Citation`, every field of it; what is not known is counted.

The tables follow NLM's PubMed DTD and its older versions. Values are gathered as plain fields and validated once, which
is faster than building each small model by itself.
"""

from __future__ import annotations

from connectors.pubmed.elements import (
    ABSTRACT,
    Fields,
    Table,
    article_date,
    article_id,
    correction,
    data_bank,
    dated,
    day,
    each,
    electronic_location,
    grant,
    history_date,
    into,
    kept,
    mesh_heading,
    other_abstract,
    other_id,
    pagination,
    place,
    pmid,
    references,
    text,
    title,
    walk,
)
from connectors.pubmed.people import authors, investigators
from connectors.pubmed.values import Element, registrations_in
from evidence.citation import Citation

_JOURNAL: Table = {
    "ISSN": place("issn"),
    "Title": place("title"),
    "ISOAbbreviation": place("abbreviation"),
    "JournalIssue": into({"Volume": place("volume"), "Issue": place("issue"), "PubDate": day("published")}),
}
_SHARED: Table = {
    "PMID": pmid,
    "ArticleTitle": title,
    "VernacularTitle": text("vernacular_title"),
    "Abstract": into(ABSTRACT),
    "OtherAbstract": other_abstract,
    "AuthorList": authors("authors"),
    "Language": each("languages"),
    "PublicationTypeList": into({"PublicationType": each("publication_types")}),
    "PublicationType": each("publication_types"),
    "Pagination": pagination,
    "ELocationID": electronic_location,
    "ArticleIdList": into({"ArticleId": article_id}),
    "ArticleDate": article_date,
    "DateRevised": day("revised"),
    "History": into({"PubMedPubDate": history_date}),
    "KeywordList": into({"Keyword": each("keywords")}),
    "DataBankList": into({"DataBank": data_bank}),
    "GrantList": into({"Grant": grant}),
    "CoiStatement": text("conflict_statement"),
    "CommentsCorrectionsList": into({"CommentsCorrections": correction}),
    "ReferenceList": references,
    "PublicationStatus": text("publication_status"),
    "InvestigatorList": investigators,
    **kept("ObjectList", "ItemList"),
}
_ARTICLE: Table = {**_SHARED, "Journal": into(_JOURNAL), "Affiliation": text("affiliation")}
_MEDLINE: Table = {
    **_SHARED,
    "Article": into(_ARTICLE),
    "MedlineJournalInfo": into({"MedlineTA": text("medline_ta"), **kept("Country", "NlmUniqueID", "ISSNLinking")}),
    "ChemicalList": into({"Chemical": into({"NameOfSubstance": each("substances"), **kept("RegistryNumber")})}),
    "SupplMeshList": into({"SupplMeshName": each("substances")}),
    "MeshHeadingList": into({"MeshHeading": mesh_heading}),
    "DateCreated": dated,
    "DateCompleted": dated,
    "OtherID": other_id,
    "GeneSymbolList": into(kept("GeneSymbol")),
    "PersonalNameSubjectList": into(kept("PersonalNameSubject")),
    **kept("CitationSubset", "NumberOfReferences", "SpaceFlightMission", "GeneralNote"),
}
_BOOK: Table = {
    "BookTitle": text("book_title"),
    "PubDate": day("published"),
    "AuthorList": authors("book_authors"),
    "Volume": place("volume"),
    "ELocationID": electronic_location,
    **kept("Publisher", "BeginningDate", "EndingDate", "VolumeTitle", "Edition", "CollectionTitle", "Isbn"),
    **kept("Medium", "ReportNumber"),
}
_BOOK_DOCUMENT: Table = {
    **_SHARED,
    "Book": into(_BOOK),
    "ContributionDate": day("contributed"),
    **kept("LocationLabel", "Sections"),
}


def _medline_citation(element: Element, fields: Fields) -> None:
    fields["medline_status"] = element.get("Status")
    walk(element, _MEDLINE, fields)


_RECORD: Table = {
    "MedlineCitation": _medline_citation,
    "PubmedData": into(_SHARED),
    "BookDocument": into(_BOOK_DOCUMENT),
    "PubmedBookData": into(_SHARED),
}


def citation_of(record: Element, source_hash: str) -> Citation:
    """The record in a `PubmedArticle` or `PubmedBookArticle` element.

    Raises:
        pydantic.ValidationError: a value, the PMID above all, is missing or impossible.
    """
    fields: Fields = {"source_hash": source_hash, "title": "", "journal": {}, "further": {}, "unknown_elements": {}}
    walk(record, _RECORD, fields)
    if record.tag == "PubmedBookArticle":
        fields["kind"] = "book"
        _settle_book(fields)
    _settle_places(fields)
    _settle_dates(fields)
    _settle_registrations(fields)
    fields["references"] = tuple(dict.fromkeys(fields.get("references", ())))
    return Citation.model_validate(fields)


def _settle_book(fields: Fields) -> None:
    """A chapter appeared in a book; a whole book has no title but its own."""
    book_title, book_authors = fields.pop("book_title", None), fields.pop("book_authors", [])
    contributed = fields.pop("contributed", None)
    fields["journal"]["title"] = book_title
    fields["title"] = fields["title"] or book_title or ""
    fields["authors"] = fields.get("authors") or book_authors
    fields["published"] = contributed or fields.get("published")


def _settle_places(fields: Fields) -> None:
    """Choose between values that a record can give in two places."""
    listed = fields.pop("doi_listed", None)
    fields["doi"] = fields.pop("doi_printed", None) or listed
    journal = fields["journal"]
    location, short_title = fields.pop("location", None), fields.pop("medline_ta", None)
    journal["pages"] = journal.get("pages") or location
    journal["abbreviation"] = journal.get("abbreviation") or short_title
    affiliation = fields.pop("affiliation", None)
    if affiliation and fields.get("authors"):  # before 2014 a record had one affiliation, the first author's
        fields["authors"][0].setdefault("affiliations", [affiliation])


def _settle_dates(fields: Fields) -> None:
    history = fields.pop("history", {})
    # For what it took in late, PubMed sets EDAT back to the publication; `pubmed` follows it, `entrez` is the creation date.
    fields["entered"] = history.get("pubmed") or history.get("entrez")
    if "published_online" not in fields:
        fields["published_online"] = history.get("epublish") or history.get("aheadofprint")


def _settle_registrations(fields: Fields) -> None:
    """Add the trial registrations that only the title or abstract names."""
    known = fields.setdefault("registrations", [])
    numbers = {entry["number"] for entry in known}
    words = "\n".join((fields["title"], *(section["text"] for section in fields.get("abstract", ()))))
    for entry in registrations_in(words):
        if entry["number"] not in numbers:
            numbers.add(entry["number"])
            known.append(entry)
