"""The parts of a PubMed record: what a `Citation` is made of."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


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


class RecordDate(EvidenceModel):
    """A date in the life of a record."""

    event: str = Field(description="What happened, as printed: a PubStatus such as `received`, or `DateCompleted`.")
    date: PartialDate = Field(description="When.")


class RecordIdentifier(EvidenceModel):
    """One of a record's own identifiers, as printed."""

    kind: str = Field(description="IdType, EIdType or the source of an OtherID, for example `doi`, `pii`, `NLM`.")
    value: str = Field(description="The identifier as printed.")


class Reference(EvidenceModel):
    """One entry of a reference list."""

    text: str = Field(default="", description="The reference as printed; empty: only identifiers are given.")
    pmid: Pmid | None = Field(default=None, description="PMID of the work cited; unset: not given.")
    doi: str | None = Field(default=None, description="Its DOI in lower case; unset: not given.")
    pmcid: str | None = Field(default=None, description="Its PubMed Central id; unset: not given.")


class MeshQualifier(EvidenceModel):
    """A subheading."""

    name: str = Field(description="The qualifier, for example `therapy`.")
    major: bool = Field(description="Whether it carries the asterisk.")
    ui: str | None = Field(default=None, description="Qualifier identifier, for example `Q000628`.")


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
    acronym: str | None = Field(default=None, description="Acronym of the programme.")
