"""Figures that an abstract prints together and that must agree: events, totals and percentages; estimate, interval and p value.

Only figures that stand side by side are taken as belonging together: what a reader would have to guess is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from evidence.text import normalise
from verification.units import measure_before


class Scale(StrEnum):
    """On which scale an effect is measured, and so where no effect lies."""

    RATIO = "ratio"
    DIFFERENCE = "difference"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed. `step` is one unit of its last printed place: 0.01 for `0.40`."""

    text: str
    value: Decimal
    step: Decimal

    @property
    def low(self) -> Decimal:
        """The least value that is printed so."""
        return self.value - self.step / 2

    @property
    def high(self) -> Decimal:
        """The greatest value that is printed so."""
        return self.value + self.step / 2


@dataclass(frozen=True, slots=True)
class Share:
    """Events out of a total; `percentage` is unset where none is printed with them. `start` and `end` count as in Effect."""

    events: int
    total: int
    percentage: Printed | None
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class PValue:
    """A p value with `=`, `<` or `>` before it."""

    comparator: str
    printed: Printed


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its interval. `start` and `end` count in the normalised text; `level` is 95 for a 95 % interval."""

    scale: Scale
    measure: str
    estimate: Printed
    low: Printed
    high: Printed
    level: Decimal
    p: PValue | None
    start: int
    end: int
    words: str


_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,9})?|0,\d{1,9}|\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(?![\d%]*\d)"
_SIGNED = rf"[+-]?\s?{_NUMBER}"
_WHOLE = r"(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(?![\d.,]*\d)"
_FRESH = r"(?<![\w.,/%-])"
_PEOPLE = r"(?: [a-z][a-z-]*){0,3}"
_NOT_A_SHARE = re.compile(
    r"(?i)\b(?:grades?|stages?|class(?:es)?|types?|hpv|levels?|phases?|ecog|ctc|scores?|cycles?|days?)\s\Z"
)
_SHARE = re.compile(
    rf"{_FRESH}(?:"
    rf"(?P<n1>{_WHOLE})(?:\s?/\s?|(?P<of> (?:out )?of (?:the |a total of )?))(?P<N1>{_WHOLE})(?(of){_PEOPLE})\s?"
    rf"[\[(](?:n ?= ?)?(?P<p1>{_NUMBER})\s?%"
    rf"|(?P<p2>{_NUMBER})\s?%\s?[\[(](?:n ?= ?)?(?P<n2>{_WHOLE})(?:\s?/\s?| (?:out )?of (?:the )?)(?P<N2>{_WHOLE})"
    rf"(?=[^,%()\[\]]{{0,30}}[\])])"
    rf"|(?P<n3>{_WHOLE})\s?[\[(](?P<p3>{_NUMBER})\s?%\s?[\])] (?:out )?of (?:the |a total of )?(?P<N3>{_WHOLE})(?!\s?%|, \d)"
    rf"|(?P<n4>{_WHOLE})\s?/\s?(?P<N4>{_WHOLE})"
    rf"|(?P<n5>{_WHOLE}) (?:out )?of (?:the |a total of )?(?P<N5>{_WHOLE})(?!\s?%)"
    rf")"
)
_P_VALUE = (
    r"(?<![A-Za-z])[Pp](?![A-Za-z])(?:[\s-]?values?)?(?: for [a-z ]{1,24})?(?:\s(?:was|of))?\s?"
    r"(?P<sign><=|>=|[<>=≤≥]|less than|)\s?(?P<p>0?\.\d+|0,\d+|1(?:\.0+)?|0(?:\.0+)?)(?![\d.,]*\d)"
)
_INTERVAL = re.compile(
    rf"(?:(?P<level>9\d(?:\.\d+)?)\s?(?:%|percent|per cent)?[\s-]{{0,2}})?(?:two-sided )?"
    r"(?:\bCI|\bconfidence (?:interval|limit)s?)"
    rf"(?:\s?[\[(](?:95\s?%\s?)?CI[\])])?(?:[\s,(]{{0,2}}(?P<after>9\d)\s?%\)?)?[\s,:;=(\[{{]{{0,4}}"
    rf"(?:(?:of|was|from|between)\s)?(?P<low>{_SIGNED})(?:\s?%|\s(?!to\b|and\b|through\b)[a-zA-Z/]{{1,8}}(?=\s))?"
    rf"\s?(?:to|and|through|--|-|,|;|/|\.\.)\s?(?P<high>{_SIGNED})(?!\s?(?:-|to)\s?\d)"
)
_ESTIMATE_BEFORE = re.compile(
    rf"(?P<estimate>(?:(?<![\w.,/%)\]-])[+-]\s?|(?<![\w.,/%±-])){_NUMBER})(?P<unit>\s?%|[\s-]?[A-Za-zµ²/]{{1,14}}"
    rf"(?:[ /][A-Za-zµ²/]{{1,10}})?)?[\s,;:(\[]{{1,3}}(?:{_P_VALUE}[\s,;:(\[]{{1,3}})?(?:with (?:a )?|and )?\Z"
)
_P_AFTER = re.compile(rf"\s?%?[\s,;:)\]}}]{{0,4}}(?:(?:and|with)\s)?[(\[]?{_P_VALUE}")
_MORE_INTERVALS = re.compile(
    rf"\s?%?[\s,;]{{0,3}}(?:and|or|vs\.?|versus|[,;])\s?{_SIGNED}\s?%?\s?(?:to|-|,)\s?{_SIGNED}|[^.;]{{0,60}}\brespectively"
)
_NO_ESTIMATE = re.compile(
    r"(?i)(?:\b(?:at|after|during|for|over|within|day|week|month|year|grade|age|aged|than|by the|of the|per|x|v|vs\.?|versus|"
    r"with|to|from|and|or|sd,?|sd =|se,?|sem,?|n|p(?:[ -]?values?)?(?:\s?[<>=≤≥])?|\d+ of|out of)\s|±\s?|\+/?-\s?|[a-z]=\s?|"
    r"[<>≤≥/]\s?|n ?= ?|/=\s)\Z"
)
"""Before a number that is no estimate of an effect: a time, a total, a dose, a second arm's value, a spread, a p value."""
_DIFFERENCE = re.compile(r"(?i)\bdifferences?\b[^.;()]{0,40}\Z")
_RATIOS = frozenset({"risk or rate ratio", "odds ratio", "hazard ratio"})
_DIFFERENCES = frozenset({"mean difference", "standardised mean difference", "absolute risk reduction"})
_COMPARATORS = {"<=": "<", "≤": "<", "less than": "<", ">=": ">", "≥": ">", "": "="}


@lru_cache(maxsize=512)
def read_shares(text: str) -> tuple[Share, ...]:
    """Every n/N of the text, in order, with the percentage printed beside it."""
    plain = normalise(text).text
    found = []
    for match in _SHARE.finditer(plain):
        form = next(number for number in "12345" if match[f"n{number}"])
        events, total = (int(match[f"{name}{form}"].replace(",", "")) for name in "nN")
        if not 0 <= events <= total or total < 2 or _NOT_A_SHARE.search(plain[: match.start()]):
            continue
        percentage = _printed(match[f"p{form}"]) if form in "123" else None
        found.append(Share(events, total, percentage, match.start(), match.end(), match.group()))
    return tuple(found)


@lru_cache(maxsize=512)
def read_effects(text: str) -> tuple[Effect, ...]:
    """Every estimate of the text that stands right before its interval, with the p value right beside them."""
    plain = normalise(text).text
    found = []
    for match in _INTERVAL.finditer(plain):
        before = _ESTIMATE_BEFORE.search(plain, max(0, match.start() - 80), match.start())
        if before is None or _MORE_INTERVALS.match(plain, match.end()):
            continue
        leading = plain[max(0, before.start() - 80) : before.start()]
        if _NO_ESTIMATE.search(leading):
            continue
        after = _P_AFTER.match(plain, match.end())
        p = _p_value(after) or _p_value(before)
        measure = measure_before(leading)
        end = after.end() if after else match.end()
        found.append(
            Effect(
                scale=Scale.RATIO if "fold" in (before["unit"] or "") else _scale(measure, leading),
                measure=measure,
                estimate=_printed(before["estimate"]),
                low=_printed(match["low"]),
                high=_printed(match["high"]),
                level=Decimal(match["level"] or match["after"] or "95"),
                p=p,
                start=before.start(),
                end=end,
                words=plain[max(0, plain.rfind(" ", 0, max(0, before.start() - 24)) + 1) : end],
            )
        )
    return tuple(found)


def _scale(measure: str, leading: str) -> Scale:
    if measure in _RATIOS:
        return Scale.RATIO
    if measure in _DIFFERENCES or _DIFFERENCE.search(leading):
        return Scale.DIFFERENCE
    return Scale.UNKNOWN


def _p_value(found: re.Match[str] | None) -> PValue | None:
    if found is None or not found["p"]:
        return None
    return PValue(_COMPARATORS.get(found["sign"], found["sign"]), _printed(found["p"]))


def _printed(text: str) -> Printed:
    bare = text.replace(" ", "").lstrip("+")
    bare = bare.replace(",", "." if re.match(r"-?0,", bare) else "")
    value = Decimal(bare)
    exponent = value.as_tuple().exponent
    return Printed(bare, value, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))
