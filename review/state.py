"""Where a review stands: what becomes of each claim, what is open and why, and whether it can be signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evidence.agreement import Agreement, agreement
from evidence.citation import Citation
from evidence.claim import CheckOutcome, Verdict
from evidence.ledger import RunLedger
from evidence.review import (
    SLOTS,
    ClaimState,
    ReviewedClaim,
    ReviewEntry,
    SecondReview,
    Slot,
    SourceCheck,
    SourceRecheck,
    last_numbers,
)
from evidence.signed_parts import CertaintyRating
from review.sides import Item, Side, Sources, items_of
from verification.grade import NAME as GRADE
from verification.verify import PRECEDENCE


@dataclass(frozen=True)
class Review:
    """A run's review, whole."""

    ledger: RunLedger
    history: tuple[ReviewEntry, ...]
    rechecks: tuple[SourceRecheck, ...]
    second: SecondReview
    ratings: tuple[CertaintyRating, ...] = ()

    @cached_property
    def sources(self) -> dict[str, SourceCheck]:
        """By PMID the last look at its standing."""
        return {check.pmid: check for recheck in self.rechecks for check in recheck.found}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every claim, in the draft's order, those that people added last in their section."""
        return tuple(items_of(self.ledger, self.history, self._looked))

    @cached_property
    def _looked(self) -> Sources:
        return Sources(self.ledger, self.rechecks, self.ratings)

    @property
    def records(self) -> Mapping[str, Citation]:
        """The run's records by PMID, with what the last looks at their standing showed against them."""
        return self._looked.records

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """The claims by their ids."""
        return {item.id: item for item in self.items}

    @property
    def claims(self) -> tuple[ReviewedClaim, ...]:
        """What becomes of each claim."""
        return tuple(item.reviewed for item in self.items)

    @cached_property
    def worst_first(self) -> tuple[Item, ...]:
        """Every claim in the order of work: what the checks found worst first. The order stays while people decide."""
        place = {item.id: number for number, item in enumerate(self.items)}
        return tuple(sorted(self.items, key=lambda item: (PRECEDENCE.index(_first_verdict(item)), place[item.id])))

    @cached_property
    def open(self) -> tuple[Item, ...]:
        """The claims that wait for a person, worst first."""
        return tuple(item for item in self.worst_first if item.reviewed.state is ClaimState.OPEN or item.reviewed.differs)

    @cached_property
    def left_to_second(self) -> tuple[Item, ...]:
        """The claims on which the second reviewer has not decided, worst first; empty where none is wanted."""
        waiting = tuple(item for item in self.worst_first if item.second is None or item.second.entry is None)
        return waiting if self.second.wanted else ()

    @property
    def hidden(self) -> bool:
        """Whether neither reviewer may see the other's word yet."""
        return self.second.blind and any(item.drafted for item in self.left_to_second)

    def visible(self, slot: Slot) -> tuple[Slot, ...]:
        """The slots that a reviewer in this one may see."""
        return (slot,) if self.hidden else SLOTS

    def seen(self, claim_id: str, slot: Slot) -> int:
        """Number of the claim's last entry that a reviewer in this slot may see; 0 for none."""
        return last_numbers(self.history, self.visible(slot)).get(claim_id, 0)

    @cached_property
    def agreement(self) -> Agreement:
        """How far the two agree, over the claims on which both decided, by what each did with the claim."""
        both = [(item.first, item.second) for item in self.items if _decided(item.first) and _decided(item.second)]
        return agreement([one.label for one, _ in both if one], [other.label for _, other in both if other])

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why it cannot be signed yet, beside what `evidence.review.obstacles` says of the content itself."""
        left = [item.id for item in self.left_to_second]
        many = "claim" if len(left) == 1 else "claims"
        waiting = (f"The second reviewer has not decided on {many} {', '.join(left)}.",) if left else ()
        standing = [item for item in self.items if item.reviewed.state is ClaimState.STANDS]
        return (*waiting, *(_UNRATED.format(item.id) for item in standing if _is_unrated(item)))

    @property
    def changed_abstracts(self) -> tuple[tuple[str, tuple[tuple[Item, bool], ...]], ...]:
        """By PMID whose abstract is no longer the run's: the claims on it that may stand, and whether the words are lost."""
        kept = [item for item in self.items if item.reviewed.state is not ClaimState.FALLS]
        return tuple((pmid, self._resting_on(pmid, kept)) for pmid in self._looked.changed)

    def _resting_on(self, pmid: str, items: Sequence[Item]) -> tuple[tuple[Item, bool], ...]:
        on_it = [item for item in items if any(support.pmid == pmid for support in item.reviewed.claim.support)]
        return tuple((item, any(c.pmid == pmid for c in self._looked.words_lost(item.reviewed.claim))) for item in on_it)


_UNRATED = (
    "Claim {} has words of certainty that no named person rated so: rate the certainty of its outcome, or word it without."
)


def _is_unrated(item: Item) -> bool:
    """Whether it is worded by a certainty that is neither its record's own nor rated; no reason lets such words stand."""
    return any(check.name == GRADE and check.outcome is CheckOutcome.FAILED for check in item.chosen.verified.checks)


def _decided(side: Side | None) -> bool:
    return side is not None and side.entry is not None


def _first_verdict(item: Item) -> Verdict:
    return item.drafted.verdict if item.drafted is not None else item.reviewed.verdict
