"""Lexical search over passages: BM25 on tantivy."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import tantivy

from evidence.passage import Passage

_ANALYSER = "english"
_FIELDS = ("title", "text")
_WRITER_BYTES = 32_000_000


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) over the titles and texts of passages, in memory.

    Words are folded to lower case without accents, English function words dropped, the rest stemmed (Snowball English).
    A passage's score is the sum over title and text. Nothing is kept on disk: 6,000 passages take about a second.
    """

    def __init__(self) -> None:
        schema = tantivy.SchemaBuilder()
        for name in ("id", "pmid"):
            schema.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        for name in _FIELDS:
            schema.add_text_field(name, tokenizer_name=_ANALYSER, index_option="freq")
        self._schema = schema.build()
        self._analyser = _english()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer(_ANALYSER, self._analyser)
        self._known: set[str] = set()
        self._lock = Lock()

    def add(self, passages: Sequence[Passage]) -> None:
        """Take in passages; one whose id is there already is not added twice."""
        with self._lock:
            new = {passage.id: passage for passage in passages if passage.id not in self._known}
            if not new:
                return
            # One thread: the order of documents, and with it that of equal scores, is the order of the passages.
            writer = self._index.writer(_WRITER_BYTES, 1)
            for passage in new.values():
                fields = {"id": passage.id, "pmid": passage.pmid, "title": passage.title, "text": passage.text}
                writer.add_document(tantivy.Document.from_dict(fields, self._schema))
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
            self._known.update(new)

    def nearest(self, text: str, limit: int, *, pmids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Passage ids with BM25 scores, best first, at most `limit`; passages that share no word with `text` are left out.

        `text` is plain text, never query syntax. Rarity of words is judged over the whole index, also where `pmids` limits
        the answer to some records.
        """
        words = dict.fromkeys(self._analyser.analyze(text))
        if not words or limit < 1 or not self._known or (pmids is not None and not pmids):
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, word, "freq"))
                for field in _FIELDS
                for word in words
            ]
        )
        if pmids is not None:
            among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "pmid", list(pmids)), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
        searcher = self._index.searcher()
        hits = searcher.search(query, min(limit, len(self._known)), count=False).hits
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
