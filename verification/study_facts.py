"""Facts of a study that rules can read from its abstract, each with the place where it stands: no model says them.

Total studied, time points, effects as printed, and who paid. What is not there is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.text import normalise, split_sentences
from verification.orders import gives_orders
from verification.printed_statistics import read_effects
from verification.quantities import Kind, Quantity, read_quantities


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its span in the text it was read from."""

    value: str
    start: int
    end: int


_TAKEN_IN = re.compile(
    r"(?i)\b(?:randomi[sz]ed|randomly|enrol+ed|recruited|included|studied|entered|allocated|assigned|participated|took part|"
    r"investigated|evaluated|a total of|in all|altogether|"
    r"study (?:of|in|with|population)|trial (?:of|in|with|among)|consecutive|"
    r"underwent|received|treated|comprised|consisted)\b"
)
"""In the sentence that counts those who took part."""

_OF_SOME = re.compile(
    r"(?i)\b(?:experienc\w+|developed|died|withdr[ae]w\w*|discontinu\w+|respon[ds]\w+|reported|had (?:a|an|no)|relapsed|failed|"
    r"improved|dropped out|excluded|refused|declined|screened|as (?:a )?controls?)\b"
)
"""In a sentence that counts some of them."""

_PART_BEFORE = re.compile(
    r"(?i)(?:n\s?=\s?|"
    r"\b(?:of the|all|each|groups?,?|groups? of|arms? of|in|remaining|other|first|last|these|those)\s|[*/:]\s?)\Z"
)
_PART_AFTER = re.compile(r"(?i)[^.;]{0,40}\b(?:each|per (?:group|arm)|in (?:each|the \w+ (?:group|arm)|group|arm))\b")
"""Beside a number of people that is only a part of those who took part."""

_COUNTS = frozenset({Kind.PLAIN, Kind.PAIR})
_TIME = re.compile(
    r"(?i)\b(?:at|after|over|during|for|within|by|until|up to|follow(?:ed)?[- ]up (?:of|was|period of)|followed for) "
    r"(?:the |a |an )?(?:(?:mean|median|first|total)(?: follow-up)?(?: of)? )?"
    r"(?P<time>(?:\d+(?:\.\d+)?(?:\s?(?:-|to)\s?\d+)?|one|two|three|four|five|six|eight|ten|twelve)[ -]"
    r"(?:hours?|days?|weeks?|months?|years?))\b|\b(?P<point>(?:week|month|day|year) \d+)\b"
)
_FUNDED = (
    re.compile(
        r"(?i)\b(?:funded|supported|sponsored|financed) (?:in part )?by "
        r"(?P<who>(?!a \w+ment|the (?:results?|data|find))[^.;\n]{3,200})"
    ),
    re.compile(r"\bFUNDING:\s*(?P<who>[^\n]{3,300})"),
)


def total_studied(text: str) -> Fact | None:
    """How many people took part: the first count of people in a sentence that says that they were taken in.

    Of several counts in that sentence the greatest, since the others are parts of it; sizes of groups are no such count.
    """
    plain = normalise(text)
    for start, end in split_sentences(plain.text):
        sentence = plain.text[start:end]
        if not _TAKEN_IN.search(sentence) or _OF_SOME.search(sentence) or gives_orders(sentence):
            continue
        if whole := [one for one in read_quantities(sentence) if _counts_people(one, sentence)]:
            most = max(whole, key=lambda one: one.value)
            return Fact(str(int(most.value)), *plain.original_span(start + most.start, start + most.end))
    return None


def _counts_people(one: Quantity, sentence: str) -> bool:
    before, after = sentence[max(0, one.start - 24) : one.start], sentence[one.end : one.end + 60]
    return (
        one.kind in _COUNTS
        and one.unit == "people"
        and not one.percent
        and one.value > 1
        and one.value == one.value.to_integral_value()
        and not _PART_BEFORE.search(before)
        and not _PART_AFTER.match(after)
    )


def time_points(text: str) -> tuple[Fact, ...]:
    """When outcomes were looked at or how long people were followed, as printed, each once; at most eight."""
    found: dict[str, Fact] = {}
    for match in _TIME.finditer(text):
        name = "time" if match["time"] else "point"
        found.setdefault(match[name].lower().replace("-", " "), Fact(match[name], *match.span(name)))
    return tuple(found.values())[:8]


def effects(text: str) -> tuple[Fact, ...]:
    """Estimates with their intervals, and p values beside them, as printed; at most twelve."""
    return tuple(_of_effects(text))[:12]


def _of_effects(text: str) -> Iterator[Fact]:
    plain = normalise(text)
    for effect in read_effects(text):
        start, end = plain.original_span(effect.start, effect.end)
        name = f"{effect.measure} " if effect.measure else ""
        yield Fact(f"{name}{text[start:end]}", start, end)


def funding(text: str) -> Fact | None:
    """Who paid, where the abstract says so."""
    found = next((match for pattern in _FUNDED if (match := pattern.search(text))), None)
    if found is None or _in_order(text, found.start()):
        return None
    return Fact(found["who"].strip(), found.start("who"), found.start("who") + len(found["who"].rstrip()))


def registration(text: str, number: str) -> Fact | None:
    """Where a registration number stands in the text, spaces and hyphens in it aside."""
    pattern = r"[\s:#-]{0,3}".join(re.escape(letter) for letter in re.sub(r"[\W_]", "", number))
    found = re.search(pattern, text, re.IGNORECASE) if number else None
    return Fact(number, *found.span()) if found else None


def _in_order(text: str, place: int) -> bool:
    return any(start <= place < end and gives_orders(text[start:end]) for start, end in split_sentences(text))
