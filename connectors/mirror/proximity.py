"""Words near each other: every order and spacing that a proximity search stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import comb, factorial

from evidence.errors import UnsupportedQuery

MOST_ARRANGEMENTS = 5_000
"""Arrangements of the words that one proximity search may stand for; three words within ten others make 396."""


def arrangements(words: Sequence[str], distance: int) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Each order of the words with the steps from one to the next, at most `distance` other words among all of them.

    The engine's own slop also lets words change places, which for three words and more reaches beyond the distance.
    Raises UnsupportedQuery for more than `MOST_ARRANGEMENTS`.
    """
    gaps = len(words) - 1
    if factorial(len(words)) * comb(distance + gaps, gaps) > MOST_ARRANGEMENTS:
        raise UnsupportedQuery(
            f"{len(words)} words within {distance} of each other are too many: use fewer or a shorter distance."
        )
    return sorted(set(product(permutations(words), _spacings(gaps, distance))))


def _spacings(gaps: int, distance: int) -> Iterator[tuple[int, ...]]:
    """Steps from each word to the next, with at most `distance` other words in all of them together."""
    if gaps == 0:
        yield ()
        return
    for between in range(distance + 1):
        for rest in _spacings(gaps - 1, distance - between):
            yield (between + 1, *rest)
