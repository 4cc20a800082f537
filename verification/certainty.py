"""Certainty: the claim is not surer than its quotes. First layer: proof words, dropped hedges, effects told as general."""

from __future__ import annotations

import re

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.alignment import alignments
from verification.case import Case, failed, not_applicable, passed, shown
from verification.hedges import dropped_hedge

_PROOF = re.compile(
    r"(?i)\b(?:pro(?:ve|ves|ved|ven|of)|definite(?:ly)?|definitive(?:ly)?|certainly|undoubtedly|unquestionabl[ey]|"
    r"conclusive(?:ly)?|guarantee[sd]?|always|never|without (?:a )?doubt|100% effective|cures?|eliminates|"
    r"(?:is|are) (?:entirely |completely |very )?(?:safe|harmless)|no (?:side effects|risks?)|must be (?:used|given)|"
    r"should (?:always|never) be)\b"
)
_HEDGE = re.compile(
    r"(?i)\b(?:may|might|could|possibl[ey]|perhaps|potential(?:ly)?|appear(?:s|ed)?|seem(?:s|ed)?|suggest[a-z]*|likely|probabl[ey]|"
    r"unclear|uncertain|inconclusive|trend|tend(?:s|ed|ency)?|preliminary|limited|insufficient|can|would|should|hypothes[a-z]+|"
    r"borderline|low[- ]certainty|very low|whether|warrant[a-z]*|indicat[a-z]+)\b"
)
_STRONG_HEDGE = re.compile(
    r"(?i)\b(?:may(?! \d)|might|could|possibly|perhaps|potentially|appear(?:s|ed)? to|seem(?:s|ed)? to)\b"
)
_GENERAL = re.compile(
    r"(?i)\b(?=[acdilprs])(?<!\bto )(?<!\bnot )(?<!\bdid )(?<!\bdo )(?<!\bdoes )(?<!\bmay )(?<!\bcan )(?<!\bcould )"
    r"(?<!\bmight )(?<!\bwould )(?<!\bshould )(?<!\bor )(?<!\band )"
    r"(?:prevents?|reduces?|improves?|protects?|lowers|increases(?! in)|decreases(?! in)|"
    r"relieves?|shortens?|causes(?! of)|(?:is|are) (?:an? )?(?:more |less |highly |very )?(?:effective|efficacious|beneficial|"
    r"superior|inferior|protective|associated))\b"
)
"""An effect as what holds in general. A study shows what happened in it, so a claim may say this only where its quote does."""


def check_certainty(case: Case) -> ClaimCheck:
    """Fails with `certainty_mismatched` for proof words no quote has, or where every quote hedges and the claim does not."""
    if not case.standing:
        return not_applicable("certainty", "No quote stands that the claim's certainty could be held against.")
    claim = normalise(case.claim.text).text
    sentences = [normalise(anchor.sentence).text for anchor in case.standing]
    record_words = " | ".join(sentences)
    for proof in _PROOF.finditer(claim):
        if not any(proof.group().lower() in sentence.lower() for sentence in sentences):
            reason = f"The claim says {shown(proof.group())}, and no quote goes that far."
            return failed(
                "certainty", Verdict.CERTAINTY_MISMATCHED, reason, claim_words=proof.group(), record_words=record_words
            )
    hedges = [_STRONG_HEDGE.search(sentence) for sentence in sentences]
    if all(hedges) and not _HEDGE.search(claim):
        words = ", ".join(dict.fromkeys(hedge.group().lower() for hedge in hedges if hedge))
        reason = f"The quotes say only {shown(words)}, while the claim hedges nothing."
        return failed("certainty", Verdict.CERTAINTY_MISMATCHED, reason, claim_words=claim[:240], record_words=record_words)
    dropped = [dropped_hedge(laid) for laid in alignments(case)]
    first = dropped[0] if dropped else None
    if first and all(dropped):
        reason = f"The record says {shown(first.text)}, and the claim tells the same without it."
        return failed("certainty", Verdict.CERTAINTY_MISMATCHED, reason, claim_words=claim[:240], record_words=record_words)
    general = _GENERAL.search(claim)
    if general and not any(_GENERAL.search(sentence) for sentence in sentences):
        reason = f"The claim says {shown(general.group())} as what holds in general; its quotes tell what was found in a study."
        return failed("certainty", Verdict.CERTAINTY_MISMATCHED, reason, claim_words=general.group(), record_words=record_words)
    return passed("certainty", "The claim is worded no more surely than its quotes.")
