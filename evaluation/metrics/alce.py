"""Citation recall and precision as ALCE defines them (Gao, Yen, Yu and Chen 2023, section 3).

A statement is recalled where what it cites, taken together, supports it. A citation counts as precise where its statement is
recalled and it is not irrelevant: irrelevant is a citation that does not support the statement by itself and that the others
do without. Recall is the share of statements, precision the share of citations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Cited = TypeVar("Cited")


@dataclass(frozen=True)
class StatementScore:
    """One statement: whether it is recalled, and how many of its citations are precise."""

    recalled: bool
    precise: int
    citations: int


def score_statement(citations: Sequence[Cited], supports: Callable[[Sequence[Cited]], bool]) -> StatementScore:
    """`supports` says whether citations, together, support the statement; it is never asked about none."""
    recalled = bool(citations) and supports(citations)
    if not recalled:
        return StatementScore(recalled=False, precise=0, citations=len(citations))
    precise = sum(1 for place in range(len(citations)) if not _irrelevant(citations, place, supports))
    return StatementScore(recalled=True, precise=precise, citations=len(citations))


def _irrelevant(citations: Sequence[Cited], place: int, supports: Callable[[Sequence[Cited]], bool]) -> bool:
    others = [*citations[:place], *citations[place + 1 :]]
    return not supports(citations[place : place + 1]) and bool(others) and supports(others)
