"""A PubMed citation, whole, and what is known of its integrity.

Offsets everywhere in the product count Unicode code points in `Citation.abstract_text`, half open: `text[start:end]`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field, computed_field, model_validator

from evidence.base import EvidenceModel, Pmid, Sha256


class AbstractSection(EvidenceModel):
    """One `AbstractText` element."""

    label: str | None = Field(default=None, description="The printed label, for example `RESULTS`; unset: none was printed.")
    category: str | None = Field(default=None, description="NlmCategory, for example `RESULTS`; unset: none given.")
    text: str = Field(description="The section's text, markup removed, white space folded to single spaces.")


class OtherAbstract(EvidenceModel):
    """An abstract in another language or from another provider."""

    language: str | None = Field(default=None, description="Language code as printed.")
    kind: str | None = Field(default=None, description="The Type attribute, for example `Publisher`.")
    sections: tuple[AbstractSection, ...] = Field(description="Its sections.")


class Author(EvidenceModel):
    """A person or a group; exactly one of `last_name` and `collective_name` is set."""

    last_name: str | None = Field(default=None, description="Family name.")
    fore_name: str | None = Field(default=None, description="Given names.")
    initials: str | None = Field(default=None, description="Initials without stops.")
    suffix: str | None = Field(default=None, description="Jr, 3rd, …")
    collective_name: str | None = Field(default=None, description="Name of a group author.")
    orcid: str | None = Field(default=None, description="ORCID as printed.")
    affiliations: tuple[str, ...] = Field(default=(), description="Affiliations as printed.")

    @property
    def name(self) -> str:
        """`Smith JA` or the group's name."""
        if self.collective_name:
            return self.collective_name
        return " ".join(part for part in (self.last_name, self.initials, self.suffix) if part)


class Journal(EvidenceModel):
    """Where the work appeared. Unset means that the record does not say."""

    title: str | None = Field(default=None, description="Full title.")
    abbreviation: str | None = Field(default=None, description="ISO or MEDLINE abbreviation.")
    issn: str | None = Field(default=None, description="ISSN as printed.")
    volume: str | None = Field(default=None, description="Volume.")
    issue: str | None = Field(default=None, description="Issue.")
    pages: str | None = Field(default=None, description="MedlinePgn or electronic location.")


class PartialDate(EvidenceModel):
    """A date as far as the record gives it."""

    year: int | None = Field(default=None, ge=1000, le=2999, description="Year; unset where only free text is printed.")
    month: int | None = Field(default=None, ge=1, le=12, description="Month.")
    day: int | None = Field(default=None, ge=1, le=31, description="Day.")
    printed: str = Field(description="The date as printed, for example `2019 Nov-Dec`.")

    def earliest(self) -> date | None:
        """The first day that the date can mean, or None without a year or for a day that does not exist."""
        if self.year is None:
            return None
        try:
            return date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return None


class MeshQualifier(EvidenceModel):
    """A subheading."""

    name: str = Field(description="The qualifier, for example `therapy`.")
    major: bool = Field(description="Whether it carries the asterisk.")


class MeshHeading(EvidenceModel):
    """A MeSH descriptor with its qualifiers."""

    descriptor: str = Field(description="The heading as printed.")
    ui: str | None = Field(default=None, description="Descriptor identifier, for example `D022122`.")
    major: bool = Field(default=False, description="Whether the descriptor carries the asterisk.")
    qualifiers: tuple[MeshQualifier, ...] = Field(default=(), description="Its subheadings.")


class Correction(EvidenceModel):
    """One `CommentsCorrections` link to another record."""

    kind: str = Field(description="RefType as printed, for example `RetractionIn`, `ErratumIn`, `UpdateOf`.")
    reference: str = Field(default="", description="RefSource as printed.")
    pmid: Pmid | None = Field(default=None, description="PMID of the other record; unset where not given.")
    note: str | None = Field(default=None, description="Note as printed.")


class RegistryNumber(EvidenceModel):
    """An accession number in a databank, for example a trial registration."""

    databank: str = Field(description="Databank name, for example `ClinicalTrials.gov`.")
    number: str = Field(description="The accession number, for example `NCT00000620`.")


class Grant(EvidenceModel):
    """Funding as printed."""

    number: str | None = Field(default=None, description="Grant number.")
    agency: str | None = Field(default=None, description="Funder.")
    country: str | None = Field(default=None, description="Country of the funder.")


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
    journal: Journal = Field(default=Journal(), description="Where it appeared.")
    published: PartialDate | None = Field(default=None, description="Publication date of the issue.")
    published_online: PartialDate | None = Field(default=None, description="Electronic publication date.")
    entered: PartialDate | None = Field(default=None, description="Entrez date: when PubMed took the record in.")
    revised: PartialDate | None = Field(default=None, description="DateRevised.")
    languages: tuple[str, ...] = Field(default=(), description="Three-letter codes.")
    publication_types: tuple[str, ...] = Field(default=(), description="Publication types as printed.")
    mesh: tuple[MeshHeading, ...] = Field(default=(), description="MeSH headings.")
    keywords: tuple[str, ...] = Field(default=(), description="Author keywords.")
    substances: tuple[str, ...] = Field(default=(), description="Chemicals and supplementary concepts.")
    doi: str | None = Field(default=None, description="DOI in lower case, without resolver address.")
    pmcid: str | None = Field(default=None, description="PubMed Central id, for example `PMC123`.")
    registrations: tuple[RegistryNumber, ...] = Field(default=(), description="Databank accession numbers.")
    grants: tuple[Grant, ...] = Field(default=(), description="Funding.")
    conflict_statement: str | None = Field(default=None, description="CoiStatement.")
    corrections: tuple[Correction, ...] = Field(default=(), description="Comments and corrections.")
    references: tuple[Pmid, ...] = Field(default=(), description="PMIDs in the reference list.")
    medline_status: str | None = Field(default=None, description="Status, for example `MEDLINE` or `Publisher`.")
    publication_status: str | None = Field(default=None, description="PublicationStatus, for example `ppublish`.")
    unknown_elements: dict[str, int] = Field(default_factory=dict, description="Elements the parser does not know, counted.")
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


class FetchReport(EvidenceModel):
    """What became of every PMID that was asked for. The lists partition `requested`."""

    requested: tuple[Pmid, ...] = Field(description="Every PMID asked for.")
    returned: tuple[Pmid, ...] = Field(description="Those that came and could be read.")
    missing: tuple[Pmid, ...] = Field(default=(), description="Those that the source did not return (deleted or merged).")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Those that came and could not be read.")


class CitationGroup(EvidenceModel):
    """Records that report the same work or the same trial; counted as one study, never deleted."""

    id: str = Field(description="Stable id: the lead record's PMID.")
    lead: Pmid = Field(description="The record that stands for the group: the version of record, newest version.")
    members: tuple[Pmid, ...] = Field(min_length=1, description="Every record of the group, lead included.")
    reason: str = Field(default="", description="Why they belong together; empty for a single record.")
