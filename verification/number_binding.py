"""A number's role: the words that stand beside a number in the claim are those beside it in the record, not another number's.

A sentence is cut where one number's words end and another's begin (commas, brackets, `and`, `versus`, `than`). Where a sentence
has several numbers of one kind, the words that only one of them has tell them apart: the arm, the outcome or the time point.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.case import Anchor, Case, failed, not_applicable, passed, shown
from verification.quantities import Kind, Quantity, read_quantities
from verification.tokens import tokenise

_CUT = re.compile(r"[;:,](?=\s)|[.](?=\s)|\b(?:and|versus|vs\.?|than|compared|but|while|whereas|against|or|respectively)\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
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
    stated = bind(case.claim.text)
    if not case.standing or not stated:
        return not_applicable(name, "The claim states no number that a quote could bind.")
    for anchor in case.standing:
        if normalise(case.claim.text).text == normalise(anchor.sentence).text:
            return passed(name, "Every number stands with the words that its quote gives it.")
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


def bind(text: str) -> tuple[Bound, ...]:
    """The numbers of a sentence that have a role, each with the words of its part of the sentence."""
    plain = normalise(text).text
    brackets = [match.span() for match in _BRACKETS.finditer(plain)]
    cuts = [match.span() for match in _CUT.finditer(plain) if not _inside(match.start(), brackets)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(plain)]
    found = []
    for quantity in read_quantities(text):
        if quantity.kind in _ROLELESS:
            continue
        at = next((number for number, end in enumerate(ends) if quantity.start < end), len(ends) - 1)
        part = plain[starts[at] : ends[at]].strip()
        found.append(Bound(quantity, _words(part), _words(plain[quantity.end : ends[at]]), part))
    return tuple(found)


def _words(part: str) -> frozenset[str]:
    return frozenset(token.key for token in tokenise(part) if token.content and not token.number)


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
