"""The free-text arm: words and phrases in titles and abstracts, in both spellings, cut off where PubMed allows it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evidence.search import SearchConcept
from searching.content_words import content_words, words_of
from searching.spelling import spelling_variants

MIN_STEM = 4
"""PubMed honours an asterisk only after at least four characters."""

_RULED_OUT = re.compile(r"\b(?:without|excluding|except|other than|not including)\b.*$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\s*\((?=[^()]*[A-Z][^()]*[A-Z])([A-Za-z][A-Za-z0-9/-]{1,9})\)")
"""One short word in brackets with two capitals or more."""

_PREFIXED = re.compile(
    r"\b(post|pre|peri|anti|non|co|multi|inter|intra|sub|extra|over|under|re|semi|tele|neuro|cardio|micro|macro)-(?=[a-z]{4})",
    re.IGNORECASE,
)
_MEASURE_OF = re.compile(
    r"^(?:the )?(?:risk|incidence|prevalence|rate|rates|likelihood|number|frequency|severity|level|levels|proportion|odds)"
    r" of (?:the )?",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:of|to|by|with|for|in|from|on|at)\b", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\s+or\s+|\s*[,/]\s*", re.IGNORECASE)


def without_abbreviation(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without the abbreviations that it gives of itself in brackets, and those: records seldom have both.

    `hormone replacement therapy (HRT)` is `hormone replacement therapy`, `HRT`; other bracketed words stay.
    """
    found = tuple(match[1] for match in _ABBREVIATION.finditer(name))
    return " ".join(_ABBREVIATION.sub(" ", name).split()), found


def own_words_query(concept: SearchConcept) -> str:
    """Every content word of the concept's name, in title or abstract, alternatives (`A or B`) joined by OR; may be empty."""
    return " OR ".join(
        f"({query})" if len(words) > 1 else query
        for words in own_words(concept)
        if (query := " AND ".join(word_query(word) for word in words))
    )


def alternatives(concept: SearchConcept) -> list[str]:
    """The parts of a concept's name that stand for each other, what it rules out left aside.

    `A or B` has two, unless a preposition makes one thing of them (`reminders by letter or telephone`).
    """
    name = _MEASURE_OF.sub("", _RULED_OUT.sub("", without_abbreviation(concept.name)[0]))
    return [name] if _PREPOSITION.search(name) else _ALTERNATIVES.split(name)


def own_words(concept: SearchConcept) -> list[list[str]]:
    """The words that a concept's name is searched by: one list for each alternative."""
    if concept.words:
        return [list(concept.words)]
    found = [content_words(part) for part in alternatives(concept)]
    return [words for words in found if words] or [content_words(_RULED_OUT.sub("", concept.name), generic=True)]


def word_query(word: str) -> str:
    """One word in title and abstract, in both national spellings, endings open where PubMed allows it."""
    queries = [f"{stem}[tiab]" for stem in dict.fromkeys(open_ending(variant) for variant in writings(word))]
    return queries[0] if len(queries) == 1 else f"({' OR '.join(queries)})"


def phrase_query(phrase: str) -> str:
    """A phrase in title and abstract, both national spellings, the last word's ending open where PubMed allows it."""
    words = words_of(phrase)
    if len(words) == 1:
        return word_query(words[0])
    queries = [
        f'"{" ".join([*parts[:-1], open_ending(parts[-1])])}"[tiab]'
        for parts in (variant.split(" ") for variant in writings(" ".join(words)))
    ]
    return queries[0] if len(queries) == 1 else f"({' OR '.join(queries)})"


def writings(text: str) -> tuple[str, ...]:
    """A word or phrase as authors write it: in both spellings, with a hyphen after a prefix and without one."""
    joined = _PREFIXED.sub(r"\1", text)
    return tuple(dict.fromkeys((*spelling_variants(text), *spelling_variants(joined))))


def text_arm(concept: SearchConcept) -> str:
    """The whole free-text arm: the concept's own words, then the phrases proposed for it; may be empty."""
    own = own_words_query(concept)
    have = [stems(words) for words in own_words(concept)]
    queries = [own] if own else []
    for term in concept.terms:
        adds = stems(content_words(term, generic=True))
        if adds and not any(known <= adds for known in have if known):
            queries.append(phrase_query(term))
    return " OR ".join(dict.fromkeys(queries))


def stems(words: Iterable[str]) -> frozenset[str]:
    """What a search with open endings makes of words, spelling aside: a phrase that holds all of them finds nothing new."""
    return frozenset(open_ending(spelling_variants(word)[-1]).rstrip("*") for word in words)


def open_ending(word: str) -> str:
    """The word with its ending cut off and an asterisk, or as it is where too little of it would be left."""
    stem = word.lower()
    for ending, kept in (("ies", 0), ("sses", 2), ("es", 0), ("ed", 0), ("s", 0), ("e", 0)):
        if stem.endswith(ending) and not stem.endswith(("ss", "us", "is")) and len(stem) - len(ending) + kept >= MIN_STEM:
            stem = stem[: len(stem) - len(ending) + kept]
            break
    opened = len(stem) > MIN_STEM or (len(stem) == MIN_STEM and stem != word.lower())
    return f"{stem}*" if opened else word.lower()
