"""What reviewers do with claims: accept, edit, reject, ask, add, take back, settle. Each is checked, kept and logged at once.

`seen` is the number of the claim's last entry that the person had before them (`Review.seen`). Where somebody decided on the
claim since, `ChangedMeanwhile` is raised with what changed, one sentence each, and nothing is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from connectors.store import Store
from connectors.store.review_entries import NotAsSeen
from evidence.claim import Claim, Support, Verdict, VerifiedClaim
from evidence.errors import ChangedMeanwhile, InvalidInput, RunNotFound
from evidence.review import ClaimState, ReviewDecision, ReviewEntry, ReviewOutcome, SecondReview, Slot
from evidence.services import EntailmentModel
from review.sides import Item
from review.state import Review
from review.words import told
from verification.recheck import recheck
from verification.verify import LONGEST_CLAIM, MOST_SUPPORTS

LONGEST_REASON = 2_000
"""Characters of a reason or a question to a colleague."""

LONGEST_QUOTE = 20_000
_ADDED = re.compile(r"p([1-9][0-9]{0,5})")
_A_PERSON = "a person"
"""Who wrote an edited claim, as the claim says it: the name stands in the entry, where it can be erased."""


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What the two reviewers agreed on: whose word stands, and why."""

    claim_id: str
    side: Literal["first", "second"]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A claim as a person words it. `supports` are pairs of PMID and quote.

    `claim_id` is empty, and section and outcome count, where it is a claim that the draft does not have. `entailment` is the
    learned check that it is held against beside all others; None: without one.
    """

    claim_id: str = ""
    text: str
    supports: tuple[tuple[str, str], ...]
    section: Literal["bottom_line", "finding"] = "finding"
    outcome: str = ""
    reason: str = ""
    entailment: EntailmentModel | None = None


def read_review(store: Store, run_id: str) -> Review:
    """The run's review as it stands. Raises `RunNotFound`, and `InvalidInput` where the run has no draft yet."""
    parts = store.reviews.parts(run_id)
    if parts is not None:
        return Review(*parts)
    if store.run(run_id).id != run_id:
        raise RunNotFound("Give the whole id of the run: a part of it is not enough here.")
    raise InvalidInput("This run has no draft yet, so there is nothing to review: let it finish.")


def decide(store: Store, run_id: str, decision: ReviewDecision, *, slot: Slot, seen: int, by: str) -> list[ReviewEntry]:
    """Keeps a decision on a claim. An edit is kept by `edit`, which checks it: its verdict is nobody's word."""
    review = read_review(store, run_id)
    if slot == "agreed" or decision.outcome is ReviewOutcome.EDIT:
        raise InvalidInput("Edits are kept by editing a claim, what both reviewers agree on by settling it.")
    _refuse_person(review, slot, by)
    verified = _item(review, decision.claim_id).before(slot).verified
    decision = decision.model_copy(update={"reason": _reason(decision.reason)})
    if decision.outcome is ReviewOutcome.ACCEPT and verified.verdict is not Verdict.SUPPORTED and not decision.reason:
        raise InvalidInput("This claim did not pass its checks: give the reason why you accept it all the same.")
    return _keep(store, review, (decision.claim_id, slot, (decision,)), seen=seen, by=by)


def edit(store: Store, run_id: str, wording: Wording, *, slot: Slot, seen: int, by: str) -> list[ReviewEntry]:
    """Keeps a claim in other words, checked at once. Where that does not pass, it is open until accepted with a reason."""
    review = read_review(store, run_id)
    _refuse_person(review, slot, by)
    before = _item(review, wording.claim_id).before(slot).verified
    claim = _worded(wording, before.claim)
    decision = _edit(before.model_copy(update={"claim": claim}), wording, review, slot)
    return _keep(store, review, (wording.claim_id, slot, (decision,)), seen=seen, by=by)


def add(store: Store, run_id: str, wording: Wording, *, slot: Slot, by: str) -> ReviewEntry:
    """Adds a claim that the draft does not have, checked at once like an edit; it is named `p1`, `p2`, …"""
    while True:
        review = read_review(store, run_id)
        _refuse_person(review, slot, by)
        taken = [int(found[1]) for entry in review.history if (found := _ADDED.fullmatch(entry.claim_id))]
        outcome = " ".join(_plain(wording.outcome).split())[:200] or None
        new = Claim(
            id=f"p{max(taken, default=0) + 1}", text="new", section=wording.section, outcome=outcome, written_by=_A_PERSON
        )
        claim = _worded(wording, new)
        unchecked = VerifiedClaim(claim=claim, verdict=Verdict.UNCHECKED, reason="It was not checked yet.", checks=())
        decision = _edit(unchecked, wording, review, slot)
        try:
            return _keep(store, review, (claim.id, slot, (decision,)), seen=0, by=by)[-1]
        except ChangedMeanwhile:
            continue  # somebody else took this number a moment ago


def take_back(store: Store, run_id: str, claim_id: str, *, slot: Slot, seen: int, by: str) -> list[ReviewEntry]:
    """Takes back the decision that stands in this slot; the one before it stands again."""
    review = read_review(store, run_id)
    _refuse_person(review, slot, by)
    side = _item(review, claim_id).side(slot)
    if side is None or side.entry is None:
        raise InvalidInput("There is no decision to take back on this claim.")
    return _keep(store, review, (claim_id, slot, (None,)), seen=seen, by=by)


def settle(store: Store, run_id: str, settled: Settlement, *, seen: int, by: str) -> list[ReviewEntry]:
    """Keeps what the two reviewers agreed on where they differed: the word of one of them, with the reason."""
    review = read_review(store, run_id)
    claim_id, reason = settled.claim_id, _reason(settled.reason)
    item = _item(review, claim_id)
    if review.hidden or not (item.reviewed.differs or item.agreed):
        raise InvalidInput("The two reviewers do not differ on this claim, so there is nothing to settle.")
    if not reason:
        raise InvalidInput("Give the reason why you settled it so.")
    chosen = item.first if settled.side == "first" else item.second
    if chosen is not None and chosen.state is ClaimState.OPEN:
        raise InvalidInput(f"The {settled.side} reviewer left this claim open: take the other's word, or decide on it first.")
    decisions: tuple[ReviewDecision, ...]
    if chosen is None or chosen.state is ClaimState.FALLS:
        decisions = (ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.REJECT, reason=reason),)
    else:
        accepted = ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.ACCEPT, reason=reason)
        worded = ReviewDecision(claim_id=claim_id, outcome=ReviewOutcome.EDIT, reason=reason, edited=chosen.verified)
        decisions = (worded, accepted) if chosen.edited else (accepted,)
    return _keep(store, review, (claim_id, "agreed", decisions), seen=seen, by=by)


def set_second_review(store: Store, run_id: str, second: SecondReview, *, by: str) -> None:
    """Says whether a second person reviews the run, who, and whether blind."""
    review = read_review(store, run_id)
    if review.hidden and not second.blind and second.wanted:
        raise InvalidInput("The second reviewer works blind and has not finished: it cannot be opened before that.")
    store.reviews.set_second_review(run_id, second, by=by)


def _keep(
    store: Store, review: Review, said: tuple[str, Slot, Sequence[ReviewDecision | None]], *, seen: int, by: str
) -> list[ReviewEntry]:
    watched = review.visible(said[1])
    try:
        return store.reviews.decide(review.ledger.id, said, seen=seen, watched=watched, by=by)
    except NotAsSeen as fault:
        told_before = [_undated(entry.decision) for entry in fault.entries]
        if all(entry.by == by for entry in fault.entries) and told_before == [_undated(decision) for decision in said[2]]:
            return list(fault.entries)  # the same form sent twice
        raise ChangedMeanwhile(fault.message, [told(entry) for entry in fault.entries]) from None


def _undated(decision: ReviewDecision | None) -> ReviewDecision | None:
    if decision is None or decision.edited is None:
        return decision
    return decision.model_copy(update={"edited": decision.edited.model_copy(update={"history": ()})})


def _refuse_person(review: Review, slot: Slot, by: str) -> None:
    other: Slot = "second" if slot == "first" else "first"
    if slot != "agreed" and any(entry.by == by and entry.slot == other for entry in review.history):
        raise InvalidInput(f"You decided on claims of this run as the {other} reviewer: the {slot} must be another person.")


def _edit(item: VerifiedClaim, wording: Wording, review: Review, slot: Slot) -> ReviewDecision:
    """The decision that an edit is, its sentence checked by every check, beside what else stands in the draft."""
    others = [other.before(slot) for other in review.items if other.id != item.claim.id]
    checked = recheck(
        item,
        item.claim.text,
        review.records,
        by=_A_PERSON,
        at=datetime.now(UTC),
        others=[side.verified for side in others if side.state is ClaimState.STANDS],
        extracts=review.ledger.extracts,
        entailment=wording.entailment,
    )
    outcome, reason = ReviewOutcome.EDIT, _reason(wording.reason)
    return ReviewDecision(claim_id=item.claim.id, outcome=outcome, reason=reason, edited=checked)


def _worded(wording: Wording, before: Claim) -> Claim:
    """The claim in these words, on these quotes, nothing of it anchored yet."""
    text = " ".join(_plain(wording.text).split())
    if not text:
        raise InvalidInput("The sentence is empty: write it, or reject the claim.")
    if len(text) > LONGEST_CLAIM:
        raise InvalidInput(f"The sentence has {len(text):,} characters: make it shorter than {LONGEST_CLAIM:,}.")
    supports = tuple((_plain(pmid).strip(), _plain(quote).strip()) for pmid, quote in wording.supports)
    named = tuple(Support(pmid=pmid, quote=quote) for pmid, quote in supports if pmid or quote)
    if not named:
        raise InvalidInput("The sentence rests on no record: give a PMID and the words of its abstract.")
    if len(named) > MOST_SUPPORTS or any(len(item.quote) > LONGEST_QUOTE or len(item.pmid) > 20 for item in named):
        raise InvalidInput(
            f"That is more than can be checked as one claim: at most {MOST_SUPPORTS} quotes, each from one abstract."
        )
    return before.model_copy(update={"text": text, "support": named})


def _reason(text: str) -> str:
    clean = _plain(text).strip()
    if len(clean) > LONGEST_REASON:
        raise InvalidInput(f"The reason has {len(clean):,} characters: make it shorter than {LONGEST_REASON:,}.")
    return clean


def _plain(text: str) -> str:
    """The text without what no database or hash takes: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _item(review: Review, claim_id: str) -> Item:
    item = review.by_id.get(claim_id)
    if item is None:
        raise InvalidInput("This run has no such claim: it may have been taken back. Look at the list of claims again.")
    return item
