"""Element 1 of PRESS: translation of the research question."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.question import QuestionElement
from evidence.strategy_check import PressElement, Severity, StrategyFinding
from searching.checks.concepts import Leaf, concepts, is_filter
from searching.checks.lines import Strategy
from searching.checks.rule import Check, Rule
from searching.checks.words import shared_words, text_words
from searching.content_words import content_words
from searching.query import Term

_E = PressElement.TRANSLATION
NOT_SEARCHED = Rule("element-not-searched", _E, Severity.WARNING)
NARROWS = Rule("outcome-or-comparator-required", _E, Severity.ADVICE)
MANY = Rule("many-concepts", _E, Severity.ADVICE)

_OPTIONAL = frozenset({"comparator", "comparison", "outcome", "evaluation", "impact", "context"})
_MOST_CONCEPTS = 5


def elements_not_searched(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Elements of the question whose words no concept has, comparators and outcomes aside."""
    for element in strategy.protocol.elements if strategy.protocol else ():
        if element.name in _OPTIONAL or not content_words(element.text):
            continue
        if not any(_about(strategy, leaves, element) for leaves in concepts(strategy)):
            last = strategy.last
            yield NOT_SEARCHED.at(
                last,
                (len(last.text), len(last.text)),
                f"No line seems to search for the {element.name} ({element.text!r}): add it, or say why it is left out.",
            )


def optional_elements_required(strategy: Strategy) -> Iterator[StrategyFinding]:
    """Concepts that search for a comparator or an outcome, which abstracts often do not name."""
    elements = strategy.protocol.elements if strategy.protocol else ()
    optional = [element for element in elements if element.name in _OPTIONAL]
    central = [element for element in elements if element.name not in _OPTIONAL]
    parts = concepts(strategy)
    if len(parts) < 2:
        return
    for leaves in parts:
        wanted = next((element for element in optional if _about(strategy, leaves, element)), None)
        if wanted is None or any(_about(strategy, leaves, element) for element in central):
            continue
        first = leaves[0]
        yield NARROWS.at(
            first.line,
            first.line.span(first.node),
            f"The {wanted.name} ({wanted.text!r}) is a required concept: records that do not name it in the abstract are lost.",
        )


def many_concepts(strategy: Strategy) -> Iterator[StrategyFinding]:
    """More concepts joined by AND than most questions bear, filters and limits aside."""
    kept = [
        leaves
        for leaves in concepts(strategy, last_only=True)
        if any(leaf.is_text or leaf.is_heading for leaf in leaves) and not is_filter(leaves)
    ]
    if len(kept) > _MOST_CONCEPTS:
        last = strategy.last
        yield MANY.at(
            last,
            (len(last.text), len(last.text)),
            f"{len(kept)} concepts are joined by AND: each one loses records that do not name it.",
        )


def _about(strategy: Strategy, leaves: tuple[Leaf, ...], element: QuestionElement) -> bool:
    """Whether a concept has a content word of an element, or a heading that one of the element's words leads to."""
    headings = [leaf.node.heading for leaf in leaves if leaf.is_heading and isinstance(leaf.node, Term)]
    words = text_words(leaves) | {word.lower() for heading in headings for word in content_words(heading)}
    shared, _ = shared_words(element.text, words)
    if shared:
        return True
    mesh = strategy.vocabulary
    if mesh is None:
        return False
    for name in (element.text, *content_words(element.text)):
        found = mesh.find(name)
        if found is None:
            continue
        if any(found.heading.lower() == heading.lower() for heading in headings):
            return True
        for entry in (found.heading, *found.entry_terms):
            shared, asked = shared_words(entry, words)
            if asked and shared == asked:
                return True
    return False


CHECKS: tuple[Check, ...] = (elements_not_searched, optional_elements_required, many_concepts)
