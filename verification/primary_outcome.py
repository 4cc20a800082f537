"""What an abstract names as its primary outcome, with its place: after the words `primary outcome`, or before them."""

from __future__ import annotations

import re
from functools import lru_cache

from verification.content_words import content_words

_WHICH = (
    r"\b(?:co-?)?(?:primary|main|principal)(?: and (?:[a-z-]+ )?secondary)? (?:[a-z-]+ ){0,3}?"
    r"(?:outcome|end ?-?point|measure|variable)s?(?: (?:measures?|variables?|parameters?))?(?: of efficacy)?"
)
_OF_STUDY = r"(?: (?:of|for|in) (?:the|this|our|both|each)(?: [\w-]+){0,5}? (?:study|studies|trials?))?"
_PLACED = r"(?:pre-?specified |pre-?defined |study |trial |the |our |their |a |an )*"
_NAMED = (
    re.compile(
        rf"(?i){_WHICH}{_OF_STUDY}(?: assessing [^,.;]{{3,60}}?)?"
        r"(?: (?:was|were|is|are|will be|included|includes):?|\s?[:,]|\s?\(|"
        r" of(?! (?:the|this|our) (?:[\w-]+ )?(?:study|trial)))"
        rf"(?!\s?(?:the )?{_WHICH})\s?(?:\(?1\)\s?)?(?:the )?(?P<what>[^\s.;][^.;]{{3,160}})"
    ),
    re.compile(
        rf"(?i)(?P<what>[^\s.;:,()][^.;:,()]{{3,120}}?)\s?\((?:[^()]{{2,30}}?[,;] )?{_PLACED}{_WHICH}(?:{_OF_STUDY})?\s?\)"
    ),
    re.compile(rf"(?i)(?P<what>[^\s.;:,][^.;:,]{{3,120}}?) (?:(?:was|were|is) (?:\w+ )?(?:as )?|as ){_PLACED}{_WHICH}"),
)
"""`the primary outcome was X`, `X (primary outcome)`, `X was the primary outcome`."""

_RESULT = re.compile(
    r"(?i)^(?:also |\w+ly )?(?:(?:not?|met|missed|reached|achieved|attained|similar|comparable|equal|identical|better|worse|"
    r"more|less|fewer|greater|higher|lower|superior|(?:non-?)?inferior|un(?:changed|affected)|differ(?:ent|ed|s)?|signif\w*|reduced|"
    r"increased|decreased|improved|observed|seen|reported|found|revealed|noted|shown|recorded|analy[sz]ed|evaluated|assessed|available|occurred|"
    r"in favou?r)\b|p ?[<=>]|\d+(?:\.\d+)?\s?%)"
)
"""How the words after `primary outcome was` begin where they tell a result and no name."""

_SECONDARY = re.compile(r"(?i),? (?:and|with|while) (?:the |key |our |main )*secondary\b")
"""Where the name of a primary outcome ends and that of a secondary one begins."""

_CLOSES = re.compile(r"(?<!\d)\)")
"""The end of a bracket, and no `2)` of a list."""

_DEFINES = re.compile(rf"(?i){_WHICH}{_OF_STUDY} (?:was|were|is|are|included):? (?P<what>.+)", re.DOTALL)
_BORDER = re.compile(
    r"(?i)[,;()\[\]:]|\b(?:and|or|between|among|assessed|measured|defined|determined|evaluated|as|at|during|by|in|after|before|from|"
    r"within|over|per|with)\b"
)
"""Where one of several primary outcomes ends, or its name does and how it was measured begins."""

_HOW_COUNTED = content_words(
    "proportion proportions percentage percentages incidence occurrence frequency prevalence probability concentration "
    "concentrations value values measurement measurements showing achieving achieved defined development status size sizes "
    "average amount cumulative assessed combined"
)
"""Words of how an outcome is counted, which a result need not repeat."""

_TOLD = re.compile(r"(?i)\bp ?[<=>]|\bCI\b|\d ?%|\b(?:differ|differed|differences?|signif\w+|similar)\b")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Za-z]?[A-Z][A-Z0-9-]*\b")


@lru_cache(maxsize=2048)
def primary_outcome_span(text: str) -> tuple[int, int] | None:
    """Where the abstract `text` names its primary outcome, or None where it does not."""
    for pattern in _NAMED:
        for found in pattern.finditer(text):
            what = _SECONDARY.split(found["what"])[0]
            inside = _CLOSES.split(what)[0]
            what = what if "(" in inside else inside
            if not _RESULT.search(what) and (content_words(what) or _ABBREVIATION.search(what)):
                return found.start("what"), found.start("what") + len(what.rstrip(" ,"))
    return None


def defines(sentence: str) -> bool:
    """Whether the sentence says what the primary outcome was, and no result: `The primary outcome was death or stroke.`"""
    found = _DEFINES.search(sentence)
    return found is not None and not _RESULT.search(found["what"]) and _TOLD.search(sentence) is None


def names_of(outcome: str) -> tuple[frozenset[str], ...]:
    """The content words of each outcome in a name, `pain at rest and sleep` being two; how they are counted left out."""
    parts = (content_words(part) for part in _BORDER.split(outcome))
    return tuple(part - _HOW_COUNTED or part for part in parts if part)


def letters_of(text: str) -> frozenset[str]:
    """The abbreviations in a text, hyphens aside: where an outcome is named by them, a sentence that has them is on it."""
    return frozenset(found.replace("-", "") for found in _ABBREVIATION.findall(text))
