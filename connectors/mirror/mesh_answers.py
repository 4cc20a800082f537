"""ESearch and ESummary of the database `mesh`, from the descriptor file loaded with `evidence mirror load-mesh`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from connectors.mesh import LocalMesh
from connectors.mirror.answer_text import element, json_answer, text, xml_answer
from connectors.mirror.request_parameters import number, wants_json
from connectors.mirror.search_index import SearchIndex
from evidence.errors import InvalidInput, UnsupportedQuery
from evidence.mesh import Descriptor

DEFAULT_RETMAX = 20
MOST = 10_000
_TERM = re.compile(r'\s*"?(?P<name>[^"\[\]]+?)"?\s*(?:\[(?P<field>[^\[\]]+)\])?\s*')
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b")
_SHORT_UI = re.compile(r"D([0-9]{6})")
_LONG_UI = re.compile(r"D([0-9]{7,9})")
_EXACT = frozenset({"mesh terms", "mesh", "mh"})
_ANY = frozenset({"", "all", "all fields", "text word", "tw"})


def asks_mesh(parameters: Mapping[str, str]) -> bool:
    """Whether a request is about the database `mesh`."""
    return parameters.get("db", "").strip().casefold() == "mesh"


def answer_mesh(utility: str) -> Callable[[SearchIndex, Mapping[str, str]], Response]:
    """What answers a utility for the database `mesh`. Raises InvalidInput for one that has no answer to it."""
    if utility == "esearch":
        return _esearch
    if utility == "esummary":
        return _esummary
    raise InvalidInput(f"This mirror has no {utility} for the database mesh: it has esearch and esummary.")


def _esearch(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    mesh = _vocabulary(index)
    found = _search(mesh, parameters.get("term", ""))
    start, most = number(parameters, "retstart", 0), min(number(parameters, "retmax", DEFAULT_RETMAX), MOST)
    page = [_uid(entry) for entry in found[start : start + most]]
    if wants_json(parameters):
        result = {"count": str(len(found)), "retmax": str(len(page)), "retstart": str(start), "idlist": page}
        return json_answer("esearch", {**result, "translationset": [], "querytranslation": parameters.get("term", "")})
    parts = [element("Count", len(found)), element("RetMax", len(page)), element("RetStart", start)]
    parts.append("<IdList>\n" + "".join(f"<Id>{uid}</Id>\n" for uid in page) + "</IdList><TranslationSet/>")
    parts.append(element("QueryTranslation", parameters.get("term", "")))
    if not found:
        parts.append(f"<WarningList>{element('OutputMessage', 'No items found.')}</WarningList>")
    return xml_answer("esearch", "".join(parts))


def _search(mesh: LocalMesh, term: str) -> list[Descriptor]:
    match = _TERM.fullmatch(term)
    if match is None or _OPERATOR.search(term):
        raise UnsupportedQuery("This mirror looks MeSH up by one name or some words: leave operators and brackets out.")
    name, field = match["name"], (match["field"] or "").strip().casefold()
    if field in _EXACT:
        found = mesh.find(name)
        headings = mesh.narrower(found.heading) if found else ()
        return [entry for heading in headings if (entry := mesh.find(heading))]
    if field in _ANY:
        entry = mesh.by_identifier(name)
        return [entry] if entry else list(mesh.with_words(name, MOST))
    raise UnsupportedQuery(f"This mirror does not search MeSH in the field {field[:40]!r}: give [MeSH Terms] or none.")


def _esummary(index: SearchIndex, parameters: Mapping[str, str]) -> Response:
    mesh = _vocabulary(index)
    asked = [uid.strip() for uid in parameters.get("id", "").split(",") if uid.strip()]
    if not asked or not all(uid.isascii() and uid.isdigit() for uid in asked):
        raise InvalidInput("Empty id list; nothing todo" if not asked else "Invalid uid in the id list")
    entries = {uid: _summary(mesh, uid) for uid in dict.fromkeys(asked)}
    if wants_json(parameters):
        return json_answer("esummary", {"uids": list(entries), **entries}, key="result")
    body = "".join(_document(uid, entry) for uid, entry in entries.items())
    return xml_answer("esummary", f'<DocumentSummarySet status="OK">\n{body}</DocumentSummarySet>')


def _summary(mesh: LocalMesh, uid: str) -> dict[str, Any]:
    """One heading as the database `mesh` describes it; what a descriptor file does not hold is empty."""
    found = mesh.by_identifier(f"D{uid[2:]}") if uid.startswith("68") and len(uid) == 8 else None
    found = found or mesh.by_identifier(f"D{int(uid[1:]):09d}")
    if found is None:
        return {"uid": uid, "error": "cannot get document summary"}
    return {
        "uid": uid,
        "ds_recordtype": "descriptor",
        "ds_meshui": found.ui,
        "ds_scopenote": "",
        "ds_meshterms": [found.heading, *found.entry_terms],
        "ds_idxlinks": [_link(mesh, place) for place in found.tree_numbers],
    }


def _link(mesh: LocalMesh, place: str) -> dict[str, Any]:
    above = mesh.at(place.rpartition(".")[0])
    children = [int(_uid(entry)) for entry in mesh.directly_below(place)]
    return {"parent": int(_uid(above)) if above else 0, "treenum": place, "children": children}


def _document(uid: str, entry: Mapping[str, Any]) -> str:
    if "error" in entry:
        return f'<DocumentSummary uid="{text(uid)}">{element("error", entry["error"])}</DocumentSummary>\n'
    terms = "".join(element("string", name) for name in entry["ds_meshterms"])
    links = "".join(
        f"<LinksType>{element('Parent', link['parent'])}{element('TreeNum', link['treenum'])}"
        f"<Children>{''.join(element('int', child) for child in link['children'])}</Children></LinksType>"
        for link in entry["ds_idxlinks"]
    )
    return (
        f'<DocumentSummary uid="{text(uid)}">{element("DS_RecordType", entry["ds_recordtype"])}'
        f"{element('DS_MeSHUI', entry['ds_meshui'])}{element('DS_ScopeNote', '')}<DS_MeshTerms>{terms}</DS_MeshTerms>"
        f"<DS_IdxLinks>{links}</DS_IdxLinks></DocumentSummary>\n"
    )


def _uid(entry: Descriptor) -> str:
    """The number of a heading in the database: 68 and the six digits of its identifier; 2 and seven for the long ones.

    NCBI numbers the long ones otherwise, which no descriptor file tells.
    """
    if short := _SHORT_UI.fullmatch(entry.ui):
        return f"68{short[1]}"
    long = _LONG_UI.fullmatch(entry.ui)
    if long is None:
        raise UnsupportedQuery(f"The MeSH identifier {entry.ui[:20]} has no number in this mirror: load NLM's descriptor file.")
    return f"2{int(long[1]):07d}"


def _vocabulary(index: SearchIndex) -> LocalMesh:
    if not isinstance(index.vocabulary, LocalMesh):
        raise InvalidInput("No MeSH file is loaded here: load one with `evidence mirror load-mesh`.")
    return index.vocabulary
