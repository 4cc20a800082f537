"""Where figures that are printed together do not agree: in a claim, or in a record itself.

Each finding allows for rounding and for the ways in which papers really calculate; the slack beyond that was set on real
abstracts so that what is reported is an error of print, sign, place or arithmetic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from evidence.text import normalise, split_sentences
from verification.directions import Way, read_directions
from verification.printed_statistics import Effect, Printed, PValue, Scale, Share, read_effects, read_shares
from verification.two_proportions import Counts, p_values


class Kind(StrEnum):
    """What does not agree with what."""

    PERCENTAGE = "percentage against events and total"
    INTERVAL = "interval against its estimate"
    SYMMETRY = "interval of a ratio against its estimate"
    SIGNIFICANCE = "interval against p value"
    P_VALUE = "p value against interval"
    COUNTS_P = "p value against both arms' counts"
    WORDS = "words against interval"


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Figures that do not agree. `numbers` are those that it is about, as printed, so that two texts can be compared."""

    kind: Kind
    words: str
    problem: str
    numbers: frozenset[Decimal]


_Z = {Decimal(90): 1.644854, Decimal(95): 1.959964, Decimal(99): 2.575829}
_LEVEL = Decimal("0.05")
_UNBALANCED = 0.12
"""Share of half the interval's length, on the log scale, by which a ratio may lie off its interval's middle beyond rounding."""

_TIMES_APART = 5.0
"""How many times a printed p value may differ from the one that interval and estimate give: other tests give other values."""

_TIMES_TOO_SMALL = 10.0
"""The same for p values from plain counts; only smaller ones count, for adjustment and clustering make them greater."""

_SMALL = 0.001
"""Below this nobody prints p values exactly."""

_ADJUSTED = re.compile(
    r"(?i)adjust|cluster|ratio|\b[ao]?OR\b|\bHR\b|\bRR\b|interaction|trend|log.?rank|per.?protocol|matched|±|\+/-|respectively"
)
_NOT_COUNTED = re.compile(
    r"(?i)weighted|\badjusted|incidence|kaplan|cumulative|actuarial|estimated|person.years|\d\s?/\s?\d+ and \d|"
    r"\b(?:nearly|about|approximately|almost|around|roughly|over|some) \d+(?:\.\d+)?\s?%"
)
"""Percentages that are no plain share of the counts beside them."""

_INTERVALS = re.compile(r"\bCI\b(?![\])])|\bintervals?\b")
_BETWEEN_ARMS = re.compile(r"(?i)\b(?:vs\.?|versus|compared (?:with|to)|and|against|than)\b")
_SIGNIFICANT = re.compile(r"(?i)\bsignifican(?:t|tly|ce)\b")
_EQUIVALENCE = re.compile(r"(?i)non-?inferior|equivalen|clinically|margin|trend|border|marginal")


@lru_cache(maxsize=1024)
def inconsistencies(text: str) -> tuple[Inconsistency, ...]:
    """Every inconsistency of the text, sentence by sentence, in order; empty where all that can be checked agrees."""
    found: list[Inconsistency] = []
    for start, end in split_sentences(text):
        sentence = text[start:end]
        if any(character.isdigit() for character in sentence):
            found += _in_sentence(sentence)
    return tuple(found)


def _in_sentence(sentence: str) -> Iterator[Inconsistency]:
    shares, effects = read_shares(sentence), read_effects(sentence)
    if shares and not _NOT_COUNTED.search(sentence):
        yield from (problem for share in shares if (problem := _percentage(share)))
    for effect in effects:
        problem = _outside(effect) or _unbalanced(effect) or _significance(effect) or _p_apart(effect)
        if problem:
            yield problem
    if problem := _counts_against_p(sentence, shares):
        yield problem
    if len(effects) == len(_INTERVALS.findall(sentence)) == 1 and (problem := _words_against_interval(sentence, effects[0])):
        yield problem


def _percentage(share: Share) -> Inconsistency | None:
    """Allows for values cut off and not rounded."""
    if share.percentage is None:
        return None
    right = Decimal(100 * share.events) / share.total
    if abs(right - share.percentage.value) <= share.percentage.step:
        return None
    printed = f"{share.percentage.text} %"
    shown = f"{right:.{max(1, -_exponent(share.percentage.step))}f} %"
    return Inconsistency(
        Kind.PERCENTAGE,
        share.words,
        f"{share.events:,} of {share.total:,} is {shown}, not {printed}",
        frozenset((Decimal(share.events), Decimal(share.total), share.percentage.value)),
    )


def _exponent(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _outside(effect: Effect) -> Inconsistency | None:
    """A decline may be printed without its sign, so the estimate's other sign is tried too; bounds in either order."""
    if effect.scale is Scale.UNKNOWN:
        return None
    low, high = _bounds(effect)
    sides = (effect.estimate.value,) if effect.scale is Scale.RATIO else (effect.estimate.value, -effect.estimate.value)
    slack = effect.estimate.step / 2
    if any(low.low - slack <= value <= high.high + slack for value in sides):
        return None
    if low.value >= 0 and high.value <= 1 < abs(effect.estimate.value) <= 100 and effect.scale is Scale.DIFFERENCE:
        return None  # a percentage with its interval as fractions
    return _of(effect, Kind.INTERVAL, f"{effect.estimate.text} lies outside {low.text} to {high.text}")


def _unbalanced(effect: Effect) -> Inconsistency | None:
    """A ratio lies in the middle of its interval on the log scale: Altman DG, Bland JM. BMJ 2011;343:d2090."""
    if effect.scale is not Scale.RATIO:
        return None
    low, high = _bounds(effect)
    if low.low <= 0 or effect.estimate.low <= 0:
        return None
    middle = [(math.log(one) + math.log(other)) / 2 for one, other in ((low.low, high.low), (low.high, high.high))]
    half = (math.log(high.value) - math.log(low.value)) / 2
    gap = max(math.log(effect.estimate.low) - middle[1], middle[0] - math.log(effect.estimate.high), 0.0)
    if not half or gap <= _UNBALANCED * half:
        return None
    centre = math.exp(sum(middle) / 2)
    return _of(
        effect,
        Kind.SYMMETRY,
        f"an interval of {low.text} to {high.text} belongs to about {centre:.2g}, not to {effect.estimate.text}",
    )


def _significance(effect: Effect) -> Inconsistency | None:
    if effect.p is None or effect.level != 95 or effect.scale is Scale.UNKNOWN:
        return None
    excludes = _excludes_null(effect)
    below = _below_level(effect.p)
    if excludes is None or below is None or excludes is below:
        return None
    null = 1 if effect.scale is Scale.RATIO else 0
    low, high = _bounds(effect)
    lies = f"{low.text} to {high.text} {'leaves out' if excludes else 'takes in'} {null}"
    return _of(effect, Kind.SIGNIFICANCE, f"{lies}, while the p value is {_p_text(effect.p)}")


def _excludes_null(effect: Effect) -> bool | None:
    """Whether the interval leaves out no effect; None where rounding leaves that open."""
    null = Decimal(1) if effect.scale is Scale.RATIO else Decimal(0)
    low, high = _bounds(effect)
    if low.low > null or high.high < null:
        return True
    return False if low.high < null < high.low else None


def _below_level(p: PValue) -> bool | None:
    if p.comparator == ">":
        return False if p.printed.value >= _LEVEL else None
    if p.comparator == "<":
        return True if p.printed.value <= _LEVEL else None
    return True if p.printed.high <= _LEVEL else False if p.printed.low > _LEVEL else None


def _p_apart(effect: Effect) -> Inconsistency | None:
    """The p value that estimate and interval give: Altman DG, Bland JM. BMJ 2011;343:d2304."""
    wide = _p_from_interval(effect)
    if effect.p is None or wide is None:
        return None
    least, most = _p_range(effect.p)
    too_small = wide[0] > most * _TIMES_APART and wide[0] > _SMALL
    too_great = wide[1] * _TIMES_APART < least and least > _SMALL
    if not (too_small or too_great):
        return None
    given = "less than 0.001" if wide[1] < _SMALL else f"about {wide[0]:.2g}"
    return _of(effect, Kind.P_VALUE, f"estimate and interval give a p value of {given}, not {_p_text(effect.p)}")


def _p_from_interval(effect: Effect) -> tuple[float, float] | None:
    """The least and the greatest p value that the printed figures allow; None where they allow none."""
    z = _Z.get(effect.level)
    if z is None or effect.scale is Scale.UNKNOWN:
        return None
    low, high = _bounds(effect)
    printed = (effect.estimate, low, high)
    if effect.scale is Scale.RATIO:
        if min(one.low for one in printed) <= 0:
            return None
        ends = [(math.log(one.low), math.log(one.high)) for one in printed]
    else:
        ends = [(float(one.low), float(one.high)) for one in printed]
    (near, far), (low_low, low_high), (high_low, high_high) = ends
    least_error, most_error = (high_low - low_high) / 2 / z, (high_high - low_low) / 2 / z
    if least_error <= 0:
        return None
    nearest = 0.0 if near <= 0 <= far else min(abs(near), abs(far))
    return _two_sided(max(abs(near), abs(far)) / least_error), _two_sided(nearest / most_error)


def _two_sided(z: float) -> float:
    return math.erfc(z / math.sqrt(2))


def _p_range(p: PValue) -> tuple[float, float]:
    if p.comparator == "<":
        return 0.0, float(p.printed.value)
    if p.comparator == ">":
        return float(p.printed.value), 1.0
    return max(0.0, float(p.printed.low)), float(p.printed.high)


def _counts_against_p(sentence: str, shares: tuple[Share, ...]) -> Inconsistency | None:
    """Two arms' counts side by side and the one p value after them."""
    plain = normalise(sentence).text
    if len(shares) != 2 or _ADJUSTED.search(plain):
        return None
    between = plain[shares[0].end : shares[1].start]
    if not _BETWEEN_ARMS.search(between) or sum(share.percentage is not None for share in shares) == 1:
        return None
    values = list(_P.finditer(plain))
    if len(values) != 1 or values[0].start() < shares[1].end:
        return None
    if _OTHER_COUNTS.search(plain, shares[1].end, values[0].start()):
        return None
    comparator = _P_SIGNS.get(values[0]["sign"], values[0]["sign"])
    counts = Counts(shares[0].events, shares[0].total, shares[1].events, shares[1].total)
    least, most = min(p_values(counts)), float(values[0]["p"].replace(",", "."))
    if comparator == ">" or least <= max(most, _SMALL) * _TIMES_TOO_SMALL:
        return None
    return Inconsistency(
        Kind.COUNTS_P,
        plain[shares[0].start : values[0].end()],
        f"{counts.in_words()} gives a p value of about {least:.2g}, not {values[0].group().strip()}",
        frozenset(Decimal(number) for number in (counts.events, counts.total, counts.control_events, counts.control_total)),
    )


_OTHER_COUNTS = re.compile(r"\d\s?\(\d+(?:\.\d+)?\s?%")
_P_SIGNS = {"<=": "<", "≤": "<", "less than": "<", ">=": ">", "≥": ">"}
_P = re.compile(r"(?<![A-Za-z])[Pp](?![A-Za-z])(?:[\s-]?values?)?\s?(?P<sign><=|>=|[<>=≤≥])\s?(?P<p>0?\.\d+|0,\d+)")


def _words_against_interval(sentence: str, effect: Effect) -> Inconsistency | None:
    """`Significant` over an interval that takes in no effect, or `not significant` over one that leaves it out."""
    plain = normalise(sentence).text
    if effect.level != 95 or len(_SIGNIFICANT.findall(plain)) != 1 or _EQUIVALENCE.search(plain):
        return None
    excludes, statements = _excludes_null(effect), read_directions(sentence)
    if effect.scale is Scale.UNKNOWN or excludes is None or not statements:
        return None
    clause = next((one for one in statements if _SIGNIFICANT.search(one.clause) and effect.estimate.text in one.clause), None)
    if clause is None or (clause.way is Way.NULL) is not excludes:
        return None
    low, high = _bounds(effect)
    lies = f"{low.text} to {high.text} {'leaves out' if excludes else 'takes in'} {1 if effect.scale is Scale.RATIO else 0}"
    said = "no significant difference" if excludes else "a significant one"
    return _of(effect, Kind.WORDS, f"{lies}, while the words say {said}")


def _bounds(effect: Effect) -> tuple[Printed, Printed]:
    low, high = sorted((effect.low, effect.high), key=lambda printed: printed.value)
    return low, high


def _of(effect: Effect, kind: Kind, problem: str) -> Inconsistency:
    numbers = frozenset((effect.estimate.value, effect.low.value, effect.high.value))
    return Inconsistency(kind, effect.words, problem, numbers)


def _p_text(p: PValue) -> str:
    return f"p {p.comparator} {p.printed.text}"
