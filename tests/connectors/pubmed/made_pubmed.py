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
_PMIDS = re.compile(r"AND \((\d+):(\d+)\[uid\]\)")
_EACH = re.compile(r"(\d+)\[uid\](?: OR |$)")
LAST_POSITION = 9_998
DEFAULT_RETMAX = 20


@dataclass
class MadePubMed:
    """Answers esearch and efetch. Every record matches; date spans of the query narrow it. Dates: entry, publication."""

    dates: dict[str, dict[str, date]]
    hide: Callable[[str], bool] = lambda _pmid: False
    """Records that are counted and never listed."""
    keep_back: Callable[[str], bool] = lambda _pmid: False
    """Records that are listed and never given."""
    served: list[str] = field(default_factory=list)
    _ordered: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        self.served.append(asked.program)
        answer = {"esearch.fcgi": self._esearch, "efetch.fcgi": self._efetch}[asked.program]
        return Reply(answer(asked.parameters))

    def _esearch(self, asked: dict[str, str]) -> bytes:
        start, many = int(asked.get("retstart", "0")), int(asked.get("retmax", DEFAULT_RETMAX))
        matching = self._matching(asked["term"])
        if start > LAST_POSITION:
            return b"<eSearchResult><ERROR>Search Backend failed: Exception: position out of range</ERROR></eSearchResult>"
        listed = [pmid for pmid in matching[start : min(start + many, LAST_POSITION + 1)] if not self.hide(pmid)]
        return search_answer(len(matching), listed, translation=asked["term"])

    def _matching(self, query: str) -> list[str]:
        if each := _EACH.findall(query):
            return [pmid for pmid in each if pmid in self.dates]
        matching = self._newest_first()
        for first_pmid, last_pmid in _PMIDS.findall(query):
            matching = [pmid for pmid in matching if int(first_pmid) <= int(pmid) <= int(last_pmid)]
        for word, first, name, last in _SPAN.findall(query):
            begin, end = date.fromisoformat(first.replace("/", "-")), date.fromisoformat(last.replace("/", "-"))
            wanted, dates = word == "AND", self.dates
            matching = [pmid for pmid in matching if (begin <= dates[pmid].get(name, date.min) <= end) is wanted]
        return matching

    def _newest_first(self) -> list[str]:
        """By entry date, then PMID; sorted anew where records came in."""
        if len(self._ordered) != len(self.dates):
            newest = sorted(self.dates, key=lambda pmid: (self.dates[pmid].get("edat", date.min), int(pmid)), reverse=True)
            self._ordered = newest
        return self._ordered

    def _efetch(self, asked: dict[str, str]) -> bytes:
        return article_set(article(pmid) for pmid in asked["id"].split(",") if pmid in self.dates and not self.keep_back(pmid))


def search_answer(count: int, ids: list[str], *, translation: str = "made[All Fields]", more: str = "") -> bytes:
    """An `eSearchResult` in NCBI's form."""
    listed = "\n".join(f"<Id>{pmid}</Id>" for pmid in ids)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        f"<eSearchResult><Count>{count}</Count><RetMax>{len(ids)}</RetMax><RetStart>0</RetStart><IdList>\n{listed}\n</IdList>"
        f"<TranslationSet/><QueryTranslation>{escape(translation)}</QueryTranslation>{more}</eSearchResult>"
    ).encode()
