"""How a search is reported: the 16 items of PRISMA-S, and the numbers of the PRISMA 2020 flow diagram.

Sources: Rethlefsen et al., PRISMA-S, Systematic Reviews 2021;10:39. Page et al., PRISMA 2020, BMJ 2021;372:n71.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid
from evidence.screening import ScreeningDecision, ScreeningOutcome


class PrismaSState(StrEnum):
    """Where a PRISMA-S item stands. There is no fourth state: an item is never blank."""

    REPORTED = "reported"
    NOT_DONE = "not done"
    NEEDS_LIBRARIAN = "needs librarian"


class PrismaSItem(EvidenceModel):
    """One item of PRISMA-S with what to report."""

    number: int = Field(ge=1, le=16, description="Number of the item.")
    section: str = Field(description="The checklist's section, for example `Search strategies`.")
    name: str = Field(description="The item's name, for example `Full search strategies`.")
    state: PrismaSState = Field(description="Reported, not done (a person said so), or for the librarian to fill in.")
    text: str = Field(min_length=1, description="What to report; for `needs librarian`, what is known and what is missing.")
    verbatim: str = Field(default="", description="Text to be copied to the letter after `text`; empty: none.")
    origin: str = Field(min_length=1, description="Where the text comes from: the ledger, or a person with the date.")


class FullTextDecision(EvidenceModel):
    """What a person found when a report that had passed screening was sought in full. Only a person decides here."""

    pmid: Pmid = Field(description="The record that stands for the report.")
    outcome: Literal["not retrieved", "included", "excluded"] = Field(description="What became of it.")
    reason: str = Field(default="", description="Why it was excluded or could not be had; empty: included.")
    by: str = Field(min_length=1, description="Who decided.")
    on: date = Field(description="When.")


def kept_by_reading(
    screening: Iterable[ScreeningDecision], full_texts: Iterable[FullTextDecision]
) -> tuple[ScreeningDecision, ...]:
    """The screening decisions, with a person's inclusion for each record whose full text a person sought.

    Nobody seeks a report in full that they did not keep. What a person or a rule decided on the record stands as it is; a
    machine's word gives way.
    """
    sought = {said.pmid: said for said in full_texts}
    standing = [one for one in screening if one.pmid not in sought or one.made_by in ("person", "rule")]
    decided = {one.pmid for one in standing}
    kept = (
        ScreeningDecision(
            pmid=pmid, outcome=ScreeningOutcome.INCLUDE, criterion="full text", reason="Its full text was sought.",
            made_by="person", by=said.by,
        )
        for pmid, said in sought.items() if pmid not in decided
    )  # fmt: skip
    return (*standing, *kept)


class FlowSource(EvidenceModel):
    """One source with the records that it gave."""

    name: str = Field(min_length=1, description="Database, register or method, with its platform where one is known.")
    kind: Literal["database", "register", "other method"] = Field(description="Which list of the flow it stands in.")
    records: int = Field(ge=0, description="Records identified there.")


class FlowPart(EvidenceModel):
    """A part of a box: how many, and which or why."""

    words: str = Field(min_length=1, description="Which records these are, or why they left the flow.")
    count: int = Field(ge=0, description="How many.")


class PrismaFlow(EvidenceModel):
    """The numbers of a PRISMA 2020 flow diagram, in works from `for_screening` on: records of one work count once."""

    sources: tuple[FlowSource, ...] = Field(description="Where records were identified, each with its count.")
    identified: int = Field(ge=0, description="Records identified: the sum over `sources`.")
    duplicates: int = Field(ge=0, description="Records grouped under another of the same work; none is deleted.")
    ineligible: tuple[FlowPart, ...] = Field(description="Works marked ineligible by a rule, by criterion. Never by a model.")
    removed_otherwise: tuple[FlowPart, ...] = Field(description="Records not taken further for another reason.")
    for_screening: int = Field(ge=0, description="Identified less duplicates, ineligible and removed otherwise.")
    unseen: tuple[FlowPart, ...] = Field(description="Works for screening that no person has looked at, in two kinds.")
    screened: int = Field(ge=0, description="Works that a person screened: for_screening less unseen.")
    excluded_by_person: tuple[FlowPart, ...] = Field(description="Screened works that a person excluded, by criterion.")
    excluded_by_automation: int = Field(ge=0, description="Screened works that automation excluded: always 0 here.")
    sought: int = Field(ge=0, description="Works kept by a person: screened less excluded. Their reports are to be sought.")
    not_retrieved: tuple[FlowPart, ...] = Field(description="Reports sought and not had, by reason.")
    retrieval_open: int = Field(ge=0, description="Kept works for which no full text decision is recorded.")
    assessed: int = Field(ge=0, description="Reports assessed in full: sought less not_retrieved and retrieval_open.")
    excluded_in_full: tuple[FlowPart, ...] = Field(description="Reports excluded after reading in full, by reason.")
    included_reports: int = Field(ge=0, description="Reports included: assessed less excluded_in_full.")
    included_studies: int = Field(ge=0, description="Studies that these report; several reports of one study count once.")
    seen_by_no_person: int = Field(ge=0, description="Works no person looked at: marked ineligible by a rule, or unseen.")
