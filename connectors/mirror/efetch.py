"""EFetch, ESummary and EInfo: records, summaries, and what the database is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree
from starlette.responses import Response, StreamingResponse

from connectors.mirror.answer_text import element, json_answer, text, xml_answer
from connectors.mirror.esearch import BEYOND_LIMIT
from connectors.mirror.field_queries import searchable_tags
from connectors.mirror.request_parameters import check_database, number, wants_json
from connectors.mirror.search_index import LARGEST_PAGE, SearchIndex
from connectors.mirror.write_text import abstract_text, medline_text
from connectors.pubmed.citations import citation_of
from evidence.citation import Citation
from evidence.errors import InvalidInput
from searching.query_fields import DATE_TAGS, FIELDS

_SET_HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
_MOST_SUMMARIES = 500


def read_citation(xml: bytes) -> Citation:
    """The record in its XML as the mirror keeps it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    return citation_of(etree.fromstring(xml, parser), hashlib.sha256(xml).hexdigest())


def answer_efetch(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """Records, in the order asked. PMIDs that are not here are left out, as PubMed does. Raises InvalidInput."""
    check_database(parameters)
    rettype = parameters.get("rettype", "").casefold()
    if rettype not in ("", "full", "medline", "abstract", "uilist", "xml", "null"):
        raise InvalidInput(f"rettype {rettype[:40]!r} is unknown: give medline, abstract, uilist, or none for XML.")
    plain = rettype in ("medline", "abstract", "uilist")
    retmode = parameters.get("retmode", "").casefold() or ("text" if plain else "xml")
    if retmode not in ("xml", "text") or (retmode == "text" and not plain):
        raise InvalidInput("EFetch gives XML, or text with rettype medline, abstract or uilist.")
    pmids = _asked(index, parameters, default=LARGEST_PAGE)
    if rettype == "uilist":
        return _uilist(index, pmids, retmode)
    if retmode == "xml":
        return StreamingResponse(_record_set(index, pmids), media_type="text/xml; charset=UTF-8")
    write = medline_text if rettype == "medline" else abstract_text
    texts = (write(read_citation(xml), place) for place, (_, xml) in enumerate(index.records_of(pmids), start=1))
    return Response("\n".join(texts), media_type="text/plain; charset=UTF-8")


def _record_set(index: SearchIndex, pmids: Sequence[int]) -> Iterator[bytes]:
    yield _SET_HEAD.encode()
    for _, xml in index.records_of(pmids):
        yield xml + b"\n"
    yield b"</PubmedArticleSet>\n"


def _uilist(index: SearchIndex, pmids: Sequence[int], retmode: str) -> Response:
    here = [pmid for pmid, _ in index.records_of(pmids)]
    if retmode == "text":
        return Response("".join(f"{pmid}\n" for pmid in here), media_type="text/plain; charset=UTF-8")
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in here)
    return Response(f'<?xml version="1.0" ?>\n<IdList>{ids}</IdList>\n', media_type="text/xml; charset=UTF-8")


def _asked(index: SearchIndex, parameters: Mapping[str, str], *, default: int) -> list[int]:
    """The PMIDs of this page, from `id` or from the history."""
    start, limit = number(parameters, "retstart", 0), number(parameters, "retmax", default)
    if ids := parameters.get("id", ""):
        numbers = [part for part in re.split(r"[,\s]+", ids) if part]
        if not numbers or not all(re.fullmatch(r"\d{1,9}", part) for part in numbers):
            raise InvalidInput("ID list is empty! Possibly it has no correct IDs.")
        return [int(part) for part in numbers][start : start + limit]
    if not parameters.get("WebEnv") or not parameters.get("query_key"):
        raise InvalidInput("Empty id list - nothing todo")
    key = number(parameters, "query_key", 0)
    result = index.recall(parameters["WebEnv"], key)
    if result is None:
        raise InvalidInput(f"Unable to obtain query #{key}")
    if start > LARGEST_PAGE - 1:
        raise InvalidInput(BEYOND_LIMIT)
    return index.pmids(result, start, min(limit, LARGEST_PAGE - start))


def answer_esummary(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """Short descriptions: version 1 in XML, JSON. Raises InvalidInput."""
    check_database(parameters)
    as_json = wants_json(parameters)
    if parameters.get("version", "").startswith("2") and not as_json:
        raise InvalidInput("This mirror gives ESummary version 1.0 in XML, or JSON: leave version out or set retmode=json.")
    pmids = list(dict.fromkeys(_asked(index, parameters, default=LARGEST_PAGE)))
    if len(pmids) > _MOST_SUMMARIES:
        raise InvalidInput(f"Too many UIDs in request. Maximum number of UIDs is {_MOST_SUMMARIES} for JSON format output.")
    found = {pmid: summary_of(read_citation(xml)) for pmid, xml in index.records_of(pmids)}
    if as_json:
        entries: dict[str, Any] = {"uids": [str(pmid) for pmid in pmids]}
        for pmid in pmids:
            missing = {"uid": str(pmid), "error": "cannot get document summary"}
            entries[str(pmid)] = _summary_json(pmid, found[pmid]) if pmid in found else missing
        return json_answer("esummary", entries, key="result")
    body = "".join(
        _summary_xml(pmid, found[pmid]) if pmid in found else element("ERROR", f"UID={pmid}: cannot get document summary")
        for pmid in pmids
    )
    return xml_answer("esummary", f"\n{body}")


def summary_of(citation: Citation) -> dict[str, Any]:
    """The values of a version 1 summary by their names; a list holds (name, text) pairs."""
    identifiers = [("pubmed", citation.pmid)]
    identifiers += [(name, value) for name, value in (("doi", citation.doi), ("pmc", citation.pmcid)) if value]
    journal = citation.journal
    volume = (journal.volume or "") + (f"({journal.issue})" if journal.issue else "")
    printed = citation.published.printed if citation.published else ""
    return {
        "PubDate": printed,
        "EPubDate": citation.published_online.printed if citation.published_online else "",
        "Source": journal.abbreviation or journal.title or "",
        "AuthorList": [("Author", author.name) for author in citation.authors],
        "LastAuthor": citation.authors[-1].name if citation.authors else "",
        "Title": citation.title,
        "Volume": journal.volume or "",
        "Issue": journal.issue or "",
        "Pages": journal.pages or "",
        "LangList": [("Lang", language) for language in citation.languages],
        "ISSN": journal.issn or "",
        "PubTypeList": [("PubType", kind) for kind in citation.publication_types],
        "RecordStatus": citation.medline_status or "",
        "PubStatus": citation.publication_status or "",
        "ArticleIds": identifiers,
        "DOI": citation.doi or "",
        "HasAbstract": int(citation.has_abstract),
        "FullJournalName": journal.title or "",
        "ELocationID": f"doi: {citation.doi}" if citation.doi else "",
        "SO": f"{printed};{volume}" + (f":{journal.pages}" if journal.pages else ""),
    }


def _summary_xml(pmid: int, summary: Mapping[str, Any]) -> str:
    items = []
    for name, value in summary.items():
        if isinstance(value, list):
            inner = "".join(f'<Item Name="{text(kind)}" Type="String">{text(entry)}</Item>' for kind, entry in value)
            items.append(f'\t<Item Name="{name}" Type="List">{inner}</Item>\n')
        else:
            kind = "Integer" if isinstance(value, int) else "Date" if name.endswith("Date") else "String"
            items.append(f'\t<Item Name="{name}" Type="{kind}">{text(value)}</Item>\n')
    return f"<DocSum>\n\t<Id>{pmid}</Id>\n{''.join(items)}</DocSum>\n"


def _summary_json(pmid: int, summary: Mapping[str, Any]) -> dict[str, Any]:
    names = {"AuthorList": "authors", "LangList": "lang", "PubTypeList": "pubtype"}
    entry: dict[str, Any] = {"uid": str(pmid)}
    for name, value in summary.items():
        entry[names.get(name, name.lower())] = [text_ for _, text_ in value] if isinstance(value, list) else value
    entry["authors"] = [{"name": name, "authtype": "Author"} for name in entry["authors"]]
    entry["articleids"] = [{"idtype": kind, "value": value} for kind, value in summary["ArticleIds"]]
    entry["attributes"] = ["Has Abstract"] if entry.pop("hasabstract") else []
    return entry


def answer_einfo(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """The list of databases, one, or that database's size and search fields. Raises InvalidInput for another one."""
    as_json = wants_json(parameters)
    database = parameters.get("db", "")
    if not database:
        body = "<DbList>\n\t<DbName>pubmed</DbName>\n</DbList>"
        return json_answer("einfo", {"dblist": ["pubmed"]}) if as_json else xml_answer("einfo", body)
    if database.casefold() != "pubmed":
        raise InvalidInput(f"Can not retrieve DbInfo for db={database[:60]}")
    fields = [_field(tag) for tag in sorted(searchable_tags())]
    about = {
        "DbName": "pubmed",
        "MenuName": "PubMed",
        "Description": "PubMed bibliographic record, as loaded into this mirror",
        "Count": str(index.records),
    }
    if as_json:
        described = {name.lower(): value for name, value in about.items()}
        listed = [{name.lower(): value for name, value in field.items()} for field in fields]
        return json_answer("einfo", {"dbinfo": [{**described, "fieldlist": listed}]})
    body = "".join(element(name, value) for name, value in about.items())
    listed_xml = "".join(
        f"<Field>{''.join(element(name, value) for name, value in field.items())}</Field>\n" for field in fields
    )
    return xml_answer("einfo", f"<DbInfo>{body}<FieldList>\n{listed_xml}</FieldList></DbInfo>")


def _field(tag: str) -> dict[str, str]:
    """A field as EInfo describes it; the number of its terms is not counted and left empty."""
    name = next(field.name for field in FIELDS if field.tag == tag)
    return {
        "Name": tag.upper(),
        "FullName": name,
        "Description": f"Search with [{tag}]",
        "TermCount": "",
        "IsDate": "Y" if tag in DATE_TAGS else "N",
        "IsNumerical": "Y" if tag == "uid" else "N",
        "SingleToken": "N" if tag in ("all", "ti", "ab", "tiab", "tw", "ot", "ad", "tt") else "Y",
        "Hierarchy": "Y" if tag in ("mh", "majr", "sh", "pt") else "N",
        "IsHidden": "N",
    }
