"""Passages: what is embedded and retrieved."""

from __future__ import annotations

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


class Passage(EvidenceModel):
    """A stretch of a record's abstract, short enough for the encoder's window."""

    id: str = Field(description="`PMID:start-end`, unique in the index.")
    pmid: Pmid = Field(description="The record.")
    start: int = Field(ge=0, description="First code point in `Citation.abstract_text`.")
    end: int = Field(ge=0, description="One past the last code point.")
    text: str = Field(min_length=1, description="`abstract_text[start:end]`.")
    section: str | None = Field(default=None, description="Label of the section; unset: unlabelled.")
    title: str = Field(default="", description="The record's title, embedded with the text.")


class RetrievedPassage(EvidenceModel):
    """A passage with its place in a ranking."""

    passage: Passage = Field(description="The passage.")
    rank: int = Field(ge=1, description="Place in the fused ranking, 1 first.")
    score: float = Field(description="Fused score; higher is nearer. Comparable within one ranking only.")
    lexical_rank: int | None = Field(default=None, ge=1, description="Place in the lexical ranking; unset: not in it.")
    vector_rank: int | None = Field(default=None, ge=1, description="Place in the vector ranking; unset: not in it.")
