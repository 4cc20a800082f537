"""An edit is checked again: the sentence as it now stands, by every check, with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from evidence.citation import Citation
from evidence.claim import ClaimEvent, DraftSummary, StudyExtract, VerifiedClaim
from evidence.services import EntailmentModel
from verification.verify import verify_draft


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

    The direction it was filed under belonged to the old words and is dropped; support and outcome stay. The history grows by
    the edit (`by`, `at`, UTC) and by the check, and is begun where there was none. Nothing given is changed.
    """
    edited = item.claim.model_copy(update={"text": text, "direction": None, "written_by": by})
    rest = [other.claim for other in others if other.claim.id != edited.id]
    bottom = tuple(claim for claim in [*rest, edited] if claim.section == "bottom_line")
    findings = tuple(claim for claim in [*rest, edited] if claim.section == "finding")
    draft = DraftSummary(bottom_line=bottom, findings=findings)
    verified = verify_draft(draft, citations, extracts, entailment=entailment)
    checked = next(found for found in verified.claims if found.claim.id == edited.id)
    steps = (
        ClaimEvent(kind="edited", by=by, at=at, text=text),
        ClaimEvent(kind="checked", by="the checks", at=at, text=text, verdict=checked.verdict, reason=checked.reason),
    )
    return checked.model_copy(update={"history": (*(item.history or begun(item, at)), *steps)})


def begun(item: VerifiedClaim, at: datetime) -> tuple[ClaimEvent, ...]:
    """The first two steps of a claim: drafted by who wrote it, then checked. `at`: when that was known, UTC."""
    text = item.claim.text
    return (
        ClaimEvent(kind="drafted", by=item.claim.written_by, at=at, text=text),
        ClaimEvent(kind="checked", by="the checks", at=at, text=text, verdict=item.verdict, reason=item.reason),
    )
