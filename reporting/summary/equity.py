"""Where each study was made, who was in it and who was not, and whether it speaks of the United Kingdom: quoted, or not said.

Rules find the sentences; nothing is concluded from them. What an abstract does not say is "not reported in the abstract".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from evidence.ledger import LedgerCitation
from evidence.text import split_sentences
from reporting import words
from reporting.document.content import Block, Bullets, Paragraph, Section, Span, Table, Words, bold, cited, joined, say
from reporting.summary.equity_words import COUNTRY, LEFT_OUT, PROGRESS, SETTING, UK_COUNTRY
from reporting.summary.notes import NoteBook, label_of

Found: TypeAlias = tuple[str, int, int]
"""Words of a record that were looked for, and the span of the sentence they stand in."""

_MOST = 3
"""Sentences shown for one question about one study; a fourth rarely adds anything, and all are in the record."""

_INTRO = (
    "Rules looked in each abstract for the words below and give the sentence in which they stand. They conclude nothing: that "
    "an abstract is silent does not mean that the study is. Whether the results fit people and services here, a person judges."
)


@dataclass(frozen=True, slots=True)
class Fit:
    """What one record says of places and people; empty: not reported in the abstract."""

    citation: LedgerCitation
    countries: tuple[Found, ...]
    settings: tuple[Found, ...]
    progress: Mapping[str, tuple[Found, ...]]
    left_out: tuple[Found, ...]
    uk: tuple[Found, ...]


def fit_of(citation: LedgerCitation) -> Fit:
    """Read one record's abstract."""
    return Fit(
        citation=citation,
        countries=find_words(citation, COUNTRY),
        settings=find_words(citation, SETTING),
        progress={name: find_words(citation, pattern) for name, pattern in PROGRESS.items()},
        left_out=find_words(citation, LEFT_OUT),
        uk=find_words(citation, UK_COUNTRY),
    )


def find_words(citation: LedgerCitation, pattern: re.Pattern[str]) -> tuple[Found, ...]:
    """The different words that the pattern finds, each with the sentence of its first place; at most a few."""
    return _find_words(citation.abstract_text, pattern)


@lru_cache(maxsize=1024)
def _find_words(text: str, pattern: re.Pattern[str]) -> tuple[Found, ...]:
    found: dict[str, Found] = {}
    for start, end in split_sentences(text):
        for match in pattern.finditer(text, start, end):
            found.setdefault(match.group().casefold(), (match.group(), start, end))
    return tuple(found.values())[:_MOST]


def told(citation: LedgerCitation, found: tuple[Found, ...], book: NoteBook) -> Words:
    """The words found with the marks of their sentences, or that the abstract is silent."""
    if not found:
        return (Span(words.NOT_REPORTED, tone="quiet"),)
    parts = (say(words.one_line(name), cited(book.quote(citation, start, end))) for name, start, end in found)
    return joined(parts, "; ")


def equity_section(citations: tuple[LedgerCitation, ...], book: NoteBook) -> Section:
    """Countries, settings, who was studied and who was not, and the United Kingdom, study by study."""
    blocks: list[Block] = [Paragraph(say(_INTRO))]
    fits = [fit_of(citation) for citation in citations]
    if fits:
        rows = tuple(_row(fit, book) for fit in fits)
        blocks.append(
            Table(
                "Places, and whether they are like here",
                ("Study", "Countries", "Settings", "Left out", "United Kingdom"),
                rows,
                (20, 18, 20, 20, 22),
            )
        )
    sections = tuple(_people(fit, book) for fit in fits)
    return Section("equity", "Equity and local fit", tuple(blocks), sections)


def uk_words(fit: Fit, book: NoteBook) -> Words:
    """What the abstract says of the United Kingdom."""
    if fit.uk:
        return (*say("named: "), *told(fit.citation, fit.uk, book))
    if fit.countries:
        return say("not named; other countries are. Fit to be judged")
    return (Span(words.NOT_REPORTED, tone="quiet"),)


def _row(fit: Fit, book: NoteBook) -> tuple[Words, ...]:
    one = fit.citation
    name = say(Span(label_of(one), url=one.url))
    return (
        name,
        told(one, fit.countries, book),
        told(one, fit.settings, book),
        told(one, fit.left_out, book),
        uk_words(fit, book),
    )


def _people(fit: Fit, book: NoteBook) -> Section:
    """Who was studied, by PROGRESS-Plus: what the abstract reports, then what it does not."""
    items = [(*say(bold(f"{name}: ")), *told(fit.citation, found, book)) for name, found in fit.progress.items() if found]
    silent = [name.lower() for name, found in fit.progress.items() if not found]
    if silent:
        items.append(say(bold("Not reported in the abstract: "), f"{'; '.join(silent)}."))
    name = f"Who was studied: {label_of(fit.citation)}"
    return Section(f"people-{fit.citation.pmid}", name, (Bullets(tuple(items)),))
