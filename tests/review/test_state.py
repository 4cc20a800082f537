"""Rules of review without a store, and the pure parts: agreement, what is left out, claim beside record, versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evidence.agreement import agreement
from evidence.base import content_hash
from evidence.citation import Integrity, IntegrityStatus
from evidence.claim import Verdict
from evidence.review import (
    ClaimState,
    ReviewDecision,
    ReviewEntry,
    ReviewOutcome,
    SecondReview,
    SignedContent,
    Slot,
    SourceCheck,
    SourceRecheck,
)
from review.left_out import left_out
from review.side_by_side import set_side_by_side
from review.state import Review
from tests.reporting.sample import sample_ledger

WHEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def entry(
    number: int, claim_id: str, outcome: ReviewOutcome | None, *, slot: Slot = "first", reason: str = "R."
) -> ReviewEntry:
    decision = None if outcome is None else ReviewDecision(claim_id=claim_id, outcome=outcome, reason=reason)
    at = WHEN + timedelta(minutes=number)
    return ReviewEntry(number=number, claim_id=claim_id, slot=slot, decision=decision, by=f"Person {slot}", at=at)


def review(*entries: ReviewEntry, second: bool = False, rechecks: tuple[SourceRecheck, ...] = ()) -> Review:
    return Review(sample_ledger(), entries, rechecks, SecondReview(wanted=second, blind=False))


def looked(status: IntegrityStatus, minutes: int) -> SourceRecheck:
    integrity = Integrity(status=status, notices=("It was retracted.",))
    found = SourceCheck(pmid="90000002", integrity=integrity, at=WHEN + timedelta(minutes=minutes))
    return SourceRecheck(source="PubMed", found=(found,))


def test_a_decision_made_before_a_retraction_was_found_no_longer_counts() -> None:
    accepted = entry(1, "c2", ReviewOutcome.ACCEPT)
    after = review(accepted, rechecks=(looked(IntegrityStatus.RETRACTED, 5),)).by_id["c2"].reviewed
    assert (after.state, after.verdict) == (ClaimState.OPEN, Verdict.SOURCE_COMPROMISED)
    again = review(accepted, entry(9, "c2", ReviewOutcome.ACCEPT), rechecks=(looked(IntegrityStatus.RETRACTED, 5),))
    assert again.by_id["c2"].reviewed.state is ClaimState.STANDS
    rejected = review(entry(1, "c2", ReviewOutcome.REJECT), rechecks=(looked(IntegrityStatus.RETRACTED, 5),))
    assert rejected.by_id["c2"].reviewed.state is ClaimState.FALLS


def test_a_later_look_of_the_same_standing_opens_nothing_a_second_time() -> None:
    rechecks = (looked(IntegrityStatus.RETRACTED, 5), looked(IntegrityStatus.RETRACTED, 60))
    kept = review(entry(9, "c2", ReviewOutcome.ACCEPT), rechecks=rechecks)
    assert kept.by_id["c2"].reviewed.state is ClaimState.STANDS


def test_a_correction_opens_nothing() -> None:
    assert review(rechecks=(looked(IntegrityStatus.CORRECTED, 5),)).by_id["c2"].reviewed.state is ClaimState.STANDS


def test_a_second_reviewer_who_asks_leaves_a_disagreement() -> None:
    found = review(entry(1, "c1", ReviewOutcome.ASK, slot="second"), second=True)
    assert found.by_id["c1"].reviewed.differs
    assert "has not decided on claims" in found.obstacles[0]


def test_agreement_by_hand() -> None:
    # Both accept 2, both reject 1, one each way: observed 3/5; by chance (3/5 · 3/5 + 2/5 · 2/5) = 13/25.
    first = ["accepted", "accepted", "rejected", "accepted", "rejected"]
    second = ["accepted", "accepted", "rejected", "rejected", "accepted"]
    found = agreement(first, second)
    assert (found.n, found.same) == (5, 3)
    assert found.raw == pytest.approx(0.6)
    assert found.kappa == pytest.approx((0.6 - 0.52) / 0.48)
    assert found.ac1 == pytest.approx((0.6 - 0.48) / 0.52)


def test_agreement_where_it_is_not_defined() -> None:
    assert agreement([], []).model_dump(exclude_none=True) == {"n": 0, "same": 0}
    alike = agreement(["accepted"] * 3, ["accepted"] * 3)
    assert (alike.raw, alike.kappa, alike.ac1) == (1.0, None, 1.0)
    with pytest.raises(ValueError, match="zip"):
        agreement(["accepted"], [])


def test_a_claim_that_falls_leaves_its_study_out_again() -> None:
    found = review(*(entry(number, name, ReviewOutcome.REJECT) for number, name in enumerate(("c5", "b1"), 1)))
    shown = left_out(found.ledger, found.claims)
    assert [study.pmid for study in shown.unused] == ["90000003"]
    assert [item.words for item in shown.harms] == ["No adverse events occurred."]


def test_overlapping_quotes_are_marked_once_and_the_abstract_stays_whole() -> None:
    ledger = sample_ledger()
    records = {citation.pmid: citation for citation in ledger.citations}
    text = records["90000001"].abstract_text
    place = text.index("Median time")
    claim = review().by_id["c1"].untouched.verified.claim
    spans = [(place, place + 30), (place + 10, place + 60), (place + 20, place + 25)]
    supports = tuple(claim.support[0].model_copy(update={"start": start, "end": end}) for start, end in spans)
    shown = set_side_by_side(claim.model_copy(update={"support": supports}), records).records[0]
    assert "".join(part.text for part in shown.abstract) == text
    assert "".join(part.text for part in shown.abstract if part.quoted) == text[place : place + 60]


def test_the_hash_of_a_content_is_that_of_its_canonical_json() -> None:
    found = review(entry(1, "c2", ReviewOutcome.ACCEPT))
    content = SignedContent(run_id="r", version=1, ledger=found.ledger, entries=found.history, claims=found.claims, sources=())
    assert content.content_hash() == content_hash(content.model_dump(mode="json"))
    other = content.model_copy(update={"ledger": found.ledger.model_copy(update={"gaps": ("Else.",)})})
    assert other.content_hash() == content_hash(other.model_dump(mode="json")) != content.content_hash()
