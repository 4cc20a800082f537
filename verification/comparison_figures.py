"""Which way the figures of a sentence say a comparison went: both arms' values, a ratio, a difference, and p values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from verification.comparison_arms import Asked
from verification.reported.cells import Printed, Role
from verification.reported.prose import read_sentence
from verification.reported.sentence_arms import Mention, arms_in_sentence

_RATIO = re.compile(
    r"(?i)\b(?:odds|hazards?|risk|rate|relative risk|OR|HR|RR|aOR|aHR|IRR)\b(?: ratio)?[^\d;]{0,30}?(?P<value>\d+\.\d+)"
)
_GAP = re.compile(
    r"(?i)\b(?:mean |adjusted |treatment |between-group |group )*difference[^\d;-]{0,40}(?P<value>-?\s?\d+(?:\.\d+)?)"
)
_FALL = re.compile(r"(?i)\b(?:reduc\w+|decreas\w+|declin\w+|loss|lost|fell|drop\w*)\b(?! group)")
_SET_AGAINST = re.compile(r"(?i)\b(?:vs?|versus|compared|and|against)\b")
_ASIDE_BEFORE = re.compile(
    r"(?i)(?:\b[a-zχη]\w?\d?\s?[=<>≤≥]|\b(?:(?:week|day|month|year|hour)s?|table|fig\w*\.?|figure|phase|stage|at|df|grade|"
    r"type|step|n|versus day|t|f|ci)|[=<>≤≥^]|\w\(\d*,?)\s*-?$"
)
_ASIDE_AFTER = re.compile(
    r"(?i)^\s?-?(?:weeks?|wks?|days?|months?|years?|yrs?|h\b|hours?|mg|µg|μg|mcg|iu\b|th\b|nd\b|st\b|rd\b|-?point|,\d"
    r"|min\b(?= after))"
)
_P_VALUE = re.compile(r"(?i)\bp\s*(?:-?\s*values?)?\s*(?:of|was|is)?\s*(?P<sign>[<>=≤≥])?\s*(?P<value>[01]?[./]\d+)(?!\d)")
_PART = re.compile(r"(?i)\b(?:whereas|while|and|versus|vs|compared|but|than|against)\b|;")
_GROUP = re.compile(r"(?i)\bgroups?\s$")
_MOST_GROUPS = 10
_VALUES = frozenset({Role.PERCENT, Role.MEAN, Role.COUNT, Role.OTHER})
_LEVEL = 0.05
_SURE = 0.7


def figure_votes(asked: Asked, sentence: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, int]]:
    """Kind and way of each vote of the sentence's figures: +1 says the intervention has more."""
    for kind, pattern, middle in (("ratio", _RATIO, 1.0), ("difference", _GAP, 0.0)):
        found = pattern.search(sentence)
        if found and (value := float(found["value"].replace(" ", ""))) != middle:
            yield kind, 1 if value > middle else -1
    if sentence.count(";") > 2:
        return  # the cells of a table's row do not say whose they are
    printed = read_sentence(sentence)
    units = asked.timed or asked.dosed
    numbers = [one for one in printed if one.role in _VALUES and not _is_aside(sentence, one, units=units)]
    bound = arms_in_sentence(mentions, printed, sentence)
    for role in dict.fromkeys(one.role for one in numbers):
        if vote := _both_arms(asked, sentence, bound, [one for one in numbers if one.role is role]):
            yield vote
    if vote := _part_by_part(sentence, mentions, numbers):
        yield vote


def below_level(text: str) -> Iterator[bool]:
    """For each p value of the text, whether it is below 0.05."""
    for found in _P_VALUE.finditer(text):
        value, sign = float(found["value"].replace("/", ".")), found["sign"] or "="
        yield sign not in ">≥" and (value < _LEVEL or (value == _LEVEL and sign in "<≤"))


def _both_arms(
    asked: Asked, sentence: str, bound: Mapping[int, tuple[float, float]], numbers: Sequence[Printed]
) -> tuple[str, int] | None:
    """The best placed value of each arm against the other's; of two values without an arm, the first against the second."""
    values: dict[int, tuple[float, float]] = {}
    for one in numbers:
        first, second = bound.get(one.start, (0.0, 0.0))
        arm, strength = (0, first) if first > second else (1, second)
        if strength > values.get(arm, (0.0, 0.0))[1]:
            values[arm] = (one.value, strength)
    kind = "other" if numbers[0].role is Role.OTHER else "value"
    if min(one.value for one in numbers) >= 0 and _FALL.search(sentence) and not asked.falling:
        kind = f"falling {kind}"
    if len(values) == 2:
        sure = "sure" if min(values[0][1], values[1][1]) >= _SURE else "less sure"
        return _more(f"{kind}s of both arms, {sure}", values[0][0], values[1][0])
    if len(numbers) == 2 and _SET_AGAINST.search(sentence[numbers[0].start : numbers[1].start]):
        return _more(f"two {kind}s, no arm", numbers[0].value, numbers[1].value)
    return None


def _part_by_part(sentence: str, mentions: Sequence[Mention], numbers: Sequence[Printed]) -> tuple[str, int] | None:
    """The first values of the two parts of a sentence that name one arm each: `in A it was 3, and in B 5`."""
    borders = [0, *(match.start() for match in _PART.finditer(sentence)), len(sentence)]
    values: dict[int, list[Printed]] = {}
    for start, end in pairwise(borders):
        named = {arm for left, _, arm in mentions if start <= left < end}
        own = [one for one in numbers if start <= one.start < end]
        if len(named) == 1 and own:
            values.setdefault(named.pop(), own)
    if len(values) < 2:
        return None
    shares = [next((one for one in values[arm] if one.role is Role.PERCENT or not one.value), None) for arm in (0, 1)]
    first, second = (
        (share or values[arm][0] for arm, share in enumerate(shares)) if all(shares) else (values[0][0], values[1][0])
    )
    return _more("values part by part", first.value, second.value)


def _more(kind: str, first: float, second: float) -> tuple[str, int] | None:
    return None if first == second else (kind, 1 if first > second else -1)


def _is_aside(sentence: str, number: Printed, *, units: bool) -> bool:
    """Whether the number is a label, a test statistic, or a time point or dose where `units` are not what is measured."""
    end = number.start + len(number.text)
    before = sentence[max(0, number.start - 14) : number.start]
    if _ASIDE_BEFORE.search(before) or (_GROUP.search(before) and number.text.isdigit() and number.value < _MOST_GROUPS):
        return True
    return number.role is Role.OTHER and not units and bool(_ASIDE_AFTER.match(sentence[end : end + 12]))
