"""One claim set, many readers: a claim in other words, kept only where number, direction and certainty stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from connectors.store import Store
from connectors.store.statements import Said
from evidence.citation import Citation
from evidence.errors import InvalidInput
from evidence.review import ClaimState, ReviewedClaim
from evidence.signed_parts import CertaintyRating, Reader, Rewording, outcome_key
from reporting.readers.reword import obstacle_to
from reporting.words import lower_first
from review.state import Review
from verification.verify import verify_claim

LONGEST = 1_000
"""Characters of a rewording."""


@dataclass(frozen=True)
class RewordedClaim:
    """A standing claim with its wordings for one reader, oldest first. `obstacle`: why the last does not pass."""

    claim: ReviewedClaim
    said: tuple[Said[Rewording], ...]
    obstacle: str

    @property
    def rewording(self) -> Rewording | None:
        """The wording that stands."""
        last = self.said[-1] if self.said else None
        return last.statement if last is not None and not last.taken_back else None


class Rewordings:
    """The rewordings of a run for one reader."""

    def __init__(self, store: Store, review: Review, reader: Reader) -> None:
        self._store, self._review, self.reader = store, review, reader
        everything = store.reviews.said(review.ledger.id, Rewording)
        self._said = [one for one in everything if one.statement.reader is reader]
        self._ratings = {rating.subject: rating for rating in review.ratings}

    @property
    def listed(self) -> tuple[RewordedClaim, ...]:
        """The claims that stand, in the draft's order."""
        return tuple(self._of(claim) for claim in self._review.claims if claim.state is ClaimState.STANDS)

    def of(self, claim_id: str) -> RewordedClaim:
        """One claim. Raises `InvalidInput` where no claim of this id stands."""
        found = next((one for one in self._review.claims if one.id == claim_id and one.state is ClaimState.STANDS), None)
        if found is None:
            raise InvalidInput("No claim of this name stands, so it cannot be reworded: look at the list again.")
        return self._of(found)

    def say(self, rewording: Rewording, *, seen: int) -> None:
        """Keeps a rewording. Raises `InvalidInput` with why it does not pass; then nothing is kept."""
        claim = self.of(rewording.claim_id).claim
        if why := self._obstacle(rewording, claim):
            raise InvalidInput(f"It was not kept: {lower_first(why)}")
        self._store.reviews.say(self._review.ledger.id, rewording, seen=seen)

    def take_back(self, rewording: Rewording, *, seen: int) -> None:
        """Takes the rewording back that stands: the claim's own sentence is printed for this reader."""
        self._store.reviews.say(self._review.ledger.id, rewording, seen=seen, taken_back=True)

    def _of(self, claim: ReviewedClaim) -> RewordedClaim:
        made = RewordedClaim(claim, tuple(one for one in self._said if one.statement.claim_id == claim.id), "")
        why = self._obstacle(made.rewording, claim) if made.rewording else ""
        return RewordedClaim(made.claim, made.said, why)

    def _obstacle(self, rewording: Rewording, claim: ReviewedClaim) -> str:
        rating: CertaintyRating | None = self._ratings.get(outcome_key(claim.claim.outcome or ""))
        return obstacle_to(rewording, claim, self._citations, verify_claim, rating)

    @cached_property
    def _citations(self) -> Mapping[str, Citation]:
        return {citation.pmid: citation for citation in self._review.ledger.citations}


def clean_wording(text: str) -> str:
    """The sentence on one line. Raises `InvalidInput` where it is empty or too long."""
    clean = " ".join(text.split())
    if not clean:
        raise InvalidInput("Write the sentence in other words, or go back.")
    if len(clean) > LONGEST:
        raise InvalidInput(f"The sentence has {len(clean):,} characters: make it shorter than {LONGEST:,}.")
    return clean
