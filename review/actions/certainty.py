"""Rating the certainty of the evidence on one outcome, as GRADE asks: a named person, a reason for each domain that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.store import Store
from connectors.store.statements import Said
from evidence.errors import InvalidInput
from evidence.review import ClaimState, ReviewedClaim
from evidence.signed_parts import Certainty, CertaintyRating, Domain, DomainJudgement, outcome_key
from review.actions.review import LONGEST_REASON
from review.state import Review

LEVELS = tuple(Certainty)
"""The levels, the highest first."""

STARTS = {Certainty.HIGH: "High: randomised trials", Certainty.LOW: "Low: observational studies"}
"""Where a rating may start (Guyatt et al., BMJ 2008;336:924)."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the form of a rating says. `domains`: by domain the levels and the reason."""

    rating: str
    starts_at: str
    domains: dict[Domain, tuple[int, str]]
    reason: str


@dataclass(frozen=True)
class RatedOutcome:
    """An outcome that standing claims name, with its findings and what people said of its certainty."""

    name: str
    claims: tuple[ReviewedClaim, ...]
    said: tuple[Said[CertaintyRating], ...]

    @property
    def key(self) -> str:
        """The outcome in lower case, as an address names it."""
        return outcome_key(self.name)

    @property
    def rating(self) -> CertaintyRating | None:
        """The rating that stands."""
        last = self.said[-1] if self.said else None
        return last.statement if last is not None and not last.taken_back else None


def rated_outcomes(store: Store, review: Review) -> tuple[RatedOutcome, ...]:
    """Every outcome that a standing claim names, in the draft's order; and any other that somebody rated."""
    said = store.reviews.said(review.ledger.id, CertaintyRating)
    names: dict[str, str] = {}
    claims: dict[str, list[ReviewedClaim]] = {}
    for claim in review.claims:
        if claim.state is ClaimState.STANDS and (key := outcome_key(claim.claim.outcome or "")):
            names.setdefault(key, " ".join((claim.claim.outcome or "").split()))
            claims.setdefault(key, []).append(claim)
    for one in said:
        names.setdefault(one.subject, one.statement.outcome)
    return tuple(
        RatedOutcome(name, tuple(claims.get(key, ())), tuple(one for one in said if one.subject == key))
        for key, name in names.items()
    )


def rate(store: Store, review: Review, outcome: RatedOutcome, judged: Judged, seen: tuple[int, str, datetime]) -> None:
    """Keeps a rating. `seen`: how many words on the outcome the page showed, who rates, and when.

    Raises `InvalidInput` where a reason is missing, `ChangedMeanwhile` where somebody rated it since.
    """
    number, by, at = seen
    if not outcome.claims:
        raise InvalidInput("No claim on this outcome stands, so there is nothing to rate.")
    rating, starts_at = _level(judged.rating, "Choose the certainty."), _level(judged.starts_at, "Choose where it starts.")
    domains = tuple(_judgement(domain, *said) for domain, said in judged.domains.items())
    sum_of_domains = come_to(starts_at, domains)
    other = " ".join(judged.reason.split())
    if len(other) > LONGEST_REASON:
        raise InvalidInput(f"The reason is too long: make it shorter than {LONGEST_REASON:,} characters.")
    if rating is not sum_of_domains and not other:
        told = f"The domains come to {sum_of_domains.value.lower()} and the rating is {rating.value.lower()}"
        raise InvalidInput(f"{told}: say why, or change one.")
    said = CertaintyRating(
        outcome=outcome.name, rating=rating, reason=_told(starts_at, domains, other), starts_at=starts_at, domains=domains,
        by=by, at=at,
    )  # fmt: skip
    store.reviews.say(review.ledger.id, said, seen=number)


def take_back_rating(store: Store, review: Review, outcome: RatedOutcome, *, seen: int, by: str, at: datetime) -> None:
    """Takes the rating back that stands: the outcome is not rated then."""
    if outcome.rating is None:
        raise InvalidInput("There is no rating to take back.")
    taken = outcome.rating.model_copy(update={"by": by, "at": at})
    store.reviews.say(review.ledger.id, taken, seen=seen, taken_back=True)


def come_to(starts_at: Certainty, domains: Sequence[DomainJudgement]) -> Certainty:
    """The level that the judgements come to."""
    place = LEVELS.index(starts_at) - sum(judgement.levels for judgement in domains)
    return LEVELS[min(max(place, 0), len(LEVELS) - 1)]


def _judgement(domain: Domain, levels: int, reason: str) -> DomainJudgement:
    clean = " ".join(reason.split())
    if levels and not clean:
        raise InvalidInput(f"Give the reason for {domain.value.lower()}.")
    if len(clean) > LONGEST_REASON:
        raise InvalidInput(f"The reason for {domain.value.lower()} is too long: at most {LONGEST_REASON:,} characters.")
    if not (0 <= levels <= 2 if domain.raises else -2 <= levels <= 0):
        raise InvalidInput(f"Choose a judgement of the page for {domain.value.lower()}.")
    return DomainJudgement(domain=domain, levels=levels, reason=clean)


def _told(starts_at: Certainty, domains: Sequence[DomainJudgement], other: str) -> str:
    """The reasons as documents print them."""
    steps = [
        f"{item.domain.value} ({'+' if item.levels > 0 else '−'}{abs(item.levels)}): {item.reason.rstrip('.')}."
        for item in domains
        if item.levels
    ]
    none = "No reason to rate down or up." if not steps else ""
    return " ".join(part for part in (f"Starts {starts_at.value.lower()}.", *steps, none, other) if part)


def _level(text: str, fault: str) -> Certainty:
    try:
        return Certainty(text)
    except ValueError:
        raise InvalidInput(fault) from None
