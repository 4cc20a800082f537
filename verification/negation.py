"""Negation: what the claim denies its quotes deny, and what they deny the claim does not assert.

A cue (`no`, `not`, `without`, `failed to`) governs the words that follow it in its clause, as in NegEx (Chapman et al. 2001).
Words that the claim and the sentence share must be governed on both sides or on neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evidence.claim import ClaimCheck, Verdict
from verification.alignment import Alignment, alignments, sentence_of, words_of
from verification.case import Case, failed, not_applicable, passed, shown
from verification.tokens import Token, keys_in

_CUES = keys_in(
    """
    no not never neither nor none without cannot non nobody nothing failed lack lacked lacking absence absent unable
    unlikely hardly
    """
)
_REACH = 6
"""Tokens that a cue governs at most."""

_LOOKED_AT = 3
"""Of the words that a cue governs, the first ones say what is denied."""


def check_negation(case: Case) -> ClaimCheck:
    """Fails with `contradicted` where a shared word is denied on one side only, in every sentence that has the word."""
    laid = alignments(case)
    if not laid:
        return not_applicable("negation", "No quote stands that the claim's denials could be held against.")
    if any(found.same for found in laid):
        return passed("negation", "The claim denies what its quote denies.")
    faults = {number: fault for number, found in enumerate(laid) if (fault := _fault(found))}
    if not faults or len(faults) < len(laid):
        return passed("negation", "The claim denies what its quotes deny.")
    number, (claim_word, source_word, denied_in_claim) = max(faults.items(), key=lambda item: laid[item[0]].closeness)
    mine = words_of([claim_word], case.claim.text, 30)
    theirs = words_of([source_word], sentence_of(case, laid[number]), 30)
    if denied_in_claim:
        reason = f"The claim denies in {shown(mine)} what the record does not deny in {shown(theirs)}."
    else:
        reason = f"The claim asserts in {shown(mine)} what the record denies in {shown(theirs)}."
    verdict = Verdict.CONTRADICTED if laid[number].close or not denied_in_claim else Verdict.UNSUPPORTED
    return failed("negation", verdict, reason, claim_words=mine, record_words=theirs)


def _fault(laid: Alignment) -> tuple[Token, Token, bool] | None:
    """A shared word denied on one side only: its token in the claim, in the source, and whether the claim denies it."""
    if put_in := _in_running_words(laid):
        return put_in
    mine, theirs = governed(laid.claim), governed(laid.source)
    for one, reached in cues(laid.claim):
        if laid.source_of.get(one) is None and (found := _unmatched(laid, reached, theirs, in_claim=True)):
            return laid.claim[found[0]], laid.source[found[1]], True
    for two, reached in cues(laid.source):
        if laid.claim_of.get(two) is None and (found := _unmatched(laid, reached, mine, in_claim=False)):
            return laid.claim[found[0]], laid.source[found[1]], False
    return None


def _in_running_words(laid: Alignment) -> tuple[Token, Token, bool] | None:
    """In a retold sentence, a cue that was put in, or taken out, right before words that stayed."""
    if not laid.close:
        return None
    for gap in laid.gaps:
        come = [index for index in range(*gap.claim) if _is_cue(laid.claim[index])]
        gone = [index for index in range(*gap.source) if _is_cue(laid.source[index])]
        if come and not gone and come[-1] + 1 in laid.source_of:
            return laid.claim[come[0]], laid.source[laid.source_of[come[-1] + 1]], True
        if gone and not come and gone[-1] + 1 in laid.claim_of:
            return laid.claim[laid.claim_of[gone[-1] + 1]], laid.source[gone[-1]], False
    return None


def _unmatched(
    laid: Alignment, reached: Sequence[int], other_governed: frozenset[int], *, in_claim: bool
) -> tuple[int, int] | None:
    """The first governed word that the other side has too, if the other side denies none of those it has."""
    near = [index for index in reached if (laid.claim if in_claim else laid.source)[index].content][:_LOOKED_AT]
    partners = [(index, other) for index in near if (other := _partner(laid, index, in_claim=in_claim)) is not None]
    if not partners or any(other in other_governed for _, other in partners):
        return None
    if not laid.close and (len(partners) < 2 or partners[0][0] != near[0]):
        return None
    index, other = partners[0]
    return (index, other) if in_claim else (other, index)


def _partner(laid: Alignment, index: int, *, in_claim: bool) -> int | None:
    """The same word on the other side: its pair, else its only occurrence there."""
    paired = (laid.source_of if in_claim else laid.claim_of).get(index)
    if paired is not None:
        return paired
    own, others = (laid.claim, laid.source) if in_claim else (laid.source, laid.claim)
    found = [place for place, token in enumerate(others) if token.key == own[index].key]
    return found[0] if len(found) == 1 else None


def cues(tokens: Sequence[Token]) -> Iterator[tuple[int, list[int]]]:
    """Index of each cue with the indices that it governs; `not only` and `no longer than` deny nothing."""
    for index, token in enumerate(tokens):
        if not _is_cue(token) or (index + 1 < len(tokens) and tokens[index + 1].text == "only"):
            continue
        reached = []
        for place in range(index + 1, min(len(tokens), index + 1 + _REACH)):
            if tokens[place].clause != token.clause:
                break
            reached.append(place)
        yield index, reached


def governed(tokens: Sequence[Token]) -> frozenset[int]:
    """Indices of every token that some cue governs."""
    return frozenset(place for _, reached in cues(tokens) for place in reached)


def _is_cue(token: Token) -> bool:
    return token.key in _CUES or token.text.endswith("n't")
