"""SciFact: claims, the abstracts they cite, and the sentences that settle them."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field, field_validator

from evidence.citation import AbstractSection, Citation

LABELS = ("SUPPORT", "CONTRADICT", "")
"""What a row may say; empty: the abstract does not settle the claim."""

_NO_HASH = "0" * 64


class SciFactRow(BaseModel):
    """One row of SciFact's claims: a claim, and one set of sentences of one abstract that settles it, if any."""

    id: str = Field(min_length=1)
    claim: str = Field(min_length=1)
    evidence_doc_id: str = Field(pattern=r"^\d*$")
    evidence_label: str
    evidence_sentences: list[int]
    cited_doc_ids: list[int]

    @field_validator("evidence_label")
    @classmethod
    def _known(cls, label: str) -> str:
        if label not in LABELS:
            raise ValueError(f"the label “{label}” is none of {', '.join(name or 'empty' for name in LABELS)}")
        return label

    @field_validator("evidence_sentences", "cited_doc_ids", mode="before")
    @classmethod
    def _read_list(cls, text: str) -> list[str]:  # `[1, 2]` and `[1 2]` both occur
        return re.findall(r"\d+", text)


class SciFactAbstract(BaseModel):
    """One abstract of SciFact's corpus."""

    doc_id: int = Field(ge=0, le=999_999_999)
    title: str
    sentences: list[str]

    def as_record(self) -> Citation:
        """The abstract as a record, its number as the PMID."""
        text = AbstractSection(text=" ".join(self._plain()))
        return Citation(pmid=str(self.doc_id), title=self.title, abstract=(text,), source_hash=_NO_HASH)

    def spans(self) -> list[tuple[int, int]]:
        """Where each sentence stands in the record's abstract, half open."""
        spans, start = [], 0
        for sentence in self._plain():
            spans.append((start, start + len(sentence)))
            start += len(sentence) + 1
        return spans

    def _plain(self) -> list[str]:
        return [" ".join(sentence.split()) for sentence in self.sentences]
