"""The numbers of a sentence, each with what it is: value, kind, unit, and the number it is printed together with.

Two numbers are the same only if value and kind agree: 12 % is not 12 patients, a bound of an interval is not an estimate,
p < 0.05 is not p = 0.05, a risk ratio is not an odds ratio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from evidence.text import normalise
from verification import number_words, units


class Kind(StrEnum):
    """What a number is, as far as the words beside it say."""

    PLAIN = "number"
    P = "p value"
    CONFIDENCE_LEVEL = "confidence level"
    INTERVAL = "confidence interval"
    RANGE = "range"
    SPREAD = "standard deviation or error"
    ESTIMATE = "effect estimate"
    PAIR = "part of a total"
    YEAR = "year"
    ORDINAL = "ordinal"
    FRACTION = "fraction"
    NAME = "number in a name"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number. `start` and `end` count in the normalised text; `partner` is the other bound, part or total."""

    text: str
    value: Decimal
    kind: Kind
    start: int
    end: int
    percent: bool = False
    unit: str = ""
    measure: str = ""
    comparator: str = ""
    partner: Decimal | None = None
    in_words: bool = False


_NUMBER = re.compile(
    r"(?<![A-Za-z_\d])(?P<value>"
    r"(?:(?<![\w.%)\]'\"])-|(?<=[(\[=<>,:])-\s|(?<=[=:]\s)-\s)?"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9.,%])"
    r"|0,[0-9]+|[0-9]+(?:\.[0-9]+)?|(?<![0-9.])\.[0-9]+))"
)
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|-percent\b|-per-cent\b)(?!\s?-?points?|age)")
_P_BEFORE = re.compile(
    r"(?<![A-Za-z])[Pp](?![A-Za-z])(?:\s?-?\s?values?)?"
    r"(?:[ _(-]{0,2}(?:for )?[a-z\- ]{0,24}\)?\s*(?:<|>|=|≤|≥|≦|≧|less than|of|was|were|is|:|,){1,2}\s*|\s?)\Z"
)
_CI_WORDS = r"(?:\bCIs?\b|C\.I\.|CI95\s?%?|\bCrIs?\b|(?:confidence|credible|credibility|uncertainty) (?:intervals?|limits?))"
_CI_BEFORE = re.compile(
    rf"{_CI_WORDS}(?:\s?[\[(](?:95\s?% )?(?:CI|CrI)s?[\])])?(?:[^0-9A-Za-z]{{0,4}}9[0-9](?:\.[0-9]+)?\s?%)?"
    r"(?:\s?(?:of|was|were|is|from|between|for [a-z ]{1,30}))?[\s,:;=()\[\]{}]*\Z"
)
_LEVEL_AFTER = re.compile(rf"\s?(?:%|percent|per cent)[\s-]?(?:two-sided |one-sided |bootstrap |Bayesian )?{_CI_WORDS}")
_LEVEL_BEFORE = re.compile(rf"{_CI_WORDS}[^0-9A-Za-z]{{0,4}}\Z")
_SPREAD_BEFORE = re.compile(
    r"(?:±|\+/-|\+-|\b(?P<which>SDs?|SEMs?|SEs?|s\.d\.|s\.e\.(?:m\.)?|"
    r"standard deviations?|standard errors?(?: of the mean)?)\b)"
    r"(?:\s?[\[(](?:SD|SE|SEM)[\])])?[\s,:=()\[\]]*(?:of|was)?\s*\Z"
)
_COUNT_BEFORE = re.compile(r"(?<![A-Za-z])[nN]\s?=\s?\Z")
_SYMBOL_BEFORE = re.compile(r"(?P<symbol><\s?=|>\s?=|[<>=≤≥≦≧⩽⩾])\s*\Z")
_WORD_BEFORE = re.compile(
    r"(?i)(?P<words>more than|greater than|less than|fewer than|lower than|at least|at most|no more than|no less than) \Z"
)
_COMPARATORS = {
    "more than": ">", "greater than": ">", "less than": "<", "fewer than": "<", "lower than": "<", "at least": "≥",
    "at most": "≤", "no more than": "≤", "no less than": "≥", "=": "", "<=": "≤", ">=": "≥", "≦": "≤", "≧": "≥", "⩽": "≤",
    "⩾": "≥",
}  # fmt: skip
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th)\b")
_YEAR_BEFORE = re.compile(
    r"(?i)(?:\b(?:in|since|during|from|between|until|till|to|and|by|before|after|of|early|late|mid|through|january|february|"
    r"march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"spring|summer|autumn|fall|winter|al\.?,?)\s|[(/,-]\s?)\Z"
)
_RANGE_GAP = re.compile(r"\s?(?:-|to|through)\s?")
_BOUNDS_GAP = re.compile(r"\s?(?:-|to|through|,|;|and|/|:|\.\.)\s?(?:\+|=)?\s?")
_PAIR_GAP = re.compile(r"\s?/\s?| (?:out )?of (?:the |a total of |all )?")
_LIST_GAP = re.compile(r"(?i)\s?(?:,|;|-|to|and|or|vs\.?|versus|/|, and|, or|compared (?:with|to)|through|against)\s?")
_SPREAD_GAP = re.compile(r"\s?(?:±|\+/-|\+-)\s?")
_P_LIST_GAP = re.compile(r"\s?(?:,|;|and|or|, and)\s?(?:[<>=≤≥]\s?)?")


@lru_cache(maxsize=1024)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of `text`, in order, digits and words; spans count in `normalise(text).text`."""
    plain = normalise(text).text
    found = [_read_one(plain, *token) for token in _tokens(plain)]
    found = _join_neighbours(plain, found)
    return tuple(found)


def _tokens(text: str) -> list[tuple[int, int, Decimal, Kind, bool]]:
    """Start, end, value, kind and whether in words; where two readings overlap, the earlier in this order stands."""
    tokens: list[tuple[int, int, Decimal, Kind, bool]] = []
    taken = bytearray(len(text))
    readings: list[tuple[Iterator[tuple[int, int, Decimal]], Kind, bool]] = [
        (_digits(text), Kind.PLAIN, False),
        (number_words.fractions(text), Kind.FRACTION, True),
        (number_words.whole_numbers(text), Kind.PLAIN, True),
        (number_words.times(text), Kind.PLAIN, True),
        (number_words.ordinals(text), Kind.ORDINAL, True),
    ]
    for reading, kind, in_words in readings:
        kept = [token for token in reading if not any(taken[token[0] : token[1]])]
        for start, end, _ in kept:
            taken[start:end] = b"\x01" * (end - start)
        tokens.extend((start, end, value, kind, in_words) for start, end, value in kept)
    return sorted(tokens)


def _digits(text: str) -> Iterator[tuple[int, int, Decimal]]:
    for match in _NUMBER.finditer(text):
        printed = match.group("value")
        before = text[max(0, match.start() - 2) : match.start()]
        if len(printed) > 40 or (before[-1:] == "-" and before[:1].isalpha()):  # `COVID-19`
            continue
        bare = printed.replace(" ", "")
        bare = bare.replace(",", "." if re.match(r"-?0,", bare) else "")
        yield match.start("value"), match.end("value"), Decimal(bare)


def _read_one(text: str, start: int, end: int, value: Decimal, kind: Kind, in_words: bool) -> Quantity:
    """One number with what the words right before and after it say."""
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    unit = "times" if text[start:end].lower() in {"once", "twice", "thrice"} else ""
    quantity = Quantity(text[start:end], value, kind, start, end, unit=unit, in_words=in_words, comparator=_comparator(before))
    if kind is not Kind.PLAIN:
        return quantity
    if _ORDINAL_AFTER.match(after):
        return replace(quantity, kind=Kind.ORDINAL)
    percent = _PERCENT.match(after) is not None
    if _LEVEL_AFTER.match(after) or (percent and value >= 80 and _LEVEL_BEFORE.search(before)):
        return replace(quantity, kind=Kind.CONFIDENCE_LEVEL, percent=True)
    if not percent and 0 <= value <= 1 and _P_BEFORE.search(before):
        return replace(quantity, kind=Kind.P)
    unit = "" if percent else units.unit_beside(before, after)
    return _with_role(replace(quantity, percent=percent, unit=quantity.unit or unit), before, after)


def _with_role(quantity: Quantity, before: str, after: str) -> Quantity:
    """A number that is no p value, level or ordinal, told apart by what stands right before it."""
    if _CI_BEFORE.search(before):
        return replace(quantity, kind=Kind.INTERVAL)
    if spread := _SPREAD_BEFORE.search(before):
        return replace(quantity, kind=Kind.SPREAD, measure=units.spread_name(spread.group("which") or ""))
    return _plain(quantity, before, after)


def _plain(quantity: Quantity, before: str, after: str) -> Quantity:
    if _COUNT_BEFORE.search(before):
        return replace(quantity, unit=quantity.unit or "people", comparator="")
    if measure := units.measure_before(before):
        return replace(quantity, kind=Kind.ESTIMATE, measure=measure)
    whole = not quantity.in_words and re.fullmatch(r"[0-9]{4}", quantity.text) is not None
    if whole and 1900 <= quantity.value <= 2100 and not quantity.unit and (_YEAR_BEFORE.search(before) or not before):
        return replace(quantity, kind=Kind.YEAR)
    if not quantity.in_words and not quantity.unit and not quantity.percent and (name := units.name_beside(before, after)):
        return replace(quantity, kind=Kind.NAME, measure=name)
    return quantity


def _comparator(before: str) -> str:
    if symbol := _SYMBOL_BEFORE.search(before):
        found = symbol.group("symbol").replace(" ", "")
        return _COMPARATORS.get(found, found)
    words = _WORD_BEFORE.search(before)
    return _COMPARATORS[words.group("words").lower()] if words else ""


def _join_neighbours(text: str, found: list[Quantity]) -> list[Quantity]:
    """Bounds, parts of totals, and units, per cent signs and p values that several numbers share."""
    for index in range(len(found) - 1):
        first, second = found[index], found[index + 1]
        gap = text[first.end : second.start]
        if len(gap) > 40:
            continue
        bare_gap = gap.replace("%", "", 1).strip() if first.percent else gap.strip()
        if first.kind is Kind.INTERVAL and second.kind in {Kind.PLAIN, Kind.YEAR} and _BOUNDS_GAP.fullmatch(bare_gap):
            found[index : index + 2] = _pair(first, second, Kind.INTERVAL)
        elif _both_plain(first, second) and _RANGE_GAP.fullmatch(bare_gap):
            found[index : index + 2] = _pair(first, second, Kind.RANGE)
        elif _both_plain(first, second) and not first.unit and _PAIR_GAP.fullmatch(gap) and second.value >= first.value:
            found[index : index + 2] = _pair(first, second, Kind.PAIR)
        elif first.kind is Kind.P and second.kind is Kind.PLAIN and _P_LIST_GAP.fullmatch(gap) and 0 <= second.value <= 1:
            found[index + 1] = replace(second, kind=Kind.P)
    return _share_units(text, found)


def _both_plain(first: Quantity, second: Quantity) -> bool:
    return first.kind is Kind.PLAIN and second.kind is Kind.PLAIN


def _pair(first: Quantity, second: Quantity, kind: Kind) -> list[Quantity]:
    return [replace(first, kind=kind, partner=second.value), replace(second, kind=kind, partner=first.value)]


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """`10, 20 and 40 mg` are three doses and `5-10%` two percentages: what is printed once holds for the list before it."""
    for index in range(len(found) - 2, -1, -1):
        first, second = found[index], found[index + 1]
        if first.unit or first.percent or not (second.unit or second.percent):
            continue
        if first.kind not in {Kind.PLAIN, Kind.RANGE, Kind.INTERVAL} or first.in_words is not second.in_words:
            continue
        gap = _SPREAD_GAP if second.kind is Kind.SPREAD else _LIST_GAP
        if gap.fullmatch(text[first.end : second.start]):
            found[index] = replace(first, unit=second.unit, percent=second.percent)
    return found
