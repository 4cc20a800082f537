"""One mirror's index in use: runs queries, gives PMIDs and records, and keeps results that a history refers to."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Occur, Query

from connectors.mirror.index_schema import index_folder, open_index
from connectors.mirror.translate_query import QueryTranslator
from connectors.mirror.translation import TranslatedQuery, Translation
from evidence.errors import InvalidInput, UnsupportedQuery
from evidence.services import MeshVocabulary
from searching.query import QueryNode

LARGEST_PAGE = 9_999
"""PMIDs that one search gives at most, PubMed's own limit."""

BEYOND_LIMIT = (
    f"Search Backend failed: Exception:\n'retstart' cannot be larger than {LARGEST_PAGE - 1}. For PubMed, \n"
    "ESearch can only retrieve the first 9,999 records \nmatching the query. \n"
    "To obtain more than 9,999 PubMed records, consider \nusing <EDirect> that contains additional logic \n"
    "to batch PubMed search results automatically \nso that an arbitrary number can be retrieved. \n"
    "For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
"""PubMed's own words for a page that begins beyond its limit."""

WHOLE_PUBMED = 30_000_000
"""Records from which on a mirror is taken for all of PubMed, so that phrases unknown to it are unknown to PubMed."""

HISTORIES = 500
QUERIES_IN_HISTORY = 200
_SHOWN = 50


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
    """Searches one mirror directory; notices by itself when more files have been loaded.

    `vocabulary` gives the MeSH headings to explode through; `whole` says that all of PubMed is loaded, unset: by its size.
    """

    def __init__(self, directory: Path, vocabulary: MeshVocabulary | None = None, *, whole: bool | None = None) -> None:
        self.vocabulary = vocabulary
        self._whole = whole
        self._index = open_index(directory)
        self._meta = index_folder(directory) / "meta.json"
        self._state = self._meta.stat().st_mtime_ns
        self._lock = Lock()
        self._histories: OrderedDict[str, list[SearchResult]] = OrderedDict()

    @property
    def records(self) -> int:
        """How many records can be searched."""
        return int(self._searcher().num_docs)

    @property
    def last_change(self) -> datetime:
        """When the index was last written, UTC."""
        return datetime.fromtimestamp(self._meta.stat().st_mtime, UTC)

    def search(
        self, node: QueryNode, *, written: str = "", web_env: str | None = None, order: SortOrder = SortOrder.NEWEST
    ) -> SearchResult:
        """Run a query, whose text is `written`; `#n` in it means query n of the history `web_env`.

        Raises UnsupportedQuery for what cannot be answered, InvalidInput for a line number that is not in the history.
        """
        searcher = self._searcher()

        def resolve(number: int) -> TranslatedQuery | None:
            earlier = self.recall(web_env, number)
            return earlier.translated if earlier else None

        try:
            whole = searcher.num_docs >= WHOLE_PUBMED if self._whole is None else self._whole
            translated = QueryTranslator(
                self._index, searcher, resolve, vocabulary=self.vocabulary, written=written, whole=whole
            ).translate(node)
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

    def posted(self, pmids: Sequence[int]) -> SearchResult:
        """A result that holds the records with these PMIDs that are here."""
        searcher = self._searcher()
        query = Query.term_set_query(self._index.schema, "pmid", list(dict.fromkeys(pmids)))
        count = int(searcher.search(query, limit=1).count or 0)  # type: ignore[attr-defined]  # as above
        text = " OR ".join(f"{pmid}[UID]" for pmid in pmids[:_SHOWN])
        translated = TranslatedQuery(query=query, translation=Translation(text=text))
        return SearchResult(translated=translated, count=count, searcher=searcher, order=SortOrder.NEWEST)

    def within(self, result: SearchResult, pmids: Sequence[int]) -> set[int]:
        """Those of the PMIDs that a result holds."""
        among = Query.term_set_query(self._index.schema, "pmid", list(pmids))
        query = Query.boolean_query([(Occur.Must, result.translated.query), (Occur.Must, among)])
        hits = result.searcher.search(query, limit=max(1, len(pmids)), count=False, order_by_field="pmid").hits
        return {int(key) for key, _ in hits}

    def linked_to(self, pmid: int, field: str) -> list[int]:
        """Records whose field of links (`cites`, `retracts`) names this PMID, newest first, at most a page."""
        searcher = self._searcher()
        query = Query.term_query(self._index.schema, field, pmid)
        hits = searcher.search(query, limit=LARGEST_PAGE, count=False, order_by_field="pmid").hits
        return [int(key) for key, _ in hits]

    def words_beginning(self, beginning: str, most: int) -> list[tuple[str, int]]:
        """Words of titles that begin so, with the number of records, the most frequent first."""
        return [(str(word), int(count)) for word, count in self._searcher().terms_with_prefix("title", beginning, limit=most)]

    def holds_word(self, word: str) -> bool:
        """Whether any title or abstract has this word."""
        searcher = self._searcher()
        return any(searcher.doc_freq(name, word) for name in ("title", "abstract"))

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
