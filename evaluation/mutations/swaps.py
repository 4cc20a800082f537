"""Errors of binding: the arms swapped, another outcome put in the outcome's place."""

from __future__ import annotations

import re

from evaluation.mutations.true_claim import TrueClaim, change_at, dice

_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_PLACEHOLDER = "\ufffc"
_GROUP = re.compile(r"\b(?P<arm>[A-Za-z][\w-]*) (?:group|arm)\b")
_NO_ARM = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "each",
        "either",
        "both",
        "two",
        "three",
        "study",
        "same",
        "other",
        "another",
        "any",
        "all",
        "every",
        "one",
        "no",
        "between",
        "age",
        "per",
        "which",
        "whole",
        "largest",
        "smaller",
        "treated",
        "second",
        "first",
        "latter",
        "former",
        "trial",
        "patient",
        "single",
        "parallel",
        "treatment",
    ]
)
_SAME = re.compile(
    r"\b(?:similar|comparable|equivalent|equal|both|no (?:\w+ ){0,2}differen\w+|not (?:\w+ )?differ\w*|between|as effective"
    r" as)\b",
    re.IGNORECASE,
)


def swap_arms(claim: TrueClaim) -> str | None:
    """The two arms change places, by their names or as groups; not where the sentence says the same of both."""
    if _SAME.search(claim.text):
        return None
    pair = _named_arms(claim) or _groups(claim.text)
    if pair is None:
        return None
    one, other = pair
    held = _named(one).sub(_PLACEHOLDER, claim.text)
    text = _named(other).sub(lambda match: _as_large(match.group(), one), held).replace(_PLACEHOLDER, other)
    return change_at(text, 0, 1, text[0].upper()) if claim.text[0].isupper() else text


def _named_arms(claim: TrueClaim) -> tuple[str, str] | None:
    one, other = _bare(claim.intervention), _bare(claim.comparator)
    if len(one) < 2 or len(other) < 2 or one.lower() in other.lower() or other.lower() in one.lower():
        return None
    return (one, other) if _named(one).search(claim.text) and _named(other).search(claim.text) else None


def _groups(text: str) -> tuple[str, str] | None:
    found = {match.group("arm").lower(): match.group("arm") for match in _GROUP.finditer(text)}
    names = [name for lower, name in found.items() if lower not in _NO_ARM]
    return (names[0], names[1]) if len(names) == 2 else None


def swap_outcome(claim: TrueClaim) -> str | None:
    """Another outcome stands where the finding's own stood."""
    found = _named(_bare(claim.outcome)).search(claim.text) if len(claim.outcome) > 3 else None
    others = [name for name in claim.other_outcomes if _is_other(name, claim)]
    if not found or not others:
        return None
    return change_at(claim.text, *found.span(), _bare(dice("outcome", claim).choice(others)).lower())


def _is_other(name: str, claim: TrueClaim) -> bool:
    mine, yours = claim.outcome.lower(), name.lower()
    return len(name) < 60 and yours not in claim.text.lower() and mine not in yours and yours not in mine


def _bare(name: str) -> str:
    return _ARTICLE.sub("", name.strip())


def _named(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", re.IGNORECASE)


def _as_large(old: str, new: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() and old[1:2].islower() else new
