"""Two versions of a summary beside each other, claim by claim, with the words that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from evidence.review import ReviewedClaim, SignedContent

_WORD = re.compile(r"\s+|\S+")
_LONGEST = 400
"""Words above which two sentences are not compared word by word."""


@dataclass(frozen=True)
class Words:
    """A stretch of a sentence; `changed` where the other version has other words there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Row:
    """One claim in both versions; None where a version has no such claim."""

    id: str
    what: str
    older: ReviewedClaim | None
    newer: ReviewedClaim | None
    older_words: tuple[Words, ...]
    newer_words: tuple[Words, ...]

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return self.what == "unchanged"


def compare(older: SignedContent, newer: SignedContent) -> tuple[Row, ...]:
    """Every claim of either version, changed ones first, each group in the newer version's order."""
    before, after = ({item.id: item for item in content.claims} for content in (older, newer))
    rows = [_row(claim_id, before.get(claim_id), after.get(claim_id)) for claim_id in dict.fromkeys((*after, *before))]
    return tuple(sorted(rows, key=lambda row: row.same))


def _row(claim_id: str, one: ReviewedClaim | None, other: ReviewedClaim | None) -> Row:
    old, new = _words(one.text if one else "", other.text if other else "")
    return Row(claim_id, _what(one, other), one, other, old, new)


def _what(one: ReviewedClaim | None, other: ReviewedClaim | None) -> str:
    if one is None or other is None:
        return "added" if one is None else "taken away"
    changes = []
    if one.text != other.text:
        changes.append("other words")
    if one.state is not other.state:
        changes.append(f"{one.state.value} became {other.state.value}")
    if [(s.pmid, s.quote) for s in one.claim.support] != [(s.pmid, s.quote) for s in other.claim.support]:
        changes.append("other quotes")
    if one.verdict is not other.verdict:
        changes.append("another verdict")
    if (one.decision and one.decision.number) != (other.decision and other.decision.number):
        changes.append("another decision")
    return ", ".join(changes) or "unchanged"


def _words(one: str, other: str) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    old, new = _WORD.findall(one), _WORD.findall(other)
    if one == other or not one or not other or max(len(old), len(new)) > _LONGEST:
        changed = one != other
        return (Words(one, changed),), (Words(other, changed),)
    blocks = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    left = tuple(Words("".join(old[a:b]), tag != "equal") for tag, a, b, _, _ in blocks if a < b)
    right = tuple(Words("".join(new[c:d]), tag != "equal") for tag, _, _, c, d in blocks if c < d)
    return left, right
