"""One mirror's index in use: runs queries, gives PMIDs and records, and keeps results that a history refers to."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Query

from connectors.mirror.index_schema import index_folder, open_index
from connectors.mirror.translate_query import TranslatedQuery, translate_query
from evidence.errors import InvalidInput, UnsupportedQuery
from searching.query import QueryNode

LARGEST_PAGE = 9_999
"""PMIDs that one search gives at most, PubMed's own limit."""

HISTORIES = 500
QUERIES_IN_HISTORY = 200


class SortOrder(Enum):
    """Orders that repeat exactly."""

    NEWEST = "pmid"
    PUBLISHED = "published_then_pmid"


@dataclass(frozen=True)
class SearchResult:
    """A query with the state of the index it ran on: paging through it later gives the same records."""

    translated: TranslatedQuery
    count: int
    searcher: tantivy.Searcher
    order: SortOrder


class SearchIndex:
    """Searches one mirror directory; notices by itself when more files have been loaded."""

    def __init__(self, directory: Path) -> None:
        self._index = open_index(directory)
        self._meta = index_folder(directory) / "meta.json"
        self._state = self._meta.stat().st_mtime_ns
        self._lock = Lock()
        self._histories: OrderedDict[str, list[SearchResult]] = OrderedDict()

    @property
    def records(self) -> int:
        """How many records can be searched."""
        return int(self._searcher().num_docs)

    def search(self, node: QueryNode, *, web_env: str | None = None, order: SortOrder = SortOrder.NEWEST) -> SearchResult:
        """Run a query; `#n` in it means query n of the history `web_env`.

        Raises UnsupportedQuery for what cannot be answered, InvalidInput for a line number that is not in the history.
        """
        searcher = self._searcher()

        def resolve(number: int) -> TranslatedQuery | None:
            earlier = self.recall(web_env, number)
            return earlier.translated if earlier else None

        try:
            translated = translate_query(node, self._index, searcher, resolve)
        except ValueError as error:  # the engine's own refusals, for example an asterisk that stands for too many words
            raise UnsupportedQuery(f"This mirror cannot answer the query ({error}): make it more specific.") from error
        count = searcher.search(translated.query, limit=1).count  # type: ignore[attr-defined]  # tantivy's stubs leave it out
        return SearchResult(translated=translated, count=int(count or 0), searcher=searcher, order=order)

    def pmids(self, result: SearchResult, start: int, limit: int) -> list[int]:
        """PMIDs of a result from place `start`, newest first unless it was ordered by publication."""
        if limit <= 0 or start >= result.count:
            return []
        hits = result.searcher.search(
            result.translated.query, limit=limit, offset=start, count=False, order_by_field=result.order.value
        ).hits
        if result.order is SortOrder.NEWEST:
            return [int(key) for key, _ in hits]
        return [int(key) % 1_000_000_000 for key, _ in hits]

    def records_of(self, pmids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """PMID and XML of each record that is here, in the order asked, each once."""
        searcher = self._searcher()
        for pmid in dict.fromkeys(pmids):
            hits = searcher.search(Query.term_query(self._index.schema, "pmid", pmid), limit=1, count=False).hits
            if hits:
                yield pmid, bytes(searcher.doc(hits[0][1])["xml"][0])

    def remember(self, result: SearchResult, web_env: str | None) -> tuple[str, int]:
        """Put a result into a history, a new one unless `web_env` names one; gives WebEnv and query key."""
        with self._lock:
            if web_env is None:
                web_env = f"MCID_{secrets.token_hex(12)}"
                self._histories[web_env] = []
                while len(self._histories) > HISTORIES:
                    self._histories.popitem(last=False)
            history = self._histories.get(web_env)
            if history is None:
                raise InvalidInput("Unable to find that WebEnv: it has expired or was never given; run the search again.")
            if len(history) >= QUERIES_IN_HISTORY:
                raise InvalidInput(f"The history holds {QUERIES_IN_HISTORY} queries: begin a new one by leaving WebEnv out.")
            history.append(result)
            self._histories.move_to_end(web_env)
            return web_env, len(history)

    def recall(self, web_env: str | None, query_key: int) -> SearchResult | None:
        """Query `query_key` of a history, or None."""
        with self._lock:
            history = self._histories.get(web_env or "", [])
            return history[query_key - 1] if 1 <= query_key <= len(history) else None

    def _searcher(self) -> tantivy.Searcher:
        with self._lock:
            state = self._meta.stat().st_mtime_ns
            if state != self._state:
                self._index.reload()
                self._state = state
            return self._index.searcher()
