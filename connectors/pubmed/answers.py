"""Reads the small answers of E-utilities: what esearch found, and the messages a service gives instead of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from connectors.pubmed.transport import Fault
from connectors.pubmed.values import Element, pmid_text, text_of
from evidence.errors import BadAnswer, InvalidInput, ServiceUnavailable
from evidence.search import LineResult

_PASSING = re.compile(
    r"backend failed|temporarily unavailable|service unavailable|timed out|internal (?:server )?error|unable to obtain query"
    r"|address table is empty|try again later",
    re.IGNORECASE,
)
"""What NCBI says of its own faults that pass, in answers that are otherwise in order."""

_NOTHING_TO_FETCH = re.compile(rb"<ERROR>[^<]*ID list is empty", re.IGNORECASE)
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What esearch answered."""

    count: int
    ids: tuple[str, ...]
    translation: str
    warnings: tuple[str, ...]

    def line(self, number: int, query: str) -> LineResult:
        """The answer as the result of one line of a strategy."""
        return LineResult(
            number=number, query=query, count=self.count, query_translation=self.translation, warnings=self.warnings
        )


def read_search(body: bytes, *, host: str) -> SearchAnswer:
    """The answer to an esearch request.

    Raises:
        BadAnswer: it is no `eSearchResult`, or one without a count or with an id that is no PMID.
        InvalidInput: the service refuses the query.
        Fault: the service reports a fault of its own that may pass.
    """
    root = _small_document(body, host=host)
    if root.tag != "eSearchResult":
        raise BadAnswer(
            f"{host} answers a search with something else ({str(root.tag)[:60]}); check that it speaks E-utilities."
        )
    if (error := root.find("ERROR")) is not None:
        raise _refused(text_of(error)[:_SHOWN], host=host)
    printed = (root.findtext("Count") or "").strip()
    if not re.fullmatch(r"[0-9]{1,12}", printed):
        raise BadAnswer(f"{host} does not say how many records match; try again later.")
    ids = [pmid_text(entry) for entry in root.iterfind("IdList/Id")]
    if None in ids:
        raise BadAnswer(f"{host} lists identifiers that are no PMIDs; check that it searches PubMed.")
    return SearchAnswer(
        count=int(printed),
        ids=tuple(number for number in ids if number),
        translation=text_of(found) if (found := root.find("QueryTranslation")) is not None else "",
        warnings=tuple(
            f"{entry.tag}: {text_of(entry)[:_SHOWN]}"
            for name in ("ErrorList", "WarningList")
            for entry in root.iterfind(f"{name}/*")
        ),
    )


def says_nothing_to_fetch(body: bytes) -> bool:
    """Whether efetch answered that none of the PMIDs exists, which it says as an error."""
    return len(body) < 4096 and _NOTHING_TO_FETCH.search(body) is not None


def _web_page(host: str) -> BadAnswer:
    return BadAnswer(
        f"{host} answers with a web page (HTML); a sign-in page, a proxy or a fault of the service may be in the way."
    )


def _small_document(body: bytes, *, host: str) -> Element:
    if b"<html" in body[:4096].lower():
        raise _web_page(host)
    if b"<!ENTITY" in body:
        raise BadAnswer(f"{host} declares entities of its own, which PubMed never does; its answer is refused for safety.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadAnswer(f"{host} gives an answer that is not whole XML; try again later.") from error


def _refused(words: str, *, host: str) -> Exception:
    words = words.rstrip(" .")
    if _PASSING.search(words):
        return Fault(ServiceUnavailable(f"{host} reports a fault of its own: “{words}”; try again later."))
    return InvalidInput(f"{host} refuses the search: “{words}”.")
