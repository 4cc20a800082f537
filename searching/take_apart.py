"""Takes a question apart by rules: no model, only words that stand in the question."""

from __future__ import annotations

import re

from evidence.question import FRAMEWORK_ELEMENTS, Framework, QuestionElement
from searching.content_words import content_words

_VERBS = (
    r"(?:prevents?|reduces?|improves?|increases?|decreases?|lowers?|raises?|affects?|treats?|relieves?|shortens?|delays?|"
    r"slows?|cures?|protects?(?: against)?|helps?(?: with)?|lead to|leads to|change|changes)"
)
_COMPARED = (
    r"(?:compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|rather than|instead of|"
    r"(?:better|worse|more|less) than|than)"
)
_POPULATION = r"(?:in|for|among|amongst)"

_WHO = rf"(?: {_POPULATION} (?P<population_after>.+?))?"
_AGAINST = rf"(?: {_COMPARED} (?P<comparator>.+?))?\?*$"
_GOOD = r"(?:an? )?(?:safe and )?(?:effective|efficacious|useful|beneficial|safe)(?: treatments?)?"
_EFFECT = (
    r"(?:what (?:is|are) the (?:effects?|effectiveness|efficacy|impact|benefits?)|how effective (?:is|are)|"
    r"what is the evidence)"
)

# Each pattern names the PICO elements it finds. The first that matches is used.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"^is (?:the )?(?P<outcome>.+?) higher, lower,? or the same when comparing (?P<intervention>.+?) "
        rf"(?:to|with|and) (?P<comparator>.+?){_WHO}\?*$",
        rf"^(?:{_POPULATION} (?P<population>.+?), )?(?:do|does|can|will|could|should) (?P<intervention>.+?) {_VERBS} "
        rf"(?P<outcome>.+?){_WHO}{_AGAINST}",
        rf"^(?:is|are) (?P<intervention>.+?) {_GOOD} (?:for|in|against|at) (?:preventing |reducing |treating |improving )?"
        rf"(?P<outcome>.+?){_WHO}{_AGAINST}",
        rf"^{_EFFECT} (?:(?:of|for) )?(?P<intervention>.+?)(?: (?:on|for|against|in reducing|in preventing) (?P<outcome>.+?))?"
        rf"{_WHO}{_AGAINST}",
        rf"^(?:which|what) (?P<intervention>.+?) {_VERBS} (?P<outcome>.+?){_WHO}{_AGAINST}",
    )
)

# What PICO calls an element, in the words of the other frameworks.
_SAME_ELEMENT: dict[Framework, dict[str, str]] = {
    Framework.PICO: {},
    Framework.PEO: {"intervention": "exposure", "comparator": ""},
    Framework.SPIDER: {
        "population": "sample",
        "intervention": "phenomenon of interest",
        "outcome": "evaluation",
        "comparator": "",
    },
    Framework.SPICE: {"population": "perspective", "comparator": "comparison", "outcome": "evaluation"},
    Framework.ECLIPSE: {"population": "client group", "intervention": "service", "outcome": "impact", "comparator": ""},
    Framework.PCC: {"intervention": "concept", "outcome": "context", "comparator": ""},
}

CENTRAL_ELEMENTS: dict[Framework, str] = {
    Framework.PICO: "intervention",
    Framework.PEO: "exposure",
    Framework.SPIDER: "phenomenon of interest",
    Framework.SPICE: "intervention",
    Framework.ECLIPSE: "service",
    Framework.PCC: "concept",
}
"""The element that a search cannot do without."""


def take_apart(question: str, framework: Framework) -> tuple[QuestionElement, ...]:
    """The elements that the question states, by the shape of the sentence; an element it does not state is absent.

    Where the sentence has none of the known shapes, the whole question is the framework's central element.
    """
    text = " ".join(question.split())
    for pattern in _PATTERNS:
        match = pattern.match(text)
        if match:
            found = {name.removesuffix("_after"): words.strip(" ,.") for name, words in match.groupdict().items() if words}
            return _in_framework(found, framework)
    return (QuestionElement(name=CENTRAL_ELEMENTS[framework], text=text.rstrip("?").strip() or text),)


def keep_stated(elements: tuple[QuestionElement, ...], question: str, framework: Framework) -> tuple[QuestionElement, ...]:
    """The proposed elements that belong to the framework and whose content words all stand in the question, one a name.

    What a model adds to a question is an invention, however apt.
    """
    asked = {_stem(word) for word in content_words(question, generic=True)}
    kept: dict[str, QuestionElement] = {}
    for element in elements:
        name, words = element.name.strip().lower(), content_words(element.text, generic=True)
        if name in FRAMEWORK_ELEMENTS[framework] and words and all(_stem(word) in asked for word in words):
            kept.setdefault(name, QuestionElement(name=name, text=element.text.strip()))
    return tuple(kept[name] for name in FRAMEWORK_ELEMENTS[framework] if name in kept)


def _in_framework(found: dict[str, str], framework: Framework) -> tuple[QuestionElement, ...]:
    same = _SAME_ELEMENT[framework]
    named = {same.get(name, name): text for name, text in found.items() if text}
    return tuple(QuestionElement(name=name, text=named[name]) for name in FRAMEWORK_ELEMENTS[framework] if name in named)


def _stem(word: str) -> str:
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.removesuffix("y").removesuffix("e") if len(word) > 4 else word
