"""Where a review stands: what becomes of each claim, what is open and why, and whether it can be signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evidence.agreement import Agreement, agreement
from evidence.citation import Citation
from evidence.claim import Verdict
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
from review.sides import Item, Side, Sources, items_of
from verification.verify import PRECEDENCE


@dataclass(frozen=True)
class Review:
    """A run's review, whole."""

    ledger: RunLedger
    history: tuple[ReviewEntry, ...]
    rechecks: tuple[SourceRecheck, ...]
    second: SecondReview

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
        return Sources(self.ledger, self.rechecks)

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
        if not left:
            return ()
        return (f"The second reviewer has not decided on {'claim' if len(left) == 1 else 'claims'} {', '.join(left)}.",)


def _decided(side: Side | None) -> bool:
    return side is not None and side.entry is not None


def _first_verdict(item: Item) -> Verdict:
    return item.drafted.verdict if item.drafted is not None else item.reviewed.verdict
