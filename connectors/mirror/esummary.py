"""ESummary: short descriptions, version 1 and 2 in XML and version 2 in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from connectors.mirror.answer_text import document_summaries, element, json_answer, text, xml_answer
from connectors.mirror.asked_records import asked_pmids
from connectors.mirror.record_summary import language_name, source_line, summarise
from connectors.mirror.request_parameters import check_database, wants_json
from connectors.mirror.search_index import LARGEST_PAGE, SearchIndex
from evidence.errors import InvalidInput

_MOST_JSON = 500
_MOST = LARGEST_PAGE + 1
_MISSING = "cannot get document summary"
_NAMES = {
    "uid": "uid",
    "pubdate": "PubDate",
    "epubdate": "EPubDate",
    "lastauthor": "LastAuthor",
    "sorttitle": "SortTitle",
    "nlmuniqueid": "NlmUniqueID",
    "issn": "ISSN",
    "essn": "ESSN",
    "recordstatus": "RecordStatus",
    "pubstatus": "PubStatus",
    "pmcrefcount": "PmcRefCount",
    "fulljournalname": "FullJournalName",
    "elocationid": "ELocationID",
    "doctype": "DocType",
    "srccontriblist": "SrcContribList",
    "doccontriblist": "DocContribList",
    "booktitle": "BookTitle",
    "publisherlocation": "PublisherLocation",
    "publishername": "PublisherName",
    "srcdate": "SrcDate",
    "reportnumber": "ReportNumber",
    "availablefromurl": "AvailableFromURL",
    "locationlabel": "LocationLabel",
    "docdate": "DocDate",
    "bookname": "BookName",
    "sortpubdate": "SortPubDate",
    "sortfirstauthor": "SortFirstAuthor",
    "articleids": "ArticleIds",
    "pubtype": "PubType",
}
"""Version 2's names in XML where they are more than the name in JSON with a capital letter."""
_INNER = {
    "authors": ("Author", {"name": "Name", "authtype": "AuthType", "clusterid": "ClusterID"}),
    "articleids": ("ArticleId", {"idtype": "IdType", "idtypen": "IdTypeN", "value": "Value"}),
    "history": ("PubMedPubDate", {"pubstatus": "PubStatus", "date": "Date"}),
    "references": ("Reference", {"refsource": "RefSource", "reftype": "RefType", "pmid": "PMID", "note": "Note"}),
}


def answer_esummary(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """Summaries in the order asked. Raises InvalidInput."""
    check_database(parameters)
    as_json = wants_json(parameters)
    most = _MOST_JSON if as_json else _MOST
    pmids = list(dict.fromkeys(asked_pmids(index, parameters, most=LARGEST_PAGE, nothing="Neither query_key nor id specified")))
    if len(pmids) > most:
        raise InvalidInput(f"Too many UIDs in request. Maximum number of UIDs is {most} for JSON format output.")
    found = {pmid: summarise(xml, len(index.linked_to(pmid, "cites"))) for pmid, xml in index.records_of(pmids)}
    if as_json:
        entries: dict[str, Any] = {"uids": [str(pmid) for pmid in pmids]}
        for pmid in pmids:
            entries[str(pmid)] = found.get(pmid) or {"uid": str(pmid), "error": _MISSING}
        return json_answer("esummary", entries, key="result")
    if parameters.get("version", "").startswith("2"):
        return document_summaries("".join(_second_version(pmid, found.get(pmid)) for pmid in pmids))
    body = "".join(
        _first_version(pmid, found[pmid]) if pmid in found else element("ERROR", f"UID={pmid}: {_MISSING}") for pmid in pmids
    )
    return xml_answer("esummary", f"\n{body}")


def _first_version(pmid: int, summary: Mapping[str, Any]) -> str:
    items = [
        *(_item(name, summary[key], kind) for name, key, kind in _PLAIN[:3]),
        _items("AuthorList", [("Author", author["name"]) for author in summary["authors"]]),
        *(_item(name, summary[key], kind) for name, key, kind in _PLAIN[3:8]),
        _items("LangList", [("Lang", language_name(code)) for code in summary["lang"]]),
        *(_item(name, summary[key], kind) for name, key, kind in _PLAIN[8:11]),
        _items("PubTypeList", [("PubType", kind) for kind in summary["pubtype"]]),
        _item("RecordStatus", summary["recordstatus"]),
        _item("PubStatus", {"3": "epublish", "4": "ppublish", "10": "aheadofprint", "256": "ppublish"}.get(
            summary["pubstatus"], summary["pubstatus"])),
        _items("ArticleIds", [(each["idtype"], each["value"]) for each in summary["articleids"]]),
    ]  # fmt: skip
    doi = next((each["value"] for each in summary["articleids"] if each["idtype"] == "doi"), None)
    items += [_item("DOI", doi)] if doi else []
    items += [
        _items("History", [(each["pubstatus"], each["date"]) for each in summary["history"]], "Date"),
        _items("References", [("Reference", each["refsource"]) for each in summary["references"]]),
        _item("HasAbstract", int(bool(summary["attributes"])), "Integer"),
        _item("PmcRefCount", summary["pmcrefcount"], "Integer"),
        _item("FullJournalName", summary["fulljournalname"]),
        _item("ELocationID", summary["elocationid"]),
        _item("SO", source_line(dict(summary))),
    ]
    return f"<DocSum>\n\t<Id>{pmid}</Id>\n{''.join(items)}</DocSum>\n\n"


_PLAIN = (
    ("PubDate", "pubdate", "Date"),
    ("EPubDate", "epubdate", "Date"),
    ("Source", "source", "String"),
    ("LastAuthor", "lastauthor", "String"),
    ("Title", "title", "String"),
    ("Volume", "volume", "String"),
    ("Issue", "issue", "String"),
    ("Pages", "pages", "String"),
    ("NlmUniqueID", "nlmuniqueid", "String"),
    ("ISSN", "issn", "String"),
    ("ESSN", "essn", "String"),
)


def _item(name: str, value: object, kind: str = "String") -> str:
    return f'\t<Item Name="{name}" Type="{kind}">{text(value)}</Item>\n'


def _items(name: str, entries: list[tuple[str, str]], kind: str = "String") -> str:
    inner = "".join(f'\t\t<Item Name="{text(each)}" Type="{kind}">{text(value)}</Item>\n' for each, value in entries)
    return f'\t<Item Name="{name}" Type="List">{inner and chr(10)}{inner}{inner and chr(9)}</Item>\n'


def _second_version(pmid: int, summary: Mapping[str, Any] | None) -> str:
    if summary is None:
        return f'<DocumentSummary uid="{pmid}"><error>{_MISSING}</error></DocumentSummary>\n'
    body = "".join(_second_item(key, value) for key, value in summary.items() if key != "uid")
    return f'<DocumentSummary uid="{pmid}">\n{body}</DocumentSummary>\n'


def _second_item(key: str, value: Any) -> str:
    name = _NAMES.get(key, key.capitalize())
    if key in _INNER:
        inner_name, parts = _INNER[key]
        inner = "".join(
            f"<{inner_name}>{''.join(element(parts[part], each[part]) for part in parts)}</{inner_name}>" for each in value
        )
        return f"\t<{name}>{inner}</{name}>\n"
    if isinstance(value, list):
        tag = "string" if key == "lang" else "flag"
        return f"\t<{name}>{''.join(element(tag, each) for each in value)}</{name}>\n"
    return f"\t{element(name, value)}\n"
