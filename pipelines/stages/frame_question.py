"""Takes the question apart. A model proposes; only words that stand in the question are kept."""

from __future__ import annotations

from connectors.language_model.structured import ask
from evidence.question import EligibilityCriterion, Framework, Protocol, QuestionElement, Request
from evidence.services import LanguageModel
from prompts.contracts import FrameQuestionAnswer, FrameQuestionInputs
from prompts.registry import render
from searching.filters import find_filter
from searching.take_apart import CENTRAL_ELEMENTS, keep_stated, take_apart

_NOT_CRITERIA = frozenset({"comparator", "comparison", "design", "research type"})


def frame_question(request: Request, model: LanguageModel) -> Protocol:
    """The protocol for a request.

    Elements that the person gave stand as they are. A question of a known shape is taken apart by rules, which do it
    the same way each time. Otherwise the model proposes, and what it adds to the question is dropped.

    Raises InvalidInput where a filter asked for is none, before any model is called.
    """
    for name in request.filters:
        find_filter(name)
    framework = request.framework or Framework.PICO
    if request.elements:
        return _protocol(request, framework, request.elements, "person")
    by_rules = take_apart(request.question, framework)
    if len(by_rules) > 1:
        return _protocol(request, framework, by_rules, "rules")
    rendered = render("frame_question", FrameQuestionInputs(question=request.question, framework=framework))
    answer = ask(model, [rendered], FrameQuestionAnswer)[0]
    if answer.value is None:
        return _protocol(request, framework, by_rules, "rules")
    proposed = tuple(
        QuestionElement(name=element.name, text=element.text) for element in answer.value.elements if element.text.strip()
    )
    kept = keep_stated(proposed, request.question, framework)
    if not any(element.name == CENTRAL_ELEMENTS[framework] for element in kept):
        return _protocol(request, framework, by_rules, "rules")
    return _protocol(request, framework, kept, model.identity.name)


def _protocol(request: Request, framework: Framework, elements: tuple[QuestionElement, ...], by: str) -> Protocol:
    criteria = [
        EligibilityCriterion(id=element.name, text=f"The record is about this {element.name}: {element.text}.")
        for element in elements
        if element.name not in _NOT_CRITERIA
    ]
    if request.population_limits:
        criteria.append(EligibilityCriterion(id="population-limits", text=f"Studied: {request.population_limits}."))
    if request.exclusions:
        criteria.append(EligibilityCriterion(id="exclusions", text=f"Not wanted: {request.exclusions}."))
    return Protocol(
        question=request.question,
        framework=framework,
        elements=elements,
        proposed_by=by,
        criteria=tuple(criteria),
        known_pmids=request.known_pmids,
        since=request.since,
        until=request.until,
        languages=request.languages,
        publication_types=request.publication_types,
        filters=tuple(find_filter(name).id for name in request.filters),
    )
