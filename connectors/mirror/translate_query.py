"""Turns a query tree into a query of the index, and says how it was read, as PubMed's QueryTranslation does.

What differs from PubMed, each said in the answer's warnings where it matters:

- Without a MeSH file a heading is searched without its narrower headings.
- A tagged phrase that stands in no record finds nothing while the mirror holds only a part of PubMed. PubMed knows phrases
  from its own list and splits any other into words; over a part of PubMed that would find records which PubMed itself,
  knowing the phrase, leaves out. A mirror of all of PubMed splits it as PubMed does.
- Automatic term mapping adds no word variants.
- Fields that the records do not carry or that need other data are refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable

import tantivy
from tantivy import Occur, Query

from connectors.mirror.field_queries import WORD_TAGS, FieldQueries
from connectors.mirror.index_schema import words_of
from connectors.mirror.map_terms import TermMapper
from connectors.mirror.named_filters import needs_pmc, squeeze
from connectors.mirror.translation import Part, TranslatedQuery, Translation
from evidence.errors import InvalidInput
from evidence.services import MeshVocabulary
from searching.parse_query import parse_query
from searching.query import And, DateRange, LineReference, Not, Or, PmidRange, Proximity, QueryNode, Term
from searching.query_fields import field_name

Resolve = Callable[[int], TranslatedQuery | None]

_FREE_TEXT = "Free full text is known here by the PubMed Central number alone: PubMed counts publishers' free articles too."


class QueryTranslator:
    """Translates one query over one state of the index.

    `resolve` gives the earlier query that a line number names, `vocabulary` the MeSH headings to explode through, `written`
    the query's text, which the translation quotes; `whole` says that the mirror holds all of PubMed.
    """

    def __init__(
        self,
        index: tantivy.Index,
        searcher: tantivy.Searcher,
        resolve: Resolve,
        *,
        vocabulary: MeshVocabulary | None = None,
        written: str = "",
        whole: bool = False,
    ) -> None:
        self._fields = FieldQueries(index.schema, vocabulary, lambda query: self._part(parse_query(query))[0])
        self._notes = Translation()
        self._mapper = TermMapper(self._fields, searcher, vocabulary, self._notes)
        self._resolve = resolve
        self._vocabulary = vocabulary
        self._written = written
        self._whole = whole

    def translate(self, node: QueryNode) -> TranslatedQuery:
        """The index's query for a tree.

        Raises UnsupportedQuery for what the mirror cannot answer, InvalidInput for a line number without query.
        """
        query, text = self._part(node)
        notes = self._notes
        alone = isinstance(node, Term) and node.mapped and bool(notes.phrases_not_found)
        notes.text = f"({text})" if alone else _unbracketed(node, text)
        if notes.not_exploded:
            headings = ", ".join(f'"{heading}"' for heading in dict.fromkeys(notes.not_exploded))
            notes.messages.append(f"Searched without narrower headings, because no MeSH tree is loaded: {headings}.")
        return TranslatedQuery(query=query, translation=notes)

    def _part(self, node: QueryNode) -> Part:
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
        parts = [(self._part(operand), operand) for operand in node.operands]
        query = Query.boolean_query([(occur, query) for (query, _), _ in parts])
        return query, word.join(_bracketed(text, operand) for (_, text), operand in parts)

    def _without(self, node: Not) -> Part:
        wanted, wanted_text = self._part(node.wanted)
        unwanted, unwanted_text = self._part(node.unwanted)
        query = Query.boolean_query([(Occur.Must, wanted), (Occur.MustNot, unwanted)])
        return query, f"{_bracketed(wanted_text, node.wanted)} NOT {_bracketed(unwanted_text, node.unwanted)}"

    def _line(self, node: LineReference) -> Part:
        earlier = self._resolve(node.number)
        if earlier is None:
            raise InvalidInput(f"Query #{node.number} is not in the history: run it with usehistory=y and pass its WebEnv.")
        return earlier.query, f"({earlier.translation.text})"

    def _term(self, term: Term) -> Part:
        if term.mapped:
            return self._mapper.map(term.text)
        query = self._fields.term(term)
        if not self._mapper.found(query, term):
            return self._not_found(term, query)
        if term.tag in ("mh", "majr") and not term.truncated:
            return self._heading(term, query)
        if term.tag == "ta" and not term.truncated:
            return self._journal(term, query)
        if term.tag == "au" and not term.truncated and (named := self._mapper.full_name(term.text)):
            self._notes.map(self._as_written(term), f"{named.title()}[Full Author Name] OR {term.text.lower()}[Author]")
            return query, f"{named}[Author] OR {term.text.lower()}[Author]"
        if term.tag in ("sb", "filter") and needs_pmc(squeeze(term.text)) and _FREE_TEXT not in self._notes.messages:
            self._notes.messages.append(_FREE_TEXT)
        return query, self._plain(term)

    def _heading(self, term: Term, query: Query) -> Part:
        if self._vocabulary is None:
            if term.explode:
                self._notes.not_exploded.append(term.text)
            return query, self._plain(term)
        found = self._vocabulary.find(term.heading)
        if found is None:
            return query, self._plain(term)
        name = f"{found.heading}/{term.subheading}" if term.subheading else found.heading
        text = self._plain(Term(text=name, tag=term.tag, explode=term.explode))
        self._notes.map(self._as_written(term), text)
        return query, text

    def _journal(self, term: Term, query: Query) -> Part:
        named = self._mapper.journal(query)
        if named is None:
            return query, self._plain(term)
        title, number = named
        self._notes.map(self._as_written(term), f'"{title}"[Journal{f":__jid{number}" if number else ""}]')
        return query, f'"{title.lower()}"[Journal]'

    def _not_found(self, term: Term, query: Query) -> Part:
        self._notes.not_found(term)
        words = term.text.split()
        splits = self._whole and len(words) > 1 and (term.tag or "all") in WORD_TAGS and not term.truncated
        if not splits:
            return query, self._plain(term)
        if term.tag is None:
            return self._mapper.map(term.text)
        parts = [self._term(Term(text=word, tag=term.tag)) for word in words if words_of(word)]
        text = " AND ".join(text for _, text in parts)
        return Query.boolean_query([(Occur.Must, part) for part, _ in parts]), f"({text})"

    def _plain(self, term: Term) -> str:
        return f'"{term.text.lower()}"[{field_name(term.tag)}{"" if term.explode else ":noexp"}]'

    def _as_written(self, term: Term) -> str:
        """The term with its tag as it stands in the query's text; PubMed quotes it so."""
        end = self._written.find("]", term.position)
        text = " ".join(self._written[term.position : end + 1].split()) if end > 0 else ""
        return text if term.text.split()[0] in text else f"{term.text}[{term.tag}]"


def _bracketed(text: str, node: QueryNode) -> str:
    several = isinstance(node, Term) and (" AND " in text or " OR " in text) and not _is_one_group(text)
    return f"({text})" if isinstance(node, And | Or | Not) or several else text


def _unbracketed(node: QueryNode, text: str) -> str:
    """A whole query that is one mapped term has no brackets around it."""
    return text[1:-1] if isinstance(node, Term) and _is_one_group(text) else text


def _is_one_group(text: str) -> bool:
    """Whether the first bracket is closed by the last one."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
