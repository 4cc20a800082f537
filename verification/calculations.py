"""Numbers of a claim that no quote prints, but that the claim shows how to calculate from what a quote does print.

Two calculations are allowed: a percentage beside its events and total, and an absolute risk difference or a number needed to
treat from both arms' events and totals, with its 95 % interval and the time point. From a ratio neither can be calculated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evidence.text import normalise
from verification.printed_statistics import Share, read_shares
from verification.quantities import Kind, Quantity, read_quantities
from verification.two_proportions import AbsoluteEffect, Counts, absolute_effect, wald_interval

_DIFFERENCE, _NEEDED = "absolute risk reduction", frozenset({"number needed to treat", "number needed to harm"})
CALCULATED = frozenset({_DIFFERENCE, *_NEEDED})
"""Measures that may be calculated."""

_TIMES = frozenset({"hours", "days", "weeks", "months", "years"})
_OVER_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Calculation:
    """A number of the claim that follows from counts of a quote. `start` counts in the normalised claim."""

    start: int
    shown: str


@lru_cache(maxsize=256)
def calculations(claim_text: str, quotes: tuple[str, ...]) -> tuple[Calculation, ...]:
    """Every number of the claim that it shows how to calculate, with the calculation as a person would write it."""
    stated = read_shares(claim_text)
    if not stated:
        return ()
    found = [made for share in stated if (made := _percentage(share, quotes))]
    effects = [quantity for quantity in read_quantities(claim_text) if quantity.measure in CALCULATED]
    return tuple(found + (_absolute(claim_text, stated, effects, quotes) if effects else []))


def _percentage(share: Share, quotes: Sequence[str]) -> Calculation | None:
    if share.percentage is None or not any(_prints(quote, share) for quote in quotes):
        return None
    right = Decimal(_OVER_PERCENT * share.events) / share.total
    if abs(right - share.percentage.value) > share.percentage.step / 2:
        return None
    start = share.start + share.words.rindex(share.percentage.text)
    if share.words.startswith(share.percentage.text):
        start = share.start
    return Calculation(start, f"{share.events:,} of {share.total:,} is {share.percentage.text} %")


def _prints(quote: str, share: Share) -> bool:
    return any((other.events, other.total) == (share.events, share.total) for other in read_shares(quote))


def _absolute(
    claim_text: str, shares: Sequence[Share], effects: Sequence[Quantity], quotes: Sequence[str]
) -> list[Calculation]:
    """The effects that both arms' counts give, each with the bounds printed after it; nothing without a time point."""
    arms = list(dict.fromkeys((share.events, share.total) for share in shares))
    if len(arms) != 2 or not any(all(_prints(quote, share) for share in shares) for quote in quotes):
        return []
    quantities = read_quantities(claim_text)
    if not any(quantity.unit in _TIMES for quantity in quantities):
        return []
    counts = Counts(*arms[0], *arms[1])
    effect = absolute_effect(counts)
    found = []
    for quantity in effects:
        bounds = _bounds_after(quantity, quantities)
        if bounds is None or not (shown := _follows(quantity, bounds, counts, effect)):
            continue
        levels = [one for one in quantities if one.kind is Kind.CONFIDENCE_LEVEL and one.value == 95]
        between = [one for one in levels if quantity.start < one.start < bounds[0].start]
        found += [Calculation(one.start, shown) for one in (quantity, *between, *bounds)]
    return found


def _bounds_after(effect: Quantity, quantities: Sequence[Quantity]) -> tuple[Quantity, Quantity] | None:
    """The interval that follows the effect before any other effect does."""
    after = [one for one in quantities if one.start > effect.start and one.kind is not Kind.CONFIDENCE_LEVEL]
    if len(after) < 2 or after[0].kind is not Kind.INTERVAL or after[1].kind is not Kind.INTERVAL:
        return None
    return after[0], after[1]


def _follows(stated: Quantity, bounds: Sequence[Quantity], counts: Counts, effect: AbsoluteEffect) -> str:
    """How the stated effect and interval follow, or nothing where they do not."""
    by = counts.in_words()
    if stated.measure in _NEEDED:
        needed, interval = effect.number_needed, effect.needed_interval
        if needed is None or interval is None or (stated.measure == "number needed to harm") is not (effect.difference > 0):
            return ""
        ends = [interval, _needed_by_wald(counts)]
        right = _near_whole(stated, needed) and any(end and all(map(_near_whole, bounds, end)) for end in ends)
        return f"{by} is one for every {needed:.0f} ({interval[0]:.0f} to {interval[1]:.0f})" if right else ""
    factor = _OVER_PERCENT if stated.percent else 1
    scaled = [[factor * end for end in interval] for interval in ((effect.low, effect.high), wald_interval(counts))]
    right = _near(stated, abs(factor * effect.difference)) and any(_same_interval(bounds, end) for end in scaled)
    return (
        f"{by} is a difference of {100 * effect.difference:.1f} in 100 ({100 * effect.low:.1f} to {100 * effect.high:.1f})"
        if right
        else ""
    )


def _needed_by_wald(counts: Counts) -> tuple[float, float] | None:
    low, high = wald_interval(counts)
    return AbsoluteEffect(0.0, low, high).needed_interval


def _same_interval(bounds: Sequence[Quantity], ends: Sequence[float]) -> bool:
    """In the direction of either arm: a reduction of 1.5 % is a difference of -1.5 %."""
    low, high = ends
    return all(map(_near, bounds, (low, high))) or all(map(_near, bounds, (-high, -low)))


def _near(stated: Quantity, value: float) -> bool:
    exponent = stated.value.as_tuple().exponent
    step = 10.0 ** (exponent if isinstance(exponent, int) else 0)
    return abs(float(stated.value) - value) <= step / 2 * (1 + 1e-9)


def _near_whole(stated: Quantity, value: float) -> bool:
    """Numbers needed are printed rounded, or rounded up."""
    return abs(float(stated.value) - value) < 1


def calculated(quantity: Quantity, claim_text: str, quotes: Sequence[str]) -> str | None:
    """How this number of the claim is calculated from its quotes, or None where the claim does not show it."""
    made = calculations(claim_text, tuple(quotes))
    return next((one.shown for one in made if one.start == quantity.start), None)


_RATIO_OF_ODDS = re.compile(r"(?i)\b(?:odds|hazards?|risk|rate) ratios?\b|\b(?:OR|HR|RR)\b")


def asks_for_calculation(claim_text: str, quotes: Sequence[str]) -> str:
    """Why an absolute effect of the claim stands nowhere, one sentence; empty where it is printed, shown or not there."""
    effects = [quantity for quantity in read_quantities(claim_text) if quantity.measure in CALCULATED]
    for effect in effects:
        printed = any(
            other.value == effect.value and other.measure == effect.measure
            for quote in quotes
            for other in read_quantities(quote)
        )
        if printed or calculated(effect, claim_text, quotes):
            continue
        ratio = "; none follows from a ratio" if any(_RATIO_OF_ODDS.search(normalise(quote).text) for quote in quotes) else ""
        return (
            f"Its quotes print no {effect.measure} of {effect.text}; one may be calculated only from both arms' events and "
            f"totals, shown with its 95 % interval and the time point{ratio}."
        )
    return ""
