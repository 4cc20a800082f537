"""When may screening stop? A test that the share of relevant records promised has been found.

Method: Callaghan and Müller-Hansen, Systematic Reviews 2020;9:273. The hypothesis is that more was missed than the promise
allows. It is rejected where, were it true, so few relevant records would be unlikely among the last ones read. Their test
takes the records read last for a random draw from those unread before, although the ranking puts relevant ones first. Here the
ranking may be credited with an advantage: an unread relevant record comes up so many times as readily as an unread irrelevant
one (the biased urn of the same authors' software; Wallenius's noncentral hypergeometric distribution, by its mean field).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from pydantic import Field

from evidence.base import EvidenceModel

REPEATED = 0.4
"""What is left of the chance allowed when the test is made after every hundredth part of the records. Found on 900 drawn urns
of 300 and 1,200 records, with 20 to 150 relevant ones and an advantage of 1, 2 and 3: so the promise held in 95 % or more."""


class StoppingRule(EvidenceModel):
    """What is promised, and what the promise takes for granted."""

    recall: float = Field(default=0.95, gt=0, lt=1, description="Share of the relevant records that is to be found.")
    confidence: float = Field(default=0.95, gt=0, lt=1, description="Share of screenings in which that is to hold.")
    advantage: float = Field(
        default=2.5, ge=1, description="Times as readily as an irrelevant record an unread relevant one is put next; 1: chance."
    )

    @property
    def level(self) -> float:
        """The chance below which the rule lets go: less than `1 - confidence`, because it is asked again and again."""
        return REPEATED * (1 - self.confidence)


class StoppingVerdict(EvidenceModel):
    """Whether a screening may stop now."""

    may_stop: bool = Field(description="Whether the promise is met.")
    promises: bool = Field(description="False: too few relevant records were found for the rule to promise anything.")
    chance: float = Field(ge=0, le=1, description="How likely so few late finds would be, had more been missed than promised.")
    says: str = Field(description="The verdict, with the promise and what it takes for granted, for people.")


def may_stop(relevant: Sequence[bool], total: int, rule: StoppingRule) -> StoppingVerdict:
    """The verdict after reading records whose relevance, in the order read, is `relevant`, out of `total` records."""
    found = int(sum(relevant))
    if len(relevant) >= total:
        return StoppingVerdict(may_stop=True, promises=True, chance=0.0, says="Every record has been read.")
    if missed_at_least(found, rule.recall) < 2:
        least = fewest_found(rule.recall)
        return StoppingVerdict(
            may_stop=False,
            promises=False,
            chance=1.0,
            says=f"No promise can be made: {found} relevant records were found, and with fewer than {least} a single missed "
            f"one breaks {rule.recall:.0%} recall. Read every record.",
        )
    chance = chance_of_so_few(relevant, total, rule)
    stop = chance < rule.level
    return StoppingVerdict(may_stop=stop, promises=True, chance=chance, says=_says(rule, found, stop=stop, chance=chance))


def missed_at_least(found: int, recall: float) -> int:
    """The fewest unread relevant records with which `found` ones are less than `recall` of all."""
    return math.floor(found / recall - found + 1e-9) + 1


def fewest_found(recall: float) -> int:
    """The fewest found relevant records with which one missed record does not break `recall`."""
    found = 1
    while missed_at_least(found, recall) < 2:
        found += 1
    return found


def chance_of_so_few(relevant: Sequence[bool], total: int, rule: StoppingRule) -> float:
    """How likely at most so many finds since some point would be, had more been missed than promised; the least over points.

    Points are the start and each find: a stretch without finds tells most when it is taken from the find before it.
    """
    from scipy.stats import binom, hypergeom

    finds = np.flatnonzero(np.asarray(relevant, dtype=bool)) + 1
    missed = missed_at_least(len(finds), rule.recall)
    starts = np.concatenate([[0], finds])
    late = len(finds) - np.arange(len(starts))
    unread, drawn = total - starts, len(relevant) - starts
    hidden = missed + late
    possible = (hidden <= unread) & (drawn > 0)
    if not possible.any():
        # More would have to be hidden than is left unread: nothing so bad can be true.
        return 0.0 if missed > total - len(relevant) else 1.0
    late, unread, drawn, hidden = late[possible], unread[possible], drawn[possible], hidden[possible]
    if rule.advantage == 1:
        chances = hypergeom.cdf(late, unread, hidden, drawn)
    else:
        left = 1 - (drawn - late) / np.maximum(unread - hidden, 1)
        chances = binom.cdf(late, hidden, 1 - np.clip(left, 0, 1) ** rule.advantage)
    return float(chances.min())


def _says(rule: StoppingRule, found: int, *, stop: bool, chance: float) -> str:
    promise = (
        f"at least {rule.recall:.0%} of the relevant records found, in at least {rule.confidence:.0%} of screenings, "
        f"if an unread relevant record is put next {rule.advantage:g} times as readily as another"
    )
    if stop:
        return f"You may stop: {found} relevant records found; {promise} (chance of being wrong here {chance:.3f})."
    return f"Read on: {found} relevant records found. The promise ({promise}) is not met yet (chance {chance:.2f})."
