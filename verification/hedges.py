"""Hedges: words by which authors hold back (`may`, `suggest`, `appears`), and what each of them covers.

The cues are those that hedge in BioScope (Vincze et al. 2008): modal verbs, verbs of seeming, adverbs of likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence

from verification.alignment import Alignment
from verification.tokens import Token, keys_in

_HEDGES = keys_in(
    """
    may might could possible possibly perhaps potential potentially appear appears appeared seem seems seemed suggest
    suggests suggested suggesting suggestive likely probable probably tend tends tended tendency trend unclear uncertain
    inconclusive presumably apparently hypothesise hypothesize hypothesis preliminary putative presumed conceivably
    plausible plausibly borderline believe believed speculate
    """
)
_WEAK = keys_in("can would should limited insufficient whether promising")
_COVERED = 4
"""Content words after a hedge, and of `likely` before it, by which a claim shows that it tells what was hedged."""


def is_hedge(token: Token) -> bool:
    """Whether the word hedges on its own."""
    return token.key in _HEDGES


def dropped_hedge(laid: Alignment) -> Token | None:
    """A hedge of the sentence that the claim leaves out while it tells what the hedge covers; None where there is none."""
    if any(is_hedge(laid.claim[index]) or laid.claim[index].key in _WEAK for index in laid.added()):
        return None
    for index in laid.dropped():
        token = laid.source[index]
        if is_hedge(token) and _tells_what_is_covered(laid, index) and not _kept_after(laid, index):
            return token
    return None


def _kept_after(laid: Alignment, index: int) -> bool:
    """Whether another hedge of the same words stayed: `suggest that zinc may help` keeps its `may`."""
    later = range(index + 1, min(len(laid.source), index + 1 + 2 * _COVERED))
    return any(place in laid.claim_of and is_hedge(laid.source[place]) for place in later)


def _tells_what_is_covered(laid: Alignment, index: int) -> bool:
    covered = _content(laid.source[index + 1 :])[:_COVERED] or _content(laid.source[:index])[-_COVERED:]
    told = [token for token in covered if token.key in laid.claim_keys]
    return bool(told) if laid.close else len(told) >= 2 and len(told) * 2 >= len(covered)


def _content(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.content and not is_hedge(token)]
