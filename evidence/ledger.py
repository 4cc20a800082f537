"""The ledger of a run: everything `evidence show RUN --json` gives, and all that any document is made from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid, Sha256
from evidence.citation import Citation, CitationGroup, Integrity, UnreadableRecord
from evidence.claim import (
    ClaimCheck,
    ClaimEvent,
    Direction,
    Omission,
    SourceRemark,
    StudyExtract,
    Support,
    UnusedStudy,
    Verdict,
)
from evidence.model_call import ModelIdentity
from evidence.question import Protocol, Request
from evidence.screening import ScreeningDecision
from evidence.search import LineResult


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"


class SearchCounts(EvidenceModel):
    """Numbers counted from the ledger, never typed. Each line says what it is a part of."""

    identified: int = Field(ge=0, description="Records matching the strategy, as the source counted them.")
    retrieved: int = Field(ge=0, description="PMIDs retrieved; fewer than identified only where a person capped them.")
    fetched: int = Field(ge=0, description="Records fetched and readable, out of retrieved.")
    missing: int = Field(ge=0, description="PMIDs the source did not return, out of retrieved.")
    unreadable: int = Field(ge=0, description="Records that arrived but could not be read, out of retrieved.")
    same_work: int = Field(ge=0, description="Records grouped under another record of the same work, out of fetched.")
    excluded: int = Field(ge=0, description="Records excluded by a rule or person, out of fetched less same_work.")
    unsure: int = Field(ge=0, description="Records left unsure for a person, out of fetched less same_work.")
    included: int = Field(ge=0, description="Records included, out of fetched less same_work.")
    read: int = Field(ge=0, description="Records read for the draft: the best ranked of included and unsure.")
    left: int = Field(ge=0, description="Records included or unsure that were not read: beyond the number drafted from.")


class SearchReport(EvidenceModel):
    """The search as run."""

    strategy: str = Field(description="The strategy exactly as run, one `#n query` a line.")
    source: str = Field(description="Database and interface.")
    source_url: str = Field(description="Base address that answered.")
    searched_at: datetime = Field(description="When, UTC.")
    proposed_by: str = Field(description="Who proposed the terms.")
    lines: tuple[LineResult, ...] = Field(description="Counts, translation and warnings, line by line.")
    purposes: tuple[str, ...] = Field(default=(), description="What each line is for, in the order of `lines`.")
    notes: tuple[str, ...] = Field(default=(), description="What the compiler left out or changed.")
    pmids: tuple[Pmid, ...] = Field(default=(), description="Every PMID retrieved, ascending.")
    counts: SearchCounts = Field(description="Numbers from search to draft.")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Records that could not be read, named.")
    missing: tuple[Pmid, ...] = Field(default=(), description="PMIDs the source did not return.")
    known_found: tuple[Pmid, ...] = Field(default=(), description="Known papers that the strategy found.")
    known_missed: tuple[Pmid, ...] = Field(default=(), description="Known papers that the strategy missed.")
    limited_to: int | None = Field(default=None, description="Set where a person capped the records.")


class LedgerCitation(Citation):
    """A citation as the run used it."""

    integrity: Integrity = Field(description="Its standing when fetched.")
    url: str = Field(description="The page where a person can read the record.")
    use: Literal["read", "left", "excluded", "same work"] = Field(
        description="What became of it: read for the draft, included but left, excluded, or grouped under another."
    )


class LedgerClaim(EvidenceModel):
    """A claim with its checks and verdict, flat."""

    id: str = Field(description="Unique in the run.")
    text: str = Field(description="The sentence.")
    section: Literal["bottom_line", "finding"] = Field(description="Where it stands.")
    outcome: str | None = Field(default=None, description="The outcome it speaks of.")
    direction: Direction | None = Field(default=None, description="The direction it states.")
    verdict: Verdict = Field(description="Only `supported` enters the body.")
    reason: str = Field(description="Why, one sentence.")
    support: tuple[Support, ...] = Field(description="What it rests on, anchored where found.")
    checks: tuple[ClaimCheck, ...] = Field(description="Every check that ran.")
    written_by: str = Field(description="Who wrote the sentence.")
    history: tuple[ClaimEvent, ...] = Field(
        default=(), description="What became of it up to the draft, oldest first; review adds its own entries."
    )


class PromptUse(EvidenceModel):
    """A prompt that the run used."""

    name: str = Field(description="Prompt name.")
    version: int = Field(ge=1, description="Version.")
    hash: Sha256 = Field(description="SHA-256 of the prompt file.")


class Provenance(EvidenceModel):
    """What made the draft, exactly."""

    tool: str = Field(description="This tool's name.")
    tool_version: str = Field(description="Its version.")
    model: ModelIdentity = Field(description="The language model.")
    embedding_model: str = Field(description="The embedding model's id.")
    prompts: tuple[PromptUse, ...] = Field(description="The prompts used.")
    versions: dict[str, str] = Field(description="Package versions.")
    hashes: dict[str, str] = Field(description="SHA-256 of request, strategy, citations, extracts, draft and settings.")
    started_at: datetime = Field(description="When the run started, UTC.")
    finished_at: datetime | None = Field(default=None, description="When it finished, UTC.")
    model_calls: int = Field(ge=0, description="Calls made for this run; answers taken from the store are not calls.")
    failed_calls: int = Field(default=0, ge=0, description="Calls that ended in an error.")
    tokens_in: int = Field(ge=0, description="Tokens read.")
    tokens_out: int = Field(ge=0, description="Tokens written.")
    cost: float | None = Field(default=None, description="Money; unset: price unknown.")
    currency: str = Field(default="", description="Currency of `cost`.")
    model_seconds: float = Field(default=0.0, ge=0, description="Seconds spent waiting for the model.")
    limits: tuple[str, ...] = Field(
        default=(), description="What a reader must know: demonstration model, extractive, abstracts only."
    )


class RunLedger(EvidenceModel):
    """One run, whole."""

    id: str = Field(description="The run's id.")
    status: RunStatus = Field(description="Where it stands.")
    created_at: datetime = Field(description="When it was asked, UTC.")
    question: str = Field(description="The question as asked.")
    request: Request = Field(description="The intake.")
    protocol: Protocol = Field(description="How the question was taken apart.")
    search: SearchReport = Field(description="The search as run, with counts.")
    citations: tuple[LedgerCitation, ...] = Field(description="Every record fetched.")
    groups: tuple[CitationGroup, ...] = Field(
        default=(), description="Groups of records of the same work with more than one member."
    )
    screening: tuple[ScreeningDecision, ...] = Field(description="One standing decision a lead record.")
    extracts: tuple[StudyExtract, ...] = Field(description="What was read from each record.")
    claims: tuple[LedgerClaim, ...] = Field(description="Every claim drafted, with its verdict.")
    bottom_line: str = Field(
        description="The supported sentences of the bottom line, or a sentence saying that there is none and why."
    )
    unused: tuple[UnusedStudy, ...] = Field(default=(), description="Records read that no supported claim uses.")
    gaps: tuple[str, ...] = Field(default=(), description="What was asked and not found.")
    omissions: tuple[Omission, ...] = Field(
        default=(), description="What the records read say and no supported claim does: harms, primary outcomes, sizes."
    )
    remarks: tuple[SourceRemark, ...] = Field(
        default=(), description="What a person must know of single records: orders to their reader, figures that disagree."
    )
    read_from: str = Field(default="Abstracts only", description="What was read; line one of every document.")
    marking: Literal["DRAFT, NOT SIGNED"] = Field(
        default="DRAFT, NOT SIGNED", description="What stands on every page of every document made from this ledger."
    )
    provenance: Provenance = Field(description="What made it.")
    documents: dict[str, str] = Field(
        default_factory=dict, description="Documents written, format to path relative to EVIDENCE_HOME."
    )
