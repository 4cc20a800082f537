"""The heading arm: MeSH headings that the vocabulary has, for the whole of a concept or for some of its words.

A heading for some words is searched together with the others: `"Cholera Vaccines"[mh] AND oral[tiab]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.mesh import Descriptor
from evidence.search import HeadingPart, SearchConcept
from evidence.services import MeshVocabulary
from searching.content_words import GENERIC_WORDS, content_words, words_of
from searching.free_text import alternatives, own_words, stems, word_query, writings

LONGEST_NAME = 6
"""Words of a concept that are looked up together as one heading."""

MOST_TERMS = 8
"""Entry terms offered to a concept: each is counted, and long lists of rare ones bring little."""

_SAFE_HEADING = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,()'\-]{2,100}")
_PLAIN_TERM = re.compile(r"[A-Za-z][A-Za-z' \-]{3,80}")
_SHORTEST_WORD = 6
_CLINICAL_TREES = frozenset("ABCDEFG")
"""Trees of which one word out of several may be taken as a heading: anatomy to phenomena, not technology or the arts."""

_MOST_WORDS = 5


def heading_query(heading: str) -> str:
    """The heading with all narrower ones, as PubMed searches it; empty where it holds what no heading has."""
    return f'"{heading.strip()}"[mh]' if _SAFE_HEADING.fullmatch(heading.strip()) else ""


def heading_arm(concept: SearchConcept) -> str:
    """The whole heading arm; may be empty."""
    queries = [query for heading in concept.headings if (query := heading_query(heading))]
    queries += [query for words in own_words(concept) if (query := _with_parts(words, concept.parts))]
    return " OR ".join(dict.fromkeys(queries))


def with_headings(concept: SearchConcept, mesh: MeshVocabulary) -> tuple[SearchConcept, list[str]]:
    """The concept with headings that the vocabulary has and the entry terms they bring, and what was changed.

    A proposed name that is an entry term becomes its heading, an unknown one is left out with the nearest named.
    Where the concept's own words, or some of them in a row, are a heading or lead to one, that heading is added.
    """
    notes: list[str] = []
    whole: dict[str, Descriptor] = {}
    for name in concept.headings:
        found = _find(mesh, name)
        if found is None:
            notes.append(_unknown(name, mesh))
            continue
        if found.heading.lower() != name.strip().lower():
            notes.append(f"“{name}” leads to the heading “{found.heading}”, which is searched.")
        whole[found.heading] = found
    parts: dict[str, HeadingPart] = {}
    for alternative in alternatives(concept):
        for part, descriptor in _parts(alternative, mesh):
            if set(content_words(alternative, generic=True)) <= set(part.words) | GENERIC_WORDS:
                whole.setdefault(descriptor.heading, descriptor)
            else:
                parts.setdefault(descriptor.heading, part)
    terms = [*concept.terms, *_entry_terms(concept, tuple(whole.values()))]
    return (
        concept.model_copy(
            update={
                "headings": tuple(whole),
                "parts": tuple(part for heading, part in parts.items() if heading not in whole),
                "terms": tuple(dict.fromkeys(terms)),
            }
        ),
        notes,
    )


def _unknown(name: str, mesh: MeshVocabulary) -> str:
    near = [f"“{heading}”" for heading in mesh.nearest(name)]
    nearest = f"; nearest: {', '.join(near)}" if near else ""
    return f"Left out heading “{name}”: {mesh.version} has none of this name{nearest}."


def _find(mesh: MeshVocabulary, name: str) -> Descriptor | None:
    for variant in writings(" ".join(name.split())):
        if found := mesh.find(variant):
            return found
    return None


def _parts(name: str, mesh: MeshVocabulary) -> Iterator[tuple[HeadingPart, Descriptor]]:
    """Runs of words that are a heading or lead to one, the longest first at each place, no word in two of them."""
    words = words_of(name)
    start = 0
    while start < len(words):
        for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            run = words[start : start + length]
            meant = content_words(" ".join(run), generic=length > 1)
            if not meant or not content_words(run[0], generic=True):
                continue
            found = _find(mesh, " ".join(run))
            if found is not None and _is_meant(run, found, alone=length == len(words)):
                yield HeadingPart(heading=found.heading, words=tuple(meant)), found
                start += length - 1
                break
        start += 1


def _is_meant(run: Sequence[str], found: Descriptor, *, alone: bool) -> bool:
    """Whether a heading found by its words is likely what they say: `ART` is no art, nor is a garment in `overall survival`."""
    if len(run) > 1:
        return True
    if run[0].isupper() and run[0] not in (found.heading, *found.entry_terms):
        return False
    return alone or any(number[0] in _CLINICAL_TREES for number in found.tree_numbers)


def _with_parts(words: Sequence[str], parts: Sequence[HeadingPart]) -> str:
    """An alternative's words with headings in the place of those that have one; empty where none has."""
    usable = [part for part in parts if set(part.words) <= set(words) and heading_query(part.heading)]
    if not usable:
        return ""
    covered: set[str] = set()
    pieces = []
    for part in usable:
        own = " AND ".join(word_query(word) for word in part.words)
        query = heading_query(part.heading)
        pieces.append(query if len(usable) == 1 else f"({query} OR {f'({own})' if len(part.words) > 1 else own})")
        covered |= set(part.words)
    pieces += [word_query(word) for word in words if word not in covered]
    return f"({' AND '.join(pieces)})" if len(pieces) > 1 else pieces[0]


def _entry_terms(concept: SearchConcept, headings: Sequence[Descriptor]) -> list[str]:
    """Entry terms that add words to the free text and are safe there: plain words, no abbreviation, no inverted form."""
    have = [stems(words) for words in own_words(concept)]
    have += [stems(content_words(term.replace("-", " "), generic=True)) for term in concept.terms]
    kept: list[str] = []
    for descriptor in headings:
        for term in (descriptor.heading, *descriptor.entry_terms):
            words = words_of(term)
            single = len(words) == 1 and (len(term) < _SHORTEST_WORD or not term[1:].islower())
            if not _PLAIN_TERM.fullmatch(term) or single or len(words) > _MOST_WORDS:
                continue
            adds = stems(content_words(term.replace("-", " "), generic=True))
            if adds and not any(known <= adds for known in have if known):
                have.append(adds)
                kept.append(term.lower())
    return kept[:MOST_TERMS]
