"""ELink: from records to those they cite, those that cite them, and their full text in PMC, as far as the records say it.

PubMed's similar articles and LinkOut addresses need data that no record carries: they are refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from connectors.mirror.answer_text import element, json_answer, text, xml_answer
from connectors.mirror.asked_records import asked_pmids, read_pmids
from connectors.mirror.esearch import limited_to
from connectors.mirror.record_links import cited_pmids, pmc_numbers
from connectors.mirror.request_parameters import Parameters, check_database, wants_json
from connectors.mirror.search_index import LARGEST_PAGE, SearchIndex
from evidence.errors import InvalidInput

_NEVER = {
    "llinks": "LinkOut addresses",
    "llinkslib": "LinkOut addresses",
    "prlinks": "LinkOut addresses",
    "lcheck": "LinkOut addresses",
    "neighbor_score": "scores of similarity",
}


@dataclass(frozen=True)
class LinkKind:
    """One kind of link, as ELink names it, and how its targets are found."""

    name: str
    database: str
    menu: str
    priority: int
    targets: Callable[[SearchIndex, int], list[int]]


def _cited(index: SearchIndex, pmid: int) -> list[int]:
    return sorted({each for _, xml in index.records_of([pmid]) for each in cited_pmids(xml)}, reverse=True)


def _in_pmc(index: SearchIndex, pmid: int) -> list[int]:
    return sorted({each for _, xml in index.records_of([pmid]) for each in pmc_numbers(xml)}, reverse=True)


_KINDS = (
    LinkKind("pubmed_pmc", "pmc", "PMC Links", 180, _in_pmc),
    LinkKind("pubmed_pubmed_citedin", "pubmed", "Cited In", 128, lambda index, pmid: index.linked_to(pmid, "cites")),
    LinkKind("pubmed_pubmed_refs", "pubmed", "References for PMC Articles", 128, _cited),
)


def answer_elink(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    """The links of each id, or of several together where one `id` holds them. Raises InvalidInput."""
    check_database(parameters, "dbfrom")
    command = parameters.get("cmd", "neighbor").casefold() or "neighbor"
    if command in _NEVER:
        raise InvalidInput(f"This mirror has no {_NEVER[command]}: ask PubMed with cmd={command}.")
    if command not in ("neighbor", "neighbor_history", "acheck", "ncheck"):
        raise InvalidInput(f"cmd {command[:40]!r} is unknown: give neighbor, neighbor_history, acheck or ncheck.")
    groups = _groups(index, parameters)
    if command in ("acheck", "ncheck"):
        return xml_answer("elink", "".join(_checked(index, pmids, command) for pmids in groups))
    kinds = _wanted(parameters)
    sets = [(pmids, _links(index, pmids, kinds, parameters)) for pmids in groups]
    if command == "neighbor_history":
        return xml_answer("elink", "".join(_history(index, pmids, links, parameters) for pmids, links in sets))
    if wants_json(parameters):
        return json_answer("elink", [_as_json(pmids, links) for pmids, links in sets])
    return xml_answer("elink", "\n" + "".join(_as_xml(pmids, links) for pmids, links in sets))


def _groups(index: SearchIndex, parameters: Mapping[str, str]) -> list[list[int]]:
    """The ids of each set of links: one for each `id` parameter, or one for a history."""
    given = parameters.ids if isinstance(parameters, Parameters) else ()
    if len(given) > 1:
        return [read_pmids(ids) for ids in given]
    return [asked_pmids(index, parameters, most=LARGEST_PAGE)]


def _wanted(parameters: Mapping[str, str]) -> list[LinkKind]:
    name, database = parameters.get("linkname", "").strip(), parameters.get("db", "").strip().casefold()
    if name:
        kinds = [kind for kind in _KINDS if kind.name in name.split(",")]
        if not kinds:
            known = ", ".join(kind.name for kind in _KINDS)
            raise InvalidInput(f"This mirror has no links {name[:60]}: it has {known}; ask PubMed for others.")
        return kinds
    kinds = [kind for kind in _KINDS if database in ("", "all", kind.database)]
    if not kinds:
        raise InvalidInput(f"This mirror has no links to {database[:40]}: it has those to pubmed and pmc.")
    return kinds


Links = list[tuple[LinkKind, list[int]]]


def _links(index: SearchIndex, pmids: Sequence[int], kinds: Sequence[LinkKind], parameters: Mapping[str, str]) -> Links:
    """Targets by kind, those that are empty left out, as ELink does; within `term` and dates where the request has them."""
    limit = limited_to(index, parameters)
    found: Links = []
    for kind in kinds:
        targets = sorted({target for pmid in pmids for target in kind.targets(index, pmid)}, reverse=True)
        if limit is not None and kind.database == "pubmed":
            inside = index.within(limit, targets)
            targets = [target for target in targets if target in inside]
        if targets:
            found.append((kind, targets))
    return found


def _from(pmids: Sequence[int]) -> str:
    ids = "".join(f"      <Id>{pmid}</Id>\n" for pmid in pmids)
    return f"    <DbFrom>pubmed</DbFrom>\n    <IdList>\n{ids}    </IdList>\n"


def _as_xml(pmids: Sequence[int], links: Links) -> str:
    sets = "".join(
        f"    <LinkSetDb>\n      <DbTo>{kind.database}</DbTo>\n      <LinkName>{kind.name}</LinkName>\n"
        + "".join(f"      <Link><Id>{target}</Id></Link>\n" for target in targets)
        + "    </LinkSetDb>\n"
        for kind, targets in links
    )
    return f"  <LinkSet>\n{_from(pmids)}{sets}  </LinkSet>\n"


def _as_json(pmids: Sequence[int], links: Links) -> dict[str, Any]:
    entry: dict[str, Any] = {"dbfrom": "pubmed", "ids": [str(pmid) for pmid in pmids]}
    if links:
        entry["linksetdbs"] = [
            {"dbto": kind.database, "linkname": kind.name, "links": [str(target) for target in targets]}
            for kind, targets in links
        ]
    return entry


def _history(index: SearchIndex, pmids: Sequence[int], links: Links, parameters: Mapping[str, str]) -> str:
    web_env = parameters.get("WebEnv") or None
    parts = []
    for kind, targets in links:
        if kind.database == "pubmed":
            web_env, key = index.remember(index.posted(targets), web_env)
            inside = f"<DbTo>{kind.database}</DbTo><LinkName>{kind.name}</LinkName><QueryKey>{key}</QueryKey>"
            parts.append(f"    <LinkSetDbHistory>{inside}</LinkSetDbHistory>\n")
    kept = f"    {element('WebEnv', web_env)}\n" if web_env else ""
    return f"  <LinkSet>\n{_from(pmids)}{''.join(parts)}{kept}  </LinkSet>\n"


def _checked(index: SearchIndex, pmids: Sequence[int], command: str) -> str:
    """Which links each record has, or only whether it has any."""
    parts = []
    for pmid in pmids:
        kinds = [kind for kind in _KINDS if kind.targets(index, pmid)]
        if command == "ncheck":
            parts.append(f'<Id HasNeighbor="{"Y" if any(kind.database == "pubmed" for kind in kinds) else "N"}">{pmid}</Id>')
        else:
            parts.append(f"<IdLinkSet><Id>{pmid}</Id>{''.join(map(_info, kinds))}</IdLinkSet>")
    return f"<LinkSet><DbFrom>pubmed</DbFrom><IdCheckList>{''.join(parts)}</IdCheckList></LinkSet>"


def _info(kind: LinkKind) -> str:
    menu = text(kind.menu)
    return (
        f"<LinkInfo><DbTo>{kind.database}</DbTo><LinkName>{kind.name}</LinkName><MenuTag>{menu}</MenuTag>"
        f"<HtmlTag>{menu}</HtmlTag><Priority>{kind.priority}</Priority></LinkInfo>"
    )
