"""The numbers of a sentence of a report, each with its kind, by the words and signs right beside it."""

from __future__ import annotations

import re

from verification.number_words import whole_numbers
from verification.reported.cells import LONGEST_NUMBER, NUMBER, Printed, Role, value_of

_PEOPLE = (
    r"(?:patients?|participants?|subjects?|women|men|children|infants|adults|individuals|people|persons?|volunteers|cases|girls"
    r"|boys|students|pairs|eyes|procedures|controls?)"
)
_NONE = re.compile(
    rf"(?i)\b(?:none(?= of\b)|no(?= (?:[a-z-]+ ){{0,4}}(?:{_PEOPLE}|events?|deaths?|complications?|reactions?|effects|episodes?"
    r"|infections?|withdrawals?|relapses?|recurrences?|failures?|adverse|serious)\b)"
    r"(?! (?:significant|difference|effects? (?:of|on)|evidence)))"
)
"""Words that say that something happened to nobody: a printed zero."""

_DENIALS = frozenset({"no", "none"})
_ANY = re.compile("")
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], Role], ...] = (
    (re.compile(r"\b[nN]\w?\s*=\s*\Z"), _ANY, Role.SIZE),
    (re.compile(r"(?i)\bp\s*(?:values?)?\s*(?:[<>=≤≥]|of|was)\s*\Z"), _ANY, Role.P),
    (re.compile(r"(?:±|\+/-|\+-)\s*\Z"), _ANY, Role.SPREAD),
    (re.compile(r"(?i)\b(?:SD|SE|SEM|standard (?:deviation|error))\b[\s:=,of]*\Z"), _ANY, Role.SPREAD),
    (_ANY, re.compile(r"\s*(?:±|\+/-|\+-)"), Role.MEAN),
    (_ANY, re.compile(r"(?i)\s*[(\[]?\s*(?:SD|SE|SEM)\b"), Role.MEAN),
    (_ANY, re.compile(r"\s*%\s*(?:CI|conf)"), Role.BOUND),
    (_ANY, re.compile(r"\s*(?:%|percent|per cent)"), Role.PERCENT),
)
"""What stands before and after a number, and what it then is; the first that holds."""

_LATER_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], Role], ...] = (
    (re.compile(r"(?i)\b(?:CI|interval)\b[^A-Za-z]{0,12}\Z"), _ANY, Role.BOUND),
    (_ANY, re.compile(rf"\s*(?:[a-z-]+ ){{0,2}}{_PEOPLE}\b"), Role.COUNT),
    (_ANY, re.compile(r"\s*(?:/\s*\d|of (?:the )?\d|out of)"), Role.COUNT),
    (_ANY, re.compile(r"\s*[(\[]\s*[\d.]+\s*%"), Role.COUNT),
)
"""The same, once the number is no total of the one before it."""


def read_sentence(sentence: str) -> list[Printed]:
    """The numbers of one sentence, digits and words."""
    if len(sentence) > 6000:
        return []
    tokens = [
        (found.start(), found.end(), found.group(), value_of(found.group()))
        for found in NUMBER.finditer(sentence)
        if len(found.group()) <= LONGEST_NUMBER
    ]
    taken = [(start, end) for start, end, _, _ in tokens]
    for start, end, whole in whole_numbers(sentence):
        if not any(start < right and left < end for left, right in taken):
            tokens.append((start, end, sentence[start:end], float(whole)))
    tokens.extend((found.start(), found.end(), found.group(), 0.0) for found in _NONE.finditer(sentence))
    tokens.sort()
    numbers: list[Printed] = []
    for place, (start, end, text, value) in enumerate(tokens):
        before = sentence[max(0, start - 30) : start]
        after = sentence[end : end + 30]
        role = (
            Role.COUNT
            if not text[0].isdigit() and value == 0 and text.lower() in _DENIALS
            else _role(before, after, numbers[-1] if numbers else None, sentence[tokens[place - 1][1] : start] if place else "")
        )
        partner = numbers[-1].value if numbers and role in _WITH_THE_LAST else None
        numbers.append(Printed(value, text, role, start, partner))
        if partner is not None:
            last = numbers[-2]
            numbers[-2] = Printed(last.value, last.text, last.role, last.start, value)
    return _listed_percentages(numbers, sentence)


def _listed_percentages(numbers: list[Printed], sentence: str) -> list[Printed]:
    """In `29, 24 and 54 %` the sign holds for all three."""
    found = list(numbers)
    for at in range(len(found) - 2, -1, -1):
        number, following = found[at], found[at + 1]
        gap = sentence[number.start + len(number.text) : following.start]
        if number.role is Role.OTHER and following.role is Role.PERCENT and _LISTED.fullmatch(gap):
            found[at] = Printed(number.value, number.text, Role.PERCENT, number.start, number.partner)
    return found


_LISTED = re.compile(r"\s*(?:,|,? ?and|,? ?or|vs?\.?|versus|compared (?:with|to))\s*")
_WITH_THE_LAST = frozenset({Role.SPREAD, Role.TOTAL, Role.BRACKET})


def _role(before: str, after: str, last: Printed | None, gap: str) -> Role:
    """What a number is; `gap` is what stands between it and the number before it, `last`."""
    if found := _by_rule(_RULES, before, after):
        return found
    if last is not None and re.fullmatch(r"\s*/\s*| (?:out )?of (?:the |a total of )?", gap):
        return Role.TOTAL
    if re.fullmatch(r"\s*(?:-|to)\s*-?", gap):
        return Role.BOUND
    if found := _by_rule(_LATER_RULES, before, after):
        return found
    if last is not None and re.fullmatch(r"\s*[(\[]\s*", gap) and re.match(r"\s*[)\]]", after):
        return Role.BRACKET
    return Role.OTHER


def _by_rule(rules: tuple[tuple[re.Pattern[str], re.Pattern[str], Role], ...], before: str, after: str) -> Role | None:
    return next((role for left, right, role in rules if left.search(before) and right.match(after)), None)
