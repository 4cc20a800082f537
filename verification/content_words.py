"""The words of a sentence that carry its subject, in a form in which close spellings agree."""

from __future__ import annotations

import re
from functools import lru_cache

from evidence.text import normalise

_WORD = re.compile(r"[^\W\d_]\w*(?:[-']\w+)*")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ingly", "edly", "ings", "ions", "ness", "ing", "ion", "ies", "ied", "ely",
             "ers", "ed", "es", "ly", "er", "al", "ic", "s", "e", "y")  # fmt: skip
_FUNCTION_TEXT = """
a about above after again against all almost along also although always am among an and any are as at be because been before
being below between both but by can cannot could did do does doing done down due during each either every few for from
further had has have having he hence her here hers him his how however i if in into is it its itself just may me might mine
more most much must my neither no nor not now of off on once one only onto or other our out over own per quite rather same
she should since so some such than that the their them then there these they this those though through thus to together too
toward towards under until up upon us very via was we well were what when where whether which while who whom whose why will
with within without would yet you your two three four five six seven eight nine ten
"""
_STUDY_TEXT = """
study studies trial trials randomised randomized controlled patient patients participant participants subject subjects
people person persons individual individuals group groups arm arms treatment treatments treated therapy intervention
interventions control controls compare compared comparison comparing comparator versus vs result results finding findings
found show showed shown shows report reported reports observed associated association outcome outcomes effect effects
effective effectiveness efficacy evidence data analysis respectively overall total number numbers rate rates level levels
mean median score scores difference differences different differ differed significant significantly statistically
statistical clinically similar comparable higher lower greater less fewer increase increased increases increasing decrease
decreased decreases decreasing reduce reduced reduces reducing reduction reductions improve improved improves improving
improvement improvements better worse change changes changed year years month months week weeks day days hour hours suggest
suggests suggested indicate indicates indicated conclude concluded author authors use used using receive received receiving
given get baseline follow-up followup ci confidence interval ratio odds hazard relative risk p n no likely unlikely lead
leads led cause causes caused help helps first second third may lowered high low large small important need needed needs
based including include includes included
"""
_COMMON_WORDS = frozenset((_FUNCTION_TEXT + " " + _STUDY_TEXT).split())
"""Function words, and words that any trial report has: sharing them says nothing."""


@lru_cache(maxsize=2048)
def content_words(text: str) -> frozenset[str]:
    """Stems of the words that are neither function words nor words any trial report has; hyphenated words also in parts."""
    words = set(_WORD.findall(normalise(text).text.lower()))
    words |= {part for word in words if "-" in word for part in word.split("-")}
    return frozenset(stem(word) for word in words - _COMMON_WORDS if len(word) > 1)


def subject_words(text: str) -> tuple[str, ...]:
    """The words of `content_words`, as printed, in order, each hyphenated word once."""
    words = dict.fromkeys(_WORD.findall(normalise(text).text))
    return tuple(word for word in words if len(word) > 1 and word.lower() not in _COMMON_WORDS)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A light stem: British and American spelling agree, one ending is cut, at least four letters stay."""
    plain = word.lower().replace("'s", "").replace("ae", "e").replace("oe", "e").replace("our", "or").replace("is", "iz")
    for suffix in _SUFFIXES:
        if plain.endswith(suffix) and len(plain) - len(suffix) >= 4:
            return plain[: -len(suffix)]
    return plain
