"""A number's role: the words that stand beside a number in the claim are those beside it in the record, not another number's.

A sentence is cut where one number's words end and another's begin (commas, brackets, `and`, `versus`, `than`). Where a sentence
has several numbers of one kind, the words that only one of them has tell them apart: the arm, the outcome or the time point.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.case import Anchor, Case, failed, not_applicable, passed, shown
from verification.quantities import Kind, Quantity, read_quantities
from verification.tokens import tokenise

_CUT = re.compile(r"[;:,](?=\s)|[.](?=\s)|\b(?:and|versus|vs\.?|than|compared|but|while|whereas|against|or|respectively)\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_COMPARES = re.compile(r"versus|vs\.?|than|compared|against")
_PAIR = re.compile(r"\((?P<one>\d[\d.]*)\s?%? (?:versus|vs\.?|v|and|compared with|compared to|against) \d[\d.]*\s?%?(?=[),;])")
"""Two bare numbers in brackets after two arms, `zinc compared with placebo (12% vs 31%)`: the first is the first arm's."""

_ROLELESS = frozenset({Kind.CONFIDENCE_LEVEL, Kind.NAME, Kind.ORDINAL, Kind.YEAR, Kind.FRACTION})
_LISTED = re.compile(r"(?i)\brespectively\b")


@dataclass(frozen=True, slots=True)
class Bound:
    """A number with the stems of the words that it stands with."""

    quantity: Quantity
    words: frozenset[str]
    after: frozenset[str]
    """Those of the words that follow the number: `12% of the zinc group`."""
    part: str


def check_number_binding(case: Case) -> ClaimCheck:
    """Fails with `number_unbound` where a number stands with words that the record gives to another number of its kind."""
    name = "number roles"
    if not case.standing or not _with_roles(case.claim.text):
        return not_applicable(name, "The claim states no number that a quote could bind.")
    for anchor in case.standing:
        if normalise(case.claim.text).text == normalise(anchor.sentence).text:
            return passed(name, "Every number stands with the words that its quote gives it.")
    stated = bind(case.claim.text)
    for one in stated:
        faults = [fault for anchor in case.standing if (fault := _taken_from(one, stated, anchor)) is not None]
        holding = sum(any(_same(one, other) for other in bind(anchor.sentence)) for anchor in case.standing)
        if faults and len(faults) == holding:
            own, rival = faults[0]
            reason = (
                f"The claim gives {shown(one.quantity.text)} to {shown(one.part)}, but the record gives it to "
                f"{shown(own.part)}, and {shown(rival.quantity.text)} to {shown(rival.part)}."
            )
            return failed(name, Verdict.NUMBER_UNBOUND, reason, claim_words=one.part, record_words=own.part)
    return passed(name, "No number stands with words that its quote gives to another number.")


def _taken_from(one: Bound, stated: Sequence[Bound], anchor: Anchor) -> tuple[Bound, Bound] | None:
    """The number as the record binds it and the number whose words it has in the claim, if it has another's."""
    sentence = anchor.sentence
    if _LISTED.search(sentence):
        return None
    printed = bind(sentence)
    own = [other for other in printed if _same(one, other)]
    if len(own) != 1:
        return None
    rivals = [other for other in printed if other is not own[0] and _of_a_kind(one, other) and not _same(one, other)]
    mine = one.words - frozenset[str]().union(*(other.words for other in stated if other.part != one.part))
    for rival in rivals:
        only_own, only_rival = own[0].after - rival.words, rival.after - own[0].words
        if not only_own or not only_rival:
            only_own, only_rival = own[0].words - rival.words, rival.words - own[0].words
        if only_own and mine & only_rival and not one.words & only_own:
            return own[0], rival
    return None


def _same(one: Bound, other: Bound) -> bool:
    return one.quantity.value == other.quantity.value and _of_a_kind(one, other)


def _of_a_kind(one: Bound, other: Bound) -> bool:
    mine, theirs = one.quantity, other.quantity
    if mine.percent is not theirs.percent or (mine.kind is Kind.P) is not (theirs.kind is Kind.P):
        return False
    return not mine.unit or not theirs.unit or mine.unit == theirs.unit


@lru_cache(maxsize=256)
def bind(text: str) -> tuple[Bound, ...]:
    """The numbers of a sentence that have a role, each with the words of its part of the sentence."""
    plain = normalise(text).text
    brackets = [match.span() for match in _BRACKETS.finditer(plain)]
    cuts = [match.span() for match in _CUT.finditer(plain) if not _inside(match.start(), brackets)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(plain)]
    firsts = [match.start("one") for match in _PAIR.finditer(plain)]
    named = [piece for bracket in brackets for piece in _named_inside(plain, bracket)]
    found = []
    for quantity in _with_roles(text):
        at = next((number for number, end in enumerate(ends) if quantity.start < end), len(ends) - 1)
        start, end = next((piece for piece in named if _inside(quantity.start, [piece])), (starts[at], ends[at]))
        if quantity.start in firsts and at and _COMPARES.fullmatch(plain[ends[at - 1] : starts[at]]):
            start, end = starts[at - 1], ends[at - 1]
        part = plain[start:end].strip(" ()[]")
        found.append(Bound(quantity, _words(part), _words(plain[quantity.end : end]), part))
    return tuple(found)


def _named_inside(plain: str, bracket: tuple[int, int]) -> list[tuple[int, int]]:
    """The pieces of a bracket that name whose number each is, `(zinc 12% vs placebo 31%)`; none where fewer than two do."""
    start, end = bracket
    cuts = [match.span() for match in _CUT.finditer(plain, start, end)]
    pieces = list(zip((start, *(right for _, right in cuts)), (*(left for left, _ in cuts), end), strict=True))
    named = [piece for piece in pieces if any(sign.isdigit() for sign in plain[slice(*piece)]) and _words(plain[slice(*piece)])]
    return named if len({_words(plain[slice(*piece)]) for piece in named}) > 1 else []


def _with_roles(text: str) -> list[Quantity]:
    return [quantity for quantity in read_quantities(text) if quantity.kind not in _ROLELESS]


def _words(part: str) -> frozenset[str]:
    return frozenset(token.key for token in tokenise(part) if token.content and not token.number)


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
