"""Screening decisions: what was decided on a record, on which words, and by whom."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from evidence.base import EvidenceModel, Pmid


class ScreeningOutcome(StrEnum):
    """What a screener may decide."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"


class ScreeningDecision(EvidenceModel):
    """One decision on one record. A model never excludes: its "exclude" is kept as `unsure` and ranks last."""

    pmid: Pmid = Field(description="The record decided on.")
    outcome: ScreeningOutcome = Field(description="The decision that stands.")
    criterion: str = Field(description="Id of the criterion applied, for example `no-abstract`.")
    reason: str = Field(description="Why, one sentence.")
    words: str = Field(default="", description="The words of the record it rests on; empty where it rests on their absence.")
    made_by: Literal["rule", "ranking", "model", "person"] = Field(description="What or who decided.")
    by: str = Field(description="Name of the rule, model or person.")
    rank: int | None = Field(default=None, ge=1, description="Place in the ranking by relevance, 1 first; unset: not ranked.")
