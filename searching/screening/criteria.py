"""Eligibility criteria that a second person would apply in the same way, and the words of a record that a decision rests on."""

from __future__ import annotations

from typing import Literal, NamedTuple

from evidence.citation import Citation
from evidence.question import EligibilityCriterion, Protocol
from evidence.text import find_verbatim

INTEGRITY = "integrity"
NO_ABSTRACT = "no-abstract"
NOT_SCREENED = "not-screened"
ORDERS = "orders-in-the-record"
EVERY = "all-criteria"

_NOT_ASKED = frozenset({"comparator", "comparison", "design", "research type"})
"""Elements that a title and abstract often leave unsaid: a record is not kept out for lacking them."""

_ALWAYS = (
    EligibilityCriterion(id=INTEGRITY, text="The record is in good standing: not retracted, withdrawn or under concern."),
    EligibilityCriterion(id=NO_ABSTRACT, text="The record has an abstract; without one it is decided from the full text."),
)


def eligibility_criteria(protocol: Protocol) -> tuple[EligibilityCriterion, ...]:
    """Every criterion of the protocol with its id, in the order in which to apply them; ids are unique.

    The protocol's own criteria (its elements, limits on who was studied, what is not wanted) come first, or what its elements
    give where it names none; then its limits on dates, languages and publication types; then those that always hold. The
    first, `all-criteria`, is what an inclusion rests on.
    """
    own = protocol.criteria or tuple(
        EligibilityCriterion(id=element.name, text=f"The record is about this {element.name}: {element.text}.")
        for element in protocol.elements
        if element.name not in _NOT_ASKED
    )
    about = own or (EligibilityCriterion(id="question", text=f"The record helps to answer the question: {protocol.question}"),)
    every = EligibilityCriterion(id=EVERY, text="The record meets every criterion, as far as title and abstract tell.")
    found: dict[str, EligibilityCriterion] = {}
    for criterion in (every, *about, *_limits(protocol), *_ALWAYS):
        found.setdefault(criterion.id, criterion)
    return tuple(found.values())


def topical_criteria(protocol: Protocol) -> tuple[EligibilityCriterion, ...]:
    """The criteria that need a reader: all but `all-criteria` and those that rules apply."""
    by_rule = {EVERY, *(criterion.id for criterion in _ALWAYS)}
    return tuple(criterion for criterion in eligibility_criteria(protocol) if criterion.id not in by_rule)


def _limits(protocol: Protocol) -> list[EligibilityCriterion]:
    limits = []
    if protocol.since or protocol.until:
        first = f" on or after {protocol.since}" if protocol.since else ""
        last = f" on or before {protocol.until}" if protocol.until else ""
        limits.append(EligibilityCriterion(id="date", text=f"Published{first}{' and' if first and last else ''}{last}."))
    if protocol.languages:
        limits.append(EligibilityCriterion(id="language", text=f"Written in: {', '.join(protocol.languages)}."))
    if protocol.publication_types:
        limits.append(
            EligibilityCriterion(id="publication-type", text=f"Publication type: {', '.join(protocol.publication_types)}.")
        )
    return limits


class WordsFound(NamedTuple):
    """Words of a record as it prints them, with their place."""

    words: str
    words_in: Literal["title", "abstract"]
    start: int
    end: int


def find_words(words: str, citation: Citation) -> WordsFound | None:
    """The words where they stand in the title, else in `abstract_text`, whatever the typography; None where they do not."""
    places: tuple[tuple[Literal["title", "abstract"], str], ...] = (
        ("title", citation.title),
        ("abstract", citation.abstract_text),
    )
    for place, text in places:
        if words.strip() and (span := find_verbatim(words, text)):
            return WordsFound(text[slice(*span)], place, *span)
    return None
