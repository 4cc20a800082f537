"""What people add beside the claims before they sign: answers found elsewhere, certainty they rated, sentences reworded.

Each carries who said it and when. A document prints nothing of the kind that no named person recorded.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from evidence.base import EvidenceModel, Sha256
from evidence.search_ledger import SearchLedger

RELEASE_STATEMENT = "I ran and checked this search; it is library evidence support, not clinical advice"
"""What a searcher states by releasing a search report."""


class Certainty(StrEnum):
    """The four levels of GRADE, for one outcome across its studies. Only a person rates."""

    HIGH = "High"
    MODERATE = "Moderate"
    LOW = "Low"
    VERY_LOW = "Very low"


class Reader(StrEnum):
    """For whom the claims are told again."""

    CLINICIAN = "clinician"
    BOARD = "board"
    TEACHING = "teaching"
    PLAIN = "plain"


class FoundAnswer(EvidenceModel):
    """What a point-of-care or guideline source says, in its own words, as a person entered it; or that it says nothing."""

    source: str = Field(min_length=1, description="Which source, for example `BMJ Best Practice` or `NICE NG12`.")
    title: str = Field(default="", description="Title of the topic or recommendation; empty: not given.")
    url: str = Field(default="", description="Address where it can be read; empty: not given.")
    quote: str = Field(
        default="", description="The source's words that answer the question, to the letter; empty: nothing found."
    )
    published: date | None = Field(default=None, description="Date of the source's last update, as it prints; unset: not said.")
    by: str = Field(min_length=1, description="Who found it.")
    on: date = Field(description="When it was looked up.")
    ended_search: bool = Field(
        default=False, description="The person decided that it answers the question and ends the search."
    )


class Domain(StrEnum):
    """What a rating by GRADE goes down or up for (Guyatt et al., BMJ 2008;336:924)."""

    RISK_OF_BIAS = "Risk of bias"
    INCONSISTENCY = "Inconsistency"
    INDIRECTNESS = "Indirectness"
    IMPRECISION = "Imprecision"
    PUBLICATION_BIAS = "Publication bias"
    LARGE_EFFECT = "Large effect"
    DOSE_RESPONSE = "Dose-response"
    OPPOSING_BIAS = "Opposing bias or confounding"

    @property
    def raises(self) -> bool:
        """Whether it can rate up; the others rate down."""
        return self in (Domain.LARGE_EFFECT, Domain.DOSE_RESPONSE, Domain.OPPOSING_BIAS)


class DomainJudgement(EvidenceModel):
    """What a person judged of one domain of GRADE."""

    domain: Domain = Field(description="The domain.")
    levels: int = Field(ge=-2, le=2, description="Levels down (negative) or up; 0: looked at, and no reason to change.")
    reason: str = Field(default="", description="Why; needed where the level changes.")

    @model_validator(mode="after")
    def _is_reasoned(self) -> Self:
        if self.levels and not self.reason.strip():
            raise ValueError(f"a change for {self.domain.value.lower()} needs a reason")
        if self.levels and (self.levels > 0) is not self.domain.raises:
            raise ValueError(f"{self.domain.value.lower()} cannot change a rating that way")
        return self


class CertaintyRating(EvidenceModel):
    """A person's rating of the certainty of the evidence on one outcome, and what it rests on."""

    outcome: str = Field(min_length=1, description="The outcome, named as in the claims.")
    rating: Certainty = Field(description="The GRADE level.")
    reason: str = Field(min_length=1, description="Why: each reason for rating down or up, in the person's words.")
    starts_at: Certainty | None = Field(
        default=None, description="The level that the studies' design starts at; unset: not said."
    )
    domains: tuple[DomainJudgement, ...] = Field(default=(), description="Judgements by domain; empty: not said one by one.")
    by: str = Field(min_length=1, description="Who rated.")
    at: datetime = Field(description="When, UTC.")

    @property
    def subject(self) -> str:
        """The outcome as ratings are looked up by: whatever the case and the spaces."""
        return outcome_key(self.outcome)


def outcome_key(outcome: str) -> str:
    """One key for an outcome's name, whatever the case and the spaces."""
    return " ".join(outcome.split()).casefold()


class Rewording(EvidenceModel):
    """A claim's sentence told again for one kind of reader. It is printed only where the checks find nothing changed."""

    claim_id: str = Field(min_length=1, description="The claim it tells again.")
    reader: Reader = Field(description="For whom.")
    text: str = Field(min_length=1, max_length=1_000, description="The sentence in other words.")
    by: str = Field(min_length=1, description="Who wrote it: a person or a model's name.")
    at: datetime = Field(description="When, UTC.")


class Signature(EvidenceModel):
    """A person's name under exactly one content."""

    content: Sha256 = Field(description="`content_hash()` of what it stands under.")
    name: str = Field(min_length=1, description="Whose name it is.")
    role: str = Field(min_length=1, description="In which role, for example clinical librarian.")
    at: datetime = Field(description="When, UTC.")
    statement: str = Field(description="What the person stated.")


class Release(Signature):
    """A searcher's name under exactly one search."""

    statement: str = Field(default=RELEASE_STATEMENT, description="What the person stated.")


class ReleasedSearch(EvidenceModel):
    """A search that a named searcher put a name to: what an evidence search report without a draft's marking is made from."""

    ledger: SearchLedger = Field(description="The search, whole.")
    release: Release = Field(description="Who released it.")

    @model_validator(mode="after")
    def _is_what_was_released(self) -> Self:
        if self.release.content != self.ledger.content_hash():
            raise ValueError("the release is of another search")
        return self
