"""Comparison: who is compared with whom, and which number is whose, stand in the claim as they stand in the quote.

In a claim that retells its sentence, two words that have changed places around a word between them have changed roles: the
arms around `than`, the figures of two arms, the outcomes around `but not`. A phrase that only moved to the front has not.
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.claim import ClaimCheck, Verdict
from verification.alignment import Alignment, nearest, sentence_of
from verification.case import Case, failed, not_applicable, passed, shown, unchecked
from verification.directions import read_directions
from verification.tokens import Token, keys_in
from verification.units import unit_beside

_RETOLD = 0.7
"""Share of the claim's words, in any order, that its sentence must have for their order to count."""
_MANNER = keys_in("significant significantly statistically clinically respectively markedly slightly")
"""Words that say how, and so have no place of their own."""


def check_comparison(case: Case) -> ClaimCheck:
    """Fails with `contradicted` where two words of the sentence have changed places in a claim that retells it."""
    laid = nearest(case)
    if laid is None:
        return not_applicable("comparison", "No quote stands that the claim's comparison could be held against.")
    if laid.same or not _retold(laid):
        return passed("comparison", "The claim puts nothing in another's place.")
    exchanged = _changed_places(laid) or _put_for_each_other(laid)
    if exchanged is None:
        return passed("comparison", "The claim keeps its quote's order of arms, outcomes and figures.")
    one, other = exchanged
    if not laid.close and _same_sides(case):
        return passed("comparison", "The claim compares the same arms the same way round as its quote.")
    if not laid.close or _only_listed(laid, one, other) or _one_phrase_moved(_ranks(laid)):
        reason = (
            f"The claim has {shown(one.text)} and {shown(other.text)} in another order than its quote; whether arms, outcomes "
            "or figures are told in that order a person must see."
        )
        return unchecked("comparison", reason)
    sentence = sentence_of(case, laid)
    reason = (
        f"The claim puts {shown(one.text)} and {shown(other.text)} in each other's place: the record's order is another, so "
        "arms, outcomes or figures are exchanged."
    )
    return failed("comparison", Verdict.CONTRADICTED, reason, claim_words=case.claim.text[:240], record_words=sentence[:400])


def _same_sides(case: Case) -> bool:
    """Whether the claim and a quote have the same words before and after `than`, `compared with` or `versus`."""
    mine = [statement.arms for statement in read_directions(case.claim.text)]
    theirs = [statement.arms for anchor in case.standing for statement in read_directions(anchor.sentence)]
    return any(
        first & other_first and second & other_second and not first & other_second
        for first, second in mine
        for other_first, other_second in theirs
    )


def _retold(laid: Alignment) -> bool:
    new = [token for token in laid.claim if token.content and token.key not in laid.source_keys]
    shared = sum(token.key in laid.source_keys for token in laid.claim)
    return len(laid.claim) >= 4 and shared >= _RETOLD * len(laid.claim) and len(new) <= 1


def _changed_places(laid: Alignment) -> tuple[Token, Token] | None:
    """Two words that have changed places, other than by one phrase moving to or from an end of the sentence."""
    ranked = _ranks(laid)
    moved = [place for place, rank in enumerate(ranked) if rank != place]
    if not moved or (_one_phrase_moved(ranked) and (moved[0] == 0 or moved[-1] == len(ranked) - 1)):
        return None
    order = [mine for mine, _ in _placed(laid)]
    return laid.claim[order[moved[0]]], laid.claim[order[ranked.index(moved[0])]]


def _placed(laid: Alignment) -> list[tuple[int, int]]:
    return [pair for pair in laid.shared_in_order if _has_a_place(laid.claim, pair[0])]


def _ranks(laid: Alignment) -> list[int]:
    """The places in the source, from 0, of the words that both sides have and whose order counts, in the claim's order."""
    order = [theirs for _, theirs in _placed(laid)]
    ranks = {theirs: rank for rank, theirs in enumerate(sorted(order))}
    return [ranks[theirs] for theirs in order]


def _has_a_place(tokens: Sequence[Token], index: int) -> bool:
    """Whether the word's order says something: content words but units, and words that stand between two others."""
    token = tokens[index]
    if token.key in _MANNER:
        return False
    if token.content:
        return not (index and tokens[index - 1].number and unit_beside("", token.text))
    return token.text not in {"in", "of", "with", "for", "to", "at", "by", "on", "be", "were", "was"}


def _one_phrase_moved(order: Sequence[int]) -> bool:
    """Whether the order becomes sorted when one run of neighbours is put elsewhere; two single words only swap."""
    moved = [place for place, rank in enumerate(order) if rank != place]
    if len(moved) <= 2:
        return not moved
    middle = [rank - moved[0] for rank in order[moved[0] : moved[-1] + 1]]
    cut = middle.index(0)
    return cut > 0 and middle[cut:] + middle[:cut] == list(range(len(middle)))


def _only_listed(laid: Alignment, one: Token, other: Token) -> bool:
    """Whether nothing but `and` or `or` stands between the two in a claim without figures."""
    first, last = sorted((laid.claim.index(one), laid.claim.index(other)))
    between = laid.claim[first + 1 : last]
    plain = bool(between) and all(token.text in {"and", "or"} for token in between)
    return plain and not any(token.number or token.text == "respectively" for token in laid.claim)


def _put_for_each_other(laid: Alignment) -> tuple[Token, Token] | None:
    """A word of the sentence that stands in the claim where the sentence has another, and that other in its place."""
    replaced = [
        (laid.source[gap.source[0] : gap.source[1]], laid.claim[gap.claim[0] : gap.claim[1]])
        for gap in laid.gaps
        if gap.claim[0] < gap.claim[1] and gap.source[0] < gap.source[1]
    ]
    for number, (gone, come) in enumerate(replaced):
        for other_gone, other_come in replaced[number + 1 :]:
            if _content(gone) and _content(gone) == _content(other_come) and _content(come) == _content(other_gone):
                return come[0], other_come[0]
    return None


def _content(tokens: Sequence[Token]) -> list[str]:
    return [token.key for token in tokens if token.content]
