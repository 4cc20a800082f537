"""Compiles concepts into a numbered PubMed strategy. Models and people propose words; the lines are written here, by code.

Each concept has a heading arm and a free-text arm, joined by OR; concepts are joined by AND. The person's own words are
searched word by word (`oral[tiab] AND cholera*[tiab]`), because authors put other words between them; proposed
synonyms as phrases, because loose synonyms drift.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evidence.search import SearchConcept, SearchLine, SearchStrategy
from searching.content_words import content_words, words_of
from searching.spelling import spelling_variants

MIN_STEM = 4
"""PubMed honours an asterisk only after at least four characters."""

_RULED_OUT = re.compile(r"\b(?:without|excluding|except|other than|not including)\b.*$", re.IGNORECASE)
_PREPOSITION = re.compile(r"\b(?:of|to|by|with|for|in|from|on|at)\b", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\s+or\s+|\s*[,/]\s*", re.IGNORECASE)
_SAFE_HEADING = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,()'\-]{2,100}")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits that a person set."""

    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()


def compile_strategy(
    concepts: Sequence[SearchConcept], *, proposed_by: str, limits: Limits | None = None, notes: Sequence[str] = ()
) -> SearchStrategy:
    """The strategy for these concepts, each with its two arms, the limits last.

    A concept without a searchable word is left out with a note. Raises ValueError where none is left.
    """
    queries: list[tuple[str, str]] = []
    joined: list[int] = []
    said = list(notes)
    for concept in concepts:
        arms = [(query, purpose) for query, purpose in (_heading_arm(concept), _text_arm(concept)) if query]
        if not arms:
            said.append(f"Left out: “{concept.name}” has no word that can be searched for.")
            continue
        queries += arms
        if len(arms) == 2:
            queries.append((f"#{len(queries) - 1} OR #{len(queries)}", f"{concept.name}: either arm"))
        joined.append(len(queries))
    if not joined:
        raise ValueError("no concept has a searchable word")
    if len(joined) > 1:
        queries.append((" AND ".join(f"#{number}" for number in joined), "all concepts together"))
    for query, purpose in _limit_lines(limits or Limits()):
        queries.append((f"#{len(queries)} AND {query}", purpose))
    lines = tuple(SearchLine(number=number, query=query, purpose=purpose) for number, (query, purpose) in enumerate(queries, 1))
    return SearchStrategy(lines=lines, concepts=tuple(concepts), proposed_by=proposed_by, notes=tuple(said))


def own_words_query(concept: SearchConcept) -> str:
    """Every content word of the concept's name, in title or abstract, alternatives (`A or B`) joined by OR; may be empty."""
    return " OR ".join(
        f"({query})" if len(words) > 1 else query
        for words in own_words(concept)
        if (query := " AND ".join(word_query(word) for word in words))
    )


def own_words(concept: SearchConcept) -> list[list[str]]:
    """The words that a concept's name is searched by: one list for each alternative, what it rules out left aside.

    `A or B` has two alternatives, unless a preposition makes one thing of them (`reminders by letter or telephone`).
    """
    if concept.words:
        return [list(concept.words)]
    name = _RULED_OUT.sub("", concept.name)
    parts = [name] if _PREPOSITION.search(name) else _ALTERNATIVES.split(name)
    found = [content_words(part) for part in parts]
    return [words for words in found if words] or [content_words(name, generic=True)]


def word_query(word: str) -> str:
    """One word in title and abstract, in both national spellings, endings open where PubMed allows it."""
    queries = [f"{stem}[tiab]" for stem in dict.fromkeys(_open_ending(variant) for variant in spelling_variants(word))]
    return queries[0] if len(queries) == 1 else f"({' OR '.join(queries)})"


def phrase_query(phrase: str) -> str:
    """A phrase in title and abstract, both national spellings, the last word's ending open where PubMed allows it."""
    words = words_of(phrase)
    if len(words) == 1:
        return word_query(words[0])
    queries = [
        f'"{" ".join([*parts[:-1], _open_ending(parts[-1])])}"[tiab]'
        for parts in (v.split(" ") for v in spelling_variants(" ".join(words)))
    ]
    return queries[0] if len(queries) == 1 else f"({' OR '.join(queries)})"


def _open_ending(word: str) -> str:
    stem = word.lower()
    for ending, kept in (("ies", 0), ("sses", 2), ("es", 0), ("ed", 0), ("s", 0), ("e", 0)):
        if stem.endswith(ending) and not stem.endswith(("ss", "us", "is")) and len(stem) - len(ending) + kept >= MIN_STEM:
            stem = stem[: len(stem) - len(ending) + kept]
            break
    opened = len(stem) > MIN_STEM or (len(stem) == MIN_STEM and stem != word.lower())
    return f"{stem}*" if opened else word.lower()


def _heading_arm(concept: SearchConcept) -> tuple[str, str]:
    headings = [heading.strip() for heading in concept.headings if _SAFE_HEADING.fullmatch(heading.strip())]
    return " OR ".join(f'"{heading}"[mh]' for heading in dict.fromkeys(headings)), f"{concept.name}: headings"


def _text_arm(concept: SearchConcept) -> tuple[str, str]:
    own = own_words_query(concept)
    queries = [own] if own else []
    queries += [phrase_query(term) for term in concept.terms if content_words(term, generic=True)]
    return " OR ".join(dict.fromkeys(queries)), f"{concept.name}: title and abstract"


def _limit_lines(limits: Limits) -> list[tuple[str, str]]:
    lines = []
    if limits.since or limits.until:
        first = limits.since.strftime("%Y/%m/%d") if limits.since else "1800"
        last = limits.until.strftime("%Y/%m/%d") if limits.until else "3000"
        lines.append((f"{first}:{last}[dp]", f"published from {first} to {'today' if last == '3000' else last}"))
    if limits.languages:
        query = " OR ".join(f"{language.lower()}[la]" for language in limits.languages)
        lines.append((f"({query})", f"in {', '.join(limits.languages)}"))
    return lines
