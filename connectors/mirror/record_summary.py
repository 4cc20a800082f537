"""One record in the words of ESummary version 2, from which all of its shapes are made."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from connectors.mirror.record_dates import day_number
from connectors.mirror.vocabularies import LANGUAGES

_STATUS = {
    "MEDLINE": "PubMed - indexed for MEDLINE",
    "PubMed-not-MEDLINE": "PubMed",
    "Publisher": "PubMed - as supplied by publisher",
    "In-Process": "PubMed - in process",
    "In-Data-Review": "PubMed - in data review",
    "OLDMEDLINE": "PubMed - OLDMEDLINE",
}
_ID_NUMBERS = {"pubmed": 1, "doi": 3, "pii": 4, "pmcid": 5}
_OTHER_ID = 8
_PUBLICATION_STATUS = {"epublish": "3", "ppublish": "4", "aheadofprint": "10"}
_PPUBLISH_AHEAD = "256"
_MONTH_NAMES = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ARTICLES = re.compile(r"^(?:an?|the) ")
_EMPTY_LISTS = ("srccontriblist", "doccontriblist")
_EMPTY_TEXTS = (
    "medium",
    "edition",
    "publisherlocation",
    "srcdate",
    "reportnumber",
    "availablefromurl",
    "locationlabel",
    "docdate",
    "bookname",
    "chapter",
)

Element = Any


def summarise(xml: bytes, cited_by: int) -> dict[str, Any]:
    """The values of a version 2 summary by their names in JSON. `cited_by`: how many records here cite it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    root: Element = etree.fromstring(xml, parser)
    authors = _authors(root)
    printed = _printed(root.find(".//JournalIssue/PubDate") if root.find(".//JournalIssue/PubDate") is not None else None)
    title = _text(root.find(".//ArticleTitle")) or _text(root.find(".//BookTitle"))
    issns = {issn.get("IssnType"): (issn.text or "") for issn in root.iter("ISSN")}
    summary: dict[str, Any] = {
        "uid": _text(root.find(".//PMID")),
        "pubdate": printed or _printed(root.find(".//Book/PubDate")),
        "epubdate": _electronic(root),
        "source": _text(root.find(".//MedlineTA")) or _text(root.find(".//ISOAbbreviation")) or _text(root.find(".//Title")),
        "authors": authors,
        "lastauthor": authors[-1]["name"] if authors else "",
        "title": title,
        "sorttitle": _sort_title(title),
        "volume": _text(root.find(".//JournalIssue/Volume")),
        "issue": _text(root.find(".//JournalIssue/Issue")),
        "pages": _text(root.find(".//MedlinePgn")),
        "lang": [_text(each) for each in root.iter("Language")],
        "nlmuniqueid": _text(root.find(".//NlmUniqueID")),
        "issn": issns.get("Print") or issns.get(None) or _text(root.find(".//ISSNLinking")),
        "essn": issns.get("Electronic", ""),
        "pubtype": [_text(each) for each in root.iter("PublicationType")],
        "recordstatus": _record_status(root),
        "pubstatus": _publication_status(root),
        "articleids": _identifiers(root),
        "history": [{"pubstatus": each.get("PubStatus"), "date": _moment(each)} for each in root.iter("PubMedPubDate")],
        "references": _notices(root),
        "attributes": ["Has Abstract"] if any(_text(each) for each in root.iterfind(".//Abstract/AbstractText")) else [],
        "pmcrefcount": cited_by,
        "fulljournalname": _text(root.find(".//Journal/Title")),
        "elocationid": " ".join(f"{each.get('EIdType')}: {_text(each)}" for each in root.iter("ELocationID")),
        "doctype": "chapter" if root.tag == "PubmedBookArticle" else "citation",
        "booktitle": _text(root.find(".//BookTitle")),
        "publishername": _text(root.find(".//PublisherName")),
    }
    summary |= {name: [] for name in _EMPTY_LISTS} | dict.fromkeys(_EMPTY_TEXTS, "")
    summary["sortpubdate"] = _day(root)
    summary["sortfirstauthor"] = authors[0]["name"] if authors else ""
    return summary


def source_line(summary: dict[str, Any]) -> str:
    """`1965 Aug;92(2):188-91`, version 1's SO."""
    volume = summary["volume"] + (f"({summary['issue']})" if summary["issue"] else "")
    return f"{summary['pubdate']};{volume}" + (f":{summary['pages']}" if summary["pages"] else "")


def language_name(code: str) -> str:
    """`English` for `eng`, as version 1 gives it; a code that is in no table as it is."""
    return LANGUAGES.get(code.casefold(), code).title() if code.casefold() in LANGUAGES else code


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _authors(root: Element) -> list[dict[str, str]]:
    found = []
    for listed in root.iterfind(".//AuthorList"):
        for author in listed:
            collective = _text(author.find("CollectiveName"))
            parts = (_text(author.find(name)) for name in ("LastName", "Initials", "Suffix"))
            name = collective or " ".join(part for part in parts if part)
            kind = "CollectiveName" if collective else "Editor" if listed.get("Type") == "editors" else "Author"
            if name and author.get("ValidYN") != "N":
                found.append({"name": name, "authtype": kind, "clusterid": ""})
    return found


def _printed(date: Element | None) -> str:
    """`1965 Aug`, `2019 Nov-Dec`: the date's parts as they stand."""
    return "" if date is None else " ".join(_text(part) for part in date if _text(part))


def _electronic(root: Element) -> str:
    for date in root.iter("ArticleDate"):
        number = day_number(date)
        if number:
            return f"{number // 10000} {_MONTH_NAMES[number // 100 % 100]} {number % 100}"
    return ""


def _sort_title(title: str) -> str:
    return _ARTICLES.sub("", re.sub(r"[^\w\s]", " ", title.casefold()).replace("  ", " ").lstrip())


def _record_status(root: Element) -> str:
    citation = root.find("MedlineCitation")
    return _STATUS.get(citation.get("Status", ""), "PubMed") if citation is not None else "PubMed"


def _publication_status(root: Element) -> str:
    status = _text(root.find(".//PublicationStatus"))
    ahead = any(each.get("PubStatus") == "aheadofprint" for each in root.iter("PubMedPubDate"))
    return _PPUBLISH_AHEAD if status == "ppublish" and ahead else _PUBLICATION_STATUS.get(status, status)


def _identifiers(root: Element) -> list[dict[str, Any]]:
    listed = root.find("PubmedData/ArticleIdList")
    listed = listed if listed is not None else root.find("PubmedBookData/ArticleIdList")
    pairs = [(each.get("IdType", ""), _text(each)) for each in listed] if listed is not None else []
    pairs = pairs or [("pubmed", _text(root.find(".//PMID")))]
    return [{"idtype": kind, "idtypen": _ID_NUMBERS.get(kind, _OTHER_ID), "value": value} for kind, value in pairs]


def _notices(root: Element) -> list[dict[str, Any]]:
    links = [each for each in root.iter("CommentsCorrections") if each.get("RefType") != "Cites"]
    return [
        {
            "refsource": _text(each.find("RefSource")),
            "reftype": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", each.get("RefType", "")).lower(),
            "pmid": int(_text(each.find("PMID")) or 0),
            "note": _text(each.find("Note")),
        }
        for each in links
    ]


def _moment(date: Element) -> str:
    number = day_number(date) or 0
    hour, minute = (_text(date.find(name)) or "0" for name in ("Hour", "Minute"))
    return f"{number // 10000:04}/{number // 100 % 100:02}/{number % 100:02} {int(hour):02}:{int(minute):02}"


def _day(root: Element) -> str:
    date = root.find(".//PubDate")
    number = (day_number(date) if date is not None else None) or 0
    return f"{number // 10000:04}/{number // 100 % 100:02}/{number % 100:02} 00:00" if number else ""
