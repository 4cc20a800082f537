"""Claims, what they rest on, and the verdicts on them: the ledger."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


class Direction(StrEnum):
    """Which way an outcome went, intervention against comparator."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no significant difference"
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    """What the checks say of a claim. Only `supported` enters the summary's body."""

    SUPPORTED = "supported"
    QUOTE_FABRICATED = "quote_fabricated"
    QUOTE_MISATTRIBUTED = "quote_misattributed"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NUMBER_UNBOUND = "number_unbound"
    SCOPE_INFLATED = "scope_inflated"
    CERTAINTY_MISMATCHED = "certainty_mismatched"
    SOURCE_COMPROMISED = "source_compromised"
    UNCHECKED = "unchecked"


class Support(EvidenceModel):
    """The words a claim rests on. As drafted, `start` and `end` are unset; verification anchors them or fails the claim."""

    pmid: str = Field(description="The PMID named. Free text until verified: a model may invent one.")
    quote: str = Field(description="The words quoted, verbatim as given by whoever drafted the claim.")
    start: int | None = Field(
        default=None, ge=0, description="First code point in the record's `abstract_text`; unset: not anchored."
    )
    end: int | None = Field(default=None, ge=0, description="One past the last code point; unset: not anchored.")


class Finding(EvidenceModel):
    """One result of one study, tied to the sentence that reports it."""

    id: str = Field(description="Unique in the run, for example `90000001.f2`.")
    outcome: str = Field(description="What was measured, in a few words.")
    direction: Direction = Field(description="Which way it went, intervention against comparator.")
    statement: str = Field(min_length=1, description="The result as one sentence.")
    support: Support = Field(description="The record's sentence that reports it.")


class AnchoredValue(EvidenceModel):
    """A fact of a study with the words it was read from. Both unset: not reported in the abstract."""

    value: str | None = Field(
        default=None, description="The value as a person would write it; unset: not reported in the abstract."
    )
    support: Support | None = Field(default=None, description="The words it was read from; set exactly when `value` is.")


class StudyExtract(EvidenceModel):
    """What one record says of its study. Read by a model, anchored by code; what cannot be anchored is absent."""

    pmid: Pmid = Field(description="The record.")
    design: AnchoredValue = Field(default=AnchoredValue(), description="Study design.")
    population: AnchoredValue = Field(default=AnchoredValue(), description="Who was studied.")
    sample_size: AnchoredValue = Field(default=AnchoredValue(), description="How many were studied.")
    intervention: AnchoredValue = Field(default=AnchoredValue(), description="What was done.")
    comparator: AnchoredValue = Field(default=AnchoredValue(), description="What it was compared with.")
    country: AnchoredValue = Field(default=AnchoredValue(), description="Where.")
    findings: tuple[Finding, ...] = Field(default=(), description="Results, in the record's order.")
    dropped: tuple[str, ...] = Field(
        default=(), description="What the model said that code could not anchor, one sentence each."
    )
    read_by: str = Field(description="Model's name, `rules` or a person.")


class Claim(EvidenceModel):
    """One sentence of a summary with what it rests on."""

    id: str = Field(description="Unique in the draft: `b1` for the bottom line, `c1` for findings.")
    text: str = Field(min_length=1, description="The sentence.")
    section: Literal["bottom_line", "finding"] = Field(description="Where it stands in the summary.")
    outcome: str | None = Field(default=None, description="The outcome it speaks of; unset: general.")
    direction: Direction | None = Field(default=None, description="The direction it states, as drafted; unset: none stated.")
    support: tuple[Support, ...] = Field(default=(), description="What it rests on; empty: nothing, and it cannot pass.")
    written_by: str = Field(description="Model's name, `rules` (verbatim sentence) or a person.")


class UnusedStudy(EvidenceModel):
    """An included record that no claim uses, with the reason: nothing is left out in silence."""

    pmid: Pmid = Field(description="The record.")
    reason: str = Field(description="Why no claim uses it, one sentence.")


class DraftSummary(EvidenceModel):
    """What the model drafted, before any check."""

    bottom_line: tuple[Claim, ...] = Field(default=(), description="The answer in brief.")
    findings: tuple[Claim, ...] = Field(default=(), description="Findings, grouped by `outcome`.")
    unused: tuple[UnusedStudy, ...] = Field(default=(), description="Included records that no claim uses.")
    gaps: tuple[str, ...] = Field(default=(), description="What was asked and not found, one sentence each.")

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, bottom line first."""
        return self.bottom_line + self.findings


class CheckOutcome(StrEnum):
    """How one check ended. `unchecked` never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"
    NOT_APPLICABLE = "not_applicable"


class ClaimCheck(EvidenceModel):
    """One check on one claim, with the words on both sides."""

    name: str = Field(description="The check: `identity`, `quote`, `numbers`, `direction`, `integrity`, …")
    outcome: CheckOutcome = Field(description="How it ended.")
    verdict: Verdict | None = Field(
        default=None, description="The verdict it asks for; set exactly when it failed or was unchecked."
    )
    reason: str = Field(description="Why, one sentence a librarian can act on.")
    claim_words: str = Field(default="", description="The words of the claim that were looked at.")
    record_words: str = Field(default="", description="The words of the record they were held against.")


class VerifiedClaim(EvidenceModel):
    """A claim with its checks and the one verdict that follows from them."""

    claim: Claim = Field(description="The claim, its support anchored where the quote was found.")
    verdict: Verdict = Field(description="The worst verdict that any check asks for; `supported` only if every check passed.")
    reason: str = Field(description="Why, one sentence naming the check.")
    checks: tuple[ClaimCheck, ...] = Field(description="Every check that ran.")


class Verification(EvidenceModel):
    """The ledger of one draft."""

    claims: tuple[VerifiedClaim, ...] = Field(default=(), description="Every claim of the draft, in its order.")

    @property
    def supported(self) -> tuple[VerifiedClaim, ...]:
        """The claims that may enter the body."""
        return tuple(item for item in self.claims if item.verdict is Verdict.SUPPORTED)

    @property
    def withheld(self) -> tuple[VerifiedClaim, ...]:
        """The claims that are kept out, each with its reason."""
        return tuple(item for item in self.claims if item.verdict is not Verdict.SUPPORTED)
