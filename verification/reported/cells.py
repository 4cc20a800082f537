"""The numbers of a table cell, each with its kind: `mean (SD)`, `n (p %)`, `n/N (p %)`, `median (IQR)`, `estimate (CI)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a number of a report counts or measures."""

    COUNT = "count"
    TOTAL = "total"
    PERCENT = "percentage"
    SIZE = "group size"
    MEAN = "mean or value"
    SPREAD = "standard deviation or error"
    BRACKET = "number in brackets"
    BOUND = "bound of a range or interval"
    P = "p value"
    OTHER = "number"


@dataclass(frozen=True, slots=True)
class Printed:
    """One number as printed. `partner` is the number it is printed with: the SD of a mean, the percentage of a count."""

    value: float
    text: str
    role: Role
    start: int
    partner: float | None = None


NUMBER = re.compile(
    r"(?<![A-Za-z_\d.,])(?:(?<![\w.%)\]])-\s?)?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?: \d{3})+(?![\d.,%])"
    r"|\d+(?:\.\d+)?|\.\d+)"
)
LONGEST_NUMBER = 20
"""Characters; what is longer is no number that a trial counts or measures."""


def value_of(text: str) -> float:
    """The value of a number as NUMBER finds it."""
    return float(re.sub(r"[ ,]", "", text))


def decimals(text: str) -> int:
    """Digits after the decimal point, as printed."""
    return len(text.rpartition(".")[2]) if "." in text else 0


def read_cell(cell: str, words: str) -> list[Printed]:
    """The numbers of one cell; `words` are its headers and row label, in lower case, which say what the form leaves open."""
    found = [token for token in NUMBER.finditer(cell) if len(token.group()) <= LONGEST_NUMBER]
    if not found or len(cell) > 400:
        return []
    numbers: list[Printed] = []
    for place, token in enumerate(found):
        before = cell[found[place - 1].end() : token.start()] if place else cell[: token.start()]
        after = cell[token.end() : found[place + 1].start()] if place + 1 < len(found) else cell[token.end() :]
        numbers.append(
            Printed(value_of(token.group()), token.group(), _role(before, after, numbers, words, cell), token.start())
        )
    return _partnered(numbers)


def _role(before: str, after: str, earlier: list[Printed], words: str, cell: str) -> Role:  # noqa: PLR0911 - one form a line
    if re.search(r"(?i)\bn\w?\s*=\s*\Z", before):
        return Role.SIZE
    if re.search(r"(?i)\bp\s*[<>=≤≥]\s*\Z", before) or (not earlier and _is_p(words)):
        return Role.P
    if re.match(r"\s*%", after) or before.rstrip().endswith("%"):
        return Role.PERCENT
    last = earlier[-1] if earlier else None
    if last is None:
        return _first(after, words, cell)
    if re.search(r"±|\+/-|\+-", before) or re.search(r"(?i)\bS[DE]M?\b", before):
        return Role.SPREAD
    if last.role is Role.COUNT and "/" in before and len(earlier) == 1:
        return Role.TOTAL
    if re.search(r"[(\[]", before):
        return _bracketed(after, words, last)
    return Role.BOUND if re.search(r"-|to|,|;|/", before) else Role.OTHER


def _first(after: str, words: str, cell: str) -> Role:
    if re.match(r"\s*(?:±|\+/-|\+-)", after):
        return Role.MEAN
    if re.match(r"\s*/\s*\Z", after):
        return Role.MEAN if re.search(r"mean|sd|±", words) else Role.COUNT
    if re.search(r"%", cell) or re.match(r"\s*[(\[]\s*\Z", after):
        return Role.COUNT if "%" in cell or counts_in(words) else Role.MEAN
    if percent_in(words) and not counts_in(words):
        return Role.PERCENT
    return Role.COUNT if counts_in(words) else Role.MEAN


def _bracketed(after: str, words: str, last: Printed) -> Role:
    if last.role is Role.COUNT and percent_in(words):
        return Role.PERCENT
    if re.match(r"\s*(?:-|to|,|;)\s*-?\s?\Z", after):
        return Role.BOUND
    if last.role is Role.TOTAL:
        return Role.PERCENT
    return Role.SPREAD if re.search(r"\bs\.?d\b|±|standard dev|mean", words) else Role.BRACKET


def _partnered(numbers: list[Printed]) -> list[Printed]:
    if len(numbers) < 2:
        return numbers
    first, second = numbers[0], numbers[1]
    pair = [
        Printed(first.value, first.text, first.role, first.start, second.value),
        Printed(second.value, second.text, second.role, second.start, first.value),
    ]
    return [*pair, *(Printed(n.value, n.text, n.role, n.start, first.value) for n in numbers[2:])]


def _is_p(words: str) -> bool:
    return re.search(r"(?<![a-z])p\s?-?\s?(?:values?)?\Z|(?<![a-z])p\s?-?\s?values?\b", words) is not None


def percent_in(words: str) -> bool:
    """Whether headers or label speak of percentages."""
    return "%" in words or "percent" in words


def counts_in(words: str) -> bool:
    """Whether headers or label speak of counts."""
    return re.search(r"(?<![a-z])n\s?\(|(?<![a-z])no\.|\bnumber of\b|n/n|(?<![a-z=])n\s*[,;%]|\bn\Z", words) is not None
