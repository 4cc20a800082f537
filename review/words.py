"""Words for what people did in a review, the same on every page."""

from __future__ import annotations

from evidence.review import ReviewEntry, ReviewOutcome, Slot
from reporting.words import day

_DID = {
    ReviewOutcome.ACCEPT: "accepted it",
    ReviewOutcome.EDIT: "edited it",
    ReviewOutcome.REJECT: "rejected it",
    ReviewOutcome.ASK: "asked a colleague",
}
AS = {"first": "as first reviewer", "second": "as second reviewer", "agreed": "for both reviewers"}
"""In which slot somebody decided."""

STEP_WORDS = {
    "certainty_rating": "Rated the certainty on an outcome, or took the rating back.",
    "full_text_decision": "Said what became of a full text, or took it back.",
    "rewording": "Told a claim in other words for a kind of reader, or took that back.",
    "prisma_statement": "Said what to report on an item of PRISMA-S.",
    "search_released": "Released the evidence search report.",
    "sources rechecked": "Looked at the sources again.",
}
"""What people do by a step of the run, for its history."""


def told(entry: ReviewEntry, *, slots: tuple[Slot, ...] = ("second", "agreed")) -> str:
    """One sentence: who did what with the claim, when and why. The slot is said for those in `slots`."""
    decision = entry.decision
    did = "took the last decision back" if decision is None else _DID[decision.outcome]
    where = f" {AS[entry.slot]}" if entry.slot in slots else ""
    why = f": {decision.reason}" if decision is not None and decision.reason else "."
    words = f"{entry.by} {did}{where} on {day(entry.at)}{why}"
    if decision is not None and decision.edited is not None:
        words += f" New wording: “{decision.edited.claim.text}”"
    return words
