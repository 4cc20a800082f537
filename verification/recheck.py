"""An edit is checked again: the sentence as it now stands, by every check, beside the other claims, with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from evidence.citation import Citation
from evidence.claim import CheckOutcome, ClaimEvent, DraftSummary, StudyExtract, Verdict, Verification, VerifiedClaim
from evidence.services import EntailmentModel
from verification.between_claims import NAME as BETWEEN
from verification.verify import judge, verify_draft


def recheck(  # noqa: PLR0913 - what the draft was checked with, and who edits when
    item: VerifiedClaim,
    text: str,
    citations: Mapping[str, Citation],
    *,
    by: str,
    at: datetime,
    others: Sequence[VerifiedClaim] = (),
    extracts: Sequence[StudyExtract] = (),
    entailment: EntailmentModel | None = None,
) -> VerifiedClaim:
    """The claim with this text, checked anew against its own quotes, the table of studies and the draft's other claims.

    It fails also where another claim, which agreed with the rest before, is contradicted by the new words: the bottom line
    must not say otherwise than a finding, whichever of the two was edited.
    The direction it was filed under belonged to the old words and is dropped; support and outcome stay. The history grows by
    the edit (`by`, `at`, UTC) and by the check, and is begun where there was none. Nothing given is changed.
    """
    edited = item.claim.model_copy(update={"text": text, "direction": None, "written_by": by})
    rest = [other.claim for other in others if other.claim.id != edited.id]
    bottom = tuple(claim for claim in [*rest, edited] if claim.section == "bottom_line")
    findings = tuple(claim for claim in [*rest, edited] if claim.section == "finding")
    draft = DraftSummary(bottom_line=bottom, findings=findings)
    verified = verify_draft(draft, citations, extracts, entailment=entailment)
    checked = _held_against_others(next(found for found in verified.claims if found.claim.id == edited.id), verified, others)
    steps = (
        ClaimEvent(kind="edited", by=by, at=at, text=text),
        ClaimEvent(kind="checked", by="the checks", at=at, text=text, verdict=checked.verdict, reason=checked.reason),
    )
    return checked.model_copy(update={"history": (*(item.history or begun(item, at)), *steps)})


def _held_against_others(edited: VerifiedClaim, now: Verification, before: Sequence[VerifiedClaim]) -> VerifiedClaim:
    """The edited claim, failed where a claim that passed before is contradicted beside it."""
    if edited.verdict is not Verdict.SUPPORTED:
        return edited
    stood = {other.claim.id for other in before if other.verdict is Verdict.SUPPORTED}
    for other in now.claims:
        check = next((one for one in other.checks if one.name == BETWEEN and one.outcome is CheckOutcome.FAILED), None)
        if check is not None and other.claim.id in stood and f" {edited.claim.id} " in check.reason:
            reason = f"Beside it, claim {other.claim.id} no longer holds: {check.reason}"
            mine = check.model_copy(
                update={"reason": reason, "claim_words": edited.claim.text[:240], "record_words": check.claim_words}
            )
            return judge(edited.claim, (*(one for one in edited.checks if one.name != BETWEEN), mine))
    return edited


def begun(item: VerifiedClaim, at: datetime) -> tuple[ClaimEvent, ...]:
    """The first two steps of a claim: drafted by who wrote it, then checked. `at`: when that was known, UTC."""
    text = item.claim.text
    return (
        ClaimEvent(kind="drafted", by=item.claim.written_by, at=at, text=text),
        ClaimEvent(kind="checked", by="the checks", at=at, text=text, verdict=item.verdict, reason=item.reason),
    )
