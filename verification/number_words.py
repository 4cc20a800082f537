"""Numbers written as words: `twelve`, `twenty-five`, `six hundred and eighteen`, `two thirds`, `twice`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_VALUES = {word: value for value, word in enumerate(_UNITS.split())}
_VALUES |= {word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5}
_ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), start=1)}

_WORD = "|".join(sorted([*_VALUES, *_SCALES], key=len, reverse=True))
_NUMBER = re.compile(rf"(?i)(?<![A-Za-z-])(?:{_WORD})(?:(?:-| |(?<=hundred) and |(?<=thousand) and )(?:{_WORD}))*(?![A-Za-z])")
_FRACTION = re.compile(
    r"(?i)\b(?:(?P<count>one|two|three|four|a)[- ](?P<part>third|quarter|fifth)s?|(?:one[- ])?(?P<half>half)(?= of| the| as))\b"
)
_TIMES = re.compile(r"(?i)\b(?P<word>once(?= (?:daily|weekly|monthly|yearly|nightly|a|per|every|each|or|in)\b)|twice|thrice)\b")
_ORDINAL = re.compile(rf"(?i)\b(?P<word>{'|'.join(_ORDINALS)})\b")


def whole_numbers(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of each whole number in words; words that make no number together are given one by one."""
    for match in _NUMBER.finditer(text):
        words = [word for word in re.split(r"[- ]", match.group().lower()) if word != "and"]
        value = _value(words)
        if value is not None:
            yield match.start(), match.end(), Decimal(value)
            continue
        for part in re.finditer(rf"(?i){_WORD}", match.group()):
            single = _VALUES.get(part.group().lower())
            if single is not None:
                yield match.start() + part.start(), match.start() + part.end(), Decimal(single)


def fractions(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of fractions in words: `two thirds`, `a quarter`, `half of`."""
    for match in _FRACTION.finditer(text):
        count = {"two": 2, "three": 3, "four": 4}.get((match.group("count") or "one").lower(), 1)
        part = (match.group("part") or match.group("half")).lower()
        yield match.start(), match.end(), Decimal(count) / Decimal(_PARTS[part])


def times(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of `once`, `twice`, `thrice`."""
    for match in _TIMES.finditer(text):
        yield match.start(), match.end(), Decimal(("once", "twice", "thrice").index(match.group("word").lower()) + 1)


def ordinals(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of `first` to `tenth`."""
    for match in _ORDINAL.finditer(text):
        yield match.start(), match.end(), Decimal(_ORDINALS[match.group("word").lower()])


def _value(words: list[str]) -> int | None:
    """The number the words make together, or None: `twenty five` is 25, `five ten` is no number."""
    total, current, last = 0, 0, "start"
    for word in words:
        if word in _SCALES:
            if last == "start" or (word == "hundred" and (last in {"hundred", "tens"} or current > 19)) or current == 0:
                return None
            if word == "hundred":
                current *= 100
            else:
                total, current = total + current * 1000, 0
            last = word
        elif _VALUES[word] >= 20:
            if last in {"tens", "unit"}:
                return None
            current, last = current + _VALUES[word], "tens"
        else:
            if last == "unit" or (last == "tens" and not 0 < _VALUES[word] < 10):
                return None
            current, last = current + _VALUES[word], "unit"
    return total + current
