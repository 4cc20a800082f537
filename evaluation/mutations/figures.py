"""Errors in figures: a number altered, a p-value or an interval's bound altered."""

from __future__ import annotations

import re

from evaluation.mutations.true_claim import TrueClaim, change_at, dice

_NUMBER = re.compile(r"(?<![\w.,/\-–−·])\d+(?:[.·]\d+)?(?![\w,/\-–−·]|\.\d)")
_P_VALUE = re.compile(r"\b[Pp](?:[- ]?values?)?\s*(?:[=<>≤≥]|of|was)\s*(?P<figure>0?[.·]\d+)")
_INTERVAL = re.compile(
    r"(?:\bCI\b|confidence interval)s?\)?[\s:,=(\[]*(?P<low>[-−]?\d+(?:[.·]\d+)?)\s*%?\s*(?:to|-|–|−|,|;|and)\s*"
    r"(?P<high>[-−]?\d+(?:[.·]\d+)?)"
)
_NO_RESULT_BEFORE = re.compile(
    r"(?:\b(?:type|stage|grade|class|phase|level|group|arm|vitamin|interleukin|factor|omega|item|version|week|day|month|"
    r"year|p|p-value|p value)s?|[=<>≤≥]|95|SF)\s*$",
    re.IGNORECASE,
)
_NO_RESULT_AFTER = re.compile(r"\s*(?:%\s*(?:CI|confidence)|th\b|st\b|nd\b|rd\b)", re.IGNORECASE)


def alter_number(claim: TrueClaim) -> str | None:
    """One result figure becomes another of the same shape: a share, mean, count or ratio, never a p-value or a year."""
    taken = [match.span() for pattern in (_P_VALUE, _INTERVAL) for match in pattern.finditer(claim.text)]
    found = [
        match
        for match in _NUMBER.finditer(claim.text)
        if not any(start <= match.start() < end for start, end in taken)
        and not _NO_RESULT_BEFORE.search(claim.text, 0, match.start())
        and not _NO_RESULT_AFTER.match(claim.text, match.end())
        and not re.fullmatch(r"(?:19|20)\d\d|95", match.group())
    ]
    if not found:
        return None
    draw = dice("number", claim)
    chosen = draw.choice(found)
    return change_at(claim.text, *chosen.span(), _another(chosen.group(), draw.choice((0.5, 0.8, 1.2, 1.5, 2.0))))


def alter_p_or_interval(claim: TrueClaim) -> str | None:
    """A p-value or one bound of a confidence interval becomes another."""
    p_values = [match.span("figure") for match in _P_VALUE.finditer(claim.text)]
    spans = p_values + [match.span(side) for match in _INTERVAL.finditer(claim.text) for side in ("low", "high")]
    if not spans:
        return None
    draw = dice("p or CI", claim)
    start, end = draw.choice(spans)
    figure, factor = claim.text[start:end], draw.choice((0.4, 1.6, 3.0))
    # No p-value is above 1, and a drafter's slip would not make one.
    if (start, end) in p_values and float(figure.replace("·", ".")) * factor >= 1:
        factor = 0.4
    return change_at(claim.text, start, end, _another(figure, factor))


def _another(figure: str, factor: float) -> str:
    """A different figure with the same decimals, sign and decimal mark."""
    mark = "·" if "·" in figure else "."
    whole, _, decimals = figure.replace("·", ".").replace("−", "-").partition(".")
    places = len(decimals)
    units = int((whole.lstrip("-") or "0") + decimals)
    other = max(1, round(units * factor))
    other = other if other != units else units + 1
    digits = str(other).zfill(places + 1)
    made = f"{digits[:-places]}{mark}{digits[-places:]}" if places else digits
    if whole in {"", "-"}:
        made = made.removeprefix("0")
    return ("−" if "−" in figure else "-" if figure.startswith("-") else "") + made
