"""Where PubMed runs a query although it is not quite sound: what it does, and where in the text.

Nothing here changes what is searched: the tree says that. A lenience tells the person what PubMed made of the text, so
that a check can report it and a mirror can answer the same warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from searching.query import QueryNode


class LenienceKind(StrEnum):
    """What was read around."""

    UNKNOWN_TAG = "unknown tag"
    """PubMed has no such field: it reports FieldNotFound and searches the term as if it had no tag."""
    IGNORED = "ignored"
    """Nothing to search for, only punctuation: PubMed passes over it."""
    IMPLIED_AND = "implied AND"
    """No operator between two terms: PubMed joins them by AND."""
    TYPOGRAPHIC_QUOTES = "typographic quotes"
    """A word processor's quotes: PubMed reads them as straight ones."""
    SHORT_TRUNCATION = "short truncation"
    """Fewer than four characters before the asterisk: PubMed searches the word as it stands."""
    TRUNCATION_WITHIN_PHRASE = "truncation within a phrase"
    """Only the last word of a phrase may be truncated."""
    FOREIGN_SYNTAX = "foreign syntax"
    """Another platform's wildcard, operator or `exp`: PubMed reads it as a word or a space."""
    NO_DATE = "no date"
    """A date field without a date: PubMed finds nothing."""


@dataclass(frozen=True, kw_only=True)
class Lenience:
    """One thing read around: `subject` is the piece of text, `position` its first character, from 0."""

    kind: LenienceKind
    subject: str
    position: int
    message: str


@dataclass(frozen=True, kw_only=True)
class ReadQuery:
    """A query's tree with everything that was read leniently, in the order of the text."""

    tree: QueryNode
    leniences: tuple[Lenience, ...] = ()
