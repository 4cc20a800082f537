"""What an entailment model reads: a statement, the text it is held against, and which words play which part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Part(IntEnum):
    """The part that a word plays. A model may be trained on these marks; one that is not ignores them."""

    NONE = 0
    INTERVENTION = 1
    COMPARATOR = 2
    BOTH_ARMS = 3
    OUTCOME = 4
    SHARED = 5
    """A subject word of the claim that the evidence has too, on either side."""
    ALONE = 6
    """A subject word of the claim that the evidence does not have."""


@dataclass(frozen=True)
class Reading:
    """A statement and the text it is held against; `marks` give start, end and part of the marked words of each."""

    statement: str
    text: str
    statement_marks: tuple[tuple[int, int, Part], ...] = ()
    text_marks: tuple[tuple[int, int, Part], ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1, below which a model abstains: it may say `refuted` or `not enough` only from these on."""

    refuted: float
    not_enough: float
