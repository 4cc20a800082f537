"""Signed summaries over invented papers, made in code from the draft's sample."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from evidence.claim import Claim, Verdict
from evidence.ledger import LedgerClaim, RunLedger
from evidence.review import (
    ClaimState,
    ReviewDecision,
    ReviewedClaim,
    ReviewEntry,
    ReviewOutcome,
    SignedContent,
    SignedSummary,
    SignOff,
    SourceCheck,
)
from evidence.signed_parts import Certainty, CertaintyRating, FoundAnswer, Reader, Rewording
from reporting.export import Edition, Library, Recheck
from tests.reporting.sample import HOSTILE, hostile_ledger, sample_ledger

WHEN = datetime(2026, 11, 4, 10, 30, tzinfo=UTC)
NAME = "Anna Smith"
EDITION = Edition(
    made_at=datetime(2026, 11, 4, 11, 0, tzinfo=UTC),
    recheck=Recheck(at=datetime(2026, 11, 4, 10, 59, tzinfo=UTC), why_not=""),
    library=Library(libkey="222", resolver="https://resolver.example.nhs.uk/openurl?sid=ledger"),
)
FOUND = FoundAnswer(
    source="BMJ Best Practice",
    title="Tarnish fever",
    url="https://bestpractice.example/tarnish",
    quote="Brillamine is an option for adults.",
    published=date(2026, 6, 1),
    by=NAME,
    on=date(2026, 11, 3),
)
NAUSEA = "c3"
"""The sample's claim on nausea: its quote prints 31 of 206 and 12 of 206."""


def reviewed(claim: LedgerClaim, number: int) -> tuple[ReviewedClaim, ReviewEntry]:
    passed = claim.verdict is Verdict.SUPPORTED
    outcome = ReviewOutcome.ACCEPT if passed else ReviewOutcome.REJECT
    decision = ReviewDecision(claim_id=claim.id, outcome=outcome, reason="" if passed else "Its record does not say so.")
    entry = ReviewEntry(number=number, claim_id=claim.id, decision=decision, by=NAME, at=WHEN)
    fields = ("id", "text", "section", "outcome", "direction", "support", "written_by")
    stated = Claim(**{name: getattr(claim, name) for name in fields})
    kept = ReviewedClaim(
        drafted=claim,
        id=claim.id,
        text=claim.text,
        claim=stated,
        verdict=claim.verdict,
        reason=claim.reason,
        state=ClaimState.STANDS if passed else ClaimState.FALLS,
        decision=entry,
    )
    return kept, entry


def content_of(ledger: RunLedger, **more: Any) -> SignedContent:
    pairs = [reviewed(claim, number) for number, claim in enumerate(ledger.claims, 1)]
    standing = {support.pmid for claim, _ in pairs if claim.state is ClaimState.STANDS for support in claim.claim.support}
    fields: dict[str, Any] = {
        "run_id": ledger.id,
        "version": 1,
        "ledger": ledger,
        "entries": tuple(entry for _, entry in pairs),
        "claims": tuple(claim for claim, _ in pairs),
        "sources": tuple(
            SourceCheck(pmid=one.pmid, integrity=one.integrity, at=WHEN) for one in ledger.citations if one.pmid in standing
        ),
    }
    return SignedContent(**(fields | more))


def sign(content: SignedContent, *, name: str = NAME, role: str = "clinical librarian") -> SignedSummary:
    return SignedSummary(content=content, sign_off=SignOff(content=content.content_hash(), name=name, role=role, at=WHEN))


def signed_sample(**more: Any) -> SignedSummary:
    """Seven claims stand, five fall; one answer found before; nothing rated, nothing reworded."""
    return sign(content_of(sample_ledger(), **({"found": (FOUND,)} | more)))


def rating(outcome: str) -> CertaintyRating:
    return CertaintyRating(
        outcome=outcome, rating=Certainty.LOW, reason="Few people; one trial stopped early.", by=NAME, at=WHEN
    )


def rewording(claim_id: str, text: str, reader: Reader = Reader.PLAIN) -> Rewording:
    return Rewording(claim_id=claim_id, reader=reader, text=text, by=NAME, at=WHEN)


def hostile_signed() -> SignedSummary:
    """Hostile text wherever text comes from outside: papers, question, people, answers found, ratings, rewordings."""
    found = FoundAnswer(
        source=HOSTILE, title=HOSTILE, url="javascript:alert(5)", quote=HOSTILE, by=HOSTILE, on=date(2026, 11, 3)
    )
    rated = CertaintyRating(outcome=HOSTILE, rating=Certainty.LOW, reason=HOSTILE, by=HOSTILE, at=WHEN)
    content = content_of(
        hostile_ledger(),
        found=(found,),
        ratings=(rated,),
        rewordings=(rewording("c1", f"=1+1 {HOSTILE}"),),
    )
    return sign(content, name=HOSTILE, role=HOSTILE)
