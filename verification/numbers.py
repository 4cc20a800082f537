"""Numbers: every number of the claim stands in one of its quotes, as the same kind of number, or is calculated before the
reader's eyes from what a quote prints (see `verification.calculations`).

Otherwise values must be equal as printed: nothing is rounded or converted here. Three kinds may come from elsewhere: a
count of studies from the claim's own supports, a year from the record's date, a number in a name (`type 2 diabetes`) or an
ordinal from anywhere in the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from evidence.claim import ClaimCheck, Verdict
from evidence.text import normalise
from verification.calculations import calculated
from verification.case import Anchor, Case, failed, not_applicable, passed, shown
from verification.quantities import Kind, Quantity, read_quantities
from verification.units import STRICT_UNITS

_DEFINITE_GROUPS = re.compile(r"(?i)\b(?:the|between|both|these|those|all|of) (?:the )?\Z")
_DOWNWARD = re.compile(r"(?i)\b(?:reduc|decreas|lower|fell|fall|drop|declin|less|fewer|loss|lost|diminish|minus)")
_ONE_COUNTS = (
    frozenset({"studies", "people", "deaths", "events", "sessions", "doses", "episodes", "times", "fold"}) | STRICT_UNITS
)
_ELSEWHERE = frozenset({Kind.ORDINAL, Kind.NAME})


def check_numbers(case: Case) -> ClaimCheck:
    """Fails with `number_unbound` at the first number of the claim that no quote has, and says what the quotes have."""
    if not case.standing:
        return not_applicable("numbers", "No quote stands that the claim's numbers could be held against.")
    stated = [quantity for quantity in read_quantities(case.claim.text) if _says_a_number(quantity, case.claim.text)]
    if not stated:
        return not_applicable("numbers", "The claim states no number.")
    quoted = [(anchor, read_quantities(anchor.words)) for anchor in case.standing]
    bound: list[str] = []
    for quantity in stated:
        where = _bound(quantity, case, quoted)
        if where is None:
            return _unbound(quantity, case, quoted)
        bound.append(where)
    numbers = ", ".join(quantity.text for quantity in stated)
    return passed(
        "numbers",
        f"Every number of the claim stands in its quotes: {numbers}.",
        claim_words=numbers,
        record_words=" | ".join(bound),
    )


def _says_a_number(quantity: Quantity, claim_text: str) -> bool:
    """Whether the words state a number at all: `one of them` and `the two groups` do not."""
    if not quantity.in_words or quantity.kind is not Kind.PLAIN:
        return True
    before = normalise(claim_text).text[: quantity.start]
    if quantity.value == 1 and quantity.text.lower() == "one":
        return quantity.unit in _ONE_COUNTS and not before.lower().endswith(("no ", "the ", "at least "))
    return not (quantity.unit == "groups" and quantity.value <= 4 and _DEFINITE_GROUPS.search(before))


def _bound(quantity: Quantity, case: Case, quoted: Sequence[tuple[Anchor, Sequence[Quantity]]]) -> str | None:
    """The words that bind the number, or None."""
    for anchor, quantities in quoted:
        for other in _candidates(quantity, quantities):
            if same_quantity(quantity, other, case.claim.text, anchor.words):
                return _around(anchor.words, other)
    if quantity.unit == "studies" and quantity.value == len({anchor.support.pmid for anchor in case.standing}):
        return f"{quantity.text}: the records that the claim rests on"
    if quantity.kind is Kind.YEAR:
        years = {anchor.record.citation.year for anchor in case.standing if anchor.record}
        return f"year of the record: {quantity.text}" if int(quantity.value) in years else None
    if quantity.kind in _ELSEWHERE:
        return _bound_in_record(quantity, case)
    return calculated(quantity, case.claim.text, [anchor.words for anchor in case.standing])


def _candidates(quantity: Quantity, quantities: Sequence[Quantity]) -> Sequence[Quantity]:
    """The quote's numbers that may bind: where it prints one of a pair's two numbers with another partner, none does."""
    if quantity.kind is not Kind.PAIR or quantity.partner is None:
        return quantities
    pair = {quantity.value, quantity.partner}
    printed = [{other.value, other.partner} for other in quantities if other.kind is Kind.PAIR]
    if pair in printed or not any(pair & other for other in printed):
        return quantities
    return ()


def _bound_in_record(quantity: Quantity, case: Case) -> str | None:
    for anchor in case.standing:
        if anchor.record is None:
            continue
        for text in (anchor.record.text, anchor.record.citation.title):
            for other in read_quantities(text):
                if other.value == quantity.value and other.kind is quantity.kind and other.measure == quantity.measure:
                    return _around(text, other)
    return None


def same_quantity(claimed: Quantity, quoted: Quantity, claim_text: str = "", quote_text: str = "") -> bool:
    """Whether both are the same number: value, kind, unit, comparator and, for bounds of an interval, the other bound."""
    return (
        _same_value(claimed, quoted, claim_text, quote_text)
        and _same_kind(claimed, quoted)
        and _same_unit(claimed, quoted)
        and _same_comparator(claimed, quoted)
    )


def _same_value(claimed: Quantity, quoted: Quantity, claim_text: str, quote_text: str) -> bool:
    if claimed.value == quoted.value:
        return True
    if claimed.value != -quoted.value or {claimed.kind, quoted.kind} & {Kind.INTERVAL, Kind.RANGE, Kind.PAIR}:
        return False
    # `a change of -3.9` and `a reduction of 3.9` are the same number if the unsigned side says that it goes down.
    return _DOWNWARD.search(claim_text if claimed.value > 0 else quote_text) is not None


def _same_kind(claimed: Quantity, quoted: Quantity) -> bool:
    if claimed.kind is Kind.FRACTION or quoted.kind is Kind.FRACTION:
        return claimed.kind is quoted.kind
    if claimed.percent is not quoted.percent:
        return False
    return _KINDS.get(claimed.kind, _same_printed_kind)(claimed, quoted)


def _same_printed_kind(claimed: Quantity, quoted: Quantity) -> bool:
    return claimed.kind is quoted.kind


def _interval(claimed: Quantity, quoted: Quantity) -> bool:
    return quoted.kind in {Kind.INTERVAL, Kind.RANGE} and claimed.partner == quoted.partner


def _range(claimed: Quantity, quoted: Quantity) -> bool:
    return quoted.kind in {Kind.PLAIN, Kind.ESTIMATE} or _interval(claimed, quoted)


def _number(claimed: Quantity, quoted: Quantity) -> bool:
    if quoted.kind in {Kind.PLAIN, Kind.RANGE, Kind.PAIR}:
        return True
    if quoted.kind is Kind.ESTIMATE:
        return not claimed.measure or claimed.measure == quoted.measure
    return quoted.kind is Kind.YEAR and claimed.kind is Kind.PLAIN


def _spread(claimed: Quantity, quoted: Quantity) -> bool:
    if quoted.kind is Kind.PLAIN:
        return True
    return quoted.kind is Kind.SPREAD and (not claimed.measure or not quoted.measure or claimed.measure == quoted.measure)


def _year(_: Quantity, quoted: Quantity) -> bool:
    return quoted.kind in {Kind.YEAR, Kind.PLAIN, Kind.RANGE} and not quoted.unit


def _name(claimed: Quantity, quoted: Quantity) -> bool:
    return quoted.kind is Kind.NAME and claimed.measure == quoted.measure


_KINDS: dict[Kind, Callable[[Quantity, Quantity], bool]] = {
    Kind.INTERVAL: _interval,
    Kind.RANGE: _range,
    Kind.PLAIN: _number,
    Kind.PAIR: _number,
    Kind.ESTIMATE: _number,
    Kind.SPREAD: _spread,
    Kind.YEAR: _year,
    Kind.NAME: _name,
}


def _same_unit(claimed: Quantity, quoted: Quantity) -> bool:
    if claimed.unit and quoted.unit:
        return claimed.unit == quoted.unit
    return claimed.unit not in STRICT_UNITS


def _same_comparator(claimed: Quantity, quoted: Quantity) -> bool:
    if claimed.kind is Kind.P:
        return claimed.comparator == quoted.comparator
    if not claimed.comparator or not quoted.comparator:
        return True
    return claimed.comparator == quoted.comparator


def _unbound(quantity: Quantity, case: Case, quoted: Sequence[tuple[Anchor, Sequence[Quantity]]]) -> ClaimCheck:
    stated = _around(case.claim.text, quantity)
    others = [(anchor, other) for anchor, quantities in quoted for other in quantities]
    if not others:
        has = "the quotes have no number"
    else:
        nearest = sorted(others, key=lambda pair: _distance(quantity, pair[1]))[:4]
        has = "the quotes have " + ", ".join(shown(_around(anchor.words, other)) for anchor, other in nearest)
    kind = "" if quantity.kind is Kind.PLAIN else f" ({quantity.kind.value})"
    return failed(
        "numbers",
        Verdict.NUMBER_UNBOUND,
        f"The claim says {shown(stated)}{kind}, but {has}.",
        claim_words=stated,
        record_words=" | ".join(anchor.words for anchor in case.standing),
    )


def _distance(quantity: Quantity, other: Quantity) -> tuple[bool, bool, Decimal]:
    """Nearest first: the same value as another kind, then the same kind, then the closest value."""
    return abs(other.value) != abs(quantity.value), other.kind is not quantity.kind, abs(other.value - quantity.value)


def _around(text: str, quantity: Quantity) -> str:
    """The number with the words right beside it, for a reason that can be read without opening the record."""
    plain = normalise(text).text
    start = plain.rfind(" ", 0, max(0, quantity.start - 10)) + 1 if quantity.start > 10 else 0
    end = plain.find(" ", min(len(plain), quantity.end + 8))
    return plain[start : end if end >= 0 else len(plain)].strip(" ,;")
