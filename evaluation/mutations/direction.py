"""Errors in what was found: the direction turned, a negation put in or taken out, significance turned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from evaluation.mutations.true_claim import TrueClaim, change_at, dice

_PAIRS = (
    "increase decrease", "increases decreases", "increased decreased", "increasing decreasing", "higher lower",
    "improve worsen", "improves worsens", "improved worsened", "improvement worsening", "improvements deteriorations",
    "better worse", "greater smaller", "more less", "longer shorter", "faster slower", "superior inferior",
    "rose fell", "raised lowered", "highest lowest", "best worst", "reduced increased", "reduces increases",
    "reduce increase", "reduction increase", "reductions increases", "fewer more", "lowers raises", "lowered raised",
    "beneficial harmful", "effective ineffective", "enhanced impaired", "enhances impairs", "enhance impair",
    "prolonged shortened", "accelerated delayed", "positive negative", "benefit harm", "attenuated amplified",
)  # fmt: skip


def _both_ways(pairs: Sequence[str]) -> dict[str, str]:
    turned: dict[str, str] = {}
    for pair in pairs:
        one, other = pair.split()
        turned.setdefault(one, other)
        turned.setdefault(other, one)
    return turned


_OPPOSITE: Mapping[str, str] = _both_ways(_PAIRS)
_DIRECTION = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b", re.IGNORECASE)

_UNDO = (
    (re.compile(r"\b(?:was|were|is|are|has|have|had|can|may|should|could|would|will)(?P<cut> not)\b"), ""),
    (re.compile(r"\b(?P<cut>did not (?:significantly )?)(?=(?:differ|change|affect|improve|reduce|increase|alter)\b)"), "did "),
    (re.compile(r"\b(?P<cut>cannot)\b"), "can"),
    (re.compile(r"\b(?P<cut>no )(?=(?:effect|evidence|benefit|change|improvement|increase|reduction|association|advantage)\b)"),
     "an "),
    (re.compile(r"\b(?P<cut>[Nn]either)\b(?=.*\bnor\b)"), "both"),
)  # fmt: skip
_AFTER_AUXILIARY = re.compile(
    r"\b(?:was|were|is|are|has been|have been|can|may|should|could|would|will|did)\b(?! (?:not|no)\b)"
)
_PLAIN_VERB = re.compile(
    r"\b(?P<verb>improv|reduc|increas|decreas|show|affect|prevent|lower|enhanc|provid|produc|result|demonstrat)(?P<end>ed|es|s)\b"
)
_BARE = {
    "improv": "improve", "reduc": "reduce", "increas": "increase", "decreas": "decrease", "enhanc": "enhance",
    "provid": "provide", "produc": "produce", "demonstrat": "demonstrate",
}  # fmt: skip

_SIGNIFICANCE = (
    (re.compile(r"\b(?P<cut>(?:no|without) (?:statistically )?significant)\b"), "significant"),
    (re.compile(r"\b(?P<cut>not (?:statistically )?significant(?P<ly>ly)?)\b"), None),
    (re.compile(r"\b(?P<cut>non-?significant(?P<ly>ly)?|insignificant(?P<ly2>ly)?)\b"), None),
    (re.compile(r"\b(?P<cut>did not differ(?: significantly)?|did not significantly differ)\b"), "differed significantly"),
)
"""Not significant, and what says the opposite."""

_SIGNIFICANT = (
    (re.compile(r"\b(?:was|were|is|are) (?P<cut>(?:statistically )?significantly)\b"), "not significantly"),
    (re.compile(r"\b(?P<cut>(?:statistically )?significantly)\b"), "non-significantly"),
    (re.compile(r"\b(?:was|were|is|are) (?P<cut>(?:statistically )?significant)\b"), "not significant"),
    (re.compile(r"\b(?P<cut>(?:statistically )?significant)\b"), "non-significant"),
)
_DENIED = re.compile(r"\b(?:no|not|nor|neither|none|without|any|only|lack)\b", re.IGNORECASE)


def turn_direction(claim: TrueClaim) -> str | None:
    """One word of direction becomes its opposite."""
    found = list(_DIRECTION.finditer(claim.text))
    if not found:
        return None
    chosen = dice("direction", claim).choice(found)
    return change_at(claim.text, *chosen.span(), _OPPOSITE[chosen.group().lower()])


def turn_negation(claim: TrueClaim) -> str | None:
    """A negation taken out where there is one, else put in at the verb."""
    for pattern, words in _UNDO:
        if found := pattern.search(claim.text):
            return change_at(claim.text, *found.span("cut"), words)
    if found := _AFTER_AUXILIARY.search(claim.text):
        return change_at(claim.text, found.end(), found.end(), " not")
    if found := _PLAIN_VERB.search(claim.text):
        bare = _BARE.get(found.group("verb"), found.group("verb"))
        return change_at(claim.text, *found.span(), f"{'did' if found.group('end') == 'ed' else 'does'} not {bare}")
    return None


def turn_significance(claim: TrueClaim) -> str | None:
    """What was significant is not, what was not is."""
    for pattern, words in _SIGNIFICANCE:
        if found := pattern.search(claim.text):
            groups = found.groupdict()
            adverb = groups.get("ly") or groups.get("ly2") or ""
            return change_at(claim.text, *found.span("cut"), f"significant{adverb}" if words is None else words)
    for pattern, words in _SIGNIFICANT:
        found = pattern.search(claim.text)
        if found and not _DENIED.search(claim.text, 0, found.start()):
            return change_at(claim.text, *found.span("cut"), words)
    return None
