"""Turns a query tree into a query of the index, and says how it was read, as PubMed's QueryTranslation does.

What differs from PubMed, each said in the answer's warnings where it matters:

- A heading is searched without its narrower headings, because no MeSH tree is loaded.
- A phrase that stands in no record finds nothing. PubMed knows phrases from its own list and splits any other into words;
  over a part of PubMed that would find records which PubMed itself, knowing the phrase, leaves out.
- Automatic term mapping finds headings by their own names, not by entry terms, and adds no word variants.
- Fields that the records do not carry or that need other data are refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import tantivy
from tantivy import Occur, Query

from connectors.mirror.field_queries import FieldQueries
from connectors.mirror.index_schema import value_key, words_of
from connectors.mirror.vocabularies import STOPWORDS
from evidence.errors import InvalidInput
from searching.query import And, DateRange, LineReference, Not, Or, PmidRange, Proximity, QueryNode, Term
from searching.query_fields import field_name

LONGEST_HEADING = 8
"""Words of the longest heading that automatic term mapping looks for."""

_LOOKS_LIKE_PMID = re.compile(r"\d{6,9}")


@dataclass
class Translation:
    """How a query was read, and what PubMed would warn of."""

    text: str = ""
    mapped: list[tuple[str, str]] = field(default_factory=list)
    phrases_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_phrases_not_found: list[str] = field(default_factory=list)
    not_exploded: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TranslatedQuery:
    """A query of the index with its translation."""

    query: Query
    translation: Translation


Resolve = Callable[[int], TranslatedQuery | None]
Part = tuple[Query, str]


def translate_query(node: QueryNode, index: tantivy.Index, searcher: tantivy.Searcher, resolve: Resolve) -> TranslatedQuery:
    """The index's query for a tree. `resolve` gives the earlier query that a line number names.

    Raises UnsupportedQuery for what the mirror cannot answer, InvalidInput for a line number without query.
    """
    translator = _Translator(index, searcher, resolve)
    query, text = translator.part(node)
    notes = translator.notes
    notes.text = text
    if notes.not_exploded:
        headings = ", ".join(f'"{heading}"' for heading in dict.fromkeys(notes.not_exploded))
        notes.messages.append(f"Searched without narrower headings, because no MeSH tree is loaded: {headings}.")
    return TranslatedQuery(query=query, translation=notes)


class _Translator:
    def __init__(self, index: tantivy.Index, searcher: tantivy.Searcher, resolve: Resolve) -> None:
        self._searcher = searcher
        self._fields = FieldQueries(index.schema, searcher)
        self._resolve = resolve
        self.notes = Translation()

    def part(self, node: QueryNode) -> Part:
        match node:
            case And() | Or():
                return self._joined(node)
            case Not():
                return self._without(node)
            case Term():
                return self._term(node)
            case Proximity():
                query = self._fields.near(node.tag, words_of(node.text), node.distance)
                part = query, f'"{node.text.lower()}"[{field_name(node.tag)}:~{node.distance}]'
            case DateRange():
                part = (
                    self._fields.dates(node.tag, node.start, node.end),
                    f"{node.start}:{node.end}[{field_name(node.tag)}]",
                )
            case PmidRange():
                part = self._fields.pmids(node.start, node.end), f"{node.start}:{node.end}[{field_name('uid')}]"
            case LineReference():
                part = self._line(node)
        return part

    def _joined(self, node: And | Or) -> Part:
        occur, word = (Occur.Must, " AND ") if isinstance(node, And) else (Occur.Should, " OR ")
        parts = [(self.part(operand), operand) for operand in node.operands]
        query = Query.boolean_query([(occur, query) for (query, _), _ in parts])
        return query, word.join(_bracketed(text, operand) for (_, text), operand in parts)

    def _without(self, node: Not) -> Part:
        wanted, wanted_text = self.part(node.wanted)
        unwanted, unwanted_text = self.part(node.unwanted)
        query = Query.boolean_query([(Occur.Must, wanted), (Occur.MustNot, unwanted)])
        return query, f"{_bracketed(wanted_text, node.wanted)} NOT {_bracketed(unwanted_text, node.unwanted)}"

    def _line(self, node: LineReference) -> Part:
        earlier = self._resolve(node.number)
        if earlier is None:
            raise InvalidInput(f"Query #{node.number} is not in the history: run it with usehistory=y and pass its WebEnv.")
        return earlier.query, f"({earlier.translation.text})"

    def _term(self, term: Term) -> Part:
        if term.mapped:
            return self._map(term)
        query = self._fields.term(term)
        text = f'"{term.text.lower()}"[{field_name(term.tag)}{"" if term.explode else ":noexp"}]'
        if term.tag in ("mh", "majr") and term.explode and not term.truncated:
            self.notes.not_exploded.append(term.text)
        self._note_absence(term, query)
        return query, text

    def _note_absence(self, term: Term, query: Query) -> None:
        if self._searcher.search(query, limit=1, count=False).hits:
            return
        if term.quoted and " " in term.text and term.tag not in ("mh", "majr"):
            self.notes.quoted_phrases_not_found.append(f'"{term.text}"' + (f"[{term.tag}]" if term.tag else ""))
        else:
            self.notes.phrases_not_found.append(term.text + (f"[{field_name(term.tag)}]" if term.tag else ""))

    def _map(self, term: Term) -> Part:
        """Automatic term mapping: the longest headings first, then single words, all of them wanted."""
        words = term.text.split()
        if all(_LOOKS_LIKE_PMID.fullmatch(word) for word in words):
            query = self._fields.term(Term(text=term.text, tag="uid"))
            self._note_absence(term, query)
            return query, " OR ".join(f"{word}[UID]" for word in words)
        parts: list[Part] = []
        place = 0
        while place < len(words):
            length, part = self._longest_heading(words[place : place + LONGEST_HEADING])
            if part is None:
                part = self._word(words[place])
            if part is not None:
                parts.append(part)
            place += length
        if not parts:
            return Query.empty_query(), f'"{term.text.lower()}"[All Fields]'
        if len(parts) == 1:
            return parts[0]
        return Query.boolean_query([(Occur.Must, query) for query, _ in parts]), " AND ".join(text for _, text in parts)

    def _longest_heading(self, words: list[str]) -> tuple[int, Part | None]:
        for length in range(len(words), 0, -1):
            text = " ".join(words[:length])
            if words[0].lower() in STOPWORDS or not self._searcher.doc_freq("mesh", value_key(text)):
                continue
            heading = self._fields.term(Term(text=text, tag="mh"))
            free, free_text = self._free_words(words[:length])
            query = Query.boolean_query([(Occur.Should, heading), (Occur.Should, free)])
            translation = f'"{text.lower()}"[MeSH Terms] OR {free_text}'
            self.notes.mapped.append((text, translation))
            self.notes.not_exploded.append(text)
            return length, (query, f"({translation})")
        return 1, None

    def _free_words(self, words: list[str]) -> Part:
        """The words of a heading as free text: each in any field; the phrase is part of that and only named."""
        queries = [(Occur.Must, self._fields.phrase("all", words_of(word))) for word in words if words_of(word)]
        if len(words) == 1:
            return queries[0][1], f'"{words[0].lower()}"[All Fields]'
        separate = " AND ".join(f'"{word.lower()}"[All Fields]' for word in words)
        return Query.boolean_query(queries), f'({separate}) OR "{" ".join(words).lower()}"[All Fields]'

    def _word(self, word: str) -> Part | None:
        if word.lower() in STOPWORDS:
            self.notes.phrases_ignored.append(word)
            return None
        plain = words_of(word)
        if not plain:
            return None
        query = self._fields.term(Term(text=word))
        self._note_absence(Term(text=word), query)
        return query, f'"{" ".join(plain)}"[All Fields]'


def _bracketed(text: str, node: QueryNode) -> str:
    many_words = isinstance(node, Term) and node.mapped and (" AND " in text or " OR " in text)
    return f"({text})" if isinstance(node, And | Or | Not) or many_words else text
