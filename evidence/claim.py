"""Claims, what they rest on, and the verdicts on them: the ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid

OUTCOME_NOT_NAMED = "outcome not named"
"""The outcome of a finding whose reader named none: two such findings are not on the same outcome."""


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
    """A fact of a study with the words it was read from. All unset: not reported in the abstract."""

    value: str | None = Field(
        default=None, description="The value as a person would write it; unset: not reported in the abstract."
    )
    support: Support | None = Field(
        default=None, description="The words it was read from; set when `value` is, unless a field of the record has it."
    )
    from_field: str | None = Field(
        default=None,
        description="The record's own field that has it, for example `GrantList`; unset: it stands in the abstract.",
    )


class StudyArm(EvidenceModel):
    """One arm of a study as the abstract prints it."""

    name: str = Field(min_length=1, description="The arm in the abstract's words, in lower case.")
    size: int = Field(ge=0, description="People in it.")
    support: Support = Field(description="Where the size stands.")


class StudyExtract(EvidenceModel):
    """What one record says of its study. Read by a model, anchored by code; what cannot be anchored is absent."""

    pmid: Pmid = Field(description="The record.")
    design: AnchoredValue = Field(default=AnchoredValue(), description="Study design.")
    population: AnchoredValue = Field(default=AnchoredValue(), description="Who was studied.")
    sample_size: AnchoredValue = Field(default=AnchoredValue(), description="How many were studied.")
    intervention: AnchoredValue = Field(default=AnchoredValue(), description="What was done.")
    comparator: AnchoredValue = Field(default=AnchoredValue(), description="What it was compared with.")
    country: AnchoredValue = Field(default=AnchoredValue(), description="In which countries, by rule.")
    registration: AnchoredValue = Field(default=AnchoredValue(), description="Trial registration, by rule.")
    arms: tuple[StudyArm, ...] = Field(default=(), description="Arms printed with their sizes, by rule; empty: not reported.")
    primary_outcome: AnchoredValue = Field(
        default=AnchoredValue(), description="What the abstract says that the primary outcome was, by rule."
    )
    time_points: tuple[AnchoredValue, ...] = Field(
        default=(), description="When it was looked at, by rule; empty: not reported."
    )
    effects: tuple[AnchoredValue, ...] = Field(
        default=(), description="Estimates with their intervals as printed, by rule; empty: not reported."
    )
    harms: tuple[AnchoredValue, ...] = Field(default=(), description="Sentences on harms, by rule; empty: not reported.")
    funding: AnchoredValue = Field(default=AnchoredValue(), description="Who paid, by rule or from the record's grants.")
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


class ClaimEvent(EvidenceModel):
    """One step in the life of a claim. Steps are only ever added."""

    kind: Literal["drafted", "checked", "edited", "decided"] = Field(description="What happened to it.")
    by: str = Field(min_length=1, description="Who did it: a model's name, this tool with its version, or a person.")
    at: datetime = Field(description="When, UTC.")
    text: str = Field(description="The sentence as it stood after this step.")
    verdict: Verdict | None = Field(default=None, description="The verdict; set exactly where it was checked.")
    reason: str = Field(default="", description="Why, one sentence; of a decision or an edit as the person gave it.")


class VerifiedClaim(EvidenceModel):
    """A claim with its checks and the one verdict that follows from them."""

    claim: Claim = Field(description="The claim, its support anchored where the quote was found.")
    verdict: Verdict = Field(description="The worst verdict that any check asks for; `supported` only if every check passed.")
    reason: str = Field(description="Why, one sentence naming the check.")
    checks: tuple[ClaimCheck, ...] = Field(description="Every check that ran.")
    history: tuple[ClaimEvent, ...] = Field(
        default=(), description="What became of it, oldest first; empty until a ledger or an edit writes it down."
    )


class SourceRemark(EvidenceModel):
    """What a person must know of a record beside its standing: it is the record's, and held against no claim."""

    pmid: Pmid = Field(description="The record.")
    kind: Literal["orders", "figures", "same study", "spin"] = Field(
        description="`orders`: text that speaks to its reader or hides; `figures`: figures of it that do not agree; "
        "`same study`: it is not independent of another record; `spin`: it concludes in favour over a null primary outcome."
    )
    text: str = Field(description="What it is, one sentence.")
    words: str = Field(default="", description="The record's own words; empty where the remark is on no words of it.")


class Omission(EvidenceModel):
    """Something that the records read say and the draft does not."""

    kind: Literal["harms", "primary outcome", "disagreement", "size"] = Field(
        description="What is missing: harms, a result on the primary outcome, a study that disagrees with the bottom line, or "
        "the size of an effect that is stated without one. A study that nothing rests on is among the unused ones."
    )
    pmid: Pmid = Field(description="The record that says it.")
    text: str = Field(description="What is missing, one sentence.")
    words: str = Field(description="The words of the record, or of the claim that is not brought out.")


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
