"""Lexical search over passages and over whole records: BM25 on tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

import tantivy

from evidence.passage import Passage
from searching.split_passages import embedded_text

_ANALYSER = "english"
_WRITER_BYTES = 32_000_000


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) over passages and over records, in memory.

    A passage is searched by its record's title and its text, a record by its title and all of its passages. Words are folded
    to lower case without accents, English function words dropped, the rest stemmed (Snowball English). Nothing is kept on
    disk: filling it with 2,000 records takes about a second. Threads may share it.
    """

    def __init__(self) -> None:
        self._by_passage = _Bm25()
        self._by_record = _Bm25()
        self._passages: dict[str, dict[str, Passage]] = {}
        self._lock = Lock()

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages; one whose id is there already is not added twice."""
        with self._lock:
            new: dict[str, Passage] = {}
            for passage in passages:
                if passage.id not in self._passages.setdefault(passage.pmid, {}):
                    self._passages[passage.pmid][passage.id] = new[passage.id] = passage
            if not new:
                return
            self._by_passage.put((passage.id, passage.pmid, embedded_text(passage)) for passage in new.values())
            touched = dict.fromkeys(passage.pmid for passage in new.values())
            self._by_record.put((pmid, pmid, self._record_text(pmid)) for pmid in touched)

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with BM25 scores, best first, at most `limit`; passages that share no word with `text` are left out.

        `text` is plain text, never query syntax. How rare a word is counts over the whole index, also where `pmids` limits
        the answer to some records.
        """
        return self._by_passage.nearest(text, limit, pmids)

    def nearest_records(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """PMIDs with BM25 scores, best first, at most `limit`: as `nearest`, with the whole record as the unit."""
        return self._by_record.nearest(text, limit, pmids)

    def _record_text(self, pmid: str) -> str:
        passages = sorted(self._passages[pmid].values(), key=lambda passage: passage.start)
        return " ".join([passages[0].title, *(passage.text for passage in passages)])


class _Bm25:
    """One tantivy index of texts, each with an id and a PMID."""

    def __init__(self) -> None:
        schema = tantivy.SchemaBuilder()
        for name in ("id", "pmid"):
            schema.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", tokenizer_name=_ANALYSER, index_option="freq")
        self._schema = schema.build()
        self._analyser = _english()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer(_ANALYSER, self._analyser)

    def put(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Take in (id, PMID, text); a text whose id is there already replaces it."""
        # One thread: the order of documents is the order of the rows, and so an index filled alike answers alike.
        writer = self._index.writer(_WRITER_BYTES, 1)
        for id_, pmid, text in rows:
            writer.delete_documents_by_term("id", id_)
            writer.add_document(tantivy.Document(id=id_, pmid=pmid, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def nearest(self, text: str, limit: int, pmids: Sequence[str] | None) -> list[tuple[str, float]]:
        searcher = self._index.searcher()
        limit = min(limit, searcher.num_docs)
        words = dict.fromkeys(self._analyser.analyze(text))
        if not words or limit < 1 or (pmids is not None and not pmids):
            return []
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word, "freq")) for word in words]
        query = tantivy.Query.boolean_query(terms)
        if pmids is not None:
            among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "pmid", list(pmids)), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
        hits = searcher.search(query, limit, count=False).hits
        found = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def _english() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    filters = (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    )
    for step in filters:
        builder = builder.filter(step)
    return builder.build()
