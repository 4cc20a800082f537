"""The seed test: which papers known to be relevant a strategy finds, which line loses each of the others, and why."""

from __future__ import annotations

import math
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid

FEWEST_FOR_A_PERCENTAGE = 20
"""Papers below which a share is given as `7 of 8`: a percentage would promise a precision that is not there."""

_Z = 1.959963984540054
"""Standard normal quantile of a 95 % interval."""


def wilson_interval(found: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share, as two shares from 0 to 1 (Wilson 1927, JASA 22:209).

    Raises ValueError unless 0 <= found <= total and total > 0.
    """
    if not 0 <= found <= total or total == 0:
        raise ValueError("a share needs 0 <= found <= total and at least one in total")
    share, square = found / total, _Z**2
    middle = share + square / (2 * total)
    half = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    low, high = ((middle - half) / (1 + square / total), (middle + half) / (1 + square / total))
    return (0.0 if found == 0 else low, 1.0 if found == total else high)


class Cause(StrEnum):
    """Why a part of a strategy does not match a record."""

    NOT_INDEXED = "not indexed"
    OTHER_HEADING = "indexed with another heading"
    MINOR_TOPIC = "not a major topic"
    OTHER_SUBHEADING = "another subheading"
    NO_ABSTRACT = "no abstract"
    OTHER_WORD_FORM = "another form of the word"
    OTHER_FIELD = "the word stands in another field"
    WORDS_APART = "the words stand apart"
    WORD_MISSING = "the words are missing"
    OUTSIDE_DATES = "outside the dates"
    OTHER_LANGUAGE = "another language"
    OTHER_TYPE = "another publication type"
    OUTSIDE_SUBSET = "outside the subset or filter"
    REMOVED_BY_NOT = "removed by NOT"
    OTHER_FIELD_VALUE = "the field says otherwise"
    LINE_EMPTY = "the line finds nothing"
    NO_RECORD = "the record could not be read"
    READ_DIFFERENTLY = "the whole is read differently from its parts"


CAUSE_WORDS: dict[Cause, str] = {
    Cause.NOT_INDEXED: "not yet indexed",
    Cause.OTHER_HEADING: "other heading",
    Cause.MINOR_TOPIC: "minor topic only",
    Cause.OTHER_SUBHEADING: "other subheading",
    Cause.NO_ABSTRACT: "no abstract",
    Cause.OTHER_WORD_FORM: "other word form",
    Cause.OTHER_FIELD: "other field",
    Cause.WORDS_APART: "words apart",
    Cause.WORD_MISSING: "words missing",
    Cause.OUTSIDE_DATES: "outside the dates",
    Cause.OTHER_LANGUAGE: "other language",
    Cause.OTHER_TYPE: "other type",
    Cause.OUTSIDE_SUBSET: "outside the filter",
    Cause.REMOVED_BY_NOT: "removed by NOT",
    Cause.OTHER_FIELD_VALUE: "other value",
    Cause.LINE_EMPTY: "line finds nothing",
    Cause.NO_RECORD: "record unreadable",
    Cause.READ_DIFFERENTLY: "read differently",
}
"""Two or three words for each cause, for a table."""


class KnownPapers(EvidenceModel):
    """The papers that a person gave, as far as they could be read."""

    pmids: tuple[Pmid, ...] = Field(default=(), description="PMIDs in the order given, each once.")
    identifiers: tuple[str, ...] = Field(
        default=(), description="DOIs and PMCIDs of papers given without a PMID; they are looked up in the source."
    )
    repeated: int = Field(default=0, ge=0, description="Entries that named a paper named before.")
    unread: tuple[str, ...] = Field(default=(), description="What named no paper: the place and its beginning, one each.")


class SeedLine(EvidenceModel):
    """One line of the strategy with what it finds."""

    number: int = Field(ge=1, description="The line's number.")
    query: str = Field(description="The line as written, references kept.")
    count: int = Field(ge=0, description="Records it finds in the source.")
    warnings: tuple[str, ...] = Field(default=(), description="What the source ignored or did not find in it.")
    terms: tuple[str, ...] = Field(
        default=(), description="What it looks for, term by term, through references to other lines; of an AND its own terms."
    )
    used: bool = Field(description="Whether the last line rests on it.")
    found: tuple[Pmid, ...] = Field(description="Known papers that it finds.")
    loses: tuple[Pmid, ...] = Field(default=(), description="Known papers that are lost at this line.")


class SeedChange(EvidenceModel):
    """The smallest change found that makes the line find the paper, tried on the source."""

    line: int = Field(ge=1, description="Number of the line that changes.")
    before: str = Field(description="The line as it is.")
    after: str = Field(description="The line as it would be.")
    what: str = Field(description="The change in words, for example `add sofa[tiab]`.")
    catches: tuple[Pmid, ...] = Field(
        description="Missed papers that the whole strategy finds with this change; empty: it mends one line of several."
    )
    count: int = Field(ge=0, description="Records that the whole strategy finds with this change.")
    gained: int = Field(description="`count` less the records that the strategy finds as it is: what the change costs.")
    caution: str = Field(
        default="", description="What speaks against it, one sentence: its words do not go with the line; empty: nothing."
    )


class SeedLoss(EvidenceModel):
    """One part of the strategy that does not match a known paper, although the paper needs it."""

    line: int = Field(ge=1, description="Number of the line at which the paper is lost.")
    part: str = Field(default="", description="The part of the line, where it has several joined by AND; empty: all of it.")
    cause: Cause = Field(description="Why.")
    reason: str = Field(description="Why, in one sentence that begins with `Lost at line n`.")
    near: tuple[str, ...] = Field(default=(), description="What the record has instead: headings, words or dates.")
    unmatched: tuple[str, ...] = Field(default=(), description="Words of its title that no line looks for.")
    change: SeedChange | None = Field(default=None, description="The smallest change; unset: none that was tried works.")


class SeedMark(EvidenceModel):
    """A stretch of the title or abstract that the strategy looks for, or nearly."""

    field: Literal["title", "abstract"] = Field(description="Where it stands.")
    start: int = Field(ge=0, description="First character, from 0.")
    end: int = Field(ge=0, description="Character after the last.")
    kind: Literal["matched", "near"] = Field(description="Matched by a line, or near to what the losing line looks for.")
    line: int = Field(ge=1, description="The line that it matches or is near to.")


class SeedPaper(EvidenceModel):
    """One known paper and what became of it."""

    pmid: Pmid = Field(description="Its PMID.")
    given_as: str = Field(default="", description="The DOI or PMCID it was given by; empty: by PMID.")
    state: Literal["found", "missed", "not in the source"] = Field(description="What became of it.")
    note: str = Field(default="", description="What to know of it, one sentence: merged, deleted, mistyped; empty: nothing.")
    used_to_build: bool = Field(default=False, description="Whether it was used to build the strategy.")
    label: str = Field(default="", description="First author and year, where the record was read.")
    title: str = Field(default="", description="Title; empty: the record was not read.")
    abstract: str = Field(default="", description="Abstract as one text; empty: it has none or was not read.")
    headings: tuple[str, ...] = Field(default=(), description="Its MeSH headings.")
    url: str = Field(default="", description="The page where a person reads it; empty: not in the source.")
    lines: tuple[int, ...] = Field(default=(), description="Numbers of the lines that find it.")
    losses: tuple[SeedLoss, ...] = Field(default=(), description="Where it is lost; empty: it is found or not in the source.")
    marks: tuple[SeedMark, ...] = Field(default=(), description="Words to mark in title and abstract, by place, apart.")
    together: SeedChange | None = Field(
        default=None, description="Lost at several lines: all changes together, tried; `line` is the last line."
    )


class SeedTally(EvidenceModel):
    """How many of a set of papers were found."""

    found: int = Field(ge=0, description="Papers found.")
    total: int = Field(ge=0, description="Papers that are in the source.")
    absent: int = Field(default=0, ge=0, description="Papers that are not in the source, outside `total`.")

    def words(self) -> str:
        """`7 of 8 found`, and from 20 papers up the percentage with its 95 % interval."""
        said = f"{self.found} of {self.total} found"
        if self.total < FEWEST_FOR_A_PERCENTAGE:
            return said
        low, high = wilson_interval(self.found, self.total)
        return f"{said} ({100 * self.found / self.total:.0f} %, 95 % interval {100 * low:.0f} to {100 * high:.0f} %)"


class SeedTest(EvidenceModel):
    """A strategy tested against known papers."""

    source: str = Field(description="Database and interface.")
    source_url: str = Field(description="Base address that answered.")
    tested_at: datetime = Field(description="When, UTC.")
    tool: str = Field(description="This tool's name and version.")
    given: str = Field(description="The strategy exactly as given.")
    taken_apart: bool = Field(description="Whether one query was taken apart into the numbered lines.")
    lines: tuple[SeedLine, ...] = Field(min_length=1, description="The lines; the last one is the whole strategy.")
    papers: tuple[SeedPaper, ...] = Field(description="The known papers, in the order given.")
    known: KnownPapers = Field(description="What was read from the files.")
    requests: int = Field(ge=0, description="Searches that were sent to the source.")

    @property
    def count(self) -> int:
        """Records that the whole strategy finds."""
        return self.lines[-1].count

    def tally(self, *, used_to_build: bool) -> SeedTally:
        """Of the papers used to build the strategy, or of the others, which alone can test it."""
        states = [paper.state for paper in self.papers if paper.used_to_build is used_to_build]
        absent = states.count("not in the source")
        return SeedTally(found=states.count("found"), total=len(states) - absent, absent=absent)

    @property
    def changes(self) -> tuple[SeedChange, ...]:
        """The changes that catch papers by themselves, each once: most papers first, then the fewest records gained."""
        each = {
            (change.line, change.after): change
            for paper in self.papers
            for loss in paper.losses
            if (change := loss.change) is not None and change.catches
        }
        return tuple(sorted(each.values(), key=lambda change: (-len(change.catches), change.gained)))

    @property
    def missed(self) -> tuple[SeedPaper, ...]:
        """The papers that are in the source and that the strategy does not find, those that test it first."""
        missed = [paper for paper in self.papers if paper.state == "missed"]
        return tuple(sorted(missed, key=lambda paper: paper.used_to_build))
