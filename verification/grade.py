"""GRADE wording: words of certainty follow a certainty that a named person recorded and the size of the effect, never p.

The wording is that of Santesso et al. 2020 (GRADE guidelines 26): `reduces` for high certainty, `probably` or `likely` for
moderate, `may` for low, `the evidence is very uncertain` for very low; `slightly` for a small effect and `little to no
difference` for a trivial one. Without a rating a finding is told in the past tense, study by study, in none
of these words.
"""

from __future__ import annotations

import re
from enum import StrEnum

from evidence.claim import Claim, ClaimCheck, Verdict
from evidence.signed_parts import Certainty, CertaintyRating
from evidence.text import normalise
from verification.case import Case, failed, not_applicable, passed, shown
from verification.hedges import is_hedge
from verification.tokens import tokenise

NAME = "GRADE wording"
_EFFECT = (
    r"(?:reduces?|increases?|improves?|lowers?|decreases?|results? in|leads? to|makes? (?:little|no)|prevents?|worsens?|"
    r"shortens?|prolongs?|raises?|causes?|has|have|be)\b"
)
_LEVELS = {
    Certainty.VERY_LOW: re.compile(
        r"(?i)\bevidence (?:is|was) very uncertain\b|\bvery low[- ](?:certainty|quality)\b|\bvery uncertain about\b"
    ),
    Certainty.MODERATE: re.compile(rf"(?i)\b(?:probably|likely) (?:\w+ly )?{_EFFECT}|\bmoderate[- ](?:certainty|quality)\b"),
    Certainty.LOW: re.compile(rf"(?i)\bmay (?:\w+ly )?{_EFFECT}|(?<!very )\blow[- ](?:certainty|quality)\b"),
    Certainty.HIGH: re.compile(r"(?i)\bhigh[- ](?:certainty|quality) evidence\b|\bevidence of high (?:certainty|quality)\b"),
}
_TRIVIAL = re.compile(r"(?i)\blittle (?:to|or) no (?:difference|effect|change)\b")
_SLIGHT = re.compile(r"(?i)\bslight(?:ly)?\b")
_LARGE = re.compile(r"(?i)\blarge(?:ly)? (?:reduction|increase|improvement|benefit|effect|decrease)\b|\bgreatly\b")
_PRESENT = re.compile(
    r"(?i)\b(?:reduces|increases|improves|lowers|decreases|results in|leads to|prevents|worsens|shortens|makes)\b"
)


class EffectSize(StrEnum):
    """How much an effect matters to people, as a person judged it."""

    LARGE = "large"
    MODERATE = "moderate"
    SMALL = "small"
    TRIVIAL = "trivial"


def check_grade(case: Case) -> ClaimCheck:
    """Fails with `certainty_mismatched` for words of a certainty that nobody recorded and that no quote has."""
    if not case.standing:
        return not_applicable(NAME, "No quote stands that the claim's words of certainty could be held against.")
    claim = normalise(case.claim.text).text
    quotes = [normalise(anchor.sentence).text for anchor in case.standing]
    for level, pattern in _LEVELS.items():
        found = pattern.search(claim)
        if not found or any(pattern.search(quote) or _hedged(quote) for quote in quotes):
            continue
        reason = (
            f"The claim says {shown(found.group())}, the wording of a {level.value.lower()} certainty that nobody recorded."
        )
        return failed(NAME, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=found.group(), record_words=quotes[0][:400])
    found = _TRIVIAL.search(claim)
    if found and not any(_TRIVIAL.search(quote) for quote in quotes):
        reason = f"The claim says {shown(found.group())}, and nobody recorded that the effect is that small."
        return failed(NAME, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=found.group(), record_words=quotes[0][:400])
    return passed(NAME, "The claim has no words of a certainty that nobody recorded.")


def check_rated_wording(text: str, rating: CertaintyRating | None, size: EffectSize | None = None) -> ClaimCheck:
    """Whether a sentence's words of certainty and size are those of a person's rating.

    `rating` is None where nobody rated: then the sentence may have no such words and no effect in the present tense. `size` is
    None where nobody judged it: then words of size are let pass.
    """
    plain = normalise(text).text
    level, said = _level(plain)
    if rating is None:
        if level is None:
            return passed(NAME, "The sentence has no words of certainty, and nobody rated any.")
        reason = f"The sentence says {shown(said)}, the wording of a {level.value.lower()} certainty that nobody recorded."
        return failed(NAME, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=said)
    if level is not rating.rating:
        worded = (
            f"says {shown(said)}, the wording of a {level.value.lower()} certainty" if level else "has no words of certainty"
        )
        reason = f"The sentence {worded}, while {rating.by} rated it {rating.rating.value.lower()}."
        return failed(NAME, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=said, record_words=rating.reason)
    if size is not None and rating.rating is not Certainty.VERY_LOW and (worded_size := _size(plain)) is not size:
        reason = f"The sentence words a {worded_size.value} effect, while a {size.value} one was recorded."
        return failed(NAME, Verdict.CERTAINTY_MISMATCHED, reason, claim_words=plain[:240], record_words=rating.reason)
    return passed(NAME, f"The sentence is worded as {rating.by} rated it.", claim_words=said, record_words=rating.reason)


def certainty_worded(text: str) -> Certainty | None:
    """The certainty that the sentence's words are those of; None where it has no such words."""
    return _level(normalise(text).text)[0]


def check_wording_of_claim(claim: Claim, rating: CertaintyRating | None) -> ClaimCheck | None:
    """`check_rated_wording` of a claim that has words of certainty its own quotes do not have; None for any other claim.

    What a record says of its own certainty is a quote, whatever a person rated.
    """
    level = certainty_worded(claim.text)
    if level is None or any(certainty_worded(support.quote) is level for support in claim.support):
        return None
    return check_rated_wording(claim.text, rating)


def _level(text: str) -> tuple[Certainty | None, str]:
    for level, pattern in _LEVELS.items():
        if found := pattern.search(text):
            return level, found.group()
    found = _PRESENT.search(text)
    return (Certainty.HIGH, found.group()) if found else (None, "")


def _size(text: str) -> EffectSize:
    for size, pattern in ((EffectSize.TRIVIAL, _TRIVIAL), (EffectSize.SMALL, _SLIGHT), (EffectSize.LARGE, _LARGE)):
        if pattern.search(text):
            return size
    return EffectSize.MODERATE


def _hedged(text: str) -> bool:
    return any(is_hedge(token) for token in tokenise(text))
