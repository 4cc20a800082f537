"""When two words, or a word and a truncated one, search for the same thing."""

from __future__ import annotations

from collections.abc import Iterable

from searching.checks.concepts import Leaf
from searching.content_words import content_words, words_of
from searching.query import Proximity, Term

_FIELDS_WITHIN = {
    "tiab": frozenset({"tiab", "ti", "ab"}),
    "tw": frozenset({"tw", "tiab", "ti", "ab", "ot", "tt"}),
    "all": frozenset({"all", "tw", "tiab", "ti", "ab", "ot", "tt"}),
}
_TEXT = frozenset({"tiab", "tw", "ti", "ab", "ot", "all"})
_ALIKE = 4


def singular(word: str) -> str:
    """The word in lower case without its regular plural ending."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def alike(one: str, other: str) -> bool:
    """Whether two words share so long a beginning that they are forms of one: `prevention`, `preventive`."""
    one, other = one.lower().rstrip("*"), other.lower().rstrip("*")
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        shared += 1
    shorter = min(len(one), len(other))
    return shared == shorter >= _ALIKE or shared >= max(_ALIKE, shorter - 3) or singular(one) == singular(other)


def text_words(leaves: Iterable[Leaf]) -> set[str]:
    """Every word that these leaves search in free text, lower case, asterisks kept."""
    found: set[str] = set()
    for leaf in leaves:
        if leaf.is_text and isinstance(leaf.node, Term | Proximity):
            found.update(
                word.lower() for part in leaf.node.text.split() for word in (words_of(part) if "*" not in part else [part])
            )
            found.update(piece for word in tuple(found) if "-" in word for piece in word.split("-") if piece)
    return found


def shared_words(name: str, words: Iterable[str]) -> tuple[int, int]:
    """How many content words of a name have a form of them among `words`, and how many there are."""
    asked = [piece for word in content_words(name) or content_words(name, generic=True) for piece in word.split("-") if piece]
    known = tuple(words)
    return sum(any(alike(word, other) for other in known) for word in asked), len(asked)


def field_covers(wide: str | None, narrow: str | None) -> bool:
    """Whether everything that the second field holds is in the first."""
    return wide == narrow or (wide is not None and narrow in _FIELDS_WITHIN.get(wide, ()))


def covers(wide: Term, narrow: Term) -> bool:
    """Whether the first term finds every record of the second: the same words, or a truncation of them, in as wide a field."""
    if not field_covers(wide.tag, narrow.tag) or wide.mapped or narrow.mapped:
        return False
    one, other = wide.text.lower(), narrow.text.lower()
    if one == other:
        return wide.explode or not narrow.explode
    if wide.tag not in _TEXT or "*" in one[:-1]:
        return False
    words, within = one.split(), other.split()
    return any(_match(words, within[at : at + len(words)]) for at in range(len(within) - len(words) + 1))


def _match(words: list[str], within: list[str]) -> bool:
    """Whether these words, the last of them perhaps truncated, find those: a shorter phrase finds the longer one around it."""
    last, other = words[-1], within[-1]
    found = other.startswith(last[:-1]) if last.endswith("*") else other == last
    return found and words[:-1] == within[:-1]
