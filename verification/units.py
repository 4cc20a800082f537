"""The words beside a number that say what it counts: units, effect measures, kinds of spread, names that carry a number."""

from __future__ import annotations

import re

_MODIFIER = r"(?:(?!(?:in|of|with|for|and|or|at|to|the|from|by|was|were|had|per|versus|vs|on|than)\b)[A-Za-z-]+ )"
_UNIT_SPELLINGS: dict[str, str] = {
    "mg": r"mg|milligrams?",
    "g": r"g|grams?",
    "µg": r"[µμ]g|mcg|ug|micrograms?",
    "kg": r"kg|kilograms?",
    "ml": r"m[lL]|cc|millilit(?:er|re)s?",
    "l": r"[lL]|lit(?:er|re)s?",
    "mmol": r"mmol|mM",
    "IU": r"IU|I\.U\.|international units?",
    "units": r"U|units?",
    "mmHg": r"mm ?Hg",
    "cm": r"cm|centimet(?:er|re)s?",
    "mm": r"mm|millimet(?:er|re)s?",
    "m": r"m|met(?:er|re)s?",
    "km": r"km",
    "kcal": r"kcal",
    "hours": r"h|hrs?|hours?",
    "minutes": r"min|mins|minutes?",
    "seconds": r"s|sec|secs|seconds?",
    "days": r"d|days?",
    "weeks": r"wks?|weeks?",
    "months": r"mos?|months?",
    "years": r"y|yrs?|years?",
    "people": rf"{_MODIFIER}{{0,3}}(?:patients?|participants?|subjects?|women|men|children|adults?|infants?|people|persons?|"
    r"individuals?|volunteers?|girls?|boys?|newborns?|neonates?|mothers?|respondents?|users?|nurses?|students?|outpatients?|"
    r"residents?|households?|families|smokers)",
    "studies": rf"{_MODIFIER}{{0,4}}(?:trials?|studies|study|RCTs?|reviews?|records?|papers?|articles?|reports?|abstracts?)",
    "points": r"points?",
    "percentage points": r"(?:%|percent|percentage|per cent)[ -]?points?",
    "times": r"times|x",
    "fold": r"folds?",
    "deaths": r"deaths",
    "events": r"events?",
    "episodes": r"episodes?",
    "sessions": r"sessions?",
    "doses": r"doses?",
    "groups": rf"{_MODIFIER}{{0,2}}(?:groups?|arms?|treatments?|interventions?|conditions?|regimens?|drugs?)",
}
_UNIT_AFTER = re.compile(
    r"[\s-]{0,2}(?:"
    + "|".join(f"(?P<u{index}>{spelling})" for index, spelling in enumerate(_UNIT_SPELLINGS.values()))
    + r")(?![A-Za-z])"
)
_UNIT_NAMES = tuple(_UNIT_SPELLINGS)
_TIME_BEFORE = re.compile(r"(?i)\b(?P<unit>week|day|month|year|hour|minute)s?[\s-]\Z")
_DOSES = ("mg", "g", "µg", "kg", "ml", "l", "mmol", "IU", "units", "mmHg", "fold", "percentage points")
_TIMES = ("hours", "minutes", "seconds", "days", "weeks", "months", "years")
STRICT_UNITS = frozenset((*_DOSES, *_TIMES))
"""Units without which a number is another number: a claim's `12 months` is not bound by a bare 12."""

_MEASURES: dict[str, str] = {
    "risk or rate ratio": r"[Aa]?RRs?|IRRs?|(?:relative risks?|risk ratios?|rate ratios?)",
    "odds ratio": r"[Aa]?ORs?|odds ratios?",
    "hazard ratio": r"[Aa]?HRs?|hazards? ratios?",
    "standardised mean difference": r"SMDs?|standardi[sz]ed mean differences?|Cohen'?s? d|Hedges'? g",
    "mean difference": r"W?MDs?|(?:weighted )?mean differences?",
    "absolute risk reduction": r"ARRs?|absolute risk (?:reductions?|differences?)|risk differences?|RDs?",
    "relative risk reduction": r"RRRs?|relative risk reductions?",
    "number needed to treat": r"NNTs?|numbers? needed to treat",
    "number needed to harm": r"NNHs?|numbers? needed to harm",
}
_MEASURE_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:"
    + "|".join(f"(?P<m{index}>{spelling})" for index, spelling in enumerate(_MEASURES.values()))
    + r")(?:\s?[\[(][A-Za-z]{1,5}[\])])?(?: for [a-z ]{1,40})?[\s,:=(\[]*(?:of|was|were|is)?\s*\Z"
)
_MEASURE_NAMES = tuple(_MEASURES)

_NAME_BEFORE = re.compile(
    r"(?i)\b(?P<word>types?|grades?|phases?|stages?|class|level|factor|vitamin|omega|schedule|category|tier|step|part|arm|cycle|"
    r"version|trisomy|chromosome|covid|score of)[\s-]\Z"
)
_NAME_AFTER = re.compile(r"-?(?P<word>[A-Za-z][A-Za-z]*)")
_SPREADS = {"sd": "SD", "s.d.": "SD", "standard deviation": "SD"}


def unit_beside(before: str, after: str) -> str:
    """The unit printed after the number or, for time points (`week 12`), before it; empty where none is known."""
    if found := _UNIT_AFTER.match(after):
        return _UNIT_NAMES[int((found.lastgroup or "u0")[1:])]
    time = _TIME_BEFORE.search(before)
    return f"{time.group('unit').lower()}s" if time else ""


def measure_before(before: str) -> str:
    """The effect measure named right before a number, for example `odds ratio`; empty where there is none."""
    found = _MEASURE_BEFORE.search(before)
    return _MEASURE_NAMES[int((found.lastgroup or "m0")[1:])] if found else ""


def spread_name(printed: str) -> str:
    """`SD`, `SE`, or empty for a bare plus-minus sign."""
    if not printed:
        return ""
    return _SPREADS.get(printed.lower().rstrip("s") if printed.lower() != "s.d." else "s.d.", "SE")


def name_beside(before: str, after: str) -> str:
    """The word that makes the number part of a name (`type 2`, `5-fluorouracil`); empty where the number stands alone."""
    if found := _NAME_BEFORE.search(before):
        return found.group("word").lower().rstrip("s")
    found = _NAME_AFTER.match(after)
    return found.group("word").lower() if found else ""
