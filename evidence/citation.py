"""A PubMed citation, whole, and what is known of its integrity.

Offsets everywhere in the product count Unicode code points in `Citation.abstract_text`, half open: `text[start:end]`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, computed_field, model_validator

from evidence.base import EvidenceModel, Pmid, Sha256
from evidence.record_parts import (
    AbstractSection,
    Author,
    Correction,
    Grant,
    Journal,
    MeshHeading,
    MeshQualifier,
    OtherAbstract,
    PartialDate,
    RecordDate,
    RecordIdentifier,
    Reference,
    RegistryNumber,
)

__all__ = [
    "COMPROMISED",
    "AbstractSection",
    "Author",
    "Citation",
    "CitationGroup",
    "Correction",
    "FetchReport",
    "FetchedRecord",
    "Grant",
    "GroupingDecision",
    "Integrity",
    "IntegrityStatus",
    "Journal",
    "MergedPmid",
    "MeshHeading",
    "MeshQualifier",
    "OtherAbstract",
    "OutsideNotice",
    "PartialDate",
    "RecordDate",
    "RecordId",
    "RecordIdentifier",
    "Reference",
    "RegistryNumber",
    "StudyGroup",
    "UnreadableRecord",
]

RecordId = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{1,9}|[a-z0-9][a-z0-9-]{0,39}:[0-9a-f]{8}\.[0-9]{1,7})$")]
"""A record of any source: its PMID, or for an imported one `database:file.place`, for example `embase:3fa9c1d2.17`."""


class IntegrityStatus(StrEnum):
    """What a record's own data say of its standing, worst first."""

    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    PARTLY_RETRACTED = "partly retracted"
    EXPRESSION_OF_CONCERN = "expression of concern"
    RETRACTION_NOTICE = "retraction notice"
    SUPERSEDED = "superseded"
    CORRECTED = "corrected"
    PREPRINT = "preprint"
    NO_NOTICE = "no notice found"


COMPROMISED = frozenset(
    {
        IntegrityStatus.RETRACTED,
        IntegrityStatus.WITHDRAWN,
        IntegrityStatus.PARTLY_RETRACTED,
        IntegrityStatus.EXPRESSION_OF_CONCERN,
        IntegrityStatus.RETRACTION_NOTICE,
    }
)
"""The states in which a record can support no claim."""


class OutsideNotice(EvidenceModel):
    """What a source beside the record itself says of its standing."""

    source: str = Field(description="Who says so, for example `Retraction Watch`.")
    status: IntegrityStatus = Field(description="The standing it means; `no notice found` where it only informs.")
    nature: str = Field(description="The kind of notice as the source prints it, for example `Retraction`.")
    reason: str = Field(default="", description="The reasons as printed; empty: none given.")
    date: str = Field(default="", description="The notice's date as printed; empty: none given.")
    pmid: Pmid | None = Field(default=None, description="PMID of the notice; unset: not given.")
    doi: str | None = Field(default=None, description="DOI of the notice in lower case; unset: not given.")
    entry: str = Field(default="", description="The source's own number of the entry.")


class Integrity(EvidenceModel):
    """A record's standing, with the words of the record that show it."""

    status: IntegrityStatus = Field(description="The worst state that the record's data show.")
    notices: tuple[str, ...] = Field(default=(), description="One sentence for each notice found, naming where it stands.")
    related_pmids: tuple[Pmid, ...] = Field(default=(), description="PMIDs of notices, corrections and other versions.")


class Citation(EvidenceModel):
    """A PubMed record as fetched. Unset and empty fields mean that the record does not say."""

    pmid: Pmid = Field(description="PubMed identifier.")
    version: int = Field(default=1, ge=1, description="PMID version.")
    kind: str = Field(default="article", description="`article` or `book`.")
    title: str = Field(description="Title as printed, brackets of translated titles kept.")
    vernacular_title: str | None = Field(default=None, description="Title in the language of publication.")
    abstract: tuple[AbstractSection, ...] = Field(default=(), description="The abstract's sections; empty: no abstract.")
    other_abstracts: tuple[OtherAbstract, ...] = Field(default=(), description="Abstracts in other languages.")
    copyright: str | None = Field(default=None, description="Copyright note of the abstract.")
    authors: tuple[Author, ...] = Field(default=(), description="Authors in order.")
    editors: tuple[Author, ...] = Field(default=(), description="Editors of a book, in order.")
    investigators: tuple[Author, ...] = Field(default=(), description="Members of a group author, as listed.")
    journal: Journal = Field(default=Journal(), description="Where it appeared.")
    published: PartialDate | None = Field(default=None, description="Publication date of the issue.")
    published_online: PartialDate | None = Field(default=None, description="Electronic publication date.")
    entered: PartialDate | None = Field(default=None, description="Entry date (EDAT), by which PubMed is searched with [edat].")
    revised: PartialDate | None = Field(default=None, description="DateRevised.")
    dates: tuple[RecordDate, ...] = Field(
        default=(), description="Every date of its history, and when NLM created and completed it, in order."
    )
    languages: tuple[str, ...] = Field(default=(), description="Three-letter codes.")
    publication_types: tuple[str, ...] = Field(default=(), description="Publication types as printed.")
    mesh: tuple[MeshHeading, ...] = Field(default=(), description="MeSH headings.")
    keywords: tuple[str, ...] = Field(default=(), description="Author keywords.")
    substances: tuple[str, ...] = Field(default=(), description="Chemicals and supplementary concepts.")
    doi: str | None = Field(default=None, description="DOI in lower case, without resolver address.")
    pmcid: str | None = Field(default=None, description="PubMed Central id, for example `PMC123`.")
    identifiers: tuple[RecordIdentifier, ...] = Field(
        default=(), description="Every identifier it gives of itself, as printed, DOI and PMCID included."
    )
    registrations: tuple[RegistryNumber, ...] = Field(default=(), description="Databank accession numbers.")
    grants: tuple[Grant, ...] = Field(default=(), description="Funding.")
    conflict_statement: str | None = Field(default=None, description="CoiStatement.")
    corrections: tuple[Correction, ...] = Field(default=(), description="Comments and corrections.")
    references: tuple[Pmid, ...] = Field(default=(), description="PMIDs in the reference list.")
    reference_list: tuple[Reference, ...] = Field(default=(), description="The reference list, every entry in order.")
    medline_status: str | None = Field(default=None, description="Status, for example `MEDLINE` or `Publisher`.")
    publication_status: str | None = Field(default=None, description="PublicationStatus, for example `ppublish`.")
    further: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Text of elements that have no field of their own, by element name, for example `RegistryNumber`.",
    )
    unknown_elements: dict[str, int] = Field(
        default_factory=dict, description="Elements the parser does not know, counted; their text is in `further`."
    )
    notices: tuple[OutsideNotice, ...] = Field(
        default=(), description="What sources beside PubMed say of its standing, Retraction Watch for one."
    )
    licensed_from: str | None = Field(
        default=None,
        description="The licensed database that this text was imported from, where its licence is not known to let it go "
        "to an external language model; unset: it came from PubMed, or the licence permits it.",
    )
    source_hash: Sha256 = Field(description="SHA-256 of the record's XML as it was fetched.")

    @model_validator(mode="before")
    @classmethod
    def _recompute_abstract_text(cls, data: Any) -> Any:
        """Stored JSON carries the computed text; it is recomputed, so that it can never differ from the sections."""
        return {key: value for key, value in data.items() if key != "abstract_text"} if isinstance(data, dict) else data

    @computed_field(  # type: ignore[prop-decorator]
        description="The abstract as one text: sections by line, `LABEL: ` before labelled ones. Offsets count in it."
    )
    @property
    def abstract_text(self) -> str:
        """The text in which every offset counts."""
        return "\n".join(f"{section.label}: {section.text}" if section.label else section.text for section in self.abstract)

    @property
    def has_abstract(self) -> bool:
        """Whether there is any abstract text to read."""
        return any(section.text.strip() for section in self.abstract)

    @property
    def year(self) -> int | None:
        """Year of publication: of the issue, else online, else entry."""
        for candidate in (self.published, self.published_online, self.entered):
            if candidate and candidate.year:
                return candidate.year
        return None

    @property
    def first_author(self) -> str:
        """Family name of the first author, the group's name, or `No author`."""
        if not self.authors:
            return "No author"
        return self.authors[0].last_name or self.authors[0].collective_name or "No author"

    @property
    def label(self) -> str:
        """`Smith 2019`; a group's name, or a missing year, stands beside brackets: `Trial Group (2019)`."""
        if self.year and self.authors and self.authors[0].last_name:
            return f"{self.first_author} {self.year}"
        return f"{self.first_author} ({self.year or 'no year'})"


class UnreadableRecord(EvidenceModel):
    """A record that arrived but cannot be read. It costs itself alone, and the report names it."""

    pmid: Pmid | None = Field(default=None, description="Its PMID where that much can be read.")
    position: int = Field(ge=0, description="Its place in the answer, from 0.")
    reason: str = Field(description="Why it cannot be read, one sentence.")


class FetchedRecord(EvidenceModel):
    """One record with the bytes it came in."""

    citation: Citation = Field(description="The record, parsed.")
    xml: str = Field(description="The record's XML as it came.")


class MergedPmid(EvidenceModel):
    """A PMID whose record goes on under another."""

    pmid: Pmid = Field(description="The PMID asked for.")
    into: Pmid = Field(description="The PMID of the record that came in its place.")


class FetchReport(EvidenceModel):
    """What became of every PMID that was asked for. `returned`, `missing` and `unreadable` partition `requested`.

    `merged`, `deleted`, `withheld` and `books` say more of some of them. A merged PMID counts as returned, its record
    standing under the other number; where that number was asked for too, it brings no record of its own and is missing.
    """

    requested: tuple[Pmid, ...] = Field(description="Every PMID asked for.")
    returned: tuple[Pmid, ...] = Field(description="Those whose record came and could be read.")
    missing: tuple[Pmid, ...] = Field(default=(), description="Those for which the source gave no record.")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Those that came and could not be read.")
    merged: tuple[MergedPmid, ...] = Field(default=(), description="Those whose record came under another PMID.")
    deleted: tuple[Pmid, ...] = Field(
        default=(), description="Those missing that were deleted: the source says so, or its search knows them no more."
    )
    withheld: tuple[Pmid, ...] = Field(
        default=(), description="Those missing that the source's own search still finds: it gives less than it has."
    )
    books: tuple[Pmid, ...] = Field(default=(), description="Those returned that are books or chapters, not articles.")

    def in_words(self) -> str:
        """The account as one sentence, for progress and reports: `5 asked for: 3 returned (1 book), …`."""
        unexplained = len(self.missing) - len(self.deleted) - sum(1 for entry in self.merged if entry.pmid in self.missing)
        parts = [f"{len(self.returned)} returned"]
        if self.books:
            parts.append(f"{len(self.books)} of them books or chapters")
        for number, words in (
            (len(self.merged), "merged into another record"),
            (len(self.deleted), "deleted"),
            (unexplained, "not given by the source"),
            (len(self.unreadable), "not readable"),
        ):
            if number:
                parts.append(f"{number} {words}")
        return f"{len(self.requested)} asked for: {', '.join(parts)}."


class CitationGroup(EvidenceModel):
    """Records of the same work: one is read for all of them, none is deleted."""

    id: RecordId = Field(description="Stable id: the lead record's.")
    lead: RecordId = Field(description="The record that stands for the group: the version of record, newest version.")
    members: tuple[RecordId, ...] = Field(min_length=1, description="Every record of the group, lead included.")
    reason: str = Field(default="", description="Why they belong together; empty for a single record.")


class StudyGroup(EvidenceModel):
    """Works that report one study: counted as one study, each still a report of its own."""

    id: RecordId = Field(description="Stable id: that of its first work.")
    works: tuple[RecordId, ...] = Field(min_length=1, description="Lead records of its works, in the order of their ids.")
    registrations: tuple[str, ...] = Field(default=(), description="The registry numbers that tie them together.")
    reason: str = Field(default="", description="Why they are one study; empty for a single work.")


class GroupingDecision(EvidenceModel):
    """A person's word on which records belong together. It is final, and a later one undoes it."""

    records: tuple[RecordId, ...] = Field(min_length=2, description="The records spoken of.")
    kind: Literal["apart", "together"] = Field(description="That no two of them are the same work, or that all of them are.")
    reason: str = Field(min_length=1, description="Why, one sentence.")
    by: str = Field(min_length=1, description="Who says so.")
    on: date = Field(description="When.")
