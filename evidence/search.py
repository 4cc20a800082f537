"""The search: its strategy line by line, and what PubMed answered when it was run."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


class HeadingPart(EvidenceModel):
    """A MeSH heading for some of a concept's words: searched in their place, together with the others."""

    heading: str = Field(min_length=1, description="The heading, without tag.")
    words: tuple[str, ...] = Field(min_length=1, description="The words of the concept that it stands for, in lower case.")


class SearchConcept(EvidenceModel):
    """One concept of the question with the words to search for it. Proposed by a model or person, compiled by code."""

    name: str = Field(min_length=1, description="The concept in a few words.")
    element: str = Field(description="The question element it comes from, for example `intervention`.")
    words: tuple[str, ...] = Field(
        default=(), description="The words of the name that are searched for, all of them; empty: every content word."
    )
    headings: tuple[str, ...] = Field(default=(), description="Candidate MeSH headings, without tags.")
    parts: tuple[HeadingPart, ...] = Field(default=(), description="Headings for some of its words only.")
    terms: tuple[str, ...] = Field(default=(), description="Free-text words and phrases, without tags or operators.")


class SearchLine(EvidenceModel):
    """One numbered line of a strategy."""

    number: int = Field(ge=1, description="Line number, from 1, without gaps.")
    query: str = Field(min_length=1, description="The line in PubMed's language; may name earlier lines as #1.")
    purpose: str = Field(description="What the line is for, in words.")


class SearchStrategy(EvidenceModel):
    """A PubMed strategy as numbered lines; the last one is what is run."""

    lines: tuple[SearchLine, ...] = Field(min_length=1, description="The lines in order.")
    concepts: tuple[SearchConcept, ...] = Field(
        default=(), description="The concepts it was compiled from; empty if given by a person."
    )
    proposed_by: str = Field(description="Who proposed the terms: a model's name, `person` or `rules`.")
    notes: tuple[str, ...] = Field(default=(), description="What the compiler left out or changed, one sentence each.")

    def as_text(self) -> str:
        """The strategy as it is run and shown: one `#n query` a line."""
        return "\n".join(f"#{line.number} {line.query}" for line in self.lines)


class LineResult(EvidenceModel):
    """What PubMed answered to one line."""

    number: int = Field(ge=1, description="The line's number.")
    query: str = Field(description="The query exactly as sent, line references expanded.")
    count: int = Field(ge=0, description="Records that match.")
    query_translation: str = Field(default="", description="PubMed's own reading of the query (QueryTranslation).")
    warnings: tuple[str, ...] = Field(default=(), description="Every entry of ErrorList and WarningList, as `kind: text`.")


class SearchRun(EvidenceModel):
    """One execution of a strategy against one source, complete or not at all."""

    source: str = Field(
        description="Database and interface, for example `PubMed (NCBI E-utilities)` or `demonstration mirror`."
    )
    source_url: str = Field(description="Base address that answered.")
    searched_at: datetime = Field(description="When the search was run, UTC.")
    strategy: SearchStrategy = Field(description="The strategy exactly as run.")
    lines: tuple[LineResult, ...] = Field(description="One result for each line.")
    count: int = Field(ge=0, description="Records matching the last line, as the source reported.")
    pmids: tuple[Pmid, ...] = Field(
        description="Every PMID retrieved, ascending, as many as `count` unless `limited_to` is set."
    )
    limited_to: int | None = Field(default=None, ge=1, description="Set where a person capped the records (--max-records).")

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every warning of every line, in order, as `line n: warning`."""
        return tuple(f"line {line.number}: {warning}" for line in self.lines for warning in line.warnings)
