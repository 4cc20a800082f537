"""How a claim stands to the nearest sentence of its evidence, as named features: shared words, directions, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence.text import normalise
from verification.content_words import content_words
from verification.directions import OPPOSITE, Statement, Way, read_directions
from verification.linear_model import Features, most_shared

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(
    r"\b(?:no|not|never|neither|nor|cannot|without|lack|lacks|absence|unlikely|fail(?:s|ed)?|none|[a-z]+n't)\b"
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|possibl[ey]|potential(?:ly)?|suggest\w*|unclear|unknown|uncertain|remains?|hypothes\w+|whether)\b"
)
_WEAK = frozenset((Way.NULL, Way.DIFFERENT))


def claim_features(claim: str, sentences: Sequence[str]) -> Features:
    """Features of the pair, each 0 to 1; the nearest sentence is the one that shares most of the claim's subject words."""
    words = content_words(claim)
    each = [content_words(sentence) for sentence in sentences]
    place = most_shared(words, each) if each else 0
    nearest = sentences[place] if each else ""
    share = len(words & each[place]) / max(1, len(words)) if each else 0.0
    plain_claim, plain = normalise(claim).text.lower(), normalise(nearest).text.lower()
    found = {
        "shared": share,
        "shared, squared": share * share,
        "every word": float(bool(words and each) and words <= each[place]),
        "few words": float(len(words) < 3),
        "negation differs": float(bool(_NEGATION.search(plain_claim)) != bool(_NEGATION.search(plain))),
        "negation in claim": float(bool(_NEGATION.search(plain_claim))),
        "hedge in evidence": float(bool(_HEDGE.search(plain))),
        "hedge in claim": float(bool(_HEDGE.search(plain_claim))),
    }
    relation = _relation(read_directions(claim), read_directions(nearest))
    found[f"direction: {relation}"] = 1.0
    found[f"shared where direction: {relation}"] = share
    return found | _numbers(plain_claim, plain, share)


def _relation(stated: Sequence[Statement], read: Sequence[Statement]) -> str:
    if not stated or not read:
        return f"{'stated' if stated else 'none'}, {'read' if read else 'none'}"
    statement = stated[0]
    other = max(read, key=lambda one: len(one.about & statement.about))
    if statement.way is other.way:
        return "agrees"
    if OPPOSITE.get(statement.way) is other.way:
        return "opposes"
    if Way.NULL in (statement.way, other.way):
        return "claims none" if statement.way is Way.NULL else "denied"
    return "apart" if not _WEAK & {statement.way, other.way} else "weaker"


def _numbers(claim: str, evidence: str, share: float) -> dict[str, float]:
    mine, theirs = set(_NUMBER.findall(claim)), set(_NUMBER.findall(evidence))
    if not mine:
        return {"numbers: none": 1.0}
    held = len(mine & theirs) / len(mine)
    return {"numbers: held": held, "numbers: absent": 1 - held, "numbers: absent, near": (1 - held) * share}
