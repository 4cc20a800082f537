"""Ovid's wildcards in PubMed's language, which has only an asterisk after four characters or more.

`*` and `$` truncate; `$2` adds up to two characters; `#` is exactly one character, `?` one or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from math import prod

MIN_STEM = 4
MOST_SPELLINGS = 12
"""Spellings that one word may be written out in."""

_VOWELS = "aeiouy"


@dataclass(frozen=True)
class Spellings:
    """What a word becomes: one or more words for PubMed, and what is not the same.

    `wider` and `narrower` say, as `cancer? as cancer*`, that PubMed's truncation finds more or fewer endings.
    """

    words: tuple[str, ...]
    notes: tuple[str, ...] = ()
    wider: str = ""
    narrower: str = ""


def spell_out(word: str) -> Spellings:
    """The word without Ovid's wildcards. A truncation that PubMed would ignore is dropped, and said."""
    notes: list[str] = []
    stem, truncated, limited = _ending(word)
    spellings = _within(stem, word, notes)
    words = [f"{spelling}*" if truncated and _long_enough(spelling) else spelling for spelling in spellings]
    short = truncated and not all(_long_enough(spelling) for spelling in spellings)
    became = f"{word} as {' or '.join(dict.fromkeys(words))}"
    return Spellings(
        words=tuple(dict.fromkeys(words)),
        notes=tuple(notes),
        wider=became if limited and not short else "",
        narrower=became if short else "",
    )


def _long_enough(stem: str) -> bool:
    return sum(character.isalnum() for character in stem) >= MIN_STEM


def _ending(word: str) -> tuple[str, bool, bool]:
    """The word before its wildcard ending, whether it is truncated, and whether to so many characters only."""
    match = re.fullmatch(r"(.+?)([$*]\d*|[?#]+)", word)
    if match is None:
        return word, False, False
    stem, ending = match.groups()
    return stem, True, ending not in ("*", "$")


def _within(stem: str, word: str, notes: list[str]) -> list[str]:
    """The stem with each wildcard inside it written out in the letters that English spelling varies by."""
    parts = re.split(r"([?#*$])", stem)
    wildcards = parts[1::2]
    if not wildcards:
        return [stem]
    choices = [_letters(wildcard, parts[2 * place], parts[2 * place + 2]) for place, wildcard in enumerate(wildcards)]
    if prod(map(len, choices)) > MOST_SPELLINGS:
        notes.append(f"{word} has more spellings than can be written out; its wildcards are left out: narrower.")
        return ["".join(parts[::2])]
    found = ["".join(_interleave(parts[::2], letters)) for letters in product(*choices)]
    notes.append(f"{word} is written out as {', '.join(found)}; Ovid takes any letter there, so check for others.")
    return found


def _letters(wildcard: str, before: str, after: str) -> list[str]:
    """The letters that may stand there: s or z between i or y and a vowel, else a vowel; with `?` also none,
    or the letter before once more (`counsel?ing`).
    """
    if wildcard in "*$":
        return [""]
    if before[-1:].lower() in "iy" and after[:1].lower() in _VOWELS:
        return ["s", "z"]
    vowels = list("aeiou")
    if wildcard == "#":
        return vowels
    likely = {"o": "u", "a": "e", "e": "u"}.get(before[-1:].lower())
    if likely:
        return ["", likely]
    if after[:1].lower() == "e":
        return ["", "a", "o"]
    return ["", before[-1:].lower(), *vowels] if before[-1:].isalpha() else ["", *vowels]


def _interleave(fixed: list[str], letters: tuple[str, ...]) -> list[str]:
    pieces = [fixed[0]]
    for letter, piece in zip(letters, fixed[1:], strict=True):
        pieces += [letter, piece]
    return pieces
