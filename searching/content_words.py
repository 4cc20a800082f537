"""The words of a question that are worth searching for."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*", re.UNICODE)

FUNCTION_WORDS = frozenset(
    """
    a about after against all also am among amongst an and any are as at be been before being between both but by can
    could did do does doing done during each either for from had has have having how if in into is it its itself may
    might more most much must no nor not of off on once only or other our out over own per same shall should so some
    such than that the their them then there these they this those through to too under until up upon very was we were
    what when where whether which while who whom why will with within without would you your versus vs compared
    comparing comparison compare rather instead
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
"""English words that carry no topic."""

GENERIC_WORDS = frozenset(
    """
    effect effects effective effectiveness efficacy efficacious improve improves improved improvement increase
    increases increased reduce reduces reduced reduction decrease decreases decreased prevent prevents prevented
    prevention lower lowers higher better worse help helps work works affect affects impact treat treats rate rates
    risk risks incidence level levels score scores measure measures outcome outcomes people persons person patient
    patients participant participants adult adults individual individuals subject subjects group groups control usual
    care standard intervention interventions treatment treatments therapy therapies use using used benefit benefits
    safe safety one two three four five six seven eight nine ten twelve least day days week weeks month months year
    years year-old time times follow-up followup end start dose doses number good best likelihood likely any type
    types new minute minutes hour hours
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
"""Words that are in so many records, or so vague, that a search for them finds nothing out."""


def words_of(text: str) -> list[str]:
    """Every word of a text, in order, hyphens kept."""
    return _WORD.findall(text)


def content_words(text: str, *, generic: bool = False) -> list[str]:
    """The words worth searching for, in order, lower case, each once; generic ones only if asked for.

    Numbers alone are left out. An upper-case abbreviation (`TDC`) is a word like any other.
    """
    kept: dict[str, None] = {}
    for word in words_of(text):
        lower = word.lower().removesuffix("'s").removesuffix("’s")
        if lower in FUNCTION_WORDS or (not generic and _is_generic(lower)) or lower.isdigit() or len(lower) < 2:
            continue
        kept[lower] = None
    return list(kept)


def _is_generic(word: str) -> bool:
    """Whether a word, or each part of a compound (`two-year`), is one of those that find nothing out."""
    parts = word.split("-")
    return word in GENERIC_WORDS or all(part in GENERIC_WORDS or part.isdigit() for part in parts)
