"""The claims of a run as one reviewer has them before them: what waits for them, what comes next, what they may not see yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evidence.review import ClaimState, ReviewedClaim, Slot
from review.people import Person
from review.security import Refused
from review.sides import Item, Side
from review.state import Review
from verification.verify import PRECEDENCE


@dataclass(frozen=True)
class Line:
    """One claim on a reviewer's desk. `other` is the other reviewer's word, where it may be seen; `number` counts from 1."""

    id: str
    number: int
    side: Side
    waits: str
    other: Side | None
    agreed: Side | None
    differs: bool
    added: bool

    @property
    def status(self) -> str:
        """One or two words for a tag."""
        if self.waits:
            return "Waits for you"
        if self.side.label:
            return self.side.label.capitalize()
        return "Passed"


class Desk:
    """A review from one slot. Where the review is blind and not done, nothing of the other reviewer is on it."""

    def __init__(self, review: Review, slot: Slot) -> None:
        self.review = review
        self.slot = slot
        self.hidden = review.hidden

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The claims, what the checks found worst first."""
        shown = [item for item in self.review.worst_first if not self.hidden or item.drafted or item.side(self.slot)]
        return tuple(self._line(item, number) for number, item in enumerate(shown, 1))

    @property
    def claims(self) -> tuple[ReviewedClaim, ...]:
        """What becomes of each claim, by the words that may be seen here."""
        if not self.hidden:
            return self.review.claims
        kept = []
        for item in self.review.items:
            side = item.before(self.slot)
            claim = side.verified.claim
            if item.drafted or item.side(self.slot):
                kept.append(item.reviewed.model_copy(update={"claim": claim, "text": claim.text, "state": side.state}))
        return tuple(kept)

    @property
    def open(self) -> tuple[Line, ...]:
        """The claims that wait for this reviewer, worst first as they stand now, edits included."""
        waiting = (line for line in self.lines if line.waits)
        return tuple(sorted(waiting, key=lambda line: PRECEDENCE.index(line.side.verified.verdict)))

    @property
    def done(self) -> tuple[Line, ...]:
        """The claims that wait for nobody here, worst first."""
        return tuple(line for line in self.lines if not line.waits)

    def line(self, claim_id: str | None) -> Line | None:
        """The claim of this id, or None."""
        return next((line for line in self.lines if line.id == claim_id), None)

    def beside(self, claim_id: str, step: int) -> Line | None:
        """The claim so many places on in the order of work, or None."""
        place = next(number for number, line in enumerate(self.lines) if line.id == claim_id) + step
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def next_open(self, claim_id: str) -> str | None:
        """The next claim that waits after this one, going round; None where none does."""
        place = next((number for number, line in enumerate(self.lines) if line.id == claim_id), -1)
        order = (*self.lines[place + 1 :], *self.lines[: place + 1])
        return next((line.id for line in order if line.waits and line.id != claim_id), None)

    def refuse(self, person: Person) -> None:
        """Refuse whoever may not review in this slot."""
        second = self.review.second
        chosen = second.reviewer if second.wanted else None
        if self.slot == "second" and not second.wanted:
            raise Refused(400, "No second review was asked for: ask for one on the page of the second review.")
        if self.slot == "second" and chosen is not None and person.id != chosen:
            raise Refused(403, "Somebody else was asked to be the second reviewer of this run.")
        is_second = chosen == person.id or any(e.slot == "second" and e.by == person.name for e in self.review.history)
        if self.slot == "first" and second.wanted and is_second:
            raise Refused(403, "You are the second reviewer of this run: review it on the page of the second review.")

    def _line(self, item: Item, number: int) -> Line:
        side = item.before(self.slot)
        other = None if self.hidden else item.side("first" if self.slot == "second" else "second")
        agreed = None if self.hidden else item.agreed
        differs = item.reviewed.differs and not self.hidden
        waits = self._waits(item, side, differs=differs)
        return Line(item.id, number, side, waits, other, agreed, differs, item.drafted is None)

    def _waits(self, item: Item, side: Side, *, differs: bool) -> str:
        if item.agreed is not None and not self.hidden:
            return item.agreed.waits_for
        if side.state is ClaimState.OPEN:
            return side.waits_for
        if self.slot == "second" and item.second is None:
            return "You have not decided on it."
        if item.first is None and self.slot == "first":
            return "The second reviewer added it, and you have not decided on it."
        return "You and the other reviewer differ: settle it on the page of the second review." if differs else ""
