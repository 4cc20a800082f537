"""Full texts: who sought and read which report when, and what became of it. Nothing here is ever filled from an abstract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from connectors.store.statements import Said
from evidence.errors import InvalidInput
from evidence.ledger import LedgerCitation
from evidence.prisma import FullTextDecision
from evidence.screening import ScreeningOutcome
from review.actions.review import LONGEST_REASON
from review.services import Services

Outcome = Literal["included", "excluded", "not retrieved"]
OUTCOMES: dict[Outcome, str] = {
    "included": "Read in full and kept",
    "excluded": "Read in full and excluded",
    "not retrieved": "Sought, and could not be had",
}
"""What can become of a report, in the words of the page."""


@dataclass(frozen=True)
class SoughtReport:
    """A record with what people said of its full text, oldest first."""

    citation: LedgerCitation
    said: tuple[Said[FullTextDecision], ...]
    cited: bool

    @property
    def decision(self) -> FullTextDecision | None:
        """The word that stands."""
        last = self.said[-1] if self.said else None
        return last.statement if last is not None and not last.taken_back else None


class FullTexts:
    """The full texts of a run, of a draft or of a search alone."""

    def __init__(self, services: Services, run_id: str) -> None:
        self._store = services.store
        self.run = services.store.run(run_id)
        drafted = services.store.reviews.ledger(self.run.id)
        ledger = drafted or services.tools.search_ledger(self.run)
        if ledger is None:
            raise InvalidInput("This run has no records yet: let it search first.")
        self._citations = {one.pmid: one for one in ledger.citations}
        self._cited = frozenset(support.pmid for claim in (drafted.claims if drafted else ()) for support in claim.support)
        screening = ledger.screening
        self._kept = {one.pmid for one in screening if one.made_by == "person" and one.outcome is ScreeningOutcome.INCLUDE}
        self._said = services.store.reviews.said(self.run.id, FullTextDecision)

    @property
    def listed(self) -> tuple[SoughtReport, ...]:
        """The records to look at first: cited, then read or kept by a person, and whatever somebody said something of."""
        told = {one.subject for one in self._said}
        wanted = [
            one
            for one in self._citations.values()
            if one.pmid in self._cited or one.pmid in told or one.pmid in self._kept or one.use == "read"
        ]
        return tuple(self.of(one.pmid) for one in sorted(wanted, key=lambda one: (one.pmid not in self._cited, int(one.pmid))))

    def of(self, pmid: str) -> SoughtReport:
        """One record. Raises `InvalidInput` where the run has no such record."""
        citation = self._citations.get(pmid)
        if citation is None:
            raise InvalidInput("This run has no record of that PMID: look at the list of records.")
        return SoughtReport(citation, tuple(one for one in self._said if one.subject == pmid), pmid in self._cited)

    def say(self, said: FullTextDecision, *, seen: int) -> None:
        """Keeps what a person found of a report. Raises `InvalidInput` where that cannot be, `ChangedMeanwhile` where `seen`
        words on it are no longer all.
        """
        citation = self.of(said.pmid).citation
        if citation.use == "excluded":
            raise InvalidInput("This record was excluded while screening: include it there first, then say what you read.")
        if citation.use == "same work":
            raise InvalidInput("This record is grouped under another of the same work: say it of that one.")
        if said.outcome != "included" and not said.reason:
            raise InvalidInput("Give the reason: the PRISMA flow counts excluded and missing full texts by it.")
        if len(said.reason) > LONGEST_REASON:
            raise InvalidInput(f"The reason is too long: make it shorter than {LONGEST_REASON:,} characters.")
        self._store.reviews.say(self.run.id, said, seen=seen)

    def take_back(self, pmid: str, *, seen: int, by: str) -> None:
        """Takes back what stands on a report."""
        standing = self.of(pmid).decision
        if standing is None:
            raise InvalidInput("There is nothing to take back.")
        self._store.reviews.say(self.run.id, standing.model_copy(update={"by": by}), seen=seen, taken_back=True)


def read_outcome(text: str) -> Outcome:
    """One of the outcomes that the page offers."""
    found = next((outcome for outcome in OUTCOMES if outcome == text), None)
    if found is None:
        raise InvalidInput("Choose what became of the full text.")
    return found


def read_day(text: str, today: date) -> date:
    """The day in a date field. Raises `InvalidInput` for none, and for one to come."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Give the day as 2026-11-20.") from None
    if day > today:
        raise InvalidInput("That day is still to come: give the day on which you read it.")
    return day
