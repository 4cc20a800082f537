"""Review: what people decide on each claim, when a summary may be signed, and the summary as signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from evidence.base import EvidenceModel, Pmid, Sha256
from evidence.citation import Integrity
from evidence.claim import Claim, Verdict, VerifiedClaim
from evidence.ledger import LedgerClaim, RunLedger

STATEMENT = "I checked each statement against its record; this is not clinical advice"
"""What a person states by signing."""

RECHECK_WITHIN = timedelta(hours=1)
"""How old the last look at the sources' standing may be at the moment of signing."""

Slot = Literal["first", "second", "agreed"]
"""Whose decision: the first reviewer's, the second's, or the one that both agreed on, which stands over both."""


class ReviewOutcome(StrEnum):
    """What a person decided on a claim."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"
    ASK = "ask"


class ReviewDecision(EvidenceModel):
    """One decision on one claim."""

    claim_id: str = Field(
        min_length=1, description="The claim, as the draft names it; `p1`, `p2`, … for one that a person added."
    )
    outcome: ReviewOutcome = Field(description="What the person decided.")
    reason: str = Field(default="", description="Why, one sentence. Needed but for an acceptance of a claim that passed.")
    edited: VerifiedClaim | None = Field(
        default=None, description="The claim as edited or added, checked again at once; set exactly for an edit."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.outcome is ReviewOutcome.EDIT) != (self.edited is not None):
            raise ValueError("an edit carries the claim as edited and checked, and nothing else does")
        if self.outcome in (ReviewOutcome.REJECT, ReviewOutcome.ASK) and not self.reason.strip():
            raise ValueError(f"to {self.outcome.value} needs a reason")
        return self


class ReviewEntry(EvidenceModel):
    """One entry of the history of a review: a person decided, or took a decision back."""

    number: int = Field(ge=1, description="Place in the run's history of review, from 1, without gaps.")
    claim_id: str = Field(min_length=1, description="The claim.")
    slot: Slot = Field(default="first", description="As which reviewer.")
    decision: ReviewDecision | None = Field(description="What was decided; unset: the standing decision was taken back.")
    by: str = Field(min_length=1, description="Who.")
    at: datetime = Field(description="When, UTC.")
    supersedes: int | None = Field(
        default=None, ge=1, description="Number of the entry that stood in this slot until then; unset: none."
    )


class ClaimState(StrEnum):
    """What becomes of a claim in the summary."""

    STANDS = "stands"
    FALLS = "falls"
    OPEN = "open"


class ReviewedClaim(EvidenceModel):
    """A claim with what the checks and people said of it, and what becomes of it."""

    drafted: LedgerClaim | None = Field(description="The claim as drafted and checked; unset: a person added it.")
    id: str = Field(description="The claim's id.")
    text: str = Field(description="The sentence as it would be printed.")
    claim: Claim = Field(description="The claim as it stands, edits included, its support anchored.")
    verdict: Verdict = Field(description="The verdict on the sentence as it stands.")
    reason: str = Field(description="The verdict's reason, one sentence.")
    state: ClaimState = Field(description="Whether it goes into the summary, stays out, or waits for a person.")
    decision: ReviewEntry | None = Field(default=None, description="The entry that stands; unset: no person decided.")
    differs: bool = Field(default=False, description="The two reviewers came to different states and nobody settled it.")


class SourceCheck(EvidenceModel):
    """The standing of one record when the sources were last looked at."""

    pmid: Pmid = Field(description="The record.")
    integrity: Integrity = Field(description="Its standing then.")
    at: datetime = Field(description="When, UTC.")


class SignedContent(EvidenceModel):
    """Exactly what is signed: the ledger, every decision, and the claims that stand."""

    run_id: str = Field(description="The run.")
    version: int = Field(ge=1, description="Version of the summary: 1 for the first signature, one more for each later one.")
    previous: Sha256 | None = Field(default=None, description="Hash of the version before; unset: the first.")
    ledger: RunLedger = Field(description="The run, whole.")
    entries: tuple[ReviewEntry, ...] = Field(default=(), description="The history of review, oldest first.")
    claims: tuple[ReviewedClaim, ...] = Field(description="Every claim, with what became of it.")
    sources: tuple[SourceCheck, ...] = Field(description="The standing of every record that a standing claim rests on.")

    @property
    def standing(self) -> tuple[ReviewedClaim, ...]:
        """The claims that are printed, in the draft's order."""
        return tuple(item for item in self.claims if item.state is ClaimState.STANDS)


class SignOff(EvidenceModel):
    """A name under exactly one content."""

    content: Sha256 = Field(description="`content_hash()` of what was signed.")
    name: str = Field(min_length=1, description="Who signed.")
    role: str = Field(min_length=1, description="In which role, for example clinical librarian.")
    at: datetime = Field(description="When, UTC.")
    statement: str = Field(default=STATEMENT, description="What the person stated.")


class SignedSummary(EvidenceModel):
    """A summary that a person put a name to. Every export is made from this and from nothing else."""

    content: SignedContent = Field(description="What was signed.")
    sign_off: SignOff = Field(description="Who signed it.")

    @model_validator(mode="after")
    def _is_what_was_signed(self) -> Self:
        if self.sign_off.content != self.content.content_hash():
            raise ValueError("the signature is under another content")
        if any(item.state is ClaimState.OPEN for item in self.content.claims):
            raise ValueError("a claim is open")
        return self


def standing_entries(history: Iterable[ReviewEntry], slot: Slot) -> dict[str, ReviewEntry]:
    """By claim the entry that stands in this slot: the last decision that nobody took back."""
    kept: dict[str, list[ReviewEntry]] = {}
    for entry in history:
        if entry.slot != slot:
            continue
        entries = kept.setdefault(entry.claim_id, [])
        if entry.decision is not None:
            entries.append(entry)
        elif entries:
            entries.pop()
    return {claim_id: entries[-1] for claim_id, entries in kept.items() if entries}


def last_numbers(history: Sequence[ReviewEntry]) -> dict[str, int]:
    """By claim the number of its last entry in any slot: what a person must have seen to decide on it."""
    return {entry.claim_id: entry.number for entry in history}
