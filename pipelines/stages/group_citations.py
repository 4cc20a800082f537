"""Groups records of the same work, so that each is counted and read once. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.citation import Citation, CitationGroup, GroupingDecision
from searching.group_records import group_records


def group_citations(citations: Sequence[Citation], *, decisions: Sequence[GroupingDecision] = ()) -> tuple[CitationGroup, ...]:
    """One group for each work, ordered by lead PMID. `decisions` are what people said of groups, oldest first."""
    return group_records(citations, decisions=decisions)
