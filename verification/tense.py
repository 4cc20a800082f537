"""Tense: what was found in a study stays in the past; only a sentence that itself speaks in general may be told so.

Outcomes of one trial are a fact of that trial. Retold in the present (`is effective`, `reduces`) they become a general truth,
which needs a rated body of evidence (GRADE wording, Santesso et al. 2020).
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.claim import ClaimCheck, Verdict
from verification.alignment import Alignment, alignments, nearest, words_of
from verification.case import Case, failed, not_applicable, passed, shown
from verification.tokens import Token, keys_in, words_in

_PAST = words_in(
    """
    was were had did showed led rose fell grew gave took made found became kept lost felt began held saw went got left
    brought underwent meant met came drew cut told spent slept
    """
)
_PRESENT = words_in("is are has have does do am don't doesn't isn't aren't hasn't haven't")
_FORWARD = frozenset({"will", "can"})
_NO_VERB_AFTER = words_in(
    """
    to not may might must can could will would shall should did didn't do does doesn't don't of in on with for by from
    no any this that's than as cannot or
    """
)
_REPORTING = keys_in(
    """
    suggests indicates reports finds concludes supports confirms demonstrates shows provides needs require remains
    """
)
_TELLERS = keys_in(
    """
    study trial result data finding analysis evidence author conclusion report observation we review record
    """
)


def check_tense(case: Case) -> ClaimCheck:
    """Fails with `certainty_mismatched` where the claim tells in the present, or as to come, what its quotes tell as past."""
    laid = nearest(case)
    if laid is None:
        return not_applicable("tense", "No quote stands that the claim's tense could be held against.")
    if any(found.same for found in alignments(case)):
        return passed("tense", "The claim is in its quote's tense.")
    found = _turned(laid) if laid.close or laid.closeness >= 0.4 else None
    if found is None:
        found = _present_throughout(alignments(case), laid)
    if found is None:
        return passed("tense", "The claim is in its quotes' tense.")
    mine, theirs = found
    said = words_of([mine], case.claim.text, 25)
    sentence = next(anchor.sentence for anchor in case.standing)
    reason = (
        f"The claim says {shown(mine.text)}, as what holds in general; the record tells in the past what was found: "
        f"{shown(theirs.text)}."
    )
    return failed("tense", Verdict.CERTAINTY_MISMATCHED, reason, claim_words=said, record_words=sentence[:400])


def _turned(laid: Alignment) -> tuple[Token, Token] | None:
    """A shared verb, or verbs at the same place, past in the source and present or future in the claim."""
    for one, two in laid.pairs:
        mine, theirs = laid.claim[one], laid.source[two]
        verb = laid.close and laid.source_of.get(one - 1) == two - 1 and mine.text.endswith("s")
        if _is_past(laid.source, two) and _is_present(laid.claim, one, theirs, verb=verb) and not _tells(laid.claim, one):
            return mine, theirs
        if _is_past(laid.source, two) and one and laid.claim[one - 1].text in _FORWARD:
            return laid.claim[one - 1], theirs
    for gap in laid.gaps:
        past = [index for index in range(*gap.source) if laid.source[index].text in _PAST]
        now = [
            index
            for index in range(*gap.claim)
            if laid.claim[index].text in _PRESENT | _FORWARD and not _tells(laid.claim, index)
        ]
        if past and now:
            return laid.claim[now[0]], laid.source[past[0]]
    return None


def _present_throughout(laid: Sequence[Alignment], near: Alignment) -> tuple[Token, Token] | None:
    """A present verb of the claim where no quote has any present verb and each has a past one."""
    own = [index for index, token in enumerate(near.claim) if token.text in _PRESENT and not _tells(near.claim, index)]
    if not own or any(token.text in _PAST for token in near.claim):
        return None
    if any(token.text in _PRESENT for found in laid for token in found.source):
        return None
    past = [next((token for token in found.source if token.text in _PAST), None) for found in laid]
    first = past[0]
    return (near.claim[own[0]], first) if first is not None and all(past) else None


def _is_past(tokens: Sequence[Token], index: int) -> bool:
    word = tokens[index].text
    return word in _PAST or (word.endswith("ed") and len(word) > 4)


def _is_present(tokens: Sequence[Token], index: int, theirs: Token, *, verb: bool) -> bool:
    word = tokens[index].text
    if word == theirs.text:
        return False
    before = tokens[index - 1] if index else None
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if word in _PRESENT:
        return True
    if word in _PAST or word.endswith(("ed", "ing", "ion", "ment", "ity")) or (before and before.text in _NO_VERB_AFTER):
        return False
    return before is not None and (verb or after not in {"in", "of"})


def _tells(tokens: Sequence[Token], index: int) -> bool:
    """Whether the verb only says that a study or its authors report something."""
    near = tokens[max(0, index - 4) : index + 1]
    follows = index + 1 < len(tokens) and tokens[index + 1].text in {"that", "no", "limited", "insufficient", "needed"}
    return any(token.key in _TELLERS for token in near) and (follows or tokens[index].key in _REPORTING)
