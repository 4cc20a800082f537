"""What the pages on which a librarian owns the search work with; the command line builds it from the pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from evidence.citation import Citation
from evidence.question import EligibilityCriterion
from evidence.run import RunSummary
from evidence.screening import ScreeningCounts, ScreeningDecision, ScreeningEntry, ScreeningStatement
from evidence.seed_test import SeedTest
from evidence.services import MeshVocabulary


@dataclass(frozen=True, kw_only=True)
class ScreeningView:
    """Where the screening of a run stands, and what to read next."""

    run: RunSummary
    criteria: tuple[EligibilityCriterion, ...]
    counts: ScreeningCounts
    citations: Mapping[str, Citation]
    order: tuple[str, ...]
    """Ids of the records that nobody decided on, best first."""
    order_says: str
    machine: Mapping[str, ScreeningDecision]
    """By id what a rule or the model said."""
    history: tuple[ScreeningEntry, ...]
    seen: Mapping[str, ScreeningEntry]
    """By id the person's entry that stands."""

    def last_number(self, record_id: str) -> int:
        """Number of the last entry on the record, 0 without one: what a person must have seen to decide on it."""
        return max((entry.number for entry in self.history if entry.pmid == record_id), default=0)


class SearchTools(Protocol):
    """The tools of the search and screening pages."""

    def vocabulary(self) -> MeshVocabulary | None:
        """MeSH, where it is at hand without asking anybody."""

    def test(self, run: RunSummary, strategy: str, known: str) -> SeedTest:
        """The strategy tested against the papers named in `known`, at the run's source. Raises InvalidInput."""

    def screening(self, run_id: str) -> ScreeningView:
        """The screening of a run. Raises RunNotFound, and InvalidInput where it has no records yet."""

    def decide(self, run_id: str, said: ScreeningStatement, *, by: str) -> ScreeningEntry:
        """Keeps what a person decided on a record. Raises InvalidInput where it does not fit the run or the record."""

    def take_back(self, run_id: str, record_id: str, *, by: str) -> ScreeningEntry:
        """Takes back the decision that stands on a record. Raises InvalidInput where none stands."""
