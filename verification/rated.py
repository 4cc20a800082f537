"""A checked claim under a certainty that a person rated since: its words of certainty are held against the rating."""

from __future__ import annotations

from evidence.claim import CheckOutcome, ClaimCheck, Verdict, VerifiedClaim
from evidence.signed_parts import CertaintyRating
from verification.case import not_applicable
from verification.grade import NAME, check_wording_of_claim
from verification.verify import judge

_ANSWERED = frozenset({"certainty", "tense"})
"""Checks that hold a sentence to the certainty of one study: a rating of the whole body of evidence stands over them."""
_RATED_WORDS = frozenset({"probably", "likely", "may"})
"""Words that a rating adds to what was found, and that no record need have."""


def under_rating(item: VerifiedClaim, rating: CertaintyRating | None) -> VerifiedClaim:
    """The claim judged again with the rating of its outcome. One without words of certainty of its own stays as it is.

    Worded as the person rated it, it passes where the checks asked for the certainty of a single study; worded otherwise,
    it is `certainty_mismatched`. Without a rating nothing changes: the checks let no such words pass.
    """
    found = check_wording_of_claim(item.claim, rating) if rating else None
    if rating is None or found is None:
        return item
    answered = found.outcome is CheckOutcome.PASSED
    checks = tuple(
        found
        if check.name == NAME
        else not_applicable(check.name, f"The sentence is worded by the certainty that {rating.by} rated.")
        if answered and _asks_for_one_study(check)
        else check
        for check in item.checks
    )
    if NAME not in {check.name for check in checks}:
        checks = (*checks, found)
    return judge(item.claim, checks).model_copy(update={"history": item.history})


def _asks_for_one_study(check: ClaimCheck) -> bool:
    """Whether the check failed for no more than that one study does not say how sure the whole body of evidence is."""
    added = check.name == "wording" and check.claim_words.casefold() in _RATED_WORDS
    return added or (check.name in _ANSWERED and check.verdict is Verdict.CERTAINTY_MISMATCHED)
