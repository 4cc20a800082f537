"""Natural frequencies: `31 of 206` as so many in every 100 or 1,000 people, one denominator for a whole document.

Only from events out of a total as a record prints them: a percentage, a rate or a ratio is never turned into people.
Source: NHS and PIF TICK guidance on risk, natural frequencies with the same denominator.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from reporting.summary.figures import Share, shares_of


def denominator_of(quotes: Iterable[str]) -> int:
    """100, or 1,000 or 10,000 where a share would round to none in fewer."""
    shares = [share for quote in quotes for share in shares_of(quote) if share.events]
    least = min((Decimal(share.events) / share.total for share in shares), default=Decimal(1))
    return next((size for size in (100, 1_000, 10_000) if least * size >= 1), 10_000)


def in_people(share: Share, denominator: int) -> str:
    """`31 of 206 is about 15 in every 100`."""
    exact = Decimal(share.events) * denominator / share.total
    rounded = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    about = "" if exact == rounded else "about "
    shown = (
        f"fewer than 1 in every {denominator:,}"
        if share.events and not rounded
        else f"{about}{rounded:,} in every {denominator:,}"
    )
    return f"{share.printed} is {shown}"


def frequencies_of(quotes: Iterable[str], denominator: int) -> tuple[str, ...]:
    """Every share of the quotes in people, in order, each once."""
    return tuple(dict.fromkeys(in_people(share, denominator) for quote in quotes for share in shares_of(quote)))
