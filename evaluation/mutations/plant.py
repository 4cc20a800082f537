"""The thirteen kinds of planted error."""

from __future__ import annotations

import re
from collections.abc import Callable

from evaluation.mutations.direction import turn_direction, turn_negation, turn_significance
from evaluation.mutations.figures import alter_number, alter_p_or_interval
from evaluation.mutations.reach import drop_hedge, turn_tense, widen_population
from evaluation.mutations.swaps import swap_arms, swap_outcome
from evaluation.mutations.true_claim import Planted, TrueClaim, change_at, dice

WORDING: dict[str, Callable[[TrueClaim], str | None]] = {
    "number": alter_number,
    "arm swap": swap_arms,
    "direction": turn_direction,
    "negation": turn_negation,
    "p or CI": alter_p_or_interval,
    "significance": turn_significance,
    "population widened": widen_population,
    "hedge dropped": drop_hedge,
    "tense": turn_tense,
    "outcome swap": swap_outcome,
}
"""Kinds that change the claim's words and leave its quote and its record as they are."""

KINDS = (*WORDING, "wrong PMID", "altered quote", "retracted source")

_WORD = re.compile(r"\b[a-z]{4,}\b")


def plant(kind: str, claim: TrueClaim) -> Planted | None:
    """The claim with one error of this kind, or None where the sentence gives no room for one."""
    if kind in WORDING:
        text = WORDING[kind](claim)
        if text is None or text == claim.text:
            return None
        return Planted(kind=kind, text=" ".join(text.split()), quote=claim.text, pmid=claim.pmid)
    if kind == "wrong PMID":
        if not claim.other_pmids:
            return None
        return Planted(kind=kind, text=claim.text, quote=claim.text, pmid=dice(kind, claim).choice(claim.other_pmids))
    if kind == "altered quote":
        quote = _altered(claim)
        return Planted(kind=kind, text=claim.text, quote=quote, pmid=claim.pmid) if quote else None
    return Planted(kind=kind, text=claim.text, quote=claim.text, pmid=claim.pmid, retracted=True)


def _altered(claim: TrueClaim) -> str | None:
    """The quote with one inner word left out, as a drafter quotes from memory."""
    words = list(_WORD.finditer(claim.text))[1:-1]
    if not words:
        return None
    chosen = dice("altered quote", claim).choice(words)
    return " ".join(change_at(claim.text, *chosen.span(), "").split())
