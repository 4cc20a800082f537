"""ESearch: runs a query and gives its PMIDs, with PubMed's translation, warnings, limits and errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from connectors.mirror.answer_text import element, json_answer, text, xml_answer
from connectors.mirror.request_parameters import check_database, number, wants_json
from connectors.mirror.search_index import BEYOND_LIMIT, LARGEST_PAGE, SearchIndex, SearchResult, SortOrder
from connectors.mirror.translation import Translation
from evidence.errors import InvalidInput, UnsupportedQuery
from searching.parse_query import read_query
from searching.query import And, DateRange, LineReference, Not, Or, QueryNode, Term
from searching.query_fields import DATE_TAGS, find_tag
from searching.query_lenience import Lenience, LenienceKind

DEFAULT_RETMAX = 20
_LIMITS = ("term", "datetype", "mindate", "maxdate", "reldate")
_NO_END = "3000"
_SORTS = {
    "": SortOrder.NEWEST,
    "most recent": SortOrder.NEWEST,
    "date": SortOrder.NEWEST,
    "pub date": SortOrder.PUBLISHED,
    "pub_date": SortOrder.PUBLISHED,
    "pubdate": SortOrder.PUBLISHED,
}


def answer_esearch(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """The answer to one ESearch request. Raises InvalidInput, QuerySyntaxError or UnsupportedQuery."""
    check_database(parameters)
    rettype = parameters.get("rettype", "").casefold()
    if rettype not in ("", "uilist", "count"):
        raise InvalidInput(f"rettype {rettype[:40]!r} is unknown: ESearch gives uilist or count.")
    if parameters.get("retmode", "").casefold() not in ("", "xml", "json"):
        raise InvalidInput("retmode must be xml or json.")
    start, retmax = number(parameters, "retstart", 0), number(parameters, "retmax", DEFAULT_RETMAX)
    node, leniences = _query(index, parameters)
    web_env = parameters.get("WebEnv") or None
    result = index.search(node, written=parameters.get("term", "").strip(), web_env=web_env, order=_order(parameters))
    _note(leniences, result.translated.translation)
    if result.count > start > LARGEST_PAGE - 1:
        raise InvalidInput(BEYOND_LIMIT)
    page = min(retmax, LARGEST_PAGE - min(start, LARGEST_PAGE))
    cut = page < retmax and result.count > start + page
    history = index.remember(result, web_env) if parameters.get("usehistory", "").casefold() == "y" else None
    answer = _Answer(result, index.pmids(result, start, page), start, history)
    if cut:
        answer.messages.append(f"Restrictions achieved. start and count adjusted to {start}, {page}")
    if wants_json(parameters):
        return json_answer("esearch", answer.as_json(count_only=rettype == "count"))
    return xml_answer("esearch", answer.as_xml(count_only=rettype == "count"))


def _query(index: SearchIndex, parameters: Mapping[str, str]) -> tuple[QueryNode, tuple[Lenience, ...]]:
    """The tree to run: the term, in the field asked for, within the dates asked for, within an earlier query."""
    term = parameters.get("term", "").strip()
    parts: list[QueryNode] = []
    leniences: tuple[Lenience, ...] = ()
    if key := number(parameters, "query_key", 0):
        if index.recall(parameters.get("WebEnv"), key) is None:
            raise InvalidInput(f"Unable to obtain query #{key}")
        parts.append(LineReference(number=key))
    if term:
        read = read_query(term)
        leniences = read.leniences
        parts.append(_in_field(read.tree, parameters.get("field", "")))
    if not parts:
        raise InvalidInput("Empty term and query_key - nothing todo")
    if (dates := _dates(parameters)) is not None:
        parts.append(dates)
    return parts[0] if len(parts) == 1 else And(operands=tuple(parts)), leniences


def limited_to(index: SearchIndex, parameters: Mapping[str, str]) -> SearchResult | None:
    """The result of the `term` and dates of a request that limits other records by them; None where it has neither.

    Here, unlike in a search, `mindate` may stand alone and reaches to the present.
    """
    given = {name: parameters[name] for name in _LIMITS if parameters.get(name)}
    if "mindate" in given:
        given.setdefault("maxdate", _NO_END)
    dates = _dates(given)
    parts: list[QueryNode] = [read_query(given["term"]).tree] if "term" in given else []
    parts += [dates] if dates is not None else []
    return index.search(And(operands=tuple(parts)) if len(parts) > 1 else parts[0]) if parts else None


def _note(leniences: Sequence[Lenience], notes: Translation) -> None:
    """What PubMed itself says of a query that it reads around: fields it does not know, signs it passes over."""
    for lenience in leniences:
        if lenience.kind is LenienceKind.UNKNOWN_TAG:
            notes.fields_not_found.append(lenience.subject)
        elif lenience.kind is LenienceKind.IGNORED:
            notes.phrases_ignored.append(lenience.subject)


def _in_field(node: QueryNode, field: str) -> QueryNode:
    """The query with every untagged term in the field that the `field` parameter names."""
    if not field:
        return node
    tag = find_tag(field)
    if tag is None:
        raise InvalidInput(f"PubMed has no field {field[:40]!r}.")
    return _tagged(node, tag)


def _tagged(node: QueryNode, tag: str) -> QueryNode:
    match node:
        case Term(tag=None):
            return replace(node, tag=tag)
        case And() | Or():
            return replace(node, operands=tuple(_tagged(operand, tag) for operand in node.operands))
        case Not():
            return replace(node, wanted=_tagged(node.wanted, tag), unwanted=_tagged(node.unwanted, tag))
        case _:
            return node


def _dates(parameters: Mapping[str, str]) -> DateRange | None:
    """The range that datetype with mindate and maxdate, or with reldate, asks for; publication dates by default."""
    tag = find_tag(parameters.get("datetype") or "pdat")
    if tag not in DATE_TAGS:
        raise InvalidInput(f"datetype {parameters['datetype'][:40]!r} is unknown: give pdat, edat, crdt or mdat.")
    if days := number(parameters, "reldate", 0):
        today = date.today()
        first = today - timedelta(days=min(days, today.toordinal() - 366))
        return DateRange(start=first.strftime("%Y/%m/%d"), end=today.strftime("%Y/%m/%d"), tag=tag)
    start, end = parameters.get("mindate", "").strip(), parameters.get("maxdate", "").strip()
    if not start and not end:
        return None
    for value in (start, end):
        if not re.fullmatch(r"\d{4}(/\d{1,2}){0,2}", value):
            raise InvalidInput("mindate and maxdate must be given together, each as YYYY, YYYY/MM or YYYY/MM/DD.")
    return DateRange(start=start, end=end, tag=tag)


def _order(parameters: Mapping[str, str]) -> SortOrder:
    asked = parameters.get("sort", "").replace("+", " ").strip().casefold()
    order = _SORTS.get(asked)
    if order is None:
        raise UnsupportedQuery(f"This mirror cannot sort by {asked[:40]!r}: leave sort out for newest first, or give pub_date.")
    return order


class _Answer:
    """One result in the shapes that ESearch gives it."""

    def __init__(self, result: SearchResult, pmids: list[int], start: int, history: tuple[str, int] | None) -> None:
        self._count = result.count
        self._pmids = pmids
        self._start = start
        self._history = history
        self._notes: Translation = result.translated.translation
        self.messages = [*self._notes.messages, *([] if result.count else ["No items found."])]

    def as_xml(self, *, count_only: bool) -> str:
        if count_only:
            return element("Count", self._count)
        parts = [element("Count", self._count), element("RetMax", len(self._pmids)), element("RetStart", self._start)]
        if self._history:
            parts += [element("QueryKey", self._history[1]), element("WebEnv", self._history[0])]
        parts.append("<IdList>\n" + "".join(f"<Id>{pmid}</Id>\n" for pmid in self._pmids) + "</IdList>")
        pairs = "".join(
            f"<Translation>     <From>{text(written)}</From>     <To>{text(read)}</To>    </Translation>"
            for written, read in self._notes.mapped
        )
        parts += [f"<TranslationSet>{pairs}</TranslationSet>", element("QueryTranslation", self._notes.text)]
        errors = [element("PhraseNotFound", phrase) for phrase in self._notes.phrases_not_found]
        errors += [element("FieldNotFound", name) for name in self._notes.fields_not_found]
        if errors:
            parts.append(f"<ErrorList>{''.join(errors)}</ErrorList>")
        warnings = [element("PhraseIgnored", phrase) for phrase in self._notes.phrases_ignored]
        warnings += [element("QuotedPhraseNotFound", phrase) for phrase in self._notes.quoted_phrases_not_found]
        warnings += [element("OutputMessage", message) for message in self.messages]
        if warnings:
            parts.append(f"<WarningList>{''.join(warnings)}</WarningList>")
        return "".join(parts)

    def as_json(self, *, count_only: bool) -> dict[str, Any]:
        if count_only:
            return {"count": str(self._count)}
        answer: dict[str, Any] = {
            "count": str(self._count),
            "retmax": str(len(self._pmids)),
            "retstart": str(self._start),
        }
        if self._history:
            answer |= {"querykey": str(self._history[1]), "webenv": self._history[0]}
        answer["idlist"] = [str(pmid) for pmid in self._pmids]
        answer["translationset"] = [{"from": written, "to": read} for written, read in self._notes.mapped]
        answer["querytranslation"] = self._notes.text
        if self._notes.phrases_not_found or self._notes.fields_not_found:
            answer["errorlist"] = {
                "phrasesnotfound": self._notes.phrases_not_found,
                "fieldsnotfound": self._notes.fields_not_found,
            }
        if self._notes.phrases_ignored or self._notes.quoted_phrases_not_found or self.messages:
            answer["warninglist"] = {
                "phrasesignored": self._notes.phrases_ignored,
                "quotedphrasesnotfound": self._notes.quoted_phrases_not_found,
                "outputmessages": self.messages,
            }
        return answer
