"""A claim told in other words is printed only where number, direction and certainty stay what was signed.

The checks that tied the claim to its record are turned on the rewording: against the record's quotes, and against the signed
sentence as if it were the record, both ways round. So a rewording may neither say more than was signed nor take a doubt in.
Words of certainty that neither the signed sentence nor its quotes have need a named person's rating that they fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from evidence.citation import AbstractSection, Citation
from evidence.claim import CheckOutcome, Claim, Support, VerifiedClaim
from evidence.review import ReviewedClaim
from evidence.signed_parts import CertaintyRating, Reader, Rewording, outcome_key
from reporting import words
from verification.grade import certainty_worded, check_wording_of_claim

Verify: TypeAlias = Callable[[Claim, Mapping[str, Citation]], VerifiedClaim]
"""`verification.verify.verify_claim`, or another that gives the same checks."""

_MUST_HOLD = frozenset({"numbers", "direction", "certainty"})
_BACKWARDS = frozenset({"direction", "certainty"})
_STOPS = frozenset({CheckOutcome.FAILED, CheckOutcome.UNCHECKED})
_STAND_IN = "1"


def obstacle_to(
    rewording: Rewording,
    claim: ReviewedClaim,
    citations: Mapping[str, Citation],
    verify: Verify,
    rating: CertaintyRating | None = None,
) -> str:
    """Why the rewording may not stand for the claim, one sentence; empty: it may. `rating`: that of the claim's outcome."""
    said = claim.claim.model_copy(update={"text": rewording.text})
    signed, backwards = _as_source(claim, rewording.text, claim.text), _as_source(claim, claim.text, rewording.text)
    return (
        _worded_surer(rewording, claim, rating)
        or _first_stop(verify(said, citations), _MUST_HOLD, "its record")
        or _first_stop(verify(*signed), _MUST_HOLD, "the signed sentence")
        or _first_stop(verify(*backwards), _BACKWARDS, "the rewording, from the signed sentence")
    )


def standing_rewordings(
    rewordings: Iterable[Rewording],
    claims: Mapping[str, ReviewedClaim],
    citations: Mapping[str, Citation],
    reader: Reader,
    verify: Verify,
    ratings: Iterable[CertaintyRating] = (),
) -> tuple[dict[str, Rewording], tuple[tuple[Rewording, str], ...]]:
    """By claim the last rewording for this reader where it passes; and those that do not, each with the reason."""
    rated = {rating.subject: rating for rating in ratings}
    last = {one.claim_id: one for one in rewordings if one.reader is reader}
    passed: dict[str, Rewording] = {}
    stopped: list[tuple[Rewording, str]] = []
    for claim_id, rewording in last.items():
        claim = claims.get(claim_id)
        why = "It tells a claim that does not stand."
        if claim is not None:
            rating = rated.get(outcome_key(claim.claim.outcome or ""))
            why = obstacle_to(rewording, claim, citations, verify, rating)
        if why:
            stopped.append((rewording, why))
        else:
            passed[claim_id] = rewording
    return passed, tuple(stopped)


def _worded_surer(rewording: Rewording, claim: ReviewedClaim, rating: CertaintyRating | None) -> str:
    """Why its words of certainty may not stand, where the signed sentence does not say them itself."""
    if certainty_worded(rewording.text) is certainty_worded(claim.text):
        return ""
    found = check_wording_of_claim(claim.claim.model_copy(update={"text": rewording.text}), rating)
    return found.reason if found is not None and found.outcome is CheckOutcome.FAILED else ""


def _as_source(claim: ReviewedClaim, said: str, source: str) -> tuple[Claim, Mapping[str, Citation]]:
    """A claim that says `said`, resting on a record whose whole abstract is `source`."""
    record = Citation(pmid=_STAND_IN, title=source, abstract=(AbstractSection(text=source),), source_hash="0" * 64)
    stated = claim.claim.model_copy(
        update={"text": said, "direction": None, "support": (Support(pmid=_STAND_IN, quote=source),)}
    )
    return stated, {_STAND_IN: record}


def _first_stop(verified: VerifiedClaim, names: frozenset[str], against: str) -> str:
    stop = next((check for check in verified.checks if check.name in names and check.outcome in _STOPS), None)
    if stop is None and not names & {check.name for check in verified.checks}:
        return f"It could not be checked against {against}: {words.sentence(verified.reason)}"
    return f"Its {stop.name} differ{'' if stop.name == 'numbers' else 's'} from {against}: {stop.reason}" if stop else ""
