"""Review: what people decide on each claim, when a summary may be signed, and the summary as signed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from evidence.base import EvidenceModel, Pmid, Sha256, canonical_json
from evidence.citation import Integrity
from evidence.claim import Claim, Verdict, VerifiedClaim
from evidence.kept import Kept
from evidence.ledger import LedgerClaim, RunLedger, RunStatus
from evidence.prisma import FullTextDecision
from evidence.search_ledger import PrismaStatement
from evidence.signed_parts import CertaintyRating, FoundAnswer, Rewording, Signature

STATEMENT = "I checked each statement against its record; this is not clinical advice"
"""What a person states by signing."""

RECHECK_WITHIN = timedelta(hours=1)
"""How old the last look at the sources' standing may be at the moment of signing."""

Slot = Literal["first", "second", "agreed"]
"""Whose decision: the first reviewer's, the second's, or the one that both agreed on, which stands over both."""

SLOTS: tuple[Slot, ...] = ("first", "second", "agreed")
"""Every slot."""


class ReviewOutcome(StrEnum):
    """What a person decided on a claim."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"
    ASK = "ask"


class ReviewDecision(EvidenceModel):
    """One decision on one claim."""

    claim_id: str = Field(min_length=1, description="The claim as the draft names it; `p1`, `p2`, … where a person added it.")
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
    waits_for: str = Field(default="", description="What it waits for, one sentence; empty unless it is open.")
    decision: ReviewEntry | None = Field(default=None, description="The entry that stands; unset: no person decided.")
    differs: bool = Field(default=False, description="The two reviewers came to different states and nobody settled it.")


class SourceCheck(EvidenceModel):
    """The standing of one record when the sources were last looked at."""

    pmid: Pmid = Field(description="The record.")
    integrity: Integrity = Field(description="Its standing then.")
    at: datetime = Field(description="When, UTC.")


class ChangedAbstract(EvidenceModel):
    """The abstract of a record as the source gives it now, where that is another than the run's."""

    pmid: Pmid = Field(description="The record.")
    abstract: str = Field(description="Its abstract now; empty: it has none any more.")
    at: datetime = Field(description="When it was looked at, UTC.")


class SourceRecheck(EvidenceModel):
    """One look at the standing and the words of every record that the claims of a run rest on."""

    source: str = Field(description="Who was asked: database and interface.")
    found: tuple[SourceCheck, ...] = Field(description="The standing of each record that the source gave.")
    not_given: tuple[Pmid, ...] = Field(default=(), description="Records that the source no longer gives under their PMID.")
    changed: tuple[ChangedAbstract, ...] = Field(default=(), description="Records with another abstract than the run's.")


class SecondReview(EvidenceModel):
    """Whether two people review a run, and whether the second sees what the first decided."""

    wanted: bool = Field(default=False, description="Whether a second reviewer must decide on every claim.")
    blind: bool = Field(
        default=True, description="Whether neither sees the other's decisions until the second has decided on every claim."
    )
    reviewer: str | None = Field(
        default=None, description="Account id of the person who is to be the second; unset: whoever is not the first."
    )


_LEDGER_TEXTS: Kept[int, tuple[RunLedger, bytes]] = Kept(24)


def ledger_text(ledger: RunLedger) -> bytes:
    """The ledger's canonical JSON in UTF-8, kept: a large one takes a tenth of a second to write down.

    Ledgers are told apart by identity, and held, so that an identity stays theirs.
    """
    known = _LEDGER_TEXTS.get(id(ledger))
    if known is not None and known[0] is ledger:
        return known[1]
    text = canonical_json(ledger.model_dump(mode="json")).encode()
    _LEDGER_TEXTS.put(id(ledger), (ledger, text))
    return text


class SignedContent(EvidenceModel):
    """Exactly what is signed: the ledger, every decision, and the claims that stand."""

    run_id: str = Field(description="The run.")
    version: int = Field(ge=1, description="Version of the summary: 1 for the first signature, one more for each later one.")
    previous: Sha256 | None = Field(default=None, description="Hash of the version before; unset: the first.")
    ledger: RunLedger = Field(description="The run, whole.")
    entries: tuple[ReviewEntry, ...] = Field(default=(), description="The history of review, oldest first.")
    claims: tuple[ReviewedClaim, ...] = Field(description="Every claim, with what became of it.")
    sources: tuple[SourceCheck, ...] = Field(description="The standing of every record that a standing claim rests on.")
    found: tuple[FoundAnswer, ...] = Field(
        default=(), description="What point-of-care and guideline sources say, as a person entered it; it leads the summary."
    )
    ratings: tuple[CertaintyRating, ...] = Field(
        default=(), description="Certainty by outcome as a person rated it; the last of an outcome stands."
    )
    full_texts: tuple[FullTextDecision, ...] = Field(default=(), description="Full texts that people sought and read.")
    statements: tuple[PrismaStatement, ...] = Field(default=(), description="What a person said on PRISMA-S items.")
    rewordings: tuple[Rewording, ...] = Field(default=(), description="Claims told again for other readers, unchecked.")

    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON of this value, like any other's; the ledger's part of it is worked out once."""
        values = self.model_dump(mode="json", exclude={"ledger"})
        parts = {name: canonical_json(value).encode() for name, value in values.items()}
        parts["ledger"] = ledger_text(self.ledger)
        whole = hashlib.sha256()
        for place, name in enumerate(sorted(parts)):
            whole.update(f'{"," if place else "{"}"{name}":'.encode())
            whole.update(parts[name])
        whole.update(b"}")
        return whole.hexdigest()

    @property
    def standing(self) -> tuple[ReviewedClaim, ...]:
        """The claims that are printed, in the draft's order."""
        return tuple(item for item in self.claims if item.state is ClaimState.STANDS)


def obstacles(content: SignedContent, moment: datetime) -> tuple[str, ...]:
    """Why the content may not be signed at this moment, one plain sentence each; empty: it may."""
    found = [] if content.ledger.status is RunStatus.FINISHED else [f"The run is {content.ledger.status.value}: let it finish."]
    listed = {item.id: item.drafted for item in content.claims}
    found += [
        f"Claim {claim.id} of the draft is not listed." for claim in content.ledger.claims if listed.get(claim.id) != claim
    ]
    for item in content.claims:
        found += _obstacles_of_claim(item)
    return (*found, *_obstacles_of_sources(content, moment))


def _obstacles_of_claim(item: ReviewedClaim) -> Iterator[str]:
    if item.state is ClaimState.OPEN:
        yield f"Claim {item.id} is open: {item.waits_for or item.reason}"
    elif item.state is ClaimState.STANDS and item.verdict is not Verdict.SUPPORTED and not _reason(item):
        yield f"Claim {item.id} did not pass its checks, and nobody gave a reason for keeping it."
    elif item.state is ClaimState.FALLS and item.decision is None:
        yield f"Claim {item.id} was left out, and nobody decided that."
    if item.differs:
        yield f"The two reviewers differ on claim {item.id}: settle it."


def _obstacles_of_sources(content: SignedContent, moment: datetime) -> Iterator[str]:
    looked = {check.pmid: check.at for check in content.sources}
    cited = list(dict.fromkeys(support.pmid for item in content.standing for support in item.claim.support))
    if missing := [pmid for pmid in cited if pmid not in looked]:
        yield f"The source was not asked for the standing of PMID {', '.join(missing)}, or did not give it: check the sources."
    if any(not moment - RECHECK_WITHIN <= looked[pmid] <= moment for pmid in cited if pmid in looked):
        yield "The sources were last checked more than an hour ago: check them again."


def _reason(item: ReviewedClaim) -> str:
    return item.decision.decision.reason.strip() if item.decision and item.decision.decision else ""


class SignOff(Signature):
    """A librarian's name under exactly one summary."""

    statement: str = Field(default=STATEMENT, description="What the person stated.")


class SignedSummary(EvidenceModel):
    """A summary that a person put a name to. Every export is made from this and from nothing else."""

    content: SignedContent = Field(description="What was signed.")
    sign_off: SignOff = Field(description="Who signed it.")

    @model_validator(mode="after")
    def _is_what_was_signed(self) -> Self:
        if self.sign_off.content != self.content.content_hash():
            raise ValueError("the signature is under another content")
        if why := obstacles(self.content, self.sign_off.at):
            raise ValueError(why[0])
        return self


class SignedVersion(EvidenceModel):
    """One signed version of a run's summary, without its content."""

    run_id: str = Field(description="The run.")
    version: int = Field(ge=1, description="Its version.")
    sign_off: SignOff = Field(description="Who signed it.")


class ReadingTime(EvidenceModel):
    """How long a person had one claim before them. Shown to that person alone."""

    claim_id: str = Field(description="The claim.")
    seconds: float = Field(ge=0, description="Seconds in all; a stay of a quarter of an hour or longer counts for nothing.")
    visits: int = Field(ge=0, description="How often it was opened.")


def standing_entries(history: Iterable[ReviewEntry], slot: Slot) -> dict[str, tuple[ReviewEntry, ...]]:
    """By claim the entries of this slot that nobody took back, oldest first: the last one stands, over those before it.

    The last edit among them gives the wording that the later ones are about.
    """
    kept: dict[str, list[ReviewEntry]] = {}
    for entry in history:
        if entry.slot != slot:
            continue
        entries = kept.setdefault(entry.claim_id, [])
        if entry.decision is not None:
            entries.append(entry)
        elif entries:
            entries.pop()
    return {claim_id: tuple(entries) for claim_id, entries in kept.items() if entries}


def last_numbers(history: Sequence[ReviewEntry], slots: Collection[Slot] = SLOTS) -> dict[str, int]:
    """By claim the number of its last entry in these slots: what a person must have seen to decide on it."""
    return {entry.claim_id: entry.number for entry in history if entry.slot in slots}
