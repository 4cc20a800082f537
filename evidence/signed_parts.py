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


class CertaintyRating(EvidenceModel):
    """A person's rating of the certainty of the evidence on one outcome, and what it rests on."""

    outcome: str = Field(min_length=1, description="The outcome, named as in the claims.")
    rating: Certainty = Field(description="The GRADE level.")
    reason: str = Field(min_length=1, description="Why: each reason for rating down or up, in the person's words.")
    by: str = Field(min_length=1, description="Who rated.")
    at: datetime = Field(description="When, UTC.")


class Rewording(EvidenceModel):
    """A claim's sentence told again for one kind of reader. It is printed only where the checks find nothing changed."""

    claim_id: str = Field(min_length=1, description="The claim it tells again.")
    reader: Reader = Field(description="For whom.")
    text: str = Field(min_length=1, max_length=1_000, description="The sentence in other words.")
    by: str = Field(min_length=1, description="Who wrote it: a person or a model's name.")
    at: datetime = Field(description="When, UTC.")


class Release(EvidenceModel):
    """A searcher's name under exactly one search."""

    content: Sha256 = Field(description="`content_hash()` of the search ledger that was released.")
    name: str = Field(min_length=1, description="Who released it.")
    role: str = Field(min_length=1, description="In which role, for example clinical librarian.")
    at: datetime = Field(description="When, UTC.")
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
