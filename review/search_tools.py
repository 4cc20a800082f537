"""What the pages on which a librarian owns the search work with; the command line builds it from the pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from evidence.citation import Citation
from evidence.question import EligibilityCriterion
from evidence.run import RunSummary
from evidence.screening import ScreeningCounts, ScreeningDecision, ScreeningEntry, ScreeningStatement
from evidence.search_ledger import SearchLedger
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

    def last(self, record_id: str) -> ScreeningEntry | None:
        """The last entry on the record, what was taken back included."""
        return next((entry for entry in reversed(self.history) if entry.pmid == record_id), None)

    def last_number(self, record_id: str) -> int:
        """Number of the last entry on the record, 0 without one: what a person must have seen to decide on it."""
        last = self.last(record_id)
        return 0 if last is None else last.number


class SearchTools(Protocol):
    """The tools of the search and screening pages."""

    def vocabulary(self) -> MeshVocabulary | None:
        """MeSH, where it is at hand without asking anybody."""

    def test(self, run: RunSummary, strategy: str, known: str) -> SeedTest:
        """The strategy tested against the papers named in `known`, at the run's source. Raises InvalidInput."""

    def search_ledger(self, run: RunSummary) -> SearchLedger | None:
        """The run's search as it stands, people's decisions included; None before its records are fetched."""

    def screening(self, run_id: str) -> ScreeningView:
        """The screening of a run. Raises RunNotFound, and InvalidInput where it has no records yet."""

    def decide(self, run_id: str, said: ScreeningStatement, *, seen: int, by: str) -> ScreeningEntry:
        """Keeps what a person decided on a record. Raises InvalidInput where it does not fit the run or the record.

        `seen` is the number of the record's last entry that the person had before them: where there is a later one,
        `ChangedMeanwhile` is raised and nothing is kept.
        """

    def take_back(self, run_id: str, record_id: str, *, seen: int, by: str) -> ScreeningEntry:
        """Takes back the decision that stands on a record. Raises InvalidInput where none stands; `seen` as in `decide`."""
