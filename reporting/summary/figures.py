"""Figures of a quote, exactly as printed: events out of totals by arm, and effects with their intervals. Nothing is calculated.

Where the words do not say plainly which arm a figure belongs to, it is given to none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from evidence.text import normalise
from verification.quantities import Kind, Quantity, read_quantities

_CONTROL = re.compile(
    r"(?i)^(?:[a-z]+ ){0,2}(?:with|on|in|of|given|receiving|taking|assigned to|allocated to) (?:the )?"
    r"(?:placebo|controls?|usual care|standard care|no treatment|no intervention|sham|untreated|unvaccinated|comparator|"
    r"waiting list|comparison)\b"
)
_TREATED = re.compile(r"(?i)\b(?:with|on|in|receiving|given|taking|assigned to|allocated to|had)\b\s+(?:the\s+)?[a-z]")
_FEWEST = 10
"""A total below this is rarely a group of people: `1 of 3 trials`."""


@dataclass(frozen=True, slots=True)
class Share:
    """Events out of a total, as printed. `group` are the words after it up to the next number; `control`: they name one."""

    events: int
    total: int
    group: str
    control: bool

    @property
    def printed(self) -> str:
        """`31 of 206`."""
        return f"{self.events:,} of {self.total:,}"


def shares_of(quote: str) -> tuple[Share, ...]:
    """Every part of a total that the quote prints, in order."""
    text = normalise(quote).text
    quantities = read_quantities(quote)
    found = []
    for place, (part, total) in enumerate(pairwise(quantities)):
        if part.kind is not Kind.PAIR or total.kind is not Kind.PAIR or part.partner != total.value:
            continue
        if part.value != int(part.value) or total.value != int(total.value) or not 0 <= part.value <= total.value:
            continue
        if total.value < _FEWEST:
            continue
        following = _following(text, quantities, place + 2, total.end)
        found.append(Share(int(part.value), int(total.value), following, bool(_CONTROL.search(following))))
    return tuple(found)


def risks_of(quote: str) -> tuple[Share, Share] | None:
    """The share with intervention and the share with the comparator; None where the quote does not name both arms plainly."""
    shares = shares_of(quote)
    if len(shares) != 2 or sum(share.control for share in shares) != 1:
        return None
    treated, control = sorted(shares, key=lambda share: share.control)
    return (treated, control) if _TREATED.search(f"{treated.group} ") else None


def effects_of(quote: str) -> tuple[str, ...]:
    """Every estimate with its confidence interval, in the quote's own words: `hazard ratio 1.42, 95% CI 1.15 to 1.76`."""
    text = normalise(quote).text
    quantities = read_quantities(quote)
    found = []
    for place, low in enumerate(quantities[:-1]):
        high = quantities[place + 1]
        if low.kind is not Kind.INTERVAL or high.kind is not Kind.INTERVAL or low.partner != high.value:
            continue
        before = [one for one in quantities[:place] if one.kind is not Kind.CONFIDENCE_LEVEL]
        if before and before[-1].kind is not Kind.INTERVAL:
            found.append(_effect(text, before[-1], high))
    return tuple(found)


def _effect(text: str, estimate: Quantity, high: Quantity) -> str:
    printed = " ".join(text[estimate.start : high.end].split())
    closing = ")" if printed.count("(") > printed.count(")") else ""
    name = f"{estimate.measure} " if estimate.measure and estimate.measure not in printed else ""
    percent = "%" if text[high.end : high.end + 1] == "%" else ""
    return f"{name}{printed}{percent}{closing}"


def _following(text: str, quantities: tuple[Quantity, ...], place: int, end: int) -> str:
    """The words after a total, up to the next number that is no share of it in per cent."""
    for nearest in quantities[place:]:
        if not nearest.percent:
            stop = nearest.start
            break
    else:
        stop = len(text)
    words = re.split(r"[.;]\s|\)\s*,|\bversus\b|\bvs\b", text[end:stop])[0]
    return re.sub(r"\(\s*\d[^)]*\)?", " ", words).strip(" ,;:()")
