"""Takes a question apart by rules: no model, only words that stand in the question."""

from __future__ import annotations

from evidence.question import FRAMEWORK_ELEMENTS, Framework, QuestionElement
from searching.content_words import content_words
from searching.question_shapes import COMPARES, INTERVENTION_SHAPES, SHAPES

LONGEST_TAKEN_APART = 500
"""Characters of a question that rules take apart; a longer one is no sentence of a known shape."""

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
    Framework.PCC: {"intervention": "concept", "outcome": "", "comparator": ""},
}

COMPARATORS = frozenset({"comparator", "comparison"})
"""What the frameworks call the thing that another is compared with."""

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
    if len(text) > LONGEST_TAKEN_APART:
        return (QuestionElement(name=CENTRAL_ELEMENTS[framework], text=text.rstrip("?").strip()),)
    for pattern in SHAPES.get(framework, ()):
        if match := pattern.match(text):
            stated = {name.replace("_", " "): words.strip(" ,.") for name, words in match.groupdict().items() if words}
            return _in_framework(stated, framework)
    for pattern in INTERVENTION_SHAPES:
        match = pattern.match(text)
        if match:
            found = {name.removesuffix("_after"): words.strip(" ,.") for name, words in match.groupdict().items() if words}
            return _in_framework(found, framework)
    return (QuestionElement(name=CENTRAL_ELEMENTS[framework], text=text.rstrip("?").strip() or text),)


def keep_stated(elements: tuple[QuestionElement, ...], question: str, framework: Framework) -> tuple[QuestionElement, ...]:
    """The proposed elements that belong to the framework and whose content words all stand in the question, one a name.

    What a model adds to a question is an invention, however apt. So is a comparator where the question compares nothing,
    or one made of the words of the central element.
    """
    asked = {_stem(word) for word in content_words(question, generic=True)}
    kept: dict[str, QuestionElement] = {}
    for element in elements:
        name, words = element.name.strip().lower(), content_words(element.text, generic=True)
        if name in FRAMEWORK_ELEMENTS[framework] and words and all(_stem(word) in asked for word in words):
            kept.setdefault(name, QuestionElement(name=name, text=element.text.strip()))
    for name in COMPARATORS & kept.keys():
        if not COMPARES.search(question) or _words(kept[name]) <= _words(kept.get(CENTRAL_ELEMENTS[framework])):
            del kept[name]
    return tuple(kept[name] for name in FRAMEWORK_ELEMENTS[framework] if name in kept)


def _words(element: QuestionElement | None) -> set[str]:
    return {_stem(word) for word in content_words(element.text, generic=True)} if element else set()


def _in_framework(found: dict[str, str], framework: Framework) -> tuple[QuestionElement, ...]:
    same = _SAME_ELEMENT[framework]
    named = {same.get(name, name): text for name, text in found.items() if text}
    return tuple(QuestionElement(name=name, text=named[name]) for name in FRAMEWORK_ELEMENTS[framework] if name in named)


def _stem(word: str) -> str:
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.removesuffix("y").removesuffix("e") if len(word) > 4 else word
