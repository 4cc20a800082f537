"""Medical Subject Headings (MeSH), the National Library of Medicine's controlled vocabulary."""

from __future__ import annotations

from pydantic import Field

from evidence.base import EvidenceModel


class Descriptor(EvidenceModel):
    """One MeSH heading with its place in the trees."""

    ui: str = Field(description="Unique identifier, for example `D006973`.")
    heading: str = Field(min_length=1, description="The heading as MeSH writes it, for example `Hypertension`.")
    entry_terms: tuple[str, ...] = Field(default=(), description="Other names that lead to the heading.")
    tree_numbers: tuple[str, ...] = Field(default=(), description="Places in the trees, for example `C14.907.489`.")
