"""Records of other databases, brought in as files that a librarian exported there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from evidence.base import EvidenceModel, Pmid, Sha256
from evidence.citation import (
    AbstractSection,
    Author,
    Citation,
    Journal,
    PartialDate,
    RecordId,
    RegistryNumber,
    UnreadableRecord,
)

FREE_DATABASES = frozenset(
    {
        "pubmed",
        "pubmed central",
        "pmc",
        "europe pmc",
        "clinicaltrials.gov",
        "isrctn",
        "ictrp",
        "who ictrp",
        "medrxiv",
        "biorxiv",
        "doaj",
        "openalex",
        "crossref",
    }
)
"""Databases whose records anybody may have. Every other one counts as licensed."""


def database_key(name: str) -> str:
    """A database's name as compared: lower case, single spaces."""
    return " ".join(name.lower().split())


def is_licensed(database: str) -> bool:
    """Whether a database's records come under a licence. One that is not known counts as licensed."""
    return database_key(database) not in FREE_DATABASES


class ImportedRecord(EvidenceModel):
    """One record of a RIS or nbib file. Unset and empty fields mean that the file does not say."""

    id: RecordId = Field(description="`database:file.place`, for example `embase:3fa9c1d2.17`.")
    database: str = Field(description="The database as the person named it, for example `Embase`.")
    file_hash: Sha256 = Field(description="SHA-256 of the file it came in.")
    position: int = Field(ge=1, description="Its place in the file, from 1.")
    raw_hash: Sha256 = Field(description="SHA-256 of the record's own lines, as they came.")
    accession: str | None = Field(default=None, description="The database's own number.")
    kind: str = Field(default="", description="Kind of publication as printed, for example `JOUR`.")
    title: str = Field(description="Title as printed; empty: none was given.")
    vernacular_title: str | None = Field(default=None, description="Title in the language of publication.")
    abstract: str = Field(default="", description="The abstract as one text.")
    authors: tuple[Author, ...] = Field(default=(), description="Authors in order.")
    journal: Journal = Field(default=Journal(), description="Where it appeared.")
    published: PartialDate | None = Field(default=None, description="Publication date.")
    languages: tuple[str, ...] = Field(default=(), description="Languages as printed.")
    publication_types: tuple[str, ...] = Field(default=(), description="Publication types as printed.")
    keywords: tuple[str, ...] = Field(default=(), description="Keywords and headings as printed.")
    doi: str | None = Field(default=None, description="DOI in lower case, without resolver address.")
    pmid: Pmid | None = Field(default=None, description="PMID where the file gives one.")
    pmcid: str | None = Field(default=None, description="PubMed Central id.")
    urls: tuple[str, ...] = Field(default=(), description="Addresses as printed; text from outside, never fetched.")
    registrations: tuple[RegistryNumber, ...] = Field(default=(), description="Trial registrations named in it.")
    further: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Every other tag with its values.")

    @property
    def year(self) -> int | None:
        """Year of publication."""
        return self.published.year if self.published else None

    def as_citation(self, *, permitting: Sequence[str] = ()) -> Citation | None:
        """The record as a citation, where it has a PMID; else None.

        `permitting`: databases whose licence permits giving records to an external model. Unless its database is free or
        among them, the citation says from where it is licensed, and no prompt made of it leaves this machine.
        """
        if self.pmid is None:
            return None
        permitted = {database_key(name) for name in permitting}
        free = not is_licensed(self.database) or database_key(self.database) in permitted
        return Citation(
            pmid=self.pmid,
            title=self.title,
            vernacular_title=self.vernacular_title,
            abstract=(AbstractSection(text=self.abstract),) if self.abstract else (),
            authors=self.authors,
            journal=self.journal,
            published=self.published,
            languages=self.languages,
            publication_types=self.publication_types,
            keywords=self.keywords,
            doi=self.doi,
            pmcid=self.pmcid,
            registrations=self.registrations,
            source_hash=self.raw_hash,
            licensed_from=None if free else self.database,
        )


class ImportedFile(EvidenceModel):
    """One file as it was read: every record of it, or why it cannot be one."""

    database: str = Field(min_length=1, description="The database, for example `Embase`.")
    platform: str = Field(default="", description="The platform, for example `Ovid`; empty: not said.")
    searched_on: date | None = Field(default=None, description="When it was searched; unset: not said.")
    strategy: str = Field(default="", description="The strategy exactly as run there; empty: not given.")
    file_name: str = Field(description="The file's name, without its folder.")
    file_hash: Sha256 = Field(description="SHA-256 of its bytes.")
    format: str = Field(description="`RIS` or `nbib`.")
    records: tuple[ImportedRecord, ...] = Field(description="The records that could be read, in order.")
    unreadable: tuple[UnreadableRecord, ...] = Field(default=(), description="Those that could not, named by their place.")
    notes: tuple[str, ...] = Field(default=(), description="What was put right while reading, one sentence each.")

    @property
    def licensed(self) -> bool:
        """Whether its records come under a licence."""
        return is_licensed(self.database)


def database_slug(name: str) -> str:
    """The database's name as it stands in ids: lower-case letters, digits and hyphens, 40 at most."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].rstrip("-") or "other"
