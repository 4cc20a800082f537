"""How the mirror read a query: the shapes that PubMed's answers report it in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tantivy import Query

from searching.query import Term
from searching.query_fields import field_name

Part = tuple[Query, str]
"""A query of the index, and its words in QueryTranslation."""


@dataclass
class Translation:
    """How a query was read, and what PubMed would warn of."""

    text: str = ""
    mapped: list[tuple[str, str]] = field(default_factory=list)
    phrases_not_found: list[str] = field(default_factory=list)
    fields_not_found: list[str] = field(default_factory=list)
    phrases_ignored: list[str] = field(default_factory=list)
    quoted_phrases_not_found: list[str] = field(default_factory=list)
    not_exploded: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def map(self, written: str, read: str) -> None:
        """Note what a term was mapped to, once."""
        if (written, read) not in self.mapped:
            self.mapped.append((written, read))

    def not_found(self, term: Term) -> None:
        """Note a term that stands in no record, as PubMed reports it."""
        if term.quoted and " " in term.text and term.tag not in ("mh", "majr"):
            self.quoted_phrases_not_found.append(f'"{term.text}"' + (f"[{term.tag}]" if term.tag else ""))
        else:
            self.phrases_not_found.append(term.text + (f"[{field_name(term.tag)}]" if term.tag else ""))


@dataclass(frozen=True)
class TranslatedQuery:
    """A query of the index with its translation."""

    query: Query
    translation: Translation
