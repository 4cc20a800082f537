"""A made PubMed for the fault server: as many records as needed, with the real one's limits on what a search gives out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html import escape

from tests.connectors.pubmed.made_records import article, article_set
from tests.support.fault_server import Asked, Reply

_SPAN = re.compile(r'(AND|NOT) \("(\d{4}/\d\d/\d\d)"\[(\w+)\] : "(\d{4}/\d\d/\d\d)"\[\3\]\)')
LAST_POSITION = 9_998
DEFAULT_RETMAX = 20


@dataclass
class MadePubMed:
    """Answers esearch and efetch. Every record matches; date spans of the query narrow it. Dates: entry, publication."""

    dates: dict[str, dict[str, date]]
    hide: Callable[[str], bool] = lambda _pmid: False
    """Records that are counted and never listed."""
    served: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        self.served.append(asked.program)
        answer = {"esearch.fcgi": self._esearch, "efetch.fcgi": self._efetch}[asked.program]
        return Reply(answer(asked.parameters))

    def _esearch(self, asked: dict[str, str]) -> bytes:
        start, many = int(asked.get("retstart", "0")), int(asked.get("retmax", DEFAULT_RETMAX))
        matching = self._matching(asked["term"])
        if start > LAST_POSITION:
            return b"<eSearchResult><ERROR>Search Backend failed: Exception: position out of range</ERROR></eSearchResult>"
        matching.sort(key=lambda pmid: (self.dates[pmid].get("edat", date.min), int(pmid)), reverse=True)
        listed = [pmid for pmid in matching[start : min(start + many, LAST_POSITION + 1)] if not self.hide(pmid)]
        return search_answer(len(matching), listed, translation=asked["term"])

    def _matching(self, query: str) -> list[str]:
        matching = list(self.dates)
        for word, first, name, last in _SPAN.findall(query):
            begin, end = date.fromisoformat(first.replace("/", "-")), date.fromisoformat(last.replace("/", "-"))
            inside = {pmid for pmid in matching if begin <= self.dates[pmid].get(name, date.min) <= end}
            matching = [pmid for pmid in matching if (pmid in inside) is (word == "AND")]
        return matching

    def _efetch(self, asked: dict[str, str]) -> bytes:
        return article_set(article(pmid) for pmid in asked["id"].split(",") if pmid in self.dates)


def search_answer(count: int, ids: list[str], *, translation: str = "made[All Fields]", more: str = "") -> bytes:
    """An `eSearchResult` in NCBI's form."""
    listed = "\n".join(f"<Id>{pmid}</Id>" for pmid in ids)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        f"<eSearchResult><Count>{count}</Count><RetMax>{len(ids)}</RetMax><RetStart>0</RetStart><IdList>\n{listed}\n</IdList>"
        f"<TranslationSet/><QueryTranslation>{escape(translation)}</QueryTranslation>{more}</eSearchResult>"
    ).encode()
