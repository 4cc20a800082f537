"""One evidence search, whole: what the evidence search report, PRISMA-S and the PRISMA flow are made from.

A run that drafts a summary and a run that only searches both give one; nothing in a report is typed that is counted here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid
from evidence.citation import CitationGroup, StudyGroup
from evidence.imported import ImportedRecord
from evidence.ledger import LedgerCitation, SearchReport
from evidence.prisma import FullTextDecision
from evidence.question import Protocol, Request
from evidence.screening import ScreeningDecision


class OtherSource(EvidenceModel):
    """Records brought in from a database that was searched elsewhere, counted per file."""

    name: str = Field(description="The database, for example `Embase`.")
    kind: Literal["database", "register", "other method"] = Field(
        default="database", description="A database, a study register, or another method (website, citation searching)."
    )
    interface: str = Field(default="", description="The platform, for example `Ovid`; empty: not said.")
    searched_on: date | None = Field(default=None, description="When it was searched, as the person says; unset: not said.")
    strategy: str = Field(default="", description="The strategy exactly as run there; empty: not given.")
    file_name: str = Field(description="Name of the imported file, without its folder.")
    records: int = Field(ge=0, description="Records in the file.")
    unreadable: int = Field(default=0, ge=0, description="Records that could not be read, out of `records`.")
    duplicates: int = Field(default=0, ge=0, description="Records grouped under one of another source, out of `records`.")
    licensed: bool = Field(default=True, description="A licensed database: its records go to no external model.")


class PrismaStatement(EvidenceModel):
    """What a person said on one PRISMA-S item. Only a person can say that something was not done."""

    item: int = Field(ge=1, le=16, description="Number of the PRISMA-S item.")
    state: Literal["reported", "not done"] = Field(description="Reported in `text`, or not done.")
    text: str = Field(default="", description="What to report, in the person's words.")
    by: str = Field(min_length=1, description="Who says so.")
    on: date = Field(description="When.")


class SearchLedger(EvidenceModel):
    """One search with its records."""

    id: str = Field(description="The run's id.")
    created_at: datetime = Field(description="When it was asked, UTC.")
    request: Request = Field(description="The intake.")
    protocol: Protocol | None = Field(
        default=None, description="How the question was taken apart; unset: a strategy was given."
    )
    search: SearchReport = Field(description="The search as run, with counts.")
    other_sources: tuple[OtherSource, ...] = Field(default=(), description="Databases searched elsewhere, records imported.")
    citations: tuple[LedgerCitation, ...] = Field(description="Every record of the source searched.")
    imported: tuple[ImportedRecord, ...] = Field(
        default=(), description="Every record of the other sources that could be read; grouped, not merged."
    )
    ranked: tuple[Pmid, ...] = Field(default=(), description="PMIDs of the works, best first by relevance to the question.")
    groups: tuple[CitationGroup, ...] = Field(default=(), description="Records of the same work, with two or more members.")
    studies: tuple[StudyGroup, ...] = Field(default=(), description="Works that report one study, with two or more works.")
    screening: tuple[ScreeningDecision, ...] = Field(
        default=(), description="One standing decision a lead record; empty: not screened."
    )
    full_text: tuple[FullTextDecision, ...] = Field(
        default=(), description="What people found of the reports sought in full; empty: none recorded."
    )
    statements: tuple[PrismaStatement, ...] = Field(default=(), description="What a person said on PRISMA-S items.")
    tool: str = Field(description="This tool's name and version.")
    model: str = Field(default="", description="The language model that proposed terms; empty: none was used.")
    prompts: tuple[str, ...] = Field(default=(), description="Prompts used, as `name@version sha256`; empty: none.")
    ranked_by: str = Field(
        default="", description="How `ranked` was made, with the name and version of any model that took part; empty: not said."
    )
    contact: str = Field(
        default="", description="Whom to ask about this search: name, service, address; empty: for the librarian to fill in."
    )
    documents: dict[str, str] = Field(default_factory=dict, description="Documents written, format to path.")
