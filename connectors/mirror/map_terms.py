"""Automatic term mapping: what PubMed makes of words without tag, quotes or asterisk.

Source: PubMed User Guide, "How PubMed works: automatic term mapping": the longest run of words that is a MeSH heading or one
of its entry terms, then a substance, a journal, an author; whatever is left is searched word by word in all fields. What
PubMed adds besides, its lists of word variants and of British spellings, is not published, so it is not added here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import tantivy
from tantivy import Occur, Query

from connectors.mirror.field_queries import WORD_TAGS, FieldQueries
from connectors.mirror.hierarchies import publication_types
from connectors.mirror.index_schema import name_key, value_key, words_of
from connectors.mirror.translation import Part, Translation
from connectors.mirror.vocabularies import STOPWORDS
from evidence.services import MeshVocabulary
from searching.query import Term

LONGEST_NAME = 8
"""Words of the longest heading or journal that is looked for."""

_LOOKS_LIKE_PMID = re.compile(r"\d{6,9}")
_INITIALS = re.compile(r"[^\W\d_]{1,2}")
_JOURNAL = re.compile(rb"<MedlineTA>([^<]{1,300})</MedlineTA>")
_JOURNAL_ID = re.compile(rb"<NlmUniqueID>([^<]{1,30})</NlmUniqueID>")


class TermMapper:
    """Maps words over one state of the index; what it did stands in `notes`."""

    def __init__(
        self, fields: FieldQueries, searcher: tantivy.Searcher, vocabulary: MeshVocabulary | None, notes: Translation
    ) -> None:
        self._fields = fields
        self._searcher = searcher
        self._vocabulary = vocabulary
        self._notes = notes

    def map(self, text: str) -> Part:
        """The longest names first, then single words, all of them wanted."""
        words = text.split()
        if all(_LOOKS_LIKE_PMID.fullmatch(word) for word in words):
            return self._pmids(text, words)
        parts: list[Part] = []
        place = 0
        while place < len(words):
            length, part = self._longest_name(words[place : place + LONGEST_NAME])
            if part is None:
                part = self._word(words[place])
            if part is not None:
                parts.append(part)
            place += length
        if not parts:
            return Query.empty_query(), f'"{text.lower()}"[All Fields]'
        if len(parts) == 1:
            return parts[0]
        return Query.boolean_query([(Occur.Must, query) for query, _ in parts]), " AND ".join(text for _, text in parts)

    def found(self, query: Query, term: Term | None = None) -> bool:
        """Whether any record matches; a single word is looked up in the lists of words, which takes no search."""
        if term is not None and (term.tag or "all") in WORD_TAGS and not term.truncated:
            words = words_of(term.text)
            if len(words) == 1 and any(self._searcher.doc_freq(name, words[0]) for name in WORD_TAGS[term.tag or "all"]):
                return True
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    def full_name(self, text: str) -> str | None:
        """`hart, rk` for `hart rk`, where a record has that as an author's full name, so that PubMed reads it as either."""
        words = name_key(text).split()
        if len(words) < 2 or not self._searcher.doc_freq("full_author", " ".join(words)):
            return None
        return f"{words[0]}, {' '.join(words[1:])}"

    def journal(self, query: Query) -> tuple[str, str] | None:
        """MedlineTA and NLM id of the journal of the records that a query finds; None where they do not say it."""
        hits = self._searcher.search(query, limit=1, count=False).hits
        if not hits:
            return None
        xml = bytes(self._searcher.doc(hits[0][1])["xml"][0])
        name, number = _JOURNAL.search(xml), _JOURNAL_ID.search(xml)
        if name is None:
            return None
        return name[1].decode("utf-8", "replace"), number[1].decode("ascii", "replace") if number else ""

    def _pmids(self, text: str, words: Sequence[str]) -> Part:
        query = self._fields.term(Term(text=text, tag="uid"))
        if not self.found(query):
            self._notes.not_found(Term(text=text, tag="uid"))
        return query, " OR ".join(f"{word}[UID]" for word in words)

    def _longest_name(self, words: list[str]) -> tuple[int, Part | None]:
        if words[0].lower() in STOPWORDS and len(words) == 1:
            return 1, None
        for length in range(len(words), 0, -1):
            text = " ".join(words[:length])
            for mapped in (self._publication_type, self._heading, self._substance, self._journal, self._author):
                part = None if text.lower() in STOPWORDS else mapped(text)
                if part is not None:
                    return length, part
        return 1, None

    def _publication_type(self, text: str) -> Part | None:
        """`review` as the type and as `Review Literature as Topic`, where that heading is known."""
        key = value_key(text)
        if key not in publication_types() and not self._searcher.doc_freq("publication_type", key):
            return None
        parts = [(self._fields.term(Term(text=key, tag="pt")), f'"{key}"[Publication Type]')]
        for name in (f"{text}s as topic", f"{text} literature as topic"):
            if self._vocabulary and (found := self._vocabulary.find(name)):
                query = self._fields.term(Term(text=found.heading, tag="mh"))
                parts.append((query, f'"{found.heading.lower()}"[MeSH Terms]'))
        return self._with_free_text(text, parts, [])

    def _heading(self, text: str) -> Part | None:
        found = self._vocabulary.find(text) if self._vocabulary else None
        if found is not None:
            name = found.heading
        elif self._vocabulary is None and self._searcher.doc_freq("mesh", value_key(text)):
            name = text
            self._notes.not_exploded.append(text)
        else:
            return None
        query = self._fields.term(Term(text=name, tag="mh"))
        return self._with_free_text(text, [(query, f'"{name.lower()}"[MeSH Terms]')], [name])

    def _substance(self, text: str) -> Part | None:
        if not self._searcher.doc_freq("substance", value_key(text)):
            return None
        query = self._fields.term(Term(text=text, tag="nm"))
        return self._with_free_text(text, [(query, f'"{text.lower()}"[Supplementary Concept]')], [])

    def _journal(self, text: str) -> Part | None:
        if not self._searcher.doc_freq("journal", name_key(text)):
            return None
        query = self._fields.term(Term(text=text, tag="ta"))
        named = self.journal(query)
        return self._with_free_text(text, [(query, f'"{named[0] if named else text}"[Journal]')], [])

    def _author(self, text: str) -> Part | None:
        """`smith ja`: a family name and initials that stand in a record."""
        words = text.split()
        if len(words) < 2 or not _INITIALS.fullmatch(words[-1]) or words[0].lower() in STOPWORDS:
            return None
        query = self._fields.term(Term(text=text, tag="au"))
        if not self.found(query):
            return None
        self._notes.map(text, f"{text.lower()}[Author]")
        return query, f"{text.lower()}[Author]"

    def _with_free_text(self, written: str, parts: list[Part], names: Sequence[str]) -> Part:
        """The mapped name, or its words in all fields, or those that were written where they are others."""
        for name in dict.fromkeys([*(each.lower() for each in names), written.lower()]):
            parts = [*parts, *self._free_words(name)]
        translation = " OR ".join(text for _, text in parts)
        self._notes.map(written, translation)
        return Query.boolean_query([(Occur.Should, query) for query, _ in parts]), f"({translation})"

    def _free_words(self, name: str) -> list[Part]:
        """The words of a name in any field each; the phrase is part of that and only named."""
        words = [word for word in re.split(r"[\s,]+", name) if words_of(word)]
        queries = [(Occur.Must, self._fields.phrase("all", words_of(word))) for word in words]
        if len(words) < 2:
            return [(query, f'"{name}"[All Fields]') for _, query in queries]
        separate = " AND ".join(f'"{word}"[All Fields]' for word in words)
        phrase = self._fields.phrase("all", words_of(name))
        return [(Query.boolean_query(queries), f"({separate})"), (phrase, f'"{name}"[All Fields]')]

    def _word(self, word: str) -> Part | None:
        if word.lower() in STOPWORDS:
            self._notes.phrases_ignored.append(word)
            return None
        plain = words_of(word)
        if not plain:
            return None
        term = Term(text=word)
        query = self._fields.term(term)
        if not self.found(query, term):
            self._notes.not_found(term)
            return query, f"{word}[All Fields]"
        return query, f'"{" ".join(plain)}"[All Fields]'
