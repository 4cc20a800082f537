"""What two arms' events and totals come to: the difference in risk with its interval, the number needed to treat, a p value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

Z_95 = 1.959964
_MOST_FOR_EXACT = 5_000
"""Events up to which Fisher's test is summed out; beyond, it agrees with the chi-squared test to what is printed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events and totals of two arms. Raises ValueError where they are no counts of people."""

    events: int
    total: int
    control_events: int
    control_total: int

    def __post_init__(self) -> None:
        for events, total in ((self.events, self.total), (self.control_events, self.control_total)):
            if not 0 <= events <= total or not total:
                raise ValueError(f"{events} of {total} is no share")

    def in_words(self) -> str:
        """`12 of 1,200 against 30 of 1,200`."""
        return f"{self.events:,} of {self.total:,} against {self.control_events:,} of {self.control_total:,}"


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risk difference, intervention minus control, with its 95 % interval, all as fractions: -0.015 is 1.5 fewer in 100."""

    difference: float
    low: float
    high: float

    @property
    def number_needed(self) -> float | None:
        """To treat where the difference is negative, to harm where it is positive; None where there is no difference."""
        return 1 / abs(self.difference) if self.difference else None

    @property
    def needed_interval(self) -> tuple[float, float] | None:
        """Ends of the 95 % interval of the number needed; None where it runs through infinity to the other side.

        Altman DG. Confidence intervals for the number needed to treat. BMJ 1998;317:1309.
        """
        if self.low <= 0 <= self.high:
            return None
        ends = sorted((1 / abs(self.low), 1 / abs(self.high)))
        return ends[0], ends[1]


def absolute_effect(counts: Counts) -> AbsoluteEffect:
    """The risk difference with the hybrid score interval, method 10 of Newcombe RG, Stat Med 1998;17:873."""
    one, low_one, high_one = _score_interval(counts.events, counts.total)
    two, low_two, high_two = _score_interval(counts.control_events, counts.control_total)
    difference = one - two
    return AbsoluteEffect(
        difference,
        difference - math.hypot(one - low_one, high_two - two),
        difference + math.hypot(high_one - one, two - low_two),
    )


def wald_interval(counts: Counts) -> tuple[float, float]:
    """The same interval by the normal approximation, as most papers print it."""
    one, two = counts.events / counts.total, counts.control_events / counts.control_total
    error = math.sqrt(one * (1 - one) / counts.total + two * (1 - two) / counts.control_total)
    return one - two - Z_95 * error, one - two + Z_95 * error


def _score_interval(events: int, total: int) -> tuple[float, float, float]:
    share, z_squared = events / total, Z_95 * Z_95
    centre = (events + z_squared / 2) / (total + z_squared)
    half = Z_95 * math.sqrt(share * (1 - share) * total + z_squared / 4) / (total + z_squared)
    return share, centre - half, centre + half


@lru_cache(maxsize=512)
def p_values(counts: Counts) -> tuple[float, ...]:
    """Two-sided p values of the tests that reports use for two shares: chi-squared, plain and corrected, and Fisher's."""
    a, c = counts.events, counts.control_events
    b, d = counts.total - a, counts.control_total - c
    total, margins = a + b + c + d, (a + b) * (c + d) * (a + c) * (b + d)
    if not margins:
        return (1.0,)
    apart = abs(a * d - b * c)
    found = [
        math.erfc(math.sqrt(total * distance * distance / margins / 2)) for distance in (apart, max(0.0, apart - total / 2))
    ]
    if a + c <= _MOST_FOR_EXACT:
        found.append(_fisher(a, b, c, d))
    return tuple(found)


def _fisher(a: int, b: int, c: int, d: int) -> float:
    """Sum of the probabilities of every table that is no likelier than the one seen."""

    def log_choose(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    whole = log_choose(a + b + c + d, a + c)

    def chance(events: int) -> float:
        return math.exp(log_choose(a + b, events) + log_choose(c + d, a + c - events) - whole)

    seen = chance(a) * (1 + 1e-7)
    tables = range(max(0, a + c - (c + d)), min(a + b, a + c) + 1)
    return min(1.0, sum(probability for events in tables if (probability := chance(events)) <= seen))
