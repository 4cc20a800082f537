"""The numbers of a sentence of a report, each with its kind, by the words and signs right beside it."""

from __future__ import annotations

import re

from verification.number_words import whole_numbers
from verification.reported.cells import NUMBER, Printed, Role, value_of

_PEOPLE = r"(?:patients?|participants?|subjects?|women|men|children|infants|adults|individuals|people|persons?|volunteers|cases|girls|boys|students|pairs|eyes|procedures|controls?)"


def read_sentence(sentence: str) -> list[Printed]:
    """The numbers of one sentence, digits and words."""
    if len(sentence) > 6000:
        return []
    tokens = [(found.start(), found.end(), found.group(), value_of(found.group())) for found in NUMBER.finditer(sentence)]
    taken = [(start, end) for start, end, _, _ in tokens]
    for start, end, value in whole_numbers(sentence):
        if not any(start < right and left < end for left, right in taken):
            tokens.append((start, end, sentence[start:end], float(value)))
    tokens.sort()
    numbers: list[Printed] = []
    for place, (start, end, text, value) in enumerate(tokens):
        before = sentence[max(0, start - 30) : start]
        after = sentence[end : end + 30]
        role = _role(before, after, numbers[-1] if numbers else None, sentence[tokens[place - 1][1] : start] if place else "")
        partner = numbers[-1].value if numbers and role in _WITH_THE_LAST else None
        numbers.append(Printed(value, text, role, start, partner))
        if partner is not None:
            last = numbers[-2]
            numbers[-2] = Printed(last.value, last.text, last.role, last.start, value)
    return numbers


_WITH_THE_LAST = frozenset({Role.SPREAD, Role.TOTAL, Role.BRACKET})


def _role(before: str, after: str, last: Printed | None, gap: str) -> Role:  # noqa: PLR0911, PLR0912 - one form a line
    if re.search(r"(?i)\b[nN]\w?\s*=\s*\Z", before):
        return Role.SIZE
    if re.search(r"(?i)\bp\s*(?:values?)?\s*(?:[<>=≤≥]|of|was)\s*\Z", before):
        return Role.P
    if re.search(r"(?:±|\+/-|\+-)\s*\Z", before) or re.search(
        r"(?i)\b(?:SD|SE|SEM|standard (?:deviation|error))\b[\s:=,of]*\Z", before
    ):
        return Role.SPREAD
    if re.match(r"\s*(?:±|\+/-|\+-)", after) or re.match(r"(?i)\s*[(\[]?\s*(?:SD|SE|SEM)\b", after):
        return Role.MEAN
    if re.match(r"\s*(?:%|percent|per cent)", after):
        return Role.BOUND if re.match(r"\s*%\s*(?:CI|conf)", after) else Role.PERCENT
    if last is not None and re.fullmatch(r"\s*/\s*| (?:out )?of (?:the |a total of )?", gap):
        return Role.TOTAL
    if re.search(r"(?i)\b(?:CI|interval)\b[^A-Za-z]{0,12}\Z", before) or re.fullmatch(r"\s*(?:-|to)\s*-?", gap):
        return Role.BOUND
    if re.match(rf"\s*(?:[a-z-]+ ){{0,2}}{_PEOPLE}\b", after):
        return Role.COUNT
    if re.match(r"\s*(?:/\s*\d|of (?:the )?\d|out of)", after):
        return Role.COUNT
    if re.match(r"\s*[(\[]\s*[\d.]+\s*%", after):
        return Role.COUNT
    if last is not None and re.fullmatch(r"\s*[(\[]\s*", gap) and re.match(r"\s*[)\]]", after):
        return Role.BRACKET
    return Role.OTHER
