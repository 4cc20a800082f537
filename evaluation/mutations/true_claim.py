"""A true claim, and what is planted in it."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TrueClaim:
    """A sentence of a record, taken as a claim about that record. Names are empty where they are not known."""

    text: str
    pmid: str
    intervention: str = ""
    comparator: str = ""
    outcome: str = ""
    other_outcomes: tuple[str, ...] = ()
    """Outcomes that the same trial, or else another one, reports and this sentence does not name."""
    other_pmids: tuple[str, ...] = ()
    """Records that are in the run and do not hold the sentence."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """The claim as a careless drafter would give it: what differs from the true one is the error."""

    kind: str
    text: str
    quote: str
    pmid: str
    retracted: bool = False


def dice(kind: str, claim: TrueClaim) -> random.Random:
    """Random numbers that hang on the kind and the sentence alone, so that the same claim gets the same error."""
    seed = hashlib.sha256(f"{kind}\n{claim.pmid}\n{claim.text}".encode()).digest()
    return random.Random(int.from_bytes(seed[:8], "big"))


def change_at(text: str, start: int, end: int, words: str) -> str:
    """The text with other words at this span, the first letter kept as large as it was."""
    old = text[start:end]
    if old[:1].isupper() and words[:1].islower() and (start == 0 or old[1:2].islower()):
        words = words[:1].upper() + words[1:]
    return text[:start] + words + text[end:]
