"""Abbreviations that a record defines, as words that a claim may use for each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from verification.case import Case
from verification.content_words import stem
from verification.reported.words import abbreviations
from verification.tokens import Token, key_of, tokenise


def abbreviated(case: Case, tokens: Sequence[Token]) -> frozenset[str]:
    """Keys of the abbreviations whose long forms are among the tokens, and of the long forms whose abbreviations are."""
    stems = {stem(token.text) if len(token.text) > 3 else token.text for token in tokens}
    found: set[str] = set()
    for text in dict.fromkeys(anchor.record.text for anchor in case.standing if anchor.record):
        for short, long in abbreviations(text).items():
            if short in stems:
                found |= _keys(text, long)
            elif long and long <= stems:
                found.add(key_of(short))
    return frozenset(found)


@lru_cache(maxsize=1024)
def _keys(text: str, stems: frozenset[str]) -> frozenset[str]:
    return frozenset(token.key for token in tokenise(text) if {token.text, stem(token.text)} & stems)
